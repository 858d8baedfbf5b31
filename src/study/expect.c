/* When shipments that are on their way arrive: the quickest way on, and at posts what the log says of the stays there.
 */
#include "study/lookup.h"
#include "buckle/calibrate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SECONDS_PER_HOUR 3600.0
#define NORMAL_90        1.2815515655446004 /* quantile of the standard normal distribution */
#define IN_A_HURRY       1e6                /* USD/t/h: beside it money does not count */
#define LEAST_CHANCE     1e-9               /* of still being on the way, or the shipment is long overdue */
enum { FEWEST_STAYS = 10 };

typedef struct way { /* from one node to another */
    uint32_t        from, to, mode;
    bool            exists;
    size_t          n_arcs;
    const uint32_t *arcs; /* [n_arcs] */
} way;

typedef struct expecting {
    bk_context         *ctx;
    const bk_model     *model;
    const bk_dwells    *dwells;
    const bk_graph     *graph;
    const bk_arc_costs *costs;
    size_t              sector;
    bk_arena           *arena;
    size_t              n_ways, capacity;
    way                *ways; /* [capacity] found so far */
} expecting;

typedef struct hours_ahead {
    double mean, variance; /* h, h^2 */
    size_t n_posts, n_learnt;
} hours_ahead;

/* ---- ways -------------------------------------------------------------------------------------------------------- */

/* The quickest by `mode` alone (BK_NONE: any). */
static bk_status
find_quickest(expecting *e, way *out, uint32_t mode)
{
    double               *price = BK_NEW(e->arena, double, e->graph->n_facilities + 1);
    const bk_alternative *found = NULL;
    size_t                n = 0;

    BK_TRY(bk_arena_ok(e->arena));
    for (size_t l = 0; mode != BK_NONE && l < e->model->network.n_links; l++)
        if (e->model->network.links[l].mode != mode)
            price[l] = INFINITY;
    const bk_status status = bk_alternatives(e->ctx, e->model, e->graph, e->costs, price, out->from, out->to, e->sector,
                                             IN_A_HURRY, 1, false, e->arena, &n, &found);
    if (status != BK_ERR_NO_PATH)
        BK_TRY(status);
    if (status == BK_ERR_NO_PATH)
        bk_error_clear(e->ctx);
    out->exists = status == BK_OK && n > 0;
    if (out->exists) {
        out->n_arcs = found[0].n_arcs;
        out->arcs = found[0].arcs;
    }
    return BK_OK;
}

static bk_status
way_between(expecting *e, uint32_t from, uint32_t to, uint32_t mode, const way **out)
{
    for (size_t w = 0; w < e->n_ways; w++)
        if (e->ways[w].from == from && e->ways[w].to == to && e->ways[w].mode == mode) {
            *out = &e->ways[w];
            return BK_OK;
        }
    if (e->n_ways == e->capacity) {
        const size_t capacity = e->capacity == 0 ? 64 : 2 * e->capacity;
        way         *grown = BK_NEW(e->arena, way, capacity);
        BK_TRY(bk_arena_ok(e->arena));
        if (e->n_ways > 0)
            memcpy(grown, e->ways, e->n_ways * sizeof *grown);
        e->ways = grown;
        e->capacity = capacity;
    }
    way *made = &e->ways[e->n_ways++];
    *made = (way){.from = from, .to = to, .mode = mode};
    BK_TRY(find_quickest(e, made, mode));
    if (!made->exists && mode != BK_NONE)
        BK_TRY(find_quickest(e, made, BK_NONE));
    *out = made;
    return BK_OK;
}

/* ---- hours ------------------------------------------------------------------------------------------------------- */

static const bk_dwell *
dwell_at(const expecting *e, size_t border)
{
    for (size_t d = 0; d < e->dwells->n; d++)
        if (e->dwells->dwells[d].border == border)
            return e->dwells->dwells[d].n >= FEWEST_STAYS ? &e->dwells->dwells[d] : NULL;
    return NULL;
}

/* The border row of an arc, or BK_NONE. */
static uint32_t
row_of(const expecting *e, uint32_t arc)
{
    return e->graph->kind[arc] == BK_ARC_BORDER ? e->graph->element[arc] : BK_NONE;
}

/* The stay that a waiting shipment is in the middle of: entry from where it came, else exit to where it goes. */
static uint32_t
row_in_hand(const expecting *e, uint32_t node, uint32_t came_from, const way *on)
{
    const bk_network_data *network = &e->model->network;

    for (uint32_t b = 0; came_from != BK_NONE && b < network->n_borders; b++)
        if (network->borders[b].node == node && network->borders[b].side == BK_ENTRY &&
            network->borders[b].from_country == came_from)
            return b;
    for (size_t i = 0; i < on->n_arcs; i++) {
        const uint32_t row = row_of(e, on->arcs[i]);
        if (row != BK_NONE)
            return network->borders[row].node == node ? row : BK_NONE;
    }
    return BK_NONE;
}

static void
add_arc(const expecting *e, uint32_t arc, hours_ahead *sum)
{
    const size_t    at = e->sector * e->costs->n_arcs + arc;
    const uint32_t  row = row_of(e, arc);
    const bk_dwell *dwell = row != BK_NONE ? dwell_at(e, row) : NULL;

    sum->n_posts += row != BK_NONE;
    sum->n_learnt += dwell != NULL;
    sum->mean += dwell ? dwell->mean : e->costs->hours[at];
    sum->variance += dwell ? dwell->sd * dwell->sd : e->costs->variance[at];
}

/* What remains of the stay in hand, whose row is left out of the way ahead; false if the log has none as long. */
static bool
add_stay(const expecting *e, uint32_t row, double elapsed, hours_ahead *sum)
{
    const bk_dwell *dwell = row != BK_NONE ? dwell_at(e, row) : NULL;
    double          mean, low, high;

    if (dwell == NULL || !bk_dwell_remaining(dwell, elapsed, 0.1, 0.9, &mean, &low, &high))
        return false;
    double squares = 0.0;
    size_t n = 0;
    for (size_t s = 0; s < dwell->n; s++)
        if (dwell->hours[s] > elapsed) {
            squares += (dwell->hours[s] - elapsed - mean) * (dwell->hours[s] - elapsed - mean);
            n++;
        }
    sum->mean += mean;
    sum->variance += squares / (double)n;
    sum->n_posts++;
    sum->n_learnt++;
    return true;
}

/* Lognormal hours with the given mean and variance, known to be above `elapsed`: mean and quantiles.  False if that has
 * next to no chance. */
static bool
lognormal_beyond(double mean, double variance, double elapsed, double *expected, double *low, double *high)
{
    const double spread = sqrt(log1p(variance / (mean * mean))), centre = log(mean) - 0.5 * spread * spread;

    if (spread < 1e-6) { /* certain */
        *expected = *low = *high = mean;
        return mean > elapsed;
    }
    const double z = elapsed > 0.0 ? (log(elapsed) - centre) / spread : -INFINITY;
    const double passed = elapsed > 0.0 ? bk_normal_cdf(z) : 0.0, left = elapsed > 0.0 ? bk_normal_cdf(-z) : 1.0;
    if (left < LEAST_CHANCE)
        return false;
    *expected = mean * (elapsed > 0.0 ? bk_normal_cdf(spread - z) : 1.0) / left;
    *low = elapsed > 0.0 ? exp(centre + spread * bk_normal_quantile(passed + 0.1 * left))
                         : exp(centre - spread * NORMAL_90);
    *high = elapsed > 0.0 ? exp(centre - spread * bk_normal_quantile(0.1 * left)) : exp(centre + spread * NORMAL_90);
    return true;
}

/* ---- shipments --------------------------------------------------------------------------------------------------- */

/* One shipment: its events [first, end) in order of time, none after `now`. */
static bk_status
expect(expecting *e, const bk_trip_event *events, size_t first, size_t end, double now, bk_expectation *out)
{
    const bk_trip_event *last = &events[end - 1];
    const way           *on;
    hours_ahead          sum = {0};
    double               elapsed = (now - last->time) / SECONDS_PER_HOUR, expected = 0.0, low = 0.0, high = 0.0;
    uint32_t             came_from = BK_NONE, in_hand = BK_NONE;

    out->node = last->node;
    out->waiting = !last->departs;
    out->last = last->time;
    out->offset = last->offset;
    for (size_t i = first; i + 1 < end; i++)
        if (events[i].node != last->node)
            came_from = e->model->network.nodes[events[i].node].country;
    if (came_from == e->model->network.nodes[last->node].country)
        came_from = BK_NONE;
    BK_TRY(way_between(e, last->node, out->destination, last->mode, &on));
    if (!on->exists) {
        out->why = "no way leads from where it was last seen to its destination";
        return BK_OK;
    }
    if (out->waiting)
        in_hand = row_in_hand(e, last->node, came_from, on);
    const bool is_learnt = out->waiting && add_stay(e, in_hand, elapsed, &sum);
    for (size_t i = 0; i < on->n_arcs; i++)
        if (e->graph->kind[on->arcs[i]] != BK_ARC_LOAD && e->graph->kind[on->arcs[i]] != BK_ARC_UNLOAD &&
            (row_of(e, on->arcs[i]) == BK_NONE || row_of(e, on->arcs[i]) != in_hand || !is_learnt))
            add_arc(e, on->arcs[i], &sum);
    out->n_posts = sum.n_posts;
    out->n_learnt = sum.n_learnt;
    if (out->waiting) /* what remains begins now; on the way it began at the last departure */
        elapsed = 0.0;
    if (!(sum.mean > 0.0) || !lognormal_beyond(sum.mean, sum.variance, elapsed, &expected, &low, &high)) {
        out->why = "long overdue: nothing in the log or the study takes as long";
        return BK_OK;
    }
    const double from = out->waiting ? now : last->time;
    out->expected = from + SECONDS_PER_HOUR * expected;
    out->low = from + SECONDS_PER_HOUR * low;
    out->high = from + SECONDS_PER_HOUR * high;
    return BK_OK;
}

static int
by_shipment(const void *a, const void *b)
{
    const bk_trip_event *x = a, *y = b;

    if (x->shipment != y->shipment)
        return x->shipment < y->shipment ? -1 : 1;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    return (int)x->departs - (int)y->departs;
}

static int
earliest_first(const void *a, const void *b)
{
    const bk_expectation *x = a, *y = b;

    if ((x->why != NULL) != (y->why != NULL))
        return x->why != NULL ? 1 : -1;
    if (x->expected != y->expected)
        return x->expected < y->expected ? -1 : 1;
    return strcmp(x->shipment, y->shipment);
}

/* What its log says it is bound for last; BK_NONE: nothing, or it is there. */
static uint32_t
destination_of(const bk_trip_event *events, size_t first, size_t end)
{
    uint32_t destination = BK_NONE;

    for (size_t i = first; i < end; i++)
        destination = events[i].destination != BK_NONE ? events[i].destination : destination;
    for (size_t i = first; i < end; i++)
        if (events[i].node == destination)
            return BK_NONE;
    return destination;
}

static bk_status
expect_all(expecting *e, const bk_trip_log *log, double now, size_t *n_out, const bk_expectation **out)
{
    bk_trip_event  *events = BK_NEW(e->arena, bk_trip_event, log->n_events + 1);
    bk_expectation *found = BK_NEW(e->arena, bk_expectation, log->n_shipments + 1);
    size_t          n = 0, n_found = 0;

    BK_TRY(bk_arena_ok(e->arena));
    for (size_t i = 0; i < log->n_events; i++)
        if (log->events[i].time <= now)
            events[n++] = log->events[i];
    qsort(events, n, sizeof *events, by_shipment);
    for (size_t first = 0, end; first < n; first = end) {
        for (end = first; end < n && events[end].shipment == events[first].shipment; end++)
            ;
        const uint32_t destination = destination_of(events, first, end);
        if (destination == BK_NONE)
            continue;
        bk_expectation *next = &found[n_found++];
        *next = (bk_expectation){.shipment = log->shipments[events[first].shipment], .destination = destination};
        BK_TRY(expect(e, events, first, end, now, next));
        if (bk_cancelled(e->ctx))
            return bk_fail(e->ctx, BK_ERR_CANCELLED, "interrupted while shipments were looked at");
    }
    qsort(found, n_found, sizeof *found, earliest_first);
    *out = found;
    *n_out = n_found;
    return BK_OK;
}

bk_status
bk_study_expect(bk_context *ctx, const bk_study *study, const bk_trip_log *log, const bk_dwells *dwells, double now,
                bk_arena *arena, size_t *n_out, const bk_expectation **out)
{
    const bk_model *model = study->model;
    expecting       e = {.ctx = ctx, .model = model, .dwells = dwells, .arena = arena};

    if (!model->has_network || !model->has_economy)
        return bk_fail_hint(ctx, BK_ERR_INCONSISTENT, "add network/ and economy/",
                            "%s has not both a network and sectors that ride on it", study->folder);
    e.sector = bki_dearest_sector(model);
    BK_TRY(bk_graph_build(ctx, model, arena, &e.graph));
    BK_TRY(bk_arc_costs_build(ctx, model, e.graph, arena, &e.costs));
    return expect_all(&e, log, now, n_out, out);
}
