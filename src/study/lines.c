/* Links with what is on them. */
#include "study/lines.h"

static double
cost_of(const bk_graph *graph, const bk_model *model, const bk_joint_assignment *assignment, uint32_t arc,
        double tonnes)
{
    const bk_link         *link = &model->network.links[graph->element[arc]];
    const bk_network_data *network = &model->network;
    double                 money = 0.0;

    for (size_t j = 0; tonnes > 0.0 && j < model->economy.n_sectors; j++) {
        const size_t row = link->mode * model->economy.n_sectors + j;
        money += assignment->arc_flow[j * graph->n_arcs + arc] *
                 (link->km * link->usd_per_tonne_km * network->products[row].money_factor + link->toll);
    }
    return (tonnes > 0.0 ? money / tonnes : 0.0) + assignment->price[graph->facility[arc]];
}

static bki_line
line_of(const bk_graph *graph, const bk_model *model, const bk_joint_assignment *assignment, uint32_t arc)
{
    const bk_network_data *network = &model->network;
    bki_line               found = {.arc = arc,
                                    .link = &network->links[graph->element[arc]],
                                    .from = &network->nodes[graph->node[graph->tail[arc]]],
                                    .to = &network->nodes[graph->node[graph->head[arc]]],
                                    .utilisation = assignment->utilisation[graph->facility[arc]],
                                    .price = assignment->price[graph->facility[arc]]};

    for (size_t j = 0; j < model->economy.n_sectors; j++)
        found.tonnes += assignment->arc_flow[j * graph->n_arcs + arc];
    found.cost = cost_of(graph, model, assignment, arc, found.tonnes);
    return found;
}

bk_status
bki_lines_list(const bk_joint_base *base, const bk_model *model, const bk_joint_assignment *assignment, bk_arena *arena,
               size_t *n_out, bki_line **out)
{
    const bk_graph *graph = bk_joint_graph(base);
    bki_line       *lines = BK_NEW(arena, bki_line, graph->n_arcs);

    BK_TRY(bk_arena_ok(arena));
    *n_out = 0;
    for (uint32_t a = 0; a < graph->n_arcs; a++)
        if (graph->kind[a] == BK_ARC_LINE && model->network.links[graph->element[a]].open)
            lines[(*n_out)++] = line_of(graph, model, assignment, a);
    *out = lines;
    return BK_OK;
}
