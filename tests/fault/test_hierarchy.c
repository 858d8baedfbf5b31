/* The n-th request for memory fails while the costs between many zones are found. */
#include "bkt_allocator.h"
#include "network/hierarchy.h"

enum { SIDE = 17, ZONES = 280 };

static bk_status
work(const bk_allocator *allocator, double *matrix)
{
    const bk_road_grid grid = {
        .width = SIDE, .height = SIDE, .n_zones = ZONES, .missing = 0.1, .trips = 1.0, .mean_distance = 2.0, .seed = 5};
    const bk_road_network *network;
    const bk_road_demand  *demand;
    bk_context            *ctx = NULL;
    bk_arena               arena;

    BK_TRY(bk_context_create(&(bk_settings){.threads = 1, .allocator = allocator}, &ctx));
    bk_arena_init(&arena, ctx);
    bk_status status = bk_road_grid_make(ctx, &grid, &arena, &network, &demand);
    if (status == BK_OK)
        status = bk_road_matrix(ctx, network, network->vdf.free_time, matrix);
    assert_true(status == BK_OK || bk_error_get(ctx, 0)->code == status);
    bk_arena_release(&arena);
    bk_context_release(ctx);
    return status;
}

static void
a_lack_of_memory_is_an_error_and_nothing_is_lost(void **state)
{
    static double expected[ZONES * ZONES], matrix[ZONES * ZONES];
    bk_status     status = BK_ERR_NO_MEMORY;
    size_t        fail_at = 0;
    (void)state;

    assert_int_equal(work(NULL, expected), BK_OK);
    while (status != BK_OK) {
        bkt_allocator allocator;
        bkt_allocator_init(&allocator, ++fail_at);
        status = work(&allocator.allocator, matrix);
        assert_true(status == BK_OK || status == BK_ERR_NO_MEMORY);
        bkt_allocator_check(&allocator);
    }
    assert_true(fail_at > 10);
    assert_memory_equal(matrix, expected, sizeof matrix);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lack_of_memory_is_an_error_and_nothing_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
