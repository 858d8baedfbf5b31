/* Gradients of sums over costs and flows with respect to what any arc costs: one pass over the routes, backwards. */
#ifndef ASSIGNMENT_PULL_H
#define ASSIGNMENT_PULL_H

#include "assignment/assignment.h"

/* The sums, one a column: expected costs of cells and flows on limits, each with a weight. */
typedef struct bki_pull {
    size_t        width;     /* columns, innermost; a multiple of BKI_LANES */
    const double *tonnes;    /* [n_sectors][importer][exporter] t/yr */
    const double *price;     /* [n_limits] USD/t */
    const double *by_cost;   /* [cells][width] weight per USD/t of each cell's expected cost */
    const double *by_excess; /* [n_limits][width] weight per t/yr of each limit's flow, its sign turned */
} bki_pull;

/* Derivatives of the sums. */
typedef struct bki_pulled {
    double *money;   /* [n_arcs][width] per USD/t of all that pass */
    double *hours;   /* [n_arcs][width] per h of all that pass; of variance, times reliability ratio / spread */
    double *control; /* [n_borders][width] per h of the row, each at its mode's border factor */
    double *control_variance; /* [n_borders][width] the same at the factor's square, per h */
} bki_pulled;

/* Input `assignment` is only read: shares are found again at the prices.  Arrays of `out` are zeros before. */
bk_status bki_pull_costs(bk_context *ctx, const bk_assignment *assignment, const bki_pull *pull, const bki_pulled *out);

#endif
