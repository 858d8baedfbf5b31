/* The facts behind a brief: every scenario run, then the parts that ask other questions of the study. */
#include "study/brief.h"
#include "study/failure.h"
#include "study/lookup.h"

#include <math.h>
#include <string.h>

/* ---- which is which ---------------------------------------------------------------------------------------------- */

static bk_status
choose_scenario(bki_gathering *g)
{
    const bk_study *study = g->study;

    if (study->n_scenarios == 0)
        return bk_fail_hint(g->ctx, BK_ERR_USAGE, "write one in scenarios/", "%s has no scenario to be brief about",
                            study->folder);
    for (size_t s = 0; s < study->n_scenarios; s++)
        if (study->scenarios[s]->n_measures > study->scenarios[g->scenario]->n_measures)
            g->scenario = s;
    if (g->settings->scenario < study->n_scenarios)
        g->scenario = g->settings->scenario;
    return BK_OK;
}

bool
bki_names_country(const bki_gathering *g, const char *countries, uint32_t country)
{
    const char  *id = g->study->model->countries[country], *at = countries;
    const size_t length = strlen(id);

    for (; (at = strstr(at, id)) != NULL; at += length)
        if ((at == countries || at[-1] == ' ') && (at[length] == '\0' || at[length] == ' '))
            return true;
    return false;
}

bool
bki_builds(const bki_gathering *g, const bk_scenario_run *run, uint32_t project)
{
    return run->model->projects.projects[project].built && !g->study->model->projects.projects[project].built;
}

static double
welfare(const bki_gathering *g, const bk_scenario_run *run)
{
    return run->solution->trade->welfare_pct[g->region];
}

static bool
closes(const bk_scenario *scenario)
{
    for (size_t m = 0; m < scenario->n_measures; m++)
        if (scenario->measures[m].n_closures + scenario->measures[m].n_sanctions > 0)
            return true;
    return false;
}

static bool
shocks(const bk_scenario *scenario)
{
    for (size_t m = 0; m < scenario->n_measures; m++)
        if (scenario->measures[m].n_productivity > 0)
            return true;
    return false;
}

static bool
leaves(const bki_gathering *g, const bk_scenario *scenario)
{
    for (size_t m = 0; m < scenario->n_measures; m++)
        for (size_t c = 0; c < scenario->measures[m].n_memberships; c++)
            if (!scenario->measures[m].memberships[c].join &&
                strcmp(scenario->measures[m].memberships[c].country, g->study->model->countries[g->country]) == 0)
                return true;
    return false;
}

/* Whether the economy does anything in it: a project, a membership, a border row, a cell of its own. */
static bool
acts(const bki_gathering *g, const bk_scenario_run *run)
{
    const bk_model    *model = g->study->model;
    const bk_scenario *scenario = run->scenario;

    for (uint32_t p = 0; p < model->projects.n_projects; p++)
        if (bki_builds(g, run, p) && bki_names_country(g, model->projects.projects[p].countries, g->country))
            return true;
    for (size_t m = 0; m < scenario->n_measures; m++) {
        const bk_measure *measure = &scenario->measures[m];
        for (size_t c = 0; c < measure->n_memberships; c++)
            if (strcmp(measure->memberships[c].country, model->countries[g->country]) == 0)
                return true;
        for (size_t b = 0; b < measure->n_borders; b++)
            if (model->network.nodes[measure->borders[b].node].country == g->country)
                return true;
        for (size_t c = 0; c < measure->n_trade_costs; c++)
            if (measure->trade_costs[c].importer == g->region || measure->trade_costs[c].exporter == g->region)
                return true;
        for (size_t c = 0; c < measure->n_productivity; c++)
            if (measure->productivity[c].importer == g->region)
                return true;
    }
    return closes(scenario) || shocks(scenario); /* what nobody chooses is nobody's plan */
}

/* ---- from the run ------------------------------------------------------------------------------------------------ */

static const char *
title_of(const bk_scenario *scenario)
{
    return scenario->name;
}

static void
keep_worst(bki_gathering *g, size_t s, bki_worst kind, bool *has, const char **name, double *pct)
{
    const bk_scenario_run *run = &g->run->scenarios[s];

    if (*has && welfare(g, run) >= *pct)
        return;
    *has = true;
    *name = title_of(run->scenario);
    *pct = welfare(g, run);
    g->worst[kind] = s;
}

static void
take_scenarios(bki_gathering *g)
{
    bk_brief_facts *f = &g->out->facts;

    for (size_t kind = 0; kind < BKI_N_WORST; kind++)
        g->worst[kind] = SIZE_MAX;
    for (size_t s = 0; s < g->run->n_scenarios; s++) {
        const bk_scenario_run *run = &g->run->scenarios[s];
        if (run->solution == NULL || run->scenario->n_measures == 0)
            continue;
        if (closes(run->scenario))
            keep_worst(g, s, BKI_CLOSURE, &f->has_closure, &f->closure, &f->closure_pct);
        if (shocks(run->scenario))
            keep_worst(g, s, BKI_SHOCK, &f->has_shock, &f->shock, &f->shock_pct);
        if (leaves(g, run->scenario))
            keep_worst(g, s, BKI_DEPARTURE, &f->has_leave, &f->leave, &f->leave_pct);
        if (!acts(g, run))
            keep_worst(g, s, BKI_RIVAL, &f->has_rival, &f->rival, &f->rival_pct);
    }
}

bool
bki_is_policy(const bk_measure *measure)
{
    return measure->n_memberships + measure->n_tariffs > 0 ||
           (measure->n_trade_costs > 0 && measure->n_projects + measure->n_borders == 0);
}

static bk_status
take_parts(bki_gathering *g, const bk_scenario_run *run)
{
    const size_t    n = run->scenario->n_measures;
    bk_brief_facts *f = &g->out->facts;
    const char    **names = BK_NEW(g->arena, const char *, n + 1);
    double         *parts = BK_NEW(g->arena, double, n + 1);
    size_t         *measures = BK_NEW(g->arena, size_t, n + 1);

    BK_TRY(bk_arena_ok(g->arena));
    for (size_t m = 0; run->parts != NULL && m < n; m++) {
        const double value = run->parts->value[m * run->parts->n_columns + g->region];
        size_t       at = m;
        for (; at > 0 && fabs(parts[at - 1]) < fabs(value); at--) {
            parts[at] = parts[at - 1];
            names[at] = names[at - 1];
            measures[at] = measures[at - 1];
        }
        parts[at] = value;
        names[at] = run->scenario->measures[m].id;
        measures[at] = m;
        f->policy_part += bki_is_policy(&run->scenario->measures[m]) ? value : 0.0;
        f->has_policy |= bki_is_policy(&run->scenario->measures[m]);
    }
    f->n_parts = run->parts != NULL ? n : 0;
    f->part_names = names;
    f->parts = parts;
    g->part_measure = measures;
    return BK_OK;
}

void
bki_take_others(const bki_gathering *g, const double *welfare_pct, bk_brief_facts *f)
{
    const bk_economy *economy = &g->study->model->economy;
    const double     *cost = g->run->scenarios[g->scenario].accounts.cost_usd;

    f->n_others = f->n_winners = f->n_losers = 0;
    for (size_t n = 0; n < economy->n_regions; n++) {
        const double pct = welfare_pct[n];
        if (cost[n] > 0.0 || n == g->region)
            continue;
        if (f->n_others == 0 || pct > f->winner_pct) {
            f->winner = economy->regions[n].name;
            f->winner_pct = pct;
        }
        if (f->n_others == 0 || pct < f->loser_pct) {
            f->loser = economy->regions[n].name;
            f->loser_pct = pct;
        }
        f->n_others++;
        f->n_winners += pct > BKI_NOISE_PCT;
        f->n_losers += pct < -BKI_NOISE_PCT;
    }
}

/* Tonnes on its land by corridor: through it, and all. */
static void
take_routes(bki_gathering *g, const bk_transit *base)
{
    bk_brief_facts *f = &g->out->facts;
    double          all = 0.0, squares = 0.0;

    for (size_t k = 0; k < base->n_corridors; k++) {
        const double *tonnes = &base->tonnes[(k * base->n_places + g->country) * 2];
        all += tonnes[0] + tonnes[1];
        squares += (tonnes[0] + tonnes[1]) * (tonnes[0] + tonnes[1]);
        f->transit_tonnes += tonnes[0];
        if (f->top_corridor != NULL && tonnes[0] <= f->top_corridor_tonnes)
            continue;
        f->top_corridor = bk_corridor_name(g->study->model, k);
        f->top_corridor_tonnes = tonnes[0];
    }
    f->route_hhi = all > 0.0 && base->n_corridors > 1 ? squares / (all * all) : 0.0;
}

static void
take_transit(bki_gathering *g)
{
    const bk_transit *base = g->run->base_transit;
    const double     *revenue = g->run->base_accounts.transit_revenue_usd;
    bk_brief_facts   *f = &g->out->facts;

    f->transit_usd = revenue ? revenue[g->region] : 0.0;
    f->has_transit = base != NULL && f->transit_usd > 0.0;
    f->transit_value_added = -1.0;
    if (base == NULL)
        return;
    if (base->value_added_usd != NULL) {
        f->transit_value_added = 0.0;
        for (size_t k = 0; k < base->n_corridors; k++)
            f->transit_value_added += base->value_added_usd[(k * base->n_places + g->country) * 2];
    }
    take_routes(g, base);
}

/* Of the money for what the scenario builds on its land, by party: owners' and grantors', who pay, and borrowers', who
 * owe. */
static bk_status
take_payers(bki_gathering *g, const bk_scenario_run *run)
{
    const bk_projects *projects = &g->study->model->projects;
    double            *usd = BK_NEW(g->arena, double, projects->n_finance + 1), all = 0.0, squares = 0.0;

    BK_TRY(bk_arena_ok(g->arena));
    for (size_t row = 0; row < projects->n_finance; row++) {
        const bk_finance *finance = &projects->finance[row];
        const bk_project *project = &projects->projects[finance->project];
        size_t            party = 0;
        if (!bki_builds(g, run, finance->project) || !bki_names_country(g, project->countries, g->country))
            continue;
        while (strcmp(projects->finance[party].party_name, finance->party_name) != 0)
            party++;
        usd[party] += finance->amount_usd;
        all += finance->amount_usd;
    }
    for (size_t party = 0; party < projects->n_finance; party++)
        squares += usd[party] * usd[party];
    g->out->facts.payer_hhi = all > 0.0 ? squares / (all * all) : 0.0;
    return BK_OK;
}

/* What only the scenario asked for tells. */
static bk_status
take_scenario(bki_gathering *g, const bk_scenario_run *run)
{
    const bk_trade_base       *trade = bk_joint_trade(g->run->base);
    const bk_trade_indicators *indicators;
    bk_brief_facts            *f = &g->out->facts;

    f->has_gain = true;
    f->gain_pct = welfare(g, run);
    f->gain_usd = f->income_usd * f->gain_pct / 100.0;
    f->transit_change =
        run->accounts.transit_revenue_usd ? run->accounts.transit_revenue_usd[g->region] - f->transit_usd : 0.0;
    f->has_transit |= g->run->base_transit != NULL && f->transit_change > 0.0;
    BK_TRY(take_parts(g, run));
    bki_take_others(g, run->solution->trade->welfare_pct, f);
    BK_TRY(take_payers(g, run));
    if (run->solution->shock == NULL)
        return BK_OK;
    BK_TRY(bk_trade_indicate(g->ctx, trade, run->solution->shock, run->solution->trade, g->arena, &indicators));
    f->partner_hhi = indicators->partner_hhi_before[g->region];
    f->product_hhi = indicators->product_hhi_before[g->region];
    return BK_OK;
}

static bk_status
take_run(bki_gathering *g)
{
    bk_run_settings settings = bk_run_default_settings();
    bk_brief_facts *f = &g->out->facts;
    bool           *attributed = BK_NEW(g->arena, bool, g->study->n_scenarios);

    BK_TRY(bk_arena_ok(g->arena));
    attributed[g->scenario] = true;
    settings.attributed = attributed;
    settings.base_traffic = true;
    settings.cache_folder = g->settings->cache_folder;
    BK_TRY(bk_study_run(g->ctx, g->study, &settings, g->arena, &g->run));
    const bk_scenario_run *run = &g->run->scenarios[g->scenario];
    f->interrupted = g->run->interrupted;
    if (run->solution == NULL && !f->interrupted)
        return bk_fail(g->ctx, BK_ERR_NOT_CONVERGED, "scenario %s has no equilibrium: %s", run->scenario->name,
                       run->failure ? run->failure : "none was found");
    f->income_usd = bk_trade_base_income(bk_joint_trade(g->run->base))[g->region] * g->study->model->money_usd;
    take_transit(g);
    take_scenarios(g);
    if (run->solution != NULL)
        BK_TRY(take_scenario(g, run));
    g->out->converged = g->run->converged;
    g->out->residual = g->run->residual;
    g->out->n_warnings = g->run->n_warnings;
    g->out->warnings = g->run->warnings;
    return BK_OK;
}

/* ---- all --------------------------------------------------------------------------------------------------------- */

static void
take_estimates(bki_gathering *g)
{
    size_t rows = 0, estimates = 0;

    for (size_t i = 0; i < g->study->model->n_files; i++) {
        rows += g->study->model->files[i].rows;
        estimates += g->study->model->files[i].by_confidence[BK_ESTIMATE];
    }
    g->out->estimates = rows > 0 ? (double)estimates / (double)rows : 0.0;
}

bk_status
bki_brief_conflicts(bki_gathering *g)
{
    const bk_model       *model = g->study->model;
    const bk_policy_query query = {.economy = model->countries[g->country], .day = model->base_year * 10000 + 1231};
    bk_policy_report      report;

    if (model->policy.n_agreements == 0)
        return BK_OK;
    BK_TRY(bk_study_policy(g->ctx, g->study, &query, g->arena, &report));
    g->out->facts.n_conflicts = report.n_conflicts;
    return BK_OK;
}

bk_status
bki_brief_or_unknown(bki_gathering *g, bk_status status)
{
    if (!bki_is_no_equilibrium(status))
        return status;
    bk_error_clear(g->ctx);
    return BK_OK;
}

/* An interrupt keeps what was found before. */
static bk_status
or_interrupted(bki_gathering *g, bk_status status)
{
    if (status != BK_ERR_CANCELLED)
        return status;
    bk_error_clear(g->ctx);
    g->out->facts.interrupted = true;
    return BK_OK;
}

/* The quick first. */
static bk_status
take_the_rest(bki_gathering *g)
{
    static bk_status (*const parts[])(bki_gathering *) = {bki_brief_conflicts, bki_brief_both,      bki_brief_tolls,
                                                          bki_brief_values,    bki_brief_corridors, bki_brief_worth,
                                                          bki_brief_game};

    for (size_t i = 0; i < sizeof parts / sizeof *parts && !g->out->facts.interrupted; i++)
        BK_TRY(or_interrupted(g, parts[i](g)));
    return BK_OK;
}

bk_status
bk_study_brief(bk_context *ctx, const bk_study *study, const bk_brief_settings *settings, bk_arena *arena,
               bk_brief *out)
{
    bki_gathering    g = {.ctx = ctx, .study = study, .settings = settings, .arena = arena, .out = out};
    bk_brief_answer *answers = BK_NEW(arena, bk_brief_answer, BK_BRIEF_QUESTIONS);
    bk_brief_draws   draws = {0};

    *out = (bk_brief){.answers = answers};
    BK_TRY(bk_arena_ok(arena));
    if (!study->model->has_economy)
        return bk_fail(ctx, BK_ERR_INCONSISTENT, "%s has no economy to be brief about", study->folder);
    if (settings->n_draws > 0 && settings->n_draws < BK_BRIEF_DRAWS)
        return bk_fail_hint(ctx, BK_ERR_USAGE, "none, or some twenty", "%zu draws: an interval of 90 %% takes %d",
                            settings->n_draws, BK_BRIEF_DRAWS);
    BK_TRY(bk_study_region(ctx, study, settings->economy, arena, &g.region));
    g.country = study->model->economy.regions[g.region].country;
    BK_TRY(choose_scenario(&g));
    out->facts.economy = study->model->economy.regions[g.region].name;
    out->facts.scenario = study->scenarios[g.scenario]->name;
    BK_TRY(take_run(&g));
    take_estimates(&g);
    if (!out->facts.interrupted)
        BK_TRY(take_the_rest(&g));
    if (!out->facts.interrupted)
        BK_TRY(or_interrupted(&g, bki_brief_draw(&g, &draws)));
    BK_TRY(bk_brief_judge(&out->facts, arena, answers));
    if (draws.n >= BK_BRIEF_DRAWS)
        BK_TRY(bk_brief_weigh(ctx, &draws, arena, answers));
    return bki_brief_rest(study->model, arena, answers);
}
