/* Places of ends, beside a search through all of them; lines into a study when memory is short. */
#include "io_test.h"

#include "buckle/export.h"
#include "buckle/import.h"
#include "io/import_cells.h"
#include "io/import_places.h"

#include <math.h>

/* The slow and obvious way: the nearest of all within reach, the earlier of two as near. */
static uint32_t
nearest_of_all(const bki_places *places, double lon, double lat)
{
    double   nearest = places->metres;
    uint32_t found = BK_NONE;

    for (size_t p = 0; p < places->n; p++) {
        const double metres = 1000.0 * bk_great_circle_km(lon, lat, places->places[p].lon, places->places[p].lat);
        if (metres < nearest || (metres == nearest && found == BK_NONE)) {
            nearest = metres;
            found = (uint32_t)p;
        }
    }
    return found;
}

/* Crowded at the poles, along the 180th meridian and at a place like any other; many more than the first slots. */
static void
near_places_are_found_wherever_they_lie(void **state)
{
    static const double centres[][2] = {{77.25, 43.5}, {180.0, 10.0}, {0.0, 90.0}, {-30.0, -90.0}, {-180.0, -65.0}};
    bkt_io              io;
    bki_places          places;
    size_t              n_found = 0;
    (void)state;

    bkt_io_start(&io);
    bki_places_start(&places, &io.arena, 250.0);
    for (uint64_t i = 0; i < 6000; i++) {
        const double *centre = centres[i % 5];
        double        lon = centre[0] + 0.1 * (bk_uniform(1, 1, i) - 0.5) / fmax(0.01, cos(centre[1] * M_PI / 180.0));
        double        lat = centre[1] + 0.1 * (bk_uniform(1, 2, i) - 0.5);
        lon = lon > 180.0 ? lon - 360.0 : lon < -180.0 ? lon + 360.0 : lon;
        lat = lat > 90.0 ? 180.0 - lat : lat < -90.0 ? -180.0 - lat : lat;
        const uint32_t expected = nearest_of_all(&places, lon, lat);
        assert_int_equal(bki_places_find(&places, lon, lat), expected);
        n_found += expected != BK_NONE;
        if (i % 3 == 0 && expected != BK_NONE)
            continue;
        const size_t n = places.n;
        assert_int_equal(bki_places_add(&places, "p", lon, lat), n);
    }
    assert_true(n_found > 1000 && places.n > 2000);
    bkt_io_stop(&io);
}

static void
cells_are_judged_by_kind_and_range(void **state)
{
    static const struct {
        const char *column, *text, *reason; /* NULL: none */
    } cases[] = {
        {"free_speed", "50.5", NULL},
        {"free_speed", "", NULL},
        {"free_speed", "fast", "free_speed is not a number"},
        {"free_speed", "0", "free_speed is not above 0"},
        {"free_speed", "1501", "free_speed is not from 2.22507e-308 to 1500 km/h"},
        {"gauge_mm", "1520", NULL},
        {"gauge_mm", "1520.5", "gauge_mm is not a whole number"},
        {"gauge_mm", "5001", "gauge_mm is not from 0 to 5000 mm"},
        {"directed", "yes", NULL},
        {"directed", "2", "directed is not yes or no (1 or 0)"},
        {"name", "anything", NULL},
    };
    const bk_table_schema *schema = bk_table_schema_find("network/link.csv");
    char                   reason[BKI_REASON];
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t c = 0; c < schema->n_columns; c++)
            if (strcmp(schema->columns[c].name, cases[i].column) == 0) {
                assert_int_equal(bki_cell_fault(&schema->columns[c], cases[i].text, reason), cases[i].reason != NULL);
                assert_string_equal(reason, cases[i].reason != NULL ? cases[i].reason : "");
            }
}

static void
a_lack_of_memory_is_an_error(void **state)
{
    char folder[64], text[BK_EXPORT_LIBRARY];
    (void)state;

    if (strncmp(bk_export_library(text), "not", 3) == 0) {
        print_message("# skipped: GDAL is %s\n", text);
        skip();
    }
    bkt_folder_create(folder);
    bkt_file_put_text(folder, "net.geojson",
                      "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{\"v\":5,"
                      "\"mode\":\"rail\",\"gauge_mm\":1520},\"geometry\":{\"type\":\"LineString\",\"coordinates\":"
                      "[[51,43],[52,43]]}},{\"type\":\"Feature\",\"properties\":{},\"geometry\":null}]}");
    for (size_t n = 1, done = 0; !done; n++) {
        bkt_io            io;
        bk_import_report  report;
        const char *const field = "free_speed=v";
        bkt_io_start(&io);
        bk_import_request request = {.format = BK_IMPORT_VECTOR,
                                     .path = bk_arena_format(&io.arena, "%s/net.geojson", folder),
                                     .folder = bk_arena_format(&io.arena, "%s/out", folder),
                                     .country = "KAZ",
                                     .n_fields = 1,
                                     .fields = &field,
                                     .replace = true};
        bkt_io_fail_at(&io, n);
        const bk_status status = bk_import(io.ctx, &request, &io.arena, &report);
        done = !bkt_io_has_failed(&io);
        assert_int_equal(status, done ? BK_OK : BK_ERR_NO_MEMORY);
        bkt_io_stop(&io);
    }
    bkt_folder_remove(folder);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(near_places_are_found_wherever_they_lie),
        cmocka_unit_test(cells_are_judged_by_kind_and_range),
        cmocka_unit_test(a_lack_of_memory_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
