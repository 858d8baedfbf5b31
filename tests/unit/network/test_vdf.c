#include "bkt.h"
#include "buckle/network.h"

enum { N = 7 };

static const double free_time[N] = {1.0, 2.5, 0.0, 4.0, 1.5, 3.0, 2.0};
static const double capacity[N] = {10.0, 3.0, 5.0, INFINITY, 7.0, 1.0, 20.0};
static const double b[N] = {0.15, 0.5, 0.15, 0.15, 0.0, 1.0, 0.15};
static const double flow[N] = {0.0, 4.0, 5.0, 6.0, 14.0, 0.5, 21.0};
static const double ones[N] = {1, 1, 1, 1, 1, 1, 1}, fours[N] = {4, 4, 4, 4, 4, 4, 4};
static const double mixed[N] = {1.0, 4.0, 2.5, 3.0, 1.2, 6.0, 4.9}, steep[N] = {2.0, 4.0, 3.0, 5.0, 1.5, 8.0, 10.0};

static const bk_vdf forms[] = {
    {BK_VDF_LINEAR, N, free_time, capacity, b, NULL, 0.0},      {BK_VDF_BPR, N, free_time, capacity, b, ones, 1.0},
    {BK_VDF_BPR, N, free_time, capacity, b, fours, 4.0},        {BK_VDF_BPR, N, free_time, capacity, b, mixed, 0.0},
    {BK_VDF_CONICAL, N, free_time, capacity, NULL, steep, 0.0},
};
enum { N_FORMS = sizeof forms / sizeof forms[0] };

/* t0 (1 + b (x / q)^p): Bureau of Public Roads (1964), by hand. */
static void
bpr_times_are_the_formula(void **state)
{
    double time[N], slope[N];
    (void)state;

    bk_vdf_eval(&forms[2], flow, time, slope);
    bkt_close(time[0], 1.0, 0, 0);
    bkt_close(time[1], 2.5 * (1.0 + 0.5 * 256.0 / 81.0), 1e-15, 0); /* (4/3)^4 = 256/81 */
    bkt_close(time[2], 0.0, 0, 0);
    bkt_close(time[3], 4.0, 0, 0);
    bkt_close(time[5], 3.0 * (1.0 + 1.0 / 16.0), 1e-15, 0);
    bkt_close(slope[5], 3.0 * 4.0 / 8.0, 1e-15, 0); /* t0 b p r^3 / q, r = 1/2 */
}

static void
one_power_for_all_is_the_general_formula(void **state)
{
    const bk_vdf general[] = {{BK_VDF_BPR, N, free_time, capacity, b, ones, 0.0},
                              {BK_VDF_BPR, N, free_time, capacity, b, fours, 0.0}};
    (void)state;

    for (size_t i = 0; i < 2; i++) {
        double time[N], slope[N], general_time[N], general_slope[N];
        bk_vdf_eval(&forms[1 + i], flow, time, slope);
        bk_vdf_eval(&general[i], flow, general_time, general_slope);
        for (size_t a = 0; a < N; a++) {
            bkt_close(time[a], general_time[a], 1e-14, 0);
            bkt_close(slope[a], general_slope[a], 1e-14, 0);
        }
    }
}

/* Spiess (1990), conditions on a congestion function: f(0) = 1, f(1) = 2, f'(1) = steepness. */
static void
conical_is_one_when_empty_and_two_at_capacity(void **state)
{
    double time, slope;
    (void)state;

    for (size_t a = 0; a < N; a++) {
        if (isinf(capacity[a]))
            continue;
        bk_vdf_eval_arc(&forms[4], a, 0.0, &time, &slope);
        bkt_close(time, free_time[a], 1e-13, 0);
        bk_vdf_eval_arc(&forms[4], a, capacity[a], &time, &slope);
        bkt_close(time, 2.0 * free_time[a], 1e-13, 0);
        bkt_close(slope, free_time[a] * steep[a] / capacity[a], 1e-13, 0);
    }
}

static void
slope_is_the_derivative_of_time_and_time_that_of_the_integral(void **state)
{
    const double step = 1e-5;
    (void)state;

    for (size_t i = 0; i < N_FORMS; i++)
        for (double x = 0.1; x < 30.0; x *= 1.7) {
            double at[N], less[N], more[N], time[N], slope[N], time_less[N], time_more[N], unused[N];
            double integral_less[N], integral_more[N];
            for (size_t a = 0; a < N; a++) {
                at[a] = x;
                less[a] = x - step;
                more[a] = x + step;
            }
            bk_vdf_eval(&forms[i], at, time, slope);
            bk_vdf_eval(&forms[i], less, time_less, unused);
            bk_vdf_eval(&forms[i], more, time_more, unused);
            bk_vdf_integral(&forms[i], less, integral_less);
            bk_vdf_integral(&forms[i], more, integral_more);
            for (size_t a = 0; a < N; a++) {
                bkt_close(slope[a], (time_more[a] - time_less[a]) / (2.0 * step), 1e-6, 1e-9 * (1.0 + time[a]));
                bkt_close(time[a], (integral_more[a] - integral_less[a]) / (2.0 * step), 1e-7,
                          1e-10 * (1.0 + integral_more[a]));
            }
        }
}

static void
the_integral_of_no_flow_is_nothing(void **state)
{
    const double none[N] = {0};
    double       integral[N];
    (void)state;

    for (size_t i = 0; i < N_FORMS; i++) {
        bk_vdf_integral(&forms[i], none, integral);
        for (size_t a = 0; a < N; a++)
            bkt_close(integral[a], 0.0, 0, 1e-13);
    }
}

static void
one_arc_gives_the_same_bits_as_all_at_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_FORMS; i++) {
        double time[N], slope[N];
        bk_vdf_eval(&forms[i], flow, time, slope);
        for (size_t a = 0; a < N; a++) {
            double one_time, one_slope;
            bk_vdf_eval_arc(&forms[i], a, flow[a], &one_time, &one_slope);
            assert_true(one_time == time[a] && one_slope == slope[a]);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bpr_times_are_the_formula),
        cmocka_unit_test(one_power_for_all_is_the_general_formula),
        cmocka_unit_test(conical_is_one_when_empty_and_two_at_capacity),
        cmocka_unit_test(slope_is_the_derivative_of_time_and_time_that_of_the_integral),
        cmocka_unit_test(the_integral_of_no_flow_is_nothing),
        cmocka_unit_test(one_arc_gives_the_same_bits_as_all_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
