/* Stress tests of the teaching study: a draw is what a scenario with its numbers would be, and what the numbers say. */
#include "bkt.h"
#include "buckle/coupling.h"
#include "buckle/stress.h"
#include "buckle/worth.h"

#include <math.h>

typedef struct fixture {
    bk_context     *ctx;
    bk_arena        arena;
    const bk_study *study;
} fixture;

static const char *
folder(void)
{
    static char path[4096];

    snprintf(path, sizeof path, "%s/studies/caravan", getenv("BUCKLE_ROOT") ? getenv("BUCKLE_ROOT") : ".");
    return path;
}

static void
start(fixture *f, int threads, const char *scenario)
{
    const bk_settings settings = {.threads = threads};

    assert_int_equal(bk_context_create(&settings, &f->ctx), BK_OK);
    bk_arena_init(&f->arena, f->ctx);
    assert_int_equal(bk_study_open(f->ctx, folder(), &scenario, 1, &f->arena, &f->study), BK_OK);
}

static void
stop(fixture *f)
{
    bk_arena_release(&f->arena);
    bk_context_release(f->ctx);
}

static const bk_stress *
stress(fixture *f, const bk_stress_settings *settings)
{
    const bk_stress *out = NULL;

    assert_int_equal(bk_study_stress(f->ctx, f->study, settings, &f->arena, &out), BK_OK);
    assert_true(out->complete);
    assert_int_equal(out->n_failed + out->n_loose, 0);
    return out;
}

static bk_stress_settings
settings_of(uint64_t n_draws)
{
    bk_stress_settings settings = bk_stress_default_settings();

    settings.n_draws = n_draws;
    return settings;
}

static size_t
input_named(const bk_stress *stress, const char *name)
{
    size_t i = 0;

    while (i < stress->n_inputs && strcmp(stress->inputs[i].name, name) != 0)
        i++;
    assert_true(i < stress->n_inputs);
    return i;
}

/* With the same numbers the rebased year is the base year to the last bit; with other elasticities, which move no
 * route, it is the one prepared from nothing. */
static void
a_rebased_year_is_the_one_prepared_anew(void **state)
{
    fixture              f;
    const bk_joint_base *base, *same, *anew, *rebased;
    bool                 cached;

    (void)state;
    start(&f, 1, "middle-way");
    assert_int_equal(bk_study_base(f.ctx, f.study, NULL, &f.arena, &base, &cached), BK_OK);
    assert_int_equal(bk_joint_rebase(f.ctx, base, f.study->model, NULL, &f.arena, &same), BK_OK);
    const size_t n_facilities = bk_joint_graph(base)->n_facilities;
    for (size_t a = 0; a < n_facilities; a++)
        bkt_close(bk_joint_base_solution(same)->price[a], bk_joint_base_solution(base)->price[a], 1e-8, 1e-9);
    bk_model  *model = BK_NEW(&f.arena, bk_model, 1);
    bk_sector *sectors = BK_NEW(&f.arena, bk_sector, f.study->model->economy.n_sectors);
    *model = *f.study->model;
    for (size_t j = 0; j < model->economy.n_sectors; j++) {
        sectors[j] = f.study->model->economy.sectors[j];
        sectors[j].elasticity *= 1.3;
    }
    model->economy.sectors = sectors;
    assert_int_equal(bk_joint_prepare(f.ctx, model, NULL, 0, &f.arena, &anew), BK_OK);
    assert_int_equal(bk_joint_rebase(f.ctx, base, model, NULL, &f.arena, &rebased), BK_OK);
    const bk_model *scenario_model = NULL;
    assert_int_equal(bk_scenario_apply(f.ctx, model, f.study->scenarios[0], NULL, &f.arena, &scenario_model), BK_OK);
    const bk_joint_solution *one = NULL, *other = NULL;
    assert_int_equal(bk_joint_solve(f.ctx, anew, scenario_model, NULL, NULL, &f.arena, &one), BK_OK);
    assert_int_equal(bk_joint_solve(f.ctx, rebased, scenario_model, NULL, NULL, &f.arena, &other), BK_OK);
    for (size_t n = 0; n < model->economy.n_regions; n++)
        bkt_close(other->trade->welfare_pct[n], one->trade->welfare_pct[n], 1e-4, 1e-6);
    stop(&f);
}

/* What a draw leaves out is looked at only after the equilibrium is found: its gains and its certificate are those of
 * the whole solution, and the flows behind them are found by limits in one case, by arcs in the other. */
static void
gains_alone_are_those_of_the_whole_solution(void **state)
{
    fixture                  f;
    const bk_joint_base     *base;
    const bk_joint_solution *whole = NULL, *gains = NULL;
    bk_joint_settings        settings = bk_joint_default_settings();
    bool                     cached;

    (void)state;
    start(&f, 1, "middle-way");
    assert_int_equal(bk_study_base(f.ctx, f.study, NULL, &f.arena, &base, &cached), BK_OK);
    assert_int_equal(bk_joint_solve(f.ctx, base, f.study->models[0], &settings, NULL, &f.arena, &whole), BK_OK);
    settings.gains_only = true;
    assert_int_equal(bk_joint_solve(f.ctx, base, f.study->models[0], &settings, NULL, &f.arena, &gains), BK_OK);
    assert_null(gains->arc_flow);
    assert_int_equal(gains->rounds, whole->rounds);
    for (size_t n = 0; n < f.study->model->economy.n_regions; n++)
        bkt_close(gains->trade->equivalent_variation[n], whole->trade->equivalent_variation[n], 0, 0);
    for (size_t a = 0; a < bk_joint_graph(base)->n_facilities; a++)
        bkt_close(gains->utilisation[a], whole->utilisation[a], 1e-12, 1e-14);
    bkt_close(gains->certificate.loop, whole->certificate.loop, 1e-3, 1e-12);
    bkt_close(gains->certificate.capacity, whole->certificate.capacity, 1e-3, 1e-12);
    stop(&f);
}

static void
threads_and_processes_change_no_bit(void **state)
{
    bk_stress_settings settings = settings_of(24);
    double            *first = NULL;
    size_t             n = 0;

    (void)state;
    settings.projects = true;
    for (int threads = 1; threads <= 8; threads *= 2) {
        fixture f;
        start(&f, threads, "middle-way");
        const bk_stress *out = stress(&f, &settings);
        n = out->records->manifest.n_records * out->records->manifest.n_values;
        if (threads == 1) {
            first = malloc(n * sizeof *first);
            memcpy(first, out->records->values, n * sizeof *first);
        }
        assert_memory_equal(out->records->values, first, n * sizeof *first);
        stop(&f);
    }
    free(first);
}

/* A Latin hypercube has a state in as many draws as its probability says, and NPV is linear in what is drawn of it:
 * works that cost more are worth less, gains realised multiply. */
static void
states_come_as_often_as_they_should(void **state)
{
    bk_stress_settings settings = settings_of(100);
    fixture            f;
    double             north = 0.0, trouble = 0.0;

    (void)state;
    settings.sampler = BK_SAMPLER_LHS;
    start(&f, 2, "middle-way");
    const bk_stress *out = stress(&f, &settings);
    const size_t     n = input_named(out, "north-shut"), gate = input_named(out, "gate-shut");
    const size_t     oil = input_named(out, "oil-refused");
    for (size_t k = 0; k < out->n_used; k++) {
        const double *input = out->input + k * out->n_inputs;
        north += input[n];
        trouble += input[gate] + input[oil];
        assert_false(input[gate] > 0.0 && input[oil] > 0.0); /* they exclude each other */
    }
    bkt_close(north, 15.0, 0.0, 1e-12);
    bkt_close(trouble, 15.0, 0.0, 1.0 + 1e-12); /* the edges of both share a slice */
    stop(&f);
}

/* What the draws say of an economy's NPV follows from what they say of its gain, of costs and of gains realised. */
static void
npv_is_gain_times_unit_less_cost(void **state)
{
    bk_stress_settings settings = settings_of(16);
    fixture            f;

    (void)state;
    start(&f, 1, "middle-way");
    const bk_stress        *out = stress(&f, &settings);
    const size_t            realised = input_named(out, "gains-realised");
    const bk_stress_answer *gain = NULL, *npv = NULL;
    for (size_t a = 0; a < out->n_answers; a++) {
        const bk_stress_answer *answer = &out->answers[a];
        if (answer->economy != bk_model_find_country(f.study->model, "XWE") || answer->works)
            continue;
        gain = answer->kind == BK_STRESS_GAIN ? answer : gain;
        npv = answer->kind == BK_STRESS_NPV ? answer : npv;
    }
    assert_non_null(gain);
    assert_non_null(npv);
    /* Westmark pays for nothing: NPV over gain and gains realised is the same in every draw */
    const double unit = npv->value[0] / gain->value[0] / out->input[realised];
    assert_true(unit > 1.0 && unit < 30.0);
    for (size_t k = 1; k < out->n_used; k++)
        bkt_close(npv->value[k], unit * gain->value[k] * out->input[k * out->n_inputs + realised], 1e-12, 0.0);
    bkt_close(npv->central, unit * gain->central, 1e-12, 0.0);
    stop(&f);
}

/* Inputs that only move costs explain no gain; what moves both worlds alike leaves a scenario that changes nothing
 * worthless in every draw. */
static void
a_scenario_that_changes_nothing_gains_nothing(void **state)
{
    bk_stress_settings settings = settings_of(16);
    fixture            f;

    (void)state;
    start(&f, 2, "today");
    const bk_stress *out = stress(&f, &settings);
    for (size_t a = 0; a < out->n_answers; a++)
        if (out->answers[a].kind == BK_STRESS_GAIN_PCT)
            for (size_t k = 0; k < out->n_used; k++)
                bkt_close(out->answers[a].value[k], 0.0, 0.0, 1e-5);
    stop(&f);
}

static void
indices_of_costs_of_a_gain_are_nought(void **state)
{
    bk_stress_settings settings = settings_of(32);
    fixture            f;

    (void)state;
    settings.indices = true;
    start(&f, 2, "middle-way");
    const bk_stress *out = stress(&f, &settings);
    assert_int_equal(out->n_used, 64);
    for (size_t r = 0; r < out->n_reasons; r++) {
        if (out->answers[out->reasons[r].answer].kind != BK_STRESS_GAIN_PCT)
            continue;
        const uint32_t cost = out->inputs[input_named(out, "cost-steppe-line")].unit;
        const uint32_t north = out->inputs[input_named(out, "north-shut")].unit;
        assert_non_null(out->reasons[r].indices);
        assert_int_equal(out->reasons[r].n_rows, 32);
        bkt_close(out->reasons[r].indices[cost].total, 0.0, 0.0, 1e-12);
        assert_true(out->reasons[r].indices[north].total > 0.2);
    }
    stop(&f);
}

static void
regret_is_never_below_nought_and_someone_is_best(void **state)
{
    bk_stress_settings settings = settings_of(16);
    fixture            f;

    (void)state;
    start(&f, 1, "middle-way");
    const bk_stress *out = stress(&f, &settings);
    assert_int_equal(out->n_regrets, 4); /* the scenario or nothing, to one economy and to all */
    for (size_t side = 0; side < 2; side++) {
        const bk_stress_regret *one = &out->regrets[2 * side], *nothing = one + 1;
        assert_true(one->mean >= 0.0 && nothing->mean >= 0.0 && one->most >= one->p95);
        bkt_close(one->best + nothing->best, 1.0, 1e-12, 0.0);
        for (size_t a = 0; a < out->n_answers;
             a++) { /* the scenario is regretted by its losses, nothing by its gains */
            const bk_stress_answer *npv = &out->answers[a];
            if (npv->kind != BK_STRESS_NPV || npv->economy != one->economy || npv->works || npv->project != BK_NONE)
                continue;
            double lost = 0.0, missed = 0.0;
            for (size_t k = 0; k < out->n_used; k++) {
                lost += fmax(0.0, -npv->value[k]) / (double)out->n_used;
                missed += fmax(0.0, npv->value[k]) / (double)out->n_used;
            }
            assert_true(lost + missed > 1e6);
            bkt_close(one->mean, lost, 1e-12, 1e-3);
            bkt_close(nothing->mean, missed, 1e-12, 1e-3);
        }
    }
    stop(&f);
}

/* With every input at its stated value, the last works added to a scenario are worth what the appraisal says. */
static void
central_worths_of_works_are_those_of_the_appraisal(void **state)
{
    bk_stress_settings settings = settings_of(2);
    fixture            f;
    size_t             n_compared = 0;

    (void)state;
    start(&f, 1, "middle-way");
    settings.projects = true;
    const bk_stress  *out = stress(&f, &settings);
    const bk_worth   *worth = NULL;
    bk_worth_settings appraisal = bk_worth_default_settings(f.study->model);
    assert_int_equal(bk_study_appraise(f.ctx, f.study, 0, &appraisal, &f.arena, &worth), BK_OK);
    for (size_t a = 0; a < out->n_answers; a++) {
        const bk_stress_answer *npv = &out->answers[a];
        if (npv->kind != BK_STRESS_NPV || npv->project == BK_NONE || npv->economy != BK_NONE)
            continue;
        for (size_t p = 0; p < worth->n_projects; p++)
            if (worth->projects[p].project == npv->project) {
                const bk_stake *total = bk_worth_stake(worth, p, worth->n_economies);
                bkt_close(npv->central, total->economic.npv, 0.0, 1e-3 * (fabs(total->cost_usd) + fabs(npv->central)));
                n_compared++;
            }
    }
    assert_true(n_compared >= 2);
    stop(&f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rebased_year_is_the_one_prepared_anew),
        cmocka_unit_test(gains_alone_are_those_of_the_whole_solution),
        cmocka_unit_test(threads_and_processes_change_no_bit),
        cmocka_unit_test(states_come_as_often_as_they_should),
        cmocka_unit_test(npv_is_gain_times_unit_less_cost),
        cmocka_unit_test(a_scenario_that_changes_nothing_gains_nothing),
        cmocka_unit_test(indices_of_costs_of_a_gain_are_nought),
        cmocka_unit_test(central_worths_of_works_are_those_of_the_appraisal),
        cmocka_unit_test(regret_is_never_below_nought_and_someone_is_best),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
