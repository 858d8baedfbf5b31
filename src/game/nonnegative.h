/* Whether a vector is a sum of given ones with weights of 0 or more. */
#ifndef GAME_NONNEGATIVE_H
#define GAME_NONNEGATIVE_H

#include "game/coalitions.h"

/**
 * How far `target` [m] lies from the cone of the coalitions' columns: least |A w - target| over w >= 0, relative to
 * |target|.  The column of coalition S has a 1 for each member, taken in the m = n - 1 coordinates that are left of n
 * players when the whole is nothing: player i less the last.
 *
 * Source   Lawson & Hanson (1974), algorithm NNLS, with columns made when needed
 * Output   `*distance`, dimensionless
 * Returns  BK_OK, BK_ERR_NOT_CONVERGED
 */
bk_status bki_cone_distance(bk_context *ctx, size_t n, const uint32_t *coalitions, size_t n_coalitions,
                            const double *target, double *distance);

/* Coordinate i < n - 1 of a coalition, as above: -1, 0 or 1. */
static inline double
bki_coordinate(size_t n, uint32_t coalition, size_t i)
{
    return (double)(coalition >> i & 1) - (double)(coalition >> (n - 1) & 1);
}

#endif
