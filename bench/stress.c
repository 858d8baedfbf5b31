/* bench_stress [STUDY SCENARIO [DRAWS]]: what a draw takes, what it keeps in memory, and what inputs as control
 * variates save.  By default of the built-in study.  The base year and the states draws start from are not counted. */
#include "buckle/stress.h"

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

static int
fail(bk_context *ctx)
{
    for (size_t i = 0; i < bk_error_count(ctx) && i < 10; i++)
        fprintf(stderr, "%s\n", bk_error_get(ctx, i)->message);
    return EXIT_FAILURE;
}

static void
print_answers(const bk_stress *stress)
{
    printf("%-34s %11s %11s %11s %9s\n", "mean", "plain", "controlled", "half width", "variance");
    for (size_t a = 0; a < stress->n_answers; a++) {
        const bk_stress_answer *answer = &stress->answers[a];
        const bool of_economy = answer->economy == stress->settings.economy && answer->kind == BK_STRESS_GAIN_PCT;
        const bool of_all = answer->economy == BK_NONE && answer->kind == BK_STRESS_NPV && answer->project == BK_NONE;
        if (of_economy || of_all)
            printf("%-34s %11.4g %11.4g %11.2g / %7.1f\n",
                   of_economy      ? "gain of the first economy, %"
                   : answer->works ? "NPV of the works to all, USD"
                                   : "NPV to all, USD",
                   answer->summary.mean, answer->controlled.mean,
                   0.5 * (answer->controlled.high - answer->controlled.low), answer->controlled.reduction);
    }
}

static bk_status
measure(bk_context *ctx, const bk_study *study, uint64_t n_draws, bk_arena *arena)
{
    bk_stress_settings settings = bk_stress_default_settings();
    const bk_stress   *stress = NULL;
    double             few = 0.0;

    /* the difference of two sizes is that of the draws alone, without base year and the states they start from */
    for (int k = 0; k < 2; k++) {
        const double started = cpu_seconds();
        settings.n_draws = k == 0 ? 2 : n_draws;
        BK_TRY(bk_study_stress(ctx, study, &settings, arena, &stress));
        few = k == 0 ? cpu_seconds() - started : (cpu_seconds() - started - few) / (double)(n_draws - 2);
    }
    printf("%zu of %llu draws, %zu without an equilibrium, largest residual %.1e\n", stress->n_used,
           (unsigned long long)n_draws, stress->n_failed, stress->residual);
    printf("CPU seconds a draw %.3f; largest memory %.0f MB\n", few, peak_megabytes());
    print_answers(stress);
    return BK_OK;
}

int
main(int argc, char **argv)
{
    bk_context     *ctx = NULL;
    const bk_study *study = NULL;
    bk_arena        arena;

    if (bk_context_create(&(bk_settings){.threads = 1}, &ctx) != BK_OK)
        return EXIT_FAILURE;
    bk_arena_init(&arena, ctx);
    const char *const folder = argc > 2 ? argv[1] : "studies/silkroad";
    const char *const scenarios[] = {argc > 2 ? argv[2] : "belt-as-planned"};
    const uint64_t    n_draws = argc > 3 ? strtoull(argv[3], NULL, 10) : 64;
    bk_status         status = bk_study_open(ctx, folder, scenarios, 1, &arena, &study);
    if (status == BK_OK)
        status = measure(ctx, study, n_draws < 3 ? 3 : n_draws, &arena);
    const int code = status == BK_OK ? EXIT_SUCCESS : fail(ctx);
    bk_arena_release(&arena);
    bk_context_release(ctx);
    return code;
}
