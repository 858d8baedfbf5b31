/* Tables as the files of others, read back by other code: our JSON reader, GDAL. */
#include "io_test.h"

#include "buckle/export.h"
#include "buckle/io.h"
#include "io/vector.h"

#include <fcntl.h>

/* Numbers without a short decimal, the largest and the smallest; text with quotes, a line break, Cyrillic. */
static const char *const names[] = {"Dostyk, \"east\"\nline", NULL, "Ақтау"};
static const double      tonnes[] = {0.1, 61415225.669743240, 1e-300};
static const double      gain[] = {-2.5, 1.0 / 3.0, 123456789.125};
static const int64_t     lanes[] = {1, INT64_C(-9007199254740993), 3}; /* 2^53 + 1: no double */
static const bool        no_lanes[] = {false, false, true};
static const uint32_t    line_points[] = {0, 2, 4, 7};
static const double lon_lat[] = {82.5, 45.25, 73.1, 46.5, 51.2, 43.6, 50.1, 41.9, 49.9, 40.4, 49.8, 40.0, 49.7, 39.5};

static const bk_column columns[] = {
    {.name = "link", .unit = "", .meaning = "which link", .kind = BK_COLUMN_TEXT, .text = names},
    {.name = "tonnes", .unit = "t/yr", .meaning = "carried", .kind = BK_COLUMN_NUMBER, .number = tonnes},
    {.name = "tonnes_change_pct", .unit = "%", .meaning = "change", .kind = BK_COLUMN_NUMBER, .number = gain},
    {.name = "tonnes_change",
     .unit = "",
     .meaning = "servers",
     .kind = BK_COLUMN_INTEGER,
     .integer = lanes,
     .empty = no_lanes},
};
enum { ROWS = 3, COLUMNS = 4 };

static const bk_table lines = {.name = "flows",
                               .title = "Tonnes on links",
                               .n_rows = ROWS,
                               .n_columns = COLUMNS,
                               .columns = columns,
                               .geometry = BK_GEOMETRY_LINE,
                               .first_point = line_points,
                               .lon_lat = lon_lat};
static const bk_table plain = {
    .name = "trade", .title = "Trade", .n_rows = ROWS, .n_columns = COLUMNS, .columns = columns};

typedef struct bench {
    bkt_io           io;
    char             folder[64];
    bk_results       results;
    bk_export_report report;
} bench;

static void
start(bench *b)
{
    bkt_io_start(&b->io);
    bkt_folder_create(b->folder);
    b->results = (bk_results){.arena = &b->io.arena};
    assert_int_equal(bk_results_append(b->io.ctx, &b->results, &lines), BK_OK);
    assert_int_equal(bk_results_append(b->io.ctx, &b->results, &plain), BK_OK);
}

static void
stop(bench *b)
{
    bkt_folder_remove(b->folder);
    bkt_io_stop(&b->io);
}

static const char *
path_of(bench *b, const char *name)
{
    return bk_arena_format(&b->io.arena, "%s/%s", b->folder, name);
}

/* One table, or all of them where `table` is NULL, to a target in the folder. */
static bk_status export(bench *b, bk_export_format format, const char *target, const char *table)
{
    const bk_export_request request = {
        .format = format, .target = path_of(b, target), .n_tables = table != NULL, .tables = &table};

    return bk_export(b->io.ctx, &b->results, &request, &b->io.arena, &b->report);
}

static bool
is_noted(const bench *b, const char *text)
{
    for (size_t n = 0; n < b->report.n_notes; n++)
        if (strstr(b->report.notes[n], text) != NULL)
            return true;
    return false;
}

/* GDAL is there unless the build or the machine is without; then what needs it is told to be skipped. */
static bool
has_gdal(void)
{
    char text[BK_EXPORT_LIBRARY];

    if (strncmp(bk_export_library(text), "not", 3) != 0)
        return true;
    print_message("# skipped: GDAL is %s\n", text);
    return false;
}

/* ---- GeoJSON -------------------------------------------------------------------------------------------------- */

static const bk_json_value *
member(const bk_json_value *object, const char *key)
{
    const bk_json_value *found = bk_json_member(object, key);

    assert_non_null(found);
    return found;
}

static void
assert_same_cell(const bk_json_value *value, const bk_column *column, size_t row)
{
    if (column->kind == BK_COLUMN_TEXT && column->text[row] != NULL)
        assert_string_equal(value->text, column->text[row]);
    else if (column->kind == BK_COLUMN_TEXT || (column->empty != NULL && column->empty[row]))
        assert_int_equal(value->kind, BK_JSON_NULL);
    else if (column->kind == BK_COLUMN_NUMBER)
        assert_true(value->number == column->number[row]);
    else
        assert_true(value->number == (double)column->integer[row]);
}

static void
geojson_holds_every_digit_place_and_unit(void **state)
{
    const bk_json_value *file = NULL;
    const char          *bytes = NULL;
    size_t               n = 0, row = 0;
    bench                b;
    (void)state;

    start(&b);
    assert_int_equal(export(&b, BK_EXPORT_GEOJSON, "flows.geojson", "flows"), BK_OK);
    assert_int_equal(bk_file_read(b.io.ctx, path_of(&b, "flows.geojson"), &b.io.arena, &bytes, &n), BK_OK);
    assert_int_equal(bk_json_read(b.io.ctx, bytes, n, "flows", &b.io.arena, &file), BK_OK);
    assert_non_null(strstr(bytes, "\"tonnes_change\":-9007199254740993")); /* a double would end in 2 */
    assert_string_equal(member(file, "type")->text, "FeatureCollection");
    assert_string_equal(member(member(file, "columns")->child->next, "unit")->text, "t/yr");
    for (const bk_json_value *f = member(file, "features")->child; f != NULL; f = f->next, row++) {
        const bk_json_value *geometry = member(f, "geometry"), *property = member(f, "properties")->child;
        const double        *place = lon_lat + 2 * line_points[row];
        assert_true(member(f, "id")->number == (double)(row + 1));
        assert_string_equal(member(geometry, "type")->text, "LineString");
        assert_int_equal(member(geometry, "coordinates")->n, line_points[row + 1] - line_points[row]);
        for (const bk_json_value *at = member(geometry, "coordinates")->child; at != NULL; at = at->next, place += 2)
            assert_true(at->child->number == place[0] && at->child->next->number == place[1]);
        for (size_t c = 0; c < COLUMNS; c++, property = property->next) {
            assert_string_equal(property->key, columns[c].name);
            assert_same_cell(property, &columns[c], row);
        }
    }
    assert_int_equal(row, ROWS);
    assert_int_equal(export(&b, BK_EXPORT_GEOJSON, "trade.geojson", "trade"), BK_OK); /* places are not needed */
    stop(&b);
}

/* ---- by GDAL -------------------------------------------------------------------------------------------------- */

static double
number_of(const char *text)
{
    assert_non_null(text);
    return strtod(text, NULL);
}

/* The file's rows in any order (an index by place sorts them), each found by its number of tonnes. */
static void
assert_same_lines(bench *b, const char *name, double rel)
{
    bki_vector      *vector = NULL;
    bki_vector_layer about;
    bki_vector_line  line;
    bool             more = true, seen[ROWS] = {false};

    assert_int_equal(bki_vector_open(b->io.ctx, path_of(b, name), NULL, &b->io.arena, &vector, &about), BK_OK);
    assert_true(about.is_degrees);
    assert_int_equal(about.n_fields, COLUMNS);
    for (size_t n = 0;; n++) {
        assert_int_equal(bki_vector_next(vector, &line, &more), BK_OK);
        if (!more) {
            assert_int_equal(n, ROWS);
            break;
        }
        size_t       row = 0;
        const double carried = number_of(bki_vector_cell(vector, 1));
        while (row < ROWS && !bkt_is_close(carried, tonnes[row], rel, rel > 0.0 ? 1e-15 : 0.0))
            row++;
        assert_true(row < ROWS && !seen[row]);
        seen[row] = true;
        assert_null(line.problem);
        assert_int_equal(line.n_points, line_points[row + 1] - line_points[row]);
        for (size_t p = 0; p < line.n_points; p++) {
            assert_true(line.lon[p] == lon_lat[2 * (line_points[row] + p)]);
            assert_true(line.lat[p] == lon_lat[2 * (line_points[row] + p) + 1]);
        }
        const char *name_read = bki_vector_cell(vector, 0), *lanes_read = bki_vector_cell(vector, 3);
        if (names[row] != NULL)
            assert_string_equal(name_read, names[row]);
        else
            assert_true(name_read == NULL || name_read[0] == '\0');
        bkt_close(number_of(bki_vector_cell(vector, 2)), gain[row], rel, 0);
        if (no_lanes[row])
            assert_null(lanes_read);
        else
            assert_true(strtoll(lanes_read, NULL, 10) == lanes[row]);
    }
    bki_vector_close(vector);
}

static void
flatgeobuf_comes_back_bit_for_bit(void **state)
{
    bench b;
    (void)state;

    if (!has_gdal())
        skip();
    start(&b);
    assert_int_equal(export(&b, BK_EXPORT_FLATGEOBUF, "flows.fgb", "flows"), BK_OK);
    assert_int_equal(bkt_folder_count(b.folder), 1);
    assert_same_lines(&b, "flows.fgb", 0.0);
    assert_int_equal(export(&b, BK_EXPORT_FLATGEOBUF, "trade.fgb", "trade"), BK_ERR_USAGE);
    assert_int_equal(bkt_folder_count(b.folder), 1);
    stop(&b);
}

/* 24 characters and 15 decimals: 1e-300 becomes 0, and columns with large numbers have fewer decimals. */
static void
a_shapefile_says_what_it_cut_and_rounded(void **state)
{
    static char long_text[301];
    bench       b;
    (void)state;

    if (!has_gdal())
        skip();
    start(&b);
    assert_int_equal(export(&b, BK_EXPORT_SHAPEFILE, "flows.shp", "flows"), BK_OK);
    assert_int_equal(bkt_folder_count(b.folder), 5); /* .shp .shx .dbf .prj .cpg */
    assert_same_lines(&b, "flows.shp", 1e-12);       /* 13 decimals beside 9 digits, of numbers from 0.1 */
    assert_true(is_noted(&b, "2 names are longer than 10 bytes: tonnes_change_pct is tonnes_cha, tonnes_change is "
                             "tonnes_c_1"));
    assert_true(is_noted(&b, "numbers are rounded to at most 15 decimals, by 1 at most")); /* 1e-300, wholly */
    memset(long_text, 'x', 300);
    const char *const texts[ROWS] = {long_text, "", "y"};
    const double      large[ROWS] = {1e24, 0, 0};
    const bk_column   few[] = {{.name = "note", .unit = "", .meaning = "", .kind = BK_COLUMN_TEXT, .text = texts},
                               {.name = "value", .unit = "", .meaning = "", .kind = BK_COLUMN_NUMBER, .number = large}};
    bk_table          table = lines;
    table.name = "long";
    table.columns = few;
    table.n_columns = 1;
    assert_int_equal(bk_results_append(b.io.ctx, &b.results, &table), BK_OK);
    assert_int_equal(export(&b, BK_EXPORT_SHAPEFILE, "long.shp", "long"), BK_OK);
    assert_true(is_noted(&b, "long: 1 texts are cut to 254 bytes"));
    table.name = "large";
    table.n_columns = 2;
    assert_int_equal(bk_results_append(b.io.ctx, &b.results, &table), BK_OK);
    assert_int_equal(export(&b, BK_EXPORT_SHAPEFILE, "large.shp", "large"), BK_ERR_VALUE);
    assert_int_equal(export(&b, BK_EXPORT_SHAPEFILE, "trade.shp", "trade"), BK_OK);
    assert_string_equal(b.report.files[0].path, path_of(&b, "trade.dbf"));
    assert_int_equal(access(path_of(&b, "trade.shp"), F_OK), -1);
    stop(&b);
}

static void
rows_without_a_place_are_kept_or_told(void **state)
{
    static const uint32_t some[] = {0, 2, 2, 5};
    bk_table              table = lines;
    bki_vector           *vector = NULL;
    bki_vector_layer      about;
    bki_vector_line       line;
    bool                  more = true;
    bench                 b;
    (void)state;

    if (!has_gdal())
        skip();
    start(&b);
    table.name = "some";
    table.first_point = some;
    assert_int_equal(bk_results_append(b.io.ctx, &b.results, &table), BK_OK);
    for (int f = 0; f < 3; f++) {
        const char *const names_of[] = {"some.geojson", "some.fgb", "some.shp"};
        size_t            n = 0, n_lines = 0;
        assert_int_equal(export(&b, bk_export_format_of(names_of[f]), names_of[f], "some"), BK_OK);
        assert_int_equal(bki_vector_open(b.io.ctx, path_of(&b, names_of[f]), NULL, &b.io.arena, &vector, &about),
                         BK_OK);
        while (bki_vector_next(vector, &line, &more) == BK_OK && more) {
            n++;
            n_lines += line.problem == NULL;
            if (line.problem != NULL)
                assert_string_equal(line.problem, "it has no geometry");
        }
        assert_int_equal(n, f == 1 ? 2 : 3);
        assert_int_equal(is_noted(&b, "some: 1 rows without a place are left out"), f == 1);
        assert_int_equal(n_lines, 2);
        bki_vector_close(vector);
    }
    stop(&b);
}

/* ---- the whole ------------------------------------------------------------------------------------------------ */

static void
a_folder_gets_a_file_a_table(void **state)
{
    bench b;
    (void)state;

    start(&b);
    assert_int_equal(export(&b, BK_EXPORT_CSV, "all", NULL), BK_OK);
    assert_int_equal(b.report.n_files, 2);
    assert_string_equal(b.report.files[1].path, path_of(&b, "all/trade.csv"));
    assert_int_equal(b.report.files[1].rows, ROWS);
    assert_int_equal(access(b.report.files[0].path, R_OK), 0);
    assert_int_equal(export(&b, BK_EXPORT_GEOJSON, "maps", NULL), BK_OK);
    assert_int_equal(b.report.n_files, 1);
    assert_true(is_noted(&b, "1 tables without places are left out"));
    assert_int_equal(export(&b, BK_EXPORT_XLSX, "all.xlsx", NULL), BK_OK);
    assert_int_equal(b.report.files[0].rows, 2 * ROWS);
    stop(&b);
}

static void
what_cannot_be_is_told_and_nothing_written(void **state)
{
    const bk_table up = {.name = "../up", .title = "", .n_rows = 0, .n_columns = 1, .columns = columns};
    bench          b;
    (void)state;

    start(&b);
    assert_int_equal(export(&b, BK_EXPORT_CSV, "all.csv", NULL), BK_ERR_USAGE);
    assert_non_null(strstr(bkt_error(b.io.ctx, 0), "can hold one table, not 2"));
    assert_int_equal(export(&b, BK_EXPORT_CSV, "all.csv", "flow"), BK_ERR_REFERENCE);
    assert_string_equal(bk_error_get(b.io.ctx, 1)->hint, "did you mean flows?");
    assert_int_equal(export(&b, BK_EXPORT_XLSX, "folder", NULL), BK_ERR_USAGE);
    assert_int_equal(export(&b, BK_EXPORT_GEOJSON, "no/such/folder/a.geojson", "flows"), BK_ERR_FILE);
    assert_int_equal(bkt_folder_count(b.folder), 0);
    assert_int_equal(bk_results_append(b.io.ctx, &b.results, &up), BK_OK);
    assert_int_equal(export(&b, BK_EXPORT_CSV, "all", "../up"), BK_ERR_VALUE); /* a name is no way out of the folder */
    for (int c = 0; c < 2; c++) {
        const char *const connections[] = {"PG:dbname=trade password=secret", "postgresql://me:secret@host/trade"};
        const bk_export_request request = {.format = BK_EXPORT_POSTGIS, .target = connections[c]};
        bk_error_clear(b.io.ctx);
        assert_int_equal(bk_export(b.io.ctx, &b.results, &request, &b.io.arena, &b.report), BK_ERR_USAGE);
        assert_non_null(strstr(bkt_error(b.io.ctx, 0), "a password does not belong on the command line"));
        assert_null(strstr(bkt_error(b.io.ctx, 0), "secret"));
    }
    stop(&b);
}

static void
a_target_says_its_format(void **state)
{
    (void)state;
    assert_int_equal(bk_export_format_of("a/b.geojson"), BK_EXPORT_GEOJSON);
    assert_int_equal(bk_export_format_of("b.fgb"), BK_EXPORT_FLATGEOBUF);
    assert_int_equal(bk_export_format_of("b.shp"), BK_EXPORT_SHAPEFILE);
    assert_int_equal(bk_export_format_of("PG:dbname=a.csv"), BK_EXPORT_POSTGIS);
    assert_int_equal(bk_export_format_of("postgresql://host/trade"), BK_EXPORT_POSTGIS);
    assert_int_equal(bk_export_format_of("results"), BK_EXPORT_COUNT);
}

static void
every_failed_allocation_is_a_clean_error(void **state)
{
    static const char *const targets[] = {"a.geojson", "a.csv", "a.fgb", "a.shp"};
    char                     folder[64];
    (void)state;

    bkt_folder_create(folder);
    for (size_t t = 0; t < (has_gdal() ? 4 : 2); t++)
        for (size_t i = 1, done = 0; !done; i++) {
            bkt_io            io;
            bk_export_report  report;
            const char *const table = "flows";
            bk_export_request request = {.format = bk_export_format_of(targets[t]), .n_tables = 1, .tables = &table};
            bkt_io_start(&io);
            bk_results results = {.arena = &io.arena};
            assert_int_equal(bk_results_append(io.ctx, &results, &lines), BK_OK);
            request.target = bk_arena_format(&io.arena, "%s/%s", folder, targets[t]);
            bkt_io_fail_at(&io, i);
            const bk_status status = bk_export(io.ctx, &results, &request, &io.arena, &report);
            done = !bkt_io_has_failed(&io);
            assert_int_equal(status, done ? BK_OK : BK_ERR_NO_MEMORY);
            assert_int_equal(bkt_folder_count(folder), !done ? 0 : t < 3 ? 1 : 5);
            for (int f = 0; f < 6; f++)
                unlink(
                    bkt_path(folder, ((const char *[]){targets[t], "a.shx", "a.dbf", "a.prj", "a.cpg", "a.shp"})[f]));
            bkt_io_stop(&io);
        }
    bkt_folder_remove(folder);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(geojson_holds_every_digit_place_and_unit),
        cmocka_unit_test(flatgeobuf_comes_back_bit_for_bit),
        cmocka_unit_test(a_shapefile_says_what_it_cut_and_rounded),
        cmocka_unit_test(rows_without_a_place_are_kept_or_told),
        cmocka_unit_test(a_folder_gets_a_file_a_table),
        cmocka_unit_test(what_cannot_be_is_told_and_nothing_written),
        cmocka_unit_test(a_target_says_its_format),
        cmocka_unit_test(every_failed_allocation_is_a_clean_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
