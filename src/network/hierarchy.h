/* A customisable contraction hierarchy between its makers: made once, customised for costs, swept for labels. */
#ifndef NETWORK_HIERARCHY_H
#define NETWORK_HIERARCHY_H

#include "buckle/hierarchy.h"
#include "network/elimination.h"

/* Where zones touch the hierarchy: those open to through traffic at their own node, the others at the ends of the arcs
 * that leave or enter them. */
typedef struct bki_touch {
    uint32_t *first; /* [n_zones + 1] */
    uint32_t *rank;  /* [first[n_zones]] of a node */
    uint32_t *arc;   /* [first[n_zones]] whose cost is added; BK_NONE: none */
} bki_touch;

/* Nodes that may be passed through, by rank; the others end paths and are left out. */
struct bk_hierarchy {
    size_t          n_zones, n_arcs;
    bki_elimination up;
    size_t         *place; /* [n_arcs] weight that an arc offers its cost: e for the way up shortcut e, up.n_up + e for
                              the way down; SIZE_MAX: none */
    bki_touch leave, enter;
    uint32_t  n_direct;
    uint32_t *direct;         /* [n_direct] arcs from one closed zone to another */
    uint32_t *direct_ends;    /* [n_direct][2] zones */
    uint32_t *batch;          /* [n_zones] zones, neighbours in the order of ranks together */
    uint32_t  n_wanted;       /* nodes from which or below which zones are entered */
    uint32_t *wanted;         /* [n_wanted] ranks, falling */
    size_t    n_blocks;       /* of nodes that have no shortcut to each other's, but for the last: the top */
    uint32_t *block_of;       /* [up.n] block of each rank */
    uint32_t *first_of_block; /* [n_blocks + 1] */
    uint32_t *by_block;       /* [up.n] ranks, rising within a block */
};

/* As bk_hierarchy_create; `*out` NULL if there would be more shortcuts than `most`. */
bk_status bki_hierarchy_make(bk_context *ctx, const bk_road_network *network, size_t most, bk_arena *arena,
                             const bk_hierarchy **out);

/* Weights [2 up.n_up] of the shortcuts at these costs, first upwards, then downwards. */
bk_status bki_hierarchy_customise(bk_context *ctx, const bk_hierarchy *hierarchy, const double *cost, double *weight);

/* As bk_road_matrix, whatever the number of zones. */
bk_status bki_road_matrix_by_trees(bk_context *ctx, const bk_road_network *network, const double *cost, double *matrix);

#endif
