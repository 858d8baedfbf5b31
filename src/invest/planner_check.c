/* Whether a planner's problem is one, and prices to start from. */
#include "invest/planner.h"

#include <math.h>

/* ---- figures --------------------------------------------------------------------------------------------------- */

typedef struct range {
    const char *what;
    double      value, low, high;
    bool        low_allowed, high_allowed;
} range;

static bk_status
check_range(bk_context *ctx, const range *asked)
{
    const bool above = asked->low_allowed ? asked->value >= asked->low : asked->value > asked->low;
    const bool below = asked->high_allowed ? asked->value <= asked->high : asked->value < asked->high;

    if (above && below && isfinite(asked->value))
        return BK_OK;
    return bk_fail(ctx, BK_ERR_VALUE, "%s of the planner is %g, must be %s %g and %s %g", asked->what, asked->value,
                   asked->low_allowed ? ">=" : ">", asked->low, asked->high_allowed ? "<=" : "<", asked->high);
}

static bk_status
check_positive(bk_context *ctx, const char *what, const double *values, size_t n, bool zero_allowed)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(values[i]) || values[i] < 0.0 || (values[i] == 0.0 && !zero_allowed))
            return bk_fail(ctx, BK_ERR_VALUE, "%s %zu of the planner is %g, must be %s 0", what, i, values[i],
                           zero_allowed ? ">=" : ">");
    return BK_OK;
}

static bk_status
check_figures(bk_context *ctx, const bk_planner *planner)
{
    const range ranges[] = {
        {"alpha", planner->alpha, 0.0, 1.0, false, false},
        {"rho", planner->rho, 0.0, INFINITY, true, false},
        {"sigma", planner->n_goods == 1 ? 2.0 : planner->sigma, 1.0, INFINITY, false, false},
        {"returns", planner->returns, 0.0, 1.0, false, planner->n_goods == 1},
        {"beta", planner->beta, 0.0, INFINITY, false, false},
        {"gamma", planner->gamma, 0.0, INFINITY, false, false},
        {"budget", planner->budget, 0.0, INFINITY, false, false},
        {"least_capacity", planner->least_capacity, 0.0, INFINITY, true, false},
    };

    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        BK_TRY(check_range(ctx, &ranges[i]));
    BK_TRY(check_positive(ctx, "weight", planner->weight, planner->n_nodes, false));
    BK_TRY(check_positive(ctx, "labour", planner->labour, planner->n_nodes, false));
    BK_TRY(check_positive(ctx, "housing", planner->housing, planner->n_nodes, false));
    BK_TRY(check_positive(ctx, "productivity", planner->productivity, planner->n_nodes * planner->n_goods, true));
    BK_TRY(check_positive(ctx, "transport_cost", planner->transport_cost, planner->n_links, false));
    BK_TRY(check_positive(ctx, "building_cost", planner->building_cost, planner->n_links, false));
    return planner->standing ? check_positive(ctx, "standing", planner->standing, planner->n_links, true) : BK_OK;
}

/* ---- connection ------------------------------------------------------------------------------------------------ */

static uint32_t
root_of(uint32_t *above, uint32_t node)
{
    while (above[node] != node)
        node = above[node] = above[above[node]];
    return node;
}

/* Every good has to be made somewhere in every connected part: its price would be infinite there. */
static bk_status
check_supply(bk_context *ctx, const bk_planner *planner, uint32_t *above, bool *made)
{
    for (uint32_t j = 0; j < planner->n_nodes; j++)
        above[j] = j;
    for (size_t a = 0; a < planner->n_links; a++)
        above[root_of(above, planner->from[a])] = root_of(above, planner->to[a]);
    for (uint32_t j = 0; j < planner->n_nodes; j++)
        for (size_t n = 0; n < planner->n_goods; n++)
            made[root_of(above, j) * planner->n_goods + n] |= planner->productivity[j * planner->n_goods + n] > 0.0;
    for (uint32_t j = 0; j < planner->n_nodes; j++)
        for (size_t n = 0; n < planner->n_goods; n++)
            if (!made[root_of(above, j) * planner->n_goods + n])
                return bk_fail_hint(ctx, BK_ERR_NO_SOLUTION,
                                    "link node to a place that makes it, or leave the good out",
                                    "node %u of the planner can neither make good %zu nor have it sent", j, n);
    return BK_OK;
}

bk_status
bki_planner_check(bk_context *ctx, const bk_planner *planner)
{
    bk_arena scratch;

    if (planner->n_nodes == 0 || planner->n_goods == 0)
        return bk_fail(ctx, BK_ERR_VALUE, "the planner has %zu nodes and %zu goods, must have at least one of each",
                       planner->n_nodes, planner->n_goods);
    for (size_t a = 0; a < planner->n_links; a++)
        if (planner->from[a] >= planner->n_nodes || planner->to[a] >= planner->n_nodes ||
            planner->from[a] == planner->to[a])
            return bk_fail(ctx, BK_ERR_VALUE, "link %zu of the planner joins nodes %u and %u of %zu", a,
                           planner->from[a], planner->to[a], planner->n_nodes);
    BK_TRY(check_figures(ctx, planner));
    bk_arena_init(&scratch, ctx);
    uint32_t *above = BK_NEW(&scratch, uint32_t, planner->n_nodes);
    bool     *made = BK_NEW(&scratch, bool, planner->n_nodes * planner->n_goods);
    bk_status status = bk_arena_ok(&scratch);
    if (status == BK_OK)
        status = check_supply(ctx, planner, above, made);
    bk_arena_release(&scratch);
    return status;
}

/* ---- prices to start from -------------------------------------------------------------------------------------- */

/* All output, labour in equal parts, eaten by all heads alike. */
bk_status
bki_planner_start(const bk_planner *planner, bk_arena *scratch, double *price)
{
    const size_t n_goods = planner->n_goods;
    const double sigma = planner->sigma, e = planner->alpha * (1.0 - planner->rho);
    double      *made = BK_NEW(scratch, double, n_goods), bundle = 0.0, heads = 0.0, scale = 0.0;

    BK_TRY(bk_arena_ok(scratch));
    for (size_t j = 0; j < planner->n_nodes; j++) {
        const double labour = planner->labour[j];
        const double dwelling = planner->housing[j] / labour / (1.0 - planner->alpha);
        for (size_t n = 0; n < n_goods; n++)
            made[n] += planner->productivity[j * n_goods + n] * pow(labour / (double)n_goods, planner->returns);
        heads += labour;
        scale += labour * planner->weight[j] * planner->alpha * pow(planner->alpha, -e) *
                 pow(dwelling, (1.0 - planner->alpha) * (1.0 - planner->rho));
    }
    for (size_t n = 0; n < n_goods; n++)
        bundle += pow(made[n] / made[0], 1.0 - 1.0 / sigma);
    bundle = n_goods == 1 ? made[0] / heads : made[0] / heads * pow(bundle, sigma / (sigma - 1.0));
    for (size_t j = 0; j < planner->n_nodes; j++)
        for (size_t n = 0; n < n_goods; n++)
            price[j * n_goods + n] = scale / heads * pow(bundle, e - 1.0) *
                                     (n_goods == 1 ? 1.0 : pow(made[n] / heads / bundle, -1.0 / sigma));
    return BK_OK;
}
