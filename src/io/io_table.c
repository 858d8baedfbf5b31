#include "io/io_table.h"
#include "io/columns.h"

#include <math.h>
#include <string.h>

static bk_status
columns_check(bki_io_table *t)
{
    size_t found[3] = {0};

    for (size_t c = t->first; c < t->n_columns; c++)
        found[t->columns[c].kind] += t->columns[c].region != BK_NONE;
    if (found[BKI_IO_INDUSTRY] > 0 && found[BKI_IO_FINAL] > 0)
        return BK_OK;
    return bk_fail_hint(t->import->ctx, BK_ERR_REFERENCE,
                        "the concordances name countries and industries as the table does",
                        "%s: %zu columns are industries of the concordances, %zu are final demand of their countries",
                        t->import->request->path, found[BKI_IO_INDUSTRY], found[BKI_IO_FINAL]);
}

bk_status
bki_io_start(bki_import *import, size_t n_columns, size_t first, bki_io_table *t)
{
    static const char *const files[] = {"region.csv", "trade.csv", "account.csv", "technology.csv"};
    const size_t             N = import->n_regions, J = import->n_sectors;

    *t = (bki_io_table){
        .import = import, .unit = 1e6 / import->request->money_usd, .n_columns = n_columns, .first = first};
    for (size_t f = 0; f < sizeof files / sizeof *files; f++)
        BK_TRY(bki_import_may_write(import, files[f]));
    t->columns = BK_NEW(import->scratch, bki_io_column, n_columns);
    t->trade = BK_NEW(import->scratch, double, J *N *N);
    t->inputs = BK_NEW(import->scratch, double, N *J *J);
    t->final_use = BK_NEW(import->scratch, double, N *J);
    t->value_added = BK_NEW(import->scratch, double, N *J);
    t->other_cost = BK_NEW(import->scratch, double, N *J);
    t->output = BK_NEW(import->scratch, double, N *J);
    return bk_arena_ok(import->scratch);
}

bk_status
bki_io_column_set(bki_io_table *t, size_t at, const char *country, size_t country_length, const char *code,
                  size_t code_length, bool is_final)
{
    bki_import    *import = t->import;
    bki_io_column *column = &t->columns[at];

    column->kind = is_final ? BKI_IO_FINAL : BKI_IO_INDUSTRY;
    column->region = bki_concordance_find(&import->regions, country, country_length);
    column->sector = is_final ? 0 : bki_concordance_find(&import->sectors, code, code_length);
    if (column->region != BK_NONE && column->sector != BK_NONE)
        return BK_OK;
    column->label = column->region == BK_NONE
                        ? bk_arena_format(import->scratch, "columns of country %.*s", (int)country_length, country)
                        : bk_arena_format(import->scratch, "columns of industry %.*s", (int)code_length, code);
    column->region = BK_NONE;
    return bk_arena_ok(import->scratch);
}

/* ---- rows ------------------------------------------------------------------------------------------------------- */

typedef struct seller { /* or the kind of cost a row holds */
    bki_io_row kind;
    uint32_t   region, sector;
    size_t     cells; /* not 0, of a row that is dropped */
    double     value;
} seller;

static void
cell_add(bki_io_table *t, seller *s, const bki_io_column *column, double value)
{
    const size_t N = t->import->n_regions, J = t->import->n_sectors, use = column->region * J + column->sector;

    switch (s->kind) {
    case BKI_IO_SALES:
        t->trade[(s->sector * N + column->region) * N + s->region] += value;
        if (column->kind == BKI_IO_INDUSTRY)
            t->inputs[use * J + s->sector] += value;
        else
            t->final_use[column->region * J + s->sector] += value;
        break;
    case BKI_IO_VALUE_ADDED:
        t->value_added[use] += column->kind == BKI_IO_INDUSTRY ? value : 0.0;
        break;
    case BKI_IO_OTHER_COST:
        t->other_cost[use] += column->kind == BKI_IO_INDUSTRY ? value : 0.0;
        break;
    case BKI_IO_OUTPUT:
        t->output[use] += column->kind == BKI_IO_INDUSTRY ? value : 0.0;
        break;
    case BKI_IO_SKIPPED:
        break;
    }
}

static bk_status
cell_take(bki_io_table *t, seller *s, size_t at, const bki_csv_record *record)
{
    bki_import     *import = t->import;
    bki_io_column  *column = &t->columns[at];
    const bk_field *field = &record->fields[at];
    double          number;

    if (field->length == 0 || (field->length == 1 && field->text[0] == '0'))
        return BK_OK;
    const bki_span text = bki_span_trim(field->text, field->length);
    if (text.length == 0)
        return BK_OK;
    if (!bki_span_number((bki_span){text.start, text.length}, &number)) {
        bk_fail_at(import->ctx, BK_ERR_VALUE, import->request->path, record->line, (int)field->column,
                   "export numbers without thousands separators", "%.*s is no number",
                   text.length < 60 ? (int)text.length : 60, text.start);
        return BK_OK;
    }
    const double value = number * t->unit;
    if (s->kind == BKI_IO_SALES) {
        import->report.cells_read++;
        import->report.value_read += value;
    }
    if (s->kind == BKI_IO_SALES && s->region == BK_NONE) {
        s->cells++;
        s->value += value;
    } else if (column->region == BK_NONE) {
        column->dropped += s->kind == BKI_IO_SALES;
        column->dropped_value += s->kind == BKI_IO_SALES ? value : 0.0;
    } else {
        import->report.cells_kept += s->kind == BKI_IO_SALES;
        import->report.value_kept += s->kind == BKI_IO_SALES ? value : 0.0;
        cell_add(t, s, column, value);
    }
    return BK_OK;
}

bk_status
bki_io_row_add(bki_io_table *t, bki_io_row kind, const char *country, size_t country_length, const char *code,
               size_t code_length, const bki_csv_record *record)
{
    bki_import *import = t->import;
    seller      s = {.kind = kind, .region = 0, .sector = 0};

    if (kind == BKI_IO_SKIPPED)
        return BK_OK;
    if (bk_cancelled(import->ctx))
        return bk_fail(import->ctx, BK_ERR_CANCELLED, "interrupted while reading %s", import->request->path);
    bool is_country = true;
    if (kind == BKI_IO_SALES) {
        s.region = bki_concordance_find(&import->regions, country, country_length);
        s.sector = bki_concordance_find(&import->sectors, code, code_length);
        is_country = s.region != BK_NONE;
        s.region = s.sector == BK_NONE ? BK_NONE : s.region;
        t->n_sellers += s.region != BK_NONE;
    }
    t->has_output |= kind == BKI_IO_OUTPUT;
    for (size_t c = t->first; c < record->n_fields; c++)
        if (t->columns[c].kind != BKI_IO_NO_COLUMN)
            BK_TRY(cell_take(t, &s, c, record));
    if (s.cells == 0)
        return BK_OK;
    const char *what = is_country
                           ? bk_arena_format(import->scratch, "rows of industry %.*s", (int)code_length, code)
                           : bk_arena_format(import->scratch, "rows of country %.*s", (int)country_length, country);
    BK_TRY(bk_arena_ok(import->scratch));
    return bki_import_drop(import, what, is_country ? "not among the sectors" : "not among the regions", s.cells,
                           s.value);
}

/* ---- facts ------------------------------------------------------------------------------------------------------ */

static bk_status
columns_drop(bki_io_table *t)
{
    for (size_t c = t->first; c < t->n_columns; c++)
        if (t->columns[c].dropped > 0)
            BK_TRY(bki_import_drop(t->import, t->columns[c].label, "not in the concordances", t->columns[c].dropped,
                                   t->columns[c].dropped_value));
    return BK_OK;
}

/* Sales that inventories make negative become 0. */
static void
negative_sales_clear(bki_io_table *t)
{
    const size_t n = t->import->n_sectors * t->import->n_regions * t->import->n_regions;
    size_t       count = 0;
    double       value = 0.0;

    for (size_t at = 0; at < n; at++)
        if (t->trade[at] < 0.0) {
            count++;
            value += t->trade[at];
            t->trade[at] = 0.0;
        }
    if (count > 0)
        bki_import_note(t->import, "%zu sales were negative (inventories), %.6g in all, and were set to 0", count,
                        value);
}

static double
sales_of(const bki_io_table *t, size_t r, size_t j)
{
    const size_t N = t->import->n_regions;
    double       sum = 0.0;

    for (size_t n = 0; n < N; n++)
        sum += t->trade[(j * N + n) * N + r];
    return sum;
}

/* Value added with other costs, never less than a hundredth of output (a sector that lives on subsidies). */
static void
costs_settle(bki_io_table *t)
{
    const size_t N = t->import->n_regions, J = t->import->n_sectors;
    double       other = 0.0, worst = 0.0;
    size_t       raised = 0, worst_at = 0;

    for (size_t at = 0; at < N * J; at++) {
        const double sales = sales_of(t, at / J, at % J);
        other += t->other_cost[at];
        t->value_added[at] += t->other_cost[at];
        if (t->value_added[at] < 0.01 * sales) {
            t->value_added[at] = 0.01 * sales;
            raised++;
        }
        const double gap = t->has_output && t->output[at] > 0.0 ? fabs(sales / t->output[at] - 1.0) : 0.0;
        worst_at = gap > worst ? at : worst_at;
        worst = fmax(worst, gap);
    }
    bki_import_note(t->import,
                    "taxes less subsidies, margins and adjustments of industries, %.6g, count as value added", other);
    if (raised > 0)
        bki_import_note(t->import, "value added of %zu sectors was raised to a hundredth of their output", raised);
    if (worst > 1e-6)
        bki_import_note(t->import, "sales and the table's output differ by up to %.2g of it (%s in %s)", worst,
                        bki_import_sector(t->import, worst_at % J), bki_import_region(t->import, worst_at / J));
}

static bk_status
regions_write(bki_io_table *t, const char *source)
{
    bki_import       *import = t->import;
    const size_t      J = import->n_sectors;
    bki_import_output out;

    bki_import_begin(import, "region.csv", "region,country,name,value_added", &out);
    for (size_t r = 0; r < import->n_regions; r++) {
        const char       *name = bki_import_region(import, r);
        const char *const key[] = {name, name, name};
        const double      added = bk_sum(t->value_added + r * J, J);
        bki_import_row(&out, key, 3, &added, 1, source, "derived");
    }
    return bki_import_end(&out);
}

static bk_status
trade_write(bki_io_table *t, const char *source)
{
    bki_import       *import = t->import;
    const size_t      N = import->n_regions;
    bki_import_output out;

    bki_import_begin(import, "trade.csv", "sector,exporter,importer,value", &out);
    for (size_t at = 0; at < import->n_sectors * N * N; at++) {
        const size_t      n = at / N % N, i = at % N;
        const char *const key[] = {bki_import_sector(import, at / (N * N)), bki_import_region(import, i),
                                   bki_import_region(import, n)};
        if (t->trade[at] > 0.0 || n == i) /* own sales always: they are known, and may be 0 */
            bki_import_row(&out, key, 3, &t->trade[at], 1, source, "derived");
    }
    return bki_import_end(&out);
}

static bk_status
accounts_write(bki_io_table *t, const char *source)
{
    bki_import       *import = t->import;
    const size_t      J = import->n_sectors;
    bki_import_output out;

    bki_import_begin(import, "account.csv", "region,sector,value_added,value_added_share,intermediate_share", &out);
    for (size_t at = 0; at < import->n_regions * J; at++) {
        const size_t r = at / J, j = at % J;
        double       use = 0.0;
        for (size_t k = 0; k < J; k++)
            use += t->inputs[(r * J + k) * J + j];
        const double      all = use + t->final_use[at];
        const char *const key[] = {bki_import_region(import, r), bki_import_sector(import, j)};
        const double      share = all > 0.0 ? fmin(1.0, fmax(0.0, use / all)) : 0.0;
        bki_import_row(&out, key, 2, (double[]){t->value_added[at], -1.0, share}, 3, source, "derived");
    }
    return bki_import_end(&out);
}

static bk_status
technology_write(bki_io_table *t, const char *source)
{
    bki_import       *import = t->import;
    const size_t      J = import->n_sectors;
    bki_import_output out;
    size_t            negative = 0;

    bki_import_begin(import, "technology.csv", "region,using_sector,supplying_sector,share", &out);
    for (size_t at = 0; at < import->n_regions * J * J; at++) {
        const char *const key[] = {bki_import_region(import, at / (J * J)), bki_import_sector(import, at / J % J),
                                   bki_import_sector(import, at % J)};
        negative += t->inputs[at] < 0.0;
        if (t->inputs[at] > 0.0)
            bki_import_row(&out, key, 3, &t->inputs[at], 1, source, "derived");
    }
    if (negative > 0)
        bki_import_note(import, "%zu inputs were negative and were left out of the technology", negative);
    return bki_import_end(&out);
}

bk_status
bki_io_finish(bki_io_table *t)
{
    const char *source = bk_arena_format(t->import->scratch, "%s, %s",
                                         t->import->request->format == BK_IMPORT_ICIO ? "OECD ICIO" : "ADB MRIO",
                                         t->import->request->path);

    BK_TRY(bk_arena_ok(t->import->scratch));
    BK_TRY(columns_check(t));
    if (t->n_sellers == 0)
        return bk_fail_hint(t->import->ctx, BK_ERR_REFERENCE,
                            "the concordances name countries and industries as the table does",
                            "%s has no row of an industry of the concordances", t->import->request->path);
    BK_TRY(columns_drop(t));
    negative_sales_clear(t);
    costs_settle(t);
    BK_TRY(regions_write(t, source));
    BK_TRY(trade_write(t, source));
    BK_TRY(accounts_write(t, source));
    return technology_write(t, source);
}
