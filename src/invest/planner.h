/* The planner's dual, for the files that minimise it and those that check what they found. */
#ifndef INVEST_PLANNER_H
#define INVEST_PLANNER_H

#include "buckle/planner.h"

/* What one link carries of one good at the prices of its ends, per unit of factor: the good goes from the cheap end. */
typedef struct bki_carriage {
    double flow;      /* arriving */
    double shipped;   /* leaving: flow and loss */
    double curvature; /* d flow / d price of the dear end */
    bool   reversed;  /* goes from `to` to `from` */
} bki_carriage;

typedef struct bki_dual {
    const bk_planner *planner;
    const double     *fixed;    /* [n_links] infrastructure, or NULL: chosen with the prices */
    double            response; /* s = 1 / (1 - gamma / beta), how fast it answers to what a link earns; joint only */
    size_t            n;        /* n_nodes x n_goods */
    double           *scale;    /* [n_nodes] alpha b of the marginal utility alpha b c^(e - 1) */
    bki_carriage     *carriage; /* [n_links][n_goods] */
    double           *earning;  /* [n_links] what it earns per unit of factor */
    double           *factor;   /* [n_links] (I^gamma / transport_cost)^(1 / beta) transport_cost^(1 / beta) */
    double           *chosen;   /* [n_links] infrastructure, joint only */
    bool             *widened;  /* [n_links] the budget buys some of it; joint only */
    double           *node_value, *link_value; /* [n_nodes], [n_links] terms of the dual */
    double           *block;                   /* [n_nodes][n_goods][n_goods] second derivatives of the nodes' terms */
    double           *turnover;                /* [n] supply and demand at the prices */
    double           *gradient;                /* [n] supply less demand */
    double           *pull;                    /* [n] the links' part of the gradient */
    double           *widened_pull;            /* [n] the widened links' part of it */
    double            network_value;           /* the links' part of the dual */
    double            widened_value;           /* the widened links' part of it */
    double            value;
} bki_dual;

bk_status bki_dual_create(const bk_planner *planner, const double *fixed, double gamma, bk_arena *arena, bki_dual *out);
/* Value, gradient and what products with the Hessian need, at `price` [n] > 0. */
void bki_dual_evaluate(bki_dual *dual, const double *price);
/* out = P H P y with P the diagonal of prices: a step in logarithms.  y and out [n]. */
void bki_dual_product(const bki_dual *dual, const double *price, const double *y, double *out);
/* The diagonal of P H P, the budget's coupling left out; > 0. */
void bki_dual_diagonal(const bki_dual *dual, const double *price, double *out);

/* Largest excess of demand over supply as a share of the two. */
double bki_dual_unbalance(const bki_dual *dual);

typedef struct bki_minimum {
    bk_outcome outcome;
    int        steps;
    size_t     n_evaluations, n_products;
} bki_minimum;

/* Newton's method from `price`, which it moves to the minimum. */
bk_status bki_dual_minimise(bk_context *ctx, bki_dual *dual, const bk_planner_settings *settings, double *price,
                            bk_arena *scratch, bki_minimum *out);

/* Prices at which all nodes together would be at peace if shipping were free.  [n] */
bk_status bki_planner_start(const bk_planner *planner, bk_arena *scratch, double *price);
bk_status bki_planner_check(bk_context *ctx, const bk_planner *planner);

/* From prices and infrastructure to a plan with its certificate. */
bk_status bki_plan_certify(const bk_planner *planner, const double *price, const double *infrastructure,
                           bk_arena *arena, bk_plan *out);
/* The dual of the joint problem at `price`, gamma <= beta; of the network as it stands where `infrastructure` is given.
 * `earning` [n_links] is room for the joint one, else NULL. */
double bki_plan_bound(const bk_planner *planner, const double *price, const double *infrastructure, double *earning);

#endif
