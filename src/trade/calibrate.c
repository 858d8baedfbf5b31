/* The base year: expenditure from trade at prices with tariff, output from sales before tariff, income from value
 * added, tariff revenue and the deficit.  What the files say twice is compared and a difference is warned of, never
 * corrected.
 *
 * Shares are used as given, though files round them.  So labour is paid what is left of sales once inputs are bought,
 * the share 1 - sum_k input_jk: equal to the value-added share where input shares add up to 1, and trade balances in
 * any case. */
#include "trade/calibrate.h"

#include <math.h>
#include <string.h>

enum { LANES = 8 };                    /* of the widest vector, in doubles */
static const double CONSISTENT = 1e-6; /* of world value added */

static const double LEAST_OWN_SHARE = 1e-3, LARGEST_OWN_SHARE = 0.98;

typedef struct tables {                                      /* the arrays of a base while they are filled */
    double *value_added, *deficit, *tariff_revenue, *income; /* [stride] */
    double *duty_transfer;                                   /* [stride] */
    double *expenditure, *output, *value_added_share, *labour_share, *final_share; /* [n_sectors][stride] */
    double *final_sum;                                                             /* [stride] */
    double *input;                            /* [using sector][supplying sector][stride] */
    double *own_share, *own_cost, *own_sales; /* [n_sectors][stride] */
    double *own_inverse;                      /* [n_sectors][n_sectors][stride] */
    bool   *crosses_borders;                  /* [n_sectors] */
} tables;

static tables
tables_alloc(bk_trade_base *base, bk_arena *arena)
{
    const size_t row = base->stride, matrix = base->n_sectors * row;
    const tables t = {
        .value_added = BK_NEW(arena, double, row),
        .deficit = BK_NEW(arena, double, row),
        .tariff_revenue = BK_NEW(arena, double, row),
        .income = BK_NEW(arena, double, row),
        .duty_transfer = BK_NEW(arena, double, row),
        .expenditure = BK_NEW(arena, double, matrix),
        .output = BK_NEW(arena, double, matrix),
        .value_added_share = BK_NEW(arena, double, matrix),
        .labour_share = BK_NEW(arena, double, matrix),
        .final_share = BK_NEW(arena, double, matrix),
        .final_sum = BK_NEW(arena, double, row),
        .input = BK_NEW(arena, double, base->n_sectors *matrix),
        .own_share = BK_NEW(arena, double, matrix),
        .own_cost = BK_NEW(arena, double, matrix),
        .own_sales = BK_NEW(arena, double, matrix),
        .own_inverse = BK_NEW(arena, double, base->n_sectors *matrix),
        .crosses_borders = BK_NEW(arena, bool, base->n_sectors),
    };

    base->value_added = t.value_added;
    base->deficit = t.deficit;
    base->tariff_revenue = t.tariff_revenue;
    base->duty_transfer = t.duty_transfer;
    base->income = t.income;
    base->expenditure = t.expenditure;
    base->output = t.output;
    base->value_added_share = t.value_added_share;
    base->labour_share = t.labour_share;
    base->final_share = t.final_share;
    base->final_sum = t.final_sum;
    base->input = t.input;
    base->own_share = t.own_share;
    base->own_cost = t.own_cost;
    base->own_sales = t.own_sales;
    base->own_inverse = t.own_inverse;
    base->crosses_borders = t.crosses_borders;
    return t;
}

static void
sum_trade(const bk_trade_base *base, tables *t)
{
    const size_t n_regions = base->n_regions;

    for (size_t j = 0; j < base->n_sectors; j++)
        for (size_t n = 0; n < n_regions; n++) {
            const double *value = base->trade + (j * n_regions + n) * n_regions;
            const double *rate = base->tariff + (j * n_regions + n) * n_regions;
            for (size_t i = 0; i < n_regions; i++) {
                t->expenditure[bki_at(base, j, n)] += value[i] * (1.0 + rate[i]);
                t->tariff_revenue[n] += value[i] * rate[i];
                t->output[bki_at(base, j, i)] += value[i];
                if (i != n && value[i] != 0.0)
                    t->crosses_borders[j] = true;
            }
        }
}

static void
transpose_technology(const bk_trade_base *base, tables *t)
{
    const bk_economy *economy = base->economy;
    const size_t      n_sectors = base->n_sectors;

    for (size_t n = 0; n < base->n_regions; n++)
        for (size_t j = 0; j < n_sectors; j++) {
            const double  value_added_share = economy->value_added_share[n * n_sectors + j];
            const double *input_share = economy->input_share + (n * n_sectors + j) * n_sectors;
            double        left = 1.0;
            for (size_t k = 0; k < n_sectors; k++) {
                const double input = (1.0 - value_added_share) * input_share[k];
                t->input[bki_at(base, j * n_sectors + k, n)] = input;
                left -= input;
            }
            t->value_added_share[bki_at(base, j, n)] = value_added_share;
            t->labour_share[bki_at(base, j, n)] = left;
            t->final_share[bki_at(base, j, n)] = economy->final_share[n * n_sectors + j];
            t->final_sum[n] += economy->final_share[n * n_sectors + j];
        }
}

/* Deficits must add up to nothing, or no wages clear all markets.  What rounding left is spread by value added. */
static void
balance_deficits(bk_context *ctx, const bk_trade_base *base, tables *t)
{
    const double sum = bk_sum(t->deficit, base->n_regions);

    if (fabs(sum) > 1e-9 * base->world)
        bk_log(ctx, BK_LOG_WARNING,
               "the deficits of all regions add up to %g instead of 0; it is taken off in proportion to value added",
               sum);
    for (size_t n = 0; n < base->n_regions; n++)
        t->deficit[n] -= sum * t->value_added[n] / base->world;
}

static bk_status
fill_incomes(bk_context *ctx, bk_trade_base *base, tables *t)
{
    const bk_region *regions = base->economy->regions;

    for (size_t n = 0; n < base->n_regions; n++) {
        t->value_added[n] = regions[n].value_added;
        t->deficit[n] = regions[n].deficit;
        if (!(regions[n].value_added > 0.0))
            return bk_fail(ctx, BK_ERR_INCONSISTENT, "region %s has value added %g, must be > 0", regions[n].id,
                           regions[n].value_added);
    }
    base->world = bk_sum(t->value_added, base->n_regions);
    balance_deficits(ctx, base, t);
    for (size_t n = 0; n < base->n_regions; n++) {
        t->income[n] = t->value_added[n] + t->tariff_revenue[n] + t->deficit[n];
        if (!(t->income[n] > 0.0))
            return bk_fail_hint(ctx, BK_ERR_INCONSISTENT, "check value_added and deficit in economy/region.csv",
                                "region %s has income %g (value added %g, tariff revenue %g, deficit %g), must be > 0",
                                regions[n].id, t->income[n], t->value_added[n], t->tariff_revenue[n], t->deficit[n]);
    }
    return BK_OK;
}

/* Use of sector k in region n at the base: final and as input. */
static double
base_use(const bk_trade_base *base, size_t k, size_t n)
{
    double use = base->final_share[bki_at(base, k, n)] * base->income[n];

    for (size_t j = 0; j < base->n_sectors; j++)
        use += base->input[bki_at(base, j * base->n_sectors + k, n)] * base->output[bki_at(base, j, n)];
    return use;
}

static bk_status
check_supply(bk_context *ctx, const bk_trade_base *base)
{
    const bk_economy *economy = base->economy;
    double            worst = 0.0;
    size_t            worst_sector = 0, worst_region = 0;

    for (size_t k = 0; k < base->n_sectors; k++)
        for (size_t n = 0; n < base->n_regions; n++) {
            const double bought = base->expenditure[bki_at(base, k, n)], used = base_use(base, k, n);
            const double gap = fabs(bought - used) / base->world;
            if (!(bought > 0.0) && gap > CONSISTENT)
                return bk_fail_hint(ctx, BK_ERR_INCONSISTENT,
                                    "add the trade, or set the final and input shares of this sector to 0",
                                    "region %s uses %g of sector %s but buys none of it from anyone",
                                    economy->regions[n].id, used, economy->sectors[k].id);
            if (gap > worst) {
                worst = gap;
                worst_sector = k;
                worst_region = n;
            }
        }
    if (worst > CONSISTENT)
        bk_log(ctx, BK_LOG_WARNING,
               "base year out of balance: what region %s buys of sector %s differs from what it uses by %g of world "
               "value added",
               economy->regions[worst_region].id, economy->sectors[worst_sector].id, worst);
    return BK_OK;
}

/* Value added against output, and the deficit against imports less exports. */
static void
check_accounts(bk_context *ctx, const bk_trade_base *base)
{
    for (size_t n = 0; n < base->n_regions; n++) {
        double earned = 0.0, net_imports = -base->tariff_revenue[n];
        for (size_t j = 0; j < base->n_sectors; j++) {
            earned += base->value_added_share[bki_at(base, j, n)] * base->output[bki_at(base, j, n)];
            net_imports += base->expenditure[bki_at(base, j, n)] - base->output[bki_at(base, j, n)];
        }
        if (fabs(earned - base->value_added[n]) > CONSISTENT * base->world)
            bk_log(ctx, BK_LOG_WARNING,
                   "base year out of balance: region %s has value added %.9g, but its output implies %.9g",
                   base->economy->regions[n].id, base->value_added[n], earned);
        if (fabs(net_imports - base->deficit[n]) > CONSISTENT * base->world)
            bk_log(ctx, BK_LOG_WARNING,
                   "base year out of balance: region %s has deficit %.9g, but imports less exports are %.9g",
                   base->economy->regions[n].id, base->deficit[n], net_imports);
    }
}

/* Inverse of the n x n matrix a (destroyed) by Gauss-Jordan elimination; its diagonal dominates, so nothing is pivoted.
 */
static void
invert(size_t n, double *restrict a, double *restrict inverse)
{
    for (size_t i = 0; i < n * n; i++)
        inverse[i] = i % (n + 1) == 0 ? 1.0 : 0.0;
    for (size_t p = 0; p < n; p++) {
        const double scale = 1.0 / a[p * n + p];
        for (size_t c = 0; c < n; c++) {
            a[p * n + c] *= scale;
            inverse[p * n + c] *= scale;
        }
        for (size_t r = 0; r < n; r++) {
            const double factor = r == p ? 0.0 : a[r * n + p];
            if (factor == 0.0)
                continue;
            for (size_t c = 0; c < n; c++) {
                a[r * n + c] -= factor * a[p * n + c];
                inverse[r * n + c] -= factor * inverse[p * n + c];
            }
        }
    }
}

/* What a region alone makes of a change.  Costs: dc = B dw + input D dc.  Sales: dY = D (final dI + input^T dY).  Both
 * are solved with Q = (I - input D)^-1.  The shares D need not be exact: they speed a solve up and do not enter its
 * solution. */
static bk_status
solve_alone(bk_trade_base *base, tables *t, bk_arena *arena)
{
    const size_t n_sectors = base->n_sectors;
    double      *matrix = BK_NEW(arena, double, n_sectors *n_sectors),
           *inverse = BK_NEW(arena, double, n_sectors *n_sectors);

    BK_TRY(bk_arena_ok(arena));
    for (size_t n = 0; n < base->stride; n++) {
        for (size_t j = 0; j < n_sectors; j++) {
            const double *own = base->trade + (j * base->n_regions + n) * base->n_regions + n;
            const double  spend = base->expenditure[bki_at(base, j, n)];
            const double  share = n < base->n_regions && spend > 0.0 ? *own / spend : 1.0;
            t->own_share[bki_at(base, j, n)] = fmin(fmax(share, LEAST_OWN_SHARE), LARGEST_OWN_SHARE);
        }
        if (n >= base->n_regions)
            continue;
        for (size_t j = 0; j < n_sectors; j++)
            for (size_t k = 0; k < n_sectors; k++)
                matrix[j * n_sectors + k] = (j == k ? 1.0 : 0.0) - base->input[bki_at(base, j * n_sectors + k, n)] *
                                                                       base->own_share[bki_at(base, k, n)];
        invert(n_sectors, matrix, inverse);
        for (size_t j = 0; j < n_sectors; j++)
            for (size_t k = 0; k < n_sectors; k++) {
                const double q = inverse[j * n_sectors + k];
                t->own_inverse[bki_at(base, j * n_sectors + k, n)] = q;
                t->own_cost[bki_at(base, j, n)] += q * base->value_added_share[bki_at(base, k, n)];
                t->own_sales[bki_at(base, k, n)] +=
                    q * base->own_share[bki_at(base, j, n)] * base->final_share[bki_at(base, j, n)];
            }
    }
    return BK_OK;
}

bk_status
bk_trade_calibrate(bk_context *ctx, const bk_economy *economy, bk_arena *arena, const bk_trade_base **out)
{
    bk_trade_base *base = BK_NEW(arena, bk_trade_base, 1);

    BK_TRY(bk_arena_ok(arena));
    *base = (bk_trade_base){
        .economy = economy,
        .n_regions = economy->n_regions,
        .n_sectors = economy->n_sectors,
        .stride = (economy->n_regions + LANES - 1) / LANES * LANES,
        .deficits = economy->deficits,
        .trade = economy->trade,
        .tariff = economy->tariff,
    };
    tables t = tables_alloc(base, arena);
    BK_TRY(bk_arena_ok(arena));
    sum_trade(base, &t);
    bki_duties_base(base, t.duty_transfer);
    transpose_technology(base, &t);
    BK_TRY(fill_incomes(ctx, base, &t));
    BK_TRY(check_supply(ctx, base));
    check_accounts(ctx, base);
    BK_TRY(solve_alone(base, &t, arena));
    if (economy->deficits == BK_DEFICITS_ZERO)
        return bki_remove_deficits(ctx, base, arena, out);
    *out = base;
    return BK_OK;
}

const double *
bk_trade_base_income(const bk_trade_base *base)
{
    return base->income;
}

const double *
bk_trade_base_duty_transfer(const bk_trade_base *base)
{
    return base->duty_transfer;
}

const double *
bk_trade_base_value(const bk_trade_base *base)
{
    return base->trade;
}

double
bk_trade_base_world(const bk_trade_base *base)
{
    return base->world;
}
