/* Least costs between all zones, by a tree for each zone and by a customisable contraction hierarchy: seconds of user
 * CPU, on Philadelphia's network (in the folder that is the argument, ../shared/data/tntp by default) and on made-up
 * towns up to a million arcs.  Beside them, where they differ most, relative.  THREADS from the environment. */
#include "buckle/tntp.h"
#include "network/hierarchy.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

static double
seconds(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_utime.tv_sec + 1e-6 * (double)usage.ru_utime.tv_usec;
}

static double
largest_difference(const double *one, const double *other, size_t n)
{
    double largest = 0.0;

    for (size_t i = 0; i < n; i++)
        if (one[i] != other[i])
            largest = fmax(largest, fabs(one[i] - other[i]) / fmin(one[i], other[i]));
    return largest;
}

static bk_status
measure(bk_context *ctx, bk_arena *arena, const char *name, const bk_road_network *network)
{
    const size_t        n = network->n_zones * network->n_zones;
    double             *cost = BK_NEW(arena, double, network->n_arcs);
    double             *by_trees = BK_NEW(arena, double, n), *by_hierarchy = BK_NEW(arena, double, n);
    const bk_hierarchy *hierarchy;

    BK_TRY(bk_arena_ok(arena));
    for (size_t a = 0; a < network->n_arcs; a++)
        cost[a] = network->vdf.free_time[a] + network->fixed[a];
    const double start = seconds();
    BK_TRY(bk_hierarchy_create(ctx, network, arena, &hierarchy));
    const double made = seconds();
    double      *weight = BK_NEW(arena, double, 2 * hierarchy->up.n_up);
    BK_TRY(bk_arena_ok(arena));
    BK_TRY(bki_hierarchy_customise(ctx, hierarchy, cost, weight));
    const double customised = seconds();
    BK_TRY(bk_hierarchy_matrix(ctx, hierarchy, cost, by_hierarchy));
    const double filled = seconds();
    BK_TRY(bki_road_matrix_by_trees(ctx, network, cost, by_trees));
    const double grown = seconds();
    printf("%-22s %8zu %8zu %6zu %9zu %8.3f %9.3f %8.3f %9.3f   %.1e\n", name, network->n_nodes, network->n_arcs,
           network->n_zones, bk_hierarchy_shortcuts(hierarchy), made - start, customised - made, filled - customised,
           grown - filled, largest_difference(by_trees, by_hierarchy, n));
    fflush(stdout);
    return BK_OK;
}

static bk_status
measure_town(bk_context *ctx, bk_arena *arena, size_t side, size_t n_zones)
{
    const bk_road_grid     grid = {.width = side,
                                   .height = side,
                                   .n_zones = n_zones,
                                   .missing = 0.2,
                                   .trips = 1.0,
                                   .mean_distance = 12.0,
                                   .seed = 1};
    const bk_road_network *network;
    const bk_road_demand  *demand;
    char                   name[32];

    snprintf(name, sizeof name, "town %zu x %zu", side, side);
    BK_TRY(bk_road_grid_make(ctx, &grid, arena, &network, &demand));
    return measure(ctx, arena, name, network);
}

static bk_status
measure_file(bk_context *ctx, bk_arena *arena, const char *folder)
{
    const bk_road_network *network;
    const double           toll = 0.055;
    char                   path[4096];

    snprintf(path, sizeof path, "%s/Philadelphia-net-only/Philadelphia_net.tntp", folder);
    BK_TRY(bk_tntp_network_read(ctx, path, &toll, NULL, arena, &network));
    return measure(ctx, arena, "Philadelphia", network);
}

int
main(int argc, char **argv)
{
    static const size_t towns[][2] = {{32, 100},  {57, 200},  {113, 200}, {113, 800}, {180, 200},
                                      {180, 800}, {320, 100}, {320, 800}, {570, 400}};
    const char         *threads = getenv("THREADS");
    bk_context         *ctx;

    if (bk_context_create(&(bk_settings){.threads = threads != NULL ? atoi(threads) : 1}, &ctx) != BK_OK)
        return 4;
    printf("%-22s %8s %8s %6s %9s %8s %9s %8s %9s   %s\n", "CPU s", "nodes", "arcs", "zones", "shortcuts", "order",
           "customise", "matrix", "by trees", "differ");
    for (size_t i = 0; i <= sizeof towns / sizeof *towns; i++) {
        bk_arena arena;
        bk_arena_init(&arena, ctx);
        const bk_status status = i == 0 ? measure_file(ctx, &arena, argc > 1 ? argv[1] : "../shared/data/tntp")
                                        : measure_town(ctx, &arena, towns[i - 1][0], towns[i - 1][1]);
        if (status != BK_OK)
            printf("%s\n", bk_error_get(ctx, 0)->message);
        bk_error_clear(ctx);
        bk_arena_release(&arena);
    }
    bk_context_release(ctx);
    return 0;
}
