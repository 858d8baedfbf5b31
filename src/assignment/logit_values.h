/* Expected least disutilities to one destination over all walks, and the linear systems that go with them. */
#ifndef ASSIGNMENT_LOGIT_VALUES_H
#define ASSIGNMENT_LOGIT_VALUES_H

#include "assignment/logit_walks.h"

/* Of one destination at the sums it was solved with; one for each thread. */
typedef struct bki_values {
    const bki_walks *walks;
    uint32_t         destination;
    double          *ln_z;  /* [n_vertices] logarithm of the sum over walks to the destination; -INFINITY: none */
    double          *share; /* [n_arcs] of those at the tail, who take the arc; none go on from the destination */
    double          *up;    /* [n_up] chances of coming from the lower vertex of a pair to the upper, over lower ones */
    double          *down;  /* [n_up] from the upper to the lower */
    double          *round; /* [n_vertices] by rank: expected visits of those who come to a vertex, over lower ones */
    double          *visits;  /* [n_vertices] by rank, of one who is at the destination and goes on from it */
    double          *work;    /* [n_vertices] scratch */
    double          *terms;   /* [max(n_arcs, n_up)] scratch */
    double          *factors; /* [most_up + 1] scratch */
} bki_values;

bk_status bki_values_create(const bki_walks *walks, bk_arena *arena, bki_values *out);

/* Values and shares at the sums, which were taken at `disutility` [n_arcs]. */
void bki_values_solve(bki_values *values, const bki_walk_sums *sums, const double *disutility, uint32_t destination);
/* The expected least disutility. */
double bki_values_expected(const bki_values *values, uint32_t vertex);

/* Makes the systems below ready, for ln_z as they are and the sums that they came from. */
void bki_values_factor(bki_values *values, const bki_walk_sums *sums);
/* x(i) = source(i) + sum of share x(j) over the arcs (i, j); 0 at the destination.  Of vertices that reach it. */
void bki_values_pull(const bki_values *values, const double *source, double *x);
/* x(j) = source(j) + sum of share x(i) over the arcs (i, j), of those not at the destination. */
void bki_values_push(const bki_values *values, const double *source, double *x);

#endif
