/* Who is the buckle?  A scenario as a game over economies: a coalition's members do their part of it, the others do
 * not, and its worth is what the joint equilibrium then brings. */
#ifndef BUCKLE_PIVOT_H
#define BUCKLE_PIVOT_H

#include "buckle/game.h"
#include "buckle/spread.h"
#include "buckle/study.h"

/* Players up to which every coalition is solved; beyond, orders of arrival are sampled. */
enum { BK_PIVOT_EXACT = 12 };

typedef enum bk_outsiders {
    BK_OUTSIDERS_BASE,  /* who is not in stays as in the base year */
    BK_OUTSIDERS_CLOSED /* and lets no trade cross it that neither begins nor ends there; sea and pipelines excepted */
} bk_outsiders;

typedef struct bk_pivot_settings {
    bk_joint_settings  joint;
    const char        *cache_folder; /* of the base year; NULL: none */
    size_t             n_players;
    const uint32_t    *players; /* [n_players] countries; n_players 0: those whose works, posts or joining it takes */
    bk_outsiders       outsiders;
    bool               counts_all; /* a worth is the gain of every economy of the study, not of members only */
    size_t             n_bypasses;
    const char *const *bypasses;     /* [n_bypasses] projects: the game is solved without them, then with them */
    bool               without_only; /* the second is left out */
    size_t             n_orders;     /* drawn where coalitions are too many */
    uint64_t           seed;
    /* With a file, a shard or a team every equilibrium that the games need is a record of it, and is solved first. */
    bk_spread_settings spread;
} bk_pivot_settings;

bk_pivot_settings bk_pivot_default_settings(void); /* 30 orders of seed 1 */

/* ---- worths, one by one ----------------------------------------------------------------------------------------- */

typedef struct bk_pivot_game bk_pivot_game; /* a scenario and its players made ready; immutable, held by an arena */

/**
 * Which part of a scenario is whose.  A project is opened when all its countries are in; one that builds nothing but
 * posts is opened post by post.  A border row belongs to the country whose post it is; a tariff to the importer; a
 * trade cost and a productivity to the countries named, a toll to who asks it; an adjusted number to the country of its
 * post, transfer or producer, a link's to both ends; all of a measure that joins an agreement to all its parties.
 * What belongs to no player, closures and sanctions hold for every coalition, the empty one too.
 *
 * Input    `scenario` with the projects wanted; `settings` as above, its bypasses not read
 * Returns  BK_OK; BK_ERR_VALUE (no players, more than 63); BK_ERR_REFERENCE; what bk_scenario_apply returns
 */
bk_status bk_pivot_prepare(bk_context *ctx, const bk_study *study, const bk_scenario *scenario,
                           const bk_pivot_settings *settings, const bk_joint_base *base, bk_arena *arena,
                           const bk_pivot_game **out);

size_t          bk_pivot_player_count(const bk_pivot_game *game);
const uint32_t *bk_pivot_players(const bk_pivot_game *game); /* [n_players] countries */

/* The smallest coalition with the same state as `coalition`: equal ones are solved once. */
uint64_t bk_pivot_state_of(const bk_pivot_game *game, uint64_t coalition);
/* The model in which the coalition has done its part, held by `arena`. */
bk_status bk_pivot_model(bk_context *ctx, const bk_pivot_game *game, uint64_t coalition, bk_arena *arena,
                         const bk_model **out);

typedef struct bk_pivot_state {
    bool   converged;
    double residual; /* bk_joint_residual */
} bk_pivot_state;

/**
 * What each economy gains by the state of a coalition, from the base year on: the same bits whatever was solved before,
 * so that coalitions may be spread over processes by their number.
 *
 * Output   `gain` [n_regions] USD/yr against the base year
 * Returns  BK_OK; what bk_joint_solve returns, the coalition named
 */
bk_status bk_pivot_gain(bk_context *ctx, const bk_pivot_game *game, uint64_t coalition, double *gain,
                        bk_pivot_state *state);

/* ---- the answer ------------------------------------------------------------------------------------------------- */

typedef struct bk_pivot_player {
    uint32_t country;
    double   gain;          /* USD/yr, its own with all in */
    double   alone;         /* USD/yr, worth of itself alone */
    double   cost;          /* USD/yr of the works with all in, as projects/finance.csv has it */
    double   shapley;       /* USD/yr of the game of gains */
    double   shapley_error; /* USD/yr, standard error; 0 where every coalition was solved */
    double   others_gain;   /* USD/yr of the other players, with all in */
    double   others_lose;   /* USD/yr of that, when it alone stays out */
    double   world_loses;   /* USD/yr of every economy but itself, when it alone stays out */
    /* Shares of the cost, USD/yr, each player's gain less what it is left with; below 0: it has to be paid. */
    double share_most;               /* leaves it what it makes by itself, its works paid */
    double share_shapley;            /* Shapley's value of the game of gains less cost */
    double share_nucleolus;          /* its nucleolus, or prenucleolus where nobody can be given what it has alone */
    double share_least, share_upper; /* ends of the core, or of the least core if the core is empty */
} bk_pivot_player;

typedef struct bk_pivot_side {        /* one game */
    bool                    exact;    /* every coalition was solved; else a sample, and `gross`, `net` are not there */
    size_t                  n_states; /* equilibria found */
    double                  worth;    /* USD/yr of all players together */
    double                  cost;     /* USD/yr of works with all in */
    double                  world;    /* USD/yr gain of every economy with all in */
    const bk_pivot_player  *players;  /* [n_players] */
    const double           *gains;    /* [2^n_players] USD/yr worth of each coalition, less that of nobody */
    const double           *costs;    /* [2^n_players] USD/yr of its works */
    const uint64_t         *states;   /* [2^n_players] the coalition whose state it has */
    const bk_game_solution *gross;    /* of gains; NULL unless exact */
    const bk_game_solution *net;      /* of gains less cost; NULL unless exact, and where worths count all economies */
    double   plan_excess; /* USD/yr that the coalition below makes more by itself than under finance.csv; may be < 0 */
    uint64_t plan_coalition; /* that has most to complain of */
} bk_pivot_side;

typedef struct bk_pivot {
    const bk_study    *study;
    const bk_scenario *scenario;
    bk_pivot_settings  settings;
    size_t             n_players;
    const uint32_t    *countries;  /* [n_players] */
    const char *const *names;      /* [n_players] of the economies */
    bool               has_bypass; /* sides[0] is without, sides[1] with; else there is one side */
    size_t             n_sides;
    bk_pivot_side      sides[2];
    bool               complete; /* false: equilibria are missing (a shard, an interruption), and there is no answer */
    uint64_t           n_wanted, n_done; /* equilibria that are records, and those that are here; 0 unless spread */
    bool               converged;
    double             residual; /* the largest of all equilibria */
    size_t             n_sentences;
    const char *const *sentences; /* [n_sentences] what follows from the numbers */
    bk_results         results;   /* tables pivot_players, pivot_coalitions */
} bk_pivot;

/**
 * The scenario as a game: worths of coalitions, values, nucleolus and core, who can be done without, and which shares
 * of the cost each could accept; with and without bypasses.
 *
 * Source   Shapley (1953); Schmeidler (1969); docs/how-to/who-is-pivotal.md says what is counted
 * Input    `scenario` index into study->scenarios
 * Output   `*out`, held by `arena`; with `settings->spread` perhaps not complete
 * Returns  BK_OK, also when a limit stopped an equilibrium (see converged); as bk_spread; BK_ERR_USAGE, BK_ERR_VALUE,
 * BK_ERR_REFERENCE; what bk_study_base and bk_joint_solve return, the coalition named
 */
bk_status bk_study_pivot(bk_context *ctx, const bk_study *study, size_t scenario, const bk_pivot_settings *settings,
                         bk_arena *arena, const bk_pivot **out);

#endif
