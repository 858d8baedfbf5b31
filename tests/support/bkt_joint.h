/* A small study in balance with everything the joint equilibrium knows: a ring of countries joined by rail and road
 * with posts that queue, a sea around them, two places each, three sectors of which one is weightless, and one line
 * that a project opens across the ring.  Drawn from a seed. */
#ifndef BKT_JOINT_H
#define BKT_JOINT_H

#include "bkt_economy.h"
#include "bkt_network.h"

enum { BKT_JOINT_SECTORS = BKT_SECTORS };

typedef struct bkt_joint {
    bkt_network network; /* its model is the study */
    bk_zone     zones[BKT_ROOM];
    uint32_t    region_zone[BKT_COUNTRIES + 1];
    double      share[2 * BKT_COUNTRIES * BKT_JOINT_SECTORS]; /* [zones][sectors] ratio, origin and destination alike */
    double      usd_per_tonne[BKT_JOINT_SECTORS * BKT_COUNTRIES * BKT_COUNTRIES];
    double      sigma[BKT_JOINT_SECTORS];
    bk_project  project;
    bk_sanction ban;
    char        zone_names[2 * BKT_COUNTRIES][8];
    uint32_t    project_link;
    uint32_t    first_rail; /* the ring's line from region r to r + 1 is first_rail + r */
} bkt_joint;

static inline void
bkt_joint_place_lines(bkt_joint *made, size_t n_regions, uint64_t seed)
{
    bkt_network *network = &made->network;

    for (uint32_t r = 0; r < n_regions; r++) {
        const uint32_t capital = 2 * r, port = capital + 1;
        bkt_link(network, capital, port, BKT_RAIL, 1520, bkt_draw(seed, 20, r, 100, 400));
        bkt_link(network, capital, port, BKT_ROAD, 0, bkt_draw(seed, 21, r, 100, 400));
        bkt_transfer(network, port, BKT_RAIL, 1520, BKT_SEA, 0, 30, 10);
        bkt_transfer(network, port, BKT_SEA, 0, BKT_RAIL, 1520, 30, 10);
        bkt_transfer(network, port, BKT_RAIL, 1520, BKT_ROAD, 0, 8, 4);
        bkt_transfer(network, port, BKT_ROAD, 0, BKT_RAIL, 1520, 8, 4);
    }
    made->first_rail = (uint32_t)network->model.network.n_links;
    for (uint32_t r = 0; r < n_regions; r++)
        bkt_link(network, 2 * r, 2 * ((r + 1) % (uint32_t)n_regions), BKT_RAIL, 1520, bkt_draw(seed, 22, r, 500, 2000));
    for (uint32_t r = 0; r < n_regions; r++) {
        const uint32_t next = (r + 1) % (uint32_t)n_regions;
        const uint32_t road = bkt_link(network, 2 * r + 1, 2 * next + 1, BKT_ROAD, 0, bkt_draw(seed, 23, r, 800, 2500));
        network->links[road].usd_per_tonne_km = 0.03;
        bkt_border_both_ways(network, road, 6, 3);
        bkt_border_both_ways(network, made->first_rail + r, 20, 2);
        network->links[bkt_link(network, 2 * r + 1, 2 * next + 1, BKT_SEA, 0, bkt_draw(seed, 24, r, 3000, 9000))]
            .usd_per_tonne_km = 0.004;
    }
    made->project_link = bkt_link(network, 0, n_regions > 2 ? 4 : 2, BKT_RAIL, 1520, 700);
    bkt_border_both_ways(network, made->project_link, 10, 2);
}

/* What runs short: a line of the ring, the post at its end, a transfer. */
static inline void
bkt_joint_limit(bkt_joint *made)
{
    bkt_network *network = &made->network;
    bk_link     *line = &network->links[made->first_rail];

    line->capacity = 12000;
    line->background = 2000;
    network->links[made->first_rail + 1].capacity = 20000;
    network->transfers[0].capacity = 15000;
    for (size_t b = 0; b < network->model.network.n_borders; b++)
        if (network->borders[b].mode == BKT_RAIL) {
            network->borders[b].lanes = 1;
            network->borders[b].service_hours = 12;
            network->borders[b].service_cv = 1;
            network->borders[b].tonnes_per_vehicle = 20;
            network->borders[b].hours_sd = 10;
        }
}

static inline void
bkt_joint_set_zones(bkt_joint *made, size_t n_regions)
{
    for (uint32_t z = 0; z < 2 * n_regions; z++) {
        snprintf(made->zone_names[z], sizeof made->zone_names[z], "z%u", z % 100);
        made->zones[z] = (bk_zone){.id = made->zone_names[z], .region = z / 2, .node = z};
        made->region_zone[z / 2] = z / 2 * 2;
        for (size_t j = 0; j < BKT_JOINT_SECTORS; j++)
            made->share[z * BKT_JOINT_SECTORS + j] = z % 2 == 0 ? 0.6 : 0.4;
    }
    made->region_zone[n_regions] = (uint32_t)(2 * n_regions);
}

/* Values per tonne and of time; the last sector is weightless. */
static inline void
bkt_joint_set_values(bkt_joint *made, bkt_economy *economy)
{
    const size_t n = economy->economy.n_regions;
    const double worth[] = {400, 3000, 0};

    for (size_t j = 0; j < BKT_JOINT_SECTORS; j++) {
        economy->sectors[j].usd_per_tonne = worth[j];
        economy->sectors[j].traded = worth[j] > 0.0;
        economy->sectors[j].time_cost_per_day = 0.004;
        economy->sectors[j].elasticity = 3.0 + (double)j;
        made->sigma[j] = 0.3 + 0.3 * (double)j;
        for (size_t c = 0; c < n * n; c++)
            made->usd_per_tonne[j * n * n + c] = worth[j] * (c % 5 == 0 ? 1.3 : 1.0);
    }
    economy->economy.usd_per_tonne = made->usd_per_tonne;
}

/* At most BKT_COUNTRIES regions; `deficits`: trade of the regions does not balance.  False if memory is short. */
static inline bool
bkt_joint_make(bkt_joint *made, size_t n_regions, uint64_t seed, bool deficits, bk_arena *arena)
{
    const bkt_economy_kind kind = {.n_regions = n_regions,
                                   .n_sectors = BKT_JOINT_SECTORS,
                                   .inputs = true,
                                   .tariffs = true,
                                   .deficits = deficits,
                                   .home = true};
    bkt_economy           *economy = bkt_economy_create(&kind, seed, arena);

    if (economy == NULL)
        return false;
    memset(made, 0, sizeof *made);
    bkt_network_init(&made->network);
    bk_model *model = &made->network.model;
    for (size_t i = 0; i < BKT_MODES * BKT_SECTORS; i++)
        made->network.products[i].kg_co2_per_tonne_km = 0.01 * (double)(1 + i);
    for (uint32_t r = 0; r < n_regions; r++) {
        bkt_node(&made->network, r);
        bkt_node(&made->network, r);
    }
    bkt_joint_place_lines(made, n_regions, seed);
    bkt_joint_limit(made);
    bkt_joint_set_zones(made, n_regions);
    bkt_joint_set_values(made, economy);
    made->project = (bk_project){.id = "line-across", .name = "Line across", .type = "rail", .countries = "AAA"};
    made->network.links[made->project_link].project = 0;
    made->network.links[made->project_link].open = false;
    model->title = "A ring of countries";
    model->base_year = 2020;
    model->money_usd = 1e6;
    model->has_economy = true;
    model->economy = economy->economy;
    model->network.n_zones = 2 * n_regions;
    model->network.zones = made->zones;
    model->network.region_zone = made->region_zone;
    model->network.origin_share = model->network.destination_share = made->share;
    model->projects = (bk_projects){.n_projects = 1, .projects = &made->project};
    model->transport = (bk_transport_settings){.reliability_ratio = 0.2,
                                               .spread_hours = 28,
                                               .route_noise = 0.15,
                                               .n_value_of_time_classes = 3,
                                               .value_of_time_sigma = made->sigma,
                                               .priced_capacity = true,
                                               .scarcity_width = 0.03,
                                               .scarcity_reference = 10,
                                               .scarcity_slope = 400};
    return true;
}

/* ---- the sectors the other way about ---- */

static inline size_t
bkt_joint_turned(size_t sector)
{
    return BKT_JOINT_SECTORS - 1 - sector;
}

/* Rows [outer][sectors][inner] of numbers. */
static inline double *
bkt_joint_turn(const double *from, size_t outer, size_t inner, bk_arena *arena)
{
    enum { S = BKT_JOINT_SECTORS };
    double *to = BK_NEW(arena, double, outer *S *inner);

    for (size_t o = 0; o < outer; o++)
        for (size_t j = 0; j < S; j++)
            memcpy(to + (o * S + bkt_joint_turned(j)) * inner, from + (o * S + j) * inner, inner * sizeof *to);
    return to;
}

/* The same study with its first and last sector exchanged, so that the weightless one comes first. */
static inline void
bkt_joint_turn_sectors(bkt_joint *study, bk_arena *arena)
{
    enum { S = BKT_JOINT_SECTORS };
    bk_economy      *economy = &study->network.model.economy;
    const size_t     n = economy->n_regions;
    bk_sector       *sectors = BK_NEW(arena, bk_sector, S);
    bk_mode_product *products = study->network.products;

    for (size_t j = 0; j < S; j++)
        sectors[bkt_joint_turned(j)] = economy->sectors[j];
    economy->sectors = sectors;
    economy->trade = bkt_joint_turn(economy->trade, 1, n * n, arena);
    economy->tariff = bkt_joint_turn(economy->tariff, 1, n * n, arena);
    economy->usd_per_tonne = bkt_joint_turn(economy->usd_per_tonne, 1, n * n, arena);
    economy->value_added_share = bkt_joint_turn(economy->value_added_share, n, 1, arena);
    economy->final_share = bkt_joint_turn(economy->final_share, n, 1, arena);
    economy->input_share = bkt_joint_turn(bkt_joint_turn(economy->input_share, n, S, arena), n * S, 1, arena);
    memcpy(study->share, bkt_joint_turn(study->share, 2 * n, 1, arena), 2 * n * S * sizeof(double));
    memcpy(study->sigma, bkt_joint_turn(study->sigma, 1, 1, arena), S * sizeof(double));
    for (size_t m = 0; m < BKT_MODES; m++)
        for (size_t j = 0; j < S / 2; j++) {
            const bk_mode_product kept = products[m * S + j];
            products[m * S + j] = products[m * S + bkt_joint_turned(j)];
            products[m * S + bkt_joint_turned(j)] = kept;
        }
}

#endif
