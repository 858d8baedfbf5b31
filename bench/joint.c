/* bench_joint STUDY [SCENARIO...]: the base year from nothing, again from its packed bytes, then each scenario (all of
 * them by default): rounds, CPU seconds of the process, residuals.  Where it misses routes, the same with the routes
 * added, from nothing and kept. */
#include "buckle/coupling.h"
#include "buckle/io.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

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

static void
print_row(const char *stage, double started, const bk_joint_solution *solution)
{
    printf("%-24s %7.3f %6.0f", stage, cpu_seconds() - started, peak_megabytes());
    if (solution != NULL) {
        const bk_certificate *c = &solution->certificate;
        printf(" %3d %-15s %8.1e %8.1e %8.1e %8.1e %8.1e %7.4f %8.1e %zu", solution->rounds,
               bk_outcome_name(solution->outcome), c->loop, c->capacity, c->assignment_gap, c->trade, c->tonnes,
               c->route_gain, c->route_gain_mean, c->routes_missed);
    }
    printf("\n");
    fflush(stdout);
}

static void
log_line(void *state, bk_log_level level, const char *text)
{
    (void)state;
    if (level > BK_LOG_DEBUG || getenv("BENCH_VERBOSE") != NULL)
        fprintf(stderr, "%s\n", text);
}

static int
fail(bk_context *ctx)
{
    for (size_t i = 0; i < bk_error_count(ctx) && i < 10; i++)
        fprintf(stderr, "%s:%d: %s\n", bk_error_get(ctx, i)->file != NULL ? bk_error_get(ctx, i)->file : "",
                bk_error_get(ctx, i)->line, bk_error_get(ctx, i)->message);
    return EXIT_FAILURE;
}

static void
print_welfare(const bk_model *model, const bk_joint_solution *solution)
{
    printf("   ");
    for (size_t n = 0; n < model->economy.n_regions; n++)
        if (fabs(solution->trade->welfare_pct[n]) > 0.01)
            printf(" %s %+.3f", model->economy.regions[n].id, solution->trade->welfare_pct[n]);
    printf("\n");
}

/* What it takes to find the routes that the scenario misses, and again when they were kept. */
static bk_status
enlarge(bk_context *ctx, const bk_joint_base *base, const bk_model *model, const bk_joint_solution *solution,
        bk_arena *arena)
{
    const bk_joint_state state = {.model = model, .solution = solution};
    bk_joint_enlargement made, again;
    const void          *bytes;
    size_t               n_bytes;
    uint64_t             key;
    bk_arena             room;
    double               started = cpu_seconds();

    bk_arena_init(&room, ctx);
    bk_status status = bk_joint_enlarge(ctx, base, 1, &state, NULL, 0, &room, arena, &made);
    if (status == BK_OK) {
        print_row("  routes added", started, made.solutions[0]);
        print_welfare(model, made.solutions[0]);
        started = cpu_seconds();
        status = bk_joint_enlargement_key(ctx, base, 1, &state, &key);
    }
    if (status == BK_OK)
        status = bk_joint_enlargement_pack(ctx, base, &made, key, arena, &bytes, &n_bytes);
    bk_arena_release(&room);
    if (status == BK_OK)
        status = bk_joint_enlarge(ctx, base, 1, &state, bytes, n_bytes, &room, arena, &again);
    if (status == BK_OK) {
        print_row("  routes kept", started, again.solutions[0]);
        printf("    %zu routes in %d rounds, %.2f MB\n", made.n_added, made.rounds, (double)n_bytes / 1e6);
    }
    bk_arena_release(&room);
    return status;
}

static bk_status
run_scenario(bk_context *ctx, const char *folder, const bk_model *model, const bk_joint_base *base, const char *name)
{
    const bk_scenario       *scenario;
    const bk_model          *changed;
    const bk_joint_solution *solution;
    bk_arena                 arena;

    bk_arena_init(&arena, ctx);
    bk_status status = bk_scenario_read(ctx, folder, name, model, &arena, &scenario);
    if (status == BK_OK)
        status = bk_scenario_apply(ctx, model, scenario, NULL, &arena, &changed);
    const double started = cpu_seconds();
    if (status == BK_OK)
        status = bk_joint_solve(ctx, base, changed, NULL, NULL, &arena, &solution);
    if (status == BK_OK) {
        print_row(name, started, solution);
        print_welfare(model, solution);
        if (solution->certificate.routes_missed > 0)
            status = enlarge(ctx, base, changed, solution, &arena);
    }
    if (status != BK_OK) {
        printf("%s: %s\n", name, bk_status_name(status));
        fail(ctx);
        bk_error_clear(ctx);
    }
    bk_arena_release(&arena);
    return status;
}

static bk_status
run_all(bk_context *ctx, const char *folder, bk_arena *arena, int n_given, char **given)
{
    const bk_model      *model;
    const bk_joint_base *base, *again;
    const void          *bytes;
    size_t               n_bytes, n_names;
    const char *const   *names;
    double               started = cpu_seconds();

    BK_TRY(bk_study_read(ctx, folder, arena, &model));
    print_row("read", started, NULL);
    started = cpu_seconds();
    BK_TRY(bk_joint_prepare(ctx, model, NULL, 0, arena, &base));
    print_row("base from nothing", started, bk_joint_base_solution(base));
    BK_TRY(bk_joint_pack(ctx, base, arena, &bytes, &n_bytes));
    printf("%zu routes, packed %.1f MB\n", bk_joint_route_count(base), (double)n_bytes / 1e6);
    started = cpu_seconds();
    BK_TRY(bk_joint_prepare(ctx, model, bytes, n_bytes, arena, &again));
    print_row("base from packed bytes", started, bk_joint_base_solution(again));
    BK_TRY(bk_scenario_list(ctx, folder, arena, &n_names, &names));
    if (n_given > 0)
        for (int i = 0; i < n_given; i++)
            run_scenario(ctx, folder, model, base, given[i]);
    else
        for (size_t i = 0; i < n_names; i++)
            run_scenario(ctx, folder, model, base, names[i]);
    return BK_OK;
}

int
main(int argc, char **argv)
{
    const bk_settings settings = {.threads = getenv("BENCH_THREADS") != NULL ? atoi(getenv("BENCH_THREADS")) : 1,
                                  .log = log_line};
    bk_context       *ctx;
    bk_arena          arena;

    if (argc < 2 || bk_context_create(&settings, &ctx) != BK_OK) {
        fprintf(stderr, "usage: bench_joint STUDY [SCENARIO...]\n");
        return EXIT_FAILURE;
    }
    printf("%-24s %7s %6s %3s %-15s %8s %8s %8s %8s %8s %7s %8s %s\n", "stage", "CPU s", "MB", "rds", "outcome", "loop",
           "capacity", "shares", "trade", "tonnes", "gain", "mean", "missed");
    bk_arena_init(&arena, ctx);
    const int code = run_all(ctx, argv[1], &arena, argc - 2, argv + 2) == BK_OK ? EXIT_SUCCESS : fail(ctx);
    bk_arena_release(&arena);
    bk_context_release(ctx);
    return code;
}
