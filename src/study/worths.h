/* Worths of sets of projects in the making. */
#ifndef STUDY_WORTHS_H
#define STUDY_WORTHS_H

#include "buckle/portfolio.h"

typedef struct bki_worths_store bki_worths_store; /* records kept in a file */

struct bk_worths {
    bk_context               *ctx;
    bk_arena                 *arena;
    const bk_study           *study;
    const bk_invest_settings *settings;
    const bk_joint_base      *base;
    const bk_scenario        *source; /* of the candidates' measures */
    size_t                    n_candidates, n_economies, n_states;
    bk_candidate             *candidates;         /* [n_candidates] */
    double                   *cost;               /* [n_candidates][n_economies] USD, present value */
    uint32_t                 *economies;          /* [n_economies] countries */
    uint32_t                 *economy_of_country; /* [n_countries] BK_NONE: no region there */
    const bk_joint_solution **empty;              /* [n_states] each state without candidates, which warms its sets */
    bk_arena                  rooms;              /* holds `empty` */
    bki_worths_store         *store;
    const char               *key;
    size_t                    n_solved;
    double                    residual;
};

bk_status bki_worths_prepare(bk_worths *worths); /* candidates, economies, what they cost */

/* The model of a state with a set of candidates. */
bk_status bki_worths_model(const bk_worths *worths, size_t state, uint64_t set, bk_arena *arena, const bk_model **out);

/* A record solved anew, whatever is kept.  With the states' empty sets solved (bki_worths_solve_empty) it may be called
 * for copies of `worths` in many threads, each with a context of its own. */
bk_status bki_worths_solve(bk_worths *worths, size_t state, uint64_t set, double *record);
bk_status bki_worths_solve_empty(bk_worths *worths, size_t state);

/* Opens the file of the study's content in the folder; a file that is damaged is begun anew.  `*key` names the content.
 */
bk_status bki_store_open(bk_worths *worths);
/* NULL: not there. */
const double *bki_store_find(const bk_worths *worths, uint64_t number);
/* Into the file too, at once; one that cannot be written costs time, not the answer. */
bk_status bki_store_keep(bk_worths *worths, uint64_t number, const double *record);

/* What is kept from now on stays in memory: another process of the team writes the file. */
void bki_store_detach(bk_worths *worths);

#endif
