/* The answer of `run` as one JSON object; docs/reference/json.md lists its keys. */
#include "cli/answer.h"

#include <math.h>

static double
at(const double *values, size_t index)
{
    return values ? values[index] : (double)NAN; /* null */
}

static void
json_economy(bk_json *json, const bki_answer *answer, size_t s, size_t n)
{
    const bk_scenario_run   *scenario = &answer->run->scenarios[s];
    const bk_trade_solution *trade = scenario->solution->trade;
    const bk_model          *model = answer->study->model;
    const bk_parts          *parts = scenario->parts;
    const double             before = bk_trade_base_duty_transfer(bk_joint_trade(answer->run->base))[n];
    const double             revenue = at(scenario->accounts.transit_revenue_usd, n);

    bk_json_object(json, NULL);
    bk_json_text(json, "scenario", scenario->scenario->name);
    bk_json_text(json, "economy", model->economy.regions[n].id);
    bk_json_text(json, "name", model->economy.regions[n].name);
    bk_json_number(json, "welfare_pct", trade->welfare_pct[n]);
    bk_json_number(json, "ev", trade->equivalent_variation[n] * model->money_usd);
    bk_json_number(json, "real_wage_pct", trade->real_wage_pct[n]);
    bk_json_number(json, "exports_pct", trade->exports_pct[n]);
    bk_json_object(json, "attribution");
    for (size_t m = 0; parts && m < parts->n_measures; m++)
        bk_json_number(json, scenario->scenario->measures[m].id, parts->value[m * parts->n_columns + n]);
    if (parts && parts->n_measures > 1 && parts->rule == BK_ATTRIBUTION_ALONE)
        bk_json_number(json, "interaction", parts->rest[n]);
    bk_json_end(json);
    bk_json_number(json, "cost", at(scenario->accounts.cost_usd, n));
    bk_json_number(json, "npv", at(scenario->accounts.npv_usd, n));
    bk_json_number(json, "transit_revenue", revenue);
    bk_json_number(json, "transit_revenue_change", revenue - at(scenario->base_accounts.transit_revenue_usd, n));
    bk_json_number(json, "duty_transfer", (before + trade->duty_transfer[n]) * model->money_usd);
    bk_json_number(json, "duty_transfer_change", trade->duty_transfer[n] * model->money_usd);
    bk_json_end(json);
}

static void
json_link(bk_json *json, const bk_model *model, const char *state, const bk_joint_solution *solution, size_t l)
{
    const bk_link *link = &model->network.links[l];

    bk_json_object(json, NULL);
    bk_json_text(json, "scenario", state);
    bk_json_text(json, "link", link->id);
    bk_json_number(json, "tonnes", solution->facility_flow[l]);
    bk_json_number(json, "utilisation", isfinite(link->capacity) ? solution->utilisation[l] : (double)NAN);
    bk_json_number(json, "value_of_capacity", solution->price[l]);
    bk_json_end(json);
}

/* Every link that is open in the state. */
static void
json_links(bk_json *json, const bk_model *model, const char *state, const bk_joint_solution *solution)
{
    for (size_t l = 0; solution && model->has_network && l < model->network.n_links; l++)
        if (model->network.links[l].open)
            json_link(json, model, state, solution, l);
}

static void
json_certificate(bk_json *json, const bk_joint_solution *solution)
{
    const bk_certificate *certificate = &solution->certificate;

    bk_json_object(json, "certificate");
    bk_json_number(json, "loop", certificate->loop);
    bk_json_number(json, "capacity", certificate->capacity);
    bk_json_number(json, "assignment_gap", certificate->assignment_gap);
    bk_json_number(json, "trade", solution->trade->residual);
    bk_json_number(json, "walras", solution->trade->walras);
    bk_json_number(json, "tonnes", certificate->tonnes);
    bk_json_number(json, "route_gain", certificate->route_gain);
    bk_json_number(json, "route_gain_mean", certificate->route_gain_mean);
    bk_json_integer(json, "routes_missed", (int64_t)certificate->routes_missed);
    bk_json_end(json);
}

static void
json_state(bk_json *json, const char *name, const char *title, const bk_joint_solution *solution, const char *failure,
           bool parts_converged)
{
    bk_json_object(json, NULL);
    bk_json_text(json, "scenario", name);
    bk_json_text(json, "title", title);
    bk_json_flag(json, "converged", solution && solution->outcome == BK_CONVERGED && parts_converged);
    bk_json_text(json, "outcome",
                 solution  ? bk_outcome_name(solution->outcome)
                 : failure ? "no-equilibrium"
                           : "interrupted");
    bk_json_integer(json, "rounds", solution ? solution->rounds : 0);
    if (solution)
        json_certificate(json, solution);
    bk_json_end(json);
}

/* What was added to the base year's routes for the scenario, and its answer without. */
static void
json_routes(bk_json *json, const bk_model *model, const bk_scenario_run *scenario)
{
    bk_json_object(json, NULL);
    bk_json_text(json, "scenario", scenario->scenario->name);
    bk_json_integer(json, "added", (int64_t)scenario->routes_added);
    bk_json_integer(json, "rounds", scenario->route_rounds);
    bk_json_integer(json, "missed_before", scenario->before ? (int64_t)scenario->before->certificate.routes_missed : 0);
    bk_json_object(json, "welfare_pct_before");
    for (size_t n = 0; scenario->before && n < model->economy.n_regions; n++)
        bk_json_number(json, model->economy.regions[n].id, scenario->before->trade->welfare_pct[n]);
    bk_json_end(json);
    bk_json_end(json);
}

static void
json_states(bk_json *json, const bki_answer *answer)
{
    const bk_run *run = answer->run;

    bk_json_array(json, "scenarios");
    json_state(json, "base", answer->study->model->title, bk_joint_base_solution(run->base), NULL, true);
    for (size_t s = 0; s < run->n_scenarios; s++) {
        const bk_scenario_run *scenario = &run->scenarios[s];
        json_state(json, scenario->scenario->name, scenario->scenario->title, scenario->solution, scenario->failure,
                   !scenario->parts || scenario->parts_converged);
    }
    bk_json_end(json);
    bk_json_array(json, "routes");
    for (size_t s = 0; s < run->n_scenarios; s++)
        if (run->scenarios[s].solution)
            json_routes(json, answer->study->model, &run->scenarios[s]);
    bk_json_end(json);
}

/* What binds in a state, in the order of the text's line. */
static void
json_bottlenecks(bk_json *json, const bki_answer *answer, const char *state)
{
    bki_bottleneck *rows = NULL;
    const size_t    n = bki_bottlenecks(answer, state, 1.0, &rows);

    for (size_t r = 0; r < n; r++) {
        bk_json_object(json, NULL);
        bk_json_text(json, "scenario", state);
        bk_json_text(json, "kind", rows[r].kind);
        bk_json_text(json, "facility", rows[r].id);
        bk_json_text(json, "name", rows[r].name);
        bk_json_number(json, "tonnes", rows[r].tonnes);
        bk_json_number(json, "utilisation", rows[r].utilisation);
        bk_json_number(json, "value_of_capacity", rows[r].value_of_capacity);
        bk_json_number(json, "value_of_capacity_before", rows[r].value_of_capacity - rows[r].value_change);
        bk_json_number(json, "queue_hours", rows[r].queue_hours);
        bk_json_end(json);
    }
}

static void
json_rows(bk_json *json, const bki_answer *answer)
{
    const bk_run   *run = answer->run;
    const bk_model *model = answer->study->model;

    bk_json_array(json, "economies");
    for (size_t s = 0; s < run->n_scenarios; s++)
        for (size_t n = 0; run->scenarios[s].solution && n < model->economy.n_regions; n++)
            json_economy(json, answer, s, n);
    bk_json_end(json);
    bk_json_array(json, "links");
    if (run->n_scenarios == 0)
        json_links(json, model, "base", bk_joint_base_solution(run->base));
    for (size_t s = 0; s < run->n_scenarios; s++)
        json_links(json, run->scenarios[s].model, run->scenarios[s].scenario->name, run->scenarios[s].solution);
    bk_json_end(json);
    bk_json_array(json, "bottlenecks");
    if (run->n_scenarios == 0)
        json_bottlenecks(json, answer, "base");
    for (size_t s = 0; s < run->n_scenarios; s++)
        json_bottlenecks(json, answer, run->scenarios[s].scenario->name);
    bk_json_end(json);
}

void
bki_answer_json_members(bk_json *json, const bki_answer *answer)
{
    const bk_run *run = answer->run;

    bk_json_flag(json, "converged", run->converged && !run->interrupted);
    bk_json_flag(json, "interrupted", run->interrupted);
    bk_json_number(json, "residual", run->residual);
    bk_json_number(json, "seconds", answer->seconds);
    bk_json_flag(json, "base_cached", run->base_cached);
    bk_json_text(json, "finance", bk_finance_name(answer->run->finance));
    bk_json_text(json, "study", answer->study->model->title);
    bk_json_text(json, "version", bk_version());
    json_rows(json, answer);
    bki_answer_json_parts(json, answer);
    bki_answer_json_transit(json, answer);
    json_states(json, answer);
    bk_json_array(json, "warnings");
    for (size_t w = 0; w < run->n_warnings; w++)
        bk_json_text(json, NULL, run->warnings[w]);
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
}

bki_exit
bki_answer_print_json(const bki_answer *answer)
{
    bk_json *json = bk_json_create(&answer->session->arena);

    if (!json)
        return bki_json_print(NULL);
    bk_json_object(json, NULL);
    bki_answer_json_members(json, answer);
    return bki_json_finish(answer->session, json);
}
