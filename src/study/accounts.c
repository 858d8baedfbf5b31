/* Transit revenue and net present value.
 *
 * Transit revenue of a country: what trade that neither starts nor ends there pays, at the prices of the network's
 * files, on its links, transfers and border posts: freight with the operator's costs in it, fees, handling and tolls,
 * those asked of transit alone included;
 * scarcity prices and calibrated constants are not money and stay out.  A link between two countries counts half for
 * each, a `sea` link for none.  A country's sums go to its regions by value added.
 *
 * Net present value: (gain - cost) (1 - (1 + r)^-H) / r, a constant yearly gain over the study's horizon H.  The years
 * of building, growth, debt terms and transit revenue are not in it. */
#include "study/accounts.h"
#include "buckle/appraisal.h"
#include "study/corridor.h"

#include <math.h>

static uint32_t
country_of(const bk_model *model, uint32_t place)
{
    return place < model->n_countries ? place : BK_NONE;
}

/* The money of every arc; INFINITY, which closed arcs have, becomes 0: they carry nothing. */
static void
set_money(const bk_model *model, const bk_graph *graph, const bk_arc_costs *costs, double *weight)
{
    for (size_t a = 0; a < costs->n_sectors * costs->n_arcs; a++)
        weight[a] = isfinite(costs->money[a]) ? costs->money[a] : 0.0;
    for (size_t a = 0; model->transit_toll && a < graph->n_arcs; a++) {
        const uint32_t country = bk_arc_toll_country(model, graph, a); /* whose own trade is not counted below */
        for (size_t j = 0; country != BK_NONE && j < costs->n_sectors; j++)
            weight[j * costs->n_arcs + a] += model->transit_toll[country];
    }
}

static void
add_transit(const bk_model *model, const double *sum, double *by_country)
{
    const bk_economy *economy = &model->economy;
    const size_t      n_regions = economy->n_regions;

    for (size_t c = 0; c < model->n_countries; c++)
        for (size_t n = 0; n < n_regions; n++)
            for (size_t i = 0; i < n_regions; i++)
                if (economy->regions[n].country != c && economy->regions[i].country != c)
                    by_country[c] += sum[(c * n_regions + n) * n_regions + i];
}

static bk_status
transit_revenue(bk_context *ctx, const bk_joint_base *base, const bk_model *model, const bk_joint_solution *solution,
                bk_arena *scratch, double *by_region)
{
    const bk_graph     *graph = bk_joint_graph(base);
    const bk_arc_costs *costs = NULL;
    const size_t        n_regions = model->economy.n_regions, n_sectors = model->economy.n_sectors;

    BK_TRY(bk_arc_costs_build(ctx, model, graph, scratch, &costs));
    double   *weight = BK_NEW(scratch, double, n_sectors * graph->n_arcs);
    double   *sum = BK_NEW(scratch, double, model->n_countries *n_regions *n_regions);
    double   *by_country = BK_NEW(scratch, double, model->n_countries);
    uint32_t *group[2];
    for (int end = 0; end < 2; end++)
        group[end] = BK_NEW(scratch, uint32_t, graph->n_arcs);
    BK_TRY(bk_arena_ok(scratch));
    set_money(model, graph, costs, weight);
    for (int end = 0; end < 2; end++)
        for (size_t a = 0; a < graph->n_arcs; a++)
            group[end][a] = country_of(model, bki_arc_place(model, graph, a, end));
    const bk_arc_grouping by = {.n_groups = model->n_countries, .weight = weight, .group = group[0], .other = group[1]};
    BK_TRY(bk_joint_sums(ctx, base, model, solution, 1, &by, &sum));
    add_transit(model, sum, by_country);
    for (uint32_t c = 0; c < model->n_countries; c++)
        bki_add_to_country(model, c, by_country[c], by_region);
    return BK_OK;
}

bk_status
bki_tolled_tonnes(bk_context *ctx, const bk_joint_base *base, const bk_model *model, const bk_joint_solution *solution,
                  bk_arena *scratch, double *by_country)
{
    const bk_graph *graph = bk_joint_graph(base);
    const size_t    n_regions = model->economy.n_regions, n = model->economy.n_sectors * graph->n_arcs;
    double         *once = BK_NEW(scratch, double, n);
    double         *sum = BK_NEW(scratch, double, model->n_countries *n_regions *n_regions);
    uint32_t       *group = BK_NEW(scratch, uint32_t, graph->n_arcs);

    BK_TRY(bk_arena_ok(scratch));
    for (size_t at = 0; at < n; at++)
        once[at] = 1.0;
    for (size_t a = 0; a < graph->n_arcs; a++)
        group[a] = bk_arc_toll_country(model, graph, a);
    const bk_arc_grouping by = {.n_groups = model->n_countries, .weight = once, .group = group};
    BK_TRY(bk_joint_sums(ctx, base, model, solution, 1, &by, &sum));
    for (size_t c = 0; c < model->n_countries; c++)
        by_country[c] = 0.0;
    add_transit(model, sum, by_country);
    return BK_OK;
}

bk_status
bki_accounts(bk_context *ctx, const bk_joint_base *base, const bk_model *base_model, const bk_model *model,
             const bk_joint_solution *solution, bool net, bk_arena *arena, bk_accounts *out, double *unassigned)
{
    const size_t n_regions = model->economy.n_regions;
    double      *revenue = BK_NEW(arena, double, n_regions), *cost = BK_NEW(arena, double, n_regions);
    double      *npv = model->horizon_years > 0 ? BK_NEW(arena, double, n_regions) : NULL;
    bk_arena     scratch;
    bk_status    status = BK_OK;

    BK_TRY(bk_arena_ok(arena));
    bk_arena_init(&scratch, ctx);
    if (model->has_network)
        status = transit_revenue(ctx, base, model, solution, &scratch, revenue);
    bk_arena_release(&scratch);
    BK_TRY(status);
    *unassigned = bki_works_cost(base_model, model, cost);
    for (size_t n = 0; npv && n < n_regions; n++)
        npv[n] = (solution->trade->equivalent_variation[n] * model->money_usd - (net ? 0.0 : cost[n])) /
                 bk_annuity(1.0, model->discount_rate, model->horizon_years);
    *out = (bk_accounts){.transit_revenue_usd = revenue, .cost_usd = cost, .npv_usd = npv};
    return BK_OK;
}
