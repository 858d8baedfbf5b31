/* Memory fails once at every call site that leads to a request for it, instead of at every request: as telling, for a
 * price that does not grow with the number of requests.  A call site is a return address; a request is known by those
 * on its stack.  The program is linked with --wrap (tests/meson.build), so that what is asked of an arena is a request
 * even where the arena has room left. */
#ifndef BKT_SITES_H
#define BKT_SITES_H

#include "bkt_allocator.h"
#include "buckle/results.h"

#include <execinfo.h>
#include <stdarg.h>
#include <stdio.h>

#define BKT_DEEPEST 64
#define BKT_SITES   65536 /* a power of two, well above the number of call sites there are */

/* Of the running program, which asks from one thread. */
static struct bkt_sites {
    bool   learns, fails; /* of a call: look which sites there are; let request `fail_at` fail */
    bool   in_arena;      /* what an arena asks of the allocator is no request of its own */
    size_t n_requests, fail_at;
    size_t n_chosen;
    size_t chosen[BKT_SITES]; /* [n_chosen] requests that come by a site first, in the call last learnt */
    size_t n_seen;
    void  *seen[BKT_SITES]; /* sites met since the program began, by hash; NULL: free */
} bkt_sites;

/* Whether the site is new. */
static inline bool
bkt_site_add(void *site)
{
    size_t at = ((uintptr_t)site * 0x9e3779b97f4a7c15u) >> 48;

    while (bkt_sites.seen[at] && bkt_sites.seen[at] != site)
        at = (at + 1) % BKT_SITES;
    if (bkt_sites.seen[at])
        return false;
    assert_true(++bkt_sites.n_seen < BKT_SITES / 2);
    bkt_sites.seen[at] = site;
    return true;
}

static inline void
bkt_sites_learn(void)
{
    void     *stack[BKT_DEEPEST];
    const int n = backtrace(stack, BKT_DEEPEST);
    size_t    n_new = 0;

    for (int f = 0; f < n; f++)
        n_new += bkt_site_add(stack[f]);
    if (n_new > 0)
        bkt_sites.chosen[bkt_sites.n_chosen++] = bkt_sites.n_requests;
}

/* Counts a request; whether it is to fail. */
static __attribute__((noinline)) bool
bkt_sites_request(void)
{
    bkt_sites.n_requests++;
    if (bkt_sites.learns)
        bkt_sites_learn();
    return bkt_sites.fails && bkt_sites.n_requests == bkt_sites.fail_at;
}

/* ---- in front of the arena's functions ----------------------------------------------------------------------------
 */

void *__real_bk_arena_alloc(bk_arena *arena, size_t count, size_t size);
char *__real_bk_arena_text(bk_arena *arena, const char *text, size_t length);
void *__real_bk_arena_grow(bk_arena *arena, void *items, size_t n, size_t more, size_t size, size_t *capacity);
void *__wrap_bk_arena_alloc(bk_arena *arena, size_t count, size_t size);
char *__wrap_bk_arena_text(bk_arena *arena, const char *text, size_t length);
void *__wrap_bk_arena_grow(bk_arena *arena, void *items, size_t n, size_t more, size_t size, size_t *capacity);
char *__wrap_bk_arena_format(bk_arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

static inline bool
bkt_arena_fails(bk_arena *arena)
{
    if (arena->failed || !bkt_sites_request())
        return false;
    arena->failed = true;
    return true;
}

void *
__wrap_bk_arena_alloc(bk_arena *arena, size_t count, size_t size)
{
    if (bkt_arena_fails(arena))
        return NULL;
    bkt_sites.in_arena = true;
    void *memory = __real_bk_arena_alloc(arena, count, size);
    bkt_sites.in_arena = false;
    return memory;
}

char *
__wrap_bk_arena_text(bk_arena *arena, const char *text, size_t length)
{
    if (bkt_arena_fails(arena))
        return NULL;
    bkt_sites.in_arena = true;
    char *copy = __real_bk_arena_text(arena, text, length);
    bkt_sites.in_arena = false;
    return copy;
}

void *
__wrap_bk_arena_grow(bk_arena *arena, void *items, size_t n, size_t more, size_t size, size_t *capacity)
{
    if (n + more > *capacity && bkt_arena_fails(arena))
        return NULL;
    bkt_sites.in_arena = true;
    void *grown = __real_bk_arena_grow(arena, items, n, more, size, capacity);
    bkt_sites.in_arena = false;
    return grown;
}

char *
__wrap_bk_arena_format(bk_arena *arena, const char *format, ...)
{
    va_list arguments;
    char    text[4096]; /* longer than any there is */

    if (bkt_arena_fails(arena))
        return NULL;
    va_start(arguments, format);
    const int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    assert_in_range(length, 0, sizeof text - 1);
    bkt_sites.in_arena = true;
    char *copy = __real_bk_arena_text(arena, text, (size_t)length);
    bkt_sites.in_arena = false;
    return copy;
}

/* ---- behind them, and for what is not in an arena ------------------------------------------------------------------
 */

static inline void *
bkt_sites_resize(void *state, void *pointer, size_t old_size, size_t new_size)
{
    if (new_size > 0 && !bkt_sites.in_arena && bkt_sites_request())
        return NULL;
    return bkt_allocator_resize(state, pointer, old_size, new_size);
}

static inline void
bkt_sites_init(bkt_allocator *allocator)
{
    bkt_allocator_init(allocator, 0);
    allocator->allocator.resize = bkt_sites_resize;
}

/* ---- calls ---------------------------------------------------------------------------------------------------------
 */

/* The call under test, which checks what it can see of a failure; a hash of its answer.  BK_OK or the status. */
typedef bk_status (*bkt_sites_call)(void *state, uint64_t *answer);

/* What a call asks for from here on; `fail_at` 0: nothing fails. */
static inline void
bkt_sites_start(bool learns, size_t fail_at)
{
    bkt_sites.n_requests = 0;
    bkt_sites.learns = learns;
    bkt_sites.n_chosen = learns ? 0 : bkt_sites.n_chosen;
    bkt_sites.fails = fail_at > 0;
    bkt_sites.fail_at = fail_at;
}

/* To be called by the call under test when what it tests is done. */
static inline void
bkt_sites_stop(void)
{
    bkt_sites.learns = bkt_sites.fails = false;
}

/* Sites of a call that other tests let fail: here they are no new ones. */
static inline void
bkt_sites_know(bkt_sites_call call, void *state)
{
    uint64_t answer = 0;

    bkt_sites_start(true, 0);
    assert_int_equal(call(state, &answer), BK_OK);
    bkt_sites_stop();
}

/* The call succeeds; fails for want of memory at each site it alone comes by, or has the same answer where what is not
 * to be had is not needed; and has the same answer, to the bit, afterwards. */
static inline void
bkt_sites_fail_each(bkt_sites_call call, void *state)
{
    uint64_t expected = 0, answer = 0;
    size_t   n_failed = 0;

    assert_int_equal(call(state, &expected), BK_OK);
    bkt_sites_start(true, 0);
    assert_int_equal(call(state, &answer), BK_OK);
    assert_true(answer == expected);
    for (size_t c = 0; c < bkt_sites.n_chosen; c++) {
        bkt_sites_start(false, bkt_sites.chosen[c]);
        const bk_status status = call(state, &answer);
        if (status == BK_OK)
            assert_true(answer == expected);
        else
            assert_int_equal(status, BK_ERR_NO_MEMORY);
        n_failed += status != BK_OK;
    }
    assert_true(n_failed > 0 && n_failed >= bkt_sites.n_chosen * 9 / 10);
    bkt_sites_start(false, 0);
    assert_int_equal(call(state, &answer), BK_OK);
    assert_true(answer == expected);
}

/* ---- answers -------------------------------------------------------------------------------------------------------
 */

/* A call in an arena of its own, as bkt_sites_fail_each wants it: fails the running test unless an error says what it
 * is and nothing is kept.  `clear`, or NULL, takes away the files that it made. */
static inline bk_status
bkt_sites_attempt(bk_context *ctx, const bkt_allocator *allocator, bk_status (*work)(bk_arena *, uint64_t *),
                  void (*clear)(void), uint64_t        *answer)
{
    const size_t blocks = allocator->live_blocks;
    bk_arena     arena;

    bk_arena_init(&arena, ctx);
    *answer = 0;
    const bk_status status = work(&arena, answer);
    bkt_sites_stop();
    if (status != BK_OK) {
        const char *message = bk_error_get(ctx, 0)->message;
        assert_int_equal(bk_error_get(ctx, 0)->code, status);
        if (strcmp(message, "not enough memory") != 0)
            assert_string_equal(message, bk_status_text(status));
    }
    bk_arena_release(&arena);
    bk_error_clear(ctx);
    if (clear != NULL)
        clear();
    assert_int_equal(allocator->live_blocks, blocks);
    return status;
}

static inline uint64_t
bkt_hash_text(uint64_t hash, const char *text)
{
    return text ? bk_hash(hash, text, strlen(text) + 1) : bk_hash(hash, "", 0);
}

/* Of every name and cell. */
static inline uint64_t
bkt_hash_results(uint64_t hash, const bk_results *results)
{
    for (size_t t = 0; t < results->n_tables; t++) {
        const bk_table *table = results->tables[t];
        hash = bkt_hash_text(bkt_hash_text(hash, table->name), table->title);
        for (size_t c = 0; c < table->n_columns; c++) {
            const bk_column *column = &table->columns[c];
            hash = bkt_hash_text(bkt_hash_text(hash, column->name), column->unit);
            if (column->kind == BK_COLUMN_NUMBER)
                hash = bk_hash(hash, column->number, table->n_rows * sizeof *column->number);
            if (column->kind == BK_COLUMN_INTEGER)
                hash = bk_hash(hash, column->integer, table->n_rows * sizeof *column->integer);
            for (size_t row = 0; column->kind == BK_COLUMN_TEXT && row < table->n_rows; row++)
                hash = bkt_hash_text(hash, column->text[row]);
        }
    }
    return hash;
}

#endif
