/* The tables of a GMNS network as they stand, for those who make something of them. */
#ifndef IO_GMNS_H
#define IO_GMNS_H

#include "buckle/gmns.h"
#include "io/csv.h"

#define BKI_GMNS_EMPTY (-1.0) /* a number that a row does not give */

typedef struct bki_gmns_config { /* of config.csv, or what holds without one */
    const char *crs;             /* NULL: not said */
    double      length_km;       /* km in one unit of length; 0: not said */
    double      speed_kmh;       /* km/h in one unit of speed; 0: not said, a unit of length an hour */
} bki_gmns_config;

typedef struct bki_gmns_node {
    const char *id, *name, *type; /* "" if empty */
    double      x, y;
    bool        has_place;
    uint32_t    zone; /* of zone_names, BK_NONE: none */
    int         line;
} bki_gmns_node;

typedef struct bki_gmns_link {
    const char *id, *name, *type, *uses; /* "" if empty */
    uint32_t    from, to;                /* nodes */
    bool        directed;
    double      length, free_speed, capacity, lanes, toll, free_time, alpha, beta; /* BKI_GMNS_EMPTY: not given */
    int         line, length_column, speed_column, capacity_column;
} bki_gmns_link;

typedef struct bki_gmns {
    bk_context     *ctx;
    bk_arena       *arena; /* of everything here */
    const char     *node_path, *link_path, *config_path;
    bki_gmns_config config;
    bk_names       *node_names, *link_names, *zone_names;
    size_t          n_nodes, n_links, node_capacity, link_capacity;
    bki_gmns_node  *nodes; /* [n_nodes] in the order of node_names */
    bki_gmns_link  *links; /* [n_links] */
} bki_gmns;

/* Reads and judges the tables of the network at `path`, a folder or its link.csv.  Every fault is recorded; returns the
 * code of the first. */
bk_status bki_gmns_read(bk_context *ctx, const char *path, bk_arena *arena, bki_gmns *out);

/* km or km/h of a unit by any of its usual names; 0 if it is not known. */
double bki_gmns_length_unit(const char *text, size_t length);
double bki_gmns_speed_unit(const char *text, size_t length);
/* The shortest name of a unit of so many km; NULL if none is known. */
const char *bki_gmns_length_name(double km);

/* Whether a comma-separated list of uses has one, whatever the case. */
bool bki_gmns_has_use(const char *uses, const char *use);

#endif
