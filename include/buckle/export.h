/* Tables of a result as the files and databases of others.  What a format cannot hold as it stands is told. */
#ifndef BUCKLE_EXPORT_H
#define BUCKLE_EXPORT_H

#include "buckle/results.h"

/* Enumerator, name on the command line, ending of its files, what it is. */
#define BK_EXPORT_LIST(X)                                                                                              \
    X(BK_EXPORT_GEOJSON, "geojson", ".geojson", "GeoJSON (RFC 7946)")                                                  \
    X(BK_EXPORT_FLATGEOBUF, "flatgeobuf", ".fgb", "FlatGeobuf, with an index by place; by GDAL")                       \
    X(BK_EXPORT_SHAPEFILE, "shapefile", ".shp", "Shapefile: names of 10 characters, 15 decimals; by GDAL")             \
    X(BK_EXPORT_PARQUET, "parquet", ".parquet", "Parquet with geometries, where GDAL can write it")                    \
    X(BK_EXPORT_POSTGIS, "postgis", "", "tables of a PostGIS database; by GDAL")                                       \
    X(BK_EXPORT_CSV, "csv", ".csv", "CSV, geometries as well-known text")                                              \
    X(BK_EXPORT_XLSX, "xlsx", ".xlsx", "a workbook for Excel")

typedef enum bk_export_format {
#define X(code, name, ending, text) code,
    BK_EXPORT_LIST(X)
#undef X
        BK_EXPORT_COUNT
} bk_export_format;

const char *bk_export_name(bk_export_format format);   /* "geojson" */
const char *bk_export_ending(bk_export_format format); /* ".geojson"; "" of databases */
/* What a target says by its ending, or by beginning like a connection; BK_EXPORT_COUNT: nothing. */
bk_export_format bk_export_format_of(const char *target);

/* The GDAL that would be used: "3.6.2", "not built in", or "not found" where it was and is not on this machine. */
#define BK_EXPORT_LIBRARY 32
const char *bk_export_library(char text[BK_EXPORT_LIBRARY]);

typedef struct bk_export_request {
    bk_export_format format;
    const char      *target;     /* a file with the format's ending, a folder of one file a table, which is made, or a
                                    connection: "PG:dbname=trade host=db" or "postgresql://db/trade", without password */
    size_t             n_tables; /* 0: all, or, where the format is a map's, all that have places */
    const char *const *tables;   /* [n_tables] names */
    const char        *schema;   /* of a database, made if it is not there; NULL: "buckle" */
    bool               replace;  /* tables of a database that are there; files are replaced always, as by --out */
} bk_export_request;

typedef struct bk_export_file {
    const char *table; /* NULL: all of them */
    const char *path;  /* or "schema.table" */
    size_t      rows;
} bk_export_file;

typedef struct bk_export_report {
    size_t                n_files;
    const bk_export_file *files; /* [n_files] written */
    size_t                n_notes;
    const char *const    *notes; /* [n_notes] sentences: what was left out, cut or rounded, with how many */
} bk_export_report;

/**
 * Writes tables; each file appears whole or not at all, a database gets all tables or none.
 *
 * Output   `*out`, held by `arena`
 * Returns  BK_OK; BK_ERR_USAGE (this build or its GDAL cannot; one file for several tables; a password in the
 *          connection), BK_ERR_REFERENCE (no such table), BK_ERR_VALUE (a number that a Shapefile cannot hold, a name
 *          that no file can have, no table at all), BK_ERR_FILE, BK_ERR_CANCELLED, BK_ERR_NO_MEMORY
 */
bk_status bk_export(bk_context *ctx, const bk_results *results, const bk_export_request *request, bk_arena *arena,
                    bk_export_report *out);

#endif
