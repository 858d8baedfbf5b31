/* A base year as the tables of a study's economy, and the table of what gave way. */
#include "study/balance.h"
#include "study/table.h"
#include "io/folder.h"

#include <string.h>

typedef struct writing {
    const bki_facts          *facts;
    const bk_balance         *result;
    const bk_balance_request *request;
    const char               *folder; /* of the economy's tables */
    const char              **files;
    size_t                   *n_files;
    bool                      has_unit_values; /* among the facts */
} writing;

#define TEXT(label)                                                                                                    \
    {                                                                                                                  \
        .name = label, .unit = "", .meaning = "", .kind = BK_COLUMN_TEXT                                               \
    }
#define NUMBER(label)                                                                                                  \
    {                                                                                                                  \
        .name = label, .unit = "", .meaning = "", .kind = BK_COLUMN_NUMBER                                             \
    }

static bk_status
table_write(writing *w, const bki_table *table, const char *path)
{
    BK_TRY(bk_arena_ok(w->facts->arena));
    BK_TRY(bk_csv_write(w->facts->ctx, &table->table, path));
    w->files[(*w->n_files)++] = path;
    return BK_OK;
}

static const char *
path_in(const writing *w, const char *name)
{
    return bki_path_join(w->facts->arena, w->folder, name);
}

static bki_table *
table_create(const writing *w, const bki_column *columns, size_t n_columns, size_t n_rows)
{
    return bki_table_create(w->facts->arena, "table", "", columns, n_columns, n_rows, BK_GEOMETRY_NONE);
}

static void
put_source(bki_table *table, const char *source, const char *confidence)
{
    bki_put_text(table, source);
    bki_put_text(table, confidence);
    bki_end_row(table);
}

/* ---- regions and sectors ---------------------------------------------------------------------------------------- */

static size_t
column_find(const bki_copied *table, const char *name)
{
    for (size_t c = 0; c < table->n_columns; c++)
        if (strcmp(table->cells[c], name) == 0)
            return c;
    return SIZE_MAX;
}

/* The region table as it was, with value added and deficit of the base year. */
static bk_status
regions_write(writing *w)
{
    const bki_copied *old = &w->facts->region;
    const size_t      added = column_find(old, "value_added"), deficit = column_find(old, "deficit");
    const size_t      country = column_find(old, "country"), name = column_find(old, "name");
    const size_t      extra = (deficit == SIZE_MAX) + (country == SIZE_MAX) + (name == SIZE_MAX);
    bki_column       *columns = BK_NEW(w->facts->arena, bki_column, old->n_columns + extra);
    size_t            n = old->n_columns;

    BK_TRY(bk_arena_ok(w->facts->arena));
    for (size_t c = 0; c < n; c++)
        columns[c] = (bki_column)TEXT(old->cells[c]);
    if (deficit == SIZE_MAX)
        columns[n++] = (bki_column)TEXT("deficit");
    if (country == SIZE_MAX)
        columns[n++] = (bki_column)TEXT("country");
    if (name == SIZE_MAX)
        columns[n++] = (bki_column)TEXT("name");
    bki_table *table = table_create(w, columns, n, old->n_rows);
    BK_TRY(bk_arena_ok(w->facts->arena));
    for (size_t r = 0; r < old->n_rows; r++) {
        for (size_t c = 0; c < old->n_columns; c++) {
            const char *text = old->cells[(r + 1) * old->n_columns + c];
            bki_put_text(table, c == added     ? bki_number_moved(w->facts->arena, text, w->result->value_added[r])
                                : c == deficit ? bki_number_moved(w->facts->arena, text, w->result->deficit[r])
                                               : text);
        }
        if (deficit == SIZE_MAX)
            bki_put_text(table, bki_number_moved(w->facts->arena, "", w->result->deficit[r]));
        if (country == SIZE_MAX)
            bki_put_text(table, w->facts->region_names[r]);
        if (name == SIZE_MAX)
            bki_put_text(table, w->facts->region_names[r]);
        bki_end_row(table);
    }
    return table_write(w, table, path_in(w, "region.csv"));
}

static bk_status
sectors_write(writing *w)
{
    const bki_copied *old = &w->facts->sector;
    bki_column       *columns = BK_NEW(w->facts->arena, bki_column, old->n_columns);

    BK_TRY(bk_arena_ok(w->facts->arena));
    for (size_t c = 0; c < old->n_columns; c++)
        columns[c] = (bki_column)TEXT(old->cells[c]);
    bki_table *table = table_create(w, columns, old->n_columns, old->n_rows);
    BK_TRY(bk_arena_ok(w->facts->arena));
    for (size_t row = 1; row <= old->n_rows; row++) {
        for (size_t c = 0; c < old->n_columns; c++)
            bki_put_text(table, old->cells[row * old->n_columns + c]);
        bki_end_row(table);
    }
    return table_write(w, table, path_in(w, "sector.csv"));
}

/* ---- trade, tariffs --------------------------------------------------------------------------------------------- */

/* Where a cell of trade comes from: its own row of facts, a fit, or output. */
static void
put_trade_source(const writing *w, bki_table *table, size_t at, bool is_own)
{
    const bki_facts *f = w->facts;
    const uint32_t   source = f->trade_source[at];

    if (source != BK_NONE && f->trade[at] >= 0.0 && w->result->trade[at] == f->trade[at]) {
        const char *text = bk_names_text(f->sources, source), *cut = strchr(text, '\x1f');
        put_source(table, bk_arena_text(f->arena, text, (size_t)(cut - text)), cut + 1);
    } else if (is_own && f->trade[at] < 0.0) {
        put_source(table, "gross output less exports; output = value added over its share in output", "derived");
    } else if (f->trade[at] >= 0.0) {
        put_source(table, "balance/trade.csv, replaced or raised as balance/changes.csv tells", "estimate");
    } else {
        put_source(table, "balance/pair.csv, split by product (proportional fitting)", "estimate");
    }
}

static bk_status
trade_write(writing *w)
{
    static const bki_column columns[] = {TEXT("sector"),  TEXT("exporter"), TEXT("importer"),
                                         NUMBER("value"), TEXT("source"),   TEXT("confidence")};
    const bki_facts        *f = w->facts;
    const size_t            N = f->n_regions, n = f->n_sectors * N * N;
    bki_table              *table = table_create(w, columns, 6, n);

    BK_TRY(bk_arena_ok(f->arena));
    for (size_t at = 0; at < n; at++) {
        const size_t importer = at / N % N, exporter = at % N;
        if (w->result->trade[at] <= 0.0)
            continue;
        bki_put_text(table, f->sector_names[at / (N * N)]);
        bki_put_text(table, f->region_names[exporter]);
        bki_put_text(table, f->region_names[importer]);
        bki_put_number(table, w->result->trade[at]);
        put_trade_source(w, table, at, importer == exporter);
    }
    return table_write(w, table, path_in(w, "trade.csv"));
}

static bk_status
tariff_write(writing *w)
{
    static const bki_column columns[] = {TEXT("sector"), TEXT("exporter"), TEXT("importer"),
                                         NUMBER("rate"), TEXT("source"),   TEXT("confidence")};
    const bki_facts        *f = w->facts;
    const size_t            N = f->n_regions, n = f->n_sectors * N * N;
    bki_table              *table = table_create(w, columns, 6, n);

    BK_TRY(bk_arena_ok(f->arena));
    for (size_t at = 0; at < n; at++) {
        if (w->result->tariff[at] <= 0.0)
            continue;
        bki_put_text(table, f->sector_names[at / (N * N)]);
        bki_put_text(table, f->region_names[at % N]);
        bki_put_text(table, f->region_names[at / N % N]);
        bki_put_number(table, w->result->tariff[at]);
        put_source(table, "balance/tariff.csv", "derived");
    }
    return table_write(w, table, path_in(w, "tariff.csv"));
}

/* Unit values are no part of the balance; an importer puts them beside the other facts. */
static bk_status
unit_values_copy(writing *w)
{
    const char *from = bki_facts_path(w->facts, "balance/unit_value.csv"), *to = path_in(w, "unit_value.csv"), *bytes;
    size_t      n;

    BK_TRY(bk_arena_ok(w->facts->arena));
    if (!w->has_unit_values)
        return BK_OK;
    BK_TRY(bk_file_read(w->facts->ctx, from, w->facts->arena, &bytes, &n));
    BK_TRY(bk_file_write(w->facts->ctx, to, bytes, n));
    w->files[(*w->n_files)++] = to;
    return BK_OK;
}

/* ---- shares ----------------------------------------------------------------------------------------------------- */

static bk_status
shares_write(writing *w, const char *name, const double *share, const char *source, const char *confidence)
{
    static const bki_column columns[] = {TEXT("region"), TEXT("sector"), NUMBER("share"), TEXT("source"),
                                         TEXT("confidence")};
    const bki_facts        *f = w->facts;
    bki_table              *table = table_create(w, columns, 5, f->n_regions * f->n_sectors);

    BK_TRY(bk_arena_ok(f->arena));
    for (size_t at = 0; at < f->n_regions * f->n_sectors; at++) {
        bki_put_text(table, f->region_names[at / f->n_sectors]);
        bki_put_text(table, f->sector_names[at % f->n_sectors]);
        bki_put_number(table, share[at]);
        put_source(table, source, confidence);
    }
    return table_write(w, table, path_in(w, name));
}

static bk_status
inputs_write(writing *w)
{
    static const bki_column columns[] = {TEXT("region"),  TEXT("using_sector"), TEXT("supplying_sector"),
                                         NUMBER("share"), TEXT("source"),       TEXT("confidence")};
    const bki_facts        *f = w->facts;
    const size_t            J = f->n_sectors;
    bki_table              *table = table_create(w, columns, 6, f->n_regions * J * J);

    BK_TRY(bk_arena_ok(f->arena));
    for (size_t at = 0; at < f->n_regions * J * J; at++) {
        bki_put_text(table, f->region_names[at / (J * J)]);
        bki_put_text(table, f->sector_names[at / J % J]);
        bki_put_text(table, f->sector_names[at % J]);
        bki_put_number(table, w->result->input_share[at]);
        put_source(table, "balance/technology.csv, fitted to the region's supply and use", "estimate");
    }
    return table_write(w, table, path_in(w, "input_share.csv"));
}

/* ---- changes ---------------------------------------------------------------------------------------------------- */

static const char *
name_or_null(const char *const *names, uint32_t index)
{
    return index == BK_NONE ? NULL : names[index];
}

static bk_status
changes_write(writing *w)
{
    static const bki_column columns[] = {TEXT("step"),   TEXT("quantity"), TEXT("region"),  TEXT("partner"),
                                         TEXT("sector"), NUMBER("before"), NUMBER("after"), TEXT("reason")};
    const bki_facts        *f = w->facts;
    const bk_balance       *result = w->result;
    bki_table              *table = table_create(w, columns, 8, result->n_changes);
    const char             *path = w->request->changes;

    if (path == NULL) {
        const char *folder = bki_facts_path(f, "balance");
        BK_TRY(bk_arena_ok(f->arena));
        BK_TRY(bki_folder_make(w->facts->ctx, folder));
        path = bki_facts_path(f, "balance/changes.csv");
    }
    BK_TRY(bk_arena_ok(f->arena));
    for (size_t c = 0; c < result->n_changes; c++) {
        const bk_balance_change *change = &result->changes[c];
        bki_put_text(table, bk_balance_step_name(change->step));
        bki_put_text(table, change->quantity);
        bki_put_text(table, name_or_null(f->region_names, change->region));
        bki_put_text(table, name_or_null(f->region_names, change->partner));
        bki_put_text(table, name_or_null(f->sector_names, change->sector));
        bki_put_number(table, change->before);
        bki_put_number(table, change->after);
        bki_put_text(table, change->reason);
        bki_end_row(table);
    }
    return table_write(w, table, path);
}

/* ---- all of it -------------------------------------------------------------------------------------------------- */

/* Whether a table of the economy is going to be written. */
typedef struct target {
    const char *name;
    bool        is_written;
} target;

/* Refuses, before anything is written, to write over tables unless that was asked for. */
static bk_status
old_tables_check(const writing *w)
{
    const bki_facts *f = w->facts;
    const bool       elsewhere = w->request->out != NULL;
    const target     targets[] = {{"region.csv", true},
                                  {"sector.csv", elsewhere || f->sector_is_fact},
                                  {"trade.csv", true},
                                  {"tariff.csv", elsewhere || f->tariff_is_fact},
                                  {"unit_value.csv", w->has_unit_values},
                                  {"value_added_share.csv", true},
                                  {"input_share.csv", true},
                                  {"final_share.csv", true}};
    bk_status        first = BK_OK;

    for (size_t t = 0; !w->request->replace && t < sizeof targets / sizeof *targets; t++) {
        const char *path = path_in(w, targets[t].name);
        BK_TRY(bk_arena_ok(f->arena));
        if (targets[t].is_written && bki_exists(path))
            first = bk_fail_at(f->ctx, BK_ERR_FILE, path, 0, 0,
                               "write elsewhere (--out), or say that it may be replaced (--replace)",
                               "the table is there already");
    }
    return first;
}

/* All but region.csv, from facts. */
static bk_status
economy_write(writing *w)
{
    const bool elsewhere = w->request->out != NULL;

    if (elsewhere || w->facts->sector_is_fact)
        BK_TRY(sectors_write(w));
    BK_TRY(trade_write(w));
    if (elsewhere || w->facts->tariff_is_fact)
        BK_TRY(tariff_write(w));
    BK_TRY(unit_values_copy(w));
    BK_TRY(shares_write(w, "value_added_share.csv", w->result->value_added_share, "balance/account.csv", "derived"));
    BK_TRY(inputs_write(w));
    return shares_write(w, "final_share.csv", w->result->final_share, "expenditure less intermediate use, over income",
                        "derived");
}

bk_status
bki_balance_write(bki_facts *f, const bk_balance *result, const bk_balance_request *request, const char **files,
                  size_t *n_files)
{
    writing w = {.facts = f, .result = result, .request = request, .files = files, .n_files = n_files};

    w.folder = request->out != NULL ? request->out : bki_facts_path(f, "economy");
    const char *unit_values = bki_facts_path(f, "balance/unit_value.csv");
    BK_TRY(bk_arena_ok(f->arena));
    w.has_unit_values = bki_exists(unit_values);
    BK_TRY(old_tables_check(&w));
    BK_TRY(bki_folder_make(w.facts->ctx, w.folder));
    BK_TRY(regions_write(&w));
    if (f->trade != NULL)
        BK_TRY(economy_write(&w));
    else
        BK_TRY(bki_balance_patch(f, result, w.folder, request->out != NULL, files, n_files));
    return changes_write(&w);
}
