/* The base year: what is derived from what, and what is said when the files contradict each other. */
#include "bkt_trade.h"

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

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(income_is_value_added_with_tariffs_and_the_deficit),
        cmocka_unit_test(a_base_year_out_of_balance_is_warned_of),
        cmocka_unit_test(a_good_used_but_never_bought_is_inconsistent),
        cmocka_unit_test(no_value_added_and_no_income_are_inconsistent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
