/* HDF5 as OMX uses it.  The library has state of its own and may be built without thread safety, so that one call of
 * ours at a time is inside it. */
#ifndef IO_OMX_FILE_H
#define IO_OMX_FILE_H

#include "buckle/omx.h"

#include <hdf5.h>

void bki_hdf5_enter(void); /* waits for others; nothing is printed by HDF5 until bki_hdf5_leave */
void bki_hdf5_leave(void);

/* A file open for reading, its shape known.  Between enter and leave. */
typedef struct bki_omx {
    bk_context *ctx;
    const char *path;
    hid_t       file;
    hsize_t     shape[2];
} bki_omx;

bk_status bki_omx_open(bk_context *ctx, const char *path, bki_omx *out);
void      bki_omx_close(bki_omx *omx);

/* Names of the data sets in a group, in byte order; none if the group is not there. */
bk_status bki_omx_names(const bki_omx *omx, const char *group, bk_arena *arena, size_t *n_out,
                        const char *const **names);

#endif
