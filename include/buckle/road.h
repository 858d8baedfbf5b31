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
    const char *const *zone_ids;         /* [n_zones] as the file has them; NULL: 1, 2 ... */
    const char *const *node_ids;         /* [n_nodes] likewise */
    const char *const *arc_ids;          /* [n_arcs] likewise; both directions of a link have its id */
    const char *const *uses;             /* [n_arcs] who may use it, "" all; NULL: all may use all */
    const double      *x, *y;            /* [n_nodes] coordinates as the file has them, NAN: not said; NULL: none */
    const char        *crs;              /* of coordinates; NULL: not said */
    double toll_factor, distance_factor; /* of what `fixed` is made, unit of time per unit of toll and of length */
    double length_km;                    /* km in one unit of length; 0: not said */
} bk_road_network;

/* The id that a file has for a zone, node or arc; where the network has none, its number from 1, put in `text`. */
#define BK_ROAD_ID_SIZE 24
const char *bk_road_zone_id(const bk_road_network *network, size_t zone, char text[BK_ROAD_ID_SIZE]);
const char *bk_road_node_id(const bk_road_network *network, size_t node, char text[BK_ROAD_ID_SIZE]);
const char *bk_road_arc_id(const bk_road_network *network, size_t arc, char text[BK_ROAD_ID_SIZE]);

/* Trips by origin, destinations in any order; intrazonal trips (which load no arc) are kept, and ignored by solvers. */
typedef struct bk_road_demand {
    size_t          n_zones;
    const size_t   *first;       /* [n_zones + 1] */
    const uint32_t *destination; /* [first[n_zones]] zone */
    const double   *volume;      /* [first[n_zones]] unit of traffic, > 0 */
} bk_road_demand;

/**
 * Least costs between all zones at given arc costs, without passing through zones below first_through: by a tree for
 * each zone, or by a hierarchy (hierarchy.h) where the network has 256 zones and more and few nodes cut it in two.
 * Which one depends on the network alone.
 *
 * Input    `cost` [n_arcs] >= 0; INFINITY closes the arc
 * Output   `matrix` [n_zones][n_zones], row = origin, the diagonal 0; INFINITY where no path leads
 * Threads  uses ctx's pool; same bits for any number of threads
 * Returns  BK_OK, BK_ERR_CANCELLED, BK_ERR_NO_MEMORY
 */
bk_status bk_road_matrix(bk_context *ctx, const bk_road_network *network, const double *cost, double *matrix);

/**
 * The same, and what else is met on the way: for each of `n_quantities`, its sum over the arcs of the least-cost path.
 * Of several paths of one cost the trees take that with the lower arc numbers, so sums are the same on every machine.
 *
 * Input    `quantity` [n_quantities] each [n_arcs]
 * Output   `matrix` as above; `sums` [n_quantities] each [n_zones][n_zones], INFINITY where no path leads
 * Threads  and returns as above
 */
bk_status bk_road_skim(bk_context *ctx, const bk_road_network *network, const double *cost, double *matrix,
                       size_t n_quantities, const double *const *quantity, double *const *sums);

/* A made-up town, for tests of scale.  Streets both ways on a grid of width x height crossings, some missing; every
 * tenth is an express road of twice the speed and three times the capacity.  Zones are the first nodes, closed to
 * through traffic, each tied both ways to a crossing of its own part of the grid; crossing (x, y) is node n_zones + y
 * width + x. */
typedef struct bk_road_grid {
    size_t   width, height; /* >= 2 */
    size_t   n_zones;       /* >= 2, <= width x height */
    double   missing;       /* share of the streets down that are not there, [0, 0.9]; none of express roads and rim */
    double   trips;         /* of all zones together, > 0; half a street's capacity is 500 */
    double   mean_distance; /* of gravity: volume falls as exp(-distance / mean_distance), in crossings, > 0 */
    uint64_t seed;
} bk_road_grid;

/**
 * Make the town of a seed: the same on every machine.  Time of a street is drawn from [1, 2), of a connector 0.5; BPR
 * 0.15 / 4. Volumes are what zones send and attract (drawn from [0.5, 1.5)) x gravity, scaled to `trips`.
 *
 * Returns  BK_OK, BK_ERR_USAGE (a number outside what is said above), BK_ERR_NO_MEMORY
 */
bk_status bk_road_grid_make(bk_context *ctx, const bk_road_grid *grid, bk_arena *arena, const bk_road_network **network,
                            const bk_road_demand **demand);

#endif
