/* buckle assign --classes: kinds of traffic, and what each of them pays. */
#include "cli/assign.h"
#include "cli/road.h"

#include <stdio.h>

bk_status
bki_assign_read(bki_assign *answer)
{
    BK_TRY(bki_road_read_classes(answer->session, &answer->network, &answer->n_classes, &answer->roads));
    bk_traffic_class *classes = BK_NEW(&answer->session->arena, bk_traffic_class, answer->n_classes);
    BK_TRY(bk_arena_ok(&answer->session->arena));
    for (size_t c = 0; c < answer->n_classes; c++)
        classes[c] = (bk_traffic_class){answer->roads[c].fixed, answer->roads[c].demand};
    answer->classes = classes;
    return BK_OK;
}

/* What all traffic of a class pays at the flows found. */
static double
cost_of_class(const bki_assign *answer, size_t class_index)
{
    const bk_road_network *network = answer->network;
    const double          *flow = answer->out.class_flow + class_index * network->n_arcs;
    double                 sum = 0.0;

    for (size_t a = 0; a < network->n_arcs; a++)
        if (flow[a] > 0.0)
            sum += flow[a] * (answer->out.cost[a] - network->fixed[a] + answer->roads[class_index].fixed[a]);
    return sum;
}

static double
trips_of_class(const bki_assign *answer, size_t class_index)
{
    const bk_road_demand *demand = answer->roads[class_index].demand;
    double                sum = 0.0;

    for (size_t t = 0; t < demand->first[demand->n_zones]; t++)
        sum += demand->volume[t];
    return sum;
}

void
bki_assign_classes_json(const bki_assign *answer, bk_json *json)
{
    bk_json_array(json, "classes");
    for (size_t c = 0; c < answer->n_classes; c++) {
        bk_json_object(json, NULL);
        bk_json_text(json, "class", answer->roads[c].name);
        bk_json_number(json, "trips", trips_of_class(answer, c));
        bk_json_number(json, "total_cost", cost_of_class(answer, c));
        bk_json_end(json);
    }
    bk_json_end(json);
}

void
bki_assign_classes_text(const bki_assign *answer)
{
    static const bool right[] = {false, true, true, true};
    bk_arena         *arena = &answer->session->arena;
    bki_grid          grid;

    printf("\n");
    bki_grid_start(&grid, arena, 4, right);
    for (size_t h = 0; h < 4; h++)
        bki_grid_add(&grid, ((const char *const[]){"class", "trips", "total cost", "a trip"})[h]);
    for (size_t c = 0; c < answer->n_classes; c++) {
        const double trips = trips_of_class(answer, c), cost = cost_of_class(answer, c);
        bki_grid_add(&grid, answer->roads[c].name);
        bki_grid_add(&grid, bk_arena_format(arena, "%.6g", trips));
        bki_grid_add(&grid, bk_arena_format(arena, "%.6g", cost));
        bki_grid_add(&grid, trips > 0.0 ? bk_arena_format(arena, "%.6g", cost / trips) : "");
    }
    bki_grid_print(&grid);
}
