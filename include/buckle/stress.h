/* How sure is it?  A study's scenarios solved again and again with its inputs drawn from what is known of them. */
#ifndef BUCKLE_STRESS_H
#define BUCKLE_STRESS_H

#include "buckle/risk.h"
#include "buckle/spread.h"
#include "buckle/study.h"

typedef struct bk_stress_settings {
    bk_joint_settings joint;
    const char       *cache_folder; /* of the base year; NULL: none */
    uint64_t          n_draws;      /* >= 2; with indices, rows of the design */
    uint64_t          seed;
    bk_sampler_kind   sampler;
    bool              indices;  /* Sobol' indices: n_draws x (2 + inputs) draws */
    bool              projects; /* each project by itself too: one equilibrium a draw and project */
    bool gains_alone; /* nothing of money: no NPV, no costs drawn, and not the scenario without its works in a draw */
    uint32_t           economy; /* country whose answer is explained; BK_NONE: that of the first region */
    bk_spread_settings spread;
} bk_stress_settings;

bk_stress_settings bk_stress_default_settings(void); /* 1000 draws of Sobol' points, seed 1 */

/* An input that is drawn: a parameter of risk/distribution.csv, one that the study implies, or whether a state comes.
 */
typedef struct bk_stress_input {
    const char *name;
    const char *what; /* "sector trade_elasticity, factor; lognormal" */
    uint32_t    unit; /* inputs that move together have one number: Sobol' indices are of units */
    bool        is_state;
    bool        is_implied; /* by elasticity_se, a project's reference class or appraisal.benefit_sd */
} bk_stress_input;

typedef enum bk_stress_kind {
    BK_STRESS_GAIN_PCT, /* % of real income, of an economy */
    BK_STRESS_GAIN,     /* USD a year */
    BK_STRESS_NPV       /* USD, of a scenario or of its works, to an economy or to all */
} bk_stress_kind;

/* One figure of a scenario, as it came out over the draws. */
typedef struct bk_stress_answer {
    size_t         scenario;
    bk_stress_kind kind;
    uint32_t       economy; /* country; BK_NONE: all together */
    uint32_t       project; /* NPV of one project; BK_NONE: of the whole scenario */
    bool           works;   /* NPV of all works of the scenario alone, without its other measures */
    double         central; /* every input at its stated value; costs at their expected overrun */
    bk_summary     summary;
    /* The mean with inputs as control variates: of gains those that move an equilibrium.  As in `summary`, with
     * reduction 1, of too few draws. */
    bk_controlled controlled;
    const double *value; /* [n_used] in the order of draws, in the unit of `kind` */
    /* Mean after n/8, n/4, n/2 and all draws. */
    double converging[4];
} bk_stress_answer;

/* What explains one answer. */
typedef struct bk_stress_reasons {
    size_t                answer;    /* which */
    const bk_effect_of   *effects;   /* [n_inputs] or NULL: too few draws */
    double                explained; /* share of variance that a line through all inputs explains */
    const bk_sensitivity *indices;   /* [n_units] or NULL: not asked for */
    size_t                n_rows;    /* of the design that indices rest on */
    bool                  has_box;
    bk_box                box; /* of inputs in which losses are dense; has_box false: no loss, or nothing but */
} bk_stress_reasons;

/* What choosing a scenario costs an economy against the best choice it could have made had it known. */
typedef struct bk_stress_regret {
    size_t   scenario;        /* n_scenarios: to do nothing */
    uint32_t economy;         /* BK_NONE: all together */
    double   mean, p95, most; /* USD of NPV */
    double   best;            /* share of draws in which it is the best choice */
} bk_stress_regret;

typedef struct bk_stress_failure {
    uint64_t  index;
    bk_status status;
} bk_stress_failure;

typedef struct bk_stress {
    const bk_study          *study;
    bk_stress_settings       settings;
    uint64_t                 n_wanted, n_done; /* draws of the whole design, and those that are here */
    uint64_t                 n_resumed;
    size_t                   n_used;     /* of those in the distributions */
    size_t                   n_failed;   /* draws without an equilibrium: in no distribution */
    size_t                   n_loose;    /* used, though a limit stopped the solver */
    double                   residual;   /* the largest of all used */
    size_t                   n_failures; /* the first of n_failed */
    const bk_stress_failure *failures;   /* [n_failures] */
    size_t                   n_inputs, n_units;
    const bk_stress_input   *inputs; /* [n_inputs] */
    const char *const       *units;  /* [n_units] names */
    const double            *input;  /* [n_used][n_inputs] values, 0 or 1 for states */
    size_t                   n_doubts;
    const bk_doubt          *doubts; /* [n_doubts] rows that are drawn: those of risk/distribution.csv, then implied */
    const double            *doubt;  /* [n_used][n_doubts] values of rows */
    size_t                   n_economies;
    const uint32_t          *economies; /* [n_economies] countries */
    size_t                   n_answers;
    const bk_stress_answer  *answers; /* [n_answers] */
    size_t                   n_reasons;
    const bk_stress_reasons *reasons; /* [n_reasons] */
    size_t                   n_regrets;
    const bk_stress_regret  *regrets;  /* [n_regrets] */
    const bk_records        *records;  /* as computed, for bk_shard_write */
    bool                     complete; /* every draw of the design is here */
    bk_results               results;  /* stress_answers, stress_inputs, stress_regret, stress_draws, stress_samples;
                                          none where no draw is used */
} bk_stress;

/**
 * Solve base and scenarios of the study under drawn inputs.
 *
 * Each draw is a function of the study, the settings and its number, and of nothing else: it starts from the base year
 * and from the scenario as stated, never from another draw.  Doubts about the base year change base and scenario, with
 * the base year's trade as observed; what may come changes the world with the scenario and the world without it.
 *
 * Output   `*out`, held by `arena`, also when interrupted
 * Returns  BK_OK, also where draws have no equilibrium (see n_failed); BK_ERR_INCONSISTENT for a study without an
 * economy or without anything that is in doubt; faults of risk/ with file and line; as bk_spread, bk_study_base
 */
bk_status bk_study_stress(bk_context *ctx, const bk_study *study, const bk_stress_settings *settings, bk_arena *arena,
                          const bk_stress **out);

/* The study, scenarios and settings that files of draws were made with, from their manifest: so that they can be opened
 * again.  `files` [n]; `folder` NULL: as written.  Returns BK_OK, BK_ERR_SCHEMA; as bk_shards_read. */
bk_status bk_stress_merge(bk_context *ctx, const char *const *files, size_t n, const char *folder,
                          const char *cache_folder, bk_arena *arena, const bk_stress **out);

#endif
