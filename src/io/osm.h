/* A freight network out of OpenStreetMap: ways that carry freight, cut where they meet, made simple and connected. */
#ifndef IO_OSM_H
#define IO_OSM_H

#include "io/import.h"

typedef enum bki_osm_mode { BKI_OSM_RAIL, BKI_OSM_ROAD, BKI_OSM_FERRY } bki_osm_mode;
#define BKI_OSM_MODES 3

typedef struct bki_osm_way {
    int64_t     id;
    size_t      first; /* of its nodes in `refs`, `points` */
    uint32_t    n;     /* >= 2 */
    uint8_t     mode, tracks;
    bool        electrified, stated; /* stated: its speed stands in the map */
    int8_t      oneway;              /* 1, 0, -1: against the order of its nodes */
    uint16_t    gauge;               /* mm; 0: none */
    float       kmh;                 /* commercial speed */
    const char *name;                /* NULL: none */
} bki_osm_way;

typedef enum bki_osm_kind { BKI_OSM_PLAIN, BKI_OSM_BORDER, BKI_OSM_PORT } bki_osm_kind;

typedef struct bki_osm_point { /* a node of a way */
    int32_t lon, lat;          /* 1e-7 degrees */
    uint8_t kind;
    bool    present;         /* its position is in the file */
    uint8_t rail_uses, uses; /* by railways, by other ways: up to 3; an end counts twice */
} bki_osm_point;

typedef struct bki_osm_link {
    uint32_t a, b; /* points */
    uint32_t way;  /* of its first piece */
    uint32_t n_pieces;
    uint8_t  mode, tracks;
    bool     electrified, stated, oneway; /* oneway: from a to b */
    uint16_t gauge;
    double   km, hours;
} bki_osm_link;

typedef struct bki_osm {
    bki_import    *import;
    size_t         n_ways, way_capacity, n_refs, ref_capacity, n_points, n_links;
    bki_osm_way   *ways;   /* [n_ways] */
    int64_t       *refs;   /* [n_refs] nodes of the ways by their id */
    uint32_t      *points; /* [n_refs] the same as points */
    int64_t       *ids;    /* [n_points] of the points, ascending */
    bki_osm_point *point;  /* [n_points] */
    bki_osm_link  *links;  /* [n_links] */
} bki_osm;

/* Both passes over the file: ways with what they say of themselves, then positions of their nodes. */
bk_status bki_osm_gather(bki_osm *osm);
/* Ways cut into pieces where they meet, and pieces joined where nothing else does. */
bk_status bki_osm_join(bki_osm *osm);
/* Drops what hangs together with nothing of size, and one of two links that are side by side. */
bk_status bki_osm_connect(bki_osm *osm);

double bki_osm_km(const bki_osm_point *a, const bki_osm_point *b);

#endif
