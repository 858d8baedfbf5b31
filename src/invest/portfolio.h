/* A portfolio search in the making. */
#ifndef INVEST_PORTFOLIO_H
#define INVEST_PORTFOLIO_H

#include "buckle/invest.h"

typedef struct bki_memo { /* sets asked, and what they bring */
    size_t    n, capacity, n_members;
    uint64_t *sets;    /* [n] */
    double   *benefit; /* [n][n_members] money */
    bool     *failed;  /* [n] */
    uint32_t *slots;   /* [4 capacity] index + 1, by the set's hash; 0: free */
} bki_memo;

typedef struct bki_search {
    bk_context                 *ctx;
    const bk_portfolio_problem *problem;
    bk_arena                   *arena;
    bki_memo                    memo;
    size_t                      n_failed;
    bool                        stopped; /* by the limit or the user: no more sets are asked */
    bool                        cancelled;
    uint64_t                    best;
    double                      best_value;
    double                      n_feasible;
    double                      bound;
    bool                        complete; /* as far as the law allows */
    double                      estimate_error;
} bki_search;

/* What the set brings, asked if it was not yet; NULL where it has no worth or nothing more may be asked. */
bk_status bki_search_ask(bki_search *search, uint64_t set, const double **benefit);
/* The same for a set that may be the best: one within the budget. */
bk_status bki_search_try(bki_search *search, uint64_t set);
/* NULL if it was not asked or has no worth. */
const double *bki_search_known(const bki_search *search, uint64_t set);

double bki_set_price(const bk_portfolio_problem *problem, uint64_t set);
double bki_set_value(const bk_portfolio_problem *problem, uint64_t set, const double *benefit);
bool   bki_set_fits(const bk_portfolio_problem *problem, uint64_t set);

/* Calls visit(state, set) for every set within the budget, the empty one first; stops when it returns false. */
typedef bool (*bki_visit)(void *state, uint64_t set);
void bki_sets_visit(const bk_portfolio_problem *problem, bki_visit visit, void *state);

bk_status bki_search_every_set(bki_search *search); /* asks all */
bk_status bki_search_promising(bki_search *search); /* by the pairwise estimate, then neighbours */
bk_status bki_search_branch(bki_search *search);    /* branch and bound under the problem's law */
void      bki_search_check_laws(const bki_search *search, bk_law_check *monotone, bk_law_check *diminishing);

#endif
