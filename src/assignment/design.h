/* Costs of designs, by user equilibrium and by system optimum, for the search over designs. */
#ifndef ASSIGNMENT_DESIGN_H
#define ASSIGNMENT_DESIGN_H

#include "buckle/design.h"

typedef struct bki_design {
    bk_context               *ctx;
    const bk_road_network    *network, *marginal; /* the second with marginal total cost for time */
    const bk_road_demand     *demand;
    const bk_design_settings *settings;
    size_t                    n;            /* candidates */
    const uint32_t           *candidate;    /* [n] arcs, rising */
    const double             *price;        /* [n] unit of price */
    double                   *fixed;        /* [n_arcs] unit of time, with closed candidates */
    const bk_bushes          *user_start;   /* routes of an earlier user equilibrium */
    const bk_bushes          *system_start; /* routes of the system optimum with every candidate */
    bk_arena                 *lasting;
    size_t                    n_equilibria;
} bki_design;

/* Of a design: `open` [n]. */
typedef struct bki_design_bound {
    double  cost;   /* no less than this with these links */
    double *saving; /* [n] unit of cost: at least so much more without this open link */
} bki_design_bound;

bk_status bki_design_prepare(bk_context *ctx, const bk_road_network *network, const bk_road_demand *demand,
                             const bk_design_settings *settings, bk_arena *arena, bki_design *out);

/* Total cost of the user equilibrium to the gap given; `flow` [n_arcs] or NULL. */
bk_status bki_design_cost(bki_design *design, const bool *open, double gap, double *cost, double *flow);

/* Lower bound by the system optimum. */
bk_status bki_design_bound_of(bki_design *design, const bool *open, bki_design_bound *out);

#endif
