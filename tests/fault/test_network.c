/* The n-th request for memory fails while a graph, its costs and alternatives over it are made. */
#include "bkt_allocator.h"
#include "bkt_network.h"

static bkt_network made;

/* Three countries in a row by rail and by road, which can be changed in each. */
static void
make_network(void)
{
    uint32_t node[3];

    bkt_network_init(&made);
    for (uint32_t i = 0; i < 3; i++)
        node[i] = bkt_node(&made, i);
    for (uint32_t mode = BKT_RAIL; mode <= BKT_ROAD; mode++)
        for (uint32_t i = 0; i < 2; i++)
            bkt_border_both_ways(&made, bkt_link(&made, node[i], node[i + 1], mode, 0, 100.0 + 10 * mode), 1, 1);
    for (uint32_t i = 0; i < 3; i++) {
        bkt_transfer(&made, node[i], BKT_RAIL, 0, BKT_ROAD, 0, 1, 1);
        bkt_transfer(&made, node[i], BKT_ROAD, 0, BKT_RAIL, 0, 1, 1);
    }
}

static bk_status
route(bk_context *ctx, bk_arena *arena, size_t *n_corridors, size_t *n_paths)
{
    const bk_graph       *graph = NULL;
    const bk_arc_costs   *costs = NULL;
    const bk_alternative *found;

    BK_TRY(bk_graph_build(ctx, &made.model, arena, &graph));
    BK_TRY(bk_arc_costs_build(ctx, &made.model, graph, arena, &costs));
    BK_TRY(bk_alternatives(ctx, &made.model, graph, costs, NULL, 0, 2, 0, 0.1, 20, true, arena, n_corridors, &found));
    return bk_alternatives(ctx, &made.model, graph, costs, NULL, 0, 2, 0, 0.1, 20, false, arena, n_paths, &found);
}

static bk_status
work(const bk_allocator *allocator, size_t *n_corridors, size_t *n_paths)
{
    bk_context *ctx = NULL;
    bk_arena    arena;

    BK_TRY(bk_context_create(&(bk_settings){.threads = 1, .allocator = allocator}, &ctx));
    bk_arena_init(&arena, ctx);
    const bk_status status = route(ctx, &arena, n_corridors, n_paths);
    assert_true(status == BK_OK || bk_error_get(ctx, 0)->code == status);
    bk_arena_release(&arena);
    bk_context_release(ctx);
    return status;
}

static void
a_lack_of_memory_is_an_error_and_nothing_is_lost(void **state)
{
    bk_status status = BK_ERR_NO_MEMORY;
    size_t    n_corridors = 0, n_paths = 0, fail_at = 0;
    (void)state;

    make_network();
    while (status != BK_OK) {
        bkt_allocator allocator;
        bkt_allocator_init(&allocator, ++fail_at);
        status = work(&allocator.allocator, &n_corridors, &n_paths);
        assert_true(status == BK_OK || status == BK_ERR_NO_MEMORY);
        bkt_allocator_check(&allocator);
    }
    assert_true(fail_at > 10);
    assert_int_equal(n_corridors, 4); /* rail or road on each of the two crossings */
    assert_int_equal(n_paths, 16);    /* each with or without a change of mode at either end */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lack_of_memory_is_an_error_and_nothing_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
