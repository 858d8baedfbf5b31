/* A study that a caller holds: its scenarios, from files and from texts, and its base year once that is solved. */
#include "api/api.h"

#include <string.h>

static bk_status
read_study(buckle_study *study, const char *folder)
{
    static const char *const none[] = {NULL};
    bk_context              *ctx = study->engine->ctx;
    const char              *kept = bk_arena_text(&study->arena, folder, strlen(folder));

    BK_TRY(bk_arena_ok(&study->arena));
    BK_TRY(bk_study_open(ctx, kept, none, 0, &study->arena, &study->study));
    return bk_scenario_list(ctx, kept, &study->arena, &study->n_files, &study->files);
}

buckle_status
buckle_study_open(buckle_engine *engine, const char *folder, buckle_study **out)
{
    bk_arena arena;

    *out = NULL;
    bk_error_clear(engine->ctx);
    bk_arena_init(&arena, engine->ctx);
    buckle_study *study = BK_NEW(&arena, buckle_study, 1);
    if (!study)
        return (buckle_status)bk_arena_ok(&arena);
    study->engine = engine;
    study->arena = arena;
    atomic_init(&study->holders, 1);
    bki_engine_hold(engine);
    const bk_status status = read_study(study, folder);
    atomic_store(&engine->cancel, false);
    if (status != BK_OK)
        buckle_study_release(study);
    else
        *out = study;
    return (buckle_status)status;
}

void
bki_study_hold(buckle_study *study)
{
    atomic_fetch_add(&study->holders, 1);
}

void
buckle_study_release(buckle_study *study)
{
    if (!study || atomic_fetch_sub(&study->holders, 1) > 1)
        return;
    buckle_engine *engine = study->engine;
    bk_arena       arena = study->arena; /* which holds the study itself */
    bk_arena_release(&arena);
    buckle_engine_release(engine);
}

const char *
buckle_study_name(const buckle_study *study)
{
    return study->study->name;
}

const char *
buckle_study_title(const buckle_study *study)
{
    return study->study->model->title;
}

int
buckle_study_base_year(const buckle_study *study)
{
    return study->study->model->base_year;
}

double
buckle_study_money(const buckle_study *study)
{
    return study->study->model->money_usd;
}

/* ---- scenarios --------------------------------------------------------------------------------------------------- */

size_t
buckle_scenario_count(const buckle_study *study)
{
    return study->n_files + study->n_added;
}

const char *
buckle_scenario_name(const buckle_study *study, size_t index)
{
    if (index < study->n_files)
        return study->files[index];
    return index < buckle_scenario_count(study) ? study->added[index - study->n_files]->name : NULL;
}

/* The number of the one added under the name, n_added if there is none. */
static size_t
find_added(const buckle_study *study, const char *name)
{
    size_t s = 0;

    while (s < study->n_added && strcmp(study->added[s]->name, name) != 0)
        s++;
    return s;
}

static bk_status
make_room(buckle_study *study)
{
    if (study->n_added < study->capacity)
        return BK_OK;
    const size_t        capacity = 2 * study->capacity + 8;
    const bk_scenario **added = BK_NEW(&study->arena, const bk_scenario *, capacity);
    const bk_model    **models = BK_NEW(&study->arena, const bk_model *, capacity);
    BK_TRY(bk_arena_ok(&study->arena));
    for (size_t s = 0; s < study->n_added; s++) {
        added[s] = study->added[s];
        models[s] = study->models[s];
    }
    study->added = added;
    study->models = models;
    study->capacity = capacity;
    return BK_OK;
}

static bk_status
add(buckle_study *study, const char *name, const char *text, size_t length)
{
    bk_context        *ctx = study->engine->ctx;
    const bk_model    *model = study->study->model, *applied = NULL;
    const bk_scenario *scenario = NULL;
    const size_t       at = find_added(study, name);

    for (size_t f = 0; f < study->n_files; f++)
        if (strcmp(study->files[f], name) == 0)
            return bk_fail_hint(ctx, BK_ERR_DUPLICATE, "give it another name",
                                "the study has a file for a scenario %s already", name);
    const char *kept = bk_arena_text(&study->arena, name, strlen(name));
    BK_TRY(make_room(study));
    BK_TRY(bk_scenario_parse(ctx, text, length, kept, model, &study->arena, &scenario));
    BK_TRY(bk_scenario_apply(ctx, model, scenario, NULL, &study->arena, &applied));
    study->added[at] = scenario;
    study->models[at] = applied;
    study->n_added += at == study->n_added;
    return BK_OK;
}

buckle_status
buckle_scenario_add(buckle_study *study, const char *name, const char *text, size_t length)
{
    bk_error_clear(study->engine->ctx);
    const bk_status status = add(study, name, text, length);
    atomic_store(&study->engine->cancel, false);
    return (buckle_status)status;
}

/* ---- for questions ------------------------------------------------------------------------------------------------
 */

/* One scenario, from those added or from its file. */
static bk_status
take_scenario(bki_asked *asked, buckle_study *study, const char *name, const bk_scenario **scenario,
              const bk_model **model)
{
    const size_t at = find_added(study, name);

    if (at < study->n_added) {
        *scenario = study->added[at];
        *model = study->models[at];
        return BK_OK;
    }
    BK_TRY(bk_scenario_read(asked->ctx, study->study->folder, name, study->study->model, asked->arena, scenario));
    return bk_scenario_apply(asked->ctx, study->study->model, *scenario, NULL, asked->arena, model);
}

/* The base year, solved or loaded for the first question that needs it, and then kept. */
static bk_status
keep_base(bki_asked *asked, buckle_study *study)
{
    const bk_joint_base *base = NULL;
    bool                 cached;
    bk_arena             arena;

    if (study->study->base || !study->study->model->has_economy)
        return BK_OK; /* without an economy the question itself says what is missing */
    bk_arena_init(&arena, asked->ctx);
    bk_study *copy = BK_NEW(&arena, bk_study, 1);
    bk_status status = bk_arena_ok(&arena);
    if (status == BK_OK)
        status = bk_study_base(asked->ctx, study->study, study->engine->cache_folder, &arena, &base, &cached);
    if (status != BK_OK) {
        bk_arena_release(&arena);
        return status;
    }
    *copy = *study->study;
    copy->base = base;
    bk_arena_adopt(&study->arena, &arena);
    study->study = copy;
    return BK_OK;
}

bk_status
bki_open_scenarios(bki_asked *asked, buckle_study *study, const bki_cast *cast, const bk_study **out)
{
    const bk_model     *model = study->study->model;
    const bool          all = cast->n == 0 && cast->otherwise_all;
    const size_t        n = all ? study->n_files : cast->n;
    const char *const  *names = all ? study->files : cast->names;
    bk_study           *copy = BK_NEW(asked->arena, bk_study, 1);
    const bk_scenario **scenarios = BK_NEW(asked->arena, const bk_scenario *, n + 1);
    const bk_model    **models = BK_NEW(asked->arena, const bk_model *, n + 1);
    bk_status           first = bk_arena_ok(asked->arena);

    for (size_t s = 0; first != BK_ERR_NO_MEMORY && s < n; s++) { /* the faults of all, in one call */
        const bk_status status = take_scenario(asked, study, names[s], &scenarios[s], &models[s]);
        first = first == BK_OK || status == BK_ERR_NO_MEMORY ? status : first;
    }
    BK_TRY(first);
    const bool other_rule = cast->deficits >= 0 && cast->deficits != (int)model->economy.deficits;
    if (cast->base && !other_rule) /* what is kept is of the study's own rule */
        BK_TRY(keep_base(asked, study));
    *copy = *study->study;
    copy->n_scenarios = n;
    copy->scenarios = scenarios;
    copy->models = models;
    copy->base = other_rule ? NULL : copy->base;
    *out = copy;
    return other_rule ? bk_study_with_deficits(copy, (bk_deficit_rule)cast->deficits, asked->arena, out) : BK_OK;
}
