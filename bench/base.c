/* What the hot paths of the base layer cost: exponentials and logarithms a value beside the C library's, random
 * numbers, and starting a job of the pool. */
#include "buckle/base.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

#define N      4096
#define ROUNDS 2000

static double x[N], y[N];

static double
seconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void
library_exp(size_t n, const double *from, double *to)
{
    for (size_t i = 0; i < n; i++)
        to[i] = exp(from[i]);
}

static void
library_log(size_t n, const double *from, double *to)
{
    for (size_t i = 0; i < n; i++)
        to[i] = log(from[i]);
}

static void
uniforms(size_t n, const double *from, double *to)
{
    (void)from;
    for (size_t i = 0; i < n; i++)
        to[i] = bk_uniform(1, 2, i);
}

static void
time_batch(const char *what, void (*batch)(size_t, const double *, double *))
{
    const double start = seconds_now();

    for (int round = 0; round < ROUNDS; round++)
        batch(N, x, y);
    printf("%-24s %8.2f ns a value\n", what, 1e9 * (seconds_now() - start) / ((double)N * ROUNDS));
}

static void
touch(void *state, size_t block, size_t worker)
{
    (void)worker;
    ((double *)state)[block] += 1.0;
}

static void
time_pool(int threads)
{
    const int   n_jobs = 20000;
    bk_context *ctx = NULL;
    double      blocks[16] = {0.0};

    if (bk_context_create(&(bk_settings){.threads = threads}, &ctx) != BK_OK)
        return;
    const double start = seconds_now();
    for (int job = 0; job < n_jobs; job++)
        bk_parallel(ctx, 16, touch, blocks);
    printf("job of 16 blocks, %d %-6s %8.2f us\n", threads, threads == 1 ? "thread" : "threads",
           1e6 * (seconds_now() - start) / n_jobs);
    bk_context_release(ctx);
}

int
main(void)
{
    for (size_t i = 0; i < N; i++)
        x[i] = 0.1 + 20.0 * bk_uniform(0, 0, i);
    time_batch("exp, C library", library_exp);
    time_batch("exp, bk_exp", bk_exp);
    time_batch("log, C library", library_log);
    time_batch("log, bk_log_batch", bk_log_batch);
    time_batch("bk_uniform", uniforms);
    for (int threads = 1; threads <= 4; threads *= 2)
        time_pool(threads);
    return 0;
}
