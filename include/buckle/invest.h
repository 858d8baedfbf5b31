/* Which projects to build within a budget, in which order, and which choice one would regret least.  Knows neither
 * network nor market: what a set of projects brings is asked of a function. */
#ifndef BUCKLE_INVEST_H
#define BUCKLE_INVEST_H

#include "buckle/base.h"

enum { BK_MOST_PROJECTS = 24 };

/* A set of projects: bit i of the number is project i. */

/* What the projects of `set` bring each member, into benefit [n_members]; the same set always the same.  Never asked of
 * the empty set, which brings 0.  BK_ERR_NOT_CONVERGED, BK_ERR_NO_SOLUTION, BK_ERR_NO_PATH: this set has no worth, and
 * is left out; BK_ERR_CANCELLED: the search ends with what it has; anything else fails it. */
typedef bk_status (*bk_set_benefit)(void *state, uint64_t set, double *benefit);

typedef enum bk_portfolio_rule {
    BK_PORTFOLIO_SUM,  /* what the members gain together, net of cost */
    BK_PORTFOLIO_LEAST /* what the member gains that gains least, net of cost */
} bk_portfolio_rule;

/* What may be taken for granted of benefits.  With none nothing but asking every set proves one the best. */
typedef enum bk_benefit_law {
    BK_LAW_NONE,
    BK_LAW_MONOTONE,   /* no project takes from what the others bring: B(S + x) >= B(S) */
    BK_LAW_DIMINISHING /* none brings more for being later: B(S + x) - B(S) never grows with S */
} bk_benefit_law;

const char *bk_benefit_law_name(bk_benefit_law law); /* "none", "monotone", "diminishing" */

typedef struct bk_portfolio_problem {
    size_t            n_projects, n_members; /* at most BK_MOST_PROJECTS; at least 1 */
    const double     *price;                 /* [n_projects] money, >= 0, what counts against the budget */
    const double     *cost;                  /* [n_projects][n_members] money, what it takes from each member */
    double            budget;                /* money, >= 0 */
    bk_portfolio_rule rule;
    bk_benefit_law    law;
    size_t            set_limit; /* of sets asked, >= 1 */
    double         noise; /* >= 0, share of the largest benefit, how far off they may be: smaller breaches are none */
    bk_set_benefit benefit;
    void          *state; /* handed to `benefit` */
} bk_portfolio_problem;

typedef struct bk_portfolio {
    uint64_t      set;
    double        price, value;
    const double *benefit; /* [n_members] money */
} bk_portfolio;

/* How often a law was seen to hold among the sets asked. */
typedef struct bk_law_check {
    size_t n_checked, n_broken;
    double worst; /* money, largest breach; 0: none */
} bk_law_check;

typedef struct bk_portfolio_search {
    bk_outcome   outcome;   /* BK_CONVERGED: complete; BK_ITERATION_LIMIT, BK_CANCELLED: it is not */
    bool         exhausted; /* every set within the budget was asked and had a worth: the best is proved the best */
    bool         bounded;   /* `bound` holds, if the problem's law does; false where it was seen broken, or is none */
    double       bound;     /* money, no set within the budget is worth more; 0 where not bounded */
    bk_portfolio best;
    size_t       n_sets;                   /* asked, within the budget, the empty one among them */
    const bk_portfolio *sets;              /* [n_sets] best first */
    size_t              n_asked, n_failed; /* sets, also beyond the budget; of these without worth */
    double              n_feasible;        /* sets within the budget */
    bk_law_check        monotone, diminishing;
    /* What two bring together beyond what each brings alone, for the rule's sum of members: > 0 they complete, < 0 they
     * replace one another.  Where one of the three sets was not asked, 0 and not known. */
    const double *interaction; /* [n_projects][n_projects] money */
    const bool   *known;       /* [n_projects][n_projects] flag of interaction */
    double estimate_error; /* money, largest miss of the pairwise estimate on larger sets, when it was used; 0: not */
} bk_portfolio_search;

/**
 * The best set of projects within the budget.
 *
 * If set_limit allows, every set within the budget is asked, which proves the best.  Else sets are asked in the order
 * in which an estimate from single projects and pairs promises most, then neighbours of the best (one project more,
 * less or exchanged) until none is better; with a law, a best-first branch and bound follows.  Its bound of the sets
 * between F and T is, of every member, B(T) less the cost of F and less what budget and law say must be forgone or
 * paid: with a monotone benefit, whoever leaves x out has at most B(T - x); with a diminishing one, those losses add up
 * (Dantzig 1957, fractional knapsack).
 *
 * Output   `*out`, arrays held by `arena`; the same for the same answers, in whatever order they were first computed
 * Returns  BK_OK, also when a limit stopped it or it was cancelled (see outcome); BK_ERR_USAGE for figures out of
 * range; what `benefit` returns
 */
bk_status bk_portfolio_find(bk_context *ctx, const bk_portfolio_problem *problem, bk_arena *arena,
                            bk_portfolio_search *out);

/* ---- in which order -------------------------------------------------------------------------------------------- */

typedef struct bk_sequence_problem {
    size_t        n_projects;       /* at most 20 */
    const double *price;            /* [n_projects] money, >= 0 */
    const double *yearly;           /* [2^n_projects] money a year once the set is open, at opening's scale; [0] is 0 */
    double        per_year;         /* money that may be spent each year, > 0; what is left is kept */
    int           building;         /* years from the last payment to opening, >= 0 */
    int           horizon;          /* years from the first payment on that gains are counted, >= 1 */
    double        discount, growth; /* per year; growth of gains, from year 0 */
} bk_sequence_problem;

typedef struct bk_sequence {
    const uint32_t *order; /* [n_projects] which first */
    const int      *opens; /* [n_projects] year in which the i-th of the order opens, first year of payment 0 */
    double          value; /* money, present value of the gains, works left out: they are paid in any order */
    double all_at_once;    /* money, the same if money were no limit and everything opened after `building` years */
} bk_sequence;

/* The order of works that is worth most: each is paid in full before the next is begun.  Exact, by the best order of
 * every subset (Held & Karp 1962).  Returns BK_OK, BK_ERR_USAGE, BK_ERR_NO_MEMORY. */
bk_status bk_sequence_find(bk_context *ctx, const bk_sequence_problem *problem, bk_arena *arena, bk_sequence *out);

/* ---- what one would regret least ------------------------------------------------------------------------------- */

/* Of `n_choices` with value [n_choices][n_states], the one whose largest regret (the state's best less its own value)
 * is least; into regret [n_choices] the largest regret of each.  The first of equals.  Source  Savage (1951). */
size_t bk_least_regret(size_t n_choices, size_t n_states, const double *value, double *regret);

#endif
