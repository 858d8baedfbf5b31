#include "all_paths.h"
#include "bkt_network.h"
#include "network/graph.h"
#include "network/search.h"

enum { N_VERTICES = 8, N_ARCS = 26 };

static oracle_path every[ORACLE_MOST_PATHS];

static bki_search
make_search(bkt_memory *memory, const bk_graph *graph, const double *cost)
{
    bki_search search = {.ctx = memory->ctx,
                         .graph = graph,
                         .cost = cost,
                         .origin = 0,
                         .destination = N_VERTICES - 1,
                         .arena = &memory->arena};

    search.scratch = bk_tree_scratch_create(&memory->arena, graph);
    search.trial = BK_NEW(&memory->arena, double, graph->n_arcs);
    search.distance = BK_NEW(&memory->arena, double, graph->n_vertices);
    search.entering = BK_NEW(&memory->arena, uint32_t, graph->n_vertices);
    assert_int_equal(bk_arena_ok(&memory->arena), BK_OK);
    memcpy(search.trial, cost, graph->n_arcs * sizeof *cost);
    return search;
}

static const bk_graph *
make_graph(uint64_t seed, bkt_memory *memory, double *cost)
{
    uint32_t        from[N_ARCS], to[N_ARCS];
    const bk_graph *graph;

    for (size_t a = 0; a < N_ARCS; a++) {
        from[a] = (uint32_t)(bk_uniform(seed, 1, a) * N_VERTICES);
        to[a] = (uint32_t)(bk_uniform(seed, 2, a) * N_VERTICES);
        cost[a] = seed % 2 ? bk_uniform(seed, 3, a) : floor(4.0 * bk_uniform(seed, 3, a));
        if (bk_uniform(seed, 4, a) < 0.05)
            cost[a] = INFINITY;
    }
    assert_int_equal(bki_graph_from_arcs(N_VERTICES, N_ARCS, from, to, &memory->arena, NULL, &graph), BK_OK);
    return graph;
}

static void
check_path(const bk_graph *graph, const double *cost, const bki_path *path)
{
    bool   visited[N_VERTICES] = {false};
    double sum = 0.0;

    assert_int_equal(graph->tail[path->arcs[0]], 0);
    assert_int_equal(graph->head[path->arcs[path->n_arcs - 1]], N_VERTICES - 1);
    for (size_t i = 0; i < path->n_arcs; i++) {
        const uint32_t tail = graph->tail[path->arcs[i]];
        assert_true(i == 0 || graph->head[path->arcs[i - 1]] == tail);
        assert_false(visited[tail]);
        visited[tail] = true;
        sum += cost[path->arcs[i]];
    }
    assert_true(path->cost == sum);
}

/* Parallel arcs and equal costs occur, so paths are compared by cost and checked to be simple and different. */
static void
the_k_cheapest_of_all_simple_paths_are_found(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 400; seed++) {
        bkt_memory memory;
        double     cost[N_ARCS];
        bki_path   found[40];
        size_t     n_found;
        bkt_memory_init(&memory);
        const bk_graph  *graph = make_graph(seed, &memory, cost);
        const bki_search search = make_search(&memory, graph, cost);
        const size_t     n = oracle_all_paths(N_ARCS, graph->tail, graph->head, cost, 0, N_VERTICES - 1, every);
        assert_int_equal(bki_simple_paths(&search, 40, found, &n_found), BK_OK);
        assert_int_equal(n_found, n < 40 ? n : 40);
        for (size_t i = 0; i < n_found; i++) {
            check_path(graph, cost, &found[i]);
            bkt_close(found[i].cost, every[i].cost, 1e-12, 1e-12);
            for (size_t j = 0; j < i; j++)
                assert_true(found[i].n_arcs != found[j].n_arcs ||
                            memcmp(found[i].arcs, found[j].arcs, found[i].n_arcs * sizeof(uint32_t)) != 0);
        }
        assert_memory_equal(search.trial, cost, sizeof cost);
        bkt_memory_release(&memory);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_k_cheapest_of_all_simple_paths_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
