#include "bkt_network.h"

/* The number of arcs of a kind, and the last one. */
static size_t
count_arcs(const bk_graph *graph, bk_arc_kind kind, uint32_t element, uint32_t *last)
{
    size_t n = 0;

    for (uint32_t a = 0; a < graph->n_arcs; a++)
        if (graph->kind[a] == kind && graph->element[a] == element) {
            *last = a;
            n++;
        }
    return n;
}

/* The one arc by which `vertex` can be left or entered. */
static uint32_t
only_out(const bk_graph *graph, uint32_t vertex)
{
    assert_int_equal(graph->first_out[vertex + 1] - graph->first_out[vertex], 1);
    return graph->first_out[vertex];
}

static uint32_t
only_in(const bk_graph *graph, uint32_t vertex)
{
    assert_int_equal(graph->first_in[vertex + 1] - graph->first_in[vertex], 1);
    return graph->in_arc[graph->first_in[vertex]];
}

static uint32_t
find_line(const bk_graph *graph, uint32_t link, bool forward)
{
    for (uint32_t a = 0; a < graph->n_arcs; a++)
        if (graph->kind[a] == BK_ARC_LINE && graph->element[a] == link && graph->forward[a] == forward)
            return a;
    fail_msg("link %u has no arc that way", link);
    return BK_NONE;
}

static void
going_abroad_pays_the_exit_row_and_then_the_entry_row(void **state)
{
    static bkt_network made;
    bkt_memory         memory;
    const bk_graph    *graph;
    (void)state;

    bkt_memory_init(&memory);
    bkt_network_init(&made);
    const uint32_t u = bkt_node(&made, 0), v = bkt_node(&made, 1);
    bkt_link(&made, u, v, BKT_RAIL, 1520, 100);
    bkt_border_both_ways(&made, 0, 1, 1); /* rows 0, 1: exit at u, entry at v; 2, 3: exit at v, entry at u */
    assert_int_equal(bk_graph_build(memory.ctx, &made.model, &memory.arena, &graph), BK_OK);

    for (int forward = 0; forward < 2; forward++) {
        const uint32_t line = find_line(graph, 0, forward);
        const uint32_t exit = only_in(graph, graph->tail[line]), entry = only_out(graph, graph->head[line]);
        assert_int_equal(graph->kind[exit], BK_ARC_BORDER);
        assert_int_equal(graph->kind[entry], BK_ARC_BORDER);
        assert_int_equal(graph->element[exit], forward ? 0 : 2);
        assert_int_equal(graph->element[entry], forward ? 1 : 3);
        assert_int_equal(graph->node[graph->tail[exit]], forward ? u : v);
        assert_int_equal(graph->node[graph->head[entry]], forward ? v : u);
        assert_int_equal(graph->facility[exit], 1 + graph->element[exit]);
        assert_int_equal(graph->facility[line], 0);
    }
    assert_int_equal(graph->n_facilities, 5);
    bkt_memory_release(&memory);
}

static void
parallel_lines_share_the_border_rows_of_their_gauge(void **state)
{
    static bkt_network made;
    bkt_memory         memory;
    const bk_graph    *graph;
    uint32_t           arc = 0;
    (void)state;

    bkt_memory_init(&memory);
    bkt_network_init(&made);
    const uint32_t u = bkt_node(&made, 0), v = bkt_node(&made, 1);
    bkt_link(&made, u, v, BKT_RAIL, 1520, 100);
    bkt_link(&made, u, v, BKT_RAIL, 1520, 120);
    bkt_link(&made, u, v, BKT_RAIL, 1435, 90);
    bkt_border_both_ways(&made, 0, 1, 1);
    assert_int_equal(bk_graph_build(memory.ctx, &made.model, &memory.arena, &graph), BK_OK);
    assert_int_equal(count_arcs(graph, BK_ARC_BORDER, 0, &arc), 2); /* one for each gauge */
    assert_int_equal(graph->tail[find_line(graph, 0, true)], graph->tail[find_line(graph, 1, true)]);
    assert_int_not_equal(graph->tail[find_line(graph, 0, true)], graph->tail[find_line(graph, 2, true)]);
    bkt_memory_release(&memory);
}

static void
sea_and_pipelines_cross_borders_without_rows(void **state)
{
    static bkt_network made;
    bkt_memory         memory;
    const bk_graph    *graph;
    (void)state;

    bkt_memory_init(&memory);
    bkt_network_init(&made);
    const uint32_t u = bkt_node(&made, 0), v = bkt_node(&made, 1);
    bkt_link(&made, u, v, BKT_SEA, 0, 100);
    bkt_link(&made, u, v, BKT_PIPELINE, 0, 100);
    assert_int_equal(bk_graph_build(memory.ctx, &made.model, &memory.arena, &graph), BK_OK);
    for (size_t a = 0; a < graph->n_arcs; a++)
        assert_int_not_equal(graph->kind[a], BK_ARC_BORDER);
    bkt_memory_release(&memory);
}

static void
a_crossing_without_its_row_is_named(void **state)
{
    static bkt_network made;
    bkt_memory         memory;
    const bk_graph    *graph = NULL;
    (void)state;

    bkt_memory_init(&memory);
    bkt_network_init(&made);
    const uint32_t u = bkt_node(&made, 0), v = bkt_node(&made, 1);
    bkt_link(&made, u, v, BKT_ROAD, 0, 100);
    bkt_border_both_ways(&made, 0, 1, 1);
    made.model.network.n_borders = 3;
    assert_int_equal(bk_graph_build(memory.ctx, &made.model, &memory.arena, &graph), BK_ERR_REFERENCE);
    assert_string_equal(bk_error_get(memory.ctx, 0)->message,
                        "network/border.csv has no entry row at n0 for road from BBB to AAA");
    assert_null(graph);
    bkt_memory_release(&memory);
}

static void
a_directed_link_has_no_arc_back(void **state)
{
    static bkt_network made;
    bkt_memory         memory;
    const bk_graph    *graph;
    uint32_t           arc = 0;
    (void)state;

    bkt_memory_init(&memory);
    bkt_network_init(&made);
    const uint32_t u = bkt_node(&made, 0), v = bkt_node(&made, 0);
    bkt_link(&made, u, v, BKT_PIPELINE, 0, 100);
    made.links[0].directed = true;
    assert_int_equal(bk_graph_build(memory.ctx, &made.model, &memory.arena, &graph), BK_OK);
    assert_int_equal(count_arcs(graph, BK_ARC_LINE, 0, &arc), 1);
    assert_int_equal(graph->node[graph->tail[arc]], u);
    bkt_memory_release(&memory);
}

/* Rail of two gauges, road and sea call at one place: four stops, each loaded and unloaded, joined by the transfers
 * only. */
static void
modes_and_gauges_meet_only_in_transfers(void **state)
{
    static bkt_network made;
    bkt_memory         memory;
    const bk_graph    *graph;
    uint32_t           arc = 0;
    (void)state;

    bkt_memory_init(&memory);
    bkt_network_init(&made);
    const uint32_t u = bkt_node(&made, 0), v = bkt_node(&made, 0);
    bkt_link(&made, u, v, BKT_RAIL, 1520, 100);
    bkt_link(&made, u, v, BKT_RAIL, 1435, 100);
    bkt_link(&made, u, v, BKT_ROAD, 0, 100);
    bkt_transfer(&made, u, BKT_RAIL, 1520, BKT_SEA, 0, 24, 5);
    bkt_transfer(&made, u, BKT_RAIL, 1520, BKT_RAIL, 1435, 6, 2);
    assert_int_equal(bk_graph_build(memory.ctx, &made.model, &memory.arena, &graph), BK_OK);
    assert_int_equal(count_arcs(graph, BK_ARC_LOAD, u, &arc), 4);
    assert_int_equal(count_arcs(graph, BK_ARC_UNLOAD, u, &arc), 4);
    assert_int_equal(count_arcs(graph, BK_ARC_LOAD, v, &arc), 3);
    assert_int_equal(count_arcs(graph, BK_ARC_TRANSFER, 1, &arc), 1);
    assert_int_equal(graph->mode[arc], BKT_RAIL);
    assert_int_equal(graph->facility[arc], 3 + 1);
    assert_int_equal(count_arcs(graph, BK_ARC_TRANSFER, 0, &arc), 1);
    assert_int_equal(graph->vertex_mode[graph->tail[arc]], BKT_RAIL);
    assert_int_equal(graph->vertex_mode[graph->head[arc]], BKT_SEA);
    assert_int_equal(graph->first_in[graph->origin[u] + 1] - graph->first_in[graph->origin[u]], 0);
    assert_int_equal(graph->first_out[graph->destination[u] + 1] - graph->first_out[graph->destination[u]], 0);
    assert_int_equal(graph->vertex_mode[graph->origin[u]], BK_NONE);
    bkt_memory_release(&memory);
}

static void
both_directions_of_the_rows_list_every_arc_once(void **state)
{
    static bkt_network made;
    bkt_memory         memory;
    const bk_graph    *graph;
    (void)state;

    bkt_memory_init(&memory);
    bkt_network_init(&made);
    for (uint32_t i = 0; i < 12; i++)
        bkt_node(&made, i / 4);
    for (uint32_t i = 0; i < 40; i++) {
        const uint32_t from = (uint32_t)(12 * bk_uniform(1, 1, i)), step = 1 + (uint32_t)(11 * bk_uniform(1, 2, i));
        const uint32_t link = bkt_link(&made, from, (from + step) % 12, BKT_SEA, 0, 10);
        made.links[link].open = i % 5 != 0; /* closed links are part of the graph */
    }
    assert_int_equal(bk_graph_build(memory.ctx, &made.model, &memory.arena, &graph), BK_OK);
    assert_int_equal(graph->n_arcs, 80 + 24);
    assert_int_equal(graph->first_out[graph->n_vertices], graph->n_arcs);
    assert_int_equal(graph->first_in[graph->n_vertices], graph->n_arcs);
    bool listed[256] = {false};
    for (uint32_t v = 0; v < graph->n_vertices; v++) {
        for (uint32_t a = graph->first_out[v]; a < graph->first_out[v + 1]; a++)
            assert_int_equal(graph->tail[a], v);
        for (uint32_t k = graph->first_in[v]; k < graph->first_in[v + 1]; k++) {
            assert_int_equal(graph->head[graph->in_arc[k]], v);
            assert_false(listed[graph->in_arc[k]]);
            listed[graph->in_arc[k]] = true;
        }
    }
    bkt_memory_release(&memory);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(going_abroad_pays_the_exit_row_and_then_the_entry_row),
        cmocka_unit_test(parallel_lines_share_the_border_rows_of_their_gauge),
        cmocka_unit_test(sea_and_pipelines_cross_borders_without_rows),
        cmocka_unit_test(a_crossing_without_its_row_is_named),
        cmocka_unit_test(a_directed_link_has_no_arc_back),
        cmocka_unit_test(modes_and_gauges_meet_only_in_transfers),
        cmocka_unit_test(both_directions_of_the_rows_list_every_arc_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
