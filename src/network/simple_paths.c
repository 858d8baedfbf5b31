/* The k shortest simple paths.
 *
 * Each path found is left at each of its vertices in turn for the cheapest way on that neither touches the vertices
 * before nor repeats a path already found.  A path that itself left another one at its i-th arc is left from there on
 * only: the deviations before belong to its parent (Lawler), so that no candidate appears twice.
 *
 * Source   Yen (1971); Lawler (1972) */
#include "network/search.h"

#include <math.h>
#include <string.h>

typedef struct candidate {
    struct candidate *next;
    bki_path          path;
    size_t            deviation; /* first arc that its parent does not have */
} candidate;

bk_status
bki_search_path(const bki_search *search, uint32_t from, const uint32_t *prefix, size_t n_prefix, bki_path *found)
{
    const bk_graph *graph = search->graph;
    size_t          n = n_prefix, at;

    *found = (bki_path){0, NULL, INFINITY};
    bk_tree_out(graph, search->method, search->trial, from, search->scratch, search->distance, search->entering);
    if (isinf(search->distance[search->destination]))
        return BK_OK;
    for (uint32_t v = search->destination; v != from; v = graph->tail[search->entering[v]])
        n++;
    uint32_t *arcs = BK_NEW(search->arena, uint32_t, n);
    BK_TRY(bk_arena_ok(search->arena));
    if (n_prefix > 0)
        memcpy(arcs, prefix, n_prefix * sizeof *arcs);
    at = n;
    for (uint32_t v = search->destination; v != from; v = graph->tail[arcs[at]])
        arcs[--at] = search->entering[v];
    *found = (bki_path){n, arcs, 0.0};
    for (size_t i = 0; i < n; i++)
        found->cost += search->cost[arcs[i]];
    return BK_OK;
}

static void
close_arcs_into(const bki_search *search, uint32_t vertex)
{
    for (uint32_t k = search->graph->first_in[vertex]; k < search->graph->first_in[vertex + 1]; k++)
        search->trial[search->graph->in_arc[k]] = INFINITY;
}

/* Closes the next arc of every path found that begins with the first `n` arcs of `path`, or opens it again. */
static void
set_next_arcs(const bki_search *search, const bki_path *found, size_t n_found, const bki_path *path, size_t n,
              bool open)
{
    for (size_t i = 0; i < n_found; i++)
        if (found[i].n_arcs > n && memcmp(found[i].arcs, path->arcs, n * sizeof *path->arcs) == 0) {
            const uint32_t arc = found[i].arcs[n];
            search->trial[arc] = open ? search->cost[arc] : INFINITY;
        }
}

/* Adds to the candidates the cheapest ways off the last path found, one for each of its arcs from `first` on. */
static bk_status
add_deviations(const bki_search *search, const bki_path *found, size_t n_found, size_t first, candidate **candidates)
{
    const bki_path path = found[n_found - 1];

    for (size_t i = 0; i < path.n_arcs; i++) {
        const uint32_t vertex = search->graph->tail[path.arcs[i]];
        close_arcs_into(search, vertex);
        if (i < first)
            continue;
        bki_path way;
        set_next_arcs(search, found, n_found, &path, i, false);
        BK_TRY(bki_search_path(search, vertex, path.arcs, i, &way));
        set_next_arcs(search, found, n_found, &path, i, true);
        if (way.arcs == NULL)
            continue;
        candidate *added = BK_NEW(search->arena, candidate, 1);
        BK_TRY(bk_arena_ok(search->arena));
        *added = (candidate){*candidates, way, i};
        *candidates = added;
    }
    memcpy(search->trial, search->cost, search->graph->n_arcs * sizeof *search->trial);
    return BK_OK;
}

/* Removes the cheapest candidate; of equal ones the oldest. */
static candidate *
take_cheapest(candidate **candidates)
{
    candidate **cheapest = candidates;

    for (candidate **at = candidates; *at != NULL; at = &(*at)->next)
        if ((*at)->path.cost <= (*cheapest)->path.cost)
            cheapest = at;
    candidate *taken = *cheapest;
    if (taken != NULL)
        *cheapest = taken->next;
    return taken;
}

bk_status
bki_simple_paths(const bki_search *search, size_t k, bki_path *found, size_t *n_found)
{
    candidate *candidates = NULL;
    size_t     deviation = 0;

    *n_found = 0;
    BK_TRY(bki_search_path(search, search->origin, NULL, 0, &found[0]));
    if (found[0].arcs == NULL)
        return BK_OK;
    for (*n_found = 1; *n_found < k; ++*n_found) {
        if (bk_cancelled(search->ctx))
            return bk_fail(search->ctx, BK_ERR_CANCELLED, "interrupted while listing alternatives");
        BK_TRY(add_deviations(search, found, *n_found, deviation, &candidates));
        const candidate *next = take_cheapest(&candidates);
        if (next == NULL)
            break;
        found[*n_found] = next->path;
        deviation = next->deviation;
    }
    return BK_OK;
}
