/* Milliseconds to read and judge a study.  Usage: bench_csv_study FOLDER [times, default 20] */
#include "buckle/io.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double
seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static bk_status
study_read(bk_context *ctx, const char *folder, double *taken, size_t *bytes)
{
    const bk_model *model;
    bk_arena        arena;

    bk_arena_init(&arena, ctx);
    const double    start = seconds();
    const bk_status status = bk_study_read(ctx, folder, &arena, &model);
    *taken = seconds() - start;
    *bytes = arena.bytes;
    bk_arena_release(&arena);
    return status;
}

int
main(int argc, char **argv)
{
    const int   times = argc > 2 ? atoi(argv[2]) : 20;
    double      least = 1e300, sum = 0.0, taken;
    size_t      bytes = 0;
    bk_context *ctx;

    if (argc < 2 || bk_context_create(NULL, &ctx) != BK_OK)
        return 2;
    for (int i = 0; i < times; i++) {
        if (study_read(ctx, argv[1], &taken, &bytes) != BK_OK) {
            const bk_error *error = bk_error_get(ctx, 0);
            printf("failed: %s:%d: %s\n", error->file != NULL ? error->file : "", error->line, error->message);
            bk_context_release(ctx);
            return 3;
        }
        least = taken < least ? taken : least;
        sum += taken;
    }
    printf("%s: %.1f ms at best, %.1f ms on average, model of %.1f MB\n", argv[1], 1e3 * least, 1e3 * sum / times,
           (double)bytes / 1e6);
    bk_context_release(ctx);
    return 0;
}
