/* Which network to build, link by link and without lumps: the planner of Fajgelbaum & Schaal (2020), who ships goods
 * over congested links and spreads a budget of infrastructure over them.  Pure mathematics on an economy handed in. */
#ifndef BUCKLE_PLANNER_H
#define BUCKLE_PLANNER_H

#include "buckle/base.h"

/* Shipping a unit of a good over a link uses up tau = transport_cost Q^beta / I^gamma units of it, Q the good's flow
 * and I the link's infrastructure, the same in both directions; building costs building_cost I for each direction.
 * Households eat c and dwell in h: u = ((c / alpha)^alpha (h / (1 - alpha))^(1 - alpha))^(1 - rho) / (1 - rho), its
 * logarithm at rho = 1; c is a CES bundle of the goods.  A good's output is productivity x labour^returns; labour moves
 * between goods, not between nodes. */
typedef struct bk_planner {
    size_t          n_nodes, n_goods, n_links;
    const uint32_t *from, *to;      /* [n_links] nodes that differ; every link carries goods both ways */
    const double   *transport_cost; /* [n_links] > 0, units lost per unit shipped at Q = I = 1 */
    const double   *building_cost;  /* [n_links] > 0, budget per unit of infrastructure and direction */
    const double   *weight;         /* [n_nodes] > 0, of a head in welfare */
    const double   *labour;         /* [n_nodes] > 0, heads */
    const double   *housing;        /* [n_nodes] > 0, of all heads together */
    const double   *productivity;   /* [n_nodes][n_goods] >= 0 */
    double          alpha, rho;     /* in (0, 1); >= 0 */
    double          sigma, returns; /* elasticity > 1 between goods; in (0, 1), in (0, 1] with one good */
    double          beta, gamma;    /* congestion > 0; returns to infrastructure > 0 */
    double          budget;         /* > 0: sum over links of 2 building_cost (I - standing) */
    double          least_capacity; /* >= 0: I^gamma / transport_cost is taken no lower; not for bk_planner_design */
    const double   *standing;       /* [n_links] >= 0, infrastructure that is there and stays: the budget buys what is
                                       more; NULL: none.  For bk_planner_design */
} bk_planner;

typedef struct bk_planner_settings {
    double
        tolerance;  /* of flow balance, share of a node's supply and demand; of infrastructure in bk_planner_iterate */
    int step_limit; /* Newton steps of one network; rounds of bk_planner_iterate */
    const double *start; /* [n_nodes][n_goods] > 0, prices to begin from; NULL: as if shipping were free */
} bk_planner_settings;

bk_planner_settings bk_planner_default(void); /* 1e-11, 200 */

/* A plan and its certificate.  Welfare is that of an allocation which fulfils every constraint exactly: what flows and
 * losses leave at a node is eaten there.  The bound is the dual at `price`.  Both are computed anew from the arrays, by
 * other code than the solver's. */
typedef struct bk_plan {
    bk_outcome    outcome;
    int           steps;          /* of Newton's method, in all networks */
    size_t        n_evaluations;  /* of the dual and its gradient */
    size_t        n_products;     /* of its Hessian with a vector */
    double        welfare;        /* sum of weight x labour x u */
    double        bound;          /* no plan has more welfare; INFINITY where none is known (bk_planner_iterate) */
    double        unbalance;      /* largest excess of demand over supply at `price`, share of the two */
    double        spent;          /* of the budget, on infrastructure beyond what stands */
    const double *price;          /* [n_nodes][n_goods] welfare per unit */
    const double *consumption;    /* [n_nodes] of the bundle per head */
    const double *flow;           /* [n_links][n_goods] arriving; < 0: towards `from` */
    const double *labour;         /* [n_nodes][n_goods] heads at work */
    const double *infrastructure; /* [n_links] units of infrastructure, each direction */
} bk_plan;

/**
 * The best shipments on a network that stands: a smooth convex dual in the local prices.
 *
 * Source   Fajgelbaum & Schaal (2020), Econometrica 88(4), propositions 1 and 2
 * Input    `infrastructure` [n_links] >= 0; the budget is not asked
 * Output   `*out`, arrays held by `arena`
 * Returns  BK_OK, also when a limit stopped it or it was cancelled (see outcome); BK_ERR_VALUE for figures out of
 *          range; BK_ERR_NO_SOLUTION for a good that a connected part of the network cannot make
 */
bk_status bk_planner_ship(bk_context *ctx, const bk_planner *planner, const double *infrastructure,
                          const bk_planner_settings *settings, bk_arena *arena, bk_plan *out);

/**
 * The best network and the best shipments on it, for gamma <= beta.
 *
 * For gamma < beta one smooth convex dual in the prices, the budget's own price minimised out: in closed form, and
 * where some infrastructure stands among the links that are widened, which are found as water finds its level.  At
 * gamma = beta the dual has kinks: the network is then that of a gamma just below, the bound that of gamma itself, and
 * the gap between the two is what the answer is good for.
 *
 * Returns  as bk_planner_ship; BK_ERR_USAGE for gamma > beta, where the problem is not convex (bk_planner_iterate finds
 * a network that cannot be bettered by small changes), and for a least_capacity
 */
bk_status bk_planner_design(bk_context *ctx, const bk_planner *planner, const bk_planner_settings *settings,
                            bk_arena *arena, bk_plan *out);

/**
 * Build, ship, build anew: rounds in which half the budget goes where the last shipments would have it, from an even
 * start.  A fixed point fulfils the first-order conditions; only for gamma < beta is it known to be the best.
 *
 * Source   Fajgelbaum & Schaal (2020), online appendix, the loop over infrastructure
 * Returns  as bk_planner_ship; BK_ERR_USAGE where infrastructure stands
 */
bk_status bk_planner_iterate(bk_context *ctx, const bk_planner *planner, const bk_planner_settings *settings,
                             bk_arena *arena, bk_plan *out);

/* A planner's problem from a file. */
typedef struct bk_planner_data {
    bk_planner         planner;
    const char *const *names;          /* [n_nodes] "1", "2" ... where the file gives none */
    const double      *infrastructure; /* [n_links] units that stand; NULL: the file has none, the network is sought */
} bk_planner_data;

/**
 * Read a problem: {"nodes": [{"name", "labour", "housing", "weight", "productivity": number or [..]}], "links":
 * [{"from", "to", "transport_cost", "building_cost", "infrastructure", "standing"}], "alpha", "rho", "sigma",
 * "returns", "beta", "gamma", "budget"}.  labour, housing and weight are 1 where they are left out, sigma may be with
 * one good; ends are names. Infrastructure is of all links or of none; with it the budget may be left out.  What stands
 * is 0 where it is.
 *
 * Returns  BK_OK; BK_ERR_FILE, as bk_json_read; BK_ERR_SCHEMA, BK_ERR_REFERENCE, BK_ERR_DUPLICATE with line and column
 */
bk_status bk_planner_read(bk_context *ctx, const char *path, bk_arena *arena, bk_planner_data *out);

#endif
