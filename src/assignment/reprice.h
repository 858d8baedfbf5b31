/* What another model's costs and prices do to shares and flows, found again only where they change anything. */
#ifndef ASSIGNMENT_REPRICE_H
#define ASSIGNMENT_REPRICE_H

#include "assignment/assignment.h"

typedef struct bki_change { /* of a model on the universe of an evaluated assignment */
    const bk_model     *model;
    const bk_arc_costs *costs;
    const double       *before, *after; /* [n_limits] USD/t, prices of the assignment's limits: evaluated at, and now */
    const double       *extra;          /* [n_facilities] USD/t, of what runs short in the model alone; 0 elsewhere */
} bki_change;

typedef struct bki_repriced {
    const bk_assignment *assignment;
    const double        *slot_cost; /* [n_slots] USD/t */
    const double        *mass;      /* [n_slots] share of trade */
    const double        *share;     /* [shares] ratio, of the pairs found again */
    const uint8_t       *changed;   /* [n_pairs] 1: found again */
} bki_repriced;

/* Input `assignment`, evaluated at change->before, is only read. */
bk_status bki_reprice(bk_context *ctx, const bk_assignment *assignment, const bki_change *change, bk_arena *arena,
                      bki_repriced *out);

/* Flow on each limit at `tonnes` less what it would be at the shares of before, into flow [n_limits] t/yr. */
bk_status bki_reprice_flow(bk_context *ctx, const bki_repriced *repriced, const double *tonnes, double *flow);

#endif
