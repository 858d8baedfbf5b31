/* Which arcs a bush has: those without use leave, those that shorten a route come in.
 *
 * The costliest-route labels of the arcs that stay never fall along an arc; one from i to j is added only if
 * most(i) + cost < most(j), along which they rise.  A cycle would have to hold no added arc, so there is none. */
#include "assignment/ue_bush.h"

#include <math.h>
#include <string.h>

/* Routes shorter by less than this part of their cost are not shorter but rounded. */
#define ROUNDING 4e-16

typedef struct bush_update {
    const bki_ue_arcs   *arcs;
    const bki_ue_origin *origin;
    const bki_bush      *bush;
    bki_bush_work       *work;
    const double        *x; /* [n_arcs] flow on the bush's arcs, unit of traffic */
    double               excess;
    uint32_t             n_added, n_refused, n_dropped;
    uint32_t             n_new_merge_arcs;
} bush_update;

static bool
stays(const bush_update *update, const bki_bush_label *label, uint32_t k)
{
    return update->x[k] > 0.0 || label->least_in == (int32_t)k;
}

/* Labels of the head of the arcs from place k on, `most` over all arcs that stay; returns the place behind them. */
static uint32_t
label_vertex(bush_update *update, uint32_t k)
{
    const bki_ue_arcs    *arcs = update->arcs;
    const uint32_t       *list = update->bush->arcs, first = k;
    const bki_bush_label *labels = update->work->label;
    bki_bush_label       *label = &update->work->label[arcs->head[BKI_ARC(list[k])]];

    label->least_in = (int32_t)k;
    label->least = labels[arcs->tail[BKI_ARC(list[k])]].least + arcs->cost[BKI_ARC(list[k])];
    while (list[k++] & BKI_MORE) {
        const uint32_t arc = BKI_ARC(list[k]);
        const double   least = labels[arcs->tail[arc]].least + arcs->cost[arc];
        if (least < label->least) {
            label->least = least;
            label->least_in = (int32_t)k;
        }
    }
    label->most = -INFINITY;
    for (uint32_t m = first; m < k; m++) {
        const uint32_t        arc = BKI_ARC(list[m]);
        const bki_bush_label *from = &labels[arcs->tail[arc]];
        if (!stays(update, label, m)) {
            update->n_dropped++;
            continue;
        }
        label->most = fmax(label->most, from->most + arcs->cost[arc]);
        update->excess += update->x[m] > 0.0 ? update->x[m] * (from->least + arcs->cost[arc] - label->least) : 0.0;
    }
    return k;
}

static void
label_staying(bush_update *update)
{
    const bki_ue_arcs *arcs = update->arcs;
    const uint32_t    *list = update->bush->arcs;
    bki_bush_work     *work = update->work;
    const size_t       n = arcs->problem->graph->n_vertices;

    for (size_t v = 0; v < n; v++) {
        work->label[v] = (bki_bush_label){INFINITY, INFINITY, BKI_AT_ROOT, BKI_AT_ROOT};
        work->group[v] = BK_NONE;
    }
    work->label[update->origin->root] = (bki_bush_label){0.0, 0.0, BKI_AT_ROOT, BKI_AT_ROOT};
    for (uint32_t k = 0; k < update->bush->n_arcs;) {
        const uint32_t        arc = list[k], vertex = arcs->head[BKI_ARC(arc)];
        bki_bush_label *const label = work->label;
        work->group[vertex] = k;
        if (arc & BKI_MORE) {
            k = label_vertex(update, k);
            continue;
        }
        const bki_bush_label *from = &label[arcs->tail[arc]];
        label[vertex] =
            (bki_bush_label){from->least + arcs->cost[arc], from->most + arcs->cost[arc], (int32_t)k, (int32_t)k};
        k++;
    }
}

/* Lists the arcs to add by the vertex they enter, and queues these vertices, from which a search for least costs in the
 * whole network would go on; returns how many. */
static size_t
find_shorter(bush_update *update)
{
    const bki_ue_arcs *arcs = update->arcs;
    const bk_graph    *graph = arcs->problem->graph;
    bki_bush_work     *work = update->work;
    size_t             n_queued = 0;

    for (size_t v = 0; v < graph->n_vertices; v++) {
        work->entering[v] = BK_NONE;
        work->distance[v] = work->label[v].least;
    }
    for (uint32_t v = 0; v < graph->n_vertices; v++) {
        const bki_bush_label from = work->label[v];
        if (from.least == INFINITY)
            continue;
        for (uint32_t arc = graph->first_out[v]; arc < graph->first_out[v + 1]; arc++) {
            const uint32_t to = arcs->head[arc];
            const double   least = from.least + arcs->cost[arc];
            if (least >= work->distance[to])
                continue;
            const bki_bush_label label = work->label[to];
            if (least >= label.least || label.least - least <= ROUNDING * label.least)
                continue;
            work->distance[to] = least;
            if (!work->queued[to]) {
                work->queued[to] = 1;
                work->queue[n_queued++] = to;
            }
            if (from.most + arcs->cost[arc] < label.most) {
                work->next_added[arc] = work->entering[to];
                work->entering[to] = arc;
                update->n_added++;
            } else {
                update->n_refused++;
            }
        }
    }
    return n_queued;
}

/* Label correcting from the vertices in the queue, a ring of n_vertices places. */
static void
correct_distances(const bki_ue_arcs *arcs, bki_bush_work *work, size_t n_queued)
{
    const bk_graph *graph = arcs->problem->graph;
    const size_t    n = graph->n_vertices;
    double         *distance = work->distance;

    for (size_t at = 0, end = n_queued == n ? 0 : n_queued; n_queued > 0; n_queued--) {
        const uint32_t v = work->queue[at];
        at = at + 1 == n ? 0 : at + 1;
        work->queued[v] = 0;
        for (uint32_t arc = graph->first_out[v]; arc < graph->first_out[v + 1]; arc++) {
            const uint32_t to = arcs->head[arc];
            const double   offer = distance[v] + arcs->cost[arc];
            if (offer >= distance[to] || distance[to] - offer <= ROUNDING * distance[to])
                continue;
            distance[to] = offer;
            if (work->queued[to])
                continue;
            work->queued[to] = 1;
            work->queue[end] = to;
            end = end + 1 == n ? 0 : end + 1;
            n_queued++;
        }
    }
}

/* ---- the new list --------------------------------------------------------------------------------------------- */

/* Writes the arcs into `vertex`, the one of least cost first. */
static void
list_vertex(bush_update *update, uint32_t vertex)
{
    bki_bush_work        *work = update->work;
    const uint32_t       *list = update->bush->arcs;
    const bki_bush_label *label = &work->label[vertex];
    const uint32_t        begin = work->n_new_arcs, least_in = (uint32_t)label->least_in;
    uint32_t              n = begin;
    double               *flow = work->new_flow + update->n_new_merge_arcs;

    for (uint32_t arc = work->entering[vertex]; arc != BK_NONE; arc = work->next_added[arc]) {
        work->new_arcs[n] = arc | BKI_MORE;
        flow[n++ - begin] = 0.0;
    }
    work->new_arcs[n] = BKI_ARC(list[least_in]) | BKI_MORE;
    flow[n++ - begin] = update->x[least_in];
    for (uint32_t k = work->group[vertex];; k++) {
        if (k != least_in && update->x[k] > 0.0) {
            work->new_arcs[n] = BKI_ARC(list[k]) | BKI_MORE;
            flow[n++ - begin] = update->x[k];
        }
        if (!(list[k] & BKI_MORE))
            break;
    }
    work->new_arcs[n - 1] &= ~BKI_MORE;
    if (n - begin > 1)
        update->n_new_merge_arcs += n - begin;
    work->n_new_arcs = n;
    work->marked[vertex] = 1;
}

/* A vertex before `vertex` that is still to be written, or BK_NONE. */
static uint32_t
waits_for(const bush_update *update, uint32_t vertex)
{
    const bki_bush_work *work = update->work;
    const uint32_t      *list = update->bush->arcs, *tail = update->arcs->tail;

    for (uint32_t arc = work->entering[vertex]; arc != BK_NONE; arc = work->next_added[arc])
        if (!work->marked[tail[arc]])
            return tail[arc];
    for (uint32_t k = work->group[vertex];; k++) {
        const uint32_t from = tail[BKI_ARC(list[k])];
        if (!work->marked[from] && stays(update, &work->label[vertex], k))
            return from;
        if (!(list[k] & BKI_MORE))
            return BK_NONE;
    }
}

/* In the old order but for what an added arc demands. */
static void
list_all(bush_update *update)
{
    bki_bush_work  *work = update->work;
    const uint32_t *list = update->bush->arcs, *head = update->arcs->head, *tail = update->arcs->tail;

    memset(work->marked, 0, update->arcs->problem->graph->n_vertices);
    work->marked[update->origin->root] = 1;
    work->n_new_arcs = 0;
    for (uint32_t k = 0; k < update->bush->n_arcs; k++) {
        const uint32_t vertex = head[BKI_ARC(list[k])];
        uint32_t       depth = 0;
        if (work->marked[vertex])
            continue;
        if (!(list[k] & BKI_MORE) && work->entering[vertex] == BK_NONE && work->marked[tail[list[k]]]) {
            work->new_arcs[work->n_new_arcs++] = list[k]; /* nothing is new here, as in most places */
            work->marked[vertex] = 1;
            continue;
        }
        work->queue[depth++] = vertex;
        while (depth > 0) {
            const uint32_t before = waits_for(update, work->queue[depth - 1]);
            if (before != BK_NONE)
                work->queue[depth++] = before;
            else
                list_vertex(update, work->queue[--depth]);
        }
    }
}

/* ---- what a bush is worth -------------------------------------------------------------------------------------- */

/* Labels and, in the queue, the vertices that an arc outside the bush would bring nearer; returns how many. */
static size_t
look(bush_update *update)
{
    bki_bush_work  *work = update->work;
    const bki_bush *bush = update->bush;

    bki_bush_unpack(update->arcs->problem, update->origin, bush, work, &work->load);
    memset(work->load.x + bush->n_core, 0, (bush->n_arcs - bush->n_core) * sizeof *work->load.x);
    label_staying(update);
    return find_shorter(update);
}

/* Sets what the bush could save if its trips, now at the labels, had the routes of `distance`; that of the vertex trip
 * t goes to is distance[place[t]]. */
static void
set_excess(const bush_update *update, const double *distance, const uint32_t *place, bki_bush *bush)
{
    const bki_ue_problem *problem = update->arcs->problem;
    const size_t          first = update->origin->first, n = update->origin->end - first;

    bush->excess = bush->own_excess = update->excess;
    bush->least_cost = 0.0;
    for (size_t t = 0; t < n; t++) {
        const double least = distance[place[t]];
        bush->least_cost += problem->volume[first + t] * least;
        bush->excess +=
            problem->volume[first + t] * (update->work->label[problem->destination[first + t]].least - least);
    }
}

/* Least costs in the core, by place. */
static void
find_core_distances(const double *cost, const bki_bush *bush, double *distance)
{
    uint32_t vertex = 0;

    distance[vertex] = 0.0;
    for (uint32_t k = 0; k < bush->n_core; k++) {
        double least = distance[bush->from[k]] + cost[BKI_ARC(bush->arcs[k])];
        while (bush->arcs[k] & BKI_MORE) {
            k++;
            least = fmin(least, distance[bush->from[k]] + cost[BKI_ARC(bush->arcs[k])]);
        }
        distance[++vertex] = least;
    }
}

void
bki_bush_update(const bki_ue_arcs *arcs, const bki_ue_origin *origin, bki_bush_work *work, bk_arena *arena,
                bki_bush *bush)
{
    bush_update  update = {.arcs = arcs, .origin = origin, .bush = bush, .work = work, .x = work->load.x};
    const size_t n_queued = look(&update);

    for (size_t i = 0; i < n_queued; i++)
        work->queued[work->queue[i]] = 0;
    if (update.n_added > 0 || update.n_dropped > 0) {
        list_all(&update);
        bki_bush_arrange(arcs, origin, work, arena, bush);
    }
    find_core_distances(arcs->cost, bush, work->distance);
    set_excess(&update, work->distance, bush->destination, bush);
    bush->is_blocked = update.n_refused > 0;
    bush->is_exact = n_queued == 0;
}

void
bki_bush_measure(const bki_ue_arcs *arcs, const bki_ue_origin *origin, bki_bush_work *work, bki_bush *bush)
{
    bush_update update = {.arcs = arcs, .origin = origin, .bush = bush, .work = work, .x = work->load.x};

    correct_distances(arcs, work, look(&update));
    set_excess(&update, work->distance, arcs->problem->destination + origin->first, bush);
    bush->is_exact = true;
}
