#include "bkt.h"

#include "buckle/appraisal.h"

#define YEARS 45

static bk_context *ctx;

static int
open_context(void **state)
{
    (void)state;
    return bk_context_create(NULL, &ctx) == BK_OK ? 0 : -1;
}

static int
close_context(void **state)
{
    (void)state;
    bk_context_release(ctx);
    return 0;
}

static void
a_schedule_repays_exactly_what_was_drawn(void **state)
{
    (void)state;
    const bk_loan loan = {2.35e9, 0.02, 6, 5, 35};
    double        drawn[YEARS], interest[YEARS], repaid[YEARS], balance[YEARS];
    assert_int_equal(bk_loan_schedule(ctx, &loan, YEARS, drawn, interest, repaid, balance), BK_OK);
    bkt_close(bk_sum(drawn, YEARS), 2.35e9, 1e-14, 0.0);
    bkt_close(bk_sum(repaid, YEARS), 2.35e9, 1e-13, 0.0);
    bkt_close(balance[35], 0.0, 0.0, 1e-3);
    for (int year = 0; year <= 5; year++)
        assert_true(repaid[year] == 0.0);
}

static void
debt_service_at_the_loans_own_rate_is_worth_what_was_drawn(void **state)
{
    (void)state;
    const bk_loan loan = {100.0, 0.07, 3, 4, 20};
    double        drawn[YEARS], interest[YEARS], repaid[YEARS], balance[YEARS], service[YEARS];
    assert_int_equal(bk_loan_schedule(ctx, &loan, YEARS, drawn, interest, repaid, balance), BK_OK);
    for (int year = 0; year < YEARS; year++)
        service[year] = interest[year] + repaid[year];
    bkt_close(bk_present_value(service, YEARS, 0.07), bk_present_value(drawn, YEARS, 0.07), 1e-13, 0.0);
}

static void
repayments_are_equal_once_all_is_drawn(void **state)
{
    (void)state;
    const bk_loan loan = {120.0, 0.05, 1, 4, 16};
    double        drawn[YEARS], interest[YEARS], repaid[YEARS], balance[YEARS];
    assert_int_equal(bk_loan_schedule(ctx, &loan, YEARS, drawn, interest, repaid, balance), BK_OK);
    for (int year = 5; year <= 16; year++)
        bkt_close(repaid[year], 10.0, 1e-13, 0.0);
    bkt_close(interest[5], 6.0, 1e-14, 0.0);  /* 5 % of 120 */
    bkt_close(interest[16], 0.5, 1e-13, 0.0); /* 5 % of the last 10 */
}

static void
grant_element_is_zero_at_the_reference_rate_and_one_for_a_gift(void **state)
{
    (void)state;
    double        element;
    const bk_loan at_reference = {100.0, 0.05, 4, 5, 25}, bullet = {100.0, 0.0, 1, 29, 30};
    assert_int_equal(bk_loan_grant_element(ctx, &at_reference, 0.05, &element), BK_OK);
    bkt_close(element, 0.0, 0.0, 1e-14);
    /* Free of interest, repaid at once after 30 years: 1 - 1.05^-30. */
    assert_int_equal(bk_loan_grant_element(ctx, &bullet, 0.05, &element), BK_OK);
    bkt_close(element, 1.0 - pow(1.05, -30.0), 1e-13, 0.0);
}

static void
grant_element_of_equal_repayments_is_the_closed_form(void **state)
{
    (void)state;
    /* Equal principal over years g+1..M with interest i on what is owed, all drawn in year 0 (OECD DAC's formula for
     * yearly payments): 1 - i/d ... written as 1 - PV, PV = i sum_(t<=g) v^t + sum_(t>g) (1/n + i (M - t + 1)/n) v^t.
     */
    const bk_loan loan = {1.0, 0.02, 1, 5, 20};
    double        present = 0.0, element;
    for (int t = 1; t <= 20; t++)
        present += (t <= 5 ? 0.02 : (1.0 + 0.02 * (20 - t + 1)) / 15.0) * pow(1.05, -t);
    assert_int_equal(bk_loan_grant_element(ctx, &loan, 0.05, &element), BK_OK);
    bkt_close(element, 1.0 - present, 1e-13, 0.0);
}

static void
impossible_terms_are_refused(void **state)
{
    (void)state;
    double        element;
    const bk_loan within_grace = {1.0, 0.05, 1, 5, 5}, never_drawn = {1.0, 0.05, 9, 2, 5},
                  negative = {-1.0, 0.05, 1, 0, 5};
    assert_int_equal(bk_loan_grant_element(ctx, &within_grace, 0.05, &element), BK_ERR_VALUE);
    assert_int_equal(bk_loan_grant_element(ctx, &never_drawn, 0.05, &element), BK_ERR_VALUE);
    assert_int_equal(bk_loan_grant_element(ctx, &negative, 0.05, &element), BK_ERR_VALUE);
    static const bk_loan others[] = {{NAN, 0.05, 1, 0, 5}, {INFINITY, 0.05, 1, 0, 5}, {1.0, -1.0, 1, 0, 5},
                                     {1.0, NAN, 1, 0, 5},  {1.0, INFINITY, 1, 0, 5},  {1.0, 0.05, 0, 0, 5},
                                     {1.0, 0.05, 1, -1, 5}};
    double               drawn[6], interest[6], repaid[6], balance[6];
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        assert_int_equal(bk_loan_grant_element(ctx, &others[i], 0.05, &element), BK_ERR_VALUE);
        assert_int_equal(bk_loan_schedule(ctx, &others[i], 6, drawn, interest, repaid, balance), BK_ERR_VALUE);
    }
}

static void
a_loan_of_nothing_grants_nothing(void **state)
{
    (void)state;
    const bk_loan none = {0.0, 0.05, 1, 0, 5};
    double        element = 1.0;
    assert_int_equal(bk_loan_grant_element(ctx, &none, 0.05, &element), BK_OK);
    bkt_close(element, 0.0, 0.0, 0.0);
}

static void
real_rate_is_fishers(void **state)
{
    (void)state;
    bkt_close(bk_real_rate(0.071, 0.02), 0.05, 1e-13, 0.0); /* 1.05 x 1.02 = 1.071 */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_schedule_repays_exactly_what_was_drawn),
        cmocka_unit_test(debt_service_at_the_loans_own_rate_is_worth_what_was_drawn),
        cmocka_unit_test(repayments_are_equal_once_all_is_drawn),
        cmocka_unit_test(grant_element_is_zero_at_the_reference_rate_and_one_for_a_gift),
        cmocka_unit_test(grant_element_of_equal_repayments_is_the_closed_form),
        cmocka_unit_test(impossible_terms_are_refused),
        cmocka_unit_test(a_loan_of_nothing_grants_nothing),
        cmocka_unit_test(real_rate_is_fishers),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
