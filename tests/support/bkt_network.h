/* Small networks for tests, made by hand: add places, links, transfers and border rows, then read `model`.
 * Every mode is allowed for every sector at factor 1 with free loading until a test says otherwise. */
#ifndef BKT_NETWORK_H
#define BKT_NETWORK_H

#include "bkt.h"
#include "buckle/network.h"

enum { BKT_ROOM = 128, BKT_MODES = 5, BKT_SECTORS = 3, BKT_COUNTRIES = 6 };
enum { BKT_RAIL, BKT_ROAD, BKT_SEA, BKT_FERRY, BKT_PIPELINE };

typedef struct bkt_network {
    bk_model        model;
    bk_node         nodes[BKT_ROOM];
    bk_link         links[BKT_ROOM];
    bk_transfer     transfers[BKT_ROOM];
    bk_border       borders[BKT_ROOM];
    bk_constant     constants[BKT_ROOM];
    bk_mode_product products[BKT_MODES * BKT_SECTORS];
    bk_sector       sectors[BKT_SECTORS];
    bool            mode_crosses[BKT_MODES];
    const char     *modes[BKT_MODES];
    const char     *countries[BKT_COUNTRIES];
    char            names[BKT_ROOM][8];
} bkt_network;

static inline void
bkt_network_init(bkt_network *made)
{
    static const char *const modes[BKT_MODES] = {"rail", "road", "sea", "ferry", "pipeline"};
    static const char *const countries[BKT_COUNTRIES] = {"AAA", "BBB", "CCC", "DDD", "EEE", "FFF"};
    static const bool        crosses[BKT_MODES] = {true, true, false, true, false};

    memset(made, 0, sizeof *made);
    memcpy(made->modes, modes, sizeof modes);
    memcpy(made->countries, countries, sizeof countries);
    memcpy(made->mode_crosses, crosses, sizeof crosses);
    for (size_t i = 0; i < BKT_MODES * BKT_SECTORS; i++)
        made->products[i] =
            (bk_mode_product){.allowed = true, .money_factor = 1, .hours_factor = 1, .border_hours_factor = 1};
    for (size_t j = 0; j < BKT_SECTORS; j++)
        made->sectors[j] = (bk_sector){.id = "goods", .name = "Goods", .usd_per_tonne = 1000, .traded = true};
    made->model.has_network = true;
    made->model.n_countries = BKT_COUNTRIES;
    made->model.countries = made->countries;
    made->model.network = (bk_network_data){.nodes = made->nodes,
                                            .links = made->links,
                                            .transfers = made->transfers,
                                            .borders = made->borders,
                                            .constants = made->constants,
                                            .n_modes = BKT_MODES,
                                            .modes = made->modes,
                                            .mode_crosses = made->mode_crosses,
                                            .products = made->products};
    made->model.economy.n_sectors = BKT_SECTORS;
    made->model.economy.sectors = made->sectors;
    made->model.transport = (bk_transport_settings){
        .reliability_ratio = 0.5, .spread_hours = 20, .route_noise = 0.1, .n_value_of_time_classes = 1};
}

static inline uint32_t
bkt_node(bkt_network *made, uint32_t country)
{
    const size_t at = made->model.network.n_nodes++;

    snprintf(made->names[at], sizeof made->names[at], "n%zu", at % 1000);
    made->nodes[at] = (bk_node){.id = made->names[at], .name = made->names[at], .kind = "city", .country = country};
    return (uint32_t)at;
}

/* Open both ways at 0.01 USD/tkm and 50 km/h, without spread. */
static inline uint32_t
bkt_link(bkt_network *made, uint32_t from, uint32_t to, uint32_t mode, int gauge_mm, double km)
{
    const size_t at = made->model.network.n_links++;

    made->links[at] = (bk_link){.id = "link",
                                .name = "link",
                                .from = from,
                                .to = to,
                                .mode = mode,
                                .project = BK_NONE,
                                .gauge_mm = gauge_mm,
                                .open = true,
                                .km = km,
                                .kmh = 50,
                                .usd_per_tonne_km = 0.01,
                                .capacity = INFINITY};
    return (uint32_t)at;
}

static inline uint32_t
bkt_transfer(bkt_network *made, uint32_t node, uint32_t from_mode, int from_gauge_mm, uint32_t to_mode, int to_gauge_mm,
             double hours, double usd_per_tonne)
{
    const size_t at = made->model.network.n_transfers++;

    made->transfers[at] = (bk_transfer){.node = node,
                                        .from_mode = from_mode,
                                        .to_mode = to_mode,
                                        .from_gauge_mm = from_gauge_mm,
                                        .to_gauge_mm = to_gauge_mm,
                                        .open = true,
                                        .hours = hours,
                                        .usd_per_tonne = usd_per_tonne,
                                        .capacity = INFINITY};
    return (uint32_t)at;
}

static inline uint32_t
bkt_border(bkt_network *made, uint32_t node, uint32_t mode, uint32_t from_country, uint32_t to_country, bk_side side,
           double hours, double usd_per_tonne)
{
    const size_t at = made->model.network.n_borders++;

    made->borders[at] = (bk_border){.node = node,
                                    .mode = mode,
                                    .from_country = from_country,
                                    .to_country = to_country,
                                    .side = side,
                                    .open = true,
                                    .customs = true,
                                    .control_hours = hours,
                                    .inspection_hours = hours,
                                    .usd_per_tonne = usd_per_tonne,
                                    .lanes = INFINITY,
                                    .service_hours = 1,
                                    .service_cv = 1,
                                    .tonnes_per_vehicle = 20};
    return (uint32_t)at;
}

/* All four rows of a link between two countries, at the same hours and price. */
static inline void
bkt_border_both_ways(bkt_network *made, uint32_t link, double hours, double usd_per_tonne)
{
    const bk_link *row = &made->links[link];
    const uint32_t a = made->nodes[row->from].country, b = made->nodes[row->to].country;

    bkt_border(made, row->from, row->mode, a, b, BK_EXIT, hours, usd_per_tonne);
    bkt_border(made, row->to, row->mode, a, b, BK_ENTRY, hours, usd_per_tonne);
    bkt_border(made, row->to, row->mode, b, a, BK_EXIT, hours, usd_per_tonne);
    bkt_border(made, row->from, row->mode, b, a, BK_ENTRY, hours, usd_per_tonne);
}

static inline bk_mode_product *
bkt_product(bkt_network *made, uint32_t mode, uint32_t sector)
{
    return &made->products[mode * BKT_SECTORS + sector];
}

/* A context and an arena of one test. */
typedef struct bkt_memory {
    bk_context *ctx;
    bk_arena    arena;
} bkt_memory;

static inline void
bkt_memory_init(bkt_memory *memory)
{
    assert_int_equal(bk_context_create(NULL, &memory->ctx), BK_OK);
    bk_arena_init(&memory->arena, memory->ctx);
}

static inline void
bkt_memory_release(bkt_memory *memory)
{
    bk_arena_release(&memory->arena);
    bk_context_release(memory->ctx);
}

#endif
