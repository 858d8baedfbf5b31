/* The engine of a caller: one context, what it calls back, and the errors of its last call. */
#include "api/api.h"

#include <stdlib.h>
#include <string.h>

#define SAME(code) _Static_assert((int)BUCKLE_##code == (int)BK_##code, "the stable numbers are those of the library")
SAME(OK);
SAME(ERR_NO_MEMORY);
SAME(ERR_USAGE);
SAME(ERR_FILE);
SAME(ERR_SYNTAX);
SAME(ERR_SCHEMA);
SAME(ERR_VALUE);
SAME(ERR_REFERENCE);
SAME(ERR_DUPLICATE);
SAME(ERR_INCONSISTENT);
SAME(ERR_CONFLICT);
SAME(ERR_NO_PATH);
SAME(ERR_NO_SOLUTION);
SAME(ERR_NOT_CONVERGED);
SAME(ERR_CANCELLED);

const char *
buckle_version(void)
{
    return bk_version();
}

int
buckle_abi(void)
{
    return BUCKLE_ABI;
}

static bool
is_status(buckle_status status)
{
    return (int)status >= 0 && (int)status < (int)BK_STATUS_COUNT;
}

const char *
buckle_status_name(buckle_status status)
{
    return is_status(status) ? bk_status_name((bk_status)status) : NULL;
}

const char *
buckle_status_sentence(buckle_status status)
{
    return is_status(status) ? bk_status_text((bk_status)status) : NULL;
}

/* ---- life ------------------------------------------------------------------------------------------------------- */

static void
pass_progress(void *state, const char *what, double fraction)
{
    buckle_engine *engine = state;

    if (engine->progress && engine->progress(engine->state, what, fraction) != 0)
        atomic_store(&engine->cancel, true);
}

static void
pass_log(void *state, bk_log_level level, const char *text)
{
    buckle_engine *engine = state;

    if (engine->log)
        engine->log(engine->state, (int)level, text);
}

buckle_status
buckle_engine_create(int threads, buckle_engine **out)
{
    *out = NULL;
    if (threads < 1)
        return BUCKLE_ERR_USAGE;
    buckle_engine *engine = calloc(1, sizeof *engine);
    if (!engine)
        return BUCKLE_ERR_NO_MEMORY;
    const bk_settings settings = {.threads = threads,
                                  .log = pass_log,
                                  .progress = pass_progress,
                                  .sink_state = engine,
                                  .cancel = &engine->cancel};
    const bk_status   status = bk_context_create(&settings, &engine->ctx);
    if (status != BK_OK) {
        free(engine);
        return (buckle_status)status;
    }
    atomic_init(&engine->holders, 1);
    bk_arena_init(&engine->arena, engine->ctx);
    engine->cache_folder = bk_study_cache_folder(&engine->arena);
    *out = engine;
    return BUCKLE_OK;
}

void
bki_engine_hold(buckle_engine *engine)
{
    atomic_fetch_add(&engine->holders, 1);
}

void
buckle_engine_release(buckle_engine *engine)
{
    if (!engine || atomic_fetch_sub(&engine->holders, 1) > 1)
        return;
    bk_arena_release(&engine->arena);
    bk_context_release(engine->ctx);
    free(engine);
}

void
buckle_engine_listen(buckle_engine *engine, buckle_progress progress, buckle_log log, void *state)
{
    engine->progress = progress;
    engine->log = log;
    engine->state = state;
}

buckle_status
buckle_engine_cache(buckle_engine *engine, const char *folder)
{
    bk_error_clear(engine->ctx);
    engine->cache_folder = folder ? bk_arena_text(&engine->arena, folder, strlen(folder)) : NULL;
    return (buckle_status)bk_arena_ok(&engine->arena);
}

void
buckle_cancel(buckle_engine *engine, int cancel)
{
    atomic_store(&engine->cancel, cancel != 0);
}

/* ---- errors ------------------------------------------------------------------------------------------------------ */

static const bk_error *
error_at(const buckle_engine *engine, size_t index)
{
    static const bk_error none = {.code = BK_OK};
    const bk_error       *error = bk_error_get(engine->ctx, index);

    return error ? error : &none;
}

size_t
buckle_error_count(const buckle_engine *engine)
{
    size_t n = 0;

    while (bk_error_get(engine->ctx, n)) /* of very many the context keeps some, and one record that counts the rest */
        n++;
    return n;
}

buckle_status
buckle_error_status(const buckle_engine *engine, size_t index)
{
    return (buckle_status)error_at(engine, index)->code;
}

const char *
buckle_error_message(const buckle_engine *engine, size_t index)
{
    return error_at(engine, index)->message;
}

const char *
buckle_error_file(const buckle_engine *engine, size_t index)
{
    return error_at(engine, index)->file;
}

int
buckle_error_line(const buckle_engine *engine, size_t index)
{
    return error_at(engine, index)->line;
}

int
buckle_error_column(const buckle_engine *engine, size_t index)
{
    return error_at(engine, index)->column;
}

const char *
buckle_error_hint(const buckle_engine *engine, size_t index)
{
    return error_at(engine, index)->hint;
}
