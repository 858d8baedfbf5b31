/* Discrete network design: which candidate links to build within a budget, when traffic then finds its own equilibrium.
 */
#ifndef BUCKLE_DESIGN_H
#define BUCKLE_DESIGN_H

#include "buckle/equilibrium.h"

typedef struct bk_design_settings {
    double budget;     /* unit of the candidates' prices, >= 0 */
    double gap;        /* of each user equilibrium; the best design's is found anew to 1e-12 */
    size_t node_limit; /* of the search tree, >= 1 */
} bk_design_settings;

bk_design_settings bk_design_default(void); /* budget 0, gap 1e-9, 40,000 nodes */

typedef struct bk_design {
    bk_outcome      outcome;    /* BK_CONVERGED: the search is complete; BK_ITERATION_LIMIT, BK_CANCELLED: it is not */
    bool            proved;     /* no design within the budget is better by more than 1e-6 of its cost */
    double          total_cost; /* of the traffic in user equilibrium, unit of time x unit of traffic */
    double          bound;      /* no design within the budget costs less */
    double          spent;      /* unit of price */
    size_t          n_built;
    const uint32_t *built;        /* [n_built] arcs of the network, rising */
    const double   *flow;         /* [n_arcs] unit of traffic */
    size_t          n_nodes;      /* of the search tree */
    size_t          n_equilibria; /* user equilibria and system optima solved */
} bk_design;

/**
 * Build the candidates (arcs with a price) that make the total cost of the user equilibrium least.
 *
 * Branch and bound.  The bound of a set of designs is the system optimum (least total cost when traffic is told where
 * to go) with all candidates not yet ruled out: traffic left to itself costs no less, and fewer links no less.  Closing
 * a link then costs at least what it saves at the optimum's marginal costs, which a fractional knapsack turns into what
 * the budget must forgo. Source   LeBlanc (1975), Transportation Science 9, for the bound; Dantzig (1957) for the
 * knapsack Input    a network whose candidates have a price and whose delay functions are linear or bpr Output `*out`,
 * arrays held by `arena` Returns  BK_OK, also when a limit stopped it or it was cancelled (see outcome) BK_ERR_USAGE no
 * candidates, another form of delay, settings out of range BK_ERR_NO_PATH  trips that no path of the existing links
 * serves as bk_equilibrium_solve otherwise
 */
bk_status bk_design_solve(bk_context *ctx, const bk_road_network *network, const bk_road_demand *demand,
                          const bk_design_settings *settings, bk_arena *arena, bk_design *out);

#endif
