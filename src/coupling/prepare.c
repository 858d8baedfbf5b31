/* The base year made ready: trade without change, routes, prices, and what scenarios are compared with. */
#include "coupling/joint.h"

#include <math.h>
#include <string.h>

static const bk_assignment_settings EXACTLY = {.tolerance = 1e-10, .max_rounds = 1000, .lazy = true};
/* Prices of a drawn base year, of the tolerance of what is compared with it. */
static const double                 CLOSER = 1e-3;
static const bk_assignment_settings ROUGHLY = {.tolerance = 1e-4, .max_rounds = 1000};
enum { POST_VALUE_ROUNDS = 4 };

/* ---- trade ----------------------------------------------------------------------------------------------------- */

/* Trade of the base without change: its tonnes are those of the data as far as the data balance. */
static bk_status
prepare_trade(bk_context *ctx, bk_joint_base *base, bk_arena *arena)
{
    bki_trade_demand demand;
    double          *tonnes = BK_NEW(arena, double, bki_cells(base->model));
    bk_arena         scratch;

    BK_TRY(bk_arena_ok(arena));
    BK_TRY(bk_trade_calibrate(ctx, &base->model->economy, arena, &base->trade));
    bk_arena_init(&scratch, ctx);
    bk_status status = bki_demand_create(ctx, base, base->model, NULL, &scratch, &demand);
    if (status == BK_OK)
        status = bki_demand_trade(&demand, tonnes);
    if (status == BK_OK && demand.outcome != BK_CONVERGED)
        status = bk_fail(ctx, BK_ERR_NOT_CONVERGED, "trade of the base year without change stops at a residual of %g",
                         demand.residual);
    bk_arena_release(&scratch);
    base->tonnes = tonnes;
    return status;
}

/* ---- prices ---------------------------------------------------------------------------------------------------- */

typedef struct base_room {
    double                *tonnes;                /* [cells] */
    double                *utilisation;           /* [n_limits] */
    double                *price, *slope, *queue; /* [n_limits] */
    bk_assignment_settings closing;               /* how closely prices are solved in the end */
    bool                   gains_only;            /* of the solution */
} base_room;

static bk_status
solve_base(bk_context *ctx, const bk_joint_base *base, bk_assignment *assignment,
           const bk_assignment_settings *settings, base_room *room)
{
    bk_assignment_result result;

    memcpy(room->tonnes, base->tonnes, bki_cells(base->model) * sizeof *room->tonnes);
    BK_TRY(bk_assignment_solve(ctx, assignment, NULL, settings, room->tonnes, room->utilisation, &result));
    if (result.outcome != BK_CONVERGED)
        return bk_fail(ctx, BK_ERR_NOT_CONVERGED, "prices of the base year: residual %g of capacity after %d rounds",
                       result.residual, result.rounds);
    bk_limit_price(assignment, room->utilisation, room->price, room->slope);
    return BK_OK;
}

/* Values of time at the posts depend on who passes, and who passes on their queues: a few rounds, then frozen. */
static bk_status
find_post_values(bk_context *ctx, const bk_joint_base *base, base_room *room, double *post_value)
{
    for (int i = 0; i < POST_VALUE_ROUNDS; i++) {
        bk_assignment *assignment;
        bk_arena       scratch;
        bk_arena_init(&scratch, ctx);
        bk_status status =
            bk_assignment_create(ctx, base->model, base->graph, base->costs, base->traffic, base->universe,
                                 i == 0 ? NULL : post_value, NULL, &scratch, &assignment);
        if (status == BK_OK)
            status = solve_base(ctx, base, assignment, &ROUGHLY, room);
        if (status == BK_OK)
            status = bk_assignment_post_value(ctx, assignment, base->tonnes, room->price, post_value);
        bk_arena_release(&scratch);
        BK_TRY(status);
    }
    return BK_OK;
}

static void
pick_limits(const bk_assignment *assignment, const double *by_facility, double *by_limit)
{
    const bk_limits *limits = bk_assignment_limits(assignment);

    for (size_t a = 0; a < limits->n_limits; a++)
        by_limit[a] = by_facility[limits->facility[a]];
}

/* ---- routes ---------------------------------------------------------------------------------------------------- */

/* From nothing: traffic, universe, values at the posts. */
static bk_status
make_routes(bk_context *ctx, const bk_joint_base *base, base_room *room, bk_arena *arena, bki_packed *out)
{
    double       *utilisation = BK_NEW(arena, double, base->graph->n_facilities);
    double       *post_value = BK_NEW(arena, double, base->model->network.n_borders);
    bk_joint_base made = *base;
    bk_traffic   *traffic;

    BK_TRY(bk_arena_ok(arena));
    BK_TRY(bk_traffic_build(base->model, arena, &traffic));
    BK_TRY(bk_traffic_measure(ctx, base->model, base->graph, base->costs, traffic));
    out->traffic = traffic;
    BK_TRY(bk_universe_generate(ctx, base->model, base->graph, base->costs, out->traffic, base->tonnes, arena,
                                utilisation, &out->universe));
    made.traffic = out->traffic;
    made.universe = out->universe;
    BK_TRY(find_post_values(ctx, &made, room, post_value));
    out->post_value = post_value;
    out->utilisation = utilisation;
    return BK_OK;
}

/* ---- the base solution ----------------------------------------------------------------------------------------- */

/* d_0 = 1 + mean base cost without constants / value per tonne. */
static bk_status
base_factors(bk_context *ctx, bk_joint_base *base, const base_room *room, bk_arena *arena)
{
    const size_t n_cells = bki_cells(base->model), n_regions = base->model->economy.n_regions;
    double      *factor = BK_NEW(arena, double, n_cells);
    bk_arena     scratch;

    bk_arena_init(&scratch, ctx);
    const bk_assignment_report report = {
        .arc_flow = BK_NEW(&scratch, double, base->model->economy.n_sectors * base->graph->n_arcs),
        .mean_cost = BK_NEW(&scratch, double, n_cells),
        .mean_constant = BK_NEW(&scratch, double, n_cells),
        .mean_hours = BK_NEW(&scratch, double, n_cells),
        .co2 = BK_NEW(&scratch, double, n_regions)};
    bk_status status = bk_arena_ok(arena);
    if (status == BK_OK)
        status = bk_arena_ok(&scratch);
    if (status == BK_OK)
        status = bk_assignment_fill(ctx, base->assignment, base->tonnes, room->price, room->queue, &report);
    for (size_t cell = 0; status == BK_OK && cell < n_cells; cell++) {
        const double worth = base->model->economy.usd_per_tonne[cell];
        factor[cell] = worth > 0.0 ? 1.0 + (report.mean_cost[cell] - report.mean_constant[cell]) / worth : 1.0;
    }
    bk_arena_release(&scratch);
    base->factor = factor;
    return status;
}

static bk_status
base_solution(bk_context *ctx, bk_joint_base *base, const base_room *room, bk_arena *arena)
{
    bk_joint_solution *solution = BK_NEW(arena, bk_joint_solution, 1);
    bki_trade_demand   demand;
    bk_arena           scratch;

    BK_TRY(bk_arena_ok(arena));
    bk_arena_init(&scratch, ctx);
    bk_status status =
        bki_demand_create(ctx, base, base->model, bk_assignment_mass(base->assignment), &scratch, &demand);
    if (status == BK_OK)
        status = bki_demand_trade(&demand, room->tonnes);
    if (status == BK_OK)
        status = bki_joint_finish(ctx, base, base->assignment, &demand, room->utilisation, base->tonnes,
                                  room->gains_only, arena, solution);
    bk_arena_release(&scratch);
    solution->outcome = BK_CONVERGED;
    base->solution = solution;
    return status;
}

/* Prices to the last digits from utilisations [n_facilities] near them, then what scenarios are compared with; the
 * solution lies in `reports`.  `like` as in bk_assignment_create. */
static bk_status
close_base(bk_context *ctx, bk_joint_base *base, const double *start, const bk_assignment *like, base_room *room,
           bk_arena *arena, bk_arena *reports)
{
    const size_t n_slots = base->traffic->n_slots;
    double *slot_cost = BK_NEW(arena, double, n_slots), *utilisation = BK_NEW(arena, double, base->graph->n_facilities);

    BK_TRY(bk_assignment_create(ctx, base->model, base->graph, base->costs, base->traffic, base->universe,
                                base->post_value, like, arena, &base->assignment));
    const bk_limits *limits = bk_assignment_limits(base->assignment);
    pick_limits(base->assignment, start, room->utilisation);
    BK_TRY(solve_base(ctx, base, base->assignment, &room->closing, room));
    for (size_t a = 0; a < limits->n_limits; a++)
        utilisation[limits->facility[a]] = room->utilisation[a];
    base->utilisation = utilisation;
    BK_TRY(base_factors(ctx, base, room, arena)); /* evaluates at the prices solved */
    memcpy(slot_cost, bk_assignment_slot_cost(base->assignment), n_slots * sizeof *slot_cost);
    base->slot_cost = slot_cost;
    return base_solution(ctx, base, room, reports);
}

static base_room
make_room(const bk_joint_base *base, bk_arena *scratch)
{
    const size_t n_facilities = base->graph->n_facilities;

    return (base_room){.tonnes = BK_NEW(scratch, double, bki_cells(base->model)),
                       .utilisation = BK_NEW(scratch, double, n_facilities),
                       .price = BK_NEW(scratch, double, n_facilities),
                       .slope = BK_NEW(scratch, double, n_facilities),
                       .queue = BK_NEW(scratch, double, n_facilities),
                       .closing = EXACTLY};
}

static bk_status
prepare_network(bk_context *ctx, bk_joint_base *base, const void *packed, size_t n_packed, bk_arena *scratch,
                bk_arena *arena)
{
    bki_packed kept = {0};
    base_room  room = make_room(base, scratch);

    BK_TRY(bk_arena_ok(scratch));
    const bk_status fits = packed != NULL ? bki_joint_unpack(base, packed, n_packed, arena, &kept) : BK_ERR_SCHEMA;
    if (fits == BK_ERR_SCHEMA) {
        if (packed != NULL)
            bk_log(ctx, BK_LOG_WARNING, "the kept base year does not fit this study and is made anew");
        BK_TRY(make_routes(ctx, base, &room, arena, &kept));
    } else {
        BK_TRY(fits);
    }
    base->traffic = kept.traffic;
    base->universe = kept.universe;
    base->post_value = kept.post_value;
    return close_base(ctx, base, kept.utilisation, NULL, &room, arena, arena);
}

static bk_status
prepare_trade_only(bk_context *ctx, bk_joint_base *base, bk_arena *scratch, bk_arena *arena)
{
    bk_joint_solution *solution = BK_NEW(arena, bk_joint_solution, 1);
    bki_trade_demand   demand;

    BK_TRY(bk_arena_ok(arena));
    BK_TRY(bki_demand_create(ctx, base, base->model, NULL, scratch, &demand));
    BK_TRY(bki_joint_trade_only(ctx, base, &demand, arena, solution));
    base->solution = solution;
    return BK_OK;
}

bk_status
bk_joint_prepare(bk_context *ctx, const bk_model *model, const void *packed, size_t n_packed, bk_arena *arena,
                 const bk_joint_base **out)
{
    bk_joint_base *base = BK_NEW(arena, bk_joint_base, 1);
    bk_arena       scratch;
    bk_status      status = BK_OK;

    BK_TRY(bk_arena_ok(arena));
    *base = (bk_joint_base){.model = model, .key = bk_joint_key(model)};
    if (model->has_economy)
        BK_TRY(prepare_trade(ctx, base, arena));
    if (model->has_network) {
        BK_TRY(bk_graph_build(ctx, model, arena, &base->graph));
        BK_TRY(bk_arc_costs_build(ctx, model, base->graph, arena, &base->costs));
    }
    bk_arena_init(&scratch, ctx);
    if (model->has_economy && model->has_network)
        status = prepare_network(ctx, base, packed, n_packed, &scratch, arena);
    else if (model->has_economy)
        status = prepare_trade_only(ctx, base, &scratch, arena);
    bk_arena_release(&scratch);
    BK_TRY(status);
    *out = base;
    return BK_OK;
}

/* ---- the same base year with other numbers --------------------------------------------------------------------- */

/* Other values of time: those at the posts are the means over the traffic of the base year as it was. */
static bk_status
revalue(bk_context *ctx, bk_joint_base *base, const bk_joint_base *of, base_room *room, bk_arena *scratch,
        bk_arena *arena)
{
    double        *post_value = BK_NEW(arena, double, base->model->network.n_borders);
    bk_assignment *assignment;

    BK_TRY(bk_traffic_revalue(base->model, of->traffic, arena, &base->traffic));
    BK_TRY(bk_assignment_create(ctx, base->model, base->graph, base->costs, base->traffic, base->universe,
                                of->post_value, of->assignment, scratch, &assignment));
    pick_limits(assignment, of->solution->price, room->price);
    BK_TRY(bk_assignment_post_value(ctx, assignment, of->tonnes, room->price, post_value));
    base->post_value = post_value;
    return BK_OK;
}

static bk_status
rebase_network(bk_context *ctx, bk_joint_base *base, const bk_joint_base *of, const bk_joint_settings *settings,
               bk_arena *scratch, bk_arena *arena)
{
    base_room room = make_room(base, scratch);

    room.closing.tolerance = CLOSER * settings->tolerance;
    room.gains_only = settings->gains_only;
    BK_TRY(bk_arena_ok(scratch));
    BK_TRY(bk_arc_costs_build(ctx, base->model, base->graph, arena, &base->costs));
    if (!bki_same_values_of_time(base->model, of->model))
        BK_TRY(revalue(ctx, base, of, &room, scratch, arena));
    return close_base(ctx, base, of->utilisation, of->assignment, &room, arena, arena);
}

bk_status
bk_joint_rebase(bk_context *ctx, const bk_joint_base *of, const bk_model *model, const bk_joint_settings *settings,
                bk_arena *arena, const bk_joint_base **out)
{
    const bk_joint_settings defaults = bk_joint_default_settings();
    bk_joint_base          *base = BK_NEW(arena, bk_joint_base, 1);
    bk_arena                scratch;
    bk_status               status;

    BK_TRY(bk_arena_ok(arena));
    *base = *of;
    base->model = model;
    BK_TRY(prepare_trade(ctx, base, arena));
    bk_arena_init(&scratch, ctx);
    if (settings == NULL)
        settings = &defaults;
    status = of->assignment != NULL ? rebase_network(ctx, base, of, settings, &scratch, arena)
                                    : prepare_trade_only(ctx, base, &scratch, arena);
    bk_arena_release(&scratch);
    BK_TRY(status);
    *out = base;
    return BK_OK;
}

/* ---- the same base year on other routes -------------------------------------------------------------------------- */

bk_status
bki_base_on(bk_context *ctx, const bk_joint_base *base, const bk_universe *universe, const double *utilisation,
            bk_arena *arena, bk_arena *reports, const bk_joint_base **out)
{
    bk_joint_base *made = BK_NEW(arena, bk_joint_base, 1);
    bk_arena       scratch;

    BK_TRY(bk_arena_ok(arena));
    *made = *base;
    made->universe = universe;
    made->key = bk_hash(base->key, &universe->hash, sizeof universe->hash); /* its bytes are not the base's */
    bk_arena_init(&scratch, ctx);
    base_room room = make_room(made, &scratch);
    bk_status status = bk_arena_ok(&scratch);
    if (status == BK_OK)
        status = close_base(ctx, made, utilisation, NULL, &room, arena, reports);
    bk_arena_release(&scratch);
    *out = made;
    return status;
}

/* ---- readers --------------------------------------------------------------------------------------------------- */

const bk_joint_solution *
bk_joint_base_solution(const bk_joint_base *base)
{
    return base->solution;
}

const bk_graph *
bk_joint_graph(const bk_joint_base *base)
{
    return base->graph;
}

const bk_trade_base *
bk_joint_trade(const bk_joint_base *base)
{
    return base->trade;
}

const bk_arc_costs *
bk_joint_arc_costs(const bk_joint_base *base)
{
    return base->costs;
}

size_t
bk_joint_route_count(const bk_joint_base *base)
{
    return base->universe != NULL ? base->universe->n_routes : 0;
}
