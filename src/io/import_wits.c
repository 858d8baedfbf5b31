/* WITS/TRAINS tariffs: one row for a reporter (importer), a partner (exporter) and a product, in percent.  Rows are
 * averaged to sectors with imports as weights, or plainly.  A partner that means everyone (WLD, 000) stands for the
 * partners that have no row of their own. */
#include "io/columns.h"
#include "io/import.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#define USD_IN_IMPORTS 1000.0

typedef struct tally {       /* of percent */
    double weighted, weight; /* sum of rate x imports, of imports */
    double plain, lines;     /* sum of rates, of rows */
} tally;

typedef struct wits {
    bki_import *import;
    const char *duty;
    tally      *pair;  /* [sector][importer][exporter] */
    tally      *world; /* [sector][importer] */
    bool        has_imports;
    double      year;
    bool        has_years;
} wits;

enum { REPORTER, REPORTER_NAME, PARTNER, PARTNER_NAME, PRODUCT, DUTY, SIMPLE, WEIGHTED, IMPORTS, YEAR, N_COLUMNS };

static const char *const file_name = "tariff.csv";

static bool
cell_is(const bki_named_cell *cell, const char *text)
{
    return cell->length == strlen(text) && strncasecmp(cell->text, text, cell->length) == 0;
}

static bool
is_world(const bki_named_cell *code, const bki_named_cell *name)
{
    return cell_is(code, "WLD") || cell_is(code, "000") || cell_is(code, "0") || cell_is(code, "World") ||
           (code->is_empty && (name->is_empty || cell_is(name, "World")));
}

static uint32_t
region_of(const wits *w, const bki_named_cell *code, const bki_named_cell *name)
{
    const uint32_t by_code = bki_concordance_find(&w->import->regions, code->text, code->length);

    return by_code != BK_NONE ? by_code : bki_concordance_find(&w->import->regions, name->text, name->length);
}

/* The rate of a line: its weighted mean if it has one and weights are wanted, else its simple mean. */
static bool
rate_of(const wits *w, const bki_named_cell *cells, double *rate)
{
    const bki_named_cell *first = &cells[w->import->request->simple ? SIMPLE : WEIGHTED];
    const bki_named_cell *second = &cells[w->import->request->simple ? WEIGHTED : SIMPLE];

    *rate = first->is_empty ? second->number : first->number;
    return !first->is_empty || !second->is_empty;
}

static void
tally_add(tally *t, double rate, double imports)
{
    t->weighted += rate * imports;
    t->weight += imports;
    t->plain += rate;
    t->lines += 1.0;
}

/* Which of the row's codes the concordances do not know, if any. */
static bk_status
unmapped(wits *w, const bki_named_cell *cells, uint32_t importer, uint32_t exporter, bool world, double imports)
{
    const bki_named_cell *who = importer == BK_NONE ? &cells[REPORTER] : &cells[PARTNER];

    if (who->is_empty)
        who = importer == BK_NONE ? &cells[REPORTER_NAME] : &cells[PARTNER_NAME];
    if (importer == BK_NONE || (exporter == BK_NONE && !world))
        return bki_import_drop_code(w->import, importer == BK_NONE ? "reporter" : "partner", who->text, who->length,
                                    "not among the regions", imports);
    return bki_import_drop_code(w->import, "product", cells[PRODUCT].text, cells[PRODUCT].length,
                                "not among the sectors", imports);
}

static bk_status
tariff_row(void *state, const bki_named_cell *cells, int line)
{
    wits        *w = state;
    bki_import  *import = w->import;
    const double imports =
        cells[IMPORTS].is_empty ? 0.0 : cells[IMPORTS].number * USD_IN_IMPORTS / import->request->money_usd;
    double rate;

    (void)line;
    import->report.cells_read++;
    import->report.value_read += imports;
    if (!cells[DUTY].is_empty && !cell_is(&cells[DUTY], w->duty))
        return bki_import_drop_code(import, "rows of duty type", cells[DUTY].text, cells[DUTY].length,
                                    "another duty type is asked for", imports);
    if (!rate_of(w, cells, &rate))
        return bki_import_drop(import, "rows without a rate", "neither a simple nor a weighted average", 1, imports);
    const bool     world = is_world(&cells[PARTNER], &cells[PARTNER_NAME]);
    const uint32_t importer = region_of(w, &cells[REPORTER], &cells[REPORTER_NAME]);
    const uint32_t exporter = world ? BK_NONE : region_of(w, &cells[PARTNER], &cells[PARTNER_NAME]);
    const uint32_t sector = bki_concordance_find_start(&import->sectors, cells[PRODUCT].text, cells[PRODUCT].length);
    if (importer == BK_NONE || sector == BK_NONE || (exporter == BK_NONE && !world))
        return unmapped(w, cells, importer, exporter, world, imports);
    if (importer == exporter)
        return bki_import_drop(import, "rows inside one region", "a region has no tariff on itself", 1, imports);
    import->report.cells_kept++;
    import->report.value_kept += imports;
    w->has_imports |= imports > 0.0;
    w->has_years |= w->year >= 0.0 && !cells[YEAR].is_empty && cells[YEAR].number != w->year;
    w->year = cells[YEAR].is_empty ? w->year : cells[YEAR].number;
    const size_t row = sector * import->n_regions + importer;
    tally_add(world ? &w->world[row] : &w->pair[row * import->n_regions + exporter], rate, imports);
    return BK_OK;
}

/* Percent; false if the tally is empty. */
static bool
tally_mean(const wits *w, const tally *t, double *mean)
{
    const bool by_weight = !w->import->request->simple && t->weight > 0.0;

    *mean = t->lines <= 0.0 ? 0.0 : by_weight ? t->weighted / t->weight : t->plain / t->lines;
    return t->lines > 0.0;
}

static bk_status
tariffs_write(wits *w)
{
    bki_import  *import = w->import;
    const size_t N = import->n_regions;
    const char  *source = bk_arena_format(import->scratch, "WITS %s %.0f, %s", w->duty, w->year, import->request->path);
    const char  *for_world = bk_arena_format(import->scratch, "%s, partner: world", source);
    bki_import_output out;
    size_t            missing = 0, from_world = 0;

    BK_TRY(bk_arena_ok(import->scratch));
    bki_import_begin(import, file_name, "sector,exporter,importer,rate", &out);
    for (size_t at = 0; at < import->n_sectors * N * N; at++) {
        const size_t n = at / N % N, i = at % N;
        double       percent;
        if (n == i)
            continue;
        const bool own = tally_mean(w, &w->pair[at], &percent);
        if (!own && !tally_mean(w, &w->world[at / N], &percent)) {
            missing++;
            continue;
        }
        from_world += !own;
        const char *const key[] = {bki_import_sector(import, at / (N * N)), bki_import_region(import, i),
                                   bki_import_region(import, n)};
        const double      rate = percent / 100.0;
        bki_import_row(&out, key, 3, &rate, 1, own ? source : for_world, "derived");
    }
    if (from_world > 0)
        bki_import_note(import, "%zu rates are those towards the world, since the partner has no rows of its own",
                        from_world);
    if (missing > 0)
        bki_import_note(import,
                        "%zu combinations of sector, exporter and importer have no rate and no row: they count as free",
                        missing);
    return bki_import_end(&out);
}

bk_status
bki_import_wits(bki_import *import)
{
    static const bki_named_column columns[N_COLUMNS] = {
        [REPORTER] = {.name = "reporter|reporter_iso_n|reporter_iso3|importer",
                      .is_required = true,
                      .may_be_empty = true},
        [REPORTER_NAME] = {.name = "reporter_name", .may_be_empty = true},
        [PARTNER] = {.name = "partner|partner_iso_n|partner_iso3|prf|exporter", .may_be_empty = true},
        [PARTNER_NAME] = {.name = "partner_name", .may_be_empty = true},
        [PRODUCT] = {.name = "product|productcode|product_code|hs_code|hs6", .is_required = true},
        [DUTY] = {.name = "dutytype|duty_type|tariff_type", .may_be_empty = true},
        [SIMPLE] = {.name = "simple_average|simpleaverage|sum_average|ad_valorem",
                    .is_number = true,
                    .may_be_empty = true,
                    .least = 0,
                    .most = 1e5},
        [WEIGHTED] = {.name = "weighted_average|weightedaverage",
                      .is_number = true,
                      .may_be_empty = true,
                      .least = 0,
                      .most = 1e5},
        [IMPORTS] = {.name = "imports value in 1000 usd|import value in 1000 usd|trade value in 1000 usd|imports",
                     .is_number = true,
                     .may_be_empty = true,
                     .least = 0,
                     .most = 1e15},
        [YEAR] = {.name = "tariff_year|year", .is_number = true, .may_be_empty = true, .least = 1900, .most = 2200}};
    const size_t n_rows = import->n_sectors * import->n_regions;
    wits         w = {.import = import,
                      .duty = import->request->duty != NULL ? import->request->duty : "AHS",
                      .year = -1.0,
                      .pair = BK_NEW(import->scratch, tally, n_rows * import->n_regions),
                      .world = BK_NEW(import->scratch, tally, n_rows)};

    BK_TRY(bk_arena_ok(import->scratch));
    BK_TRY(bki_import_may_write(import, file_name));
    BK_TRY(bki_columns_read(import->ctx, import->csv, import->request->path, columns, N_COLUMNS, tariff_row, &w));
    if (import->report.cells_kept == 0)
        return bk_fail_hint(import->ctx, BK_ERR_REFERENCE, "check the concordances and the duty type (--duty)",
                            "%s has no rate of duty type %s between two regions and with a sector",
                            import->request->path, w.duty);
    if (w.has_years)
        bki_import_note(import, "the file holds more than one year, all were averaged");
    if (!import->request->simple && !w.has_imports)
        bki_import_note(import, "the file has no imports: rates are plain means over its rows");
    return tariffs_write(&w);
}
