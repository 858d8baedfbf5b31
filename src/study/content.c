/* The hash of a study's files and of this program. */
#include "study/content.h"
#include "buckle/io.h"
#include "io/folder.h"
#include "study/sources_hash.h"

#include <string.h>

enum { MOST_DEPTH = 4 };

static bk_status
hash_file(bk_context *ctx, const char *path, bk_arena *scratch, uint64_t *hash)
{
    const char *bytes;
    size_t      n;

    BK_TRY(bk_file_read(ctx, path, scratch, &bytes, &n));
    *hash = bk_hash(*hash, bytes, n);
    return BK_OK;
}

/* Every CSV and YAML file below a folder, but for the facts, which no run reads. */
static bk_status
hash_folder(bk_context *ctx, const char *folder, int depth, bk_arena *scratch, uint64_t *hash)
{
    const char *const *names;
    size_t             n;

    BK_TRY(bki_folder_list(ctx, folder, scratch, &n, &names));
    for (size_t i = 0; i < n; i++) {
        const char *path = bki_path_join(scratch, folder, names[i]);
        BK_TRY(bk_arena_ok(scratch));
        if (names[i][0] == '.' || strcmp(names[i], "facts") == 0)
            continue;
        *hash = bk_hash(*hash, names[i], strlen(names[i]));
        if (bki_is_folder(path) && depth < MOST_DEPTH)
            BK_TRY(hash_folder(ctx, path, depth + 1, scratch, hash));
        else if (bki_ends_with(names[i], ".csv") || bki_ends_with(names[i], ".yaml"))
            BK_TRY(hash_file(ctx, path, scratch, hash));
    }
    return BK_OK;
}

bk_status
bki_study_content(bk_context *ctx, const bk_study *study, uint64_t *out)
{
    bk_arena  scratch;
    bk_status status = BK_OK;

    *out = BKI_SOURCES_HASH;
    bk_arena_init(&scratch, ctx);
    if (study->folder != NULL)
        status = hash_folder(ctx, study->folder, 0, &scratch, out);
    bk_arena_release(&scratch);
    return status;
}
