/* Kinds of cost of one economy.  A post, transfer or place belongs to the country it stands in; a link to a neighbour
 * to both. */
#include "study/claim.h"

#include <math.h>
#include <string.h>

/* Cells between the country and others; both directions or one. */
typedef enum pair_side { SIDE_BOTH, SIDE_IMPORTER, SIDE_EXPORTER } pair_side;

static size_t
scale_pairs(const bk_model *model, uint32_t country, pair_side side, double factor, double *cells)
{
    const bk_economy *economy = &model->economy;
    const size_t      n_regions = economy->n_regions;
    size_t            n = 0;

    for (size_t cell = 0; cell < economy->n_sectors * n_regions * n_regions; cell++) {
        const bool imports = economy->regions[cell / n_regions % n_regions].country == country;
        const bool exports = economy->regions[cell % n_regions].country == country;
        if (imports == exports || (side == SIDE_IMPORTER && !imports) || (side == SIDE_EXPORTER && !exports))
            continue;
        if (economy->trade[cell] <= 0.0 || cells[cell] == 0.0)
            continue;
        cells[cell] *= factor;
        n++;
    }
    return n;
}

/* The arrays are the copy's own, const in the model's type. */
static double *
own(const double *cells)
{
    return (double *)(uintptr_t)cells;
}

static size_t
cut_trade_cost(bk_model *model, uint32_t country, double share)
{
    return scale_pairs(model, country, SIDE_BOTH, 1.0 - share, own(model->economy.trade_cost));
}

static size_t
cut_tariffs_faced(bk_model *model, uint32_t country, double share)
{
    return scale_pairs(model, country, SIDE_EXPORTER, 1.0 - share, own(model->economy.tariff));
}

static size_t
cut_tariffs_levied(bk_model *model, uint32_t country, double share)
{
    return scale_pairs(model, country, SIDE_IMPORTER, 1.0 - share, own(model->economy.tariff));
}

typedef enum border_cut { CUT_HOURS, CUT_FEES, CUT_LANES } border_cut;

static size_t
cut_borders(bk_model *model, uint32_t country, border_cut what, double left)
{
    bk_border *borders = (bk_border *)(uintptr_t)model->network.borders;
    size_t     n = 0;

    for (size_t b = 0; b < model->network.n_borders; b++) {
        bk_border *border = &borders[b];
        if (model->network.nodes[border->node].country != country)
            continue;
        if (what == CUT_HOURS) {
            n += border->control_hours + border->inspection_hours + border->hours_sd + border->service_hours > 0.0;
            border->control_hours *= left;
            border->inspection_hours *= left;
            border->hours_sd *= left;
            border->service_hours *= left;
        } else if (what == CUT_FEES) {
            n += border->usd_per_tonne > 0.0;
            border->usd_per_tonne *= left;
        } else {
            n += isfinite(border->lanes);
            border->lanes /= left;
        }
    }
    return n;
}

static size_t
cut_border_hours(bk_model *model, uint32_t country, double share)
{
    return cut_borders(model, country, CUT_HOURS, 1.0 - share);
}

static size_t
cut_border_fees(bk_model *model, uint32_t country, double share)
{
    return cut_borders(model, country, CUT_FEES, 1.0 - share);
}

typedef enum link_cut { CUT_MONEY, CUT_TIME, CUT_CAPACITY } link_cut;

static size_t
cut_links(bk_model *model, uint32_t country, link_cut what, double left)
{
    bk_link *links = (bk_link *)(uintptr_t)model->network.links;
    size_t   n = 0;

    for (size_t l = 0; l < model->network.n_links; l++) {
        bk_link *link = &links[l];
        if (!link->open ||
            (model->network.nodes[link->from].country != country && model->network.nodes[link->to].country != country))
            continue;
        n += what != CUT_CAPACITY || isfinite(link->capacity);
        if (what == CUT_MONEY) {
            link->usd_per_tonne_km *= left;
            link->toll *= left;
        } else if (what == CUT_TIME) {
            link->kmh /= left;
            link->hours_sd *= left;
        } else {
            link->capacity /= left;
        }
    }
    return n;
}

static size_t
cut_link_money(bk_model *model, uint32_t country, double share)
{
    return cut_links(model, country, CUT_MONEY, 1.0 - share);
}

static size_t
cut_link_hours(bk_model *model, uint32_t country, double share)
{
    return cut_links(model, country, CUT_TIME, 1.0 - share);
}

static size_t
cut_transfers(bk_model *model, uint32_t country, double share)
{
    bk_transfer *transfers = (bk_transfer *)(uintptr_t)model->network.transfers;
    size_t       n = 0;

    for (size_t t = 0; t < model->network.n_transfers; t++)
        if (model->network.nodes[transfers[t].node].country == country) {
            transfers[t].hours *= 1.0 - share;
            transfers[t].hours_sd *= 1.0 - share;
            transfers[t].usd_per_tonne *= 1.0 - share;
            n++;
        }
    return n;
}

static size_t
cut_scarcity(bk_model *model, uint32_t country, double share)
{
    bk_transfer *transfers = (bk_transfer *)(uintptr_t)model->network.transfers;
    size_t       n = cut_links(model, country, CUT_CAPACITY, 1.0 - share);

    for (size_t t = 0; t < model->network.n_transfers; t++)
        if (model->network.nodes[transfers[t].node].country == country) {
            n += isfinite(transfers[t].capacity);
            transfers[t].capacity /= 1.0 - share;
        }
    return n + cut_borders(model, country, CUT_LANES, 1.0 - share);
}

/* A cut of all hours or all capacity would divide by zero; 99 % is as good. */
const bki_channel bki_channels[] = {
    {"trade-cost", "the delivered cost of all its imports and exports, whatever causes it", 0.5, false, cut_trade_cost},
    {"tariffs-faced", "tariffs that others levy on its goods", 1.0, false, cut_tariffs_faced},
    {"tariffs-levied", "tariffs it levies on imports", 1.0, false, cut_tariffs_levied},
    {"border-hours", "hours of control, inspection and service at its border posts", 0.99, true, cut_border_hours},
    {"border-fees", "fees at its border posts", 1.0, true, cut_border_fees},
    {"line-haul-money", "freight rates and tolls on its links", 0.99, true, cut_link_money},
    {"line-haul-hours", "travel time on its links", 0.99, true, cut_link_hours},
    {"transfers", "hours and money of its ports, yards and breaks of gauge", 0.99, true, cut_transfers},
    {"capacity", "scarcity: capacities of its links, transfers and posts, divided by 1 less the cut", 0.99, true,
     cut_scarcity},
};

size_t
bki_channel_count(void)
{
    return sizeof bki_channels / sizeof *bki_channels;
}

static void *
copy(bk_arena *arena, const void *from, size_t n, size_t size)
{
    void *to = bk_arena_alloc(arena, n + 1, size);

    if (to && n > 0)
        memcpy(to, from, n * size);
    return to;
}

bk_status
bki_channel_apply(const bk_model *base, const bki_channel *channel, uint32_t country, double share, bk_arena *arena,
                  const bk_model **out, size_t *n_changed)
{
    const bk_economy *economy = &base->economy;
    const size_t      n_cells = economy->n_sectors * economy->n_regions * economy->n_regions;
    bk_model         *model = copy(arena, base, 1, sizeof *base);
    double           *trade_cost = BK_NEW(arena, double, n_cells + 1);
    double           *tariff = copy(arena, economy->tariff, n_cells, sizeof *tariff);

    BK_TRY(bk_arena_ok(arena));
    for (size_t cell = 0; cell < n_cells; cell++)
        trade_cost[cell] = economy->trade_cost ? economy->trade_cost[cell] : 1.0;
    model->economy.trade_cost = trade_cost;
    model->economy.tariff = tariff;
    model->network.links = copy(arena, base->network.links, base->network.n_links, sizeof(bk_link));
    model->network.transfers = copy(arena, base->network.transfers, base->network.n_transfers, sizeof(bk_transfer));
    model->network.borders = copy(arena, base->network.borders, base->network.n_borders, sizeof(bk_border));
    BK_TRY(bk_arena_ok(arena));
    *n_changed = channel->cut(model, country, share);
    *out = model;
    return BK_OK;
}
