/* Road traffic as its assignment sees it: arcs with volume-delay functions, and trips from zone to zone. */
#ifndef BUCKLE_ROAD_H
#define BUCKLE_ROAD_H

#include "buckle/network.h"

/* Zones are the nodes 0 ... n_zones - 1.  Time and cost are in the file's unit of time (minutes, say); flow in its unit
 * of traffic for the period (vehicles an hour, say). */
typedef struct bk_road_network {
    size_t          n_zones, n_nodes, n_arcs;
    uint32_t        first_through; /* nodes below it start or end a path and are never passed through; 0: all may be */
    const uint32_t *from;          /* [n_arcs] node */
    const uint32_t *to;            /* [n_arcs] node */
    bk_vdf          vdf;           /* of n_arcs; free_time >= 0, capacity > 0, b >= 0, power >= 1 */
    const double   *fixed;  /* [n_arcs] cost that flow does not change, unit of time, >= 0; INFINITY closes the arc */
    const double   *length; /* [n_arcs] unit of length of the file */
    const double   *toll;   /* [n_arcs] unit of money of the file */
    const double
        *price; /* [n_arcs] unit of the budget, > 0: a candidate that must be built, 0: exists; NULL: no candidates */
} bk_road_network;

/* Trips by origin, destinations in any order; intrazonal trips (which load no arc) are kept, and ignored by solvers. */
typedef struct bk_road_demand {
    size_t          n_zones;
    const size_t   *first;       /* [n_zones + 1] */
    const uint32_t *destination; /* [first[n_zones]] zone */
    const double   *volume;      /* [first[n_zones]] unit of traffic, > 0 */
} bk_road_demand;

#endif
