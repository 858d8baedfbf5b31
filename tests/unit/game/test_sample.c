#include "bkt_open.h"
#include "bkt_game.h"

static bk_status
worth_of(void *state, uint64_t coalition, double *out)
{
    *out = ((const double *)state)[coalition];
    return BK_OK;
}

static void
a_sample_is_as_near_as_its_standard_errors_say(void **state)
{
    (void)state;
    double *worth = bkt_random_game(7, 11), exact[7], value[7], error[7], far = 0.0;
    assert_int_equal(bk_shapley(ctx, 7, worth, exact), BK_OK);
    assert_int_equal(bk_shapley_sample(ctx, 7, worth_of, worth, 4000, 3, value, error), BK_OK);
    for (int i = 0; i < 7; i++) {
        assert_true(error[i] > 0.0 && error[i] < 0.05);
        far = fmax(far, fabs(value[i] - exact[i]) / error[i]);
    }
    assert_true(far > 0.01 && far < 4.0); /* seven normal deviates stay within 4 but once in 2,000 seeds */
    bkt_close(bk_sum(value, 7), worth[127], 1e-12, 0.0);
    free(worth);
}

static void
four_times_the_orders_halve_the_error(void **state)
{
    (void)state;
    double *worth = bkt_random_game(6, 5), value[6], few[6], many[6];
    assert_int_equal(bk_shapley_sample(ctx, 6, worth_of, worth, 1000, 1, value, few), BK_OK);
    assert_int_equal(bk_shapley_sample(ctx, 6, worth_of, worth, 4000, 1, value, many), BK_OK);
    for (int i = 0; i < 6; i++)
        bkt_close(few[i] / many[i], 2.0, 0.15, 0.0);
    free(worth);
}

static void
one_seed_gives_one_sample(void **state)
{
    (void)state;
    double *worth = bkt_random_game(5, 2), first[5], again[5], other[5], error[5];
    assert_int_equal(bk_shapley_sample(ctx, 5, worth_of, worth, 50, 9, first, error), BK_OK);
    assert_int_equal(bk_shapley_sample(ctx, 5, worth_of, worth, 50, 9, again, error), BK_OK);
    assert_int_equal(bk_shapley_sample(ctx, 5, worth_of, worth, 50, 10, other, error), BK_OK);
    assert_memory_equal(first, again, sizeof first);
    assert_memory_not_equal(first, other, sizeof first);
    free(worth);
}

static bk_status
out_of_reach(void *state, uint64_t coalition, double *out)
{
    (void)state;
    *out = 1.0;
    return coalition == 0 ? BK_OK : BK_ERR_NOT_CONVERGED;
}

static void
a_worth_that_cannot_be_had_ends_it(void **state)
{
    (void)state;
    double value[3], error[3];
    assert_int_equal(bk_shapley_sample(ctx, 3, out_of_reach, NULL, 10, 1, value, error), BK_ERR_NOT_CONVERGED);
    assert_int_equal(bk_shapley_sample(ctx, 3, out_of_reach, NULL, 1, 1, value, error), BK_ERR_VALUE);
    assert_int_equal(bk_shapley_sample(ctx, 64, out_of_reach, NULL, 10, 1, value, error), BK_ERR_VALUE);
    bk_error_clear(ctx);
}

/* Two who are worth 1 together and nothing alone: who comes second brings it.  With p the share of orders in which one
 * is second, the squares about p add up to n p (1 - p), so that the standard error is sqrt(p (1 - p) / (n - 1)). */
static void
the_error_of_a_pair_is_that_of_a_share(void **state)
{
    (void)state;
    double worth[4] = {0.0, 0.0, 0.0, 1.0}, value[2], error[2];
    for (size_t n = 16; n <= 64; n *= 2) {
        assert_int_equal(bk_shapley_sample(ctx, 2, worth_of, worth, n, 5, value, error), BK_OK);
        assert_true(value[0] > 0.0 && value[0] < 1.0);
        for (int i = 0; i < 2; i++) {
            bkt_close(value[i] * (double)n, round(value[i] * (double)n), 1e-13, 0.0);
            bkt_close(error[i], sqrt(value[i] * (1.0 - value[i]) / (double)(n - 1)), 1e-13, 0.0);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sample_is_as_near_as_its_standard_errors_say),
        cmocka_unit_test(four_times_the_orders_halve_the_error),
        cmocka_unit_test(one_seed_gives_one_sample),
        cmocka_unit_test(a_worth_that_cannot_be_had_ends_it),
        cmocka_unit_test(the_error_of_a_pair_is_that_of_a_share),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
