/* Least costs between zones, by trees or, where zones are many, by a hierarchy.  For trees a zone that is closed to
 * through traffic is two vertices, as in the assignment: trips leave from n_nodes + zone and arrive at zone. */
#include "network/graph.h"
#include "network/hierarchy.h"

#include <math.h>

#define ORIGINS_A_BLOCK 8

typedef struct matrix_work {
    bk_context            *ctx;
    const bk_road_network *network;
    const bk_graph        *graph;
    const double          *cost; /* [n_arcs] of the graph */
    bk_tree_method         method;
    bk_tree_scratch      **scratch;  /* [workers] */
    double                *distance; /* [workers][n_vertices] unit of cost */
    uint32_t              *entering; /* [workers][n_vertices] */
    double                *matrix;   /* [n_zones][n_zones] unit of cost */
} matrix_work;

static void
fill_rows(void *state, size_t block, size_t worker)
{
    const matrix_work *work = state;
    const size_t       n = work->network->n_zones, n_vertices = work->graph->n_vertices;
    double            *distance = work->distance + worker * n_vertices;

    for (size_t zone = block * ORIGINS_A_BLOCK; zone < (block + 1) * ORIGINS_A_BLOCK && zone < n; zone++) {
        const size_t root = zone < work->network->first_through ? work->network->n_nodes + zone : zone;
        if (bk_cancelled(work->ctx))
            return;
        bk_tree_out(work->graph, work->method, work->cost, (uint32_t)root, work->scratch[worker], distance,
                    work->entering + worker * n_vertices);
        for (size_t d = 0; d < n; d++)
            work->matrix[zone * n + d] = d != zone ? distance[d] : 0.0;
    }
}

static bk_status
make_work(matrix_work *work, const double *cost, bk_arena *arena)
{
    const bk_road_network *network = work->network;
    const size_t           n = network->n_arcs, n_workers = (size_t)bk_context_threads(work->ctx);
    uint32_t              *order = BK_NEW(arena, uint32_t, n);
    double                *sorted = BK_NEW(arena, double, n);

    BK_TRY(bk_arena_ok(arena));
    BK_TRY(bki_graph_of_roads(network, arena, order, &work->graph));
    for (size_t a = 0; a < n; a++)
        sorted[a] = cost[order[a]];
    work->cost = sorted;
    work->scratch = BK_NEW(arena, bk_tree_scratch *, n_workers);
    work->distance = BK_NEW(arena, double, n_workers * work->graph->n_vertices);
    work->entering = BK_NEW(arena, uint32_t, n_workers * work->graph->n_vertices);
    BK_TRY(bk_arena_ok(arena));
    for (size_t w = 0; w < n_workers; w++)
        work->scratch[w] = bk_tree_scratch_create(arena, work->graph);
    return bk_arena_ok(arena);
}

bk_status
bki_road_matrix_by_trees(bk_context *ctx, const bk_road_network *network, const double *cost, double *matrix)
{
    matrix_work work = {.ctx = ctx, .network = network, .matrix = matrix};
    bk_arena    scratch;

    bk_arena_init(&scratch, ctx);
    bk_status status = make_work(&work, cost, &scratch);
    if (status == BK_OK) {
        work.method = bk_tree_choose(work.graph, work.cost, work.scratch[0]);
        bk_parallel(ctx, (network->n_zones + ORIGINS_A_BLOCK - 1) / ORIGINS_A_BLOCK, fill_rows, &work);
        if (bk_cancelled(ctx))
            status = bk_fail(ctx, BK_ERR_CANCELLED, "interrupted");
    }
    bk_arena_release(&scratch);
    return status;
}

/* Measured by bench/zone_matrix.c, on grids of 1,000 to 325,000 nodes and on Philadelphia: making a hierarchy takes as
 * long as 170 to 265 trees, whatever the size; with it a zone takes a tenth of a tree.  A graph that no few vertices
 * cut would drown in shortcuts. */
#define WORTH_ZONES    256
#define MOST_SHORTCUTS 64 /* a node */

bk_status
bk_road_matrix(bk_context *ctx, const bk_road_network *network, const double *cost, double *matrix)
{
    const bk_hierarchy *hierarchy = NULL;
    bk_arena            arena;

    if (network->n_zones < WORTH_ZONES)
        return bki_road_matrix_by_trees(ctx, network, cost, matrix);
    bk_arena_init(&arena, ctx);
    bk_status status = bki_hierarchy_make(ctx, network, MOST_SHORTCUTS * network->n_nodes, &arena, &hierarchy);
    if (status == BK_OK && hierarchy != NULL)
        status = bk_hierarchy_matrix(ctx, hierarchy, cost, matrix);
    bk_arena_release(&arena);
    return status == BK_OK && hierarchy == NULL ? bki_road_matrix_by_trees(ctx, network, cost, matrix) : status;
}
