#include "bkt.h"

#include "buckle/appraisal.h"

static bk_context *ctx;

static int
open_context(void **state)
{
    (void)state;
    return bk_context_create(NULL, &ctx) == BK_OK ? 0 : -1;
}

static int
close_context(void **state)
{
    (void)state;
    bk_context_release(ctx);
    return 0;
}

static void
gloves_give_two_thirds_to_the_scarce_hand(void **state)
{
    (void)state;
    /* One left glove (player 0), two right ones: Shapley (1953)'s values 2/3, 1/6, 1/6. */
    double worth[8] = {0}, value[3];
    worth[3] = worth[5] = worth[7] = 1.0;
    assert_int_equal(bk_shapley(ctx, 3, worth, value), BK_OK);
    bkt_close(value[0], 2.0 / 3.0, 1e-15, 0.0);
    bkt_close(value[1], 1.0 / 6.0, 1e-15, 0.0);
    bkt_close(value[2], 1.0 / 6.0, 1e-15, 0.0);
}

static void
airport_shares_are_littlechild_and_owens(void **state)
{
    (void)state;
    /* Littlechild & Owen (1973): the cost of a runway is the largest need; each increment is shared by those who need
     * it. */
    const double need[4] = {12.0, 28.0, 30.0, 55.0};
    double       worth[16], value[4], share = 0.0;
    for (int coalition = 0; coalition < 16; coalition++) {
        worth[coalition] = 0.0;
        for (int i = 0; i < 4; i++)
            if (coalition & 1 << i)
                worth[coalition] = fmax(worth[coalition], need[i]);
    }
    assert_int_equal(bk_shapley(ctx, 4, worth, value), BK_OK);
    for (int i = 0; i < 4; i++) {
        share += (need[i] - (i > 0 ? need[i - 1] : 0.0)) / (4 - i);
        bkt_close(value[i], share, 1e-14, 0.0);
    }
}

/* Worths of every coalition of n players, in (0, 1), by counter. */
static double *
random_worths(size_t n, uint64_t seed)
{
    double *worth = malloc(sizeof(double) << n);
    assert_non_null(worth);
    for (size_t coalition = 0; coalition < (size_t)1 << n; coalition++)
        worth[coalition] = bk_uniform(seed, 1, coalition);
    return worth;
}

/* Mean of the marginal worth over all orders of arrival: the definition in words, by recursion over orders. */
static void
walk_orders(size_t n, const double *worth, size_t coalition, double weight, double *value)
{
    size_t left = n - (size_t)__builtin_popcountll(coalition);
    for (size_t i = 0; i < n; i++)
        if (!(coalition & (size_t)1 << i)) {
            value[i] += weight / (double)left * (worth[coalition | (size_t)1 << i] - worth[coalition]);
            walk_orders(n, worth, coalition | (size_t)1 << i, weight / (double)left, value);
        }
}

static void
values_are_the_mean_over_orders_of_arrival(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 20; seed++) {
        double *worth = random_worths(6, seed), value[6], expected[6] = {0};
        walk_orders(6, worth, 0, 1.0, expected);
        assert_int_equal(bk_shapley(ctx, 6, worth, value), BK_OK);
        for (int i = 0; i < 6; i++)
            bkt_close(value[i], expected[i], 1e-13, 1e-15);
        free(worth);
    }
}

static void
values_add_up_to_the_worth_of_all(void **state)
{
    (void)state;
    for (size_t n = 1; n <= 12; n++) {
        double *worth = random_worths(n, 7 + n), value[12];
        assert_int_equal(bk_shapley(ctx, n, worth, value), BK_OK);
        bkt_close(bk_sum(value, n), worth[((size_t)1 << n) - 1] - worth[0], 0.0, 1e-14);
        free(worth);
    }
}

static void
a_dummy_gets_what_it_brings_alone_by_either_value(void **state)
{
    (void)state;
    double *worth = random_worths(5, 99), value[5], banzhaf[5];
    for (size_t coalition = 16; coalition < 32; coalition++)
        worth[coalition] = worth[coalition - 16] + 0.25; /* player 4 adds a quarter to anybody */
    assert_int_equal(bk_shapley(ctx, 5, worth, value), BK_OK);
    assert_int_equal(bk_banzhaf(ctx, 5, worth, banzhaf), BK_OK);
    bkt_close(value[4], 0.25, 1e-14, 0.0);
    bkt_close(banzhaf[4], 0.25, 1e-14, 0.0);
    free(worth);
}

static void
banzhaf_of_a_weighted_vote_counts_swings(void **state)
{
    (void)state;
    /* Quota 51, weights 50, 49, 1 (Banzhaf 1965's point): the voter of 1 swings as often as the one of 49: 3/4, 1/4,
     * 1/4. */
    const double weight[3] = {50.0, 49.0, 1.0};
    double       worth[8], value[3];
    for (int coalition = 0; coalition < 8; coalition++) {
        double votes = 0.0;
        for (int i = 0; i < 3; i++)
            votes += coalition & 1 << i ? weight[i] : 0.0;
        worth[coalition] = votes >= 51.0;
    }
    assert_int_equal(bk_banzhaf(ctx, 3, worth, value), BK_OK);
    bkt_close(value[0], 0.75, 1e-15, 0.0);
    bkt_close(value[1], 0.25, 1e-15, 0.0);
    bkt_close(value[2], 0.25, 1e-15, 0.0);
}

static void
interaction_of_an_additive_game_is_zero_and_of_unanimity_one(void **state)
{
    (void)state;
    double additive[8], unanimity[4] = {0, 0, 0, 1.0}, between[9], pair[4];
    for (int coalition = 0; coalition < 8; coalition++)
        additive[coalition] = (coalition & 1) * 3.0 + (coalition >> 1 & 1) * 5.0 + (coalition >> 2 & 1) * 7.0;
    assert_int_equal(bk_shapley_interactions(ctx, 3, additive, between), BK_OK);
    for (int cell = 0; cell < 9; cell++)
        bkt_close(between[cell], 0.0, 0.0, 1e-14);
    assert_int_equal(bk_shapley_interactions(ctx, 2, unanimity, pair), BK_OK);
    bkt_close(pair[1], 1.0, 1e-15, 0.0);
    bkt_close(pair[2], 1.0, 1e-15, 0.0);
}

/* From the dividends m(T) of a game, v(S) the sum of those within S, the interaction of a pair is the sum of
 * m(T) / (|T| - 1) over all T that hold both (Grabisch & Roubens 1999). */
static void
interactions_are_those_of_the_dividends(void **state)
{
    enum { N = 5 };
    double worth[1 << N] = {0.0}, dividend[1 << N], between[N * N];
    (void)state;
    for (size_t t = 1; t < 1 << N; t++)
        dividend[t] = 2.0 * bk_uniform(4, 1, t) - 1.0;
    for (size_t s = 0; s < 1 << N; s++)
        for (size_t t = 1; t < 1 << N; t++)
            worth[s] += (t & s) == t ? dividend[t] : 0.0;
    assert_int_equal(bk_shapley_interactions(ctx, N, worth, between), BK_OK);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++) {
            const size_t both = (size_t)1 << i | (size_t)1 << j;
            double       expected = 0.0;
            for (size_t t = 1; i != j && t < 1 << N; t++)
                if ((t & both) == both)
                    expected += dividend[t] / (double)(__builtin_popcountll(t) - 1);
            bkt_close(between[i * N + j], expected, 1e-13, 1e-13);
        }
}

static void
a_worth_that_is_not_finite_is_refused(void **state)
{
    (void)state;
    double worth[4] = {0.0, 1.0, NAN, 2.0}, value[2];
    assert_int_equal(bk_shapley(ctx, 2, worth, value), BK_ERR_VALUE);
    assert_int_equal(bk_shapley(ctx, 0, worth, value), BK_ERR_VALUE);
}

/* Each order is a permutation, an odd one the reverse of the one before, and first places are shared evenly. */
static void
orders_are_drawn_evenly_and_in_pairs(void **state)
{
    uint32_t order[5], before[5];
    int      first[5] = {0};

    (void)state;
    for (uint64_t index = 0; index < 10000; index++) {
        unsigned seen = 0;
        bk_shapley_order(7, index, 5, order);
        for (size_t i = 0; i < 5; i++) {
            seen |= 1U << order[i];
            if (index % 2 == 1)
                assert_int_equal(order[i], before[4 - i]);
        }
        memcpy(before, order, sizeof before);
        assert_int_equal(seen, 31);
        for (size_t i = 0; index % 2 == 0 && i < 5; i++)
            first[order[i]] += i == 0;
    }
    for (int player = 0; player < 5; player++) /* binomial: 1,000 +- 28, five standard deviations */
        assert_in_range(first[player], 860, 1140);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gloves_give_two_thirds_to_the_scarce_hand),
        cmocka_unit_test(airport_shares_are_littlechild_and_owens),
        cmocka_unit_test(values_are_the_mean_over_orders_of_arrival),
        cmocka_unit_test(values_add_up_to_the_worth_of_all),
        cmocka_unit_test(a_dummy_gets_what_it_brings_alone_by_either_value),
        cmocka_unit_test(banzhaf_of_a_weighted_vote_counts_swings),
        cmocka_unit_test(interaction_of_an_additive_game_is_zero_and_of_unanimity_one),
        cmocka_unit_test(interactions_are_those_of_the_dividends),
        cmocka_unit_test(a_worth_that_is_not_finite_is_refused),
        cmocka_unit_test(orders_are_drawn_evenly_and_in_pairs),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
