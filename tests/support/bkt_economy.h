/* Random economies in exact balance, for tests of the trade layer.  Trade, tariffs and technology are drawn;
 * expenditure, output, value added, deficits and final shares follow from them, so that the base year is an
 * equilibrium. */
#ifndef BKT_ECONOMY_H
#define BKT_ECONOMY_H

#include "buckle/trade.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct bkt_economy_kind {
    size_t n_regions, n_sectors;
    bool   inputs;   /* goods are made from goods */
    bool   own;      /* ... each from its own kind only: no input-output links */
    bool   tariffs;  /* up to 30 %, a fifth of them 0 */
    bool   deficits; /* false: trade of every region balances */
    bool   home;     /* the last sector never crosses a border */
    bool   gaps;     /* some pairs and some own sales are absent */
} bkt_economy_kind;

typedef struct bkt_economy { /* everything is owned by `arena` */
    bk_economy economy;
    double    *trade, *tariff;                                /* [n_sectors][importer][exporter] */
    double    *value_added_share, *final_share, *input_share; /* shapes of bk_economy */
    bk_region *regions;
    bk_sector *sectors;
} bkt_economy;

static inline double
bkt_draw(uint64_t seed, uint64_t stream, uint64_t index, double least, double most)
{
    return least + (most - least) * bk_uniform(seed, stream, index);
}

static inline void
bkt_draw_trade(bkt_economy *e, const bkt_economy_kind *kind, uint64_t seed)
{
    const size_t n = kind->n_regions, cells = kind->n_sectors * n * n;

    for (size_t c = 0; c < cells; c++) {
        const size_t j = c / (n * n), importer = c / n % n, exporter = c % n;
        const double size = bkt_draw(seed, 1, importer, 0.2, 5.0) * bkt_draw(seed, 1, exporter, 0.2, 5.0);
        const double near = importer == exporter ? 6.0 : 1.0;
        const bool   home = kind->home && j + 1 == kind->n_sectors && importer != exporter;
        const bool   gap = kind->gaps && bk_uniform(seed, 2, c) < 0.15 && (exporter != (importer + 1) % n) &&
                         !(kind->home && j + 1 == kind->n_sectors);
        e->trade[c] = home || gap ? 0.0 : size * near * bkt_draw(seed, 3, c, 0.1, 1.0);
        const double rate = bkt_draw(seed, 4, c, -0.07, 0.3);
        e->tariff[c] = kind->tariffs && importer != exporter && rate > 0.0 ? rate : 0.0;
    }
}

/* Scales pairs until every region's imports equal its exports. */
static inline void
bkt_balance_trade(bkt_economy *e, const bkt_economy_kind *kind)
{
    const size_t n = kind->n_regions;

    for (int round = 0; round < 400; round++)
        for (size_t r = 0; r < n; r++) {
            double imports = 0.0, exports = 0.0;
            for (size_t j = 0; j < kind->n_sectors; j++)
                for (size_t m = 0; m < n; m++)
                    if (m != r) {
                        imports += e->trade[(j * n + r) * n + m];
                        exports += e->trade[(j * n + m) * n + r];
                    }
            const double scale = sqrt(exports / imports);
            for (size_t j = 0; j < kind->n_sectors; j++)
                for (size_t m = 0; m < n; m++)
                    if (m != r) {
                        e->trade[(j * n + r) * n + m] *= scale;
                        e->trade[(j * n + m) * n + r] /= scale;
                    }
        }
}

/* Technology of region r such that every good has buyers left for final use. */
static inline void
bkt_draw_technology(bkt_economy *e, const bkt_economy_kind *kind, uint64_t seed, size_t r)
{
    const size_t n = kind->n_regions, n_sectors = kind->n_sectors;
    double       spend[64], output[64], final[64], total = 0.0, labour = 0.0, largest = 0.0;

    for (size_t j = 0; j < n_sectors; j++) {
        spend[j] = output[j] = 0.0;
        for (size_t m = 0; m < n; m++) {
            const size_t bought = (j * n + r) * n + m, sold = (j * n + m) * n + r;
            spend[j] += e->trade[bought] * (1.0 + e->tariff[bought]);
            output[j] += e->trade[sold];
        }
    }
    for (size_t j = 0; j < n_sectors; j++) {
        double sum = 0.0;
        e->value_added_share[r * n_sectors + j] = kind->inputs ? bkt_draw(seed, 5, r * n_sectors + j, 0.3, 0.7) : 1.0;
        for (size_t k = 0; k < n_sectors; k++) {
            double *share = &e->input_share[(r * n_sectors + j) * n_sectors + k];
            *share =
                kind->own && j != k ? 0.0 : spend[k] * bkt_draw(seed, 6, (r * n_sectors + j) * n_sectors + k, 0.5, 1.5);
            sum += *share;
        }
        for (size_t k = 0; k < n_sectors; k++)
            e->input_share[(r * n_sectors + j) * n_sectors + k] /= sum;
    }
    for (size_t k = 0; k < n_sectors; k++) {
        double use = 0.0;
        for (size_t j = 0; j < n_sectors; j++)
            use += (1.0 - e->value_added_share[r * n_sectors + j]) *
                   e->input_share[(r * n_sectors + j) * n_sectors + k] * output[j];
        largest = fmax(largest, use / spend[k]);
    }
    const double shrink = largest > 0.8 ? 0.8 / largest : 1.0;
    for (size_t j = 0; j < n_sectors; j++) {
        double *share = &e->value_added_share[r * n_sectors + j];
        *share = 1.0 - (1.0 - *share) * shrink;
        labour += *share * output[j];
    }
    for (size_t k = 0; k < n_sectors; k++) {
        final[k] = spend[k];
        for (size_t j = 0; j < n_sectors; j++)
            final[k] -= (1.0 - e->value_added_share[r * n_sectors + j]) *
                        e->input_share[(r * n_sectors + j) * n_sectors + k] * output[j];
        total += final[k];
    }
    for (size_t k = 0; k < n_sectors; k++)
        e->final_share[r * n_sectors + k] = final[k] / total;
    e->regions[r].value_added = labour;
    e->regions[r].deficit = 0.0;
    for (size_t j = 0; j < n_sectors; j++)
        for (size_t m = 0; m < n; m++)
            if (m != r)
                e->regions[r].deficit += e->trade[(j * n + r) * n + m] - e->trade[(j * n + m) * n + r];
}

/* NULL if memory is short. */
static inline bkt_economy *
bkt_economy_create(const bkt_economy_kind *kind, uint64_t seed, bk_arena *arena)
{
    const size_t n = kind->n_regions, s = kind->n_sectors;
    bkt_economy *e = BK_NEW(arena, bkt_economy, 1);

    if (e == NULL || s > 64)
        return NULL;
    e->trade = BK_NEW(arena, double, s *n *n);
    e->tariff = BK_NEW(arena, double, s *n *n);
    e->value_added_share = BK_NEW(arena, double, n *s);
    e->final_share = BK_NEW(arena, double, n *s);
    e->input_share = BK_NEW(arena, double, n *s *s);
    e->regions = BK_NEW(arena, bk_region, n);
    e->sectors = BK_NEW(arena, bk_sector, s);
    if (arena->failed)
        return NULL;
    for (size_t r = 0; r < n; r++) {
        e->regions[r].id = e->regions[r].name = bk_arena_format(arena, "R%zu", r);
        e->regions[r].country = (uint32_t)r;
    }
    for (size_t j = 0; j < s; j++) {
        e->sectors[j].id = e->sectors[j].name = bk_arena_format(arena, "s%zu", j);
        e->sectors[j].elasticity = bkt_draw(seed, 7, j, 1.5, 9.0);
    }
    bkt_draw_trade(e, kind, seed);
    if (!kind->deficits)
        bkt_balance_trade(e, kind);
    for (size_t r = 0; r < n; r++)
        bkt_draw_technology(e, kind, seed, r);
    e->economy = (bk_economy){.n_regions = n,
                              .n_sectors = s,
                              .regions = e->regions,
                              .sectors = e->sectors,
                              .trade = e->trade,
                              .tariff = e->tariff,
                              .value_added_share = e->value_added_share,
                              .input_share = e->input_share,
                              .final_share = e->final_share,
                              .deficits = BK_DEFICITS_FIXED};
    return e;
}

/* Factors exp(spread (2u - 1)) for every pair and sector, 1 on own trade. */
static inline double *
bkt_random_costs(const bk_economy *economy, uint64_t seed, double spread, bk_arena *arena)
{
    const size_t n = economy->n_regions, cells = economy->n_sectors * n * n;
    double      *cost = BK_NEW(arena, double, cells);

    for (size_t c = 0; cost != NULL && c < cells; c++)
        cost[c] = c / n % n == c % n ? 1.0 : exp(bkt_draw(seed, 8, c, -spread, spread));
    return cost;
}

#endif
