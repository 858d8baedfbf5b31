/* Linear programs with a constraint for every coalition, solved on their duals: few rows, and columns that are made
 * when they price out, so that none is stored. */
#ifndef GAME_SIMPLEX_H
#define GAME_SIMPLEX_H

#include "game/coalitions.h"

enum { BKI_MOST_ROWS = BK_MOST_PLAYERS + 1 };

/* Payoffs x = start + directions u, and a level t if `has_level`:
 *
 *     largest  objective . (u, t)   with   x(S) - v(S) + relax >= t   for every coalition that is not held,
 *                                          x_i >= 0                   for every player, if `has_bounds`
 *
 * (t is 0 without a level).  The weights of the constraints at the optimum are the dual solution. */
typedef struct bki_program {
    const bki_game    *game;
    const bki_freedom *freedom;
    const bool        *held; /* [2^n] constraints left out; the empty coalition and all are held by any freedom here */
    bool               has_level, has_bounds;
    double             relax;
    double             objective[BKI_MOST_ROWS]; /* of u, then of t */
    double            *x;                        /* [n] start; at the end the optimum; dimensionless */
    double             level;                    /* out: t */
    size_t             n_rows;                   /* n_directions + has_level */
    uint32_t           basis[BKI_MOST_ROWS]; /* in: a feasible basis of the dual; out: the optimal one.  S < 2^n: the
                                                constraint of S; 2^n + i: the bound of player i */
    double weight[BKI_MOST_ROWS];            /* out: of the basis, >= 0 */
    size_t n_pivots;                         /* counted on */
} bki_program;

/* The basis from which levels rise: free players, the complement of the first. */
void bki_program_level_start(bki_program *program);

/* Returns BK_OK; BK_ERR_NOT_CONVERGED when pivoting gave up, or the constraints contradict one another;
 * BK_ERR_CANCELLED. */
bk_status bki_program_solve(bk_context *ctx, bki_program *program);

/* Payoffs, level and weights of the basis as it stands, whatever it breaks.  Returns BK_OK, BK_ERR_NOT_CONVERGED. */
bk_status bki_program_evaluate(bk_context *ctx, bki_program *program);

#endif
