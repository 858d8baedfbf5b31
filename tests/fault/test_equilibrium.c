/* The n-th request for memory fails while an equilibrium is found. */
#include "bkt_road.h"

/* Four parallel streets between two zones, crossed in the middle. */
static void
make_network(bkt_road *road)
{
    for (uint32_t i = 0; i < 4; i++) {
        bkt_arc(road, 0, 2 + i, 1.0 + i, 0.15, 10.0, 4.0);
        bkt_arc(road, 2 + i, 1, 4.0 - i, 0.15, 10.0, 4.0);
        if (i > 0)
            bkt_arc(road, 1 + i, 2 + i, 0.5, 0.15, 10.0, 4.0);
    }
    road->network.vdf.all_power = 4.0;
    bkt_trips(road, 0, 1, 60.0);
}

static bk_status
work(const bk_allocator *allocator, bk_equilibrium_method method, bk_equilibrium *out)
{
    bkt_road               *road = bkt_road_open(2, 6, 0, 1);
    const bk_traffic_class  traffic = {NULL, &road->demand};
    bk_equilibrium_settings settings = bk_equilibrium_default();
    bk_context             *ctx = NULL;
    bk_arena                arena;

    make_network(road);
    settings.method = method;
    settings.gap = method == BK_FRANK_WOLFE ? 1e-4 : 1e-12;
    settings.iteration_limit = 10000;
    settings.keep_bushes = true;
    bk_status status = bk_context_create(&(bk_settings){.threads = 1, .allocator = allocator}, &ctx);
    if (status == BK_OK) {
        bk_arena_init(&arena, ctx);
        status = bk_equilibrium_solve(ctx, &road->network, 1, &traffic, &settings, &arena, out);
        assert_true(status == BK_OK || bk_error_get(ctx, 0)->code == status);
        bk_arena_release(&arena);
        bk_context_release(ctx);
    }
    bkt_road_close(road);
    return status;
}

static void
a_lack_of_memory_is_an_error_and_nothing_is_lost(void **state)
{
    (void)state;
    for (bk_equilibrium_method method = 0; method < BK_EQUILIBRIUM_METHOD_COUNT; method++) {
        bk_status      status = BK_ERR_NO_MEMORY;
        size_t         fail_at = 0;
        bk_equilibrium out = {.relative_gap = -1.0};
        while (status != BK_OK) {
            bkt_allocator allocator;
            assert_true(out.relative_gap == -1.0); /* left untouched */
            bkt_allocator_init(&allocator, ++fail_at);
            status = work(&allocator.allocator, method, &out);
            assert_true(status == BK_OK || status == BK_ERR_NO_MEMORY);
            bkt_allocator_check(&allocator);
        }
        assert_true(fail_at > 5);
        assert_int_equal(out.outcome, BK_CONVERGED);
    }
}

/* A town whose origins move together: that step asks for memory of its own. */
static bk_status
work_town(const bk_allocator *allocator, bk_equilibrium *out)
{
    bkt_road               *road = bkt_town_of_ties(8, 24, 3.0, 1);
    const bk_traffic_class  traffic = {NULL, &road->demand};
    bk_equilibrium_settings settings = bk_equilibrium_default();
    bk_context             *ctx = NULL;
    bk_arena                arena;

    settings.gap = 1e-12;
    bk_status status = bk_context_create(&(bk_settings){.threads = 1, .allocator = allocator}, &ctx);
    if (status == BK_OK) {
        bk_arena_init(&arena, ctx);
        status = bk_equilibrium_solve(ctx, &road->network, 1, &traffic, &settings, &arena, out);
        bk_arena_release(&arena);
        bk_context_release(ctx);
    }
    bkt_road_close(road);
    return status;
}

static void
a_lack_of_memory_in_a_step_of_all_origins_is_an_error(void **state)
{
    bk_status      status = BK_ERR_NO_MEMORY;
    bk_equilibrium out = {.relative_gap = -1.0};
    (void)state;

    for (size_t fail_at = 1; status != BK_OK; fail_at++) {
        bkt_allocator allocator;
        bkt_allocator_init(&allocator, fail_at);
        status = work_town(&allocator.allocator, &out);
        assert_true(status == BK_OK || (status == BK_ERR_NO_MEMORY && out.relative_gap == -1.0));
        bkt_allocator_check(&allocator);
    }
    assert_int_equal(out.outcome, BK_CONVERGED);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lack_of_memory_in_a_step_of_all_origins_is_an_error),
        cmocka_unit_test(a_lack_of_memory_is_an_error_and_nothing_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
