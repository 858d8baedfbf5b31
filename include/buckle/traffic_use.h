/* What the flows of a user equilibrium consist of: whose trips use an arc, and by which paths trips go.
 *
 * Arc flows alone leave that open: many sets of paths add up to them.  Here trips that meet at a node take the arcs
 * into it in the same proportions wherever they go (within a class and origin), which singles out one set, that of the
 * bushes of Algorithm B. */
#ifndef BUCKLE_TRAFFIC_USE_H
#define BUCKLE_TRAFFIC_USE_H

#include "buckle/equilibrium.h"

typedef struct bk_selected_trips {
    uint32_t class_index, origin, destination; /* zones */
    double   volume;                           /* over the arc, unit of traffic, > 0 */
    double   trips;                            /* of the pair in all, unit of traffic */
} bk_selected_trips;

/**
 * Whose trips use an arc ("select link").  They add up to its flow, to rounding.
 *
 * Input    `equilibrium` of the network and classes, with bushes kept (Algorithm B)
 * Output   `*trips` [*n_out] by class, origin and destination, held by `arena`
 * Returns  BK_OK, BK_ERR_USAGE (no bushes, or no such arc), BK_ERR_NO_MEMORY
 */
bk_status bk_equilibrium_select(bk_context *ctx, const bk_road_network *network, size_t n_classes,
                                const bk_traffic_class *classes, const bk_equilibrium *equilibrium, size_t arc,
                                bk_arena *arena, size_t *n_out, const bk_selected_trips **trips);

typedef struct bk_used_path {
    uint32_t        class_index, origin, destination; /* zones */
    double          volume;                           /* unit of traffic */
    double          share;                            /* of the pair's trips */
    double          cost;                             /* of the class, unit of time */
    size_t          n_arcs;
    const uint32_t *arcs; /* [n_arcs] of the network, from the origin on */
} bk_used_path;

/* Valid during the call; what it returns, if not BK_OK, ends the listing. */
typedef bk_status (*bk_path_sink)(void *state, const bk_used_path *path);

typedef struct bk_path_totals {
    size_t n_paths, n_pairs;
    double difference; /* largest |flow of the paths over an arc - its flow|, relative to the largest flow of an arc */
} bk_path_totals;

/**
 * Every path in use, by class, origin and destination, within these not in order of volume.  Paths whose share of their
 * pair would be below `least_share` are left out where a larger one leads on from the same node, and their trips put on
 * it: so that paths of a pair add up to its trips, and rounding does not multiply paths.
 *
 * Input    as above; 0 < least_share < 1
 * Returns  as above, BK_ERR_CANCELLED, and what `sink` does
 */
bk_status bk_equilibrium_paths(bk_context *ctx, const bk_road_network *network, size_t n_classes,
                               const bk_traffic_class *classes, const bk_equilibrium *equilibrium, double least_share,
                               bk_path_sink sink, void *state, bk_path_totals *out);

#endif
