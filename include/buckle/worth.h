/* Does it pay, and whom?  A scenario's projects as the joint equilibrium and the cash flows see them together. */
#ifndef BUCKLE_WORTH_H
#define BUCKLE_WORTH_H

#include "buckle/appraisal.h"
#include "buckle/study.h"

/* Money is USD of the base year's prices throughout, rates are real, year 0 is the base year. */

typedef struct bk_worth_settings {
    bk_joint_settings joint;
    const char       *cache_folder; /* of the base year and of worths; NULL: none */
    double            growth;       /* of gains and revenue, per year from the base year on */
    double            inflation;    /* turns nominal rates of loans into real ones */
    double            overrun;      /* share of capital cost added; < 0: the mean of each project's reference class */
    double            benefit_sd;   /* of actual over expected gains, mean 1, lognormal */
    double            transit_surplus; /* share of transit revenue that is counted as gain */
    size_t            n_draws;         /* >= 1, of overruns and gains together */
    uint64_t          seed;
} bk_worth_settings;

/* The settings of the study's appraisal.*; 10000 draws of seed 1. */
bk_worth_settings bk_worth_default_settings(const bk_model *model);

/* What one project is to one economy.  Totals have project or economy BK_NONE, or both. */
typedef struct bk_stake {
    uint32_t      project;                   /* place in bk_worth.projects */
    uint32_t      economy;                   /* place in bk_worth.economies */
    double        gain, gain_first_in;       /* USD/yr at the base year's scale: last in, and from the base alone */
    double        revenue, revenue_first_in; /* USD/yr change of transit revenue, likewise */
    const double *investment, *running;      /* [n_years] USD, overrun included */
    const double *benefit, *income;          /* [n_years] USD, gains and transit revenue as they grow */
    const double *drawn, *debt_service;      /* [n_years] USD */
    bk_indicators economic;                  /* gains against works and running */
    bk_indicators financial;                 /* transit revenue, gross, against works and running */
    double        npv_first_in;              /* with the gains it would bring from the base alone */
    double        npv_as_written;            /* with capital cost as written, no overrun */
    double        npv_financed;              /* after loans: drawings received, debt service paid */
    double        cost_usd;                  /* present value of works and running */
    double        loss_probability;          /* that the NPV is below 0 */
    double        npv_low, npv_high;         /* its 5 and 95 % quantiles */
    double        abroad;                    /* USD of the works that foreign contractors receive */
    double        grant_element;             /* mean of its loans, weighted with amounts; 0 without loans */
    double        least_cover;               /* smallest transit revenue over debt service, years from opening */
    int           least_cover_year;          /* calendar year of it; 0: no debt service from opening on */
} bk_stake;

typedef struct bk_project_worth {
    uint32_t project; /* in the model */
    const bk_reference_class *class;
    double           overrun; /* used */
    bk_project_years years;
    const char      *verdict; /* a sentence */
} bk_project_worth;

typedef struct bk_worth {
    const bk_study    *study;
    const bk_scenario *scenario;
    bk_worth_settings  settings; /* as used */
    bool               converged;
    double             residual;               /* the largest of all equilibria */
    size_t             n_states;               /* equilibria that it rests on, beside the base year */
    size_t             n_missing, most_missed; /* of them, that miss routes; classes of trade that miss one in the
                                                  worst of these */
    size_t                  n_projects, n_economies, n_years;
    const bk_project_worth *projects;  /* [n_projects] */
    const uint32_t         *economies; /* [n_economies] countries; the last is BK_NONE: whoever is not in the study */
    const bk_stake         *stakes;    /* [n_projects + 1][n_economies + 1]; last row and column are totals */
    /* [n_economies payer][n_economies gainer] USD, present value of the gains that the payer's money brings the gainer:
     * sum over projects of the payer's share of its cost x the gainer's benefit. */
    const double      *matrix; /* [n_economies][n_economies] USD */
    size_t             n_warnings;
    const char *const *warnings;
    bk_results         results; /* tables appraisal_projects, appraisal_economies, cash_flow, pays_gains */
} bk_worth;

/**
 * Appraise the projects that a scenario builds and the base has not: what each brings when it is the last to be added
 * to the whole scenario (the headline) and when it is the first to be added to the base, what it costs and whom.  All
 * works together bring, year after year, what those open in that year bring: bk_study_invest says the same of them.
 *
 * Input    `scenario` index into study->scenarios
 * Returns  BK_OK, also when a limit stopped an equilibrium (see converged); BK_ERR_USAGE for a scenario without new
 *          projects, or with over 56; BK_ERR_CANCELLED (what was solved is in the cache); what bk_study_base and
 *          bk_joint_solve return, the state named
 */
bk_status bk_study_appraise(bk_context *ctx, const bk_study *study, size_t scenario, const bk_worth_settings *settings,
                            bk_arena *arena, const bk_worth **out);

const bk_stake *bk_worth_stake(const bk_worth *worth, size_t project,
                               size_t economy); /* n_projects, n_economies: totals */

/* ---- claims ---------------------------------------------------------------------------------------------------- */

typedef enum bk_claim_state {
    BK_CLAIM_REACHED,
    BK_CLAIM_OUT_OF_REACH, /* no cut tried reaches it: `cut` is the one that gains most, 0 if none gains */
    BK_CLAIM_NOTHING       /* there is nothing of the kind to cut */
} bk_claim_state;

/* One thing that could be cut for an economy, and how far a claimed gain would have it cut. */
typedef struct bk_claim_channel {
    const char    *id, *what; /* "border-hours", "hours of control, inspection and service at its border posts" */
    bk_claim_state state;
    double         most;            /* largest cut tried, share */
    double         cut;             /* share: 0.3 takes 30 % off; capacity: divides it by 1 - cut */
    double         gain_pct;        /* % of real income at that cut */
    double         first_order_pct; /* % of real income for each point of cut, from the first small one */
    size_t         n_states;        /* equilibria solved */
    double         residual;        /* the largest of their certificates */
    bool           converged;       /* all of them */
} bk_claim_channel;

typedef struct bk_claim {
    uint32_t                country;
    double                  target_pct; /* % of real income */
    size_t                  n_channels;
    const bk_claim_channel *channels; /* [n_channels] */
    bool                    converged;
} bk_claim;

/**
 * Which cut of which cost it would take for an economy's real income to rise by `target_pct` %, each channel by itself,
 * in the joint equilibrium (trade alone where the study has no network).
 *
 * Input    `country` of the model, `target_pct` > 0, `joint` NULL: defaults; `cache_folder` of the base year, or NULL
 * Output   `*out`, held by `arena`; at a cut that reaches it the gain is the target to 1 part in 10,000
 * Returns  BK_OK; BK_ERR_VALUE (no region in the country, target not above 0); what bk_study_base and bk_joint_solve do
 */
bk_status bk_study_claim(bk_context *ctx, const bk_study *study, uint32_t country, double target_pct,
                         const bk_joint_settings *joint, const char *cache_folder, bk_arena *arena,
                         const bk_claim **out);

#endif
