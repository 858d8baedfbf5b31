/* Accounts of transit and select-link on the teaching study: sums against flows, and against other ways to get them. */
#include "bkt.h"
#include "buckle/study.h"

typedef struct fixture {
    bk_context     *ctx;
    bk_arena        arena;
    const bk_study *study;
    const bk_run   *run;
} fixture;

static fixture
start(size_t n_selects, const char *const *selects)
{
    static const char *const names[] = {"middle-way"};
    const bk_settings        settings = {.threads = 2};
    bk_run_settings          run = bk_run_default_settings();
    char                     folder[4096];
    fixture                  f = {0};

    snprintf(folder, sizeof folder, "%s/studies/caravan", getenv("BUCKLE_ROOT") ? getenv("BUCKLE_ROOT") : ".");
    assert_int_equal(bk_context_create(&settings, &f.ctx), BK_OK);
    bk_arena_init(&f.arena, f.ctx);
    assert_int_equal(bk_study_open(f.ctx, folder, names, 1, &f.arena, &f.study), BK_OK);
    run.attribution = BK_ATTRIBUTION_NONE;
    run.n_selects = n_selects;
    run.selects = selects;
    assert_int_equal(bk_study_run(f.ctx, f.study, &run, &f.arena, &f.run), BK_OK);
    return f;
}

static void
stop(fixture *f)
{
    bk_arena_release(&f->arena);
    bk_context_release(f->ctx);
}

/* Both states in turn. */
static const bk_transit *
state_of(const fixture *f, int which, const bk_joint_solution **solution, const bk_accounts **accounts)
{
    *solution = which ? f->run->scenarios[0].solution : bk_joint_base_solution(f->run->base);
    *accounts = which ? &f->run->scenarios[0].accounts : &f->run->base_accounts;
    return which ? f->run->scenarios[0].transit : f->run->base_transit;
}

static double
sum_of(const bk_transit *transit, const double *figure)
{
    return bk_sum(figure, 2 * transit->n_corridors * transit->n_places);
}

static void
corridors_add_up_to_the_flows(void **state)
{
    fixture             f = start(0, NULL);
    const bk_graph     *graph = bk_joint_graph(f.run->base);
    const bk_arc_costs *costs = bk_joint_arc_costs(f.run->base);
    const bk_economy   *economy = &f.study->model->economy;

    (void)state;
    for (int which = 0; which < 2; which++) {
        const bk_joint_solution *solution;
        const bk_accounts       *accounts;
        const bk_transit        *transit = state_of(&f, which, &solution, &accounts);
        double                   tonne_km = 0.0, loaded = 0.0, paid = 0.0, hours = 0.0;
        for (size_t j = 0; j < economy->n_sectors; j++)
            for (size_t a = 0; a < graph->n_arcs; a++) {
                const double flow = solution->arc_flow[j * graph->n_arcs + a];
                if (graph->kind[a] == BK_ARC_LINE)
                    tonne_km += flow * costs->km[a];
                if (graph->kind[a] == BK_ARC_LOAD)
                    loaded += flow;
                if (flow <= 0.0)
                    continue; /* of closed arcs costs are infinite */
                paid += flow * costs->money[j * graph->n_arcs + a];
                hours += flow * costs->hours[j * graph->n_arcs + a];
                if (graph->facility[a] != BK_NONE)
                    hours += flow * solution->queue_hours[graph->facility[a]];
            }
        bkt_close(sum_of(transit, transit->tonne_km), tonne_km, 1e-11, 0.0);
        bkt_close(bk_sum(transit->shipped, transit->n_corridors), loaded, 1e-11, 0.0);
        bkt_close(sum_of(transit, transit->co2_kg), bk_sum(solution->co2, economy->n_regions), 1e-11, 0.0);
        if (which > 0)
            continue; /* `costs` are those of the base year */
        bkt_close(bk_sum(transit->door_usd, transit->n_corridors), paid, 1e-11, 0.0);
        bkt_close(bk_sum(transit->door_hours, transit->n_corridors), hours, 1e-11, 0.0);
    }
    stop(&f);
}

/* Every economy of the study is a country of its own, so a shipment is the own trade of two. */
static void
each_shipment_is_own_trade_of_its_two_ends(void **state)
{
    fixture f = start(0, NULL);

    (void)state;
    for (int which = 0; which < 2; which++) {
        const bk_joint_solution *solution;
        const bk_accounts       *accounts;
        const bk_transit        *transit = state_of(&f, which, &solution, &accounts);
        for (size_t k = 0; k < transit->n_corridors; k++) {
            double own = 0.0;
            for (size_t c = 0; c + 1 < transit->n_places; c++)
                own += transit->tonnes[2 * (k * transit->n_places + c) + 1];
            bkt_close(own, 2.0 * transit->shipped[k], 1e-11, 1e-3);
        }
    }
    stop(&f);
}

static void
revenue_over_corridors_is_transit_revenue(void **state)
{
    fixture           f = start(0, NULL);
    const bk_economy *economy = &f.study->model->economy;

    (void)state;
    for (int which = 0; which < 2; which++) {
        const bk_joint_solution *solution;
        const bk_accounts       *accounts;
        const bk_transit        *transit = state_of(&f, which, &solution, &accounts);
        for (size_t n = 0; n < economy->n_regions; n++) {
            const double share = economy->value_added_share[n * economy->n_sectors + economy->carrier_sector];
            double       revenue = 0.0, added = 0.0;
            for (size_t k = 0; k < transit->n_corridors; k++) {
                revenue += transit->revenue_usd[2 * (k * transit->n_places + economy->regions[n].country)];
                added += transit->value_added_usd[2 * (k * transit->n_places + economy->regions[n].country)];
            }
            bkt_close(revenue, accounts->transit_revenue_usd[n], 1e-11, 1e-3);
            bkt_close(added, share * revenue, 1e-11, 1e-3);
        }
    }
    stop(&f);
}

/* "lake" is the first corridor of the file and has one target, a ferry line: its shipments are the ferry's. */
static void
the_first_corridor_carries_what_its_link_carries(void **state)
{
    fixture        f = start(0, NULL);
    const uint32_t link = bk_model_find_link(f.study->model, "ferry-almlake-surlake");

    (void)state;
    assert_string_equal(bk_corridor_id(f.study->model, 0), "lake");
    assert_string_equal(bk_corridor_id(f.study->model, 3), "other");
    for (int which = 0; which < 2; which++) {
        const bk_joint_solution *solution;
        const bk_accounts       *accounts;
        const bk_transit        *transit = state_of(&f, which, &solution, &accounts);
        bkt_close(transit->shipped[0], solution->facility_flow[link] - f.study->model->network.links[link].background,
                  1e-11, 1e-3);
    }
    stop(&f);
}

static void
a_selection_adds_up_to_the_flow_without_background(void **state)
{
    static const char *const selects[] = {"link:ferry-almlake-surlake", "link:rail-almcity-norgate", "border:alm_gate",
                                          "transfer:alm_gate", "border:alm_gate|rail|XOR|XAL|entry"};
    fixture                  f = start(5, selects);
    const bk_model          *model = f.study->model;
    const size_t             n = model->economy.n_regions;
    double                  *by_pair = BK_NEW(&f.arena, double, model->economy.n_sectors *n *n);

    (void)state;
    assert_int_equal(f.run->n_selected, 2 + 4 + 2); /* the last is among those of the post */
    for (size_t s = 0; s < f.run->n_selected; s++) {
        const bk_selection *selection = &f.run->base_selections[s];
        double              sum = 0.0;
        assert_int_equal(bk_joint_select(f.ctx, f.run->base, model, bk_joint_base_solution(f.run->base),
                                         selection->facility, by_pair),
                         BK_OK);
        for (size_t i = 0; i < selection->n_flows; i++) {
            const bk_selected *flow = &selection->flows[i];
            assert_true(i == 0 || flow->tonnes <= flow[-1].tonnes);
            sum += flow->tonnes;
            by_pair[(flow->sector * n + flow->importer) * n + flow->exporter] -= flow->tonnes;
        }
        bkt_close(sum, selection->tonnes - selection->background, 1e-11, 1e-3);
        for (size_t cell = 0; cell < model->economy.n_sectors * n * n; cell++)
            bkt_close(by_pair[cell], 0.0, 0.0, 1e-6 * (1.0 + sum));
        if (s == 0)
            for (size_t i = 0; i < selection->n_flows; i++)
                assert_int_equal(selection->flows[i].corridor, 0);
    }
    assert_true(f.run->base_selections[1].background > 0.0);
    stop(&f);
}

static void
an_unknown_selection_is_an_error_with_a_suggestion(void **state)
{
    fixture         f = start(0, NULL);
    const uint32_t *found;
    size_t          n;

    (void)state;
    assert_int_equal(
        bk_study_facilities(f.ctx, f.run->base, f.study->model, "link:ferry-almlake-surlak", &f.arena, &n, &found),
        BK_ERR_REFERENCE);
    assert_non_null(strstr(bk_error_get(f.ctx, 0)->hint, "link:ferry-almlake-surlake"));
    stop(&f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(corridors_add_up_to_the_flows),
        cmocka_unit_test(each_shipment_is_own_trade_of_its_two_ends),
        cmocka_unit_test(revenue_over_corridors_is_transit_revenue),
        cmocka_unit_test(the_first_corridor_carries_what_its_link_carries),
        cmocka_unit_test(a_selection_adds_up_to_the_flow_without_background),
        cmocka_unit_test(an_unknown_selection_is_an_error_with_a_suggestion),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
