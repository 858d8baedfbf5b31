/* What gains and costs of a draw come to: net present values, as an appraisal reckons them. */
#include "buckle/appraisal.h"
#include "study/stress.h"

#include <math.h>

/* Present value of 1 a year at the base year's scale, from year `opens` to before `until`. */
static double
unit_value(const bk_model *model, int opens, int until)
{
    double value = 0.0;

    for (int year = opens > 0 ? opens : 0; year < until; year++)
        value += pow((1.0 + model->appraisal.growth) / (1.0 + model->discount_rate), year);
    return value;
}

/* Gains begin when the last of the works has opened and end when the first ends; without works, at once. */
static bk_status
set_units(const bki_stress *job, const bk_appraisal_settings *settings, bki_stress_case *one)
{
    const bk_model *model = job->study->model;
    double         *units = BK_NEW(job->arena, double, one->n_projects + 1);
    int             opens = 0, until = model->horizon_years;

    BK_TRY(bk_arena_ok(job->arena));
    for (size_t p = 0; p < one->n_projects; p++) {
        const bk_project_years years = bk_project_years_of(&model->projects.projects[one->projects[p]], settings);
        units[p] = unit_value(model, years.opens, years.runs_until);
        opens = years.opens > opens ? years.opens : opens;
        until = p == 0 || years.runs_until < until ? years.runs_until : until;
    }
    one->project_unit = units;
    one->unit = unit_value(model, opens, until);
    return BK_OK;
}

static size_t
place_in(const uint32_t *list, size_t n, uint32_t what)
{
    size_t at = 0;

    while (at < n && list[at] != what)
        at++;
    return at;
}

static bk_status
set_costs(const bki_stress *job, const bk_appraisal_settings *settings, bki_stress_case *one)
{
    const bk_model      *model = job->study->model;
    bool                *built = BK_NEW(job->arena, bool, model->projects.n_projects + 1);
    double              *cost = BK_NEW(job->arena, double, one->n_projects * job->n_economies + 1);
    double              *whole = BK_NEW(job->arena, double, one->n_projects + 1);
    const bk_party_flow *flows = NULL;
    size_t               n_flows = 0, n_years = 0;

    BK_TRY(bk_arena_ok(job->arena));
    for (size_t p = 0; p < one->n_projects; p++)
        built[one->projects[p]] = true;
    BK_TRY(bk_project_flows(job->ctx, one->model, built, settings, job->arena, &n_flows, &flows, &n_years));
    for (size_t f = 0; f < n_flows; f++) {
        const size_t p = place_in(one->projects, one->n_projects, flows[f].project);
        const size_t e = place_in(job->economies, job->n_economies, flows[f].country);
        const double usd = bk_present_value(flows[f].investment, n_years, model->discount_rate) +
                           bk_present_value(flows[f].running, n_years, model->discount_rate);
        whole[p] += usd;
        if (e < job->n_economies)
            cost[p * job->n_economies + e] += usd;
    }
    one->cost = cost;
    one->whole_cost = whole;
    return BK_OK;
}

bk_status
bki_stress_money(bki_stress *job)
{
    const bk_model             *model = job->study->model;
    const bk_appraisal_settings settings = {.price_year = model->base_year,
                                            .horizon_years = model->horizon_years,
                                            .discount_rate = model->discount_rate,
                                            .inflation = model->appraisal.inflation};

    for (size_t c = 0; c < job->n_cases; c++) {
        BK_TRY(set_units(job, &settings, &job->cases[c]));
        BK_TRY(set_costs(job, &settings, &job->cases[c]));
    }
    return BK_OK;
}

/* ---- figures of a record --------------------------------------------------------------------------------------- */

/* USD a year of an economy, or of all, between two places of a record. */
static double
gain_between(const bki_stress *job, uint32_t economy, const double *with, const double *without)
{
    double usd = 0.0;

    for (size_t n = 0; n < job->n_regions; n++)
        if (economy == BK_NONE || job->economies[job->economy_of[n]] == economy)
            usd += with[n] - without[n];
    return usd;
}

static double
cost_of(const bki_stress *job, const bki_stress_case *one, const bk_stress_answer *answer, const double *record)
{
    const size_t e = place_in(job->economies, job->n_economies, answer->economy);
    double       usd = 0.0;

    for (size_t p = 0; p < one->n_projects; p++) {
        if (answer->project != BK_NONE && answer->project != one->projects[p])
            continue;
        const double written = e < job->n_economies ? one->cost[p * job->n_economies + e] : one->whole_cost[p];
        usd += written * record[bki_case_costs(job, one) + p];
    }
    return usd;
}

/* A gain in % is of the real income of the world without the scenario. */
double
bki_stress_answer(const bki_stress *job, const bk_stress_answer *answer, const double *record, const double *inputs)
{
    const bki_stress_case *one = &job->cases[answer->scenario];
    const double          *whole = record + one->first, *reference = record + RECORD_EV;
    const double           realised = job->gains_input < job->n_inputs ? inputs[job->gains_input] : 1.0;
    double                 unit = one->unit;

    if (answer->kind == BK_STRESS_GAIN)
        return gain_between(job, answer->economy, whole, reference);
    if (answer->kind == BK_STRESS_GAIN_PCT) {
        const double income = job->income[place_in(job->economies, job->n_economies, answer->economy)];
        double       before = income;
        for (size_t n = 0; n < job->n_regions; n++)
            before += job->economies[job->economy_of[n]] == answer->economy ? reference[n] : 0.0;
        return 100.0 * gain_between(job, answer->economy, whole, reference) / before;
    }
    if (answer->works)
        reference = record + bki_case_without(job, one);
    if (answer->project != BK_NONE) {
        const size_t p = place_in(one->projects, one->n_projects, answer->project);
        reference = record + bki_case_project(job, one, p);
        unit = one->project_unit[p];
    }
    return realised * unit * gain_between(job, answer->economy, whole, reference) - cost_of(job, one, answer, record);
}
