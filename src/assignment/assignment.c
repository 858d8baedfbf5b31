/* Puts an assignment together: layout, costs, limits, room. */
#include "assignment/assignment.h"
#include "assignment/sweep.h"

#include <math.h>

static const double PI = 3.14159265358979323846;

/* mu = pi / (sqrt 6 x noise x cheapest cost): the Gumbel scale whose standard deviation is that share of the cost. */
static void
set_classes(const bk_traffic *traffic, const bk_model *model, const uint32_t *lanes, const size_t *first_class,
            double *usd_per_hour, double *scale)
{
    const size_t n_classes = traffic->n_classes;

    for (size_t p = 0; p < traffic->n_pairs; p++)
        for (size_t s = traffic->first_slot[p], i = 0; s < traffic->first_slot[p + 1]; s++, i++)
            for (size_t k = 0; k < n_classes; k++) {
                const size_t at = first_class[p] + k * lanes[p] + i;
                const double noise = model->transport.route_noise * traffic->cheapest[s * n_classes + k];
                usd_per_hour[at] =
                    traffic->slot_value_of_time[s] * traffic->multiplier[traffic->slot_sector[s] * n_classes + k];
                scale[at] = PI / (sqrt(6.0) * fmax(noise, 1e-6)); /* a free route still leaves a finite scale */
            }
}

bk_status
bki_layout_build(const bk_traffic *traffic, const bk_universe *universe, const bk_model *model, bk_arena *arena,
                 const bki_layout **out)
{
    bki_layout *layout = BK_NEW(arena, bki_layout, 1);
    uint32_t   *lanes = BK_NEW(arena, uint32_t, traffic->n_pairs);
    size_t     *first_share = BK_NEW(arena, size_t, traffic->n_pairs + 1);
    size_t     *first_class = BK_NEW(arena, size_t, traffic->n_pairs + 1);

    BK_TRY(bk_arena_ok(arena));
    *layout = (bki_layout){.lanes = lanes, .first_share = first_share, .first_class = first_class};
    for (size_t p = 0; p < traffic->n_pairs; p++) {
        const size_t slots = traffic->first_slot[p + 1] - traffic->first_slot[p];
        const size_t routes = universe->first_route[p + 1] - universe->first_route[p];
        lanes[p] = (uint32_t)((slots + BKI_LANES - 1) / BKI_LANES * BKI_LANES);
        first_share[p + 1] = first_share[p] + routes * lanes[p];
        first_class[p + 1] = first_class[p] + traffic->n_classes * lanes[p];
        layout->most_lanes = lanes[p] > layout->most_lanes ? lanes[p] : layout->most_lanes;
        layout->most_routes = routes > layout->most_routes ? routes : layout->most_routes;
    }
    double *usd_per_hour = BK_NEW(arena, double, first_class[traffic->n_pairs]);
    double *scale = BK_NEW(arena, double, first_class[traffic->n_pairs]);
    BK_TRY(bk_arena_ok(arena));
    set_classes(traffic, model, lanes, first_class, usd_per_hour, scale);
    layout->usd_per_hour = usd_per_hour;
    layout->scale = scale;
    *out = layout;
    return BK_OK;
}

void
bki_room_create(const bk_assignment *assignment, bk_arena *arena, bki_room *room)
{
    const bki_layout *layout = assignment->layout;
    const size_t      width = assignment->traffic->n_classes * layout->most_lanes;
    const size_t      n_limits = assignment->limits.n_limits, n_sectors = assignment->traffic->n_sectors;
    const size_t      n_bundles = assignment->bundles->most_bundles, n_local = assignment->bundles->most_local;
    const size_t      routes = (layout->most_routes + BKI_LANES - 1) / BKI_LANES * BKI_LANES;

    *room = (bki_room){.weight = BK_NEW(arena, double, routes *width),
                       .largest = BK_NEW(arena, double, width),
                       .total = BK_NEW(arena, double, width),
                       .inverse = BK_NEW(arena, double, width),
                       .pull = BK_NEW(arena, double, width),
                       .route_price = BK_NEW(arena, double, routes),
                       .route_row = BK_NEW(arena, double, routes),
                       .by_bundle = BK_NEW(arena, double, n_bundles),
                       .used_by_sector = BK_NEW(arena, double, n_sectors),
                       .used = BK_NEW(arena, double, n_bundles *width),
                       .by_sector = BK_NEW(arena, double, 2 * n_sectors * n_limits),
                       .times = BK_NEW(arena, double, n_bundles *routes),
                       .entry = BK_NEW(arena, double, n_bundles *n_bundles),
                       .number = BK_NEW(arena, uint32_t, n_bundles),
                       .local = BK_NEW(arena, uint32_t, n_limits),
                       .member = BK_NEW(arena, uint32_t, n_local)};
}

static bk_status
give_room(bk_context *ctx, bk_assignment *assignment, bk_arena *arena)
{
    const size_t threads = (size_t)bk_context_threads(ctx);

    assignment->slot_cost = BK_NEW(arena, double, assignment->traffic->n_slots);
    assignment->share = BK_NEW(arena, double, assignment->layout->first_share[assignment->traffic->n_pairs]);
    assignment->flow_blocks = BK_NEW(arena, double, assignment->traffic->n_regions * assignment->limits.n_limits);
    assignment->rooms = BK_NEW(arena, bki_room, threads);
    for (size_t w = 0; assignment->rooms != NULL && w < threads; w++)
        bki_room_create(assignment, arena, &assignment->rooms[w]);
    return bk_arena_ok(arena);
}

bk_status
bki_assignment_twin(bk_context *ctx, const bk_assignment *like, bk_arena *arena, bk_assignment **out)
{
    bk_assignment *twin = BK_NEW(arena, bk_assignment, 1);

    BK_TRY(bk_arena_ok(arena));
    *twin = *like;
    BK_TRY(give_room(ctx, twin, arena));
    *out = twin;
    return BK_OK;
}

bk_status
bk_assignment_create(bk_context *ctx, const bk_model *model, const bk_graph *graph, const bk_arc_costs *costs,
                     const bk_traffic *traffic, const bk_universe *universe, const double *post_value,
                     const bk_assignment *like, bk_arena *arena, bk_assignment **out)
{
    bk_assignment *assignment = BK_NEW(arena, bk_assignment, 1);

    if (model->n_bans > BKI_BANS_AT_MOST)
        return bk_fail_hint(ctx, BK_ERR_VALUE, "join bans with the same countries into one sanction",
                            "%zu transit bans are active at once, at most %d can be told apart", model->n_bans,
                            BKI_BANS_AT_MOST);
    BK_TRY(bk_arena_ok(arena));
    *assignment =
        (bk_assignment){.model = model, .graph = graph, .costs = costs, .traffic = traffic, .universe = universe};
    if (like != NULL && like->universe == universe && like->traffic == traffic &&
        like->model->transport.route_noise == model->transport.route_noise)
        assignment->layout = like->layout;
    else
        BK_TRY(bki_layout_build(traffic, universe, model, arena, &assignment->layout));
    if (like != NULL && like->universe != universe)
        like = NULL;
    BK_TRY(bki_route_costs(ctx, assignment, like, arena));
    BK_TRY(bki_limits_build(ctx, assignment, post_value, like, arena));
    BK_TRY(give_room(ctx, assignment, arena));
    *out = assignment;
    return BK_OK;
}

const bk_limits *
bk_assignment_limits(const bk_assignment *assignment)
{
    return &assignment->limits;
}

const double *
bk_assignment_mass(const bk_assignment *assignment)
{
    return assignment->mass;
}

const double *
bk_assignment_slot_cost(const bk_assignment *assignment)
{
    return assignment->slot_cost;
}

const double *
bk_assignment_shares(const bk_assignment *assignment, size_t *n)
{
    *n = assignment->layout->first_share[assignment->traffic->n_pairs];
    return assignment->share;
}

void
bk_assignment_evaluate(bk_context *ctx, bk_assignment *assignment, const double *price)
{
    bki_choose(ctx, assignment, price, NULL, NULL);
}
