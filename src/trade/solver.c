/* Memory of a solver and the calls of those who solve many neighbouring shocks. */
#include "trade/solver.h"

#include <string.h>

static const size_t WORTH_SHARING = 200000; /* pairs of a sweep: below, waking threads costs more than they bring */

bki_state
bki_state_of(const bk_trade_base *base, double *u)
{
    const size_t row = base->stride, matrix = base->n_sectors * row;

    return (bki_state){.log_payroll = u,
                       .log_price = u + row,
                       .output = u + row + matrix,
                       .revenue = u + row + 2 * matrix,
                       .log_labour = u + 2 * row + 2 * matrix};
}

static void
shocked_alloc(const bk_trade_base *base, bki_shocked *shocked, bk_arena *arena)
{
    const size_t row = base->stride, matrix = base->n_sectors * row;

    shocked->elasticity = BK_NEW(arena, double, base->n_sectors);
    shocked->k = BK_NEW(arena, double *, base->n_sectors);
    shocked->kt = BK_NEW(arena, double *, base->n_sectors);
    shocked->taxed_k = BK_NEW(arena, double *, base->n_sectors);
    shocked->row_log = BK_NEW(arena, double, matrix);
    shocked->own_net = BK_NEW(arena, double, matrix);
    shocked->log_productivity = BK_NEW(arena, double, matrix);
    shocked->transfer = BK_NEW(arena, double, row);
    shocked->other = BK_NEW(arena, double, row);
    shocked->deficit_share = BK_NEW(arena, double, row);
    shocked->works = BK_NEW(arena, double, row);
    shocked->works_share = BK_NEW(arena, double, base->n_sectors);
    shocked->levy = BK_NEW(arena, double, row);
    shocked->labour = BK_NEW(arena, double, row);
    shocked->pool = BK_NEW(arena, uint32_t, row);
    shocked->component = BK_NEW(arena, uint32_t, row);
    if (arena->failed)
        return;
    for (size_t j = 0; j < base->n_sectors; j++)
        if (base->crosses_borders[j]) {
            shocked->kt[j] = BK_NEW(arena, double, base->n_regions *row);
            shocked->k[j] = shocked->kt[j];
        }
}

bk_status
bki_solver_create(const bk_trade_base *base, size_t depth, bk_arena *arena, bk_arena *k_arena, bk_trade_solver **out)
{
    const size_t     row = base->stride, matrix = base->n_sectors * row;
    bk_trade_solver *solver = BK_NEW(arena, bk_trade_solver, 1);

    BK_TRY(bk_arena_ok(arena));
    solver->base = base;
    solver->k_arena = k_arena;
    solver->length = 2 * matrix + 3 * row;
    solver->parallel = base->n_sectors * base->n_regions * base->n_regions >= WORTH_SHARING;
    solver->u = BK_NEW(arena, double, solver->length);
    solver->g = BK_NEW(arena, double, solver->length);
    solver->best = BK_NEW(arena, double, solver->length);
    solver->log_cost = BK_NEW(arena, double, matrix);
    solver->power = BK_NEW(arena, double, matrix);
    solver->spend = BK_NEW(arena, double, matrix);
    solver->supply = BK_NEW(arena, double, matrix);
    solver->net = BK_NEW(arena, double, matrix);
    solver->sales = BK_NEW(arena, double, matrix);
    solver->missing_price = BK_NEW(arena, double, matrix);
    solver->missing_output = BK_NEW(arena, double, matrix);
    solver->self_supply = BK_NEW(arena, double, row);
    solver->answer_price = BK_NEW(arena, double, matrix);
    solver->answer_output = BK_NEW(arena, double, matrix);
    solver->labour_gap = BK_NEW(arena, double, row);
    solver->duty_transfer = BK_NEW(arena, double, row);
    solver->earned = BK_NEW(arena, double, row);
    solver->wage_step = BK_NEW(arena, double, row);
    solver->scratch = BK_NEW(arena, double, 2 * matrix + 4 * row);
    solver->unit_cost_hat = BK_NEW(arena, double, base->n_sectors * base->n_regions);
    solver->sells = BK_NEW(arena, uint8_t, base->n_regions * base->n_regions);
    solver->queue = BK_NEW(arena, uint32_t, 2 * row);
    solver->flags = BK_NEW(arena, bool, 2 * base->n_sectors);
    shocked_alloc(base, &solver->shocked, arena);
    BK_TRY(bk_arena_ok(arena));
    BK_TRY(bki_anderson_create(&solver->accelerator, solver->length, depth, arena));
    bki_start_from_base(solver);
    *out = solver;
    return BK_OK;
}

void
bki_share(bk_context *ctx, const bk_trade_solver *solver, size_t n_blocks, bk_task task, void *state)
{
    if (solver->parallel) {
        bk_parallel(ctx, n_blocks, task, state);
        return;
    }
    for (size_t block = 0; block < n_blocks; block++)
        task(state, block, 0);
}

void
bki_start_from_base(bk_trade_solver *solver)
{
    const bk_trade_base *base = solver->base;
    const bki_state      start = bki_state_of(base, solver->u);

    memset(solver->u, 0, solver->length * sizeof *solver->u);
    for (size_t n = 0; n < base->n_regions; n++) {
        start.revenue[n] = base->tariff_revenue[n] / base->value_added[n];
        for (size_t j = 0; j < base->n_sectors; j++)
            start.output[bki_at(base, j, n)] = base->output[bki_at(base, j, n)] / base->value_added[n];
    }
}
