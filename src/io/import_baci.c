/* CEPII BACI (Gaulier & Zignago 2010): t year, i exporter, j importer, k HS product, v thousand USD, q tonnes.
 * Eleven million rows a year: codes go through tables by number, so that a row costs two loads and two additions. */
#include "io/columns.h"
#include "io/import.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define COUNTRIES 1000    /* three digits */
#define PRODUCTS  1000000 /* six digits */
#define UNSEEN    (UINT32_MAX - 1)
#define USD_IN_V  1000.0

typedef struct baci {
    bki_import *import;
    uint32_t   *region;  /* [COUNTRIES] BK_NONE: not in the concordance */
    uint32_t   *sector;  /* [PRODUCTS] UNSEEN: not looked up yet */
    double     *value;   /* [sector][importer][exporter] money */
    double     *weighed; /* [sector][importer][exporter] USD of rows that have tonnes */
    double     *tonnes;  /* [sector][importer][exporter] t */
    double      unit;    /* money in one v */
    size_t      without_tonnes;
    double      year; /* of the first row; -1 before */
    bool        has_years;
} baci;

/* ---- countries -------------------------------------------------------------------------------------------------- */

static uint32_t
region_of(const baci *b, const bki_named_cell *cell)
{
    return cell->is_empty ? BK_NONE : bki_concordance_find(&b->import->regions, cell->text, cell->length);
}

/* A row of country_codes: the concordance may know the country by number, three letters or name. */
static bk_status
country_row(void *state, const bki_named_cell *cells, int line)
{
    baci *b = state;

    (void)line;
    uint32_t region = region_of(b, &cells[0]);
    for (size_t c = 1; c < 3 && region == BK_NONE; c++)
        region = region_of(b, &cells[c]);
    b->region[(size_t)cells[0].number] = region;
    return BK_OK;
}

static bk_status
countries_read(baci *b)
{
    static const bki_named_column columns[] = {
        {.name = "country_code|code|i", .is_number = true, .is_required = true, .least = 0, .most = COUNTRIES - 1},
        {.name = "country_iso3|iso_3digit_alpha|iso3", .may_be_empty = true},
        {.name = "country_name|country_name_full|name", .may_be_empty = true}};
    const bki_concordance *regions = &b->import->regions;

    for (size_t code = 0; code < COUNTRIES; code++)
        b->region[code] = BK_NONE;
    for (uint32_t i = 0; i < bk_names_count(regions->codes); i++) { /* numbers in the concordance itself */
        const char *text = bk_names_text(regions->codes, i);
        double      number;
        if (bki_span_integer((bki_span){text, strlen(text)}, &number) && number >= 0.0 && number < COUNTRIES)
            b->region[(size_t)number] = regions->target[i];
    }
    if (b->import->request->countries == NULL)
        return BK_OK;
    return bki_columns_read(b->import->ctx, b->import->csv, b->import->request->countries, columns, 3, country_row, b);
}

/* ---- rows ------------------------------------------------------------------------------------------------------- */

/* BACI's products have six digits; spreadsheets take leading zeros away. */
static uint32_t
sector_find(baci *b, const bki_named_cell *cell, size_t *product)
{
    char   padded[8] = "000000";
    double number;

    *product = PRODUCTS;
    if (cell->length > 6 || !bki_span_integer((bki_span){cell->text, cell->length}, &number) || number < 0.0)
        return bki_concordance_find_start(&b->import->sectors, cell->text, cell->length);
    *product = (size_t)number;
    if (b->sector[*product] == UNSEEN) {
        memcpy(padded + 6 - cell->length, cell->text, cell->length);
        b->sector[*product] = bki_concordance_find_start(&b->import->sectors, padded, 6);
    }
    return b->sector[*product];
}

static bk_status
unmapped(baci *b, const bki_named_cell *cells, uint32_t from, uint32_t to, size_t product, double value)
{
    static const char *const no_region = "exporter or importer not among the regions";
    char                     chapter[3];

    if (from == BK_NONE)
        return bki_import_drop_code(b->import, "country", cells[1].text, cells[1].length, no_region, value);
    if (to == BK_NONE)
        return bki_import_drop_code(b->import, "country", cells[2].text, cells[2].length, no_region, value);
    if (product == PRODUCTS)
        return bki_import_drop_code(b->import, "product", cells[3].text, cells[3].length, "not among the sectors",
                                    value);
    snprintf(chapter, sizeof chapter, "%02u", (unsigned)(product / 10000 % 100));
    return bki_import_drop_code(b->import, "products of HS chapter", chapter, 2, "not among the sectors", value);
}

static bk_status
trade_row(void *state, const bki_named_cell *cells, int line)
{
    baci  *b = state;
    size_t product;

    (void)line;
    b->import->report.cells_read++;
    if (cells[4].is_empty)
        return bki_import_drop(b->import, "rows without a value", "v is empty", 1, 0.0);
    const double   value = cells[4].number * b->unit;
    const uint32_t from = b->region[(size_t)cells[1].number], to = b->region[(size_t)cells[2].number];
    const uint32_t sector = sector_find(b, &cells[3], &product);
    b->import->report.value_read += value;
    b->has_years |= b->year >= 0.0 && !cells[0].is_empty && cells[0].number != b->year;
    b->year = cells[0].is_empty ? b->year : cells[0].number;
    if (from == BK_NONE || to == BK_NONE || sector == BK_NONE)
        return unmapped(b, cells, from, to, product, value);
    const size_t at = (sector * b->import->n_regions + to) * b->import->n_regions + from;
    b->import->report.cells_kept++;
    b->import->report.value_kept += value;
    b->value[at] += value;
    if (cells[5].is_empty || cells[5].number <= 0.0) {
        b->without_tonnes++;
        return BK_OK;
    }
    b->weighed[at] += cells[4].number * USD_IN_V;
    b->tonnes[at] += cells[5].number;
    return BK_OK;
}

/* ---- files ------------------------------------------------------------------------------------------------------ */

static const char *const files[] = {"trade.csv", "unit_value.csv", "own_sales.csv"};

static bk_status
trade_write(baci *b, const char *source)
{
    bki_import       *import = b->import;
    const size_t      N = import->n_regions;
    bki_import_output out[2];

    bki_import_begin(import, files[0], "sector,exporter,importer,value", &out[0]);
    bki_import_begin(import, files[1], "sector,exporter,importer,usd_per_tonne", &out[1]);
    for (size_t at = 0; at < import->n_sectors * N * N; at++) {
        const size_t n = at / N % N, i = at % N;
        if (n == i || b->value[at] <= 0.0)
            continue;
        const char *const key[] = {bki_import_sector(import, at / (N * N)), bki_import_region(import, i),
                                   bki_import_region(import, n)};
        bki_import_row(&out[0], key, 3, &b->value[at], 1, source, "derived");
        const double usd_per_tonne = b->tonnes[at] > 0.0 ? b->weighed[at] / b->tonnes[at] : 0.0;
        if (usd_per_tonne > 0.0)
            bki_import_row(&out[1], key, 3, &usd_per_tonne, 1, source, "derived");
    }
    BK_TRY(bki_import_end(&out[0]));
    return bki_import_end(&out[1]);
}

/* Trade among the members of a region: its own sales cannot be less. */
static bk_status
inside_write(baci *b, const char *source)
{
    bki_import       *import = b->import;
    const size_t      N = import->n_regions;
    bki_import_output out;

    bki_import_begin(import, files[2], "region,sector,of_exports,of_imports,least", &out);
    for (size_t r = 0; r < N; r++)
        for (size_t j = 0; j < import->n_sectors; j++) {
            const double inside = b->value[(j * N + r) * N + r];
            if (inside <= 0.0)
                continue;
            const char *const key[] = {bki_import_region(import, r), bki_import_sector(import, j)};
            bki_import_row(&out, key, 2, (double[]){-1.0, -1.0, inside}, 3, source, "derived");
        }
    if (out.rows == 0)
        return BK_OK;
    bki_import_note(
        import,
        "trade among members of one region became the least own sales of that region (%zu rows of own_sales.csv)",
        out.rows);
    return bki_import_end(&out);
}

static bk_status
baci_start(baci *b)
{
    bki_import  *import = b->import;
    const size_t n_cells = import->n_sectors * import->n_regions * import->n_regions;

    for (size_t f = 0; f < 3; f++)
        BK_TRY(bki_import_may_write(import, files[f]));
    b->region = BK_NEW(import->scratch, uint32_t, COUNTRIES);
    b->sector = BK_NEW(import->scratch, uint32_t, PRODUCTS);
    b->value = BK_NEW(import->scratch, double, n_cells);
    b->weighed = BK_NEW(import->scratch, double, n_cells);
    b->tonnes = BK_NEW(import->scratch, double, n_cells);
    BK_TRY(bk_arena_ok(import->scratch));
    for (size_t p = 0; p < PRODUCTS; p++)
        b->sector[p] = UNSEEN;
    return countries_read(b);
}

bk_status
bki_import_baci(bki_import *import)
{
    static const bki_named_column columns[] = {
        {.name = "t|year", .is_number = true, .may_be_empty = true, .least = 1900, .most = 2200},
        {.name = "i|exporter", .is_number = true, .is_required = true, .least = 0, .most = COUNTRIES - 1},
        {.name = "j|importer", .is_number = true, .is_required = true, .least = 0, .most = COUNTRIES - 1},
        {.name = "k|hs6|product", .is_required = true},
        {.name = "v|value", .is_number = true, .is_required = true, .may_be_empty = true, .least = 0, .most = 1e15},
        {.name = "q|quantity", .is_number = true, .may_be_empty = true, .least = 0, .most = 1e15}};
    baci b = {.import = import, .unit = USD_IN_V / import->request->money_usd, .year = -1.0};

    BK_TRY(baci_start(&b));
    BK_TRY(bki_columns_read(import->ctx, import->csv, import->request->path, columns, 6, trade_row, &b));
    if (import->report.cells_kept == 0)
        return bk_fail_hint(
            import->ctx, BK_ERR_REFERENCE,
            "BACI numbers its countries: list numbers in the concordance, or name its country_codes file",
            "%s has no row between two regions of %s and with a sector of %s", import->request->path,
            import->request->regions, import->request->sectors);
    if (b.has_years)
        bki_import_note(import, "the file holds more than one year, all were added up");
    bki_import_note(import, "%zu of %zu rows kept have no tonnes and do not count in unit values", b.without_tonnes,
                    import->report.cells_kept);
    const char *source = bk_arena_format(import->scratch, "CEPII BACI %.0f, %s", b.year, import->request->path);
    BK_TRY(bk_arena_ok(import->scratch));
    BK_TRY(trade_write(&b, source));
    return inside_write(&b, source);
}
