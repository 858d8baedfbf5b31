/* Observed door-to-door times and prices, between two places.
 *
 * The journey is the cheapest one, calibrated constants left out, for the row's sector (or the dearest sector) under
 * base-year prices that uses the mode the row's measure names: by that mode alone if it can be done, else the cheapest
 * of the first dozen corridors on which that mode covers most of the way.  Links named in `links` must be on it, one of
 * them at least.  Without either it is the cheapest. */
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

/* Up to k alternatives under base prices; with `only` every other mode's links are closed. */
static bk_status
find(const bki_comparer *comparer, const route_query *query, uint32_t only, size_t k, bk_arena *scratch, size_t *n,
     const bk_alternative **out)
{
    const bk_graph     *graph = bk_joint_graph(comparer->base);
    const bk_arc_costs *costs = NULL;
    double             *price = BK_NEW(scratch, double, graph->n_facilities);

    BK_TRY(bk_arena_ok(scratch));
    BK_TRY(bki_without_constants(bk_joint_arc_costs(comparer->base), scratch, &costs));
    memcpy(price, bk_joint_base_solution(comparer->base)->price, graph->n_facilities * sizeof *price);
    for (size_t l = 0; only != BK_NONE && l < comparer->model->network.n_links; l++)
        if (comparer->model->network.links[l].mode != only)
            price[l] = INFINITY;
    const bk_status status =
        bk_alternatives(comparer->ctx, comparer->model, graph, costs, price, query->from, query->to, query->sector,
                        query->usd_per_tonne_hour, k, k > 1, scratch, n, out);
    if (status != BK_ERR_NO_PATH)
        return status;
    bk_error_clear(comparer->ctx);
    *n = 0;
    return BK_OK;
}

/* The mode that covers most of an alternative's way. */
static uint32_t
main_mode(const bk_model *model, const bk_alternative *alternative)
{
    uint32_t longest = BK_NONE;
    double   most = -1.0;

    for (uint32_t m = 0; m < model->network.n_modes; m++) {
        double km = 0.0;
        for (size_t l = 0; l < alternative->n_legs; l++)
            if (alternative->legs[l].kind == BK_ARC_LINE && alternative->legs[l].mode == m)
                km += alternative->legs[l].km;
        if (km > most) {
            most = km;
            longest = m;
        }
    }
    return longest;
}

static bool
uses_link(const bk_graph *graph, const bk_alternative *alternative, const bool *is_link)
{
    for (size_t a = 0; a < alternative->n_arcs; a++)
        if (graph->kind[alternative->arcs[a]] == BK_ARC_LINE && is_link[graph->element[alternative->arcs[a]]])
            return true;
    return false;
}

static bk_status
choose(const bki_comparer *comparer, const route_query *query, bk_arena *scratch, const bk_alternative **out)
{
    const bk_graph       *graph = bk_joint_graph(comparer->base);
    const bk_alternative *found = NULL;
    size_t                n = 0;

    *out = NULL;
    if (query->mode != BK_NONE && !query->is_link) {
        BK_TRY(find(comparer, query, query->mode, 1, scratch, &n, &found));
        if (n > 0) {
            *out = found;
            return BK_OK;
        }
    }
    BK_TRY(find(comparer, query, BK_NONE, query->mode == BK_NONE && !query->is_link ? 1 : most_alternatives, scratch,
                &n, &found));
    for (size_t r = 0; r < n && !*out; r++)
        if ((query->mode == BK_NONE || main_mode(comparer->model, &found[r]) == query->mode) &&
            (!query->is_link || uses_link(graph, &found[r], query->is_link)))
            *out = &found[r];
    return BK_OK;
}

static double
hours_of(const bki_comparer *comparer, const bk_alternative *alternative)
{
    const bk_graph          *graph = bk_joint_graph(comparer->base);
    const bk_joint_solution *solution = bk_joint_base_solution(comparer->base);
    double                   hours = alternative->hours;

    for (size_t a = 0; a < alternative->n_arcs; a++) {
        const uint32_t facility = graph->facility[alternative->arcs[a]];
        hours += facility == BK_NONE ? 0.0 : solution->queue_hours[facility];
    }
    return hours;
}

/* "machinery, mostly rail, 10,920 km, by Dostyk and Brest" */
static const char *
describe(const bki_comparer *comparer, const route_query *query, const bk_alternative *alternative)
{
    const bk_model *model = comparer->model;
    const bk_graph *graph = bk_joint_graph(comparer->base);
    const char     *by = NULL;
    uint32_t        last = BK_NONE;

    for (size_t a = 0; a < alternative->n_arcs; a++) {
        const uint32_t arc = alternative->arcs[a];
        const uint32_t node = graph->node[graph->head[arc]];
        if (graph->kind[arc] != BK_ARC_BORDER || node == last)
            continue;
        last = node;
        by = bk_arena_format(comparer->arena, "%s%s%s", by ? by : "", by ? ", " : "", model->network.nodes[node].name);
    }
    const uint32_t mode = main_mode(model, alternative);
    return bk_arena_format(comparer->arena, "%s, mostly %s, %.0f km%s%s", model->economy.sectors[query->sector].id,
                           mode == BK_NONE ? "?" : model->network.modes[mode], alternative->km, by ? ", by " : "",
                           by ? by : "");
}

bk_status
bki_compare_route(const bki_comparer *comparer, bk_arena *scratch, bk_comparison *out)
{
    const bk_observation *row = out->observation;
    const bk_alternative *chosen = NULL;
    route_query           query;
    const char           *why = read_query(comparer->model, row, scratch, &query);

    BK_TRY(bk_arena_ok(scratch));
    if (why)
        return bki_not_computed(out, why);
    const double per_teu = comparer->model->economy.sectors[query.sector].tonnes_per_teu;
    const bool   is_time = strcmp(row->kind, "time") == 0;
    if (is_time
            ? strcmp(row->unit, "h") != 0
            : strcmp(row->unit, "USD/FEU") != 0 && strcmp(row->unit, "USD/TEU") != 0 && strcmp(row->unit, "USD/t") != 0)
        return bki_not_computed(out, is_time ? "its unit is not h" : "its unit is none of USD/t, USD/TEU and USD/FEU");
    BK_TRY(choose(comparer, &query, scratch, &chosen));
    if (!chosen)
        return bki_not_computed(out, "no route of the dozen cheapest goes by the mode or links it names");
    const double tonnes = strcmp(row->unit, "USD/FEU") == 0   ? 2.0 * per_teu
                          : strcmp(row->unit, "USD/TEU") == 0 ? per_teu
                                                              : 1.0;
    out->computed = true;
    out->value = is_time ? hours_of(comparer, chosen) : chosen->money * tonnes;
    out->how = describe(comparer, &query, chosen);
    return BK_OK;
}
