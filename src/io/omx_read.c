/* Matrices and lookups of OMX files. */
#include "io/folder.h"
#include "io/omx_file.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define BLOCK_BYTES ((size_t)4 << 20) /* of rows read at once */

/* A data set of a group, checked to be there. */
static bk_status
open_dataset(const bki_omx *omx, const char *group, const char *name, bk_arena *scratch, hid_t *out)
{
    const char *const *names;
    size_t             n;
    bool               found = false;

    *out = -1;
    BK_TRY(bki_omx_names(omx, group, scratch, &n, &names));
    for (size_t i = 0; i < n; i++)
        found = found || strcmp(names[i], name) == 0;
    if (!found)
        return bk_fail_at(omx->ctx, BK_ERR_REFERENCE, omx->path, 0, 0, bki_suggest(scratch, name, names, n, ""),
                          "there is no '%s' in /%s", name, group);
    const char *path = bk_arena_format(scratch, "/%s/%s", group, name);
    BK_TRY(bk_arena_ok(scratch));
    *out = H5Dopen2(omx->file, path, H5P_DEFAULT);
    return *out >= 0 ? BK_OK : bk_fail_at(omx->ctx, BK_ERR_SYNTAX, omx->path, 0, 0, NULL, "%s cannot be opened", path);
}

/* ---- matrices --------------------------------------------------------------------------------------------------- */

/* The number that stands for no value; NaN if the matrix names none.  False if HDF5 cannot read what it names. */
static bool
read_missing(hid_t dataset, double *out)
{
    *out = NAN;
    if (H5Aexists(dataset, "NA") <= 0)
        return true;
    const hid_t attribute = H5Aopen(dataset, "NA", H5P_DEFAULT);
    const hid_t space = attribute >= 0 ? H5Aget_space(attribute) : -1;
    const hid_t type = attribute >= 0 ? H5Aget_type(attribute) : -1;
    bool        is_read = space >= 0 && type >= 0;
    if (is_read && (H5Tget_class(type) == H5T_FLOAT || H5Tget_class(type) == H5T_INTEGER) &&
        H5Sget_simple_extent_npoints(space) == 1)
        is_read = H5Aread(attribute, H5T_NATIVE_DOUBLE, out) >= 0;
    if (space >= 0)
        H5Sclose(space);
    if (type >= 0)
        H5Tclose(type);
    if (attribute >= 0)
        H5Aclose(attribute);
    return is_read;
}

/* Two dimensions, those of SHAPE, and numbers. */
static bk_status
check_matrix(const bki_omx *omx, const char *name, hid_t dataset, hid_t space)
{
    hsize_t     dimensions[2] = {0, 0};
    const hid_t type = H5Dget_type(dataset);
    const bool  is_number = type >= 0 && (H5Tget_class(type) == H5T_FLOAT || H5Tget_class(type) == H5T_INTEGER);

    if (type >= 0)
        H5Tclose(type);
    if (!is_number)
        return bk_fail_at(omx->ctx, BK_ERR_SCHEMA, omx->path, 0, 0, NULL, "/data/%s does not hold numbers", name);
    if (space < 0 || H5Sget_simple_extent_ndims(space) != 2)
        return bk_fail_at(omx->ctx, BK_ERR_SCHEMA, omx->path, 0, 0, NULL, "/data/%s is no matrix", name);
    H5Sget_simple_extent_dims(space, dimensions, NULL);
    if (dimensions[0] != omx->shape[0] || dimensions[1] != omx->shape[1])
        return bk_fail_at(omx->ctx, BK_ERR_INCONSISTENT, omx->path, 0, 0, NULL,
                          "/data/%s is %llu x %llu, but SHAPE %llu x %llu", name, (unsigned long long)dimensions[0],
                          (unsigned long long)dimensions[1], (unsigned long long)omx->shape[0],
                          (unsigned long long)omx->shape[1]);
    return BK_OK;
}

static bk_status
hand_rows(const bki_omx *omx, const char *name, hid_t dataset, hid_t space, bk_arena *scratch, bk_omx_row row,
          void *state)
{
    const size_t n_columns = omx->shape[1];
    const size_t fit = BLOCK_BYTES / (n_columns * sizeof(double));
    const size_t at_once = fit < 1 ? 1 : fit < omx->shape[0] ? fit : (size_t)omx->shape[0];
    double       missing, *value = BK_NEW(scratch, double, at_once *n_columns);

    BK_TRY(bk_arena_ok(scratch));
    if (!read_missing(dataset, &missing))
        return bk_fail_at(omx->ctx, BK_ERR_SYNTAX, omx->path, 0, 0, NULL, "the attribute NA of /data/%s cannot be read",
                          name);
    for (size_t first = 0; first < omx->shape[0]; first += at_once) {
        const size_t  left = (size_t)omx->shape[0] - first, n = left < at_once ? left : at_once;
        const hsize_t start[2] = {first, 0}, count[2] = {n, n_columns};
        const hid_t   memory = H5Screate_simple(2, count, NULL);
        const bool    ok = memory >= 0 && H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL) >= 0 &&
                        H5Dread(dataset, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, value) >= 0;
        if (memory >= 0)
            H5Sclose(memory);
        if (!ok)
            return bk_fail_at(omx->ctx, BK_ERR_SYNTAX, omx->path, 0, 0, "is the file whole?",
                              "rows from %zu of /data/%s cannot be read", first + 1, name);
        for (size_t i = 0; i < n * n_columns; i++)
            value[i] = value[i] == missing ? NAN : value[i];
        for (size_t i = 0; i < n; i++)
            BK_TRY(row(state, first + i, n_columns, value + i * n_columns));
        if (bk_cancelled(omx->ctx))
            return bk_fail(omx->ctx, BK_ERR_CANCELLED, "interrupted while reading %s", omx->path);
    }
    return BK_OK;
}

static bk_status
read_matrix(const bki_omx *omx, const char *name, bk_arena *scratch, bk_omx_row row, void *state)
{
    hid_t dataset;

    BK_TRY(open_dataset(omx, "data", name, scratch, &dataset));
    const hid_t space = H5Dget_space(dataset);
    bk_status   status = check_matrix(omx, name, dataset, space);
    if (status == BK_OK)
        status = hand_rows(omx, name, dataset, space, scratch, row, state);
    if (space >= 0)
        H5Sclose(space);
    H5Dclose(dataset);
    return status;
}

bk_status
bk_omx_matrix_read(bk_context *ctx, const char *path, const char *name, bk_omx_row row, void *state)
{
    bki_omx  omx;
    bk_arena scratch;

    bk_arena_init(&scratch, ctx);
    bki_hdf5_enter();
    bk_status status = bki_omx_open(ctx, path, &omx);
    if (status == BK_OK)
        status = read_matrix(&omx, name, &scratch, row, state);
    bki_omx_close(&omx);
    bki_hdf5_leave();
    bk_arena_release(&scratch);
    return status;
}

/* ---- lookups ---------------------------------------------------------------------------------------------------- */

static bk_status
fail_lookup(const bki_omx *omx, const char *name, const char *why)
{
    return bk_fail_at(omx->ctx, BK_ERR_SCHEMA, omx->path, 0, 0, NULL, "/lookup/%s %s", name, why);
}

static bk_status
read_number_ids(const bki_omx *omx, const char *name, hid_t dataset, size_t n, bk_arena *arena, const char **ids)
{
    double *value = BK_NEW(arena, double, n);

    BK_TRY(bk_arena_ok(arena));
    if (H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, value) < 0)
        return fail_lookup(omx, name, "cannot be read");
    for (size_t i = 0; i < n; i++) {
        if (!(fabs(value[i]) <= 9007199254740992.0) || value[i] != floor(value[i])) /* 2^53 */
            return fail_lookup(omx, name, "holds a number that is not whole");
        ids[i] = bk_arena_format(arena, "%.0f", value[i]);
    }
    return bk_arena_ok(arena);
}

/* Strings of one width, ended by a zero or filled with zeros or blanks. */
static bk_status
read_fixed_ids(const bki_omx *omx, const char *name, hid_t dataset, hid_t type, size_t n, bk_arena *arena,
               const char **ids)
{
    const size_t width = H5Tget_size(type);

    if (width == 0 || width > 4096)
        return fail_lookup(omx, name, "holds strings of a width that is not read");
    char *bytes = BK_NEW(arena, char, n *width);
    BK_TRY(bk_arena_ok(arena));
    if (H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes) < 0)
        return fail_lookup(omx, name, "cannot be read");
    for (size_t i = 0; i < n; i++) {
        size_t length = strnlen(bytes + i * width, width);
        while (length > 0 && bytes[i * width + length - 1] == ' ')
            length--;
        ids[i] = bk_arena_text(arena, bytes + i * width, length);
    }
    return bk_arena_ok(arena);
}

static bk_status
read_variable_ids(const bki_omx *omx, const char *name, hid_t dataset, hid_t type, hid_t space, size_t n,
                  bk_arena *arena, const char **ids)
{
    char **texts = BK_NEW(arena, char *, n);

    BK_TRY(bk_arena_ok(arena));
    if (H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, texts) < 0)
        return fail_lookup(omx, name, "cannot be read");
    for (size_t i = 0; i < n; i++)
        ids[i] = texts[i] != NULL ? bk_arena_text(arena, texts[i], strlen(texts[i])) : "";
    H5Dvlen_reclaim(type, space, H5P_DEFAULT, texts);
    return bk_arena_ok(arena);
}

static bk_status
read_ids(const bki_omx *omx, const char *name, hid_t dataset, hid_t space, hid_t type, bk_arena *arena, size_t *n_out,
         const char *const **out)
{
    hsize_t n = 0;

    if (space < 0 || type < 0 || H5Sget_simple_extent_ndims(space) != 1)
        return fail_lookup(omx, name, "is no list");
    H5Sget_simple_extent_dims(space, &n, NULL);
    if (n != omx->shape[0] && n != omx->shape[1])
        return fail_lookup(omx, name, "is not as long as a side of the matrices");
    const char **ids = BK_NEW(arena, const char *, n);
    BK_TRY(bk_arena_ok(arena));
    const H5T_class_t class = H5Tget_class(type);
    bk_status status;
    if (class == H5T_INTEGER || class == H5T_FLOAT)
        status = read_number_ids(omx, name, dataset, n, arena, ids);
    else if (class != H5T_STRING)
        status = fail_lookup(omx, name, "holds neither numbers nor strings");
    else if (H5Tis_variable_str(type) > 0)
        status = read_variable_ids(omx, name, dataset, type, space, n, arena, ids);
    else
        status = read_fixed_ids(omx, name, dataset, type, n, arena, ids);
    *n_out = n;
    *out = ids;
    return status;
}

static bk_status
read_lookup(const bki_omx *omx, const char *name, bk_arena *arena, size_t *n_out, const char *const **ids)
{
    hid_t dataset;

    BK_TRY(open_dataset(omx, "lookup", name, arena, &dataset));
    const hid_t     space = H5Dget_space(dataset), type = H5Dget_type(dataset);
    const bk_status status = read_ids(omx, name, dataset, space, type, arena, n_out, ids);
    if (type >= 0)
        H5Tclose(type);
    if (space >= 0)
        H5Sclose(space);
    H5Dclose(dataset);
    return status;
}

bk_status
bk_omx_lookup_read(bk_context *ctx, const char *path, const char *name, bk_arena *arena, size_t *n_out,
                   const char *const **ids)
{
    bki_omx omx;

    bki_hdf5_enter();
    bk_status status = bki_omx_open(ctx, path, &omx);
    if (status == BK_OK)
        status = read_lookup(&omx, name, arena, n_out, ids);
    bki_omx_close(&omx);
    bki_hdf5_leave();
    return status;
}
