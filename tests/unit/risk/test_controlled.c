/* Means with known inputs as control variates, against closed forms and against how often their intervals hold. */
#include "bkt.h"
#include "buckle/appraisal.h"
#include "buckle/risk.h"

enum { INPUTS = 3 };

static const bk_distribution laws[INPUTS] = {
    {.kind = BK_LOGNORMAL, .mean = 2.0, .sd = 0.8, .low = -INFINITY, .high = INFINITY},
    {.kind = BK_TRIANGULAR, .low = 0.5, .mode = 1.0, .high = 3.0},
    {.kind = BK_UNIFORM, .low = -1.0, .high = 1.0},
};

/* 4 x + 3 y + exp(z / 2); with `quadratic`, z^2 in the place of all. */
static double
model(const double *x, bool quadratic)
{
    return quadratic ? x[2] * x[2] : 4.0 * x[0] + 3.0 * x[1] + exp(0.5 * x[2]);
}

/* E x = 2, E y = (0.5 + 1 + 3) / 3 = 1.5, E exp(z / 2) = 2 sinh(1/2), E z^2 = 1/3. */
static double
mean_of_model(bool quadratic)
{
    return quadratic ? 1.0 / 3.0 : 8.0 + 4.5 + 2.0 * sinh(0.5);
}

static void
draw(bk_context *ctx, uint64_t seed, size_t n, bool quadratic, double *input, double *answer)
{
    const bk_sampler *sampler;
    bk_arena          arena;

    bk_arena_init(&arena, ctx);
    assert_int_equal(bk_sampler_create(ctx, BK_SAMPLER_RANDOM, seed, n, INPUTS, &arena, &sampler), BK_OK);
    for (size_t k = 0; k < n; k++) {
        double point[INPUTS];
        bk_sampler_point(sampler, k, point);
        for (size_t i = 0; i < INPUTS; i++)
            input[k * INPUTS + i] = bk_distribution_quantile(&laws[i], point[i]);
        answer[k] = model(input + k * INPUTS, quadratic);
    }
    bk_arena_release(&arena);
}

/* Where answers are a line, nothing is left to chance, whatever was drawn. */
static void
the_mean_of_a_line_is_exact(void **state)
{
    enum { N = 12 };
    const double  expected[INPUTS] = {2.0, 1.5, 0.0};
    double        input[N * INPUTS], answer[N];
    bk_controlled out;
    bk_context   *ctx;

    (void)state;
    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    draw(ctx, 3, N, false, input, answer);
    for (size_t k = 0; k < N; k++)
        answer[k] = 7.0 - 2.0 * input[k * INPUTS] + input[k * INPUTS + 1] + 5.0 * input[k * INPUTS + 2];
    assert_int_equal(bk_control(ctx, input, expected, answer, N, INPUTS, &out), BK_OK);
    bkt_close(out.mean, 7.0 - 4.0 + 1.5, 1e-13, 0.0);
    assert_true(out.high - out.low < 1e-12 && out.reduction > 1e20);
    assert_int_equal(bk_control(ctx, input, expected, answer, INPUTS + 1, INPUTS, &out), BK_ERR_VALUE);
    bk_context_release(ctx);
}

/* 95 % intervals hold in 95 % of 400 samples (binomial standard error 1.1 %; the slopes' bias of order 1/n is in the
 * 3 % allowed), and the variance falls by what is claimed: measured over samples, against the mean of the claims. */
static void
intervals_hold_and_the_reduction_is_what_is_claimed(void **state)
{
    enum { N = 200, SAMPLES = 400 };
    double     *input = malloc(N * INPUTS * sizeof *input), *answer = malloc(N * sizeof *answer), expected[INPUTS];
    double      plain = 0.0, controlled = 0.0, claimed = 0.0, holds = 0.0;
    bk_context *ctx;

    (void)state;
    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    for (size_t i = 0; i < INPUTS; i++)
        expected[i] = bk_distribution_mean(&laws[i]);
    for (uint64_t seed = 1; seed <= SAMPLES; seed++) {
        const double  truth = mean_of_model(false);
        bk_controlled out;
        draw(ctx, seed, N, false, input, answer);
        assert_int_equal(bk_control(ctx, input, expected, answer, N, INPUTS, &out), BK_OK);
        const double mean = bk_sum(answer, N) / N;
        plain += (mean - truth) * (mean - truth);
        controlled += (out.mean - truth) * (out.mean - truth);
        claimed += out.reduction / SAMPLES;
        holds += (out.low <= truth && truth <= out.high) / (double)SAMPLES;
    }
    bkt_close(holds, 0.95, 0.0, 0.03);
    assert_true(claimed > 500.0);
    bkt_close(plain / controlled, claimed, 0.25, 0.0); /* two variances of 400 each: 7 % each, one sd */
    bk_context_release(ctx);
    free(input);
    free(answer);
}

/* z^2 of an even z has no slope: nothing is gained, and nothing claimed beyond what chance brings. */
static void
what_has_no_slope_is_left_alone(void **state)
{
    enum { N = 4000 };
    const double  expected[INPUTS] = {2.0, 1.5, 0.0};
    double       *input = malloc(N * INPUTS * sizeof *input), *answer = malloc(N * sizeof *answer);
    bk_controlled out;
    bk_context   *ctx;

    (void)state;
    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    draw(ctx, 11, N, true, input, answer);
    assert_int_equal(bk_control(ctx, input, expected, answer, N, INPUTS, &out), BK_OK);
    bkt_close(out.reduction, 1.0, 0.0, 0.01);
    assert_true(out.low < mean_of_model(true) && mean_of_model(true) < out.high);
    bk_context_release(ctx);
    free(input);
    free(answer);
}

/* Against the midpoint rule over probabilities; the rule's error is in the tails, where the quantile is steep. */
static void
means_are_those_of_the_quantiles(void **state)
{
    static const double   values[] = {0.5, 1.0, 3.0}, shares[] = {0.2, 0.5, 0.3};
    const bk_distribution all[] = {
        {.kind = BK_NORMAL, .mean = 1.0, .sd = 2.0, .low = -INFINITY, .high = INFINITY},
        {.kind = BK_NORMAL, .mean = 1.0, .sd = 2.0, .low = 0.0, .high = 2.5},
        {.kind = BK_NORMAL, .mean = 1.0, .sd = 0.1, .low = 1.3, .high = INFINITY},
        {.kind = BK_NORMAL, .mean = 1.0, .sd = 0.0, .low = -INFINITY, .high = INFINITY},
        {.kind = BK_LOGNORMAL, .mean = 1.0, .sd = 0.32, .low = 0.5, .high = 2.0},
        {.kind = BK_LOGNORMAL, .mean = 1.0, .sd = 0.5, .low = 1.5, .high = INFINITY},
        {.kind = BK_TRIANGULAR, .low = 0.76, .mode = 1.0, .high = 1.31},
        {.kind = BK_UNIFORM, .low = -1.0, .high = 4.0},
        {.kind = BK_BETA, .mean = 3.0, .sd = 0.7, .low = 1.0, .high = 6.0},
        {.kind = BK_DISCRETE, .n_values = 3, .values = values, .probabilities = shares},
    };
    enum { POINTS = 20000 };

    (void)state;
    for (size_t d = 0; d < sizeof all / sizeof *all; d++) {
        double sum = 0.0;
        for (size_t k = 0; k < POINTS; k++)
            sum += bk_distribution_quantile(&all[d], ((double)k + 0.5) / POINTS) / POINTS;
        bkt_close(bk_distribution_mean(&all[d]), sum, 1e-4, 0.0);
    }
}

/* Five answers 1, 3, 2, 5, 4 at x = -2 ... 2, by hand: slope 8/10, of squares 10 the line leaves 10 - 64/10 = 3.6.  The
 * error of the mean is sqrt(3.6 / 3 (1/5 + (mean x - E x)^2 / 10)), of the plain one sqrt(10 / 4 / 5). */
static void
five_points_are_worked_out_by_hand(void **state)
{
    static const double z = 1.959963984540054; /* normal quantile of 0.975 */
    static const double input[] = {-2.0, -1.0, 0.0, 1.0, 2.0}, answer[] = {1.0, 3.0, 2.0, 5.0, 4.0};
    bk_controlled       out;
    bk_context         *ctx;

    (void)state;
    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    for (int off = -1; off <= 1; off++) {
        const double expected = (double)off, error = sqrt(3.6 / 3.0 * (0.2 + 0.1 * expected * expected));
        assert_int_equal(bk_control(ctx, input, &expected, answer, 5, 1, &out), BK_OK);
        bkt_close(out.mean, 3.0 + 0.8 * expected, 1e-14, 0.0);
        bkt_close(out.low, out.mean - z * error, 1e-13, 0.0);
        bkt_close(out.high, out.mean + z * error, 1e-13, 0.0);
        bkt_close(out.reduction, 0.5 / (error * error), 1e-13, 0.0);
    }
    assert_int_equal(bk_control(ctx, input, NULL, answer, 5, 0, &out), BK_OK); /* nothing is known: the plain mean */
    bkt_close(out.mean, 3.0, 1e-15, 0.0);
    bkt_close(out.high - out.mean, z * sqrt(0.5), 1e-14, 0.0);
    bkt_close(out.reduction, 1.0, 1e-14, 0.0);
    assert_int_equal(bk_control(ctx, input, answer, answer, 2, 1, &out), BK_ERR_VALUE);
    assert_string_equal(bk_error_get(ctx, 0)->message, "1 inputs as control variates need 3 answers, there are 2");
    bk_context_release(ctx);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_mean_of_a_line_is_exact),
        cmocka_unit_test(intervals_hold_and_the_reduction_is_what_is_claimed),
        cmocka_unit_test(what_has_no_slope_is_left_alone),
        cmocka_unit_test(means_are_those_of_the_quantiles),
        cmocka_unit_test(five_points_are_worked_out_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
