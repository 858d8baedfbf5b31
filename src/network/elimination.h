/* What eliminating the vertices of a graph in a given order joins. */
#ifndef NETWORK_ELIMINATION_H
#define NETWORK_ELIMINATION_H

#include "network/vertex_cut.h"

/* Vertices by rank.  The upper neighbours of a vertex are those of higher rank that it is linked with once all of lower
 * rank are eliminated; the lowest of them is its parent, and all of them are its ancestors. */
typedef struct bki_elimination {
    uint32_t        n;
    size_t          n_up;
    const uint32_t *parent;   /* [n] rank; BK_NONE: a root */
    const size_t   *first_up; /* [n + 1] */
    const uint32_t *head;     /* [n_up] rank of the upper neighbours, rising for each vertex */
} bki_elimination;

/* Source   Liu (1986), ACM Trans. Math. Software 12: the elimination tree, and rows as its subtrees.  `rank` [n] of the
 * vertices of `links`.  With more than `most` upper neighbours in all, n_up says only that, and the rest is unset. */
bk_status bki_eliminate(bk_context *ctx, const bki_links *links, const uint32_t *rank, size_t most, bk_arena *arena,
                        bki_elimination *out);

#endif
