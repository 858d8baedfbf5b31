/* Vector files and databases of others, by GDAL (gdal.org) where this build has it: without, each of these is
 * BK_ERR_USAGE and says so.  GDAL is loaded when it is first asked for, so that a run without it costs nothing. */
#ifndef IO_VECTOR_H
#define IO_VECTOR_H

#include "buckle/results.h"

/* ---- a layer of lines, front to back ------------------------------------------------------------------------- */

typedef struct bki_vector bki_vector;

typedef struct bki_vector_layer {
    const char        *driver; /* "FlatGeobuf" */
    const char        *name;
    const char        *crs;        /* as it is called, "EPSG:3857, WGS 84 / Pseudo-Mercator"; NULL: none is said */
    bool               is_degrees; /* of WGS 84 already: positions are taken as they stand */
    size_t             n_fields;
    const char *const *fields; /* [n_fields] */
} bki_vector_layer;

typedef struct bki_vector_line {
    int64_t       id;       /* of the feature */
    const char   *problem;  /* why it is no line of WGS 84, in words that last; NULL: it is one */
    size_t        n_points; /* >= 2 */
    const double *lon;      /* [n_points] degrees, until the next is asked for */
    const double *lat;      /* [n_points] degrees */
} bki_vector_line;

/**
 * Opens GeoJSON, FlatGeobuf, a Shapefile, a GeoPackage or Parquet, and nothing else; notes the input, with the files
 * beside it that belong to it.
 *
 * Input    `layer` NULL: the only one
 * Output   `*out`, to be closed; `*about`, held by `arena`
 * Returns  BK_OK, BK_ERR_USAGE (built without GDAL), BK_ERR_FILE, BK_ERR_SYNTAX (none of these formats, or damaged),
 *          BK_ERR_REFERENCE (no such layer, or several to choose from), BK_ERR_NO_MEMORY
 */
bk_status bki_vector_open(bk_context *ctx, const char *path, const char *layer, bk_arena *arena, bki_vector **out,
                          bki_vector_layer *about);
/* *more false at the end; BK_ERR_SYNTAX where the file is damaged, BK_ERR_CANCELLED. */
bk_status bki_vector_next(bki_vector *vector, bki_vector_line *out, bool *more);
/* A cell of the feature last read, held by the arena: numbers with every digit, text as it stands.  NULL: empty, text
 * that is not UTF-8, or memory was short, which the arena remembers. */
const char *bki_vector_cell(bki_vector *vector, size_t field);
void        bki_vector_close(bki_vector *vector); /* NULL is allowed */

/* ---- tables --------------------------------------------------------------------------------------------------- */

typedef struct bki_vector_field { /* how a column is called and kept in a file */
    const char *name;
    int         width, decimals; /* of formats that keep numbers as text; 0: as GDAL does */
} bki_vector_field;

/* A table as a new file whose name ends as the driver wants it.  `fields` [n_columns], or NULL: as the columns are;
 * `shown` the file as messages name it.  BK_ERR_FILE with what GDAL said. */
bk_status bki_vector_write_file(bk_context *ctx, const bk_table *table, const bki_vector_field *fields,
                                const char *driver, const char *path, const char *shown);
/* All tables, or none of them, into a schema of a PostGIS database, made if it is not there; `replace` those that are
 * there.  BK_ERR_FILE with what the database said. */
bk_status bki_vector_write_database(bk_context *ctx, const bk_results *results, const char *connection,
                                    const char *schema, bool replace);

#endif
