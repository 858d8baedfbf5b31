/* The n-th request for memory fails in a call: the frame that every such test has. */
#ifndef BKT_FAULT_H
#define BKT_FAULT_H

#include "bkt_allocator.h"

/* The call under test: what it returns, and a number of its answer to compare. */
typedef bk_status (*bkt_fault_body)(bk_context *ctx, bk_arena *arena, double *answer);

/* Makes the call in a context of its own with the allocator; a failure must have said what it returns. */
static inline bk_status
bkt_fault_call(const bk_allocator *allocator, bkt_fault_body body, double *answer)
{
    bk_context *ctx = NULL;
    bk_arena    arena;

    *answer = 0.0;
    BK_TRY(bk_context_create(&(bk_settings){.threads = 1, .allocator = allocator}, &ctx));
    bk_arena_init(&arena, ctx);
    const bk_status status = body(ctx, &arena, answer);
    assert_true(status == BK_OK || bk_error_get(ctx, 0)->code == status);
    bk_arena_release(&arena);
    bk_context_release(ctx);
    return status;
}

#endif
