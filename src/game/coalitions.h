/* What the solutions share: a game made ready for comparison, sums over coalitions, what a set of coalitions fixes. */
#ifndef GAME_COALITIONS_H
#define GAME_COALITIONS_H

#include "buckle/game.h"

/* Payoffs x of the game given are alone + scale u, with u a payoff of `worth`: solutions here are covariant, and in u
 * tolerances have a meaning. */
typedef struct bki_game {
    size_t  n;         /* players */
    double *worth;     /* [2^n] less what the members have alone, over scale; dimensionless */
    double *alone;     /* [n] unit of the game given */
    double  scale;     /* > 0, unit of the game given */
    double  tolerance; /* below it two worths do not differ, for rounding in the game given; dimensionless */
    double *sum;       /* [2^n] scratch: a payoff added up over each coalition; dimensionless */
} bki_game;

/* Returns BK_OK; BK_ERR_VALUE for no or too many players, a worth that is not finite, or one of the empty coalition. */
bk_status bki_game_check(bk_context *ctx, size_t n_players, const double *worth);

/* Checks the game given, and makes it ready.  Returns BK_OK, BK_ERR_VALUE, BK_ERR_NO_MEMORY. */
bk_status bki_game_create(bk_context *ctx, size_t n_players, const double *worth, bk_arena *arena, bki_game *out);

/* sum[S] = x added up over S, for all S. */
void bki_coalition_sums(size_t n, const double *x, double *sum);

/* The directions in which payoffs may move while the payoffs of `n_fixed` coalitions stay: a basis of the null space,
 * written so that the k-th direction moves player free[k] by 1 and no other free player. */
typedef struct bki_freedom {
    size_t    n_directions;
    double   *direction; /* [n][n_directions] dimensionless */
    uint32_t *free;      /* [n_directions] players */
} bki_freedom;

/* `out` has room for n directions; `scratch` [n_fixed][n]. */
void bki_freedom_find(size_t n, const uint32_t *fixed, size_t n_fixed, double *scratch, bki_freedom *out);

/* held[S]: no direction changes the payoff of S; `sum` [2^n] is scratch. */
void bki_freedom_mark(size_t n, const bki_freedom *freedom, double *sum, bool *held);

#endif
