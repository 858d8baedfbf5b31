/* The adjoint of a solved state: what every push of trade does to every economy, with the prices of what is scarce held
 * and with their answer. */
#include "coupling/adjoint.h"

#include <string.h>

static bk_status
make_push(const bk_joint_adjoint *adjoint, bk_arena *arena, bki_push *push)
{
    const size_t n = adjoint->n, line = n * n, block = adjoint->model->economy.n_sectors * line;

    *push = (bki_push){.width = n,
                       .price = BK_NEW(arena, double, block),
                       .sales = BK_NEW(arena, double, block),
                       .revenue = BK_NEW(arena, double, line),
                       .duty = BK_NEW(arena, double, line),
                       .transfer = BK_NEW(arena, double, line),
                       .productivity = BK_NEW(arena, double, block)};
    return bk_arena_ok(arena);
}

/* Gradients of all regions' ln real income; `seeds` the weights of spending, costs and prices, or NULL fields. */
static bk_status
all_regions(bk_context *ctx, const bk_joint_adjoint *adjoint, const bki_answer *seeds, bk_arena *arena, bki_push *push)
{
    const size_t n = adjoint->n;
    bk_arena     scratch;

    BK_TRY(make_push(adjoint, arena, push));
    bk_arena_init(&scratch, ctx);
    bki_answer weight = *seeds;
    weight.width = n;
    weight.welfare = BK_NEW(&scratch, double, n *n);
    bk_status status = bk_arena_ok(&scratch);
    for (size_t r = 0; status == BK_OK && r < n; r++)
        weight.welfare[r * n + r] = 1.0;
    if (status == BK_OK)
        status = bki_response_backward(ctx, adjoint->trade, &weight, push);
    bk_arena_release(&scratch);
    return status;
}

/* ---- with the answer of prices ---------------------------------------------------------------------------------- */

/* What crowding makes of a cell's trade counts against income: weights of what moves that trade. */
static void
weigh_cells(const bk_joint_adjoint *adjoint, const bki_answer *weight)
{
    const bki_response *trade = adjoint->trade;
    const size_t        n = adjoint->n;

    for (size_t cell = 0; cell < bki_cells(adjoint->model); cell++) {
        const size_t  row = cell / n, sold = row / n * n + cell % n;
        const double *crowding = adjoint->cell_crowding + cell * n;
        const double  tonnes = bki_tonnes_per_money(adjoint, cell);
        const double  moved = tonnes * trade->elasticity[row / n] * trade->solution->trade[cell];
        if (moved == 0.0)
            continue;
        bki_add_scaled(n, -tonnes * trade->net.share[cell], crowding, weight->spend + row * n);
        bki_add_scaled(n, -moved, crowding, weight->price + row * n);
        bki_add_scaled(n, moved, crowding, weight->cost + sold * n);
    }
}

static bk_status
whole_answer(bk_context *ctx, bk_joint_adjoint *adjoint, bk_arena *arena)
{
    const size_t block = adjoint->model->economy.n_sectors * adjoint->n * adjoint->n;
    bk_arena     scratch;

    bk_arena_init(&scratch, ctx);
    const bki_answer weight = {.width = adjoint->n,
                               .spend = BK_NEW(&scratch, double, block),
                               .cost = BK_NEW(&scratch, double, block),
                               .price = BK_NEW(&scratch, double, block)};
    bk_status        status = bk_arena_ok(&scratch);
    if (status == BK_OK) {
        weigh_cells(adjoint, &weight);
        status = all_regions(ctx, adjoint, &weight, arena, &adjoint->whole);
    }
    bk_arena_release(&scratch);
    return status;
}

/* What a USD/t of each cell's expected cost does to every economy, by way of trade. */
static bk_status
cell_costs(bk_joint_adjoint *adjoint, bk_arena *arena)
{
    const bki_response *trade = adjoint->trade;
    const bki_push     *whole = &adjoint->whole;
    const size_t        n = adjoint->n, n_cells = bki_cells(adjoint->model);
    double             *cell_cost = BK_NEW(arena, double, n_cells *n);

    BK_TRY(bk_arena_ok(arena));
    for (size_t cell = 0; cell < n_cells; cell++) {
        const size_t row = cell / n, importer = row % n, exporter = cell % n, sold = row / n * n + exporter;
        const double unit = bki_factor_per_usd(adjoint, cell), tonnes = bki_tonnes_per_money(adjoint, cell);
        const double moved = unit * trade->elasticity[row / n] * trade->solution->trade[cell];
        double      *to = cell_cost + cell * n;
        if (unit == 0.0)
            continue;
        bki_add_scaled(n, unit * trade->gross.share[cell], whole->price + row * n, to);
        bki_add_scaled(n, -moved, whole->sales + sold * n, to);
        bki_add_scaled(n, tonnes * moved, adjoint->cell_crowding + cell * n, to);
        bki_add_scaled(n, -moved * trade->tariff[cell], whole->revenue + importer * n, to);
        if (bki_response_pools(trade, importer, exporter))
            bki_add_scaled(n, -moved * trade->tariff[cell], whole->duty + importer * n, to);
    }
    adjoint->cell_cost = cell_cost;
    return BK_OK;
}

/* ---- the network's state ---------------------------------------------------------------------------------------- */

static bk_status
restore(bk_context *ctx, bk_joint_adjoint *adjoint, bk_arena *arena)
{
    const bk_joint_base *base = adjoint->base;
    const bk_arc_costs  *costs;

    if (adjoint->model == base->model) {
        BK_TRY(bki_assignment_twin(ctx, base->assignment, arena, &adjoint->assignment));
    } else {
        BK_TRY(bk_arc_costs_build(ctx, adjoint->model, base->graph, arena, &costs));
        BK_TRY(bk_assignment_create(ctx, adjoint->model, base->graph, costs, base->traffic, base->universe,
                                    base->post_value, base->assignment, arena, &adjoint->assignment));
    }
    const bk_limits *limits = &adjoint->assignment->limits;
    const size_t     n = limits->n_limits;
    double          *price = BK_NEW(arena, double, n), *slope = BK_NEW(arena, double, n);
    double          *utilisation = BK_NEW(arena, double, n);
    BK_TRY(bk_arena_ok(arena));
    for (size_t a = 0; a < n; a++)
        utilisation[a] = adjoint->solution->utilisation[limits->facility[a]];
    bk_limit_price(adjoint->assignment, utilisation, price, slope);
    bki_choose(ctx, adjoint->assignment, price, NULL, NULL);
    adjoint->price = price;
    adjoint->slope = slope;
    adjoint->utilisation = utilisation;
    return BK_OK;
}

static bk_status
base_shock(const bk_model *model, bk_arena *arena, const bk_trade_shock **out)
{
    bk_trade_shock *shock = BK_NEW(arena, bk_trade_shock, 1);

    BK_TRY(bk_arena_ok(arena));
    *shock = (bk_trade_shock){.mobility = model->economy.mobility,
                              .duty_pool = model->economy.duty_pool,
                              .duty_quota = model->economy.duty_quota};
    *out = shock;
    return BK_OK;
}

bk_status
bk_joint_adjoint_prepare(bk_context *ctx, const bk_joint_base *base, const bk_model *model,
                         const bk_joint_solution *solution, bk_arena *arena, const bk_joint_adjoint **out)
{
    bk_joint_adjoint *adjoint = BK_NEW(arena, bk_joint_adjoint, 1);

    BK_TRY(bk_arena_ok(arena));
    if (base->trade == NULL)
        return bk_fail(ctx, BK_ERR_USAGE, "a study without economy has no real income to differentiate");
    *adjoint = (bk_joint_adjoint){.base = base,
                                  .model = model != NULL ? model : base->model,
                                  .solution = solution != NULL ? solution : base->solution,
                                  .n = base->model->economy.n_regions};
    adjoint->shock = adjoint->solution->shock;
    if (adjoint->shock == NULL)
        BK_TRY(base_shock(adjoint->model, arena, &adjoint->shock));
    BK_TRY(bki_response_create(ctx, base->trade, adjoint->shock, adjoint->solution->trade, arena, &adjoint->trade));
    BK_TRY(all_regions(ctx, adjoint, &(bki_answer){0}, arena, &adjoint->income));
    adjoint->whole = adjoint->income;
    if (base->assignment != NULL) {
        BK_TRY(restore(ctx, adjoint, arena));
        BK_TRY(bki_adjoint_crowding(ctx, adjoint, arena));
        BK_TRY(whole_answer(ctx, adjoint, arena));
        BK_TRY(cell_costs(adjoint, arena));
    }
    *out = adjoint;
    return BK_OK;
}
