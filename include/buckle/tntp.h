/* The text format of "Transportation Networks for Research" (github.com/bstabler/TransportationNetworks). */
#ifndef BUCKLE_TNTP_H
#define BUCKLE_TNTP_H

#include "buckle/road.h"

/**
 * Read a network: `<KEY> value` lines up to <END OF METADATA>, then one arc a line,
 *
 *     from  to  capacity  length  free_flow_time  b  power  speed  toll  type  [price]  ;
 *
 * `~` starts a comment; the semicolon may be missing.  NUMBER OF ZONES, NODES and LINKS are required; FIRST THRU NODE
 * is 1 if absent; NUMBER OF NEW LINKS counts candidate arcs that follow the others and have a price.  An arc's fixed
 * cost is TOLL FACTOR x toll + DISTANCE FACTOR x length, factors from the file (0 if absent).  A power of 0 means
 * constant time free_flow_time (1 + b).
 *
 * Input    `toll_factor`, `distance_factor`: NULL, or a value to use instead of the file's
 * Output   `*out`, held by `arena`
 * Returns  BK_OK; BK_ERR_FILE, BK_ERR_SYNTAX, BK_ERR_SCHEMA, BK_ERR_VALUE, BK_ERR_REFERENCE (a node out of range),
 *          BK_ERR_INCONSISTENT (not as many arcs as announced), BK_ERR_NO_MEMORY: every fault recorded with its place
 */
bk_status bk_tntp_network_read(bk_context *ctx, const char *path, const double *toll_factor,
                               const double *distance_factor, bk_arena *arena, const bk_road_network **out);

/**
 * Read a table of trips: `Origin z`, then entries `destination : volume ;`, several a line.  Entries of 0 are dropped;
 * a pair that appears twice is an error, and so is a number of zones other than the network's.
 *
 * Input    `scale` > 0 multiplies every volume
 * Output   `*out`, held by `arena`
 * Returns  as above, BK_ERR_DUPLICATE as well
 */
bk_status bk_tntp_demand_read(bk_context *ctx, const char *path, const bk_road_network *network, double scale,
                              bk_arena *arena, const bk_road_demand **out);

#endif
