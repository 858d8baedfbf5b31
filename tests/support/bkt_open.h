/* A context and an arena for a group of tests that needs nothing of its own: run it with open_context and
 * close_context. */
#ifndef BKT_OPEN_H
#define BKT_OPEN_H

#include "bkt.h"
#include "buckle/base.h"

static bk_context *ctx;
static bk_arena    arena;

static int
open_context(void **state)
{
    (void)state;
    if (bk_context_create(NULL, &ctx) != BK_OK)
        return -1;
    bk_arena_init(&arena, ctx);
    return 0;
}

static int
close_context(void **state)
{
    (void)state;
    bk_arena_release(&arena);
    bk_context_release(ctx);
    return 0;
}

#endif
