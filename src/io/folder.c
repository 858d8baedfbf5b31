#include "io/folder.h"
#include "io/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SHORTEST_LIST 16
#define MOST_BESIDE   100 /* folders that runs which were cut off have left */

static int
by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bk_status
folder_read(DIR *stream, bk_arena *arena, size_t *n_out, const char *const **names)
{
    size_t       n = 0, capacity = SHORTEST_LIST;
    const char **list = BK_NEW(arena, const char *, capacity);

    BK_TRY(bk_arena_ok(arena));
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): of a stream of its own */
    for (const struct dirent *entry; (entry = readdir(stream)) != NULL;) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (n == capacity) {
            const char **grown = BK_NEW(arena, const char *, 2 * capacity);
            BK_TRY(bk_arena_ok(arena));
            memcpy(grown, list, n * sizeof *list);
            list = grown;
            capacity *= 2;
        }
        list[n++] = bk_arena_text(arena, entry->d_name, strlen(entry->d_name));
        BK_TRY(bk_arena_ok(arena));
    }
    qsort(list, n, sizeof *list, by_bytes);
    *n_out = n;
    *names = list;
    return BK_OK;
}

bk_status
bki_folder_list(bk_context *ctx, const char *path, bk_arena *arena, size_t *n_out, const char *const **names)
{
    DIR *stream = opendir(path);
    char reason[BKI_REASON];

    if (stream == NULL)
        return bk_fail_at(ctx, BK_ERR_FILE, path, 0, 0, NULL, "the folder cannot be read: %s",
                          bki_system_reason(errno, reason));
    const bk_status status = folder_read(stream, arena, n_out, names);
    closedir(stream);
    return status;
}

bool
bki_is_folder(const char *path)
{
    struct stat about;

    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

bool
bki_exists(const char *path)
{
    struct stat about;

    return lstat(path, &about) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

const char *
bki_path_join(bk_arena *arena, const char *folder, const char *name)
{
    size_t n = folder ? strlen(folder) : 0;

    if (!folder || !name) /* memory was short; the arena remembers */
        return NULL;
    while (n > 1 && folder[n - 1] == '/')
        n--;
    if (name[0] == '/' || n == 0 || (n == 1 && folder[0] == '.'))
        return bk_arena_text(arena, name, strlen(name));
    return bk_arena_format(arena, "%.*s%s%s", (int)n, folder, folder[n - 1] == '/' ? "" : "/", name);
}

const char *
bki_path_folder(bk_arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');

    if (slash == NULL)
        return bk_arena_text(arena, ".", 1);
    return bk_arena_text(arena, path, slash == path ? 1 : (size_t)(slash - path));
}

bool
bki_ends_with(const char *text, const char *end)
{
    const size_t n = strlen(text), m = strlen(end);

    return n >= m && strcmp(text + n - m, end) == 0;
}

const char *
bki_suggest(bk_arena *arena, const char *text, const char *const *names, size_t n, const char *ending)
{
    bk_names *known = bk_names_create(arena);

    if (known == NULL)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        const size_t length = strlen(names[i]) - (bki_ends_with(names[i], ending) ? strlen(ending) : 0);
        if (bk_names_intern(known, names[i], length) == BK_NONE)
            return NULL;
    }
    const char *nearest = bk_names_nearest(known, text, strlen(text));
    return nearest != NULL ? bk_arena_format(arena, "did you mean %s?", nearest) : NULL;
}

bk_status
bki_folder_make(bk_context *ctx, const char *path)
{
    char reason[BKI_REASON];

    if (bki_is_folder(path) || mkdir(path, 0777) == 0)
        return BK_OK;
    return bk_fail_at(ctx, BK_ERR_FILE, path, 0, 0, NULL, "the folder cannot be made: %s",
                      bki_system_reason(errno, reason));
}

bk_status
bki_folder_make_beside(bk_context *ctx, const char *path, bk_arena *arena, const char **made)
{
    char reason[BKI_REASON];

    for (int i = 0; i < MOST_BESIDE; i++) {
        const char *beside = bk_arena_format(arena, "%s.part%d", path, i);
        BK_TRY(bk_arena_ok(arena));
        if (mkdir(beside, 0777) == 0) {
            *made = beside;
            return BK_OK;
        }
        if (errno != EEXIST)
            break;
    }
    return bk_fail_at(ctx, BK_ERR_FILE, path, 0, 0, NULL, "the folder cannot be made: %s",
                      bki_system_reason(errno, reason));
}

static void
remove_from(int parent, const char *name)
{
    const int folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR      *stream = folder >= 0 ? fdopendir(folder) : NULL;

    /* NOLINTNEXTLINE(concurrency-mt-unsafe): of a stream of its own */
    for (const struct dirent *entry; stream != NULL && (entry = readdir(stream)) != NULL;)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
            unlinkat(folder, entry->d_name, 0) != 0)
            remove_from(folder, entry->d_name);
    if (stream != NULL)
        closedir(stream);
    else if (folder >= 0)
        close(folder);
    unlinkat(parent, name, AT_REMOVEDIR);
}

void
bki_folder_remove(const char *path)
{
    remove_from(AT_FDCWD, path);
}
