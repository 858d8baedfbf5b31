/* Matrices to an OMX file. */
#include "io/file.h"
#include "io/omx_file.h"
#include "model/parse.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define CHUNK_BYTES ((size_t)256 << 10)
#define LEVEL       1 /* of zlib, as the format advises */

typedef struct omx_writer {
    hid_t                file;
    size_t               n;
    const bk_omx_matrix *matrices;
    const char          *lookup;
    const char *const   *ids;
} omx_writer;

static bool
put_attribute(hid_t object, const char *name, hid_t type, hid_t space, const void *value)
{
    const hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    const bool  ok = attribute >= 0 && H5Awrite(attribute, type, value) >= 0;

    return (attribute < 0 || H5Aclose(attribute) >= 0) && ok;
}

static bool
put_text_attribute(hid_t object, const char *name, const char *text)
{
    const hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
    const bool  ok = type >= 0 && space >= 0 && H5Tset_size(type, strlen(text) > 0 ? strlen(text) : 1) >= 0 &&
                    H5Tset_strpad(type, H5T_STR_NULLPAD) >= 0 && put_attribute(object, name, type, space, text);

    H5Sclose(space);
    H5Tclose(type);
    return ok;
}

static bool
put_head(hid_t file, size_t n)
{
    const int32_t shape[2] = {(int32_t)n, (int32_t)n};
    const hsize_t two = 2;
    const hid_t   space = H5Screate_simple(1, &two, NULL);
    const bool    ok = space >= 0 && put_attribute(file, "SHAPE", H5T_STD_I32LE, space, shape) &&
                    put_text_attribute(file, "OMX_VERSION", "0.2");

    H5Sclose(space);
    return ok;
}

/* Rows in blocks, what is not finite replaced. */
static bool
put_rows(hid_t dataset, hid_t space, size_t n, size_t at_once, const double *value, double *buffer)
{
    for (size_t first = 0; first < n; first += at_once) {
        const size_t  rows = n - first < at_once ? n - first : at_once;
        const hsize_t start[2] = {first, 0}, count[2] = {rows, n};
        for (size_t i = 0; i < rows * n; i++)
            buffer[i] = isfinite(value[first * n + i]) ? value[first * n + i] : BK_OMX_MISSING;
        const hid_t memory = H5Screate_simple(2, count, NULL);
        const bool  ok = memory >= 0 && H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL) >= 0 &&
                        H5Dwrite(dataset, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, buffer) >= 0;
        H5Sclose(memory);
        if (!ok)
            return false;
    }
    return true;
}

static bool
put_matrix(hid_t group, const bk_omx_matrix *matrix, size_t n, size_t at_once, double *buffer)
{
    const hsize_t dimensions[2] = {n, n}, chunk[2] = {at_once, n};
    const double  missing = BK_OMX_MISSING;
    const hid_t   space = H5Screate_simple(2, dimensions, NULL), scalar = H5Screate(H5S_SCALAR);
    const hid_t   how = H5Pcreate(H5P_DATASET_CREATE);
    const bool    is_set = how >= 0 && H5Pset_chunk(how, 2, chunk) >= 0 && H5Pset_deflate(how, LEVEL) >= 0 &&
                        H5Pset_obj_track_times(how, false) >= 0; /* the same bytes tomorrow */
    const hid_t dataset =
        is_set ? H5Dcreate2(group, matrix->name, H5T_IEEE_F64LE, space, H5P_DEFAULT, how, H5P_DEFAULT) : -1;
    bool ok = dataset >= 0 && put_rows(dataset, space, n, at_once, matrix->value, buffer) &&
              put_attribute(dataset, "NA", H5T_NATIVE_DOUBLE, scalar, &missing) &&
              put_text_attribute(dataset, "description", matrix->description);

    if (dataset >= 0)
        ok = H5Dclose(dataset) >= 0 && ok;
    H5Pclose(how);
    H5Sclose(scalar);
    H5Sclose(space);
    return ok;
}

/* ---- lookup ----------------------------------------------------------------------------------------------------- */

/* Whole numbers as int32, else texts of the longest one's width, in `arena`; the type is the caller's to close. */
static hid_t
lay_out_ids(const omx_writer *writer, bk_arena *arena, void **bytes)
{
    int32_t *numbers = BK_NEW(arena, int32_t, writer->n);
    size_t   width = 1;
    bool     are_numbers = true;

    for (size_t i = 0; i < writer->n; i++) {
        double number = 0.0;
        are_numbers = are_numbers && bki_parse_integer(writer->ids[i], strlen(writer->ids[i]), &number);
        if (numbers != NULL)
            numbers[i] = (int32_t)number;
        width = strlen(writer->ids[i]) > width ? strlen(writer->ids[i]) : width;
    }
    *bytes = numbers;
    if (are_numbers)
        return H5Tcopy(H5T_STD_I32LE);
    char *texts = BK_NEW(arena, char, writer->n *width);
    for (size_t i = 0; texts != NULL && i < writer->n; i++)
        memcpy(texts + i * width, writer->ids[i], strlen(writer->ids[i]));
    *bytes = texts;
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, width);
    H5Tset_strpad(type, H5T_STR_NULLPAD);
    return type;
}

static bool
put_lookup(const omx_writer *writer, hid_t group, hid_t type, const void *bytes)
{
    const hsize_t n = writer->n;
    const hid_t   space = H5Screate_simple(1, &n, NULL), how = H5Pcreate(H5P_DATASET_CREATE);
    const hid_t   dataset = how >= 0 && H5Pset_obj_track_times(how, false) >= 0
                                ? H5Dcreate2(group, writer->lookup, type, space, H5P_DEFAULT, how, H5P_DEFAULT)
                                : -1;
    bool          ok = dataset >= 0 && H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes) >= 0;

    if (dataset >= 0)
        ok = H5Dclose(dataset) >= 0 && ok;
    H5Pclose(how);
    H5Sclose(space);
    return ok;
}

/* ---- the whole --------------------------------------------------------------------------------------------------- */

static bool
put_groups(const omx_writer *writer, size_t n_matrices, size_t at_once, double *buffer, hid_t id_type, const void *ids)
{
    const hid_t data = H5Gcreate2(writer->file, "data", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    const hid_t lookup = H5Gcreate2(writer->file, "lookup", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    bool        ok = data >= 0 && lookup >= 0 && put_head(writer->file, writer->n);

    for (size_t m = 0; ok && m < n_matrices; m++)
        ok = put_matrix(data, &writer->matrices[m], writer->n, at_once, buffer);
    ok = ok && put_lookup(writer, lookup, id_type, ids);
    if (data >= 0)
        ok = H5Gclose(data) >= 0 && ok;
    if (lookup >= 0)
        ok = H5Gclose(lookup) >= 0 && ok;
    return ok;
}

/* Into the file at `path`, which is there and empty. */
static bk_status
write_file(bk_context *ctx, omx_writer *writer, size_t n_matrices, const char *path, const char *shown,
           bk_arena *scratch)
{
    const size_t fit = CHUNK_BYTES / (writer->n * sizeof(double));
    const size_t at_once = fit < 1 ? 1 : fit < writer->n ? fit : writer->n;
    double      *buffer = BK_NEW(scratch, double, at_once * writer->n);
    void        *ids;
    const hid_t  id_type = lay_out_ids(writer, scratch, &ids);
    bk_status    status = bk_arena_ok(scratch);

    writer->file = status == BK_OK ? H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT) : -1;
    bool ok = writer->file >= 0 && put_groups(writer, n_matrices, at_once, buffer, id_type, ids);
    if (writer->file >= 0)
        ok = H5Fclose(writer->file) >= 0 && ok;
    if (id_type >= 0)
        H5Tclose(id_type);
    if (status == BK_OK && !ok)
        status =
            bk_fail_at(ctx, BK_ERR_FILE, shown, 0, 0, "is there room on the disk?", "the matrices cannot be written");
    return status;
}

static bk_status
write_replacement(bk_context *ctx, const char *path, omx_writer *writer, size_t n_matrices, bk_arena *scratch)
{
    bki_replacement replacement;

    BK_TRY(bki_replace_begin(ctx, scratch, path, &replacement));
    bk_status status;
    if (replacement.temporary == NULL) {
        status = bk_fail_at(ctx, BK_ERR_FILE, path, 0, 0, "name a regular file", "HDF5 cannot be written to a pipe");
    } else {
        bki_hdf5_enter();
        status = write_file(ctx, writer, n_matrices, replacement.temporary, path, scratch);
        bki_hdf5_leave();
    }
    if (status == BK_OK)
        return bki_replace_commit(ctx, &replacement);
    bki_replace_abandon(&replacement);
    return status;
}

bk_status
bk_omx_write(bk_context *ctx, const char *path, size_t n, size_t n_matrices, const bk_omx_matrix *matrices,
             const char *lookup, const char *const *ids)
{
    omx_writer writer = {.file = -1, .n = n, .matrices = matrices, .lookup = lookup, .ids = ids};
    bk_arena   scratch;

    if (n == 0 || n > INT32_MAX)
        return bk_fail(ctx, BK_ERR_USAGE, "a matrix of %zu zones cannot be written", n);
    for (size_t m = 0; m < n_matrices; m++)
        if (matrices[m].name[0] == '\0' || strchr(matrices[m].name, '/') != NULL)
            return bk_fail(ctx, BK_ERR_USAGE, "'%s' cannot be the name of a matrix", matrices[m].name);
    bk_arena_init(&scratch, ctx);
    const bk_status status = write_replacement(ctx, path, &writer, n_matrices, &scratch);
    bk_arena_release(&scratch);
    return status;
}
