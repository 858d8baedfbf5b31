/* Two results side by side: what must be found was put there. */
#include "bkt.h"

#include "buckle/results.h"

#include <math.h>
#include <string.h>

typedef struct world {
    bk_context *ctx;
    bk_arena    arena;
} world;

static void
begin(world *w)
{
    assert_int_equal(bk_context_create(NULL, &w->ctx), BK_OK);
    bk_arena_init(&w->arena, w->ctx);
}

static void
end(world *w)
{
    bk_arena_release(&w->arena);
    bk_context_release(w->ctx);
}

static bk_results
one_table(world *w, const char *name, size_t n_rows, const char *const *keys, const char *const *sectors,
          const double *values)
{
    bk_column *columns = BK_NEW(&w->arena, bk_column, 3);
    bk_results results = {.arena = &w->arena};

    columns[0] = (bk_column){.name = "economy", .unit = "", .meaning = "who", .text = keys};
    columns[1] = (bk_column){.name = "sector", .unit = "", .meaning = "what", .text = sectors};
    columns[2] =
        (bk_column){.name = "tonnes", .unit = "t/yr", .meaning = "m", .kind = BK_COLUMN_NUMBER, .number = values};
    const bk_table table = {.name = name, .title = "", .n_rows = n_rows, .n_columns = 3, .columns = columns};
    assert_int_equal(bk_results_append(w->ctx, &results, &table), BK_OK);
    return results;
}

static const char *const economies[] = {"KAZ", "KAZ", "UZB"};
static const char *const sectors[] = {"oil", "grain", "oil"};

static void
equal_results_are_the_same(void **state)
{
    const double          values[] = {1.0, 0.0, 3.0}, negative_zero[] = {1.0, -0.0, 3.0};
    world                 w;
    bk_results_difference out;

    (void)state;
    begin(&w);
    const bk_results a = one_table(&w, "flows", 3, economies, sectors, values);
    const bk_results b = one_table(&w, "flows", 3, economies, sectors, negative_zero);
    assert_int_equal(bk_results_compare(w.ctx, &a, &b, 0.0, &w.arena, &out), BK_OK);
    assert_true(out.same);
    assert_int_equal(out.n_cells, 9);
    assert_int_equal(out.n_tables, 1);
    end(&w);
}

/* Rows are matched by two keys, whatever their order; the last bit of a number counts. */
static void
the_last_bit_differs(void **state)
{
    static const char *const other_economies[] = {"UZB", "KAZ", "KAZ"};
    static const char *const other_sectors[] = {"oil", "grain", "oil"};
    const double             values[] = {1.0, 2.0, 3.0};
    const double             other[] = {3.0, nextafter(2.0, 3.0), 1.0};
    world                    w;
    bk_results_difference    out;

    (void)state;
    begin(&w);
    const bk_results a = one_table(&w, "flows", 3, economies, sectors, values);
    const bk_results b = one_table(&w, "flows", 3, other_economies, other_sectors, other);
    assert_int_equal(bk_results_compare(w.ctx, &a, &b, 0.0, &w.arena, &out), BK_OK);
    assert_false(out.same);
    assert_int_equal(out.n_differences, 1);
    assert_string_equal(out.tables[0].differences[0].row, "KAZ, grain");
    assert_string_equal(out.tables[0].differences[0].column, "tonnes");
    assert_int_equal(bk_results_compare(w.ctx, &a, &b, 1e-12, &w.arena, &out), BK_OK);
    assert_true(out.same);
    end(&w);
}

/* Importance is the difference over the column's largest magnitude, 0.5 / 4 and 0.25 / 4 here. */
static void
the_most_important_comes_first(void **state)
{
    const double          values[] = {0.25, 2.0, 4.0}, other[] = {0.0, 2.5, 4.0};
    world                 w;
    bk_results_difference out;

    (void)state;
    begin(&w);
    const bk_results a = one_table(&w, "flows", 3, economies, sectors, values);
    const bk_results b = one_table(&w, "flows", 3, economies, sectors, other);
    assert_int_equal(bk_results_compare(w.ctx, &a, &b, 0.0, &w.arena, &out), BK_OK);
    assert_int_equal(out.tables[0].n_differences, 2);
    assert_string_equal(out.tables[0].differences[0].row, "KAZ, grain");
    bkt_close(out.tables[0].differences[0].importance, 0.125, 1e-15, 0.0);
    bkt_close(out.tables[0].differences[1].importance, 0.0625, 1e-15, 0.0);
    bkt_close(out.tables[0].differences[1].b, 0.0, 0.0, 0.0);
    end(&w);
}

static void
rows_and_tables_of_one_alone_are_counted(void **state)
{
    static const char *const more[] = {"KAZ", "KAZ", "UZB", "TJK"};
    static const char *const four[] = {"oil", "grain", "oil", "oil"};
    const double             values[] = {1.0, 2.0, 3.0, 4.0};
    world                    w;
    bk_results_difference    out;

    (void)state;
    begin(&w);
    bk_results       a = one_table(&w, "flows", 3, economies, sectors, values);
    const bk_results b = one_table(&w, "flows", 4, more, four, values);
    const bk_results c = one_table(&w, "borders", 3, economies, sectors, values);
    assert_int_equal(bk_results_compare(w.ctx, &a, &b, 0.0, &w.arena, &out), BK_OK);
    assert_false(out.same);
    assert_int_equal(out.tables[0].alone[0], 0);
    assert_int_equal(out.tables[0].alone[1], 1);
    assert_int_equal(bk_results_compare(w.ctx, &a, &c, 0.0, &w.arena, &out), BK_OK);
    assert_false(out.same);
    assert_int_equal(out.n_tables, 2);
    assert_int_equal(out.tables[0].alone[0], 3);
    assert_int_equal(out.tables[1].alone[1], 3);
    assert_string_equal(out.tables[1].table, "borders");
    end(&w);
}

/* Rows of equal names are matched by their place among equals; a table without any key by its rows' places. */
static void
equals_are_matched_by_place(void **state)
{
    static const char *const same[] = {"KAZ", "KAZ", "KAZ"};
    const double             values[] = {1.0, 2.0, 3.0}, other[] = {1.0, 5.0, 3.0};
    const bk_column          a_column = {
                 .name = "residual", .unit = "", .meaning = "", .kind = BK_COLUMN_NUMBER, .number = values};
    bk_column             b_column = a_column;
    world                 w;
    bk_results_difference out;

    (void)state;
    begin(&w);
    bk_results a = one_table(&w, "flows", 3, same, same, values), b = one_table(&w, "flows", 3, same, same, other);
    b_column.number = other;
    bk_table bare = {.name = "rounds", .title = "", .n_rows = 3, .n_columns = 1, .columns = &a_column};
    assert_int_equal(bk_results_append(w.ctx, &a, &bare), BK_OK);
    bare.columns = &b_column;
    assert_int_equal(bk_results_append(w.ctx, &b, &bare), BK_OK);
    assert_int_equal(bk_results_compare(w.ctx, &a, &b, 0.0, &w.arena, &out), BK_OK);
    assert_int_equal(out.n_differences, 2);
    assert_string_equal(out.tables[0].differences[0].row, "KAZ, KAZ #2");
    bkt_close(out.tables[1].differences[0].a, 2.0, 0.0, 0.0);
    end(&w);
}

static void
an_empty_cell_differs_from_zero(void **state)
{
    const double          values[] = {1.0, 0.0, 3.0};
    const bool            empty[] = {false, true, false};
    world                 w;
    bk_results_difference out;

    (void)state;
    begin(&w);
    const bk_results a = one_table(&w, "flows", 3, economies, sectors, values);
    const bk_results b = one_table(&w, "flows", 3, economies, sectors, values);
    ((bk_column *)b.tables[0]->columns)[2].empty = empty;
    assert_int_equal(bk_results_compare(w.ctx, &a, &b, 0.0, &w.arena, &out), BK_OK);
    assert_int_equal(out.n_differences, 1);
    assert_null(out.tables[0].differences[0].text[1]);
    assert_true(isnan(out.tables[0].differences[0].b));
    end(&w);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_results_are_the_same),     cmocka_unit_test(the_last_bit_differs),
        cmocka_unit_test(the_most_important_comes_first), cmocka_unit_test(rows_and_tables_of_one_alone_are_counted),
        cmocka_unit_test(equals_are_matched_by_place),    cmocka_unit_test(an_empty_cell_differs_from_zero),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
