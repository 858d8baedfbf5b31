/* A GeoPackage is read back through SQLite and, where it is installed, through GDAL. */
#include "io_test.h"

#include "buckle/io.h"
#include "io/geopackage.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>

static const char *const names[] = {"Dostyk - \"Moiynty\"", NULL, "Ақтау"};
static const double      tonnes[] = {0.1, 12345678.875, 1e-300};
static const int64_t     lanes[] = {1, INT64_MIN, 3};
static const bool        no_lanes[] = {false, false, true};
static const double      gain[] = {-2.5, 0, 1};
static const uint32_t    line_points[] = {0, 2, 2, 5};
static const double      lon_lat[] = {82.5, 45.25, 73.5, 46.5, 51.2, 43.6, 50.1, 41.9, 49.9, 40.4};
static const uint32_t    place_points[] = {0, 1, 2, 2};

static const bk_column columns[] = {
    {.name = "link", .unit = "", .meaning = "which link", .kind = BK_COLUMN_TEXT, .text = names},
    {.name = "tonnes", .unit = "t/yr", .meaning = "carried & \"counted\"", .kind = BK_COLUMN_NUMBER, .number = tonnes},
    {.name = "lanes", .unit = "", .meaning = "servers", .kind = BK_COLUMN_INTEGER, .integer = lanes, .empty = no_lanes},
    {.name = "gain <pct>", .unit = "%", .meaning = "change of flow", .kind = BK_COLUMN_NUMBER, .number = gain},
};

static void
append_tables(bkt_io *io, bk_results *results)
{
    const bk_table links = {.name = "links",
                            .title = "Tonnes on links",
                            .n_rows = 3,
                            .n_columns = 4,
                            .columns = columns,
                            .geometry = BK_GEOMETRY_LINE,
                            .first_point = line_points,
                            .lon_lat = lon_lat,
                            .style_width = "tonnes",
                            .style_colour = "gain <pct>"};
    const bk_table places = {.name = "places",
                             .title = "Places",
                             .n_rows = 3,
                             .n_columns = 3,
                             .columns = columns,
                             .geometry = BK_GEOMETRY_POINT,
                             .first_point = place_points,
                             .lon_lat = lon_lat,
                             .style_width = "lanes",
                             .style_colour = "tonnes"};
    const bk_table economies = {
        .name = "economies \"x\"", .title = "Economies", .n_rows = 2, .n_columns = 4, .columns = columns};
    const bk_table none = {.name = "none", .title = "No rows", .n_rows = 0, .n_columns = 1, .columns = columns};

    *results = (bk_results){.arena = &io->arena};
    assert_int_equal(bk_results_append(io->ctx, results, &links), BK_OK);
    assert_int_equal(bk_results_append(io->ctx, results, &places), BK_OK);
    assert_int_equal(bk_results_append(io->ctx, results, &economies), BK_OK);
    assert_int_equal(bk_results_append(io->ctx, results, &none), BK_OK);
}

/* The first column of the first row of a query, as text. */
static const char *
ask(sqlite3 *db, const char *sql)
{
    static char   answer[20000];
    sqlite3_stmt *statement = NULL;

    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    const char *text = (const char *)sqlite3_column_text(statement, 0);
    snprintf(answer, sizeof answer, "%s", text != NULL ? text : "NULL");
    sqlite3_finalize(statement);
    return answer;
}

static sqlite3 *
db_open(const char *path)
{
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    return db;
}

static void
the_file_says_it_is_a_geopackage_and_is_sound(void **state)
{
    char       folder[64];
    bk_results results;
    bkt_io     io;
    (void)state;

    bkt_io_start(&io);
    bkt_folder_create(folder);
    append_tables(&io, &results);
    assert_int_equal(bk_geopackage_write(io.ctx, &results, bkt_path(folder, "a.gpkg")), BK_OK);
    assert_int_equal(bkt_folder_count(folder), 1);
    sqlite3 *db = db_open(bkt_path(folder, "a.gpkg"));
    assert_string_equal(ask(db, "PRAGMA application_id"), "1196444487"); /* "GPKG" in ASCII, requirement 2 */
    assert_string_equal(ask(db, "PRAGMA user_version"), "10300");
    assert_string_equal(ask(db, "PRAGMA integrity_check"), "ok");
    assert_string_equal(ask(db, "SELECT count(*) FROM pragma_foreign_key_check"), "0");
    assert_string_equal(
        ask(db, "SELECT group_concat(srs_id) FROM (SELECT srs_id FROM gpkg_spatial_ref_sys ORDER BY 1)"),
        "-1,0,4326"); /* requirement 11 */
    assert_string_equal(
        ask(db, "SELECT group_concat(table_name || ' ' || data_type, '; ') FROM gpkg_contents"),
        "layer_styles attributes; links features; places features; economies \"x\" attributes; none attributes");
    assert_string_equal(ask(db, "SELECT min_x || ' ' || min_y || ' ' || max_x || ' ' || max_y FROM gpkg_contents "
                                "WHERE table_name = 'links'"),
                        "49.9 40.4 82.5 46.5");
    assert_string_equal(
        ask(db, "SELECT group_concat(table_name || ' ' || geometry_type_name) FROM gpkg_geometry_columns"),
        "links LINESTRING,places POINT");
    assert_string_equal(ask(db,
                            "SELECT title || ': ' || description FROM gpkg_data_columns WHERE table_name = 'links' AND "
                            "column_name = 'tonnes'"),
                        "tonnes [t/yr]: carried & \"counted\"");
    sqlite3_close(db);
    bkt_folder_remove(folder);
    bkt_io_stop(&io);
}

static void
values_come_back_bit_for_bit(void **state)
{
    char          folder[64];
    bk_results    results;
    bkt_io        io;
    sqlite3_stmt *statement = NULL;
    (void)state;

    bkt_io_start(&io);
    bkt_folder_create(folder);
    append_tables(&io, &results);
    assert_int_equal(bk_geopackage_write(io.ctx, &results, bkt_path(folder, "a.gpkg")), BK_OK);
    sqlite3 *db = db_open(bkt_path(folder, "a.gpkg"));
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT link, tonnes, lanes, \"gain <pct>\", geom FROM links ORDER BY fid",
                                        -1, &statement, NULL),
                     SQLITE_OK);
    for (int row = 0; row < 3; row++) {
        assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
        if (names[row] != NULL)
            assert_string_equal((const char *)sqlite3_column_text(statement, 0), names[row]);
        else
            assert_int_equal(sqlite3_column_type(statement, 0), SQLITE_NULL);
        assert_true(sqlite3_column_double(statement, 1) == tonnes[row]);
        assert_int_equal(sqlite3_column_type(statement, 2), no_lanes[row] ? SQLITE_NULL : SQLITE_INTEGER);
        if (!no_lanes[row])
            assert_true(sqlite3_column_int64(statement, 2) == lanes[row]);
        assert_int_equal(sqlite3_column_type(statement, 4), row == 1 ? SQLITE_NULL : SQLITE_BLOB);
    }
    assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
    sqlite3_finalize(statement);
    assert_string_equal(ask(db, "SELECT count(*) FROM \"economies \"\"x\"\"\""), "2");
    assert_string_equal(ask(db, "SELECT count(*) FROM none"), "0");
    sqlite3_close(db);
    bkt_folder_remove(folder);
    bkt_io_stop(&io);
}

/* Bytes written by hand from clause 2.1.3 of the standard and ISO 13249-3. */
static void
geometries_are_the_bytes_of_the_standard(void **state)
{
    static const unsigned char point[] = {'G', 'P', 0, 1, 0xe6, 0x10, 0,    0, /* no envelope, SRS 4326 */
                                          1,   1,   0, 0, 0,                   /* little-endian, point */
                                          0,   0,   0, 0, 0,    0,    0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0xc0};
    static const unsigned char line[] = {
        'G', 'P', 0,    3,    0xe6, 0x10, 0, 0, 0, 0, 0,    0,    0, 0, 0xf0, 0x3f, 0,    0,    0,    0,   0,
        0,   0,   0x40, 0,    0,    0,    0, 0, 0, 0, 0xc0, 0,    0, 0, 0,    0,    0,    0xe0, 0x3f, /* 1..2, -2..0.5
                                                                                                       */
        1,   2,   0,    0,    0,    2,    0, 0, 0, 0, 0,    0,    0, 0, 0,    0xf0, 0x3f, 0,    0,    0,   0,
        0,   0,   0,    0xc0, 0,    0,    0, 0, 0, 0, 0,    0x40, 0, 0, 0,    0,    0,    0,    0xe0, 0x3f};
    static const double   positions[] = {1, -2, 2, 0.5};
    static const uint32_t one[] = {0, 1}, two[] = {0, 2};
    unsigned char         bytes[sizeof line];
    (void)state;

    bk_table table = {.n_rows = 1, .geometry = BK_GEOMETRY_POINT, .first_point = one, .lon_lat = positions};
    assert_int_equal(bki_geometry_size(&table, 0), sizeof point);
    bki_geometry_encode(&table, 0, bytes);
    assert_memory_equal(bytes, point, sizeof point);
    table.geometry = BK_GEOMETRY_LINE;
    table.first_point = two;
    assert_int_equal(bki_geometry_size(&table, 0), sizeof line);
    bki_geometry_encode(&table, 0, bytes);
    assert_memory_equal(bytes, line, sizeof line);
}

/* ---- styles ------------------------------------------------------------------------------------------------- */

static void
classes_hold_as_many_values_each_and_cover_all(void **state)
{
    double          values[1000];
    bkt_io          io;
    bki_classes     classes;
    const bk_table  table = {.n_rows = 1000};
    const bk_column column = {.kind = BK_COLUMN_NUMBER, .number = values};
    (void)state;

    bkt_io_start(&io);
    for (size_t i = 0; i < 1000; i++)
        values[i] = bk_uniform(1, 0, i) * bk_uniform(1, 1, i);
    bki_classes_find(&io.arena, &table, &column, &classes);
    assert_int_equal(classes.n, 5);
    assert_false(classes.is_two_sided);
    size_t covered = 0;
    for (size_t c = 0; c < 5; c++) {
        size_t n = 0;
        for (size_t i = 0; i < 1000; i++)
            n += values[i] <= classes.edge[c + 1] &&
                 (c == 0 ? values[i] >= classes.edge[c] : values[i] > classes.edge[c]);
        assert_in_range(n, 199, 201);
        covered += n;
    }
    assert_int_equal(covered, 1000);
    bkt_io_stop(&io);
}

static void
gains_and_losses_get_classes_symmetric_about_zero(void **state)
{
    static const double values[] = {-1, -2, -3, 4, 5, 6, 9};
    bkt_io              io;
    bki_classes         classes;
    const bk_table      table = {.n_rows = 7};
    const bk_column     column = {.kind = BK_COLUMN_NUMBER, .number = values};
    (void)state;

    bkt_io_start(&io);
    bki_classes_find(&io.arena, &table, &column, &classes);
    assert_true(classes.is_two_sided);
    /* magnitudes 1 2 3 4 5 6 9 in three parts: up to 3, up to 5, up to 9; what is below -3 does not occur */
    static const double edges[] = {-3, 0, 3, 5, 9};
    static const int    ranks[] = {2, 3, 4, 5};
    assert_int_equal(classes.n, 4);
    for (size_t i = 0; i < 5; i++)
        bkt_close(classes.edge[i], edges[i], 0, 0);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(classes.rank[i], ranks[i]);
    bkt_io_stop(&io);
}

static void
one_value_is_one_class_and_none_is_no_class(void **state)
{
    static const double values[] = {7, 7, 7};
    static const bool   empty[] = {true, true, true};
    bkt_io              io;
    bki_classes         classes;
    const bk_table      table = {.n_rows = 3};
    bk_column           column = {.kind = BK_COLUMN_NUMBER, .number = values};
    (void)state;

    bkt_io_start(&io);
    bki_classes_find(&io.arena, &table, &column, &classes);
    assert_int_equal(classes.n, 1);
    bkt_close(classes.edge[0], 7, 0, 0);
    bkt_close(classes.edge[1], 7, 0, 0);
    column.empty = empty;
    bki_classes_find(&io.arena, &table, &column, &classes);
    assert_int_equal(classes.n, 0);
    bkt_io_stop(&io);
}

/* Tags closed in the order they were opened, attributes quoted: well-formed but for the names. */
static void
check_xml(const char *xml)
{
    const char *open[64];
    size_t      depth = 0;

    for (const char *c = strchr(xml, '\n'); (c = strchr(c, '<')) != NULL;) {
        const bool  closes = c[1] == '/';
        const char *name = c + 1 + closes;
        bool        is_quoted = false;
        for (; *c != '\0' && (is_quoted || *c != '>'); c++) {
            is_quoted ^= *c == '"';
            assert_true(!is_quoted || *c != '<');
        }
        assert_false(is_quoted);
        if (closes) {
            assert_true(depth > 0);
            depth--;
            assert_int_equal(strncmp(name, open[depth], strcspn(name, "> ")), 0);
        } else if (c[-1] != '/') {
            assert_true(depth < 64);
            open[depth++] = name;
        }
    }
    assert_int_equal(depth, 0);
}

static void
each_table_has_a_style_that_names_its_columns(void **state)
{
    char       folder[64];
    bk_results results;
    bkt_io     io;
    (void)state;

    bkt_io_start(&io);
    bkt_folder_create(folder);
    append_tables(&io, &results);
    assert_int_equal(bk_geopackage_write(io.ctx, &results, bkt_path(folder, "a.gpkg")), BK_OK);
    sqlite3 *db = db_open(bkt_path(folder, "a.gpkg"));
    assert_string_equal(ask(db, "SELECT count(*) FROM layer_styles WHERE useAsDefault = 1"), "4");
    const char *qml =
        ask(db, "SELECT styleQML FROM layer_styles WHERE f_table_name = 'links' AND f_geometry_column = 'geom'");
    check_xml(qml);
    assert_non_null(strstr(qml, "type=\"graduatedSymbol\""));
    assert_non_null(strstr(qml, "attr=\"gain &lt;pct&gt;\""));
    assert_non_null(strstr(qml, "CASE WHEN abs(&quot;tonnes&quot;) &gt; "));
    assert_non_null(strstr(qml, "name=\"tonnes [t/yr]\""));
    qml = ask(db, "SELECT styleQML FROM layer_styles WHERE f_table_name = 'places'");
    check_xml(qml);
    assert_non_null(strstr(qml, "class=\"SimpleMarker\""));
    qml = ask(db, "SELECT styleQML FROM layer_styles WHERE f_table_name = 'economies \"x\"'");
    check_xml(qml);
    assert_null(strstr(qml, "renderer"));
    sqlite3_close(db);
    bkt_folder_remove(folder);
    bkt_io_stop(&io);
}

/* ---- another reader ----------------------------------------------------------------------------------------- */

static bool
output_of(const char *command, char *output, size_t size)
{
    FILE *pipe = popen(command, "r");

    assert_non_null(pipe);
    const size_t n = fread(output, 1, size - 1, pipe);
    output[n] = '\0';
    return pclose(pipe) == 0;
}

static void
gdal_reads_layers_geometries_and_aliases(void **state)
{
    static char output[40000];
    char        folder[64], command[300];
    bk_results  results;
    bkt_io      io;
    (void)state;

    if (!output_of("ogrinfo --version 2>&1", output, sizeof output)) {
        print_message("# skipped: ogrinfo is not installed\n");
        skip();
    }
    bkt_io_start(&io);
    bkt_folder_create(folder);
    append_tables(&io, &results);
    assert_int_equal(bk_geopackage_write(io.ctx, &results, bkt_path(folder, "a.gpkg")), BK_OK);
    snprintf(command, sizeof command, "ogrinfo -ro -al '%s/a.gpkg' 2>&1", folder);
    assert_true(output_of(command, output, sizeof output));
    assert_null(strstr(output, "Warning"));
    assert_null(strstr(output, "ERROR"));
    assert_non_null(strstr(output, "Layer name: links\n"));
    assert_non_null(strstr(output, "Geometry: Line String\n"));
    assert_non_null(strstr(output, "LINESTRING (51.2 43.6,50.1 41.9,49.9 40.4)"));
    assert_non_null(strstr(output, "POINT (82.5 45.25)"));
    assert_non_null(strstr(output, "tonnes: Real (0.0)"));
    assert_non_null(strstr(output, "tonnes [t/yr]"));
    assert_non_null(strstr(output, "WGS 84"));
    assert_non_null(strstr(output, "DESCRIPTION=Tonnes on links"));
    bkt_folder_remove(folder);
    bkt_io_stop(&io);
}

/* ---- faults ------------------------------------------------------------------------------------------------- */

static int
write_on_a_full_disk(const bk_results *results, const char *path)
{
    bk_context         *ctx;
    const struct rlimit limit = {.rlim_cur = 16384, .rlim_max = 16384};

    signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0 || bk_context_create(NULL, &ctx) != BK_OK)
        return 99;
    const bk_status status = bk_geopackage_write(ctx, results, path);
    const bk_error *error = bk_error_get(ctx, 0);
    const bool      has_reason = error != NULL && strncmp(error->message, "cannot be written: ", 19) == 0;
    bk_context_release(ctx);
    return has_reason ? (int)status : 98;
}

static void
a_full_disk_keeps_the_old_file_and_leaves_nothing(void **state)
{
    char        folder[64];
    const char *bytes;
    size_t      n;
    int         ended;
    bk_results  results;
    bkt_io      io;
    (void)state;

    bkt_io_start(&io);
    bkt_folder_create(folder);
    append_tables(&io, &results);
    bkt_file_put_text(folder, "a.gpkg", "old");
    const char *path = bkt_path(folder, "a.gpkg");
    const pid_t child = fork();
    if (child == 0)
        _exit(write_on_a_full_disk(&results, path));
    assert_int_equal(waitpid(child, &ended, 0), child);
    assert_true(WIFEXITED(ended));
    assert_int_equal(WEXITSTATUS(ended), BK_ERR_FILE);
    assert_int_equal(bk_file_read(io.ctx, path, &io.arena, &bytes, &n), BK_OK);
    assert_string_equal(bytes, "old");
    assert_int_equal(bkt_folder_count(folder), 1);
    bkt_folder_remove(folder);
    bkt_io_stop(&io);
}

/* A writer killed at any moment leaves the old file or the new one, and both can be read. */
static void
a_killed_writer_leaves_the_old_file_or_the_new(void **state)
{
    char       folder[64];
    int        ended;
    bk_results results;
    bkt_io     io;
    (void)state;

    bkt_io_start(&io);
    bkt_folder_create(folder);
    append_tables(&io, &results);
    const char *path = bkt_path(folder, "a.gpkg");
    assert_int_equal(bk_geopackage_write(io.ctx, &results, path), BK_OK);
    for (int round = 0; round < 20; round++) {
        const pid_t child = fork();
        if (child == 0)
            for (;;)
                if (bk_geopackage_write(io.ctx, &results, path) != BK_OK)
                    _exit(1);
        usleep(1000 * (unsigned)round);
        kill(child, SIGKILL);
        assert_int_equal(waitpid(child, &ended, 0), child);
        assert_true(WIFSIGNALED(ended));
        sqlite3 *db = db_open(path);
        assert_string_equal(ask(db, "PRAGMA integrity_check"), "ok");
        assert_string_equal(ask(db, "SELECT count(*) FROM links"), "3");
        sqlite3_close(db);
    }
    bkt_folder_remove(folder);
    bkt_io_stop(&io);
}

static void
what_cannot_be_written_is_told(void **state)
{
    const bk_column reserved[] = {{.name = "Geom", .unit = "", .meaning = "m", .kind = BK_COLUMN_TEXT, .text = names}};
    const bk_table  table = {.name = "t", .title = "t", .n_rows = 1, .n_columns = 1, .columns = reserved};
    bk_results      results;
    bkt_io          io;
    (void)state;

    bkt_io_start(&io);
    append_tables(&io, &results);
    assert_int_equal(bk_geopackage_write(io.ctx, &results, "/nowhere/a.gpkg"), BK_ERR_FILE);
    assert_string_equal(bkt_error(io.ctx, 0), "/nowhere/a.gpkg: file: cannot be written: No such file or directory");
    assert_int_equal(bk_geopackage_write(io.ctx, &results, "/dev/null"), BK_ERR_FILE);
    assert_string_equal(bkt_error(io.ctx, 1), "/dev/null: file: a GeoPackage cannot be written to a device or pipe");
    assert_int_equal(bk_results_append(io.ctx, &results, &table), BK_OK);
    char folder[64];
    bkt_folder_create(folder);
    assert_int_equal(bk_geopackage_write(io.ctx, &results, bkt_path(folder, "a.gpkg")), BK_ERR_VALUE);
    assert_string_equal(bkt_error(io.ctx, 2), "value: table t: a column of a GeoPackage cannot be named Geom");
    assert_int_equal(bkt_folder_count(folder), 0);
    bkt_folder_remove(folder);
    bkt_io_stop(&io);
}

static void
every_failed_allocation_is_a_clean_error(void **state)
{
    char folder[64];
    bool has_failed = true;
    (void)state;

    bkt_folder_create(folder);
    for (size_t i = 1; has_failed; i++) {
        bk_results results;
        bkt_io     io;
        bkt_io_start(&io);
        append_tables(&io, &results);
        bkt_io_fail_at(&io, i);
        const bk_status status = bk_geopackage_write(io.ctx, &results, bkt_path(folder, "a.gpkg"));
        has_failed = bkt_io_has_failed(&io);
        assert_int_equal(status, has_failed ? BK_ERR_NO_MEMORY : BK_OK);
        assert_int_equal(bkt_folder_count(folder), has_failed ? 0 : 1);
        bkt_io_stop(&io);
    }
    bkt_folder_remove(folder);
}

static void
assert_same_positions(const bk_table *read, const bk_table *written)
{
    assert_int_equal(read->geometry, written->geometry);
    for (size_t row = 0; written->geometry != BK_GEOMETRY_NONE && row <= written->n_rows; row++)
        assert_int_equal(read->first_point[row], written->first_point[row]);
    for (size_t i = 0; written->geometry != BK_GEOMETRY_NONE && i < 2 * written->first_point[written->n_rows]; i++)
        assert_true(read->lon_lat[i] == written->lon_lat[i]);
}

/* Every name, unit, meaning, value and position as it was written. */
static void
tables_are_read_back(void **state)
{
    bk_results            written, read;
    bk_results_difference difference;
    bkt_io                io;
    char                  folder[64];
    (void)state;

    bkt_io_start(&io);
    bkt_folder_create(folder);
    append_tables(&io, &written);
    assert_int_equal(bk_geopackage_write(io.ctx, &written, bkt_path(folder, "a.gpkg")), BK_OK);
    assert_int_equal(bk_geopackage_read(io.ctx, bkt_path(folder, "a.gpkg"), &io.arena, &read), BK_OK);
    assert_int_equal(bk_results_compare(io.ctx, &written, &read, 0.0, &io.arena, &difference), BK_OK);
    assert_true(difference.same);
    assert_int_equal(read.n_tables, written.n_tables);
    for (size_t t = 0; t < read.n_tables; t++)
        assert_same_positions(read.tables[t], written.tables[t]);
    for (size_t t = 0; t < read.n_tables; t++)
        for (size_t c = 0; c < read.tables[t]->n_columns; c++) {
            const bk_column *column = &read.tables[t]->columns[c];
            assert_string_equal(read.tables[t]->title, written.tables[t]->title);
            assert_string_equal(column->name, columns[c].name);
            assert_string_equal(column->unit, columns[c].unit);
            assert_string_equal(column->meaning, columns[c].meaning);
            assert_int_equal(column->kind, columns[c].kind);
        }
    bkt_folder_remove(folder);
    bkt_io_stop(&io);
}

static void
what_is_no_geopackage_is_told(void **state)
{
    bk_results read;
    bkt_io     io;
    char       folder[64];
    sqlite3   *db = NULL;
    (void)state;

    bkt_io_start(&io);
    bkt_folder_create(folder);
    assert_int_equal(bk_geopackage_read(io.ctx, bkt_path(folder, "absent"), &io.arena, &read), BK_ERR_FILE);
    FILE *file = fopen(bkt_path(folder, "text"), "w");
    assert_non_null(file);
    fputs("not a database at all, but longer than the hundred bytes of a header, so that SQLite looks at what it says "
          "and finds it is none",
          file);
    fclose(file);
    assert_int_equal(bk_geopackage_read(io.ctx, bkt_path(folder, "text"), &io.arena, &read), BK_ERR_SYNTAX);
    assert_int_equal(sqlite3_open(bkt_path(folder, "plain"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "CREATE TABLE a (b TEXT)", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    assert_int_equal(bk_geopackage_read(io.ctx, bkt_path(folder, "plain"), &io.arena, &read), BK_ERR_SYNTAX);
    assert_non_null(strstr(bkt_error(io.ctx, 2), "is not a GeoPackage"));
    bkt_folder_remove(folder);
    bkt_io_stop(&io);
}

/* GeoPackage 1.3, clause 2.1.3, and ISO 13249-3, written out by hand. */
static void
geometries_are_read_in_both_byte_orders_and_with_any_envelope(void **state)
{
    /* big-endian, with an envelope in three dimensions (code 2), whose 48 bytes are not looked at; POINT (1.5 -2) */
    unsigned char point[8 + 48 + 21] = {'G', 'P', 0, 2 << 1, 0, 0, 0x10, 0xe6};
    unsigned char line[8 + 9 + 32] = {'G', 'P', 0, 1, 0xe6, 0x10, 0, 0, 1, 2, 0, 0, 0, 2, 0, 0, 0};
    const double  ends[4] = {51.25, 43.5, -179.875, -12.0};
    double        read[4] = {0};
    size_t        n = 0;
    (void)state;

    memcpy(point + 56, "\0\0\0\0\1\x3f\xf8\0\0\0\0\0\0\xc0\0\0\0\0\0\0\0", 21);
    assert_true(bki_geometry_decode(BK_GEOMETRY_POINT, point, sizeof point, &n, read));
    assert_int_equal(n, 1);
    assert_true(read[0] == 1.5 && read[1] == -2.0);
    memcpy(line + 17, ends, sizeof ends);
    assert_true(bki_geometry_decode(BK_GEOMETRY_LINE, line, sizeof line, &n, read));
    assert_int_equal(n, 2);
    assert_memory_equal(read, ends, sizeof ends);
    for (size_t size = 0; size < sizeof line; size++) /* cut short anywhere */
        assert_false(bki_geometry_decode(BK_GEOMETRY_LINE, line, size, &n, NULL));
    assert_false(bki_geometry_decode(BK_GEOMETRY_POINT, line, sizeof line, &n, NULL));
    line[13] = 255; /* more points than there are bytes */
    assert_false(bki_geometry_decode(BK_GEOMETRY_LINE, line, sizeof line, &n, NULL));
    line[3] = 1 | 1 << 4; /* empty */
    assert_true(bki_geometry_decode(BK_GEOMETRY_LINE, line, sizeof line, &n, NULL));
    assert_int_equal(n, 0);
}

static void
a_damaged_geometry_names_its_row(void **state)
{
    bkt_io     io;
    bk_results results, read;
    char       folder[64];
    sqlite3   *db = NULL;
    (void)state;

    bkt_io_start(&io);
    bkt_folder_create(folder);
    append_tables(&io, &results);
    assert_int_equal(bk_geopackage_write(io.ctx, &results, bkt_path(folder, "a.gpkg")), BK_OK);
    assert_int_equal(sqlite3_open(bkt_path(folder, "a.gpkg"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "UPDATE links SET geom = x'4750' WHERE fid = 3", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    assert_int_equal(bk_geopackage_read(io.ctx, bkt_path(folder, "a.gpkg"), &io.arena, &read), BK_ERR_SYNTAX);
    assert_non_null(strstr(bkt_error(io.ctx, 0), "table links, row 3 has a damaged geometry"));
    bkt_folder_remove(folder);
    bkt_io_stop(&io);
}

/* As it may be left by a disk that went bad: cut at any page, it is refused or read, never a crash. */
static void
a_damaged_file_is_an_error(void **state)
{
    bkt_io      io;
    bk_results  results;
    char        folder[64];
    struct stat about;
    (void)state;

    bkt_io_start(&io);
    bkt_folder_create(folder);
    append_tables(&io, &results);
    assert_int_equal(bk_geopackage_write(io.ctx, &results, bkt_path(folder, "a.gpkg")), BK_OK);
    assert_int_equal(stat(bkt_path(folder, "a.gpkg"), &about), 0);
    for (off_t size = about.st_size - 4096; size > 0; size -= 4096) {
        bk_results read;
        assert_int_equal(truncate(bkt_path(folder, "a.gpkg"), size), 0);
        assert_int_not_equal(bk_geopackage_read(io.ctx, bkt_path(folder, "a.gpkg"), &io.arena, &read), BK_OK);
    }
    bkt_folder_remove(folder);
    bkt_io_stop(&io);
}

static void
every_failed_allocation_of_the_reader_is_a_clean_error(void **state)
{
    char       folder[64];
    bool       has_failed = true;
    bk_results results;
    bkt_io     writer;
    (void)state;

    bkt_folder_create(folder);
    bkt_io_start(&writer);
    append_tables(&writer, &results);
    assert_int_equal(bk_geopackage_write(writer.ctx, &results, bkt_path(folder, "a.gpkg")), BK_OK);
    bkt_io_stop(&writer);
    for (size_t i = 1; has_failed; i++) {
        bk_results read;
        bkt_io     io;
        bkt_io_start(&io);
        bkt_io_fail_at(&io, i);
        const bk_status status = bk_geopackage_read(io.ctx, bkt_path(folder, "a.gpkg"), &io.arena, &read);
        has_failed = bkt_io_has_failed(&io);
        assert_int_equal(status, has_failed ? BK_ERR_NO_MEMORY : BK_OK);
        bkt_io_stop(&io);
    }
    bkt_folder_remove(folder);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_file_says_it_is_a_geopackage_and_is_sound),
        cmocka_unit_test(values_come_back_bit_for_bit),
        cmocka_unit_test(geometries_are_the_bytes_of_the_standard),
        cmocka_unit_test(classes_hold_as_many_values_each_and_cover_all),
        cmocka_unit_test(gains_and_losses_get_classes_symmetric_about_zero),
        cmocka_unit_test(one_value_is_one_class_and_none_is_no_class),
        cmocka_unit_test(each_table_has_a_style_that_names_its_columns),
        cmocka_unit_test(gdal_reads_layers_geometries_and_aliases),
        cmocka_unit_test(a_full_disk_keeps_the_old_file_and_leaves_nothing),
        cmocka_unit_test(a_killed_writer_leaves_the_old_file_or_the_new),
        cmocka_unit_test(what_cannot_be_written_is_told),
        cmocka_unit_test(every_failed_allocation_is_a_clean_error),
        cmocka_unit_test(tables_are_read_back),
        cmocka_unit_test(geometries_are_read_in_both_byte_orders_and_with_any_envelope),
        cmocka_unit_test(a_damaged_geometry_names_its_row),
        cmocka_unit_test(what_is_no_geopackage_is_told),
        cmocka_unit_test(a_damaged_file_is_an_error),
        cmocka_unit_test(every_failed_allocation_of_the_reader_is_a_clean_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
