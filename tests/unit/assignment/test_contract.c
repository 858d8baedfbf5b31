#include "bkt_joint.h"
#include "assignment/contract.h"

/* Distances between all zones on the contracted graph are those on the whole one, and its paths cost what they say. */
static void
contraction_keeps_every_distance_between_zones(void **state)
{
    (void)state;
    for (uint64_t seed = 101; seed < 105; seed++) {
        bkt_memory memory;
        bkt_memory_init(&memory);
        bk_arena  *arena = &memory.arena;
        bkt_joint *study = BK_NEW(arena, bkt_joint, 1);
        assert_true(bkt_joint_make(study, 5, seed, true, arena));
        const bk_model *model = &study->network.model;
        const bk_graph *whole;
        bki_contracted  small;
        study->network.model.network.n_zones = 7; /* some places have none */
        assert_int_equal(bk_graph_build(memory.ctx, model, arena, &whole), BK_OK);
        assert_int_equal(bki_contract(model, whole, arena, &small), BK_OK);
        assert_true(small.graph.n_vertices < whole->n_vertices && small.graph.n_arcs < whole->n_arcs);
        double   *cost = BK_NEW(arena, double, whole->n_arcs), *sum = BK_NEW(arena, double, small.graph.n_arcs);
        double   *far = BK_NEW(arena, double, whole->n_vertices), *near = BK_NEW(arena, double, small.graph.n_vertices);
        uint32_t *by_whole = BK_NEW(arena, uint32_t, whole->n_vertices),
                 *arcs = BK_NEW(arena, uint32_t, whole->n_vertices);
        uint32_t *by_small = BK_NEW(arena, uint32_t, small.graph.n_vertices);
        for (size_t a = 0; a < whole->n_arcs; a++)
            cost[a] = bk_uniform(seed, 40, a) < 0.1 ? INFINITY : bkt_draw(seed, 41, a, 1.0, 50.0);
        bki_contract_costs(&small, cost, sum);
        bk_tree_scratch *one = bk_tree_scratch_create(arena, whole), *two = bk_tree_scratch_create(arena, &small.graph);
        for (size_t from = 0; from < 7; from++) {
            const uint32_t root = whole->origin[study->zones[from].node];
            bk_tree_out(whole, BK_TREE_HEAP, cost, root, one, far, by_whole);
            bk_tree_out(&small.graph, BK_TREE_HEAP, sum, small.vertex[root], two, near, by_small);
            for (size_t to = 0; to < 7; to++) {
                const uint32_t target = whole->destination[study->zones[to].node];
                bkt_close(near[small.vertex[target]], far[target], 1e-13, 0);
                if (!isfinite(far[target]))
                    continue;
                const size_t n = bki_contract_path(&small, by_small, small.vertex[root], small.vertex[target], arcs);
                double       along = 0.0;
                uint32_t     at = root;
                for (size_t i = 0; i < n; i++) {
                    assert_int_equal(whole->tail[arcs[i]], at);
                    at = whole->head[arcs[i]];
                    along += cost[arcs[i]];
                }
                assert_int_equal(at, target);
                bkt_close(along, far[target], 1e-13, 0);
            }
        }
        bkt_memory_release(&memory);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(contraction_keeps_every_distance_between_zones)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
