#include "bkt.h"
#include "buckle/base.h"

static void
small_terms_survive_between_large_ones_that_cancel(void **state)
{
    (void)state;
    const double x[] = {1.0, 1e100, 1.0, -1e100}; /* Neumaier's own case; plain and Kahan's sum give 0 */

    bkt_close(bk_sum(x, 4), 2.0, 0.0, 0.0);
}

/* Multiples of 2^-40 below 2^21 in size, added as integers: the sum is exact there. */
static void
a_long_sum_agrees_with_exact_integers(void **state)
{
    (void)state;
    static double x[100000];
    int64_t       exact = 0;

    for (size_t i = 0; i < 100000; i++) {
        const int64_t unit = (int64_t)((bk_uniform(1, 2, i) - 0.5) * 0x1p52);
        exact += unit / 131072;
        x[i] = (double)(unit / 131072) * 0x1p-40;
    }
    bkt_close(bk_sum(x, 100000), (double)exact * 0x1p-40, 0x1p-52, 0.0);
}

static void
a_tenth_a_million_times_is_exact_to_the_last_bit(void **state)
{
    (void)state;
    static double x[1000000];

    for (size_t i = 0; i < 1000000; i++)
        x[i] = 0.1;
    /* the double nearest to 0.1 times 10^6, rounded once */
    bkt_close(bk_sum(x, 1000000), (double)(0x1.999999999999ap-4L * 1000000.0L), 0.0, 0.0);
}

static void
the_sum_of_nothing_is_zero(void **state)
{
    (void)state;

    bkt_close(bk_sum(NULL, 0), 0.0, 0.0, 0.0);
}

static void
an_infinite_term_gives_an_infinite_sum(void **state)
{
    (void)state;
    const double x[] = {1.0, INFINITY, 2.0}, y[] = {-1.7e308, -1.7e308, 3.0};

    bkt_close(bk_sum(x, 3), INFINITY, 0.0, 0.0);
    bkt_close(bk_sum(y, 3), -INFINITY, 0.0, 0.0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_terms_survive_between_large_ones_that_cancel),
        cmocka_unit_test(a_long_sum_agrees_with_exact_integers),
        cmocka_unit_test(a_tenth_a_million_times_is_exact_to_the_last_bit),
        cmocka_unit_test(the_sum_of_nothing_is_zero),
        cmocka_unit_test(an_infinite_term_gives_an_infinite_sum),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
