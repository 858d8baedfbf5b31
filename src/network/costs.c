/* What a tonne of each sector meets on each arc. */
#include "buckle/network.h"

#include <math.h>

typedef struct arc_cost {
    double money, hours, variance, constant, km, co2;
} arc_cost;

/* Calibrated constants that hold for one sector, by facility. */
static void
sum_constants(const bk_model *model, size_t sector, size_t n_facilities, double *by_facility)
{
    const bk_network_data *network = &model->network;
    const size_t           first_border = network->n_links + network->n_transfers;

    for (size_t f = 0; f < n_facilities; f++)
        by_facility[f] = 0.0;
    for (size_t i = 0; i < network->n_constants; i++) {
        const bk_constant *constant = &network->constants[i];
        if (constant->sector == BK_NONE || constant->sector == sector)
            by_facility[constant->on_border ? first_border + constant->target : constant->target] +=
                constant->usd_per_tonne;
    }
}

static arc_cost
line_cost(const bk_link *link, const bk_mode_product *product, double constant)
{
    arc_cost cost = {.money = INFINITY, .km = link->km, .constant = constant};

    if (link->open && product->allowed)
        cost.money = link->usd_per_tonne_km * link->km * product->money_factor + link->toll;
    cost.hours = link->km / link->kmh * product->hours_factor;
    cost.variance = link->hours_sd * link->hours_sd;
    cost.co2 = link->km * product->kg_co2_per_tonne_km;
    return cost;
}

static arc_cost
transfer_cost(const bk_transfer *transfer, const bk_mode_product *from, const bk_mode_product *to)
{
    arc_cost cost = {.money = INFINITY};

    if (transfer->open && from->allowed && to->allowed)
        cost.money = transfer->usd_per_tonne;
    cost.hours = transfer->hours;
    cost.variance = transfer->hours_sd * transfer->hours_sd;
    if (transfer->from_mode != transfer->to_mode) /* a change of gauge boards nothing new */
        cost.constant = to->constant_usd_per_tonne;
    return cost;
}

/* Mean of the two classes of traffic, released and inspected.  The row's spread is that of the post as a whole, so the
 * spread between the classes, p (1 - p) (h1 - h0)^2, is part of it and not added.  The factor stretches the time. */
static arc_cost
border_cost(const bk_border *row, const bk_mode_product *product, double constant)
{
    const double factor = product->border_hours_factor, spread = row->hours_sd * factor;
    arc_cost     cost = {.money = INFINITY, .constant = constant};

    if (row->open && product->allowed)
        cost.money = row->usd_per_tonne;
    cost.hours =
        factor * ((1.0 - row->inspected_share) * row->control_hours + row->inspected_share * row->inspection_hours);
    cost.variance = spread * spread;
    return cost;
}

static arc_cost
loading_cost(const bk_mode_product *product, bool boarding)
{
    return (arc_cost){.money = product->allowed ? product->loading_usd_per_tonne : INFINITY,
                      .hours = product->loading_hours,
                      .constant = boarding ? product->constant_usd_per_tonne : 0.0};
}

static arc_cost
cost_of_arc(const bk_model *model, const bk_graph *graph, size_t sector, const double *constant, size_t arc)
{
    const bk_network_data *network = &model->network;
    const size_t           n_sectors = model->economy.n_sectors;
    const uint32_t         element = graph->element[arc];
    const bk_mode_product *product = &network->products[graph->mode[arc] * n_sectors + sector];

    switch ((bk_arc_kind)graph->kind[arc]) {
    case BK_ARC_LINE:
        return line_cost(&network->links[element], product, constant[graph->facility[arc]]);
    case BK_ARC_TRANSFER:
        return transfer_cost(&network->transfers[element],
                             &network->products[network->transfers[element].from_mode * n_sectors + sector], product);
    case BK_ARC_BORDER:
        return border_cost(&network->borders[element], product, constant[graph->facility[arc]]);
    case BK_ARC_LOAD:
        return loading_cost(product, true);
    case BK_ARC_UNLOAD:
        break;
    }
    return loading_cost(product, false);
}

bk_status
bk_arc_costs_build(bk_context *ctx, const bk_model *model, const bk_graph *graph, bk_arena *arena,
                   const bk_arc_costs **out)
{
    const size_t  n_arcs = graph->n_arcs, n_sectors = model->economy.n_sectors, n = n_arcs * n_sectors;
    bk_arc_costs *costs = BK_NEW(arena, bk_arc_costs, 1);
    double       *money = BK_NEW(arena, double, n), *hours = BK_NEW(arena, double, n);
    double       *variance = BK_NEW(arena, double, n), *constant = BK_NEW(arena, double, n);
    double       *co2 = BK_NEW(arena, double, n), *km = BK_NEW(arena, double, n_arcs);
    double       *by_facility = BK_NEW(arena, double, graph->n_facilities);

    (void)ctx; /* the arena reports through its own context */
    BK_TRY(bk_arena_ok(arena));
    for (size_t j = 0; j < n_sectors; j++) {
        const bool weightless = model->economy.sectors[j].usd_per_tonne <= 0.0;
        sum_constants(model, j, graph->n_facilities, by_facility);
        for (size_t a = 0; a < n_arcs; a++) {
            const arc_cost cost = cost_of_arc(model, graph, j, by_facility, a);
            const size_t   at = j * n_arcs + a;
            money[at] = weightless ? INFINITY : cost.money;
            hours[at] = cost.hours;
            variance[at] = cost.variance;
            constant[at] = cost.constant;
            co2[at] = cost.co2;
            km[a] = cost.km;
        }
    }
    *costs = (bk_arc_costs){.n_arcs = n_arcs,
                            .n_sectors = n_sectors,
                            .money = money,
                            .hours = hours,
                            .variance = variance,
                            .constant = constant,
                            .km = km,
                            .co2 = co2};
    *out = costs;
    return BK_OK;
}

void
bk_arc_generalised_cost(const bk_graph *graph, const bk_arc_costs *costs, const bk_transport_settings *settings,
                        size_t sector, double usd_per_tonne_hour, const double *price, const bool *banned,
                        double *restrict cost)
{
    const size_t  n = costs->n_arcs, row = sector * n;
    const double *money = costs->money + row, *hours = costs->hours + row;
    const double *variance = costs->variance + row, *constant = costs->constant + row;
    const double  usd_per_variance = settings->reliability_ratio > 0.0
                                         ? usd_per_tonne_hour * settings->reliability_ratio / settings->spread_hours
                                         : 0.0;

    for (size_t a = 0; a < n; a++) {
        const double sum = money[a] + constant[a] + usd_per_tonne_hour * hours[a] + usd_per_variance * variance[a];
        cost[a] = sum > 0.0 ? sum : 0.0;
    }
    if (price != NULL)
        for (size_t a = 0; a < n; a++)
            if (graph->facility[a] != BK_NONE)
                cost[a] += price[graph->facility[a]];
    if (banned != NULL)
        for (size_t a = 0; a < n; a++)
            if (banned[a])
                cost[a] = INFINITY;
}

/* ---- bans ------------------------------------------------------------------------------------------------------ */

static bool
arc_is_banned(const bk_network_data *network, const bk_graph *graph, const bool *through, size_t arc)
{
    const uint32_t element = graph->element[arc];

    switch ((bk_arc_kind)graph->kind[arc]) {
    case BK_ARC_LINE:
        return network->mode_crosses[graph->mode[arc]] &&
               (through[network->nodes[network->links[element].from].country] ||
                through[network->nodes[network->links[element].to].country]);
    case BK_ARC_BORDER:
        return through[network->nodes[network->borders[element].node].country];
    case BK_ARC_TRANSFER: { /* from a pipeline to a ship and back, both exempt, stays open */
        const bk_transfer *transfer = &network->transfers[element];
        return through[network->nodes[transfer->node].country] &&
               (network->mode_crosses[transfer->from_mode] || network->mode_crosses[transfer->to_mode]);
    }
    case BK_ARC_LOAD:
    case BK_ARC_UNLOAD:
        break;
    }
    return false;
}

bool
bk_ban_applies(const bk_transit_ban *ban, uint32_t from_country, uint32_t to_country)
{
    return (ban->closed_to[from_country] && !ban->through[to_country]) ||
           (ban->closed_to[to_country] && !ban->through[from_country]);
}

void
bk_arc_ban(const bk_model *model, const bk_graph *graph, const bk_transit_ban *ban, bool *banned)
{
    for (size_t a = 0; a < graph->n_arcs; a++)
        banned[a] = arc_is_banned(&model->network, graph, ban->through, a);
}

/* ---- tolls on transit -------------------------------------------------------------------------------------------- */

uint32_t
bk_arc_toll_country(const bk_model *model, const bk_graph *graph, size_t arc)
{
    const bk_network_data *network = &model->network;
    const uint32_t         element = graph->element[arc];

    if (graph->kind[arc] == BK_ARC_BORDER && network->borders[element].side == BK_EXIT)
        return network->borders[element].from_country;
    if (graph->kind[arc] != BK_ARC_TRANSFER)
        return BK_NONE;
    const bk_transfer *transfer = &network->transfers[element];
    return network->mode_crosses[transfer->from_mode] && !network->mode_crosses[transfer->to_mode]
               ? network->nodes[transfer->node].country
               : BK_NONE;
}

void
bk_arc_tolls(const bk_model *model, const bk_graph *graph, uint32_t from_country, uint32_t to_country, double *toll)
{
    for (size_t a = 0; a < graph->n_arcs; a++) {
        const uint32_t country = model->transit_toll ? bk_arc_toll_country(model, graph, a) : BK_NONE;
        toll[a] =
            country != BK_NONE && country != from_country && country != to_country ? model->transit_toll[country] : 0.0;
    }
}
