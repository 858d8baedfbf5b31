#include "bkt_open.h"

#include "buckle/appraisal.h"

static const char *const countries[] = {"AAA", "BBB"};
static const bk_project  projects[] = {
     {.id = "line",
      .name = "A line",
      .type = "new_rail",
      .countries = "AAA BBB",
      .capex_usd = 600.0,
      .construction_start = 2024,
      .opens = 2026,
      .life_years = 40,
      .operation_share_of_capex = 0.02},
     {.id = "port",
      .name = "A port",
      .type = "port",
      .countries = "BBB",
      .capex_usd = 90.0,
      .construction_start = 2021,
      .opens = 2024,
      .life_years = 4,
      .operation_share_of_capex = 0.1},
};
static const bk_finance finance[] = {
    {.project = 0,
     .party = 0,
     .party_name = "AAA",
     .role = "owner",
     .share = 0.5,
     .amount_usd = 200.0,
     .contractor_import_share = 0.4},
    {.project = 0,
     .party = 1,
     .party_name = "BBB",
     .role = "borrower",
     .share = 0.5,
     .amount_usd = 100.0,
     .interest_rate = 0.05,
     .maturity_years = 20,
     .grace_years = 4},
};

static bk_model
two_projects(void)
{
    bk_model model = {0};
    model.n_countries = 2;
    model.countries = countries;
    model.projects = (bk_projects){2, 2, 0, projects, NULL, finance};
    model.projects.n_effects = 0;
    model.projects.n_finance = 2;
    return model;
}

static const bk_appraisal_settings settings = {
    .price_year = 2023, .horizon_years = 30, .discount_rate = 0.06, .inflation = 0.02};

static void
parties_carry_the_works_in_proportion_to_their_amounts(void **state)
{
    (void)state;
    const bk_model       model = two_projects();
    const bool           built[2] = {true, false};
    size_t               n, years;
    const bk_party_flow *flows;
    assert_int_equal(bk_project_flows(ctx, &model, built, &settings, &arena, &n, &flows, &years), BK_OK);
    assert_int_equal(n, 2);
    assert_int_equal(years, 33); /* opens in year 3, thirty years of operation */
    /* 600 of works, stated amounts 200 and 100: 400 and 200, over 2024 and 2025. */
    bkt_close(flows[0].investment[1], 200.0, 1e-14, 0.0);
    bkt_close(flows[0].investment[2], 200.0, 1e-14, 0.0);
    bkt_close(flows[1].investment[1] + flows[1].investment[2], 200.0, 1e-14, 0.0);
    bkt_close(bk_sum(flows[0].investment, years) + bk_sum(flows[1].investment, years), 600.0, 1e-14, 0.0);
    bkt_close(flows[0].running[3], 8.0, 1e-14, 0.0);
    bkt_close(flows[0].running[2], 0.0, 0.0, 0.0);
    bkt_close(bk_sum(flows[0].running, years), 30 * 8.0, 1e-13, 0.0);
    bkt_close(flows[0].abroad, 160.0, 1e-14, 0.0);
    assert_int_equal(flows[1].country, 1);
}

static void
a_borrower_draws_its_share_and_serves_it_at_the_real_rate(void **state)
{
    (void)state;
    const bk_model       model = two_projects();
    const bool           built[2] = {true, false};
    size_t               n, years;
    const bk_party_flow *flows;
    assert_int_equal(bk_project_flows(ctx, &model, built, &settings, &arena, &n, &flows, &years), BK_OK);
    bkt_close(bk_sum(flows[1].drawn, years), 200.0, 1e-14, 0.0);
    bkt_close(bk_sum(flows[0].drawn, years), 0.0, 0.0, 0.0);
    /* Worth at the loan's own real rate: drawings equal service. */
    const double real = 1.05 / 1.02 - 1.0;
    bkt_close(bk_present_value(flows[1].debt_service, years, real), bk_present_value(flows[1].drawn, years, real),
              1e-12, 0.0);
    bkt_close(flows[1].grant_element, 0.0, 0.0, 1e-12); /* 5 % against 5 % */
}

static void
an_overrun_raises_works_and_operation_alike(void **state)
{
    (void)state;
    const bk_model        model = two_projects();
    const bool            built[2] = {true, false};
    bk_appraisal_settings over = settings;
    size_t                n, years;
    const bk_party_flow  *flows;
    over.overrun = 0.447; /* Flyvbjerg, Skamris Holm & Buhl (2003): mean overrun of rail */
    assert_int_equal(bk_project_flows(ctx, &model, built, &over, &arena, &n, &flows, &years), BK_OK);
    bkt_close(bk_sum(flows[0].investment, years), 400.0 * 1.447, 1e-13, 0.0);
    bkt_close(flows[0].running[10], 8.0 * 1.447, 1e-13, 0.0);
}

static void
a_project_without_finance_falls_on_its_first_country_and_past_works_are_sunk_in_year_zero(void **state)
{
    (void)state;
    const bk_model       model = two_projects();
    const bool           built[2] = {false, true};
    size_t               n, years;
    const bk_party_flow *flows;
    assert_int_equal(bk_project_flows(ctx, &model, built, &settings, &arena, &n, &flows, &years), BK_OK);
    assert_int_equal(n, 1);
    assert_int_equal(flows[0].country, 1);
    assert_int_equal(years, 5);                          /* opens in year 1, lives four years */
    bkt_close(flows[0].investment[0], 90.0, 1e-14, 0.0); /* 2021 to 2023, all by the price year */
    bkt_close(bk_sum(flows[0].running, years), 36.0, 1e-14, 0.0);
}

static void
a_project_without_dates_is_built_this_year_and_lasts_the_horizon(void **state)
{
    const bk_project       undated = {.id = "x", .name = "X", .type = "port", .countries = "BBB", .capex_usd = 1.0};
    const bk_project       backwards = {.construction_start = 2030, .opens = 2025, .life_years = 50};
    const bk_project_years never = bk_project_years_of(&undated, &settings),
                           odd = bk_project_years_of(&backwards, &settings);

    (void)state;
    assert_int_equal(never.works_from, 0);
    assert_int_equal(never.opens, 1);
    assert_int_equal(never.runs_until, 31);
    assert_int_equal(odd.works_from, 1); /* works take a year at least */
    assert_int_equal(odd.opens, 2);
    assert_int_equal(odd.runs_until, 32);
}

static void
a_loan_that_matures_within_its_grace_is_refused_and_one_that_is_short_is_drawn_at_once(void **state)
{
    bk_finance           loan = finance[1];
    bk_model             model = two_projects();
    const bool           built[2] = {true, false};
    size_t               n, years;
    const bk_party_flow *flows;

    (void)state;
    model.projects.finance = &loan;
    model.projects.n_finance = 1;
    loan.maturity_years = 4;
    assert_int_equal(bk_project_flows(ctx, &model, built, &settings, &arena, &n, &flows, &years), BK_ERR_VALUE);
    assert_non_null(strstr(bk_error_get(ctx, 0)->message,
                           "project line: the loan of BBB matures after 4 years, within its grace of 4"));
    bk_error_clear(ctx);
    loan.maturity_years = 1;
    loan.grace_years = 0;
    loan.interest_rate = settings.inflation;
    assert_int_equal(bk_project_flows(ctx, &model, built, &settings, &arena, &n, &flows, &years), BK_OK);
    bkt_close(flows[0].drawn[1], 600.0, 1e-14,
              0.0); /* all that its one party carries, not over the two years of works */
    bkt_close(bk_sum(flows[0].debt_service, years), 600.0, 1e-13, 0.0);
    loan.interest_rate = NAN;
    assert_int_equal(bk_project_flows(ctx, &model, built, &settings, &arena, &n, &flows, &years), BK_ERR_VALUE);
    bk_error_clear(ctx);
}

/* Works of 2021 to 2023 are borrowed in the same three years: by the price year all 90 are drawn.  Three years of grace
 * and three equal parts from 2025 on, without real interest, as inflation is the rate of the loan. */
static void
a_loan_begun_before_the_price_year_is_served_to_its_end(void **state)
{
    static const bk_finance loan = {.project = 1,
                                    .party = 0,
                                    .party_name = "AAA",
                                    .role = "borrower",
                                    .share = 1.0,
                                    .interest_rate = 0.02,
                                    .maturity_years = 6,
                                    .grace_years = 3};
    static const double     service[5] = {0.0, 0.0, 30.0, 30.0, 30.0};
    bk_model                model = two_projects();
    const bool              built[2] = {false, true};
    size_t                  n, years;
    const bk_party_flow    *flows;

    (void)state;
    model.projects.finance = &loan;
    model.projects.n_finance = 1;
    assert_int_equal(bk_project_flows(ctx, &model, built, &settings, &arena, &n, &flows, &years), BK_OK);
    assert_int_equal(n, 1);
    assert_int_equal(years, 5);
    for (size_t year = 0; year < years; year++) {
        bkt_close(flows[0].drawn[year], year == 0 ? 90.0 : 0.0, 1e-14, 0.0);
        bkt_close(flows[0].debt_service[year], service[year], 1e-14, 0.0);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parties_carry_the_works_in_proportion_to_their_amounts),
        cmocka_unit_test(a_borrower_draws_its_share_and_serves_it_at_the_real_rate),
        cmocka_unit_test(an_overrun_raises_works_and_operation_alike),
        cmocka_unit_test(a_project_without_finance_falls_on_its_first_country_and_past_works_are_sunk_in_year_zero),
        cmocka_unit_test(a_project_without_dates_is_built_this_year_and_lasts_the_horizon),
        cmocka_unit_test(a_loan_that_matures_within_its_grace_is_refused_and_one_that_is_short_is_drawn_at_once),
        cmocka_unit_test(a_loan_begun_before_the_price_year_is_served_to_its_end),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
