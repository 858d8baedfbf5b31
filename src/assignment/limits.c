/* What can run short: capacities that ask a scarcity price, and posts whose queues cost time. */
#include "assignment/assignment.h"

#include <math.h>
#include <string.h>

static const double HOURS_PER_YEAR = 8760.0;

typedef struct limit {
    double capacity, background;
    bool   is_queue;
} limit;

static limit
limit_of_facility(const bk_model *model, size_t facility)
{
    const bk_network_data *network = &model->network;

    if (facility < network->n_links) {
        const bk_link *link = &network->links[facility];
        return (limit){model->transport.priced_capacity ? link->capacity : INFINITY, link->background, false};
    }
    facility -= network->n_links;
    if (facility < network->n_transfers)
        return (limit){model->transport.priced_capacity ? network->transfers[facility].capacity : INFINITY, 0.0, false};
    const bk_border *row = &network->borders[facility - network->n_transfers];
    if (!isfinite(row->lanes) || row->service_hours <= 0.0)
        return (limit){INFINITY, 0.0, true};
    return (limit){row->lanes * HOURS_PER_YEAR / row->service_hours * row->tonnes_per_vehicle, 0.0, true};
}

/* Mean value of time over all traffic at base shares of trade, USD/t/h: for posts that nobody used. */
static double
mean_value_of_time(const bk_assignment *assignment)
{
    const bk_traffic *traffic = assignment->traffic;
    const bk_economy *economy = &assignment->model->economy;
    const size_t      n = traffic->n_regions;
    double            tonnes = 0.0, value = 0.0;

    for (size_t r = 0; r < traffic->n_relations; r++)
        for (size_t p = traffic->first_pair[r]; p < traffic->first_pair[r + 1]; p++)
            for (size_t s = traffic->first_slot[p]; s < traffic->first_slot[p + 1]; s++) {
                const size_t cell = (traffic->slot_sector[s] * n + traffic->importer[r]) * n + traffic->exporter[r];
                const double t = traffic->slot_mass[s] * economy->trade[cell] / economy->usd_per_tonne[cell];
                tonnes += t;
                value += t * traffic->slot_value_of_time[s];
            }
    return tonnes > 0.0 ? value / tonnes : 0.0;
}

static size_t
count_uses(const bk_assignment *assignment, uint32_t *first_use, uint32_t *use)
{
    const bk_universe *universe = assignment->universe;
    size_t             n = 0;

    for (size_t r = 0; r < universe->n_routes; r++) {
        if (first_use != NULL)
            first_use[r] = (uint32_t)n;
        for (size_t at = universe->first_arc[r]; at < universe->first_arc[r + 1]; at++) {
            const uint32_t facility = assignment->graph->facility[universe->arc[at]];
            if (facility == BK_NONE || assignment->limit_of[facility] == BK_NONE)
                continue;
            if (use != NULL)
                use[n] = assignment->limit_of[facility];
            n++;
        }
    }
    if (first_use != NULL)
        first_use[universe->n_routes] = (uint32_t)n;
    return n;
}

static bk_status
build_uses(bk_context *ctx, bk_assignment *assignment, const bk_assignment *like, bk_arena *arena)
{
    const size_t n_facilities = assignment->graph->n_facilities;

    if (like != NULL && like->universe == assignment->universe &&
        memcmp(like->limit_of, assignment->limit_of, n_facilities * sizeof *like->limit_of) == 0) {
        assignment->first_use = like->first_use;
        assignment->use = like->use;
        assignment->bundles = like->bundles;
        return BK_OK;
    }
    uint32_t *first_use = BK_NEW(arena, uint32_t, assignment->universe->n_routes + 1);
    uint32_t *use = BK_NEW(arena, uint32_t, count_uses(assignment, NULL, NULL));
    BK_TRY(bk_arena_ok(arena));
    count_uses(assignment, first_use, use);
    assignment->first_use = first_use;
    assignment->use = use;
    return bki_bundles_build(ctx, assignment->universe, assignment->limits.n_limits, first_use, use, arena,
                             &assignment->bundles);
}

bk_status
bki_limits_build(bk_context *ctx, bk_assignment *assignment, const double *post_value, const bk_assignment *like,
                 bk_arena *arena)
{
    const bk_model *model = assignment->model;
    const size_t    n_facilities = assignment->graph->n_facilities;
    const size_t    first_border = model->network.n_links + model->network.n_transfers;
    uint32_t       *limit_of = BK_NEW(arena, uint32_t, n_facilities), *facility = BK_NEW(arena, uint32_t, n_facilities);
    double         *capacity = BK_NEW(arena, double, n_facilities), *background = BK_NEW(arena, double, n_facilities);
    double         *usd_per_hour = BK_NEW(arena, double, n_facilities);
    bool           *is_queue = BK_NEW(arena, bool, n_facilities);
    size_t          n = 0;

    BK_TRY(bk_arena_ok(arena));
    const double mean = post_value == NULL ? mean_value_of_time(assignment) : 0.0;
    for (size_t f = 0; f < n_facilities; f++) {
        const limit found = limit_of_facility(model, f);
        limit_of[f] = isfinite(found.capacity) ? (uint32_t)n : BK_NONE;
        if (limit_of[f] == BK_NONE)
            continue;
        facility[n] = (uint32_t)f;
        capacity[n] = found.capacity;
        background[n] = found.background;
        is_queue[n] = found.is_queue;
        usd_per_hour[n] = !found.is_queue ? 0.0 : post_value == NULL ? mean : post_value[f - first_border];
        n++;
    }
    assignment->limit_of = limit_of;
    assignment->limits = (bk_limits){n, facility, capacity, background, is_queue, usd_per_hour};
    return build_uses(ctx, assignment, like, arena);
}

/* u = 1 + width y + (reference / slope) e^y with p = reference e^y: the left side is convex and increasing in y, so
 * Newton from the right comes down to the root. */
static void
scarcity_price(const bk_transport_settings *settings, double utilisation, double *price, double *slope)
{
    const double width = settings->scarcity_width, reference = settings->scarcity_reference;
    const double ratio = reference / settings->scarcity_slope, excess = utilisation - 1.0;
    double       y = excess / width;

    if (y > 0.0) /* then e^y <= excess / ratio if y >= 0 at all */
        y = fmin(y, fmax(0.0, log(excess / ratio)));
    for (int i = 0; i < 60; i++) {
        const double steep = ratio * exp(y), step = (width * y + steep - excess) / (width + steep);
        y -= step;
        if (fabs(step) <= 1e-15 * fmax(1.0, fabs(y)))
            break;
    }
    *price = reference * exp(y);
    *slope = *price / (width + *price / settings->scarcity_slope);
}

/* Of one facility at a utilisation; `usd_per_hour` turns a queue's hours into its price. */
static void
facility_price(const bk_model *model, size_t facility, bool is_queue, double usd_per_hour, double utilisation,
               double *price, double *slope)
{
    if (!is_queue) {
        scarcity_price(&model->transport, utilisation, price, slope);
        return;
    }
    const bk_border *row = &model->network.borders[facility - model->network.n_links - model->network.n_transfers];
    bk_queue_wait(row->lanes, row->service_hours, row->service_cv, utilisation, price, slope);
    *price *= usd_per_hour;
    *slope *= usd_per_hour;
}

void
bk_limit_price(const bk_assignment *assignment, const double *utilisation, double *price, double *slope)
{
    const bk_limits *limits = &assignment->limits;

    for (size_t a = 0; a < limits->n_limits; a++)
        facility_price(assignment->model, limits->facility[a], limits->is_queue[a], limits->usd_per_hour[a],
                       utilisation[a], &price[a], &slope[a]);
}

bool
bki_facility_limit(const bk_model *model, size_t facility, const double *post_value, double utilisation,
                   bki_facility_state *out)
{
    const size_t first_border = model->network.n_links + model->network.n_transfers;
    const limit  found = limit_of_facility(model, facility);

    *out = (bki_facility_state){.capacity = found.capacity, .background = found.background};
    if (!isfinite(found.capacity))
        return false;
    facility_price(model, facility, found.is_queue, found.is_queue ? post_value[facility - first_border] : 0.0,
                   utilisation, &out->price, &out->slope);
    return true;
}
