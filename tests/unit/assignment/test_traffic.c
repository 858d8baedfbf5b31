#include "bkt_assignment.h"

/* E[X; a < Z < b] by Simpson's rule, X = exp(s Z - s^2/2). */
static double
slice_by_quadrature(double sigma, double from, double to)
{
    const int    n = 20000;
    const double h = (to - from) / n;
    double       sum = 0.0;

    for (int i = 0; i <= n; i++) {
        const double z = from + h * i, f = exp(sigma * z - 0.5 * sigma * sigma - 0.5 * z * z) / sqrt(2.0 * acos(-1.0));
        sum += f * (i == 0 || i == n ? 1.0 : i % 2 == 1 ? 4.0 : 2.0);
    }
    return sum * h / 3.0;
}

static void
values_of_time_are_means_of_equal_slices_of_a_lognormal(void **state)
{
    bkt_assignment made;

    (void)state;
    bkt_assignment_open(&made, 3, 1);
    for (size_t j = 0; j < 2; j++) {
        const double *m = made.traffic->multiplier + 3 * j, sigma = made.study->sigma[j];
        const double  z[] = {-12.0, bk_normal_quantile(1.0 / 3.0), bk_normal_quantile(2.0 / 3.0), 12.0};
        bkt_close((m[0] + m[1] + m[2]) / 3.0, 1.0, 1e-15, 0);
        for (size_t k = 0; k < 3; k++)
            bkt_close(m[k], 3.0 * slice_by_quadrature(sigma, z[k], z[k + 1]), 1e-10, 0);
    }
    bkt_assignment_close(&made);
}

static void
masses_of_a_relation_add_up_to_its_trade(void **state)
{
    bkt_assignment made;

    (void)state;
    bkt_assignment_open(&made, 4, 2);
    const bk_traffic *t = made.traffic;
    assert_int_equal(t->n_relations, 4 * 3);
    assert_int_equal(t->n_pairs, 4 * 3 * 2 * 2);
    for (size_t r = 0; r < t->n_relations; r++)
        for (size_t j = 0; j < 2; j++) {
            double sum = 0.0;
            for (size_t s = t->first_slot[t->first_pair[r]]; s < t->first_slot[t->first_pair[r + 1]]; s++)
                sum += t->slot_sector[s] == j ? t->slot_mass[s] : 0.0;
            bkt_close(sum, 1.0, 1e-14, 0);
        }
    bkt_assignment_close(&made);
}

static void
weightless_sectors_do_not_travel(void **state)
{
    bkt_assignment made;

    (void)state;
    bkt_assignment_open(&made, 3, 3);
    for (size_t s = 0; s < made.traffic->n_slots; s++)
        assert_true(made.traffic->slot_sector[s] < 2);
    bkt_assignment_close(&made);
}

static void
every_pair_without_a_route_is_named(void **state)
{
    bkt_memory  memory;
    bkt_joint  *study;
    bk_traffic *traffic;

    (void)state;
    bkt_memory_init(&memory);
    study = BK_NEW(&memory.arena, bkt_joint, 1);
    assert_true(bkt_joint_make(study, 3, 4, true, &memory.arena));
    for (size_t l = 0; l < study->network.model.network.n_links; l++) /* cut the first region's two places off */
        if ((study->network.links[l].from < 2) != (study->network.links[l].to < 2))
            study->network.links[l].open = false;
    const bk_model     *model = &study->network.model;
    const bk_graph     *graph;
    const bk_arc_costs *costs;
    assert_int_equal(bk_graph_build(memory.ctx, model, &memory.arena, &graph), BK_OK);
    assert_int_equal(bk_arc_costs_build(memory.ctx, model, graph, &memory.arena, &costs), BK_OK);
    assert_int_equal(bk_traffic_build(model, &memory.arena, &traffic), BK_OK);
    assert_int_equal(bk_traffic_measure(memory.ctx, model, graph, costs, traffic), BK_ERR_NO_PATH);
    assert_int_equal(bk_error_count(memory.ctx), 2 * 4 * 2 * 2); /* both ways, 2 x 4 zones, two sectors */
    assert_non_null(strstr(bk_error_get(memory.ctx, 0)->message, "z0"));
    bkt_memory_release(&memory);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_of_time_are_means_of_equal_slices_of_a_lognormal),
        cmocka_unit_test(masses_of_a_relation_add_up_to_its_trade),
        cmocka_unit_test(weightless_sectors_do_not_travel),
        cmocka_unit_test(every_pair_without_a_route_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
