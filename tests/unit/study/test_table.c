/* Tables written cell by cell. */
#include "bkt.h"
#include "study/table.h"

static const bki_column columns[] = {
    {"place", "", "where", BK_COLUMN_TEXT},
    {"tonnes", "t/yr", "how much", BK_COLUMN_NUMBER},
    {"rank", "", "which", BK_COLUMN_INTEGER},
};

static bk_context *ctx;
static bk_arena    arena;

static int
setup(void **state)
{
    (void)state;
    if (bk_context_create(NULL, &ctx) != BK_OK)
        return 1;
    bk_arena_init(&arena, ctx);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    bk_arena_release(&arena);
    bk_context_release(ctx);
    return 0;
}

static void
cells_come_back_as_they_were_put(void **state)
{
    bk_results results = {.arena = &arena};
    bki_table *table = bki_table_create(&arena, "places", "Places", columns, 3, 2, BK_GEOMETRY_POINT);

    (void)state;
    bki_put_text(table, "dostyk");
    bki_put_number(table, 2.5);
    bki_put_integer(table, 1);
    bki_put_point(table, 82.5, 45.25);
    bki_end_row(table);
    bki_put_text(table, NULL);
    bki_put_number(table, INFINITY);
    bki_put_integer(table, 2);
    bki_end_row(table);
    assert_int_equal(bki_table_append(ctx, &results, table), BK_OK);

    const bk_table *read = bk_results_find(&results, "places");
    assert_int_equal(read->n_rows, 2);
    assert_string_equal(bk_table_column(read, "place")->text[0], "dostyk");
    bkt_close(bk_table_column(read, "tonnes")->number[0], 2.5, 0.0, 0.0);
    assert_int_equal(bk_table_column(read, "rank")->integer[1], 2);
    assert_int_equal(read->first_point[1], 1);
    assert_int_equal(read->first_point[2], 1);
    bkt_close(read->lon_lat[1], 45.25, 0.0, 0.0);
}

static void
what_is_not_finite_leaves_its_cell_empty(void **state)
{
    bk_results   results = {.arena = &arena};
    bki_table   *table = bki_table_create(&arena, "places", "Places", columns, 3, 3, BK_GEOMETRY_NONE);
    const double numbers[] = {NAN, INFINITY, -INFINITY};

    (void)state;
    for (int r = 0; r < 3; r++) {
        bki_put_text(table, "x");
        bki_put_number(table, numbers[r]);
        bki_put_integer(table, r);
        bki_end_row(table);
    }
    assert_int_equal(bki_table_append(ctx, &results, table), BK_OK);
    for (int r = 0; r < 3; r++)
        assert_true(bk_table_column(bk_results_find(&results, "places"), "tonnes")->empty[r]);
}

static void
points_keep_their_places_when_room_is_made(void **state)
{
    bk_results results = {.arena = &arena};
    bki_table *table = bki_table_create(&arena, "lines", "Lines", columns, 3, 3000, BK_GEOMETRY_LINE);

    (void)state;
    for (int r = 0; r < 3000; r++) {
        bki_put_text(table, "x");
        bki_put_number(table, 0.0);
        bki_put_integer(table, r);
        bki_put_point(table, r / 100.0, 1.0);
        bki_put_point(table, r / 100.0, 2.0);
        bki_end_row(table);
    }
    assert_int_equal(bki_table_append(ctx, &results, table), BK_OK);
    const bk_table *read = bk_results_find(&results, "lines");
    for (size_t r = 0; r < 3000; r++)
        bkt_close(read->lon_lat[2 * read->first_point[r]], (double)r / 100.0, 0.0, 0.0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(cells_come_back_as_they_were_put, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_not_finite_leaves_its_cell_empty, setup, teardown),
        cmocka_unit_test_setup_teardown(points_keep_their_places_when_room_is_made, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
