/* What of a table a Shapefile can hold: its attributes lie in a DBF, whose names have 10 bytes, whose numbers are
 * decimal text and whose texts have at most 254 bytes (ESRI Shapefile Technical Description, 1998; dBASE III). */
#include "io/cells.h"
#include "io/export.h"
#include "io/text.h"
#include "io/utf8.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_NAME = 10, LONGEST_TEXT = 254, WIDTH = 24, MOST_DECIMALS = 15, MOST_SUFFIX = 3 };

/* ---- names ---------------------------------------------------------------------------------------------------- */

/* Cut to its first bytes, which are not those of a name before; then to fewer, with a number behind. */
static const char *
name_cut(bki_export *export, bk_names *taken, const char *name)
{
    char short_name[LONGEST_NAME + 1];

    for (int number = 0; number < 1000; number++) {
        char suffix[MOST_SUFFIX + 2] = "";
        if (number > 0)
            snprintf(suffix, sizeof suffix, "_%d", number);
        const size_t room = LONGEST_NAME - strlen(suffix);
        snprintf(short_name, sizeof short_name, "%.*s%s", (int)bki_utf8_cut(name, strlen(name), room), name, suffix);
        if (bk_names_find(taken, short_name, strlen(short_name)) == BK_NONE)
            break;
    }
    const uint32_t index = bk_names_intern(taken, short_name, strlen(short_name));
    return index != BK_NONE ? bk_arena_text(export->arena, short_name, strlen(short_name)) : NULL;
}

static bk_status
names_cut(bki_export *export, const bk_table *table, bki_vector_field *fields)
{
    bk_names *taken = bk_names_create(export->scratch);
    bki_text  told = {.arena = export->scratch};
    size_t    n_cut = 0;

    BK_TRY(bk_arena_ok(export->scratch));
    for (size_t c = 0; c < table->n_columns; c++) {
        fields[c].name = name_cut(export, taken, table->columns[c].name);
        BK_TRY(bk_arena_ok(export->arena));
        BK_TRY(bk_arena_ok(export->scratch));
        if (strcmp(fields[c].name, table->columns[c].name) == 0)
            continue;
        bki_text_format(&told, "%s%s is %s", n_cut++ > 0 ? ", " : "", table->columns[c].name, fields[c].name);
    }
    BK_TRY(bk_arena_ok(export->scratch));
    if (n_cut == 0)
        return BK_OK;
    return bki_export_note(export, bk_arena_format(export->arena, "%s: %zu names are longer than %d bytes: %s",
                                                   table->name, n_cut, LONGEST_NAME, told.bytes));
}

/* ---- cells ---------------------------------------------------------------------------------------------------- */

static int
digits_before_the_point(double number)
{
    return snprintf(NULL, 0, "%.0f", fabs(number));
}

/* Numbers that come back otherwise than they went, and by how much. */
typedef struct rounding {
    size_t n;
    double largest; /* share of the number */
} rounding;

/* Decimals for which the largest number still fits, with its sign. */
static bk_status
number_field(bki_export *export, const bk_table *table, const bk_column *column, bki_vector_field *field,
             rounding *rounded)
{
    int whole = 1;

    for (size_t row = 0; row < table->n_rows; row++)
        if (!bki_cell_is_empty(column, row) && digits_before_the_point(column->number[row]) > whole)
            whole = digits_before_the_point(column->number[row]);
    if (whole + 1 > WIDTH)
        return bk_fail_hint(export->ctx, BK_ERR_VALUE, "FlatGeobuf and GeoPackage hold it",
                            "table %s, column %s has a number of more digits than a Shapefile can hold", table->name,
                            column->name);
    const int room = WIDTH - whole - 2; /* a sign and the point */
    field->width = WIDTH;
    field->decimals = room < 0 ? 0 : room > MOST_DECIMALS ? MOST_DECIMALS : room;
    for (size_t row = 0; row < table->n_rows; row++) {
        char text[64];
        if (bki_cell_is_empty(column, row))
            continue;
        snprintf(text, sizeof text, "%.*f", field->decimals, column->number[row]);
        const double value = column->number[row], change = fabs(strtod(text, NULL) - value);
        if (change > 0.0) {
            rounded->n++;
            rounded->largest = fmax(rounded->largest, change / fabs(value));
        }
    }
    return BK_OK;
}

static void
integer_field(const bk_table *table, const bk_column *column, bki_vector_field *field)
{
    field->width = 1;
    for (size_t row = 0; row < table->n_rows; row++) {
        const int n = bki_cell_is_empty(column, row) ? 1 : snprintf(NULL, 0, "%lld", (long long)column->integer[row]);
        field->width = n > field->width ? n : field->width;
    }
}

static void
text_field(const bk_table *table, const bk_column *column, bki_vector_field *field, size_t *n_cut)
{
    field->width = 1;
    for (size_t row = 0; row < table->n_rows; row++) {
        const size_t n = bki_cell_is_empty(column, row) ? 1 : strlen(column->text[row]);
        *n_cut += n > LONGEST_TEXT;
        if (n > (size_t)field->width)
            field->width = n > LONGEST_TEXT ? LONGEST_TEXT : (int)n;
    }
}

bk_status
bki_shapefile_fields(bki_export *export, const bk_table *table, const bki_vector_field **out)
{
    bki_vector_field *fields = BK_NEW(export->scratch, bki_vector_field, table->n_columns);
    rounding          rounded = {0};
    size_t            n_cut = 0;

    BK_TRY(bk_arena_ok(export->scratch));
    BK_TRY(names_cut(export, table, fields));
    for (size_t c = 0; c < table->n_columns; c++) {
        const bk_column *column = &table->columns[c];
        if (column->kind == BK_COLUMN_NUMBER)
            BK_TRY(number_field(export, table, column, &fields[c], &rounded));
        else if (column->kind == BK_COLUMN_INTEGER)
            integer_field(table, column, &fields[c]);
        else
            text_field(table, column, &fields[c], &n_cut);
    }
    if (rounded.n > 0)
        BK_TRY(bki_export_note(export,
                               bk_arena_format(export->arena,
                                               "%s: %zu numbers are rounded to at most %d decimals, by %.1g at most",
                                               table->name, rounded.n, MOST_DECIMALS, rounded.largest)));
    if (n_cut > 0)
        BK_TRY(bki_export_note(export, bk_arena_format(export->arena, "%s: %zu texts are cut to %d bytes", table->name,
                                                       n_cut, LONGEST_TEXT)));
    *out = fields;
    return BK_OK;
}
