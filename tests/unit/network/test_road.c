/* Made-up towns, and least costs between their zones against slow ones. */
#include "bkt.h"
#include "traffic_gap.h"

typedef struct fixture {
    bk_context            *ctx;
    bk_arena               arena;
    const bk_road_network *network;
    const bk_road_demand  *demand;
} fixture;

static const bk_road_grid grid = {
    .width = 13, .height = 11, .n_zones = 20, .missing = 0.5, .trips = 5000.0, .mean_distance = 4.0, .seed = 7};

static void
fixture_open(fixture *f, const bk_road_grid *of, int threads)
{
    assert_int_equal(bk_context_create(&(bk_settings){.threads = threads}, &f->ctx), BK_OK);
    bk_arena_init(&f->arena, f->ctx);
    assert_int_equal(bk_road_grid_make(f->ctx, of, &f->arena, &f->network, &f->demand), BK_OK);
}

static void
fixture_close(fixture *f)
{
    bk_arena_release(&f->arena);
    bk_context_release(f->ctx);
}

static void
a_town_sends_the_trips_asked_for(void **state)
{
    fixture f;
    (void)state;

    fixture_open(&f, &grid, 1);
    const bk_road_network *network = f.network;
    assert_int_equal(network->n_nodes, 20 + 13 * 11);
    assert_int_equal(network->first_through, 20);
    assert_true(network->n_arcs < 2 * (12 * 11 + 13 * 10) + 2 * 20); /* some streets are missing */
    for (size_t a = 0; a < network->n_arcs; a++) {
        assert_true(network->from[a] < network->n_nodes && network->to[a] < network->n_nodes);
        assert_true(network->vdf.free_time[a] >= 0.5 && network->vdf.free_time[a] < 2.0);
    }
    const size_t n = f.demand->first[20];
    assert_int_equal(n, 20 * 19);
    bkt_close(bk_sum(f.demand->volume, n), 5000.0, 1e-14, 0);
    fixture_close(&f);
}

static void
least_costs_are_those_of_slow_search_on_any_number_of_threads(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 4; threads += 3) {
        fixture f;
        fixture_open(&f, &grid, threads);
        double *matrix = BK_NEW(&f.arena, double, 400), *distance = BK_NEW(&f.arena, double, f.network->n_nodes);
        assert_int_equal(bk_road_matrix(f.ctx, f.network, f.network->vdf.free_time, matrix), BK_OK);
        for (uint32_t z = 0; z < 20; z++) {
            oracle_least_costs(f.network, f.network->vdf.free_time, z, distance);
            for (size_t d = 0; d < 20; d++) {
                assert_true(isfinite(matrix[20 * z + d])); /* every zone is reached, streets missing or not */
                bkt_close(matrix[20 * z + d], distance[d], 0, 0);
            }
        }
        fixture_close(&f);
    }
}

static void
towns_that_cannot_be_are_refused(void **state)
{
    fixture      f;
    bk_road_grid wrong[] = {grid, grid, grid, grid, grid};
    (void)state;

    wrong[0].width = 1;
    wrong[1].n_zones = 13 * 11 + 1;
    wrong[2].missing = 0.95;
    wrong[3].trips = -1.0;
    wrong[4].mean_distance = NAN;
    fixture_open(&f, &grid, 1);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(bk_road_grid_make(f.ctx, &wrong[i], &f.arena, &f.network, &f.demand), BK_ERR_USAGE);
    fixture_close(&f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_town_sends_the_trips_asked_for),
        cmocka_unit_test(least_costs_are_those_of_slow_search_on_any_number_of_threads),
        cmocka_unit_test(towns_that_cannot_be_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
