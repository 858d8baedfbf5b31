/* Bushes: unpacking, labels, shifts of flow. */
#include "assignment/ue_bush.h"

#include <math.h>
#include <string.h>

/* Of a shift.  Steps go a little beyond where the costs of the two routes meet, since other shifts are to follow. */
#define BEYOND     1.2
#define MOST_STEPS 4
#define ENOUGH     0.5 /* of the first difference of costs */

bk_status
bki_bush_work_create(const bki_ue_problem *problem, bool for_updates, bk_arena *arena, bki_bush_work *out)
{
    const size_t n = problem->graph->n_vertices, n_arcs = problem->graph->n_arcs;

    *out = (bki_bush_work){
        .x = BK_NEW(arena, double, n_arcs),
        .through = BK_NEW(arena, double, n),
        .label = BK_NEW(arena, bki_bush_label, n),
        .merges = BK_NEW(arena, uint32_t, n),
    };
    if (for_updates) {
        out->segment[0] = BK_NEW(arena, int32_t, n);
        out->segment[1] = BK_NEW(arena, int32_t, n);
        out->touched = BK_NEW(arena, uint32_t, 2 * n);
        out->distance = BK_NEW(arena, double, n);
        out->queue = BK_NEW(arena, uint32_t, n);
        out->queued = BK_NEW(arena, uint8_t, n);
        out->entering = BK_NEW(arena, uint32_t, n);
        out->next_added = BK_NEW(arena, uint32_t, n_arcs);
        out->group = BK_NEW(arena, uint32_t, n);
        out->emitted = BK_NEW(arena, uint8_t, n);
        out->new_arcs = BK_NEW(arena, uint32_t, n_arcs);
        out->new_flow = BK_NEW(arena, double, n_arcs);
        out->tree = bk_tree_scratch_create(arena, problem->graph);
    }
    return bk_arena_ok(arena);
}

void
bki_bush_from_tree(const bki_ue_arcs *arcs, const bki_ue_origin *origin, bki_bush_work *work, bki_bush *bush)
{
    const bk_graph *graph = arcs->problem->graph;
    uint32_t       *stack = work->queue, n = 0;

    bk_tree_out(graph, BK_TREE_LABEL_CORRECTING, arcs->cost, origin->root, work->tree, work->distance, work->entering);
    memset(work->emitted, 0, graph->n_vertices);
    work->emitted[origin->root] = 1;
    for (uint32_t v = 0; v < graph->n_vertices; v++) {
        uint32_t depth = 0;
        for (uint32_t u = v; !work->emitted[u] && work->entering[u] != BK_NONE; u = graph->tail[work->entering[u]])
            stack[depth++] = u;
        while (depth > 0) {
            const uint32_t u = stack[--depth];
            bush->arcs[n++] = work->entering[u];
            work->emitted[u] = 1;
        }
    }
    bush->n_arcs = n;
    bush->n_merge_arcs = 0;
}

/* ---- unpacking ------------------------------------------------------------------------------------------------ */

/* Gives the arcs first ... last of a merge, whose kept flows are at `kept`, what passes through their head.  The
 * largest takes up the rounding. */
static void
load_merge(const double *kept, uint32_t first, uint32_t last, double through, double *x)
{
    double   sum = 0.0, others = 0.0;
    uint32_t largest = first;

    for (uint32_t k = first; k <= last; k++) {
        x[k] = kept[k - first];
        sum += x[k];
        largest = x[k] > x[largest] ? k : largest;
    }
    if (!(fabs(sum - through) <= 1e-9 * through)) {
        const double factor = sum > 0.0 ? through / sum : 0.0;
        for (uint32_t k = first; k <= last; k++)
            x[k] *= factor;
    }
    for (uint32_t k = first; k <= last; k++)
        others += k != largest ? x[k] : 0.0;
    x[largest] = fmax(through - others, 0.0);
}

void
bki_bush_load(const bki_ue_arcs *arcs, const bki_ue_origin *origin, const bki_bush *bush, bki_bush_work *work)
{
    const bki_ue_problem *problem = arcs->problem;
    const uint32_t       *tail = arcs->tail, *head = arcs->head, *list = bush->arcs;
    double               *through = work->through, *x = work->x;
    size_t                n_merges = 0;
    uint32_t              kept = bush->n_merge_arcs;

    memset(through, 0, problem->graph->n_vertices * sizeof *through);
    for (size_t t = origin->first; t < origin->end; t++)
        through[problem->destination[t]] += problem->volume[t];
    for (uint32_t k = bush->n_arcs; k-- > 0;) {
        const uint32_t arc = BKI_ARC(list[k]);
        const double   passing = through[head[arc]];
        if (k == 0 || !(list[k - 1] & BKI_MORE)) {
            x[k] = passing;
            through[tail[arc]] += passing;
            continue;
        }
        const uint32_t last = k;
        while (k > 0 && (list[k - 1] & BKI_MORE))
            k--;
        kept -= last - k + 1;
        work->merges[n_merges++] = k;
        load_merge(bush->merge_flow + kept, k, last, passing, x);
        for (uint32_t m = k; m <= last; m++)
            through[tail[BKI_ARC(list[m])]] += x[m];
    }
    work->n_merges = n_merges;
}

void
bki_bush_store(const bki_bush_work *work, bki_bush *bush)
{
    uint32_t kept = 0;

    for (size_t m = work->n_merges; m-- > 0;)
        for (uint32_t k = work->merges[m];; k++) {
            bush->merge_flow[kept++] = work->x[k];
            if (!(bush->arcs[k] & BKI_MORE))
                break;
        }
}

/* ---- labels --------------------------------------------------------------------------------------------------- */

/* The arcs into one vertex from place k on; returns the place behind them, and adds to `*excess`. */
static uint32_t
label_merge(const bki_ue_arcs *arcs, const uint32_t *list, const double *x, uint32_t k, bki_bush_label *label,
            double *excess)
{
    const uint32_t first = k;
    bki_bush_label out = {INFINITY, -INFINITY, BKI_AT_ROOT, BKI_AT_ROOT};
    double         flow = 0.0; /* of the arcs seen */

    for (bool more = true; more; k++) {
        const uint32_t        arc = BKI_ARC(list[k]);
        const bki_bush_label *from = &label[arcs->tail[arc]];
        const double          least = from->least + arcs->cost[arc], most = from->most + arcs->cost[arc];
        more = (list[k] & BKI_MORE) != 0;
        if (least < out.least) {
            *excess += flow > 0.0 ? flow * (out.least - least) : 0.0;
            out.least = least;
            out.least_in = (int32_t)k;
        } else {
            *excess += x[k] * (least - out.least);
        }
        flow += x[k];
        if (x[k] > 0.0 && most > out.most) {
            out.most = most;
            out.most_in = (int32_t)k;
        }
    }
    if (out.most_in == BKI_AT_ROOT) {
        out.most_in = out.least_in;
        out.most = label[arcs->tail[BKI_ARC(list[out.least_in])]].most + arcs->cost[BKI_ARC(list[out.least_in])];
    }
    label[arcs->head[BKI_ARC(list[first])]] = out;
    return k;
}

double
bki_bush_label_used(const bki_ue_arcs *arcs, const bki_ue_origin *origin, const bki_bush *bush, bki_bush_work *work)
{
    const uint32_t *tail = arcs->tail, *head = arcs->head, *list = bush->arcs;
    const double   *cost = arcs->cost;
    bki_bush_label *label = work->label;
    double          excess = 0.0;

    label[origin->root] = (bki_bush_label){0.0, 0.0, BKI_AT_ROOT, BKI_AT_ROOT};
    for (uint32_t k = 0; k < bush->n_arcs;) {
        const uint32_t arc = list[k];
        if (arc & BKI_MORE) {
            k = label_merge(arcs, list, work->x, k, label, &excess);
            continue;
        }
        const bki_bush_label *from = &label[tail[arc]];
        label[head[arc]] = (bki_bush_label){from->least + cost[arc], from->most + cost[arc], (int32_t)k, (int32_t)k};
        k++;
    }
    return excess;
}

/* ---- shifts --------------------------------------------------------------------------------------------------- */

typedef struct route_part { /* from where two routes part to where they meet again */
    double   cost, slope;
    double   least_flow; /* of the bush on its arcs */
    uint32_t n;
    int32_t *places; /* [n] */
} route_part;

static inline uint32_t
add_arc(const bki_ue_arcs *arcs, const uint32_t *list, const double *x, int32_t place, route_part *part)
{
    const uint32_t arc = BKI_ARC(list[place]);

    part->cost += arcs->cost[arc];
    part->slope += arcs->slope[arc];
    part->least_flow = x[place] < part->least_flow ? x[place] : part->least_flow;
    part->places[part->n++] = place;
    return arcs->tail[arc];
}

/* The costliest used route ([0]) and the least-cost one ([1]) back from a merge to where they part. */
static void
trace_parts(const bki_ue_arcs *arcs, const bki_bush *bush, const bki_bush_work *work, const bki_bush_label *merge,
            route_part part[2])
{
    const uint32_t       *list = bush->arcs;
    const bki_bush_label *label = work->label;
    uint32_t              most = add_arc(arcs, list, work->x, merge->most_in, &part[0]);
    uint32_t              least = add_arc(arcs, list, work->x, merge->least_in, &part[1]);

    while (most != least) {
        const int32_t by_most = label[most].most_in, by_least = label[least].least_in;
        if (by_most > by_least) /* the later vertex steps back */
            most = add_arc(arcs, list, work->x, by_most, &part[0]);
        else
            least = add_arc(arcs, list, work->x, by_least, &part[1]);
    }
}

/* Returns how many arcs were touched. */
static inline uint32_t
move_flow(bki_ue_arcs *arcs, const uint32_t *list, double *x, const route_part *part, double amount, uint32_t *touched)
{
    for (uint32_t i = 0; i < part->n; i++) {
        const int32_t  place = part->places[i];
        const uint32_t arc = BKI_ARC(list[place]);
        const double   flow = arcs->flow[arc] + amount;
        x[place] += amount;
        arcs->flow[arc] = flow > 0.0 ? flow : 0.0;
        touched[i] = arc;
    }
    return part->n;
}

/* Costs of a part after flow has moved. */
static inline void
measure_part(const bki_ue_arcs *arcs, const uint32_t *list, const double *x, route_part *part)
{
    const uint32_t n = part->n;

    *part = (route_part){.least_flow = INFINITY, .places = part->places};
    for (uint32_t i = 0; i < n; i++)
        add_arc(arcs, list, x, part->places[i], part);
}

/* Newton steps on the difference of the two costs.  One step is mostly enough; where delay bends sharply it may land
 * far off on the other side, and the next ones bring it back. */
static void
shift_merge(bki_ue_arcs *arcs, const bki_bush *bush, bki_bush_work *work, const bki_bush_label *merge)
{
    route_part part[2] = {{.least_flow = INFINITY, .places = work->segment[0]},
                          {.least_flow = INFINITY, .places = work->segment[1]}};
    double     first = 0.0;

    trace_parts(arcs, bush, work, merge, part);
    for (int step = 0; step < MOST_STEPS; step++) {
        const double difference = part[0].cost - part[1].cost, slope = part[0].slope + part[1].slope;
        if (fabs(difference) <= ENOUGH * first)
            return;
        double amount = slope > 0.0 ? BEYOND * difference / slope : copysign(INFINITY, difference);
        amount = fmin(fmax(amount, -part[1].least_flow), part[0].least_flow);
        if (amount == 0.0)
            return;
        uint32_t n = move_flow(arcs, bush->arcs, work->x, &part[0], -amount, work->touched);
        n += move_flow(arcs, bush->arcs, work->x, &part[1], amount, work->touched + n);
        bki_ue_arcs_refresh(arcs, work->touched, n);
        first = fmax(first, fabs(difference));
        if (step + 1 == MOST_STEPS)
            return;
        measure_part(arcs, bush->arcs, work->x, &part[0]);
        measure_part(arcs, bush->arcs, work->x, &part[1]);
    }
}

void
bki_bush_shift(bki_ue_arcs *arcs, const bki_bush *bush, bki_bush_work *work)
{
    for (size_t m = 0; m < work->n_merges; m++) {
        const bki_bush_label *merge = &work->label[arcs->head[BKI_ARC(bush->arcs[work->merges[m]])]];
        if (merge->most_in != merge->least_in && merge->most > merge->least)
            shift_merge(arcs, bush, work, merge);
    }
}
