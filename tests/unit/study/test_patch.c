/* Cells of a CSV file changed and every other byte kept, and the difference as patch(1) reads it. */
#include "study/calibrate.h"

#include "../io/io_test.h"

typedef struct bench {
    bkt_io      io;
    char        folder[64];
    const char *column, *old, *new; /* what the rows' cells become */
    size_t      n_rows;
} bench;

static int
setup(void **state)
{
    bench *b = calloc(1, sizeof *b);

    bkt_io_start(&b->io);
    bkt_folder_create(b->folder);
    *state = b;
    return 0;
}

static int
teardown(void **state)
{
    bench *b = *state;

    bkt_folder_remove(b->folder);
    bkt_io_stop(&b->io);
    free(b);
    return 0;
}

static bk_status
change(void *state, bki_patch *patch, size_t row)
{
    bench      *b = state;
    const char *cell = bki_patch_cell(patch, b->column);

    assert_int_equal(row, b->n_rows++);
    if (cell && strcmp(cell, b->old) == 0)
        bki_patch_set(patch, b->column, b->new);
    bki_patch_set(patch, "no such column", "x");
    bki_patch_set(patch, b->column, NULL); /* whose text could not be had */
    return BK_OK;
}

/* The file `text` with cells of `column` that are `old` made `new`, and its difference. */
static void
expect(bench *b, const char *text, const char *column, const char *old, const char *new, const char *made,
       const char *difference)
{
    bki_diff   *diff = bki_diff_create(&b->io.arena);
    const char *from = bkt_path(b->folder, "from.csv"), *to = bkt_path(b->folder, "to.csv"), *bytes = NULL;
    size_t      n = 0, n_changed = 0, length = 0;

    b->column = column;
    b->old = old;
    b->new = new;
    b->n_rows = 0;
    bkt_file_put_text(b->folder, "from.csv", text);
    if (bki_patch_file(b->io.ctx, from, to, "from.csv", change, b, diff, &b->io.arena, &n_changed) != BK_OK)
        fail_msg("%s", bkt_error(b->io.ctx, 0));
    assert_int_equal(bk_file_read(b->io.ctx, to, &b->io.arena, &bytes, &n), BK_OK);
    assert_int_equal(n, strlen(made));
    assert_memory_equal(bytes, made, n);
    assert_string_equal(bki_diff_text(diff, &length), difference);
    assert_int_equal(length, strlen(difference));
    assert_int_equal(n_changed > 0, difference[0] != '\0');
}

static void
one_cell_is_changed_and_the_rest_kept(void **state)
{
    expect(*state, "a,b\n1, 2\n3,4\n", "b", "4", "5", "a,b\n1, 2\n3,5\n",
           "--- a/from.csv\n+++ b/from.csv\n@@ -3,1 +3,1 @@\n-3,4\n+3,5\n");
}

static void
lines_end_as_they_did(void **state)
{
    expect(*state, "a;b\r\n1;2\r\n3;4\r\n", "a", "1", "9", "a;b\r\n9;2\r\n3;4\r\n",
           "--- a/from.csv\n+++ b/from.csv\n@@ -2,1 +2,1 @@\n-1;2\r\n+9;2\r\n");
}

/* It stays without one, but where it is changed: patch(1) is told that the old one had none. */
static void
a_last_line_without_an_end_is_a_line(void **state)
{
    expect(*state, "a,b\n1,2\n3,4", "a", "1", "7", "a,b\n7,2\n3,4",
           "--- a/from.csv\n+++ b/from.csv\n@@ -2,1 +2,1 @@\n-1,2\n+7,2\n");
    expect(*state, "a,b\n1,2\n3,4", "a", "3", "7", "a,b\n1,2\n7,4\n",
           "--- a/from.csv\n+++ b/from.csv\n@@ -3,1 +3,1 @@\n-3,4\n\\ No newline at end of file\n+7,4\n");
}

static void
what_has_to_be_is_quoted(void **state)
{
    expect(*state, "a,b\n1,2\n", "b", "2", "x, \"y\"", "a,b\n1,\"x, \"\"y\"\"\"\n",
           "--- a/from.csv\n+++ b/from.csv\n@@ -2,1 +2,1 @@\n-1,2\n+1,\"x, \"\"y\"\"\"\n");
    expect(*state, "a;b\n1;2\n", "b", "2", "x, y", "a;b\n1;x, y\n",
           "--- a/from.csv\n+++ b/from.csv\n@@ -2,1 +2,1 @@\n-1;2\n+1;x, y\n");
}

/* A quoted cell with a line end: two lines of the file give way to one. */
static void
a_row_of_two_lines_is_one(void **state)
{
    expect(*state, "a,b\n1,\"x\ny\"\n3,4\n", "b", "x\ny", "z", "a,b\n1,z\n3,4\n",
           "--- a/from.csv\n+++ b/from.csv\n@@ -2,2 +2,1 @@\n-1,\"x\n-y\"\n+1,z\n");
}

static void
where_nothing_changes_the_file_is_copied(void **state)
{
    expect(*state, "a,b\n1,2\n", "b", "9", "8", "a,b\n1,2\n", "");
    expect(*state, "a,b\n", "b", "9", "8", "a,b\n", "");
    expect(*state, "a,b\n1,2\n", "c", "9", "8", "a,b\n1,2\n", ""); /* no such column */
}

static void
a_file_that_is_not_there_or_torn_is_named(void **state)
{
    bench      *b = *state;
    bki_diff   *diff = bki_diff_create(&b->io.arena);
    const char *from = bkt_path(b->folder, "from.csv"), *to = bkt_path(b->folder, "to.csv");
    size_t      n_changed = 0;

    b->column = "a";
    b->old = b->new = "x";
    assert_int_equal(bki_patch_file(b->io.ctx, from, to, "from.csv", change, b, diff, &b->io.arena, &n_changed),
                     BK_ERR_FILE);
    assert_non_null(strstr(bkt_error(b->io.ctx, 0), "No such file"));
    bk_error_clear(b->io.ctx);
    bkt_file_put_text(b->folder, "from.csv", "a,b\n1,\"2\n");
    assert_int_equal(bki_patch_file(b->io.ctx, from, to, "from.csv", change, b, diff, &b->io.arena, &n_changed),
                     BK_ERR_SYNTAX);
    assert_non_null(strstr(bkt_error(b->io.ctx, 0), "from.csv:2:"));
    assert_int_equal(access(to, F_OK), -1);
}

int
main(void)
{
#define EACH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        EACH(one_cell_is_changed_and_the_rest_kept),
        EACH(lines_end_as_they_did),
        EACH(a_last_line_without_an_end_is_a_line),
        EACH(what_has_to_be_is_quoted),
        EACH(a_row_of_two_lines_is_one),
        EACH(where_nothing_changes_the_file_is_copied),
        EACH(a_file_that_is_not_there_or_torn_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
