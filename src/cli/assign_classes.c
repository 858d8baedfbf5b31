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

static double
cost_of_class(const bki_assign *answer, size_t class_index)
{
    return bki_road_class_cost(answer->network, &answer->roads[class_index],
                               answer->out.class_flow + class_index * answer->network->n_arcs, answer->out.cost);
}

void
bki_assign_classes_json(const bki_assign *answer, bk_json *json)
{
    bk_json_array(json, "classes");
    for (size_t c = 0; c < answer->n_classes; c++) {
        bk_json_object(json, NULL);
        bk_json_text(json, "class", answer->roads[c].name);
        bk_json_number(json, "trips", bki_road_class_trips(&answer->roads[c]));
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
        const double trips = bki_road_class_trips(&answer->roads[c]), cost = cost_of_class(answer, c);
        bki_grid_add(&grid, answer->roads[c].name);
        bki_grid_add(&grid, bk_arena_format(arena, "%.6g", trips));
        bki_grid_add(&grid, bk_arena_format(arena, "%.6g", cost));
        bki_grid_add(&grid, trips > 0.0 ? bk_arena_format(arena, "%.6g", cost / trips) : "");
    }
    bki_grid_print(&grid);
}
