/* The reader of CSV against RFC 4180 and against a slow reader that looks at one byte at a time. */
#include "io_test.h"

#include "io/csv.h"
#include "io/csv_marks.h"
#include "io/utf8.h"

static void
check_field(const bki_csv_record *record, size_t i, const char *text, unsigned column)
{
    assert_true(i < record->n_fields);
    assert_int_equal(record->fields[i].length, strlen(text));
    assert_memory_equal(record->fields[i].text, text, strlen(text));
    assert_int_equal(record->fields[i].column, column);
}

static bki_csv *
csv_of(bkt_io *io, const char *bytes, size_t n)
{
    bki_csv *csv = bki_csv_create(io->ctx, &io->arena);

    assert_non_null(csv);
    bki_csv_open_bytes(csv, bytes, n, "a.csv");
    return csv;
}

static void
quoted_cells_may_hold_delimiters_quotes_and_line_ends(void **state)
{
    const char    *text = "id,name,note\r\n1,\"a, \"\"b\"\"\",\"two\r\nlines\"\r\n2,c,\"\"\r\n";
    bkt_io         io;
    bki_csv_record record;
    (void)state;

    bkt_io_start(&io);
    bki_csv *csv = csv_of(&io, text, strlen(text));
    assert_int_equal(bki_csv_next(csv, &record), BK_OK);
    assert_int_equal(record.n_fields, 3);
    check_field(&record, 2, "note", 9);
    assert_int_equal(bki_csv_next(csv, &record), BK_OK);
    assert_int_equal(record.line, 2);
    check_field(&record, 0, "1", 1);
    check_field(&record, 1, "a, \"b\"", 3);
    check_field(&record, 2, "two\r\nlines", 14);
    assert_int_equal(bki_csv_next(csv, &record), BK_OK);
    assert_int_equal(record.line, 4);
    check_field(&record, 2, "", 5);
    assert_int_equal(bki_csv_next(csv, &record), BK_OK);
    assert_int_equal(record.n_fields, 0);
    assert_int_equal(bk_error_count(io.ctx), 0);
    bkt_io_stop(&io);
}

static void
columns_count_characters_and_not_bytes(void **state)
{
    const char    *text = "\xef\xbb\xbfпункт,b,c\nАктау,\"Каспий \"\"море\"\"\",x\n";
    bkt_io         io;
    bki_csv_record record;
    (void)state;

    bkt_io_start(&io);
    bki_csv *csv = csv_of(&io, text, strlen(text));
    assert_int_equal(bki_csv_next(csv, &record), BK_OK);
    check_field(&record, 0, "пункт", 1);
    check_field(&record, 1, "b", 7);
    check_field(&record, 2, "c", 9);
    assert_int_equal(bki_csv_next(csv, &record), BK_OK);
    check_field(&record, 1, "Каспий \"море\"", 7);
    check_field(&record, 2, "x", 25); /* 5 + 1 + 17 with its quotes + 1, and one on */
    bkt_io_stop(&io);
}

static void
a_cell_behind_a_line_end_in_its_row_has_no_column(void **state)
{
    const char    *text = "a,b,c\n1,\"x\ny\",3\n";
    bkt_io         io;
    bki_csv_record record;
    (void)state;

    bkt_io_start(&io);
    bki_csv *csv = csv_of(&io, text, strlen(text));
    bki_csv_next(csv, &record);
    assert_int_equal(bki_csv_next(csv, &record), BK_OK);
    check_field(&record, 1, "x\ny", 3);
    check_field(&record, 2, "3", 0);
    bkt_io_stop(&io);
}

static void
the_delimiter_is_the_one_that_cuts_the_header_more_often(void **state)
{
    const char    *text = "a;\"b,c,d,e\";f\n0,5;x;y\n";
    bkt_io         io;
    bki_csv_record record;
    (void)state;

    bkt_io_start(&io);
    bki_csv *csv = csv_of(&io, text, strlen(text));
    bki_csv_next(csv, &record);
    assert_int_equal(record.n_fields, 3);
    assert_true(bki_csv_has_semicolons(csv));
    bki_csv_next(csv, &record);
    check_field(&record, 0, "0,5", 1);
    bkt_io_stop(&io);
}

static void
the_last_line_needs_no_end_and_empty_lines_are_none(void **state)
{
    static const char *texts[] = {"a,b\n1,", "a,b\r\n\r\n1,\r\n\r\n", "\n\na,b\n\n1,\"\"", "a,b\n1,\"\"\r\n"};
    static const int   lines[] = {2, 3, 5, 2};
    bkt_io             io;
    bki_csv_record     record;
    (void)state;

    bkt_io_start(&io);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        bki_csv *csv = csv_of(&io, texts[i], strlen(texts[i]));
        bki_csv_next(csv, &record);
        check_field(&record, 1, "b", 3);
        bki_csv_next(csv, &record);
        assert_int_equal(record.n_fields, 2);
        assert_int_equal(record.line, lines[i]);
        check_field(&record, 1, "", 3);
        assert_int_equal(bki_csv_next(csv, &record), BK_OK);
        assert_int_equal(record.n_fields, 0);
        assert_int_equal(bki_csv_next(csv, &record), BK_OK); /* and stays at the end */
        assert_int_equal(record.n_fields, 0);
    }
    assert_int_equal(bk_error_count(io.ctx), 0);
    bkt_io_stop(&io);
}

static void
each_malformed_row_is_named_by_its_place_and_passed_over(void **state)
{
    static const struct {
        const char *row, *error;
    } cases[] = {
        {"1,2", "a.csv:2:4: syntax: 2 cells where the header has 3"},
        {"1,2,3,4,5", "a.csv:2:7: syntax: 5 cells where the header has 3"},
        {"1,2,3,\"4\"", "a.csv:2:7: syntax: 4 cells where the header has 3"},
        {"é,b\"c,3", "a.csv:2:4: syntax: a quote inside a cell that does not begin with one"},
        {"é,\"b\" ,3", "a.csv:2:6: syntax: text behind a closing quote"},
        {"a,\"b\nc\"d,3", "a.csv:3:3: syntax: text behind a closing quote"},
        {"a\rb,c,d", "a.csv:2:2: syntax: a carriage return that no line feed follows"},
        {"a,\"c\"\rx,d", "a.csv:2:6: syntax: a carriage return that no line feed follows"},
        {"éa,\xe9,3", "a.csv:2:4: syntax: byte 0xE9 is not UTF-8"},
        {"a,\"x\n\xff\",3", "a.csv:3:1: syntax: byte 0xFF is not UTF-8"},
        {"\xed\xa0\x80,b,3", "a.csv:2:1: syntax: byte 0xED is not UTF-8"},     /* a surrogate */
        {"\xc0\xaf,b,3", "a.csv:2:1: syntax: byte 0xC0 is not UTF-8"},         /* overlong */
        {"a,b,\xf4\x90\x80\x80", "a.csv:2:5: syntax: byte 0xF4 is not UTF-8"}, /* past U+10FFFF */
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bkt_io         io;
        bki_csv_record record;
        char           text[256];
        bkt_io_start(&io);
        snprintf(text, sizeof text, "a,b,c\n%s\nnext,row,is fine\n", cases[i].row);
        bki_csv *csv = csv_of(&io, text, strlen(text));
        assert_int_equal(bki_csv_next(csv, &record), BK_OK);
        assert_int_equal(bki_csv_next(csv, &record), BK_OK);
        check_field(&record, 0, "next", 1);
        assert_int_equal(record.line, strchr(cases[i].row, '\n') != NULL ? 4 : 3);
        assert_int_equal(bk_error_count(io.ctx), 1);
        assert_string_equal(bkt_error(io.ctx, 0), cases[i].error);
        bkt_io_stop(&io);
    }
}

static void
a_null_byte_is_a_fault_wherever_it_stands(void **state)
{
    static const char text[] = "a,b\nx\0y,1\n1,\"z\0\"\n2,3";
    bkt_io            io;
    bki_csv_record    record;
    (void)state;

    bkt_io_start(&io);
    bki_csv *csv = csv_of(&io, text, sizeof text - 1);
    bki_csv_next(csv, &record);
    assert_int_equal(bki_csv_next(csv, &record), BK_OK);
    assert_int_equal(record.line, 4);
    assert_int_equal(bk_error_count(io.ctx), 2);
    assert_string_equal(bkt_error(io.ctx, 0), "a.csv:2:2: syntax: a NUL byte");
    assert_string_equal(bkt_error(io.ctx, 1), "a.csv:3:5: syntax: a NUL byte");
    bkt_io_stop(&io);
}

static void
a_quote_never_closed_ends_the_file_at_its_own_place(void **state)
{
    const char    *text = "a,b\nx,\"y\nz,1\n";
    bkt_io         io;
    bki_csv_record record;
    (void)state;

    bkt_io_start(&io);
    bki_csv *csv = csv_of(&io, text, strlen(text));
    bki_csv_next(csv, &record);
    assert_int_equal(bki_csv_next(csv, &record), BK_ERR_SYNTAX);
    assert_string_equal(bkt_error(io.ctx, 0), "a.csv:2:3: syntax: a quote that is never closed");
    bkt_io_stop(&io);
}

static void
after_fifty_malformed_rows_the_file_is_given_up(void **state)
{
    bkt_io         io;
    bki_csv_record record;
    char           text[1024] = "a,b\n";
    (void)state;

    bkt_io_start(&io);
    for (int i = 0; i < 60; i++)
        strcat(text, "1\n");
    bki_csv *csv = csv_of(&io, text, strlen(text));
    bki_csv_next(csv, &record);
    assert_int_equal(bki_csv_next(csv, &record), BK_ERR_SYNTAX);
    assert_int_equal(bk_error_count(io.ctx), 51);
    bkt_io_stop(&io);
}

static void
only_regular_files_are_read(void **state)
{
    bkt_io io;
    char   folder[64];
    (void)state;

    bkt_io_start(&io);
    bkt_folder_create(folder);
    bki_csv *csv = bki_csv_create(io.ctx, &io.arena);
    assert_int_equal(bki_csv_open(csv, bkt_path(folder, "none.csv"), "none.csv"), BK_ERR_FILE);
    assert_string_equal(bkt_error(io.ctx, 0), "none.csv: file: cannot be opened: No such file or directory");
    assert_int_equal(bki_csv_open(csv, folder, "folder"), BK_ERR_FILE);
    assert_string_equal(bkt_error(io.ctx, 1), "folder: file: is a folder, not a file");
    assert_int_equal(mkfifo(bkt_path(folder, "pipe.csv"), 0600), 0);
    assert_int_equal(bki_csv_open(csv, bkt_path(folder, "pipe.csv"), "pipe.csv"), BK_ERR_FILE);
    assert_string_equal(bkt_error(io.ctx, 2), "pipe.csv: file: is not a regular file");
    bkt_folder_remove(folder);
    bkt_io_stop(&io);
}

/* ---- against a slow reader ---------------------------------------------------------------------------------- */

/* Rows longer than a block, cells of every length, so that every kind of byte meets every place of a block's end. */
static void
rows_are_the_same_wherever_blocks_end(void **state)
{
    const size_t n_rows = 3000;
    bkt_random   random = {.seed = 4180};
    char        *text = malloc(8u << 20), *cells = malloc(8u << 20), *end = text, *cell = cells;
    bkt_io       io;
    char         folder[64];
    (void)state;

    assert_true(text != NULL && cells != NULL);
    end += sprintf(end, "a,b,c\n");
    for (size_t row = 0; row < n_rows; row++) {
        for (int column = 0; column < 3; column++) {
            const size_t n = row == 1000 && column == 1 ? 700000 : bkt_below(&random, 400);
            *end++ = '"';
            for (size_t i = 0; i < n; i++) {
                const char c = ",\"\r\nxyz."[bkt_below(&random, 8)];
                *end++ = c;
                *cell++ = c;
                if (c == '"')
                    *end++ = c;
            }
            *cell++ = '\0';
            end += sprintf(end, "\"%s", column < 2 ? "," : row % 2 == 0 ? "\r\n" : "\n");
        }
    }
    bkt_io_start(&io);
    bkt_folder_create(folder);
    bkt_file_put(folder, "a.csv", text, (size_t)(end - text));
    bki_csv       *csv = bki_csv_create(io.ctx, &io.arena);
    bki_csv_record record;
    assert_int_equal(bki_csv_open(csv, bkt_path(folder, "a.csv"), "a.csv"), BK_OK);
    bki_csv_next(csv, &record);
    cell = cells;
    for (size_t row = 0; row < n_rows; row++) {
        assert_int_equal(bki_csv_next(csv, &record), BK_OK);
        assert_int_equal(record.n_fields, 3);
        for (size_t column = 0; column < 3; column++) {
            const size_t n = strlen(cell);
            assert_int_equal(record.fields[column].length, n);
            assert_memory_equal(record.fields[column].text, cell, n);
            cell += n + 1;
        }
    }
    bki_csv_next(csv, &record);
    assert_int_equal(record.n_fields, 0);
    bki_csv_close(csv);
    bkt_folder_remove(folder);
    bkt_io_stop(&io);
    free(text);
    free(cells);
}

static void
marks_are_those_of_a_look_at_every_byte(void **state)
{
    bkt_random random = {.seed = 75};
    (void)state;

    for (int round = 0; round < 2000; round++) {
        char     text[80];
        uint32_t marks[80 + BKI_MARKS_SLACK];
        bool     is_ascii = true, expected_ascii = true;
        size_t   n = bkt_below(&random, sizeof text + 1), from = n > 0 ? bkt_below(&random, n) : 0, found = 0;
        for (size_t i = 0; i < n; i++)
            text[i] = bkt_below(&random, 2) == 0 ? "\",;\n\r\t \x1f !#\x80\xa2\xff"[bkt_below(&random, 14)]
                                                 : (char)bkt_below(&random, 256);
        const size_t n_marks = bki_csv_marks(text, from, n, ';', marks, &is_ascii);
        for (size_t i = from; i < n; i++) {
            const unsigned char byte = (unsigned char)text[i];
            if (byte < 32 || byte == '"' || byte == ';')
                assert_int_equal(marks[found++], i);
            expected_ascii &= byte < 128;
        }
        assert_int_equal(n_marks, found);
        assert_int_equal(is_ascii, expected_ascii);
    }
}

/* Every sequence of up to two bytes, and the bounds of longer ones, against the table of the standard. */
static void
utf8_is_what_the_standard_says(void **state)
{
    static const char *good[] = {"\xc2\x80",     "\xdf\xbf",     "\xe0\xa0\x80",     "\xed\x9f\xbf",
                                 "\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"};
    static const char *bad[] = {"\x80",
                                "\xbf",
                                "\xc1\xbf",
                                "\xe0\x9f\xbf",
                                "\xed\xa0\x80",
                                "\xf0\x8f\xbf\xbf",
                                "\xf4\x90\x80\x80",
                                "\xf5\x80\x80\x80",
                                "\xe2\x82",
                                "\xf0\x9f\x98",
                                "\xff"};
    (void)state;

    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_int_equal(bki_utf8_fault(good[i], strlen(good[i])), strlen(good[i]));
        assert_int_equal(bki_utf8_count(good[i], strlen(good[i])), 1);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(bki_utf8_fault(bad[i], strlen(bad[i])), 0);
    for (int first = 0; first < 256; first++)
        for (int second = 0; second < 256; second++) {
            const char   pair[] = {(char)first, (char)second};
            const size_t expected = first < 0x80 ? (second < 0x80 ? 2 : 1)
                                    : first >= 0xc2 && first <= 0xdf && second >= 0x80 && second <= 0xbf ? 2
                                                                                                         : 0;
            assert_int_equal(bki_utf8_fault(pair, 2), expected);
        }
    assert_int_equal(bki_utf8_cut("aé", 3, 2), 1);
    assert_int_equal(bki_utf8_cut("aé", 3, 3), 3);
}

static size_t
read_all(bki_csv *csv, const char *text, size_t n, bk_status *status)
{
    bki_csv_record record;
    size_t         bytes = 0;

    bki_csv_open_bytes(csv, text, n, "a.csv");
    do {
        *status = bki_csv_next(csv, &record);
        for (size_t i = 0; i < record.n_fields; i++)
            for (size_t j = 0; j < record.fields[i].length; j++)
                bytes += 1 + (record.fields[i].text[j] == '\0'); /* looks at each byte */
    } while (*status == BK_OK && record.n_fields > 0);
    return bytes;
}

static void
mutated_files_are_read_or_refused_but_never_crash(void **state)
{
    static const char seed[] =
        "\xef\xbb\xbfsector,exporter,value\r\nfood,\"KAZ, \"\"x\"\"\",1.5\r\n\"Ақтау\",UZB,\"a\nb\"\n";
    bkt_random random = {.seed = 2026};
    bkt_io     io;
    (void)state;

    bkt_io_start(&io);
    bki_csv *csv = bki_csv_create(io.ctx, &io.arena);
    for (int round = 0; round < 50000; round++) {
        char      text[160];
        bk_status status;
        memcpy(text, seed, sizeof seed);
        const size_t n = bkt_mutate(&random, text, sizeof seed - 1, sizeof text);
        char        *tight = malloc(n > 0 ? n : 1); /* so that a read past the end is seen */
        assert_non_null(tight);
        memcpy(tight, text, n);
        bk_error_clear(io.ctx);
        assert_true(read_all(csv, tight, n, &status) <= n);
        assert_true(status == BK_OK || status == BK_ERR_SYNTAX);
        assert_true(status == BK_OK || bk_error_count(io.ctx) > 0);
        free(tight);
    }
    bkt_io_stop(&io);
}

static void
every_failed_allocation_is_a_clean_error(void **state)
{
    const size_t n = 600000;
    char        *text = malloc(n);
    bool         has_failed = true;
    (void)state;

    assert_non_null(text);
    memset(text, ',', 200); /* more cells than there is room for at first, and a cell longer than a block */
    text[200] = '\n';
    memset(text + 201, 'x', n - 201);
    for (size_t i = 1; has_failed; i++) {
        bk_status status;
        bkt_io    io;
        bkt_io_start(&io);
        bkt_io_fail_at(&io, i);
        bki_csv *csv = bki_csv_create(io.ctx, &io.arena);
        if (csv != NULL)
            read_all(csv, text, n, &status);
        else
            status = BK_ERR_NO_MEMORY;
        has_failed = bkt_io_has_failed(&io);
        assert_true(!has_failed || status == BK_ERR_NO_MEMORY || bk_error_count(io.ctx) > 0);
        assert_true(i < 1000);
        bkt_io_stop(&io);
    }
    free(text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quoted_cells_may_hold_delimiters_quotes_and_line_ends),
        cmocka_unit_test(columns_count_characters_and_not_bytes),
        cmocka_unit_test(a_cell_behind_a_line_end_in_its_row_has_no_column),
        cmocka_unit_test(the_delimiter_is_the_one_that_cuts_the_header_more_often),
        cmocka_unit_test(the_last_line_needs_no_end_and_empty_lines_are_none),
        cmocka_unit_test(each_malformed_row_is_named_by_its_place_and_passed_over),
        cmocka_unit_test(a_null_byte_is_a_fault_wherever_it_stands),
        cmocka_unit_test(a_quote_never_closed_ends_the_file_at_its_own_place),
        cmocka_unit_test(after_fifty_malformed_rows_the_file_is_given_up),
        cmocka_unit_test(only_regular_files_are_read),
        cmocka_unit_test(rows_are_the_same_wherever_blocks_end),
        cmocka_unit_test(marks_are_those_of_a_look_at_every_byte),
        cmocka_unit_test(utf8_is_what_the_standard_says),
        cmocka_unit_test(mutated_files_are_read_or_refused_but_never_crash),
        cmocka_unit_test(every_failed_allocation_is_a_clean_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
