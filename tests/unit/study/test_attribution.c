/* Attribution of a gain to measures. */
#include "bkt.h"
#include "study/attribution.h"

static void
one_measure_is_the_whole(void **state)
{
    const double whole[] = {0.4, -0.2};
    double       part[2], interaction[2];

    (void)state;
    assert_int_equal(bki_attribution_sets(1), 0);
    bki_attribution_split(1, 2, whole, NULL, part, interaction);
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
    assert_int_equal(bki_attribution_sets(3), 3);
    for (size_t set = 0; set < 3; set++) {
        bki_attribution_set(3, set, chosen);
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
    assert_int_equal(bki_attribution_sets(0), 0);
    bki_attribution_split(0, 1, whole, NULL, NULL, interaction);
    bkt_close(interaction[0], 0.0, 0.0, 0.0);
}

static void
parts_and_interaction_add_up_to_the_whole(void **state)
{
    /* [measure][region]; the interaction by hand: 1 - (0.25 + 0.5) = 0.25, -1 - (1 - 0.5) = -1.5 */
    const double worth[] = {0.25, 1.0, 0.5, -0.5}, whole[] = {1.0, -1.0};
    double       part[4], interaction[2];

    (void)state;
    bki_attribution_split(2, 2, whole, worth, part, interaction);
    bkt_close(interaction[0], 0.25, 0.0, 0.0);
    bkt_close(interaction[1], -1.5, 0.0, 0.0);
    for (size_t n = 0; n < 2; n++)
        bkt_close(part[n] + part[2 + n] + interaction[n], whole[n], 0.0, 0.0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_measure_is_the_whole),
        cmocka_unit_test(each_set_holds_one_measure),
        cmocka_unit_test(no_measure_needs_no_set),
        cmocka_unit_test(parts_and_interaction_add_up_to_the_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
