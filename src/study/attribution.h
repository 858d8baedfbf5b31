/* How a scenario's gain is laid to its measures: which sets of measures have to be solved, in which order, and how
 * their worths are split.  A set is its members in bits. */
#ifndef STUDY_ATTRIBUTION_H
#define STUDY_ATTRIBUTION_H

#include "study/run.h"

#define BKI_MOST_MEASURES ((size_t)64) /* bits of a set */

struct bki_attribution_plan {
    bk_attribution  rule;    /* none, alone or shapley */
    bool            sampled; /* over n_orders orders drawn with `seed`; else every set is in `sets` */
    size_t          n_measures, n_orders;
    uint64_t        seed;
    size_t          n_sets;
    const uint64_t *sets; /* [n_sets] to solve beside nothing and the whole, each once; one measure needs none */
};

/* For n_measures <= BKI_MOST_MEASURES.  Sets follow one another by single steps where they can, so that the solution of
 * one is a good start for the next.  Returns BK_OK, BK_ERR_NO_MEMORY. */
bk_status bki_attribution_plan_make(const bk_run_settings *settings, size_t n_measures, bk_arena *arena,
                                    bki_attribution_plan *out);

typedef struct bki_worths { /* of the sets known so far, nothing and the whole among them */
    size_t    n_columns;
    size_t    n;
    uint64_t *sets;  /* [n of the plan + 2] */
    double   *worth; /* [n of the plan + 2][n_columns] all in the same unit */
} bki_worths;

/* [n_columns], or NULL if the set is not known. */
const double *bki_worth_of(const bki_worths *worths, uint64_t set);

/* Splits what the whole is worth beyond nothing.  All sets of the plan must be known; of a sampled one, orders that go
 * through an unknown set are left out.  `*out` is NULL where nothing is to be split, or fewer than four orders are
 * left. */
bk_status bki_attribution_split(bk_context *ctx, const bki_attribution_plan *plan, const bki_worths *worths,
                                bk_arena *arena, const bk_parts **out);

#endif
