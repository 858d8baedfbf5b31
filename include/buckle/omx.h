/* Matrices in OMX 0.2, the open matrix format (github.com/osPlanning/omx): HDF5 with matrices of one shape in /data and
 * ids of their rows and columns in /lookup.  HDF5 reads the bytes: what it does with files made to harm it is its own,
 * so read those of people you trust. */
#ifndef BUCKLE_OMX_H
#define BUCKLE_OMX_H

#include "buckle/road.h"

typedef struct bk_omx_contents {
    size_t             n_rows, n_columns, n_matrices, n_lookups;
    const char *const *matrices; /* [n_matrices] names, in byte order */
    const char *const *lookups;  /* [n_lookups] names, in byte order */
} bk_omx_contents;

/**
 * What a file holds.
 *
 * Output   `*out`, held by `arena`
 * Returns  BK_OK; BK_ERR_FILE; BK_ERR_SYNTAX (not HDF5), BK_ERR_SCHEMA (not laid out as OMX), BK_ERR_INCONSISTENT
 *          (matrices of another shape), BK_ERR_NO_MEMORY
 */
bk_status bk_omx_contents_read(bk_context *ctx, const char *path, bk_arena *arena, bk_omx_contents *out);

/* `value` [n_columns], valid during the call; NaN where the file says that there is none.  Not to call bk_omx_* itself.
 */
typedef bk_status (*bk_omx_row)(void *state, size_t row, size_t n_columns, const double *value);

/* Hands the rows of a matrix over, first to last, in memory for a few.  Returns as above, BK_ERR_REFERENCE (no such
 * matrix, with a suggestion), BK_ERR_CANCELLED, or what `row` does. */
bk_status bk_omx_matrix_read(bk_context *ctx, const char *path, const char *name, bk_omx_row row, void *state);

/* Ids of a lookup as text, whole numbers or strings; `*ids` [*n_out], held by `arena`.  Returns as above. */
bk_status bk_omx_lookup_read(bk_context *ctx, const char *path, const char *name, bk_arena *arena, size_t *n_out,
                             const char *const **ids);

/**
 * Trips from a matrix.  Rows are origins, columns destinations, zones as the lookup has their ids; without any lookup
 * they are the network's in order.
 *
 * Input    `matrix` NULL: the only one; `lookup` NULL: the only one of the right length; `scale` > 0 multiplies
 * Output   `*out`, held by `arena`; cells of 0 and missing ones are no trips
 * Returns  as above; BK_ERR_REFERENCE: trips of a zone that the network has not; BK_ERR_DUPLICATE: an id twice;
 *          BK_ERR_VALUE: a volume below 0 or not finite
 */
bk_status bk_omx_demand_read(bk_context *ctx, const char *path, const char *matrix, const char *lookup,
                             const bk_road_network *network, double scale, bk_arena *arena, const bk_road_demand **out);

typedef struct bk_omx_matrix {
    const char   *name, *description;
    const double *value; /* [n][n] row = origin; not finite: missing */
} bk_omx_matrix;

#define BK_OMX_MISSING (-1.0) /* in place of what is missing; the attribute NA of each matrix says so */

/**
 * Write square matrices, chunked and compressed (zlib, 1), under a temporary name, then renamed.  Same input, same
 * bytes.
 *
 * Input    `ids` [n] of the lookup `lookup`; written as whole numbers if all are, else as text
 * Returns  BK_OK, BK_ERR_FILE, BK_ERR_USAGE (a name that HDF5 cannot have), BK_ERR_NO_MEMORY
 */
bk_status bk_omx_write(bk_context *ctx, const char *path, size_t n, size_t n_matrices, const bk_omx_matrix *matrices,
                       const char *lookup, const char *const *ids);

#endif
