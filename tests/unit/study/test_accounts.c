/* Who pays for works. */
#include "bkt.h"
#include "study/accounts.h"

/* Two countries, the first with two regions of 100 and 300; one project of 1000 USD with 2 % upkeep, built or not. */
static const char *const countries[] = {"AAA", "BBB"};
static const bk_region   regions[] = {{.id = "a1", .country = 0, .value_added = 100.0},
                                      {.id = "a2", .country = 0, .value_added = 300.0},
                                      {.id = "b", .country = 1, .value_added = 50.0}};

static bk_model
model_with(const bk_project *project, const bk_finance *finance, size_t n_finance)
{
    return (bk_model){.discount_rate = 0.0,
                      .horizon_years = 30,
                      .n_countries = 2,
                      .countries = countries,
                      .economy = {.n_regions = 3, .regions = regions},
                      .projects = {.n_projects = 1, .projects = project, .n_finance = n_finance, .finance = finance}};
}

static const bk_project planned = {.id = "p", .capex_usd = 1000.0, .life_years = 20, .operation_share_of_capex = 0.02};
static const bk_project done = {
    .id = "p", .capex_usd = 1000.0, .life_years = 20, .operation_share_of_capex = 0.02, .built = true};

static void
each_party_pays_its_share_by_value_added(void **state)
{
    const bk_finance finance[] = {{.project = 0, .party = 0, .share = 0.8}, {.project = 0, .party = 1, .share = 0.2}};
    const bk_model   base = model_with(&planned, finance, 2), model = model_with(&done, finance, 2);
    double           cost[3];

    (void)state;
    /* at rate 0 a year costs 1000 (1/20 + 0.02) = 70: 56 for AAA, a quarter of it in a1, and 14 for BBB */
    bkt_close(bki_works_cost(&base, &model, cost), 0.0, 0.0, 1e-12);
    bkt_close(cost[0], 14.0, 1e-14, 0.0);
    bkt_close(cost[1], 42.0, 1e-14, 0.0);
    bkt_close(cost[2], 14.0, 1e-14, 0.0);
}

static void
amounts_go_before_shares_and_add_up_to_the_capital_cost(void **state)
{
    const bk_finance finance[] = {{.project = 0, .party = 0, .share = 1.0, .amount_usd = 1500.0},
                                  {.project = 0, .party = 1, .share = 1.0, .amount_usd = 500.0}};
    const bk_model   base = model_with(&planned, finance, 2), model = model_with(&done, finance, 2);
    double           cost[3];

    (void)state;
    bkt_close(bki_works_cost(&base, &model, cost), 0.0, 0.0, 1e-12);
    bkt_close(cost[0] + cost[1], 52.5, 1e-14, 0.0); /* three quarters of 70 */
    bkt_close(cost[2], 17.5, 1e-14, 0.0);
}

static void
what_nobody_finances_is_nobodys(void **state)
{
    const bk_finance finance[] = {{.project = 0, .party = 1, .share = 0.5}};
    const bk_model   base = model_with(&planned, finance, 1), model = model_with(&done, finance, 1);
    double           cost[3];

    (void)state;
    bkt_close(bki_works_cost(&base, &model, cost), 35.0, 1e-14, 0.0);
    bkt_close(cost[2], 35.0, 1e-14, 0.0);
}

static void
a_party_outside_the_study_pays_for_nobody(void **state)
{
    const bk_finance finance[] = {{.project = 0, .party = BK_NONE, .party_name = "XXX", .share = 1.0}};
    const bk_model   base = model_with(&planned, finance, 1), model = model_with(&done, finance, 1);
    double           cost[3];

    (void)state;
    bkt_close(bki_works_cost(&base, &model, cost), 70.0, 1e-14, 0.0);
    for (int n = 0; n < 3; n++)
        bkt_close(cost[n], 0.0, 0.0, 0.0);
}

static void
what_the_base_has_built_costs_nothing_more(void **state)
{
    const bk_finance finance[] = {{.project = 0, .party = 0, .share = 1.0}};
    const bk_model   base = model_with(&done, finance, 1);
    double           cost[3];

    (void)state;
    bkt_close(bki_works_cost(&base, &base, cost), 0.0, 0.0, 0.0);
    for (int n = 0; n < 3; n++)
        bkt_close(cost[n], 0.0, 0.0, 0.0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_party_pays_its_share_by_value_added),
        cmocka_unit_test(amounts_go_before_shares_and_add_up_to_the_capital_cost),
        cmocka_unit_test(what_nobody_finances_is_nobodys),
        cmocka_unit_test(a_party_outside_the_study_pays_for_nobody),
        cmocka_unit_test(what_the_base_has_built_costs_nothing_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
