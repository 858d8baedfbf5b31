#include "assignment/tolls.h"

bki_tolls
bki_tolls_list(const bk_model *model, const bk_graph *graph, bk_arena *arena)
{
    if (model->transit_toll == NULL)
        return (bki_tolls){0};
    double   *usd = BK_NEW(arena, double, graph->n_arcs);
    uint32_t *country = BK_NEW(arena, uint32_t, graph->n_arcs);
    for (size_t a = 0; usd != NULL && country != NULL && a < graph->n_arcs; a++) {
        country[a] = bk_arc_toll_country(model, graph, a);
        usd[a] = country[a] != BK_NONE ? model->transit_toll[country[a]] : 0.0;
    }
    return (bki_tolls){usd, country};
}

bki_ends
bki_ends_of(const bk_model *model, const bk_traffic *traffic, size_t pair)
{
    const bk_zone   *zones = model->network.zones;
    const bk_region *regions = model->economy.regions;

    return (bki_ends){regions[zones[traffic->origin[pair]].region].country,
                      regions[zones[traffic->destination[pair]].region].country};
}

double
bki_route_toll(const bki_tolls *tolls, bki_ends ends, const bk_universe *universe, size_t route)
{
    double sum = 0.0;

    for (size_t at = universe->first_arc[route]; tolls->usd != NULL && at < universe->first_arc[route + 1]; at++)
        sum += bki_toll(tolls, ends, universe->arc[at]);
    return sum;
}
