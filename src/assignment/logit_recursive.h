/* The destinations of a recursive logit, and whether it has a solution for them. */
#ifndef ASSIGNMENT_LOGIT_RECURSIVE_H
#define ASSIGNMENT_LOGIT_RECURSIVE_H

#include "assignment/logit_values.h"
#include "assignment/ue_problem.h"

typedef struct bki_logit_destination {
    uint32_t class_index, vertex;
    size_t   first, end; /* its trips */
    double   volume;     /* of all of them */
} bki_logit_destination;

typedef struct bki_logit_destinations { /* the problem's trips, sorted by class and destination */
    size_t                       n;
    const bki_logit_destination *destinations; /* [n] */
    const uint32_t              *root;         /* [n_trips] the vertex that they leave from */
    const double                *volume;       /* [n_trips] unit of traffic */
} bki_logit_destinations;

bk_status bki_logit_destinations_build(const bki_ue_problem *problem, bk_arena *arena, bki_logit_destinations *out);

/* Whether the sum over walks to every destination has an end at these disutilities [n_classes][n_arcs].
 * `values` [workers] */
bool bki_logit_has_end(const bki_ue_problem *problem, const bki_logit_destinations *to, const double *disutility,
                       bki_values *values);
/* BK_OK if it has at the costs of free flow; else refuses, and says why and what to do. */
bk_status bki_logit_refuse_endless(const bki_ue_problem *problem, const bki_logit_destinations *to, double dispersion,
                                   bki_values *values);

#endif
