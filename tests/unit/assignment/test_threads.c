/* A town large enough for its bushes to be shared out among threads: the same bits from any number of them. */
#include "bkt_road.h"

#include <string.h>

/* A batch of its bushes has more than 10,000 arcs in their cores, several times what makes a job for threads. */
static const bk_road_grid grid = {
    .width = 45, .height = 45, .n_zones = 300, .missing = 0.2, .trips = 200000.0, .mean_distance = 8.0, .seed = 9};

/* Two classes on the town; the second avoids every seventh arc's toll. */
static double *
flows_by(int threads, size_t *n)
{
    bk_context             *ctx;
    bk_arena                arena;
    const bk_road_network  *network;
    const bk_road_demand   *demand;
    bk_equilibrium_settings settings = bk_equilibrium_default();
    bk_equilibrium          out;

    assert_int_equal(bk_context_create(&(bk_settings){.threads = threads}, &ctx), BK_OK);
    bk_arena_init(&arena, ctx);
    assert_int_equal(bk_road_grid_make(ctx, &grid, &arena, &network, &demand), BK_OK);
    double *toll = BK_NEW(&arena, double, network->n_arcs);
    for (size_t a = 0; a < network->n_arcs; a++)
        toll[a] = a % 7 == 0 ? 0.3 : 0.0;
    const bk_traffic_class classes[] = {{NULL, demand}, {toll, demand}};
    settings.gap = 1e-4;
    assert_int_equal(bk_equilibrium_solve(ctx, network, 2, classes, &settings, &arena, &out), BK_OK);
    assert_int_equal(out.outcome, BK_CONVERGED);
    *n = 2 * network->n_arcs;
    double *flow = malloc(*n * sizeof *flow);
    memcpy(flow, out.class_flow, *n * sizeof *flow);
    bk_arena_release(&arena);
    bk_context_release(ctx);
    return flow;
}

static void
flows_of_every_class_have_the_same_bits(void **state)
{
    size_t  n;
    double *one = flows_by(1, &n);
    (void)state;

    for (int threads = 2; threads <= 8; threads *= 4) {
        double *many = flows_by(threads, &n);
        assert_memory_equal(one, many, n * sizeof *one);
        free(many);
    }
    free(one);
}

/* Where origins move together, in steps whose sums are over pairs of routes and over arcs: their routes have some
 * 115,000 arcs, more than makes them a job for threads. */
static void
steps_of_all_origins_have_the_same_bits(void **state)
{
    double flow[3][BKT_ROAD_ARCS];
    (void)state;

    for (int i = 0; i < 3; i++) {
        bkt_road               *road = bkt_town_of_ties(24, 64, 1.5, i == 0 ? 1 : i == 1 ? 2 : 8);
        bk_equilibrium_settings settings = bk_equilibrium_default();
        const bk_traffic_class  traffic = {NULL, &road->demand};
        bk_equilibrium          out;
        settings.gap = 1e-4;
        assert_int_equal(bk_equilibrium_solve(road->ctx, &road->network, 1, &traffic, &settings, &road->arena, &out),
                         BK_OK);
        assert_int_equal(out.outcome, BK_CONVERGED);
        memcpy(flow[i], out.flow, road->network.n_arcs * sizeof *out.flow);
        assert_memory_equal(flow[0], flow[i], road->network.n_arcs * sizeof *out.flow);
        bkt_road_close(road);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_of_all_origins_have_the_same_bits),
        cmocka_unit_test(flows_of_every_class_have_the_same_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
