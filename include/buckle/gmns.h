/* Road networks in GMNS, the General Modeling Network Specification 0.96 of the Zephyr Foundation
 * (github.com/zephyr-data-specs/GMNS): node.csv, link.csv and, for units, config.csv. */
#ifndef BUCKLE_GMNS_H
#define BUCKLE_GMNS_H

#include "buckle/road.h"

typedef struct bk_gmns_options {
    double      toll_factor;     /* min that one unit of toll is worth, >= 0 */
    double      distance_factor; /* min that one unit of length is worth, >= 0 */
    const char *use; /* links whose allowed_uses are given and lack it are left out, "truck"; NULL: all are taken */
} bk_gmns_options;

/**
 * Read a network from a folder with node.csv and link.csv, or from a link.csv with node.csv beside it.
 *
 *   zones     nodes with a zone_id; where several have the same one, the node_type of one must be `centroid`.  A
 *             centroid starts and ends trips and is never passed through.  Zones are in rising order of their ids,
 *             centroids first
 *   time      minutes: vdf_fftt (vdf_fftt1, free_flow_time), else 60 x length / free_speed, in the units of config.csv
 *             (long_length, speed); without it speed is in units of length an hour
 *   delay     BPR with vdf_alpha and vdf_beta (also with a 1 behind), 0.15 and 4 where they are empty
 *   capacity  capacity x lanes (1 if empty) an hour, as the specification has it per lane; empty: unlimited, and the
 *             time constant.  0 lanes: closed, left out and told in a warning, as is what `use` leaves out
 *   directed  0: two arcs of the same id.  Geometry and other columns are passed over
 *
 * Output   `*out`, held by `arena`, with ids of zones, nodes and links; length in the file's unit
 * Returns  BK_OK; BK_ERR_FILE, BK_ERR_SYNTAX, BK_ERR_SCHEMA, BK_ERR_VALUE, BK_ERR_REFERENCE, BK_ERR_DUPLICATE,
 *          BK_ERR_NO_MEMORY: every fault recorded with its place
 */
bk_status bk_gmns_network_read(bk_context *ctx, const char *path, const bk_gmns_options *options, bk_arena *arena,
                               const bk_road_network **out);

/**
 * Read trips from a CSV file with the columns o_zone_id (or origin), d_zone_id (destination) and volume (trips), ids
 * as the network has them.  Rows of 0 are dropped; a pair that appears twice is an error.
 *
 * Input    `scale` > 0 multiplies every volume
 * Output   `*out`, held by `arena`
 * Returns  as above
 */
bk_status bk_trips_csv_read(bk_context *ctx, const char *path, const bk_road_network *network, double scale,
                            bk_arena *arena, const bk_road_demand **out);

typedef struct bk_gmns_load {  /* what the links of a model carry */
    const double *forward;     /* [n_links] t/yr */
    const double *backward;    /* [n_links] t/yr */
    const double *utilisation; /* [n_links] flow over capacity; not read where nothing limits */
} bk_gmns_load;

/**
 * Write the network of a model as a folder in GMNS: config.csv (km, km/h, EPSG:4326), node.csv, zone.csv, and link.csv
 * with the links in use, their mode as facility_type, and their load in columns of its own.  The folder is made if
 * need be; files of these names are replaced.
 *
 * Returns  BK_OK, BK_ERR_FILE, BK_ERR_NO_MEMORY
 */
bk_status bk_gmns_write(bk_context *ctx, const char *folder, const bk_model *model, const bk_gmns_load *load);

typedef struct bk_gmns_volumes {    /* what the arcs of a road network carry */
    const double      *flow;        /* [n_arcs] unit of traffic */
    const double      *time;        /* [n_arcs] min */
    size_t             n_classes;   /* 0: not told apart */
    const char *const *class_names; /* [n_classes] */
    const double      *class_flow;  /* [n_classes][n_arcs] unit of traffic */
    const double      *class_cost;  /* [n_classes][n_arcs] min, what the class pays besides included; INFINITY: closed
                                       to it */
} bk_gmns_volumes;

/**
 * Write a road network as a folder in GMNS that bk_gmns_network_read() reads as the same network, and what it carries:
 * config.csv, node.csv, link.csv (two arcs of one id that follow each other there and back: one link, not directed),
 * and link_performance.csv with a row for each arc: link_id, from_node_id, to_node_id, volume, vc_ratio (of what has a
 * capacity), travel_time in minutes, and for each class volume_NAME and cost_NAME.  The folder is made if need be;
 * files of these names are replaced.
 *
 * Returns  BK_OK, BK_ERR_USAGE (GMNS cannot say it: delay that is not BPR, nodes closed to through traffic that are no
 *          zones), BK_ERR_FILE, BK_ERR_NO_MEMORY
 */
bk_status bk_gmns_road_write(bk_context *ctx, const char *folder, const bk_road_network *network,
                             const bk_gmns_volumes *volumes);

#endif
