/* What a table must be to be appended, and that what was appended is found. */
#include "bkt.h"
#include "bkt_allocator.h"

#include "buckle/results.h"

typedef struct bkt_results {
    bkt_allocator heap;
    bk_context   *ctx;
    bk_arena      arena;
    bk_results    results;
} bkt_results;

static void
start(bkt_results *t)
{
    memset(t, 0, sizeof *t);
    bkt_allocator_init(&t->heap, 0);
    const bk_settings settings = {.allocator = &t->heap.allocator, .threads = 1};
    assert_int_equal(bk_context_create(&settings, &t->ctx), BK_OK);
    bk_arena_init(&t->arena, t->ctx);
    t->results.arena = &t->arena;
}

static void
stop(bkt_results *t)
{
    bk_arena_release(&t->arena);
    bk_context_release(t->ctx);
    bkt_allocator_check(&t->heap);
}

static const double      tonnes[] = {1.5, NAN, 3};
static const bool        no_tonnes[] = {false, true, false};
static const int64_t     lanes[] = {1, 2, 3};
static const char *const names[] = {"a", NULL, "c"};
static const uint32_t    first_point[] = {0, 2, 2, 5};
static const double      lon_lat[] = {50, 43, 51, 44, 60, 40, 61, 41, -179, -90};

#define COLUMNS                                                                                                        \
    {                                                                                                                  \
        {.name = "link", .unit = "", .meaning = "m", .kind = BK_COLUMN_TEXT, .text = names},                           \
            {.name = "tonnes",                                                                                         \
             .unit = "t/yr",                                                                                           \
             .meaning = "m",                                                                                           \
             .kind = BK_COLUMN_NUMBER,                                                                                 \
             .number = tonnes,                                                                                         \
             .empty = no_tonnes},                                                                                      \
            {.name = "lanes", .unit = "", .meaning = "m", .kind = BK_COLUMN_INTEGER, .integer = lanes},                \
    }

static bk_table
table_of(const bk_column *columns)
{
    return (bk_table){.name = "links",
                      .title = "Links",
                      .n_rows = 3,
                      .n_columns = 3,
                      .columns = columns,
                      .geometry = BK_GEOMETRY_LINE,
                      .first_point = first_point,
                      .lon_lat = lon_lat,
                      .style_width = "tonnes",
                      .style_colour = "lanes"};
}

static void
what_is_appended_is_found_by_name(void **state)
{
    const bk_column columns[3] = COLUMNS;
    bk_table        table = table_of(columns);
    char            name[16];
    bkt_results     t;
    (void)state;

    start(&t);
    for (int i = 0; i < 100; i++) {
        snprintf(name, sizeof name, "t%d", i);
        table.name = bk_arena_text(&t.arena, name, strlen(name));
        assert_int_equal(bk_results_append(t.ctx, &t.results, &table), BK_OK);
    }
    assert_int_equal(t.results.n_tables, 100);
    const bk_table *found = bk_results_find(&t.results, "t57");
    assert_non_null(found);
    assert_string_equal(found->name, "t57");
    assert_ptr_equal(bk_table_column(found, "lanes"), &columns[2]);
    assert_null(bk_table_column(found, "Lanes"));
    assert_null(bk_results_find(&t.results, "t100"));
    stop(&t);
}

static void
check_refused(bk_table table, bk_status code, const char *message)
{
    bkt_results t;

    start(&t);
    assert_int_equal(bk_results_append(t.ctx, &t.results, &table), code);
    assert_int_equal(t.results.n_tables, 0);
    assert_string_equal(bk_error_get(t.ctx, 0)->message, message);
    stop(&t);
}

static void
a_number_that_is_not_finite_is_refused_unless_marked_empty(void **state)
{
    bk_column columns[3] = COLUMNS;
    (void)state;

    columns[1].empty = NULL;
    check_refused(table_of(columns), BK_ERR_VALUE, "table links, column tonnes, row 2 is not a finite number");
}

static void
columns_must_be_whole_and_named_once(void **state)
{
    bk_column columns[3] = COLUMNS;
    (void)state;

    columns[2].name = "tonnes";
    check_refused(table_of(columns), BK_ERR_DUPLICATE, "table links has two columns tonnes");
    columns[2] = (bk_column){.name = "lanes", .unit = "", .meaning = "m", .kind = BK_COLUMN_INTEGER, .number = tonnes};
    check_refused(table_of(columns), BK_ERR_VALUE, "table links, column lanes has no values");
    columns[2].unit = NULL;
    check_refused(table_of(columns), BK_ERR_VALUE, "table links: a column without name, unit or meaning");
    columns[2] = (bk_column){.name = "lanes", .unit = "", .kind = BK_COLUMN_INTEGER, .integer = lanes};
    check_refused(table_of(columns), BK_ERR_VALUE, "table links: a column without name, unit or meaning");
    columns[2] = (bk_column){.name = "", .unit = "", .meaning = "m", .kind = BK_COLUMN_INTEGER, .integer = lanes};
    check_refused(table_of(columns), BK_ERR_VALUE, "table links: a column without name, unit or meaning");
    columns[0].name = NULL;
    check_refused(table_of(columns), BK_ERR_VALUE, "table links: a column without name, unit or meaning");
    bk_table none = table_of(columns);
    none.n_columns = 0;
    check_refused(none, BK_ERR_VALUE, "table links: no columns");
    none.title = NULL;
    check_refused(none, BK_ERR_VALUE, "a table without name or title");
    none = (bk_table){.name = "", .title = ""};
    check_refused(none, BK_ERR_VALUE, "a table without name or title");
    none.name = NULL;
    check_refused(none, BK_ERR_VALUE, "a table without name or title");
}

static void
columns_of_every_kind_have_an_array_where_there_are_rows(void **state)
{
    bk_column columns[3] = COLUMNS;
    (void)state;

    columns[0].text = NULL;
    check_refused(table_of(columns), BK_ERR_VALUE, "table links, column link has no values");
    columns[0].text = names;
    columns[1].number = NULL;
    check_refused(table_of(columns), BK_ERR_VALUE, "table links, column tonnes has no values");
}

static void
a_second_table_of_one_name_is_refused(void **state)
{
    const bk_column columns[3] = COLUMNS;
    const bk_table  table = table_of(columns);
    bkt_results     t;
    (void)state;

    start(&t);
    assert_int_equal(bk_results_append(t.ctx, &t.results, &table), BK_OK);
    assert_int_equal(bk_results_append(t.ctx, &t.results, &table), BK_ERR_DUPLICATE);
    assert_string_equal(bk_error_get(t.ctx, 0)->message, "there is a table links already");
    stop(&t);
}

static void
a_geometry_has_points_on_the_globe_and_enough_of_them(void **state)
{
    const bk_column columns[3] = COLUMNS;
    const uint32_t  one[] = {0, 1, 1, 3}, back[] = {0, 3, 2, 4}, late[] = {1, 2, 3, 4};
    double          outside[10];
    (void)state;

    bk_table table = table_of(columns);
    table.first_point = one;
    check_refused(table, BK_ERR_VALUE, "table links, row 1 has a geometry of 1 points");
    table.first_point = back;
    check_refused(table, BK_ERR_VALUE, "table links, row 2 has a geometry of -1 points");
    table.first_point = late;
    check_refused(table, BK_ERR_VALUE, "table links: a geometry whose points do not start at 0");
    table = table_of(columns);
    table.geometry = BK_GEOMETRY_POINT;
    check_refused(table, BK_ERR_VALUE, "table links, row 1 has a geometry of 2 points");
    table.geometry = BK_GEOMETRY_NONE;
    check_refused(table, BK_ERR_VALUE, "table links: points without a kind of geometry");
    table = table_of(columns);
    table.lon_lat = NULL;
    check_refused(table, BK_ERR_VALUE, "table links: a geometry without positions");
    memcpy(outside, lon_lat, sizeof outside);
    outside[7] = NAN;
    table.lon_lat = outside;
    check_refused(table, BK_ERR_VALUE, "table links, row 3 has a point that is not on the globe");
    outside[7] = -91.0;
    check_refused(table, BK_ERR_VALUE, "table links, row 3 has a point that is not on the globe");
    outside[7] = 41.0;
    outside[0] = 361.0;
    check_refused(table, BK_ERR_VALUE, "table links, row 1 has a point that is not on the globe");
    table.first_point = NULL;
    check_refused(table, BK_ERR_VALUE, "table links: a geometry whose points do not start at 0");
}

static void
a_style_follows_a_column_of_numbers(void **state)
{
    const bk_column columns[3] = COLUMNS;
    bk_table        table = table_of(columns);
    (void)state;

    table.style_width = "link";
    check_refused(table, BK_ERR_VALUE, "table links has no column link of numbers to style by");
    table.style_width = NULL;
    table.style_colour = "flow";
    check_refused(table, BK_ERR_VALUE, "table links has no column flow of numbers to style by");
}

static void
every_failed_allocation_is_a_clean_error(void **state)
{
    const bk_column columns[3] = COLUMNS;
    const bk_table  table = table_of(columns);
    (void)state;

    for (size_t n = 1;; n++) {
        bkt_results t;
        start(&t);
        t.heap.fail_at = t.heap.n_requests + n;
        const bk_status status = bk_results_append(t.ctx, &t.results, &table);
        assert_int_equal(status, t.heap.n_requests >= t.heap.fail_at ? BK_ERR_NO_MEMORY : BK_OK);
        assert_int_equal(t.results.n_tables, status == BK_OK);
        stop(&t);
        if (status == BK_OK)
            break;
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_appended_is_found_by_name),
        cmocka_unit_test(a_number_that_is_not_finite_is_refused_unless_marked_empty),
        cmocka_unit_test(columns_must_be_whole_and_named_once),
        cmocka_unit_test(columns_of_every_kind_have_an_array_where_there_are_rows),
        cmocka_unit_test(a_second_table_of_one_name_is_refused),
        cmocka_unit_test(a_geometry_has_points_on_the_globe_and_enough_of_them),
        cmocka_unit_test(a_style_follows_a_column_of_numbers),
        cmocka_unit_test(every_failed_allocation_is_a_clean_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
