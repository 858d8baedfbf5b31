/* One pair of zones as the loops over routes see it. */
#ifndef ASSIGNMENT_CHOICE_H
#define ASSIGNMENT_CHOICE_H

#include "assignment/assignment.h"

typedef struct pair_view {                                    /* one pair's data */
    size_t        n_routes, n_slots, lanes, n_classes, width; /* width: n_classes x lanes */
    size_t        index, first_route, first_slot;
    const double *cost;         /* [n_routes][2][lanes] USD/t and h, see bki_layout */
    const double *usd_per_hour; /* [width] see bki_layout */
    const double *scale;        /* [width] see bki_layout */
    double       *share;        /* [n_routes][lanes] ratio, mean over classes */
} bki_pair_view;

bki_pair_view bki_view_of(const bk_assignment *assignment, size_t pair);
/* Shares of routes by class at prices [n_limits], [n_routes][width] into the room's weights; the largest exponent and
 * the logarithm of the sum of the rest beside them. */
void bki_weigh_pair(const bk_assignment *assignment, const bki_pair_view *pair, const double *price, bki_room *room);
/* Prices along each route of a pair, into route_price [n_routes]: those of its bundles, and of the limits that every
 * route uses.  `bundle_price` is room. */
void bki_route_prices(const bki_bundles *bundles, const bki_pair_view *pair, const double *price, double *bundle_price,
                      double *route_price);
/* From what bki_weigh_pair left: the logsum of each slot, mean over its classes, into slot_cost [n_slots]; mean over
 * classes of shares, into the view's. */
void bki_slot_costs(const bki_pair_view *pair, const bki_room *room, double *slot_cost);
void bki_mean_shares(const bki_pair_view *pair, const double *weight);

/* curvature.c: adds - d flow / d price of the pair, at the shares in the room's weights, to the block of its importer.
 */
void bki_add_curvature(const bk_assignment *assignment, const bki_pair_view *pair, const bki_curvature *curvature,
                       size_t cell, bki_room *room, double *block);

#endif
