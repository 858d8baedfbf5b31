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

/* A row of kind flow or share made ready, held by an arena: what it asks of the routes, and its figure once that is
 * answered. */
typedef struct bki_flow bki_flow;
/* `*why` says what the row does not, and `*out` is left; NULL if all is well. */
bk_status bki_flow_read(const bki_comparer *comparer, const bk_observation *row, bk_arena *arena, const char **why,
                        bki_flow **out);
bk_arc_grouping bki_flow_by(const bki_flow *flow);
double         *bki_flow_sum(bki_flow *flow); /* [importer][exporter] where the answer goes */
/* In the row's unit, from its sum; `model` has the background traffic.  False: a share of nothing. */
bool bki_flow_value(const bki_flow *flow, const bk_model *model, double *value);

bk_status bki_not_computed(bk_comparison *out, const char *why); /* BK_OK */

#endif
