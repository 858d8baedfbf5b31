/* The base year, kept between runs under the key of all that decides it. */
#include "buckle/study.h"
#include "study/cache.h"

#include <stdlib.h>
#include <unistd.h>

const char *
bk_study_cache_folder(bk_arena *arena)
{
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): nothing in the library sets the environment */
    const char *own = getenv("BUCKLE_CACHE"), *shared = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

    if (own && own[0])
        return own;
    if (shared && shared[0] == '/') /* the XDG specification ignores relative paths */
        return bk_arena_format(arena, "%s/buckle", shared);
    return home && home[0] ? bk_arena_format(arena, "%s/.cache/buckle", home) : NULL;
}

bool
bk_study_is_cached(const bk_model *model, const char *cache_folder, bk_arena *arena)
{
    const char *path = cache_folder ? bki_cache_path(cache_folder, bk_joint_key(model), "base", arena) : NULL;

    return path && access(path, R_OK) == 0;
}

static void
keep(bk_context *ctx, const bk_model *model, const char *folder, const bk_joint_base *base, bk_arena *arena)
{
    const void *bytes = NULL;
    size_t      n = 0;

    if (bk_joint_pack(ctx, base, arena, &bytes, &n) != BK_OK)
        bki_cache_forgo(ctx, folder, "base");
    else
        bki_cache_keep(ctx, folder, bk_joint_key(model), "base", bytes, n, arena);
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
    const void *packed = bki_cache_load(ctx, cache_folder, bk_joint_key(model), "base", &file, &n_packed);
    *cached = packed != NULL;
    bk_progress(ctx, *cached ? "base year, from the cache" : "base year", -1.0);
    bk_status status = bk_joint_prepare(ctx, model, packed, n_packed, arena, out);
    if (status == BK_OK && cache_folder && !packed && model->has_network)
        keep(ctx, model, cache_folder, *out, &file);
    bk_arena_release(&file);
    return status;
}
