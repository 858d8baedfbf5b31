/* An order of vertices in which eliminating them one by one joins few others: nested dissection. */
#ifndef NETWORK_DISSECTION_H
#define NETWORK_DISSECTION_H

#include "network/vertex_cut.h"

/**
 * Cut the graph in two by few vertices, which come last; the two sides, cut likewise, come before.
 *
 * Source   George (1973), SIAM J. Numer. Anal. 10; cuts between the ends of a piece, Schild & Sommer (2015), SEA, with
 *          numbers of links in place of their coordinates
 * Output   `order` [n]: the vertex of each rank
 * Threads  uses ctx's pool; same order for any number of threads
 * Returns  BK_OK, BK_ERR_CANCELLED, BK_ERR_NO_MEMORY
 */
bk_status bki_dissect(bk_context *ctx, const bki_links *links, uint32_t *order);

#endif
