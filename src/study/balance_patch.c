/* A corrected economy into its own tables: rows keep their order, their source and every number that did not move. */
#include "study/balance.h"
#include "study/table.h"
#include "io/columns.h"
#include "io/folder.h"
#include "io/text.h"

#include <math.h>
#include <string.h>

#define UNMOVED   1e-12 /* relative */
#define MOST_KEYS 3

typedef struct patch {                  /* a table whose rows are keyed by regions and sectors */
    const char   *name, *value;         /* file, and the column of the number */
    const char   *keys[MOST_KEYS];      /* columns; NULL ends them */
    bool          is_region[MOST_KEYS]; /* else a sector */
    size_t        stride[MOST_KEYS];
    size_t        n;
    const double *numbers; /* [n] any unit */
} patch;

static size_t
column_find(const bki_copied *table, const char *name)
{
    for (size_t c = 0; c < table->n_columns; c++)
        if (strcmp(table->cells[c], name) == 0)
            return c;
    return SIZE_MAX;
}

/* Where a row's number stands, or SIZE_MAX. */
static size_t
row_key(const bki_facts *f, const patch *p, const bki_copied *table, const size_t *places, size_t row)
{
    size_t at = 0;

    for (size_t k = 0; k < MOST_KEYS && p->keys[k] != NULL; k++) {
        const char    *text = table->cells[row * table->n_columns + places[k]];
        const uint32_t index = bk_names_find(p->is_region[k] ? f->regions : f->sectors, text, strlen(text));
        if (index == BK_NONE)
            return SIZE_MAX;
        at += index * p->stride[k];
    }
    return at;
}

const char *
bki_number_moved(bk_arena *arena, const char *old, double number)
{
    double before;
    char   text[BKI_NUMBER_SIZE];

    if (bki_span_number((bki_span){old, strlen(old)}, &before) && fabs(number - before) <= UNMOVED * fabs(number))
        return old;
    return bk_arena_text(arena, text, bki_number_text(text, number));
}

/* The row of a number that had none: its keys, the number, why it is there. */
static void
row_add(const bki_facts *f, const patch *p, const bki_copied *table, size_t at, bki_table *out)
{
    for (size_t c = 0; c < table->n_columns; c++) {
        const char *name = table->cells[c], *text = NULL;
        for (size_t k = 0; k < MOST_KEYS && p->keys[k] != NULL; k++)
            if (strcmp(name, p->keys[k]) == 0)
                text = p->is_region[k] ? f->region_names[at / p->stride[k] % f->n_regions]
                                       : f->sector_names[at / p->stride[k] % f->n_sectors];
        if (strcmp(name, p->value) == 0)
            text = bki_number_moved(f->arena, "", p->numbers[at]);
        else if (strcmp(name, "source") == 0)
            text = "corrected so that markets clear";
        else if (strcmp(name, "confidence") == 0)
            text = "estimate";
        bki_put_text(out, text);
    }
    bki_end_row(out);
}

static bki_table *
table_start(const bki_facts *f, const bki_copied *table, size_t n_rows)
{
    bki_column *columns = BK_NEW(f->arena, bki_column, table->n_columns);

    for (size_t c = 0; columns != NULL && c < table->n_columns; c++)
        columns[c] = (bki_column){.name = table->cells[c], .unit = "", .meaning = "", .kind = BK_COLUMN_TEXT};
    return columns == NULL
               ? NULL
               : bki_table_create(f->arena, "table", "", columns, table->n_columns, n_rows, BK_GEOMETRY_NONE);
}

/* The columns of the keys; false if one of them or the number's is not there. */
static bool
places_find(const patch *p, const bki_copied *table, size_t places[MOST_KEYS], size_t *value)
{
    *value = column_find(table, p->value);
    bool is_whole = *value != SIZE_MAX;

    for (size_t k = 0; k < MOST_KEYS && p->keys[k] != NULL; k++) {
        places[k] = column_find(table, p->keys[k]);
        is_whole &= places[k] != SIZE_MAX;
    }
    return is_whole;
}

static bk_status
table_patch(bki_facts *f, const patch *p, const char *from, const char *to)
{
    bki_copied table;
    size_t     places[MOST_KEYS] = {0}, value, missing = 0;
    bool      *seen = BK_NEW(f->arena, bool, p->n);

    BK_TRY(bk_arena_ok(f->arena));
    BK_TRY(bki_table_keep(f, from, &table));
    if (!places_find(p, &table, places, &value)) /* a table the study's reader refused already */
        return bk_fail_at(f->ctx, BK_ERR_SCHEMA, from, 1, 1, NULL, "a column of the table is missing");
    for (size_t row = 1; row <= table.n_rows; row++) {
        const size_t at = row_key(f, p, &table, places, row);
        if (at != SIZE_MAX)
            seen[at] = true;
    }
    for (size_t at = 0; at < p->n; at++)
        missing += !seen[at] && p->numbers[at] > 0.0;
    bki_table *out = table_start(f, &table, table.n_rows + missing);
    BK_TRY(bk_arena_ok(f->arena));
    for (size_t row = 1; row <= table.n_rows; row++) {
        const size_t at = row_key(f, p, &table, places, row);
        for (size_t c = 0; c < table.n_columns; c++) {
            const char *old = table.cells[row * table.n_columns + c];
            bki_put_text(out, c == value && at != SIZE_MAX ? bki_number_moved(f->arena, old, p->numbers[at]) : old);
        }
        bki_end_row(out);
    }
    for (size_t at = 0; at < p->n; at++)
        if (!seen[at] && p->numbers[at] > 0.0)
            row_add(f, p, &table, at, out);
    BK_TRY(bk_arena_ok(f->arena));
    return bk_csv_write(f->ctx, &out->table, to);
}

static bk_status
file_copy(bki_facts *f, const char *from, const char *to)
{
    const char *bytes;
    size_t      n;

    BK_TRY(bk_file_read(f->ctx, from, f->arena, &bytes, &n));
    return bk_file_write(f->ctx, to, bytes, n);
}

bk_status
bki_balance_patch(bki_facts *f, const bk_balance *result, const char *folder, bool is_elsewhere, const char **files,
                  size_t *n_files)
{
    const size_t             N = f->n_regions, J = f->n_sectors;
    const patch              patches[] = {{"trade.csv",
                                           "value",
                                           {"sector", "importer", "exporter"},
                                           {false, true, true},
                                           {N * N, N, 1},
                                           J * N * N,
                                           result->trade},
                                          {"value_added_share.csv",
                                           "share",
                                           {"region", "sector", NULL},
                                           {true, false, false},
                                           {J, 1, 0},
                                           N * J,
                                           result->value_added_share},
                                          {"input_share.csv",
                                           "share",
                                           {"region", "using_sector", "supplying_sector"},
                                           {true, false, false},
                                           {J * J, J, 1},
                                           N * J * J,
                                           result->input_share},
                                          {"final_share.csv",
                                           "share",
                                           {"region", "sector", NULL},
                                           {true, false, false},
                                           {J, 1, 0},
                                           N * J,
                                           result->final_share}};
    static const char *const untouched[] = {"sector.csv", "tariff.csv", "unit_value.csv"};

    for (size_t t = 0; t < sizeof patches / sizeof *patches + 3; t++) {
        const bool  is_patched = t < sizeof patches / sizeof *patches;
        const char *name = is_patched ? patches[t].name : untouched[t - sizeof patches / sizeof *patches];
        const char *from = bki_facts_path(f, bk_arena_format(f->arena, "economy/%s", name));
        const char *to = bki_path_join(f->arena, folder, name);
        BK_TRY(bk_arena_ok(f->arena));
        if (!bki_exists(from) || (!is_patched && !is_elsewhere))
            continue;
        BK_TRY(is_patched ? table_patch(f, &patches[t], from, to) : file_copy(f, from, to));
        files[(*n_files)++] = to;
    }
    return BK_OK;
}
