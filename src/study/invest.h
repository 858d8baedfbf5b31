/* A portfolio of a study in the making. */
#ifndef STUDY_INVEST_H
#define STUDY_INVEST_H

#include "study/worths.h"

typedef struct bki_invest {
    bk_context          *ctx;
    bk_arena            *arena;
    bk_worths           *worths;
    bk_invest           *invest;
    size_t               state; /* asked at present */
    bk_portfolio_problem problem;
    size_t               n_members;
    double              *weight; /* [n_members][n_economies] what an economy's USD count for a member */
    const double       **empty;  /* [n_states] record of each state without candidates, or NULL */
    double              *record; /* [length] scratch, as bk_worths_record */
    double              *gain;   /* [n_economies] USD/yr scratch */
    size_t               warning_capacity;
    const char         **warnings;
} bki_invest;

void bki_invest_warn(bki_invest *job, const char *text);

bk_status bki_invest_goal(bki_invest *job); /* members, their weights, prices and costs: fills problem */

/* USD/yr by economy that a set brings in the job's state, into job->gain. */
bk_status bki_invest_gain(bki_invest *job, uint64_t set);
/* A set's benefit for the search: the job is the state. */
bk_status bki_invest_benefit(void *job, uint64_t set, double *benefit);
/* Present value by economy of what a set brings, into `present` [n_economies] USD; leaves its gain in job->gain. */
bk_status bki_invest_present(bki_invest *job, uint64_t set, double *present);

/* Worths of all sets within the budget in all states, by threads, shards or a team, into the store; sets what the
 * answer says of them. */
bk_status bki_invest_spread(bki_invest *job);

bk_status bki_invest_frontier(bki_invest *job);
bk_status bki_invest_order(bki_invest *job);
bk_status bki_invest_robust(bki_invest *job);

#endif
