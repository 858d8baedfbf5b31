/* Networks of Fajgelbaum & Schaal (2020): CPU seconds, Newton steps, evaluations, Hessian products and memory by size
 * of the grid, with the gap that proves the answer. */
#include "bkt_planner.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

typedef struct bench_case {
    const char *name;
    size_t      side, n_goods;
    double      beta, gamma;
} bench_case;

static double
cpu(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void
measure(bk_context *ctx, const bench_case *bench)
{
    const size_t              nodes = bench->side * bench->side;
    const bk_planner_settings settings = bk_planner_default();
    bk_arena                  arena;
    bk_plan                   plan = {0};
    struct rusage             usage;

    bk_arena_init(&arena, ctx);
    bkt_planner problem = bkt_planner_grid(&arena, bench->side, bench->side, bench->n_goods);
    problem.planner.beta = bench->beta;
    problem.planner.gamma = bench->gamma;
    problem.planner.budget = (double)nodes / 81.0;
    for (size_t i = 0; i < nodes * bench->n_goods; i++)
        problem.productivity[i] = bk_uniform(1, i % bench->n_goods, i) < 0.1 ? 1.0 : 0.1;
    const double start = cpu();
    if (bk_planner_design(ctx, &problem.planner, &settings, &arena, &plan) != BK_OK)
        abort();
    const double seconds = cpu() - start;
    getrusage(RUSAGE_SELF, &usage);
    printf("%-26s %7zu %6zu %5g %5g %8.2f %6d %6zu %8zu  %-15s %9.1e %7.0f\n", bench->name, nodes, bench->n_goods,
           bench->beta, bench->gamma, seconds, plan.steps, plan.n_evaluations, plan.n_products,
           bk_outcome_name(plan.outcome), (plan.bound - plan.welfare) / fabs(plan.bound),
           (double)usage.ru_maxrss / 1024.0);
    bk_arena_release(&arena);
}

int
main(void)
{
    static const bench_case cases[] = {
        {"grid", 9, 1, 1.0, 0.5},
        {"grid", 32, 1, 1.0, 0.5},
        {"grid", 100, 1, 1.0, 0.5},
        {"grid, near the kink", 100, 1, 1.0, 0.9},
        {"grid, the paper's powers", 100, 1, 0.13, 0.10},
        {"grid, two goods", 100, 2, 1.0, 0.5},
        {"grid, at the kink", 32, 1, 1.0, 1.0},
        {"grid, beta above 1", 32, 1, 1.5, 0.5},
    };
    bk_context *ctx = NULL;

    if (bk_context_create(NULL, &ctx) != BK_OK)
        return 4;
    printf("%-26s %7s %6s %5s %5s %8s %6s %6s %8s  %-15s %9s %7s\n", "case", "nodes", "goods", "beta", "gamma", "CPU s",
           "steps", "evals", "products", "outcome", "gap", "MB");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        measure(ctx, &cases[i]);
    bk_context_release(ctx);
    return 0;
}
