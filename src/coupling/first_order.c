/* A scenario to first order: routes and trade anew at the prices of scarce capacity of the adjoint's state, and what
 * these prices answer by the adjoint. */
#include "assignment/reprice.h"
#include "coupling/adjoint.h"

#include <math.h>
#include <string.h>

typedef struct question {
    bk_context             *ctx;
    const bk_joint_adjoint *adjoint;
    const bk_model         *model;
    bki_trade_demand        demand;
    double                 *tonnes; /* [cells] t/yr */
    double                 *price;  /* [n_limits] USD/t at the state's utilisations */
    double                 *extra;  /* [n_facilities] USD/t of what runs short in the scenario alone */
    double                 *excess; /* [n_limits] t/yr of background and capacity, then of all flow */
} question;

/* Prices and capacities of the scenario at the utilisations of the state. */
static void
price_limits(question *asked)
{
    const bk_joint_adjoint *adjoint = asked->adjoint;
    const bk_limits        *limits = &adjoint->assignment->limits;
    const double           *post_value = adjoint->base->post_value;
    bki_facility_state      now;

    for (size_t a = 0; a < limits->n_limits; a++) {
        asked->price[a] = asked->excess[a] = 0.0;
        if (!bki_facility_limit(asked->model, limits->facility[a], post_value, adjoint->utilisation[a], &now))
            continue;
        asked->price[a] = now.price;
        asked->excess[a] =
            now.background - limits->background[a] - (now.capacity - limits->capacity[a]) * adjoint->utilisation[a];
    }
    for (size_t f = 0; f < adjoint->base->graph->n_facilities; f++) {
        asked->extra[f] = 0.0;
        if (adjoint->assignment->limit_of[f] != BK_NONE || !bki_facility_limit(asked->model, f, post_value, 0.0, &now))
            continue;
        bki_facility_limit(asked->model, f, post_value, adjoint->solution->facility_flow[f] / now.capacity, &now);
        asked->extra[f] = now.price;
    }
}

static bk_status
trade_at_costs(question *asked, const bki_repriced *repriced, const bk_trade_shock *finance, bk_arena *scratch)
{
    BK_TRY(bki_demand_create(asked->ctx, asked->adjoint->base, asked->model, repriced != NULL ? repriced->mass : NULL,
                             scratch, &asked->demand));
    bki_demand_finance(&asked->demand, finance);
    asked->tonnes = BK_NEW(scratch, double, bki_cells(asked->model));
    BK_TRY(bk_arena_ok(scratch));
    if (repriced != NULL)
        BK_TRY(bki_demand_factors(&asked->demand, repriced->slot_cost, asked->demand.factor));
    BK_TRY(bki_demand_trade(&asked->demand, asked->tonnes));
    if (asked->demand.outcome != BK_CONVERGED)
        return bk_fail(asked->ctx, BK_ERR_NOT_CONVERGED, "trade at held prices stops at a residual of %g",
                       asked->demand.residual);
    return BK_OK;
}

/* lambda' F of each economy, into lost [n]. */
static bk_status
crowding_lost(question *asked, const bki_repriced *repriced, double *lost, bk_arena *scratch)
{
    const bk_joint_adjoint *adjoint = asked->adjoint;
    const size_t            n = adjoint->n, n_limits = adjoint->assignment->limits.n_limits;
    double                 *flow = BK_NEW(scratch, double, n_limits);

    BK_TRY(bk_arena_ok(scratch));
    BK_TRY(bki_reprice_flow(asked->ctx, repriced, asked->tonnes, flow));
    for (size_t a = 0; a < n_limits; a++)
        bki_add_scaled(n, flow[a] + asked->excess[a], adjoint->crowding + a * n, lost);
    for (size_t cell = 0; cell < bki_cells(adjoint->model); cell++)
        bki_add_scaled(n, asked->tonnes[cell] - adjoint->solution->tonnes[cell], adjoint->cell_crowding + cell * n,
                       lost);
    return BK_OK;
}

static bk_status
ask_network(question *asked, const bk_trade_shock *finance, double *lost, bk_arena *scratch, size_t *n_repriced)
{
    const bk_joint_adjoint *adjoint = asked->adjoint;
    const bk_arc_costs     *costs;
    bki_repriced            repriced;

    asked->price = BK_NEW(scratch, double, adjoint->assignment->limits.n_limits);
    asked->excess = BK_NEW(scratch, double, adjoint->assignment->limits.n_limits);
    asked->extra = BK_NEW(scratch, double, adjoint->base->graph->n_facilities);
    BK_TRY(bk_arena_ok(scratch));
    price_limits(asked);
    BK_TRY(bk_arc_costs_build(asked->ctx, asked->model, adjoint->base->graph, scratch, &costs));
    const bki_change change = {asked->model, costs, adjoint->price, asked->price, asked->extra};
    BK_TRY(bki_reprice(asked->ctx, adjoint->assignment, &change, scratch, &repriced));
    for (size_t p = 0; p < adjoint->base->traffic->n_pairs; p++)
        *n_repriced += repriced.changed[p];
    BK_TRY(trade_at_costs(asked, &repriced, finance, scratch));
    return crowding_lost(asked, &repriced, lost, scratch);
}

static bk_status
answer(question *asked, const bk_trade_shock *finance, bk_arena *scratch, bk_arena *arena, bk_first_order *out)
{
    const bk_joint_adjoint  *adjoint = asked->adjoint;
    const size_t             n = adjoint->n;
    const double            *income = bk_trade_base_income(adjoint->base->trade);
    double                  *lost = BK_NEW(scratch, double, n), *pct = BK_NEW(arena, double, n);
    double                  *held = BK_NEW(arena, double, n), *ev = BK_NEW(arena, double, n);
    const bk_trade_solution *trade;
    size_t                   n_repriced = 0;

    BK_TRY(bk_arena_ok(scratch));
    BK_TRY(bk_arena_ok(arena));
    if (adjoint->assignment != NULL)
        BK_TRY(ask_network(asked, finance, lost, scratch, &n_repriced));
    else
        BK_TRY(trade_at_costs(asked, NULL, finance, scratch));
    BK_TRY(bk_trade_solver_report(asked->ctx, asked->demand.solver, scratch, &trade));
    for (size_t r = 0; r < n; r++) {
        held[r] = trade->welfare_pct[r];
        pct[r] = lost[r] == 0.0 ? held[r] : 100.0 * ((1.0 + held[r] / 100.0) * exp(-lost[r]) - 1.0);
        ev[r] = pct[r] / 100.0 * income[r] * adjoint->model->money_usd;
    }
    *out = (bk_first_order){pct, ev, held, n_repriced};
    return BK_OK;
}

bk_status
bk_joint_first_order(bk_context *ctx, const bk_joint_adjoint *adjoint, const bk_model *model,
                     const bk_trade_shock *finance, bk_arena *arena, bk_first_order *out)
{
    question asked = {.ctx = ctx, .adjoint = adjoint, .model = model};
    bk_arena scratch;

    bk_arena_init(&scratch, ctx);
    const bk_status status = answer(&asked, finance, &scratch, arena, out);
    bk_arena_release(&scratch);
    return status;
}
