/* Every observation beside the base year's figure. */
#include "study/compare.h"

#include <math.h>
#include <string.h>

bk_status
bki_not_computed(bk_comparison *out, const char *why)
{
    out->computed = false;
    out->value = 0.0;
    out->how = why;
    return BK_OK;
}

static bk_status
compare_one(const bki_comparer *comparer, bk_arena *scratch, bk_comparison *out)
{
    const char *kind = out->observation->kind;

    if (strcmp(kind, "flow") == 0 || strcmp(kind, "share") == 0)
        return bki_compare_flow(comparer, scratch, out);
    if (strcmp(kind, "time") == 0 || strcmp(kind, "cost") == 0)
        return bki_compare_route(comparer, scratch, out);
    return bki_not_computed(out, bk_arena_format(comparer->arena, "rows of kind '%s' are not computed", kind));
}

bk_status
bk_study_compare(bk_context *ctx, const bk_study *study, const bk_joint_base *base, bk_arena *arena,
                 const bk_comparison **out)
{
    const bk_model    *model = study->model;
    const bki_comparer comparer = {.ctx = ctx, .study = study, .model = model, .base = base, .arena = arena};
    bk_comparison     *rows = BK_NEW(arena, bk_comparison, model->n_observations + 1);

    BK_TRY(bk_arena_ok(arena));
    for (size_t o = 0; o < model->n_observations; o++) {
        bk_arena scratch;
        rows[o].observation = &model->observations[o];
        bk_progress(ctx, "observations", (double)o / (double)model->n_observations);
        if (!model->has_network) {
            bki_not_computed(&rows[o], "the study has no network");
            continue;
        }
        bk_arena_init(&scratch, ctx);
        const bk_status status = compare_one(&comparer, &scratch, &rows[o]);
        bk_arena_release(&scratch);
        BK_TRY(status);
        if (rows[o].computed && !isfinite(rows[o].value))
            bki_not_computed(&rows[o], "the figure is not finite in the base year");
    }
    BK_TRY(bk_arena_ok(arena));
    *out = rows;
    return BK_OK;
}
