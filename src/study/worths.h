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

/* A record solved anew, whatever is kept; `*converged` false if a limit stopped it short of the tolerance.  With the
 * states' empty sets solved (bki_worths_solve_empty) it may be called for copies of `worths` in many threads, each with
 * a context of its own. */
bk_status bki_worths_solve(bk_worths *worths, size_t state, uint64_t set, double *record, bool *converged);
bk_status bki_worths_solve_empty(bk_worths *worths, size_t state);

/* As bk_worths_record, but what a limit stopped is handed out too, and only kept from later calls. */
bk_status bki_worths_not_converged(bk_context *ctx, const double *record); /* fails, saying what of */

bk_status bki_worths_find(bk_worths *worths, uint64_t number, double *record, bool *converged);

/* Years of the study's clock, `from` to before `until`, in which the same works are open. */
typedef struct bki_open_span {
    uint64_t set; /* never empty */
    int      from, until;
} bki_open_span;

/* Of the works in `set`, earliest first, into spans [2 n_candidates]; returns how many.  Years before the study's first
 * are left out, and so are those in which nothing is open. */
size_t bki_open_spans(const bk_worths *worths, uint64_t set, bki_open_span *spans);

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
