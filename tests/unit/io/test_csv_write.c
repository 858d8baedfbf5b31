/* Tables as CSV: the text itself, and what the project's own reader makes of it. */
#include "io_test.h"

#include "buckle/io.h"
#include "io/csv.h"

static const char *
written(bkt_io *io, const bk_table *table)
{
    char        folder[64];
    const char *bytes;
    size_t      n;

    bkt_folder_create(folder);
    assert_int_equal(bk_csv_write(io->ctx, table, bkt_path(folder, "a.csv")), BK_OK);
    assert_int_equal(bk_file_read(io->ctx, bkt_path(folder, "a.csv"), &io->arena, &bytes, &n), BK_OK);
    bkt_folder_remove(folder);
    return bytes;
}

static void
units_stand_in_names_and_numbers_have_17_digits(void **state)
{
    static const char *const text[] = {"plain", "a, \"b\"", NULL, "two\nlines", ""};
    static const double      number[] = {0.1, -1e300, 5, 2.5, 0};
    static const int64_t     integer[] = {1, -2, 3, INT64_MAX, 0};
    static const bool        empty[] = {false, false, false, false, true};
    const bk_column          columns[] = {
                 {.name = "name", .unit = "", .meaning = "m", .kind = BK_COLUMN_TEXT, .text = text},
                 {.name = "cost",
                  .unit = "USD/t, real",
                  .meaning = "m",
                  .kind = BK_COLUMN_NUMBER,
                  .number = number,
                  .empty = empty},
                 {.name = "n", .unit = "t", .meaning = "m", .kind = BK_COLUMN_INTEGER, .integer = integer, .empty = empty}};
    const bk_table table = {.name = "t", .title = "t", .n_rows = 5, .n_columns = 3, .columns = columns};
    bkt_io         io;
    (void)state;

    bkt_io_start(&io);
    assert_string_equal(written(&io, &table), "name,\"cost [USD/t, real]\",n [t]\n"
                                              "plain,0.10000000000000001,1\n"
                                              "\"a, \"\"b\"\"\",-1.0000000000000001e+300,-2\n"
                                              ",5,3\n"
                                              "\"two\nlines\",2.5,9223372036854775807\n"
                                              "\"\",,\n");
    bkt_io_stop(&io);
}

static void
geometries_are_well_known_text(void **state)
{
    static const int64_t  id[] = {1, 2, 3};
    static const uint32_t point[] = {0, 1, 1, 2}, line[] = {0, 0, 2, 4};
    static const double   lon_lat[] = {50.5, 43, -1, 2, 3, 4, 5, 6};
    const bk_column columns[] = {{.name = "id", .unit = "", .meaning = "m", .kind = BK_COLUMN_INTEGER, .integer = id}};
    bk_table        table = {.name = "t",
                             .title = "t",
                             .n_rows = 3,
                             .n_columns = 1,
                             .columns = columns,
                             .geometry = BK_GEOMETRY_POINT,
                             .first_point = point,
                             .lon_lat = lon_lat};
    bkt_io          io;
    (void)state;

    bkt_io_start(&io);
    assert_string_equal(written(&io, &table), "id,WKT\n1,POINT (50.5 43)\n2,\n3,POINT (-1 2)\n");
    table.geometry = BK_GEOMETRY_LINE;
    table.first_point = line;
    assert_string_equal(written(&io, &table),
                        "id,WKT\n1,\n2,\"LINESTRING (50.5 43,-1 2)\"\n3,\"LINESTRING (3 4,5 6)\"\n");
    bkt_io_stop(&io);
}

/* Any text comes back from the reader as it was, a lone empty cell too, over more rows than one block holds. */
static void
what_is_written_is_read_back(void **state)
{
    enum { N_ROWS = 20000 };
    bkt_random      random = {.seed = 3};
    const char    **text = calloc(N_ROWS, sizeof *text);
    bkt_io          io;
    char            folder[64];
    const bk_column columns[] = {{.name = "x", .unit = "", .meaning = "m", .kind = BK_COLUMN_TEXT, .text = text}};
    const bk_table  table = {.name = "t", .title = "t", .n_rows = N_ROWS, .n_columns = 1, .columns = columns};
    (void)state;

    assert_non_null(text);
    bkt_io_start(&io);
    for (size_t row = 0; row < N_ROWS; row++) {
        char         cell[40];
        const size_t n = bkt_below(&random, sizeof cell);
        for (size_t i = 0; i < n; i++)
            cell[i] = ",;\" \n\rab\t'="[bkt_below(&random, 11)];
        text[row] = bk_arena_text(&io.arena, cell, n);
    }
    bkt_folder_create(folder);
    assert_int_equal(bk_csv_write(io.ctx, &table, bkt_path(folder, "a.csv")), BK_OK);
    bki_csv       *csv = bki_csv_create(io.ctx, &io.arena);
    bki_csv_record record;
    assert_int_equal(bki_csv_open(csv, bkt_path(folder, "a.csv"), "a.csv"), BK_OK);
    bki_csv_next(csv, &record);
    for (size_t row = 0; row < N_ROWS; row++) {
        assert_int_equal(bki_csv_next(csv, &record), BK_OK);
        assert_int_equal(record.n_fields, 1);
        assert_int_equal(record.fields[0].length, strlen(text[row]));
        assert_memory_equal(record.fields[0].text, text[row], record.fields[0].length);
    }
    bki_csv_next(csv, &record);
    assert_int_equal(record.n_fields, 0);
    assert_int_equal(bk_error_count(io.ctx), 0);
    bki_csv_close(csv);
    bkt_folder_remove(folder);
    bkt_io_stop(&io);
    free(text);
}

static void
every_failed_allocation_is_a_clean_error(void **state)
{
    static const int64_t id[] = {1};
    const bk_column columns[] = {{.name = "id", .unit = "", .meaning = "m", .kind = BK_COLUMN_INTEGER, .integer = id}};
    const bk_table  table = {.name = "t", .title = "t", .n_rows = 1, .n_columns = 1, .columns = columns};
    char            folder[64];
    bool            has_failed = true;
    (void)state;

    bkt_folder_create(folder);
    for (size_t i = 1; has_failed; i++) {
        bkt_io io;
        bkt_io_start(&io);
        bkt_io_fail_at(&io, i);
        const bk_status status = bk_csv_write(io.ctx, &table, bkt_path(folder, "a.csv"));
        has_failed = bkt_io_has_failed(&io);
        assert_int_equal(status, has_failed ? BK_ERR_NO_MEMORY : BK_OK);
        assert_int_equal(bkt_folder_count(folder), has_failed ? 0 : 1);
        bkt_io_stop(&io);
    }
    bkt_folder_remove(folder);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(units_stand_in_names_and_numbers_have_17_digits),
        cmocka_unit_test(geometries_are_well_known_text),
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(every_failed_allocation_is_a_clean_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
