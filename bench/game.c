/* Games: CPU time and pivots of the nucleolus and the core on random, degenerate and bankruptcy games, of Shapley's
 * value from all worths. */
#include "bkt_game.h"

#include <sys/resource.h>
#include <time.h>

static double
cpu_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return 1e3 * (double)now.tv_sec + 1e-6 * (double)now.tv_nsec;
}

static void
measure(bk_context *ctx, const char *name, size_t n, double *worth)
{
    bk_nucleolus nucleolus;
    bk_core      core;
    bk_arena     arena;

    bk_arena_init(&arena, ctx);
    double start = cpu_ms();
    if (bk_nucleolus_find(ctx, n, worth, BK_PRENUCLEOLUS, &arena, &nucleolus) != BK_OK) {
        printf("%-26s %3zu  %s\n", name, n, bk_error_get(ctx, 0)->message);
        bk_error_clear(ctx);
    } else {
        const double solved = cpu_ms() - start;
        start = cpu_ms();
        if (bk_core_find(ctx, n, worth, &arena, &core) == BK_OK)
            printf("%-26s %3zu  %10.2f  %6zu  %6zu  %9.0e  %10.2f\n", name, n, solved, nucleolus.n_stages,
                   nucleolus.n_pivots, nucleolus.imbalance, cpu_ms() - start);
    }
    bk_arena_release(&arena);
    free(worth);
}

static void
measure_shapley(bk_context *ctx, size_t n)
{
    double *worth = bkt_random_game(n, 1), value[32];
    double  start = cpu_ms();

    if (bk_shapley(ctx, n, worth, value) == BK_OK)
        printf("Shapley %zu players: %.1f ms\n", n, cpu_ms() - start);
    free(worth);
}

int
main(void)
{
    static const size_t sizes[] = {8, 12, 16, 20};
    bk_context         *ctx;
    struct rusage       usage;

    if (bk_context_create(NULL, &ctx) != BK_OK)
        return 4;
    printf("%-26s %3s  %10s  %6s  %6s  %9s  %10s\n", "game", "n", "nucl. ms", "stages", "pivots", "imbalance",
           "core ms");
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        const size_t n = sizes[k];
        double       weight[20], claim[20], total = 0.0;
        for (size_t i = 0; i < n; i++) {
            weight[i] = 1.0;
            total += claim[i] = 10.0 + (double)(i * i);
        }
        measure(ctx, "random", n, bkt_random_game(n, 1));
        measure(ctx, "votes of equals", n, bkt_weighted_vote(n, weight, (double)n / 2.0 + 1.0));
        measure(ctx, "bankruptcy", n, bkt_bankruptcy(n, claim, 0.4 * total));
        measure(ctx, "airport", n, bkt_airport(n, claim));
        for (size_t i = 0; i < n; i++)
            weight[i] = (double)(1 + i % 5);
        measure(ctx, "weighted votes", n, bkt_weighted_vote(n, weight, 1.5 * (double)n));
    }
    measure_shapley(ctx, 20);
    measure_shapley(ctx, 24);
    getrusage(RUSAGE_SELF, &usage);
    printf("largest memory %.0f MB\n", (double)usage.ru_maxrss / 1024.0);
    bk_context_release(ctx);
    return 0;
}
