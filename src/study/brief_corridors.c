/* What takes equilibria of a brief's own: do the economy's corridors complete each other (each is made cheaper by
 * itself, then all at once), and do two shocks that come at once. */
#include "study/brief.h"

#include <math.h>
#include <string.h>

/* Left of the money and the hours at the links and crossings by which a corridor is told. */
static const double LEFT = 0.5;
/* Of the tonnes on its land: a corridor with less does not run through the economy. */
static const double LEAST_SHARE = 0.005;

/* A corridor told by a mode is everywhere: there is nothing of its own to make cheaper. */
static bool
has_ways(const bk_network_data *network, size_t corridor)
{
    bool has = false;

    for (size_t m = 0; m < network->n_corridor_marks; m++) {
        if (network->corridor_marks[m].corridor != corridor)
            continue;
        if (network->corridor_marks[m].kind == BK_MARK_MODE)
            return false;
        has = true;
    }
    return has;
}

static void
cut_link(bk_link *link)
{
    link->usd_per_tonne_km *= LEFT;
    link->toll *= LEFT;
    link->hours_sd *= LEFT;
    link->kmh /= LEFT;
}

static void
cut_crossing(const bk_corridor_mark *mark, size_t n_borders, bk_border *borders)
{
    for (size_t b = 0; b < n_borders; b++) {
        bk_border *row = &borders[b];
        if (!(row->from_country == mark->target && row->to_country == mark->other) &&
            !(row->from_country == mark->other && row->to_country == mark->target))
            continue;
        row->usd_per_tonne *= LEFT;
        row->control_hours *= LEFT;
        row->inspection_hours *= LEFT;
        row->hours_sd *= LEFT;
    }
}

/* An equilibrium whose gains alone are read. */
static bk_status
solve(bki_gathering *g, const bk_model *model, bk_arena *arena, const bk_joint_solution **out)
{
    bk_joint_settings settings = bk_joint_default_settings();

    settings.gains_only = true;
    BK_TRY(bk_joint_solve(g->ctx, g->run->base, model, &settings, NULL, arena, out));
    g->out->converged &= (*out)->outcome == BK_CONVERGED;
    g->out->residual = fmax(g->out->residual, bk_joint_residual(*out));
    return BK_OK;
}

/* What the economy gains, USD a year, where the chosen corridors cost less to pass. */
static bk_status
gain_of(bki_gathering *g, const bool *chosen, double *gain)
{
    const bk_model          *model = g->study->model;
    const bk_network_data   *network = &model->network;
    bk_model                 cheaper = *model;
    const bk_joint_solution *solution;
    bk_arena                 scratch;

    bk_arena_init(&scratch, g->ctx);
    bk_link   *links = BK_NEW(&scratch, bk_link, network->n_links + 1);
    bk_border *borders = BK_NEW(&scratch, bk_border, network->n_borders + 1);
    bk_status  status = bk_arena_ok(&scratch);
    if (status == BK_OK) {
        memcpy(links, network->links, network->n_links * sizeof *links);
        memcpy(borders, network->borders, network->n_borders * sizeof *borders);
        for (size_t m = 0; m < network->n_corridor_marks; m++) {
            const bk_corridor_mark *mark = &network->corridor_marks[m];
            if (chosen[mark->corridor] && mark->kind == BK_MARK_LINK)
                cut_link(&links[mark->target]);
            else if (chosen[mark->corridor])
                cut_crossing(mark, network->n_borders, borders);
        }
        cheaper.network.links = links;
        cheaper.network.borders = borders;
        status = solve(g, &cheaper, &scratch, &solution);
    }
    if (status == BK_OK)
        *gain = g->out->facts.income_usd * solution->trade->welfare_pct[g->region] / 100.0;
    bk_arena_release(&scratch);
    return status;
}

/* Which run through it. */
static size_t
choose(const bki_gathering *g, bool *through)
{
    const bk_transit *base = g->run->base_transit;
    const size_t      n = g->study->model->network.n_corridors;
    double            all = 0.0;
    size_t            n_through = 0;

    for (size_t k = 0; k < base->n_corridors; k++)
        all += base->tonnes[(k * base->n_places + g->country) * 2] +
               base->tonnes[(k * base->n_places + g->country) * 2 + 1];
    for (size_t k = 0; k < n; k++) {
        const double *tonnes = &base->tonnes[(k * base->n_places + g->country) * 2];
        through[k] = tonnes[0] + tonnes[1] > LEAST_SHARE * all && has_ways(&g->study->model->network, k);
        n_through += through[k];
    }
    return n_through;
}

bk_status
bki_brief_corridors(bki_gathering *g)
{
    const size_t    n = g->study->model->network.n_corridors;
    bool           *through = BK_NEW(g->arena, bool, n + 1), *one = BK_NEW(g->arena, bool, n + 1);
    bk_brief_facts *f = &g->out->facts;
    double          sum = 0.0, all = 0.0, gain = 0.0;

    BK_TRY(bk_arena_ok(g->arena));
    if (g->run->base_transit == NULL)
        return BK_OK;
    const size_t n_through = choose(g, through);
    if (n_through < 2)
        return BK_OK;
    for (size_t k = 0; k < n; k++) {
        if (!through[k])
            continue;
        bk_progress(g->ctx, bk_corridor_name(g->study->model, k), -1.0);
        one[k] = true;
        BK_TRY(gain_of(g, one, &gain));
        one[k] = false;
        sum += gain;
    }
    BK_TRY(gain_of(g, through, &all));
    f->n_corridors = n_through; /* only now: what an interruption leaves is whole */
    f->corridor_sum = sum;
    f->corridor_union = all;
    return BK_OK;
}

/* ---- both shocks at once ----------------------------------------------------------------------------------------- */

/* The measures of the worst closure and of the worst shock; ids tell them apart. */
static bk_status
compose_both(bki_gathering *g, bk_arena *arena, const bk_model **out)
{
    const bk_scenario *closure = g->study->scenarios[g->worst[BKI_CLOSURE]];
    const bk_scenario *shock = g->study->scenarios[g->worst[BKI_SHOCK]];
    bk_scenario        both = *closure;
    bk_measure        *measures = BK_NEW(arena, bk_measure, closure->n_measures + shock->n_measures);

    BK_TRY(bk_arena_ok(arena));
    both.measures = measures;
    both.n_measures = closure->n_measures + shock->n_measures;
    for (size_t m = 0; m < both.n_measures; m++) {
        const bool is_closure = m < closure->n_measures;
        measures[m] = is_closure ? closure->measures[m] : shock->measures[m - closure->n_measures];
        measures[m].id = bk_arena_format(arena, "%s %s", is_closure ? "closure" : "shock", measures[m].id);
    }
    BK_TRY(bk_arena_ok(arena));
    return bk_scenario_apply(g->ctx, g->study->model, &both, NULL, arena, out);
}

bk_status
bki_brief_both(bki_gathering *g)
{
    bk_brief_facts          *f = &g->out->facts;
    const bk_joint_solution *solution = NULL;
    const bk_model          *model = NULL;
    bk_arena                 scratch;

    if (!f->has_closure || !f->has_shock || g->worst[BKI_CLOSURE] == g->worst[BKI_SHOCK])
        return BK_OK;
    bk_progress(g->ctx, "closure and shock at once", -1.0);
    bk_arena_init(&scratch, g->ctx);
    bk_status status = compose_both(g, &scratch, &model);
    if (status == BK_OK)
        status = solve(g, model, &scratch, &solution);
    if (status == BK_OK) {
        f->has_both = true;
        f->both_pct = solution->trade->welfare_pct[g->region];
    }
    bk_arena_release(&scratch);
    return bki_brief_or_unknown(g, status);
}
