/* Regions and sectors of a base year: their tables are kept as text, since most of their columns only pass through. */
#include "study/balance.h"
#include "io/columns.h"
#include "io/folder.h"
#include "io/rows.h"

#include <string.h>

/* ---- a table as text -------------------------------------------------------------------------------------------- */

static bk_status
row_keep(bki_facts *f, bki_copied *table, const bki_csv_record *record, size_t row, size_t *capacity)
{
    if (row == *capacity) {
        const size_t larger = 2 * *capacity + 64;
        const char **grown = BK_NEW(f->arena, const char *, larger * record->n_fields);
        BK_TRY(bk_arena_ok(f->arena));
        if (row > 0)
            memcpy(grown, table->cells, row * table->n_columns * sizeof *grown);
        table->cells = grown;
        *capacity = larger;
    }
    table->n_columns = record->n_fields;
    for (size_t c = 0; c < record->n_fields; c++) {
        const bki_span span = bki_span_trim(record->fields[c].text, record->fields[c].length);
        table->cells[row * table->n_columns + c] = bk_arena_text(f->arena, span.start, span.length);
    }
    table->n_rows = row;
    return bk_arena_ok(f->arena);
}

static bk_status
rows_keep(bki_facts *f, bki_copied *table)
{
    bki_csv_record record;
    size_t         capacity = 0;

    for (size_t row = 0;; row++) {
        BK_TRY(bki_csv_next(f->csv, &record));
        if (record.n_fields == 0)
            return BK_OK;
        BK_TRY(row_keep(f, table, &record, row, &capacity));
    }
}

bk_status
bki_table_keep(bki_facts *f, const char *path, bki_copied *table)
{
    const size_t before = bk_error_count(f->ctx);

    *table = (bki_copied){.path = path};
    BK_TRY(bki_csv_open(f->csv, path, path));
    const bk_status status = rows_keep(f, table);
    bki_csv_close(f->csv);
    BK_TRY(bki_first_fault(f->ctx, before, status));
    if (table->n_rows == 0)
        return bk_fail_at(f->ctx, BK_ERR_SCHEMA, path, 1, 1, "its first line names the columns",
                          "the table has no rows");
    return BK_OK;
}

/* ---- what they say ---------------------------------------------------------------------------------------------- */

typedef struct place_row {
    bki_facts  *facts;
    const char *path;
    size_t      row;
} place_row;

static bk_status
duplicate(const place_row *r, const bki_named_cell *cell, int line)
{
    bk_fail_at(r->facts->ctx, BK_ERR_DUPLICATE, r->path, line, cell->column, "leave one of the two out",
               "%.*s stands here twice", (int)(cell->length < 60 ? cell->length : 60), cell->text);
    return BK_OK;
}

static bk_status
region_row(void *state, const bki_named_cell *cells, int line)
{
    place_row *r = state;
    bki_facts *f = r->facts;

    const uint32_t index = bk_names_intern(f->regions, cells[0].text, cells[0].length);
    BK_TRY(bk_arena_ok(f->arena));
    if (index != r->row)
        return duplicate(r, &cells[0], line);
    f->value_added[r->row++] = cells[1].number;
    return BK_OK;
}

static bool
says_no(const bki_named_cell *cell)
{
    return cell->length > 0 && (cell->text[0] == '0' || cell->text[0] == 'n' || cell->text[0] == 'N' ||
                                cell->text[0] == 'f' || cell->text[0] == 'F');
}

static bk_status
sector_row(void *state, const bki_named_cell *cells, int line)
{
    place_row *r = state;
    bki_facts *f = r->facts;

    const uint32_t index = bk_names_intern(f->sectors, cells[0].text, cells[0].length);
    BK_TRY(bk_arena_ok(f->arena));
    if (index != r->row)
        return duplicate(r, &cells[0], line);
    f->traded[r->row++] = !says_no(&cells[1]);
    return BK_OK;
}

static bk_status
names_list(bki_facts *f, const bk_names *names, size_t *n, const char ***out)
{
    *n = bk_names_count(names);
    *out = BK_NEW(f->arena, const char *, *n);
    BK_TRY(bk_arena_ok(f->arena));
    for (size_t i = 0; i < *n; i++)
        (*out)[i] = bk_names_text(names, (uint32_t)i);
    return BK_OK;
}

/* balance/NAME if it is there and wanted, else economy/NAME. */
static const char *
place_path(const bki_facts *f, const char *name, bool from_economy, bool *is_fact)
{
    const char *fact = bki_facts_path(f, bk_arena_format(f->arena, "balance/%s", name));

    *is_fact = !from_economy && fact != NULL && bki_exists(fact);
    return *is_fact ? fact : bki_facts_path(f, bk_arena_format(f->arena, "economy/%s", name));
}

bk_status
bki_facts_read_places(bki_facts *f, bool from_economy)
{
    static const bki_named_column region[] = {
        {.name = "region", .is_required = true},
        {.name = "value_added", .is_number = true, .is_required = true, .least = 1e-300, .most = 1e300}};
    static const bki_named_column sector[] = {{.name = "sector", .is_required = true}, {.name = "traded"}};
    const char                   *region_path = place_path(f, "region.csv", from_economy, &f->region_is_fact);
    const char                   *sector_path = place_path(f, "sector.csv", from_economy, &f->sector_is_fact);

    f->csv = bki_csv_create(f->ctx, f->arena);
    f->regions = bk_names_create(f->arena);
    f->sectors = bk_names_create(f->arena);
    BK_TRY(bk_arena_ok(f->arena));
    const bk_status regions = bki_table_keep(f, region_path, &f->region),
                    sectors = bki_table_keep(f, sector_path, &f->sector);
    BK_TRY(regions);
    BK_TRY(sectors);
    f->value_added = BK_NEW(f->arena, double, f->region.n_rows);
    f->traded = BK_NEW(f->arena, bool, f->sector.n_rows);
    BK_TRY(bk_arena_ok(f->arena));
    place_row       r = {f, region_path, 0}, s = {f, sector_path, 0};
    const bk_status region_rows = bki_columns_read(f->ctx, f->csv, region_path, region, 2, region_row, &r);
    const bk_status sector_rows = bki_columns_read(f->ctx, f->csv, sector_path, sector, 2, sector_row, &s);
    BK_TRY(region_rows);
    BK_TRY(sector_rows);
    BK_TRY(names_list(f, f->regions, &f->n_regions, &f->region_names));
    return names_list(f, f->sectors, &f->n_sectors, &f->sector_names);
}
