/* Stays at posts from logs whose stays are known. */
#include "bkt_open.h"
#include "buckle/dwell.h"

#include <math.h>

enum { EAST, GATE, WEST, FAR };

static const bk_node     nodes[] = {{.id = "east", .lon = 80.0, .lat = 45.0, .country = 0},
                                    {.id = "gate", .lon = 79.0, .lat = 45.0, .country = 1},
                                    {.id = "west", .lon = 75.0, .lat = 45.0, .country = 1},
                                    {.id = "far", .lon = 60.0, .lat = 45.0, .country = 2}};
static const char *const modes[] = {"rail", "road"};
static const bk_border   rows[] = {
      {.node = GATE, .mode = 0, .from_country = 0, .to_country = 1, .side = BK_ENTRY, .open = true},
      {.node = GATE, .mode = 0, .from_country = 1, .to_country = 0, .side = BK_EXIT, .open = true},
      {.node = GATE, .mode = 1, .from_country = 1, .to_country = 0, .side = BK_EXIT, .open = true},
};
static const bk_model model = {
    .has_network = true,
    .network = {.n_nodes = 4, .nodes = nodes, .n_borders = 3, .borders = rows, .n_modes = 2, .modes = modes}};

#define HOUR 3600.0

static bk_trip_event
event(uint32_t shipment, uint32_t node, bool departs, double hours)
{
    return (bk_trip_event){.shipment = shipment,
                           .node = node,
                           .mode = BK_NONE,
                           .destination = BK_NONE,
                           .departs = departs,
                           .time = hours * HOUR};
}

static bk_dwells
learn(const bk_trip_event *events, size_t n)
{
    const bk_trip_log       log = {.n_events = n, .events = events};
    const bk_dwell_settings settings = bk_dwell_default_settings();
    bk_dwells               out;

    assert_int_equal(bk_dwell_learn(ctx, &model, &log, &settings, &arena, &out), BK_OK);
    return out;
}

/* East to west: leaves at t, at the gate from t + 2 for `stay`, in the west four hours later. */
static size_t
westward(bk_trip_event *events, uint32_t shipment, double t, double stay)
{
    events[0] = event(shipment, EAST, true, t);
    events[1] = event(shipment, GATE, false, t + 2.0);
    events[2] = event(shipment, GATE, true, t + 2.0 + stay);
    events[3] = event(shipment, WEST, false, t + 6.0 + stay);
    return 4;
}

static void
a_stay_belongs_to_the_row_of_its_direction(void **state)
{
    bk_trip_event events[8];

    (void)state;
    westward(events, 0, 0.0, 5.0);
    events[4] = event(1, WEST, true, 0.0);
    events[5] = event(1, GATE, false, 4.0);
    events[5].mode = 1;
    events[6] = event(1, GATE, true, 11.0);
    events[7] = event(1, EAST, false, 13.0);
    const bk_dwells out = learn(events, 8);
    assert_int_equal(out.n, 2);
    assert_int_equal(out.dwells[0].border, 0);
    bkt_close(out.dwells[0].mean, 5.0, 1e-15, 0);
    assert_int_equal(out.dwells[1].border, 2); /* by road, as the log says */
    bkt_close(out.dwells[1].mean, 7.0, 1e-15, 0);
    assert_int_equal(out.dwells[1].hour_n[4], 1);
}

static void
what_cannot_be_told_is_counted_by_its_reason(void **state)
{
    static const double expected[] = {[BK_STAY_GAP] = 1,    [BK_STAY_CLOCK] = 3, [BK_STAY_DIRECTION] = 1,
                                      [BK_STAY_NO_ROW] = 1, [BK_STAY_MODE] = 1,  [BK_STAY_LONG] = 1};
    const bk_trip_event events[] = {
        /* 0: departure from the gate not logged */
        event(0, EAST, true, 0), event(0, GATE, false, 2), event(0, WEST, false, 9),
        /* 1: the clock of the west stands between arrival and departure */
        event(1, EAST, true, 0), event(1, GATE, false, 2), event(1, WEST, false, 3), event(1, GATE, true, 8),
        /* 2: 80 km in six minutes */
        event(2, EAST, true, 0), event(2, GATE, false, 0.1), event(2, GATE, true, 8), event(2, WEST, false, 12),
        /* 3: no time passed */
        event(3, EAST, true, 0), event(3, GATE, false, 2), event(3, GATE, true, 2), event(3, WEST, false, 12),
        /* 4: nothing before, nothing after */
        event(4, GATE, false, 2), event(4, GATE, true, 5),
        /* 5: from a country that has no row here */
        event(5, FAR, true, 0), event(5, GATE, false, 40), event(5, GATE, true, 42), event(5, WEST, false, 47),
        /* 6: eastward, by rail or by road */
        event(6, WEST, true, 0), event(6, GATE, false, 5), event(6, GATE, true, 7), event(6, EAST, false, 9),
        /* 7: a hundred days */
        event(7, EAST, true, 0), event(7, GATE, false, 2), event(7, GATE, true, 2402), event(7, WEST, false, 2409)};

    (void)state;
    const bk_dwells out = learn(events, sizeof events / sizeof *events);
    assert_int_equal(out.n_stays, 0);
    for (int why = 0; why < BK_STAY_DROP_COUNT; why++)
        bkt_close((double)out.dropped[why], expected[why], 0, 0);
}

static void
repeats_and_order_do_not_matter(void **state)
{
    bk_trip_event events[8], shuffled[8];

    (void)state;
    westward(events, 0, 0.0, 5.0);
    westward(events + 4, 1, 3.0, 7.0);
    for (size_t e = 0; e < 8; e++)
        shuffled[e] = events[(5 * e + 3) % 8];
    const bk_dwells a = learn(events, 8), b = learn(shuffled, 8);
    assert_int_equal(a.n_stays, 2);
    assert_memory_equal(a.dwells[0].hours, b.dwells[0].hours, 2 * sizeof(double));
    bkt_close(a.dwells[0].mean_low, b.dwells[0].mean_low, 0, 0);

    bk_trip_event repeated[10];
    for (size_t e = 0; e < 8; e++)
        repeated[e] = events[e];
    repeated[8] = event(0, GATE, false, 2.5); /* arrives again: the first counts */
    repeated[9] = event(0, GATE, true, 7.5);  /* departs again: the last counts */
    const bk_dwells c = learn(repeated, 10);
    assert_int_equal(c.n_repeats, 2);
    bkt_close(c.dwells[0].hours[0], 5.5, 1e-15, 0);
    for (int departs = 0; departs <= 1; departs++) { /* one of the two alone */
        repeated[8] = event(0, GATE, departs, departs ? 7.5 : 2.5);
        const bk_dwells one = learn(repeated, 9);
        assert_int_equal(one.n_repeats, 1);
        bkt_close(one.dwells[0].hours[0], departs ? 5.5 : 5.0, 1e-15, 0);
    }
}

static void
outliers_are_counted_and_left_out(void **state)
{
    bk_trip_event events[4 * 41];
    size_t        n = 0;

    (void)state;
    for (uint32_t s = 0; s < 40; s++)
        n += westward(events + n, s, 10.0 * s, 4.0 + 0.05 * s);
    n += westward(events + n, 40, 0.0, 1000.0);
    const bk_dwells out = learn(events, n);
    assert_int_equal(out.dwells[0].n, 40);
    assert_int_equal(out.dwells[0].n_outliers, 1);
    bkt_close(out.dwells[0].mean, 4.0 + 0.05 * 19.5, 1e-12, 0);
    bkt_close(out.dwells[0].sd, 0.05 * sqrt(40.0 * 41.0 / 12.0), 1e-12, 0); /* of an arithmetic progression */
    /* shipment s arrives at hour 2 + 10 s: every twelfth one at the same hour of the day */
    for (uint32_t s = 0; s < 12; s++) {
        double sum = 0.0;
        size_t count = 0;
        for (uint32_t other = s; other < 40; other += 12, count++)
            sum += 4.0 + 0.05 * other;
        assert_int_equal(out.dwells[0].hour_n[(2 + 10 * s) % 24], count);
        bkt_close(out.dwells[0].hour_mean[(2 + 10 * s) % 24], sum / (double)count, 1e-12, 0);
    }
}

/* P(Binomial(40, 1/2) <= 13) = 0.0192, <= 14 0.0403: the interval runs from the 14th to the 27th of 40. */
static void
the_interval_of_the_median_is_that_of_order_statistics(void **state)
{
    bk_trip_event events[4 * 40];
    size_t        n = 0;

    (void)state;
    for (uint32_t s = 0; s < 40; s++)
        n += westward(events + n, s, 10.0 * s, 4.0 + 0.05 * s);
    const bk_dwells out = learn(events, n);
    bkt_close(out.dwells[0].median_low, 4.0 + 0.05 * 13, 1e-12, 0);
    bkt_close(out.dwells[0].median_high, 4.0 + 0.05 * 26, 1e-12, 0);
    bkt_close(out.dwells[0].median, 4.0 + 0.05 * 19.5, 1e-12, 0);
}

/* Of 400 samples of 30 lognormal stays, the 95 % intervals hold the true mean and median about that often.  The mean's
 * percentile bootstrap of a skewed law falls short by a few points (Efron & Tibshirani 1993, 14.3). */
static void
intervals_hold_the_truth_as_often_as_they_say(void **state)
{
    static bk_trip_event events[4 * 30];
    const double         mean = exp(1.5 + 0.125), median = exp(1.5);
    size_t               holds_mean = 0, holds_median = 0;

    (void)state;
    for (uint64_t sample = 0; sample < 400; sample++) {
        size_t n = 0;
        for (uint32_t s = 0; s < 30; s++)
            n += westward(events + n, s, 100.0 * s, exp(1.5 + 0.5 * bk_normal_quantile(bk_uniform(7, sample, s))));
        const bk_trip_log       log = {.n_events = n, .events = events};
        const bk_dwell_settings settings = {.most_kmh = 150, .most_hours = 1e4, .outlier = 100, .seed = sample};
        bk_dwells               out;
        assert_int_equal(bk_dwell_learn(ctx, &model, &log, &settings, &arena, &out), BK_OK);
        holds_mean += out.dwells[0].mean_low <= mean && mean <= out.dwells[0].mean_high;
        holds_median += out.dwells[0].median_low <= median && median <= out.dwells[0].median_high;
    }
    assert_in_range(holds_mean, 356, 394);   /* 89 to 98.5 % */
    assert_in_range(holds_median, 370, 396); /* at least 95 % by construction, less three standard errors */
}

static void
what_remains_is_told_from_the_longer_stays(void **state)
{
    const double   hours[] = {2.0, 4.0, 6.0, 8.0};
    const bk_dwell dwell = {.n = 4, .hours = hours};
    double         mean, low, high;

    (void)state;
    assert_true(bk_dwell_remaining(&dwell, 4.0, 0.0, 1.0, &mean, &low, &high));
    bkt_close(mean, 3.0, 1e-15, 0);
    bkt_close(low, 2.0, 1e-15, 0);
    bkt_close(high, 4.0, 1e-15, 0);
    assert_false(bk_dwell_remaining(&dwell, 8.0, 0.0, 1.0, &mean, &low, &high));
    bkt_close(bk_dwell_quantile(hours, 4, 0.5), 5.0, 1e-15, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stay_belongs_to_the_row_of_its_direction),
        cmocka_unit_test(what_cannot_be_told_is_counted_by_its_reason),
        cmocka_unit_test(repeats_and_order_do_not_matter),
        cmocka_unit_test(outliers_are_counted_and_left_out),
        cmocka_unit_test(the_interval_of_the_median_is_that_of_order_statistics),
        cmocka_unit_test(intervals_hold_the_truth_as_often_as_they_say),
        cmocka_unit_test(what_remains_is_told_from_the_longer_stays),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
