/* What a planner would widen: a study's network and trade as the problem of Fajgelbaum & Schaal (2020), with a budget
 * that may be spent on any link in any amount.  A guide beside portfolios of lumpy projects, and a bound in its own
 * world alone: the joint equilibrium is none of its feasible plans. */
#ifndef BUCKLE_OPTIMUM_H
#define BUCKLE_OPTIMUM_H

#include "buckle/planner.h"
#include "buckle/study.h"

typedef struct bk_optimum_price { /* of works on lines of a mode where the study's projects do not say */
    const char *mode;
    double      usd_per_km; /* > 0, base year's prices, of a line more like the one that stands */
} bk_optimum_price;

typedef struct bk_optimum_settings {
    double                  budget;      /* USD, > 0 */
    double                  beta, gamma; /* congestion and returns to infrastructure, 0 < gamma <= beta */
    double                  overrun; /* share of capital cost added; < 0: the mean of each project's reference class */
    size_t                  n_candidates;
    const uint32_t         *candidates; /* [n_candidates] projects of the model not built in it, that may be */
    size_t                  n_prices;
    const bk_optimum_price *prices; /* [n_prices] take the place of what projects say */
} bk_optimum_settings;

/* beta 0.13 and gamma 0.10, as Fajgelbaum & Schaal take for roads (section 5; recalled, not re-read: an estimate). */
bk_optimum_settings bk_optimum_default_settings(void);

typedef struct bk_optimum_link {
    uint32_t link;              /* in the model */
    uint32_t at;                /* in the planner's arrays */
    uint32_t project;           /* a candidate that opens or changes it; BK_NONE */
    double   standing, added;   /* lines like the one that stands (or that its project builds) */
    double   unit_usd;          /* USD of one more; INFINITY: no price is known, and it is not widened */
    double   spent_usd;         /* USD */
    double   flow_before, flow; /* share of all that is traded, both ways, arriving */
} bk_optimum_link;

typedef struct bk_optimum_mode {
    bool   used;       /* may carry at least half of what is traded */
    double usd_per_km; /* 0: not known */
    size_t n_projects; /* of which it is the mean; 0: stated, or not known */
} bk_optimum_mode;

typedef struct bk_optimum {
    bk_optimum_settings    settings;
    size_t                 n_places, n_goods, n_links;
    const bk_optimum_link *links;        /* [n_links] most is spent on the first */
    const bk_optimum_mode *modes;        /* [modes of the model] */
    bk_planner             planner;      /* the problem itself */
    bk_plan                before, plan; /* shipments on what stands; the network widened */
    double                 traded_usd;   /* USD/yr of goods with weight that regions sell each other */
    double gain_pct, most_pct; /* % of what is traded: what the plan adds, and what no plan of this world exceeds */
    double on_candidates_usd;  /* USD of the budget on links of candidates */
    size_t n_left_out;         /* links of modes that are not used, closed, or not joined to the rest */
} bk_optimum;

/**
 * A place of the network is a node; a region's exports of goods with weight are a good of its own (Armington), made at
 * its zones by their shares and asked for by all importers alike, sigma one more than the mean trade elasticity; heads
 * are imports, utility is logarithmic, so that spending is shared as in the base year.  A link is a line of its
 * mode; a line more like it costs what the study's projects of that kind did a kilometre, a candidate's link what the
 * candidate costs.  Moving a good's whole trade over a line as it stands costs what the study says of money and time.
 * Left out: borders and posts, transfers, tariffs, capacities, and whatever works do to them.
 *
 * Source   Fajgelbaum & Schaal (2020), Econometrica 88(4)
 * Output   `*out`, held by `arena`
 * Returns  BK_OK, also when a limit stopped it (see plan.outcome and before.outcome); BK_ERR_INCONSISTENT without
 *          network or economy, or where nothing can be widened; BK_ERR_VALUE for figures out of range;
 *          BK_ERR_REFERENCE for a price of a mode that is none; BK_ERR_CANCELLED; as bk_planner_design
 */
bk_status bk_study_optimum(bk_context *ctx, const bk_study *study, const bk_optimum_settings *settings, bk_arena *arena,
                           const bk_optimum **out);

#endif
