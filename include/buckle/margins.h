/* Where the next dollar, hour or tonne of capacity matters, and scenarios to first order: buckle/value.h for a study,
 * with names, units and tables. */
#ifndef BUCKLE_MARGINS_H
#define BUCKLE_MARGINS_H

#include "buckle/study.h"
#include "buckle/value.h"

typedef enum bk_margin_rank { BK_MARGIN_HOUR, BK_MARGIN_USD, BK_MARGIN_CAPACITY } bk_margin_rank;

typedef struct bk_margin { /* one facility; values are USD/yr, > 0: a gain */
    uint32_t    facility;
    const char *kind, *id, *name; /* "link", "dostyk-aktogay", "Dostyk - Aktogay (rail)" */
    double      tonnes;           /* t/yr of trade that passes, both directions, without background */
    double      utilisation;      /* flow over capacity; 0 where nothing limits */
    double      price;            /* USD/t, of scarcity or of the queue: value_of_capacity of `run` */
    double      hour_cost;        /* USD/yr per h less if nothing answers: the traffic's own saving */
    double      traffic_share;    /* tonnes x 1 USD/t over the world's value added */
    double      world[3];         /* per h, per USD/t, per t/yr of capacity: the sum over economies */
} bk_margin;

typedef struct bk_margins {
    const bk_study          *study;
    const bk_scenario       *scenario; /* NULL: the base year */
    const bk_model          *model;
    const bk_joint_base     *base;
    bool                     base_cached;
    const bk_joint_solution *solution; /* at which the values are taken; read its outcome first */
    bk_joint_values          values;
    size_t                   n;
    const bk_margin         *facilities; /* [n] those that something passes, in the order of facilities */
    bk_results               results;    /* the table `values` */
} bk_margins;

/**
 * Values of every link, transfer and border row that carries trade, at the base year or at a scenario's equilibrium.
 *
 * Input    `which` 0: the base year; s + 1: scenario s of the study; `joint` for the scenario's equilibrium
 * Output   `*out`, held by `arena`
 * Returns  as bk_study_base, bk_joint_solve and bk_joint_adjoint_prepare; BK_ERR_INCONSISTENT for a study without
 *          network or economy
 */
bk_status bk_study_margins(bk_context *ctx, const bk_study *study, size_t which, const bk_joint_settings *joint,
                           const char *cache_folder, bk_arena *arena, bk_margins *out);

/* What a facility is worth to region n, or to the world for BK_NONE, ranked as said. */
double bk_margin_of(const bk_margins *margins, const bk_margin *margin, uint32_t region, bk_margin_rank rank);

/* Facilities by that figure, largest gain or loss first, into order [margins->n] indices.  Returns BK_OK,
 * BK_ERR_NO_MEMORY. */
bk_status bk_margins_rank(bk_context *ctx, const bk_margins *margins, uint32_t region, bk_margin_rank rank,
                          uint32_t *order);

typedef struct bk_quick_run { /* every scenario of the study to first order */
    const bk_study       *study;
    const bk_joint_base  *base;
    bool                  base_cached;
    const bk_first_order *answers; /* [study->n_scenarios] */
    const char *const    *failure; /* [study->n_scenarios] NULL, or why there is no answer */
} bk_quick_run;

/**
 * First-order answers from the base year.
 *
 * Input    `closure` who pays for works
 * Returns  as bk_study_base and bk_joint_adjoint_prepare; a scenario without an answer is no error (see failure)
 */
bk_status bk_study_first_order(bk_context *ctx, const bk_study *study, const bk_closure *closure,
                               const char *cache_folder, bk_arena *arena, bk_quick_run *out);

#endif
