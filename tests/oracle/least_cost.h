/* Least-cost trees the slow and obvious way: relax every arc until nothing changes, then pick each entering arc by the
 * rule that buckle/network.h and src/network/trees.c state.  For an in-tree swap tail and head. */
#ifndef ORACLE_LEAST_COST_H
#define ORACLE_LEAST_COST_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bellman (1958), Ford (1956). */
static inline void
oracle_distances(size_t n_vertices, size_t n_arcs, const uint32_t *tail, const uint32_t *head, const double *cost,
                 uint32_t root, double *distance)
{
    for (size_t v = 0; v < n_vertices; v++)
        distance[v] = v == root ? 0.0 : INFINITY;
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t a = 0; a < n_arcs; a++)
            if (distance[tail[a]] + cost[a] < distance[head[a]]) {
                distance[head[a]] = distance[tail[a]] + cost[a];
                changed = true;
            }
    }
}

/* The lowest arc among those that attain the distance from a strictly nearer tail; vertices without one are entered
 * level by level from those already entered.  `level` [n_vertices] is room to work in. */
static inline void
oracle_entering(size_t n_vertices, size_t n_arcs, const uint32_t *tail, const uint32_t *head, const double *cost,
                uint32_t root, const double *distance, uint32_t *level, uint32_t *entering)
{
    for (size_t v = 0; v < n_vertices; v++) {
        level[v] = v == root ? 0 : UINT32_MAX;
        entering[v] = UINT32_MAX;
    }
    for (size_t a = n_arcs; a-- > 0;)
        if (head[a] != root && isfinite(distance[head[a]]) && distance[tail[a]] < distance[head[a]] &&
            distance[tail[a]] + cost[a] == distance[head[a]]) {
            entering[head[a]] = (uint32_t)a;
            level[head[a]] = 0;
        }
    for (uint32_t reached = 1; reached <= n_vertices; reached++)
        for (size_t a = n_arcs; a-- > 0;)
            if (level[tail[a]] < reached && level[head[a]] >= reached && isfinite(distance[head[a]]) &&
                distance[tail[a]] + cost[a] == distance[head[a]]) {
                entering[head[a]] = (uint32_t)a;
                level[head[a]] = reached;
            }
}

#endif
