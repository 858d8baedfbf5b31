/* Small road networks, made arc by arc. */
#ifndef BKT_ROAD_H
#define BKT_ROAD_H

#include "bkt.h"
#include "bkt_allocator.h"
#include "buckle/equilibrium.h"

#define BKT_ROAD_ARCS  4096
#define BKT_ROAD_ZONES 64

typedef struct bkt_road {
    bk_context     *ctx;
    bk_arena        arena;
    bk_road_network network;
    bk_road_demand  demand;
    uint32_t        from[BKT_ROAD_ARCS], to[BKT_ROAD_ARCS];
    double          free_time[BKT_ROAD_ARCS], capacity[BKT_ROAD_ARCS], b[BKT_ROAD_ARCS], power[BKT_ROAD_ARCS];
    double          fixed[BKT_ROAD_ARCS];
    size_t          first[BKT_ROAD_ZONES + 1];
    uint32_t        destination[BKT_ROAD_ZONES * BKT_ROAD_ZONES];
    double          volume[BKT_ROAD_ZONES * BKT_ROAD_ZONES];
} bkt_road;

/* A network without arcs and trips, in a context of so many threads. */
static inline bkt_road *
bkt_road_open(size_t n_zones, size_t n_nodes, uint32_t first_through, int threads)
{
    bkt_road *road = calloc(1, sizeof *road);

    assert_non_null(road);
    assert_true(n_zones <= BKT_ROAD_ZONES);
    assert_int_equal(bk_context_create(&(bk_settings){.threads = threads}, &road->ctx), BK_OK);
    bk_arena_init(&road->arena, road->ctx);
    road->network =
        (bk_road_network){.n_zones = n_zones,
                          .n_nodes = n_nodes,
                          .first_through = first_through,
                          .from = road->from,
                          .to = road->to,
                          .fixed = road->fixed,
                          .vdf = {BK_VDF_BPR, 0, road->free_time, road->capacity, road->b, road->power, 0.0}};
    road->demand = (bk_road_demand){n_zones, road->first, road->destination, road->volume};
    return road;
}

static inline void
bkt_road_close(bkt_road *road)
{
    bk_arena_release(&road->arena);
    bk_context_release(road->ctx);
    free(road);
}

/* Nodes and zones from 0. */
static inline size_t
bkt_arc(bkt_road *road, uint32_t from, uint32_t to, double free_time, double b, double capacity, double power)
{
    const size_t a = road->network.n_arcs++;

    assert_true(a < BKT_ROAD_ARCS);
    road->network.vdf.n_arcs = a + 1;
    road->from[a] = from;
    road->to[a] = to;
    road->free_time[a] = free_time;
    road->b[a] = b;
    road->capacity[a] = capacity;
    road->power[a] = power;
    return a;
}

/* free_time + slope flow; free_time > 0. */
static inline size_t
bkt_linear_arc(bkt_road *road, uint32_t from, uint32_t to, double free_time, double slope)
{
    return bkt_arc(road, from, to, free_time, slope / free_time, 1.0, 1.0);
}

/* Origins in rising order. */
static inline void
bkt_trips(bkt_road *road, uint32_t origin, uint32_t destination, double volume)
{
    const size_t t = road->first[road->demand.n_zones];

    road->destination[t] = destination;
    road->volume[t] = volume;
    for (size_t z = origin + 1; z <= road->demand.n_zones; z++)
        road->first[z] = t + 1;
}

/* Streets of a town of side x side crossings on which only the direction tells how long they take: between most zones
 * many routes are nearly as good, and what one origin moves another undoes. */
static inline bkt_road *
bkt_town_of_ties(uint32_t side, uint32_t n_zones, double factor, int threads)
{
    const uint32_t n = side * side;
    bkt_road      *road = bkt_road_open(n_zones, n, 0, threads);

#define AT(x, y) (uint32_t)(((y)*side + (x)) * 55 % n) /* zones are scattered */
    for (uint32_t y = 0; y < side; y++)
        for (uint32_t x = 0; x < side; x++) {
            if (x + 1 < side) {
                bkt_arc(road, AT(x, y), AT(x + 1, y), 4.0, 0.15, 1050.0, 4.0);
                bkt_arc(road, AT(x + 1, y), AT(x, y), 3.0, 0.15, 1650.0, 4.0);
            }
            if (y + 1 < side) {
                bkt_arc(road, AT(x, y), AT(x, y + 1), 2.0, 0.15, 1500.0, 4.0);
                bkt_arc(road, AT(x, y + 1), AT(x, y), 5.0, 0.15, 1200.0, 4.0);
            }
        }
#undef AT
    road->network.vdf.all_power = 4.0;
    for (uint32_t o = 0; o < n_zones; o++)
        for (uint32_t d = (o + 2) % 3; d < n_zones; d += 3)
            if (d != o)
                bkt_trips(road, o, d, factor * (17.0 + (o * 11 + d * 5) % 160));
    return road;
}

static inline bk_equilibrium
bkt_equilibrium(bkt_road *road, bk_equilibrium_method method, double gap)
{
    bk_equilibrium_settings settings = bk_equilibrium_default();
    bk_equilibrium          out;

    settings.method = method;
    settings.gap = gap;
    settings.iteration_limit = 20000;
    const bk_traffic_class traffic = {NULL, &road->demand};
    assert_int_equal(bk_equilibrium_solve(road->ctx, &road->network, 1, &traffic, &settings, &road->arena, &out),
                     BK_OK);
    return out;
}

/* 0 -> 1 -> 2 is short but passes zone 1; 0 -> 3 -> 2 is long. */
static inline bkt_road *
bkt_road_past_a_zone(void)
{
    bkt_road *road = bkt_road_open(3, 4, 3, 1);
    bkt_linear_arc(road, 0, 1, 1.0, 0.1);
    bkt_linear_arc(road, 1, 2, 1.0, 0.1);
    bkt_linear_arc(road, 0, 3, 10.0, 0.1);
    bkt_linear_arc(road, 3, 2, 10.0, 0.1);
    bkt_trips(road, 0, 1, 1.0);
    bkt_trips(road, 0, 2, 5.0);
    bkt_trips(road, 1, 2, 2.0);
    return road;
}

#endif
