/* From links, transfers and border rows to one graph.
 *
 * A vertex is a role at a place.  Trade leaves from the origin terminal and arrives at the destination terminal; a stop
 * is a mode and gauge that calls there; gates stand between a stop and the lines to one neighbouring country, so that
 * each line arc out pays its exit row and each line arc in its entry row:
 *
 *     origin -load-> stop -exit row-> exit gate ==line==> entry gate -entry row-> stop -unload-> destination
 */
#include "network/graph.h"

#include <stdlib.h>

typedef enum vertex_role { ROLE_ORIGIN, ROLE_STOP, ROLE_EXIT_GATE, ROLE_ENTRY_GATE, ROLE_DESTINATION } vertex_role;

/* The order of the fields is the order of the vertices. */
typedef struct vertex_key {
    uint32_t    node;
    vertex_role role;
    uint32_t    mode; /* BK_NONE at terminals */
    int         gauge_mm;
    uint32_t    beyond; /* the neighbouring country of a gate, else BK_NONE */
} vertex_key;

typedef struct raw_arc {
    uint32_t tail, head, element, mode, facility;
    uint8_t  kind, forward;
} raw_arc;

typedef struct border_key {
    uint32_t node, mode, from_country, to_country, side;
    uint32_t row;
} border_key;

typedef struct graph_builder {
    bk_context       *ctx;
    const bk_model   *model;
    size_t            n_vertices, n_arcs, n_facilities;
    const vertex_key *vertices; /* [n_vertices] sorted */
    const border_key *borders;  /* [n_borders] sorted */
    raw_arc          *arcs;     /* [n_arcs] so far, room for all */
} graph_builder;

/* ---- vertices ------------------------------------------------------------------------------------------------- */

static int
compare_vertices(const void *left, const void *right)
{
    const vertex_key *a = left, *b = right;

    if (a->node != b->node)
        return a->node < b->node ? -1 : 1;
    if (a->role != b->role)
        return a->role < b->role ? -1 : 1;
    if (a->mode != b->mode)
        return a->mode < b->mode ? -1 : 1;
    if (a->gauge_mm != b->gauge_mm)
        return a->gauge_mm < b->gauge_mm ? -1 : 1;
    if (a->beyond != b->beyond)
        return a->beyond < b->beyond ? -1 : 1;
    return 0;
}

static vertex_key
terminal(size_t node, vertex_role role)
{
    return (vertex_key){(uint32_t)node, role, BK_NONE, 0, BK_NONE};
}

static vertex_key
stop(uint32_t node, uint32_t mode, int gauge_mm)
{
    return (vertex_key){node, ROLE_STOP, mode, gauge_mm, BK_NONE};
}

/* Where the line arcs of a link begin (role exit) or end (role entry) at `here`; `there` is its other end. */
static vertex_key
line_end(const bk_model *model, const bk_link *link, uint32_t here, uint32_t there, vertex_role role)
{
    const uint32_t country = model->network.nodes[here].country, beyond = model->network.nodes[there].country;

    if (country == beyond || !model->network.mode_crosses[link->mode])
        return stop(here, link->mode, link->gauge_mm);
    return (vertex_key){here, role, link->mode, link->gauge_mm, beyond};
}

/* Both ends of a link as keys: stops, and gates where it crosses a border. */
static size_t
link_vertices(const bk_model *model, const bk_link *link, vertex_key *keys)
{
    size_t n = 0;

    keys[n++] = stop(link->from, link->mode, link->gauge_mm);
    keys[n++] = stop(link->to, link->mode, link->gauge_mm);
    keys[n++] = line_end(model, link, link->from, link->to, ROLE_EXIT_GATE);
    keys[n++] = line_end(model, link, link->to, link->from, ROLE_ENTRY_GATE);
    if (!link->directed) {
        keys[n++] = line_end(model, link, link->to, link->from, ROLE_EXIT_GATE);
        keys[n++] = line_end(model, link, link->from, link->to, ROLE_ENTRY_GATE);
    }
    return n;
}

static bk_status
collect_vertices(graph_builder *builder, bk_arena *scratch)
{
    const bk_network_data *network = &builder->model->network;
    const size_t           most = 6 * network->n_links + 2 * network->n_transfers + 2 * network->n_nodes;
    vertex_key            *keys = BK_NEW(scratch, vertex_key, most);
    size_t                 n = 0, n_unique = 0;

    BK_TRY(bk_arena_ok(scratch));
    for (size_t i = 0; i < network->n_links; i++)
        n += link_vertices(builder->model, &network->links[i], keys + n);
    for (size_t i = 0; i < network->n_transfers; i++) {
        const bk_transfer *transfer = &network->transfers[i];
        keys[n++] = stop(transfer->node, transfer->from_mode, transfer->from_gauge_mm);
        keys[n++] = stop(transfer->node, transfer->to_mode, transfer->to_gauge_mm);
    }
    for (size_t v = 0; v < network->n_nodes; v++) {
        keys[n++] = terminal(v, ROLE_ORIGIN);
        keys[n++] = terminal(v, ROLE_DESTINATION);
    }
    qsort(keys, n, sizeof *keys, compare_vertices);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || compare_vertices(&keys[i], &keys[i - 1]) != 0)
            keys[n_unique++] = keys[i];
    builder->vertices = keys;
    builder->n_vertices = n_unique;
    return BK_OK;
}

static uint32_t
find_vertex(const graph_builder *builder, vertex_key key)
{
    const vertex_key *found = bsearch(&key, builder->vertices, builder->n_vertices, sizeof key, compare_vertices);
    return (uint32_t)(found - builder->vertices); /* every key asked for was collected */
}

/* ---- border rows ---------------------------------------------------------------------------------------------- */

static int
compare_borders(const void *left, const void *right)
{
    const border_key *a = left, *b = right;

    if (a->node != b->node)
        return a->node < b->node ? -1 : 1;
    if (a->mode != b->mode)
        return a->mode < b->mode ? -1 : 1;
    if (a->from_country != b->from_country)
        return a->from_country < b->from_country ? -1 : 1;
    if (a->to_country != b->to_country)
        return a->to_country < b->to_country ? -1 : 1;
    if (a->side != b->side)
        return a->side < b->side ? -1 : 1;
    return 0;
}

static bk_status
collect_borders(graph_builder *builder, bk_arena *scratch)
{
    const bk_network_data *network = &builder->model->network;
    border_key            *keys = BK_NEW(scratch, border_key, network->n_borders);

    BK_TRY(bk_arena_ok(scratch));
    for (size_t i = 0; i < network->n_borders; i++) {
        const bk_border *row = &network->borders[i];
        keys[i] =
            (border_key){row->node, row->mode, row->from_country, row->to_country, (uint32_t)row->side, (uint32_t)i};
    }
    qsort(keys, network->n_borders, sizeof *keys, compare_borders);
    builder->borders = keys;
    return BK_OK;
}

static border_key
key_of_gate(const graph_builder *builder, const vertex_key *gate)
{
    const uint32_t country = builder->model->network.nodes[gate->node].country;

    if (gate->role == ROLE_EXIT_GATE)
        return (border_key){gate->node, gate->mode, country, gate->beyond, BK_EXIT, BK_NONE};
    return (border_key){gate->node, gate->mode, gate->beyond, country, BK_ENTRY, BK_NONE};
}

static bk_status
fail_missing_border(const graph_builder *builder, const border_key *key)
{
    const bk_model *model = builder->model;

    return bk_fail_hint(builder->ctx, BK_ERR_REFERENCE, "add the row, with zeros if nothing is controlled there",
                        "network/border.csv has no %s row at %s for %s from %s to %s",
                        key->side == BK_EXIT ? "exit" : "entry", model->network.nodes[key->node].id,
                        model->network.modes[key->mode], model->countries[key->from_country],
                        model->countries[key->to_country]);
}

/* ---- arcs ------------------------------------------------------------------------------------------------------ */

static void
add_line(graph_builder *builder, size_t index, bool forward)
{
    const bk_link *link = &builder->model->network.links[index];
    const uint32_t from = forward ? link->from : link->to, to = forward ? link->to : link->from;

    builder->arcs[builder->n_arcs++] =
        (raw_arc){.tail = find_vertex(builder, line_end(builder->model, link, from, to, ROLE_EXIT_GATE)),
                  .head = find_vertex(builder, line_end(builder->model, link, to, from, ROLE_ENTRY_GATE)),
                  .kind = BK_ARC_LINE,
                  .element = (uint32_t)index,
                  .mode = link->mode,
                  .facility = (uint32_t)index,
                  .forward = forward};
}

static void
add_transfer(graph_builder *builder, size_t index)
{
    const bk_transfer *transfer = &builder->model->network.transfers[index];

    builder->arcs[builder->n_arcs++] =
        (raw_arc){.tail = find_vertex(builder, stop(transfer->node, transfer->from_mode, transfer->from_gauge_mm)),
                  .head = find_vertex(builder, stop(transfer->node, transfer->to_mode, transfer->to_gauge_mm)),
                  .kind = BK_ARC_TRANSFER,
                  .element = (uint32_t)index,
                  .mode = transfer->to_mode,
                  .facility = (uint32_t)(builder->model->network.n_links + index)};
}

static void
add_loading(graph_builder *builder, size_t vertex)
{
    const vertex_key *key = &builder->vertices[vertex];
    const uint32_t    origin = find_vertex(builder, terminal(key->node, ROLE_ORIGIN));
    const uint32_t    destination = find_vertex(builder, terminal(key->node, ROLE_DESTINATION));

    builder->arcs[builder->n_arcs++] = (raw_arc){.tail = origin,
                                                 .head = (uint32_t)vertex,
                                                 .kind = BK_ARC_LOAD,
                                                 .element = key->node,
                                                 .mode = key->mode,
                                                 .facility = BK_NONE};
    builder->arcs[builder->n_arcs++] = (raw_arc){.tail = (uint32_t)vertex,
                                                 .head = destination,
                                                 .kind = BK_ARC_UNLOAD,
                                                 .element = key->node,
                                                 .mode = key->mode,
                                                 .facility = BK_NONE};
}

static bk_status
add_border(graph_builder *builder, size_t vertex)
{
    const bk_network_data *network = &builder->model->network;
    const vertex_key      *gate = &builder->vertices[vertex];
    const border_key       key = key_of_gate(builder, gate);
    const uint32_t         inside = find_vertex(builder, stop(gate->node, gate->mode, gate->gauge_mm));
    const bool             leaving = gate->role == ROLE_EXIT_GATE;
    const border_key      *found = bsearch(&key, builder->borders, network->n_borders, sizeof key, compare_borders);

    if (found == NULL)
        return fail_missing_border(builder, &key);
    builder->arcs[builder->n_arcs++] =
        (raw_arc){.tail = leaving ? inside : (uint32_t)vertex,
                  .head = leaving ? (uint32_t)vertex : inside,
                  .kind = BK_ARC_BORDER,
                  .element = found->row,
                  .mode = gate->mode,
                  .facility = (uint32_t)(network->n_links + network->n_transfers + found->row)};
    return BK_OK;
}

static bk_status
collect_arcs(graph_builder *builder, bk_arena *scratch)
{
    const bk_network_data *network = &builder->model->network;

    builder->arcs = BK_NEW(scratch, raw_arc, 2 * network->n_links + network->n_transfers + 2 * builder->n_vertices);
    BK_TRY(bk_arena_ok(scratch));
    for (size_t i = 0; i < network->n_links; i++) {
        add_line(builder, i, true);
        if (!network->links[i].directed)
            add_line(builder, i, false);
    }
    for (size_t i = 0; i < network->n_transfers; i++)
        add_transfer(builder, i);
    for (size_t v = 0; v < builder->n_vertices; v++) {
        const vertex_role role = builder->vertices[v].role;
        if (role == ROLE_STOP)
            add_loading(builder, v);
        else if (role == ROLE_EXIT_GATE || role == ROLE_ENTRY_GATE)
            BK_TRY(add_border(builder, v));
    }
    return BK_OK;
}

/* ---- the graph ------------------------------------------------------------------------------------------------- */

/* Sorts the arcs and lays their attributes out as arrays. */
static bk_status
lay_out_arcs(const graph_builder *builder, bk_arena *scratch, bk_arena *arena, bk_graph *graph)
{
    const size_t    n = builder->n_arcs;
    const bk_graph *bare;
    uint32_t       *from = BK_NEW(scratch, uint32_t, n), *to = BK_NEW(scratch, uint32_t, n);
    uint32_t       *order = BK_NEW(scratch, uint32_t, n);
    uint8_t        *kind = BK_NEW(arena, uint8_t, n), *forward = BK_NEW(arena, uint8_t, n);
    uint32_t       *element = BK_NEW(arena, uint32_t, n), *mode = BK_NEW(arena, uint32_t, n);
    uint32_t       *facility = BK_NEW(arena, uint32_t, n);

    BK_TRY(bk_arena_ok(scratch));
    BK_TRY(bk_arena_ok(arena));
    for (size_t k = 0; k < n; k++) {
        from[k] = builder->arcs[k].tail;
        to[k] = builder->arcs[k].head;
    }
    BK_TRY(bki_graph_from_arcs(builder->n_vertices, n, from, to, arena, order, &bare));
    *graph = *bare;
    for (size_t a = 0; a < n; a++) {
        const raw_arc *arc = &builder->arcs[order[a]];
        kind[a] = arc->kind;
        forward[a] = arc->forward;
        element[a] = arc->element;
        mode[a] = arc->mode;
        facility[a] = arc->facility;
    }
    graph->kind = kind;
    graph->forward = forward;
    graph->element = element;
    graph->mode = mode;
    graph->facility = facility;
    return BK_OK;
}

static bk_status
lay_out_vertices(const graph_builder *builder, bk_arena *arena, bk_graph *graph)
{
    const size_t n_nodes = builder->model->network.n_nodes;
    uint32_t    *node = BK_NEW(arena, uint32_t, builder->n_vertices);
    uint32_t    *vertex_mode = BK_NEW(arena, uint32_t, builder->n_vertices);
    uint32_t    *origin = BK_NEW(arena, uint32_t, n_nodes), *destination = BK_NEW(arena, uint32_t, n_nodes);

    BK_TRY(bk_arena_ok(arena));
    for (size_t v = 0; v < builder->n_vertices; v++) {
        const vertex_key *key = &builder->vertices[v];
        node[v] = key->node;
        vertex_mode[v] = key->mode;
        if (key->role == ROLE_ORIGIN)
            origin[key->node] = (uint32_t)v;
        else if (key->role == ROLE_DESTINATION)
            destination[key->node] = (uint32_t)v;
    }
    graph->node = node;
    graph->vertex_mode = vertex_mode;
    graph->origin = origin;
    graph->destination = destination;
    return BK_OK;
}

static bk_status
build(graph_builder *builder, bk_arena *scratch, bk_arena *arena, const bk_graph **out)
{
    const bk_network_data *network = &builder->model->network;
    bk_graph              *graph = BK_NEW(arena, bk_graph, 1);

    BK_TRY(bk_arena_ok(arena));
    BK_TRY(collect_vertices(builder, scratch));
    BK_TRY(collect_borders(builder, scratch));
    BK_TRY(collect_arcs(builder, scratch));
    BK_TRY(lay_out_arcs(builder, scratch, arena, graph));
    BK_TRY(lay_out_vertices(builder, arena, graph));
    graph->n_facilities = network->n_links + network->n_transfers + network->n_borders;
    *out = graph;
    return BK_OK;
}

bk_status
bk_graph_build(bk_context *ctx, const bk_model *model, bk_arena *arena, const bk_graph **out)
{
    graph_builder builder = {.ctx = ctx, .model = model};
    bk_arena      scratch;

    bk_arena_init(&scratch, ctx);
    const bk_status status = build(&builder, &scratch, arena, out);
    bk_arena_release(&scratch);
    return status;
}
