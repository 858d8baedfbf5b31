/* Least-cost trees by two methods that give the same bits.
 *
 * Distances: both end with the least sum, added from the root outward, over all walks, and rounding is monotone, so the
 * distance of a vertex does not depend on the method.
 * Entering arcs: among the arcs that attain a vertex's distance, the lowest one from a tail strictly nearer to the
 * root. A vertex that only arcs of no length reach lies on a plateau; plateaus are settled afterwards, by number of
 * arcs from their rim and then by arc number (settle_plateaus), so that they hold no cycles.
 *
 * Source   Dijkstra (1959) with a 4-ary heap; label correcting in approximate buckets (Cherkassky, Goldberg & Radzik
 * 1996) */
#include "buckle/network.h"

#include <math.h>

typedef struct heap_entry {
    double   key;
    uint32_t vertex;
} heap_entry;

#define N_BUCKETS 1024u

/* Where a vertex waits: a bucket, and its neighbours there. */
typedef struct queue_place {
    uint32_t bucket, next, previous;
} queue_place;

struct bk_tree_scratch {
    size_t       n_vertices;
    heap_entry  *heap;     /* [n_arcs + 1]; a vertex improved again is entered again */
    uint32_t    *first;    /* [N_BUCKETS + 1] first vertex of each bucket; all empty between trees */
    queue_place *places;   /* [n_vertices] */
    uint32_t    *level;    /* [n_vertices] on a plateau */
    uint32_t    *list;     /* [n_vertices] vertices of plateaus */
    double      *distance; /* [n_vertices] USD/t, for bk_tree_choose */
    uint32_t    *entering; /* [n_vertices] for bk_tree_choose */
};

/* One growing tree.  An in-tree is an out-tree on the reversed graph. */
typedef struct growing_tree {
    const bk_graph *graph;
    const double   *cost;
    double         *distance;
    uint32_t       *entering;
    bool            inward;
    bool            plateau; /* an arc added nothing to a distance */
} growing_tree;

#define ALWAYS_INLINE static inline __attribute__((always_inline))

bk_tree_scratch *
bk_tree_scratch_create(bk_arena *arena, const bk_graph *graph)
{
    const size_t     n = graph->n_vertices;
    bk_tree_scratch *scratch = BK_NEW(arena, bk_tree_scratch, 1);
    heap_entry      *heap = BK_NEW(arena, heap_entry, graph->n_arcs + 1);
    uint32_t        *first = BK_NEW(arena, uint32_t, N_BUCKETS + 1);
    queue_place     *places = BK_NEW(arena, queue_place, n);
    uint32_t        *level = BK_NEW(arena, uint32_t, n), *list = BK_NEW(arena, uint32_t, n);
    double          *distance = BK_NEW(arena, double, n);
    uint32_t        *entering = BK_NEW(arena, uint32_t, n);

    if (arena->failed)
        return NULL;
    for (size_t b = 0; b <= N_BUCKETS; b++)
        first[b] = BK_NONE;
    *scratch = (bk_tree_scratch){n, heap, first, places, level, list, distance, entering};
    return scratch;
}

/* ---- what both methods share ---------------------------------------------------------------------------------------
 */

ALWAYS_INLINE uint32_t
near_end(const growing_tree *tree, uint32_t arc)
{
    return tree->inward ? tree->graph->head[arc] : tree->graph->tail[arc];
}

ALWAYS_INLINE uint32_t
far_end(const growing_tree *tree, uint32_t arc)
{
    return tree->inward ? tree->graph->tail[arc] : tree->graph->head[arc];
}

/* Arcs leading away from the root at `vertex` are positions first[vertex] ... first[vertex + 1] - 1. */
ALWAYS_INLINE const uint32_t *
first_away(const growing_tree *tree)
{
    return tree->inward ? tree->graph->first_in : tree->graph->first_out;
}

ALWAYS_INLINE uint32_t
arc_away(const growing_tree *tree, uint32_t position)
{
    return tree->inward ? tree->graph->in_arc[position] : position;
}

static void
start(growing_tree *tree, uint32_t root)
{
    const size_t n = tree->graph->n_vertices;

    for (size_t v = 0; v < n; v++) {
        tree->distance[v] = INFINITY;
        tree->entering[v] = BK_NONE;
    }
    tree->distance[root] = 0.0;
    tree->plateau = false;
}

/* Offers `vertex`, seen at distance `offer` over `arc` from a vertex at distance `from`; true if that is nearer. */
ALWAYS_INLINE bool
offer_label(growing_tree *tree, uint32_t vertex, uint32_t arc, double from, double offer)
{
    double *const   distance = tree->distance;
    uint32_t *const entering = tree->entering;

    if (offer > distance[vertex])
        return false;
    if (offer < distance[vertex]) {
        distance[vertex] = offer;
        entering[vertex] = arc;
        tree->plateau |= offer == from;
        return true;
    }
    const uint32_t current = entering[vertex];
    if (current != BK_NONE && from < offer && (arc < current || distance[near_end(tree, current)] == offer))
        entering[vertex] = arc;
    return false;
}

/* ---- heap
 * ------------------------------------------------------------------------------------------------------------ */

ALWAYS_INLINE void
heap_push(heap_entry *heap, size_t *size, double key, uint32_t vertex)
{
    size_t at = (*size)++;

    while (at > 0) {
        const size_t parent = (at - 1) / 4;
        if (heap[parent].key <= key)
            break;
        heap[at] = heap[parent];
        at = parent;
    }
    heap[at] = (heap_entry){key, vertex};
}

/* Takes the least entry and returns how many levels the last one sank in its place. */
ALWAYS_INLINE heap_entry
heap_pop(heap_entry *heap, size_t *size, uint64_t *levels)
{
    const heap_entry least = heap[0], last = heap[--*size];
    const size_t     n = *size;
    size_t           at = 0;

    for (size_t child = 1; child < n; child = 4 * at + 1) {
        const size_t end = child + 4 < n ? child + 4 : n;
        size_t       lowest = child;
        for (size_t c = child + 1; c < end; c++)
            lowest = heap[c].key < heap[lowest].key ? c : lowest;
        if (heap[lowest].key >= last.key)
            break;
        heap[at] = heap[lowest];
        at = lowest;
        ++*levels;
    }
    heap[at] = last;
    return least;
}

/* Weights of the work counted, in about the ratio of the times that bench/trees.c measures. */
#define WORK_ARC   1u
#define WORK_LEVEL 5u
#define WORK_ENTRY 7u

/* Grows the tree in order of distance; returns the work done. */
ALWAYS_INLINE uint64_t
grow_by_heap(growing_tree *tree, uint32_t root, bk_tree_scratch *scratch)
{
    const uint32_t *const first = first_away(tree);
    const double *const   cost = tree->cost;
    heap_entry *const     heap = scratch->heap;
    size_t                size = 0;
    uint64_t              arcs = 0, levels = 0, entries = 0;

    heap_push(heap, &size, 0.0, root);
    while (size > 0) {
        const heap_entry top = heap_pop(heap, &size, &levels);
        entries++;
        if (top.key > tree->distance[top.vertex])
            continue; /* entered again since, nearer */
        const uint32_t end = first[top.vertex + 1];
        arcs += end - first[top.vertex];
        for (uint32_t k = first[top.vertex]; k < end; k++) {
            const uint32_t arc = arc_away(tree, k), vertex = far_end(tree, arc);
            const double   offer = top.key + cost[arc];
            if (offer_label(tree, vertex, arc, top.key, offer))
                heap_push(heap, &size, offer, vertex);
        }
    }
    return WORK_ARC * arcs + WORK_LEVEL * levels + WORK_ENTRY * entries;
}

/* ---- label correcting in buckets
 * -------------------------------------------------------------------------------------- */

#define FAR          N_BUCKETS /* the bucket of all that lies past the window */
#define NOT_QUEUED   BK_NONE
#define ARCS_SAMPLED 63
#define WORK_SCAN    8u

/* Vertices wait in buckets of nearly equal distance.  One bucket is worked off in rounds until it stays empty: its
 * vertices may still improve each other, those of earlier buckets are final. */
typedef struct bucket_queue {
    uint32_t    *first;    /* of the scratch */
    queue_place *places;   /* of the scratch */
    double       start;    /* distance at which the window starts */
    double       per_cost; /* buckets for each unit of distance */
} bucket_queue;

/* Half the median cost of some arcs.  It decides the speed, never the result. */
static double
bucket_width(const double *cost, size_t n_arcs)
{
    double sample[ARCS_SAMPLED];
    size_t n = 0;

    for (size_t i = 0; i < ARCS_SAMPLED; i++) {
        const double value = n_arcs > 0 ? cost[i * n_arcs / ARCS_SAMPLED] : 0.0;
        if (!(value > 0.0) || isinf(value))
            continue;
        size_t at = n++;
        for (; at > 0 && sample[at - 1] > value; at--)
            sample[at] = sample[at - 1];
        sample[at] = value;
    }
    return n > 0 ? fmax(0.5 * sample[n / 2], 1e-300) : 1.0;
}

ALWAYS_INLINE void
queue_remove(bucket_queue *queue, uint32_t vertex)
{
    const uint32_t next = queue->places[vertex].next, previous = queue->places[vertex].previous;

    if (previous == BK_NONE)
        queue->first[queue->places[vertex].bucket] = next;
    else
        queue->places[previous].next = next;
    if (next != BK_NONE)
        queue->places[next].previous = previous;
}

/* Puts a vertex where its distance belongs, from wherever it waits now. */
ALWAYS_INLINE void
queue_put(bucket_queue *queue, uint32_t vertex, double distance)
{
    const double   position = (distance - queue->start) * queue->per_cost;
    const uint32_t bucket = position < N_BUCKETS ? (uint32_t)position : FAR;

    if (queue->places[vertex].bucket == bucket)
        return;
    if (queue->places[vertex].bucket != NOT_QUEUED)
        queue_remove(queue, vertex);
    const uint32_t next = queue->first[bucket];
    queue->places[vertex].bucket = bucket;
    queue->places[vertex].next = next;
    queue->places[vertex].previous = BK_NONE;
    if (next != BK_NONE)
        queue->places[next].previous = vertex;
    queue->first[bucket] = vertex;
}

/* Takes the whole list of a bucket, to be followed by `next`. */
ALWAYS_INLINE uint32_t
queue_take(bucket_queue *queue, uint32_t bucket)
{
    const uint32_t list = queue->first[bucket];

    queue->first[bucket] = BK_NONE;
    return list;
}

/* Moves the window to the nearest of the far vertices; false if there are none. */
static bool
move_window(bucket_queue *queue, const double *distance)
{
    const uint32_t list = queue_take(queue, FAR);
    double         nearest = INFINITY;

    for (uint32_t vertex = list; vertex != BK_NONE; vertex = queue->places[vertex].next)
        nearest = fmin(nearest, distance[vertex]);
    queue->start = nearest;
    for (uint32_t vertex = list, next; vertex != BK_NONE; vertex = next) {
        next = queue->places[vertex].next;
        queue->places[vertex].bucket = NOT_QUEUED;
        queue_put(queue, vertex, distance[vertex]);
    }
    return list != BK_NONE;
}

static bucket_queue
start_queue(const growing_tree *tree, bk_tree_scratch *scratch, uint32_t root)
{
    bucket_queue queue = {scratch->first, scratch->places, 0.0, 0.0};

    queue.per_cost = 1.0 / bucket_width(tree->cost, tree->graph->n_arcs);
    for (size_t v = 0; v < scratch->n_vertices; v++)
        queue.places[v].bucket = NOT_QUEUED;
    queue_put(&queue, root, 0.0);
    return queue;
}

/* Scans the arcs away from `from` and returns how many there are. */
ALWAYS_INLINE uint32_t
scan_vertex(growing_tree *tree, bucket_queue *queue, uint32_t from)
{
    const uint32_t *const first = first_away(tree);
    const double *const   cost = tree->cost;
    const double          distance = tree->distance[from];
    const uint32_t        end = first[from + 1];

    for (uint32_t k = first[from]; k < end; k++) {
        const uint32_t arc = arc_away(tree, k), vertex = far_end(tree, arc);
        const double   offer = distance + cost[arc];
        if (offer_label(tree, vertex, arc, distance, offer))
            queue_put(queue, vertex, offer);
    }
    return end - first[from];
}

ALWAYS_INLINE uint64_t
grow_by_correcting(growing_tree *tree, uint32_t root, bk_tree_scratch *scratch)
{
    bucket_queue queue = start_queue(tree, scratch, root);
    uint64_t     arcs = 0, vertices = 0;

    do {
        for (uint32_t bucket = 0; bucket < N_BUCKETS; bucket++)
            while (queue.first[bucket] != BK_NONE)
                for (uint32_t vertex = queue_take(&queue, bucket), next; vertex != BK_NONE; vertex = next) {
                    next = queue.places[vertex].next;
                    queue.places[vertex].bucket = NOT_QUEUED;
                    arcs += scan_vertex(tree, &queue, vertex);
                    vertices++;
                }
    } while (move_window(&queue, tree->distance));
    return WORK_ARC * arcs + WORK_SCAN * vertices;
}

/* ---- plateaus
 * -------------------------------------------------------------------------------------------------------- */

#define SETTLED   0u
#define UNSETTLED UINT32_MAX

ALWAYS_INLINE bool
is_tight(const growing_tree *tree, uint32_t arc, uint32_t vertex)
{
    return tree->distance[near_end(tree, arc)] + tree->cost[arc] == tree->distance[vertex];
}

/* Marks the vertices entered by an arc of no length as unsettled and lists them. */
static size_t
list_plateaus(const growing_tree *tree, bk_tree_scratch *scratch)
{
    size_t n = 0;

    for (size_t v = 0; v < scratch->n_vertices; v++) {
        const uint32_t arc = tree->entering[v];
        const bool     flat = arc != BK_NONE && tree->distance[near_end(tree, arc)] == tree->distance[v];
        scratch->level[v] = flat ? UNSETTLED : SETTLED;
        if (flat)
            scratch->list[n++] = (uint32_t)v;
    }
    return n;
}

/* The vertices of `list` that a settled one reaches are entered by the lowest such arc, and moved to the front of the
 * list as level 1 when all have been looked at.  Returns how many. */
static size_t
settle_rim(const growing_tree *tree, bk_tree_scratch *scratch, size_t n)
{
    const uint32_t *level = scratch->level;
    uint32_t       *list = scratch->list;
    size_t          n_rim = 0;

    for (size_t i = 0; i < n; i++) {
        const uint32_t  v = list[i];
        const uint32_t *first = tree->inward ? tree->graph->first_out : tree->graph->first_in;
        uint32_t        lowest = BK_NONE;
        for (uint32_t k = first[v]; k < first[v + 1]; k++) {
            const uint32_t arc = tree->inward ? k : tree->graph->in_arc[k];
            if (arc < lowest && level[near_end(tree, arc)] == SETTLED && is_tight(tree, arc, v))
                lowest = arc;
        }
        if (lowest != BK_NONE) {
            tree->entering[v] = lowest;
            list[n_rim++] = v;
        }
    }
    for (size_t i = 0; i < n_rim; i++)
        scratch->level[list[i]] = 1;
    return n_rim;
}

/* From the rim inward, level by level: the first level to reach a vertex enters it, by its lowest arc. */
static void
settle_plateaus(const growing_tree *tree, bk_tree_scratch *scratch)
{
    const uint32_t *first = first_away(tree);
    uint32_t       *level = scratch->level, *list = scratch->list;
    size_t          n = settle_rim(tree, scratch, list_plateaus(tree, scratch));

    for (size_t i = 0; i < n; i++) {
        const uint32_t v = list[i];
        for (uint32_t k = first[v]; k < first[v + 1]; k++) {
            const uint32_t arc = arc_away(tree, k), w = far_end(tree, arc);
            if (level[w] <= level[v] || !is_tight(tree, arc, w))
                continue;
            if (level[w] == UNSETTLED) {
                level[w] = level[v] + 1;
                tree->entering[w] = arc;
                list[n++] = w;
            } else if (arc < tree->entering[w]) {
                tree->entering[w] = arc;
            }
        }
    }
}

/* ---- trees
 * ------------------------------------------------------------------------------------------------------------ */

/* `inward` is a constant at each call, so that each direction has loops of its own. */
ALWAYS_INLINE uint64_t
grow(const bk_graph *graph, bk_tree_method method, const double *cost, uint32_t root, bk_tree_scratch *scratch,
     double *distance, uint32_t *entering, bool inward)
{
    growing_tree tree = {.graph = graph, .cost = cost, .distance = distance, .entering = entering, .inward = inward};

    start(&tree, root);
    const uint64_t work =
        method == BK_TREE_HEAP ? grow_by_heap(&tree, root, scratch) : grow_by_correcting(&tree, root, scratch);
    if (tree.plateau)
        settle_plateaus(&tree, scratch);
    return work;
}

static uint64_t
grow_out(const bk_graph *graph, bk_tree_method method, const double *cost, uint32_t root, bk_tree_scratch *scratch,
         double *distance, uint32_t *entering)
{
    return grow(graph, method, cost, root, scratch, distance, entering, false);
}

void
bk_tree_out(const bk_graph *graph, bk_tree_method method, const double *cost, uint32_t root, bk_tree_scratch *scratch,
            double *distance, uint32_t *entering)
{
    (void)grow_out(graph, method, cost, root, scratch, distance, entering);
}

void
bk_tree_in(const bk_graph *graph, bk_tree_method method, const double *cost, uint32_t root, bk_tree_scratch *scratch,
           double *distance, uint32_t *leaving)
{
    (void)grow(graph, method, cost, root, scratch, distance, leaving, true);
}

#define TREES_TRIED 8

bk_tree_method
bk_tree_choose(const bk_graph *graph, const double *cost, bk_tree_scratch *scratch)
{
    uint64_t work[2] = {0, 0};

    for (size_t i = 0; i < TREES_TRIED && i < graph->n_vertices; i++) {
        const uint32_t root = (uint32_t)(i * graph->n_vertices / TREES_TRIED);
        for (bk_tree_method method = BK_TREE_HEAP; method <= BK_TREE_LABEL_CORRECTING; method++)
            work[method] += grow_out(graph, method, cost, root, scratch, scratch->distance, scratch->entering);
    }
    return work[BK_TREE_LABEL_CORRECTING] < work[BK_TREE_HEAP] ? BK_TREE_LABEL_CORRECTING : BK_TREE_HEAP;
}
