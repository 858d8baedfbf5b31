/* Results as report, workbook, folder of tables and figures: what is there, what is left out, and what fails cleanly.
 */
#include "io_test.h"

#include "buckle/io.h"
#include "io/figure.h"

static const char *const scenario[] = {"policy", "policy", "policy"};
static const char *const name[] = {"=cmd|'/c calc'!A1", "B & <C>", NULL};
static const char *const country[] = {"KAZ", "CHN", "UZB"};
static const double      welfare[] = {0.5, -0.25, 0.0};
static const uint32_t    place_points[] = {0, 1, 2, 2};
static const double      lon_lat[] = {68, 47, 113, 34.5};
static const int64_t     large[] = {1, INT64_MAX, INT64_MIN};

static void
make_results(bkt_io *io, bk_results *results)
{
    static const bk_column columns[] = {
        {.name = "scenario", .unit = "", .meaning = "m", .kind = BK_COLUMN_TEXT, .text = scenario},
        {.name = "name", .unit = "", .meaning = "m", .kind = BK_COLUMN_TEXT, .text = name},
        {.name = "country", .unit = "", .meaning = "m", .kind = BK_COLUMN_TEXT, .text = country},
        {.name = "welfare_pct", .unit = "%", .meaning = "m", .kind = BK_COLUMN_NUMBER, .number = welfare},
        {.name = "n", .unit = "", .meaning = "m", .kind = BK_COLUMN_INTEGER, .integer = large},
    };
    static const bk_table economies = {.name = "economies",
                                       .title = "t",
                                       .n_rows = 3,
                                       .n_columns = 5,
                                       .columns = columns,
                                       .geometry = BK_GEOMETRY_POINT,
                                       .first_point = place_points,
                                       .lon_lat = lon_lat};
    static const bk_table empty = {
        .name = "a [table]: whose name is much too long for a sheet", .title = "t", .n_columns = 5, .columns = columns};

    *results = (bk_results){.arena = &io->arena};
    assert_int_equal(bk_results_append(io->ctx, results, &economies), BK_OK);
    assert_int_equal(bk_results_append(io->ctx, results, &empty), BK_OK);
}

static void
only_figures_that_the_tables_hold_are_drawn(void **state)
{
    bkt_io            io;
    bk_results        results;
    size_t            n = 0;
    const bki_figure *figures = NULL;
    (void)state;

    bkt_io_start(&io);
    make_results(&io, &results);
    assert_int_equal(bki_figures_list(io.ctx, &results, &io.arena, &n, &figures), BK_OK);
    assert_int_equal(n, 1);
    assert_string_equal(figures[0].name, "gains-policy");
    assert_int_equal(figures[0].n_rows, 3);
    bkt_close(figures[0].values[0], 0.5, 0.0, 0.0);
    bkt_close(figures[0].values[2], -0.25, 0.0, 0.0); /* the next by size, though below zero */
    bki_text svg = {.arena = &io.arena}, png = {.arena = &io.arena}, pdf = {.arena = &io.arena};
    assert_int_equal(bki_figure_render(io.ctx, &figures[0], BKI_SVG, &svg), BK_OK);
    assert_int_equal(bki_figure_render(io.ctx, &figures[0], BKI_PNG, &png), BK_OK);
    assert_int_equal(bki_figure_render(io.ctx, &figures[0], BKI_PDF, &pdf), BK_OK);
    assert_non_null(strstr(svg.bytes, "</svg>"));
    assert_memory_equal(png.bytes, "\x89PNG", 4);
    assert_memory_equal(pdf.bytes, "%PDF-", 5);
    bkt_io_stop(&io);
}

/* A project of 100 in the first year that gains 30 a year and costs 5 to run: the running total by hand. */
static void
a_cash_flow_adds_up_by_year(void **state)
{
    static const char *const project[] = {"line", "line", "line", "line", "other"};
    static const char *const economy[] = {"all", "KAZ", "all", "all", "all"};
    static const int64_t     year[] = {2023, 2023, 2024, 2025, 2023};
    static const double      investment[] = {100, 60, 0, 0, 7}, running[] = {0, 0, 5, 5, 0}, gain[] = {0, 0, 30, 30, 1};
    static const double      total[] = {-100, -75, -50};
    const bk_column          columns[] = {
                 {.name = "project", .unit = "", .meaning = "m", .kind = BK_COLUMN_TEXT, .text = project},
                 {.name = "economy", .unit = "", .meaning = "m", .kind = BK_COLUMN_TEXT, .text = economy},
                 {.name = "year", .unit = "", .meaning = "m", .kind = BK_COLUMN_INTEGER, .integer = year},
                 {.name = "investment_usd", .unit = "USD", .meaning = "m", .kind = BK_COLUMN_NUMBER, .number = investment},
                 {.name = "running_usd", .unit = "USD", .meaning = "m", .kind = BK_COLUMN_NUMBER, .number = running},
                 {.name = "gain_usd", .unit = "USD", .meaning = "m", .kind = BK_COLUMN_NUMBER, .number = gain}};
    const bk_table table = {.name = "cash_flow", .title = "t", .n_rows = 5, .n_columns = 6, .columns = columns};
    bkt_io         io;
    bk_results     results;
    bki_figure     figure = {0};
    (void)state;

    bkt_io_start(&io);
    results = (bk_results){.arena = &io.arena};
    assert_int_equal(bk_results_append(io.ctx, &results, &table), BK_OK);
    assert_true(bki_figure_cash_flow(&results, "line", &io.arena, &figure));
    assert_int_equal(figure.n_rows, 3);
    assert_string_equal(figure.rows[2], "2025");
    for (size_t row = 0; row < 3; row++)
        bkt_close(figure.values[row * figure.n_columns + figure.n_columns - 1], total[row], 1e-15, 0.0);
    bki_text svg = {.arena = &io.arena};
    assert_int_equal(bki_figure_render(io.ctx, &figure, BKI_SVG, &svg), BK_OK);
    assert_null(strstr(svg.bytes, "nan"));
    assert_false(bki_figure_cash_flow(&results, "no such project", &io.arena, &figure));
    bkt_io_stop(&io);
}

static void
a_page_escapes_what_studies_say(void **state)
{
    bkt_io      io;
    bk_results  results;
    char        folder[64];
    const char *bytes;
    size_t      n;
    (void)state;

    bkt_io_start(&io);
    bkt_folder_create(folder);
    make_results(&io, &results);
    assert_int_equal(bk_html_write(io.ctx, &results, bkt_path(folder, "a.html")), BK_OK);
    assert_int_equal(bk_file_read(io.ctx, bkt_path(folder, "a.html"), &io.arena, &bytes, &n), BK_OK);
    assert_non_null(strstr(bytes, "B &amp; &lt;C&gt; -0.25 %"));
    assert_null(strstr(bytes, "<C>"));
    bkt_folder_remove(folder);
    bkt_io_stop(&io);
}

static void
places_that_cannot_be_written_are_named(void **state)
{
    bkt_io      io;
    bk_results  results;
    const char *paths[4];
    (void)state;

    bkt_io_start(&io);
    make_results(&io, &results);
    assert_int_equal(bk_html_write(io.ctx, &results, "/nowhere/at/all.html"), BK_ERR_FILE);
    assert_int_equal(bk_xlsx_write(io.ctx, &results, "/nowhere/at/all.xlsx"), BK_ERR_FILE);
    assert_int_equal(bk_csv_write_all(io.ctx, &results, "/nowhere/at/all", &io.arena, paths), BK_ERR_FILE);
    assert_int_equal(bk_figures_write(io.ctx, &results, "/nowhere/at/all"), BK_ERR_FILE);
    for (size_t e = 0; e < 4; e++) {
        const bk_error *error = bk_error_get(io.ctx, e);
        assert_non_null(strstr(error->file ? error->file : error->message, "/nowhere/at/all"));
    }
    bkt_io_stop(&io);
}

/* Every request of ours fails in turn: an error, no file, nothing kept. */
static void
short_memory_leaves_no_file(void **state)
{
    bool done = false;
    (void)state;

    for (size_t nth = 1; !done && nth < 400; nth++) {
        bkt_io     io;
        bk_results results;
        char       folder[64];
        bkt_io_start(&io);
        bkt_folder_create(folder);
        make_results(&io, &results);
        bkt_io_fail_at(&io, nth);
        const bk_status xlsx = bk_xlsx_write(io.ctx, &results, bkt_path(folder, "a.xlsx"));
        const bk_status html = xlsx == BK_OK ? bk_html_write(io.ctx, &results, bkt_path(folder, "a.html")) : BK_OK;
        done = xlsx == BK_OK && html == BK_OK && !bkt_io_has_failed(&io);
        if (!done)
            assert_true(xlsx == BK_ERR_NO_MEMORY || html == BK_ERR_NO_MEMORY);
        if (xlsx != BK_OK)
            assert_int_not_equal(access(bkt_path(folder, "a.xlsx"), F_OK), 0);
        if (html != BK_OK)
            assert_int_not_equal(access(bkt_path(folder, "a.html"), F_OK), 0);
        bkt_folder_remove(folder);
        bkt_io_stop(&io);
    }
    assert_true(done);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_figures_that_the_tables_hold_are_drawn),
        cmocka_unit_test(a_cash_flow_adds_up_by_year),
        cmocka_unit_test(a_page_escapes_what_studies_say),
        cmocka_unit_test(places_that_cannot_be_written_are_named),
        cmocka_unit_test(short_memory_leaves_no_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
