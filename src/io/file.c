/* Whole files in and out.  A reader never waits for a pipe nor reads a device; a writer's readers see the old file or
 * the whole new one, whatever happens in between (Pillai et al. 2014, OSDI, on what a rename needs to be atomic). */
#include "io/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_NAMES 100 /* tried for a temporary file */

const char *
bki_system_reason(int error, char reason[BKI_REASON])
{
    if (strerror_r(error, reason, BKI_REASON) != 0)
        snprintf(reason, BKI_REASON, "error %d", error);
    return reason;
}

bk_status
bki_file_fail(bk_context *ctx, const char *shown, const char *what)
{
    char reason[BKI_REASON];

    return bk_fail_at(ctx, BK_ERR_FILE, shown, 0, 0, NULL, "cannot be %s: %s", what, bki_system_reason(errno, reason));
}

/* ---- reading ------------------------------------------------------------------------------------------------ */

bk_status
bki_file_open(bk_context *ctx, const char *path, const char *shown, int *out)
{
    struct stat about;
    const int   file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    *out = -1;
    if (file < 0)
        return bki_file_fail(ctx, shown, "opened");
    if (fstat(file, &about) != 0) {
        const bk_status status = bki_file_fail(ctx, shown, "read");
        close(file);
        return status;
    }
    if (!S_ISREG(about.st_mode)) {
        close(file);
        return bk_fail_at(ctx, BK_ERR_FILE, shown, 0, 0, NULL, "%s",
                          S_ISDIR(about.st_mode) ? "is a folder, not a file" : "is not a regular file");
    }
    *out = file;
    return BK_OK;
}

bk_status
bki_file_read_some(bk_context *ctx, int file, const char *shown, char *buffer, size_t room, size_t *filled,
                   bool *at_end)
{
    while (room > 0) {
        const ssize_t n = read(file, buffer, room);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return bki_file_fail(ctx, shown, "read");
        if (n == 0) {
            *at_end = true;
            break;
        }
        buffer += n;
        room -= (size_t)n;
        *filled += (size_t)n;
    }
    return BK_OK;
}

/* Reads an open file of `size` bytes or, if it grows meanwhile, what there is of it. */
static bk_status
file_read_whole(bk_context *ctx, int file, size_t size, const char *path, bk_arena *arena, const char **bytes,
                size_t *n_out)
{
    bool   at_end = false;
    size_t room = size + 1, n = 0; /* one more byte than expected, to see the end */
    char  *buffer = BK_NEW(arena, char, room + 1);

    BK_TRY(bk_arena_ok(arena));
    for (;;) {
        BK_TRY(bki_file_read_some(ctx, file, path, buffer + n, room - n, &n, &at_end));
        if (at_end)
            break;
        char *grown = BK_NEW(arena, char, 2 * room + 1);
        BK_TRY(bk_arena_ok(arena));
        memcpy(grown, buffer, n);
        buffer = grown;
        room *= 2;
    }
    buffer[n] = '\0';
    *bytes = buffer;
    *n_out = n;
    return BK_OK;
}

bk_status
bk_file_read(bk_context *ctx, const char *path, bk_arena *arena, const char **bytes, size_t *n_out)
{
    struct stat about;
    int         file;

    BK_TRY(bki_file_open(ctx, path, path, &file));
    const bk_status status = fstat(file, &about) != 0
                                 ? bki_file_fail(ctx, path, "read")
                                 : file_read_whole(ctx, file, (size_t)about.st_size, path, arena, bytes, n_out);
    close(file);
    return status;
}

/* ---- writing ------------------------------------------------------------------------------------------------ */

/* `path` with its symbolic links followed, so that the file is replaced and not a link to it. */
static bk_status
target_resolve(bk_context *ctx, bk_arena *arena, bki_replacement *out, bool *is_file)
{
    struct stat about;

    out->target = out->path;
    *is_file = true;
    if (stat(out->path, &about) != 0)
        return BK_OK;
    if (S_ISDIR(about.st_mode))
        return bk_fail_at(ctx, BK_ERR_FILE, out->path, 0, 0, NULL, "is a folder, a file cannot take its place");
    if (!S_ISREG(about.st_mode)) {
        *is_file = false;
        return BK_OK;
    }
    char *resolved = realpath(out->path, NULL);
    if (resolved == NULL)
        return bki_file_fail(ctx, out->path, "written");
    out->target = bk_arena_text(arena, resolved, strlen(resolved));
    free(resolved);
    return bk_arena_ok(arena);
}

bk_status
bki_replace_begin(bk_context *ctx, bk_arena *arena, const char *path, bki_replacement *out)
{
    bool is_file;

    *out = (bki_replacement){.path = path, .file = -1};
    BK_TRY(target_resolve(ctx, arena, out, &is_file));
    if (!is_file) {
        out->file = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
        return out->file < 0 ? bki_file_fail(ctx, path, "written") : BK_OK;
    }
    for (int i = 0; i < MOST_NAMES; i++) {
        char *temporary = bk_arena_format(arena, "%s.%ld-%d.tmp", out->target, (long)getpid(), i);
        BK_TRY(bk_arena_ok(arena));
        out->file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (out->file >= 0) {
            out->temporary = temporary;
            return BK_OK;
        }
        if (errno != EEXIST)
            break;
    }
    return bki_file_fail(ctx, path, "written");
}

bk_status
bki_replace_write(bk_context *ctx, const bki_replacement *replacement, const void *bytes, size_t n)
{
    const char *next = bytes;

    while (n > 0) {
        const ssize_t written = write(replacement->file, next, n);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return bki_file_fail(ctx, replacement->path, "written");
        next += written;
        n -= (size_t)written;
    }
    return BK_OK;
}

/* The name itself reaches the disk with its folder.  Some file systems cannot flush a folder: no harm. */
static void
folder_flush(const char *path)
{
    char        folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t      n = slash == NULL ? 0 : slash == path ? 1 : (size_t)(slash - path);

    if (n >= sizeof folder)
        return;
    memcpy(folder, n > 0 ? path : ".", n > 0 ? n : 1);
    folder[n > 0 ? n : 1] = '\0';
    const int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0)
        return;
    fsync(file);
    close(file);
}

bk_status
bki_replace_commit(bk_context *ctx, bki_replacement *replacement)
{
    const char *temporary = replacement->temporary;
    const bool  is_flushed = temporary == NULL || fsync(replacement->file) == 0;
    const int   flush_error = errno;
    const bool  is_closed = close(replacement->file) == 0;

    replacement->file = -1;
    if (!is_flushed)
        errno = flush_error;
    if (!is_flushed || !is_closed || (temporary != NULL && rename(temporary, replacement->target) != 0)) {
        const bk_status status = bki_file_fail(ctx, replacement->path, "written");
        bki_replace_abandon(replacement);
        return status;
    }
    if (temporary != NULL)
        folder_flush(replacement->target);
    return BK_OK;
}

void
bki_replace_abandon(bki_replacement *replacement)
{
    if (replacement->file >= 0)
        close(replacement->file);
    replacement->file = -1;
    if (replacement->temporary != NULL)
        unlink(replacement->temporary);
    replacement->temporary = NULL;
}

static bk_status
file_write(bk_context *ctx, bk_arena *scratch, const char *path, const void *bytes, size_t n)
{
    bki_replacement replacement;

    BK_TRY(bki_replace_begin(ctx, scratch, path, &replacement));
    const bk_status status = bki_replace_write(ctx, &replacement, bytes, n);
    if (status == BK_OK)
        return bki_replace_commit(ctx, &replacement);
    bki_replace_abandon(&replacement);
    return status;
}

bk_status
bk_file_write(bk_context *ctx, const char *path, const void *bytes, size_t n)
{
    bk_arena scratch;

    bk_arena_init(&scratch, ctx);
    const bk_status status = file_write(ctx, &scratch, path, bytes, n);
    bk_arena_release(&scratch);
    return status;
}
