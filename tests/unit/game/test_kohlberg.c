#include "bkt_open.h"
#include "bkt_game.h"
#include "game/kohlberg.h"
#include "game/nonnegative.h"

static double
imbalance_of_levels(size_t n, const double *worth, const double *payoff, bool bounded, size_t *n_levels)
{
    bki_game game;
    double   x[8], found;
    assert_int_equal(bki_game_create(ctx, n, worth, &arena, &game), BK_OK);
    for (size_t i = 0; i < n; i++)
        x[i] = (payoff[i] - game.alone[i]) / game.scale;
    assert_int_equal(bki_kohlberg(ctx, &game, x, bounded, &found, n_levels), BK_OK);
    return found;
}

static double
imbalance(size_t n, const double *worth, const double *payoff, bool bounded)
{
    size_t n_levels;
    return imbalance_of_levels(n, worth, payoff, bounded, &n_levels);
}

/* Excesses of the division 50, 75, 75 of 200: -50 of {1} and {2, 3}, which are complements; -75 of {2} and of {3}, by
 * which all is settled; -125 of {1, 2} and {1, 3} is not looked at. */
static void
it_is_settled_once_the_coalitions_met_span_all(void **state)
{
    (void)state;
    const double claims[3] = {100.0, 200.0, 300.0}, right[3] = {50.0, 75.0, 75.0};
    double      *worth = bkt_bankruptcy(3, claims, 200.0);
    size_t       n_levels;
    assert_true(imbalance_of_levels(3, worth, right, false, &n_levels) < 1e-13);
    assert_int_equal(n_levels, 2);
    free(worth);
}

static void
the_talmuds_division_passes_and_any_other_fails(void **state)
{
    (void)state;
    const double claims[3] = {100.0, 200.0, 300.0}, right[3] = {50.0, 75.0, 75.0};
    double      *worth = bkt_bankruptcy(3, claims, 200.0);
    assert_true(imbalance(3, worth, right, true) < 1e-13);
    for (int from = 0; from < 3; from++)
        for (int to = 0; to < 3; to++) {
            double wrong[3] = {right[0], right[1], right[2]};
            wrong[from] -= 0.01;
            wrong[to] += 0.01;
            if (from != to)
                assert_true(imbalance(3, worth, wrong, true) > 0.1);
        }
    free(worth);
}

static void
shapleys_value_is_no_nucleolus(void **state)
{
    (void)state;
    const double gloves[8] = {0, 0, 0, 1, 0, 1, 0, 1}, shapley[3] = {2.0 / 3, 1.0 / 6, 1.0 / 6};
    assert_true(imbalance(3, gloves, shapley, true) > 0.1);
}

static void
players_at_what_they_have_alone_help_only_where_bounded(void **state)
{
    (void)state;
    /* The nucleolus 2, 7, 5 of a game without core differs from its prenucleolus -1, 13, 2 (games of the literature:
     * v(1) = 2, v(2) = 6, v(12) = 15, v(3) = 5, v(13) = 1, v(23) = 18, v(123) = 14). */
    const double worth[8] = {0, 2, 6, 15, 5, 1, 18, 14}, bounded[3] = {2, 7, 5}, free_one[3] = {-1, 13, 2};
    assert_true(imbalance(3, worth, bounded, true) < 1e-13);
    assert_true(imbalance(3, worth, bounded, false) > 0.1);
    assert_true(imbalance(3, worth, free_one, false) < 1e-13);
}

static void
distance_to_a_cone_is_that_of_geometry(void **state)
{
    (void)state;
    /* Two of three players: columns (1, 0) and (0, 1); a target with one coordinate below 0 is that far away. */
    const uint32_t coalitions[2] = {1, 2};
    const double   inside[2] = {3.0, 0.5}, outside[2] = {3.0, -4.0};
    double         distance;
    assert_int_equal(bki_cone_distance(ctx, 3, coalitions, 2, inside, &distance), BK_OK);
    bkt_close(distance, 0.0, 0.0, 1e-14);
    assert_int_equal(bki_cone_distance(ctx, 3, coalitions, 2, outside, &distance), BK_OK);
    bkt_close(distance, 4.0 / 5.0, 1e-14, 0.0);
}

/* Excesses -1 of {3}, -2 of its complement {1, 2}, which tells nothing new, -3 of {1}, which does: three levels, of the
 * six.  So for whichever player takes the part of the third. */
static void
a_complement_tells_nothing_new(void **state)
{
    (void)state;
    for (unsigned shift = 0; shift < 3; shift++) {
        static const unsigned order[6] = {4, 3, 1, 2, 5, 6}; /* by excess, players 1, 2, 4 */
        const double          even[3] = {10.0, 10.0, 10.0};
        double                worth[8] = {0.0};
        size_t                n_levels;
        for (unsigned k = 0; k < 6; k++) {
            const unsigned turned = (order[k] << shift | order[k] >> (3 - shift)) & 7;
            worth[turned] = 10.0 * __builtin_popcount(turned) - (double)(k + 1);
        }
        worth[7] = 30.0;
        imbalance_of_levels(3, worth, even, false, &n_levels);
        assert_int_equal(n_levels, 3);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_settled_once_the_coalitions_met_span_all),
        cmocka_unit_test(the_talmuds_division_passes_and_any_other_fails),
        cmocka_unit_test(shapleys_value_is_no_nucleolus),
        cmocka_unit_test(players_at_what_they_have_alone_help_only_where_bounded),
        cmocka_unit_test(distance_to_a_cone_is_that_of_geometry),
        cmocka_unit_test(a_complement_tells_nothing_new),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
