/* Inspection against delay in closed form. */
#include "bkt.h"
#include "buckle/border.h"
#include "buckle/network.h"

/* A quarter inspected, 2 h released, 10 h inspected: mean 4, variance between 0.1875 x 64 = 12; within 4. */
static const bk_border       row = {.open = true,
                                    .control_hours = 2.0,
                                    .inspection_hours = 10.0,
                                    .inspected_share = 0.25,
                                    .hours_sd = 4.0,
                                    .lanes = 1.0,
                                    .service_hours = 0.5,
                                    .service_cv = 1.0,
                                    .tonnes_per_vehicle = 20.0};
static const bk_post_traffic traffic = {.tonnes = 1000.0,
                                        .utilisation = 0.5,
                                        .factor = 1.5,
                                        .usd_per_queue_hour = 2000.0,
                                        .usd_per_control_hour = 3000.0,
                                        .usd_per_variance = 100.0};

static void
moments_are_those_of_the_times_drawn_one_by_one(void **state)
{
    static const double times[] = {2.0, 2.0, 2.0, 10.0};
    double              mean, variance, sum = 0.0, squares = 0.0;

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        sum += times[i] / 4.0;
        squares += times[i] * times[i] / 4.0;
    }
    bk_inspection_moments(2.0, 10.0, 0.25, &mean, &variance);
    bkt_close(mean, sum, 1e-15, 0);
    bkt_close(variance, squares - sum * sum, 1e-15, 0);
}

static void
at_the_share_of_the_row_the_delay_is_the_row_s_own(void **state)
{
    bk_post_delay delay;

    (void)state;
    bk_post_delay_at(&row, &traffic, 0.25, &delay);
    bkt_close(delay.control_hours, 1.5 * 4.0, 1e-15, 0);
    bkt_close(delay.queue_hours, 0.5, 1e-14, 0); /* M/M/1: h r / (1 - r) = 0.5 x 0.5 / 0.5 */
    bkt_close(delay.spread_hours, 1.5 * 4.0, 1e-15, 0);
    bkt_close(delay.usd_per_year, 3000.0 * 4.0 + 2000.0 * 0.5 + 100.0 * 16.0, 1e-14, 0);
    bkt_close(delay.usd_per_tonne, delay.usd_per_year / 1000.0, 1e-15, 0);
}

static void
where_all_or_none_are_inspected_only_the_spread_within_is_left(void **state)
{
    bk_post_delay none, all;

    (void)state;
    bk_post_delay_at(&row, &traffic, 0.0, &none);
    bk_post_delay_at(&row, &traffic, 1.0, &all);
    bkt_close(none.spread_hours, 1.5 * 2.0, 1e-14, 0); /* sqrt(16 - 12) */
    bkt_close(all.spread_hours, 1.5 * 2.0, 1e-14, 0);
    bkt_close(none.control_hours, 1.5 * 2.0, 1e-15, 0);
    bkt_close(all.control_hours, 1.5 * 10.0, 1e-15, 0);
    bkt_close(all.queue_hours, none.queue_hours, 0, 0);
}

static void
a_spread_below_that_of_the_two_classes_never_becomes_less_than_nothing(void **state)
{
    bk_border     narrow = row;
    bk_post_delay delay;

    (void)state;
    assert_false(bk_post_spread_is_short(&row));
    narrow.hours_sd = 3.0; /* 9 < 12 */
    assert_true(bk_post_spread_is_short(&narrow));
    bk_post_delay_at(&narrow, &traffic, 0.0, &delay);
    bkt_close(delay.spread_hours, 0.0, 0, 0);
    bk_post_delay_at(&narrow, &traffic, 0.25, &delay);
    bkt_close(delay.spread_hours, 1.5 * 3.0, 1e-15, 0);
}

/* Half of all inspected: between the classes lies a quarter of the squared difference, in whatever unit. */
static void
a_spread_is_short_below_half_of_the_difference(void **state)
{
    static const double differences[] = {1.0, 100.0};

    (void)state;
    for (size_t d = 0; d < 2; d++) {
        bk_border half = {.inspection_hours = differences[d], .inspected_share = 0.5};
        half.hours_sd = 0.499 * differences[d];
        assert_true(bk_post_spread_is_short(&half));
        half.hours_sd = 0.501 * differences[d];
        assert_false(bk_post_spread_is_short(&half));
        half.hours_sd = 0.5 * differences[d]; /* all of the spread is between the classes: enough */
        assert_false(bk_post_spread_is_short(&half));
    }
}

static void
a_share_point_less_saves_the_slope_of_the_cost(void **state)
{
    const double    step = 1e-4;
    bk_post_delay   before, after;
    bk_post_savings savings;

    (void)state;
    bk_post_delay_at(&row, &traffic, 0.25 - step, &before);
    bk_post_delay_at(&row, &traffic, 0.25 + step, &after);
    bk_post_value(&row, &traffic, &savings);
    /* cost is quadratic in the share, so the central difference is exact but for rounding */
    bkt_close(savings.share_point_less, 0.01 * (after.usd_per_year - before.usd_per_year) / (2.0 * step), 1e-8, 0);
}

static void
lanes_service_and_spread_are_worth_what_the_closed_forms_say(void **state)
{
    const double    n = sqrt(6.0) - 1.0; /* two lanes, utilisation a quarter: (h / 2) r^n / (1 - r) */
    bk_post_savings savings;

    (void)state;
    bk_post_value(&row, &traffic, &savings);
    bkt_close(savings.lane_more, 2000.0 * (0.5 - 0.25 * pow(0.25, n) / 0.75), 1e-13, 0);
    bkt_close(savings.service_halved, 2000.0 * (0.5 - 0.25 * 0.25 / 0.75), 1e-13, 0);
    bkt_close(savings.spread_halved, 100.0 * (16.0 - 4.0), 1e-14, 0);
}

static void
without_lanes_there_is_no_queue_and_nothing_to_save_in_it(void **state)
{
    bk_border       open = row;
    bk_post_delay   delay;
    bk_post_savings savings;

    (void)state;
    open.lanes = INFINITY;
    bk_post_delay_at(&open, &traffic, 0.5, &delay);
    bk_post_value(&open, &traffic, &savings);
    bkt_close(delay.queue_hours, 0.0, 0, 0);
    bkt_close(savings.lane_more, 0.0, 0, 0);
    bkt_close(savings.service_halved, 0.0, 0, 0);
}

static void
without_traffic_nothing_costs(void **state)
{
    const bk_post_traffic empty = {.factor = 1.0};
    bk_post_delay         delay;

    (void)state;
    bk_post_delay_at(&row, &empty, 0.25, &delay);
    bkt_close(delay.usd_per_tonne, 0.0, 0, 0);
    bkt_close(delay.usd_per_year, 0.0, 0, 0);
    bkt_close(delay.control_hours, 4.0, 1e-15, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moments_are_those_of_the_times_drawn_one_by_one),
        cmocka_unit_test(at_the_share_of_the_row_the_delay_is_the_row_s_own),
        cmocka_unit_test(where_all_or_none_are_inspected_only_the_spread_within_is_left),
        cmocka_unit_test(a_spread_below_that_of_the_two_classes_never_becomes_less_than_nothing),
        cmocka_unit_test(a_spread_is_short_below_half_of_the_difference),
        cmocka_unit_test(a_share_point_less_saves_the_slope_of_the_cost),
        cmocka_unit_test(lanes_service_and_spread_are_worth_what_the_closed_forms_say),
        cmocka_unit_test(without_lanes_there_is_no_queue_and_nothing_to_save_in_it),
        cmocka_unit_test(without_traffic_nothing_costs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
