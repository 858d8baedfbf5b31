/* What fuzz targets share.  A target is libFuzzer's LLVMFuzzerTestOneInput; replay.c is the main of those built without
 * libFuzzer.  Whatever bytes come, a reader returns a status: crashes, leaks and undefined behaviour are the finding.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include "buckle/buckle.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct fuzz {
    bk_context *ctx;
    bk_arena    arena;
    int         file; /* in memory; -1: none */
    char        path[40];
} fuzz;

static inline void
fuzz_begin(fuzz *f)
{
    *f = (fuzz){.file = -1};
    if (bk_context_create(NULL, &f->ctx) != BK_OK)
        abort();
    bk_arena_init(&f->arena, f->ctx);
}

/* A file that holds the bytes, for readers that take a path. */
static inline const char *
fuzz_file(fuzz *f, const uint8_t *data, size_t size)
{
    f->file = memfd_create("fuzz", MFD_CLOEXEC);
    if (f->file < 0 || (size > 0 && write(f->file, data, size) != (ssize_t)size))
        abort();
    snprintf(f->path, sizeof f->path, "/proc/self/fd/%d", f->file);
    return f->path;
}

/* What failed has said why, and what succeeded has not. */
static inline void
fuzz_end(fuzz *f, bk_status status)
{
    if ((status == BK_OK) != (bk_error_count(f->ctx) == 0))
        abort();
    for (size_t e = 0; bk_error_get(f->ctx, e); e++)
        if (!bk_error_get(f->ctx, e)->message[0])
            abort();
    if (f->file >= 0)
        close(f->file);
    bk_arena_release(&f->arena);
    bk_context_release(f->ctx);
}

#endif
