/* Who pays for works. */
#include "bkt_joint.h"
#include "study/accounts.h"
#include "study/finance.h"

/* Two countries, the first with two regions of 100 and 300; one project of 1000 USD with 2 % upkeep, built or not. */
static const char *const countries[] = {"AAA", "BBB"};
static const bk_region   regions[] = {{.id = "a1", .name = "A 1", .country = 0, .value_added = 100.0},
                                      {.id = "a2", .name = "A 2", .country = 0, .value_added = 300.0},
                                      {.id = "b", .name = "B", .country = 1, .value_added = 50.0}};

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

/* ---- who is paid, and how ---------------------------------------------------------------------------------------- */

/* The project's 70 USD a year, money in units of 2 USD: 14, 42 and 14 USD by the first test. */
static void
closures_make_taxes_works_or_transfers_of_the_cost(void **state)
{
    const bk_finance finance[] = {{.project = 0, .party = 0, .share = 0.8}, {.project = 0, .party = 1, .share = 0.2}};
    static const double usd[3] = {14.0, 42.0, 14.0};
    bk_model            base = model_with(&planned, finance, 2), model = model_with(&done, finance, 2);
    const bk_study      study = {.folder = "here", .name = "here", .model = &base};
    bk_context         *ctx;
    bk_arena            arena;
    double              cost[3], unassigned;
    bk_trade_shock      shock;

    (void)state;
    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    bk_arena_init(&arena, ctx);
    model.money_usd = base.money_usd = 2.0;
    model.economy.n_sectors = base.economy.n_sectors = 3;
    model.economy.works_sector = 1;
    for (bk_finance_closure by = BK_FINANCE_NONE; by <= BK_FINANCE_FOREIGN; by++)
        for (size_t lender = 0; lender < (by == BK_FINANCE_FOREIGN ? 3 : 1); lender++) {
            const bk_closure closure = {.finance = by, .lender = regions[lender].id};
            assert_int_equal(bki_finance(ctx, &study, &model, &closure, &arena, cost, &unassigned, &shock), BK_OK);
            bkt_close(unassigned, 0.0, 0, 1e-12);
            assert_true((shock.levy != NULL) == (by == BK_FINANCE_TAX || by == BK_FINANCE_FOREIGN));
            assert_true((shock.works != NULL) == (by == BK_FINANCE_WORKS));
            assert_true((shock.transfer != NULL) == (by == BK_FINANCE_FOREIGN));
            double moved = 0.0;
            for (size_t n = 0; n < 3; n++) {
                const bool abroad = by == BK_FINANCE_FOREIGN && n != lender;
                bkt_close(cost[n], usd[n], 1e-14, 0);
                if (by == BK_FINANCE_TAX || by == BK_FINANCE_FOREIGN)
                    bkt_close(shock.levy[n], abroad ? 0.0 : usd[n] / 2.0, 1e-14, 0);
                if (by == BK_FINANCE_WORKS) {
                    bkt_close(shock.works[n], usd[n] / 2.0, 1e-14, 0);
                    bkt_close(shock.works_share[n], n == 1 ? 1.0 : 0.0, 0, 0); /* three sectors as well */
                }
                if (abroad)
                    bkt_close(shock.transfer[n], -usd[n] / 2.0, 1e-14, 0);
                moved += by == BK_FINANCE_FOREIGN ? shock.transfer[n] : 0.0;
                /* a lender pays its part and is paid those of the others */
                const double paid = by == BK_FINANCE_NONE                     ? 0.0
                                    : n == lender && by == BK_FINANCE_FOREIGN ? 2.0 * usd[n] - 70.0
                                                                              : usd[n];
                bkt_close(bki_paid(&model, &shock, n), paid, 1e-13, 0);
            }
            bkt_close(moved, 0.0, 0, 1e-13);
        }
    const bk_closure nobody = {.finance = BK_FINANCE_FOREIGN}, works = {.finance = BK_FINANCE_WORKS};
    assert_int_equal(bki_finance(ctx, &study, &model, &nobody, &arena, cost, &unassigned, &shock), BK_ERR_USAGE);
    model.economy.works_sector = BK_NONE;
    assert_int_equal(bki_finance(ctx, &study, &model, &works, &arena, cost, &unassigned, &shock), BK_ERR_INCONSISTENT);
    bk_arena_release(&arena);
    bk_context_release(ctx);
}

/* Where nothing else costs money a country earns of transit what it asks times the tonnes that pay it, in whatever
 * order sectors stand. */
static void
tolls_bring_what_they_ask_of_each_tonne(void **state)
{
    enum { N = 4 };
    (void)state;
    for (int turned = 0; turned < 2; turned++) {
        bkt_memory           memory;
        double               toll[BKT_COUNTRIES], tonnes[BKT_COUNTRIES], unassigned, largest = 0.0;
        const bk_joint_base *base;
        bk_accounts          accounts;
        bkt_memory_init(&memory);
        bkt_joint *study = BK_NEW(&memory.arena, bkt_joint, 1);
        assert_true(bkt_joint_make(study, N, 113, true, &memory.arena));
        if (turned)
            bkt_joint_turn_sectors(study, &memory.arena);
        bk_model *model = &study->network.model;
        for (size_t l = 0; l < model->network.n_links; l++)
            study->network.links[l].usd_per_tonne_km = 0.0;
        for (size_t t = 0; t < model->network.n_transfers; t++)
            study->network.transfers[t].usd_per_tonne = 0.0;
        for (size_t b = 0; b < model->network.n_borders; b++)
            study->network.borders[b].usd_per_tonne = 0.0;
        for (size_t c = 0; c < model->n_countries; c++)
            toll[c] = 1.0 + (double)c;
        model->transit_toll = toll;
        assert_int_equal(bk_joint_prepare(memory.ctx, model, NULL, 0, &memory.arena, &base), BK_OK);
        const bk_joint_solution *at = bk_joint_base_solution(base);
        assert_int_equal(bki_accounts(memory.ctx, base, model, model, at, false, &memory.arena, &accounts, &unassigned),
                         BK_OK);
        assert_int_equal(bki_tolled_tonnes(memory.ctx, base, model, at, &memory.arena, tonnes), BK_OK);
        for (size_t n = 0; n < N; n++) { /* each region is a country of its own */
            const uint32_t c = model->economy.regions[n].country;
            bkt_close(accounts.transit_revenue_usd[n], toll[c] * tonnes[c], 1e-12, 1e-9);
            largest = fmax(largest, tonnes[c]);
        }
        assert_true(largest > 1.0);
        bkt_memory_release(&memory);
    }
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
        cmocka_unit_test(closures_make_taxes_works_or_transfers_of_the_cost),
        cmocka_unit_test(tolls_bring_what_they_ask_of_each_tonne),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
