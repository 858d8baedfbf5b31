/* Compressed sparse rows: arcs sorted by tail, and a list of them sorted by head. */
#include "network/graph.h"

void
bki_sort_by_key(size_t n, const uint32_t *key, size_t n_keys, uint32_t *first, uint32_t *order)
{
    for (size_t k = 0; k <= n_keys; k++)
        first[k] = 0;
    for (size_t i = 0; i < n; i++)
        first[key[i] + 1]++;
    for (size_t k = 0; k < n_keys; k++)
        first[k + 1] += first[k];
    for (size_t i = 0; i < n; i++)
        order[first[key[i]]++] = (uint32_t)i;
    for (size_t k = n_keys; k > 0; k--) /* each first[k] now stands where bucket k ends: move back by one bucket */
        first[k] = first[k - 1];
    first[0] = 0;
}

bk_status
bki_graph_from_arcs(size_t n_vertices, size_t n_arcs, const uint32_t *from, const uint32_t *to, bk_arena *arena,
                    uint32_t *order, const bk_graph **out)
{
    bk_graph *graph = BK_NEW(arena, bk_graph, 1);
    uint32_t *first_out = BK_NEW(arena, uint32_t, n_vertices + 1), *first_in = BK_NEW(arena, uint32_t, n_vertices + 1);
    uint32_t *tail = BK_NEW(arena, uint32_t, n_arcs), *head = BK_NEW(arena, uint32_t, n_arcs);
    uint32_t *in_arc = BK_NEW(arena, uint32_t, n_arcs);
    BK_TRY(bk_arena_ok(arena));

    uint32_t *sorted = order != NULL ? order : in_arc; /* in_arc is free until the arcs are in place */
    bki_sort_by_key(n_arcs, from, n_vertices, first_out, sorted);
    for (size_t a = 0; a < n_arcs; a++) {
        tail[a] = from[sorted[a]];
        head[a] = to[sorted[a]];
    }
    bki_sort_by_key(n_arcs, head, n_vertices, first_in, in_arc);

    *graph = (bk_graph){.n_vertices = n_vertices,
                        .n_arcs = n_arcs,
                        .first_out = first_out,
                        .tail = tail,
                        .head = head,
                        .first_in = first_in,
                        .in_arc = in_arc};
    *out = graph;
    return BK_OK;
}

bk_status
bki_graph_of_roads(const bk_road_network *network, bk_arena *arena, uint32_t *order, const bk_graph **out)
{
    bk_arena scratch;

    bk_arena_init(&scratch, arena->ctx);
    uint32_t *from = BK_NEW(&scratch, uint32_t, network->n_arcs);
    bk_status status = bk_arena_ok(&scratch);
    for (size_t a = 0; status == BK_OK && a < network->n_arcs; a++)
        from[a] = network->from[a] < network->first_through ? (uint32_t)network->n_nodes + network->from[a]
                                                            : network->from[a];
    if (status == BK_OK)
        status = bki_graph_from_arcs(network->n_nodes + network->first_through, network->n_arcs, from, network->to,
                                     arena, order, out);
    bk_arena_release(&scratch);
    return status;
}

double *
bki_in_order(bk_arena *arena, size_t n, const uint32_t *order, const double *values)
{
    double *sorted = values != NULL ? BK_NEW(arena, double, n) : NULL;

    for (size_t a = 0; sorted != NULL && a < n; a++)
        sorted[a] = values[order[a]];
    return sorted;
}
