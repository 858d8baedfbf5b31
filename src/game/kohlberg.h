/* Kohlberg's criterion: what a nucleolus must satisfy, recomputed from the payoff alone. */
#ifndef GAME_KOHLBERG_H
#define GAME_KOHLBERG_H

#include "game/coalitions.h"

/**
 * Levels of excess from the top down: at each, the coalitions at or above it must be balanced with weights above 0, the
 * players at their bound helping with weights of 0 or more.  Stops when the coalitions met leave a payoff no freedom.
 *
 * Source   Kohlberg (1971), theorems 1 and 2
 * Input    `x` [n] payoff of `game`; `bounded`: nobody may get less than alone
 * Output   `*imbalance` the worst level's, dimensionless; `*n_levels`
 * Returns  BK_OK, BK_ERR_NOT_CONVERGED, BK_ERR_NO_MEMORY
 */
bk_status bki_kohlberg(bk_context *ctx, const bki_game *game, const double *x, bool bounded, double *imbalance,
                       size_t *n_levels);

#endif
