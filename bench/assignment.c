/* User equilibria of public networks: seconds of user CPU from the start of a process of its own, reading and the final
 * gap included, and its largest memory; beside them what tap-b (github.com/spartalab/tap-b, Algorithm B in C) took on
 * the machine where it was measured.  The folder of the networks is the argument (../shared/data/tntp by default).
 *
 * Or one case: NET TRIPS GAP [FACTOR_OF_TRIPS [TOLL_FACTOR DISTANCE_FACTOR]], or one made-up town: --town SIDE ORIGINS
 * GAP; with THREADS and METHOD from the environment. */
#include "buckle/equilibrium.h"
#include "buckle/tntp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct case_data {
    const char *net, *trips;
    double      gap, scale, toll, distance;
} case_data;

typedef struct bench_row {
    const char *label, *folder, *name;
    double      gap, scale, toll, distance;
    double      must, peer; /* s; 0: none */
} bench_row;

static const bench_row rows[] = {
    {"Sioux Falls", "SiouxFalls", "SiouxFalls", 1e-12, 1.0, 0.0, 0.0, 0.0, 0.010},
    {"Anaheim", "Anaheim", "Anaheim", 1e-12, 1.0, 0.0, 0.0, 0.0, 0.049},
    {"Barcelona", "Barcelona", "Barcelona", 1e-4, 1.0, 0.0, 0.0, 0.0, 0.150},
    {"Barcelona", "Barcelona", "Barcelona", 1e-12, 1.0, 0.0, 0.0, 0.22, 0.428},
    {"Winnipeg", "Winnipeg", "Winnipeg", 1e-4, 1.0, 0.0, 0.0, 0.0, 0.246},
    {"Winnipeg", "Winnipeg", "Winnipeg", 1e-12, 1.0, 0.0, 0.0, 0.45, 0.951},
    {"Chicago Sketch", "Chicago-Sketch", "ChicagoSketch", 1e-4, 1.0, 0.02, 0.04, 0.0, 0.410},
    {"Chicago Sketch", "Chicago-Sketch", "ChicagoSketch", 1e-10, 1.0, 0.02, 0.04, 0.60, 1.19},
    {"Chicago Sketch", "Chicago-Sketch", "ChicagoSketch", 1e-12, 1.0, 0.02, 0.04, 0.0, 1.47},
    {"Chicago Sketch, demand x 2", "Chicago-Sketch", "ChicagoSketch", 1e-4, 2.0, 0.02, 0.04, 0.0, 0.84},
    {"Chicago Sketch, demand x 2", "Chicago-Sketch", "ChicagoSketch", 1e-10, 2.0, 0.02, 0.04, 2.0, 4.60},
    {"Chicago Sketch, demand x 2", "Chicago-Sketch", "ChicagoSketch", 1e-12, 2.0, 0.02, 0.04, 0.0, 7.14},
};

static int
environment(const char *name, int otherwise)
{
    const char *text = getenv(name);

    return text != NULL ? atoi(text) : otherwise;
}

static bk_status
solve(bk_context *ctx, bk_arena *arena, const case_data *data, bk_equilibrium *out)
{
    bk_equilibrium_settings settings = bk_equilibrium_default();
    const bk_road_network  *network;
    const bk_road_demand   *demand;

    settings.gap = data->gap;
    settings.method = (bk_equilibrium_method)environment("METHOD", BK_ALGORITHM_B);
    settings.iteration_limit = 100000;
    BK_TRY(bk_tntp_network_read(ctx, data->net, &data->toll, &data->distance, arena, &network));
    BK_TRY(bk_tntp_demand_read(ctx, data->trips, network, data->scale, arena, &demand));
    const bk_traffic_class traffic = {NULL, demand};
    return bk_equilibrium_solve(ctx, network, 1, &traffic, &settings, arena, out);
}

static int
run(const case_data *data, bk_equilibrium *out)
{
    bk_context *ctx;
    bk_arena    arena;

    if (bk_context_create(&(bk_settings){.threads = environment("THREADS", 1)}, &ctx) != BK_OK)
        return 4;
    bk_arena_init(&arena, ctx);
    const bk_status status = solve(ctx, &arena, data, out);
    if (status != BK_OK)
        fprintf(stderr, "%s\n", bk_error_get(ctx, 0)->message);
    bk_arena_release(&arena);
    bk_context_release(ctx);
    return status == BK_OK && out->outcome == BK_CONVERGED ? 0 : 1;
}

/* What a child found and took. */
typedef struct child_answer {
    bk_equilibrium out;
    size_t         n_arcs;
    double         seconds;
    long           kilobytes;
    bool           is_there;
} child_answer;

/* Runs `work` in a child of its own, which hands back what it found through a pipe. */
static child_answer
run_child(int (*work)(const void *, child_answer *), const void *argument)
{
    child_answer  answer = {.is_there = false};
    int           ends[2], status;
    struct rusage usage;

    fflush(stdout);
    if (pipe(ends) != 0)
        exit(4);
    const pid_t child = fork();
    if (child == 0) {
        const int  result = work(argument, &answer);
        const bool is_sent = result == 0 && write(ends[1], &answer, sizeof answer) == (ssize_t)sizeof answer;
        _exit(is_sent ? 0 : 4);
    }
    close(ends[1]);
    const bool is_read = read(ends[0], &answer, sizeof answer) == (ssize_t)sizeof answer;
    close(ends[0]);
    wait4(child, &status, 0, &usage);
    answer.is_there = is_read && status == 0;
    answer.seconds = (double)usage.ru_utime.tv_sec + 1e-6 * (double)usage.ru_utime.tv_usec;
    answer.kilobytes = usage.ru_maxrss;
    return answer;
}

static int
work_file(const void *argument, child_answer *answer)
{
    return run(argument, &answer->out);
}

static void
run_row(const bench_row *row, const char *folder)
{
    char net[4096], trips[4096];

    snprintf(net, sizeof net, "%s/%s/%s_net.tntp", folder, row->folder, row->name);
    snprintf(trips, sizeof trips, "%s/%s/%s_trips.tntp", folder, row->folder, row->name);
    const case_data    data = {net, trips, row->gap, row->scale, row->toll, row->distance};
    const child_answer answer = run_child(work_file, &data);
    if (!answer.is_there) {
        printf("%-28s failed\n", row->label);
        return;
    }
    printf("%-28s %6.0e %9.1e %18.15g %4d %8.3f %6ld kB", row->label, row->gap, answer.out.relative_gap,
           answer.out.objective, answer.out.iterations, answer.seconds, answer.kilobytes);
    if (row->must > 0.0)
        printf("   <= %.2f", row->must);
    else
        printf("          ");
    printf("   %.3f (%.1f x)\n", row->peer, row->peer / answer.seconds);
}

/* ---- made-up towns: does cost grow with the work? --------------------------------------------------------------- */

typedef struct town_row {
    size_t side, n_zones;
    double gap;
} town_row;

static int
work_town(const void *argument, child_answer *answer)
{
    const town_row         *row = argument;
    bk_equilibrium_settings settings = bk_equilibrium_default();
    const bk_road_network  *network;
    const bk_road_demand   *demand;
    bk_context             *ctx;
    bk_arena                arena;
    const bk_road_grid      grid = {.width = row->side,
                                    .height = row->side,
                                    .n_zones = row->n_zones,
                                    .missing = 0.2,
                                    .trips = 120.0 * (double)(row->side * row->side),
                                    .mean_distance = 12.0,
                                    .seed = 1};

    settings.gap = row->gap;
    if (bk_context_create(&(bk_settings){.threads = environment("THREADS", 1)}, &ctx) != BK_OK)
        return 4;
    bk_arena_init(&arena, ctx);
    bk_status status = bk_road_grid_make(ctx, &grid, &arena, &network, &demand);
    if (status == BK_OK) {
        const bk_traffic_class traffic = {NULL, demand};
        answer->n_arcs = network->n_arcs;
        status = bk_equilibrium_solve(ctx, network, 1, &traffic, &settings, &arena, &answer->out);
    }
    if (status != BK_OK)
        fprintf(stderr, "%s\n", bk_error_get(ctx, 0)->message);
    bk_arena_release(&arena);
    bk_context_release(ctx);
    return status == BK_OK ? 0 : 4;
}

static void
run_town(const town_row *row)
{
    const child_answer answer = run_child(work_town, row);

    if (!answer.is_there) {
        printf("%3zu x %-22zu failed\n", row->side, row->side);
        return;
    }
    printf("%4zu x %-13zu %9zu %8zu %6.0e %9.1e %4d %8.3f %7ld kB   %.1f\n", row->side, row->side, answer.n_arcs,
           row->n_zones, row->gap, answer.out.relative_gap, answer.out.iterations, answer.seconds, answer.kilobytes,
           1e9 * answer.seconds / (double)answer.n_arcs / (double)row->n_zones / (double)(answer.out.iterations + 1));
}

static void
run_towns(size_t n, const town_row *towns)
{
    printf("\n%-20s %9s %8s %6s %9s %4s %8s %10s   %s\n", "made-up towns", "arcs", "origins", "gap", "reached", "its",
           "CPU s", "memory", "ns by arc, origin and iteration");
    for (size_t i = 0; i < n; i++)
        run_town(&towns[i]);
}

/* ---- least costs between all zones --------------------------------------------------------------------------------
 */

static int
work_matrix(const void *argument, child_answer *answer)
{
    const bk_road_network *network;
    bk_context            *ctx;
    bk_arena               arena;

    if (bk_context_create(&(bk_settings){.threads = environment("THREADS", 1)}, &ctx) != BK_OK)
        return 4;
    bk_arena_init(&arena, ctx);
    bk_status status = bk_tntp_network_read(ctx, argument, &(double){0.055}, NULL, &arena, &network);
    if (status == BK_OK) {
        double *cost = BK_NEW(&arena, double, network->n_arcs);
        double *matrix = BK_NEW(&arena, double, network->n_zones * network->n_zones);
        if (arena.failed)
            return 4;
        for (size_t a = 0; a < network->n_arcs; a++)
            cost[a] = network->vdf.free_time[a] + network->fixed[a];
        status = bk_road_matrix(ctx, network, cost, matrix);
        answer->n_arcs = network->n_arcs;
        answer->out.objective = matrix[network->n_zones * network->n_zones - 2];
    }
    bk_arena_release(&arena);
    bk_context_release(ctx);
    return status == BK_OK ? 0 : 4;
}

static void
run_matrix(const char *folder)
{
    char net[4096];

    snprintf(net, sizeof net, "%s/Philadelphia-net-only/Philadelphia_net.tntp", folder);
    const child_answer answer = run_child(work_matrix, net);
    if (answer.is_there)
        printf("\nzone matrix of Philadelphia, 1525 x 1525: %.3f s, reading included (bar 1.0; contraction hierarchies "
               "0.45), "
               "%ld kB\n",
               answer.seconds, answer.kilobytes);
}

int
main(int argc, char **argv)
{
    static const town_row towns[] = {{30, 100, 1e-6}, {57, 200, 1e-6}, {113, 400, 1e-6}, {113, 800, 1e-6}};

    if (argc > 4 && strcmp(argv[1], "--town") == 0) {
        const town_row row = {strtoul(argv[2], NULL, 10), strtoul(argv[3], NULL, 10), atof(argv[4])};
        run_towns(1, &row);
        return 0;
    }
    if (argc > 3) {
        bk_equilibrium  out = {.outcome = BK_STALLED};
        const case_data data = {argv[1],
                                argv[2],
                                atof(argv[3]),
                                argc > 4 ? atof(argv[4]) : 1.0,
                                argc > 6 ? atof(argv[5]) : 0.0,
                                argc > 6 ? atof(argv[6]) : 0.0};
        const int       result = run(&data, &out);
        struct rusage   usage;
        getrusage(RUSAGE_SELF, &usage);
        printf("%s after %d iterations, gap %.3g, objective %.15g, %.3f s, %ld kB\n", bk_outcome_name(out.outcome),
               out.iterations, out.relative_gap, out.objective,
               (double)usage.ru_utime.tv_sec + 1e-6 * (double)usage.ru_utime.tv_usec, usage.ru_maxrss);
        return result;
    }
    printf("%-28s %6s %9s %18s %4s %8s %9s   %7s   %s\n", "", "gap", "reached", "objective", "its", "CPU s", "memory",
           "bar", "tap-b");
    const char *folder = argc > 1 ? argv[1] : "../shared/data/tntp";
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
        run_row(&rows[r], folder);
    run_matrix(folder);
    run_towns(sizeof towns / sizeof *towns, towns);
    return 0;
}
