#include "bkt.h"

#include "buckle/appraisal.h"

static void
present_value_of_a_perpetuity_cut_short_is_the_annuity_formula(void **state)
{
    (void)state;
    double stream[31] = {0};
    for (int year = 1; year <= 30; year++)
        stream[year] = 100.0;
    /* Closed form: A (1 - (1 + r)^-30) / r. */
    bkt_close(bk_present_value(stream, 31, 0.06), 100.0 * (1.0 - pow(1.06, -30.0)) / 0.06, 1e-14, 0.0);
}

static void
annuity_repays_the_capital(void **state)
{
    (void)state;
    double stream[21] = {0};
    for (int year = 1; year <= 20; year++)
        stream[year] = bk_annuity(1000.0, 0.05, 20);
    bkt_close(bk_present_value(stream, 21, 0.05), 1000.0, 1e-13, 0.0);
    bkt_close(bk_annuity(1000.0, 0.0, 20), 50.0, 1e-15, 0.0);
}

static void
internal_rate_of_a_single_return_is_its_growth(void **state)
{
    (void)state;
    /* -100 now, 121 in two years: 10 %. */
    const double        investment[3] = {100.0, 0.0, 0.0}, running[3] = {0}, benefit[3] = {0.0, 0.0, 121.0};
    const bk_indicators got = bk_indicators_of(investment, running, benefit, 3, 2, 0.05);
    assert_int_equal(got.irr_state, BK_IRR_UNIQUE);
    bkt_close(got.irr, 0.10, 1e-11, 0.0);
    bkt_close(got.npv, 121.0 / 1.1025 - 100.0, 1e-14, 0.0);
    bkt_close(got.benefit_cost, 1.21 / 1.1025, 1e-14, 0.0);
    bkt_close(got.npv_per_investment, 1.21 / 1.1025 - 1.0, 1e-13, 0.0);
    bkt_close(got.switching_benefit, 1.1025 / 1.21, 1e-14, 0.0);
    bkt_close(got.switching_cost, 1.21 / 1.1025, 1e-14, 0.0);
}

/* Net figures of -100 - 10 and 150 - 20 - 9: -110 and 121, a rate of 10 %. */
static void
running_costs_and_late_works_count_in_every_figure(void **state)
{
    const double        investment[2] = {100.0, 9.0}, running[2] = {10.0, 20.0}, benefit[2] = {0.0, 150.0};
    const bk_indicators got = bk_indicators_of(investment, running, benefit, 2, 1, 0.05);

    (void)state;
    assert_int_equal(got.irr_state, BK_IRR_UNIQUE);
    bkt_close(got.irr, 0.10, 1e-11, 0.0);
    bkt_close(got.npv, 121.0 / 1.05 - 110.0, 1e-13, 0.0);
    bkt_close(got.benefit_cost, 150.0 / (1.05 * 110.0 + 29.0), 1e-14, 0.0);
    bkt_close(got.npv_per_investment, (121.0 - 1.05 * 110.0) / (105.0 + 9.0), 1e-13, 0.0);
    bkt_close(got.first_year_return, (150.0 - 20.0) / (105.0 + 9.0), 1e-14, 0.0);
    bkt_close(got.payback_years, 110.0 * 1.05 / 121.0, 1e-13, 0.0);
}

static void
a_return_below_the_outlay_has_a_negative_rate(void **state)
{
    const double stream[2] = {-100.0, 90.0}, lost[2] = {-100.0, 3.0};
    double       rate;

    (void)state;
    assert_int_equal(bk_irr_all(stream, 2, &rate, 1), 1);
    bkt_close(rate, -0.10, 1e-11, 0.0);
    assert_int_equal(bk_irr_all(lost, 2, &rate, 1), 1);
    bkt_close(rate, -0.97, 1e-11, 0.0);
}

static void
two_internal_rates_are_called_multiple(void **state)
{
    (void)state;
    /* Lorie & Savage (1955), the oil pump: -1600, +10000, -10000 has rates of 25 % and 400 %. */
    const double        investment[3] = {1600.0, 0.0, 10000.0}, running[3] = {0}, benefit[3] = {0.0, 10000.0, 0.0};
    const bk_indicators got = bk_indicators_of(investment, running, benefit, 3, 1, 0.1);
    const double        stream[3] = {-1600.0, 10000.0, -10000.0};
    double              rates[4];
    assert_int_equal(got.irr_state, BK_IRR_MULTIPLE);
    assert_int_equal(bk_irr_all(stream, 3, rates, 4), 2);
    bkt_close(rates[0], 0.25, 1e-10, 0.0);
    bkt_close(rates[1], 4.0, 1e-10, 0.0);
}

static void
a_stream_without_return_has_no_internal_rate(void **state)
{
    (void)state;
    const double        investment[2] = {10.0, 10.0}, nothing[2] = {0};
    const bk_indicators got = bk_indicators_of(investment, nothing, nothing, 2, 1, 0.1);
    assert_int_equal(got.irr_state, BK_IRR_NONE);
    assert_true(got.payback_years < 0.0);
    bkt_close(got.npv, -10.0 - 10.0 / 1.1, 1e-14, 0.0);
}

static void
payback_counts_discounted_years(void **state)
{
    (void)state;
    /* At 0 %: 100 paid back by 40 a year after 2.5 years. */
    const double investment[5] = {100.0, 0, 0, 0, 0}, running[5] = {0, 10.0, 10.0, 10.0, 10.0};
    const double benefit[5] = {0, 50.0, 50.0, 50.0, 50.0};
    bkt_close(bk_indicators_of(investment, running, benefit, 5, 1, 0.0).payback_years, 2.5, 1e-14, 0.0);
    /* At 10 %: present values 36.36, 33.06, 30.05 add up to 99.47 after three years, 27.32 more in the fourth. */
    const double third = 40.0 / 1.1 + 40.0 / 1.21 + 40.0 / 1.331;
    bkt_close(bk_indicators_of(investment, running, benefit, 5, 1, 0.1).payback_years,
              3.0 + (100.0 - third) / (40.0 / 1.4641), 1e-12, 0.0);
    bkt_close(bk_indicators_of(investment, running, benefit, 5, 1, 0.1).first_year_return, 40.0 / 110.0, 1e-14, 0.0);
}

static void
what_never_is_below_zero_has_paid_back_at_once(void **state)
{
    const double investment[3] = {0, 10.0, 0}, nothing[3] = {0}, benefit[3] = {20.0, 0, 0};

    (void)state;
    bkt_close(bk_indicators_of(investment, nothing, benefit, 3, 0, 0.05).payback_years, 0.0, 0.0, 0.0);
}

static void
switching_values_bring_npv_to_zero(void **state)
{
    (void)state;
    const double investment[4] = {70.0, 30.0, 0, 0}, running[4] = {0, 0, 5.0, 6.0}, benefit[4] = {0, 0, 60.0, 90.0};
    const bk_indicators got = bk_indicators_of(investment, running, benefit, 4, 2, 0.08);
    double              less[4], dearer[4], dearer_running[4];
    for (int year = 0; year < 4; year++) {
        less[year] = benefit[year] * got.switching_benefit;
        dearer[year] = investment[year] * got.switching_cost;
        dearer_running[year] = running[year] * got.switching_cost;
    }
    bkt_close(bk_indicators_of(investment, running, less, 4, 2, 0.08).npv, 0.0, 0.0, 1e-11);
    bkt_close(bk_indicators_of(dearer, dearer_running, benefit, 4, 2, 0.08).npv, 0.0, 0.0, 1e-11);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(present_value_of_a_perpetuity_cut_short_is_the_annuity_formula),
        cmocka_unit_test(annuity_repays_the_capital),
        cmocka_unit_test(internal_rate_of_a_single_return_is_its_growth),
        cmocka_unit_test(running_costs_and_late_works_count_in_every_figure),
        cmocka_unit_test(a_return_below_the_outlay_has_a_negative_rate),
        cmocka_unit_test(two_internal_rates_are_called_multiple),
        cmocka_unit_test(a_stream_without_return_has_no_internal_rate),
        cmocka_unit_test(payback_counts_discounted_years),
        cmocka_unit_test(what_never_is_below_zero_has_paid_back_at_once),
        cmocka_unit_test(switching_values_bring_npv_to_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
