/* buckle assign --select: whose trips use a link. */
#include "cli/assign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN 10 /* pairs in text; JSON has all */

/* ---- which links ------------------------------------------------------------------------------------------------ */

/* `text` is the link's id, or the ids of its nodes joined by a hyphen: 12-7. */
static bool
is_meant(const bk_road_network *network, size_t arc, const char *text)
{
    char        id[BK_ROAD_ID_SIZE];
    const char *from;
    size_t      n;

    if (strcmp(bk_road_arc_id(network, arc, id), text) == 0)
        return true;
    from = bk_road_node_id(network, network->from[arc], id);
    n = strlen(from);
    if (strncmp(text, from, n) != 0 || text[n] != '-')
        return false;
    return strcmp(bk_road_node_id(network, network->to[arc], id), text + n + 1) == 0;
}

static bk_status
select_named(bki_assign *answer, const char *text, bki_link_use *out, size_t room, size_t *n)
{
    const bk_road_network *network = answer->network;
    const size_t           before = *n;

    for (size_t a = 0; a < network->n_arcs && *n < room; a++) {
        if (!is_meant(network, a, text))
            continue;
        bki_link_use *use = &out[(*n)++];
        use->arc = a;
        if (answer->is_logit)
            BK_TRY(bki_assign_logit_select(answer, a, &use->n, &use->trips));
        else
            BK_TRY(bk_equilibrium_select(answer->session->ctx, network, answer->n_classes, answer->classes,
                                         &answer->out, a, &answer->session->arena, &use->n, &use->trips));
    }
    if (*n == before)
        return bk_fail_hint(answer->session->ctx, BK_ERR_REFERENCE,
                            network->arc_ids != NULL ? "a link_id, or FROM-TO with the ids of two nodes"
                                                     : "the number of a link's line, from 1, or FROM-TO",
                            "there is no link '%s'", text);
    return BK_OK;
}

bk_status
bki_assign_select(bki_assign *answer)
{
    const bki_value *wanted = bki_option_value(answer->session, "select");
    size_t           n = 0, room = 0;

    if (wanted == NULL)
        return BK_OK;
    for (size_t i = 0; i < wanted->n_texts; i++)
        for (size_t a = 0; a < answer->network->n_arcs; a++)
            room += is_meant(answer->network, a, wanted->texts[i]);
    bki_link_use *selected = BK_NEW(&answer->session->arena, bki_link_use, room + 1);
    BK_TRY(bk_arena_ok(&answer->session->arena));
    for (size_t i = 0; i < wanted->n_texts; i++)
        BK_TRY(select_named(answer, wanted->texts[i], selected, room, &n));
    answer->n_selected = n;
    answer->selected = selected;
    return BK_OK;
}

/* ---- shown ------------------------------------------------------------------------------------------------------ */

void
bki_assign_select_json(const bki_assign *answer, bk_json *json)
{
    const bk_road_network *network = answer->network;
    char                   id[BK_ROAD_ID_SIZE];

    bk_json_array(json, "selected");
    for (size_t s = 0; s < answer->n_selected; s++) {
        const bki_link_use *use = &answer->selected[s];
        bk_json_object(json, NULL);
        bk_json_text(json, "link", bk_road_arc_id(network, use->arc, id));
        bk_json_text(json, "from", bk_road_node_id(network, network->from[use->arc], id));
        bk_json_text(json, "to", bk_road_node_id(network, network->to[use->arc], id));
        bk_json_number(json, "volume", answer->out.flow[use->arc]);
        bk_json_array(json, "by");
        for (size_t i = 0; i < use->n; i++) {
            const bk_selected_trips *trips = &use->trips[i];
            bk_json_object(json, NULL);
            if (answer->roads[trips->class_index].name != NULL)
                bk_json_text(json, "class", answer->roads[trips->class_index].name);
            bk_json_text(json, "origin", bk_road_zone_id(network, trips->origin, id));
            bk_json_text(json, "destination", bk_road_zone_id(network, trips->destination, id));
            bk_json_number(json, "volume", trips->volume);
            bk_json_number(json, "trips", trips->trips);
            bk_json_end(json);
        }
        bk_json_end(json);
        bk_json_end(json);
    }
    bk_json_end(json);
}

static int
larger_first(const void *a, const void *b)
{
    const bk_selected_trips *x = a, *y = b;

    if (x->volume != y->volume)
        return x->volume > y->volume ? -1 : 1;
    if (x->class_index != y->class_index)
        return x->class_index < y->class_index ? -1 : 1;
    if (x->origin != y->origin)
        return x->origin < y->origin ? -1 : 1;
    return (x->destination > y->destination) - (x->destination < y->destination);
}

static void
print_use(const bki_assign *answer, const bki_link_use *use)
{
    static const bool        right[] = {false, false, false, true, true};
    static const char *const heads[] = {"class", "from", "to", "volume", "% of trips"};
    const size_t             first = answer->roads[0].name != NULL ? 0 : 1; /* no class where there is one alone */
    bk_arena                *arena = &answer->session->arena;
    const bk_road_network   *network = answer->network;
    bk_selected_trips       *sorted = BK_NEW(arena, bk_selected_trips, use->n);
    char                     id[2][BK_ROAD_ID_SIZE];
    bki_grid                 grid;

    printf("\nLink %s-%s carries %.6g, of %zu pairs of zones:\n\n",
           bk_road_node_id(network, network->from[use->arc], id[0]),
           bk_road_node_id(network, network->to[use->arc], id[1]), answer->out.flow[use->arc], use->n);
    if (sorted == NULL || use->n == 0)
        return;
    memcpy(sorted, use->trips, use->n * sizeof *sorted);
    qsort(sorted, use->n, sizeof *sorted, larger_first);
    bki_grid_start(&grid, arena, 5 - first, right + first);
    for (size_t h = first; h < 5; h++)
        bki_grid_add(&grid, heads[h]);
    for (size_t i = 0; i < use->n && i < SHOWN; i++) {
        if (first == 0)
            bki_grid_add(&grid, answer->roads[sorted[i].class_index].name);
        bki_grid_add(&grid, bk_arena_format(arena, "%s", bk_road_zone_id(network, sorted[i].origin, id[0])));
        bki_grid_add(&grid, bk_arena_format(arena, "%s", bk_road_zone_id(network, sorted[i].destination, id[1])));
        bki_grid_add(&grid, bk_arena_format(arena, "%.6g", sorted[i].volume));
        bki_grid_add(&grid, bk_arena_format(arena, "%.1f", 100.0 * sorted[i].volume / sorted[i].trips));
    }
    bki_grid_print(&grid);
    if (use->n > SHOWN)
        printf("and %zu more; --format json lists all\n", use->n - SHOWN);
}

void
bki_assign_select_text(const bki_assign *answer)
{
    for (size_t s = 0; s < answer->n_selected; s++)
        print_use(answer, &answer->selected[s]);
}
