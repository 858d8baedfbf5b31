/* The inside of an adjoint.
 *
 * With u utilisations, s = p'(u), U tonnes on each limit per tonne of a cell, y the derivative of ln real income by the
 * prices, and
 *     K = - d flow / d price = choice among routes + U' (d tonnes / d ln d) (d ln d / d price),
 * the excess F(u) = background + flow - Q u has F_u = - (Q + K S), and
 *     (Q + S K') lambda = - S y,         d ln W = (d ln W at prices held) - lambda' (F at prices held).
 * Scaled by S^(1/2) on both sides, over the limits whose price moves at all. */
#ifndef COUPLING_ADJOINT_H
#define COUPLING_ADJOINT_H

#include "assignment/assignment.h"
#include "coupling/joint.h"
#include "trade/response.h"

#include "buckle/value.h"

#include <math.h>

/* Blocks of columns have one column an economy, innermost. */
struct bk_joint_adjoint {
    const bk_joint_base     *base;
    const bk_model          *model;
    const bk_joint_solution *solution;
    const bk_trade_shock    *shock;
    const bki_response      *trade;
    size_t                   n;      /* n_regions, columns of all below */
    bki_push                 income; /* gradient of every region's ln real income at prices of scarcity held */
    bki_push                 whole;  /* the same with their answer; income itself without network */
    /* NULL without network */
    bk_assignment *assignment;    /* of the state, evaluated; not written to any more */
    const double  *price, *slope; /* [n_limits] USD/t, and per unit of utilisation */
    const double  *utilisation;   /* [n_limits] ratio */
    const double  *crowding;      /* [n_limits][n] lambda: ln real income lost per t/yr of excess flow */
    const double  *cell_crowding; /* [cells][n] the same per t/yr of each cell's trade, along its routes */
    const double  *cell_cost;     /* [cells][n] change of ln real income per USD/t of each cell's expected cost */
};

/* What a USD/t of a cell's expected cost is to its ln transport factor, and a money of its trade in tonnes. */
static inline double
bki_factor_per_usd(const bk_joint_adjoint *adjoint, size_t cell)
{
    const double worth = adjoint->model->economy.usd_per_tonne[cell];
    const double factor = adjoint->solution->transport_factor[cell];

    return worth > 0.0 && isfinite(factor) ? 1.0 / (worth * adjoint->base->factor[cell] * factor) : 0.0;
}

static inline double
bki_tonnes_per_money(const bk_joint_adjoint *adjoint, size_t cell)
{
    const double worth = adjoint->model->economy.usd_per_tonne[cell];

    return worth > 0.0 ? adjoint->model->money_usd / worth : 0.0;
}

/* adjoint_system.c: the adjoint of congestion, from the gradient at prices held: fills crowding and cell_crowding. */
bk_status bki_adjoint_crowding(bk_context *ctx, bk_joint_adjoint *adjoint, bk_arena *arena);

#endif
