/* The base year, kept between runs: its packed bytes lie in the cache under the key of all that decides them, which is
 * the numbers of the model and the code this program was built from.
 *
 *     offset  0   8 bytes  "buckle\0\1"
 *             8   u64      key, in the order of bytes of this machine: a cache is never carried to another
 *            16   u64      number of bytes that follow the head
 *            24   u64      their hash
 *            32            the bytes
 */
#include "buckle/study.h"
#include "study/sources_hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char magic[8] = "buckle\0\1";

typedef struct cache_head {
    char     magic[8];
    uint64_t key, n, hash;
} cache_head;

const char *
bk_study_cache_folder(bk_arena *arena)
{
    const char *own = getenv("BUCKLE_CACHE"), *shared = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

    if (own && own[0])
        return own;
    if (shared && shared[0] == '/') /* the XDG specification ignores relative paths */
        return bk_arena_format(arena, "%s/buckle", shared);
    return home && home[0] ? bk_arena_format(arena, "%s/.cache/buckle", home) : NULL;
}

static uint64_t
cache_key(const bk_model *model)
{
    const uint64_t key = bk_joint_key(model);

    return bk_hash(BKI_SOURCES_HASH, &key, sizeof key);
}

static const char *
cache_path(const bk_model *model, const char *folder, bk_arena *arena)
{
    return bk_arena_format(arena, "%s/%016llx.base", folder, (unsigned long long)cache_key(model));
}

bool
bk_study_is_cached(const bk_model *model, const char *cache_folder, bk_arena *arena)
{
    const char *path = cache_folder ? cache_path(model, cache_folder, arena) : NULL;

    return path && access(path, R_OK) == 0;
}

/* The packed bytes under the model's key, or NULL with a note if there is a file that is not of use. */
static const void *
load(bk_context *ctx, const bk_model *model, const char *folder, bk_arena *arena, size_t *n_out)
{
    const char *path = cache_path(model, folder, arena), *bytes = NULL;
    size_t      n = 0;
    cache_head  head;

    if (!path || access(path, F_OK) != 0)
        return NULL;
    if (bk_file_read(ctx, path, arena, &bytes, &n) != BK_OK) {
        bk_error_clear(ctx); /* nothing else is recorded yet: the study was read without a fault */
        bk_log(ctx, BK_LOG_WARNING, "%s cannot be read; the base year is solved anew", path);
        return NULL;
    }
    if (n >= sizeof head)
        memcpy(&head, bytes, sizeof head);
    if (n < sizeof head || memcmp(head.magic, magic, sizeof magic) != 0 || head.key != cache_key(model) ||
        head.n != n - sizeof head || head.hash != bk_hash(0, bytes + sizeof head, head.n)) {
        bk_log(ctx, BK_LOG_WARNING, "%s is damaged or of another version; the base year is solved anew", path);
        return NULL;
    }
    *n_out = head.n;
    return bytes + sizeof head;
}

/* mkdir -p; failure shows when the file is written. */
static void
make_folders(char *path)
{
    for (char *at = path + 1; *at; at++)
        if (*at == '/') {
            *at = '\0';
            mkdir(path, 0777);
            *at = '/';
        }
    mkdir(path, 0700);
}

static bk_status
keep(bk_context *ctx, const bk_model *model, const char *folder, const bk_joint_base *base, bk_arena *arena)
{
    const void *bytes = NULL;
    cache_head  head = {.key = cache_key(model)};

    BK_TRY(bk_joint_pack(ctx, base, arena, &bytes, &head.n));
    memcpy(head.magic, magic, sizeof magic);
    head.hash = bk_hash(0, bytes, head.n);
    char       *file = BK_NEW(arena, char, sizeof head + head.n);
    char       *made = bk_arena_text(arena, folder, strlen(folder));
    const char *path = cache_path(model, folder, arena);
    BK_TRY(bk_arena_ok(arena));
    memcpy(file, &head, sizeof head);
    memcpy(file + sizeof head, bytes, head.n);
    make_folders(made);
    return bk_file_write(ctx, path, file, sizeof head + head.n);
}

bk_status
bk_study_base(bk_context *ctx, const bk_study *study, const char *cache_folder, bk_arena *arena,
              const bk_joint_base **out, bool *cached)
{
    const bk_model *model = study->model;
    bk_arena        file;
    size_t          n_packed = 0;

    if (!model->has_economy)
        return bk_fail_hint(ctx, BK_ERR_INCONSISTENT, "add economy/, or look at its routes with `buckle route`",
                            "%s has no economy, so no trade equilibrium can be computed", study->folder);
    *cached = study->base != NULL;
    if (study->base != NULL) {
        *out = study->base;
        return BK_OK;
    }
    bk_arena_init(&file, ctx);
    const void *packed = cache_folder ? load(ctx, model, cache_folder, &file, &n_packed) : NULL;
    *cached = packed != NULL;
    bk_progress(ctx, *cached ? "base year, from the cache" : "base year", -1.0);
    bk_status status = bk_joint_prepare(ctx, model, packed, n_packed, arena, out);
    if (status == BK_OK && cache_folder && !packed && model->has_network &&
        keep(ctx, model, cache_folder, *out, &file) != BK_OK) {
        bk_error_clear(ctx);
        bk_log(ctx, BK_LOG_WARNING, "the base year could not be kept in %s; the next run solves it anew", cache_folder);
    }
    bk_arena_release(&file);
    return status;
}
