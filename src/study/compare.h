/* Observations beside the model: what a row asks for, read from its columns, and the answer. */
#ifndef STUDY_COMPARE_H
#define STUDY_COMPARE_H

#include "buckle/study.h"

typedef struct bki_comparer { /* what every observation needs */
    bk_context          *ctx;
    const bk_study      *study;
    const bk_model      *model;
    const bk_joint_base *base;
    bk_arena            *arena; /* of the answers; each row has scratch of its own */
} bki_comparer;

/* Rows of kind flow and share: `measure` may hold the words `transit of C`, `C transit`, `turnover`, and a mode; see
 * docs/reference/files.md.  Sets out->computed, value and how. */
bk_status bki_compare_flow(const bki_comparer *comparer, bk_arena *scratch, bk_comparison *out);
/* Rows of kind time and cost, between two places. */
bk_status bki_compare_route(const bki_comparer *comparer, bk_arena *scratch, bk_comparison *out);

bk_status bki_not_computed(bk_comparison *out, const char *why); /* BK_OK */

#endif
