/* Least-cost trees by both methods: microseconds for one tree, on street-like grids and on a study (its folder is the
 * argument; studies/silkroad from the root by default). */
#include "buckle/io.h"
#include "buckle/network.h"
#include "network/graph.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef struct case_data {
    const char     *name;
    const bk_graph *graph;
    const double   *cost;
} case_data;

static double
seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* A square grid whose streets go both ways; one in ten is missing, one in forty is an express road. */
static case_data
street_grid(bk_arena *arena, uint32_t side)
{
    const size_t    most = 4 * (size_t)side * side;
    uint32_t       *from = BK_NEW(arena, uint32_t, most), *to = BK_NEW(arena, uint32_t, most);
    uint32_t       *order = BK_NEW(arena, uint32_t, most);
    double         *given = BK_NEW(arena, double, most), *cost = BK_NEW(arena, double, most);
    const bk_graph *graph = NULL;
    size_t          n = 0;

    if (arena->failed)
        exit(4);
    for (uint32_t v = 0; v < side * side; v++)
        for (uint32_t way = 0; way < 2; way++) {
            const double luck = bk_uniform(1, way, v), length = 0.5 + bk_uniform(2, way, v);
            if (luck < 0.1 || (way == 0 ? v % side == side - 1 : v / side == side - 1))
                continue;
            const uint32_t other = way == 0 ? v + 1 : v + side;
            for (int turn = 0; turn < 2; turn++, n++) {
                from[n] = turn ? other : v;
                to[n] = turn ? v : other;
                given[n] = length / (luck > 0.975 ? 3.0 : 1.0);
            }
        }
    if (bki_graph_from_arcs((size_t)side * side, n, from, to, arena, order, &graph) != BK_OK)
        exit(4);
    for (size_t a = 0; a < n; a++)
        cost[a] = given[order[a]];
    return (case_data){"street grid", graph, cost};
}

/* Costs of the study's first sector with a weight, at one USD for a tonne's hour. */
static case_data
study_network(bk_context *ctx, bk_arena *arena, const char *folder)
{
    const bk_model     *model;
    const bk_graph     *graph;
    const bk_arc_costs *costs;
    size_t              sector = 0;

    if (bk_study_read(ctx, folder, arena, &model) != BK_OK || bk_graph_build(ctx, model, arena, &graph) != BK_OK ||
        bk_arc_costs_build(ctx, model, graph, arena, &costs) != BK_OK)
        return (case_data){folder, NULL, NULL};
    while (sector + 1 < model->economy.n_sectors && model->economy.sectors[sector].usd_per_tonne <= 0.0)
        sector++;
    double *cost = BK_NEW(arena, double, graph->n_arcs);
    if (cost == NULL)
        exit(4);
    bk_arc_generalised_cost(graph, costs, &model->transport, sector, 1.0, NULL, NULL, cost);
    return (case_data){"study", graph, cost};
}

static void
run(const case_data *data, bk_arena *arena)
{
    const bk_graph  *graph = data->graph;
    bk_tree_scratch *scratch = bk_tree_scratch_create(arena, graph);
    double          *distance = BK_NEW(arena, double, graph->n_vertices);
    uint32_t        *entering = BK_NEW(arena, uint32_t, graph->n_vertices);

    if (arena->failed)
        exit(4);
    printf("%-12s %7zu vertices %7zu arcs ", data->name, graph->n_vertices, graph->n_arcs);
    for (bk_tree_method method = BK_TREE_HEAP; method <= BK_TREE_LABEL_CORRECTING; method++)
        for (int inward = 0; inward < 2; inward++) {
            size_t       n = 0;
            const double began = seconds();
            double       spent;
            do {
                const uint32_t root = (uint32_t)(bk_uniform(3, 0, n) * (double)graph->n_vertices);
                if (inward)
                    bk_tree_in(graph, method, data->cost, root, scratch, distance, entering);
                else
                    bk_tree_out(graph, method, data->cost, root, scratch, distance, entering);
                n++;
            } while ((spent = seconds() - began) < 0.4);
            printf(" %9.1f", 1e6 * spent / (double)n);
        }
    printf("  %s\n", bk_tree_choose(graph, data->cost, scratch) == BK_TREE_HEAP ? "heap" : "correcting");
}

int
main(int argc, char **argv)
{
    bk_context *ctx;
    bk_arena    arena;

    if (bk_context_create(NULL, &ctx) != BK_OK)
        return 4;
    bk_arena_init(&arena, ctx);
    printf("microseconds for a tree %29s %9s %9s %9s %9s  %s\n", "", "heap out", "in", "corr. out", "in", "chosen");
    for (uint32_t side = 30; side <= 480; side *= 2) {
        const case_data grid = street_grid(&arena, side == 120 ? 116 : side);
        run(&grid, &arena);
    }
    const case_data study = study_network(ctx, &arena, argc > 1 ? argv[1] : "studies/silkroad");
    if (study.graph != NULL)
        run(&study, &arena);
    else
        printf("%s: %s\n", study.name, bk_error_count(ctx) > 0 ? bk_error_get(ctx, 0)->message : "no study");
    bk_arena_release(&arena);
    bk_context_release(ctx);
    return 0;
}
