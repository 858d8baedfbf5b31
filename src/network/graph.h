/* Compressed rows for a graph given by its arcs. */
#ifndef NETWORK_GRAPH_H
#define NETWORK_GRAPH_H

#include "buckle/network.h"
#include "buckle/road.h"

/* Sorts positions 0..n-1 by key, equal keys in the order given: those with key k are
 * order[first[k]], ..., order[first[k + 1] - 1].  first [n_keys + 1], order [n]. */
void bki_sort_by_key(size_t n, const uint32_t *key, size_t n_keys, uint32_t *first, uint32_t *order);

/**
 * A bare graph, for least-cost trees alone: only n_vertices, n_arcs, first_out, tail, head, first_in and in_arc are
 * set.
 *
 * Input    arc k leaves from[k] and enters to[k], both < n_vertices
 * Output   `order` [n_arcs], or NULL: arc a of the graph is the given arc order[a]
 * Returns  BK_OK, BK_ERR_NO_MEMORY
 */
bk_status bki_graph_from_arcs(size_t n_vertices, size_t n_arcs, const uint32_t *from, const uint32_t *to,
                              bk_arena *arena, uint32_t *order, const bk_graph **out);

/* That of a road network: zones below FIRST THRU NODE are left from a vertex of their own, n_nodes + zone, which
 * nothing enters.  `order` [n_arcs] as above. */
bk_status bki_graph_of_roads(const bk_road_network *network, bk_arena *arena, uint32_t *order, const bk_graph **out);
/* values[order[a]] for each a; NULL for NULL, or if memory is short, which the arena remembers. */
double *bki_in_order(bk_arena *arena, size_t n, const uint32_t *order, const double *values /* [n] or NULL */);

#endif
