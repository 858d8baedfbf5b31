/* Zone matrices by a hierarchy against the slow way, and the parts it is made of against their definitions. */
#include "bkt.h"
#include "network/dissection.h"
#include "network/hierarchy.h"
#include "traffic_gap.h"

#include <string.h>

#define MOST_NODES 40
#define MOST_ARCS  240

static uint64_t n_draws;

static uint32_t
draw(uint32_t n)
{
    return (uint32_t)(bk_uniform(11, 0, n_draws++) * n);
}

/* ---- random networks ------------------------------------------------------------------------------------------ */

typedef struct town {
    bk_road_network network;
    uint32_t        from[MOST_ARCS], to[MOST_ARCS];
    double          cost[MOST_ARCS];
} town;

/* Costs are whole numbers, so that their sums are exact in any order; some are 0, some close the arc. */
static void
draw_town(town *t)
{
    const size_t n_nodes = 1 + draw(MOST_NODES), n_zones = 1 + draw((uint32_t)n_nodes);
    const size_t n_arcs = draw(MOST_ARCS);

    t->network = (bk_road_network){.n_zones = n_zones,
                                   .n_nodes = n_nodes,
                                   .n_arcs = n_arcs,
                                   .first_through = draw((uint32_t)n_nodes + 1), /* zones, some of them, or nodes too */
                                   .from = t->from,
                                   .to = t->to};
    for (size_t a = 0; a < n_arcs; a++) {
        t->from[a] = draw((uint32_t)n_nodes);
        t->to[a] = draw((uint32_t)n_nodes);
        t->cost[a] = draw(10) == 0 ? INFINITY : (double)draw(5);
    }
}

static void
check_town(bk_context *ctx, const town *t)
{
    const size_t        n = t->network.n_zones;
    const bk_hierarchy *hierarchy;
    double              matrix[MOST_NODES * MOST_NODES], distance[MOST_NODES];
    bk_arena            arena;

    bk_arena_init(&arena, ctx);
    assert_int_equal(bk_hierarchy_create(ctx, &t->network, &arena, &hierarchy), BK_OK);
    assert_int_equal(bk_hierarchy_matrix(ctx, hierarchy, t->cost, matrix), BK_OK);
    for (uint32_t z = 0; z < n; z++) {
        oracle_least_costs(&t->network, t->cost, z, distance);
        for (size_t d = 0; d < n; d++)
            assert_true(matrix[z * n + d] == distance[d]); /* also where both are infinite */
    }
    bk_arena_release(&arena);
}

static void
least_costs_are_those_of_slow_search_on_any_network(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 2; threads++) {
        bk_context *ctx;
        town        t;
        assert_int_equal(bk_context_create(&(bk_settings){.threads = threads}, &ctx), BK_OK);
        for (int seed = 0; seed < 1000; seed++) {
            draw_town(&t);
            check_town(ctx, &t);
        }
        bk_context_release(ctx);
    }
}

/* ---- a town of 300 zones --------------------------------------------------------------------------------------- */

static const bk_road_grid grid = {
    .width = 60, .height = 50, .n_zones = 300, .missing = 0.3, .trips = 1.0, .mean_distance = 4.0, .seed = 3};

static double *
town_matrix(bk_arena *arena, int threads, double **by_trees)
{
    const size_t           n = grid.n_zones * grid.n_zones;
    double                *matrix = BK_NEW(arena, double, n);
    const bk_road_network *network;
    const bk_road_demand  *demand;
    bk_context            *ctx;
    bk_arena               own;

    assert_int_equal(bk_context_create(&(bk_settings){.threads = threads}, &ctx), BK_OK);
    bk_arena_init(&own, ctx);
    assert_int_equal(bk_road_grid_make(ctx, &grid, &own, &network, &demand), BK_OK);
    assert_int_equal(bk_road_matrix(ctx, network, network->vdf.free_time, matrix), BK_OK);
    if (by_trees != NULL) {
        *by_trees = BK_NEW(arena, double, n);
        assert_int_equal(bki_road_matrix_by_trees(ctx, network, network->vdf.free_time, *by_trees), BK_OK);
    }
    bk_arena_release(&own);
    bk_context_release(ctx);
    return matrix;
}

/* Paths of some hundred arcs, whose costs are added in another order: a rounding of 1.1e-16 each. */
static void
many_zones_have_the_costs_of_trees_and_the_same_bits_on_any_number_of_threads(void **state)
{
    const size_t n = grid.n_zones * grid.n_zones;
    double      *by_trees, *one;
    bool         differs = false;
    bk_context  *ctx;
    bk_arena     arena;
    (void)state;

    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    bk_arena_init(&arena, ctx);
    one = town_matrix(&arena, 1, &by_trees);
    for (size_t i = 0; i < n; i++) {
        bkt_close(one[i], by_trees[i], 1e-14, 0);
        differs = differs || one[i] != by_trees[i];
    }
    assert_true(differs); /* in the last digit: it was another method indeed */
    assert_memory_equal(one, town_matrix(&arena, 2, NULL), n * sizeof *one);
    assert_memory_equal(one, town_matrix(&arena, 8, NULL), n * sizeof *one);
    bk_arena_release(&arena);
    bk_context_release(ctx);
}

/* ---- parts ----------------------------------------------------------------------------------------------------- */

/* An undirected graph by its matrix, in lists. */
typedef struct graph {
    bool      joined[MOST_NODES][MOST_NODES];
    uint32_t  first[MOST_NODES + 1], neighbour[MOST_NODES * MOST_NODES];
    bki_links links;
} graph;

static void
list_links(graph *g, uint32_t n)
{
    uint32_t n_links = 0;

    g->links = (bki_links){n, g->first, g->neighbour};
    for (uint32_t v = 0; v < n; v++) {
        g->first[v] = n_links;
        for (uint32_t w = 0; w < n; w++)
            if (g->joined[v][w])
                g->neighbour[n_links++] = w;
    }
    g->first[n] = n_links;
}

static void
draw_graph(graph *g, uint32_t n, uint32_t one_in)
{
    memset(g, 0, sizeof *g);
    for (uint32_t v = 0; v < n; v++)
        for (uint32_t w = 0; w < v; w++)
            g->joined[v][w] = g->joined[w][v] = draw(one_in) == 0;
    list_links(g, n);
}

/* Does a walk that avoids the vertices of `cut` lead from a source to a sink? */
static bool
is_joined(const graph *g, const uint8_t *terminal, uint32_t cut)
{
    uint32_t reached = 0;

    for (uint32_t v = 0; v < g->links.n; v++)
        if (terminal[v] == BKI_SOURCE && !(cut >> v & 1))
            reached |= 1u << v;
    for (uint32_t before = 0; before != reached;) {
        before = reached;
        for (uint32_t v = 0; v < g->links.n; v++)
            for (uint32_t w = 0; w < g->links.n && (reached >> v & 1); w++)
                if (g->joined[v][w] && !(cut >> w & 1))
                    reached |= 1u << w;
    }
    for (uint32_t v = 0; v < g->links.n; v++)
        if (terminal[v] == BKI_SINK && (reached >> v & 1))
            return true;
    return false;
}

static int
least_cut(const graph *g, const uint8_t *terminal)
{
    int least = MOST_NODES;

    for (uint32_t cut = 0; cut < 1u << g->links.n; cut++)
        if (__builtin_popcount(cut) < least && !is_joined(g, terminal, cut))
            least = __builtin_popcount(cut);
    return least;
}

static void
a_cut_separates_the_ends_and_no_smaller_set_of_vertices_does(void **state)
{
    bki_vertex_flow flow;
    bk_context     *ctx;
    bk_arena        arena;
    graph           g;
    (void)state;

    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    bk_arena_init(&arena, ctx);
    bki_vertex_flow_create(&arena, MOST_NODES, &flow);
    for (int seed = 0; seed < 300; seed++) {
        const uint32_t n = 2 + draw(9), n_sources = 1 + draw(n / 2), n_sinks = 1 + draw(n / 2);
        uint8_t        side[MOST_NODES];
        int            n_cut = 0;
        draw_graph(&g, n, 2 + draw(3));
        for (uint32_t v = 0; v < n; v++)
            flow.terminal[v] = v < n_sources ? BKI_SOURCE : v >= n - n_sinks ? BKI_SINK : BKI_BETWEEN;
        bki_vertex_cut(&g.links, &flow, side);
        for (uint32_t v = 0; v < n; v++) {
            n_cut += side[v] == BKI_SEPARATOR;
            assert_false(flow.terminal[v] == BKI_SOURCE && side[v] == BKI_RIGHT);
            assert_false(flow.terminal[v] == BKI_SINK && side[v] == BKI_LEFT);
            for (uint32_t w = 0; w < n; w++)
                assert_false(g.joined[v][w] && side[v] == BKI_LEFT && side[w] == BKI_RIGHT);
        }
        assert_int_equal(n_cut, least_cut(&g, flow.terminal));
    }
    bk_arena_release(&arena);
    bk_context_release(ctx);
}

/* Eliminates vertex by vertex in a matrix. */
static void
check_elimination(bk_context *ctx, const graph *of)
{
    const uint32_t  n = of->links.n;
    uint32_t        order[MOST_NODES], rank[MOST_NODES];
    bool            joined[MOST_NODES][MOST_NODES];
    bki_elimination up;
    bk_arena        arena;

    bk_arena_init(&arena, ctx);
    memset(rank, 0xff, sizeof rank);
    assert_int_equal(bki_dissect(ctx, &of->links, order), BK_OK);
    for (uint32_t r = 0; r < n; r++) {
        assert_true(order[r] < n && rank[order[r]] == BK_NONE); /* each vertex once */
        rank[order[r]] = r;
    }
    assert_int_equal(bki_eliminate(ctx, &of->links, rank, SIZE_MAX, &arena, &up), BK_OK);
    for (uint32_t r = 0; r < n; r++)
        for (uint32_t s = 0; s < n; s++)
            joined[r][s] = of->joined[order[r]][order[s]];
    size_t n_up = 0;
    for (uint32_t r = 0; r < n; r++) {
        uint32_t lowest = BK_NONE;
        for (uint32_t s = r + 1; s < n; s++) {
            if (!joined[r][s])
                continue;
            lowest = lowest == BK_NONE ? s : lowest;
            assert_int_equal(up.head[n_up++], s);
            for (uint32_t t = s + 1; t < n; t++)
                joined[s][t] = joined[s][t] || joined[r][t];
        }
        assert_int_equal(up.parent[r], lowest);
        assert_int_equal(up.first_up[r + 1], n_up);
    }
    if (n_up > 0) {
        assert_int_equal(bki_eliminate(ctx, &of->links, rank, n_up - 1, &arena, &up), BK_OK);
        assert_true(up.n_up > n_up - 1); /* and says so */
    }
    bk_arena_release(&arena);
}

static void
eliminating_in_the_order_of_a_dissection_joins_what_the_definition_says(void **state)
{
    bk_context *ctx;
    graph       g;
    (void)state;

    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    for (int seed = 0; seed < 300; seed++) {
        draw_graph(&g, 1 + draw(MOST_NODES), 2 + draw(20));
        check_elimination(ctx, &g);
    }
    bk_context_release(ctx);
}

/* The shortcuts of a path of n nodes are at most some two a node, of a star its links: neither cut is out of the way.
 */
static void
paths_and_stars_are_cut_without_shortcuts_to_speak_of(void **state)
{
    enum { N = 20000 };
    bk_context *ctx;
    bk_arena    arena;
    (void)state;

    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    bk_arena_init(&arena, ctx);
    uint32_t *from = BK_NEW(&arena, uint32_t, N), *path = BK_NEW(&arena, uint32_t, N),
             *hub = BK_NEW(&arena, uint32_t, N);
    for (uint32_t v = 0; v + 1 < N; v++) {
        from[v] = v + 1;
        path[v] = v;
    }
    const bk_road_network path_network = {.n_zones = 2, .n_nodes = N, .n_arcs = N - 1, .from = from, .to = path};
    const bk_road_network star_network = {.n_zones = 2, .n_nodes = N, .n_arcs = N - 1, .from = from, .to = hub};
    const bk_hierarchy   *hierarchy;
    assert_int_equal(bk_hierarchy_create(ctx, &star_network, &arena, &hierarchy), BK_OK);
    assert_int_equal(bk_hierarchy_shortcuts(hierarchy), N - 1);
    assert_int_equal(bk_hierarchy_create(ctx, &path_network, &arena, &hierarchy), BK_OK);
    assert_in_range(bk_hierarchy_shortcuts(hierarchy), N - 1, 2 * N);
    bk_arena_release(&arena);
    bk_context_release(ctx);
}

/* No few vertices cut a graph in which each node is joined to seven others far away. */
static void
a_network_without_cuts_is_left_to_trees(void **state)
{
    enum { N = 2000, DEGREE = 7, ZONES = 260 };
    bk_context *ctx;
    bk_arena    arena;
    (void)state;

    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    bk_arena_init(&arena, ctx);
    uint32_t *from = BK_NEW(&arena, uint32_t, N * DEGREE), *to = BK_NEW(&arena, uint32_t, N * DEGREE);
    double   *cost = BK_NEW(&arena, double, N *DEGREE), *distance = BK_NEW(&arena, double, N);
    double   *matrix = BK_NEW(&arena, double, ZONES *ZONES);
    for (uint32_t a = 0; a < N * DEGREE; a++) {
        from[a] = a / DEGREE;
        to[a] = draw(N);
        cost[a] = 1 + draw(9);
    }
    const bk_road_network network = {.n_zones = ZONES, .n_nodes = N, .n_arcs = N * DEGREE, .from = from, .to = to};
    const bk_hierarchy   *hierarchy;
    assert_int_equal(bki_hierarchy_make(ctx, &network, 64 * N, &arena, &hierarchy), BK_OK);
    assert_null(hierarchy);
    assert_int_equal(bk_road_matrix(ctx, &network, cost, matrix), BK_OK);
    for (uint32_t z = 0; z < ZONES; z += 37) {
        oracle_least_costs(&network, cost, z, distance);
        for (size_t d = 0; d < ZONES; d++)
            bkt_close(matrix[z * ZONES + d], distance[d], 0, 0);
    }
    bk_arena_release(&arena);
    bk_context_release(ctx);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(least_costs_are_those_of_slow_search_on_any_network),
        cmocka_unit_test(many_zones_have_the_costs_of_trees_and_the_same_bits_on_any_number_of_threads),
        cmocka_unit_test(a_cut_separates_the_ends_and_no_smaller_set_of_vertices_does),
        cmocka_unit_test(eliminating_in_the_order_of_a_dissection_joins_what_the_definition_says),
        cmocka_unit_test(paths_and_stars_are_cut_without_shortcuts_to_speak_of),
        cmocka_unit_test(a_network_without_cuts_is_left_to_trees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
