/* Alternatives as a person wants to read them: legs, sums by component, overlap and likely shares. */
#include "network/search.h"

#include <math.h>
#include <string.h>

typedef struct route_request {
    const bk_model     *model;
    const bk_graph     *graph;
    const bk_arc_costs *costs;
    const double       *price; /* [n_facilities] or NULL */
    size_t              sector;
    const double       *cost; /* [n_arcs] USD/t */
    const double       *toll; /* [n_arcs] USD/t of the two countries' trade */
    bk_arena           *arena;
} route_request;

/* ---- legs and sums --------------------------------------------------------------------------------------------------
 */

static bool
starts_leg(const bk_graph *graph, const bki_path *path, size_t i)
{
    return i == 0 || graph->kind[path->arcs[i]] != graph->kind[path->arcs[i - 1]] ||
           graph->mode[path->arcs[i]] != graph->mode[path->arcs[i - 1]];
}

static bk_status
describe_legs(const route_request *request, const bki_path *path, bk_alternative *out)
{
    const bk_graph *graph = request->graph;
    const double   *money = request->costs->money + request->sector * graph->n_arcs;
    const double   *hours = request->costs->hours + request->sector * graph->n_arcs;
    size_t          n = 0;

    for (size_t i = 0; i < path->n_arcs; i++)
        n += starts_leg(graph, path, i);
    bk_leg *legs = BK_NEW(request->arena, bk_leg, n), *leg = NULL;
    BK_TRY(bk_arena_ok(request->arena));
    for (size_t i = 0; i < path->n_arcs; i++) {
        const uint32_t arc = path->arcs[i];
        if (starts_leg(graph, path, i)) {
            leg = leg == NULL ? legs : leg + 1;
            leg->kind = (bk_arc_kind)graph->kind[arc];
            leg->mode = graph->mode[arc];
            leg->from_node = graph->node[graph->tail[arc]];
        }
        leg->to_node = graph->node[graph->head[arc]];
        leg->km += request->costs->km[arc];
        leg->money += money[arc] + request->toll[arc];
        leg->hours += hours[arc];
    }
    out->n_legs = n;
    out->legs = legs;
    return BK_OK;
}

static void
sum_arcs(const route_request *request, const bki_path *path, bk_alternative *out)
{
    const bk_graph *graph = request->graph;
    const size_t    row = request->sector * graph->n_arcs;
    double          variance = 0.0;

    for (size_t i = 0; i < path->n_arcs; i++) {
        const uint32_t arc = path->arcs[i], facility = graph->facility[arc];
        out->money += request->costs->money[row + arc] + request->toll[arc];
        out->constant += request->costs->constant[row + arc];
        out->scarcity += request->price != NULL && facility != BK_NONE ? request->price[facility] : 0.0;
        out->hours += request->costs->hours[row + arc];
        out->km += request->costs->km[arc];
        out->co2_kg += request->costs->co2[row + arc];
        variance += request->costs->variance[row + arc];
        out->n_transfers += graph->kind[arc] == BK_ARC_TRANSFER;
        out->n_borders +=
            graph->kind[arc] == BK_ARC_BORDER && request->model->network.borders[graph->element[arc]].side == BK_EXIT;
    }
    out->hours_sd = sqrt(variance);
    out->generalised_cost = path->cost;
}

static bk_status
describe(const route_request *request, const bki_path *path, bk_alternative *out)
{
    uint32_t *arcs = BK_NEW(request->arena, uint32_t, path->n_arcs);

    BK_TRY(bk_arena_ok(request->arena));
    memcpy(arcs, path->arcs, path->n_arcs * sizeof *arcs);
    *out = (bk_alternative){.n_arcs = path->n_arcs, .arcs = arcs};
    sum_arcs(request, path, out);
    return describe_legs(request, path, out);
}

/* ---- overlap and shares
 * ------------------------------------------------------------------------------------------------ */

/* Path size: the mean over a route's cost of 1 / number of routes that use the arc. */
static void
set_path_sizes(const double *cost, const uint32_t *n_users, size_t n, bk_alternative *alternatives)
{
    for (size_t i = 0; i < n; i++) {
        bk_alternative *route = &alternatives[i];
        double          sum = 0.0;
        for (size_t k = 0; k < route->n_arcs; k++)
            sum += cost[route->arcs[k]] / n_users[route->arcs[k]];
        route->path_size = route->generalised_cost > 0.0 ? sum / route->generalised_cost : 1.0 / (double)n;
    }
}

/* P = size exp(-mu g) / sum, mu = pi / (sqrt(6) x noise x the cheapest cost without constants). */
static void
set_shares(double route_noise, size_t n, bk_alternative *alternatives)
{
    double cheapest = INFINITY, least = INFINITY, sum = 0.0;

    for (size_t i = 0; i < n; i++) {
        least = fmin(least, alternatives[i].generalised_cost);
        cheapest = fmin(cheapest, alternatives[i].generalised_cost - alternatives[i].constant);
    }
    const double scale = sqrt(6.0) / M_PI * route_noise * cheapest; /* USD/t, 1 / mu */
    for (size_t i = 0; i < n; i++) {
        const double dearer = alternatives[i].generalised_cost - least;
        const double power = scale > 0.0 ? -dearer / scale : -INFINITY; /* no noise: a weight of 0 */
        double       weight = dearer > 0.0 ? power : 0.0;
        bk_exp(1, &weight, &weight);
        alternatives[i].share = alternatives[i].path_size * weight;
        sum += alternatives[i].share;
    }
    for (size_t i = 0; i < n; i++)
        alternatives[i].share /= sum;
}

static bk_status
describe_all(const route_request *request, bk_arena *scratch, const bki_path *found, size_t n,
             const bk_alternative **out)
{
    bk_alternative *alternatives = BK_NEW(request->arena, bk_alternative, n);
    uint32_t       *n_users = BK_NEW(scratch, uint32_t, request->graph->n_arcs);

    BK_TRY(bk_arena_ok(request->arena));
    BK_TRY(bk_arena_ok(scratch));
    for (size_t i = 0; i < n; i++) {
        BK_TRY(describe(request, &found[i], &alternatives[i]));
        for (size_t k = 0; k < found[i].n_arcs; k++)
            n_users[found[i].arcs[k]]++;
    }
    set_path_sizes(request->cost, n_users, n, alternatives);
    set_shares(request->model->transport.route_noise, n, alternatives);
    *out = alternatives;
    return BK_OK;
}

/* ---- the call
 * ------------------------------------------------------------------------------------------------------------ */

/* Arcs closed by the bans that hold between the countries of two places. */
static void
close_banned(const bk_model *model, const bk_graph *graph, uint32_t from_node, uint32_t to_node, bool *banned,
             double *cost)
{
    const bk_node *nodes = model->network.nodes;

    for (size_t i = 0; i < model->n_bans; i++) {
        if (!bk_ban_applies(&model->bans[i], nodes[from_node].country, nodes[to_node].country))
            continue;
        bk_arc_ban(model, graph, &model->bans[i], banned);
        for (size_t a = 0; a < graph->n_arcs; a++)
            if (banned[a])
                cost[a] = INFINITY;
    }
}

static bk_status
prepare(bk_context *ctx, route_request *request, uint32_t from_node, uint32_t to_node, double usd_per_tonne_hour,
        bk_arena *scratch, bki_search *search)
{
    const bk_graph *graph = request->graph;
    double         *cost = BK_NEW(scratch, double, graph->n_arcs), *trial = BK_NEW(scratch, double, graph->n_arcs);
    double         *toll = BK_NEW(scratch, double, graph->n_arcs);
    bool           *banned = BK_NEW(scratch, bool, graph->n_arcs);
    const bk_node  *nodes = request->model->network.nodes;

    *search = (bki_search){.ctx = ctx,
                           .model = request->model,
                           .graph = graph,
                           .km = request->costs->km,
                           .cost = cost,
                           .trial = trial,
                           .origin = graph->origin[from_node],
                           .destination = graph->destination[to_node],
                           .arena = scratch};
    search->scratch = bk_tree_scratch_create(scratch, graph);
    search->distance = BK_NEW(scratch, double, graph->n_vertices);
    search->entering = BK_NEW(scratch, uint32_t, graph->n_vertices);
    BK_TRY(bk_arena_ok(scratch));
    bk_arc_generalised_cost(graph, request->costs, &request->model->transport, request->sector, usd_per_tonne_hour,
                            request->price, NULL, cost);
    bk_arc_tolls(request->model, graph, nodes[from_node].country, nodes[to_node].country, toll);
    for (size_t a = 0; a < graph->n_arcs; a++)
        cost[a] += toll[a];
    request->toll = toll;
    close_banned(request->model, graph, from_node, to_node, banned, cost);
    memcpy(trial, cost, graph->n_arcs * sizeof *trial);
    search->method = bk_tree_choose(graph, cost, search->scratch);
    return BK_OK;
}

static bk_status
find_and_describe(bk_context *ctx, route_request *request, uint32_t from_node, uint32_t to_node,
                  double usd_per_tonne_hour, size_t k, bool distinct, bk_arena *scratch, size_t *n_out,
                  const bk_alternative **out)
{
    bki_search search;
    bki_path  *found = BK_NEW(scratch, bki_path, k);
    size_t     n = 0;

    BK_TRY(prepare(ctx, request, from_node, to_node, usd_per_tonne_hour, scratch, &search));
    BK_TRY(distinct ? bki_corridors(&search, k, found, &n) : bki_simple_paths(&search, k, found, &n));
    if (n == 0)
        return bk_fail_hint(ctx, BK_ERR_NO_PATH,
                            "a mode it needs may be closed to it, or a link, transfer or border row",
                            "no route takes %s from %s to %s", request->model->economy.sectors[request->sector].id,
                            request->model->network.nodes[from_node].id, request->model->network.nodes[to_node].id);
    request->cost = search.cost;
    BK_TRY(describe_all(request, scratch, found, n, out));
    *n_out = n;
    return BK_OK;
}

bk_status
bk_alternatives(bk_context *ctx, const bk_model *model, const bk_graph *graph, const bk_arc_costs *costs,
                const double *price, uint32_t from_node, uint32_t to_node, size_t sector, double usd_per_tonne_hour,
                size_t k, bool distinct, bk_arena *arena, size_t *n_out, const bk_alternative **out)
{
    route_request request = {
        .model = model, .graph = graph, .costs = costs, .price = price, .sector = sector, .arena = arena};
    bk_arena scratch;

    bk_arena_init(&scratch, ctx);
    const bk_status status = find_and_describe(ctx, &request, from_node, to_node, usd_per_tonne_hour, k > 0 ? k : 1,
                                               distinct, &scratch, n_out, out);
    bk_arena_release(&scratch);
    return status;
}
