/* Power and choice: games in coalitional form, given by the worth of every coalition.  Values (Shapley, Banzhaf) are in
 * appraisal.h; here are the solutions that ask which split nobody would upset, samples where the coalitions are too
 * many, and what kind of game it is.  Knows no corridor and no equilibrium: a worth is a number.
 *
 * A coalition is the set of its players as bits: bit i, player i.  Worths are indexed by it, worth[0] is 0. */
#ifndef BUCKLE_GAME_H
#define BUCKLE_GAME_H

#include "buckle/appraisal.h"

enum {
    BK_MOST_PLAYERS = 20,         /* of the linear programs, which look at every coalition at each step */
    BK_MOST_PLAYERS_SUPERADD = 16 /* of the check of superadditivity, which looks at 3^n pairs */
};

/* ---- nucleolus ------------------------------------------------------------------------------------------------- */

typedef enum bk_nucleolus_kind {
    BK_NUCLEOLUS,   /* among imputations: nobody gets less than alone */
    BK_PRENUCLEOLUS /* among all splits of the worth of all */
} bk_nucleolus_kind;

typedef struct bk_nucleolus {
    bool          exists;    /* false: the players alone are worth more than together, so there is no imputation */
    const double *payoff;    /* [n_players] in the unit of the worths; NULL if it does not exist */
    size_t        n_stages;  /* linear programs solved */
    size_t        n_pivots;  /* in all */
    size_t        n_levels;  /* distinct excesses looked at by the certificate before the payoff was pinned down */
    double        imbalance; /* the certificate: largest distance of a level's coalitions from balance, 0 at the
                                nucleolus; dimensionless */
} bk_nucleolus;

/**
 * The split that makes the largest complaint v(S) - x(S) of any coalition as small as can be, then the second largest,
 * and so on.  It lies in the core whenever that is not empty.
 *
 * Source   Schmeidler (1969); successive linear programs: Maschler, Peleg & Shapley (1979), coalitions fixed where
 *          their weight in the dual is positive and taken out by rank (Derks & Kuipers 1997)
 * Checked  by Kohlberg's criterion (1971), recomputed from the payoff alone: at each level of excess the coalitions at
 *          or above it, with the players held at what they have alone, are balanced
 * Input    `worth` [2^n_players], worth[0] = 0, all finite; n_players in [1, BK_MOST_PLAYERS]
 * Output   `*out`, held by `arena`
 * Returns  BK_OK, BK_ERR_VALUE, BK_ERR_NO_MEMORY, BK_ERR_CANCELLED
 *          BK_ERR_NOT_CONVERGED when pivoting gave up or the certificate does not hold: never a number without it
 */
bk_status bk_nucleolus_find(bk_context *ctx, size_t n_players, const double *worth, bk_nucleolus_kind kind,
                            bk_arena *arena, bk_nucleolus *out);

/* ---- core ------------------------------------------------------------------------------------------------------ */

typedef struct bk_core {
    bool   empty;
    double epsilon;        /* of the least core, in the unit of the worths: the smallest e with x(S) >= v(S) - e for
                              every coalition but the empty one and all; below 0: the core has room; 0 for one player */
    const double   *point; /* [n_players] of the least core, so of the core if that is not empty */
    const double   *least; /* [n_players] the least a player gets in the core, or in the least core if it is empty */
    const double   *most;  /* [n_players] the most, likewise */
    size_t          n_weights;  /* coalitions that prove epsilon: */
    const uint32_t *coalitions; /* [n_weights] a balanced collection (Bondareva 1963; Shapley 1967) */
    const double *weights; /* [n_weights] dimensionless, > 0: each player's weights add up to the same, all of them to 1
                            */
} bk_core;

/**
 * The core: splits of the worth of all that give every coalition at least its worth.  Its least and most payoffs player
 * by player, and the least core (Maschler, Peleg & Shapley 1979), which always exists.
 *
 * Input, output, errors as for bk_nucleolus_find.
 */
bk_status bk_core_find(bk_context *ctx, size_t n_players, const double *worth, bk_arena *arena, bk_core *out);

/* The largest complaint of a coalition, v(S) - x(S) over all S but the empty one and all; -INFINITY for one player. */
double bk_largest_excess(size_t n_players, const double *worth, const double *payoff, uint32_t *coalition);

/* ---- kind of game ---------------------------------------------------------------------------------------------- */

typedef struct bk_game_kind {
    bool            essential;             /* all together are worth more than each alone, added up */
    bool            monotone;              /* nobody who joins ever makes a coalition worth less */
    bool            superadditive;         /* two coalitions without common members are never worth more apart */
    bool            superadditive_checked; /* false: more than BK_MOST_PLAYERS_SUPERADD players */
    bool            convex; /* who joins later brings more: the core is then not empty and holds Shapley's value */
    const bool     *dummy;  /* [n_players] brings the same, what it has alone, to every coalition */
    const bool     *veto;   /* [n_players] no coalition without it is worth anything */
    const uint32_t *twin;   /* [n_players] the first player that could take its place anywhere; itself if none */
} bk_game_kind;

/* All comparisons within 1e-11 of the largest |worth|.  Input, errors as for bk_nucleolus_find. */
bk_status bk_game_kind_find(bk_context *ctx, size_t n_players, const double *worth, bk_arena *arena, bk_game_kind *out);

/* ---- all of it ------------------------------------------------------------------------------------------------- */

typedef struct bk_game_solution {
    size_t        n_players;
    const double *worth;    /* [2^n_players] as given */
    const double *shapley;  /* [n_players] unit of the worths; so for banzhaf */
    const double *banzhaf;  /* [n_players] unit of the worths */
    bool          is_whole; /* false: more than BK_MOST_PLAYERS, so that what follows is not there */
    bk_nucleolus  nucleolus, prenucleolus;
    bk_core       core;
    bk_game_kind  kind;
} bk_game_solution;

/* Every solution above of one game; n_players up to 30.  Errors as for its parts. */
bk_status bk_game_solve(bk_context *ctx, size_t n_players, const double *worth, bk_arena *arena, bk_game_solution *out);

/* ---- samples --------------------------------------------------------------------------------------------------- */

/* The worth of one coalition, finite, into `*out`; the empty one is asked for too.  Any status but BK_OK ends the
 * sample. */
typedef bk_status (*bk_worth_function)(void *state, uint64_t coalition, double *out);

/**
 * Shapley value by orders of arrival drawn at random: the mean of what each player adds, with its standard error.
 *
 * Source   Castro, Gomez & Tejada (2009)
 * Input    `n_orders` >= 2; n_players in [1, 63]; the same seed gives the same orders
 * Output   `value`, `standard_error` [n_players]; the values add up to v(all) - v(nobody) within rounding
 * Returns  BK_OK, BK_ERR_VALUE, BK_ERR_NO_MEMORY, or what `worth` returned
 */
bk_status bk_shapley_sample(bk_context *ctx, size_t n_players, bk_worth_function worth, void *state, size_t n_orders,
                            uint64_t seed, double *value, double *standard_error);

/* ---- rivals ---------------------------------------------------------------------------------------------------- */

/* What each player has when all act as `action` [n_players] says, finite, into `payoff` [n_players].  Any status but
 * BK_OK ends the search. */
typedef bk_status (*bk_payoff_function)(void *state, const double *action, double *payoff);

typedef struct bk_rivalry { /* a game without coalitions: each player chooses a number, a price or a toll */
    size_t             n_players;
    const double      *most;  /* [n_players] actions lie in [0, most], unit of the actions */
    const double      *start; /* [n_players] where the search begins; NULL: at 0 */
    bk_payoff_function payoff;
    void              *state;
} bk_rivalry;

typedef struct bk_rivalry_settings {
    double tolerance;  /* on actions, share of `most`; default 1e-3 */
    double epsilon;    /* on `regret`; default 1e-3 */
    size_t n_grid;     /* points of a scan of [0, most], ends included, >= 3; default 9 */
    int    max_rounds; /* of best responses; default 40 */
} bk_rivalry_settings;

bk_rivalry_settings bk_rivalry_default_settings(void);

typedef struct bk_rivalry_solution {
    bk_outcome outcome; /* BK_CONVERGED: nobody gains over epsilon by any deviation tried.  BK_STALLED: best responses
                           came back to where they had been (`cycle`): no pure equilibrium was found.  BK_CANCELLED:
                           play stands where the last whole move left it, and nothing is known of other actions */
    int           rounds;
    int           cycle;         /* rounds after which play repeats itself; 0: it does not */
    size_t        n_evaluations; /* of payoffs */
    const double *action;        /* [n_players] unit of the actions */
    const double *payoff;        /* [n_players] unit of the payoffs, at `action`; NULL where cancelled */
    const double *best;          /* [n_players] the best deviation tried, others held */
    const double *gain; /* [n_players] what it would bring, >= 0, unit of the payoffs; INFINITY where cancelled */
    double regret;      /* the largest of them over its player's |payoff| (over 1e-4 of the largest |payoff| if that is
                           more), dimensionless: the certificate */
} bk_rivalry_solution;

/**
 * A Nash equilibrium in pure actions, by best responses one player after the other (Gauss-Seidel; Cournot's 1838
 * tatonnement), each by a scan of [0, most] the first time, then near the last one, refined by parabolas.
 *
 * Checked  when actions settle: every player scans all of [0, most] anew and refines the best point; who gains over
 *          epsilon moves, and play goes on.  The scan sees `n_grid` points: a peak between them may be missed
 * Input    1 to 32 players, `most` > 0; payoffs need not be concave, nor continuous
 * Returns  BK_OK (see outcome; also where it or `payoff` was cancelled), BK_ERR_VALUE, BK_ERR_NO_MEMORY, or what
 *          `payoff` returned
 */
bk_status bk_rivals_find(bk_context *ctx, const bk_rivalry *game, const bk_rivalry_settings *settings, bk_arena *arena,
                         bk_rivalry_solution *out);

/* The actions that together bring the most, payoffs added up, found likewise, one action after the other: no single
 * action brings more (a maximum where the sum is concave).  `gain` and `regret` are then of the sum, `payoff` each
 * player's own. */
bk_status bk_rivals_together(bk_context *ctx, const bk_rivalry *game, const bk_rivalry_settings *settings,
                             bk_arena *arena, bk_rivalry_solution *out);

#endif
