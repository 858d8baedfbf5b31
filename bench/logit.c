/* Logit equilibria of public networks: iterations, seconds of user CPU from the start of a process of its own, reading
 * and the certificate included, and its largest memory.  The folder of the networks is the argument
 * (../shared/data/tntp by default).
 *
 * Or one case: NET TRIPS METHOD DISPERSION GAP [TOLL_FACTOR DISTANCE_FACTOR], with THREADS from the environment. */
#include "buckle/stochastic.h"
#include "buckle/tntp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct bench_row {
    const char          *folder, *name;
    bk_stochastic_method method;
    double               dispersion, gap, toll, distance;
} bench_row;

static const bench_row rows[] = {
    {"SiouxFalls", "SiouxFalls", BK_LOGIT, 0.1, 1e-12, 0.0, 0.0},
    {"SiouxFalls", "SiouxFalls", BK_LOGIT, 1.0, 1e-12, 0.0, 0.0},
    {"SiouxFalls", "SiouxFalls", BK_LOGIT, 10.0, 1e-12, 0.0, 0.0},
    {"SiouxFalls", "SiouxFalls", BK_RECURSIVE_LOGIT, 1.0, 1e-12, 0.0, 0.0},
    {"SiouxFalls", "SiouxFalls", BK_RECURSIVE_LOGIT, 10.0, 1e-12, 0.0, 0.0},
    {"Chicago-Sketch", "ChicagoSketch", BK_LOGIT, 0.1, 1e-12, 0.02, 0.04},
    {"Chicago-Sketch", "ChicagoSketch", BK_LOGIT, 1.0, 1e-12, 0.02, 0.04},
    {"Chicago-Sketch", "ChicagoSketch", BK_LOGIT, 10.0, 1e-12, 0.02, 0.04},
    {"Chicago-Sketch", "ChicagoSketch", BK_RECURSIVE_LOGIT, 5.0, 1e-12, 0.02, 0.04},
    {"Chicago-Sketch", "ChicagoSketch", BK_RECURSIVE_LOGIT, 20.0, 1e-12, 0.02, 0.04},
};

static int
threads_wanted(void)
{
    const char *text = getenv("THREADS");

    return text != NULL ? atoi(text) : 1;
}

static bk_status
solve(bk_context *ctx, bk_arena *arena, const char *net, const char *trips, const bench_row *row, bk_stochastic *out)
{
    bk_stochastic_settings settings = bk_stochastic_default();
    const bk_road_network *network;
    const bk_road_demand  *demand;

    settings.method = row->method;
    settings.dispersion = row->dispersion;
    settings.gap = row->gap;
    BK_TRY(bk_tntp_network_read(ctx, net, &row->toll, &row->distance, arena, &network));
    BK_TRY(bk_tntp_demand_read(ctx, trips, network, 1.0, arena, &demand));
    const bk_traffic_class traffic = {NULL, demand};
    return bk_stochastic_solve(ctx, network, 1, &traffic, &settings, arena, out);
}

/* In a child; prints all but what only the parent knows. */
static int
run(const char *net, const char *trips, const bench_row *row)
{
    bk_context   *ctx;
    bk_arena      arena;
    bk_stochastic out;

    if (bk_context_create(&(bk_settings){.threads = threads_wanted()}, &ctx) != BK_OK)
        return 4;
    bk_arena_init(&arena, ctx);
    const bk_status status = solve(ctx, &arena, net, trips, row, &out);
    if (status == BK_OK)
        printf("%-16s %-16s %5g %9.1e %9.1e %4d %9zu %18.15g %-16s", row->name, bk_stochastic_method_name(row->method),
               row->dispersion, out.traffic.relative_gap, out.residual, out.traffic.iterations, out.n_routes,
               out.traffic.objective, bk_outcome_name(out.traffic.outcome));
    else
        printf("%s: %s; %s\n", row->name, bk_error_get(ctx, 0)->message, bk_error_get(ctx, 0)->hint);
    fflush(stdout);
    bk_arena_release(&arena);
    bk_context_release(ctx);
    return status == BK_OK ? 0 : 4;
}

static void
run_row(const char *net, const char *trips, const bench_row *row)
{
    struct rusage usage;
    int           status;

    fflush(stdout);
    const pid_t child = fork();
    if (child == 0)
        _exit(run(net, trips, row));
    wait4(child, &status, 0, &usage);
    if (status == 0)
        printf(" %8.3f %7ld kB\n", (double)usage.ru_utime.tv_sec + 1e-6 * (double)usage.ru_utime.tv_usec,
               usage.ru_maxrss);
}

int
main(int argc, char **argv)
{
    const char *folder = argc == 2 ? argv[1] : "../shared/data/tntp";
    char        net[4096], trips[4096];

    printf("%-16s %-16s %5s %9s %9s %4s %9s %18s %-16s %8s %10s\n", "network", "method", "theta", "gap", "residual",
           "its", "routes", "Fisk's objective", "outcome", "CPU s", "memory");
    if (argc >= 6) {
        const bench_row row = {"",
                               argv[1],
                               strcmp(argv[3], "logit") == 0 ? BK_LOGIT : BK_RECURSIVE_LOGIT,
                               atof(argv[4]),
                               atof(argv[5]),
                               argc > 6 ? atof(argv[6]) : 0.0,
                               argc > 7 ? atof(argv[7]) : 0.0};
        run_row(argv[1], argv[2], &row);
        return 0;
    }
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        snprintf(net, sizeof net, "%s/%s/%s_net.tntp", folder, rows[i].folder, rows[i].name);
        snprintf(trips, sizeof trips, "%s/%s/%s_trips.tntp", folder, rows[i].folder, rows[i].name);
        run_row(net, trips, &rows[i]);
    }
    return 0;
}
