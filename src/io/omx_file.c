/* Opening an OMX file: what every reader of one asks first. */
#include "io/omx_file.h"
#include "io/file.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#define MOST_ZONES 1000000 /* a side: more is no matrix of trips */
#define MOST_NAMES 10000

/* HDF5 is one for the whole process, whatever the contexts: this is its lock, and guards nothing of ours. */
static pthread_mutex_t hdf5_lock = PTHREAD_MUTEX_INITIALIZER;

void
bki_hdf5_enter(void)
{
    pthread_mutex_lock(&hdf5_lock);
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

void
bki_hdf5_leave(void)
{
    pthread_mutex_unlock(&hdf5_lock);
}

/* ---- shape ------------------------------------------------------------------------------------------------------ */

/* The attribute SHAPE, two whole numbers; false if there is none such. */
static bool
read_shape(hid_t file, hsize_t shape[2])
{
    long long   value[2] = {0, 0};
    const hid_t attribute = H5Aopen(file, "SHAPE", H5P_DEFAULT);
    const hid_t space = attribute >= 0 ? H5Aget_space(attribute) : -1;
    const hid_t type = attribute >= 0 ? H5Aget_type(attribute) : -1;
    const bool  fits = space >= 0 && H5Sget_simple_extent_npoints(space) == 2 && type >= 0 &&
                      (H5Tget_class(type) == H5T_INTEGER || H5Tget_class(type) == H5T_FLOAT);
    const herr_t read = fits ? H5Aread(attribute, H5T_NATIVE_LLONG, value) : -1;

    if (type >= 0)
        H5Tclose(type);
    if (space >= 0)
        H5Sclose(space);
    if (attribute >= 0)
        H5Aclose(attribute);
    shape[0] = value[0] > 0 ? (hsize_t)value[0] : 0;
    shape[1] = value[1] > 0 ? (hsize_t)value[1] : 0;
    return read >= 0 && shape[0] > 0 && shape[1] > 0;
}

static bk_status
check_layout(bki_omx *omx)
{
    if (H5Aexists(omx->file, "OMX_VERSION") <= 0)
        return bk_fail_at(omx->ctx, BK_ERR_SCHEMA, omx->path, 0, 0, "is this an OMX file, and not other HDF5?",
                          "the attribute OMX_VERSION is missing");
    if (!read_shape(omx->file, omx->shape))
        return bk_fail_at(omx->ctx, BK_ERR_SCHEMA, omx->path, 0, 0, NULL,
                          "the attribute SHAPE is not two whole numbers above 0");
    if (omx->shape[0] > MOST_ZONES || omx->shape[1] > MOST_ZONES)
        return bk_fail_at(omx->ctx, BK_ERR_VALUE, omx->path, 0, 0, NULL, "SHAPE is %llu x %llu, at most %d are read",
                          (unsigned long long)omx->shape[0], (unsigned long long)omx->shape[1], MOST_ZONES);
    if (H5Lexists(omx->file, "data", H5P_DEFAULT) <= 0)
        return bk_fail_at(omx->ctx, BK_ERR_SCHEMA, omx->path, 0, 0, NULL, "the group /data is missing");
    return BK_OK;
}

bk_status
bki_omx_open(bk_context *ctx, const char *path, bki_omx *out)
{
    int probe;

    *out = (bki_omx){.ctx = ctx, .path = path, .file = -1};
    bk_note_input(ctx, path);
    BK_TRY(
        bki_file_open(ctx, path, path, &probe)); /* names the reason better than HDF5, and takes regular files only */
    close(probe);
    out->file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (out->file < 0)
        return bk_fail_at(ctx, BK_ERR_SYNTAX, path, 0, 0, "OMX files are HDF5",
                          "this is not an HDF5 file, or a broken one");
    return check_layout(out);
}

void
bki_omx_close(bki_omx *omx)
{
    if (omx->file >= 0)
        H5Fclose(omx->file);
    omx->file = -1;
}

/* ---- names ------------------------------------------------------------------------------------------------------ */

static bool
is_dataset(hid_t group, const char *name)
{
    const hid_t object = H5Oopen(group, name, H5P_DEFAULT);
    const bool  is = object >= 0 && H5Iget_type(object) == H5I_DATASET;

    if (object >= 0)
        H5Oclose(object);
    return is;
}

static bk_status
list_names(const bki_omx *omx, hid_t group, bk_arena *arena, size_t *n_out, const char *const **names)
{
    H5G_info_t about;

    if (H5Gget_info(group, &about) < 0 || about.nlinks > MOST_NAMES)
        return bk_fail_at(omx->ctx, BK_ERR_SYNTAX, omx->path, 0, 0, NULL, "a group of it cannot be listed");
    const char **list = BK_NEW(arena, const char *, about.nlinks);
    BK_TRY(bk_arena_ok(arena));
    *n_out = 0;
    for (hsize_t i = 0; i < about.nlinks; i++) {
        char          name[512];
        const ssize_t length =
            H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, i, name, sizeof name, H5P_DEFAULT);
        if (length < 0)
            return bk_fail_at(omx->ctx, BK_ERR_SYNTAX, omx->path, 0, 0, NULL, "a group of it cannot be listed");
        if ((size_t)length >= sizeof name || !is_dataset(group, name))
            continue;
        list[(*n_out)++] = bk_arena_text(arena, name, (size_t)length);
    }
    *names = list;
    return bk_arena_ok(arena);
}

bk_status
bki_omx_names(const bki_omx *omx, const char *group_name, bk_arena *arena, size_t *n_out, const char *const **names)
{
    *n_out = 0;
    *names = NULL;
    if (H5Lexists(omx->file, group_name, H5P_DEFAULT) <= 0)
        return BK_OK;
    const hid_t group = H5Gopen2(omx->file, group_name, H5P_DEFAULT);
    if (group < 0)
        return bk_fail_at(omx->ctx, BK_ERR_SCHEMA, omx->path, 0, 0, NULL, "/%s is not a group", group_name);
    const bk_status status = list_names(omx, group, arena, n_out, names);
    H5Gclose(group);
    return status;
}

static bk_status
read_contents(bki_omx *omx, bk_arena *arena, bk_omx_contents *out)
{
    *out = (bk_omx_contents){.n_rows = omx->shape[0], .n_columns = omx->shape[1]};
    BK_TRY(bki_omx_names(omx, "data", arena, &out->n_matrices, &out->matrices));
    return bki_omx_names(omx, "lookup", arena, &out->n_lookups, &out->lookups);
}

bk_status
bk_omx_contents_read(bk_context *ctx, const char *path, bk_arena *arena, bk_omx_contents *out)
{
    bki_omx omx;

    bki_hdf5_enter();
    bk_status status = bki_omx_open(ctx, path, &omx);
    if (status == BK_OK)
        status = read_contents(&omx, arena, out);
    bki_omx_close(&omx);
    bki_hdf5_leave();
    return status;
}
