/* A network and trips of road traffic from files of any form that is known: TNTP, GMNS, OMX, CSV. */
#ifndef IO_ROAD_FILES_H
#define IO_ROAD_FILES_H

#include "buckle/road.h"

typedef struct bki_road_files {
    const char *net;             /* TNTP, a folder in GMNS, or the link.csv of one */
    const char *trips;           /* TNTP, .omx, or .csv */
    const char *matrix, *lookup; /* of .omx; NULL: the only one */
    const char *use;             /* of GMNS; NULL: every link */
    double      toll_factor;     /* below 0: the file's, or 0 */
    double      distance_factor; /* likewise */
    double      demand_factor;   /* > 0 */
} bki_road_files;

/* Returns what the readers return; BK_ERR_USAGE for a request that the form of a file does not know. */
bk_status bki_road_files_read(bk_context *ctx, const bki_road_files *files, bk_arena *arena,
                              const bk_road_network **network, const bk_road_demand **demand);

typedef struct bki_road_class {
    const char           *name;   /* NULL: the only one, which has none */
    const double         *fixed;  /* [n_arcs] unit of time, as in bk_road_network; NULL: the network's */
    const bk_road_demand *demand; /* of the network's zones */
} bki_road_class;

/**
 * The network, and for each row of the CSV file at `path` a class of traffic: class (its name), trips (a file, as seen
 * from the folder of this one), and where they differ from the request matrix, lookup, use, toll_factor and
 * distance_factor; demand_factor multiplies as well.  With `path` NULL one class, of the request's trips.
 *
 * Returns as above; BK_ERR_SCHEMA, BK_ERR_VALUE, BK_ERR_DUPLICATE with line and column of the file
 */
bk_status bki_road_classes_read(bk_context *ctx, const bki_road_files *files, const char *path, bk_arena *arena,
                                const bk_road_network **network, size_t *n_out, const bki_road_class **out);

double bki_road_class_trips(const bki_road_class *road); /* all of them */
/* What they pay, unit of time x unit of traffic: from `flow` [n_arcs] of the class, unit of traffic, and `cost`
 * [n_arcs] of arcs at all flow with the network's fixed cost, unit of time. */
double bki_road_class_cost(const bk_road_network *network, const bki_road_class *road, const double *flow,
                           const double *cost);

/* Parts of bki_road_files_read(). */
bk_status bki_road_network_read(bk_context *ctx, const bki_road_files *files, bk_arena *arena,
                                const bk_road_network **network);
bk_status bki_road_trips_read(bk_context *ctx, const bki_road_files *files, const bk_road_network *network,
                              bk_arena *arena, const bk_road_demand **demand);

/* Ids of the nodes that each arc joins, [n_arcs] held by `arena`. */
bk_status bki_road_ends(const bk_road_network *network, bk_arena *arena, const char ***from, const char ***to);

#endif
