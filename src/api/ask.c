/* The questions whose answers come with tables of their own. */
#include "api/api.h"
#include "buckle/pivot.h"
#include "buckle/stress.h"
#include "buckle/worth.h"

#define MOST_SEED 1e15
#define SUCH_AS   "such as belt-as-planned"
#define DEFICITS  "fixed scaled zero share"

static double
asked_tolerance(bki_asked *asked, double otherwise)
{
    return bki_asked_number(asked, "tolerance", 1e-10, 1e-2, otherwise);
}

/* ---- run ----------------------------------------------------------------------------------------------------------
 */

static bk_status
run(bki_asked *asked, buckle_study *handle, buckle_result *result)
{
    static const bk_attribution rules[] = {BK_ATTRIBUTION_ALONE, BK_ATTRIBUTION_SHAPLEY, BK_ATTRIBUTION_NONE};
    bk_run_settings             settings = bk_run_default_settings();
    bki_cast                    cast = {.otherwise_all = true, .base = true};
    const bk_study             *study = NULL;
    const bk_run               *answer = NULL;

    cast.n = bki_asked_list(asked, "scenario", "", &cast.names);
    cast.deficits = bki_asked_choice(asked, "deficits", DEFICITS, -1);
    const int rule = bki_asked_choice(asked, "attribution", "alone shapley none", -1);
    settings.attribution = rule < 0 ? BK_ATTRIBUTION_BY_SIZE : rules[rule];
    settings.n_orders = (size_t)bki_asked_integer(asked, "orders", 4, 1e6, settings.n_orders);
    settings.seed = bki_asked_integer(asked, "seed", 0, MOST_SEED, settings.seed);
    settings.n_selects = bki_asked_list(asked, "select", "", &settings.selects);
    settings.joint.tolerance = asked_tolerance(asked, settings.joint.tolerance);
    settings.joint.max_rounds = (int)bki_asked_integer(asked, "rounds", 1, 10000, (uint64_t)settings.joint.max_rounds);
    settings.values = bki_asked_flag(asked, "values");
    settings.closure = bki_asked_closure(asked);
    settings.cache_folder = asked->engine->cache_folder;
    BK_TRY(bki_asked_end(asked));
    BK_TRY(bki_open_scenarios(asked, handle, &cast, &study));
    BK_TRY(bk_study_run(asked->ctx, study, &settings, asked->arena, &answer));
    result->results = &answer->results;
    result->converged = answer->converged;
    result->interrupted = answer->interrupted;
    result->residual = answer->residual;
    result->n_warnings = answer->n_warnings;
    result->warnings = answer->warnings;
    return BK_OK;
}

buckle_status
buckle_run(buckle_study *study, const buckle_option *options, size_t n_options, buckle_result **out)
{
    return bki_answer(study->engine, study, "run", run, options, n_options, out);
}

/* ---- trade --------------------------------------------------------------------------------------------------------
 */

static bk_status
trade(bki_asked *asked, buckle_study *handle, buckle_result *result)
{
    bk_trade_report *report = BK_NEW(asked->arena, bk_trade_report, 1);
    const char      *scenario = bki_asked_text(asked, "scenario");
    const bki_cast   cast = {
          .n = scenario ? 1 : 0, .names = &scenario, .deficits = bki_asked_choice(asked, "deficits", DEFICITS, -1)};
    const bk_closure closure = bki_asked_closure(asked);
    const bk_study  *study = NULL;

    BK_TRY(bki_asked_end(asked));
    BK_TRY(bki_open_scenarios(asked, handle, &cast, &study));
    BK_TRY(bk_study_trade(asked->ctx, study, study->n_scenarios, &closure, asked->arena, report));
    result->results = &report->results;
    result->converged = report->solution->outcome == BK_CONVERGED;
    result->interrupted = report->solution->outcome == BK_CANCELLED;
    result->residual = report->solution->residual;
    return BK_OK;
}

buckle_status
buckle_trade(buckle_study *study, const buckle_option *options, size_t n_options, buckle_result **out)
{
    return bki_answer(study->engine, study, "trade", trade, options, n_options, out);
}

/* ---- appraise -----------------------------------------------------------------------------------------------------
 */

static bk_status
appraise(bki_asked *asked, buckle_study *handle, buckle_result *result)
{
    bk_worth_settings settings = bk_worth_default_settings(handle->study->model);
    const char       *scenario = bki_asked_needed(asked, "scenario", SUCH_AS);
    const bki_cast    cast = {.n = 1, .names = &scenario, .base = true, .deficits = -1};
    const bk_study   *study = NULL;
    const bk_worth   *worth = NULL;

    settings.growth = bki_asked_number(asked, "growth", -0.2, 0.2, settings.growth);
    settings.overrun = bki_asked_number(asked, "overrun", 0.0, 10.0, settings.overrun);
    settings.transit_surplus = bki_asked_number(asked, "transit-surplus", 0.0, 1.0, settings.transit_surplus);
    settings.n_draws = (size_t)bki_asked_integer(asked, "draws", 100, 1e6, settings.n_draws);
    settings.seed = bki_asked_integer(asked, "seed", 0, MOST_SEED, settings.seed);
    settings.joint.tolerance = asked_tolerance(asked, settings.joint.tolerance);
    settings.cache_folder = asked->engine->cache_folder;
    BK_TRY(bki_asked_end(asked));
    BK_TRY(bki_open_scenarios(asked, handle, &cast, &study));
    BK_TRY(bk_study_appraise(asked->ctx, study, 0, &settings, asked->arena, &worth));
    const char **verdicts = BK_NEW(asked->arena, const char *, worth->n_projects + 1);
    BK_TRY(bk_arena_ok(asked->arena));
    for (size_t p = 0; p < worth->n_projects; p++)
        verdicts[p] = worth->projects[p].verdict;
    result->results = &worth->results;
    result->converged = worth->converged;
    result->residual = worth->residual;
    result->n_sentences = worth->n_projects;
    result->sentences = verdicts;
    result->n_warnings = worth->n_warnings;
    result->warnings = worth->warnings;
    return BK_OK;
}

buckle_status
buckle_appraise(buckle_study *study, const buckle_option *options, size_t n_options, buckle_result **out)
{
    return bki_answer(study->engine, study, "appraise", appraise, options, n_options, out);
}

/* ---- pivot --------------------------------------------------------------------------------------------------------
 */

/* Economies by country, region or name, as countries. */
static bk_status
find_countries(bki_asked *asked, const bk_study *study, size_t n, const char *const *names, uint32_t *countries)
{
    for (size_t i = 0; i < n; i++) {
        size_t region = 0;
        countries[i] = bk_model_find_country(study->model, names[i]);
        if (countries[i] != BK_NONE && bk_model_find_region(study->model, names[i]) != BK_NONE)
            continue;
        BK_TRY(bk_study_region(asked->ctx, study, names[i], asked->arena, &region));
        countries[i] = study->model->economy.regions[region].country;
    }
    return BK_OK;
}

static bk_status
pivot(bki_asked *asked, buckle_study *handle, buckle_result *result)
{
    bk_pivot_settings  settings = bk_pivot_default_settings();
    const char        *scenario = bki_asked_needed(asked, "scenario", SUCH_AS);
    const bki_cast     cast = {.n = 1, .names = &scenario, .base = true, .deficits = -1};
    const char *const *players;
    const bk_study    *study = NULL;
    const bk_pivot    *answer = NULL;

    settings.n_players = bki_asked_list(asked, "players", ",", &players);
    settings.n_bypasses = bki_asked_list(asked, "bypass", ",", &settings.bypasses);
    settings.without_only = bki_asked_flag(asked, "without-bypass");
    settings.outsiders = (bk_outsiders)bki_asked_choice(asked, "outsiders", "base closed", BK_OUTSIDERS_BASE);
    settings.counts_all = bki_asked_choice(asked, "economy-values", "own all", 0) == 1;
    settings.n_orders = (size_t)bki_asked_integer(asked, "orders", 2, 100000, settings.n_orders);
    settings.seed = bki_asked_integer(asked, "seed", 0, MOST_SEED, settings.seed);
    settings.joint.tolerance = asked_tolerance(asked, settings.joint.tolerance);
    settings.cache_folder = asked->engine->cache_folder;
    BK_TRY(bki_asked_end(asked));
    if (settings.without_only && settings.n_bypasses == 0)
        return bk_fail_hint(asked->ctx, BK_ERR_USAGE, "name the projects as bypass",
                            "without-bypass needs to know which it is");
    uint32_t *countries = BK_NEW(asked->arena, uint32_t, settings.n_players + 1);
    BK_TRY(bk_arena_ok(asked->arena));
    settings.players = countries;
    BK_TRY(find_countries(asked, handle->study, settings.n_players, players, countries));
    BK_TRY(bki_open_scenarios(asked, handle, &cast, &study));
    BK_TRY(bk_study_pivot(asked->ctx, study, 0, &settings, asked->arena, &answer));
    result->results = &answer->results;
    result->converged = answer->converged;
    result->residual = answer->residual;
    result->n_sentences = answer->n_sentences;
    result->sentences = answer->sentences;
    return BK_OK;
}

buckle_status
buckle_pivot(buckle_study *study, const buckle_option *options, size_t n_options, buckle_result **out)
{
    return bki_answer(study->engine, study, "pivot", pivot, options, n_options, out);
}

/* ---- stress -------------------------------------------------------------------------------------------------------
 */

static bk_status
stress(bki_asked *asked, buckle_study *handle, buckle_result *result)
{
    static const bk_sampler_kind kinds[] = {BK_SAMPLER_SOBOL, BK_SAMPLER_LHS, BK_SAMPLER_RANDOM};
    bk_stress_settings           settings = bk_stress_default_settings();
    bki_cast                     cast = {.deficits = -1};
    const bk_study              *study = NULL;
    const bk_stress             *answer = NULL;

    bki_asked_needed(asked, "scenario", SUCH_AS);
    cast.n = bki_asked_list(asked, "scenario", "", &cast.names);
    settings.n_draws = bki_asked_integer(asked, "draws", 2, 4294967295.0, settings.n_draws);
    settings.seed = bki_asked_integer(asked, "seed", 0, 9007199254740991.0, settings.seed);
    settings.sampler = kinds[bki_asked_choice(asked, "sampler", "sobol lhs random", 0)];
    settings.indices = bki_asked_flag(asked, "indices");
    settings.projects = bki_asked_flag(asked, "projects");
    settings.joint.tolerance = asked_tolerance(asked, settings.joint.tolerance);
    settings.cache_folder = asked->engine->cache_folder;
    const char *economy = bki_asked_text(asked, "economy");
    BK_TRY(bki_asked_end(asked));
    BK_TRY(find_countries(asked, handle->study, economy ? 1 : 0, &economy, &settings.economy));
    BK_TRY(bki_open_scenarios(asked, handle, &cast, &study));
    BK_TRY(bk_study_stress(asked->ctx, study, &settings, asked->arena, &answer));
    result->results = &answer->results;
    result->converged = answer->complete && answer->n_loose + answer->n_failed == 0;
    result->interrupted = !answer->complete;
    result->residual = answer->residual;
    return BK_OK;
}

buckle_status
buckle_stress(buckle_study *study, const buckle_option *options, size_t n_options, buckle_result **out)
{
    return bki_answer(study->engine, study, "stress", stress, options, n_options, out);
}
