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
    size_t      n_sure, n_hopeful;         /* of them with NPV > 0 for the world in 90 % and in 10 % of the draws */
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
    double      payer_hhi;                /* (0, 1], of the scenario's works on its land by who pays; 0: none */

    bool        has_leave;
    const char *leave;
    double      leave_pct;   /* % of real income when it leaves */
    size_t      n_conflicts; /* of its agreements */

    bool        has_shock;
    const char *shock;
    double      shock_pct; /* % of real income */
    bool        has_both;
    double      both_pct; /* % of real income, the worst closure and the worst shock at once */

    bool        has_transit;
    double      transit_usd, transit_change; /* USD/yr, base year and what the scenario adds */
    double      transit_value_added;         /* USD/yr that stays of the base year's; < 0 unknown */
    double      transit_tonnes;              /* t/yr of the base year, all corridors */
    const char *top_corridor;                /* with the most of them */
    double      top_corridor_tonnes;         /* t/yr */

    bool        has_rival;
    const char *rival;     /* worst for it of the scenarios in which it does nothing */
    double      rival_pct; /* % of real income */

    bool        has_tolls;
    const char *undercutters;                /* economies whose transit its toll swells most */
    double      toll;                        /* USD/t of transit that it asks */
    double      toll_matched, toll_undercut; /* USD/yr that brings it where they ask the same, and nothing */

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

typedef struct bk_brief_mover { /* an input that moves an answer */
    const char *input;
    double      share;  /* of the answer's variance over the draws, (0, 1] */
    double      chance; /* that the best of inputs that say nothing would explain as much */
} bk_brief_mover;

enum { BK_BRIEF_MOVERS = 3, BK_BRIEF_DRAWS = 19 }; /* most that are named; draws by default, and the fewest */

/* Where an interval comes from. */
typedef enum bk_brief_interval {
    BK_INTERVAL_NONE,
    BK_INTERVAL_DRAWS,       /* equilibria solved anew under drawn inputs */
    BK_INTERVAL_FIRST_ORDER, /* drawn inputs, but part of what answers them is held */
    BK_INTERVAL_WORKS        /* the appraisal's draws of overruns and of gains realised */
} bk_brief_interval;

const char *bk_interval_name(bk_brief_interval interval); /* "none", "draws", "first order", "works" */

typedef struct bk_brief_answer {
    int               number;
    const char       *claim, *behind; /* the claim put to the model; the command that shows the figures */
    bk_verdict        verdict;
    const char       *sentence;
    const char       *rests_on; /* the files it is computed from, with their share of estimates; NULL: not asked */
    bool              has_value, has_interval;
    double            value, low, high; /* in `unit`; 90 % interval */
    const char       *unit;
    bk_brief_interval interval; /* of `low` and `high` */
    /* The figure that the draws are of: `value` itself, but for question 1, whose value has the works' interval. */
    double         figure, figure_low, figure_high; /* in `figure_unit` */
    const char    *figure_unit;
    bool           is_drawn;            /* draws moved it; else figure_low and figure_high are not there */
    size_t         n_draws, n_agreeing; /* draws judged; of them with the verdict that the stated inputs have */
    size_t         n_movers;
    bk_brief_mover movers[BK_BRIEF_MOVERS]; /* [n_movers] what moves the figure most, first first */
    const char    *doubt;                   /* the same as a sentence, or why no draw says anything; NULL: no draws */
} bk_brief_answer;

/* Every verdict from the facts alone: answers [BK_BRIEF_QUESTIONS], texts held by `arena`.  Returns BK_OK or
 * BK_ERR_NO_MEMORY. */
bk_status bk_brief_judge(const bk_brief_facts *facts, bk_arena *arena, bk_brief_answer *answers);

typedef struct bk_brief_draws { /* one set for all questions */
    size_t                n, n_inputs;
    const bk_brief_facts *facts; /* [n] as they come out in each draw */
    const double         *input; /* [n][n_inputs] each in its own unit, 0 or 1 for states */
    const char *const    *names; /* [n_inputs] */
} bk_brief_draws;

/**
 * What the draws say of answers that bk_brief_judge gave: each question is put to the facts of every draw.
 *
 * The interval leaves out k - 1 draws at either end, k = floor((n + 1) / 20): a draw more would lie inside with chance
 * (n + 1 - 2 k) / (n + 1), 90 % or more whatever the distribution (Wilks 1941, order statistics).  A verdict that k
 * draws or more do not share becomes BK_VERDICT_DEPENDS: its line runs through the interval.  What moves the figure is
 * found by bk_movers: inputs are named as long as their chance is below 1 in 20, and the first in any case.
 *
 * Input    `draws->n` >= BK_BRIEF_DRAWS
 * Output   answers [BK_BRIEF_QUESTIONS], texts held by `arena`
 * Returns  BK_OK, BK_ERR_USAGE (too few draws), BK_ERR_NO_MEMORY
 */
bk_status bk_brief_weigh(bk_context *ctx, const bk_brief_draws *draws, bk_arena *arena, bk_brief_answer *answers);

typedef struct bk_brief_settings {
    const char *economy;  /* region, country or name */
    size_t      scenario; /* index into study->scenarios; SIZE_MAX: the one with the most measures */
    const char *cache_folder;
    size_t      n_players; /* of the game, its own included, 2 to 6 */
    size_t      n_draws;   /* of the inputs in doubt, for intervals: BK_BRIEF_DRAWS or more; 0: none */
} bk_brief_settings;

typedef struct bk_brief {
    bk_brief_facts         facts;
    const bk_brief_answer *answers; /* [BK_BRIEF_QUESTIONS] */
    bool                   converged;
    double                 residual;        /* the largest of all equilibria at the stated inputs */
    double                 estimates;       /* share of the input rows that are estimates */
    size_t                 n_draws, n_lost; /* that the answers rest on; without an equilibrium, and left out */
    double                 draws_residual;  /* the largest of the draws' equilibria */
    size_t                 n_warnings;
    const char *const     *warnings; /* [n_warnings] of the run */
} bk_brief;

/**
 * Runs every scenario, makes the corridors cheaper one by one and all at once, appraises the scenario asked for, solves
 * the game over those who gain most by it, and takes the adjoint's values; then judges.  With draws, the scenario, the
 * same without each of its measures, and the worst closure, shock, departure and plan of others are solved anew under
 * each (bk_study_stress: one set of draws for all), and the answers weighed.
 *
 * Input    `study` with all its scenarios
 * Output   `*out`, held by `arena`
 * Returns  BK_OK (what could not be found is `not answered`, and says what is missing; also when interrupted after
 *          the base year was solved, see facts.interrupted); BK_ERR_REFERENCE (no such
 *          economy or scenario); BK_ERR_USAGE (a study without scenarios; draws, but fewer than BK_BRIEF_DRAWS); what
 * bk_study_run returns
 */
bk_status bk_study_brief(bk_context *ctx, const bk_study *study, const bk_brief_settings *settings, bk_arena *arena,
                         bk_brief *out);

/* The brief as Markdown, or as one self-contained HTML page; NULL if memory is short. */
const char *bk_brief_markdown(const bk_brief *brief, bk_arena *arena, size_t *length);
const char *bk_brief_html(const bk_brief *brief, bk_arena *arena, size_t *length);

#endif
