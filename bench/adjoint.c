/* bench_adjoint STUDY [SCENARIO...]: the adjoint of the base year, then each scenario (all of them by default) to first
 * order beside the exact answer: CPU seconds of the process, the largest difference of any economy's welfare change. */
#include "buckle/io.h"
#include "buckle/spatial.h"
#include "buckle/value.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

enum { REPEATS = 10 };

static double
cpu_seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

static double
peak_megabytes(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss / 1024.0;
}

static int
fail(bk_context *ctx)
{
    for (size_t i = 0; i < bk_error_count(ctx) && i < 10; i++)
        fprintf(stderr, "%s\n", bk_error_get(ctx, i)->message);
    return EXIT_FAILURE;
}

static void
print_regions(const bk_model *model, const bk_first_order *first, const bk_joint_solution *exact)
{
    if (getenv("BENCH_VERBOSE") == NULL)
        return;
    for (size_t n = 0; n < model->economy.n_regions; n++)
        printf("    %-4s first order %+9.5f %%, prices held %+9.5f %%, exact %+9.5f %%\n", model->economy.regions[n].id,
               first->welfare_pct[n], first->held_pct[n], exact->trade->welfare_pct[n]);
}

static bk_status
ask(bk_context *ctx, const bk_joint_base *base, const bk_joint_adjoint *adjoint, const bk_model *model,
    const char *name)
{
    const bk_joint_solution *exact;
    bk_first_order           first;
    bk_arena                 arena;
    double                   started = cpu_seconds(), largest = 0.0, change = 0.0;

    bk_arena_init(&arena, ctx);
    for (int i = 0; i < REPEATS; i++) {
        bk_arena_release(&arena);
        bk_arena_init(&arena, ctx);
        BK_TRY(bk_joint_first_order(ctx, adjoint, model, NULL, &arena, &first));
    }
    const double quick = (cpu_seconds() - started) / REPEATS;
    started = cpu_seconds();
    BK_TRY(bk_joint_solve(ctx, base, model, NULL, NULL, &arena, &exact));
    const double slow = cpu_seconds() - started;
    for (size_t n = 0; n < model->economy.n_regions; n++) {
        largest = fmax(largest, fabs(first.welfare_pct[n] - exact->trade->welfare_pct[n]));
        change = fmax(change, fabs(exact->trade->welfare_pct[n]));
    }
    printf("%-24s %9.4f %9.3f %8zu %12.5f %12.5f\n", name, quick, slow, first.pairs_repriced, change, largest);
    print_regions(model, &first, exact);
    bk_arena_release(&arena);
    return BK_OK;
}

static bk_status
run_all(bk_context *ctx, const char *folder, bk_arena *arena, int n_given, char **given)
{
    const bk_model         *model;
    const bk_joint_base    *base;
    const bk_joint_adjoint *adjoint;
    size_t                  n_names;
    const char *const      *names;

    BK_TRY(bk_study_read(ctx, folder, arena, &model));
    BK_TRY(bk_joint_prepare(ctx, model, NULL, 0, arena, &base));
    const double started = cpu_seconds(), before = peak_megabytes();
    BK_TRY(bk_joint_adjoint_prepare(ctx, base, NULL, NULL, arena, &adjoint));
    printf("adjoint of the base year: %.3f CPU s, peak memory from %.0f to %.0f MB\n", cpu_seconds() - started, before,
           peak_megabytes());
    if (model->has_network) {
        const double    again = cpu_seconds();
        bk_joint_values values;
        BK_TRY(bk_joint_value(ctx, adjoint, arena, &values));
        printf("values of %zu facilities for %zu economies: %.3f CPU s, peak memory %.0f MB\n", values.n_facilities,
               values.n_regions, cpu_seconds() - again, peak_megabytes());
    }
    printf("%-24s %9s %9s %8s %12s %12s\n", "scenario", "first, s", "exact, s", "pairs", "change, pts", "error, pts");
    BK_TRY(bk_scenario_list(ctx, folder, arena, &n_names, &names));
    for (size_t i = 0; i < (n_given > 0 ? (size_t)n_given : n_names); i++) {
        const bk_scenario *scenario;
        const bk_model    *changed;
        const char        *name = n_given > 0 ? given[i] : names[i];
        bk_status          status = bk_scenario_read(ctx, folder, name, model, arena, &scenario);
        if (status == BK_OK)
            status = bk_scenario_apply(ctx, model, scenario, NULL, arena, &changed);
        if (status == BK_OK)
            status = ask(ctx, base, adjoint, changed, name);
        if (status != BK_OK)
            fail(ctx);
        bk_error_clear(ctx);
    }
    return BK_OK;
}

/* A square of places all alike, each joined to its neighbours: values of all links by one adjoint solve. */
static bk_status
value_grid(bk_context *ctx, size_t side, bk_arena *arena)
{
    const size_t n = side * side, n_links = 4 * side * (side - 1);
    uint32_t    *from = BK_NEW(arena, uint32_t, n_links), *to = BK_NEW(arena, uint32_t, n_links);
    double      *traffic = BK_NEW(arena, double, n_links), *income = BK_NEW(arena, double, n);
    double      *value = BK_NEW(arena, double, n_links);
    size_t       l = 0;

    BK_TRY(bk_arena_ok(arena));
    for (size_t i = 0; i < n; i++) {
        income[i] = 1.0 / (double)n;
        for (int axis = 0; axis < 2; axis++) {
            const size_t next = axis == 0 ? i + 1 : i + side;
            if ((axis == 0 && i % side == side - 1) || next >= n)
                continue;
            from[l] = to[l + 1] = (uint32_t)i;
            to[l] = from[l + 1] = (uint32_t)next;
            traffic[l] = traffic[l + 1] = 2.0 / (double)n;
            l += 2;
        }
    }
    const bk_spatial spatial = {n, n_links, from, to, traffic, income, income, 8.0, 0.1, -0.3, 0.092};
    const double     started = cpu_seconds();
    BK_TRY(bk_spatial_values(ctx, &spatial, value));
    printf("Allen & Arkolakis, grid of %zu places and %zu links: %.3f CPU s, peak memory %.0f MB\n", n, n_links,
           cpu_seconds() - started, peak_megabytes());
    return BK_OK;
}

int
main(int argc, char **argv)
{
    const bk_settings settings = {.threads = getenv("BENCH_THREADS") != NULL ? atoi(getenv("BENCH_THREADS")) : 1};
    bk_context       *ctx;
    bk_arena          arena;

    if (argc < 2 || bk_context_create(&settings, &ctx) != BK_OK) {
        fprintf(stderr, "usage: bench_adjoint STUDY [SCENARIO...]\n");
        return EXIT_FAILURE;
    }
    bk_arena_init(&arena, ctx);
    value_grid(ctx, 15, &arena);
    value_grid(ctx, 100, &arena);
    const int code = run_all(ctx, argv[1], &arena, argc - 2, argv + 2) == BK_OK ? EXIT_SUCCESS : fail(ctx);
    bk_arena_release(&arena);
    bk_context_release(ctx);
    return code;
}
