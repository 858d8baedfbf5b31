/* The context: allocator, threads, sinks and cancel flag of one calling thread. */
#include "base/context.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *
system_resize(void *state, void *pointer, size_t old_size, size_t new_size)
{
    (void)state;
    (void)old_size;
    if (new_size == 0) {
        free(pointer);
        return NULL;
    }
    return realloc(pointer, new_size);
}

void *
bki_resize(bk_context *ctx, void *pointer, size_t old_size, size_t new_size)
{
    return ctx->allocator.resize(ctx->allocator.state, pointer, old_size, new_size);
}

bk_status
bk_context_create(const bk_settings *settings, bk_context **out)
{
    static const bk_settings  defaults = {.threads = 1};
    static const bk_allocator system = {.resize = system_resize};
    const bk_settings        *given = settings != NULL ? settings : &defaults;
    const bk_allocator       *allocator = given->allocator != NULL ? given->allocator : &system;

    *out = NULL;
    if (given->threads < 1)
        return BK_ERR_USAGE;
    bk_context *ctx = allocator->resize(allocator->state, NULL, 0, sizeof *ctx);
    if (ctx == NULL)
        return BK_ERR_NO_MEMORY;
    memset(ctx, 0, sizeof *ctx);
    ctx->allocator = *allocator;
    ctx->threads = 1;
    ctx->log = given->log;
    ctx->progress = given->progress;
    ctx->input = given->input;
    ctx->sink_state = given->sink_state;
    ctx->cancel = given->cancel;
    bki_errors_init(&ctx->errors);
    if (given->threads > 1) {
        int started = 0;
        ctx->pool = bki_pool_create(ctx, given->threads, &started);
        ctx->threads = 1 + started;
        if (ctx->threads < given->threads)
            bk_log(ctx, BK_LOG_WARNING, "%d threads asked for, %d could be had: slower, with the same results",
                   given->threads, ctx->threads);
    }
    *out = ctx;
    return BK_OK;
}

bk_status
bk_context_fork(const bk_context *ctx, bk_context **out)
{
    const bk_settings settings = {.allocator = &ctx->allocator, .threads = 1, .cancel = ctx->cancel};

    return bk_context_create(&settings, out);
}

void
bk_context_release(bk_context *ctx)
{
    if (ctx == NULL)
        return;
    bk_error_clear(ctx);
    bki_pool_release(ctx, ctx->pool);
    ctx->allocator.resize(ctx->allocator.state, ctx, sizeof *ctx, 0);
}

int
bk_context_threads(const bk_context *ctx)
{
    return ctx->threads;
}

bool
bk_cancelled(const bk_context *ctx)
{
    return ctx->cancel != NULL && atomic_load_explicit(ctx->cancel, memory_order_relaxed);
}

void
bk_log(bk_context *ctx, bk_log_level level, const char *format, ...)
{
    char    text[2048]; /* a log line beyond this is cut */
    va_list arguments;

    if (ctx->log == NULL)
        return;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    ctx->log(ctx->sink_state, level, text);
}

void
bk_note_input(bk_context *ctx, const char *path)
{
    if (ctx->input != NULL)
        ctx->input(ctx->sink_state, path);
}

void
bk_progress(bk_context *ctx, const char *what, double fraction)
{
    if (ctx->progress != NULL)
        ctx->progress(ctx->sink_state, what, fraction > 1.0 ? 1.0 : fraction);
}
