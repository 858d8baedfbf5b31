/* A hierarchy is made: order, shortcuts, and where arcs and zones are found in it. */
#include "network/hierarchy.h"
#include "network/dissection.h"
#include "network/graph.h"

#define N_BLOCKS 64 /* subtrees hold at most one in so many nodes */

typedef struct hierarchy_maker {
    bk_context            *ctx;
    const bk_road_network *network;
    bk_arena              *scratch, *arena;
    bk_hierarchy          *out;
    bki_links              links; /* of the nodes that may be passed through */
    uint32_t              *rank;  /* [links.n] */
    size_t                 most;  /* shortcuts */
} hierarchy_maker;

static bool
is_closed(const bk_road_network *network, uint32_t node)
{
    return node < network->first_through;
}

/* ---- nodes ---------------------------------------------------------------------------------------------------- */

/* Each neighbour once. */
static void
drop_doubles(bki_links *links, uint32_t *seen)
{
    uint32_t n = 0;

    for (uint32_t v = 0; v < links->n; v++)
        seen[v] = BK_NONE;
    for (uint32_t v = 0, k = 0; v < links->n; v++) {
        const uint32_t end = links->first[v + 1];
        links->first[v] = n;
        for (; k < end; k++)
            if (seen[links->neighbour[k]] != v) {
                seen[links->neighbour[k]] = v;
                links->neighbour[n++] = links->neighbour[k];
            }
    }
    links->first[links->n] = n;
}

static bk_status
link_nodes(hierarchy_maker *maker)
{
    const bk_road_network *network = maker->network;
    const uint32_t         through = network->first_through;
    const size_t           n_ends = 2 * network->n_arcs;
    bki_links             *links = &maker->links;
    uint32_t *from = BK_NEW(maker->scratch, uint32_t, n_ends), *to = BK_NEW(maker->scratch, uint32_t, n_ends);
    uint32_t *order = BK_NEW(maker->scratch, uint32_t, n_ends);
    size_t    n = 0;

    links->n = (uint32_t)(network->n_nodes - through);
    links->first = BK_NEW(maker->scratch, uint32_t, links->n + 1);
    links->neighbour = BK_NEW(maker->scratch, uint32_t, n_ends);
    uint32_t *seen = BK_NEW(maker->scratch, uint32_t, links->n);
    BK_TRY(bk_arena_ok(maker->scratch));
    for (size_t a = 0; a < network->n_arcs; a++) {
        const uint32_t tail = network->from[a], head = network->to[a];
        if (is_closed(network, tail) || is_closed(network, head) || tail == head)
            continue;
        from[n] = to[n + 1] = tail - through;
        to[n] = from[n + 1] = head - through;
        n += 2;
    }
    bki_sort_by_key(n, from, links->n, links->first, order);
    for (size_t k = 0; k < n; k++)
        links->neighbour[k] = to[order[k]];
    drop_doubles(links, seen);
    return BK_OK;
}

static bk_status
rank_nodes(hierarchy_maker *maker)
{
    const uint32_t n = maker->links.n;
    uint32_t      *order = BK_NEW(maker->scratch, uint32_t, n);

    maker->rank = BK_NEW(maker->scratch, uint32_t, n);
    BK_TRY(bk_arena_ok(maker->scratch));
    BK_TRY(bki_dissect(maker->ctx, &maker->links, order));
    for (uint32_t r = 0; r < n; r++)
        maker->rank[order[r]] = r;
    return bki_eliminate(maker->ctx, &maker->links, maker->rank, maker->most, maker->arena, &maker->out->up);
}

/* Subtrees of the elimination tree of limited size, and what is above them. */
static bk_status
cut_blocks(hierarchy_maker *maker)
{
    bk_hierarchy          *out = maker->out;
    const bki_elimination *up = &out->up;
    const uint32_t         most = up->n / N_BLOCKS + 1;
    uint32_t              *size = BK_NEW(maker->scratch, uint32_t, up->n);
    uint32_t               n_blocks = 0;

    out->block_of = BK_NEW(maker->arena, uint32_t, up->n);
    out->by_block = BK_NEW(maker->arena, uint32_t, up->n);
    BK_TRY(bk_arena_ok(maker->scratch));
    BK_TRY(bk_arena_ok(maker->arena));
    for (uint32_t r = 0; r < up->n; r++) {
        size[r]++;
        if (up->parent[r] != BK_NONE)
            size[up->parent[r]] += size[r];
    }
    for (uint32_t r = up->n; r-- > 0;) {
        const uint32_t parent = up->parent[r];
        if (size[r] > most)
            out->block_of[r] = BK_NONE;
        else
            out->block_of[r] = parent != BK_NONE && size[parent] <= most ? out->block_of[parent] : n_blocks++;
    }
    for (uint32_t r = 0; r < up->n; r++)
        if (out->block_of[r] == BK_NONE)
            out->block_of[r] = n_blocks;
    out->n_blocks = n_blocks + 1;
    out->first_of_block = BK_NEW(maker->arena, uint32_t, out->n_blocks + 1);
    BK_TRY(bk_arena_ok(maker->arena));
    bki_sort_by_key(up->n, out->block_of, out->n_blocks, out->first_of_block, out->by_block);
    return BK_OK;
}

/* ---- arcs ----------------------------------------------------------------------------------------------------- */

static size_t
find_shortcut(const bki_elimination *up, uint32_t low, uint32_t high)
{
    size_t first = up->first_up[low], end = up->first_up[low + 1];

    while (end - first > 1) {
        const size_t middle = first + (end - first) / 2;
        if (up->head[middle] <= high)
            first = middle;
        else
            end = middle;
    }
    return first;
}

static bk_status
place_arcs(hierarchy_maker *maker)
{
    const bk_road_network *network = maker->network;
    const uint32_t         through = network->first_through;
    bk_hierarchy          *out = maker->out;

    out->place = BK_NEW(maker->arena, size_t, network->n_arcs);
    BK_TRY(bk_arena_ok(maker->arena));
    for (size_t a = 0; a < network->n_arcs; a++) {
        const uint32_t from = network->from[a], to = network->to[a];
        out->place[a] = SIZE_MAX;
        if (is_closed(network, from) || is_closed(network, to) || from == to)
            continue;
        const uint32_t tail = maker->rank[from - through], head = maker->rank[to - through];
        out->place[a] =
            tail < head ? find_shortcut(&out->up, tail, head) : out->up.n_up + find_shortcut(&out->up, head, tail);
    }
    return BK_OK;
}

/* ---- zones ---------------------------------------------------------------------------------------------------- */

/* `zone_end` [n_arcs]: the ends of arcs at which zones are, `other` the opposite ones. */
static bk_status
touch_zones(hierarchy_maker *maker, const uint32_t *zone_end, const uint32_t *other, bki_touch *out)
{
    const bk_road_network *network = maker->network;
    const uint32_t         through = network->first_through;
    const size_t           n_zones = network->n_zones, most = n_zones + network->n_arcs;
    uint32_t              *zone = BK_NEW(maker->scratch, uint32_t, most), *arc = BK_NEW(maker->scratch, uint32_t, most);
    size_t                 n = 0;

    out->first = BK_NEW(maker->arena, uint32_t, n_zones + 1);
    BK_TRY(bk_arena_ok(maker->scratch));
    for (uint32_t z = through; z < n_zones; z++) {
        zone[n] = z;
        arc[n++] = BK_NONE;
    }
    for (size_t a = 0; a < network->n_arcs; a++)
        if (zone_end[a] < n_zones && is_closed(network, zone_end[a]) && !is_closed(network, other[a])) {
            zone[n] = zone_end[a];
            arc[n++] = (uint32_t)a;
        }
    out->rank = BK_NEW(maker->arena, uint32_t, n);
    out->arc = BK_NEW(maker->arena, uint32_t, n);
    uint32_t *order = BK_NEW(maker->scratch, uint32_t, n);
    BK_TRY(bk_arena_ok(maker->scratch));
    BK_TRY(bk_arena_ok(maker->arena));
    bki_sort_by_key(n, zone, n_zones, out->first, order);
    for (size_t k = 0; k < n; k++) {
        const uint32_t by = arc[order[k]], node = by != BK_NONE ? other[by] : zone[order[k]];
        out->arc[k] = by;
        out->rank[k] = maker->rank[node - through];
    }
    return BK_OK;
}

static bk_status
list_direct(hierarchy_maker *maker)
{
    const bk_road_network *network = maker->network;
    const size_t           n_zones = network->n_zones;
    bk_hierarchy          *out = maker->out;

    out->direct = BK_NEW(maker->arena, uint32_t, network->n_arcs);
    BK_TRY(bk_arena_ok(maker->arena));
    for (size_t a = 0; a < network->n_arcs; a++)
        if (network->from[a] < n_zones && network->to[a] < n_zones && is_closed(network, network->from[a]) &&
            is_closed(network, network->to[a]))
            out->direct[out->n_direct++] = (uint32_t)a;
    out->direct_ends = BK_NEW(maker->arena, uint32_t, 2 * (size_t)out->n_direct);
    BK_TRY(bk_arena_ok(maker->arena));
    for (uint32_t k = 0; k < out->n_direct; k++) {
        out->direct_ends[2 * k] = network->from[out->direct[k]];
        out->direct_ends[2 * k + 1] = network->to[out->direct[k]];
    }
    return BK_OK;
}

/* Which zones start together, and which nodes labels must come down to. */
static bk_status
order_zones(hierarchy_maker *maker)
{
    bk_hierarchy          *out = maker->out;
    const bki_elimination *up = &out->up;
    uint32_t              *key = BK_NEW(maker->scratch, uint32_t, out->n_zones);
    uint32_t              *first = BK_NEW(maker->scratch, uint32_t, up->n + 2);
    bool                  *is_wanted = BK_NEW(maker->scratch, bool, up->n);

    out->batch = BK_NEW(maker->arena, uint32_t, out->n_zones);
    out->wanted = BK_NEW(maker->arena, uint32_t, up->n);
    BK_TRY(bk_arena_ok(maker->scratch));
    BK_TRY(bk_arena_ok(maker->arena));
    for (size_t z = 0; z < out->n_zones; z++) {
        const uint32_t k = out->leave.first[z];
        key[z] = k < out->leave.first[z + 1] ? out->leave.rank[k] : up->n;
    }
    bki_sort_by_key(out->n_zones, key, up->n + 1, first, out->batch);
    for (uint32_t k = 0; k < out->enter.first[out->n_zones]; k++)
        for (uint32_t r = out->enter.rank[k]; r != BK_NONE && !is_wanted[r]; r = up->parent[r])
            is_wanted[r] = true;
    for (uint32_t r = up->n; r-- > 0;)
        if (is_wanted[r])
            out->wanted[out->n_wanted++] = r;
    return BK_OK;
}

/* ---- the whole ------------------------------------------------------------------------------------------------ */

static bk_status
make(hierarchy_maker *maker)
{
    const bk_road_network *network = maker->network;
    bk_hierarchy          *out = BK_NEW(maker->arena, bk_hierarchy, 1);

    BK_TRY(bk_arena_ok(maker->arena));
    out->n_zones = network->n_zones;
    out->n_arcs = network->n_arcs;
    maker->out = out;
    BK_TRY(link_nodes(maker));
    BK_TRY(rank_nodes(maker));
    if (out->up.n_up > maker->most) {
        maker->out = NULL;
        return BK_OK;
    }
    BK_TRY(cut_blocks(maker));
    BK_TRY(place_arcs(maker));
    BK_TRY(touch_zones(maker, network->from, network->to, &out->leave));
    BK_TRY(touch_zones(maker, network->to, network->from, &out->enter));
    BK_TRY(list_direct(maker));
    return order_zones(maker);
}

bk_status
bki_hierarchy_make(bk_context *ctx, const bk_road_network *network, size_t most, bk_arena *arena,
                   const bk_hierarchy **out)
{
    hierarchy_maker maker = {.ctx = ctx, .network = network, .arena = arena, .most = most};
    bk_arena        scratch;

    bk_arena_init(&scratch, ctx);
    maker.scratch = &scratch;
    const bk_status status = make(&maker);
    bk_arena_release(&scratch);
    *out = status == BK_OK ? maker.out : NULL;
    return status;
}

bk_status
bk_hierarchy_create(bk_context *ctx, const bk_road_network *network, bk_arena *arena, const bk_hierarchy **out)
{
    return bki_hierarchy_make(ctx, network, SIZE_MAX, arena, out);
}

size_t
bk_hierarchy_shortcuts(const bk_hierarchy *hierarchy)
{
    return hierarchy->up.n_up;
}
