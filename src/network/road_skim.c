/* What is met on least-cost paths between zones: one tree an origin, climbed from each destination. */
#include "buckle/road.h"
#include "network/graph.h"

#include <math.h>
#include <string.h>

#define ORIGINS_A_BLOCK 8

typedef struct skim_worker {
    bk_tree_scratch *tree;
    double          *distance; /* [n_vertices] unit of cost */
    uint32_t        *entering; /* [n_vertices] arc */
    bool            *known;    /* [n_vertices] its sums are */
    uint32_t        *climbed;  /* [n_vertices] vertices on the way down */
    double          *sum;      /* [n_quantities][n_vertices] in the unit of each */
} skim_worker;

typedef struct skim_work {
    bk_context            *ctx;
    const bk_road_network *network;
    const bk_graph        *graph;
    const double          *cost;     /* [n_arcs] of the graph */
    double               **quantity; /* [n_quantities] each [n_arcs] of the graph */
    size_t                 n_quantities;
    bk_tree_method         method;
    skim_worker           *workers; /* [threads] */
    double                *matrix;  /* [n_zones][n_zones] unit of cost */
    double *const         *sums;    /* [n_quantities] each [n_zones][n_zones] */
} skim_work;

/* The sums of a vertex that the tree reaches: up to one whose sums are known, and down again. */
static void
climb(const skim_work *work, skim_worker *worker, uint32_t vertex)
{
    const bk_graph *graph = work->graph;
    size_t          n = 0;

    for (uint32_t v = vertex; !worker->known[v]; v = graph->tail[worker->entering[v]])
        worker->climbed[n++] = v;
    while (n > 0) {
        const uint32_t v = worker->climbed[--n], arc = worker->entering[v], u = graph->tail[arc];
        for (size_t q = 0; q < work->n_quantities; q++) {
            double *sum = worker->sum + q * graph->n_vertices;
            sum[v] = sum[u] + work->quantity[q][arc];
        }
        worker->known[v] = true;
    }
}

static void
skim_origin(const skim_work *work, skim_worker *worker, size_t zone)
{
    const size_t n = work->network->n_zones, n_vertices = work->graph->n_vertices;
    const size_t root = zone < work->network->first_through ? work->network->n_nodes + zone : zone;

    bk_tree_out(work->graph, work->method, work->cost, (uint32_t)root, worker->tree, worker->distance,
                worker->entering);
    memset(worker->known, 0, n_vertices * sizeof *worker->known);
    worker->known[root] = true;
    for (size_t q = 0; q < work->n_quantities; q++)
        worker->sum[q * n_vertices + root] = 0.0;
    for (size_t d = 0; d < n; d++) {
        const bool is_reached = d == zone || isfinite(worker->distance[d]);
        if (is_reached && d != zone)
            climb(work, worker, (uint32_t)d);
        work->matrix[zone * n + d] = d == zone ? 0.0 : worker->distance[d];
        for (size_t q = 0; q < work->n_quantities; q++)
            work->sums[q][zone * n + d] = d == zone ? 0.0 : is_reached ? worker->sum[q * n_vertices + d] : INFINITY;
    }
}

static void
skim_block(void *state, size_t block, size_t worker)
{
    const skim_work *work = state;

    for (size_t zone = block * ORIGINS_A_BLOCK; zone < (block + 1) * ORIGINS_A_BLOCK; zone++)
        if (zone < work->network->n_zones && !bk_cancelled(work->ctx))
            skim_origin(work, &work->workers[worker], zone);
}

static bk_status
make_graph(skim_work *work, const double *cost, const double *const *quantity, bk_arena *arena)
{
    const size_t n = work->network->n_arcs;
    uint32_t    *order = BK_NEW(arena, uint32_t, n);

    work->quantity = BK_NEW(arena, double *, work->n_quantities);
    BK_TRY(bk_arena_ok(arena));
    BK_TRY(bki_graph_of_roads(work->network, arena, order, &work->graph));
    work->cost = bki_in_order(arena, n, order, cost);
    for (size_t q = 0; q < work->n_quantities; q++)
        work->quantity[q] = bki_in_order(arena, n, order, quantity[q]);
    return bk_arena_ok(arena);
}

static bk_status
make_workers(skim_work *work, bk_arena *arena)
{
    const size_t n_workers = (size_t)bk_context_threads(work->ctx), n = work->graph->n_vertices;

    work->workers = BK_NEW(arena, skim_worker, n_workers);
    BK_TRY(bk_arena_ok(arena));
    for (size_t w = 0; w < n_workers; w++)
        work->workers[w] = (skim_worker){bk_tree_scratch_create(arena, work->graph),
                                         BK_NEW(arena, double, n),
                                         BK_NEW(arena, uint32_t, n),
                                         BK_NEW(arena, bool, n),
                                         BK_NEW(arena, uint32_t, n),
                                         BK_NEW(arena, double, work->n_quantities *n)};
    return bk_arena_ok(arena);
}

bk_status
bk_road_skim(bk_context *ctx, const bk_road_network *network, const double *cost, double *matrix, size_t n_quantities,
             const double *const *quantity, double *const *sums)
{
    skim_work work = {.ctx = ctx, .network = network, .n_quantities = n_quantities, .matrix = matrix, .sums = sums};
    bk_arena  scratch;

    bk_arena_init(&scratch, ctx);
    bk_status status = make_graph(&work, cost, quantity, &scratch);
    if (status == BK_OK)
        status = make_workers(&work, &scratch);
    if (status == BK_OK) {
        work.method = bk_tree_choose(work.graph, work.cost, work.workers[0].tree);
        bk_parallel(ctx, (network->n_zones + ORIGINS_A_BLOCK - 1) / ORIGINS_A_BLOCK, skim_block, &work);
        if (bk_cancelled(ctx))
            status = bk_fail(ctx, BK_ERR_CANCELLED, "interrupted");
    }
    bk_arena_release(&scratch);
    return status;
}
