#include "study/corridor.h"

#include <string.h>

static bool
bears(const bk_model *model, const bk_graph *graph, size_t arc, const bk_corridor_mark *mark)
{
    const uint32_t element = graph->element[arc];

    switch (mark->kind) {
    case BK_MARK_LINK:
        return graph->kind[arc] == BK_ARC_LINE && element == mark->target;
    case BK_MARK_MODE:
        return graph->kind[arc] == BK_ARC_LINE && graph->mode[arc] == mark->target;
    case BK_MARK_CROSSING:
        break;
    }
    if (graph->kind[arc] != BK_ARC_BORDER)
        return false;
    const bk_border *border = &model->network.borders[element];
    return (border->from_country == mark->target && border->to_country == mark->other) ||
           (border->from_country == mark->other && border->to_country == mark->target);
}

void
bki_corridor_marks(const bk_model *model, const bk_graph *graph, uint32_t *mark)
{
    const bk_network_data *network = &model->network;

    for (size_t a = 0; a < graph->n_arcs; a++) {
        mark[a] = BK_NONE;
        for (size_t m = 0; m < network->n_corridor_marks; m++)
            if (network->corridor_marks[m].corridor < mark[a] && bears(model, graph, a, &network->corridor_marks[m]))
                mark[a] = network->corridor_marks[m].corridor;
    }
}

const char *
bk_corridor_id(const bk_model *model, size_t corridor)
{
    const bk_network_data *network = &model->network;

    if (corridor < network->n_corridors)
        return network->corridors[corridor].id;
    return network->n_corridors > 0 ? "other" : "all";
}

const char *
bk_corridor_name(const bk_model *model, size_t corridor)
{
    const bk_network_data *network = &model->network;

    if (corridor < network->n_corridors)
        return network->corridors[corridor].name;
    return network->n_corridors > 0 ? "of no corridor" : "all trade";
}

uint32_t
bki_arc_place(const bk_model *model, const bk_graph *graph, size_t arc, int end)
{
    const bk_network_data *network = &model->network;
    const uint32_t         element = graph->element[arc];

    switch ((bk_arc_kind)graph->kind[arc]) {
    case BK_ARC_LINE:
        if (strcmp(network->modes[graph->mode[arc]], "sea") == 0)
            return (uint32_t)model->n_countries;
        return network->nodes[graph->node[end ? graph->head[arc] : graph->tail[arc]]].country;
    case BK_ARC_TRANSFER:
        return network->nodes[network->transfers[element].node].country;
    case BK_ARC_BORDER:
        return network->nodes[network->borders[element].node].country;
    case BK_ARC_LOAD:
    case BK_ARC_UNLOAD:
        break;
    }
    return BK_NONE;
}
