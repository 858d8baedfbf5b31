#include "bkt_network.h"
#include "least_cost.h"
#include "network/graph.h"

enum { MOST_VERTICES = 40, MOST_ARCS = 200 };

typedef struct random_graph {
    size_t          n_vertices, n_arcs;
    const bk_graph *graph;
    double          cost[MOST_ARCS];
} random_graph;

/* Parallel arcs, loops, closed arcs, arcs of no length, ties (small whole costs) and arcs lost to rounding all occur.
 */
static double
random_cost(uint64_t seed, size_t arc)
{
    const double luck = bk_uniform(seed, 1, arc), size = bk_uniform(seed, 2, arc);

    if (luck < 0.1)
        return INFINITY;
    if (luck < 0.3)
        return 0.0;
    if (luck < 0.35)
        return 1e-20 * size;
    if (luck < 0.7)
        return floor(4.0 * size);
    return luck < 0.8 ? exp(40.0 * size) : size;
}

static void
make_random_graph(uint64_t seed, bk_arena *arena, random_graph *made)
{
    uint32_t from[MOST_ARCS], to[MOST_ARCS];

    made->n_vertices = 1 + (size_t)(bk_uniform(seed, 3, 0) * (MOST_VERTICES - 1));
    made->n_arcs = (size_t)(bk_uniform(seed, 3, 1) * MOST_ARCS);
    for (size_t a = 0; a < made->n_arcs; a++) {
        from[a] = (uint32_t)(bk_uniform(seed, 4, a) * (double)made->n_vertices);
        to[a] = (uint32_t)(bk_uniform(seed, 5, a) * (double)made->n_vertices);
        made->cost[a] = random_cost(seed, a);
    }
    assert_int_equal(bki_graph_from_arcs(made->n_vertices, made->n_arcs, from, to, arena, NULL, &made->graph), BK_OK);
}

static void
check_against_oracle(const random_graph *made, uint32_t root, bool inward, bk_tree_scratch *scratch)
{
    const bk_graph *graph = made->graph;
    const uint32_t *near_end = inward ? graph->head : graph->tail, *far_end = inward ? graph->tail : graph->head;
    double          expected[MOST_VERTICES], distance[MOST_VERTICES];
    uint32_t        level[MOST_VERTICES], expected_arc[MOST_VERTICES], arc[MOST_VERTICES];

    oracle_distances(made->n_vertices, made->n_arcs, near_end, far_end, made->cost, root, expected);
    oracle_entering(made->n_vertices, made->n_arcs, near_end, far_end, made->cost, root, expected, level, expected_arc);
    for (bk_tree_method method = BK_TREE_HEAP; method <= BK_TREE_LABEL_CORRECTING; method++) {
        if (inward)
            bk_tree_in(graph, method, made->cost, root, scratch, distance, arc);
        else
            bk_tree_out(graph, method, made->cost, root, scratch, distance, arc);
        for (size_t v = 0; v < made->n_vertices; v++) {
            assert_true(distance[v] == expected[v]);
            assert_int_equal(arc[v], expected_arc[v]);
        }
    }
}

static void
both_methods_agree_with_bellman_and_ford_bit_for_bit(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 2000; seed++) {
        bkt_memory   memory;
        random_graph made;
        bkt_memory_init(&memory);
        make_random_graph(seed, &memory.arena, &made);
        bk_tree_scratch *scratch = bk_tree_scratch_create(&memory.arena, made.graph);
        assert_non_null(scratch);
        for (uint32_t root = 0; root < made.n_vertices; root += 7)
            for (int inward = 0; inward < 2; inward++)
                check_against_oracle(&made, root, inward, scratch);
        bkt_memory_release(&memory);
    }
}

static void
entering_arcs_lead_back_to_the_root_even_where_arcs_have_no_length(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        bkt_memory   memory;
        random_graph made;
        double       distance[MOST_VERTICES];
        uint32_t     entering[MOST_VERTICES];
        bkt_memory_init(&memory);
        make_random_graph(seed, &memory.arena, &made);
        for (size_t a = 0; a < made.n_arcs; a++)
            made.cost[a] = a % 3 ? 0.0 : 1.0;
        bk_tree_scratch *scratch = bk_tree_scratch_create(&memory.arena, made.graph);
        bk_tree_out(made.graph, BK_TREE_LABEL_CORRECTING, made.cost, 0, scratch, distance, entering);
        for (size_t v = 0; v < made.n_vertices; v++) {
            uint32_t at = (uint32_t)v;
            size_t   steps = 0;
            while (isfinite(distance[v]) && at != 0 && steps++ <= made.n_vertices)
                at = made.graph->tail[entering[at]];
            assert_true(steps <= made.n_vertices);
        }
        bkt_memory_release(&memory);
    }
}

static void
unreached_vertices_are_at_infinity_without_an_arc(void **state)
{
    const uint32_t  from[] = {0, 1}, to[] = {1, 2};
    const double    cost[] = {3.0, INFINITY};
    const bk_graph *graph;
    bkt_memory      memory;
    double          distance[4];
    uint32_t        entering[4];
    (void)state;

    bkt_memory_init(&memory);
    assert_int_equal(bki_graph_from_arcs(4, 2, from, to, &memory.arena, NULL, &graph), BK_OK);
    bk_tree_scratch *scratch = bk_tree_scratch_create(&memory.arena, graph);
    for (bk_tree_method method = BK_TREE_HEAP; method <= BK_TREE_LABEL_CORRECTING; method++) {
        bk_tree_out(graph, method, cost, 0, scratch, distance, entering);
        assert_true(distance[0] == 0.0 && distance[1] == 3.0 && isinf(distance[2]) && isinf(distance[3]));
        assert_true(entering[0] == BK_NONE && entering[1] == 0 && entering[2] == BK_NONE && entering[3] == BK_NONE);
    }
    bkt_memory_release(&memory);
}

/* The method chosen for a graph given by its arcs. */
static bk_tree_method
method_chosen(size_t n_vertices, size_t n_arcs, const uint32_t *from, const uint32_t *to, const double *cost)
{
    bkt_memory      memory;
    const bk_graph *graph;

    bkt_memory_init(&memory);
    uint32_t *order = BK_NEW(&memory.arena, uint32_t, n_arcs);
    double   *sorted = BK_NEW(&memory.arena, double, n_arcs);
    assert_int_equal(bki_graph_from_arcs(n_vertices, n_arcs, from, to, &memory.arena, order, &graph), BK_OK);
    for (size_t a = 0; a < n_arcs; a++)
        sorted[a] = cost[order[a]];
    const bk_tree_method chosen = bk_tree_choose(graph, sorted, bk_tree_scratch_create(&memory.arena, graph));
    bkt_memory_release(&memory);
    return chosen;
}

/* A chain of short steps, and from its start an arc to every vertex, dearer than the chain by an amount that grows
 * along it: each vertex improves by a little whenever the good news comes one step nearer.  Dear loops make the buckets
 * so wide that all fall into one, and the arcs leave the start out of order, so that no round settles many. */
static void
the_heap_is_chosen_where_correcting_labels_is_wasteful(void **state)
{
    enum { N = 300 };
    uint32_t from[6 * N], to[6 * N];
    double   cost[6 * N];
    size_t   n = 0;
    (void)state;

    for (uint32_t i = 1; i < N; i++) {
        const uint32_t far = 1 + i * 118 % (N - 1); /* 299 and 118 have no common factor: every vertex once */
        from[n] = 0, to[n] = far, cost[n++] = 2e-6 * far;
        from[n] = i - 1, to[n] = i, cost[n++] = 1e-6;
        for (int loop = 0; loop < 4; loop++)
            from[n] = i, to[n] = i, cost[n++] = 1.0;
    }
    assert_int_equal(method_chosen(N, n, from, to, cost), BK_TREE_HEAP);
}

static void
correcting_labels_is_chosen_on_a_street_grid(void **state)
{
    enum { SIDE = 15 };
    uint32_t from[4 * SIDE * SIDE], to[4 * SIDE * SIDE];
    double   cost[4 * SIDE * SIDE];
    size_t   n = 0;
    (void)state;

    for (uint32_t v = 0; v < SIDE * SIDE; v++)
        for (int way = 0; way < 4; way++) {
            const uint32_t other = v + (uint32_t[]){1, SIDE, (uint32_t)-1, (uint32_t)-SIDE}[way];
            if (other >= SIDE * SIDE || (way % 2 == 0 && other / SIDE != v / SIDE))
                continue;
            from[n] = v, to[n] = other, cost[n] = 0.5 + bk_uniform(1, 0, n);
            n++;
        }
    assert_int_equal(method_chosen(SIDE * SIDE, n, from, to, cost), BK_TREE_LABEL_CORRECTING);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_methods_agree_with_bellman_and_ford_bit_for_bit),
        cmocka_unit_test(entering_arcs_lead_back_to_the_root_even_where_arcs_have_no_length),
        cmocka_unit_test(unreached_vertices_are_at_infinity_without_an_arc),
        cmocka_unit_test(the_heap_is_chosen_where_correcting_labels_is_wasteful),
        cmocka_unit_test(correcting_labels_is_chosen_on_a_street_grid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
