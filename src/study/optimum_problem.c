/* Places, lines and goods of a planner's problem. */
#include "study/optimum.h"

#include <math.h>
#include <string.h>

/* A line that is still to be built stands as a trace, so that what it leads to is not out of the world. */
static const double trace = 1e-9;
/* Heads of a place where nobody is, share of all: prices need someone who asks. */
static const double few = 1e-5;

/* ---- what moving costs ------------------------------------------------------------------------------------------- */

typedef struct sector_trade { /* between regions, goods with weight */
    double value, tonnes;     /* money of the study, t/yr */
} sector_trade;

static sector_trade
trade_of(const bk_economy *economy, double money_usd, size_t k)
{
    const size_t n = economy->n_regions;
    sector_trade sum = {0};

    for (size_t importer = 0; importer < n; importer++)
        for (size_t exporter = 0; exporter < n; exporter++) {
            const size_t cell = (k * n + importer) * n + exporter;
            if (importer == exporter || economy->usd_per_tonne[cell] <= 0.0)
                continue;
            sum.value += economy->trade[cell];
            sum.tonnes += economy->trade[cell] * money_usd / economy->usd_per_tonne[cell];
        }
    return sum;
}

/* Means over the sectors that a mode may carry, by value. */
bk_status
bki_optimum_modes(bki_optimum *job)
{
    const bk_model   *model = job->model;
    const bk_economy *economy = &model->economy;
    const size_t      n_modes = model->network.n_modes;
    double           *carried = BK_NEW(job->arena, double, n_modes + 1), all = 0.0;

    job->mode_cost = BK_NEW(job->arena, double, 2 * n_modes + 1);
    job->toll_share = BK_NEW(job->arena, double, n_modes + 1);
    BK_TRY(bk_arena_ok(job->arena));
    for (size_t k = 0; k < economy->n_sectors; k++) {
        const sector_trade trade = trade_of(economy, model->money_usd, k);
        all += trade.value;
        for (size_t m = 0; trade.tonnes > 0.0 && m < n_modes; m++) {
            const bk_mode_product *product = &model->network.products[m * economy->n_sectors + k];
            if (!product->allowed)
                continue;
            const double per_value = trade.tonnes / model->money_usd; /* value x share of value per USD/t */
            carried[m] += trade.value;
            job->mode_cost[2 * m] += per_value * product->money_factor;
            job->mode_cost[2 * m + 1] +=
                trade.value * product->hours_factor * economy->sectors[k].time_cost_per_day / 24.0;
            job->toll_share[m] += per_value;
        }
    }
    job->optimum->traded_usd = all * model->money_usd;
    for (size_t m = 0; m < n_modes; m++) {
        job->modes[m].used = carried[m] > 0.0 && carried[m] >= 0.5 * all;
        for (size_t part = 0; job->modes[m].used && part < 2; part++)
            job->mode_cost[2 * m + part] /= carried[m];
        job->toll_share[m] /= job->modes[m].used ? carried[m] : 1.0;
    }
    return BK_OK;
}

/* Share of value that a link takes of what goes over it. */
static double
cost_of(const bki_optimum *job, const bk_link *link)
{
    return job->mode_cost[2 * link->mode] * link->usd_per_tonne_km * link->km +
           job->mode_cost[2 * link->mode + 1] * link->km / link->kmh + job->toll_share[link->mode] * link->toll;
}

/* ---- the network ------------------------------------------------------------------------------------------------- */

/* It stands, or a candidate would build it. */
static bool
is_usable(const bki_optimum *job, size_t a)
{
    const bk_link *link = &job->model->network.links[a];

    return job->modes[link->mode].used && cost_of(job, link) > 0.0 &&
           (link->open || (link->project != BK_NONE && job->project_of[a] == link->project));
}

static uint32_t
root_of(uint32_t *above, uint32_t node)
{
    while (above[node] != node)
        node = above[node] = above[above[node]];
    return node;
}

/* The part of the network with most zones; of equals the first. */
static uint32_t
largest_part(const bki_optimum *job, uint32_t *above, size_t *zones)
{
    const bk_network_data *network = &job->model->network;
    uint32_t               best = 0;

    for (uint32_t v = 0; v < network->n_nodes; v++)
        above[v] = v;
    for (size_t a = 0; a < network->n_links; a++)
        if (is_usable(job, a))
            above[root_of(above, network->links[a].from)] = root_of(above, network->links[a].to);
    for (size_t z = 0; z < network->n_zones; z++)
        zones[root_of(above, network->zones[z].node)]++;
    for (uint32_t v = 0; v < network->n_nodes; v++)
        best = zones[v] > zones[best] ? v : best;
    return best;
}

/* USD of one more line like it; INFINITY if neither a candidate nor the mode says. */
static double
price_of(const bki_optimum *job, size_t a)
{
    const bk_link *link = &job->model->network.links[a];
    const uint32_t p = job->project_of[a];

    if (p != BK_NONE && job->length[p] > 0.0 && job->price[p] > 0.0)
        return job->price[p] / job->length[p] * link->km;
    return job->modes[link->mode].usd_per_km > 0.0 ? job->modes[link->mode].usd_per_km * link->km : INFINITY;
}

static bk_status
new_network(bki_optimum *job, size_t n, bk_planner *planner)
{
    uint32_t *from = BK_NEW(job->arena, uint32_t, n + 1), *to = BK_NEW(job->arena, uint32_t, n + 1);
    double   *building = BK_NEW(job->arena, double, n + 1), *standing = BK_NEW(job->arena, double, n + 1);
    double    dearest = job->settings->budget;

    job->share = BK_NEW(job->arena, double, n + 1);
    job->transport_cost = BK_NEW(job->arena, double, n + 1);
    BK_TRY(bk_arena_ok(job->arena));
    for (size_t i = 0; i < n; i++)
        dearest = isfinite(job->links[i].unit_usd) ? fmax(dearest, job->links[i].unit_usd) : dearest;
    for (size_t i = 0; i < n; i++) {
        const bk_link *link = &job->model->network.links[job->links[i].link];
        from[i] = job->place[link->from];
        to[i] = job->place[link->to];
        job->share[i] = cost_of(job, link);
        standing[i] = job->links[i].standing;
        /* what has no price is dearer than any budget's worth of anything */
        building[i] = 0.5 * (isfinite(job->links[i].unit_usd) ? job->links[i].unit_usd : 1e9 * dearest);
    }
    planner->n_links = n;
    planner->from = from;
    planner->to = to;
    planner->transport_cost = job->transport_cost;
    planner->building_cost = building;
    planner->standing = standing;
    return BK_OK;
}

bk_status
bki_optimum_network(bki_optimum *job)
{
    const bk_network_data *network = &job->model->network;
    uint32_t              *above = BK_NEW(job->arena, uint32_t, network->n_nodes + 1);
    size_t                *zones = BK_NEW(job->arena, size_t, network->n_nodes + 1), n = 0;

    job->links = BK_NEW(job->arena, bk_optimum_link, network->n_links + 1);
    job->place = BK_NEW(job->arena, uint32_t, network->n_nodes + 1);
    BK_TRY(bk_arena_ok(job->arena));
    const uint32_t part = largest_part(job, above, zones);
    for (uint32_t v = 0; v < network->n_nodes; v++)
        job->place[v] = root_of(above, v) == part ? (uint32_t)job->optimum->n_places++ : BK_NONE;
    for (size_t a = 0; a < network->n_links; a++) {
        if (!is_usable(job, a) || job->place[network->links[a].from] == BK_NONE) {
            job->optimum->n_left_out++;
            continue;
        }
        job->links[n++] = (bk_optimum_link){.link = (uint32_t)a,
                                            .project = job->project_of[a],
                                            .standing = network->links[a].open ? 1.0 : trace,
                                            .unit_usd = price_of(job, a)};
    }
    job->optimum->n_links = n;
    job->optimum->planner.n_nodes = job->optimum->n_places;
    return new_network(job, n, &job->optimum->planner);
}

/* ---- the economy ------------------------------------------------------------------------------------------------- */

/* Exports of a region, or imports where `exporting` is false, with weight, by sector: money of the study. */
static double
traded_by(const bk_economy *economy, size_t region, size_t k, bool exporting)
{
    const size_t n = economy->n_regions;
    double       sum = 0.0;

    for (size_t other = 0; other < n; other++) {
        const size_t cell = exporting ? (k * n + other) * n + region : (k * n + region) * n + other;
        if (other != region && economy->usd_per_tonne[cell] > 0.0)
            sum += economy->trade[cell];
    }
    return sum;
}

/* out [n_places]: what a region sells or buys at each of its places. */
static void
spread_over_places(const bki_optimum *job, size_t region, bool exporting, double *out)
{
    const bk_model *model = job->model;
    const double   *share = exporting ? model->network.origin_share : model->network.destination_share;
    const size_t    n_sectors = model->economy.n_sectors;

    for (size_t k = 0; k < n_sectors; k++) {
        const double all = traded_by(&model->economy, region, k, exporting);
        for (size_t z = model->network.region_zone[region]; z < model->network.region_zone[region + 1]; z++) {
            const uint32_t place = job->place[model->network.zones[z].node];
            if (place != BK_NONE)
                out[place] += all * share[z * n_sectors + k];
        }
    }
}

/* Mean trade elasticity of what has weight, by value. */
static double
mean_elasticity(const bk_model *model)
{
    double sum = 0.0, all = 0.0;

    for (size_t k = 0; k < model->economy.n_sectors; k++) {
        const double value = trade_of(&model->economy, model->money_usd, k).value;
        sum += value * model->economy.sectors[k].elasticity;
        all += value;
    }
    return sum / all;
}

/* supply [n_regions][n_places] and heads [n_places], each adding up to 1; goods numbered. */
static bk_status
weigh_places(bki_optimum *job, double *supply, double *heads)
{
    const size_t n_places = job->optimum->n_places, n_regions = job->model->economy.n_regions;
    double       sold = 0.0, bought = 0.0;

    for (size_t r = 0; r < n_regions; r++) {
        spread_over_places(job, r, true, &supply[r * n_places]);
        spread_over_places(job, r, false, heads);
        const double all = bk_sum(&supply[r * n_places], n_places);
        job->good[r] = all > 0.0 ? (uint32_t)job->optimum->n_goods++ : BK_NONE;
        sold += all;
    }
    bought = bk_sum(heads, n_places);
    if (!(sold > 0.0) || !(bought > 0.0))
        return bk_fail(job->ctx, BK_ERR_INCONSISTENT, "nothing with weight is traded over the network of %s",
                       job->study->name);
    for (size_t i = 0; i < n_regions * n_places; i++)
        supply[i] /= sold;
    for (size_t j = 0; j < n_places; j++)
        heads[j] = fmax(heads[j] / bought, few);
    return BK_OK;
}

/* A unit of a good is so much of it that all goods, asked for alike, are bought in the base year's proportions where
 * their prices are equal: worth share^(1 / (1 - sigma)). */
static double
unit_of(double share, double sigma)
{
    return pow(share, 1.0 / (1.0 - sigma));
}

static void
fill_planner(bki_optimum *job, const double *supply, const double *heads, double *productivity)
{
    bk_planner  *planner = &job->optimum->planner;
    const size_t n_places = planner->n_nodes, n_goods = planner->n_goods;
    double       whole = 0.0;

    for (size_t r = 0; r < job->model->economy.n_regions; r++) {
        const double share = bk_sum(&supply[r * n_places], n_places);
        if (job->good[r] == BK_NONE)
            continue;
        const double unit = job->unit[job->good[r]] = unit_of(share, planner->sigma);
        whole += share * share / unit;
        for (size_t j = 0; j < n_places; j++)
            productivity[j * n_goods + job->good[r]] =
                supply[r * n_places + j] / unit / pow(heads[j], planner->returns);
    }
    job->whole = whole;
}

void
bki_optimum_powers(bki_optimum *job, double beta, double gamma)
{
    bk_planner *planner = &job->optimum->planner;

    planner->beta = beta;
    planner->gamma = gamma;
    for (size_t a = 0; a < planner->n_links; a++)
        job->transport_cost[a] = job->share[a] / pow(job->whole, beta);
}

bk_status
bki_optimum_economy(bki_optimum *job)
{
    bk_planner  *planner = &job->optimum->planner;
    const size_t n_places = planner->n_nodes, n_regions = job->model->economy.n_regions;
    double *supply = BK_NEW(job->arena, double, n_regions *n_places), *heads = BK_NEW(job->arena, double, n_places);
    double *weight = BK_NEW(job->arena, double, n_places);

    job->good = BK_NEW(job->arena, uint32_t, n_regions);
    BK_TRY(bk_arena_ok(job->arena));
    BK_TRY(weigh_places(job, supply, heads));
    double *productivity = BK_NEW(job->arena, double, n_places * job->optimum->n_goods);
    job->unit = BK_NEW(job->arena, double, job->optimum->n_goods);
    BK_TRY(bk_arena_ok(job->arena));
    for (size_t j = 0; j < n_places; j++)
        weight[j] = 1.0;
    planner->n_goods = job->optimum->n_goods;
    planner->weight = weight;
    planner->labour = planner->housing = heads;
    planner->productivity = productivity;
    planner->alpha = 0.5; /* of no account where utility is logarithmic */
    planner->rho = 1.0;
    planner->sigma = 1.0 + mean_elasticity(job->model);
    planner->returns = 0.5; /* of no account where a place makes one good */
    planner->budget = job->settings->budget;
    fill_planner(job, supply, heads, productivity);
    return BK_OK;
}

/* ---- prices to begin from ---------------------------------------------------------------------------------------- */

/* One sweep over the links; false: no price fell. */
static bool
cheapen(const bk_planner *planner, size_t n, const double *factor, double *price)
{
    bool fell = false;

    for (size_t a = 0; a < planner->n_links; a++) {
        double *from = &price[planner->from[a] * planner->n_goods + n];
        double *to = &price[planner->to[a] * planner->n_goods + n];
        if (*from * factor[a] < *to)
            *to = *from * factor[a], fell = true;
        else if (*to * factor[a] < *from)
            *from = *to * factor[a], fell = true;
    }
    return fell;
}

bk_status
bki_optimum_start(const bki_optimum *job, double *price)
{
    const bk_planner *planner = &job->optimum->planner;
    double           *factor = BK_NEW(job->arena, double, planner->n_links + 1);

    BK_TRY(bk_arena_ok(job->arena));
    for (size_t a = 0; a < planner->n_links; a++)
        factor[a] = 1.0 + (1.0 + planner->beta) * job->share[a] / pow(planner->standing[a], planner->gamma);
    for (size_t n = 0; n < planner->n_goods; n++) {
        for (size_t j = 0; j < planner->n_nodes; j++)
            price[j * planner->n_goods + n] =
                planner->productivity[j * planner->n_goods + n] > 0.0 ? planner->alpha * job->unit[n] : HUGE_VAL;
        while (cheapen(planner, n, factor, price)) {
        }
    }
    return BK_OK;
}
