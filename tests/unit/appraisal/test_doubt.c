/* Reference classes, lognormal quantiles, quantiles of samples. */
#include "bkt.h"
#include "buckle/appraisal.h"

static void
quantiles_have_the_mean_and_the_deviation_asked_for(void **state)
{
    const size_t n = 200000;
    double       sum = 0.0, squares = 0.0;

    (void)state;
    /* midpoint rule over probabilities: the mean of the quantile function is the mean of the variable */
    for (size_t k = 0; k < n; k++) {
        const double x = bk_lognormal_quantile(1.447, 0.384, ((double)k + 0.5) / (double)n);
        sum += x;
        squares += x * x;
    }
    bkt_close(sum / (double)n, 1.447, 1e-6, 0.0);
    bkt_close(sqrt(squares / (double)n - 1.447 * 1.447), 0.384, 1e-4, 0.0);
}

static void
the_median_is_below_the_mean(void **state)
{
    (void)state;
    /* of a lognormal: mean / sqrt(1 + (sd / mean)^2) */
    bkt_close(bk_lognormal_quantile(2.0, 1.5, 0.5), 2.0 / sqrt(1.0 + 0.75 * 0.75), 1e-14, 0.0);
    bkt_close(bk_lognormal_quantile(3.0, 0.0, 0.01), 3.0, 1e-14, 0.0);
}

static void
works_are_of_the_class_their_type_names(void **state)
{
    (void)state;
    /* Flyvbjerg, Skamris Holm & Buhl (2003), table 1 */
    bkt_close(bk_reference_class_of("second_track")->mean, 0.447, 0.0, 0.0);
    bkt_close(bk_reference_class_of("rail_upgrade")->sd, 0.384, 0.0, 0.0);
    bkt_close(bk_reference_class_of("road")->mean, 0.204, 0.0, 0.0);
    bkt_close(bk_reference_class_of("bridge")->mean, 0.338, 0.0, 0.0);
    bkt_close(bk_reference_class_of("railway_tunnel")->mean, 0.447, 0.0, 0.0);
    assert_string_equal(bk_reference_class_of("dry_port")->name, "transport");
    assert_string_equal(bk_reference_class_of(NULL)->name, "transport");
}

static void
sample_quantiles_lie_between_the_order_statistics(void **state)
{
    const double sample[] = {1.0, 2.0, 4.0, 8.0, 16.0};

    (void)state;
    bkt_close(bk_sample_quantile(sample, 5, 0.0), 1.0, 0.0, 0.0);
    bkt_close(bk_sample_quantile(sample, 5, 0.5), 4.0, 0.0, 0.0);
    bkt_close(bk_sample_quantile(sample, 5, 0.875), 12.0, 1e-15, 0.0);
    bkt_close(bk_sample_quantile(sample, 5, 1.0), 16.0, 0.0, 0.0);
    bkt_close(bk_sample_quantile(sample, 1, 0.3), 1.0, 0.0, 0.0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_have_the_mean_and_the_deviation_asked_for),
        cmocka_unit_test(the_median_is_below_the_mean),
        cmocka_unit_test(works_are_of_the_class_their_type_names),
        cmocka_unit_test(sample_quantiles_lie_between_the_order_statistics),
    };

    return cmocka_run_group_tests_name("doubt", tests, NULL, NULL);
}
