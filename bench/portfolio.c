/* Portfolios of made-up projects that cover parts of a whole, as corridors do (parts covered twice count once): sets
 * asked and CPU seconds of the search itself, by number of projects and by what is assumed of benefits.  A set asked
 * takes an equilibrium in a study, so the sets are what counts. */
#include "buckle/invest.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { PARTS = 64 };

typedef struct coverage {
    uint64_t covers[BK_MOST_PROJECTS];
    double   part[PARTS];
} coverage;

static bk_status
benefit_of(void *state, uint64_t set, double *benefit)
{
    const coverage *world = state;
    uint64_t        covered = 0;

    for (size_t p = 0; p < BK_MOST_PROJECTS; p++)
        covered |= set >> p & 1 ? world->covers[p] : 0;
    *benefit = 0.0;
    for (size_t k = 0; k < PARTS; k++)
        *benefit += covered >> k & 1 ? world->part[k] : 0.0;
    return BK_OK;
}

static void
draw(coverage *world, double *price, double *cost)
{
    for (size_t k = 0; k < PARTS; k++)
        world->part[k] = bk_uniform(1, 2, k);
    for (size_t p = 0; p < BK_MOST_PROJECTS; p++) {
        price[p] = 0.5 + bk_uniform(1, 3, p);
        cost[p] = 2.0 * price[p];
        for (size_t k = 0; k < PARTS; k++)
            world->covers[p] |= bk_uniform(1, 4, p * PARTS + k) < 0.15 ? (uint64_t)1 << k : 0;
    }
}

static void
measure(bk_context *ctx, size_t n_projects, bk_benefit_law law, size_t set_limit)
{
    coverage            world = {0};
    double              price[BK_MOST_PROJECTS], cost[BK_MOST_PROJECTS];
    bk_arena            arena;
    bk_portfolio_search found;

    draw(&world, price, cost);
    const bk_portfolio_problem problem = {.n_projects = n_projects,
                                          .n_members = 1,
                                          .price = price,
                                          .cost = cost,
                                          .budget = 0.4 * (double)n_projects,
                                          .law = law,
                                          .set_limit = set_limit,
                                          .benefit = benefit_of,
                                          .state = &world};
    bk_arena_init(&arena, ctx);
    const clock_t start = clock();
    if (bk_portfolio_find(ctx, &problem, &arena, &found) != BK_OK)
        abort();
    printf("%8zu  %-12s %9.0f %9zu  %-16s %-7s %9.4f %9.4f %8.2f\n", n_projects, bk_benefit_law_name(law),
           found.n_feasible, found.n_asked, bk_outcome_name(found.outcome), found.exhausted ? "proved" : "",
           found.best.value, found.bounded ? found.bound : 0.0, (double)(clock() - start) / CLOCKS_PER_SEC);
    bk_arena_release(&arena);
}

int
main(void)
{
    static const size_t sizes[] = {8, 12, 16, 20};
    bk_context         *ctx = NULL;

    if (bk_context_create(NULL, &ctx) != BK_OK)
        return 4;
    printf("%8s  %-12s %9s %9s  %-16s %-7s %9s %9s %8s\n", "projects", "assumed", "sets", "asked", "outcome", "",
           "value", "bound", "CPU s");
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        measure(ctx, sizes[i], BK_LAW_NONE, 1 << 24);
        measure(ctx, sizes[i], BK_LAW_NONE, 200);
        measure(ctx, sizes[i], BK_LAW_MONOTONE, 2000);
        measure(ctx, sizes[i], BK_LAW_DIMINISHING, 2000);
    }
    bk_context_release(ctx);
    return 0;
}
