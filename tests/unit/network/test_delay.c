#include "bkt.h"
#include "buckle/network.h"

/* Mean wait of M/M/s by the Erlang C formula (Erlang 1917), in units of the service time. */
static double
erlang_wait(int servers, double utilisation)
{
    const double load = servers * utilisation;
    double       term = 1.0, sum = 1.0; /* load^k / k!, k = 0 */

    for (int k = 1; k < servers; k++)
        sum += term *= load / k;
    term *= load / servers / (1.0 - utilisation);
    return term / (sum + term) / (servers * (1.0 - utilisation));
}

static double
wait_at(double servers, double cv, double utilisation)
{
    double wait, slope;

    bk_queue_wait(servers, 2.0, cv, utilisation, &wait, &slope);
    return wait;
}

static double
slope_at(double servers, double cv, double utilisation)
{
    double wait, slope;

    bk_queue_wait(servers, 2.0, cv, utilisation, &wait, &slope);
    return slope;
}

static void
one_exponential_server_waits_as_the_closed_form_says(void **state)
{
    (void)state;
    for (double r = 0.0; r <= 0.98; r += 0.07)
        bkt_close(wait_at(1.0, 1.0, r), 2.0 * r / (1.0 - r), 1e-14, 0);
}

/* Pollaczek (1930), Khinchin (1932): M/G/1 waits (1 + cv^2) / 2 times as long as M/M/1. */
static void
one_general_server_waits_as_pollaczek_and_khinchin_say(void **state)
{
    (void)state;
    for (double cv = 0.0; cv < 3.0; cv += 0.5)
        bkt_close(wait_at(1.0, cv, 0.8), 2.0 * 0.8 / 0.2 * (1.0 + cv * cv) / 2.0, 1e-14, 0);
}

/* wait = probability of waiting x service time / (servers (1 - utilisation)).  The form's probability lies within about
 * 0.05 of Erlang's for up to 20 servers (tables at cuscus.hatenadiary.org/entry/20100604/p1). */
static void
several_servers_wait_with_nearly_erlang_s_probability(void **state)
{
    (void)state;
    for (int s = 2; s <= 20; s++)
        for (double r = 0.02; r < 0.98; r += 0.04) {
            const double per_probability = 1.0 / (s * (1.0 - r));
            bkt_close(wait_at(s, 1.0, r) / 2.0 / per_probability, erlang_wait(s, r) / per_probability, 0.0, 0.055);
        }
}

/* Both probabilities tend to 1 with the utilisation, so that the waits agree in heavy traffic. */
static void
waits_approach_erlang_s_in_heavy_traffic(void **state)
{
    (void)state;
    for (int s = 2; s <= 20; s++) {
        const double far = wait_at(s, 1.0, 0.9) / 2.0 / erlang_wait(s, 0.9) - 1.0;
        const double near = wait_at(s, 1.0, 0.98) / 2.0 / erlang_wait(s, 0.98) - 1.0;
        assert_true(fabs(near) < fabs(far) && fabs(near) < 0.01);
    }
}

static void
slope_is_the_derivative_of_wait(void **state)
{
    const double servers[] = {0.3, 1.0, 1.5, 2.0, 3.7, 12.0}, step = 1e-6;
    (void)state;

    for (size_t i = 0; i < sizeof servers / sizeof servers[0]; i++)
        for (double r = 0.05; r < 1.8; r += 0.0917) {
            const double numeric =
                (wait_at(servers[i], 0.6, r + step) - wait_at(servers[i], 0.6, r - step)) / (2.0 * step);
            bkt_close(slope_at(servers[i], 0.6, r), numeric, 1e-6, 1e-9);
        }
}

/* At the knee the value, the slope and the curvature from the left equal those from the right. */
static void
the_curve_goes_on_twice_differentiable_past_the_knee(void **state)
{
    const double knee = 0.98, step = 1e-7;
    (void)state;

    for (double servers = 1.0; servers < 9.0; servers += 1.7) {
        const double left = (slope_at(servers, 1.0, knee) - slope_at(servers, 1.0, knee - step)) / step;
        const double right = (slope_at(servers, 1.0, knee + step) - slope_at(servers, 1.0, knee)) / step;
        bkt_close(wait_at(servers, 1.0, nextafter(knee, 1.0)), wait_at(servers, 1.0, knee), 1e-11, 0);
        bkt_close(slope_at(servers, 1.0, nextafter(knee, 1.0)), slope_at(servers, 1.0, knee), 1e-11, 0);
        bkt_close(right, left, 3e-5, 0); /* a difference over 1e-7 where the third derivative is about 3/0.02 of it */
    }
}

static void
wait_rises_with_utilisation_without_bound_but_stays_finite(void **state)
{
    (void)state;
    for (double servers = 0.25; servers < 40.0; servers *= 2.0) {
        double last = wait_at(servers, 0.8, 0.0);
        bkt_close(last, 0.0, 0, 0);
        for (double r = 0.01; r < 30.0; r *= 1.1) {
            const double wait = wait_at(servers, 0.8, r);
            assert_true(isfinite(wait) && wait >= last && slope_at(servers, 0.8, r) >= 0.0);
            last = wait;
        }
        assert_true(last > 100.0 / servers);
    }
}

static void
unlimited_lanes_and_an_idle_post_do_not_wait(void **state)
{
    (void)state;
    assert_true(wait_at(INFINITY, 1.0, 0.7) == 0.0 && slope_at(INFINITY, 1.0, 0.7) == 0.0);
    assert_true(wait_at(3.0, 1.0, 0.0) == 0.0 && slope_at(3.0, 1.0, 0.0) == 0.0);
    bkt_close(slope_at(1.0, 1.0, 0.0), 2.0, 1e-15, 0); /* M/M/1: d/dr of h r / (1 - r) at 0 is h */
}

/* Half a lane serves like one that takes twice as long. */
static void
a_fraction_of_a_lane_is_a_slower_lane(void **state)
{
    double wait, slope;
    (void)state;

    bk_queue_wait(1.0, 4.0, 0.7, 0.6, &wait, &slope);
    bkt_close(wait_at(0.5, 0.7, 0.6), wait, 1e-14, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_exponential_server_waits_as_the_closed_form_says),
        cmocka_unit_test(one_general_server_waits_as_pollaczek_and_khinchin_say),
        cmocka_unit_test(several_servers_wait_with_nearly_erlang_s_probability),
        cmocka_unit_test(waits_approach_erlang_s_in_heavy_traffic),
        cmocka_unit_test(slope_is_the_derivative_of_wait),
        cmocka_unit_test(the_curve_goes_on_twice_differentiable_past_the_knee),
        cmocka_unit_test(wait_rises_with_utilisation_without_bound_but_stays_finite),
        cmocka_unit_test(unlimited_lanes_and_an_idle_post_do_not_wait),
        cmocka_unit_test(a_fraction_of_a_lane_is_a_slower_lane),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
