/* A study and its scenarios, read and judged. */
#include "buckle/study.h"
#include "study/version.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

const char *
bk_version(void)
{
    return BUCKLE_VERSION;
}

/* "a/b/" -> "b", "." -> the name of this folder; "/" is a "study". */
static const char *
name_of(bk_arena *arena, const char *folder)
{
    char        real[PATH_MAX];
    const char *path = realpath(folder, real) ? real : folder;
    size_t      end = strlen(path);

    while (end > 0 && path[end - 1] == '/')
        end--;
    size_t start = end;
    while (start > 0 && path[start - 1] != '/')
        start--;
    const size_t length = end - start;
    return length > 0 ? bk_arena_text(arena, path + start, length) : "study";
}

/* Reads scenario after scenario, so that one run names the faults of all. */
static bk_status
read_scenarios(bk_context *ctx, bk_study *study, const char *const *names, bk_arena *arena)
{
    const bk_scenario **scenarios = BK_NEW(arena, const bk_scenario *, study->n_scenarios + 1);
    const bk_model    **models = BK_NEW(arena, const bk_model *, study->n_scenarios + 1);
    bk_status           first = bk_arena_ok(arena);

    if (first != BK_OK)
        return first;
    for (size_t s = 0; s < study->n_scenarios; s++) {
        bk_status status = bk_scenario_read(ctx, study->folder, names[s], study->model, arena, &scenarios[s]);
        if (status == BK_OK)
            status = bk_scenario_apply(ctx, study->model, scenarios[s], NULL, arena, &models[s]);
        if (status == BK_ERR_NO_MEMORY || status == BK_ERR_CANCELLED)
            return status;
        if (first == BK_OK)
            first = status;
    }
    study->scenarios = scenarios;
    study->models = models;
    return first;
}

bk_status
bk_study_open(bk_context *ctx, const char *folder, const char *const *names, size_t n_names, bk_arena *arena,
              const bk_study **out)
{
    bk_study *study = BK_NEW(arena, bk_study, 1);
    BK_TRY(bk_arena_ok(arena));

    study->folder = folder;
    study->name = name_of(arena, folder);
    BK_TRY(bk_study_read(ctx, folder, arena, &study->model));
    return bk_study_with_scenarios(ctx, study, names, n_names, arena, out);
}

bk_status
bk_study_with_scenarios(bk_context *ctx, const bk_study *study, const char *const *names, size_t n_names,
                        bk_arena *arena, const bk_study **out)
{
    bk_study *copy = BK_NEW(arena, bk_study, 1);
    BK_TRY(bk_arena_ok(arena));

    *copy = *study;
    copy->n_scenarios = n_names;
    if (!names)
        BK_TRY(bk_scenario_list(ctx, study->folder, arena, &copy->n_scenarios, &names));
    BK_TRY(read_scenarios(ctx, copy, names, arena));
    *out = copy;
    return BK_OK;
}
