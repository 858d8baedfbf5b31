/* A context with an arena for tests of the trade layer, and the calls they make most. */
#ifndef BKT_TRADE_H
#define BKT_TRADE_H

#include "bkt.h"
#include "bkt_economy.h"

typedef struct bkt_trade {
    bk_context *ctx;
    bk_arena    arena;
    char        log[2000]; /* warnings so far */
} bkt_trade;

static inline void
bkt_trade_log(void *state, bk_log_level level, const char *text)
{
    bkt_trade *t = state;

    if (level == BK_LOG_WARNING)
        strncat(t->log, text, sizeof t->log - strlen(t->log) - 1);
}

static inline void
bkt_trade_open(bkt_trade *t, int threads)
{
    const bk_settings settings = {.threads = threads, .log = bkt_trade_log, .sink_state = t};

    t->log[0] = '\0';
    assert_int_equal(bk_context_create(&settings, &t->ctx), BK_OK);
    bk_arena_init(&t->arena, t->ctx);
}

static inline void
bkt_trade_close(bkt_trade *t)
{
    bk_arena_release(&t->arena);
    bk_context_release(t->ctx);
}

static inline const bk_trade_base *
bkt_calibrate(bkt_trade *t, const bk_economy *economy)
{
    const bk_trade_base *base = NULL;

    assert_int_equal(bk_trade_calibrate(t->ctx, economy, &t->arena, &base), BK_OK);
    return base;
}

/* The converged solution of a shock with default settings. */
static inline const bk_trade_solution *
bkt_solve(bkt_trade *t, const bk_trade_base *base, const bk_trade_shock *shock)
{
    const bk_trade_solution *solution = NULL;
    const bk_status          status = bk_trade_solve(t->ctx, base, shock, NULL, NULL, &t->arena, &solution);

    if (status != BK_OK)
        fail_msg("%s", bk_error_get(t->ctx, 0)->message);
    assert_int_equal(solution->outcome, BK_CONVERGED);
    return solution;
}

#endif
