/* Every simple path between two vertices of a small graph, by walking on until stuck. */
#ifndef ORACLE_ALL_PATHS_H
#define ORACLE_ALL_PATHS_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

enum { ORACLE_LONGEST = 64, ORACLE_MOST_PATHS = 200000 };

typedef struct oracle_path {
    size_t   n_arcs;
    uint32_t arcs[ORACLE_LONGEST];
    double   cost;
} oracle_path;

typedef struct oracle_walk {
    size_t          n_arcs, n_paths;
    const uint32_t *tail, *head;
    const double   *cost;
    uint32_t        target;
    bool            visited[ORACLE_LONGEST];
    oracle_path     now, *paths; /* [ORACLE_MOST_PATHS] */
} oracle_walk;

static inline void
oracle_walk_on(oracle_walk *walk, uint32_t vertex)
{
    if (vertex == walk->target) {
        if (walk->n_paths == ORACLE_MOST_PATHS)
            abort();
        walk->paths[walk->n_paths++] = walk->now;
        return;
    }
    const oracle_path here = walk->now;
    walk->visited[vertex] = true;
    for (size_t a = 0; a < walk->n_arcs; a++)
        if (walk->tail[a] == vertex && !walk->visited[walk->head[a]] && isfinite(walk->cost[a])) {
            walk->now.arcs[walk->now.n_arcs++] = (uint32_t)a;
            walk->now.cost += walk->cost[a];
            oracle_walk_on(walk, walk->head[a]);
            walk->now = here;
        }
    walk->visited[vertex] = false;
}

static inline int
oracle_compare_paths(const void *left, const void *right)
{
    const double a = ((const oracle_path *)left)->cost, b = ((const oracle_path *)right)->cost;

    return (a > b) - (a < b);
}

/* Fills `paths` [ORACLE_MOST_PATHS] in the order of cost and returns how many there are; at most 64 vertices. */
static inline size_t
oracle_all_paths(size_t n_arcs, const uint32_t *tail, const uint32_t *head, const double *cost, uint32_t from,
                 uint32_t to, oracle_path *paths)
{
    oracle_walk walk = {.n_arcs = n_arcs, .tail = tail, .head = head, .cost = cost, .target = to, .paths = paths};

    oracle_walk_on(&walk, from);
    qsort(paths, walk.n_paths, sizeof *paths, oracle_compare_paths);
    return walk.n_paths;
}

#endif
