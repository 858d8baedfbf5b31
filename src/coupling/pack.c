/* A prepared base year as bytes: magic, key, numbers, the universe, and a checksum of all before it.  Little-endian. */
#include "coupling/joint.h"

#include <math.h>
#include <string.h>

static const uint64_t MAGIC = UINT64_C(0x0131657361426b42); /* "BkBase1" and a version byte */
enum { HEADER = 2, SUM = 1 };                               /* words */

/* ---- the key --------------------------------------------------------------------------------------------------- */

static uint64_t
hash_numbers(uint64_t hash, const double *x, size_t n)
{
    return x != NULL ? bk_hash(hash, x, n * sizeof *x) : bk_hash(hash, "none", 4);
}

static uint64_t
hash_economy(uint64_t hash, const bk_economy *economy)
{
    const size_t n = economy->n_regions, n_sectors = economy->n_sectors, n_cells = n_sectors * n * n;

    for (size_t r = 0; r < n; r++) {
        const double numbers[] = {economy->regions[r].value_added, economy->regions[r].deficit,
                                  economy->regions[r].country};
        hash = hash_numbers(hash, numbers, 3);
    }
    for (size_t j = 0; j < n_sectors; j++) {
        const bk_sector *sector = &economy->sectors[j];
        const double numbers[] = {sector->elasticity, sector->usd_per_tonne, sector->time_cost_per_day, sector->traded};
        hash = hash_numbers(hash, numbers, 4);
    }
    hash = hash_numbers(hash, economy->trade, n_cells);
    hash = hash_numbers(hash, economy->tariff, n_cells);
    hash = hash_numbers(hash, economy->trade_cost, n_cells);
    hash = hash_numbers(hash, economy->usd_per_tonne, n_cells);
    hash = hash_numbers(hash, economy->productivity, n_sectors * n);
    hash = hash_numbers(hash, economy->value_added_share, n * n_sectors);
    hash = hash_numbers(hash, economy->input_share, n * n_sectors * n_sectors);
    hash = hash_numbers(hash, economy->final_share, n * n_sectors);
    return bk_hash(hash, &economy->deficits, sizeof economy->deficits);
}

static uint64_t
hash_transport(uint64_t hash, const bk_model *model)
{
    const bk_transport_settings *settings = &model->transport;
    const size_t                 n_shares = model->network.n_zones * model->economy.n_sectors;
    const double numbers[] = {settings->reliability_ratio,       settings->spread_hours,    settings->route_noise,
                              settings->n_value_of_time_classes, settings->priced_capacity, settings->scarcity_width,
                              settings->scarcity_reference,      settings->scarcity_slope};

    hash = hash_numbers(hash, numbers, sizeof numbers / sizeof *numbers);
    hash = hash_numbers(hash, settings->value_of_time_sigma, model->economy.n_sectors);
    hash = hash_numbers(hash, model->network.origin_share, n_shares);
    return hash_numbers(hash, model->network.destination_share, n_shares);
}

uint64_t
bk_joint_key(const bk_model *model)
{
    uint64_t hash = bk_hash(0, &MAGIC, sizeof MAGIC);

    hash = bk_hash(hash, &model->network_hash, sizeof model->network_hash);
    hash = hash_numbers(hash, &model->money_usd, 1);
    if (model->has_economy)
        hash = hash_economy(hash, &model->economy);
    return model->has_network ? hash_transport(hash, model) : hash;
}

/* ---- words ----------------------------------------------------------------------------------------------------- */

void
bki_store_word(uint8_t *bytes, uint64_t word)
{
    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(word >> (8 * i));
}

uint64_t
bki_load_word(const uint8_t *bytes)
{
    uint64_t word = 0;

    for (int i = 0; i < 8; i++)
        word |= (uint64_t)bytes[i] << (8 * i);
    return word;
}

uint8_t *
bki_store_numbers(uint8_t *bytes, const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++, bytes += 8) {
        uint64_t word;
        memcpy(&word, &x[i], sizeof word);
        bki_store_word(bytes, word);
    }
    return bytes;
}

bool
bki_load_numbers(const uint8_t *bytes, double *x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const uint64_t word = bki_load_word(bytes + 8 * i);
        memcpy(&x[i], &word, sizeof word);
        if (!(x[i] >= 0.0) || !isfinite(x[i]))
            return false;
    }
    return true;
}

/* ---- packing --------------------------------------------------------------------------------------------------- */

bk_status
bk_joint_pack(bk_context *ctx, const bk_joint_base *base, bk_arena *arena, const void **bytes, size_t *n_out)
{
    const uint8_t *routes;
    size_t         n_routes;

    if (base->universe == NULL)
        return bk_fail(ctx, BK_ERR_USAGE, "a study without network and economy has no routes to keep");
    BK_TRY(bk_universe_pack(base->graph, base->universe, arena, &routes, &n_routes));
    const size_t n_cheapest = base->traffic->n_slots * base->traffic->n_classes,
                 n_borders = base->model->network.n_borders;
    const size_t n_facilities = base->graph->n_facilities;
    const size_t n = 8 * (HEADER + n_cheapest + n_borders + n_facilities + SUM) + n_routes;
    uint8_t     *packed = BK_NEW(arena, uint8_t, n), *at = packed;
    BK_TRY(bk_arena_ok(arena));
    bki_store_word(at, MAGIC);
    bki_store_word(at + 8, base->key);
    at = bki_store_numbers(at + 8 * HEADER, base->traffic->cheapest, n_cheapest);
    at = bki_store_numbers(at, base->post_value, n_borders);
    at = bki_store_numbers(at, base->utilisation, n_facilities);
    memcpy(at, routes, n_routes);
    bki_store_word(at + n_routes, bk_hash(0, packed, n - 8 * SUM));
    *bytes = packed;
    *n_out = n;
    return BK_OK;
}

static bool
is_ours(const bk_joint_base *base, const uint8_t *bytes, size_t n_bytes)
{
    return n_bytes >= 8 * (HEADER + SUM) && bki_load_word(bytes) == MAGIC && bki_load_word(bytes + 8) == base->key &&
           bki_load_word(bytes + n_bytes - 8 * SUM) == bk_hash(0, bytes, n_bytes - 8 * SUM);
}

static bk_status
unpack_parts(const bk_joint_base *base, const uint8_t *bytes, size_t n_bytes, bk_arena *arena, bki_packed *out)
{
    const size_t n_borders = base->model->network.n_borders, n_facilities = base->graph->n_facilities;
    double      *post_value = BK_NEW(arena, double, n_borders), *utilisation = BK_NEW(arena, double, n_facilities);
    bk_traffic  *traffic;

    BK_TRY(bk_arena_ok(arena));
    BK_TRY(bk_traffic_build(base->model, arena, &traffic));
    const size_t   n_cheapest = traffic->n_slots * traffic->n_classes;
    const size_t   n_words = HEADER + n_cheapest + n_borders + n_facilities;
    const uint8_t *at = bytes + 8 * HEADER, *end = bytes + n_bytes - 8 * SUM;
    if (n_bytes < 8 * (n_words + SUM) || !bki_load_numbers(at, traffic->cheapest, n_cheapest) ||
        !bki_load_numbers(at + 8 * n_cheapest, post_value, n_borders) ||
        !bki_load_numbers(at + 8 * (n_cheapest + n_borders), utilisation, n_facilities))
        return BK_ERR_SCHEMA;
    *out = (bki_packed){.traffic = traffic, .post_value = post_value, .utilisation = utilisation};
    at = bytes + 8 * n_words;
    return bk_universe_unpack(base->model, base->graph, traffic, at, (size_t)(end - at), arena, &out->universe);
}

bk_status
bki_joint_unpack(const bk_joint_base *base, const void *bytes, size_t n_bytes, bk_arena *arena, bki_packed *out)
{
    return is_ours(base, bytes, n_bytes) ? unpack_parts(base, bytes, n_bytes, arena, out) : BK_ERR_SCHEMA;
}
