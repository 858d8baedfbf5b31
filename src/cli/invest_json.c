/* `buckle invest` as JSON. */
#include "cli/invest.h"

#include <math.h>

static void
json_set(bk_json *json, const char *key, const bk_invest *invest, uint64_t set)
{
    bk_json_array(json, key);
    for (size_t c = 0; c < invest->n_candidates; c++)
        if (set >> c & 1)
            bk_json_text(json, NULL, bki_invest_project(invest, c));
    bk_json_end(json);
}

static void
json_portfolio(bk_json *json, const bk_invest *invest, const bk_portfolio *portfolio)
{
    json_set(json, "projects", invest, portfolio->set);
    bk_json_number(json, "works", portfolio->price);
    bk_json_number(json, "value", portfolio->value);
}

static void
json_portfolios(bk_json *json, const char *key, const bk_invest *invest, const bk_portfolio *portfolios, size_t n)
{
    bk_json_array(json, key);
    for (size_t i = 0; i < n; i++) {
        bk_json_object(json, NULL);
        json_portfolio(json, invest, &portfolios[i]);
        bk_json_end(json);
    }
    bk_json_end(json);
}

static void
json_law(bk_json *json, const char *key, const bk_law_check *check)
{
    bk_json_object(json, key);
    bk_json_integer(json, "checked", (int64_t)check->n_checked);
    bk_json_integer(json, "broken", (int64_t)check->n_broken);
    bk_json_number(json, "worst", check->worst);
    bk_json_end(json);
}

static void
json_search(bk_json *json, const bk_invest *invest)
{
    const bk_portfolio_search *search = &invest->search;

    bk_json_text(json, "outcome", bk_outcome_name(search->outcome));
    bk_json_text(json, "method", bki_invest_method(invest));
    bk_json_flag(json, "proved_optimal", search->exhausted);
    bk_json_number(json, "bound", search->bounded ? search->bound : (double)NAN);
    bk_json_number(json, "gap", search->bounded ? search->bound - search->best.value : (double)NAN);
    bk_json_text(json, "bound_assumes",
                 search->bounded && !search->exhausted ? bk_benefit_law_name(invest->settings.law) : NULL);
    bk_json_integer(json, "sets_asked", (int64_t)search->n_asked);
    bk_json_number(json, "sets_within_budget", search->n_feasible);
    bk_json_integer(json, "sets_without_equilibrium", (int64_t)search->n_failed);
    json_law(json, "monotone", &search->monotone);
    json_law(json, "diminishing", &search->diminishing);
    bk_json_integer(json, "equilibria", (int64_t)invest->n_solved);
    bk_json_number(json, "residual", invest->residual);
}

static void
json_candidates(bk_json *json, const bk_invest *invest)
{
    bk_json_array(json, "candidates");
    for (size_t c = 0; c < invest->n_candidates; c++) {
        const bk_candidate *candidate = &invest->candidates[c];
        bk_json_object(json, NULL);
        bk_json_text(json, "project", bki_invest_project(invest, c));
        bk_json_number(json, "works", candidate->price);
        bk_json_number(json, "cost", candidate->cost_usd);
        bk_json_number(json, "overrun", candidate->overrun);
        bk_json_integer(json, "opens", invest->study->model->base_year + candidate->when.opens);
        bk_json_end(json);
    }
    bk_json_end(json);
}

static void
json_economies(bk_json *json, const bk_invest *invest)
{
    bk_json_array(json, "economies");
    for (size_t e = 0; invest->gain && e < invest->n_economies; e++) {
        bk_json_object(json, NULL);
        bk_json_text(json, "economy", bki_invest_economy(invest, e));
        bk_json_number(json, "gain", invest->gain[e]);
        bk_json_number(json, "npv", invest->npv[e]);
        bk_json_end(json);
    }
    bk_json_end(json);
}

static void
json_interactions(bk_json *json, const bk_invest *invest)
{
    const size_t n = invest->n_candidates;

    bk_json_array(json, "interactions");
    for (size_t x = 0; x < n; x++)
        for (size_t y = x + 1; y < n; y++) {
            if (!invest->search.known[x * n + y])
                continue;
            bk_json_object(json, NULL);
            bk_json_text(json, "one", bki_invest_project(invest, x));
            bk_json_text(json, "other", bki_invest_project(invest, y));
            bk_json_number(json, "value", invest->search.interaction[x * n + y]);
            bk_json_end(json);
        }
    bk_json_end(json);
}

static void
json_order(bk_json *json, const bk_invest *invest)
{
    bk_json_array(json, "order");
    for (size_t i = 0; i < invest->n_order; i++) {
        bk_json_object(json, NULL);
        bk_json_text(json, "project", bki_invest_project(invest, invest->order[i]));
        bk_json_integer(json, "opens", invest->opens[i]);
        bk_json_end(json);
    }
    bk_json_end(json);
    bk_json_number(json, "order_value", invest->sequenced ? invest->sequence_value : (double)NAN);
}

static void
json_robust(bk_json *json, const bk_invest *invest)
{
    bk_json_object(json, "robust");
    bk_json_array(json, "states");
    for (size_t s = 0; s <= invest->settings.n_robust; s++)
        bk_json_text(json, NULL, bki_invest_state(invest, s));
    bk_json_end(json);
    bk_json_flag(json, "exact", invest->robust_exact);
    bk_json_array(json, "choices");
    for (size_t i = 0; i < invest->n_choices && i < 20; i++) {
        bk_json_object(json, NULL);
        json_set(json, "projects", invest, invest->choices[i].set);
        bk_json_number(json, "regret", invest->choices[i].regret);
        bk_json_array(json, "values");
        for (size_t s = 0; s <= invest->settings.n_robust; s++)
            bk_json_number(json, NULL, invest->choices[i].value[s]);
        bk_json_end(json);
        bk_json_end(json);
    }
    bk_json_end(json);
    bk_json_end(json);
}

static void
json_settings(bk_json *json, const bki_invest_answer *answer)
{
    const bk_invest_settings *settings = &answer->invest->settings;
    const bk_model           *model = answer->study->model;

    bk_json_object(json, "settings");
    bk_json_number(json, "budget", settings->budget);
    bk_json_text(json, "objective", answer->objective);
    bk_json_text(json, "unit", settings->goal == BK_GOAL_MAXMIN ? "% of a year's value added" : "USD");
    bk_json_text(json, "assume", bk_benefit_law_name(settings->law));
    bk_json_number(json, "growth", settings->growth);
    bk_json_number(json, "overrun", settings->overrun < 0.0 ? (double)NAN : settings->overrun);
    bk_json_number(json, "transit_surplus", settings->transit_surplus);
    bk_json_number(json, "discount_rate", model->discount_rate);
    bk_json_integer(json, "horizon_years", model->horizon_years);
    bk_json_integer(json, "price_year", model->base_year);
    bk_json_number(json, "per_year", settings->per_year > 0.0 ? settings->per_year : (double)NAN);
    bk_json_number(json, "from_year", settings->from_year ? settings->from_year : (double)NAN);
    bk_json_end(json);
}

bki_exit
bki_invest_print_json(const void *of)
{
    const bki_invest_answer *answer = of;
    const bk_invest         *invest = answer->invest;
    const size_t             n_shown = invest->search.n_sets < 20 ? invest->search.n_sets : 20;
    bk_json                 *json = bk_json_create(&answer->session->arena);

    if (!json)
        return bki_json_print(NULL);
    bk_json_object(json, NULL);
    bk_json_text(json, "scenario", invest->scenario ? invest->scenario->name : NULL);
    json_portfolio(json, invest, &invest->search.best);
    json_search(json, invest);
    bk_json_number(json, "seconds", answer->seconds);
    json_settings(json, answer);
    json_candidates(json, invest);
    json_economies(json, invest);
    json_portfolios(json, "portfolios", invest, invest->search.sets, n_shown);
    json_portfolios(json, "frontier", invest, invest->frontier, invest->n_frontier);
    json_interactions(json, invest);
    json_order(json, invest);
    if (invest->settings.n_robust > 0)
        json_robust(json, invest);
    if (answer->optimum)
        bki_invest_json_optimum(json, answer);
    bk_json_array(json, "warnings");
    for (size_t w = 0; w < invest->n_warnings; w++)
        bk_json_text(json, NULL, invest->warnings[w]);
    for (size_t n = 0; n < answer->session->n_notes; n++)
        bk_json_text(json, NULL, answer->session->notes[n]);
    bk_json_end(json);
    return bki_json_finish(answer->session, json);
}
