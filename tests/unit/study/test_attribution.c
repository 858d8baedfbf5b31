/* Attribution of a gain to measures. */
#include "bkt.h"
#include "study/attribution.h"

static void
one_measure_is_the_whole(void **state)
{
    const double whole[] = {0.4, -0.2};
    double       part[2], interaction[2];

    (void)state;
    assert_int_equal(bki_attribution_sets(BK_ATTRIBUTION_ALONE, 1), 0);
    assert_int_equal(bki_attribution_split(NULL, BK_ATTRIBUTION_ALONE, 1, 2, whole, NULL, part, interaction), BK_OK);
    for (int n = 0; n < 2; n++) {
        bkt_close(part[n], whole[n], 0.0, 0.0);
        bkt_close(interaction[n], 0.0, 0.0, 0.0);
    }
}

static void
each_set_holds_one_measure(void **state)
{
    bool chosen[3];

    (void)state;
    assert_int_equal(bki_attribution_sets(BK_ATTRIBUTION_ALONE, 3), 3);
    for (size_t set = 0; set < 3; set++) {
        bki_attribution_set(BK_ATTRIBUTION_ALONE, 3, set, chosen);
        for (size_t m = 0; m < 3; m++)
            assert_int_equal(chosen[m], m == set);
    }
}

static void
no_measure_needs_no_set(void **state)
{
    double       interaction[1];
    const double whole[] = {0.0};

    (void)state;
    assert_int_equal(bki_attribution_sets(BK_ATTRIBUTION_ALONE, 0), 0);
    assert_int_equal(bki_attribution_split(NULL, BK_ATTRIBUTION_ALONE, 0, 1, whole, NULL, NULL, interaction), BK_OK);
    bkt_close(interaction[0], 0.0, 0.0, 0.0);
}

static void
parts_and_interaction_add_up_to_the_whole(void **state)
{
    /* [measure][region]; the interaction by hand: 1 - (0.25 + 0.5) = 0.25, -1 - (1 - 0.5) = -1.5 */
    const double worth[] = {0.25, 1.0, 0.5, -0.5}, whole[] = {1.0, -1.0};
    double       part[4], interaction[2];

    (void)state;
    assert_int_equal(bki_attribution_split(NULL, BK_ATTRIBUTION_ALONE, 2, 2, whole, worth, part, interaction), BK_OK);
    bkt_close(interaction[0], 0.25, 0.0, 0.0);
    bkt_close(interaction[1], -1.5, 0.0, 0.0);
    for (size_t n = 0; n < 2; n++)
        bkt_close(part[n] + part[2 + n] + interaction[n], whole[n], 0.0, 0.0);
}

/* Shapley by hand for three measures: a third of v(i) and of v(N) - v(N less i), a sixth of v(i,j) - v(j) for the two
 * j. */
static void
shapley_values_are_the_mean_over_orders(void **state)
{
    /* worth of {0} {1} {01} {2} {02} {12}; the whole last */
    const double worth[] = {1.0, 2.0, 5.0, 3.0, 4.0, 8.0}, whole[] = {12.0};
    double       part[3], interaction[1];
    bk_context  *ctx;

    (void)state;
    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    assert_int_equal(bki_attribution_sets(BK_ATTRIBUTION_SHAPLEY, 3), 6);
    assert_int_equal(bki_attribution_split(ctx, BK_ATTRIBUTION_SHAPLEY, 3, 1, whole, worth, part, interaction), BK_OK);
    bkt_close(part[0], 1.0 / 3 + (5.0 - 2.0) / 6 + (4.0 - 3.0) / 6 + (12.0 - 8.0) / 3, 1e-14, 0.0);
    bkt_close(part[1], 2.0 / 3 + (5.0 - 1.0) / 6 + (8.0 - 3.0) / 6 + (12.0 - 4.0) / 3, 1e-14, 0.0);
    bkt_close(part[2], 3.0 / 3 + (4.0 - 1.0) / 6 + (8.0 - 2.0) / 6 + (12.0 - 5.0) / 3, 1e-14, 0.0);
    bkt_close(interaction[0], 0.0, 0.0, 1e-14);
    bk_context_release(ctx);
}

static void
every_set_but_nothing_and_all_is_asked_for_once(void **state)
{
    bool seen[16] = {false}, chosen[4];

    (void)state;
    for (size_t set = 0; set < bki_attribution_sets(BK_ATTRIBUTION_SHAPLEY, 4); set++) {
        size_t members = 0;
        bki_attribution_set(BK_ATTRIBUTION_SHAPLEY, 4, set, chosen);
        for (size_t m = 0; m < 4; m++)
            members |= (size_t)chosen[m] << m;
        assert_false(seen[members]);
        seen[members] = true;
    }
    assert_false(seen[0] || seen[15]);
    for (size_t members = 1; members < 15; members++)
        assert_true(seen[members]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_measure_is_the_whole),
        cmocka_unit_test(each_set_holds_one_measure),
        cmocka_unit_test(no_measure_needs_no_set),
        cmocka_unit_test(parts_and_interaction_add_up_to_the_whole),
        cmocka_unit_test(shapley_values_are_the_mean_over_orders),
        cmocka_unit_test(every_set_but_nothing_and_all_is_asked_for_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
