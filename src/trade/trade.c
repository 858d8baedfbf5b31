/* The public calls: one solve, and a solver kept for many. */
#include "trade/solver.h"

#include <math.h>

enum { DEFAULT_DEPTH = 8 };

bk_trade_settings
bk_trade_default_settings(void)
{
    return (bk_trade_settings){.tolerance = 1e-12, .max_iterations = 2000, .depth = DEFAULT_DEPTH};
}

bk_status
bk_trade_solver_create(bk_context *ctx, const bk_trade_base *base, bk_arena *arena, bk_trade_solver **out)
{
    (void)ctx;
    return bki_solver_create(base, DEFAULT_DEPTH, arena, arena, out);
}

bk_status
bk_trade_solver_run(bk_context *ctx, bk_trade_solver *solver, const bk_trade_shock *shock, double tolerance,
                    int max_iterations, bk_outcome *outcome, double *residual)
{
    BK_TRY(bki_shock_apply(ctx, solver, shock));
    BK_TRY(bki_iterate(ctx, solver, tolerance, max_iterations));
    *outcome = solver->outcome;
    *residual = solver->distance.world;
    return BK_OK;
}

const double *
bk_trade_solver_unit_cost_hat(const bk_trade_solver *solver)
{
    const bk_trade_base *base = solver->base;

    for (size_t j = 0; j < base->n_sectors; j++)
        for (size_t n = 0; n < base->n_regions; n++)
            solver->unit_cost_hat[j * base->n_regions + n] = bki_exp(solver->log_cost[bki_at(base, j, n)]);
    return solver->unit_cost_hat;
}

static void
start_from(const bk_trade_solution *warm, bk_trade_solver *solver)
{
    const bk_trade_base *base = solver->base;
    const size_t         n_regions = base->n_regions;
    const bki_state      start = bki_state_of(base, solver->u);

    for (size_t n = 0; n < n_regions; n++) {
        start.log_labour[n] = bki_log(warm->labour_hat[n]);
        start.log_payroll[n] = bki_log(warm->wage_hat[n]) + start.log_labour[n];
        start.revenue[n] = warm->tariff_revenue[n] / base->value_added[n];
    }
    for (size_t j = 0; j < base->n_sectors; j++)
        for (size_t n = 0; n < n_regions; n++) {
            double sales = 0.0;
            for (size_t m = 0; m < n_regions; m++)
                sales += warm->trade[(j * n_regions + m) * n_regions + n];
            start.output[bki_at(base, j, n)] = sales / base->value_added[n];
            start.log_price[bki_at(base, j, n)] = bki_log(warm->sector_price_hat[j * n_regions + n]);
        }
}

static bk_status
check_settings(bk_context *ctx, const bk_trade_settings *settings)
{
    if (settings->tolerance > 0.0 && settings->max_iterations >= 1 && settings->depth >= 0)
        return BK_OK;
    return bk_fail(ctx, BK_ERR_USAGE, "trade settings: tolerance %g must be > 0, max_iterations %d >= 1, depth %d >= 0",
                   settings->tolerance, settings->max_iterations, settings->depth);
}

static bk_status
solve_in(bk_context *ctx, const bk_trade_base *base, const bk_trade_shock *shock, const bk_trade_settings *settings,
         const bk_trade_solution *warm, bk_arena *scratch, bk_arena *k_arena, bk_arena *arena,
         const bk_trade_solution **out)
{
    bk_trade_solver *solver;

    BK_TRY(bki_solver_create(base, (size_t)settings->depth, scratch, k_arena, &solver));
    if (warm != NULL)
        start_from(warm, solver);
    BK_TRY(bki_shock_apply(ctx, solver, shock));
    BK_TRY(bki_iterate(ctx, solver, settings->tolerance, settings->max_iterations));
    bk_arena_release(k_arena); /* before the report takes as much */
    return bk_trade_solver_report(ctx, solver, arena, out);
}

bk_status
bk_trade_solve(bk_context *ctx, const bk_trade_base *base, const bk_trade_shock *shock,
               const bk_trade_settings *settings, const bk_trade_solution *warm, bk_arena *arena,
               const bk_trade_solution **out)
{
    const bk_trade_settings chosen = settings != NULL ? *settings : bk_trade_default_settings();
    bk_arena                scratch, k_arena;

    BK_TRY(check_settings(ctx, &chosen));
    bk_arena_init(&scratch, ctx);
    bk_arena_init(&k_arena, ctx);
    const bk_status status = solve_in(ctx, base, shock, &chosen, warm, &scratch, &k_arena, arena, out);
    bk_arena_release(&k_arena);
    bk_arena_release(&scratch);
    return status;
}

bk_status
bk_trade_same_elasticities(bk_context *ctx, const bk_economy *base, const bk_economy *scenario)
{
    for (size_t j = 0; j < base->n_sectors; j++)
        if (base->sectors[j].elasticity < scenario->sectors[j].elasticity ||
            base->sectors[j].elasticity > scenario->sectors[j].elasticity)
            return bk_fail_hint(ctx, BK_ERR_INCONSISTENT,
                                "draw it in risk/distribution.csv, with acts base, or change economy/sector.csv",
                                "trade_elasticity of %s is %.9g, the base year's %.9g: a scenario cannot change it",
                                base->sectors[j].id, scenario->sectors[j].elasticity, base->sectors[j].elasticity);
    return BK_OK;
}
