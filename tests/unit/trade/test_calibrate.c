/* The base year: what is derived from what, and what is said when the files contradict each other. */
#include "bkt_trade.h"
#include "trade/calibrate.h"

static const bkt_economy_kind three = {
    .n_regions = 3, .n_sectors = 2, .inputs = true, .tariffs = true, .deficits = true};

static void
income_is_value_added_with_tariffs_and_the_deficit(void **state)
{
    (void)state;
    bkt_trade t;
    bkt_trade_open(&t, 1);
    bkt_economy         *e = bkt_economy_create(&three, 2, &t.arena);
    const bk_trade_base *base = bkt_calibrate(&t, &e->economy);
    double               world = 0.0;
    for (size_t n = 0; n < 3; n++) {
        double income = e->regions[n].value_added + e->regions[n].deficit;
        for (size_t j = 0; j < 2; j++)
            for (size_t i = 0; i < 3; i++)
                income += e->trade[(j * 3 + n) * 3 + i] * e->tariff[(j * 3 + n) * 3 + i];
        bkt_close(bk_trade_base_income(base)[n], income, 1e-14, 0);
        world += e->regions[n].value_added;
    }
    bkt_close(bk_trade_base_world(base), world, 1e-14, 0);
    assert_string_equal(t.log, "");
    bkt_trade_close(&t);
}

static void
a_base_year_out_of_balance_is_warned_of(void **state)
{
    (void)state;
    bkt_trade t;
    bkt_trade_open(&t, 1);
    bkt_economy *e = bkt_economy_create(&three, 2, &t.arena);
    e->regions[1].value_added *= 1.01;
    bkt_calibrate(&t, &e->economy);
    assert_non_null(strstr(t.log, "R1 has value added"));
    t.log[0] = '\0';
    e->regions[1].value_added /= 1.01;
    e->regions[2].deficit += 0.01 * e->regions[2].value_added;
    e->regions[0].deficit -= 0.01 * e->regions[2].value_added;
    bkt_calibrate(&t, &e->economy);
    assert_non_null(strstr(t.log, "R2 has deficit"));
    t.log[0] = '\0';
    e->regions[0].deficit += 0.02 * e->regions[2].value_added;
    bkt_calibrate(&t, &e->economy);
    assert_non_null(strstr(t.log, "add up to"));
    bkt_trade_close(&t);
}

static void
a_good_used_but_never_bought_is_inconsistent(void **state)
{
    (void)state;
    bkt_trade t;
    bkt_trade_open(&t, 1);
    bkt_economy         *e = bkt_economy_create(&three, 2, &t.arena);
    const bk_trade_base *base = NULL;
    for (size_t i = 0; i < 3; i++)
        e->trade[(1 * 3 + 2) * 3 + i] = 0.0;
    assert_int_equal(bk_trade_calibrate(t.ctx, &e->economy, &t.arena, &base), BK_ERR_INCONSISTENT);
    assert_null(base);
    const char *message = bk_error_get(t.ctx, 0)->message;
    assert_non_null(strstr(message, "R2"));
    assert_non_null(strstr(message, "s1"));
    bkt_trade_close(&t);
}

static void
no_value_added_and_no_income_are_inconsistent(void **state)
{
    (void)state;
    bkt_trade t;
    bkt_trade_open(&t, 1);
    bkt_economy         *e = bkt_economy_create(&three, 2, &t.arena);
    const bk_trade_base *base = NULL;
    const double         value_added = e->regions[0].value_added;
    e->regions[0].value_added = 0.0;
    assert_int_equal(bk_trade_calibrate(t.ctx, &e->economy, &t.arena, &base), BK_ERR_INCONSISTENT);
    e->regions[0].value_added = value_added;
    e->regions[0].deficit -= 3.0 * value_added;
    e->regions[1].deficit += 3.0 * value_added;
    assert_int_equal(bk_trade_calibrate(t.ctx, &e->economy, &t.arena, &base), BK_ERR_INCONSISTENT);
    assert_non_null(strstr(bk_error_get(t.ctx, 1)->message, "R0 has income"));
    bkt_trade_close(&t);
}

/* A final share with rounding in it spends s of what it should.  The base year is at rest if labour is paid what makes
 * s (V + other income) what was spent before: V' = (V + other) / s - other. */
static void
final_shares_that_miss_one_leave_a_base_year_at_rest(void **state)
{
    static const double sum[3] = {0.97, 1.02, 0.99};
    bkt_trade           t;

    (void)state;
    bkt_trade_open(&t, 1);
    bkt_economy         *e = bkt_economy_create(&three, 4, &t.arena);
    const bk_trade_base *exact = bkt_calibrate(&t, &e->economy);
    for (size_t n = 0; n < 3; n++) {
        const double other = bk_trade_base_income(exact)[n] - e->regions[n].value_added;
        e->regions[n].value_added = (e->regions[n].value_added + other) / sum[n] - other;
        for (size_t j = 0; j < 2; j++)
            e->final_share[n * 2 + j] *= sum[n];
    }
    const bk_trade_solution *s = bkt_solve(&t, bkt_calibrate(&t, &e->economy), &(bk_trade_shock){0});
    for (size_t n = 0; n < 3; n++) {
        bkt_close(s->wage_hat[n], 1.0, 1e-11, 0);
        bkt_close(s->price_hat[n], 1.0, 1e-11, 0);
    }
    bkt_trade_close(&t);
}

/* (I - input D) Q = I with D from the files: own purchases over all purchases. */
static void
a_region_alone_answers_by_the_inverse_of_its_own_shares(void **state)
{
    enum { N = 3, S = 2 };
    bkt_trade t;

    (void)state;
    bkt_trade_open(&t, 1);
    bkt_economy         *e = bkt_economy_create(&three, 5, &t.arena);
    const bk_trade_base *base = bkt_calibrate(&t, &e->economy);
    for (size_t n = 0; n < N; n++) {
        double own[S];
        for (size_t j = 0; j < S; j++) {
            double spend = 0.0;
            for (size_t i = 0; i < N; i++)
                spend += e->trade[(j * N + n) * N + i] * (1.0 + e->tariff[(j * N + n) * N + i]);
            own[j] = e->trade[(j * N + n) * N + n] / spend;
            bkt_close(base->own_share[bki_at(base, j, n)], own[j], 1e-14, 0);
        }
        for (size_t j = 0; j < S; j++)
            for (size_t k = 0; k < S; k++) {
                double product = base->own_inverse[bki_at(base, j * S + k, n)];
                for (size_t i = 0; i < S; i++)
                    product -= (1.0 - e->value_added_share[n * S + j]) * e->input_share[(n * S + j) * S + i] * own[i] *
                               base->own_inverse[bki_at(base, i * S + k, n)];
                bkt_close(product, j == k ? 1.0 : 0.0, 0, 1e-14);
            }
        for (size_t j = 0; j < S; j++) {
            double cost = 0.0, sales = 0.0;
            for (size_t k = 0; k < S; k++) {
                cost += base->own_inverse[bki_at(base, j * S + k, n)] * e->value_added_share[n * S + k];
                sales += base->own_inverse[bki_at(base, k * S + j, n)] * own[k] * e->final_share[n * S + k];
            }
            bkt_close(base->own_cost[bki_at(base, j, n)], cost, 1e-13, 0);
            bkt_close(base->own_sales[bki_at(base, j, n)], sales, 1e-13, 0);
        }
    }
    bkt_trade_close(&t);
}

/* Deficits that add up to something lose it in proportion to value added, and are said to. */
static void
deficits_that_do_not_add_up_are_evened_out_by_value_added(void **state)
{
    bkt_trade t;

    (void)state;
    bkt_trade_open(&t, 1);
    bkt_economy         *e = bkt_economy_create(&three, 6, &t.arena);
    const bk_trade_base *exact = bkt_calibrate(&t, &e->economy);
    const double         world = bk_trade_base_world(exact);
    assert_string_equal(t.log, "");
    for (size_t n = 0; n < 3; n++) {
        e->regions[n].deficit += 1e-3 * world;
        t.log[0] = '\0';
        const bk_trade_base *base = bkt_calibrate(&t, &e->economy);
        e->regions[n].deficit -= 1e-3 * world;
        assert_non_null(strstr(t.log, "add up to"));
        for (size_t m = 0; m < 3; m++)
            bkt_close(bk_trade_base_income(base)[m] - bk_trade_base_income(exact)[m],
                      (m == n ? 1e-3 * world : 0.0) - 1e-3 * e->regions[m].value_added, 0, 1e-12 * world);
    }
    bkt_trade_close(&t);
}

/* Whichever region it is that the files contradict each other about. */
static void
any_region_out_of_balance_is_warned_of_by_name(void **state)
{
    bkt_trade t;

    (void)state;
    bkt_trade_open(&t, 1);
    bkt_economy *e = bkt_economy_create(&three, 2, &t.arena);
    for (size_t n = 0; n < 3; n++) {
        char         expected[40];
        const double kept = e->regions[n].value_added;
        e->regions[n].value_added *= 1.01;
        t.log[0] = '\0';
        bkt_calibrate(&t, &e->economy);
        e->regions[n].value_added = kept;
        snprintf(expected, sizeof expected, "R%zu has value added", n);
        assert_non_null(strstr(t.log, expected));
        e->regions[n].deficit += 0.01 * kept;
        e->regions[(n + 1) % 3].deficit -= 0.01 * kept;
        t.log[0] = '\0';
        bkt_calibrate(&t, &e->economy);
        e->regions[n].deficit -= 0.01 * kept;
        e->regions[(n + 1) % 3].deficit += 0.01 * kept;
        snprintf(expected, sizeof expected, "R%zu has deficit", n);
        assert_non_null(strstr(t.log, expected));
    }
    bkt_trade_close(&t);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(income_is_value_added_with_tariffs_and_the_deficit),
        cmocka_unit_test(a_base_year_out_of_balance_is_warned_of),
        cmocka_unit_test(a_good_used_but_never_bought_is_inconsistent),
        cmocka_unit_test(no_value_added_and_no_income_are_inconsistent),
        cmocka_unit_test(final_shares_that_miss_one_leave_a_base_year_at_rest),
        cmocka_unit_test(a_region_alone_answers_by_the_inverse_of_its_own_shares),
        cmocka_unit_test(deficits_that_do_not_add_up_are_evened_out_by_value_added),
        cmocka_unit_test(any_region_out_of_balance_is_warned_of_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
