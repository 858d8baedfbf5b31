/* Who travels: pairs of zones, slots, values of time, and the cheapest cost of each class at base. */
#include "buckle/assignment.h"
#include "assignment/sweep.h"

#include <math.h>
#include <string.h>

/* ---- pairs and slots ------------------------------------------------------------------------------------------- */

static double
zone_share(const bk_network_data *network, size_t n_sectors, size_t origin, size_t destination, size_t sector)
{
    return network->origin_share[origin * n_sectors + sector] * network->destination_share[destination * n_sectors + sector];
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
pair_slots(const bk_model *model, size_t importer, size_t exporter, size_t origin, size_t destination, uint32_t *sectors,
           double *mass)
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

typedef struct traffic_size {
    size_t n_pairs, n_slots, n_relations;
} traffic_size;

/* Walks over relations, destinations and origins in order.  With `traffic` NULL it only counts; else it fills arrays that
 * are large enough. */
static traffic_size
walk_pairs(const bk_model *model, bk_traffic *traffic)
{
    const bk_network_data *network = &model->network;
    const size_t           n_regions = model->economy.n_regions;
    traffic_size           size = {0};

    for (size_t n = 0; n < n_regions; n++) {
        if (traffic != NULL)
            ((uint32_t *)traffic->first_relation)[n] = (uint32_t)size.n_relations;
        for (size_t i = 0; i < n_regions; i++) {
            const size_t before = size.n_pairs;
            for (size_t d = network->region_zone[n]; d < network->region_zone[n + 1]; d++)
                for (size_t o = network->region_zone[i]; o < network->region_zone[i + 1]; o++) {
                    uint32_t    *sectors = traffic == NULL ? NULL : (uint32_t *)traffic->slot_sector + size.n_slots;
                    double      *mass = traffic == NULL ? NULL : (double *)traffic->slot_mass + size.n_slots;
                    const size_t slots = pair_slots(model, n, i, o, d, sectors, mass);
                    if (slots == 0)
                        continue;
                    if (traffic != NULL) {
                        ((uint32_t *)traffic->origin)[size.n_pairs] = (uint32_t)o;
                        ((uint32_t *)traffic->destination)[size.n_pairs] = (uint32_t)d;
                        ((uint32_t *)traffic->first_slot)[size.n_pairs] = (uint32_t)size.n_slots;
                    }
                    size.n_pairs++;
                    size.n_slots += slots;
                }
            if (size.n_pairs == before)
                continue;
            if (traffic != NULL) {
                ((uint32_t *)traffic->importer)[size.n_relations] = (uint32_t)n;
                ((uint32_t *)traffic->exporter)[size.n_relations] = (uint32_t)i;
                ((uint32_t *)traffic->first_pair)[size.n_relations] = (uint32_t)before;
            }
            size.n_relations++;
        }
    }
    return size;
}

static void
close_ends(bk_traffic *traffic, traffic_size size)
{
    ((uint32_t *)traffic->first_slot)[size.n_pairs] = (uint32_t)size.n_slots;
    ((uint32_t *)traffic->first_pair)[size.n_relations] = (uint32_t)size.n_pairs;
    ((uint32_t *)traffic->first_relation)[traffic->n_regions] = (uint32_t)size.n_relations;
}

/* Pairs by origin zone, by counting. */
static void
index_origins(bk_traffic *traffic)
{
    uint32_t *first = (uint32_t *)traffic->first_from, *pairs = (uint32_t *)traffic->from_pair;

    for (size_t p = 0; p < traffic->n_pairs; p++)
        first[traffic->origin[p] + 1]++;
    for (size_t z = 0; z < traffic->n_zones; z++)
        first[z + 1] += first[z];
    for (size_t p = 0; p < traffic->n_pairs; p++)
        pairs[first[traffic->origin[p]]++] = (uint32_t)p;
    for (size_t z = traffic->n_zones; z > 0; z--)
        first[z] = first[z - 1];
    first[0] = 0;
}

/* ---- values of time -------------------------------------------------------------------------------------------- */

/* Means of equal slices of a lognormal of mean 1: with X = exp(s Z - s^2/2), E[X; a < Z < b] = Phi(b - s) - Phi(a - s). */
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
set_values_of_time(const bk_model *model, bk_traffic *traffic)
{
    const bk_economy *economy = &model->economy;
    const size_t      n = traffic->n_regions;
    double           *value = (double *)traffic->slot_value_of_time, *multiplier = (double *)traffic->multiplier;

    for (size_t j = 0; j < traffic->n_sectors; j++)
        slice_means(model->transport.value_of_time_sigma[j], traffic->n_classes, multiplier + j * traffic->n_classes);
    for (size_t r = 0; r < traffic->n_relations; r++)
        for (size_t s = traffic->first_slot[traffic->first_pair[r]]; s < traffic->first_slot[traffic->first_pair[r + 1]]; s++) {
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
                status = bk_fail_hint(ctx, BK_ERR_NO_PATH,
                                      "join the two places by links, transfers and modes the sector may use, or give the zone "
                                      "no share of it",
                                      "no route for %s from %s to %s, which trade", model->economy.sectors[traffic->slot_sector[s]].id,
                                      zones[traffic->origin[p]].id, zones[traffic->destination[p]].id);
    return status;
}

static bk_status
find_cheapest(bk_context *ctx, const bk_model *model, const bk_graph *graph, const bk_arc_costs *costs, bk_traffic *traffic)
{
    bk_arena  scratch;
    bk_status status;

    bk_arena_init(&scratch, ctx);
    bk_arc_costs plain = *costs;
    plain.constant = BK_NEW(&scratch, double, costs->n_arcs * costs->n_sectors);
    const bki_sweep sweep = {.model = model, .graph = graph, .costs = &plain, .traffic = traffic, .visit = note_cheapest,
                             .state = (double *)traffic->cheapest};
    status = bk_arena_ok(&scratch);
    if (status == BK_OK)
        status = bki_sweep_run(ctx, &sweep, &scratch);
    bk_arena_release(&scratch);
    BK_TRY(status);
    return report_unreached(ctx, model, traffic);
}

bk_status
bk_traffic_build(bk_context *ctx, const bk_model *model, const bk_graph *graph, const bk_arc_costs *costs,
                 const double *cheapest, bk_arena *arena, const bk_traffic **out)
{
    const traffic_size size = walk_pairs(model, NULL);
    const size_t       n_regions = model->economy.n_regions, n_zones = model->network.n_zones;
    const size_t       n_classes = (size_t)model->transport.n_value_of_time_classes, n_costs = size.n_slots * n_classes;
    bk_traffic        *traffic = BK_NEW(arena, bk_traffic, 1);

    BK_TRY(bk_arena_ok(arena));
    *traffic = (bk_traffic){.n_regions = n_regions, .n_sectors = model->economy.n_sectors, .n_zones = n_zones,
                            .n_classes = n_classes, .n_pairs = size.n_pairs, .n_slots = size.n_slots,
                            .n_relations = size.n_relations,
                            .origin = BK_NEW(arena, uint32_t, size.n_pairs),
                            .destination = BK_NEW(arena, uint32_t, size.n_pairs),
                            .first_slot = BK_NEW(arena, uint32_t, size.n_pairs + 1),
                            .slot_sector = BK_NEW(arena, uint32_t, size.n_slots),
                            .slot_mass = BK_NEW(arena, double, size.n_slots),
                            .slot_value_of_time = BK_NEW(arena, double, size.n_slots),
                            .multiplier = BK_NEW(arena, double, model->economy.n_sectors * n_classes),
                            .cheapest = BK_NEW(arena, double, n_costs),
                            .importer = BK_NEW(arena, uint32_t, size.n_relations),
                            .exporter = BK_NEW(arena, uint32_t, size.n_relations),
                            .first_pair = BK_NEW(arena, uint32_t, size.n_relations + 1),
                            .first_relation = BK_NEW(arena, uint32_t, n_regions + 1),
                            .first_from = BK_NEW(arena, uint32_t, n_zones + 2),
                            .from_pair = BK_NEW(arena, uint32_t, size.n_pairs)};
    BK_TRY(bk_arena_ok(arena));
    walk_pairs(model, traffic);
    close_ends(traffic, size);
    index_origins(traffic);
    set_values_of_time(model, traffic);
    if (cheapest != NULL)
        memcpy((double *)traffic->cheapest, cheapest, n_costs * sizeof *cheapest);
    else
        BK_TRY(find_cheapest(ctx, model, graph, costs, traffic));
    *out = traffic;
    return BK_OK;
}
