/* A whole run on the teaching study: sums against flows, accounts against another way to compute them, interruption. */
#include "bkt.h"
#include "buckle/study.h"
#include "study/accounts.h"

#include <unistd.h>

typedef struct fixture {
    bk_context     *ctx;
    bk_arena        arena;
    atomic_bool     cancel;
    const char     *cancel_at; /* in the text of progress */
    const bk_study *study;
} fixture;

static void
on_progress(void *state, const char *what, double fraction)
{
    fixture *f = state;

    (void)fraction;
    if (f->cancel_at && strstr(what, f->cancel_at))
        atomic_store(&f->cancel, true);
}

static fixture *
start(const char *const *names, size_t n_names)
{
    static char       folder[4096];
    fixture          *f = calloc(1, sizeof *f);
    const bk_settings settings = {.threads = 2, .progress = on_progress, .sink_state = f, .cancel = &f->cancel};

    snprintf(folder, sizeof folder, "%s/studies/caravan", getenv("BUCKLE_ROOT") ? getenv("BUCKLE_ROOT") : ".");
    assert_int_equal(bk_context_create(&settings, &f->ctx), BK_OK);
    bk_arena_init(&f->arena, f->ctx);
    assert_int_equal(bk_study_open(f->ctx, folder, names, n_names, &f->arena, &f->study), BK_OK);
    return f;
}

static void
stop(fixture *f)
{
    bk_arena_release(&f->arena);
    bk_context_release(f->ctx);
    free(f);
}

static const bk_run *
run_study(fixture *f)
{
    const bk_run_settings settings = bk_run_default_settings();
    const bk_run         *run = NULL;

    assert_int_equal(bk_study_run(f->ctx, f->study, &settings, &f->arena, &run), BK_OK);
    return run;
}

static void
sums_over_pairs_are_the_flows(void **state)
{
    fixture             *f = start(NULL, 0);
    const bk_joint_base *base = NULL;
    bool                 cached;

    (void)state;
    assert_int_equal(bk_study_base(f->ctx, f->study, NULL, &f->arena, &base, &cached), BK_OK);
    assert_false(cached);
    const bk_joint_solution *solution = bk_joint_base_solution(base);
    const bk_model          *model = f->study->model;
    const bk_graph          *graph = bk_joint_graph(base);
    const size_t n_sectors = model->economy.n_sectors, n_pairs = model->economy.n_regions * model->economy.n_regions;
    double      *weight = BK_NEW(&f->arena, double, n_sectors * graph->n_arcs);
    double      *sum = BK_NEW(&f->arena, double, graph->n_arcs *n_pairs);
    uint32_t    *group = BK_NEW(&f->arena, uint32_t, graph->n_arcs);
    for (size_t j = 0; j < n_sectors; j++) {
        for (uint32_t a = 0; a < graph->n_arcs; a++) {
            group[a] = a;
            for (size_t k = 0; k < n_sectors; k++)
                weight[k * graph->n_arcs + a] = k == j;
        }
        assert_int_equal(bk_joint_sum(f->ctx, base, model, solution, weight, group, graph->n_arcs, sum), BK_OK);
        for (size_t a = 0; a < graph->n_arcs; a++)
            bkt_close(bk_sum(sum + a * n_pairs, n_pairs), solution->arc_flow[j * graph->n_arcs + a], 1e-9, 1e-3);
    }
    stop(f);
}

/* The share of a facility's money that a country gets: 1 inside, 1/2 on a link to a neighbour, none of a `sea` link. */
static double
share_of_country(const bk_network_data *network, size_t facility, uint32_t country)
{
    if (facility >= network->n_links + network->n_transfers)
        return network->nodes[network->borders[facility - network->n_links - network->n_transfers].node].country ==
               country;
    if (facility >= network->n_links)
        return network->nodes[network->transfers[facility - network->n_links].node].country == country;
    const bk_link *link = &network->links[facility];
    if (strcmp(network->modes[link->mode], "sea") == 0)
        return 0.0;
    return 0.5 * (network->nodes[link->from].country == country) + 0.5 * (network->nodes[link->to].country == country);
}

/* What trade with no end in `country` pays there, facility by facility through select-link. */
static double
transit_by_select_link(fixture *f, const bk_joint_base *base, uint32_t country)
{
    const bk_model     *model = f->study->model;
    const bk_graph     *graph = bk_joint_graph(base);
    const bk_arc_costs *costs = bk_joint_arc_costs(base);
    const size_t        n = model->economy.n_regions, n_sectors = model->economy.n_sectors;
    double             *by_pair = BK_NEW(&f->arena, double, n_sectors *n *n);
    double              revenue = 0.0;

    for (uint32_t facility = 0; facility < graph->n_facilities; facility++) {
        const double share = share_of_country(&model->network, facility, country);
        size_t       arc = 0;
        while (arc < graph->n_arcs && graph->facility[arc] != facility)
            arc++;
        if (share <= 0.0 || arc == graph->n_arcs)
            continue;
        assert_int_equal(bk_joint_select(f->ctx, base, model, bk_joint_base_solution(base), facility, by_pair), BK_OK);
        for (size_t cell = 0; cell < n_sectors * n * n; cell++) {
            const uint32_t importer = model->economy.regions[cell / n % n].country;
            const uint32_t exporter = model->economy.regions[cell % n].country;
            if (by_pair[cell] > 0.0 && importer != country && exporter != country)
                revenue += share * by_pair[cell] * costs->money[cell / (n * n) * graph->n_arcs + arc];
        }
    }
    return revenue;
}

static void
transit_revenue_is_what_select_link_finds(void **state)
{
    static const char *const none[] = {NULL};
    fixture                 *f = start(none, 0);
    const bk_run            *run = run_study(f);

    (void)state;
    for (size_t n = 0; n < f->study->model->economy.n_regions; n++)
        bkt_close(run->base_accounts.transit_revenue_usd[n],
                  transit_by_select_link(f, run->base, f->study->model->economy.regions[n].country), 1e-9, 1.0);
    stop(f);
}

static void
gains_costs_and_worth_agree(void **state)
{
    static const char *const names[] = {"middle-way"};
    fixture                 *f = start(names, 1);
    const bk_run            *run = run_study(f);
    const bk_model          *model = f->study->model;
    const bk_scenario_run   *scenario = &run->scenarios[0];
    const double             rate = model->discount_rate;

    (void)state;
    assert_true(run->converged && scenario->parts && !run->interrupted);
    for (size_t n = 0; n < model->economy.n_regions; n++) {
        /* year by year, not by the formula of an annuity */
        double worth = 0.0, factor = 1.0;
        for (int year = 1; year <= model->horizon_years; year++) {
            factor /= 1.0 + rate;
            worth += factor * (scenario->solution->trade->equivalent_variation[n] * model->money_usd -
                               scenario->accounts.cost_usd[n]);
        }
        bkt_close(scenario->accounts.npv_usd[n], worth, 1e-10, 1e-3);
    }
    stop(f);
}

/* Each solved from the base year, the walk of the run from whatever was nearest: within the tolerance of both. */
static void
the_attribution_of_two_measures_is_that_of_each_alone(void **state)
{
    static const char *const names[] = {"middle-way"};
    fixture                 *f = start(names, 1);
    const bk_run            *run = run_study(f);
    const bk_scenario_run   *scenario = &run->scenarios[0];
    const bk_parts          *parts = scenario->parts;
    const bk_joint_settings  settings = bk_joint_default_settings();
    const size_t             n_regions = f->study->model->economy.n_regions;

    (void)state;
    for (size_t m = 0; m < 2; m++) {
        const bool               chosen[2] = {m == 0, m == 1};
        const bk_model          *model = NULL;
        const bk_joint_solution *alone = NULL;
        assert_int_equal(bk_scenario_apply(f->ctx, f->study->model, scenario->scenario, chosen, &f->arena, &model),
                         BK_OK);
        assert_int_equal(bk_joint_solve(f->ctx, run->base, model, &settings, NULL, &f->arena, &alone), BK_OK);
        for (size_t n = 0; n < n_regions; n++) {
            bkt_close(parts->alone[m * parts->n_columns + n], alone->trade->welfare_pct[n], 0.0, 1e-5);
            bkt_close(parts->last[(1 - m) * parts->n_columns + n],
                      scenario->solution->trade->welfare_pct[n] - alone->trade->welfare_pct[n], 0.0, 1e-5);
        }
    }
    stop(f);
}

/* Of two measures: half of alone and half of last, for every region and for the world, whose income they share. */
static void
the_values_of_two_measures_are_the_means_of_both_ends(void **state)
{
    static const char *const names[] = {"middle-way"};
    fixture                 *f = start(names, 1);
    const bk_run            *run = run_study(f);
    const bk_parts          *parts = run->scenarios[0].parts;
    const double            *income = bk_trade_base_income(bk_joint_trade(run->base));
    const size_t             n_regions = f->study->model->economy.n_regions;

    (void)state;
    assert_int_equal(parts->n_columns, n_regions + 1);
    for (size_t m = 0; m < 2; m++) {
        double world = 0.0, all = 0.0;
        for (size_t n = 0; n <= n_regions; n++) {
            const size_t cell = m * parts->n_columns + n;
            bkt_close(parts->value[cell], 0.5 * (parts->alone[cell] + parts->last[cell]), 1e-12, 1e-15);
            bkt_close(parts->rest[n], 0.0, 0.0, 1e-13);
        }
        for (size_t n = 0; n < n_regions; n++) {
            world += income[n] * parts->value[m * parts->n_columns + n];
            all += income[n];
        }
        bkt_close(parts->value[m * parts->n_columns + n_regions], world / all, 1e-10, 1e-15);
    }
    stop(f);
}

static void
an_interruption_keeps_what_is_finished(void **state)
{
    static const char *const names[] = {"cheap-oil", "middle-way", "union-grows"};
    fixture                 *f = start(names, 3);

    (void)state;
    f->cancel_at = "middle-way: works";
    const bk_run *run = run_study(f);
    assert_true(run->interrupted);
    assert_non_null(run->scenarios[0].solution);
    assert_non_null(run->scenarios[1].solution);
    assert_null(run->scenarios[1].parts);
    assert_null(run->scenarios[2].solution);
    assert_int_equal(bk_results_find(&run->results, "economies")->n_rows, 2 * f->study->model->economy.n_regions);
    stop(f);
}

/* Three measures and six sets: stopped at the first pair, what each brings alone is there. */
static void
an_interrupted_attribution_keeps_what_each_measure_brings_alone(void **state)
{
    static const char text[] = "title: Three\nmeasures:\n  - id: line\n    projects: [steppe-line]\n"
                               "  - id: ports\n    projects: [lake-ports]\n"
                               "  - id: paperless\n    projects: [paperless-gates]\n";
    char              path[] = "/tmp/buckle-three-XXXXXX.yaml";
    const char *const names[] = {path};
    const int         file = mkstemps(path, 5);

    (void)state;
    assert_true(file >= 0 && write(file, text, sizeof text - 1) == (ssize_t)(sizeof text - 1) && close(file) == 0);
    fixture *f = start(names, 1);
    f->cancel_at = ": line + "; /* the first set of more than one */
    const bk_run   *run = run_study(f);
    const bk_parts *parts = run->scenarios[0].parts;
    assert_true(run->interrupted);
    assert_non_null(parts);
    assert_int_equal(parts->rule, BK_ATTRIBUTION_ALONE);
    for (size_t n = 0; n < parts->n_columns; n++) {
        const double sum =
            parts->value[n] + parts->value[parts->n_columns + n] + parts->value[2 * parts->n_columns + n];
        if (n + 1 < parts->n_columns)
            bkt_close(sum + parts->rest[n], run->scenarios[0].solution->trade->welfare_pct[n], 0.0, 1e-13);
    }
    stop(f);
    unlink(path);
}

static void
an_interruption_before_the_base_year_is_an_error(void **state)
{
    const bk_run_settings settings = bk_run_default_settings();
    fixture              *f = start(NULL, 0);
    const bk_run         *run = NULL;

    (void)state;
    atomic_store(&f->cancel, true);
    assert_int_equal(bk_study_run(f->ctx, f->study, &settings, &f->arena, &run), BK_ERR_CANCELLED);
    assert_null(run);
    stop(f);
}

static void
observed_tonnes_over_a_link_are_its_flow(void **state)
{
    static const char *const none[] = {NULL};
    fixture                 *f = start(none, 0);
    const bk_run            *run = run_study(f);
    const bk_comparison     *rows = NULL;
    const bk_model          *model = f->study->model;

    (void)state;
    assert_int_equal(bk_study_compare(f->ctx, f->study, run->base, &f->arena, &rows), BK_OK);
    for (size_t o = 0; o < model->n_observations; o++) {
        const uint32_t link = bk_model_find_link(model, model->observations[o].links);
        assert_true(rows[o].computed);
        if (link != BK_NONE) /* facility flows hold background traffic, observed trade does not */
            bkt_close(rows[o].value,
                      bk_joint_base_solution(run->base)->facility_flow[link] - model->network.links[link].background,
                      1e-9, 1e-3);
    }
    stop(f);
}

/* ---- routes that only a scenario wants --------------------------------------------------------------------------- */

static const bk_run *
run_with(fixture *f, bool fixed_routes, bool keep_bases)
{
    bk_run_settings settings = bk_run_default_settings();
    const bk_run   *run = NULL;

    settings.fixed_routes = fixed_routes;
    settings.keep_bases = keep_bases;
    assert_int_equal(bk_study_run(f->ctx, f->study, &settings, &f->arena, &run), BK_OK);
    return run;
}

static void
a_scenario_that_misses_routes_is_compared_with_a_base_year_that_has_them(void **state)
{
    static const char *const names[] = {"closed-gate"};
    fixture                 *f = start(names, 1);
    const bk_run            *run = run_with(f, false, true), *fixed = run_with(f, true, false);
    const bk_scenario_run   *gate = &run->scenarios[0];
    const size_t             n_regions = f->study->model->economy.n_regions;
    bk_joint_settings        joint = bk_joint_default_settings();
    const bk_joint_solution *same = NULL;

    (void)state;
    assert_true(gate->routes_added > 0 && gate->route_rounds > 0);
    assert_int_equal(bk_joint_route_count(gate->base), bk_joint_route_count(run->base) + gate->routes_added);
    assert_int_equal(gate->solution->certificate.routes_missed, 0);
    assert_true(gate->before->certificate.routes_missed > 0);
    assert_ptr_equal(gate->base_solution, bk_joint_base_solution(gate->base));
    for (size_t n = 0; n < n_regions; n++) /* left alone, it is what it was before */
        assert_true(fixed->scenarios[0].solution->trade->welfare_pct[n] == gate->before->trade->welfare_pct[n]);
    assert_null(fixed->scenarios[0].before);
    assert_int_equal(fixed->scenarios[0].routes_added, 0);
    assert_ptr_equal(fixed->scenarios[0].base, fixed->base);
    /* nothing changes on its base year, and its base year is what the table of differences starts from */
    assert_int_equal(bk_joint_solve(f->ctx, gate->base, f->study->model, &joint, NULL, &f->arena, &same), BK_OK);
    for (size_t n = 0; n < n_regions; n++)
        bkt_close(same->trade->welfare_pct[n], 0.0, 0, 1e-7);
    double *by_pair = BK_NEW(&f->arena, double, f->study->model->economy.n_sectors *n_regions *n_regions);
    for (uint32_t l = 0; l < f->study->model->network.n_links; l++) { /* questions after the run */
        assert_int_equal(bk_joint_select(f->ctx, gate->base, gate->model, gate->solution, l, by_pair), BK_OK);
        bkt_close(bk_sum(by_pair, f->study->model->economy.n_sectors * n_regions * n_regions),
                  gate->solution->facility_flow[l] - gate->model->network.links[l].background, 1e-6, 1.0);
    }
    stop(f);
}

/* Tables hold the scenario less its own base year. */
static void
differences_are_taken_on_the_same_routes(void **state)
{
    static const char *const names[] = {"closed-gate"};
    fixture                 *f = start(names, 1);
    const bk_run            *run = run_with(f, false, false);
    const bk_scenario_run   *gate = &run->scenarios[0];
    const bk_joint_solution *without = bk_joint_base_solution(run->base);
    const bk_table          *table = NULL;
    size_t                   others = 0;

    (void)state;
    assert_null(gate->base); /* released, what was asked of it stays */
    for (size_t t = 0; t < run->results.n_tables; t++)
        if (strcmp(run->results.tables[t]->name, "differences") == 0)
            table = run->results.tables[t];
    assert_non_null(table);
    assert_int_equal(table->n_rows, f->study->model->network.n_links);
    for (size_t c = 0; c < table->n_columns; c++)
        for (size_t l = 0; strcmp(table->columns[c].name, "base_value_of_capacity") == 0 && l < table->n_rows; l++) {
            bkt_close(table->columns[c].number[l], gate->base_solution->price[l], 1e-12, 0);
            others += fabs(gate->base_solution->price[l] - without->price[l]) > 1e-6;
        }
    assert_true(others > 0); /* that of the run is another */
    stop(f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_over_pairs_are_the_flows),
        cmocka_unit_test(transit_revenue_is_what_select_link_finds),
        cmocka_unit_test(gains_costs_and_worth_agree),
        cmocka_unit_test(the_attribution_of_two_measures_is_that_of_each_alone),
        cmocka_unit_test(the_values_of_two_measures_are_the_means_of_both_ends),
        cmocka_unit_test(an_interruption_keeps_what_is_finished),
        cmocka_unit_test(an_interrupted_attribution_keeps_what_each_measure_brings_alone),
        cmocka_unit_test(an_interruption_before_the_base_year_is_an_error),
        cmocka_unit_test(observed_tonnes_over_a_link_are_its_flow),
        cmocka_unit_test(a_scenario_that_misses_routes_is_compared_with_a_base_year_that_has_them),
        cmocka_unit_test(differences_are_taken_on_the_same_routes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
