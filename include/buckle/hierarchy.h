/* Least costs between the zones of a large road network, again and again at changing costs: a customisable contraction
 * hierarchy. */
#ifndef BUCKLE_HIERARCHY_H
#define BUCKLE_HIERARCHY_H

#include "buckle/road.h"

/* What depends on which nodes are joined, not on costs: an order of the nodes, and the shortcuts that taking them out
 * in this order leaves. */
typedef struct bk_hierarchy bk_hierarchy;

/**
 * Order the nodes of a network by nested dissection.
 *
 * Source   Dibbelt, Strasser & Wagner (2016), ACM J. Experimental Algorithmics 21
 * Input    arcs and zones of the network; its costs are not looked at
 * Output   `*out`, held by `arena`; it needs the network no more
 * Threads  uses ctx's pool; same order for any number of threads
 * Returns  BK_OK, BK_ERR_CANCELLED, BK_ERR_NO_MEMORY
 */
bk_status bk_hierarchy_create(bk_context *ctx, const bk_road_network *network, bk_arena *arena,
                              const bk_hierarchy **out);

size_t bk_hierarchy_shortcuts(const bk_hierarchy *hierarchy); /* pairs of nodes joined, those by arcs included */

/**
 * Least costs between all zones, as bk_road_matrix has them; sums are added in another order than along the path, so
 * that they may differ from it by rounding.
 *
 * Customises the hierarchy: the cost of each shortcut is the least over all triangles below it.  Then, for sixteen
 * zones at once, labels rise to the ancestors of where they start, and sink from the top to where any zone is entered.
 *
 * Source   the same; one-to-many sweeps, Delling, Goldberg, Nowatzyk & Werneck (2011), IPDPS
 * Input    `cost` [n_arcs] >= 0; INFINITY closes the arc
 * Output   `matrix` [n_zones][n_zones], row = origin, the diagonal 0; INFINITY where no path leads
 * Threads  uses ctx's pool; same bits for any number of threads
 * Returns  BK_OK, BK_ERR_CANCELLED, BK_ERR_NO_MEMORY
 */
bk_status bk_hierarchy_matrix(bk_context *ctx, const bk_hierarchy *hierarchy, const double *cost, double *matrix);

#endif
