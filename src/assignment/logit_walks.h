/* Sums over all walks of a network, exactly: the inverse of I - exp(-disutility) by elimination. */
#ifndef ASSIGNMENT_LOGIT_WALKS_H
#define ASSIGNMENT_LOGIT_WALKS_H

#include "buckle/network.h"
#include "network/elimination.h"

/* Which vertices elimination joins: once for a graph. */
typedef struct bki_walks {
    const bk_graph *graph;
    uint32_t       *rank;    /* [n_vertices] */
    uint32_t       *vertex;  /* [n_vertices] of each rank */
    bki_elimination up;      /* pairs of vertices, by rank */
    size_t         *pair_of; /* [n_arcs] */
    size_t          most_up; /* upper neighbours of a vertex */
} bki_walks;

bk_status bki_walks_create(bk_context *ctx, const bk_graph *graph, bk_arena *arena, bki_walks *out);

/* Logarithms of sums over walks that pass vertices of lower rank alone, at the disutilities summed last. */
typedef struct bki_walk_sums {
    const bki_walks *walks;
    double          *up;      /* [n_up] from the lower vertex of a pair to the upper; -INFINITY: none */
    double          *down;    /* [n_up] from the upper to the lower */
    double          *round;   /* [n_vertices] by rank: any number of times from a vertex back to it, none included */
    double          *terms;   /* [2 most_up + 2] logarithms to be added */
    double          *factors; /* [2 most_up + 2] their exponentials */
} bki_walk_sums;

bk_status bki_walk_sums_create(const bki_walks *walks, bk_arena *arena, bki_walk_sums *out);

/* Sums at disutilities [n_arcs]; false if there is no end of some: if and only if the spectral radius of the matrix of
 * exp(-disutility) is not below 1. */
bool bki_walk_sums_set(bki_walk_sums *sums, const double *disutility);

/* ln_z [n_vertices] of all walks from each vertex to `destination`, however often they pass it; -INFINITY: none.
 * `before` [n_vertices], `terms` [most_up + 1] and `factors` [most_up + 1] are scratch. */
void bki_walk_sums_to(const bki_walk_sums *sums, uint32_t destination, double *before, double *terms, double *factors,
                      double *ln_z);

#endif
