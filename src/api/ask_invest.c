/* Which projects to build within a budget. */
#include "api/api.h"
#include "buckle/portfolio.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct invest_answer {
    bki_asked       *asked;
    buckle_result   *result;
    const bk_invest *invest;
    const char      *unit; /* of values */
} invest_answer;

/* ---- names --------------------------------------------------------------------------------------------------------
 */

static const char *
project_id(const bk_invest *invest, size_t candidate)
{
    return invest->study->model->projects.projects[invest->candidates[candidate].project].id;
}

static const char *
state_name(const bk_invest *invest, size_t state)
{
    const bk_scenario *scenario = invest->scenario;

    if (state > 0) {
        const size_t s = invest->settings.robust[state - 1];
        scenario = s < invest->study->n_scenarios ? invest->study->scenarios[s] : NULL;
    }
    return scenario ? scenario->name : "base year";
}

/* "north, ports"; "" for the empty set. */
static const char *
set_text(const invest_answer *answer, uint64_t set)
{
    const char *text = "";

    for (size_t c = 0; text && c < answer->invest->n_candidates; c++)
        if (set >> c & 1)
            text = bk_arena_format(answer->asked->arena, "%s%s%s", text, text[0] ? ", " : "",
                                   project_id(answer->invest, c));
    return text;
}

/* ---- tables -------------------------------------------------------------------------------------------------------
 */

static bk_status
record_candidates(const invest_answer *answer)
{
    static const bki_column columns[] = {
        {"project", "", "its id", BK_COLUMN_TEXT},
        {"bit", "", "of the number of a set, from 0", BK_COLUMN_INTEGER},
        {"best", "", "1: of the best set", BK_COLUMN_INTEGER},
        {"works", "USD", "with overrun, undiscounted: what counts against the budget", BK_COLUMN_NUMBER},
        {"cost", "USD", "present value of works and running", BK_COLUMN_NUMBER},
        {"overrun", "share", "of capital cost, used", BK_COLUMN_NUMBER},
        {"opens", "year", "calendar year", BK_COLUMN_INTEGER},
    };
    const bk_invest *invest = answer->invest;
    bki_table *table = BKI_TABLE(answer->result, "candidates", "Projects to choose from", columns, invest->n_candidates,
                                 BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(answer->asked->arena));
    for (size_t c = 0; c < invest->n_candidates; c++) {
        const bk_candidate *candidate = &invest->candidates[c];
        bki_put_text(table, project_id(invest, c));
        bki_put_integer(table, (int64_t)c);
        bki_put_integer(table, invest->search.best.set >> c & 1);
        bki_put_number(table, candidate->price);
        bki_put_number(table, candidate->cost_usd);
        bki_put_number(table, candidate->overrun);
        bki_put_integer(table, invest->study->model->base_year + candidate->when.opens);
        bki_end_row(table);
    }
    return bki_table_append(answer->asked->ctx, &answer->result->own, table);
}

static bk_status
record_portfolios(const invest_answer *answer, const char *name, const char *title, size_t n,
                  const bk_portfolio *portfolios)
{
    const bki_column columns[] = {
        {"projects", "", "their ids", BK_COLUMN_TEXT},
        {"set", "", "the same as a number: bit i, candidate i", BK_COLUMN_INTEGER},
        {"works", "USD", "with overrun, undiscounted", BK_COLUMN_NUMBER},
        {"value", answer->unit, "net present value that the objective counts", BK_COLUMN_NUMBER},
    };
    bki_column *kept = BK_NEW(answer->asked->arena, bki_column, 4);

    BK_TRY(bk_arena_ok(answer->asked->arena));
    memcpy(kept, columns, sizeof columns);
    bki_table *table = bki_table_create(answer->asked->arena, name, title, kept, 4, n, BK_GEOMETRY_NONE);
    BK_TRY(bk_arena_ok(answer->asked->arena));
    for (size_t i = 0; i < n; i++) {
        bki_put_text(table, set_text(answer, portfolios[i].set));
        bki_put_integer(table, (int64_t)portfolios[i].set);
        bki_put_number(table, portfolios[i].price);
        bki_put_number(table, portfolios[i].value);
        bki_end_row(table);
    }
    return bki_table_append(answer->asked->ctx, &answer->result->own, table);
}

static bk_status
record_economies(const invest_answer *answer)
{
    static const bki_column columns[] = {
        {"economy", "", "country; outside: whoever is not in the study", BK_COLUMN_TEXT},
        {"gain", "USD/yr", "equivalent variation with the best set, at the base year's scale", BK_COLUMN_NUMBER},
        {"npv", "USD", "its gains less what it pays", BK_COLUMN_NUMBER},
    };
    const bk_invest *invest = answer->invest;
    bki_table *table = BKI_TABLE(answer->result, "invest_economies", "What the best set is to each economy", columns,
                                 invest->n_economies, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(answer->asked->arena));
    for (size_t e = 0; invest->gain && e < invest->n_economies; e++) {
        bki_put_text(table, invest->economies[e] == BK_NONE ? "outside"
                                                            : invest->study->model->countries[invest->economies[e]]);
        bki_put_number(table, invest->gain[e]);
        bki_put_number(table, invest->npv[e]);
        bki_end_row(table);
    }
    return bki_table_append(answer->asked->ctx, &answer->result->own, table);
}

static bk_status
record_interactions(const invest_answer *answer)
{
    static const bki_column columns[] = {
        {"one", "", "project", BK_COLUMN_TEXT},
        {"other", "", "project", BK_COLUMN_TEXT},
        {"value", "USD", "of both beyond each alone: > 0 they complete, < 0 they replace one another",
         BK_COLUMN_NUMBER},
    };
    const bk_invest *invest = answer->invest;
    const size_t     n = invest->n_candidates;
    bki_table       *table =
        BKI_TABLE(answer->result, "interactions", "What pairs bring together", columns, n * n / 2, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(answer->asked->arena));
    for (size_t x = 0; x < n; x++)
        for (size_t y = x + 1; y < n; y++) {
            if (!invest->search.known[x * n + y])
                continue;
            bki_put_text(table, project_id(invest, x));
            bki_put_text(table, project_id(invest, y));
            bki_put_number(table, invest->search.interaction[x * n + y]);
            bki_end_row(table);
        }
    return bki_table_append(answer->asked->ctx, &answer->result->own, table);
}

static bk_status
record_order(const invest_answer *answer)
{
    static const bki_column columns[] = {
        {"project", "", "first to last", BK_COLUMN_TEXT},
        {"opens", "year", "calendar year", BK_COLUMN_INTEGER},
    };
    const bk_invest *invest = answer->invest;
    bki_table       *table = BKI_TABLE(answer->result, "build_order", "Which of the best set to build first", columns,
                                       invest->n_order, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(answer->asked->arena));
    for (size_t i = 0; i < invest->n_order; i++) {
        bki_put_text(table, project_id(invest, invest->order[i]));
        bki_put_integer(table, invest->opens[i]);
        bki_end_row(table);
    }
    return bki_table_append(answer->asked->ctx, &answer->result->own, table);
}

static bk_status
record_choices(const invest_answer *answer)
{
    static const bki_column columns[] = {
        {"projects", "", "their ids; least regret first", BK_COLUMN_TEXT},
        {"set", "", "the same as a number: bit i, candidate i", BK_COLUMN_INTEGER},
        {"regret", "of the objective", "the largest, over states (Savage 1951)", BK_COLUMN_NUMBER},
        {"state", "", "state of the world", BK_COLUMN_TEXT},
        {"value", "of the objective", "in that state", BK_COLUMN_NUMBER},
    };
    const bk_invest *invest = answer->invest;
    const size_t     n_states = invest->settings.n_robust + 1;
    bki_table       *table = BKI_TABLE(answer->result, "choices", "What one would regret least", columns,
                                       invest->n_choices * n_states, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(answer->asked->arena));
    for (size_t i = 0; i < invest->n_choices; i++)
        for (size_t s = 0; s < n_states; s++) {
            bki_put_text(table, set_text(answer, invest->choices[i].set));
            bki_put_integer(table, (int64_t)invest->choices[i].set);
            bki_put_number(table, invest->choices[i].regret);
            bki_put_text(table, state_name(invest, s));
            bki_put_number(table, invest->choices[i].value[s]);
            bki_end_row(table);
        }
    return bki_table_append(answer->asked->ctx, &answer->result->own, table);
}

static bk_status
record_answer(const invest_answer *answer)
{
    const bk_invest           *invest = answer->invest;
    const bk_portfolio_search *search = &invest->search;
    const bki_item             items[] = {
                    {"value", answer->unit, search->best.value},
                    {"works", "USD", search->best.price},
                    {"budget", "USD", invest->settings.budget},
                    {"proved", "", search->exhausted},
                    {"bound", answer->unit, search->bounded ? search->bound : (double)NAN},
                    {"sets_asked", "", (double)search->n_asked},
                    {"sets_within_budget", "", search->n_feasible},
                    {"sets_without_equilibrium", "", (double)search->n_failed},
                    {"monotone_broken", "", (double)search->monotone.n_broken},
                    {"diminishing_broken", "", (double)search->diminishing.n_broken},
                    {"equilibria", "", (double)invest->n_solved},
                    {"order_value", "USD", invest->sequenced ? invest->sequence_value : (double)NAN},
    };

    BK_TRY(record_candidates(answer));
    BK_TRY(record_portfolios(answer, "portfolios", "Sets of projects within the budget, best first", search->n_sets,
                             search->sets));
    BK_TRY(record_portfolios(answer, "frontier", "The best set for each budget, rising in price", invest->n_frontier,
                             invest->frontier));
    BK_TRY(record_economies(answer));
    BK_TRY(record_interactions(answer));
    BK_TRY(record_order(answer));
    BK_TRY(record_choices(answer));
    return bki_record_summary(answer->asked, answer->result, sizeof items / sizeof *items, items);
}

/* ---- the question -------------------------------------------------------------------------------------------------
 */

/* "KAZ=0.5" into the weight of its country. */
static bk_status
read_weight(bki_asked *asked, const bk_study *study, const char *text, double *weight)
{
    const char *sign = strrchr(text, '=');
    char       *end = NULL;
    uint32_t    country = BK_NONE;

    const double value = sign ? strtod(sign + 1, &end) : 0.0;
    if (!sign || end == sign + 1 || *end || !isfinite(value))
        return bk_fail_hint(asked->ctx, BK_ERR_USAGE, "such as KAZ=0.5",
                            "invest: weight is '%s', must be ECONOMY=NUMBER", text);
    const char *economy = bk_arena_text(asked->arena, text, (size_t)(sign - text));
    BK_TRY(bk_arena_ok(asked->arena));
    BK_TRY(bki_find_countries(asked, study, 1, &economy, &country));
    weight[country] = value;
    return BK_OK;
}

/* Whose NPV counts: all, maxmin, one economy, or economies by weight. */
static bk_status
choose_goal(bki_asked *asked, const bk_study *study, const char *objective, size_t n, const char *const *weights,
            bk_invest_settings *settings)
{
    double  *weight = BK_NEW(asked->arena, double, study->model->n_countries + 1);
    uint32_t country = BK_NONE;

    BK_TRY(bk_arena_ok(asked->arena));
    if (objective && n > 0)
        return bk_fail(asked->ctx, BK_ERR_USAGE, "invest: give an objective or weights, not both");
    settings->weight = weight;
    settings->goal = BK_GOAL_WEIGHTS;
    for (size_t w = 0; w < n; w++)
        BK_TRY(read_weight(asked, study, weights[w], weight));
    if (n > 0)
        return BK_OK;
    if (!objective || strcmp(objective, "all") == 0)
        settings->goal = BK_GOAL_ALL;
    else if (strcmp(objective, "maxmin") == 0)
        settings->goal = BK_GOAL_MAXMIN;
    else {
        BK_TRY(bki_find_countries(asked, study, 1, &objective, &country));
        weight[country] = 1.0;
    }
    return BK_OK;
}

/* The scenario first, if there is one, then the states of the world. */
static bk_status
cast_states(bki_asked *asked, bki_cast *cast, bk_invest_settings *settings)
{
    const char        *scenario = bki_asked_text(asked, "scenario");
    const char *const *states;
    size_t             n_states = bki_asked_list(asked, "robust", ",", &states);
    const char       **names = BK_NEW(asked->arena, const char *, n_states + 1);
    size_t            *which = BK_NEW(asked->arena, size_t, n_states + 1);

    BK_TRY(bk_arena_ok(asked->arena));
    *cast = (bki_cast){.names = names, .base = true, .deficits = -1};
    if (scenario)
        names[cast->n++] = scenario;
    for (size_t s = 0; s < n_states; s++) {
        which[s] = cast->n;
        names[cast->n++] = states[s];
    }
    settings->scenario = scenario ? 0 : SIZE_MAX;
    settings->n_robust = n_states;
    settings->robust = which;
    return BK_OK;
}

static void
read_figures(bki_asked *asked, bk_invest_settings *settings)
{
    settings->n_candidates = bki_asked_list(asked, "candidates", ",", &settings->candidates);
    settings->budget = bki_asked_number(asked, "budget", 0.0, 1e15, 0.0);
    settings->per_year = bki_asked_number(asked, "per-year", 1.0, 1e15, 0.0);
    settings->from_year = (int)bki_asked_integer(asked, "from-year", 1900, 2200, 0);
    settings->law = (bk_benefit_law)bki_asked_choice(asked, "assume", "none monotone diminishing", BK_LAW_NONE);
    settings->set_limit = (size_t)bki_asked_integer(asked, "sets", 1, 16777216, settings->set_limit);
    settings->growth = bki_asked_number(asked, "growth", -0.2, 0.2, settings->growth);
    settings->overrun = bki_asked_number(asked, "overrun", 0.0, 10.0, settings->overrun);
    settings->transit_surplus = bki_asked_number(asked, "transit-surplus", 0.0, 1.0, settings->transit_surplus);
    settings->joint.tolerance = bki_asked_tolerance(asked, settings->joint.tolerance);
    settings->spread = bki_asked_spread(asked);
    settings->cache_folder = asked->engine->cache_folder;
}

bk_status
bki_ask_invest(bki_asked *asked, buckle_study *handle, buckle_result *result)
{
    bk_invest_settings settings = bk_invest_default_settings(handle->study->model);
    invest_answer      answer = {.asked = asked, .result = result};
    bki_cast           cast;
    const char *const *weights;
    const bk_study    *study = NULL;

    bki_asked_needed(asked, "budget", "such as 5e9, in USD");
    read_figures(asked, &settings);
    const char  *objective = bki_asked_text(asked, "objective");
    const size_t n_weights = bki_asked_list(asked, "weight", "", &weights);
    BK_TRY(cast_states(asked, &cast, &settings));
    BK_TRY(bki_asked_end(asked));
    BK_TRY(choose_goal(asked, handle->study, objective, n_weights, weights, &settings));
    BK_TRY(bki_open_scenarios(asked, handle, &cast, &study));
    BK_TRY(bk_study_invest(asked->ctx, study, &settings, asked->arena, &answer.invest));
    const bk_invest *invest = answer.invest;
    answer.unit = settings.goal == BK_GOAL_MAXMIN ? "% of a year's value added" : "USD";
    result->converged = invest->complete && invest->search.outcome == BK_CONVERGED;
    result->interrupted = !invest->complete || invest->search.outcome == BK_CANCELLED;
    result->residual = invest->residual;
    result->n_warnings = invest->n_warnings;
    result->warnings = invest->warnings;
    return invest->complete ? record_answer(&answer) : BK_OK;
}
