/* From a road network and its trips to the layout that solvers work on. */
#include "assignment/ue_problem.h"
#include "network/graph.h"

#include <math.h>
#include <string.h>

#define MOST_LISTED 100 /* lost pairs recorded as errors */

/* ---- judging -------------------------------------------------------------------------------------------------- */

static bk_status
check_arcs(bk_context *ctx, const bk_road_network *network)
{
    const bk_vdf *vdf = &network->vdf;
    const bool    has_power = vdf->form != BK_VDF_LINEAR && vdf->all_power == 0.0;

    if (vdf->n_arcs != network->n_arcs)
        return bk_fail(ctx, BK_ERR_USAGE, "there are %zu arcs but %zu delay functions", network->n_arcs, vdf->n_arcs);
    for (size_t a = 0; a < network->n_arcs; a++) {
        const double b = vdf->form == BK_VDF_CONICAL ? 0.0 : vdf->b[a];
        const double power = has_power || vdf->form == BK_VDF_CONICAL ? vdf->power[a] : 1.0;
        if (network->from[a] >= network->n_nodes || network->to[a] >= network->n_nodes ||
            network->from[a] == network->to[a])
            return bk_fail(ctx, BK_ERR_REFERENCE, "arc %zu goes from node %u to node %u, must join two of the %zu",
                           a + 1, network->from[a] + 1, network->to[a] + 1, network->n_nodes);
        if (!(vdf->free_time[a] >= 0.0 && isfinite(vdf->free_time[a]) && vdf->capacity[a] > 0.0 && b >= 0.0 &&
              isfinite(b) && power >= 1.0 && isfinite(power)))
            return bk_fail(ctx, BK_ERR_VALUE,
                           "the delay function of arc %zu has free time %g, capacity %g, b %g and power %g", a + 1,
                           vdf->free_time[a], vdf->capacity[a], b, power);
    }
    return BK_OK;
}

static bk_status
check_class(bk_context *ctx, const bk_road_network *network, const double *fixed, const bk_road_demand *demand)
{
    if (demand->n_zones != network->n_zones)
        return bk_fail(ctx, BK_ERR_USAGE, "trips of %zu zones for a network of %zu", demand->n_zones, network->n_zones);
    for (size_t a = 0; a < network->n_arcs; a++)
        if (!(fixed[a] >= 0.0))
            return bk_fail(ctx, BK_ERR_VALUE, "the fixed cost of arc %zu is %g, must be at least 0", a + 1, fixed[a]);
    for (size_t t = 0; t < demand->first[demand->n_zones]; t++)
        if (demand->destination[t] >= network->n_zones || !(demand->volume[t] > 0.0 && isfinite(demand->volume[t])))
            return bk_fail(ctx, BK_ERR_VALUE, "trip %zu goes to zone %u with volume %g", t + 1,
                           demand->destination[t] + 1, demand->volume[t]);
    return BK_OK;
}

/* ---- layout --------------------------------------------------------------------------------------------------- */

static uint32_t
leaving_vertex(const bk_road_network *network, uint32_t node)
{
    return node < network->first_through ? (uint32_t)network->n_nodes + node : node;
}

static bk_status
build_graph(bki_ue_problem *problem, bk_arena *arena)
{
    const bk_road_network *network = problem->network;
    const size_t           n = network->n_arcs;
    uint32_t              *order = BK_NEW(arena, uint32_t, n);
    const bk_vdf          *vdf = &network->vdf;

    BK_TRY(bk_arena_ok(arena));
    BK_TRY(bki_graph_of_roads(network, arena, order, &problem->graph));
    problem->network_arc = order;
    problem->vdf = (bk_vdf){vdf->form,
                            n,
                            bki_in_order(arena, n, order, vdf->free_time),
                            bki_in_order(arena, n, order, vdf->capacity),
                            bki_in_order(arena, n, order, vdf->b),
                            bki_in_order(arena, n, order, vdf->power),
                            vdf->all_power};
    return bk_arena_ok(arena);
}

/* ---- trips ---------------------------------------------------------------------------------------------------- */

typedef struct trip_sorter {
    bki_ue_problem *problem;
    bki_ue_origin  *origins;     /* [n_classes n_zones] */
    uint32_t       *destination; /* [all trips] vertex */
    double         *volume;      /* [all trips] unit of traffic */
    bk_lost_trip   *lost;        /* [lost_capacity] */
    size_t          n_lost, lost_capacity;
    uint32_t       *queue; /* [n_vertices] */
    uint32_t       *seen;  /* [n_vertices] 1 + the number of the search that reached it last */
    uint32_t        search;
} trip_sorter;

static void
reach(trip_sorter *sorter, const double *fixed, uint32_t root)
{
    const bk_graph *graph = sorter->problem->graph;
    size_t          n = 0;

    sorter->search++;
    sorter->queue[n++] = root;
    sorter->seen[root] = sorter->search;
    for (size_t i = 0; i < n; i++)
        for (uint32_t v = sorter->queue[i], a = graph->first_out[v]; a < graph->first_out[v + 1]; a++)
            if (sorter->seen[graph->head[a]] != sorter->search && isfinite(fixed[a])) {
                sorter->seen[graph->head[a]] = sorter->search;
                sorter->queue[n++] = graph->head[a];
            }
}

static bk_status
keep_lost(trip_sorter *sorter, bk_lost_trip trip, bk_arena *arena)
{
    if (sorter->n_lost == sorter->lost_capacity) {
        const size_t  capacity = 2 * sorter->lost_capacity + 16;
        bk_lost_trip *grown = BK_NEW(arena, bk_lost_trip, capacity);
        BK_TRY(bk_arena_ok(arena));
        if (sorter->n_lost > 0)
            memcpy(grown, sorter->lost, sorter->n_lost * sizeof *grown);
        sorter->lost = grown;
        sorter->lost_capacity = capacity;
    }
    sorter->lost[sorter->n_lost++] = trip;
    return BK_OK;
}

/* Trips within a zone meet no arc and are left out. */
static bk_status
sort_origin(trip_sorter *sorter, uint32_t class_index, uint32_t zone, const bk_road_demand *demand, bk_arena *arena)
{
    bki_ue_problem *problem = sorter->problem;
    const double   *fixed = problem->fixed + class_index * problem->graph->n_arcs;
    bki_ue_origin   origin = {class_index, zone, leaving_vertex(problem->network, zone), problem->n_trips, 0, 0.0};

    if (demand->first[zone] == demand->first[zone + 1])
        return BK_OK;
    reach(sorter, fixed, origin.root);
    for (size_t t = demand->first[zone]; t < demand->first[zone + 1]; t++) {
        const uint32_t destination = demand->destination[t];
        if (destination == zone)
            continue;
        if (sorter->seen[destination] != sorter->search) {
            BK_TRY(keep_lost(sorter, (bk_lost_trip){class_index, zone, destination, demand->volume[t]}, arena));
            continue;
        }
        sorter->destination[problem->n_trips] = destination;
        sorter->volume[problem->n_trips++] = demand->volume[t];
        origin.volume += demand->volume[t];
    }
    origin.end = problem->n_trips;
    if (origin.end > origin.first)
        sorter->origins[problem->n_origins++] = origin;
    problem->total_volume += origin.volume;
    return BK_OK;
}

static bk_status
refuse_lost(const trip_sorter *sorter)
{
    bk_context            *ctx = sorter->problem->ctx;
    const bk_road_network *network = sorter->problem->network;
    char                   text[2][BK_ROAD_ID_SIZE];

    for (size_t i = 0; i < sorter->n_lost && i < MOST_LISTED; i++)
        bk_fail_hint(ctx, BK_ERR_NO_PATH, "correct the network, or drop such trips with --allow-unreachable",
                     "no path leads from zone %s to zone %s, for %g trips",
                     bk_road_zone_id(network, sorter->lost[i].origin, text[0]),
                     bk_road_zone_id(network, sorter->lost[i].destination, text[1]), sorter->lost[i].volume);
    if (sorter->n_lost > MOST_LISTED)
        bk_fail(ctx, BK_ERR_NO_PATH, "%zu more pairs of zones are joined by no path", sorter->n_lost - MOST_LISTED);
    return BK_ERR_NO_PATH;
}

static bk_status
sort_trips(bki_ue_problem *problem, const bk_traffic_class *classes, bool allow_unreachable, bk_arena *scratch,
           bk_arena *arena)
{
    const size_t n_zones = problem->network->n_zones, n_vertices = problem->graph->n_vertices;
    size_t       n_all = 0;
    trip_sorter  sorter = {.problem = problem};

    for (size_t c = 0; c < problem->n_classes; c++)
        n_all += classes[c].demand->first[n_zones];
    sorter.origins = BK_NEW(arena, bki_ue_origin, problem->n_classes * n_zones);
    sorter.destination = BK_NEW(arena, uint32_t, n_all);
    sorter.volume = BK_NEW(arena, double, n_all);
    sorter.queue = BK_NEW(scratch, uint32_t, n_vertices);
    sorter.seen = BK_NEW(scratch, uint32_t, n_vertices);
    BK_TRY(bk_arena_ok(arena));
    BK_TRY(bk_arena_ok(scratch));
    for (uint32_t c = 0; c < problem->n_classes; c++)
        for (uint32_t zone = 0; zone < n_zones; zone++)
            BK_TRY(sort_origin(&sorter, c, zone, classes[c].demand, arena));
    problem->origins = sorter.origins;
    problem->destination = sorter.destination;
    problem->volume = sorter.volume;
    problem->lost = sorter.lost;
    problem->n_lost = sorter.n_lost;
    return sorter.n_lost > 0 && !allow_unreachable ? refuse_lost(&sorter) : BK_OK;
}

/* ---- the whole ------------------------------------------------------------------------------------------------ */

static bk_status
build_fixed(bki_ue_problem *problem, const bk_traffic_class *classes, bk_arena *arena)
{
    const bk_road_network *network = problem->network;
    const size_t           n = network->n_arcs;
    double                *fixed = BK_NEW(arena, double, problem->n_classes *n);

    BK_TRY(bk_arena_ok(arena));
    for (size_t c = 0; c < problem->n_classes; c++) {
        const double *given = classes[c].fixed != NULL ? classes[c].fixed : network->fixed;
        BK_TRY(check_class(problem->ctx, network, given, classes[c].demand));
        for (size_t a = 0; a < n; a++)
            fixed[c * n + a] = given[problem->network_arc[a]];
    }
    problem->fixed = fixed;
    return BK_OK;
}

bk_status
bki_ue_problem_build(bk_context *ctx, const bk_road_network *network, size_t n_classes, const bk_traffic_class *classes,
                     bool allow_unreachable, bk_arena *arena, bki_ue_problem *out)
{
    bk_arena scratch;

    *out = (bki_ue_problem){.ctx = ctx, .network = network, .n_classes = n_classes};
    if (n_classes == 0)
        return bk_fail(ctx, BK_ERR_USAGE, "there is no class of traffic");
    BK_TRY(check_arcs(ctx, network));
    BK_TRY(build_graph(out, arena));
    BK_TRY(build_fixed(out, classes, arena));
    bk_arena_init(&scratch, ctx);
    const bk_status status = sort_trips(out, classes, allow_unreachable, &scratch, arena);
    bk_arena_release(&scratch);
    return status;
}
