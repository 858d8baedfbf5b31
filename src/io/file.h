/* Files: only regular ones are read; what is written appears whole or not at all. */
#ifndef IO_FILE_H
#define IO_FILE_H

#include "buckle/io.h"

#define BKI_REASON 256 /* bytes of a reason, the null at its end among them */

/* What the system says of an errno, into `reason`, which is returned.  Unlike strerror several threads may ask at once.
 */
const char *bki_system_reason(int error, char reason[BKI_REASON]);
/* BK_ERR_FILE: `shown` cannot be `what` ("read", "written"), and why by errno. */
bk_status bki_file_fail(bk_context *ctx, const char *shown, const char *what);

/* Opens a regular file for reading, never waiting.  BK_ERR_FILE with `shown` and the reason otherwise. */
bk_status bki_file_open(bk_context *ctx, const char *path, const char *shown, int *out);

/* Reads up to `room` bytes to the end of `buffer`, fewer only at the end of the file; *filled grows by their number. */
bk_status bki_file_read_some(bk_context *ctx, int file, const char *shown, char *buffer, size_t room, size_t *filled,
                             bool *at_end);

/* A file on its way to replace another: written beside it under a temporary name. */
typedef struct bki_replacement {
    const char *path;      /* as given, for messages */
    const char *target;    /* what will be replaced, links followed */
    const char *temporary; /* NULL: the target is a device or a pipe, written directly */
    int         file;      /* open for writing */
} bki_replacement;

bk_status bki_replace_begin(bk_context *ctx, bk_arena *arena, const char *path, bki_replacement *out);
bk_status bki_replace_write(bk_context *ctx, const bki_replacement *replacement, const void *bytes, size_t n);
/* Flushed to the disk and renamed; on failure the old file stays and the temporary one is gone. */
bk_status bki_replace_commit(bk_context *ctx, bki_replacement *replacement);
void      bki_replace_abandon(bki_replacement *replacement);

#endif
