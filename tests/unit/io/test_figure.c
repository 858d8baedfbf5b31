/* What figures are made of: scales with round ticks, a map that keeps angles, numbers for reading, an SVG inside a
 * page. */
#include "io_test.h"

#include "io/canvas.h"
#include "io/html.h"
#include "io/map.h"

#include <math.h>

static void
ticks_are_round_and_hold_what_is_shown(void **state)
{
    static const struct {
        double low, high;
    } spans[] = {{0, 1}, {-0.168, 0.555}, {0, 186}, {-3e9, 2e10}, {0, 0}, {-1e-6, 0}, {5, 5}};
    (void)state;

    for (size_t s = 0; s < sizeof spans / sizeof *spans; s++) {
        const bki_scale scale = bki_scale_make(spans[s].low, spans[s].high, 100.0, 500.0);
        const size_t    n = bki_scale_ticks(&scale);
        assert_true(n >= 3 && n <= 12);
        assert_true(scale.low <= spans[s].low + 1e-9 * scale.step && scale.high >= spans[s].high - 1e-9 * scale.step);
        bkt_close(bki_scale_at(&scale, bki_scale_tick(&scale, 0)), 100.0, 1e-12, 0.0);
        bkt_close(bki_scale_at(&scale, bki_scale_tick(&scale, n - 1)), 500.0, 1e-12, 0.0);
        const double mantissa = scale.step / pow(10.0, floor(log10(scale.step) + 1e-9));
        assert_true(fabs(mantissa - 1) < 1e-9 || fabs(mantissa - 2) < 1e-9 || fabs(mantissa - 2.5) < 1e-9 ||
                    fabs(mantissa - 5) < 1e-9);
    }
}

static void
short_numbers_are_for_reading(void **state)
{
    char text[BKI_SHORT_SIZE];
    (void)state;

    assert_string_equal(bki_short_number(text, 0.0, true), "0");
    assert_string_equal(bki_short_number(text, 0.4216, true), "+0.422");
    assert_string_equal(bki_short_number(text, -1234567.0, false), "-1.23 m");
    assert_string_equal(bki_short_number(text, 999.9, false), "1 k");
    assert_string_equal(bki_short_number(text, 4.69e9, false), "4.69 bn");
}

static void
shown_numbers_part_thousands(void **state)
{
    char text[BKI_SHOWN_SIZE];
    (void)state;

    assert_string_equal(bki_shown_number(text, -12345678.4), "-12,345,678");
    assert_string_equal(bki_shown_number(text, 123456.0), "123,456");
    assert_string_equal(bki_shown_number(text, -0.0), "0");
    assert_string_equal(bki_shown_number(text, 9999.4), "9999");
    assert_string_equal(bki_shown_number(text, 0.000123456), "0.0001235");
}

/* A conformal map stretches the same way along the meridian and along the parallel, and keeps their right angle. */
static void
the_cone_keeps_angles_and_its_places_in_the_frame(void **state)
{
    static const double places[][2] = {{24, 38}, {135, 43}, {30, 60}, {77, 28}, {68, 47}};
    const double        step = 1e-5;
    (void)state;

    const bki_map map = bki_map_make(5, places, 10.0, 20.0, 300.0, 200.0);
    assert_true(map.is_cone);
    for (size_t i = 0; i < 5; i++) {
        double x, y, east_x, east_y, north_x, north_y;
        bki_map_place(&map, places[i][0], places[i][1], &x, &y);
        bki_map_place(&map, places[i][0] + step, places[i][1], &east_x, &east_y);
        bki_map_place(&map, places[i][0], places[i][1] + step, &north_x, &north_y);
        const double parallel = hypot(east_x - x, east_y - y) / cos(places[i][1] * 3.14159265358979323846 / 180.0);
        const double meridian = hypot(north_x - x, north_y - y);
        bkt_close(parallel, meridian, 1e-4, 0.0);
        assert_true(fabs((east_x - x) * (north_x - x) + (east_y - y) * (north_y - y)) < 1e-4 * parallel * meridian);
        assert_true(north_y < y); /* north is up */
        assert_true(x >= 10.0 && x <= 310.0 && y >= 20.0 && y <= 220.0);
    }
}

static void
a_world_is_drawn_flat(void **state)
{
    static const double places[][2] = {{-100, 40}, {120, 30}, {20, -30}};
    (void)state;

    const bki_map map = bki_map_make(3, places, 0.0, 0.0, 300.0, 200.0);
    assert_false(map.is_cone);
    assert_int_equal(bki_map_turns(&map), 1);
}

static void
a_picture_in_a_page_has_ids_of_its_own_and_the_colours_of_the_theme(void **state)
{
    static const char svg[] =
        "<?xml version=\"1.0\"?>\n<svg><g id=\"a\"/><use xlink:href=\"#a\"/><path clip-path=\"url(#c)\" "
        "style=\"fill:rgb(100%,100%,100%);stroke:rgb(10.588235%,12.941176%,16.078431%)\"/>"
        "<path fill=\"rgb(0%, 44.705882%, 69.803922%)\"/></svg>";
    bkt_io io;
    (void)state;

    bkt_io_start(&io);
    bki_text out = {.arena = &io.arena};
    bki_svg_embed(&out, svg, sizeof svg - 1, "f1-");
    assert_string_equal(out.bytes, "<svg><g id=\"f1-a\"/><use xlink:href=\"#f1-a\"/><path clip-path=\"url(#f1-c)\" "
                                   "style=\"fill:var(--paper);stroke:var(--ink)\"/>"
                                   "<path fill=\"rgb(0%, 44.705882%, 69.803922%)\"/></svg>");
    bkt_io_stop(&io);
}

static double
luminance(const unsigned char rgb[3])
{
    static const double weight[] = {0.2126, 0.7152, 0.0722};
    double              sum = 0.0;

    for (int i = 0; i < 3; i++) {
        const double c = rgb[i] / 255.0;
        sum += weight[i] * (c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4));
    }
    return sum;
}

/* WCAG 2.1: 1.4.11 asks 3 to 1 of what a graphic means, against what it lies on. */
static void
data_colours_have_contrast_on_light_and_dark_paper(void **state)
{
    static const unsigned char papers[][3] = {{255, 255, 255}, {0x14, 0x18, 0x1d}};
    (void)state;

    for (int colour = BKI_GAIN; colour < BKI_COLOURS; colour++)
        for (int p = 0; p < 2; p++) {
            unsigned char rgb[3];
            bki_colour_bytes((bki_colour)colour, rgb);
            const double a = luminance(rgb) + 0.05, b = luminance(papers[p]) + 0.05;
            if (fmax(a, b) / fmin(a, b) < 3.0)
                fail_msg("colour %d on paper %d: %.2f", colour, p, fmax(a, b) / fmin(a, b));
        }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ticks_are_round_and_hold_what_is_shown),
        cmocka_unit_test(short_numbers_are_for_reading),
        cmocka_unit_test(shown_numbers_part_thousands),
        cmocka_unit_test(the_cone_keeps_angles_and_its_places_in_the_frame),
        cmocka_unit_test(a_world_is_drawn_flat),
        cmocka_unit_test(a_picture_in_a_page_has_ids_of_its_own_and_the_colours_of_the_theme),
        cmocka_unit_test(data_colours_have_contrast_on_light_and_dark_paper),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
