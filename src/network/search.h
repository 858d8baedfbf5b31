/* The search for alternatives between two terminals of a graph, by either definition of an alternative. */
#ifndef NETWORK_SEARCH_H
#define NETWORK_SEARCH_H

#include "buckle/network.h"

typedef struct bki_path {
    size_t          n_arcs;
    const uint32_t *arcs; /* [n_arcs] from origin to destination */
    double          cost; /* sum of arc costs in that order */
} bki_path;

typedef struct bki_search {
    bk_context      *ctx;
    const bk_model  *model;
    const bk_graph  *graph;
    const double    *km;   /* [n_arcs] */
    const double    *cost; /* [n_arcs] USD/t, >= 0; INFINITY: closed */
    uint32_t         origin, destination;
    bk_arena        *arena; /* holds everything found on the way */
    bk_tree_method   method;
    bk_tree_scratch *scratch;
    double          *trial;    /* [n_arcs] costs with some arcs closed; equal to `cost` between searches */
    double          *distance; /* [n_vertices] USD/t */
    uint32_t        *entering; /* [n_vertices] */
} bki_search;

/* The cheapest way at trial costs from `from` to the destination, behind the `n_prefix` arcs that lead there.
 * `found->arcs` is NULL if there is none. */
bk_status bki_search_path(const bki_search *search, uint32_t from, const uint32_t *prefix, size_t n_prefix,
                          bki_path *found);

/* Both fill `found` [k], cheapest first, and say how many there are; 0: the destination cannot be reached. */
bk_status bki_simple_paths(const bki_search *search, size_t k, bki_path *found, size_t *n_found);
bk_status bki_corridors(const bki_search *search, size_t k, bki_path *found, size_t *n_found);

#endif
