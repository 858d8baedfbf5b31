/* An appraisal of the teaching study: identities of streams and totals, closed forms of value and doubt. */
#include "bkt.h"
#include "buckle/worth.h"
#include "study/worth.h"

typedef struct fixture {
    bk_context     *ctx;
    bk_arena        arena;
    const bk_study *study;
} fixture;

static fixture *
start(int threads)
{
    static char              folder[4096];
    static const char *const names[] = {"middle-way"};
    fixture                 *f = calloc(1, sizeof *f);
    const bk_settings        settings = {.threads = threads};

    snprintf(folder, sizeof folder, "%s/studies/caravan", getenv("BUCKLE_ROOT") ? getenv("BUCKLE_ROOT") : ".");
    assert_int_equal(bk_context_create(&settings, &f->ctx), BK_OK);
    bk_arena_init(&f->arena, f->ctx);
    assert_int_equal(bk_study_open(f->ctx, folder, names, 1, &f->arena, &f->study), BK_OK);
    return f;
}

static void
stop(fixture *f)
{
    bk_arena_release(&f->arena);
    bk_context_release(f->ctx);
    free(f);
}

static const bk_worth *
appraise(fixture *f, const bk_worth_settings *settings)
{
    const bk_worth *worth = NULL;

    assert_int_equal(bk_study_appraise(f->ctx, f->study, 0, settings, &f->arena, &worth), BK_OK);
    assert_true(worth->converged);
    return worth;
}

static const bk_worth *
appraise_plainly(fixture *f)
{
    const bk_worth_settings settings = bk_worth_default_settings(f->study->model);

    return appraise(f, &settings);
}

static void
totals_are_sums_over_economies(void **state)
{
    fixture        *f = start(2);
    const bk_worth *worth = appraise_plainly(f);

    (void)state;
    for (size_t p = 0; p <= worth->n_projects; p++) {
        const bk_stake *total = bk_worth_stake(worth, p, worth->n_economies);
        double          gain = 0.0, npv = 0.0, cost = 0.0, abroad = 0.0;
        for (size_t e = 0; e < worth->n_economies; e++) {
            const bk_stake *stake = bk_worth_stake(worth, p, e);
            gain += stake->gain;
            npv += stake->economic.npv;
            cost += stake->cost_usd;
            abroad += stake->abroad;
        }
        bkt_close(total->gain, gain, 1e-12, 0.0);
        bkt_close(total->economic.npv, npv, 1e-10, 0.0);
        bkt_close(total->cost_usd, cost, 1e-12, 0.0);
        bkt_close(total->abroad, abroad, 1e-12, 0.0);
    }
    stop(f);
}

static void
costs_of_projects_add_up_to_those_of_all_works(void **state)
{
    fixture        *f = start(2);
    const bk_worth *worth = appraise_plainly(f);

    (void)state;
    for (size_t e = 0; e <= worth->n_economies; e++) {
        double cost = 0.0;
        for (size_t p = 0; p < worth->n_projects; p++)
            cost += bk_worth_stake(worth, p, e)->cost_usd;
        bkt_close(bk_worth_stake(worth, worth->n_projects, e)->cost_usd, cost, 1e-12, 1e-6);
    }
    stop(f);
}

/* The whole scenario builds works and nothing else, so its works together are worth what the run says the scenario is.
 */
static void
all_works_are_worth_the_scenario(void **state)
{
    fixture          *f = start(2);
    const bk_worth   *worth = appraise_plainly(f);
    bk_run_settings   settings = bk_run_default_settings();
    const bk_run     *run = NULL;
    const bk_economy *economy = &f->study->model->economy;

    (void)state;
    settings.attribution = BK_ATTRIBUTION_NONE;
    assert_int_equal(bk_study_run(f->ctx, f->study, &settings, &f->arena, &run), BK_OK);
    for (size_t e = 0; e + 1 < worth->n_economies; e++) {
        double gain = 0.0;
        for (size_t n = 0; n < economy->n_regions; n++)
            if (economy->regions[n].country == worth->economies[e])
                gain += run->scenarios[0].solution->trade->equivalent_variation[n] * f->study->model->money_usd;
        const bk_stake *stake = bk_worth_stake(worth, worth->n_projects, e);
        bkt_close(stake->gain, gain, 1e-6, 1e3);
        bkt_close(stake->gain_first_in, gain, 1e-6, 1e3);
    }
    stop(f);
}

/* gain x [1 - (1 + r)^-T] / r, worth that one year before opening: closed form of a constant gain. */
static void
value_of_a_gain_is_that_of_an_annuity(void **state)
{
    fixture        *f = start(2);
    const bk_worth *worth = appraise_plainly(f);
    const double    rate = f->study->model->discount_rate;

    (void)state;
    for (size_t p = 0; p < worth->n_projects; p++) {
        const bk_stake *total = bk_worth_stake(worth, p, worth->n_economies);
        const int       opens = worth->projects[p].years.opens, years = worth->projects[p].years.runs_until - opens;
        const double    value = total->gain * (1.0 - pow(1.0 + rate, -years)) / rate * pow(1.0 + rate, 1 - opens);
        bkt_close(total->economic.npv + total->cost_usd, value, 1e-10, 0.0);
    }
    stop(f);
}

/* USD a year that all economies gain from the works of middle-way open in `year`, by an equilibrium of its own. */
static double
gain_in_year(fixture *f, const bk_worth *worth, const bk_joint_base *base, int year)
{
    const bk_model          *model = f->study->model, *open = NULL;
    const bk_joint_solution *solution = NULL;
    const bk_worth_settings  settings = bk_worth_default_settings(model);
    bool                    *keep = BK_NEW(&f->arena, bool, model->projects.n_projects);
    double                   gain = 0.0;

    for (size_t p = 0; p < worth->n_projects; p++)
        keep[worth->projects[p].project] =
            worth->projects[p].years.opens <= year && year < worth->projects[p].years.runs_until;
    assert_int_equal(bki_scenario_with(f->ctx, model, f->study->scenarios[0], keep, true, &f->arena, &open), BK_OK);
    assert_int_equal(bk_joint_solve(f->ctx, base, open, &settings.joint, NULL, &f->arena, &solution), BK_OK);
    for (size_t n = 0; n < model->economy.n_regions; n++)
        gain += solution->trade->equivalent_variation[n] * model->money_usd;
    return gain;
}

/* Works open in 2026, 2027 and 2028 and end in 2036, 2057 and 2058: each year's gain is that of the works then open. */
static void
all_works_bring_each_year_what_is_open_in_it(void **state)
{
    static const int     years[] = {1, 2, 3, 4, 11, 12, 20, 32, 33, 34}; /* from 2024 on, around every change */
    fixture             *f = start(2);
    const bk_worth      *worth = appraise_plainly(f);
    const bk_stake      *all = bk_worth_stake(worth, worth->n_projects, worth->n_economies);
    const bk_joint_base *base = NULL;
    bool                 cached;

    (void)state;
    assert_int_equal(worth->n_years, 2058 - 2024);
    assert_int_equal(bk_study_base(f->ctx, f->study, NULL, &f->arena, &base, &cached), BK_OK);
    for (size_t i = 0; i < sizeof years / sizeof *years; i++)
        if (years[i] < (int)worth->n_years)
            bkt_close(all->benefit[years[i]], gain_in_year(f, worth, base, years[i]), 1e-5, 1e3);
    stop(f);
}

/* A lognormal gain B against a lognormal cost C: P(b B < c C) is normal in the difference of logarithms. */
static void
chance_of_loss_is_that_of_two_lognormals(void **state)
{
    fixture          *f = start(2);
    bk_worth_settings settings = bk_worth_default_settings(f->study->model);

    (void)state;
    settings.n_draws = 200000;
    const bk_worth *worth = appraise(f, &settings);
    for (size_t p = 0; p < worth->n_projects; p++) {
        const bk_project_worth *project = &worth->projects[p];
        const bk_stake         *total = bk_worth_stake(worth, p, worth->n_economies);
        const double            mean = 1.0 + project->class->mean, cv = project->class->sd / mean;
        const double            cost_variance = log1p(cv * cv), gain_variance = log1p(0.4 * 0.4);
        const double            cost = total->cost_usd / (1.0 + project->overrun);
        const double            gain = total->economic.npv + total->cost_usd;
        const double            distance = log(gain / cost) - 0.5 * gain_variance - log(mean) + 0.5 * cost_variance;
        const double            expected = bk_normal_cdf(-distance / sqrt(cost_variance + gain_variance));
        /* four standard errors of a share among 200000 draws */
        bkt_close(total->loss_probability, expected, 0.0, 4.0 * sqrt(expected * (1.0 - expected) / 200000.0) + 1e-5);
    }
    stop(f);
}

static void
without_overrun_costs_are_as_written(void **state)
{
    fixture          *f = start(2);
    bk_worth_settings settings = bk_worth_default_settings(f->study->model);
    const bk_worth   *usual = appraise(f, &settings);

    (void)state;
    settings.overrun = 0.0;
    const bk_worth *plain = appraise(f, &settings);
    for (size_t p = 0; p < plain->n_projects; p++) {
        const bk_stake *with = bk_worth_stake(usual, p, usual->n_economies);
        const bk_stake *without = bk_worth_stake(plain, p, plain->n_economies);
        bkt_close(without->economic.npv, without->npv_as_written, 1e-10, 1.0);
        bkt_close(with->npv_as_written, without->economic.npv, 1e-9, 1.0);
        bkt_close(with->cost_usd, without->cost_usd * (1.0 + usual->projects[p].class->mean), 1e-12, 0.0);
        /* works and gains are drawn alike, so their doubt is the same whatever the headline's overrun */
        bkt_close(with->npv_low, without->npv_low, 1e-9, 1.0);
        bkt_close(with->loss_probability, without->loss_probability, 0.0, 0.0);
        double works = 0.0;
        for (size_t year = 0; year < plain->n_years; year++)
            works += without->investment[year];
        bkt_close(works, f->study->model->projects.projects[plain->projects[p].project].capex_usd, 1e-12, 0.0);
    }
    stop(f);
}

static void
a_surplus_of_transit_adds_its_part_of_the_revenue(void **state)
{
    fixture          *f = start(2);
    bk_worth_settings settings = bk_worth_default_settings(f->study->model);
    const bk_worth   *usual = appraise(f, &settings);
    const double      rate = f->study->model->discount_rate;

    (void)state;
    settings.transit_surplus = 0.25;
    const bk_worth *more = appraise(f, &settings);
    for (size_t p = 0; p <= usual->n_projects; p++)
        for (size_t e = 0; e <= usual->n_economies; e++) {
            const bk_stake *before = bk_worth_stake(usual, p, e), *after = bk_worth_stake(more, p, e);
            bkt_close(after->economic.npv,
                      before->economic.npv + 0.25 * bk_present_value(before->income, usual->n_years, rate), 1e-9, 1.0);
        }
    stop(f);
}

static void
columns_of_the_matrix_are_what_projects_bring(void **state)
{
    fixture        *f = start(2);
    const bk_worth *worth = appraise_plainly(f);
    const size_t    n = worth->n_economies;

    (void)state;
    for (size_t gainer = 0; gainer < n; gainer++) {
        double paid = 0.0, brought = 0.0;
        for (size_t payer = 0; payer < n; payer++)
            paid += worth->matrix[payer * n + gainer];
        for (size_t p = 0; p < worth->n_projects; p++)
            brought += bk_present_value(bk_worth_stake(worth, p, gainer)->benefit, worth->n_years,
                                        f->study->model->discount_rate);
        bkt_close(paid, brought, 1e-10, 1e-3);
    }
    stop(f);
}

/* Every interest rate below the real return on the loan makes it worth taking: NPV after loans less NPV is the present
 * value of drawings less service, and a loan repays at least what was drawn at a real rate of 0 or more. */
static void
loans_change_value_by_their_own_present_value(void **state)
{
    fixture        *f = start(2);
    const bk_worth *worth = appraise_plainly(f);
    const double    rate = f->study->model->discount_rate;

    (void)state;
    for (size_t p = 0; p < worth->n_projects; p++)
        for (size_t e = 0; e < worth->n_economies; e++) {
            const bk_stake *stake = bk_worth_stake(worth, p, e);
            double          net[512];
            for (size_t year = 0; year < worth->n_years; year++)
                net[year] = stake->drawn[year] - stake->debt_service[year];
            bkt_close(stake->npv_financed - stake->economic.npv, bk_present_value(net, worth->n_years, rate), 1e-9,
                      1.0);
        }
    stop(f);
}

static void
any_number_of_threads_gives_the_same_bits(void **state)
{
    fixture        *one = start(1), *three = start(3);
    const bk_worth *a = appraise_plainly(one), *b = appraise_plainly(three);

    (void)state;
    for (size_t p = 0; p <= a->n_projects; p++)
        for (size_t e = 0; e <= a->n_economies; e++) {
            assert_true(bk_worth_stake(a, p, e)->economic.npv == bk_worth_stake(b, p, e)->economic.npv);
            assert_true(bk_worth_stake(a, p, e)->npv_low == bk_worth_stake(b, p, e)->npv_low);
        }
    for (size_t p = 0; p < a->n_projects; p++)
        assert_string_equal(a->projects[p].verdict, b->projects[p].verdict);
    stop(one);
    stop(three);
}

static void
no_project_of_the_scenario_left_leaves_the_base(void **state)
{
    fixture        *f = start(1);
    const bk_model *none = NULL, *base = f->study->model;
    bool           *keep = BK_NEW(&f->arena, bool, base->projects.n_projects);

    (void)state;
    assert_int_equal(bki_scenario_with(f->ctx, base, f->study->scenarios[0], keep, true, &f->arena, &none), BK_OK);
    for (size_t p = 0; p < base->projects.n_projects; p++)
        assert_false(none->projects.projects[p].built);
    for (size_t b = 0; b < base->network.n_borders; b++) {
        bkt_close(none->network.borders[b].control_hours, base->network.borders[b].control_hours, 0.0, 0.0);
        bkt_close(none->network.borders[b].lanes, base->network.borders[b].lanes, 0.0, 0.0);
    }
    stop(f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(totals_are_sums_over_economies),
        cmocka_unit_test(costs_of_projects_add_up_to_those_of_all_works),
        cmocka_unit_test(all_works_are_worth_the_scenario),
        cmocka_unit_test(value_of_a_gain_is_that_of_an_annuity),
        cmocka_unit_test(all_works_bring_each_year_what_is_open_in_it),
        cmocka_unit_test(chance_of_loss_is_that_of_two_lognormals),
        cmocka_unit_test(without_overrun_costs_are_as_written),
        cmocka_unit_test(a_surplus_of_transit_adds_its_part_of_the_revenue),
        cmocka_unit_test(columns_of_the_matrix_are_what_projects_bring),
        cmocka_unit_test(loans_change_value_by_their_own_present_value),
        cmocka_unit_test(any_number_of_threads_gives_the_same_bits),
        cmocka_unit_test(no_project_of_the_scenario_left_leaves_the_base),
    };

    return cmocka_run_group_tests_name("worth", tests, NULL, NULL);
}
