/* Which of a study's projects to build within a budget: worths of sets of projects by the joint equilibrium, and what
 * follows from them. */
#ifndef BUCKLE_PORTFOLIO_H
#define BUCKLE_PORTFOLIO_H

#include "buckle/appraisal.h"
#include "buckle/invest.h"
#include "buckle/spread.h"
#include "buckle/study.h"

typedef enum bk_goal {
    BK_GOAL_ALL,     /* the NPV of all economies together, and of payers outside the study */
    BK_GOAL_WEIGHTS, /* the weighted sum of the economies' NPV */
    BK_GOAL_MAXMIN   /* the NPV of the economy worst off, of those that pay for a candidate, in % of its value added */
} bk_goal;

typedef struct bk_invest_settings {
    bk_joint_settings  joint;
    const char        *cache_folder; /* of the base year and of worths; NULL: none */
    double             growth;       /* of gains, per year from the base year on */
    double             overrun;      /* share of capital cost added; < 0: the mean of each project's reference class */
    double             transit_surplus; /* share of transit revenue that is counted as gain */
    size_t             scenario; /* its projects are the candidates, all else in it holds; SIZE_MAX: the base year */
    size_t             n_candidates;
    const char *const *candidates; /* [n_candidates] ids; NULL: all that change the network and the base has not */
    double             budget;     /* USD of the base year's prices, works with overrun */
    double             per_year;   /* USD that may be spent on works each year; 0: the order is not asked */
    int                from_year;  /* works begun earlier are moved to it, their duration kept; 0: as planned */
    bk_goal            goal;
    const double      *weight;    /* [n_economies] of bk_worths, ratio; for BK_GOAL_WEIGHTS */
    bk_benefit_law     law;       /* taken for granted of benefits where sets are too many to ask them all */
    size_t             set_limit; /* of sets asked in each state */
    size_t             n_robust;
    const size_t *robust; /* [n_robust] states of the world, for the least regret: scenarios, SIZE_MAX the base year */
    /* With a file, a shard or a team the worth of every set within the budget is a record of it, and is found first;
     * BK_ERR_USAGE where the sets are more than set_limit. */
    bk_spread_settings spread;
} bk_invest_settings;

bk_invest_settings bk_invest_default_settings(const bk_model *model); /* all economies, no law, 4096 sets */

/* ---- worths: number to record ----------------------------------------------------------------------------------- */

/* Everything needed to answer for any set of candidates in any state of the world.  A record depends on its number
 * alone, never on which were asked before, so that many processes may share the numbers. */
typedef struct bk_worths bk_worths;

typedef struct bk_candidate {
    uint32_t         project;  /* in the model */
    double           overrun;  /* used, share */
    double           price;    /* USD, works with overrun, undiscounted */
    double           cost_usd; /* USD, present value of works and running */
    bk_project_years when;
} bk_candidate;

/**
 * Prepare. State 0 is the scenario's (or the base year), state s + 1 the scenario robust[s], its projects that are
 * candidates left out; to each the candidates of the set are added.
 *
 * Returns  BK_OK; BK_ERR_USAGE without candidates or with over 56; BK_ERR_REFERENCE for a candidate that is no project;
 * what bk_study_base returns
 */
bk_status bk_worths_open(bk_context *ctx, const bk_study *study, const bk_invest_settings *settings, bk_arena *arena,
                         bk_worths **out);
/* Frees what the states keep; the rest goes with the arena. */
void bk_worths_close(bk_worths *worths);

size_t      bk_worths_candidates(const bk_worths *worths, const bk_candidate **candidates);
size_t      bk_worths_economies(const bk_worths *worths, const uint32_t **countries); /* last: BK_NONE, outside */
size_t      bk_worths_length(const bk_worths *worths);                                /* of a record */
uint64_t    bk_worths_number(const bk_worths *worths, size_t state, uint64_t set);
const char *bk_worths_key(const bk_worths *worths); /* what decides the records: their numbers mean nothing elsewhere */

/* Places of a record. */
enum {
    BK_WORTH_RESIDUAL, /* of the equilibrium */
    BK_WORTH_MISSED,   /* classes of trade that would save over 1 % by a route outside the universe */
    BK_WORTH_GAINS     /* [n_economies] USD/yr, equivalent variation against the base year; then [n_economies] USD/yr,
                          transit revenue of the state */
};

/* record [bk_worths_length].  From the cache, or solved and kept there.  BK_ERR_NOT_CONVERGED for a state that did not;
 * as bk_joint_solve. */
bk_status bk_worths_record(bk_context *ctx, bk_worths *worths, uint64_t number, double *record);

/* ---- the answer ------------------------------------------------------------------------------------------------- */

typedef struct bk_robust_choice {
    uint64_t      set;
    const double *value;  /* [n_robust + 1] in the goal's unit, of each state */
    double        regret; /* largest, in the goal's unit */
} bk_robust_choice;

typedef struct bk_invest {
    const bk_study         *study;
    const bk_scenario      *scenario; /* NULL: the base year */
    bk_invest_settings      settings;
    size_t                  n_candidates, n_economies;
    const bk_candidate     *candidates; /* [n_candidates] */
    const uint32_t         *economies;  /* [n_economies] countries; the last is BK_NONE: whoever is not in the study */
    bk_portfolio_search     search;     /* in USD of present value, or in % for BK_GOAL_MAXMIN */
    const double           *gain;       /* [n_economies] USD/yr of the best portfolio, with transit_surplus */
    const double           *npv;        /* [n_economies] USD of the best portfolio */
    size_t                  n_frontier;
    const bk_portfolio     *frontier; /* [n_frontier] the best for each budget up to the one given, rising in price */
    bool                    sequenced;
    size_t                  n_order;
    const uint32_t         *order;          /* [n_order] candidates of the best portfolio, first to last */
    const int              *opens;          /* [n_order] calendar years */
    double                  sequence_value; /* USD, present value of the gains that the goal counts */
    size_t                  n_choices;
    const bk_robust_choice *choices; /* [n_choices] least regret first */
    bool                    robust_exact;
    bool                    complete; /* false: worths are missing (a shard, an interruption), and there is no answer */
    uint64_t                n_wanted, n_done; /* worths that are records, and those that are here; 0 unless spread */
    size_t                  n_solved;         /* equilibria, beside the base year and what was kept of earlier calls */
    double                  residual;         /* the largest of those used */
    size_t                  n_warnings;
    const char *const      *warnings;
} bk_invest;

/**
 * The best portfolio, the frontier of budgets, the order of works and the choice of least regret.
 *
 * A portfolio brings, year after year, what the projects open in that year bring together; it costs its works and their
 * running: that of all projects of a scenario is worth what bk_study_appraise says of all works.
 *
 * Returns  BK_OK, also when interrupted or stopped by a limit (see search.outcome); BK_ERR_USAGE with over
 * BK_MOST_PROJECTS candidates; as bk_worths_open,
 * bk_portfolio_find
 */
bk_status bk_study_invest(bk_context *ctx, const bk_study *study, const bk_invest_settings *settings, bk_arena *arena,
                          const bk_invest **out);

#endif
