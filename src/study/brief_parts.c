/* The facts of a brief that an appraisal, a game and the adjoint find. */
#include "study/brief.h"
#include "buckle/margins.h"
#include "buckle/pivot.h"
#include "buckle/worth.h"
#include "study/lookup.h"

#include <math.h>
#include <stdlib.h>

/* ---- from the appraisal ------------------------------------------------------------------------------------------ */

static double
sum_of(const double *x, size_t n)
{
    return x != NULL ? bk_sum(x, n) : 0.0;
}

/* Chance of a loss up to which a work is taken to pay for sure. */
static const double SURE = 0.1;

/* `own` the economy's place in the appraisal, or BK_NONE. */
static void
take_projects(bk_brief_facts *f, const bk_worth *worth, const bk_model *model, size_t own)
{
    double least = INFINITY, works = 0.0, abroad = 0.0, own_abroad = 0.0;

    for (size_t p = 0; p < worth->n_projects; p++) {
        const bk_stake *total = bk_worth_stake(worth, p, worth->n_economies);
        f->n_paying += total->economic.npv > 0.0;
        f->n_sure += total->loss_probability <= SURE;
        f->n_hopeful += total->loss_probability < 1.0 - SURE;
        abroad += total->abroad;
        works += sum_of(total->investment, worth->n_years);
        if (total->economic.npv < least) {
            least = total->economic.npv;
            f->worst_project = model->projects.projects[worth->projects[p].project].name;
        }
        if (own == BK_NONE)
            continue;
        const bk_stake *stake = bk_worth_stake(worth, p, own);
        f->n_paying_own += stake->economic.npv > 0.0;
        f->first_in += stake->gain_first_in;
        f->last_in += stake->gain;
        f->works_usd += sum_of(stake->investment, worth->n_years);
        own_abroad += stake->abroad;
    }
    f->n_projects = worth->n_projects;
    f->abroad_share = works > 0.0 ? abroad / works : 0.0;
    f->own_abroad_share = f->works_usd > 0.0 ? own_abroad / f->works_usd : 0.0;
}

bk_status
bki_brief_worth(bki_gathering *g)
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
    size_t own = BK_NONE;
    for (size_t e = 0; e < worth->n_economies; e++) {
        const bk_stake *stake = bk_worth_stake(worth, worth->n_projects, e);
        const double    gains = sum_of(stake->benefit, worth->n_years);
        cost += stake->cost_usd;
        benefit += gains > 0.0 ? gains : 0.0;
        if (worth->economies[e] != g->country)
            continue;
        own = e;
        f->npv_financed = stake->npv_financed;
        f->npv = stake->economic.npv;
        f->npv_low = stake->npv_low;
        f->npv_high = stake->npv_high;
        f->loss_probability = stake->loss_probability;
        f->cost_share = stake->cost_usd;
        f->benefit_share = gains > 0.0 ? gains : 0.0;
    }
    take_projects(f, worth, g->study->model, own);
    f->cost_share = cost > 0.0 ? f->cost_share / cost : 0.0;
    f->benefit_share = benefit > 0.0 ? f->benefit_share / benefit : 0.0;
    g->out->converged &= worth->converged;
    g->out->residual = fmax(g->out->residual, worth->residual);
    return BK_OK;
}

/* ---- from the game ----------------------------------------------------------------------------------------------- */

/* Whether a project that the scenario builds is a country's. */
static bool
has_works(const bki_gathering *g, const bk_scenario_run *run, uint32_t country)
{
    for (uint32_t p = 0; p < g->study->model->projects.n_projects; p++)
        if (bki_builds(g, run, p) && bki_names_country(g, g->study->model->projects.projects[p].countries, country))
            return true;
    return false;
}

/* The economy and those with works of their own that gain most by the scenario; none if it has no works itself. */
static void
choose_players(const bki_gathering *g, uint32_t *players, size_t *n_out)
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

bk_status
bki_brief_game(bki_gathering *g)
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
        f->cost = side->players[p].cost;
        f->least_cost = side->players[p].share_least;
        f->most_cost = side->players[p].share_upper;
    }
    f->has_pivot = true;
    f->is_largest = own >= largest;
    f->n_players = pivot->n_players;
    g->out->converged &= pivot->converged;
    g->out->residual = fmax(g->out->residual, pivot->residual);
    return BK_OK;
}

/* ---- from the adjoint -------------------------------------------------------------------------------------------- */

/* The share of the base year's row for a hundredth inspected is an hour's worth times the hours that inspection adds.
 */
static double
share_point(const bk_border *stated, const bk_border *row, double usd)
{
    const double added = stated->inspection_hours - stated->control_hours;

    return added != 0.0 ? usd * (row->inspection_hours - row->control_hours) / added : usd;
}

void
bki_take_hours(const bki_gathering *g, const bk_model *model, bk_brief_facts *f)
{
    const bk_network_data *stated = &g->study->model->network;

    f->control_pct = f->share_usd = f->inspected_usd = 0.0;
    for (size_t b = 0; b < stated->n_borders; b++) {
        const bk_border *row = &model->network.borders[b];
        const size_t     at = b * g->values->n_regions + g->region;
        const double     mean =
            (1.0 - row->inspected_share) * row->control_hours + row->inspected_share * row->inspection_hours;
        if (model->network.nodes[row->node].country != g->country)
            continue;
        const double point = share_point(&stated->borders[b], row, g->values->per_share_point[at]);
        f->control_pct += 100.0 * g->values->per_control_hour[at] * mean / f->income_usd;
        f->share_usd += point;
        f->inspected_usd += 100.0 * row->inspected_share * point;
    }
}

static bk_status
take_posts(bki_gathering *g, const bk_margins *margins)
{
    const bk_model  *model = g->study->model;
    bk_joint_values *values = BK_NEW(g->arena, bk_joint_values, 1);
    bk_brief_facts  *f = &g->out->facts;

    BK_TRY(bk_arena_ok(g->arena));
    *values = margins->values;
    g->values = values;
    for (size_t b = 0; b < model->network.n_borders; b++) {
        if (model->network.nodes[model->network.borders[b].node].country != g->country)
            continue;
        f->has_posts = true;
        f->hour_usd += values->per_control_hour[b * values->n_regions + g->region];
    }
    bki_take_hours(g, model, f);
    for (size_t i = 0; i < margins->n; i++) {
        const double worth = bk_margin_of(margins, &margins->facilities[i], (uint32_t)g->region, BK_MARGIN_HOUR);
        if (f->top_facility != NULL && worth <= f->top_usd)
            continue;
        f->top_facility = margins->facilities[i].name;
        f->top_usd = worth;
    }
    f->has_posts &= f->top_facility != NULL;
    return BK_OK;
}

static int
descending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x < y) - (x > y);
}

/* The same for a dollar's worth of output: a percent of a small sector is fewer dollars. */
static void
take_dollars(bki_gathering *g, const bk_joint_base *base, const double *own, double *dollar)
{
    const bk_economy *economy = &g->study->model->economy;
    const size_t      n = economy->n_regions;
    const double     *value = bk_trade_base_value(bk_joint_trade(base));
    const double      income = bk_trade_base_income(bk_joint_trade(base))[g->region];
    bk_brief_facts   *f = &g->out->facts;
    size_t            best = 0, n_made = 0;

    for (size_t j = 0; j < economy->n_sectors; j++) {
        double output = 0.0;
        for (size_t importer = 0; importer < n; importer++)
            output += value[(j * n + importer) * n + g->region];
        if (output <= 0.0)
            continue;
        dollar[n_made] = own[j] * income / output;
        if (n_made == 0 || dollar[n_made] > f->dearest) {
            best = j;
            f->dearest = dollar[n_made];
        }
        n_made++;
    }
    f->dearest_sector = economy->sectors[best].id;
    qsort(dollar, n_made, sizeof *dollar, descending);
    f->dollar = n_made > 0 ? dollar[n_made / 2] : 0.0;
}

/* d ln income / d ln productivity by sector: percent for percent. */
static bk_status
take_productivity(bki_gathering *g, const bk_joint_base *base)
{
    const bk_economy       *economy = &g->study->model->economy;
    const size_t            n = economy->n_regions;
    const bk_joint_adjoint *adjoint;
    bk_brief_facts         *f = &g->out->facts;
    double                 *gradient = BK_NEW(g->arena, double, economy->n_sectors *n),
           *own = BK_NEW(g->arena, double, economy->n_sectors), *dollar = BK_NEW(g->arena, double, economy->n_sectors);
    size_t best = 0, worst = 0;

    BK_TRY(bk_arena_ok(g->arena));
    BK_TRY(bk_joint_adjoint_prepare(g->ctx, base, NULL, NULL, g->arena, &adjoint));
    bk_joint_gradient(adjoint, g->region, NULL, NULL, gradient, NULL);
    for (size_t j = 0; j < economy->n_sectors; j++) {
        own[j] = gradient[j * n + g->region];
        best = own[j] > own[best] ? j : best;
        worst = own[j] < own[worst] ? j : worst;
    }
    take_dollars(g, base, own, dollar);
    f->has_productivity = true;
    f->best_sector = economy->sectors[best].id;
    f->worst_sector = economy->sectors[worst].id;
    f->best_pct = own[best];
    qsort(own, economy->n_sectors, sizeof *own, descending);
    f->median_pct = own[economy->n_sectors / 2];
    return BK_OK;
}

bk_status
bki_brief_values(bki_gathering *g)
{
    bk_margins margins;

    BK_TRY(take_productivity(g, g->run->base));
    if (!g->study->model->has_network)
        return BK_OK;
    BK_TRY(bk_study_margins(g->ctx, g->study, 0, NULL, g->settings->cache_folder, g->arena, &margins));
    return take_posts(g, &margins);
}
