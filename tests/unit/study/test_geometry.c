/* Great circles. */
#include "bkt.h"
#include "study/geometry.h"

static double points[BKI_MOST_POINTS][2];

static void
ends_are_the_places_given(void **state)
{
    const double from[] = {108.93, 34.26}, to[] = {6.76, 51.43};
    const size_t n = bki_great_circle(from, to, points);

    (void)state;
    assert_true(n > 2);
    for (int axis = 0; axis < 2; axis++) {
        bkt_close(points[0][axis], from[axis], 0.0, 0.0);
        bkt_close(points[n - 1][axis], to[axis], 0.0, 0.0);
    }
}

static void
the_equator_stays_on_the_equator(void **state)
{
    const double from[] = {0.0, 0.0}, to[] = {90.0, 0.0};
    const size_t n = bki_great_circle(from, to, points);

    (void)state;
    for (size_t p = 0; p < n; p++) {
        bkt_close(points[p][1], 0.0, 0.0, 1e-12);
        bkt_close(points[p][0], 90.0 * (double)p / (double)(n - 1), 0.0, 1e-12); /* equal steps */
    }
}

/* Two places on one parallel: the great circle's summit lies on the middle meridian, at latitude
 * atan(tan(lat) / cos(half the difference of longitude)). */
static void
the_middle_lies_poleward_of_the_parallel(void **state)
{
    const double degree = acos(-1.0) / 180.0, from[] = {0.0, 45.0}, to[] = {60.0, 45.0};
    const size_t n = bki_great_circle(from, to, points);
    const double summit = atan(tan(45.0 * degree) / cos(30.0 * degree)) / degree;
    double       highest = 0.0;

    (void)state;
    for (size_t p = 0; p < n; p++)
        highest = points[p][1] > highest ? points[p][1] : highest;
    assert_true(highest > 48.8 && highest <= summit + 1e-12);
}

static void
a_line_over_the_date_line_stays_in_one_piece(void **state)
{
    const double from[] = {139.6, 35.4}, to[] = {-118.3, 33.7};
    const size_t n = bki_great_circle(from, to, points);

    (void)state;
    for (size_t p = 1; p < n; p++) {
        assert_true(points[p][0] > points[p - 1][0]);
        assert_true(points[p][0] - points[p - 1][0] < 10.0);
    }
    bkt_close(points[n - 1][0], 360.0 - 118.3, 0.0, 1e-12);
}

static void
the_same_place_twice_is_a_line_of_two_points(void **state)
{
    const double at[] = {76.9, 43.2};

    (void)state;
    assert_int_equal(bki_great_circle(at, at, points), 2);
    bkt_close(points[1][0], 76.9, 0.0, 0.0);
}

static void
opposite_places_give_finite_points(void **state)
{
    const double from[] = {0.0, 90.0}, to[] = {0.0, -90.0};
    const size_t n = bki_great_circle(from, to, points);

    (void)state;
    for (size_t p = 0; p < n; p++)
        assert_true(isfinite(points[p][0]) && isfinite(points[p][1]));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ends_are_the_places_given),
        cmocka_unit_test(the_equator_stays_on_the_equator),
        cmocka_unit_test(the_middle_lies_poleward_of_the_parallel),
        cmocka_unit_test(a_line_over_the_date_line_stays_in_one_piece),
        cmocka_unit_test(the_same_place_twice_is_a_line_of_two_points),
        cmocka_unit_test(opposite_places_give_finite_points),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
