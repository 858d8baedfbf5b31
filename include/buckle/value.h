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

#endif
