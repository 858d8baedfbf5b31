/* Making a base year: 34 regions x 9 sectors as the built-in study, and 200 x 40; milliseconds and rounds of the split.
 */
#include "buckle/balance.h"

#include <stdio.h>
#include <time.h>

static double
number(uint64_t stream, uint64_t index)
{
    return 0.2 + bk_uniform(5, stream, index);
}

static double *
numbers(bk_arena *arena, uint64_t stream, size_t n, double scale)
{
    double *x = BK_NEW(arena, double, n);

    for (size_t i = 0; x != NULL && i < n; i++)
        x[i] = scale < 0.0 ? scale : scale * number(stream, i);
    return x;
}

static double
seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void
measure(bk_context *ctx, size_t n, size_t j)
{
    bk_arena     arena;
    bk_balance   out;
    const char **names;

    bk_arena_init(&arena, ctx);
    bool *traded = BK_NEW(&arena, bool, j);
    names = BK_NEW(&arena, const char *, n > j ? n : j);
    for (size_t i = 0; i < (n > j ? n : j); i++)
        names[i] = bk_arena_format(&arena, "%zu", i + 1);
    for (size_t i = 0; i + 1 < j; i++)
        traded[i] = true;
    double *added = numbers(&arena, 0, n * j, 1.0), *share = numbers(&arena, 1, n * j, 0.5),
           *pair = numbers(&arena, 2, n * n, 10.0);
    for (size_t r = 0; r < n; r++) {
        added[r * j + j - 1] = 4.0 * (double)j;
        pair[r * n + r] = BK_UNKNOWN;
    }
    const bk_balance_facts facts = {n,
                                    j,
                                    names,
                                    names,
                                    traded,
                                    numbers(&arena, 3, n, 300.0 * (double)n),
                                    pair,
                                    numbers(&arena, 0, j * n * n, BK_UNKNOWN),
                                    numbers(&arena, 0, j * n * n, BK_UNKNOWN),
                                    numbers(&arena, 4, j * n, 1.0),
                                    numbers(&arena, 5, j * n, 1.0),
                                    added,
                                    share,
                                    numbers(&arena, 0, n * j, BK_UNKNOWN),
                                    numbers(&arena, 6, n * j * j, 1.0),
                                    numbers(&arena, 7, j * n * n, 0.1),
                                    numbers(&arena, 8, n * j, 0.1),
                                    numbers(&arena, 9, n * j, 0.1),
                                    numbers(&arena, 0, n * j, 0.0),
                                    0,
                                    NULL};
    const double           start = seconds();
    const bk_status        status = bk_balance_build(ctx, &facts, &arena, &out);
    const double           taken = 1e3 * (seconds() - start);
    if (status == BK_OK)
        printf("balance: %zu x %zu, %.1f ms, %d rounds, residual %.1e\n", n, j, taken, out.products.rounds,
               out.residual);
    else
        printf("balance: %zu x %zu: %s\n", n, j, bk_error_get(ctx, 0)->message);
    bk_arena_release(&arena);
}

int
main(void)
{
    bk_context *ctx;

    if (bk_context_create(NULL, &ctx) != BK_OK)
        return 1;
    measure(ctx, 34, 9);
    measure(ctx, 200, 40);
    bk_context_release(ctx);
    return 0;
}
