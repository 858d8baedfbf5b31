/* What the tests of readers and writers share: contexts whose n-th allocation fails, errors as text, files in a folder
 * of their own, a fixed stream of random numbers. */
#ifndef IO_TEST_H
#define IO_TEST_H

#include "bkt.h"
#include "bkt_allocator.h"
#include "bkt_folder.h"

#include "buckle/base.h"

typedef struct bkt_io { /* a context with its heap, an arena, and the warnings it logged */
    bkt_allocator heap;
    bk_context   *ctx;
    bk_arena      arena;
    char          warnings[4096]; /* one a line, as many as fit */
} bkt_io;

static inline void
bkt_io_log(void *state, bk_log_level level, const char *text)
{
    bkt_io      *io = state;
    const size_t used = strlen(io->warnings);

    if (level == BK_LOG_WARNING)
        snprintf(io->warnings + used, sizeof io->warnings - used, "%s\n", text);
}

static inline void
bkt_io_start(bkt_io *io)
{
    memset(io, 0, sizeof *io);
    bkt_allocator_init(&io->heap, 0);
    const bk_settings settings = {.allocator = &io->heap.allocator, .threads = 1, .log = bkt_io_log, .sink_state = io};
    assert_int_equal(bk_context_create(&settings, &io->ctx), BK_OK);
    bk_arena_init(&io->arena, io->ctx);
}

/* Everything must have been given back. */
static inline void
bkt_io_stop(bkt_io *io)
{
    bk_arena_release(&io->arena);
    bk_context_release(io->ctx);
    bkt_allocator_check(&io->heap);
}

/* Lets the n-th request for memory from now on fail, n from 1. */
static inline void
bkt_io_fail_at(bkt_io *io, size_t n)
{
    io->heap.fail_at = io->heap.n_requests + n;
}

static inline bool
bkt_io_has_failed(const bkt_io *io)
{
    return io->heap.fail_at > 0 && io->heap.n_requests >= io->heap.fail_at;
}

/* "file:line:column: code: message" of error `index`, without the place where there is none. */
static inline const char *
bkt_error(const bk_context *ctx, size_t index)
{
    static char     text[1024];
    const bk_error *error = bk_error_get(ctx, index);

    if (error == NULL)
        return "no error";
    int n = error->file != NULL ? snprintf(text, sizeof text, "%s:", error->file) : 0;
    if (error->line > 0)
        n += snprintf(text + n, sizeof text - (size_t)n, "%d:", error->line);
    if (error->column > 0)
        n += snprintf(text + n, sizeof text - (size_t)n, "%d:", error->column);
    snprintf(text + n, sizeof text - (size_t)n, "%s%s: %s", n > 0 ? " " : "", bk_status_name(error->code),
             error->message);
    return text;
}

/* ---- random input ------------------------------------------------------------------------------------------- */

typedef struct bkt_random {
    uint64_t seed, index;
} bkt_random;

static inline size_t
bkt_below(bkt_random *random, size_t n)
{
    return (size_t)(bk_uniform(random->seed, 0, random->index++) * (double)n);
}

/* Changes a few bytes of `text` [n], to bytes that readers care about as often as to any: overwritten, doubled or cut.
 */
static inline size_t
bkt_mutate(bkt_random *random, char *text, size_t n, size_t room)
{
    static const char liked[] = "\"',;:\n\r\t-[]{}#&*!|>?%@` .0N~\\";

    for (size_t i = 1 + bkt_below(random, 4); i > 0 && n > 0; i--) {
        const size_t at = bkt_below(random, n), what = bkt_below(random, 5);
        const char   byte = what < 3 ? liked[bkt_below(random, sizeof liked)] : (char)bkt_below(random, 256);
        if (what == 0 && n < room) {
            memmove(text + at + 1, text + at, n - at);
            text[at] = byte;
            n++;
        } else if (what == 1) {
            memmove(text + at, text + at + 1, n - at - 1);
            n--;
        } else {
            text[at] = byte;
        }
    }
    return n;
}

#endif
