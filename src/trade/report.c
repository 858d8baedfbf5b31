/* The full report of a solve: values and prices in the shapes of trade.h, and what they mean for each region. */
#include "trade/solver.h"

#include <math.h>

typedef struct answer { /* the arrays of a solution while they are filled; shapes as in trade.h */
    double *wage_hat, *price_hat, *income_hat, *sector_price_hat, *unit_cost_hat, *expenditure, *trade, *tariff_revenue,
        *duty_transfer, *deficit;
    double *real_wage_pct, *welfare_pct, *welfare_linear_pct, *terms_of_trade_pct, *volume_of_trade_pct;
    double *exports_pct, *imports_pct, *equivalent_variation, *labour_hat, *utility_pct;
} answer;

static answer
answer_alloc(const bk_trade_base *base, bk_arena *arena)
{
    const size_t n = base->n_regions, matrix = base->n_sectors * n;

    return (answer){
        .wage_hat = BK_NEW(arena, double, n),
        .price_hat = BK_NEW(arena, double, n),
        .income_hat = BK_NEW(arena, double, n),
        .sector_price_hat = BK_NEW(arena, double, matrix),
        .unit_cost_hat = BK_NEW(arena, double, matrix),
        .expenditure = BK_NEW(arena, double, matrix),
        .trade = BK_NEW(arena, double, matrix *n),
        .tariff_revenue = BK_NEW(arena, double, n),
        .duty_transfer = BK_NEW(arena, double, n),
        .deficit = BK_NEW(arena, double, n),
        .real_wage_pct = BK_NEW(arena, double, n),
        .welfare_pct = BK_NEW(arena, double, n),
        .welfare_linear_pct = BK_NEW(arena, double, n),
        .terms_of_trade_pct = BK_NEW(arena, double, n),
        .volume_of_trade_pct = BK_NEW(arena, double, n),
        .exports_pct = BK_NEW(arena, double, n),
        .imports_pct = BK_NEW(arena, double, n),
        .equivalent_variation = BK_NEW(arena, double, n),
        .labour_hat = BK_NEW(arena, double, n),
        .utility_pct = BK_NEW(arena, double, n),
    };
}

void
bk_trade_solver_value(const bk_trade_solver *solver, double *value)
{
    const bk_trade_base *base = solver->base;
    const size_t         n_regions = base->n_regions, stride = base->stride;

    for (size_t j = 0; j < base->n_sectors; j++)
        for (size_t n = 0; n < n_regions; n++) {
            const size_t  at = bki_at(base, j, n);
            const double *kt = bki_net_powers(solver, j), *restrict power = solver->power + j * stride;
            double *restrict row = value + (j * n_regions + n) * n_regions;
            const double demand = solver->spend[at] / solver->supply[at];
            for (size_t i = 0; i < n_regions; i++)
                row[i] = kt != NULL ? kt[n * stride + i] * power[i] * demand : 0.0;
            if (kt == NULL)
                row[n] = solver->sales[at];
        }
}

/* Income, real wage and welfare of a region whose prices and revenue are known. */
static void
fill_region(const bk_trade_solver *solver, size_t n, const answer *a)
{
    const bk_trade_base *base = solver->base;
    const bki_shocked   *shocked = &solver->shocked;
    const bki_state      at_u = bki_state_of(base, solver->u);
    const double         value_added = base->value_added[n], payroll = bki_exp(at_u.log_payroll[n]),
                 labour = bki_exp(at_u.log_labour[n]);
    const double transfer = shocked->transfer[n] * value_added,
                 taxes = (shocked->levy[n] + shocked->works[n]) * value_added;

    a->labour_hat[n] = labour;
    a->wage_hat[n] = payroll / labour;
    a->duty_transfer[n] = solver->duty_transfer[n] * value_added;
    a->income_hat[n] =
        (payroll * value_added + a->tariff_revenue[n] + a->duty_transfer[n] + transfer) / base->income[n];
    a->deficit[n] = transfer - shocked->other[n] * value_added;
    const double welfare = (a->income_hat[n] - taxes / base->income[n]) / a->price_hat[n];
    a->real_wage_pct[n] = 100.0 * (a->wage_hat[n] / a->price_hat[n] - 1.0);
    a->welfare_pct[n] = 100.0 * (welfare - 1.0);
    a->equivalent_variation[n] = base->income[n] * (welfare - 1.0);
    a->utility_pct[n] = 100.0 * (welfare / labour * bki_exp(shocked->congestion * at_u.log_labour[n]) - 1.0);
}

/* Prices and quantities by sector, and each region's price index and income. */
static void
fill_levels(const bk_trade_solver *solver, const answer *a)
{
    const bk_trade_base *base = solver->base;
    const bki_state      at_u = bki_state_of(base, solver->u);

    for (size_t n = 0; n < base->n_regions; n++) {
        double log_index = 0.0, revenue = 0.0;
        for (size_t j = 0; j < base->n_sectors; j++) {
            const size_t from = bki_at(base, j, n), to = j * base->n_regions + n;
            const double log_price = at_u.log_price[from] + solver->missing_price[from] * base->own_share[from];
            a->sector_price_hat[to] = bki_exp(log_price);
            a->unit_cost_hat[to] = bki_exp(solver->log_cost[from]);
            a->expenditure[to] = solver->spend[from];
            log_index += base->final_share[from] * log_price;
            revenue += solver->spend[from] - solver->spend[from] * (solver->net[from] / solver->supply[from]);
        }
        a->price_hat[n] = bki_exp(log_index);
        a->tariff_revenue[n] = revenue;
        fill_region(solver, n, a);
    }
}

/* Caliendo & Parro (2015), equation 16: base flows, changes of exporters' unit costs and of imports. */
static void
fill_linear(const bk_trade_base *base, const answer *a)
{
    const size_t n_regions = base->n_regions;

    for (size_t n = 0; n < n_regions; n++) {
        double terms = 0.0, volume = 0.0;
        for (size_t j = 0; j < base->n_sectors; j++) {
            const size_t  cell = (j * n_regions + n) * n_regions;
            const double *before = base->trade + cell, *rate = base->tariff + cell, *after = a->trade + cell;
            const double *cost = a->unit_cost_hat + j * n_regions;
            terms += base->output[bki_at(base, j, n)] * (cost[n] - 1.0);
            terms -= bki_total_above(n_regions, before, cost);
            volume += bki_total_growth(n_regions, rate, before, cost, after);
        }
        a->terms_of_trade_pct[n] = 100.0 * terms / base->income[n];
        a->volume_of_trade_pct[n] = 100.0 * volume / base->income[n];
        a->welfare_linear_pct[n] = a->terms_of_trade_pct[n] + a->volume_of_trade_pct[n];
    }
}

static double
percent_change(double before, double after)
{
    return before > 0.0 ? 100.0 * (after / before - 1.0) : 0.0;
}

/* Trade with others, row by row, into sums of imports and exports by region. */
static void
sum_abroad(const bk_trade_base *base, const double *trade, double *restrict imports, double *restrict exports)
{
    const size_t n_regions = base->n_regions;

    for (size_t n = 0; n < n_regions; n++)
        imports[n] = exports[n] = 0.0;
    for (size_t row = 0; row < base->n_sectors * n_regions; row++) {
        const double *restrict value = trade + row * n_regions;
        const size_t n = row % n_regions;
        imports[n] += bki_total(n, value) + bki_total(n_regions - n - 1, value + n + 1);
        for (size_t i = 0; i < n; i++)
            exports[i] += value[i];
        for (size_t i = n + 1; i < n_regions; i++)
            exports[i] += value[i];
    }
}

static void
fill_volumes(const bk_trade_solver *solver, const answer *a)
{
    const bk_trade_base *base = solver->base;
    double              *imports = solver->scratch, *exports = imports + base->stride;

    sum_abroad(base, base->trade, imports, exports);
    sum_abroad(base, a->trade, a->imports_pct, a->exports_pct);
    for (size_t n = 0; n < base->n_regions; n++) {
        a->imports_pct[n] = percent_change(imports[n], a->imports_pct[n]);
        a->exports_pct[n] = percent_change(exports[n], a->exports_pct[n]);
    }
}

bk_status
bk_trade_solver_report(bk_context *ctx, const bk_trade_solver *solver, bk_arena *arena, const bk_trade_solution **out)
{
    const bk_trade_base *base = solver->base;
    const answer         a = answer_alloc(base, arena);
    bk_trade_solution   *solution = BK_NEW(arena, bk_trade_solution, 1);

    (void)ctx;
    BK_TRY(bk_arena_ok(arena));
    fill_levels(solver, &a);
    bk_trade_solver_value(solver, a.trade);
    fill_linear(base, &a);
    fill_volumes(solver, &a);
    *solution = (bk_trade_solution){
        .outcome = solver->outcome,
        .iterations = solver->iterations,
        .residual = solver->distance.world,
        .walras = solver->distance.walras,
        .wage_hat = a.wage_hat,
        .price_hat = a.price_hat,
        .income_hat = a.income_hat,
        .sector_price_hat = a.sector_price_hat,
        .unit_cost_hat = a.unit_cost_hat,
        .expenditure = a.expenditure,
        .trade = a.trade,
        .tariff_revenue = a.tariff_revenue,
        .duty_transfer = a.duty_transfer,
        .deficit = a.deficit,
        .real_wage_pct = a.real_wage_pct,
        .welfare_pct = a.welfare_pct,
        .welfare_linear_pct = a.welfare_linear_pct,
        .terms_of_trade_pct = a.terms_of_trade_pct,
        .volume_of_trade_pct = a.volume_of_trade_pct,
        .exports_pct = a.exports_pct,
        .imports_pct = a.imports_pct,
        .equivalent_variation = a.equivalent_variation,
        .labour_hat = a.labour_hat,
        .utility_pct = a.utility_pct,
        .labour_unique = solver->shocked.labour_unique,
    };
    *out = solution;
    return BK_OK;
}
