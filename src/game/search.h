/* The best action of one player, the others' held: a scan, or steps from where it was, then parabolas. */
#ifndef GAME_SEARCH_H
#define GAME_SEARCH_H

#include "buckle/game.h"

typedef struct bki_rival_job {
    bk_context                *ctx;
    const bk_rivalry          *game;
    const bk_rivalry_settings *settings;
    bool                       together;      /* what counts is the sum of payoffs */
    double                    *action;        /* [n_players] unit of the actions */
    double                    *payoff;        /* [n_players] unit of the payoffs, of the last evaluation */
    size_t                     n_evaluations; /* so far */
} bki_rival_job;

typedef struct bki_point {
    double x, f; /* unit of the actions, of the payoffs: an action and what it brings */
} bki_point;

/* What counts for `player` when it does `x`; action[player] is then x. */
bk_status bki_rival_try(bki_rival_job *job, size_t player, double x, bki_point *out);

/* The best of [0, most]: `whole` scans all of it, else it is sought from action[player] on by steps of `step`.  Leaves
 * action[player] at the best. */
bk_status bki_rival_best(bki_rival_job *job, size_t player, bool whole, double step, bki_point *out);

#endif
