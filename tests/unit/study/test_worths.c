#include "bkt_open.h"

#include "buckle/portfolio.h"
#include "buckle/worth.h"

enum { LENGTH = 16 };

/* The caravan with its middle way, and the northern closure as a second state of the world. */
static const bk_study *
caravan(void)
{
    static const char *const names[] = {"middle-way", "northern-closure"};
    static char              folder[4096];
    const bk_study          *study = NULL;

    snprintf(folder, sizeof folder, "%s/studies/caravan", getenv("BUCKLE_ROOT") ? getenv("BUCKLE_ROOT") : ".");
    assert_int_equal(bk_study_open(ctx, folder, names, 2, &arena, &study), BK_OK);
    return study;
}

static const size_t closure[] = {1};

static bk_invest_settings
settings_of(const bk_study *study)
{
    bk_invest_settings settings = bk_invest_default_settings(study->model);

    settings.scenario = 0;
    settings.n_robust = 1;
    settings.robust = closure;
    settings.budget = 1e12;
    return settings;
}

static void
a_record_depends_on_its_number_alone(void **state)
{
    const bk_study          *study = caravan();
    const bk_invest_settings settings = settings_of(study);
    bk_worths               *forth = NULL, *back = NULL;
    double                   first[16][LENGTH], record[LENGTH];

    (void)state;
    assert_int_equal(bk_worths_open(ctx, study, &settings, &arena, &forth), BK_OK);
    assert_true(bk_worths_length(forth) <= LENGTH);
    assert_int_equal(bk_worths_number(forth, 1, 7), 15);
    for (uint64_t number = 0; number < 16; number++)
        assert_int_equal(bk_worths_record(ctx, forth, number, first[number]), BK_OK);
    bk_worths_close(forth);
    assert_int_equal(bk_worths_open(ctx, study, &settings, &arena, &back), BK_OK);
    assert_string_equal(bk_worths_key(forth), bk_worths_key(back));
    for (uint64_t number = 16; number-- > 0;) {
        assert_int_equal(bk_worths_record(ctx, back, number, record), BK_OK);
        assert_memory_equal(record, first[number], bk_worths_length(back) * sizeof *record);
    }
    assert_int_equal(bk_worths_record(ctx, back, 16, record), BK_ERR_USAGE); /* there are two states */
    bk_error_clear(ctx);
    bk_worths_close(back);
}

/* The whole scenario, solved without any of this. */
static void
a_record_is_what_the_joint_equilibrium_says(void **state)
{
    const bk_study          *study = caravan();
    const bk_invest_settings settings = settings_of(study);
    const bk_joint_base     *base = NULL;
    const bk_joint_solution *solution = NULL;
    const uint32_t          *countries = NULL;
    const bk_economy        *economy = &study->model->economy;
    bk_worths               *worths = NULL;
    double                   record[LENGTH];
    bool                     cached;

    (void)state;
    assert_int_equal(bk_worths_open(ctx, study, &settings, &arena, &worths), BK_OK);
    assert_int_equal(bk_worths_record(ctx, worths, bk_worths_number(worths, 0, 7), record), BK_OK);
    assert_int_equal(bk_study_base(ctx, study, NULL, &arena, &base, &cached), BK_OK);
    assert_int_equal(bk_joint_solve(ctx, base, study->models[0], &settings.joint, NULL, &arena, &solution), BK_OK);
    const size_t n = bk_worths_economies(worths, &countries);
    for (size_t e = 0; e + 1 < n; e++) {
        double expected = 0.0;
        for (size_t r = 0; r < economy->n_regions; r++)
            if (economy->regions[r].country == countries[e])
                expected += solution->trade->equivalent_variation[r] * study->model->money_usd;
        bkt_close(record[BK_WORTH_GAINS + e], expected, 1e-5, 1e3); /* two ways to within the tolerance of 1e-6 */
    }
    assert_int_equal(countries[n - 1], BK_NONE);
    assert_true(record[BK_WORTH_GAINS + n - 1] == 0.0); /* nobody outside gains */
    bk_worths_close(worths);
}

static void
candidates_cost_what_their_works_cost_and_may_be_moved(void **state)
{
    const bk_study     *study = caravan();
    bk_invest_settings  settings = settings_of(study);
    const bk_candidate *planned = NULL, *moved = NULL;
    bk_worths          *worths = NULL;

    (void)state;
    settings.overrun = 0.25;
    assert_int_equal(bk_worths_open(ctx, study, &settings, &arena, &worths), BK_OK);
    assert_int_equal(bk_worths_candidates(worths, &planned), 3);
    for (size_t c = 0; c < 3; c++)
        bkt_close(planned[c].price, 1.25 * study->model->projects.projects[planned[c].project].capex_usd, 1e-12, 0.0);
    bk_worths_close(worths);
    settings.from_year = 2030;
    assert_int_equal(bk_worths_open(ctx, study, &settings, &arena, &worths), BK_OK);
    bk_worths_candidates(worths, &moved);
    for (size_t c = 0; c < 3; c++) {
        assert_int_equal(moved[c].when.works_from, 2030 - study->model->base_year);
        assert_int_equal(moved[c].when.opens - moved[c].when.works_from,
                         planned[c].when.opens - planned[c].when.works_from);
        bkt_close(moved[c].price, planned[c].price, 1e-12, 0.0);
        assert_true(moved[c].cost_usd < planned[c].cost_usd); /* later money counts less */
    }
    bk_worths_close(worths);
}

/* One project, one year after the other by hand: gains over its years less its cost. */
static void
the_value_of_a_project_is_its_discounted_gains_less_cost(void **state)
{
    static const char *const one[] = {"lake-ports"};
    const bk_study          *study = caravan();
    bk_invest_settings       settings = settings_of(study);
    const bk_invest         *invest = NULL;
    double                   gain = 0.0, value = 0.0;

    (void)state;
    settings.n_robust = 0;
    settings.candidates = one;
    settings.n_candidates = 1;
    settings.growth = 0.01;
    assert_int_equal(bk_study_invest(ctx, study, &settings, &arena, &invest), BK_OK);
    assert_true(invest->search.exhausted && invest->search.best.set == 1);
    for (size_t e = 0; e < invest->n_economies; e++)
        gain += invest->gain[e];
    for (int year = 2027 - 2024; year < 2057 - 2024; year++) /* opens 2027, lasts 30 years; the base year is 2024 */
        value += gain * pow(1.01, year) / pow(1.06, year);
    bkt_close(invest->search.best.value, value - invest->candidates[0].cost_usd, 1e-12, 0.0);
}

/* The same works two ways: the appraisal's streams, discounted, and the portfolio's value of the set of all, for the
 * economies together and for each. */
static void
all_works_are_worth_the_same_to_an_appraisal_and_as_a_portfolio(void **state)
{
    const bk_study    *study = caravan();
    bk_invest_settings settings = settings_of(study);
    bk_worth_settings  appraisal = bk_worth_default_settings(study->model);
    const bk_worth    *worth = NULL;
    double             weight[LENGTH] = {0};

    (void)state;
    settings.n_robust = 0;
    settings.growth = appraisal.growth = 0.02;
    settings.transit_surplus = appraisal.transit_surplus = 0.25;
    settings.goal = BK_GOAL_WEIGHTS;
    settings.weight = weight;
    assert_int_equal(bk_study_appraise(ctx, study, 0, &appraisal, &arena, &worth), BK_OK);
    for (size_t e = 0; e + 1 < worth->n_economies; e++) {
        const bk_invest *invest = NULL;
        double           value = NAN;
        weight[worth->economies[e]] = 1.0;
        assert_int_equal(bk_study_invest(ctx, study, &settings, &arena, &invest), BK_OK);
        weight[worth->economies[e]] = 0.0;
        for (size_t i = 0; i < invest->search.n_sets; i++)
            if (invest->search.sets[i].set == 7)
                value = invest->search.sets[i].value;
        const bk_stake *all = bk_worth_stake(worth, worth->n_projects, e);
        bkt_close(all->economic.npv, value, 1e-9, 1.0);
        assert_true(fabs(all->economic.npv - all->npv_first_in) < 1e-3 * fabs(value)); /* the scenario is its works */
    }
}

/* ---- interruption ---------------------------------------------------------------------------------------------- */

typedef struct patience {
    atomic_bool cancel;
    int         n_reports, most; /* of progress on portfolios */
} patience;

static void
lose_patience(void *state, const char *what, double fraction)
{
    patience *user = state;

    (void)fraction;
    if (strcmp(what, "portfolios") == 0 && ++user->n_reports == user->most)
        atomic_store(&user->cancel, true);
}

/* Asks for a portfolio with a cache in `folder` and a user who gives up at the `most`-th report (0: never). */
static void
ask(const char *folder, int most, bk_invest *out)
{
    patience         user = {.most = most};
    const bk_invest *invest = NULL;
    bk_context      *kept = ctx;
    bk_arena         own, outer = arena;

    assert_int_equal(
        bk_context_create(
            &(bk_settings){.threads = 1, .progress = lose_patience, .sink_state = &user, .cancel = &user.cancel}, &ctx),
        BK_OK);
    bk_arena_init(&own, ctx);
    arena = own;
    const bk_study    *study = caravan();
    bk_invest_settings settings = settings_of(study);
    settings.n_robust = 0;
    settings.cache_folder = folder;
    assert_int_equal(bk_study_invest(ctx, study, &settings, &arena, &invest), BK_OK);
    *out = *invest;
    bk_arena_release(&arena);
    bk_context_release(ctx);
    arena = outer;
    ctx = kept;
}

static void
an_interrupted_search_keeps_what_it_found_and_goes_on_from_there(void **state)
{
    char      folder[] = "/tmp/bkt_worths_XXXXXX", command[64];
    bk_invest first, second, third;

    (void)state;
    assert_non_null(mkdtemp(folder));
    ask(folder, 5, &first);
    assert_int_equal(first.search.outcome, BK_CANCELLED);
    assert_true(first.search.n_sets >= 2 && first.search.n_sets < 8 && !first.search.exhausted);
    assert_true(first.gain == NULL && first.n_frontier == 0);
    ask(folder, 0, &second);
    assert_true(second.search.exhausted && second.n_solved > 0 && second.n_solved < 9); /* 8 sets and state 0 anew */
    ask(folder, 0, &third);
    assert_int_equal(third.n_solved, 0);
    assert_true(third.search.best.value == second.search.best.value);
    snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
}

/* A kept file of another kind, or with a record that was torn or spoilt, costs the time to solve it again. */
static void
a_damaged_file_of_worths_is_solved_anew(void **state)
{
    char      folder[] = "/tmp/bkt_worths_XXXXXX", command[256];
    bk_invest whole, again;

    (void)state;
    assert_non_null(mkdtemp(folder));
    ask(folder, 0, &whole);
    for (size_t d = 0; d < 4; d++) {
        snprintf(command, sizeof command,
                 (const char *[]){"for f in %s/*.worths; do truncate -s 7 $f; done", /* not even a head */
                                  "for f in %s/*.worths; do printf X | dd of=$f conv=notrunc 2>/dev/null; done",
                                  "for f in %s/*.worths; do truncate -s -3 $f; done", /* a kill in a record */
                                  "for f in %s/*.worths; do printf X | dd of=$f seek=40 bs=1 conv=notrunc 2>/dev/null; "
                                  "done"}[d],
                 folder);
        assert_int_equal(system(command), 0);
        ask(folder, 0, &again);
        assert_true(d < 2 ? again.n_solved == whole.n_solved : again.n_solved > 0 && again.n_solved < whole.n_solved);
        assert_true(again.search.best.value == whole.search.best.value);
        snprintf(command, sizeof command, "rm -f %s/*.worths", folder);
        assert_int_equal(system(command), 0);
        ask(folder, 0, &again);
        assert_int_equal(again.n_solved, whole.n_solved);
    }
    snprintf(command, sizeof command, "f=$(ls %s/*.worths) && rm $f && mkdir $f", folder);
    assert_int_equal(system(command), 0);
    ask(folder, 0, &again); /* a folder in its place: neither read nor written */
    assert_int_equal(again.n_solved, whole.n_solved);
    assert_true(again.search.best.value == whole.search.best.value);
    snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_depends_on_its_number_alone),
        cmocka_unit_test(a_record_is_what_the_joint_equilibrium_says),
        cmocka_unit_test(candidates_cost_what_their_works_cost_and_may_be_moved),
        cmocka_unit_test(the_value_of_a_project_is_its_discounted_gains_less_cost),
        cmocka_unit_test(all_works_are_worth_the_same_to_an_appraisal_and_as_a_portfolio),
        cmocka_unit_test(an_interrupted_search_keeps_what_it_found_and_goes_on_from_there),
        cmocka_unit_test(a_damaged_file_of_worths_is_solved_anew),
    };

    return cmocka_run_group_tests(tests, open_context, close_context);
}
