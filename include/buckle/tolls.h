/* Rival tolls: what each of some countries asks of transit when all look to themselves, and what they would together.
 */
#ifndef BUCKLE_TOLLS_H
#define BUCKLE_TOLLS_H

#include "buckle/game.h"
#include "buckle/study.h"

typedef struct bk_toll_settings {
    bk_joint_settings   joint;
    bk_rivalry_settings search;
    const char         *cache_folder; /* of base year and routes; NULL: none */
    size_t              n_players;
    const uint32_t     *players;     /* [n_players] countries */
    double              most;        /* USD/t that a toll can be */
    bool                counts_gain; /* a payoff is revenue and the equivalent variation of the country; else revenue */
    bool                together;    /* the tolls that bring all players the most are sought too */
} bk_toll_settings;

bk_toll_settings bk_toll_default_settings(void); /* up to 200 USD/t, revenue alone, together */

typedef struct bk_toll_player {
    double toll;    /* USD/t */
    double tonnes;  /* t/yr of which it is, or could be, asked */
    double revenue; /* USD/yr */
    double gain;    /* USD/yr equivalent variation of the country's regions against no tolls; revenue is not in it */
    double payoff;  /* USD/yr */
} bk_toll_player;

typedef struct bk_toll_state {
    const char           *name;          /* "none", "rivals", "together" */
    const bk_toll_player *players;       /* [n_players] */
    double                revenue;       /* USD/yr of all players */
    const double         *gain;          /* [n_regions] USD/yr equivalent variation against no tolls */
    double                world;         /* USD/yr, all regions */
    size_t                routes_missed; /* as bk_certificate has it */
} bk_toll_state;

typedef struct bk_tolls {
    const bk_study     *study;
    const bk_scenario  *scenario; /* NULL: the base year */
    bk_toll_settings    settings;
    size_t              n_players;
    const char *const  *names; /* [n_players] of the economies */
    size_t              n_states;
    bk_toll_state       states[3];    /* without tolls, rivals, together */
    bk_rivalry_solution rivals;       /* the certificate: what each would gain by another toll */
    bk_rivalry_solution together;     /* likewise, of the sum; zeros unless sought */
    size_t              routes_added; /* that tolls make worth while and the base year's set lacks */
    size_t              n_equilibria; /* solved */
    double              residual;     /* the largest of them, bk_joint_residual */
    size_t              n_sentences;
    const char *const  *sentences; /* [n_sentences] */
    bk_results          results;   /* tables tolls, toll_gains */
} bk_tolls;

/**
 * Rivals in tolls on transit (bk_arc_toll_country says where they are paid).  A player's payoff is what its toll brings
 * in the joint equilibrium: routes, trade, queues and incomes answer.  Tolls leave the shipper and are nobody's income
 * in the equilibrium, so gains are before whatever a treasury does with them.
 *
 * Routes are first added that tolls of half the most (all players', and each one's alone) make worth while; then
 * bk_rivals_find, and bk_rivals_together, on joint equilibria, each started from the one before.
 *
 * Input    `scenario` of the study, SIZE_MAX: the base year; 1 to 32 players, each once
 * Returns  BK_OK (see rivals.outcome and together.outcome: BK_CANCELLED holds what was found up to then, once the state
 *          without tolls is solved, before that it is BK_ERR_CANCELLED), BK_ERR_VALUE, BK_ERR_INCONSISTENT (no network
 * or economy), what bk_rivals_find and bk_joint_solve return
 */
bk_status bk_study_tolls(bk_context *ctx, const bk_study *study, size_t scenario, const bk_toll_settings *settings,
                         bk_arena *arena, const bk_tolls **out);

#endif
