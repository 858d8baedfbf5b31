/* The cases of a run in the order they depend on one another: base year, scenarios, sets of measures for attribution.
 */
#include "study/failure.h"
#include "study/run.h"
#include "study/accounts.h"
#include "study/attribution.h"
#include "study/cache.h"
#include "study/finance.h"
#include "study/select.h"
#include "study/transit.h"

#include <math.h>
#include <string.h>

bk_run_settings
bk_run_default_settings(void)
{
    return (bk_run_settings){
        .joint = bk_joint_default_settings(), .attribution = BK_ATTRIBUTION_BY_SIZE, .n_orders = 32, .seed = 1};
}

void
bki_run_warn(bki_run *run, const char *text)
{
    if (!text)
        return; /* memory is short, which the arena remembers */
    const char **warnings =
        bk_arena_grow(run->arena, run->warnings, run->run->n_warnings, 1, sizeof *warnings, &run->warning_capacity);
    if (!warnings)
        return;
    run->warnings = warnings;
    run->run->warnings = warnings;
    run->warnings[run->run->n_warnings++] = text;
}

const char *
bki_state_name(const bk_run *run, size_t which)
{
    return which == 0 ? "base" : run->scenarios[which - 1].scenario->name;
}

const bk_joint_solution *
bki_state_solution(const bk_run *run, size_t which)
{
    return which == 0 ? bk_joint_base_solution(run->base) : run->scenarios[which - 1].solution;
}

const bk_joint_solution *
bki_state_base(const bk_run *run, size_t which)
{
    return which == 0 ? bk_joint_base_solution(run->base) : run->scenarios[which - 1].base_solution;
}

const bk_model *
bki_state_model(const bk_run *run, size_t which)
{
    return which == 0 ? run->study->model : run->scenarios[which - 1].model;
}

/* Of trade's cost: past it a scenario stands on routes the universe lacks, and its losses are too large. */
static const double missed_routes_matter = 0.01;

/* Takes note of how well a case converged. */
static void
account_for(bki_run *run, const char *name, const bk_model *model, const bk_joint_solution *solution)
{
    const double residual = bk_joint_residual(solution);

    run->run->residual = fmax(run->run->residual, residual);
    if (solution->outcome != BK_CONVERGED) {
        run->run->converged = false;
        bki_run_warn(run, bk_arena_format(run->arena, "%s did not converge (%s after %d rounds, residual %.2g)", name,
                                          bk_outcome_name(solution->outcome), solution->rounds, residual));
    }
    if (model->has_network && solution->certificate.route_gain_mean > missed_routes_matter)
        bki_run_warn(run,
                     bk_arena_format(run->arena,
                                     "%s: routes outside the set would save trade %.2g %% of its cost, so losses are "
                                     "overstated: read them as a bound",
                                     name, 100.0 * solution->certificate.route_gain_mean));
}

/* Who pays for what a case builds. */
static bk_status
case_finance(bki_run *run, const bk_model *model, bk_trade_shock *out)
{
    double *cost = BK_NEW(run->arena, double, model->economy.n_regions);
    double  unassigned;

    BK_TRY(bk_arena_ok(run->arena));
    return bki_finance(run->ctx, run->study, model, &run->settings->closure, run->arena, cost, &unassigned, out);
}

/* As bki_solve_case, without taking note of how well it converged. */
static bk_status
find_equilibrium(bki_run *run, const char *name, const bk_model *model, const bk_joint_solution *warm, bk_arena *arena,
                 const bk_joint_solution **out, const char **failure)
{
    bk_joint_settings settings = run->settings->joint;
    bk_trade_shock    finance;

    *out = NULL;
    bk_progress(run->ctx, name, (double)run->n_done / (double)run->n_cases);
    BK_TRY(case_finance(run, model, &finance));
    settings.finance = &finance;
    const bk_status status = bk_joint_solve(run->ctx, run->base, model, &settings, warm, arena, out);
    if (bki_is_no_equilibrium(status)) {
        *failure = bk_arena_format(run->arena, "%s has no equilibrium: %s", name, bk_error_get(run->ctx, 0)->message);
        bki_run_warn(run, *failure);
        bk_error_clear(run->ctx);
        run->run->converged = false;
        run->run->residual = INFINITY; /* no state was found to take one of */
        *out = NULL;
    } else if (status != BK_OK) {
        return status;
    }
    run->n_done++;
    return BK_OK;
}

bk_status
bki_solve_case(bki_run *run, const char *name, const bk_model *model, const bk_joint_solution *warm, bk_arena *arena,
               const bk_joint_solution **out, const char **failure)
{
    BK_TRY(find_equilibrium(run, name, model, warm, arena, out, failure));
    if (*out)
        account_for(run, name, model, *out);
    return BK_OK;
}

static bk_status
account(bki_run *run, const char *name, const bk_model *model, const bk_joint_solution *solution, bk_accounts *out)
{
    double unassigned = 0.0;

    BK_TRY(bki_accounts(run->ctx, run->base, run->study->model, model, solution,
                        run->settings->closure.finance != BK_FINANCE_NONE, run->arena, out, &unassigned));
    if (unassigned > 1.0)
        bki_run_warn(run,
                     bk_arena_format(run->arena, "%s: works of %.3g m USD a year are financed by nobody in the study",
                                     name, 1e-6 * unassigned));
    return BK_OK;
}

static bk_status
account_transit(bki_run *run, const bk_model *model, const bk_joint_solution *solution, const bk_transit **out)
{
    return model->has_network ? bki_transit(run->ctx, run->base, model, solution, run->arena, out) : BK_OK;
}

/* ---- one scenario ------------------------------------------------------------------------------------------------ */

/* The base year on the routes of the scenario. */
static bk_status
account_for_base(bki_run *run, bk_scenario_run *scenario)
{
    const bk_model *model = run->study->model;

    scenario->base = run->base;
    scenario->base_solution = bk_joint_base_solution(run->base);
    BK_TRY(account(run, "the base year", model, scenario->base_solution, &scenario->base_accounts));
    if (!run->settings->base_traffic)
        BK_TRY(account_transit(run, model, scenario->base_solution, &scenario->base_transit));
    return bki_select_state(run, model, scenario->base_solution, &scenario->base_selections);
}

/* Takes a scenario that misses routes to a base year that has them; from then on cases are solved on it. */
static bk_status
add_routes(bki_run *run, bk_scenario_run *scenario, bk_arena *room, const bk_joint_solution **solution)
{
    bk_joint_settings    settings = run->settings->joint;
    const bk_joint_state state = {.model = scenario->model, .settings = &settings, .solution = *solution};
    const char          *name = scenario->scenario->name;
    bk_trade_shock       finance;
    bk_joint_enlargement larger;

    if (run->settings->fixed_routes || (*solution)->certificate.routes_missed == 0)
        return BK_OK;
    BK_TRY(case_finance(run, scenario->model, &finance));
    settings.finance = &finance;
    const bk_status status =
        bki_study_enlarge(run->ctx, run->settings->cache_folder, run->base, 1, &state, room, run->arena, &larger);
    if (bki_is_no_equilibrium(status)) {
        bki_run_warn(run, bk_arena_format(run->arena,
                                          "%s: the routes that it misses could not be added, so that losses are "
                                          "overstated: %s",
                                          name, bk_error_get(run->ctx, 0)->message));
        bk_error_clear(run->ctx);
        return BK_OK;
    }
    BK_TRY(status);
    if (larger.missed > 0)
        bki_run_warn(run, bk_arena_format(run->arena, "%s: %zu classes still miss a route after %d rounds", name,
                                          larger.missed, larger.rounds));
    scenario->before = *solution;
    scenario->routes_added = larger.n_added;
    scenario->route_rounds = larger.rounds;
    *solution = larger.solutions[0];
    run->base = larger.base;
    return account_for_base(run, scenario);
}

static bk_status
solve_scenario_in(bki_run *run, bk_scenario_run *scenario, bk_arena *room)
{
    const bk_joint_solution *solution = NULL;
    const char              *name = scenario->scenario->name;

    BK_TRY(find_equilibrium(run, name, scenario->model, NULL, run->arena, &solution, &scenario->failure));
    if (!solution)
        return BK_OK;
    BK_TRY(add_routes(run, scenario, room, &solution));
    account_for(run, name, scenario->model, solution);
    BK_TRY(account(run, name, scenario->model, solution, &scenario->accounts));
    if (!run->settings->base_traffic)
        BK_TRY(account_transit(run, scenario->model, solution, &scenario->transit));
    BK_TRY(bki_select_state(run, scenario->model, solution, &scenario->selections));
    scenario->solution = solution; /* only now: what an interruption leaves is whole */
    return bki_attribute(run, scenario, &run->plans[scenario - run->scenarios]);
}

static bk_status
solve_scenario(bki_run *run, bk_scenario_run *scenario)
{
    const bool keeps = run->settings->keep_bases || run->settings->values;
    bk_arena   room;

    bk_arena_init(&room, run->ctx);
    const bk_status status = solve_scenario_in(run, scenario, keeps ? run->arena : &room);
    bk_arena_release(&room);
    if (!keeps && scenario->base != run->run->base)
        scenario->base = NULL;
    run->base = run->run->base;
    return status;
}

/* A queue past its capacity is a price in hours: what keeps the rest away, not a wait that anybody was seen to bear. */
static void
warn_of_overload(bki_run *run, const bk_joint_solution *base)
{
    const bk_network_data *network = &run->study->model->network;
    const size_t           first = network->n_links + network->n_transfers;
    size_t                 n_full = 0, worst = 0;

    if (base->utilisation == NULL)
        return;
    for (size_t b = 0; b < network->n_borders; b++) {
        if (base->queue_hours[first + b] <= 0.0 || base->utilisation[first + b] <= 1.0)
            continue;
        if (n_full++ == 0 || base->utilisation[first + b] > base->utilisation[first + worst])
            worst = b;
    }
    if (n_full == 0)
        return;
    const bk_border *post = &network->borders[worst];
    bki_run_warn(run,
                 bk_arena_format(run->arena,
                                 "%zu rows of border posts are asked for more than their lanes can pass in the base "
                                 "year, %s by %s most (%.0f %%): the hours of such queues are what keeps the rest "
                                 "away, no forecast of a wait; check their lanes and service hours",
                                 n_full, network->nodes[post->node].name, network->modes[post->mode],
                                 100.0 * base->utilisation[first + worst]));
}

static bk_status
solve_all(bki_run *run)
{
    const bk_joint_solution *base = bk_joint_base_solution(run->run->base);

    account_for(run, "the base year", run->study->model, base);
    warn_of_overload(run, base);
    BK_TRY(account(run, "the base year", run->study->model, base, &run->run->base_accounts));
    BK_TRY(account_transit(run, run->study->model, base, &run->run->base_transit));
    BK_TRY(bki_select_state(run, run->study->model, base, &run->run->base_selections));
    for (size_t s = 0; s < run->run->n_scenarios; s++) {
        bk_scenario_run *scenario = &run->scenarios[s];
        scenario->base = run->base;
        scenario->base_solution = base;
        scenario->base_accounts = run->run->base_accounts;
        scenario->base_transit = run->run->base_transit;
        scenario->base_selections = run->run->base_selections;
    }
    for (size_t s = 0; s < run->run->n_scenarios; s++)
        BK_TRY(solve_scenario(run, &run->scenarios[s]));
    return BK_OK;
}

static bk_status
plan_attribution(bki_run *run, size_t s)
{
    const bk_scenario *scenario = run->study->scenarios[s];
    bk_run_settings    settings = *run->settings;

    if (settings.attributed != NULL && !settings.attributed[s])
        settings.attribution = BK_ATTRIBUTION_NONE;
    if (settings.attribution == BK_ATTRIBUTION_SHAPLEY && scenario->n_measures > BKI_MOST_MEASURES)
        return bk_fail_hint(run->ctx, BK_ERR_VALUE, "attribute to each measure alone, or join measures",
                            "%s has %zu measures; the Shapley value is drawn for at most %zu", scenario->name,
                            scenario->n_measures, BKI_MOST_MEASURES);
    return bki_attribution_plan_make(&settings, scenario->n_measures, run->arena, &run->plans[s]);
}

static bk_status
start(bki_run *run)
{
    const bk_study *study = run->study;
    const bk_model *model = study->model;

    run->run->study = study;
    run->run->converged = true;
    run->run->finance = run->settings->closure.finance;
    run->run->n_scenarios = study->n_scenarios;
    run->run->scenarios = run->scenarios;
    run->run->results.arena = run->arena;
    run->n_cases = 0;
    for (size_t s = 0; s < study->n_scenarios; s++) {
        run->scenarios[s].scenario = study->scenarios[s];
        run->scenarios[s].model = study->models[s];
        BK_TRY(plan_attribution(run, s));
        run->n_cases += 1 + run->plans[s].n_sets;
    }
    for (size_t w = 0; w < model->n_warnings; w++)
        bki_run_warn(run, model->warnings[w]);
    return bk_arena_ok(run->arena);
}

bk_status
bk_study_run(bk_context *ctx, const bk_study *study, const bk_run_settings *settings, bk_arena *arena,
             const bk_run **out)
{
    bki_run run = {.ctx = ctx, .arena = arena, .study = study, .settings = settings};

    run.run = BK_NEW(arena, bk_run, 1);
    run.scenarios = BK_NEW(arena, bk_scenario_run, study->n_scenarios + 1);
    run.plans = BK_NEW(arena, bki_attribution_plan, study->n_scenarios + 1);
    BK_TRY(bk_arena_ok(arena));
    BK_TRY(start(&run));
    BK_TRY(bk_study_base(ctx, study, settings->cache_folder, arena, &run.run->base, &run.run->base_cached));
    run.base = run.run->base;
    BK_TRY(bki_select_find(&run));
    bk_status status = solve_all(&run);
    if (status == BK_ERR_CANCELLED) {
        bk_error_clear(ctx);
        run.run->interrupted = true;
        bki_run_warn(&run, "interrupted: only what was finished before is here");
        status = BK_OK;
    }
    BK_TRY(status);
    BK_TRY(bki_record_economies(&run));
    BK_TRY(bki_record_network(&run));
    BK_TRY(bki_record_transit(&run));
    BK_TRY(bki_record_selections(&run));
    BK_TRY(bki_record_differences(&run));
    BK_TRY(bki_record_values(&run));
    BK_TRY(bki_record_provenance(&run));
    *out = run.run;
    return BK_OK;
}
