/* Observed door-to-door times and prices, between two places.
 *
 * The journey is the cheapest one at base-year prices, calibrated constants left out, for the row's sector or the
 * dearest one: over one of the links in `links` if it names some; else by the mode its measure names, by that mode
 * alone if it can be done, else on the first of the dozen cheapest corridors on which that mode covers most of the way;
 * else the cheapest. */
#include "study/compare.h"
#include "study/lookup.h"

#include <math.h>
#include <string.h>

enum { most_alternatives = 12 };

typedef struct route_query {
    uint32_t from, to;
    size_t   sector;
    double   usd_per_tonne_hour;
    uint32_t mode;    /* BK_NONE: any */
    bool    *is_link; /* [n_links] one of them must be used; NULL: none need */
} route_query;

static const char *
read_query(const bk_model *model, const bk_observation *row, bk_arena *scratch, route_query *query)
{
    const char *const *words = NULL, *const *links = NULL;
    const size_t n_words = bki_words(scratch, row->measure, &words), n_links = bki_words(scratch, row->links, &links);

    if (!row->origin[0] || !row->destination[0])
        return "it names no pair of places";
    query->from = bki_place_find(model, row->origin);
    query->to = bki_place_find(model, row->destination);
    if (query->from == BK_NONE || query->to == BK_NONE)
        return "its ends are not places of the study";
    const uint32_t sector = row->sector[0] ? bk_model_find_sector(model, row->sector) : BK_NONE;
    if (row->sector[0] && sector == BK_NONE)
        return "its sector is none of the study";
    query->sector = sector == BK_NONE ? bki_dearest_sector(model) : sector;
    query->usd_per_tonne_hour = bki_value_of_time(model, query->sector, query->from, query->to);
    query->mode = bki_mode_named(model, words, n_words);
    query->is_link = n_links ? BK_NEW(scratch, bool, model->network.n_links) : NULL;
    for (size_t l = 0; query->is_link && l < n_links; l++) {
        const uint32_t link = bk_model_find_link(model, links[l]);
        if (link != BK_NONE)
            query->is_link[link] = true;
    }
    return NULL;
}

/* A journey: its arcs from the origin's terminal to the destination's; none if there is no such journey. */
typedef struct journey {
    size_t          n_arcs;
    const uint32_t *arcs; /* [n_arcs] */
} journey;

/* Base-year prices; with `only` every other mode's links are closed. */
static double *
prices(const bki_comparer *comparer, uint32_t only, bk_arena *scratch)
{
    const size_t n = bk_joint_graph(comparer->base)->n_facilities;
    double      *price = BK_NEW(scratch, double, n);

    if (!price)
        return NULL;
    memcpy(price, bk_joint_base_solution(comparer->base)->price, n * sizeof *price);
    for (size_t l = 0; only != BK_NONE && l < comparer->model->network.n_links; l++)
        if (comparer->model->network.links[l].mode != only)
            price[l] = INFINITY;
    return price;
}

/* Up to k alternatives. */
static bk_status
find(const bki_comparer *comparer, const route_query *query, const bk_arc_costs *costs, uint32_t only, size_t k,
     bk_arena *scratch, size_t *n, const bk_alternative **out)
{
    const double *price = prices(comparer, only, scratch);

    BK_TRY(bk_arena_ok(scratch));
    const bk_status status =
        bk_alternatives(comparer->ctx, comparer->model, bk_joint_graph(comparer->base), costs, price, query->from,
                        query->to, query->sector, query->usd_per_tonne_hour, k, k > 1, scratch, n, out);
    if (status != BK_ERR_NO_PATH)
        return status;
    bk_error_clear(comparer->ctx);
    *n = 0;
    return BK_OK;
}

/* The mode that covers most of a journey. */
static uint32_t
main_mode(const bki_comparer *comparer, const bk_arc_costs *costs, const journey *way)
{
    const bk_graph *graph = bk_joint_graph(comparer->base);
    uint32_t        longest = BK_NONE;
    double          most = -1.0;

    for (uint32_t m = 0; m < comparer->model->network.n_modes; m++) {
        double km = 0.0;
        for (size_t a = 0; a < way->n_arcs; a++)
            if (graph->kind[way->arcs[a]] == BK_ARC_LINE && graph->mode[way->arcs[a]] == m)
                km += costs->km[way->arcs[a]];
        if (km > most) {
            most = km;
            longest = m;
        }
    }
    return longest;
}

/* The cheapest by the query's mode: by it alone, else the first corridor on which it leads; with no mode the cheapest.
 */
static bk_status
choose(const bki_comparer *comparer, const route_query *query, const bk_arc_costs *costs, bk_arena *scratch,
       journey *out)
{
    const bk_alternative *found = NULL;
    size_t                n = 0;

    BK_TRY(find(comparer, query, costs, query->mode, 1, scratch, &n, &found));
    if (n == 0 && query->mode != BK_NONE)
        BK_TRY(find(comparer, query, costs, BK_NONE, most_alternatives, scratch, &n, &found));
    for (size_t r = 0; r < n; r++) {
        const journey way = {found[r].n_arcs, found[r].arcs};
        if (query->mode == BK_NONE || main_mode(comparer, costs, &way) == query->mode) {
            *out = way;
            break;
        }
    }
    return BK_OK;
}

/* The arc of the named links over which the cheapest journey goes, given distances from the origin and to the
 * destination; BK_NONE if none can be used. */
static uint32_t
best_arc(const bk_graph *graph, const bool *is_link, const double *cost, const double *from, const double *to)
{
    uint32_t best = BK_NONE;
    double   least = INFINITY;

    for (uint32_t a = 0; a < graph->n_arcs; a++) {
        if (graph->kind[a] != BK_ARC_LINE || !is_link[graph->element[a]])
            continue;
        const double whole = from[graph->tail[a]] + cost[a] + to[graph->head[a]];
        if (whole < least) {
            least = whole;
            best = a;
        }
    }
    return best;
}

/* The cheapest journey over one of the named links: a least-cost tree from the origin and one to the destination. */
static bk_status
go_over_links(const bki_comparer *comparer, const route_query *query, const bk_arc_costs *costs, bk_arena *scratch,
              journey *out)
{
    const bk_graph *graph = bk_joint_graph(comparer->base);
    const uint32_t  origin = graph->origin[query->from], destination = graph->destination[query->to];
    double         *cost = BK_NEW(scratch, double, graph->n_arcs);
    double         *from = BK_NEW(scratch, double, graph->n_vertices), *to = BK_NEW(scratch, double, graph->n_vertices);
    uint32_t       *entering = BK_NEW(scratch, uint32_t, graph->n_vertices);
    uint32_t       *leaving = BK_NEW(scratch, uint32_t, graph->n_vertices);
    uint32_t       *arcs = BK_NEW(scratch, uint32_t, 2 * graph->n_vertices + 1);
    bk_tree_scratch *trees = bk_tree_scratch_create(scratch, graph);
    const double    *price = prices(comparer, BK_NONE, scratch);
    size_t           n_before = 0;

    BK_TRY(bk_arena_ok(scratch));
    bk_arc_generalised_cost(graph, costs, &comparer->model->transport, query->sector, query->usd_per_tonne_hour, price,
                            NULL, cost);
    bk_tree_out(graph, BK_TREE_HEAP, cost, origin, trees, from, entering);
    bk_tree_in(graph, BK_TREE_HEAP, cost, destination, trees, to, leaving);
    const uint32_t arc = best_arc(graph, query->is_link, cost, from, to);
    if (arc == BK_NONE)
        return BK_OK;
    for (uint32_t v = graph->tail[arc]; v != origin; v = graph->tail[entering[v]])
        n_before++;
    size_t at = n_before;
    for (uint32_t v = graph->tail[arc]; v != origin; v = graph->tail[entering[v]])
        arcs[--at] = entering[v];
    arcs[n_before] = arc;
    *out = (journey){n_before + 1, arcs};
    for (uint32_t v = graph->head[arc]; v != destination; v = graph->head[leaving[v]])
        arcs[out->n_arcs++] = leaving[v];
    return BK_OK;
}

typedef struct figures {
    double hours, money, km; /* h, queues included; USD/t */
} figures;

static figures
add_up(const bki_comparer *comparer, const route_query *query, const bk_arc_costs *costs, const journey *way)
{
    const bk_graph *graph = bk_joint_graph(comparer->base);
    const double   *queue_hours = bk_joint_base_solution(comparer->base)->queue_hours;
    figures         sum = {0};

    for (size_t i = 0; i < way->n_arcs; i++) {
        const uint32_t arc = way->arcs[i], facility = graph->facility[arc];
        sum.hours +=
            costs->hours[query->sector * costs->n_arcs + arc] + (facility == BK_NONE ? 0.0 : queue_hours[facility]);
        sum.money += costs->money[query->sector * costs->n_arcs + arc];
        sum.km += costs->km[arc];
    }
    return sum;
}

/* "machinery, mostly rail, 10920 km, by Dostyk, Brest" */
static const char *
describe(const bki_comparer *comparer, const route_query *query, const bk_arc_costs *costs, const journey *way,
         double km)
{
    const bk_model *model = comparer->model;
    const bk_graph *graph = bk_joint_graph(comparer->base);
    const char     *by = NULL;
    uint32_t        last = BK_NONE;

    for (size_t a = 0; a < way->n_arcs; a++) {
        const uint32_t node = graph->node[graph->head[way->arcs[a]]];
        if (graph->kind[way->arcs[a]] != BK_ARC_BORDER || node == last)
            continue;
        last = node;
        by = bk_arena_format(comparer->arena, "%s%s%s", by ? by : "", by ? ", " : "", model->network.nodes[node].name);
    }
    const uint32_t mode = main_mode(comparer, costs, way);
    return bk_arena_format(comparer->arena, "%s, mostly %s, %.0f km%s%s", model->economy.sectors[query->sector].id,
                           mode == BK_NONE ? "?" : model->network.modes[mode], km, by ? ", by " : "", by ? by : "");
}

/* Tonnes in the unit of a price, or 0 for a unit that is none. */
static double
tonnes_in_unit(const bki_comparer *comparer, const route_query *query, const char *unit)
{
    const double per_teu = comparer->model->economy.sectors[query->sector].tonnes_per_teu;

    return strcmp(unit, "USD/t") == 0     ? 1.0
           : strcmp(unit, "USD/TEU") == 0 ? per_teu
           : strcmp(unit, "USD/FEU") == 0 ? 2.0 * per_teu
                                          : 0.0;
}

bk_status
bki_compare_route(const bki_comparer *comparer, bk_arena *scratch, bk_comparison *out)
{
    const bk_observation *row = out->observation;
    const bk_arc_costs   *costs = NULL;
    journey               way = {0};
    route_query           query = {0};
    const char           *why = read_query(comparer->model, row, scratch, &query);

    BK_TRY(bk_arena_ok(scratch));
    if (why)
        return bki_not_computed(out, why);
    const bool is_time = strcmp(row->kind, "time") == 0;
    if (is_time && strcmp(row->unit, "h") != 0)
        return bki_not_computed(out, "its unit is not h");
    if (!is_time && tonnes_in_unit(comparer, &query, row->unit) <= 0.0)
        return bki_not_computed(out,
                                "its unit is none of USD/t, USD/TEU and USD/FEU, or the sector has no tonnes per TEU");
    BK_TRY(bki_without_constants(bk_joint_arc_costs(comparer->base), scratch, &costs));
    if (query.is_link)
        BK_TRY(go_over_links(comparer, &query, costs, scratch, &way));
    else
        BK_TRY(choose(comparer, &query, costs, scratch, &way));
    if (way.n_arcs == 0)
        return bki_not_computed(out, query.is_link ? "no route goes over a link it names"
                                                   : "the mode it names leads on none of the dozen cheapest corridors");
    const figures sum = add_up(comparer, &query, costs, &way);
    out->computed = true;
    out->value = is_time ? sum.hours : sum.money * tonnes_in_unit(comparer, &query, row->unit);
    out->how = describe(comparer, &query, costs, &way, sum.km);
    return BK_OK;
}
