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

/* BK_OK if sums over walks have an end at the costs of free flow for every class; else refuses, and says why and what
 * to do.  `sums` is scratch. */
bk_status bki_logit_refuse_endless(const bki_ue_problem *problem, double dispersion, bki_walk_sums *sums);

#endif
