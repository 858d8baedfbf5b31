#include "io/columns.h"
#include "io/rows.h"
#include "model/parse.h"

#include <stdio.h>
#include <string.h>

#define MOST_COLUMNS 32
#define ABSENT       SIZE_MAX
#define CANCEL_EVERY 65536 /* rows between looks at the cancel flag */

bki_span
bki_span_trim(const char *text, size_t length)
{
    const bki_text trimmed = bki_trim(text, length);

    return (bki_span){trimmed.start, trimmed.length};
}

bool
bki_span_is(bki_span span, const char *word)
{
    return bki_text_is((bki_text){span.start, span.length}, word);
}

bool
bki_span_number(bki_span span, double *out)
{
    return bki_parse_number(span.start, span.length, out);
}

bool
bki_span_integer(bki_span span, double *out)
{
    return bki_parse_integer(span.start, span.length, out);
}

typedef struct reading {
    bk_context             *ctx;
    const char             *shown;
    const bki_named_column *columns; /* [n_columns] */
    size_t                  n_columns;
    size_t                  place[MOST_COLUMNS]; /* in the file, or ABSENT */
} reading;

/* The next character of a name that matters, in lower case; 0 at its end. */
static char
name_next(const char **at, const char *end)
{
    while (*at < end && (**at == ' ' || **at == '_' || **at == '-' || **at == '.'))
        (*at)++;
    if (*at == end)
        return '\0';
    const char c = *(*at)++;
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
names_match(const char *a, size_t a_length, const char *b, size_t b_length)
{
    const char *a_end = a + a_length, *b_end = b + b_length;

    for (;;) {
        const char x = name_next(&a, a_end), y = name_next(&b, b_end);
        if (x != y)
            return false;
        if (x == '\0')
            return true;
    }
}

/* Where a column stands: the first of its alternatives that the header has. */
static size_t
column_place(const bki_csv_record *header, const char *names)
{
    for (const char *name = names;; name++) {
        const size_t length = strcspn(name, "|");
        for (size_t i = 0; i < header->n_fields; i++)
            if (names_match(name, length, header->fields[i].text, header->fields[i].length))
                return i;
        name += length;
        if (*name == '\0')
            return ABSENT;
    }
}

static bk_status
header_take(reading *r, bki_csv *csv, const bki_csv_record *header)
{
    bk_status first = BK_OK;

    for (size_t c = 0; c < r->n_columns; c++) {
        r->place[c] = column_place(header, r->columns[c].name);
        if (r->place[c] != ABSENT && r->columns[c].is_number && bki_csv_has_semicolons(csv))
            BK_TRY(bki_csv_decimal_comma(csv, r->place[c]));
        if (r->place[c] == ABSENT && r->columns[c].is_required)
            first = bk_fail_at(r->ctx, BK_ERR_SCHEMA, r->shown, header->line, 1, "name the columns in the first line",
                               "column %.*s is missing", (int)strcspn(r->columns[c].name, "|"), r->columns[c].name);
    }
    return first;
}

static bool
is_no_value(bki_text text)
{
    return text.length == 0 || bki_text_is(text, "NA") || bki_text_is(text, "N/A") || bki_text_is(text, "..") ||
           bki_text_is(text, "-") || bki_text_is(text, "NaN");
}

static void
number_fault(const reading *r, const bki_named_column *column, const bki_named_cell *cell, int line)
{
    const int name = (int)strcspn(column->name, "|"), length = cell->length < 60 ? (int)cell->length : 60;

    if (cell->is_empty)
        bk_fail_at(r->ctx, BK_ERR_VALUE, r->shown, line, cell->column, NULL, "%.*s is empty, must be a number", name,
                   column->name);
    else
        bk_fail_at(r->ctx, BK_ERR_VALUE, r->shown, line, cell->column, NULL,
                   "%.*s is %.*s, must be a number within [%g, %g]", name, column->name, length, cell->text,
                   column->least, column->most);
}

/* False: a fault, recorded. */
static bool
cell_take(const reading *r, const bki_csv_record *record, size_t c, bki_named_cell *out)
{
    const bki_named_column *column = &r->columns[c];

    *out = (bki_named_cell){.text = "", .is_empty = true};
    if (r->place[c] == ABSENT)
        return true;
    const bk_field *field = &record->fields[r->place[c]];
    const bki_text  text = bki_trim(field->text, field->length);
    out->text = text.start;
    out->length = text.length;
    out->column = (int)field->column;
    out->is_empty = column->is_number ? is_no_value(text) : text.length == 0;
    if (!column->is_number || (out->is_empty && column->may_be_empty))
        return true;
    if (!out->is_empty && bki_parse_number(text.start, text.length, &out->number) && out->number >= column->least &&
        out->number <= column->most)
        return true;
    number_fault(r, column, out, record->line);
    return false;
}

static bk_status
rows_take(reading *r, bki_csv *csv, bki_named_row row, void *state)
{
    bki_csv_record record;
    bki_named_cell cells[MOST_COLUMNS];

    BK_TRY(bki_csv_next(csv, &record));
    if (record.n_fields == 0)
        return bk_fail_at(r->ctx, BK_ERR_SCHEMA, r->shown, 1, 1, "its first line names the columns",
                          "the file is empty");
    BK_TRY(header_take(r, csv, &record));
    for (size_t count = 1;; count++) {
        bool is_good = true;
        BK_TRY(bki_csv_next(csv, &record));
        if (record.n_fields == 0)
            return BK_OK;
        for (size_t c = 0; c < r->n_columns; c++)
            is_good &= cell_take(r, &record, c, &cells[c]);
        if (is_good)
            BK_TRY(row(state, cells, record.line));
        if (count % CANCEL_EVERY == 0 && bk_cancelled(r->ctx))
            return bk_fail(r->ctx, BK_ERR_CANCELLED, "interrupted while reading %s", r->shown);
    }
}

/* From a file that was started. */
static bk_status
table_take(bk_context *ctx, bki_csv *csv, const char *shown, const bki_named_column *columns, size_t n_columns,
           bki_named_row row, void *state)
{
    reading      r = {.ctx = ctx, .shown = shown, .columns = columns, .n_columns = n_columns};
    const size_t before = bk_error_count(ctx);

    if (n_columns > MOST_COLUMNS)
        return bk_fail(ctx, BK_ERR_USAGE, "at most %d columns can be asked for", MOST_COLUMNS);
    return bki_first_fault(ctx, before, rows_take(&r, csv, row, state));
}

bk_status
bki_columns_read(bk_context *ctx, bki_csv *csv, const char *path, const bki_named_column *columns, size_t n_columns,
                 bki_named_row row, void *state)
{
    BK_TRY(bki_csv_open(csv, path, path));
    const bk_status status = table_take(ctx, csv, path, columns, n_columns, row, state);
    bki_csv_close(csv);
    return status;
}

bk_status
bki_columns_read_bytes(bk_context *ctx, bki_csv *csv, const void *bytes, size_t n, const char *shown,
                       const bki_named_column *columns, size_t n_columns, bki_named_row row, void *state)
{
    bki_csv_open_bytes(csv, bytes, n, shown);
    const bk_status status = table_take(ctx, csv, shown, columns, n_columns, row, state);
    bki_csv_close(csv);
    return status;
}
