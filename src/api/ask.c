/* The joint equilibrium, trade alone, projects, and how sure all that is: answers that come with tables of their own.
 */
#include "api/api.h"
#include "buckle/stress.h"
#include "buckle/worth.h"

#define DEFICITS "fixed scaled zero share"

/* ---- run ----------------------------------------------------------------------------------------------------------
 */

bk_status
bki_ask_run(bki_asked *asked, buckle_study *handle, buckle_result *result)
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
    settings.seed = bki_asked_integer(asked, "seed", 0, BKI_MOST_SEED, settings.seed);
    settings.n_selects = bki_asked_list(asked, "select", "", &settings.selects);
    settings.joint.tolerance = bki_asked_tolerance(asked, settings.joint.tolerance);
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

/* ---- trade --------------------------------------------------------------------------------------------------------
 */

bk_status
bki_ask_trade(bki_asked *asked, buckle_study *handle, buckle_result *result)
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

/* ---- appraise -----------------------------------------------------------------------------------------------------
 */

bk_status
bki_ask_appraise(bki_asked *asked, buckle_study *handle, buckle_result *result)
{
    bk_worth_settings settings = bk_worth_default_settings(handle->study->model);
    const char       *scenario = bki_asked_needed(asked, "scenario", BKI_SUCH_AS);
    const bki_cast    cast = {.n = 1, .names = &scenario, .base = true, .deficits = -1};
    const bk_study   *study = NULL;
    const bk_worth   *worth = NULL;

    settings.growth = bki_asked_number(asked, "growth", -0.2, 0.2, settings.growth);
    settings.overrun = bki_asked_number(asked, "overrun", 0.0, 10.0, settings.overrun);
    settings.transit_surplus = bki_asked_number(asked, "transit-surplus", 0.0, 1.0, settings.transit_surplus);
    settings.n_draws = (size_t)bki_asked_integer(asked, "draws", 100, 1e6, settings.n_draws);
    settings.seed = bki_asked_integer(asked, "seed", 0, BKI_MOST_SEED, settings.seed);
    settings.joint.tolerance = bki_asked_tolerance(asked, settings.joint.tolerance);
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

/* ---- stress -------------------------------------------------------------------------------------------------------
 */

bk_status
bki_ask_stress(bki_asked *asked, buckle_study *handle, buckle_result *result)
{
    static const bk_sampler_kind kinds[] = {BK_SAMPLER_SOBOL, BK_SAMPLER_LHS, BK_SAMPLER_RANDOM};
    bk_stress_settings           settings = bk_stress_default_settings();
    bki_cast                     cast = {.deficits = -1};
    const bk_study              *study = NULL;
    const bk_stress             *answer = NULL;

    cast.n = bki_asked_list(asked, "scenario", "", &cast.names);
    if (cast.n == 0)
        bki_asked_needed(asked, "scenario", BKI_SUCH_AS);
    settings.n_draws = bki_asked_integer(asked, "draws", 2, 4294967295.0, settings.n_draws);
    settings.seed = bki_asked_integer(asked, "seed", 0, 9007199254740991.0, settings.seed);
    settings.sampler = kinds[bki_asked_choice(asked, "sampler", "sobol lhs random", 0)];
    settings.indices = bki_asked_flag(asked, "indices");
    settings.projects = bki_asked_flag(asked, "projects");
    settings.joint.tolerance = bki_asked_tolerance(asked, settings.joint.tolerance);
    settings.spread = bki_asked_spread(asked);
    settings.cache_folder = asked->engine->cache_folder;
    const char *economy = bki_asked_text(asked, "economy");
    BK_TRY(bki_asked_end(asked));
    BK_TRY(bki_find_countries(asked, handle->study, economy ? 1 : 0, &economy, &settings.economy));
    BK_TRY(bki_open_scenarios(asked, handle, &cast, &study));
    BK_TRY(bk_study_stress(asked->ctx, study, &settings, asked->arena, &answer));
    result->results = &answer->results;
    result->converged = answer->complete && answer->n_loose + answer->n_failed == 0;
    result->interrupted = !answer->complete;
    result->residual = answer->residual;
    return BK_OK;
}
