/* The fewest vertices that keep two sets of vertices of an undirected graph apart. */
#ifndef NETWORK_VERTEX_CUT_H
#define NETWORK_VERTEX_CUT_H

#include "buckle/base.h"

/* An undirected graph: each link is listed at both ends, once, and none joins a vertex to itself. */
typedef struct bki_links {
    uint32_t  n;         /* vertices */
    uint32_t *first;     /* [n + 1] */
    uint32_t *neighbour; /* [first[n]] vertex */
} bki_links;

typedef enum bki_terminal { BKI_BETWEEN, BKI_SOURCE, BKI_SINK } bki_terminal;
typedef enum bki_side { BKI_LEFT, BKI_RIGHT, BKI_SEPARATOR } bki_side;

/* Paths from sources to sinks no two of which share a vertex.  Vertex v is two nodes of the residual graph, 2 v where
 * paths enter it and 2 v + 1 where they leave. */
typedef struct bki_vertex_flow {
    uint8_t  *terminal; /* [n] bki_terminal: set before the call */
    uint8_t  *carries;  /* [n] a path goes through the vertex */
    uint32_t *previous; /* [n] vertex from which it comes; BK_NONE: it starts here */
    uint32_t *level;    /* [2 n] steps from the sources; BK_NONE: not reached */
    uint32_t *at;       /* [2 n] neighbour to be tried next */
    uint32_t *queue;    /* [2 n] node */
    uint32_t *path;     /* [2 n] node */
} bki_vertex_flow;

/* For graphs of up to n vertices. */
void bki_vertex_flow_create(bk_arena *arena, size_t n, bki_vertex_flow *out);

/* Sorts the vertices into two sides that only the separator touches; of the two extreme smallest separators, nearest to
 * the sources and nearest to the sinks, the one that leaves the sides more alike.  Terminals may be cut as well.
 * Source   Menger (1927); blocking flows, Dinic (1970) */
void bki_vertex_cut(const bki_links *links, bki_vertex_flow *flow, uint8_t *side);

#endif
