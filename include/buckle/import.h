/* What analysts download themselves, as facts of a study: rows of STUDY/balance/ from which `buckle balance` makes a
 * base year.  The user's concordances say what belongs where; whatever they leave out is counted and told. */
#ifndef BUCKLE_IMPORT_H
#define BUCKLE_IMPORT_H

#include "buckle/base.h"

/* Enumerator, name on the command line, what it is. */
#define BK_IMPORT_LIST(X)                                                                                              \
    X(BK_IMPORT_BACI, "baci", "CEPII BACI: one year of trade by product, t,i,j,k,v,q")                                 \
    X(BK_IMPORT_ICIO, "icio", "OECD ICIO: one year, COUNTRY_INDUSTRY by COUNTRY_INDUSTRY and final demand")            \
    X(BK_IMPORT_OSM, "osm", "OpenStreetMap: an extract of one country, .osm.pbf, as network/")                         \
    X(BK_IMPORT_MRIO, "mrio", "ADB MRIO: one sheet exported as CSV, with its heading rows")                            \
    X(BK_IMPORT_WITS, "wits", "WITS/TRAINS: tariffs by reporter, partner and product")                                 \
    X(BK_IMPORT_GMNS, "gmns", "a network in GMNS: a folder, or its link.csv, as network/")                             \
    X(BK_IMPORT_TNTP, "tntp", "a network in TNTP, with its file of nodes, as network/")                                \
    X(BK_IMPORT_OMX, "omx", "a matrix in OMX as trade of one sector")                                                  \
    X(BK_IMPORT_VECTOR, "vector", "lines of a GeoJSON, FlatGeobuf, Shapefile or GeoPackage, as network/; by GDAL")     \
    X(BK_IMPORT_XLSX, "xlsx", "a workbook whose sheets are named like tables of a study, as its CSV files")

typedef enum bk_import_format {
#define X(code, name, text) code,
    BK_IMPORT_LIST(X)
#undef X
        BK_IMPORT_COUNT
} bk_import_format;

const char *bk_import_name(bk_import_format format); /* "baci" */
const char *bk_import_text(bk_import_format format);
bool        bk_import_is_network(bk_import_format format); /* it becomes network/ of a study, not balance/ */

typedef struct bk_import_request {
    bk_import_format   format;
    const char        *path;    /* the download, CSV */
    const char        *folder;  /* where the rows go; made if it does not exist */
    const char        *regions; /* CSV: country, region.  A country is a code or name as the download has it */
    const char        *sectors; /* CSV: product, sector.  A product is a code, or how it begins (HS), or an industry */
    const char        *countries;   /* BACI's country_codes CSV (country_code, country_name, country_iso3), or NULL */
    double             money_usd;   /* USD in one unit of the study's money, > 0 */
    const char        *duty;        /* WITS: the duty type taken, "AHS" if NULL */
    bool               simple;      /* WITS: mean over lines; else weighted with imports where the file has them */
    bool               replace;     /* files that are there already */
    uint16_t           gauge_mm;    /* OpenStreetMap: of railways that say none; 0: 1435 */
    const char        *country;     /* of networks: ISO 3166-1 alpha-3 */
    const char        *mode;        /* GMNS, TNTP: of all links, "road" if NULL */
    const char        *use;         /* GMNS: links that may be used so, NULL: all */
    const char        *nodes;       /* TNTP: the file of nodes, with coordinates in degrees */
    const char        *length_unit; /* TNTP: "km" if NULL; times are minutes */
    const char        *matrix, *lookup; /* OMX: NULL: the only one */
    const char        *sector;          /* OMX: of the study, whose trade the matrix is */
    const char        *layer;           /* vector files: NULL: the only one */
    size_t             n_fields;
    const char *const *fields; /* [n_fields] vector files: "free_speed=MAXSPEED", a column of link.csv and its field */
    double             kmh;    /* vector files: of lines that say no speed; 0: they are dropped */
    double             snap_m; /* vector files: ends nearer than this are one node, m, >= 0 */
} bk_import_request;

typedef struct bk_import_drop { /* what was left out */
    const char *what;           /* "country 490" */
    const char *reason;         /* "not in the concordance of regions" */
    size_t      cells;          /* rows or, of a table, cells; of OpenStreetMap, ways or links */
    double      value; /* money of the study; of tariffs, of imports where the file has them; of OpenStreetMap, km */
} bk_import_drop;

typedef struct bk_import_file {
    const char *path;
    size_t      rows;
} bk_import_file;

typedef struct bk_import_report {
    size_t                cells_read, cells_kept;
    double                value_read, value_kept; /* money of the study; of OpenStreetMap, km */
    size_t                n_drops;
    const bk_import_drop *drops; /* [n_drops] largest value first */
    size_t                n_files;
    const bk_import_file *files; /* [n_files] written */
    size_t                n_notes;
    const char *const    *notes; /* [n_notes] sentences: what was added up, set to zero, assumed */
} bk_import_report;

/**
 * Reads a download once (OpenStreetMap twice), from front to back, in memory that depends on what is written and not on
 * what is read.
 *
 * Output   `*out`, held by `arena`
 * Returns  BK_OK; BK_ERR_FILE (also: a file to be written is there already), BK_ERR_SYNTAX, BK_ERR_SCHEMA (the layout
 * is not the one the format has), BK_ERR_VALUE, BK_ERR_REFERENCE (nothing of it is in the concordances),
 *          BK_ERR_DUPLICATE (a concordance says two things), BK_ERR_NO_MEMORY, BK_ERR_CANCELLED; all faults are
 * recorded
 */
bk_status bk_import(bk_context *ctx, const bk_import_request *request, bk_arena *arena, bk_import_report *out);

#endif
