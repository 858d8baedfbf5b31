/* What a planner would widen: a closed form on two places, first-order conditions on the teaching study. */
#include "bkt_open.h"

#include "buckle/optimum.h"

/* ---- two places ------------------------------------------------------------------------------------------------- */

static const double length = 500.0, usd_per_tonne_km = 0.02, usd_per_tonne = 400.0, kmh = 40.0, time_cost = 0.006;
static const double elasticity = 4.0, capex = 3e8, budget = 2.5e8;

/* Two regions that sell each other as much over one railway; a project that built as long a line elsewhere. */
static void
two_places(bk_model *model, bk_study *study)
{
    static const bk_node     nodes[] = {{.id = "a", .country = 0}, {.id = "b", .country = 1}};
    static const char *const modes[] = {"rail"}, *const countries[] = {"AAA", "BBB"};
    static bk_link               links[] = {{.id = "line", .to = 1, .project = BK_NONE, .open = true},
                                            {.id = "elsewhere", .to = 1, .project = 0, .open = false}};
    static const bool            crosses[] = {true};
    static const bk_mode_product products[] = {{.allowed = true, .money_factor = 0.8, .hours_factor = 2.0}};
    static const bk_zone         zones[] = {{.id = "za", .region = 0, .node = 0}, {.id = "zb", .region = 1, .node = 1}};
    static const uint32_t        region_zone[] = {0, 1, 2};
    static const double          all[] = {1.0, 1.0}, trade[] = {9.0, 2.0, 2.0, 9.0};
    static double                per_tonne[4];
    static const bk_region       regions[] = {{.id = "A", .country = 0}, {.id = "B", .country = 1}};
    static bk_sector             sectors[1];
    static const bk_project      projects[] = {{.id = "work", .type = "new_rail", .capex_usd = 3e8}};

    for (size_t a = 0; a < 2; a++) {
        links[a].km = length;
        links[a].kmh = kmh;
        links[a].usd_per_tonne_km = usd_per_tonne_km;
    }
    for (size_t i = 0; i < 4; i++)
        per_tonne[i] = usd_per_tonne;
    sectors[0] = (bk_sector){.id = "goods", .elasticity = elasticity, .time_cost_per_day = time_cost};
    *model = (bk_model){.has_network = true, .has_economy = true, .money_usd = 1e9, .n_countries = 2};
    model->countries = countries;
    model->network = (bk_network_data){.n_nodes = 2,
                                       .n_links = 2,
                                       .n_modes = 1,
                                       .n_zones = 2,
                                       .nodes = nodes,
                                       .links = links,
                                       .modes = modes,
                                       .mode_crosses = crosses,
                                       .products = products,
                                       .zones = zones,
                                       .region_zone = region_zone,
                                       .origin_share = all,
                                       .destination_share = all};
    model->economy = (bk_economy){.n_regions = 2,
                                  .n_sectors = 1,
                                  .regions = regions,
                                  .sectors = sectors,
                                  .trade = trade,
                                  .usd_per_tonne = per_tonne};
    model->projects = (bk_projects){.n_projects = 1, .projects = projects};
    *study = (bk_study){.name = "two places", .model = model};
}

typedef struct closed_form {
    double flow, bundle; /* share of what is made that arrives across; what is eaten, in made units */
} closed_form;

/* Of x, the share of a good that arrives: made = eaten at home + sent, with the price across p = 1 + (1 + beta) tau
 * times that at home, tau = share x^beta / I^gamma, eaten at home = x p^sigma, sent = x (1 + tau).  By bisection. */
static closed_form
solve_two_places(double share, double infrastructure, double beta, double gamma)
{
    const double sigma = 1.0 + elasticity, power = (sigma - 1.0) / sigma;
    double       low = 0.0, high = 1.0, home = 0.0;

    for (int k = 0; k < 200; k++) {
        const double x = 0.5 * (low + high), tau = share * pow(x, beta) / pow(infrastructure, gamma);
        home = x * pow(1.0 + (1.0 + beta) * tau, sigma);
        *(home + x * (1.0 + tau) > 1.0 ? &high : &low) = x;
    }
    return (closed_form){low, pow(pow(home, power) + pow(low, power), 1.0 / power)};
}

static void
two_places_and_a_railway_have_a_closed_form(void **state)
{
    static const double powers[][2] = {{1.0, 0.5}, {0.5, 0.3}, {0.13, 0.10}};
    const double        share = 0.8 * usd_per_tonne_km * length / usd_per_tonne + 2.0 * length / kmh * time_cost / 24.0;
    const double        unit = 1.25 * capex; /* a line like it, 500 km at the project's cost a kilometre */
    bk_model            model;
    bk_study            study;

    (void)state;
    two_places(&model, &study);
    for (size_t i = 0; i < sizeof powers / sizeof *powers; i++) {
        const double        beta = powers[i][0], gamma = powers[i][1];
        bk_optimum_settings settings = bk_optimum_default_settings();
        const bk_optimum   *found = NULL;
        settings.budget = budget;
        settings.overrun = 0.25;
        settings.beta = beta;
        settings.gamma = gamma;
        assert_int_equal(bk_study_optimum(ctx, &study, &settings, &arena, &found), BK_OK);
        const closed_form before = solve_two_places(share, 1.0, beta, gamma);
        const closed_form after = solve_two_places(share, 1.0 + budget / unit, beta, gamma);
        assert_int_equal(found->n_links, 1); /* the other is closed, and no candidate */
        assert_int_equal(found->n_left_out, 1);
        bkt_close(found->traded_usd, 4e9, 1e-14, 0.0);
        bkt_close(found->links[0].unit_usd, unit, 1e-12, 0.0);
        bkt_close(found->links[0].added, budget / unit, 1e-12, 0.0);
        bkt_close(found->links[0].spent_usd, budget, 1e-12, 0.0);
        bkt_close(found->links[0].flow_before, before.flow, 1e-4, 0.0);
        bkt_close(found->links[0].flow, after.flow, 1e-4, 0.0);
        bkt_close(found->gain_pct, 100.0 * (after.bundle / before.bundle - 1.0), 1e-4, 0.0);
        assert_true(found->most_pct >= found->gain_pct && found->most_pct < found->gain_pct * (1.0 + 1e-6));
    }
}

/* ---- the teaching study ----------------------------------------------------------------------------------------- */

static const bk_study *
caravan(void)
{
    static char     folder[4096];
    const bk_study *study = NULL;

    snprintf(folder, sizeof folder, "%s/studies/caravan", getenv("BUCKLE_ROOT") ? getenv("BUCKLE_ROOT") : ".");
    assert_int_equal(bk_study_open(ctx, folder, NULL, 0, &arena, &study), BK_OK);
    return study;
}

static uint32_t
project_named(const bk_study *study, const char *id)
{
    for (uint32_t p = 0; p < study->model->projects.n_projects; p++)
        if (strcmp(study->model->projects.projects[p].id, id) == 0)
            return p;
    fail();
    return BK_NONE;
}

/* gamma P_j tau Q / (I d), of all goods, as the conditions have it and none of the solver's code. */
static double
worth_of_a_dollar(const bk_optimum *found, size_t a)
{
    const bk_planner *planner = &found->planner;
    const size_t      n = planner->n_goods;
    double            worth = 0.0;

    for (size_t g = 0; g < n; g++) {
        const double flow = fabs(found->plan.flow[a * n + g]);
        const double low = fmin(found->plan.price[planner->from[a] * n + g], found->plan.price[planner->to[a] * n + g]);
        worth += planner->gamma * low * planner->transport_cost[a] * pow(flow, 1.0 + planner->beta) *
                 pow(found->plan.infrastructure[a], -planner->gamma - 1.0) / (2.0 * planner->building_cost[a]);
    }
    return worth;
}

static void
the_last_dollar_is_worth_the_same_wherever_it_goes(void **state)
{
    const bk_study     *study = caravan();
    const uint32_t      candidates[] = {project_named(study, "steppe-line")};
    bk_optimum_settings settings = bk_optimum_default_settings();
    const bk_optimum   *found = NULL;
    double              rate = 0.0, spent = 0.0, on_candidates = 0.0;
    size_t              n_widened = 0;

    (void)state;
    settings.budget = 5e9;
    settings.candidates = candidates;
    settings.n_candidates = 1;
    assert_int_equal(bk_study_optimum(ctx, study, &settings, &arena, &found), BK_OK);
    assert_int_equal(found->plan.outcome, BK_CONVERGED);
    assert_true(found->gain_pct > 0.0 && found->most_pct >= found->gain_pct * (1.0 - 1e-9));
    bkt_close(found->most_pct, found->gain_pct, 1e-6, 0.0); /* the certificate leaves nothing */
    for (size_t i = 0; i < found->n_links; i++)
        rate = found->links[i].added > 1e-3 ? fmax(rate, worth_of_a_dollar(found, found->links[i].at)) : rate;
    for (size_t i = 0; i < found->n_links; i++) {
        const bk_optimum_link *link = &found->links[i];
        const double           worth = worth_of_a_dollar(found, link->at);
        assert_true(link->added >= 0.0 && (isfinite(link->unit_usd) || link->added < 1e-6));
        assert_true(worth <= rate * (1.0 + 1e-3));
        if (link->added > 1e-3) {
            bkt_close(worth, rate, 1e-3, 0.0);
            n_widened++;
        }
        spent += link->spent_usd;
        on_candidates += link->project == candidates[0] ? link->spent_usd : 0.0;
        assert_true(i == 0 || link->spent_usd <= found->links[i - 1].spent_usd);
    }
    assert_true(n_widened >= 3 && n_widened < found->n_links);
    bkt_close(spent, settings.budget, 1e-6, 0.0);
    bkt_close(found->on_candidates_usd, on_candidates, 1e-12, 0.0);
}

/* A link that no candidate builds is left out; a candidate's costs what the candidate does. */
static void
a_line_that_is_not_there_needs_its_project(void **state)
{
    const bk_study     *study = caravan();
    const uint32_t      candidates[] = {project_named(study, "steppe-line")};
    bk_optimum_settings settings = bk_optimum_default_settings();
    const bk_optimum   *without = NULL, *with = NULL;

    (void)state;
    settings.overrun = 0.0;
    assert_int_equal(bk_study_optimum(ctx, study, &settings, &arena, &without), BK_OK);
    settings.candidates = candidates;
    settings.n_candidates = 1;
    assert_int_equal(bk_study_optimum(ctx, study, &settings, &arena, &with), BK_OK);
    assert_int_equal(with->n_links, without->n_links + 1);
    for (size_t i = 0; i < with->n_links; i++) {
        const bk_link *link = &study->model->network.links[with->links[i].link];
        if (strcmp(link->id, "rail-almgate-almlake") != 0)
            continue;
        assert_int_equal(with->links[i].project, candidates[0]);
        assert_true(with->links[i].standing < 1e-6);
        bkt_close(with->links[i].unit_usd, 4.2e9 * 2100.0 / 2120.0, 1e-12, 0.0); /* it widens 20 km more at the gate */
    }
}

/* The settings are refused, in these words. */
static void
refuses(const bk_study *study, bk_optimum_settings settings, bk_status status, const char *message, const char *hint)
{
    const bk_optimum *found = NULL;

    assert_int_equal(bk_study_optimum(ctx, study, &settings, &arena, &found), status);
    assert_null(found);
    assert_string_equal(bk_error_get(ctx, 0)->message, message);
    if (hint)
        assert_string_equal(bk_error_get(ctx, 0)->hint, hint);
    bk_error_clear(ctx);
}

static void
what_makes_no_sense_is_refused(void **state)
{
    static const uint32_t  none[] = {99};
    const bk_study        *study = caravan();
    const bk_optimum_price donkey = {"donkey", 1e6};
    bk_optimum_settings    settings = bk_optimum_default_settings();
    const bk_optimum      *found = NULL;

    (void)state;
#define WITH(field, number) (settings = bk_optimum_default_settings(), settings.field = (number), settings)
    refuses(study, WITH(gamma, 0.2), BK_ERR_VALUE, "gamma 0.2 must be above 0 and beta 0.13 no less than it",
            "returns above congestion have no best network that can be proved");
    refuses(study, WITH(gamma, 0.0), BK_ERR_VALUE, "gamma 0 must be above 0 and beta 0.13 no less than it", NULL);
    refuses(study, WITH(beta, (double)INFINITY), BK_ERR_VALUE, "gamma 0.1 must be above 0 and beta inf no less than it",
            NULL);
    refuses(study, WITH(budget, 0.0), BK_ERR_VALUE, "a planner's budget of 0 USD must be above 0", NULL);
    refuses(study, WITH(budget, (double)INFINITY), BK_ERR_VALUE, "a planner's budget of inf USD must be above 0", NULL);
    settings = bk_optimum_default_settings();
    settings.candidates = none;
    settings.n_candidates = 1;
    refuses(study, settings, BK_ERR_REFERENCE, "candidate 99 is no project of caravan", NULL);
    settings = bk_optimum_default_settings();
    settings.prices = &donkey;
    settings.n_prices = 1;
    assert_int_equal(bk_study_optimum(ctx, study, &settings, &arena, &found), BK_ERR_REFERENCE);
    bk_error_clear(ctx);
    assert_null(found);
}

static void
a_planner_needs_roads_and_trade(void **state)
{
    const bk_study *study = caravan();
    bk_model        model = *study->model;
    bk_study        bare = *study;

    (void)state;
    bare.model = &model;
    model.has_network = false;
    refuses(&bare, bk_optimum_default_settings(), BK_ERR_INCONSISTENT,
            "caravan has no network, so no planner can trade in it", NULL);
    model.has_economy = false;
    refuses(&bare, bk_optimum_default_settings(), BK_ERR_INCONSISTENT,
            "caravan has no economy, so no planner can trade in it", NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_places_and_a_railway_have_a_closed_form),
        cmocka_unit_test(the_last_dollar_is_worth_the_same_wherever_it_goes),
        cmocka_unit_test(a_line_that_is_not_there_needs_its_project),
        cmocka_unit_test(what_makes_no_sense_is_refused),
        cmocka_unit_test(a_planner_needs_roads_and_trade),
    };

    return cmocka_run_group_tests(tests, open_context, close_context);
}
