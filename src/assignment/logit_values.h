/* Expected least disutilities to one destination over all walks, and the linear systems that go with them. */
#ifndef ASSIGNMENT_LOGIT_VALUES_H
#define ASSIGNMENT_LOGIT_VALUES_H

#include "buckle/network.h"

/* At the disutilities solved for last.  With V the expected least to the destination and D the least, z = exp(D - V),
 * 1 or more, solves z(i) = sum of exp(D(i) - D(j) - disutility) z(j) over the arcs (i, j), which neither overflows nor
 * vanishes. */
typedef struct bki_values {
    const bk_graph  *graph;
    uint32_t         destination;
    size_t           n;         /* vertices that reach the destination */
    uint32_t        *order;     /* [n_vertices] they, the nearest first: the destination is order[0] */
    double          *distance;  /* [n_vertices] D; INFINITY: does not reach it */
    double          *ln_weight; /* [n_arcs] D(tail) - D(head) - disutility; where no way leads, below -1000 */
    double          *weight;    /* [n_arcs] its exponential */
    double          *z;         /* [n_vertices], share of the walks that are least */
    double          *share;     /* [n_arcs] of those at the tail, who take the arc */
    uint32_t        *leaving;   /* [n_vertices] */
    void            *sorting;   /* [n_vertices] */
    bk_tree_scratch *scratch;
} bki_values;

bk_status bki_values_create(const bk_graph *graph, bk_arena *arena, bki_values *out);

/* At disutilities [n_arcs]; false if the sum over walks has no end, or nearly so: the spectral radius is not below 1.
 */
bool bki_values_solve(bki_values *values, const double *disutility, uint32_t destination);

/* V. */
double bki_values_expected(const bki_values *values, uint32_t vertex);

/* x(i) = source(i) + sum of share x(j) over the arcs (i, j), from the destination, where x is 0, outwards.  Orders and
 * shares are those of a destination. */
void bki_values_pull(const bk_graph *graph, size_t n, const uint32_t *order, const double *share, const double *source,
                     double *x);
/* x(j) = source(j) + sum of share x(i) over the arcs (i, j), from the farthest vertex inwards. */
void bki_values_push(const bk_graph *graph, size_t n, const uint32_t *order, const double *share, const double *source,
                     double *x);

#endif
