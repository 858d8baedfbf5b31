#include "bkt.h"
#include "buckle/base.h"

#define N 100003 /* odd, so that every vector width leaves a rest */

typedef void (*batch)(size_t n, const double *x, double *y);

#ifdef BKT_WIDTHS /* exp.c once more for each width, see meson.build */
void bkt_exp_narrow(size_t n, const double *x, double *y);
void bkt_exp_avx2(size_t n, const double *x, double *y);
void bkt_exp_avx512(size_t n, const double *x, double *y);
void bkt_log_narrow(size_t n, const double *x, double *y);
void bkt_log_avx2(size_t n, const double *x, double *y);
void bkt_log_avx512(size_t n, const double *x, double *y);
#endif

static double arguments[N], values[N];

static double
distance_in_ulps(double actual, long double exact)
{
    const double nearest = fabs((double)exact);
    const double ulp = nextafter(nearest, INFINITY) - nearest;

    return (double)fabsl((actual - exact) / ulp);
}

static void
draw_exponents(void)
{
    for (size_t i = 0; i < N; i++)
        arguments[i] = i % 2 == 0 ? -708.0 + 1417.0 * bk_uniform(1, 0, i) : 4.0 * bk_uniform(1, 1, i) - 2.0;
}

static void
draw_positives(void)
{
    for (size_t i = 0; i < N; i++)
        arguments[i] = i % 2 == 0 ? ldexp(1.0 + bk_uniform(2, 0, i), (int)(i % 2044) - 1022) /* all normal exponents */
                                  : 0.5 + bk_uniform(2, 1, i);                               /* around the zero at 1 */
}

static void
exponentials_are_within_an_ulp_of_extended_precision(void **state)
{
    (void)state;
    double worst = 0.0;

    draw_exponents();
    bk_exp(N, arguments, values);
    for (size_t i = 0; i < N; i++)
        worst = fmax(worst, distance_in_ulps(values[i], expl(arguments[i])));
    assert_true(worst < 1.0);
}

static void
logarithms_are_within_an_ulp_of_extended_precision(void **state)
{
    (void)state;
    double worst = 0.0;

    draw_positives();
    bk_log_batch(N, arguments, values);
    for (size_t i = 0; i < N; i++)
        worst = fmax(worst, distance_in_ulps(values[i], logl(arguments[i])));
    assert_true(worst < 1.0);
}

static void
known_points_of_the_exponential_are_met(void **state)
{
    (void)state;
    const double x[] = {0.0, -0.0, 1.0, -708.0, 709.0, -708.0000001, -1e6, -1e300, -INFINITY};
    double       y[9];

    bk_exp(9, x, y);
    bkt_close(y[0], 1.0, 0.0, 0.0);
    bkt_close(y[1], 1.0, 0.0, 0.0);
    bkt_close(y[2], 2.718281828459045, 1e-15, 0.0);
    bkt_close(y[3], 3.307553003638408e-308, 1e-15, 0.0); /* exp(-708), exp(709): 30 digits of mpmath */
    bkt_close(y[4], 8.218407461554972e+307, 1e-15, 0.0);
    for (int i = 5; i < 9; i++)
        bkt_close(y[i], 0.0, 0.0, 0.0);
}

static void
known_points_of_the_logarithm_are_met(void **state)
{
    (void)state;
    const double x[] = {1.0, 2.0, 10.0, 0x1p-1022, 1.7976931348623157e308, 1.0 + 0x1p-52, 1.0 - 0x1p-53};
    double       y[7];

    bk_log_batch(7, x, y);
    bkt_close(y[0], 0.0, 0.0, 0.0);
    bkt_close(y[1], 0.6931471805599453, 2e-16, 0.0);
    bkt_close(y[2], 2.302585092994046, 2e-16, 0.0);
    bkt_close(y[3], -1022.0 * 0.6931471805599453, 4e-16, 0.0);
    bkt_close(y[4], 1024.0 * 0.6931471805599453, 4e-16, 0.0);
    bkt_close(y[5], 0x1p-52 - 0x1p-105, 2e-16, 0.0); /* the series of log(1 + f) */
    bkt_close(y[6], -0x1p-53 - 0x1p-107, 2e-16, 0.0);
}

static void
a_nan_is_not_hidden(void **state)
{
    (void)state;
    const double x = NAN;
    double       y = 1.0;

    bk_exp(1, &x, &y);
    assert_true(isnan(y));
}

/* One after the other, in place, and from any start: the same bits as in one sweep. */
static void
assert_place_does_not_matter(batch function)
{
    static double again[N];

    function(N, arguments, values);
    for (size_t i = 0; i < N; i++)
        function(1, &arguments[i], &again[i]);
    assert_memory_equal(values, again, sizeof values);
    for (size_t start = 1; start < 20; start++) {
        memcpy(again, arguments, sizeof again);
        function(N - start, again + start, again + start);
        assert_memory_equal(values + start, again + start, (N - start) * sizeof *again);
    }
}

static void
the_place_in_the_array_does_not_change_bits(void **state)
{
    (void)state;

    draw_exponents();
    assert_place_does_not_matter(bk_exp);
    draw_positives();
    assert_place_does_not_matter(bk_log_batch);
}

#ifdef BKT_WIDTHS
static void
assert_same_bits(batch first, batch second)
{
    static double others[N];

    first(N, arguments, values);
    second(N, arguments, others);
    assert_memory_equal(values, others, sizeof values);
}

static void
every_vector_width_gives_the_same_bits(void **state)
{
    (void)state;

    draw_exponents();
    assert_same_bits(bk_exp, bkt_exp_narrow);
    if (__builtin_cpu_supports("avx2"))
        assert_same_bits(bk_exp, bkt_exp_avx2);
    if (__builtin_cpu_supports("avx512f"))
        assert_same_bits(bk_exp, bkt_exp_avx512);
    draw_positives();
    assert_same_bits(bk_log_batch, bkt_log_narrow);
    if (__builtin_cpu_supports("avx2"))
        assert_same_bits(bk_log_batch, bkt_log_avx2);
    if (__builtin_cpu_supports("avx512f"))
        assert_same_bits(bk_log_batch, bkt_log_avx512);
}
#endif

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exponentials_are_within_an_ulp_of_extended_precision),
        cmocka_unit_test(logarithms_are_within_an_ulp_of_extended_precision),
        cmocka_unit_test(known_points_of_the_exponential_are_met),
        cmocka_unit_test(known_points_of_the_logarithm_are_met),
        cmocka_unit_test(a_nan_is_not_hidden),
        cmocka_unit_test(the_place_in_the_array_does_not_change_bits),
#ifdef BKT_WIDTHS
        cmocka_unit_test(every_vector_width_gives_the_same_bits),
#endif
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
