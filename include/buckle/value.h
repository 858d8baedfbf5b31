/* What a little more or less of anything is worth, and to whom: derivatives of every economy's real income at a joint
 * equilibrium, by one adjoint solve of the whole system, and the answers to scenarios that they give at once. */
#ifndef BUCKLE_VALUE_H
#define BUCKLE_VALUE_H

#include "buckle/coupling.h"

/* The adjoint of one solved state: weights by which flows in excess of what is scarce, and costs of every trade
 * relation, count in each economy's real income.  Immutable: any number of threads, each with a context of its own, may
 * read it. */
typedef struct bk_joint_adjoint bk_joint_adjoint;

/**
 * Linearises trade and transport at a solution and solves the adjoint for all economies.
 *
 * Source   docs/explanation/link-values.md; Giles & Pierce (2000) on adjoints; Allen & Arkolakis (2022) on link values
 * Input    `model`, `solution` a scenario's that belong together, or both NULL: the base year.  They, the base and what
 *          the solution's shock refers to must outlive the adjoint
 * Output   `*out`, held by `arena`
 * Returns  BK_OK, BK_ERR_NO_SOLUTION or BK_ERR_NOT_CONVERGED (the state does not determine the answers), BK_ERR_USAGE
 * (a study without economy), BK_ERR_NO_MEMORY, BK_ERR_CANCELLED
 */
bk_status bk_joint_adjoint_prepare(bk_context *ctx, const bk_joint_base *base, const bk_model *model,
                                   const bk_joint_solution *solution, bk_arena *arena, const bk_joint_adjoint **out);

typedef struct bk_first_order {
    const double *welfare_pct; /* [n_regions] % of real income against the base year, congestion answered */
    const double *ev_usd;      /* [n_regions] USD/yr, the same in money */
    const double *held_pct; /* [n_regions] % at the prices of scarce capacity and the queues of the adjoint's state */
    size_t        pairs_repriced; /* pairs of zones whose routes the scenario touches */
} bk_first_order;

/**
 * The answer to a scenario to first order: routes are chosen and trade is solved anew at the scenario's costs with the
 * prices of scarce capacity and the queues of the adjoint's state; what these prices then do is added by the adjoint.
 * The error is of second order in the change; a line that was closed, or had no traffic, is not crowded by what it
 * draws.
 *
 * Input    `model` from bk_scenario_apply on the base's model; `finance` as in bk_joint_settings, or NULL
 * Output   `*out`, arrays held by `arena`
 * Returns  BK_OK; BK_ERR_NO_SOLUTION where trade has none or a transport factor falls below 0; BK_ERR_NOT_CONVERGED,
 *          BK_ERR_NO_MEMORY, BK_ERR_CANCELLED
 */
bk_status bk_joint_first_order(bk_context *ctx, const bk_joint_adjoint *adjoint, const bk_model *model,
                               const bk_trade_shock *finance, bk_arena *arena, bk_first_order *out);

/* ---- values ---------------------------------------------------------------------------------------------------- */

/* What one unit of anything is worth to each economy: derivatives of its real income in USD a year, everything
 * answered; > 0: a gain.  f facility as in bk_graph, n region. */
typedef struct bk_joint_values {
    size_t        n_facilities, n_arcs, n_borders, n_regions;
    const double *per_usd;      /* [n_facilities][n_regions] USD/yr per USD/t less on all that pass, both directions */
    const double *per_hour;     /* [n_facilities][n_regions] USD/yr per h less for all that pass */
    const double *per_variance; /* [n_facilities][n_regions] USD/yr per h^2 less of variance */
    const double *per_capacity; /* [n_facilities][n_regions] USD/yr per t/yr of capacity more; 0 where none is short */
    const double
        *tonnes; /* [n_facilities] t/yr that pass: the plain saving, USD/yr per USD/t less if nothing answers */
    const double *hour_cost;    /* [n_facilities] USD/yr per h less if nothing answers: sum of tonnes x value of time */
    const double *arc_per_usd;  /* [n_arcs][n_regions] USD/yr as per_usd, of one arc */
    const double *arc_per_hour; /* [n_arcs][n_regions] USD/yr as per_hour, of one arc */
    /* of border rows; hours meet each sector at its mode's border factor */
    const double *per_control_hour; /* [n_borders][n_regions] USD/yr per h less of released and inspected alike */
    const double *per_share_point;  /* [n_borders][n_regions] USD/yr per hundredth less inspected, its spread held */
    const double *per_spread_hour;  /* [n_borders][n_regions] USD/yr per h less of hours_sd */
    const double *per_lane; /* [n_borders][n_regions] USD/yr per lane more, its slope today; 0 without a queue */
    const double *per_service_hour; /* [n_borders][n_regions] USD/yr per h of service less, of the queue alone */
} bk_joint_values;

/**
 * Values of every link, transfer and border row at the adjoint's state, by one pass over its routes.
 *
 * Source   as above; the plain saving is Fogel's (1964), to which Hulten's (1978) theorem reduces the value where
 *          nothing distorts
 * Output   `*out`, arrays held by `arena`
 * Returns  BK_OK, BK_ERR_USAGE (a study without network), BK_ERR_NO_MEMORY
 */
bk_status bk_joint_value(bk_context *ctx, const bk_joint_adjoint *adjoint, bk_arena *arena, bk_joint_values *out);

/* Gradient of one region's ln real income with respect to ln iceberg factors and ln(1 + tariff) [cells], ln
 * productivity [n_sectors][n_regions], and money received from elsewhere [n_regions]; any may be NULL.  Congestion
 * answers. */
void bk_joint_gradient(const bk_joint_adjoint *adjoint, size_t region, double *cost, double *tariff,
                       double *productivity, double *transfer);

#endif
