/* Files of the cache: one for each base year and for the routes that a scenario adds to it.
 *
 *     offset  0   8 bytes  "buckle\0\1"
 *             8   u64      key, in the order of bytes of this machine: a cache is never carried to another
 *            16   u64      number of bytes that follow the head
 *            24   u64      their hash
 *            32            the bytes
 */
#include "study/cache.h"
#include "study/sources_hash.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char magic[8] = "buckle\0\1";

typedef struct cache_head {
    char     magic[8];
    uint64_t key, n, hash;
} cache_head;

static uint64_t
key_here(uint64_t key)
{
    return bk_hash(BKI_SOURCES_HASH, &key, sizeof key);
}

const char *
bki_cache_path(const char *folder, uint64_t key, const char *kind, bk_arena *arena)
{
    return bk_arena_format(arena, "%s/%016llx.%s", folder, (unsigned long long)key_here(key), kind);
}

const void *
bki_cache_load(bk_context *ctx, const char *folder, uint64_t key, const char *kind, bk_arena *arena, size_t *n_out)
{
    const char *path = folder ? bki_cache_path(folder, key, kind, arena) : NULL, *bytes = NULL;
    size_t      n = 0;
    cache_head  head;

    if (!path || access(path, F_OK) != 0)
        return NULL;
    if (bk_file_read(ctx, path, arena, &bytes, &n) != BK_OK) {
        bk_error_clear(ctx); /* nothing else is recorded yet: the study was read without a fault */
        bk_log(ctx, BK_LOG_WARNING, "%s cannot be read; what it keeps is found anew", path);
        return NULL;
    }
    if (n >= sizeof head)
        memcpy(&head, bytes, sizeof head);
    if (n < sizeof head || memcmp(head.magic, magic, sizeof magic) != 0 || head.key != key_here(key) ||
        head.n != n - sizeof head || head.hash != bk_hash(0, bytes + sizeof head, head.n)) {
        bk_log(ctx, BK_LOG_WARNING, "%s is damaged or of another version; what it keeps is found anew", path);
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

void
bki_cache_forgo(bk_context *ctx, const char *folder, const char *kind)
{
    bk_error_clear(ctx); /* the answer needs no cache */
    bk_log(ctx, BK_LOG_WARNING, "the %s could not be kept in %s; the next run finds it anew", kind, folder);
}

void
bki_cache_keep(bk_context *ctx, const char *folder, uint64_t key, const char *kind, const void *bytes, size_t n,
               bk_arena *arena)
{
    cache_head  head = {.key = key_here(key), .n = n, .hash = bk_hash(0, bytes, n)};
    char       *file = BK_NEW(arena, char, sizeof head + n);
    char       *made = bk_arena_text(arena, folder, strlen(folder));
    const char *path = bki_cache_path(folder, key, kind, arena);
    bk_status   status = bk_arena_ok(arena);

    memcpy(head.magic, magic, sizeof magic);
    if (status == BK_OK) {
        memcpy(file, &head, sizeof head);
        memcpy(file + sizeof head, bytes, n);
        make_folders(made);
        status = bk_file_write(ctx, path, file, sizeof head + n);
    }
    if (status != BK_OK)
        bki_cache_forgo(ctx, folder, kind);
}

/* ---- routes ------------------------------------------------------------------------------------------------------ */

static void
keep_routes(bk_context *ctx, const char *folder, uint64_t key, const bk_joint_base *base,
            const bk_joint_enlargement *enlargement, bk_arena *arena)
{
    const void *bytes = NULL;
    size_t      n = 0;

    if (bk_joint_enlargement_pack(ctx, base, enlargement, key, arena, &bytes, &n) != BK_OK)
        bki_cache_forgo(ctx, folder, "routes");
    else
        bki_cache_keep(ctx, folder, key, "routes", bytes, n, arena);
}

bk_status
bki_study_enlarge(bk_context *ctx, const char *cache_folder, const bk_joint_base *base, size_t n_states,
                  const bk_joint_state *states, bk_arena *room, bk_arena *arena, bk_joint_enlargement *out)
{
    bk_arena    file;
    uint64_t    key = 0;
    size_t      n_packed = 0;
    const void *packed = NULL;
    bk_status   status = BK_OK;

    bk_arena_init(&file, ctx);
    if (cache_folder)
        status = bk_joint_enlargement_key(ctx, base, n_states, states, &key);
    if (status == BK_OK)
        packed = bki_cache_load(ctx, cache_folder, key, "routes", &file, &n_packed);
    if (status == BK_OK)
        status = bk_joint_enlarge(ctx, base, n_states, states, packed, n_packed, room, arena, out);
    if (status == BK_OK && cache_folder && !packed && out->base != base)
        keep_routes(ctx, cache_folder, key, base, out, &file);
    bk_arena_release(&file);
    return status;
}
