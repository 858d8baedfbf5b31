/* Trade between regions: totals of pairs, split by product so that each exporter's and each importer's composition is
 * met as far as they agree.  Where they do not, pairs come first, then exporters; importers give way. */
#include "trade/balance.h"

#include <math.h>

#define SAME 1e-9 /* relative; facts that differ by less are the same */

typedef struct split {      /* the part of trade that no known cell fixes */
    double *rest;           /* [importer][exporter] money to be split by product */
    double *cell;           /* [n_sectors][importer][exporter] seed, then the split */
    double *by_importer;    /* [n_sectors][importer] money, or BK_UNKNOWN */
    double *by_exporter;    /* [n_sectors][exporter] money, or BK_UNKNOWN */
    double *world;          /* [n_sectors] composition of world trade, adds up to 1 */
    double *total_importer; /* [n_regions] money, sum of rest */
    double *total_exporter; /* [n_regions] money, sum of rest */
} split;

static bool
is_cell(const bki_balance *b, size_t j, size_t n, size_t i)
{
    return n != i && b->facts->traded[j];
}

/* ---- pairs ---------------------------------------------------------------------------------------------------- */

static void
pair_settle(bki_balance *b, split *s, size_t n, size_t i)
{
    double known = 0.0, total = b->facts->pair_total[n * b->n_regions + i];
    bool   is_complete = true;

    for (size_t j = 0; j < b->n_sectors; j++) {
        const size_t at = bki_trade_at(b, j, n, i);
        if (!is_cell(b, j, n, i))
            continue;
        if (b->facts->trade[at] >= 0.0)
            known += b->trade[at] = b->facts->trade[at];
        else
            is_complete = false;
    }
    if (total < 0.0)
        return;
    if (known > total * (1.0 + SAME) || (is_complete && fabs(known - total) > SAME * total))
        bki_balance_note(b, &(bk_balance_change){BK_STEP_PAIRS, "trade of a pair", (uint32_t)n, (uint32_t)i, BK_NONE,
                                                 total, known, "its known products add up to this"});
    s->rest[n * b->n_regions + i] = is_complete ? 0.0 : fmax(0.0, total - known);
}

static void
pairs_settle(bki_balance *b, split *s)
{
    const size_t N = b->n_regions;

    for (size_t n = 0; n < N; n++)
        for (size_t i = 0; i < N; i++) {
            if (n == i)
                continue;
            pair_settle(b, s, n, i);
            s->total_importer[n] += s->rest[n * N + i];
            s->total_exporter[i] += s->rest[n * N + i];
        }
}

/* ---- seeds ---------------------------------------------------------------------------------------------------- */

/* The sum of a region's composition over traded sectors, 0 where nothing of it is known. */
static double
composition_sum(const bki_balance *b, const double *share, size_t region)
{
    double sum = 0.0;

    for (size_t j = 0; j < b->n_sectors; j++)
        if (b->facts->traded[j] && share[j * b->n_regions + region] > 0.0)
            sum += share[j * b->n_regions + region];
    return sum;
}

/* The share of a product, or the world's where the region's composition is not known. */
static double
composition_get(const bki_balance *b, const split *s, const double *share, size_t j, size_t region)
{
    const double sum = composition_sum(b, share, region);

    return sum > 0.0 ? fmax(0.0, share[j * b->n_regions + region]) / sum : s->world[j];
}

/* World composition from the exporters' side, or from the importers' if no exporter tells. */
static void
world_from(const bki_balance *b, split *s, const double *share, const double *weight)
{
    for (size_t r = 0; r < b->n_regions; r++) {
        const double sum = composition_sum(b, share, r);
        for (size_t j = 0; sum > 0.0 && j < b->n_sectors; j++)
            if (b->facts->traded[j])
                s->world[j] += weight[r] * fmax(0.0, share[j * b->n_regions + r]) / sum;
    }
    bki_shares_normalise(s->world, b->n_sectors);
}

static bool
pair_has_seed(const bki_balance *b, size_t n, size_t i)
{
    for (size_t j = 0; j < b->n_sectors; j++)
        if (is_cell(b, j, n, i) && b->facts->trade_seed[bki_trade_at(b, j, n, i)] >= 0.0)
            return true;
    return false;
}

/* Known seeds as they are; else export share x import share / world share. */
static bk_status
pair_seed(bki_balance *b, split *s, size_t n, size_t i)
{
    const bk_balance_facts *facts = b->facts;
    const bool              has_seed = pair_has_seed(b, n, i);
    double                  sum = 0.0;

    for (size_t j = 0; j < b->n_sectors; j++) {
        const size_t at = bki_trade_at(b, j, n, i);
        if (!is_cell(b, j, n, i) || facts->trade[at] >= 0.0)
            continue;
        if (has_seed)
            s->cell[at] = fmax(0.0, facts->trade_seed[at]);
        else if (s->world[j] > 0.0)
            s->cell[at] = composition_get(b, s, facts->export_share, j, i) *
                          composition_get(b, s, facts->import_share, j, n) / s->world[j];
        sum += s->cell[at];
    }
    if (sum > 0.0)
        return BK_OK;
    return bk_fail_hint(
        b->ctx, BK_ERR_INCONSISTENT,
        "give the pair a cell or a seed, or a composition of exports or imports that leaves it a product",
        "%s sells %.6g to %s, but there is no product it could consist of", facts->regions[i],
        s->rest[n * b->n_regions + i], facts->regions[n]);
}

static bk_status
seeds_make(bki_balance *b, split *s)
{
    const size_t N = b->n_regions;
    bk_status    first = BK_OK;

    world_from(b, s, b->facts->export_share, s->total_exporter);
    if (bk_sum(s->world, b->n_sectors) <= 0.0)
        world_from(b, s, b->facts->import_share, s->total_importer);
    for (size_t n = 0; n < N; n++)
        for (size_t i = 0; i < N; i++) {
            const bk_status status = s->rest[n * N + i] > 0.0 ? pair_seed(b, s, n, i) : BK_OK;
            first = first != BK_OK ? first : status;
        }
    return first;
}

/* ---- totals by product ---------------------------------------------------------------------------------------- */

/* What a composition asks of the part to be split, for one region: its share of all trade less what is known already,
 * where there is a cell to hold it, scaled to the part.  Unknown compositions stay free. */
static void
composition_ask(const bki_balance *b, const split *s, const double *share, bool is_exporter, size_t region, double *ask)
{
    const size_t N = b->n_regions;
    const double sum = composition_sum(b, share, region);
    const double rest = is_exporter ? s->total_exporter[region] : s->total_importer[region];
    double       known_total = 0.0, asked = 0.0;

    for (size_t j = 0; j < b->n_sectors; j++)
        ask[j * N + region] = BK_UNKNOWN;
    if (sum <= 0.0 || rest <= 0.0)
        return;
    for (size_t j = 0; j < b->n_sectors; j++)
        for (size_t other = 0; other < N; other++)
            known_total +=
                b->trade[is_exporter ? bki_trade_at(b, j, other, region) : bki_trade_at(b, j, region, other)];
    for (size_t j = 0; j < b->n_sectors; j++) {
        double known = 0.0, seed = 0.0;
        for (size_t other = 0; other < N; other++) {
            const size_t at = is_exporter ? bki_trade_at(b, j, other, region) : bki_trade_at(b, j, region, other);
            const size_t pair = is_exporter ? other * N + region : region * N + other;
            known += b->trade[at];
            seed += s->rest[pair] > 0.0 ? s->cell[at] : 0.0;
        }
        const double wanted = (rest + known_total) * fmax(0.0, share[j * N + region]) / sum - known;
        ask[j * N + region] = seed > 0.0 ? fmax(0.0, wanted) : 0.0;
        asked += ask[j * N + region];
    }
    for (size_t j = 0; j < b->n_sectors; j++)
        ask[j * N + region] = asked > 0.0 ? ask[j * N + region] * (rest / asked) : BK_UNKNOWN;
}

/* Importers' totals by product are moved to those of the exporters, if all exporters tell. */
static bk_status
importers_give_way(bki_balance *b, split *s)
{
    const size_t N = b->n_regions, J = b->n_sectors;
    double      *world = BK_NEW(b->arena, double, J), *seed = BK_NEW(b->arena, double, J *N);
    bk_fit       fit;

    BK_TRY(bk_arena_ok(b->arena));
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < J && s->total_exporter[i] > 0.0; j++) {
            if (s->by_exporter[j * N + i] < 0.0)
                return BK_OK;
            world[j] += s->by_exporter[j * N + i];
        }
    for (size_t j = 0; j < J; j++) {
        double sum = 0.0;
        for (size_t n = 0; n < N; n++) {
            const double asked = s->by_importer[j * N + n];
            sum += seed[j * N + n] = asked >= 0.0 ? asked : s->total_importer[n] * world[j] / bk_sum(world, J);
        }
        for (size_t n = 0; sum <= 0.0 && n < N; n++) /* exported, but nobody says it imports it: spread evenly */
            seed[j * N + n] = s->total_importer[n];
    }
    bk_fit_settings settings = b->settings;
    settings.names[0] = b->facts->sectors;
    settings.names[1] = b->facts->regions;
    BK_TRY(bk_fit_two_way(b->ctx, J, N, world, s->total_importer, &settings, b->arena, seed, &fit));
    for (size_t at = 0; at < J * N; at++)
        if (s->by_importer[at] >= 0.0)
            s->by_importer[at] = seed[at];
    return BK_OK;
}

/* ---- the fit -------------------------------------------------------------------------------------------------- */

/* A total over cells that are all zero cannot be asked for; what it asks is told as unmet afterwards. */
static void
totals_without_cells_drop(const bki_balance *b, split *s)
{
    const size_t N = b->n_regions;

    for (size_t j = 0; j < b->n_sectors; j++)
        for (size_t r = 0; r < N; r++) {
            double as_importer = 0.0, as_exporter = 0.0;
            for (size_t other = 0; other < N; other++) {
                as_importer += s->cell[bki_trade_at(b, j, r, other)];
                as_exporter += s->cell[bki_trade_at(b, j, other, r)];
            }
            if (as_importer <= 0.0)
                s->by_importer[j * N + r] = BK_UNKNOWN;
            if (as_exporter <= 0.0)
                s->by_exporter[j * N + r] = BK_UNKNOWN;
        }
}

/* Tells where a composition was not met. */
static void
unmet_note(bki_balance *b, const double *share, bool is_exporter)
{
    const size_t N = b->n_regions;

    for (size_t r = 0; r < N; r++) {
        const double sum = composition_sum(b, share, r);
        double       total = 0.0;
        for (size_t j = 0; j < b->n_sectors; j++)
            total += is_exporter ? b->exports[r * b->n_sectors + j] : b->imports[r * b->n_sectors + j];
        for (size_t j = 0; sum > 0.0 && j < b->n_sectors; j++) {
            if (!b->facts->traded[j])
                continue;
            const double got = is_exporter ? b->exports[r * b->n_sectors + j] : b->imports[r * b->n_sectors + j];
            bki_balance_note(
                b, &(bk_balance_change){BK_STEP_PRODUCTS, is_exporter ? "exports by product" : "imports by product",
                                        (uint32_t)r, BK_NONE, (uint32_t)j, total * fmax(0.0, share[j * N + r]) / sum,
                                        got, "compositions, pairs and known cells contradict each other"});
        }
    }
}

static bk_status
products_fit(bki_balance *b, split *s)
{
    const size_t N = b->n_regions, J = b->n_sectors;

    for (size_t r = 0; r < N; r++) {
        composition_ask(b, s, b->facts->export_share, true, r, s->by_exporter);
        composition_ask(b, s, b->facts->import_share, false, r, s->by_importer);
    }
    BK_TRY(importers_give_way(b, s));
    totals_without_cells_drop(b, s);
    bk_fit_settings settings = b->settings;
    settings.names[0] = b->facts->sectors;
    settings.names[1] = settings.names[2] = b->facts->regions;
    BK_TRY(bk_fit_three_way(b->ctx, J, N, N, s->by_importer, s->by_exporter, s->rest, &settings, b->arena, s->cell,
                            &b->products));
    for (size_t at = 0; at < J * N * N; at++)
        b->trade[at] += s->cell[at];
    return BK_OK;
}

/* ---- cuts ----------------------------------------------------------------------------------------------------- */

static double
pair_sum(const bki_balance *b, size_t n, size_t i)
{
    double sum = 0.0;

    for (size_t j = 0; j < b->n_sectors; j++)
        sum += b->trade[bki_trade_at(b, j, n, i)];
    return sum;
}

static void
pair_scale(bki_balance *b, size_t n, size_t i, double before, double after)
{
    for (size_t j = 0; before > 0.0 && j < b->n_sectors; j++)
        b->trade[bki_trade_at(b, j, n, i)] *= after / before;
    bki_balance_note(b, &(bk_balance_change){BK_STEP_CUTS, "trade of a pair", (uint32_t)n, (uint32_t)i, BK_NONE, before,
                                             after, "replaced as the study asks"});
}

static bk_status
pair_cut(bki_balance *b, const bk_balance_cut *cut)
{
    const double before = pair_sum(b, cut->importer, cut->exporter);

    if (cut->value < 0.0)
        return BK_OK;
    if (before <= 0.0 && cut->value > 0.0)
        return bk_fail_hint(b->ctx, BK_ERR_INCONSISTENT, "give the pair a total or cells by product instead",
                            "trade from %s to %s is to be replaced by %.6g, but it is 0 and has no products",
                            b->facts->regions[cut->exporter], b->facts->regions[cut->importer], cut->value);
    pair_scale(b, cut->importer, cut->exporter, before, cut->value);
    return BK_OK;
}

static bool
is_named(const bki_balance *b, size_t importer, size_t exporter)
{
    for (size_t c = 0; c < b->facts->n_cuts; c++)
        if (b->facts->cuts[c].importer == importer && b->facts->cuts[c].exporter == exporter)
            return true;
    return false;
}

/* All imports of a region together: those that no cut names are scaled by one factor. */
static bk_status
imports_cut(bki_balance *b, const bk_balance_cut *cut)
{
    const size_t n = cut->importer;
    double       named = 0.0, others = 0.0;

    for (size_t i = 0; i < b->n_regions; i++)
        if (i != n)
            *(is_named(b, n, i) ? &named : &others) += pair_sum(b, n, i);
    const double left = cut->value - named;
    if (left < 0.0 || (others <= 0.0 && left > SAME * cut->value))
        return bk_fail_hint(b->ctx, BK_ERR_INCONSISTENT,
                            "name fewer exporters in the replacements, or change the total",
                            "imports of %s are to be %.6g, but the exporters named hold %.6g and the others %.6g",
                            b->facts->regions[n], cut->value, named, others);
    for (size_t i = 0; i < b->n_regions; i++) {
        const double before = i == n || is_named(b, n, i) ? 0.0 : pair_sum(b, n, i);
        if (before > 0.0)
            pair_scale(b, n, i, before, before * (left / others));
    }
    return BK_OK;
}

static bk_status
cuts_make(bki_balance *b)
{
    bk_status first = BK_OK;

    for (int is_total = 0; is_total < 2; is_total++)
        for (size_t c = 0; c < b->facts->n_cuts; c++) {
            const bk_balance_cut *cut = &b->facts->cuts[c];
            if ((cut->exporter == BK_NONE) != is_total)
                continue;
            const bk_status status = is_total ? imports_cut(b, cut) : pair_cut(b, cut);
            first = first != BK_OK ? first : status;
        }
    return first;
}

bk_status
bki_balance_trade(bki_balance *b)
{
    const size_t N = b->n_regions, J = b->n_sectors;
    split        s = {.rest = BK_NEW(b->arena, double, N *N),
                      .cell = BK_NEW(b->arena, double, J *N *N),
                      .by_importer = BK_NEW(b->arena, double, J *N),
                      .by_exporter = BK_NEW(b->arena, double, J *N),
                      .world = BK_NEW(b->arena, double, J),
                      .total_importer = BK_NEW(b->arena, double, N),
                      .total_exporter = BK_NEW(b->arena, double, N)};

    BK_TRY(bk_arena_ok(b->arena));
    pairs_settle(b, &s);
    if (bk_sum(s.total_importer, N) > 0.0) {
        BK_TRY(seeds_make(b, &s));
        BK_TRY(products_fit(b, &s));
        bki_balance_sum_trade(b, b->facts->tariff);
        unmet_note(b, b->facts->export_share, true);
        unmet_note(b, b->facts->import_share, false);
    }
    BK_TRY(cuts_make(b));
    bki_balance_sum_trade(b, b->facts->tariff);
    return BK_OK;
}
