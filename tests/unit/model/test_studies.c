/* The studies that come with buckle: they are sound, what policy implies for them is what their tables hold, and the
 * base year of the teaching study is in balance. */
#include "bkt.h"
#include "buckle/io.h"
#include "buckle/trade.h"
#include "model/policy.h"

typedef struct fixture {
    bk_context     *ctx;
    bk_arena        arena;
    char            folder[4096];
    const bk_model *model;
} fixture;

static void
start_at(fixture *f, const char *folder)
{
    assert_int_equal(bk_context_create(NULL, &f->ctx), BK_OK);
    bk_arena_init(&f->arena, f->ctx);
    snprintf(f->folder, sizeof f->folder, "%s", folder);
    if (bk_study_read(f->ctx, f->folder, &f->arena, &f->model) != BK_OK)
        fail_msg("%s", bk_error_get(f->ctx, 0)->message);
}

static void
start(fixture *f, const char *study)
{
    char        folder[4096];
    const char *root = getenv("BUCKLE_ROOT");

    snprintf(folder, sizeof folder, "%s/studies/%s", root != NULL ? root : ".", study);
    start_at(f, folder);
}

static void
stop(fixture *f)
{
    bk_arena_release(&f->arena);
    bk_context_release(f->ctx);
}

static const bk_scenario *
read_scenario(fixture *f, const char *name)
{
    const bk_scenario *scenario;

    if (bk_scenario_read(f->ctx, f->folder, name, f->model, &f->arena, &scenario) != BK_OK)
        fail_msg("%s: %s", name, bk_error_get(f->ctx, 0)->message);
    return scenario;
}

static const bk_model *
apply(fixture *f, const bk_scenario *scenario)
{
    const bk_model *out;

    if (bk_scenario_apply(f->ctx, f->model, scenario, NULL, &f->arena, &out) != BK_OK)
        fail_msg("%s: %s", scenario->name, bk_error_get(f->ctx, 0)->message);
    return out;
}

static void
every_scenario_of_every_study_applies(void **state)
{
    static const char *const studies[] = {"silkroad", "caravan"};

    (void)state;
    for (size_t s = 0; s < 2; s++) {
        fixture            f;
        const char *const *names;
        size_t             n;
        start(&f, studies[s]);
        assert_int_equal(f.model->n_warnings, 0);
        assert_int_equal(bk_scenario_list(f.ctx, f.folder, &f.arena, &n, &names), BK_OK);
        assert_true(n >= 5);
        for (size_t i = 0; i < n; i++)
            apply(&f, read_scenario(&f, names[i]));
        stop(&f);
    }
}

/* Pairs of different countries in traded sectors whose tariff is not what policy implies. */
static size_t
tariffs_off_policy(fixture *f)
{
    const bk_economy *economy = &f->model->economy;
    const size_t      n = economy->n_regions, n_countries = f->model->n_countries;
    bk_policy_state  *policy;
    double           *rates;
    size_t            off = 0;

    assert_int_equal(bki_state_create(f->model, bk_policy_base_day(f->model), NULL, 0, &f->arena, &policy), BK_OK);
    assert_int_equal(bki_policy_rates(policy, &f->arena, &rates), BK_OK);
    for (size_t at = 0; at < economy->n_sectors * n * n; at++) {
        const size_t j = at / n / n, here = economy->regions[at / n % n].country,
                     there = economy->regions[at % n].country;
        const double rate = /* compared to a hundredth of a point: the file rounds */
            rates[(j * n_countries + here) * n_countries + there];
        off += economy->sectors[j].traded && here != there && !bkt_is_close(economy->tariff[at], rate, 0, 1e-4);
    }
    return off;
}

static void
policy_implies_the_tariffs_of_the_base_year(void **state)
{
    fixture f;

    (void)state;
    start(&f, "caravan");
    assert_int_equal(tariffs_off_policy(&f), 0);
    stop(&f);
    start(&f, "silkroad"); /* Georgia and Turkmenistan, eight sectors each way: see its NOTES.md */
    assert_int_equal(tariffs_off_policy(&f), 16);
    stop(&f);
}

/* The file was compiled apart from the rules that follow a membership: where both speak they agree. */
static void
joining_implies_the_schedule_that_was_compiled_by_hand(void **state)
{
    fixture f;

    (void)state;
    start(&f, "silkroad");
    const bk_scenario *scenario = read_scenario(&f, "uzbekistan-joins");
    const bk_model    *with_rows = apply(&f, scenario);
    bk_measure         bare = scenario->measures[0];
    bk_scenario        without = *scenario;
    assert_int_equal(scenario->n_measures, 1);
    assert_true(bare.n_tariffs > 200 && bare.n_borders > 30);
    bare.n_tariffs = bare.n_borders = 0;
    without.measures = &bare;
    const bk_model   *implied = apply(&f, &without);
    const bk_economy *economy = &f.model->economy;
    size_t            changed = 0;
    for (size_t at = 0; at < economy->n_sectors * economy->n_regions * economy->n_regions; at++) {
        bkt_close(implied->economy.tariff[at], with_rows->economy.tariff[at], 0, 1e-4);
        changed += implied->economy.tariff[at] != economy->tariff[at];
    }
    assert_true(changed > 200);
    for (size_t b = 0; b < f.model->network.n_borders; b++) {
        const bk_border *x = &implied->network.borders[b], *y = &with_rows->network.borders[b];
        assert_int_equal(x->customs, y->customs);
        /* The file prints four digits, and slows down what was faster before: the rule does not. */
        bkt_close(x->control_hours, fmin(y->control_hours, f.model->network.borders[b].control_hours), 0, 1e-3);
    }
    stop(&f);
}

static void
the_teaching_study_does_not_move_when_nothing_changes(void **state)
{
    const bk_trade_base     *base;
    const bk_trade_solution *solution;
    fixture                  f;

    (void)state;
    start(&f, "caravan");
    const bk_model         *model = apply(&f, read_scenario(&f, "today"));
    const bk_trade_settings settings = bk_trade_default_settings();
    const bk_trade_shock    shock = {.tariff = model->economy.tariff};
    assert_int_equal(bk_trade_calibrate(f.ctx, &f.model->economy, &f.arena, &base), BK_OK);
    assert_int_equal(bk_trade_solve(f.ctx, base, &shock, &settings, NULL, &f.arena, &solution), BK_OK);
    assert_int_equal(solution->outcome, BK_CONVERGED);
    for (size_t n = 0; n < model->economy.n_regions; n++) {
        bkt_close(solution->wage_hat[n], 1, 0, 1e-12);
        bkt_close(solution->price_hat[n], 1, 0, 1e-12);
        bkt_close(solution->income_hat[n], 1, 0, 1e-12);
    }
    stop(&f);
}

static void
every_row_of_the_teaching_study_says_it_is_invented(void **state)
{
    fixture f;

    (void)state;
    start(&f, "caravan");
    assert_int_equal(f.model->n_files, 28); /* one of every kind */
    for (size_t i = 0; i < f.model->n_files; i++)
        assert_int_equal(f.model->files[i].by_confidence[BK_ESTIMATE], f.model->files[i].rows);
    stop(&f);
}

static void
the_published_base_year_is_read_with_its_quirks(void **state)
{
    char    folder[4200];
    fixture f;

    (void)state;
    bkt_skip_without_shared();
    snprintf(folder, sizeof folder, "%s/data/studies/cp2015", bkt_shared());
    start_at(&f, folder);
    assert_int_equal(f.model->economy.n_regions, 31);
    assert_int_equal(f.model->economy.n_sectors, 40);
    assert_int_equal(f.model->n_warnings, 1); /* the one negative input share */
    assert_non_null(strstr(f.model->warnings[0], "share is -0.0008459"));
    apply(&f, read_scenario(&f, "nafta"));
    stop(&f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_scenario_of_every_study_applies),
        cmocka_unit_test(policy_implies_the_tariffs_of_the_base_year),
        cmocka_unit_test(joining_implies_the_schedule_that_was_compiled_by_hand),
        cmocka_unit_test(the_teaching_study_does_not_move_when_nothing_changes),
        cmocka_unit_test(every_row_of_the_teaching_study_says_it_is_invented),
        cmocka_unit_test(the_published_base_year_is_read_with_its_quirks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
