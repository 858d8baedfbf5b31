/* Quantiles against closed forms and against the moments they must have. */
#include "bkt.h"
#include "buckle/risk.h"

static const double probabilities[] = {1e-9, 1e-4, 0.01, 0.1, 0.37, 0.5, 0.81, 0.99, 0.9999, 1.0 - 1e-9};
enum { PROBABILITIES = sizeof probabilities / sizeof *probabilities };

/* Midpoint rule over probabilities: mean and deviation of the variable. */
static void
moments(const bk_distribution *law, double *mean, double *sd)
{
    const size_t n = 200000;
    double       sum = 0.0, squares = 0.0;

    for (size_t k = 0; k < n; k++) {
        const double x = bk_distribution_quantile(law, ((double)k + 0.5) / (double)n);
        sum += x;
        squares += x * x;
    }
    *mean = sum / (double)n;
    *sd = sqrt(squares / (double)n - *mean * *mean);
}

static void
beta_has_the_mean_and_deviation_asked_for(void **state)
{
    const bk_distribution law = {.kind = BK_BETA, .mean = 3.0, .sd = 0.7, .low = 1.0, .high = 6.0};
    double                mean, sd;

    (void)state;
    moments(&law, &mean, &sd);
    bkt_close(mean, 3.0, 1e-6, 0.0); /* the rule's error at the ends */
    bkt_close(sd, 0.7, 1e-6, 0.0);
}

static void
normal_and_lognormal_have_theirs(void **state)
{
    const bk_distribution normal = {.kind = BK_NORMAL, .mean = -2.0, .sd = 0.5, .low = -INFINITY, .high = INFINITY};
    const bk_distribution lognormal = {
        .kind = BK_LOGNORMAL, .mean = 1.2, .sd = 0.6, .low = -INFINITY, .high = INFINITY};
    double mean, sd;

    (void)state;
    moments(&normal, &mean, &sd);
    bkt_close(mean, -2.0, 1e-9, 0.0);
    bkt_close(sd, 0.5, 1e-4, 0.0);
    moments(&lognormal, &mean, &sd);
    bkt_close(mean, 1.2, 1e-5, 0.0);
    bkt_close(sd, 0.6, 1e-3, 0.0);
}

/* P(X < x | low < X < high) = (F(x) - F(low)) / (F(high) - F(low)). */
static void
a_cut_off_normal_is_the_conditional_one(void **state)
{
    static const double bounds[][2] = {{-1.0, 2.0}, {0.5, INFINITY}, {4.0, 9.0}, {-INFINITY, -3.0}};

    (void)state;
    for (size_t b = 0; b < 4; b++)
        for (size_t k = 1; k + 1 < PROBABILITIES; k++) {
            const bk_distribution law = {
                .kind = BK_NORMAL, .mean = 0.0, .sd = 1.0, .low = bounds[b][0], .high = bounds[b][1]};
            const double x = bk_distribution_quantile(&law, probabilities[k]);
            const double sign = bounds[b][0] + bounds[b][1] > 0.0 ? -1.0 : 1.0; /* from the nearer side */
            const double from = bk_normal_cdf(sign * bounds[b][0]), to = bk_normal_cdf(sign * bounds[b][1]);
            assert_true(x >= law.low && x <= law.high);
            bkt_close((bk_normal_cdf(sign * x) - from) / (to - from), probabilities[k], 1e-9, 1e-12);
        }
}

static void
triangular_uniform_and_discrete_are_exact(void **state)
{
    static const double   values[] = {0.5, 1.0, 3.0}, shares[] = {0.2, 0.5, 0.3};
    const bk_distribution triangular = {.kind = BK_TRIANGULAR, .low = 0.0, .mode = 1.0, .high = 4.0};
    const bk_distribution uniform = {.kind = BK_UNIFORM, .low = -1.0, .high = 3.0};
    const bk_distribution discrete = {.kind = BK_DISCRETE,
                                      .low = -INFINITY,
                                      .high = INFINITY,
                                      .n_values = 3,
                                      .values = values,
                                      .probabilities = shares};

    (void)state;
    bkt_close(bk_distribution_quantile(&triangular, 0.25), 1.0, 1e-15, 0.0); /* P(X < mode) = 1/4 */
    bkt_close(bk_distribution_quantile(&triangular, 0.0625), 0.5, 1e-15, 0.0);
    bkt_close(bk_distribution_quantile(&triangular, 0.8125), 2.5, 1e-15, 0.0); /* 1 - 1.5^2 / 12 */
    bkt_close(bk_distribution_quantile(&uniform, 0.75), 2.0, 1e-15, 0.0);
    bkt_close(bk_distribution_quantile(&discrete, 0.19), 0.5, 0.0, 0.0);
    bkt_close(bk_distribution_quantile(&discrete, 0.21), 1.0, 0.0, 0.0);
    bkt_close(bk_distribution_quantile(&discrete, 0.71), 3.0, 0.0, 0.0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(beta_has_the_mean_and_deviation_asked_for),
        cmocka_unit_test(normal_and_lognormal_have_theirs),
        cmocka_unit_test(a_cut_off_normal_is_the_conditional_one),
        cmocka_unit_test(triangular_uniform_and_discrete_are_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
