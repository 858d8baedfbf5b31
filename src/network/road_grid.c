/* A made-up town of any size. */
#include "buckle/road.h"

#include <math.h>

#define EXPRESS_EVERY   10
#define STREET_CAPACITY 1000.0

/* Streams of random numbers, by what is drawn. */
typedef enum stream { STREAM_MISSING, STREAM_TIME, STREAM_SENT, STREAM_ATTRACTED } stream;

typedef struct grid_arcs {
    size_t    n;
    uint32_t *from, *to;                                        /* [n] node */
    double   *free_time, *capacity, *b, *power, *zero, *length; /* [n] as in bk_road_network */
} grid_arcs;

static bk_status
check_grid(bk_context *ctx, const bk_road_grid *grid)
{
    const bool is_sane = grid->width >= 2 && grid->height >= 2 && grid->n_zones >= 2 && grid->missing >= 0.0 &&
                         grid->missing <= 0.9 && grid->trips > 0.0 && grid->mean_distance > 0.0 &&
                         isfinite(grid->trips) && isfinite(grid->mean_distance);

    if (is_sane && grid->width < 65536 && grid->height < 65536 && grid->n_zones <= grid->width * grid->height)
        return BK_OK;
    return bk_fail(ctx, BK_ERR_USAGE,
                   "no town has %zu x %zu crossings, %zu zones, %g of its streets missing, %g trips over %g",
                   grid->width, grid->height, grid->n_zones, grid->missing, grid->trips, grid->mean_distance);
}

static void
add_both_ways(grid_arcs *arcs, uint32_t one, uint32_t other, double time, double capacity, double b)
{
    for (int turn = 0; turn < 2; turn++) {
        const size_t a = arcs->n++;
        arcs->from[a] = turn ? other : one;
        arcs->to[a] = turn ? one : other;
        arcs->free_time[a] = time;
        arcs->capacity[a] = capacity;
        arcs->b[a] = b;
        arcs->power[a] = 4.0;
        arcs->length[a] = 1.0;
    }
}

/* The street from a crossing to the next on its right, or below. */
static void
add_street(const bk_road_grid *grid, grid_arcs *arcs, size_t x, size_t y, bool is_down)
{
    const size_t   line = is_down ? x : y, last = is_down ? grid->width - 1 : grid->height - 1;
    const bool     is_express = line % EXPRESS_EVERY == EXPRESS_EVERY / 2;
    const uint64_t index = 2 * (y * grid->width + x) + is_down;
    const uint32_t from = (uint32_t)(grid->n_zones + y * grid->width + x);
    const uint32_t to = from + (is_down ? (uint32_t)grid->width : 1);
    const double   time = 1.0 + bk_uniform(grid->seed, STREAM_TIME, index);

    if (is_down && !is_express && line > 0 && line < last &&
        bk_uniform(grid->seed, STREAM_MISSING, index) < grid->missing)
        return;
    add_both_ways(arcs, from, to, is_express ? 0.5 * time : time, is_express ? 3.0 * STREET_CAPACITY : STREET_CAPACITY,
                  0.15);
}

/* Crossing of a zone: zones share out the crossings in order, each sits in the middle of its part. */
static size_t
crossing_of(const bk_road_grid *grid, size_t zone)
{
    const size_t n = grid->width * grid->height;

    return (2 * zone + 1) * n / (2 * grid->n_zones);
}

static void
add_arcs(const bk_road_grid *grid, grid_arcs *arcs)
{
    for (size_t y = 0; y < grid->height; y++)
        for (size_t x = 0; x < grid->width; x++) {
            if (x + 1 < grid->width)
                add_street(grid, arcs, x, y, false);
            if (y + 1 < grid->height)
                add_street(grid, arcs, x, y, true);
        }
    for (size_t zone = 0; zone < grid->n_zones; zone++)
        add_both_ways(arcs, (uint32_t)zone, (uint32_t)(grid->n_zones + crossing_of(grid, zone)), 0.5, STREET_CAPACITY,
                      0.0);
}

static bk_status
make_network(const bk_road_grid *grid, bk_arena *arena, const bk_road_network **out)
{
    const size_t     most = 4 * grid->width * grid->height + 2 * grid->n_zones;
    bk_road_network *network = BK_NEW(arena, bk_road_network, 1);
    grid_arcs        arcs = {.from = BK_NEW(arena, uint32_t, most), .to = BK_NEW(arena, uint32_t, most)};
    double         **numbers[] = {&arcs.free_time, &arcs.capacity, &arcs.b, &arcs.power, &arcs.zero, &arcs.length};

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        *numbers[i] = BK_NEW(arena, double, most);
    BK_TRY(bk_arena_ok(arena));
    add_arcs(grid, &arcs);
    *network = (bk_road_network){
        .n_zones = grid->n_zones,
        .n_nodes = grid->n_zones + grid->width * grid->height,
        .n_arcs = arcs.n,
        .first_through = (uint32_t)grid->n_zones,
        .from = arcs.from,
        .to = arcs.to,
        .vdf = {BK_VDF_BPR, arcs.n, arcs.free_time, arcs.capacity, arcs.b, arcs.power, 4.0},
        .fixed = arcs.zero,
        .length = arcs.length,
        .toll = arcs.zero,
    };
    *out = network;
    return BK_OK;
}

/* exp(-distance / mean) of every pair of zones, what they send and attract counted in. */
static void
set_gravity(const bk_road_grid *grid, size_t origin, double *volume)
{
    const size_t at = crossing_of(grid, origin);
    const double x = (double)(at % grid->width), y = (double)(at / grid->width);
    const double sent = 0.5 + bk_uniform(grid->seed, STREAM_SENT, origin);

    for (size_t d = 0; d < grid->n_zones; d++) {
        const size_t other = crossing_of(grid, d);
        const double distance = fabs((double)(other % grid->width) - x) + fabs((double)(other / grid->width) - y);
        volume[d] = fmax(-distance / grid->mean_distance, -700.0);
    }
    bk_exp(grid->n_zones, volume, volume);
    for (size_t d = 0; d < grid->n_zones; d++)
        volume[d] *= d != origin ? sent * (0.5 + bk_uniform(grid->seed, STREAM_ATTRACTED, d)) : 0.0;
}

static bk_status
make_demand(const bk_road_grid *grid, bk_arena *arena, const bk_road_demand **out)
{
    const size_t    n = grid->n_zones;
    bk_road_demand *demand = BK_NEW(arena, bk_road_demand, 1);
    size_t         *first = BK_NEW(arena, size_t, n + 1);
    uint32_t       *destination = BK_NEW(arena, uint32_t, n * (n - 1));
    double         *volume = BK_NEW(arena, double, n *(n - 1)), *row = BK_NEW(arena, double, n);

    BK_TRY(bk_arena_ok(arena));
    for (size_t o = 0, t = 0; o < n; o++) {
        set_gravity(grid, o, row);
        for (size_t d = 0; d < n; d++)
            if (d != o) {
                destination[t] = (uint32_t)d;
                volume[t++] = row[d];
            }
        first[o + 1] = t;
    }
    const double scale = grid->trips / bk_sum(volume, n * (n - 1));
    for (size_t t = 0; t < n * (n - 1); t++)
        volume[t] *= scale;
    *demand = (bk_road_demand){n, first, destination, volume};
    *out = demand;
    return BK_OK;
}

bk_status
bk_road_grid_make(bk_context *ctx, const bk_road_grid *grid, bk_arena *arena, const bk_road_network **network,
                  const bk_road_demand **demand)
{
    BK_TRY(check_grid(ctx, grid));
    BK_TRY(make_network(grid, arena, network));
    return make_demand(grid, arena, demand);
}
