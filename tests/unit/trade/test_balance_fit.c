/* Proportional fitting against closed forms, identities and tables built backwards from a chosen answer. */
#include "bkt.h"

#include "buckle/balance.h"

typedef struct bench {
    bk_context     *ctx;
    bk_arena        arena;
    bk_fit_settings settings;
    bk_fit          fit;
} bench;

static int
setup(void **state)
{
    bench *b = calloc(1, sizeof *b);

    assert_non_null(b);
    assert_int_equal(bk_context_create(NULL, &b->ctx), BK_OK);
    bk_arena_init(&b->arena, b->ctx);
    b->settings = bk_fit_default_settings();
    *state = b;
    return 0;
}

static int
teardown(void **state)
{
    bench *b = *state;

    bk_arena_release(&b->arena);
    bk_context_release(b->ctx);
    free(b);
    return 0;
}

static bk_status
fit_two(bench *b, size_t rows, size_t columns, const double *row_total, const double *column_total, double *cell)
{
    return bk_fit_two_way(b->ctx, rows, columns, row_total, column_total, &b->settings, &b->arena, cell, &b->fit);
}

/* Positive numbers spread over two decades, the same in every run. */
static double
number(uint64_t stream, uint64_t index)
{
    return pow(10.0, 2.0 * bk_uniform(7, stream, index) - 1.0);
}

/* The upper left cell of a 2 x 2 table with totals r, n - r and c, n - c and cross-product ratio q solves
 * (q - 1) x^2 - (n + (q - 1)(r + c)) x + q r c = 0, smaller root (Plackett 1965, JASA 60, 516). */
static void
two_by_two_is_plackett_s_root(void **state)
{
    bench       *b = *state;
    const double r = 30.0, c = 45.0, n = 100.0, q = 6.0;
    double       cell[4] = {2.0, 1.0, 1.0, 3.0}; /* cross-product ratio 6 */
    const double s = n + (q - 1.0) * (r + c);
    const double x = (s - sqrt(s * s - 4.0 * q * (q - 1.0) * r * c)) / (2.0 * (q - 1.0));

    assert_int_equal(fit_two(b, 2, 2, (double[]){r, n - r}, (double[]){c, n - c}, cell), BK_OK);
    assert_int_equal(b->fit.outcome, BK_CONVERGED);
    bkt_close(cell[0], x, 1e-12, 0.0);
    bkt_close(cell[1], r - x, 1e-12, 0.0);
    bkt_close(cell[2], c - x, 1e-12, 0.0);
    bkt_close(cell[3], n - r - c + x, 1e-12, 0.0);
}

static void
seed_of_rank_one_gives_the_product_of_totals(void **state)
{
    bench       *b = *state;
    double       cell[6] = {1, 2, 3, 5, 10, 15};           /* a product: independence, */
    const double rows[2] = {4, 6}, columns[3] = {5, 3, 2}; /* cell = row total * column total / sum */

    assert_int_equal(fit_two(b, 2, 3, rows, columns, cell), BK_OK);
    for (int i = 0; i < 6; i++)
        bkt_close(cell[i], rows[i / 3] * columns[i % 3] / 10.0, 1e-13, 0.0);
}

static void
totals_are_met_and_cross_products_and_zeros_stay(void **state)
{
    enum { ROWS = 12, COLUMNS = 9 };
    bench *b = *state;
    double seed[ROWS * COLUMNS], cell[ROWS * COLUMNS], rows[ROWS] = {0}, columns[COLUMNS] = {0};

    for (size_t i = 0; i < ROWS * COLUMNS; i++) {
        seed[i] = cell[i] = i % 7 == 3 ? 0.0 : number(1, i);
        const double target = i % 7 == 3 ? 0.0 : number(2, i); /* totals of a table with the same zeros exist */
        rows[i / COLUMNS] += target;
        columns[i % COLUMNS] += target;
    }
    assert_int_equal(fit_two(b, ROWS, COLUMNS, rows, columns, cell), BK_OK);
    assert_int_equal(b->fit.outcome, BK_CONVERGED);
    for (size_t r = 0; r < ROWS; r++)
        bkt_close(bk_sum(cell + r * COLUMNS, COLUMNS), rows[r], 1e-12, 0.0);
    for (size_t c = 0; c < COLUMNS; c++) {
        double sum = 0.0;
        for (size_t r = 0; r < ROWS; r++)
            sum += cell[r * COLUMNS + c];
        bkt_close(sum, columns[c], 1e-12, 0.0);
    }
    for (size_t i = 0; i < ROWS * COLUMNS; i++)
        assert_true((seed[i] == 0.0) == (cell[i] == 0.0));
    for (size_t r = 0; r + 1 < ROWS; r++)
        for (size_t c = 0; c + 1 < COLUMNS; c++) {
            const size_t at = r * COLUMNS + c;
            bkt_close(cell[at] * cell[at + COLUMNS + 1] * seed[at + 1] * seed[at + COLUMNS],
                      cell[at + 1] * cell[at + COLUMNS] * seed[at] * seed[at + COLUMNS + 1], 1e-12, 0.0);
        }
}

static void
fitted_table_is_the_one_chosen_beforehand(void **state)
{
    enum { ROWS = 5, COLUMNS = 8 };
    bench *b = *state;
    double cell[ROWS * COLUMNS], answer[ROWS * COLUMNS], rows[ROWS] = {0}, columns[COLUMNS] = {0};

    for (size_t i = 0; i < ROWS * COLUMNS; i++) { /* seed times row factor times column factor: the unique limit */
        cell[i] = number(3, i);
        answer[i] = cell[i] * number(4, i / COLUMNS) * number(5, i % COLUMNS);
        rows[i / COLUMNS] += answer[i];
        columns[i % COLUMNS] += answer[i];
    }
    assert_int_equal(fit_two(b, ROWS, COLUMNS, rows, columns, cell), BK_OK);
    for (size_t i = 0; i < ROWS * COLUMNS; i++)
        bkt_close(cell[i], answer[i], 1e-11, 0.0);
}

static void
unknown_totals_are_left_free(void **state)
{
    bench *b = *state;
    double cell[4] = {1, 1, 3, 1};

    assert_int_equal(fit_two(b, 2, 2, (double[]){10, BK_UNKNOWN}, (double[]){8, BK_UNKNOWN}, cell), BK_OK);
    bkt_close(cell[0] + cell[1], 10.0, 1e-12, 0.0);
    bkt_close(cell[0] + cell[2], 8.0, 1e-12, 0.0);
    bkt_close(cell[3], 1.0, 1e-15, 0.0); /* no known total touches it */
    bkt_close(cell[0] * cell[3] / (cell[1] * cell[2]), 1.0 / 3.0, 1e-12, 0.0);
}

static void
totals_with_different_sums_are_refused(void **state)
{
    bench *b = *state;
    double cell[4] = {1, 1, 1, 1};

    assert_int_equal(fit_two(b, 2, 2, (double[]){10, 5}, (double[]){8, 8}, cell), BK_ERR_INCONSISTENT);
    assert_non_null(strstr(bk_error_get(b->ctx, 0)->message, "15"));
    assert_non_null(strstr(bk_error_get(b->ctx, 0)->message, "16"));
}

static void
row_without_cells_is_named(void **state)
{
    bench *b = *state;
    double cell[4] = {1, 1, 0, 0};

    b->settings.names[0] = (const char *const[]){"KAZ", "UZB"};
    assert_int_equal(fit_two(b, 2, 2, (double[]){10, 5}, (double[]){8, 7}, cell), BK_ERR_INCONSISTENT);
    assert_non_null(strstr(bk_error_get(b->ctx, 0)->message, "UZB"));
}

/* A column of zeros between two that have cells is told; one whose last cell alone is not 0 has that cell. */
static void
column_without_cells_is_named(void **state)
{
    bench *b = *state;
    double none[9] = {1, 0, 1, 1, 0, 1, 1, 0, 1}, last[9] = {1, 0, 1, 0, 0, 1, 1, 1, 1};

    b->settings.names[1] = (const char *const[]){"x", "y", "z"};
    assert_int_equal(fit_two(b, 3, 3, (double[]){3, 2, 4}, (double[]){3, 1, 5}, last), BK_OK);
    bkt_close(last[7], 1.0, 1e-12, 0.0);
    assert_int_equal(fit_two(b, 3, 3, (double[]){3, 2, 4}, (double[]){3, 1, 5}, none), BK_ERR_INCONSISTENT);
    assert_non_null(strstr(bk_error_get(b->ctx, 0)->message, "column y is to add up to 1"));
}

/* Rows b and c can only sell to column z, which takes 5 of their 7: no table, though the sums agree. */
static void
infeasible_totals_are_proved_by_the_set_that_wants_too_much(void **state)
{
    bench *b = *state;
    double cell[9] = {1, 1, 1, 0, 0, 1, 0, 0, 1};

    b->settings.names[0] = (const char *const[]){"a", "b", "c"};
    b->settings.names[1] = (const char *const[]){"x", "y", "z"};
    assert_int_equal(fit_two(b, 3, 3, (double[]){6, 3, 4}, (double[]){4, 4, 5}, cell), BK_ERR_INCONSISTENT);
    const char *message = bk_error_get(b->ctx, 0)->message;
    assert_non_null(strstr(message, "(b c)"));
    assert_non_null(strstr(message, "(z)"));
    assert_non_null(strstr(message, "want 7"));
    assert_non_null(strstr(message, "hold 5"));
}

static void
table_at_the_edge_is_not_called_infeasible(void **state)
{
    bench *b = *state;
    double cell[4] = {1, 1, 0, 1}; /* only table: 4 0 / 0 5, which the fit approaches but never reaches */

    assert_int_equal(fit_two(b, 2, 2, (double[]){4, 5}, (double[]){4, 5}, cell), BK_OK);
    bkt_close(cell[0], 4.0, 1e-2, 0.0);
    bkt_close(cell[0] + cell[2], 4.0, 1e-13, 0.0); /* columns are met last */
    bkt_close(cell[1] + cell[3], 5.0, 1e-13, 0.0);
}

static void
totals_of_any_scale_fit_alike(void **state)
{
    bench *b = *state;
    double small[4] = {2, 1, 1, 3}, large[4] = {2e9, 1e9, 1e9, 3e9};

    assert_int_equal(fit_two(b, 2, 2, (double[]){3e-9, 7e-9}, (double[]){4e-9, 6e-9}, small), BK_OK);
    assert_int_equal(fit_two(b, 2, 2, (double[]){3e12, 7e12}, (double[]){4e12, 6e12}, large), BK_OK);
    for (int i = 0; i < 4; i++)
        bkt_close(large[i], small[i] * 1e21, 1e-12, 0.0);
}

static void
negative_cells_are_refused(void **state)
{
    bench *b = *state;
    double cell[4] = {1, -1, 1, 1};

    assert_int_equal(fit_two(b, 2, 2, (double[]){1, 1}, (double[]){1, 1}, cell), BK_ERR_VALUE);
    cell[1] = NAN;
    assert_int_equal(fit_two(b, 2, 2, (double[]){1, 1}, (double[]){1, 1}, cell), BK_ERR_VALUE);
}

/* ---- three-way ------------------------------------------------------------------------------------------------ */

enum { A = 4, B = 5, C = 6 };

typedef struct cube {
    double cell[A * B * C], ab[A * B], ac[A * C], bc[B * C];
} cube;

static void
cube_sums(cube *t)
{
    memset(t->ab, 0, sizeof t->ab);
    memset(t->ac, 0, sizeof t->ac);
    memset(t->bc, 0, sizeof t->bc);
    for (size_t i = 0; i < A * B * C; i++) {
        t->ab[i / C] += t->cell[i];
        t->ac[i / (B * C) * C + i % C] += t->cell[i];
        t->bc[i % (B * C)] += t->cell[i];
    }
}

static void
cube_is_the_one_chosen_beforehand(void **state)
{
    bench *b = *state;
    cube   seed, answer, got;

    for (size_t i = 0; i < A * B * C; i++) { /* seed * f_ab * g_ac * h_bc: the unique limit */
        seed.cell[i] = i % 11 == 4 ? 0.0 : number(6, i);
        answer.cell[i] = seed.cell[i] * number(7, i / C) * number(8, i / (B * C) * C + i % C) * number(9, i % (B * C));
    }
    cube_sums(&answer);
    got = seed;
    assert_int_equal(
        bk_fit_three_way(b->ctx, A, B, C, answer.ab, answer.ac, answer.bc, &b->settings, &b->arena, got.cell, &b->fit),
        BK_OK);
    assert_int_equal(b->fit.outcome, BK_CONVERGED);
    for (size_t i = 0; i < A * B * C; i++)
        bkt_close(got.cell[i], answer.cell[i], 1e-10, 0.0);
}

static void
two_kinds_of_totals_give_conditional_independence(void **state)
{
    bench *b = *state;
    cube   t;

    for (size_t i = 0; i < A * B * C; i++)
        t.cell[i] = number(10, i);
    cube_sums(&t);
    cube uniform;
    for (size_t i = 0; i < A * B * C; i++)
        uniform.cell[i] = 1.0;
    assert_int_equal(
        bk_fit_three_way(b->ctx, A, B, C, t.ab, t.ac, NULL, &b->settings, &b->arena, uniform.cell, &b->fit), BK_OK);
    for (size_t i = 0; i < A * B * C; i++) { /* n_ab n_ac / n_a, Bishop, Fienberg & Holland 1975, 3.4 */
        const size_t a = i / (B * C);
        bkt_close(uniform.cell[i], t.ab[i / C] * t.ac[a * C + i % C] / bk_sum(t.ab + a * B, B), 1e-12, 0.0);
    }
}

static void
where_totals_contradict_the_last_kind_holds_and_the_worst_is_told(void **state)
{
    bench *b = *state;
    cube   t;

    for (size_t i = 0; i < A * B * C; i++)
        t.cell[i] = number(11, i);
    cube_sums(&t);
    cube wanted = t;
    wanted.ab[7] *= 1.5;
    assert_int_equal(bk_fit_three_way(b->ctx, A, B, C, wanted.ab, t.ac, t.bc, &b->settings, &b->arena, t.cell, &b->fit),
                     BK_OK);
    assert_int_equal(b->fit.outcome, BK_STALLED);
    assert_true(b->fit.residual > 1e-3);
    assert_true(b->fit.worst[0] != BK_NONE || b->fit.worst[1] != BK_NONE);
    cube_sums(&t);
    for (size_t i = 0; i < B * C; i++)
        bkt_close(t.bc[i], wanted.bc[i], 1e-13, 0.0);
}

static void
cube_total_without_cells_is_named(void **state)
{
    bench *b = *state;
    cube   t;

    for (size_t i = 0; i < A * B * C; i++)
        t.cell[i] = i % (B * C) == 8 ? 0.0 : 1.0;
    cube_sums(&t);
    t.bc[8] = 3.0;
    b->settings.names[1] = (const char *const[]){"b0", "b1", "b2", "b3", "b4"};
    b->settings.names[2] = (const char *const[]){"c0", "c1", "c2", "c3", "c4", "c5"};
    assert_int_equal(bk_fit_three_way(b->ctx, A, B, C, NULL, NULL, t.bc, &b->settings, &b->arena, t.cell, &b->fit),
                     BK_ERR_INCONSISTENT);
    assert_non_null(strstr(bk_error_get(b->ctx, 0)->message, "b1 and c2"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(two_by_two_is_plackett_s_root, setup, teardown),
        cmocka_unit_test_setup_teardown(seed_of_rank_one_gives_the_product_of_totals, setup, teardown),
        cmocka_unit_test_setup_teardown(totals_are_met_and_cross_products_and_zeros_stay, setup, teardown),
        cmocka_unit_test_setup_teardown(fitted_table_is_the_one_chosen_beforehand, setup, teardown),
        cmocka_unit_test_setup_teardown(unknown_totals_are_left_free, setup, teardown),
        cmocka_unit_test_setup_teardown(totals_with_different_sums_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(row_without_cells_is_named, setup, teardown),
        cmocka_unit_test_setup_teardown(column_without_cells_is_named, setup, teardown),
        cmocka_unit_test_setup_teardown(infeasible_totals_are_proved_by_the_set_that_wants_too_much, setup, teardown),
        cmocka_unit_test_setup_teardown(table_at_the_edge_is_not_called_infeasible, setup, teardown),
        cmocka_unit_test_setup_teardown(totals_of_any_scale_fit_alike, setup, teardown),
        cmocka_unit_test_setup_teardown(negative_cells_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(cube_is_the_one_chosen_beforehand, setup, teardown),
        cmocka_unit_test_setup_teardown(two_kinds_of_totals_give_conditional_independence, setup, teardown),
        cmocka_unit_test_setup_teardown(where_totals_contradict_the_last_kind_holds_and_the_worst_is_told, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(cube_total_without_cells_is_named, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
