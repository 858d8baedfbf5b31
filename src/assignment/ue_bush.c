/* Bushes: the order of their arcs, and their flow. */
#include "assignment/ue_bush.h"

#include <math.h>
#include <string.h>

#define SOME_PLACES 1024 /* for pairs, beside those of the longest possible one: most bushes need fewer */

bk_status
bki_bush_load_create(const bki_ue_problem *problem, size_t capacity, bk_arena *arena, bki_bush_load *out)
{
    const size_t n_merges = capacity / 2, n_places = 2 * problem->graph->n_vertices + SOME_PLACES;

    *out = (bki_bush_load){
        .capacity = capacity,
        .x = BK_NEW(arena, double, capacity),
        .merges = BK_NEW(arena, bki_bush_merge, n_merges),
        .pairs = BK_NEW(arena, bki_bush_pair, n_merges),
        .places = BK_NEW(arena, uint32_t, n_places),
        .place_capacity = n_places,
    };
    return bk_arena_ok(arena);
}

bk_status
bki_bush_work_create(const bki_ue_problem *problem, bool for_updates, bk_arena *arena, bki_bush_work *out)
{
    const size_t n = problem->graph->n_vertices, n_arcs = problem->graph->n_arcs;

    *out = (bki_bush_work){.through = BK_NEW(arena, double, n), .label = BK_NEW(arena, bki_bush_label, n)};
    if (for_updates) {
        BK_TRY(bki_bush_load_create(problem, n_arcs, arena, &out->load));
        out->distance = BK_NEW(arena, double, n);
        out->queue = BK_NEW(arena, uint32_t, n);
        out->queued = BK_NEW(arena, uint8_t, n);
        out->entering = BK_NEW(arena, uint32_t, n);
        out->next_added = BK_NEW(arena, uint32_t, n_arcs);
        out->group = BK_NEW(arena, uint32_t, n);
        out->place = BK_NEW(arena, uint32_t, n);
        out->marked = BK_NEW(arena, uint8_t, n);
        out->new_arcs = BK_NEW(arena, uint32_t, n_arcs);
        out->new_flow = BK_NEW(arena, double, n_arcs);
        out->tree = bk_tree_scratch_create(arena, problem->graph);
    }
    return bk_arena_ok(arena);
}

void
bki_bush_list_tree(const bki_ue_arcs *arcs, const bki_ue_origin *origin, bki_bush_work *work)
{
    const bk_graph *graph = arcs->problem->graph;
    uint32_t       *stack = work->queue, n = 0;

    bk_tree_out(graph, BK_TREE_LABEL_CORRECTING, arcs->cost, origin->root, work->tree, work->distance, work->entering);
    memset(work->marked, 0, graph->n_vertices);
    work->marked[origin->root] = 1;
    for (uint32_t v = 0; v < graph->n_vertices; v++) {
        uint32_t depth = 0;
        for (uint32_t u = v; !work->marked[u] && work->entering[u] != BK_NONE; u = graph->tail[work->entering[u]])
            stack[depth++] = u;
        while (depth > 0) {
            const uint32_t u = stack[--depth];
            work->new_arcs[n++] = work->entering[u];
            work->marked[u] = 1;
        }
    }
    work->n_new_arcs = n;
}

/* ---- the order of the arcs ------------------------------------------------------------------------------------ */

typedef struct bush_size {
    uint32_t n_arcs, n_core, n_core_vertices, n_merge_arcs;
} bush_size;

/* Marks the vertices of the core of the listed arcs, and counts. */
static bush_size
mark_core(const bki_ue_problem *problem, const bki_ue_origin *origin, const bki_bush_work *work)
{
    const uint32_t *tail = problem->graph->tail, *head = problem->graph->head, *list = work->new_arcs;
    bush_size       size = {.n_core_vertices = 1};

    memset(work->marked, 0, problem->graph->n_vertices);
    for (size_t t = origin->first; t < origin->end; t++)
        work->marked[problem->destination[t]] = 1;
    for (uint32_t last = work->n_new_arcs, first; last > 0; last = first) {
        const bool is_core = work->marked[head[BKI_ARC(list[last - 1])]];
        for (first = last - 1; first > 0 && (list[first - 1] & BKI_MORE); first--)
            ;
        size.n_arcs += is_core ? last - first : 1;
        if (!is_core)
            continue;
        for (uint32_t k = first; k < last; k++)
            work->marked[tail[BKI_ARC(list[k])]] = 1;
        size.n_core += last - first;
        size.n_core_vertices++;
        size.n_merge_arcs += last - first > 1 ? last - first : 0;
    }
    return size;
}

/* A quarter more than asked for, where it is not there. */
static bool
make_room(bk_arena *arena, bush_size size, bki_bush *bush)
{
    const uint32_t arcs = size.n_arcs > bush->arc_capacity ? size.n_arcs + size.n_arcs / 8 : 0;
    const uint32_t core = size.n_core > bush->core_capacity ? size.n_core + size.n_core / 4 : 0;
    const uint32_t merges =
        size.n_merge_arcs > bush->merge_capacity ? size.n_merge_arcs + size.n_merge_arcs / 4 + 16 : 0;
    uint32_t *new_arcs = BK_NEW(arena, uint32_t, arcs), *new_from = BK_NEW(arena, uint32_t, core);
    double   *new_flow = BK_NEW(arena, double, merges);

    if (arena->failed)
        return false;
    if (arcs > 0) {
        bush->arcs = new_arcs;
        bush->arc_capacity = arcs;
    }
    if (core > 0) {
        bush->from = new_from;
        bush->core_capacity = core;
    }
    if (merges > 0) {
        bush->merge_flow = new_flow;
        bush->merge_capacity = merges;
    }
    return true;
}

/* Of several arcs into a vertex outside the core the first stays. */
static void
write_arcs(const bki_ue_problem *problem, const bki_bush_work *work, bki_bush *bush)
{
    const uint32_t *tail = problem->graph->tail, *head = problem->graph->head, *list = work->new_arcs;
    const double   *flow = work->new_flow;
    uint32_t        n_core = 0, n_rest = bush->n_core, n_merge = 0, n_vertices = 1;

    for (uint32_t first = 0, end; first < work->n_new_arcs; first = end) {
        const uint32_t vertex = head[BKI_ARC(list[first])];
        for (end = first + 1; list[end - 1] & BKI_MORE; end++)
            ;
        if (work->marked[vertex]) {
            for (uint32_t k = first; k < end; k++) {
                bush->from[n_core] = work->place[tail[BKI_ARC(list[k])]];
                bush->arcs[n_core++] = list[k];
                if (end - first > 1)
                    bush->merge_flow[n_merge++] = flow[k - first];
            }
            work->place[vertex] = n_vertices++;
        } else {
            bush->arcs[n_rest++] = BKI_ARC(list[first]);
        }
        flow += end - first > 1 ? end - first : 0;
    }
}

bool
bki_bush_arrange(const bki_ue_arcs *arcs, const bki_ue_origin *origin, bki_bush_work *work, bk_arena *arena,
                 bki_bush *bush)
{
    const bki_ue_problem *problem = arcs->problem;
    const bush_size       size = mark_core(problem, origin, work);

    if (!make_room(arena, size, bush))
        return false;
    bush->n_arcs = size.n_arcs;
    bush->n_core = size.n_core;
    bush->n_core_vertices = size.n_core_vertices;
    bush->n_merge_arcs = size.n_merge_arcs;
    work->place[origin->root] = 0;
    write_arcs(problem, work, bush);
    for (size_t t = origin->first; t < origin->end; t++)
        bush->destination[t - origin->first] = work->place[problem->destination[t]];
    return true;
}

/* ---- flow ------------------------------------------------------------------------------------------------------ */

/* Gives the arcs first ... last of a merge, whose kept flows are at `kept`, what passes through their head.  The
 * largest takes up the rounding. */
static void
unpack_merge(const double *kept, uint32_t first, uint32_t last, double through, double *x)
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
bki_bush_unpack(const bki_ue_problem *problem, const bki_ue_origin *origin, const bki_bush *bush, bki_bush_work *work,
                bki_bush_load *load)
{
    const uint32_t *list = bush->arcs, *from = bush->from;
    const double   *volume = problem->volume + origin->first;
    double         *through = work->through, *x = load->x;
    const size_t    n_trips = origin->end - origin->first;
    size_t          n_merges = 0;
    uint32_t        kept = bush->n_merge_arcs, vertex = bush->n_core_vertices;

    memset(through, 0, bush->n_core_vertices * sizeof *through);
    for (size_t t = 0; t < n_trips; t++)
        through[bush->destination[t]] += volume[t];
    for (uint32_t k = bush->n_core; k-- > 0;) {
        const double passing = through[--vertex];
        if (k == 0 || !(list[k - 1] & BKI_MORE)) {
            x[k] = passing;
            through[from[k]] += passing;
            continue;
        }
        const uint32_t last = k;
        while (k > 0 && (list[k - 1] & BKI_MORE))
            k--;
        kept -= last - k + 1;
        load->merges[n_merges++] = (bki_bush_merge){k, vertex};
        unpack_merge(bush->merge_flow + kept, k, last, passing, x);
        for (uint32_t m = k; m <= last; m++)
            through[from[m]] += x[m];
    }
    load->n_merges = n_merges;
}

void
bki_bush_pack(const bki_bush_load *load, bki_bush *bush)
{
    uint32_t kept = 0;

    for (size_t m = load->n_merges; m-- > 0;)
        for (uint32_t k = load->merges[m].first;; k++) {
            bush->merge_flow[kept++] = load->x[k];
            if (!(bush->arcs[k] & BKI_MORE))
                break;
        }
}
