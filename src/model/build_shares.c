/* Shares of value added, inputs and final expenditure; and whether the base year is in balance. */
#include "model/build.h"

#include <math.h>

#define SHARE_TOLERANCE   1e-5 /* shares are used as given, so more would show in results */
#define REGIONS_WARNED    10   /* of a base year out of balance: more would not help anyone */
#define BALANCE_TOLERANCE 1e-4 /* of a region's income, before a base year is questioned */

typedef struct share_cell {
    uint32_t region, sector, supplier;
} share_cell;

static void
fault_missing_share(bki_build *build, const bki_rows *rows, size_t region, size_t sector, const char *what)
{
    bki_fault(build->builder, BK_ERR_REFERENCE, (bki_place){rows->shown, rows->header_line, 1}, "add a row for it",
              "there is no %s of region '%s' and sector '%s'", what, build->model->economy.regions[region].id,
              build->model->economy.sectors[sector].id);
}

static void
fault_sum(bki_build *build, bki_place place, double sum, const char *what)
{
    if (isnan(sum) || fabs(sum - 1.0) <= SHARE_TOLERANCE)
        return;
    bki_fault(build->builder, BK_ERR_INCONSISTENT, place,
              "correct them so that they add up to 1 within 1e-5: they are used as given, not rescaled",
              "%s add up to %.9g", what, sum);
}

/* ---- value added and final expenditure ----------------------------------------------------------------------- */

/* Rows of region, sector, share.  `row_of` [n_regions][n_sectors] 1 + row, 0: none. */
static bk_status
build_region_shares(bki_build *build, bki_table_id table, const double **out, uint32_t **row_of)
{
    const bki_rows *rows = bki_table(build, table);
    const size_t    n_sectors = build->sectors.count, n = build->regions.count * n_sectors;
    double         *shares = BK_NEW(build->out, double, n);

    *row_of = BK_NEW(build->scratch, uint32_t, n);
    BK_TRY(bk_arena_ok(build->out));
    BK_TRY(bk_arena_ok(build->scratch));
    for (size_t row = 0; row < rows->n_rows; row++) {
        const uint32_t region = bki_resolve(build, rows, row, SHARE_REGION, &build->regions);
        const uint32_t sector = bki_resolve(build, rows, row, SHARE_SECTOR, &build->sectors);
        if (region == BK_NONE || sector == BK_NONE)
            continue;
        const size_t at = region * n_sectors + sector;
        if ((*row_of)[at] != 0)
            bki_fault(build->builder, BK_ERR_DUPLICATE, bki_place_of(rows, row, SHARE_REGION),
                      "remove one of the two rows", "region '%s' and sector '%s' are there twice, first in line %d",
                      bki_text_at(build->builder, rows, row, SHARE_REGION),
                      bki_text_at(build->builder, rows, row, SHARE_SECTOR),
                      bki_place_of(rows, (*row_of)[at] - 1, 0).line);
        (*row_of)[at] = (uint32_t)row + 1;
        shares[at] = bki_number_at(rows, row, SHARE_SHARE);
    }
    *out = shares;
    return BK_OK;
}

static void
check_value_added(bki_build *build, const uint32_t *row_of)
{
    const bki_rows *rows = bki_table(build, BKI_VALUE_ADDED_SHARE);
    const size_t    n_sectors = build->sectors.count;

    for (size_t at = 0; rows->given && at < build->regions.count * n_sectors; at++)
        if (row_of[at] == 0)
            fault_missing_share(build, rows, at / n_sectors, at % n_sectors, "share of value added");
}

static void
check_final(bki_build *build, const double *shares, const uint32_t *row_of)
{
    const bki_rows *rows = bki_table(build, BKI_FINAL_SHARE);
    const size_t    n_sectors = build->sectors.count;

    for (size_t n = 0; rows->given && n < build->regions.count; n++) {
        bki_place place = {rows->shown, rows->header_line, 1};
        double    sum = 0.0;
        for (size_t j = n_sectors; j-- > 0;) {
            sum += shares[n * n_sectors + j];
            if (row_of[n * n_sectors + j] != 0)
                place = bki_place_of(rows, row_of[n * n_sectors + j] - 1, SHARE_SHARE);
        }
        fault_sum(build, place, sum,
                  bk_arena_format(build->scratch, "final shares of region '%s'", build->model->economy.regions[n].id));
    }
}

/* ---- inputs -------------------------------------------------------------------------------------------------- */

static void
fault_input_twice(bki_build *build, const bki_rows *rows, size_t row, size_t first)
{
    bki_fault(build->builder, BK_ERR_DUPLICATE, bki_place_of(rows, row, INPUT_REGION), "remove one of the two rows",
              "region '%s', using '%s', supplying '%s' is there twice, first in line %d",
              bki_text_at(build->builder, rows, row, INPUT_REGION), bki_text_at(build->builder, rows, row, INPUT_USING),
              bki_text_at(build->builder, rows, row, INPUT_SUPPLYING), bki_place_of(rows, first, 0).line);
}

/* `row_of` [n_regions][n_sectors][n_sectors] 1 + row, 0: none. */
static bk_status
build_inputs(bki_build *build, double **out, uint32_t **row_of)
{
    const bki_rows *rows = bki_table(build, BKI_INPUT_SHARE);
    const size_t    n_sectors = build->sectors.count, n = build->regions.count * n_sectors * n_sectors;

    *out = BK_NEW(build->out, double, n);
    *row_of = BK_NEW(build->scratch, uint32_t, n);
    BK_TRY(bk_arena_ok(build->out));
    BK_TRY(bk_arena_ok(build->scratch));
    for (size_t row = 0; row < rows->n_rows; row++) {
        const uint32_t region = bki_resolve(build, rows, row, INPUT_REGION, &build->regions);
        const uint32_t using = bki_resolve(build, rows, row, INPUT_USING, &build->sectors);
        const uint32_t supplying = bki_resolve(build, rows, row, INPUT_SUPPLYING, &build->sectors);
        if (region == BK_NONE || using == BK_NONE || supplying == BK_NONE)
            continue;
        const size_t at = (region * n_sectors + using) * n_sectors + supplying;
        const double share = bki_number_at(rows, row, INPUT_SHARE);
        if ((*row_of)[at] != 0)
            fault_input_twice(build, rows, row, (*row_of)[at] - 1);
        if (share < 0.0)
            bki_warn(build->builder, bki_place_of(rows, row, INPUT_SHARE),
                     "share is %g: a negative input is used as given", share);
        (*row_of)[at] = (uint32_t)row + 1;
        (*out)[at] = share;
    }
    return BK_OK;
}

/* Inputs may be left out where there are none to buy. */
static void
check_inputs(bki_build *build, const double *inputs, const uint32_t *row_of, const double *value_added)
{
    const bki_rows *rows = bki_table(build, BKI_INPUT_SHARE);
    const size_t    n_sectors = build->sectors.count;

    for (size_t at = 0; at < build->regions.count * n_sectors; at++) {
        size_t first = 0;
        double sum = 0.0;
        for (size_t k = n_sectors; k-- > 0;) {
            sum += inputs[at * n_sectors + k];
            first = row_of[at * n_sectors + k] != 0 ? row_of[at * n_sectors + k] : first;
        }
        if (first == 0 && value_added[at] == 1.0)
            continue;
        if (first == 0 && value_added[at] > 0.0)
            fault_missing_share(build, rows, at / n_sectors, at % n_sectors, "input share");
        else if (first != 0)
            fault_sum(build, bki_place_of(rows, first - 1, INPUT_SHARE), sum,
                      bk_arena_format(build->scratch, "input shares of region '%s' and sector '%s'",
                                      build->model->economy.regions[at / n_sectors].id,
                                      build->model->economy.sectors[at % n_sectors].id));
    }
}

bk_status
bki_build_shares(bki_build *build)
{
    bk_economy *economy = &build->model->economy;
    uint32_t   *value_added_row, *final_row, *input_row;
    double     *inputs;

    if (!bki_table(build, BKI_TRADE)->given)
        return BK_OK;
    BK_TRY(build_region_shares(build, BKI_VALUE_ADDED_SHARE, &economy->value_added_share, &value_added_row));
    BK_TRY(build_region_shares(build, BKI_FINAL_SHARE, &economy->final_share, &final_row));
    BK_TRY(build_inputs(build, &inputs, &input_row));
    economy->input_share = inputs;
    check_value_added(build, value_added_row);
    check_final(build, economy->final_share, final_row);
    check_inputs(build, inputs, input_row, economy->value_added_share);
    return BK_OK;
}

/* ---- balance of the base year -------------------------------------------------------------------------------- */

typedef struct region_sums {
    double *output;      /* [n_regions][n_sectors] sales of all, before tariff */
    double *expenditure; /* [n_regions][n_sectors] purchases of all, tariff included */
    double *revenue;     /* [n_regions] of tariffs */
    double *deficit;     /* [n_regions] imports less exports */
} region_sums;

static void
sum_trade(const bk_economy *economy, region_sums *sums)
{
    const size_t n = economy->n_regions, n_sectors = economy->n_sectors;

    for (size_t j = 0; j < n_sectors; j++)
        for (size_t importer = 0; importer < n; importer++)
            for (size_t exporter = 0; exporter < n; exporter++) {
                const size_t at = (j * n + importer) * n + exporter;
                const double value = economy->trade[at], duty = value * economy->tariff[at];
                sums->output[exporter * n_sectors + j] += value;
                sums->expenditure[importer * n_sectors + j] += value + duty;
                sums->revenue[importer] += duty;
                sums->deficit[importer] += value;
                sums->deficit[exporter] -= value;
            }
}

/* What sector j of region n should spend: final use of income, and the inputs of all sectors. */
static double
implied_expenditure(const bk_economy *economy, const region_sums *sums, size_t n, size_t j, double income)
{
    const size_t n_sectors = economy->n_sectors;
    double       value = economy->final_share[n * n_sectors + j] * income;

    for (size_t k = 0; k < n_sectors; k++)
        value += economy->input_share[(n * n_sectors + k) * n_sectors + j] *
                 (1.0 - economy->value_added_share[n * n_sectors + k]) * sums->output[n * n_sectors + k];
    return value;
}

static bool
warn_of_region(bki_build *build, const region_sums *sums, size_t n)
{
    const bk_economy *economy = &build->model->economy;
    const bki_rows   *rows = bki_table(build, BKI_REGION);
    const bk_region  *region = &economy->regions[n];
    const size_t      n_sectors = economy->n_sectors;
    const double      income = region->value_added + sums->revenue[n] + region->deficit;
    const double      tolerance = BALANCE_TOLERANCE * region->value_added;
    double            value_added = 0.0, worst = 0.0;
    size_t            worst_sector = 0;

    for (size_t j = 0; j < n_sectors; j++) {
        const double gap = sums->expenditure[n * n_sectors + j] - implied_expenditure(economy, sums, n, j, income);
        value_added += economy->value_added_share[n * n_sectors + j] * sums->output[n * n_sectors + j];
        if (fabs(gap) > fabs(worst)) {
            worst = gap;
            worst_sector = j;
        }
    }
    if (fabs(value_added - region->value_added) <= tolerance && fabs(sums->deficit[n] - region->deficit) <= tolerance &&
        fabs(worst) <= tolerance)
        return false;
    if (fabs(value_added - region->value_added) > tolerance)
        bki_warn(build->builder, bki_place_of(rows, n, REGION_VALUE_ADDED),
                 "value_added of '%s' is %.9g, but its sales times value_added_share give %.9g: balance the base year",
                 region->id, region->value_added, value_added);
    if (fabs(sums->deficit[n] - region->deficit) > tolerance)
        bki_warn(build->builder, bki_place_of(rows, n, REGION_DEFICIT),
                 "deficit of '%s' is %.9g, but trade.csv gives %.9g: balance the base year", region->id,
                 region->deficit, sums->deficit[n]);
    if (fabs(worst) > tolerance)
        bki_warn(build->builder, bki_place_of(rows, n, REGION_ID),
                 "'%s' buys %.9g of '%s', %.3g more than its income and inputs explain: balance the base year",
                 region->id, sums->expenditure[n * n_sectors + worst_sector], economy->sectors[worst_sector].id, worst);
    return true;
}

/* Hints, not faults: a base year out of balance only makes a scenario without change move. */
void
bki_check_balance(bki_build *build)
{
    const bk_economy *economy = &build->model->economy;
    const size_t      n = economy->n_regions, n_sectors = economy->n_sectors;
    region_sums       sums = {
              .output = BK_NEW(build->scratch, double, n *n_sectors),
              .expenditure = BK_NEW(build->scratch, double, n *n_sectors),
              .revenue = BK_NEW(build->scratch, double, n),
              .deficit = BK_NEW(build->scratch, double, n),
    };

    if (economy->trade == NULL || build->scratch->failed)
        return;
    sum_trade(economy, &sums);
    size_t i = 0;
    for (size_t warned = 0; i < n && warned < REGIONS_WARNED; i++)
        warned += warn_of_region(build, &sums, i);
    if (i < n)
        bki_warn(build->builder, (bki_place){.file = "economy/region.csv"},
                 "%d regions are out of balance so far, the rest were not looked at", REGIONS_WARNED);
}
