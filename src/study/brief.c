/* The facts behind a brief: every scenario run, the one asked for appraised and played, the adjoint's values taken. */
#include "buckle/brief.h"
#include "buckle/margins.h"
#include "buckle/pivot.h"
#include "buckle/worth.h"
#include "study/lookup.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct gathering {
    bk_context              *ctx;
    const bk_study          *study;
    const bk_brief_settings *settings;
    bk_arena                *arena;
    const bk_run            *run;
    size_t                   region, scenario; /* the economy's region, the scenario asked for */
    uint32_t                 country;
    bk_brief                *out;
} gathering;

/* ---- which is which ---------------------------------------------------------------------------------------------- */

static bk_status
choose_scenario(gathering *g)
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

/* Whether a list of country ids by spaces has the economy. */
static bool
names_country(const gathering *g, const char *countries)
{
    const char  *id = g->study->model->countries[g->country], *at = countries;
    const size_t length = strlen(id);

    for (; (at = strstr(at, id)) != NULL; at += length)
        if ((at == countries || at[-1] == ' ') && (at[length] == '\0' || at[length] == ' '))
            return true;
    return false;
}

static bool
builds_something(const gathering *g, const bk_scenario_run *run, uint32_t project)
{
    return run->model->projects.projects[project].built && !g->study->model->projects.projects[project].built;
}

static double
welfare(const gathering *g, const bk_scenario_run *run)
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
leaves(const gathering *g, const bk_scenario *scenario)
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
acts(const gathering *g, const bk_scenario_run *run)
{
    const bk_model    *model = g->study->model;
    const bk_scenario *scenario = run->scenario;

    for (uint32_t p = 0; p < model->projects.n_projects; p++)
        if (builds_something(g, run, p) && names_country(g, model->projects.projects[p].countries))
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
keep_worst(const gathering *g, const bk_scenario_run *run, bool *has, const char **name, double *pct)
{
    if (*has && welfare(g, run) >= *pct)
        return;
    *has = true;
    *name = title_of(run->scenario);
    *pct = welfare(g, run);
}

static void
take_scenarios(gathering *g)
{
    bk_brief_facts *f = &g->out->facts;

    for (size_t s = 0; s < g->run->n_scenarios; s++) {
        const bk_scenario_run *run = &g->run->scenarios[s];
        if (run->solution == NULL || run->scenario->n_measures == 0)
            continue;
        if (closes(run->scenario))
            keep_worst(g, run, &f->has_closure, &f->closure, &f->closure_pct);
        if (shocks(run->scenario))
            keep_worst(g, run, &f->has_shock, &f->shock, &f->shock_pct);
        if (leaves(g, run->scenario))
            keep_worst(g, run, &f->has_leave, &f->leave, &f->leave_pct);
        if (!acts(g, run))
            keep_worst(g, run, &f->has_rival, &f->rival, &f->rival_pct);
    }
}

/* Which measures are agreements: they join, or change tariffs, or trade costs and nothing that is built. */
static bool
is_policy(const bk_measure *measure)
{
    return measure->n_memberships + measure->n_tariffs > 0 ||
           (measure->n_trade_costs > 0 && measure->n_projects + measure->n_borders == 0);
}

static bk_status
take_parts(gathering *g, const bk_scenario_run *run)
{
    const size_t    n = run->scenario->n_measures;
    bk_brief_facts *f = &g->out->facts;
    const char    **names = BK_NEW(g->arena, const char *, n + 1);
    double         *parts = BK_NEW(g->arena, double, n + 1);

    BK_TRY(bk_arena_ok(g->arena));
    for (size_t m = 0; run->parts != NULL && m < n; m++) {
        const double value = run->parts->value[m * run->parts->n_columns + g->region];
        size_t       at = m;
        for (; at > 0 && fabs(parts[at - 1]) < fabs(value); at--) {
            parts[at] = parts[at - 1];
            names[at] = names[at - 1];
        }
        parts[at] = value;
        names[at] = run->scenario->measures[m].id;
        f->policy_part += is_policy(&run->scenario->measures[m]) ? value : 0.0;
        f->has_policy |= is_policy(&run->scenario->measures[m]);
    }
    f->n_parts = run->parts != NULL ? n : 0;
    f->part_names = names;
    f->parts = parts;
    return BK_OK;
}

static void
take_third_countries(gathering *g, const bk_scenario_run *run)
{
    const bk_model *model = g->study->model;
    bk_brief_facts *f = &g->out->facts;

    for (size_t n = 0; n < model->economy.n_regions; n++) {
        const double pct = run->solution->trade->welfare_pct[n];
        if (run->accounts.cost_usd[n] > 0.0 || n == g->region)
            continue;
        f->n_others++;
        f->n_winners += pct > 0.01;
        f->n_losers += pct < -0.01;
    }
}

static void
take_transit(gathering *g, const bk_scenario_run *run)
{
    const bk_transit *base = g->run->base_transit;
    bk_brief_facts   *f = &g->out->facts;

    f->transit_usd =
        g->run->base_accounts.transit_revenue_usd ? g->run->base_accounts.transit_revenue_usd[g->region] : 0.0;
    f->transit_change =
        run->accounts.transit_revenue_usd ? run->accounts.transit_revenue_usd[g->region] - f->transit_usd : 0.0;
    f->has_transit = base != NULL && (f->transit_usd > 0.0 || f->transit_change > 0.0);
    f->transit_value_added = base != NULL && base->value_added_usd != NULL ? 0.0 : -1.0;
    for (size_t k = 0; f->transit_value_added >= 0.0 && k < base->n_corridors; k++)
        f->transit_value_added += base->value_added_usd[(k * base->n_places + g->country) * 2];
}

static bk_status
take_run(gathering *g)
{
    const bk_run_settings      defaults = bk_run_default_settings();
    bk_run_settings            settings = defaults;
    bk_brief_facts            *f = &g->out->facts;
    const bk_trade_indicators *indicators;

    settings.cache_folder = g->settings->cache_folder;
    BK_TRY(bk_study_run(g->ctx, g->study, &settings, g->arena, &g->run));
    const bk_scenario_run *run = &g->run->scenarios[g->scenario];
    if (g->run->interrupted)
        return bk_fail(g->ctx, BK_ERR_CANCELLED, "interrupted while the scenarios were run");
    if (run->solution == NULL)
        return bk_fail(g->ctx, BK_ERR_NOT_CONVERGED, "scenario %s has no equilibrium: %s", run->scenario->name,
                       run->failure ? run->failure : "none was found");
    const bk_trade_base *trade = bk_joint_trade(g->run->base);
    f->income_usd = bk_trade_base_income(trade)[g->region] * g->study->model->money_usd;
    f->gain_pct = welfare(g, run);
    f->gain_usd = f->income_usd * f->gain_pct / 100.0;
    take_scenarios(g);
    BK_TRY(take_parts(g, run));
    take_third_countries(g, run);
    take_transit(g, run);
    if (run->solution->shock != NULL) {
        BK_TRY(bk_trade_indicate(g->ctx, trade, run->solution->shock, run->solution->trade, g->arena, &indicators));
        f->partner_hhi = indicators->partner_hhi_before[g->region];
        f->product_hhi = indicators->product_hhi_before[g->region];
    }
    g->out->converged = g->run->converged;
    g->out->residual = g->run->residual;
    g->out->n_warnings = g->run->n_warnings;
    g->out->warnings = g->run->warnings;
    return BK_OK;
}

/* ---- from the appraisal ------------------------------------------------------------------------------------------ */

static double
sum_of(const double *x, size_t n)
{
    return x != NULL ? bk_sum(x, n) : 0.0;
}

static void
take_projects(bk_brief_facts *f, const bk_worth *worth, const bk_model *model)
{
    double least = INFINITY, works = 0.0, abroad = 0.0;

    for (size_t p = 0; p < worth->n_projects; p++) {
        const bk_stake *total = bk_worth_stake(worth, p, worth->n_economies);
        f->first_in += total->gain_first_in;
        f->last_in += total->gain;
        f->n_paying += total->economic.npv > 0.0;
        abroad += total->abroad;
        works += sum_of(total->investment, worth->n_years);
        if (total->economic.npv < least) {
            least = total->economic.npv;
            f->worst_project = model->projects.projects[worth->projects[p].project].name;
        }
    }
    f->n_projects = worth->n_projects;
    f->abroad_share = works > 0.0 ? abroad / works : 0.0;
}

static bk_status
take_worth(gathering *g)
{
    bk_worth_settings settings = bk_worth_default_settings(g->study->model);
    const bk_worth   *worth;
    bk_brief_facts   *f = &g->out->facts;
    double            cost = 0.0, benefit = 0.0;

    settings.cache_folder = g->settings->cache_folder;
    const bk_status status = bk_study_appraise(g->ctx, g->study, g->scenario, &settings, g->arena, &worth);
    if (status == BK_ERR_USAGE) { /* nothing new is built */
        bk_error_clear(g->ctx);
        return BK_OK;
    }
    BK_TRY(status);
    f->has_worth = true;
    take_projects(f, worth, g->study->model);
    for (size_t e = 0; e < worth->n_economies; e++) {
        const bk_stake *stake = bk_worth_stake(worth, worth->n_projects, e);
        const double    gains = sum_of(stake->benefit, worth->n_years);
        cost += stake->cost_usd;
        benefit += gains > 0.0 ? gains : 0.0;
        if (worth->economies[e] != g->country)
            continue;
        f->npv = stake->economic.npv;
        f->npv_low = stake->npv_low;
        f->npv_high = stake->npv_high;
        f->loss_probability = stake->loss_probability;
        f->cost_share = stake->cost_usd;
        f->benefit_share = gains > 0.0 ? gains : 0.0;
    }
    f->cost_share = cost > 0.0 ? f->cost_share / cost : 0.0;
    f->benefit_share = benefit > 0.0 ? f->benefit_share / benefit : 0.0;
    g->out->converged &= worth->converged;
    g->out->residual = fmax(g->out->residual, worth->residual);
    return BK_OK;
}

/* ---- from the game ----------------------------------------------------------------------------------------------- */

/* Whether a project that the scenario builds is a country's. */
static bool
has_works(const gathering *g, const bk_scenario_run *run, uint32_t country)
{
    gathering as = *g;

    as.country = country;
    for (uint32_t p = 0; p < g->study->model->projects.n_projects; p++)
        if (builds_something(g, run, p) && names_country(&as, g->study->model->projects.projects[p].countries))
            return true;
    return false;
}

/* The economy and those with works of their own that gain most by the scenario; none if it has no works itself. */
static void
choose_players(const gathering *g, uint32_t *players, size_t *n_out)
{
    const bk_scenario_run *run = &g->run->scenarios[g->scenario];
    const bk_economy      *economy = &g->study->model->economy;
    const double          *income = bk_trade_base_income(bk_joint_trade(g->run->base));

    *n_out = 0;
    if (!has_works(g, run, g->country))
        return;
    players[(*n_out)++] = g->country;
    while (*n_out < g->settings->n_players) {
        double   best = -INFINITY;
        uint32_t which = BK_NONE;
        for (size_t r = 0; r < economy->n_regions; r++) {
            const uint32_t country = economy->regions[r].country;
            bool           is_taken = false;
            for (size_t p = 0; p < *n_out; p++)
                is_taken |= players[p] == country;
            const double gain = run->solution->trade->welfare_pct[r] * income[r];
            if (is_taken || gain <= best || !has_works(g, run, country))
                continue;
            best = gain;
            which = country;
        }
        if (which == BK_NONE)
            return;
        players[(*n_out)++] = which;
    }
}

static bk_status
take_game(gathering *g)
{
    bk_pivot_settings settings = bk_pivot_default_settings();
    uint32_t          players[BK_PIVOT_EXACT];
    const bk_pivot   *pivot;
    bk_brief_facts   *f = &g->out->facts;

    settings.cache_folder = g->settings->cache_folder;
    settings.players = players;
    choose_players(g, players, &settings.n_players);
    if (settings.n_players < 2)
        return BK_OK;
    BK_TRY(bk_study_pivot(g->ctx, g->study, g->scenario, &settings, g->arena, &pivot));
    const bk_pivot_side *side = &pivot->sides[0];
    double               largest = -INFINITY, own = 0.0;
    for (size_t p = 0; p < pivot->n_players; p++) {
        largest = fmax(largest, side->players[p].shapley);
        if (side->players[p].country != g->country)
            continue;
        own = side->players[p].shapley;
        f->others_gain = side->players[p].others_gain;
        f->others_lose = side->players[p].others_lose;
        f->shapley = own;
        f->own_gain = side->players[p].gain;
        f->alone = side->players[p].alone;
    }
    f->has_pivot = true;
    f->is_largest = own >= largest;
    f->n_players = pivot->n_players;
    g->out->converged &= pivot->converged;
    g->out->residual = fmax(g->out->residual, pivot->residual);
    return BK_OK;
}

/* ---- from the adjoint -------------------------------------------------------------------------------------------- */

static void
take_posts(gathering *g, const bk_margins *margins)
{
    const bk_model        *model = g->study->model;
    const bk_joint_values *values = &margins->values;
    bk_brief_facts        *f = &g->out->facts;

    for (size_t b = 0; b < model->network.n_borders; b++) {
        const bk_border *row = &model->network.borders[b];
        const double     hour = values->per_control_hour[b * values->n_regions + g->region];
        const double     mean =
            (1.0 - row->inspected_share) * row->control_hours + row->inspected_share * row->inspection_hours;
        if (model->network.nodes[row->node].country != g->country)
            continue;
        f->has_posts = true;
        f->hour_usd += hour;
        f->control_pct += 100.0 * hour * mean / f->income_usd;
        f->share_usd += values->per_share_point[b * values->n_regions + g->region];
    }
    for (size_t i = 0; i < margins->n; i++) {
        const double worth = bk_margin_of(margins, &margins->facilities[i], (uint32_t)g->region, BK_MARGIN_HOUR);
        if (f->top_facility != NULL && worth <= f->top_usd)
            continue;
        f->top_facility = margins->facilities[i].name;
        f->top_usd = worth;
    }
    f->has_posts &= f->top_facility != NULL;
}

static int
descending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x < y) - (x > y);
}

/* d ln income / d ln productivity by sector: percent for percent. */
static bk_status
take_productivity(gathering *g, const bk_joint_base *base)
{
    const bk_economy       *economy = &g->study->model->economy;
    const size_t            n = economy->n_regions;
    const bk_joint_adjoint *adjoint;
    bk_brief_facts         *f = &g->out->facts;
    double                 *gradient = BK_NEW(g->arena, double, economy->n_sectors *n),
           *own = BK_NEW(g->arena, double, economy->n_sectors);
    size_t best = 0, worst = 0;

    BK_TRY(bk_arena_ok(g->arena));
    BK_TRY(bk_joint_adjoint_prepare(g->ctx, base, NULL, NULL, g->arena, &adjoint));
    bk_joint_gradient(adjoint, g->region, NULL, NULL, gradient, NULL);
    for (size_t j = 0; j < economy->n_sectors; j++) {
        own[j] = gradient[j * n + g->region];
        best = own[j] > own[best] ? j : best;
        worst = own[j] < own[worst] ? j : worst;
    }
    f->has_productivity = true;
    f->best_sector = economy->sectors[best].id;
    f->worst_sector = economy->sectors[worst].id;
    f->best_pct = own[best];
    qsort(own, economy->n_sectors, sizeof *own, descending);
    f->median_pct = own[economy->n_sectors / 2];
    return BK_OK;
}

static bk_status
take_values(gathering *g)
{
    bk_margins margins;

    BK_TRY(take_productivity(g, g->run->base));
    if (!g->study->model->has_network)
        return BK_OK;
    BK_TRY(bk_study_margins(g->ctx, g->study, 0, NULL, g->settings->cache_folder, g->arena, &margins));
    take_posts(g, &margins);
    return BK_OK;
}

/* ---- all --------------------------------------------------------------------------------------------------------- */

static void
take_estimates(gathering *g)
{
    size_t rows = 0, estimates = 0;

    for (size_t i = 0; i < g->study->model->n_files; i++) {
        rows += g->study->model->files[i].rows;
        estimates += g->study->model->files[i].by_confidence[BK_ESTIMATE];
    }
    g->out->estimates = rows > 0 ? (double)estimates / (double)rows : 0.0;
}

static bk_status
take_conflicts(gathering *g)
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

/* What takes an interrupt with what was found so far: the quick first. */
static bk_status
take_the_rest(gathering *g)
{
    static bk_status (*const parts[])(gathering *) = {take_conflicts, take_values, take_worth, take_game};

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const bk_status status = parts[i](g);
        if (status == BK_ERR_CANCELLED) {
            bk_error_clear(g->ctx);
            g->out->facts.interrupted = true;
            return BK_OK;
        }
        BK_TRY(status);
    }
    return BK_OK;
}

bk_status
bk_study_brief(bk_context *ctx, const bk_study *study, const bk_brief_settings *settings, bk_arena *arena,
               bk_brief *out)
{
    gathering        g = {.ctx = ctx, .study = study, .settings = settings, .arena = arena, .out = out};
    bk_brief_answer *answers = BK_NEW(arena, bk_brief_answer, BK_BRIEF_QUESTIONS);

    *out = (bk_brief){.answers = answers};
    BK_TRY(bk_arena_ok(arena));
    if (!study->model->has_economy)
        return bk_fail(ctx, BK_ERR_INCONSISTENT, "%s has no economy to be brief about", study->folder);
    BK_TRY(bk_study_region(ctx, study, settings->economy, arena, &g.region));
    g.country = study->model->economy.regions[g.region].country;
    BK_TRY(choose_scenario(&g));
    out->facts.economy = study->model->economy.regions[g.region].name;
    out->facts.scenario = study->scenarios[g.scenario]->name;
    BK_TRY(take_run(&g));
    take_estimates(&g);
    BK_TRY(take_the_rest(&g));
    return bk_brief_judge(&out->facts, arena, answers);
}
