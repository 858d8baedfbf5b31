/* Who travels: pairs of zones, slots, values of time, and the cheapest cost of each class at base. */
#include "buckle/assignment.h"
#include "assignment/sweep.h"

#include <math.h>
#include <string.h>

/* ---- pairs and slots ------------------------------------------------------------------------------------------- */

static double
zone_share(const bk_network_data *network, size_t n_sectors, size_t origin, size_t destination, size_t sector)
{
    return network->origin_share[origin * n_sectors + sector] *
           network->destination_share[destination * n_sectors + sector];
}

static bool
sector_travels(const bk_economy *economy, size_t sector, size_t importer, size_t exporter)
{
    const size_t cell = (sector * economy->n_regions + importer) * economy->n_regions + exporter;

    return importer != exporter && economy->sectors[sector].traded && economy->usd_per_tonne[cell] > 0.0 &&
           economy->trade[cell] > 0.0;
}

/* Slots of a pair of zones; counts only where `sectors` is NULL. */
static size_t
pair_slots(const bk_model *model, size_t importer, size_t exporter, size_t origin, size_t destination,
           uint32_t *sectors, double *mass)
{
    const size_t n_sectors = model->economy.n_sectors;
    size_t       n = 0;

    for (size_t j = 0; j < n_sectors; j++) {
        const double share = zone_share(&model->network, n_sectors, origin, destination, j);
        if (share <= 0.0 || !sector_travels(&model->economy, j, importer, exporter))
            continue;
        if (sectors != NULL) {
            sectors[n] = (uint32_t)j;
            mass[n] = share;
        }
        n++;
    }
    return n;
}

typedef struct pair_arrays { /* as in bk_traffic, while they are filled */
    size_t    n_pairs, n_slots, n_relations;
    uint32_t *origin, *destination, *first_slot, *slot_sector, *importer, *exporter, *first_pair, *first_relation;
    double   *slot_mass;
} pair_arrays;

static void
add_pair(pair_arrays *pairs, size_t origin, size_t destination, size_t n_slots)
{
    if (pairs->origin != NULL) {
        pairs->origin[pairs->n_pairs] = (uint32_t)origin;
        pairs->destination[pairs->n_pairs] = (uint32_t)destination;
        pairs->first_slot[pairs->n_pairs] = (uint32_t)pairs->n_slots;
    }
    pairs->n_pairs++;
    pairs->n_slots += n_slots;
}

/* All pairs of zones of one relation, by destination, then origin. */
static void
walk_relation(const bk_model *model, size_t importer, size_t exporter, pair_arrays *pairs)
{
    const uint32_t *first = model->network.region_zone;
    const size_t    before = pairs->n_pairs;
    const bool      filling = pairs->origin != NULL;

    for (size_t d = first[importer]; d < first[importer + 1]; d++)
        for (size_t o = first[exporter]; o < first[exporter + 1]; o++) {
            const size_t n =
                pair_slots(model, importer, exporter, o, d, filling ? pairs->slot_sector + pairs->n_slots : NULL,
                           filling ? pairs->slot_mass + pairs->n_slots : NULL);
            if (n > 0)
                add_pair(pairs, o, d, n);
        }
    if (pairs->n_pairs == before)
        return;
    if (filling) {
        pairs->importer[pairs->n_relations] = (uint32_t)importer;
        pairs->exporter[pairs->n_relations] = (uint32_t)exporter;
        pairs->first_pair[pairs->n_relations] = (uint32_t)before;
    }
    pairs->n_relations++;
}

/* Counts where the arrays are NULL, else fills them. */
static void
walk_pairs(const bk_model *model, pair_arrays *pairs)
{
    const size_t n_regions = model->economy.n_regions;

    pairs->n_pairs = pairs->n_slots = pairs->n_relations = 0;
    for (size_t n = 0; n < n_regions; n++) {
        if (pairs->origin != NULL)
            pairs->first_relation[n] = (uint32_t)pairs->n_relations;
        for (size_t i = 0; i < n_regions; i++)
            if (i != n)
                walk_relation(model, n, i, pairs);
    }
    if (pairs->origin != NULL) {
        pairs->first_slot[pairs->n_pairs] = (uint32_t)pairs->n_slots;
        pairs->first_pair[pairs->n_relations] = (uint32_t)pairs->n_pairs;
        pairs->first_relation[n_regions] = (uint32_t)pairs->n_relations;
    }
}

/* Pairs by origin zone, by counting; `first` has one place more than bk_traffic shows. */
static void
index_origins(const pair_arrays *pairs, size_t n_zones, uint32_t *first, uint32_t *from_pair)
{
    for (size_t p = 0; p < pairs->n_pairs; p++)
        first[pairs->origin[p] + 2]++;
    for (size_t z = 0; z < n_zones; z++)
        first[z + 2] += first[z + 1];
    for (size_t p = 0; p < pairs->n_pairs; p++)
        from_pair[first[pairs->origin[p] + 1]++] = (uint32_t)p;
}

/* ---- values of time -------------------------------------------------------------------------------------------- */

/* Means of equal slices of a lognormal of mean 1: with X = exp(s Z - s^2/2), E[X; a < Z < b] = Phi(b - s) - Phi(a - s).
 */
static void
slice_means(double sigma, size_t n_classes, double *mean)
{
    double below = 0.0;

    for (size_t k = 0; k < n_classes; k++) {
        const double upper = (double)(k + 1) / (double)n_classes;
        const double up_to = k + 1 == n_classes ? 1.0 : bk_normal_cdf(bk_normal_quantile(upper) - sigma);
        mean[k] = (up_to - below) * (double)n_classes;
        below = up_to;
    }
}

static void
set_values_of_time(const bk_model *model, const bk_traffic *traffic, double *value, double *multiplier)
{
    const bk_economy *economy = &model->economy;
    const size_t      n = traffic->n_regions;

    for (size_t j = 0; j < traffic->n_sectors; j++)
        slice_means(model->transport.value_of_time_sigma[j], traffic->n_classes, multiplier + j * traffic->n_classes);
    for (size_t r = 0; r < traffic->n_relations; r++)
        for (size_t s = traffic->first_slot[traffic->first_pair[r]];
             s < traffic->first_slot[traffic->first_pair[r + 1]]; s++) {
            const size_t j = traffic->slot_sector[s];
            const double worth = economy->usd_per_tonne[(j * n + traffic->importer[r]) * n + traffic->exporter[r]];
            value[s] = worth * economy->sectors[j].time_cost_per_day / 24.0;
        }
}

/* ---- cheapest costs -------------------------------------------------------------------------------------------- */

static void
note_cheapest(void *state, size_t block, const bki_sweep_visit *visit)
{
    double *cheapest = state;

    (void)block; /* each slot and class is visited once */
    cheapest[visit->slot * visit->n_classes + visit->class_index] = visit->distance;
}

static bk_status
report_unreached(bk_context *ctx, const bk_model *model, const bk_traffic *traffic)
{
    const bk_zone *zones = model->network.zones;
    bk_status      status = BK_OK;

    for (size_t p = 0; p < traffic->n_pairs; p++)
        for (size_t s = traffic->first_slot[p]; s < traffic->first_slot[p + 1]; s++)
            if (!isfinite(traffic->cheapest[s * traffic->n_classes]))
                status = bk_fail_hint(
                    ctx, BK_ERR_NO_PATH,
                    "join the two places by links, transfers and modes the sector may use, or give the zone "
                    "no share of it",
                    "no route for %s from %s to %s, which trade", model->economy.sectors[traffic->slot_sector[s]].id,
                    zones[traffic->origin[p]].id, zones[traffic->destination[p]].id);
    return status;
}

bk_status
bk_traffic_measure(bk_context *ctx, const bk_model *model, const bk_graph *graph, const bk_arc_costs *costs,
                   bk_traffic *traffic)
{
    bk_arena scratch;

    bk_arena_init(&scratch, ctx);
    bk_arc_costs plain = *costs;
    plain.constant = BK_NEW(&scratch, double, costs->n_arcs * costs->n_sectors);
    const bki_sweep sweep = {.model = model,
                             .graph = graph,
                             .costs = &plain,
                             .traffic = traffic,
                             .visit = note_cheapest,
                             .state = traffic->cheapest};
    bk_status       status = bk_arena_ok(&scratch);
    if (status == BK_OK)
        status = bki_sweep_run(ctx, &sweep, &scratch);
    bk_arena_release(&scratch);
    BK_TRY(status);
    return report_unreached(ctx, model, traffic);
}

/* ---- building -------------------------------------------------------------------------------------------------- */

static void
allocate_pairs(bk_arena *arena, size_t n_regions, pair_arrays *pairs)
{
    pairs->origin = BK_NEW(arena, uint32_t, pairs->n_pairs + 1);
    pairs->destination = BK_NEW(arena, uint32_t, pairs->n_pairs);
    pairs->first_slot = BK_NEW(arena, uint32_t, pairs->n_pairs + 1);
    pairs->slot_sector = BK_NEW(arena, uint32_t, pairs->n_slots);
    pairs->slot_mass = BK_NEW(arena, double, pairs->n_slots);
    pairs->importer = BK_NEW(arena, uint32_t, pairs->n_relations);
    pairs->exporter = BK_NEW(arena, uint32_t, pairs->n_relations);
    pairs->first_pair = BK_NEW(arena, uint32_t, pairs->n_relations + 1);
    pairs->first_relation = BK_NEW(arena, uint32_t, n_regions + 1);
}

bk_status
bk_traffic_build(const bk_model *model, bk_arena *arena, bk_traffic **out)
{
    const size_t n_regions = model->economy.n_regions, n_sectors = model->economy.n_sectors;
    const size_t n_zones = model->network.n_zones, n_classes = (size_t)model->transport.n_value_of_time_classes;
    pair_arrays  pairs = {0};

    walk_pairs(model, &pairs);
    allocate_pairs(arena, n_regions, &pairs);
    bk_traffic *traffic = BK_NEW(arena, bk_traffic, 1);
    uint32_t   *first_from = BK_NEW(arena, uint32_t, n_zones + 2), *from_pair = BK_NEW(arena, uint32_t, pairs.n_pairs);
    double     *value = BK_NEW(arena, double, pairs.n_slots), *multiplier = BK_NEW(arena, double, n_sectors *n_classes);
    double     *cheapest = BK_NEW(arena, double, pairs.n_slots *n_classes);
    BK_TRY(bk_arena_ok(arena));
    walk_pairs(model, &pairs);
    index_origins(&pairs, n_zones, first_from, from_pair);
    *traffic = (bk_traffic){.n_regions = n_regions,
                            .n_sectors = n_sectors,
                            .n_zones = n_zones,
                            .n_classes = n_classes,
                            .n_pairs = pairs.n_pairs,
                            .n_slots = pairs.n_slots,
                            .n_relations = pairs.n_relations,
                            .origin = pairs.origin,
                            .destination = pairs.destination,
                            .first_slot = pairs.first_slot,
                            .slot_sector = pairs.slot_sector,
                            .slot_mass = pairs.slot_mass,
                            .slot_value_of_time = value,
                            .multiplier = multiplier,
                            .cheapest = cheapest,
                            .importer = pairs.importer,
                            .exporter = pairs.exporter,
                            .first_pair = pairs.first_pair,
                            .first_relation = pairs.first_relation,
                            .first_from = first_from,
                            .from_pair = from_pair};
    set_values_of_time(model, traffic, value, multiplier);
    *out = traffic;
    return BK_OK;
}

bk_status
bk_traffic_revalue(const bk_model *model, const bk_traffic *traffic, bk_arena *arena, const bk_traffic **out)
{
    bk_traffic *revalued = BK_NEW(arena, bk_traffic, 1);
    double     *value = BK_NEW(arena, double, traffic->n_slots);
    double     *multiplier = BK_NEW(arena, double, traffic->n_sectors * traffic->n_classes);

    BK_TRY(bk_arena_ok(arena));
    *revalued = *traffic;
    revalued->slot_value_of_time = value;
    revalued->multiplier = multiplier;
    set_values_of_time(model, traffic, value, multiplier);
    *out = revalued;
    return BK_OK;
}
