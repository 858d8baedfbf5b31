/* Regions, sectors, and the dense arrays of trade, tariffs and values per tonne. */
#include "model/build.h"

#include <math.h>
#include <string.h>

/* ---- regions and sectors ------------------------------------------------------------------------------------- */

static bk_region
region_of_row(bki_build *build, const bki_rows *rows, size_t row)
{
    const uint32_t id = bki_symbol_at(rows, row, REGION_ID);
    const uint32_t country = bki_symbol_at(rows, row, REGION_COUNTRY);
    const double   lon = bki_number_at(rows, row, REGION_LON), lat = bki_number_at(rows, row, REGION_LAT);
    const bool     has_place = !isnan(lon) && !isnan(lat);

    return (bk_region){
        .id = bki_keep(build, id),
        .name = bki_keep_cell(build, rows, row, REGION_NAME, id),
        .country = country != BK_NONE ? build->countries.of_symbol[country]
                   : id != BK_NONE    ? build->countries.of_symbol[id]
                                      : BK_NONE,
        .value_added = bki_number_at(rows, row, REGION_VALUE_ADDED),
        .deficit = bki_number_at(rows, row, REGION_DEFICIT), /* NaN where it is to be added up */
        .population = bki_number_or(rows, row, REGION_POPULATION, 0),
        .lon = has_place ? lon : 0,
        .lat = has_place ? lat : 0,
        .has_place = has_place,
    };
}

static bk_status
build_regions(bki_build *build, bk_region **out)
{
    const bki_rows *rows = bki_table(build, BKI_REGION);
    const size_t    n = build->regions.count;
    bk_region      *regions = BK_NEW(build->out, bk_region, n);

    BK_TRY(bk_arena_ok(build->out));
    for (size_t row = 0; row < rows->n_rows; row++)
        regions[row] = region_of_row(build, rows, row);
    for (size_t i = rows->n_rows; i < n; i++) { /* implied by zone.csv */
        const char *id = bki_keep(build, build->regions.symbols[i]);
        regions[i] =
            (bk_region){.id = id, .name = id, .country = build->countries.of_symbol[build->regions.symbols[i]]};
    }
    build->model->economy.regions = regions;
    build->model->economy.n_regions = n;
    *out = regions;
    return BK_OK;
}

static bk_sector
sector_of_row(bki_build *build, const bki_rows *rows, size_t row)
{
    const uint32_t id = bki_symbol_at(rows, row, SECTOR_ID);
    const double   elasticity = bki_number_or(rows, row, SECTOR_ELASTICITY, 0);

    if (build->model->has_economy && elasticity == 0.0 && id != BK_NONE)
        bki_fault(build->builder, BK_ERR_VALUE, bki_place_of(rows, row, SECTOR_ELASTICITY),
                  "trade needs one for every sector, also for those that are not traded now",
                  "sector '%s' has no trade_elasticity", bki_text_at(build->builder, rows, row, SECTOR_ID));
    return (bk_sector){
        .id = bki_keep(build, id),
        .name = bki_keep_cell(build, rows, row, SECTOR_NAME, id),
        .elasticity = elasticity,
        .elasticity_se = bki_number_or(rows, row, SECTOR_ELASTICITY_SE, 0),
        .usd_per_tonne = bki_number_or(rows, row, SECTOR_USD_PER_TONNE, 0),
        .tonnes_per_teu = bki_number_or(rows, row, SECTOR_TONNES_PER_TEU, 0),
        .time_cost_per_day = bki_number_or(rows, row, SECTOR_TIME_COST, 0),
        .traded = bki_number_or(rows, row, SECTOR_TRADED, 1) != 0,
    };
}

static bk_status
build_sectors(bki_build *build)
{
    const bki_rows *rows = bki_table(build, BKI_SECTOR);
    const size_t    n = build->sectors.count;
    bk_sector      *sectors = BK_NEW(build->out, bk_sector, n);

    BK_TRY(bk_arena_ok(build->out));
    for (size_t row = 0; row < rows->n_rows; row++)
        sectors[row] = sector_of_row(build, rows, row);
    for (size_t i = rows->n_rows; i < n; i++) { /* implied by mode.csv, or freight */
        const char *id = bki_keep(build, build->sectors.symbols[i]);
        sectors[i] = (bk_sector){.id = id, .name = id, .elasticity = 0, .usd_per_tonne = 1, .traded = true};
    }
    build->model->economy.sectors = sectors;
    build->model->economy.n_sectors = n;
    return BK_OK;
}

/* ---- one number for each sector and pair --------------------------------------------------------------------- */

typedef struct pair_cell {
    uint32_t sector, importer, exporter;
    size_t   index; /* [n_sectors][importer][exporter] */
} pair_cell;

/* False if one of the names is none, which has been said. */
static bool
locate_pair(bki_build *build, const bki_rows *rows, size_t row, pair_cell *out)
{
    const size_t n = build->regions.count;

    out->sector = bki_resolve(build, rows, row, PAIR_SECTOR, &build->sectors);
    out->exporter = bki_resolve(build, rows, row, PAIR_EXPORTER, &build->regions);
    out->importer = bki_resolve(build, rows, row, PAIR_IMPORTER, &build->regions);
    if (out->sector == BK_NONE || out->exporter == BK_NONE || out->importer == BK_NONE)
        return false;
    out->index = ((size_t)out->sector * n + out->importer) * n + out->exporter;
    return true;
}

static void
fault_pair_twice(bki_build *build, const bki_rows *rows, size_t row, size_t first)
{
    bki_fault(build->builder, BK_ERR_DUPLICATE, bki_place_of(rows, row, PAIR_SECTOR), "remove one of the two rows",
              "sector '%s' from '%s' to '%s' is there twice, first in line %d",
              bki_text_at(build->builder, rows, row, PAIR_SECTOR),
              bki_text_at(build->builder, rows, row, PAIR_EXPORTER),
              bki_text_at(build->builder, rows, row, PAIR_IMPORTER), bki_place_of(rows, first, 0).line);
}

/* What is wrong with the number in this cell, beyond its range. */
typedef void (*check_pair)(bki_build *build, const bki_rows *rows, size_t row, const pair_cell *cell, double value);

static bk_status
build_pairs(bki_build *build, bki_table_id table, check_pair check, const double **out)
{
    const bki_rows *rows = bki_table(build, table);
    const size_t    n = build->sectors.count * build->regions.count * build->regions.count;
    double         *values = BK_NEW(build->out, double, n);
    uint32_t       *row_of = BK_NEW(build->scratch, uint32_t, n); /* 1 + row, 0: none */

    BK_TRY(bk_arena_ok(build->out));
    BK_TRY(bk_arena_ok(build->scratch));
    for (size_t row = 0; row < rows->n_rows; row++) {
        pair_cell cell;
        if (!locate_pair(build, rows, row, &cell))
            continue;
        if (row_of[cell.index] != 0)
            fault_pair_twice(build, rows, row, row_of[cell.index] - 1);
        row_of[cell.index] = (uint32_t)row + 1;
        values[cell.index] = bki_number_at(rows, row, PAIR_VALUE);
        check(build, rows, row, &cell, values[cell.index]);
    }
    *out = values;
    return BK_OK;
}

static void
check_trade(bki_build *build, const bki_rows *rows, size_t row, const pair_cell *cell, double value)
{
    const bk_sector *sector = &build->model->economy.sectors[cell->sector];

    if (!sector->traded && cell->importer != cell->exporter && value > 0.0)
        bki_fault(build->builder, BK_ERR_INCONSISTENT, bki_place_of(rows, row, PAIR_VALUE),
                  "set traded to 1 in economy/sector.csv, or remove the row",
                  "sector '%s' is not traded, but '%s' sells it to '%s'", sector->id,
                  build->model->economy.regions[cell->exporter].id, build->model->economy.regions[cell->importer].id);
}

static void
check_tariff(bki_build *build, const bki_rows *rows, size_t row, const pair_cell *cell, double value)
{
    if (cell->importer == cell->exporter && value != 0.0)
        bki_fault(build->builder, BK_ERR_INCONSISTENT, bki_place_of(rows, row, PAIR_VALUE),
                  "remove the row: own sales cross no border", "'%s' charges itself a tariff on '%s'",
                  build->model->economy.regions[cell->importer].id, build->model->economy.sectors[cell->sector].id);
}

/* ---- values per tonne ---------------------------------------------------------------------------------------- */

/* The value of one exporter's goods: of the pair if there is a row, else of the exporter, else of the sector. */
static bk_status
build_unit_values(bki_build *build)
{
    const bki_rows *rows = bki_table(build, BKI_UNIT_VALUE);
    const size_t    n = build->regions.count, n_sectors = build->sectors.count;
    double         *values = BK_NEW(build->out, double, n_sectors *n *n);
    uint32_t       *of_pair = BK_NEW(build->scratch, uint32_t, n_sectors * n * n); /* 1 + row, 0: none */
    uint32_t       *of_exporter = BK_NEW(build->scratch, uint32_t, n_sectors * n); /* likewise */

    BK_TRY(bk_arena_ok(build->out));
    BK_TRY(bk_arena_ok(build->scratch));
    for (size_t row = 0; row < rows->n_rows; row++) {
        const uint32_t sector = bki_resolve(build, rows, row, UNIT_VALUE_SECTOR, &build->sectors);
        const uint32_t exporter = bki_resolve(build, rows, row, UNIT_VALUE_EXPORTER, &build->regions);
        const uint32_t importer = bki_resolve(build, rows, row, UNIT_VALUE_IMPORTER, &build->regions);
        const bool     every = bki_symbol_at(rows, row, UNIT_VALUE_IMPORTER) == BK_NONE;
        if (sector == BK_NONE || exporter == BK_NONE || (!every && importer == BK_NONE))
            continue;
        uint32_t *place =
            every ? &of_exporter[sector * n + exporter] : &of_pair[(sector * n + importer) * n + exporter];
        if (*place != 0)
            fault_pair_twice(build, rows, row, *place - 1);
        *place = (uint32_t)row + 1;
    }
    for (size_t j = 0; j < n_sectors; j++)
        for (size_t importer = 0; importer < n; importer++)
            for (size_t exporter = 0; exporter < n; exporter++) {
                const size_t   at = (j * n + importer) * n + exporter;
                const uint32_t row = of_pair[at] != 0 ? of_pair[at] : of_exporter[j * n + exporter];
                values[at] = row != 0 ? bki_number_at(rows, row - 1, UNIT_VALUE_VALUE)
                                      : build->model->economy.sectors[j].usd_per_tonne;
            }
    build->model->economy.usd_per_tonne = values;
    return BK_OK;
}

/* ---- all ----------------------------------------------------------------------------------------------------- */

static void
require_tables(bki_build *build)
{
    static const bki_table_id needed[] = {BKI_REGION, BKI_SECTOR, BKI_TRADE, BKI_VALUE_ADDED_SHARE, BKI_FINAL_SHARE};
    bool                      any = false;

    for (size_t t = BKI_TRADE; t <= BKI_FINAL_SHARE; t++)
        any = any || bki_table(build, (bki_table_id)t)->given;
    for (size_t i = 0; any && i < sizeof needed / sizeof *needed; i++)
        bki_require_table(build, needed[i],
                          "a study with trade needs region, sector, trade, value_added_share and final_share");
}

/* Imports less exports of a region, as trade.csv has them. */
static double
trade_deficit(const bk_economy *economy, size_t region)
{
    const size_t n = economy->n_regions;
    double       deficit = 0.0;

    for (size_t j = 0; j < economy->n_sectors; j++)
        for (size_t other = 0; other < n; other++)
            deficit += economy->trade[(j * n + region) * n + other] - economy->trade[(j * n + other) * n + region];
    return deficit;
}

bk_status
bki_build_economy(bki_build *build)
{
    bk_economy *economy = &build->model->economy;
    bk_region  *regions;

    require_tables(build);
    BK_TRY(build_regions(build, &regions));
    BK_TRY(build_sectors(build));
    BK_TRY(bki_build_closures(build));
    BK_TRY(build_unit_values(build));
    if (bki_table(build, BKI_TRADE)->given) {
        BK_TRY(build_pairs(build, BKI_TRADE, check_trade, &economy->trade));
        BK_TRY(build_pairs(build, BKI_TARIFF, check_tariff, &economy->tariff));
    }
    for (size_t n = 0; n < economy->n_regions; n++)
        if (isnan(regions[n].deficit))
            regions[n].deficit = economy->trade != NULL ? trade_deficit(economy, n) : 0.0;
    return BK_OK;
}
