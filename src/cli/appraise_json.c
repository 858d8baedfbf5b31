/* The answer of `appraise` as one JSON object; docs/reference/json.md lists its keys. */
#include "cli/appraise.h"

#include <math.h>

const char *
bki_appraise_economy(const bk_worth *worth, size_t e)
{
    return worth->economies[e] == BK_NONE ? "outside" : worth->study->model->countries[worth->economies[e]];
}

static void
json_rate(bk_json *json, const char *key, const char *state_key, const bk_indicators *indicators)
{
    static const char *const states[] = {"unique", "none", "multiple"};

    bk_json_number(json, key, indicators->irr_state == BK_IRR_UNIQUE ? indicators->irr : (double)NAN);
    bk_json_text(json, state_key, states[indicators->irr_state]);
}

static double
where(bool condition, double value)
{
    return condition ? value : (double)NAN; /* null */
}

static void
json_stake(bk_json *json, const bk_worth *worth, const bk_stake *stake)
{
    const bk_indicators *economic = &stake->economic;
    const bool           pays = stake->cost_usd > 0.0;

    bk_json_number(json, "gain", stake->gain);
    bk_json_number(json, "gain_first_in", stake->gain_first_in);
    bk_json_number(json, "transit_revenue", stake->revenue);
    bk_json_number(json, "transit_revenue_first_in", stake->revenue_first_in);
    bk_json_number(json, "cost", stake->cost_usd);
    bk_json_number(json, "investment", bk_sum(stake->investment, worth->n_years));
    bk_json_number(json, "npv", economic->npv);
    bk_json_number(json, "npv_low", stake->npv_low);
    bk_json_number(json, "npv_high", stake->npv_high);
    bk_json_number(json, "loss_probability", stake->loss_probability);
    bk_json_number(json, "npv_first_in", stake->npv_first_in);
    bk_json_number(json, "npv_as_written", stake->npv_as_written);
    bk_json_number(json, "npv_financed", stake->npv_financed);
    json_rate(json, "eirr", "eirr_state", economic);
    json_rate(json, "firr", "firr_state", &stake->financial);
    bk_json_number(json, "benefit_cost", where(pays, economic->benefit_cost));
    bk_json_number(json, "payback_years", where(economic->payback_years >= 0.0, economic->payback_years));
    bk_json_number(json, "npv_per_investment", where(pays, economic->npv_per_investment));
    bk_json_number(json, "first_year_return", where(pays, economic->first_year_return));
    bk_json_number(json, "switching_benefit", where(economic->switching_benefit != 0.0, economic->switching_benefit));
    bk_json_number(json, "switching_cost", where(pays, economic->switching_cost));
    bk_json_number(json, "abroad", stake->abroad);
    bk_json_number(json, "drawn", bk_sum(stake->drawn, worth->n_years));
    bk_json_number(json, "grant_element", where(bk_sum(stake->drawn, worth->n_years) > 0.0, stake->grant_element));
    bk_json_number(json, "debt_service", bk_sum(stake->debt_service, worth->n_years));
    bk_json_number(json, "least_cover", where(stake->least_cover_year != 0, stake->least_cover));
    if (stake->least_cover_year)
        bk_json_integer(json, "least_cover_year", stake->least_cover_year);
    else
        bk_json_text(json, "least_cover_year", NULL);
}

static void
json_stream(bk_json *json, const char *key, const double *stream, size_t n)
{
    bk_json_array(json, key);
    for (size_t year = 0; year < n; year++)
        bk_json_number(json, NULL, stream[year]);
    bk_json_end(json);
}

/* Cash flows by year, of those who pay. */
static void
json_streams(bk_json *json, const bk_worth *worth, const bk_stake *stake)
{
    if (stake->cost_usd <= 0.0)
        return;
    bk_json_object(json, "flows");
    json_stream(json, "investment", stake->investment, worth->n_years);
    json_stream(json, "running", stake->running, worth->n_years);
    json_stream(json, "gain", stake->benefit, worth->n_years);
    json_stream(json, "transit_revenue", stake->income, worth->n_years);
    json_stream(json, "drawn", stake->drawn, worth->n_years);
    json_stream(json, "debt_service", stake->debt_service, worth->n_years);
    bk_json_end(json);
}

static void
json_economies(bk_json *json, const bk_worth *worth, size_t p)
{
    bk_json_array(json, "economies");
    for (size_t e = 0; e < worth->n_economies; e++) {
        const bk_stake *stake = bk_worth_stake(worth, p, e);
        bk_json_object(json, NULL);
        bk_json_text(json, "economy", bki_appraise_economy(worth, e));
        json_stake(json, worth, stake);
        json_streams(json, worth, stake);
        bk_json_end(json);
    }
    bk_json_end(json);
}

static void
json_project(bk_json *json, const bk_worth *worth, size_t p)
{
    const bk_project_worth *worth_of = &worth->projects[p];
    const bk_model         *model = worth->study->models[0]; /* of the scenario, which may adjust what works cost */
    const bk_project       *project = &model->projects.projects[worth_of->project];

    bk_json_object(json, NULL);
    bk_json_text(json, "project", project->id);
    bk_json_text(json, "name", project->name);
    bk_json_text(json, "verdict", worth_of->verdict);
    bk_json_number(json, "capex", project->capex_usd);
    bk_json_text(json, "reference_class", worth_of->class->name);
    bk_json_number(json, "overrun", worth_of->overrun);
    bk_json_integer(json, "opens", worth->study->model->base_year + worth_of->years.opens);
    json_stake(json, worth, bk_worth_stake(worth, p, worth->n_economies));
    json_streams(json, worth, bk_worth_stake(worth, p, worth->n_economies));
    json_economies(json, worth, p);
    bk_json_end(json);
}

static void
json_settings(bk_json *json, const bk_worth *worth)
{
    const bk_worth_settings *settings = &worth->settings;
    const bk_model          *model = worth->study->model;

    bk_json_object(json, "settings");
    bk_json_integer(json, "price_year", model->base_year);
    bk_json_integer(json, "horizon_years", model->horizon_years);
    bk_json_number(json, "discount_rate", model->discount_rate);
    bk_json_number(json, "growth", settings->growth);
    bk_json_number(json, "inflation", settings->inflation);
    bk_json_number(json, "overrun", where(settings->overrun >= 0.0, settings->overrun));
    bk_json_number(json, "benefit_sd", settings->benefit_sd);
    bk_json_number(json, "transit_surplus", settings->transit_surplus);
    bk_json_integer(json, "draws", (int64_t)settings->n_draws);
    bk_json_integer(json, "seed", (int64_t)settings->seed);
    bk_json_end(json);
}

static void
json_matrix(bk_json *json, const bk_worth *worth)
{
    const size_t n = worth->n_economies;

    bk_json_array(json, "pays_gains");
    for (size_t cell = 0; cell < n * n; cell++) {
        if (worth->matrix[cell] == 0.0)
            continue;
        bk_json_object(json, NULL);
        bk_json_text(json, "payer", bki_appraise_economy(worth, cell / n));
        bk_json_text(json, "gainer", bki_appraise_economy(worth, cell % n));
        bk_json_number(json, "gain", worth->matrix[cell]);
        bk_json_end(json);
    }
    bk_json_end(json);
}

bki_exit
bki_appraise_print_json(const void *of)
{
    const bki_appraise_answer *answer = of;
    const bk_worth            *worth = answer->worth;
    bk_json                   *json = bk_json_create(&answer->session->arena);

    if (!json)
        return bki_json_print(NULL);
    bk_json_object(json, NULL);
    bk_json_text(json, "scenario", worth->scenario->name);
    bk_json_flag(json, "converged", worth->converged);
    bk_json_number(json, "residual", worth->residual);
    bk_json_integer(json, "equilibria", (int64_t)worth->n_states);
    bk_json_number(json, "seconds", answer->seconds);
    bk_json_text(json, "headline", "last_in");
    json_settings(json, worth);
    bk_json_array(json, "projects");
    for (size_t p = 0; p < worth->n_projects; p++)
        json_project(json, worth, p);
    bk_json_end(json);
    bk_json_object(json, "all");
    json_stake(json, worth, bk_worth_stake(worth, worth->n_projects, worth->n_economies));
    bk_json_end(json);
    json_economies(json, worth, worth->n_projects);
    json_matrix(json, worth);
    bk_json_array(json, "warnings");
    for (size_t w = 0; w < worth->n_warnings; w++)
        bk_json_text(json, NULL, worth->warnings[w]);
    for (size_t n = 0; n < answer->session->n_notes; n++)
        bk_json_text(json, NULL, answer->session->notes[n]);
    bk_json_end(json);
    bk_json_array(json, "files");
    if (answer->path)
        bk_json_text(json, NULL, answer->path);
    for (size_t f = 0; f < BKI_REPORTS; f++)
        if (bki_report_path(&answer->reports, f))
            bk_json_text(json, NULL, bki_report_path(&answer->reports, f));
    bk_json_end(json);
    return bki_json_finish(answer->session, json);
}
