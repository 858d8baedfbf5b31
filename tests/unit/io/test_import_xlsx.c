/* A workbook of ours as tables of a study: names, units, rows; days; and when memory is short. */
#include "io_test.h"

#include "buckle/import.h"
#include "buckle/io.h"
#include "io/xlsx_read.h"

static const char *const ids[] = {"a", "b, \"west\"", "c"};
static const char *const countries[] = {"KAZ", "KAZ", "CHN"};
static const double      x[] = {51.2, 0.1 + 0.2, -1e-7}; /* 0.1 + 0.2 wants 17 digits, a workbook of ours has 16 */
static const double      y[] = {43.65, 43.25, 12.0};
static const bool        no_name[] = {true, true, false};

static const bk_column columns[] = {
    {.name = "node_id", .unit = "", .meaning = "", .kind = BK_COLUMN_TEXT, .text = ids},
    {.name = "x_coord", .unit = "degrees", .meaning = "", .kind = BK_COLUMN_NUMBER, .number = x},
    {.name = "y_coord", .unit = "degrees", .meaning = "", .kind = BK_COLUMN_NUMBER, .number = y},
    {.name = "name", .unit = "", .meaning = "", .kind = BK_COLUMN_TEXT, .text = ids, .empty = no_name},
    {.name = "country", .unit = "", .meaning = "", .kind = BK_COLUMN_TEXT, .text = countries},
};
static const bk_table nodes = {.name = "node", .title = "", .n_rows = 3, .n_columns = 5, .columns = columns};

/* Written by libxlsxwriter: a sheet of columns, then `node` with names, units and rows. */
static void
workbook_write(const char *folder)
{
    bkt_io io;

    bkt_io_start(&io);
    bk_results results = {.arena = &io.arena};
    assert_int_equal(bk_results_append(io.ctx, &results, &nodes), BK_OK);
    assert_int_equal(bk_xlsx_write(io.ctx, &results, bkt_path(folder, "book.xlsx")), BK_OK);
    bkt_io_stop(&io);
}

static bk_status
import(bkt_io *io, const char *folder, bk_import_report *report)
{
    const bk_import_request request = {.format = BK_IMPORT_XLSX,
                                       .path = bk_arena_format(&io->arena, "%s/book.xlsx", folder),
                                       .folder = folder,
                                       .replace = true};

    return bk_import(io->ctx, &request, &io->arena, report);
}

static void
a_workbook_of_ours_comes_back(void **state)
{
    char             folder[64];
    const char      *bytes = NULL;
    size_t           n = 0;
    bkt_io           io;
    bk_import_report report;
    (void)state;

    bkt_io_start(&io);
    bkt_folder_create(folder);
    workbook_write(folder);
    assert_int_equal(import(&io, folder, &report), BK_OK);
    assert_int_equal(report.n_files, 1);
    assert_int_equal(report.files[0].rows, 3);
    assert_int_equal(bk_file_read(io.ctx, report.files[0].path, &io.arena, &bytes, &n), BK_OK);
    assert_string_equal(bk_arena_text(&io.arena, bytes, n), "node_id,x_coord,y_coord,name,country\n"
                                                            "a,51.2,43.65,,KAZ\n"
                                                            "\"b, \"\"west\"\"\",0.3,43.25,,KAZ\n"
                                                            "c,-1e-07,12,c,CHN\n");
    assert_int_equal(report.n_drops, 1);
    assert_string_equal(report.drops[0].what, "sheet columns");
    bkt_folder_remove(folder);
    bkt_io_stop(&io);
}

static void
addresses_are_those_of_a_spreadsheet(void **state)
{
    char text[BKI_ADDRESS];
    (void)state;

    assert_string_equal(bki_cell_address(1, 1, text), "A1");
    assert_string_equal(bki_cell_address(7, 26, text), "Z7");
    assert_string_equal(bki_cell_address(8, 27, text), "AA8");
    assert_string_equal(bki_cell_address(9, 702, text), "ZZ9");
    assert_string_equal(bki_cell_address(1048576, 16384, text), "XFD1048576"); /* the last cell of a sheet */
}

static void
a_lack_of_memory_is_an_error(void **state)
{
    char folder[64];
    (void)state;

    bkt_folder_create(folder);
    workbook_write(folder);
    for (size_t n = 1, done = 0; !done; n++) {
        bkt_io           io;
        bk_import_report report;
        bkt_io_start(&io);
        bkt_io_fail_at(&io, n);
        const bk_status status = import(&io, folder, &report);
        done = !bkt_io_has_failed(&io);
        assert_int_equal(status, done ? BK_OK : BK_ERR_NO_MEMORY);
        bkt_io_stop(&io);
    }
    bkt_folder_remove(folder);
}

static void
tables_of_a_study_are_read_as_they_stand(void **state)
{
    char       folder[64];
    bkt_io     io;
    bk_results read;
    (void)state;

    bkt_folder_create(folder);
    bkt_file_put_text(folder, "network/node.csv",
                      "node_id;x_coord;y_coord;country;mine\na;51,5;43;KAZ;1\nb;;east;CHN;2\n");
    for (size_t n = 0, done = 0; !done; n++) {
        bkt_io_start(&io);
        if (n > 0)
            bkt_io_fail_at(&io, n);
        const bk_status status = bk_study_tables(io.ctx, folder, &io.arena, &read);
        done = n > 0 && !bkt_io_has_failed(&io);
        assert_int_equal(status, n == 0 || done ? BK_OK : BK_ERR_NO_MEMORY);
        if (n == 0) {
            const bk_table *node = bk_results_find(&read, "node");
            assert_non_null(node);
            assert_int_equal(node->n_rows, 2);
            const bk_column *lon = bk_table_column(node, "x_coord"), *lat = bk_table_column(node, "y_coord");
            assert_int_equal(lon->kind, BK_COLUMN_NUMBER); /* 51,5 by the semicolons */
            assert_true(lon->number[0] == 51.5 && lon->empty[1]);
            assert_string_equal(lon->unit, "degrees");
            assert_int_equal(lat->kind, BK_COLUMN_TEXT); /* one cell is no number */
            assert_string_equal(lat->text[1], "east");
            assert_int_equal(bk_table_column(node, "mine")->kind, BK_COLUMN_TEXT);
        }
        bkt_io_stop(&io);
    }
    bkt_folder_remove(folder);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_workbook_of_ours_comes_back),
        cmocka_unit_test(addresses_are_those_of_a_spreadsheet),
        cmocka_unit_test(a_lack_of_memory_is_an_error),
        cmocka_unit_test(tables_of_a_study_are_read_as_they_stand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
