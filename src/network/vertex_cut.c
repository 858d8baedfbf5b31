/* Vertex-disjoint paths by blocking flows, and the two extreme cuts that they leave. */
#include "network/vertex_cut.h"

#include <string.h>

#define ENTRY(vertex)  (2 * (vertex))
#define EXIT(vertex)   (2 * (vertex) + 1)
#define VERTEX(node)   ((node) / 2)
#define IS_ENTRY(node) ((node) % 2 == 0)

void
bki_vertex_flow_create(bk_arena *arena, size_t n, bki_vertex_flow *out)
{
    *out = (bki_vertex_flow){
        .terminal = BK_NEW(arena, uint8_t, n),
        .carries = BK_NEW(arena, uint8_t, n),
        .previous = BK_NEW(arena, uint32_t, n),
        .level = BK_NEW(arena, uint32_t, 2 * n),
        .at = BK_NEW(arena, uint32_t, 2 * n),
        .queue = BK_NEW(arena, uint32_t, 2 * n),
        .path = BK_NEW(arena, uint32_t, 2 * n),
    };
}

/* ---- the residual graph --------------------------------------------------------------------------------------- */

/* The one node after the entry of a vertex: through it while it is free, else back along the path that has it. */
static uint32_t
after_entry(const bki_vertex_flow *flow, uint32_t vertex)
{
    if (!flow->carries[vertex])
        return EXIT(vertex);
    return flow->previous[vertex] != BK_NONE ? EXIT(flow->previous[vertex]) : BK_NONE;
}

/* The k-th node after the exit of a vertex: its neighbours, then its own entry if a path can be turned back there;
 * `*any` false past the last. */
static uint32_t
after_exit(const bki_links *links, const bki_vertex_flow *flow, uint32_t vertex, uint32_t k, bool *any)
{
    const uint32_t degree = links->first[vertex + 1] - links->first[vertex];

    *any = k <= degree;
    if (k < degree)
        return ENTRY(links->neighbour[links->first[vertex] + k]);
    return flow->carries[vertex] ? ENTRY(vertex) : BK_NONE;
}

static bool
is_end(const bki_vertex_flow *flow, uint32_t node)
{
    return !IS_ENTRY(node) && flow->terminal[VERTEX(node)] == BKI_SINK;
}

static void
reach(bki_vertex_flow *flow, uint32_t node, uint32_t level, uint32_t *n_queued)
{
    if (node == BK_NONE || flow->level[node] != BK_NONE)
        return;
    flow->level[node] = level;
    flow->queue[(*n_queued)++] = node;
}

/* Levels of the nodes that the sources reach; false if they reach no sink. */
static bool
find_levels(const bki_links *links, bki_vertex_flow *flow)
{
    uint32_t n = 0, last_level = BK_NONE;

    memset(flow->level, 0xff, 2 * (size_t)links->n * sizeof *flow->level);
    for (uint32_t v = 0; v < links->n; v++)
        if (flow->terminal[v] == BKI_SOURCE)
            reach(flow, ENTRY(v), 0, &n);
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t node = flow->queue[i], level = flow->level[node] + 1;
        if (is_end(flow, node) && last_level == BK_NONE)
            last_level = level - 1;
        if (level > last_level)
            return true;
        if (IS_ENTRY(node)) {
            reach(flow, after_entry(flow, VERTEX(node)), level, &n);
            continue;
        }
        bool any = true;
        for (uint32_t k = 0; any; k++)
            reach(flow, after_exit(links, flow, VERTEX(node), k, &any), level, &n);
    }
    return last_level != BK_NONE;
}

/* ---- paths ---------------------------------------------------------------------------------------------------- */

/* The next node one level on, or BK_NONE. */
static uint32_t
step_on(const bki_links *links, bki_vertex_flow *flow, uint32_t node)
{
    const uint32_t level = flow->level[node] + 1;

    if (IS_ENTRY(node)) {
        const uint32_t next = after_entry(flow, VERTEX(node));
        return next != BK_NONE && flow->level[next] == level ? next : BK_NONE;
    }
    for (bool any = true;; flow->at[node]++) {
        const uint32_t next = after_exit(links, flow, VERTEX(node), flow->at[node], &any);
        if (!any)
            return BK_NONE;
        if (next != BK_NONE && flow->level[next] == level)
            return next;
    }
}

/* Searches a path along rising levels; nodes that lead nowhere lose theirs.  Returns its length, 0 if there is none. */
static uint32_t
find_path(const bki_links *links, bki_vertex_flow *flow, uint32_t source)
{
    uint32_t *path = flow->path, n = 0;

    path[n++] = ENTRY(source);
    while (n > 0 && !is_end(flow, path[n - 1])) {
        const uint32_t next = step_on(links, flow, path[n - 1]);
        if (next != BK_NONE)
            path[n++] = next;
        else
            flow->level[path[--n]] = BK_NONE;
    }
    return n;
}

static void
follow_path(bki_vertex_flow *flow, uint32_t n)
{
    const uint32_t *path = flow->path;

    flow->previous[VERTEX(path[0])] = BK_NONE;
    for (uint32_t i = 0; i + 1 < n; i++) {
        const uint32_t from = VERTEX(path[i]), to = VERTEX(path[i + 1]);
        if (from == to)
            flow->carries[from] = IS_ENTRY(path[i]);
        else if (!IS_ENTRY(path[i]))
            flow->previous[to] = from;
    }
}

static void
find_flow(const bki_links *links, bki_vertex_flow *flow)
{
    memset(flow->carries, 0, links->n);
    while (find_levels(links, flow)) {
        memset(flow->at, 0, 2 * (size_t)links->n * sizeof *flow->at);
        for (uint32_t v = 0; v < links->n; v++) {
            if (flow->terminal[v] != BKI_SOURCE || flow->level[ENTRY(v)] == BK_NONE)
                continue;
            const uint32_t length = find_path(links, flow, v);
            if (length > 0)
                follow_path(flow, length);
        }
    }
}

/* ---- cuts ----------------------------------------------------------------------------------------------------- */

/* After the last search: a vertex entered and not left is cut. */
static void
cut_at_sources(const bki_links *links, const bki_vertex_flow *flow, uint8_t *side)
{
    for (uint32_t v = 0; v < links->n; v++)
        side[v] = flow->level[EXIT(v)] != BK_NONE    ? BKI_LEFT
                  : flow->level[ENTRY(v)] != BK_NONE ? BKI_SEPARATOR
                                                     : BKI_RIGHT;
}

/* Levels of the nodes from which a sink is reached. */
static void
find_levels_back(const bki_links *links, bki_vertex_flow *flow)
{
    uint32_t n = 0;

    memset(flow->level, 0xff, 2 * (size_t)links->n * sizeof *flow->level);
    for (uint32_t v = 0; v < links->n; v++)
        if (flow->terminal[v] == BKI_SINK)
            reach(flow, EXIT(v), 0, &n);
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t v = VERTEX(flow->queue[i]), level = flow->level[flow->queue[i]] + 1;
        const bool     is_entry = IS_ENTRY(flow->queue[i]);
        if (is_entry && flow->carries[v])
            reach(flow, EXIT(v), level, &n);
        if (!is_entry && !flow->carries[v])
            reach(flow, ENTRY(v), level, &n);
        for (uint32_t k = links->first[v]; k < links->first[v + 1]; k++) {
            const uint32_t w = links->neighbour[k];
            if (is_entry)
                reach(flow, EXIT(w), level, &n);
            else if (flow->carries[w] && flow->previous[w] == v)
                reach(flow, ENTRY(w), level, &n);
        }
    }
}

static bool
is_evener_at_sinks(const bki_links *links, const bki_vertex_flow *flow, const uint8_t *side)
{
    uint32_t n_left = 0, n_right = 0, n_right_at_sinks = 0, n_cut = 0;

    for (uint32_t v = 0; v < links->n; v++) {
        n_left += side[v] == BKI_LEFT;
        n_right += side[v] == BKI_RIGHT;
        n_cut += side[v] == BKI_SEPARATOR;
        n_right_at_sinks += flow->level[ENTRY(v)] != BK_NONE;
    }
    const uint32_t n_left_at_sinks = links->n - n_cut - n_right_at_sinks;
    const uint32_t least = n_left < n_right ? n_left : n_right;
    return (n_left_at_sinks < n_right_at_sinks ? n_left_at_sinks : n_right_at_sinks) > least;
}

void
bki_vertex_cut(const bki_links *links, bki_vertex_flow *flow, uint8_t *side)
{
    find_flow(links, flow);
    cut_at_sources(links, flow, side);
    find_levels_back(links, flow);
    if (!is_evener_at_sinks(links, flow, side))
        return;
    for (uint32_t v = 0; v < links->n; v++)
        side[v] = flow->level[ENTRY(v)] != BK_NONE  ? BKI_RIGHT
                  : flow->level[EXIT(v)] != BK_NONE ? BKI_SEPARATOR
                                                    : BKI_LEFT;
}
