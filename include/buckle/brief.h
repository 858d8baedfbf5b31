/* Eighteen questions about what connections bring one economy, answered from the model's numbers by rules that are
 * written down (docs/how-to/brief.md), and by nothing else. */
#ifndef BUCKLE_BRIEF_H
#define BUCKLE_BRIEF_H

#include "buckle/study.h"

enum { BK_BRIEF_QUESTIONS = 18 };

typedef enum bk_verdict {
    BK_VERDICT_SUPPORTED,
    BK_VERDICT_NOT_SUPPORTED,
    BK_VERDICT_DEPENDS,
    BK_VERDICT_NOT_ANSWERED
} bk_verdict;

const char *bk_verdict_name(bk_verdict verdict); /* "supported", "not supported", "depends", "not answered" */

/* What the verdicts follow from, for one economy and one scenario.  A part that could not be found is not `has_`. */
typedef struct bk_brief_facts {
    const char *economy, *scenario; /* names for sentences */
    bool        interrupted;        /* what is not here may not have been come to */

    bool   has_gain;           /* the scenario was solved */
    double gain_pct, gain_usd; /* % of real income; USD/yr */
    double income_usd;         /* USD/yr */

    bool        has_worth;                 /* the scenario builds works */
    double      npv, npv_low, npv_high;    /* USD of its gains less what it pays; 90 % interval */
    double      loss_probability;          /* that it is below 0 */
    double      npv_financed;              /* USD of the same after loans, interest at the lenders' rates */
    double      cost_share, benefit_share; /* of all who are in the study: of works paid, of gains */
    size_t      n_projects, n_paying;      /* built; of them with NPV > 0 for the world */
    size_t      n_paying_own;              /* of them with NPV > 0 for it */
    const char *worst_project;             /* least NPV for the world */
    double      first_in, last_in;         /* USD/yr, sums over projects of its own gains */
    double      works_usd;                 /* USD it pays for works, overruns included */
    double      own_abroad_share;          /* of them that foreign contractors receive */
    double      abroad_share;              /* the same of all works, whoever pays */

    size_t n_corridors;                  /* overland ones through it; 0: not known */
    double corridor_sum, corridor_union; /* USD/yr it gains if what each costs to pass halves, added up; all at once */

    size_t             n_parts;
    const char *const *part_names;  /* [n_parts] measures, largest part first */
    const double      *parts;       /* [n_parts] % of real income */
    double             policy_part; /* % of real income by agreements, tariffs and trade costs; only with has_policy */
    bool               has_policy;

    bool   has_pivot;
    double others_gain, others_lose; /* USD/yr of the other players, without it */
    double shapley, own_gain, alone; /* USD/yr */
    bool   is_largest;               /* its Shapley value is the largest of the players' */
    size_t n_players;
    double cost, least_cost, most_cost; /* USD/yr of works it bears; ends of what every coalition of players accepts */

    bool        has_closure;
    const char *closure;                  /* the worst of the scenarios that close or sanction */
    double      closure_pct;              /* % of real income */
    double      partner_hhi, product_hhi; /* (0, 1], of its exports */
    double      route_hhi;                /* (0, 1], of tonnes on its land by corridor; 0: the study has none */

    bool        has_leave;
    const char *leave;
    double      leave_pct;   /* % of real income when it leaves */
    size_t      n_conflicts; /* of its agreements */

    bool        has_shock;
    const char *shock;
    double      shock_pct; /* % of real income */

    bool        has_transit;
    double      transit_usd, transit_change; /* USD/yr, base year and what the scenario adds */
    double      transit_value_added;         /* USD/yr that stays of the base year's; < 0 unknown */
    double      transit_tonnes;              /* t/yr of the base year, all corridors */
    const char *top_corridor;                /* with the most of them */
    double      top_corridor_tonnes;         /* t/yr */

    bool        has_rival;
    const char *rival;     /* worst for it of the scenarios in which it does nothing */
    double      rival_pct; /* % of real income */

    bool        has_posts;
    double      hour_usd;      /* USD/yr of an hour less at every post of its own */
    double      control_pct;   /* % of real income, to first order, of all control hours at its posts */
    double      share_usd;     /* USD/yr of a hundredth less inspected at all of them */
    double      inspected_usd; /* USD/yr of all that is inspected there, to first order */
    const char *top_facility;  /* where an hour is worth most to it */
    double      top_usd;       /* USD/yr per hour there */

    bool        has_productivity;
    const char *best_sector, *worst_sector;
    double      best_pct, median_pct; /* % of real income for 1 % more productivity */
    const char *dearest_sector;       /* where a dollar of output saved brings it most */
    double      dearest, dollar;      /* USD of real income for it, there and in the median sector */

    size_t      n_winners, n_losers, n_others; /* economies that build nothing of it, beyond a hundredth of a percent */
    const char *winner, *loser;                /* of them with the largest gain, and the least */
    double      winner_pct, loser_pct;         /* % of real income */
} bk_brief_facts;

typedef struct bk_brief_answer {
    int         number;
    const char *claim, *behind; /* the claim put to the model; the command that shows the figures */
    bk_verdict  verdict;
    const char *sentence;
    const char *rests_on; /* the files it is computed from, with their share of estimates; NULL: not asked */
    bool        has_value, has_interval;
    double      value, low, high; /* in `unit` */
    const char *unit;
} bk_brief_answer;

/* Every verdict from the facts alone: answers [BK_BRIEF_QUESTIONS], texts held by `arena`.  Returns BK_OK or
 * BK_ERR_NO_MEMORY. */
bk_status bk_brief_judge(const bk_brief_facts *facts, bk_arena *arena, bk_brief_answer *answers);

typedef struct bk_brief_settings {
    const char *economy;  /* region, country or name */
    size_t      scenario; /* index into study->scenarios; SIZE_MAX: the one with the most measures */
    const char *cache_folder;
    size_t      n_players; /* of the game, its own included, 2 to 6 */
} bk_brief_settings;

typedef struct bk_brief {
    bk_brief_facts         facts;
    const bk_brief_answer *answers; /* [BK_BRIEF_QUESTIONS] */
    bool                   converged;
    double                 residual;  /* the largest of all equilibria */
    double                 estimates; /* share of the input rows that are estimates */
    size_t                 n_warnings;
    const char *const     *warnings; /* [n_warnings] of the run */
} bk_brief;

/**
 * Runs every scenario, makes the corridors cheaper one by one and all at once, appraises the scenario asked for, solves
 * the game over those who gain most by it, and takes the adjoint's values; then judges.
 *
 * Input    `study` with all its scenarios
 * Output   `*out`, held by `arena`
 * Returns  BK_OK (what could not be found is `not answered`, and says what is missing; also when interrupted after
 *          the base year was solved, see facts.interrupted); BK_ERR_REFERENCE (no such
 *          economy or scenario); BK_ERR_USAGE (a study without scenarios); what bk_study_run returns
 */
bk_status bk_study_brief(bk_context *ctx, const bk_study *study, const bk_brief_settings *settings, bk_arena *arena,
                         bk_brief *out);

/* The brief as Markdown, or as one self-contained HTML page; NULL if memory is short. */
const char *bk_brief_markdown(const bk_brief *brief, bk_arena *arena, size_t *length);
const char *bk_brief_html(const bk_brief *brief, bk_arena *arena, size_t *length);

#endif
