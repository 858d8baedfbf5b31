/* Derivatives of sums over routes along small changes of the network. */
#ifndef ASSIGNMENT_TANGENT_H
#define ASSIGNMENT_TANGENT_H

#include "assignment/assignment.h"

enum { BKI_TANGENTS_AT_ONCE = 64 }; /* directions, and sums */

typedef struct bki_direction { /* the derivative of a network by one number */
    const double *table;       /* [n_arcs][2][n_sectors] USD/t and h, of bki_arc_table */
    const double *background;  /* [n_limits] t/yr */
    double        log_noise;   /* of ln route noise */
} bki_direction;

/* Derivatives of the sums of bk_assignment_sum, tonnes held and prices answering, at a solved state.
 *
 * Input    `price`, `slope` [n_limits] USD/t of bk_limit_price there; `by` with weights, one group and no marks; at
 *          most BKI_TANGENTS_AT_ONCE directions and sums
 * Output   sums [n_directions][n], each [importer][exporter]; the assignment's shares are those of the state
 * Returns  BK_OK, BK_ERR_NO_SOLUTION, BK_ERR_NO_MEMORY */
bk_status bki_tangents(bk_context *ctx, bk_assignment *assignment, const double *tonnes, const double *price,
                       const double *slope, size_t n_directions, const bki_direction *directions, size_t n,
                       const bk_arc_grouping *by, double *const *sums);

#endif
