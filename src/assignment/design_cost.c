/* Costs of designs: closed candidates have infinite fixed cost, and each equilibrium starts from an earlier one's
 * routes.
 *
 * The system optimum is the user equilibrium at marginal total cost, t0 (1 + (p + 1) b r^p) + fixed, whose Beckmann
 * function is the total cost.  At marginal costs c, a link is worth w = max over x of c x - x t(x) = p b t0 x^(p+1) /
 * q^p, x its flow: by duality the total cost without it is larger by at least w. */
#include "assignment/design.h"

#include <math.h>
#include <string.h>

#define BOUND_GAP 1e-5 /* of system optima: what is left of it is taken off the bound */

static const double *
marginal_b(const bk_road_network *network, bk_arena *arena)
{
    const bk_vdf *vdf = &network->vdf;
    double       *b = BK_NEW(arena, double, network->n_arcs);

    for (size_t a = 0; b != NULL && a < network->n_arcs; a++) {
        const double p = vdf->form == BK_VDF_LINEAR ? 1.0 : vdf->all_power > 0.0 ? vdf->all_power : vdf->power[a];
        b[a] = (p + 1.0) * vdf->b[a];
    }
    return b;
}

static void
list_candidates(const bk_road_network *network, bki_design *out, uint32_t *candidate, double *price)
{
    for (size_t a = 0; a < network->n_arcs; a++)
        if (network->price[a] > 0.0) {
            candidate[out->n] = (uint32_t)a;
            price[out->n++] = network->price[a];
        }
}

bk_status
bki_design_prepare(bk_context *ctx, const bk_road_network *network, const bk_road_demand *demand,
                   const bk_design_settings *settings, bk_arena *arena, bki_design *out)
{
    bk_road_network *marginal = BK_NEW(arena, bk_road_network, 1);
    uint32_t        *candidate = BK_NEW(arena, uint32_t, network->n_arcs);
    double          *price = BK_NEW(arena, double, network->n_arcs);

    *out = (bki_design){.ctx = ctx,
                        .network = network,
                        .marginal = marginal,
                        .demand = demand,
                        .settings = settings,
                        .candidate = candidate,
                        .price = price,
                        .fixed = BK_NEW(arena, double, network->n_arcs),
                        .lasting = arena};
    BK_TRY(bk_arena_ok(arena));
    if (network->vdf.form == BK_VDF_CONICAL)
        return bk_fail(ctx, BK_ERR_USAGE, "network design needs delay functions of the form bpr or linear");
    *marginal = *network;
    marginal->vdf.b = marginal_b(network, arena);
    BK_TRY(bk_arena_ok(arena));
    if (network->price != NULL)
        list_candidates(network, out, candidate, price);
    if (out->n == 0)
        return bk_fail_hint(ctx, BK_ERR_USAGE, "candidates are announced by <NUMBER OF NEW LINKS> and have a price",
                            "the network has no candidate links");
    return BK_OK;
}

/* An equilibrium of the network or of its marginal costs, with the closed candidates shut. */
static bk_status
solve(bki_design *design, const bk_road_network *network, const bool *open, double gap, const bk_bushes *warm,
      bool keep, bk_arena *arena, bk_equilibrium *out)
{
    bk_equilibrium_settings settings = bk_equilibrium_default();
    const bk_traffic_class  traffic = {design->fixed, design->demand};

    memcpy(design->fixed, network->fixed, network->n_arcs * sizeof *design->fixed);
    for (size_t i = 0; i < design->n; i++)
        if (!open[i])
            design->fixed[design->candidate[i]] = INFINITY;
    settings.gap = gap;
    settings.warm = warm;
    settings.keep_bushes = keep;
    settings.progress = NULL;
    design->n_equilibria++;
    BK_TRY(bk_equilibrium_solve(design->ctx, network, 1, &traffic, &settings, arena, out));
    if (out->outcome == BK_CONVERGED || out->outcome == BK_CANCELLED || out->relative_gap < 1e-8)
        return BK_OK;
    return bk_fail(design->ctx, BK_ERR_NOT_CONVERGED, "the equilibrium of a design stopped at a gap of %g",
                   out->relative_gap);
}

bk_status
bki_design_cost(bki_design *design, const bool *open, double gap, double *cost, double *flow)
{
    const bool     is_first = design->user_start == NULL;
    bk_equilibrium out;
    bk_arena       scratch;

    bk_arena_init(&scratch, design->ctx);
    const bk_status status = solve(design, design->network, open, gap, design->user_start, is_first,
                                   is_first ? design->lasting : &scratch, &out);
    if (status == BK_OK) {
        *cost = out.outcome == BK_CANCELLED ? INFINITY : out.total_cost; /* flows cut short say nothing */
        if (flow != NULL)
            memcpy(flow, out.flow, design->network->n_arcs * sizeof *flow);
        if (is_first)
            design->user_start = out.bushes;
    }
    bk_arena_release(&scratch);
    return status;
}

static double
saving_of(const bk_vdf *vdf, uint32_t arc, double flow)
{
    double time, slope;

    bk_vdf_eval_arc(vdf, arc, flow, &time, &slope); /* x^2 t'(x), with t' = t0 b p r^(p-1) / q */
    return flow * flow * slope;
}

bk_status
bki_design_bound_of(bki_design *design, const bool *open, bki_design_bound *out)
{
    const bool     is_first = design->system_start == NULL;
    bk_equilibrium optimum;
    bk_arena       scratch;

    bk_arena_init(&scratch, design->ctx);
    const bk_status status = solve(design, design->marginal, open, BOUND_GAP, design->system_start, is_first,
                                   is_first ? design->lasting : &scratch, &optimum);
    if (status == BK_OK) {
        out->cost = optimum.objective - (optimum.total_cost - optimum.least_cost);
        for (size_t i = 0; i < design->n; i++)
            out->saving[i] =
                open[i] ? saving_of(&design->network->vdf, design->candidate[i], optimum.flow[design->candidate[i]])
                        : 0.0;
        if (is_first)
            design->system_start = optimum.bushes;
    }
    bk_arena_release(&scratch);
    return status;
}
