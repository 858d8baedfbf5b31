/* The relative gap of arc flows the slow and obvious way: from the formula of each arc's time and least costs found by
 * relaxing every arc until nothing changes.  Nodes below `first_through` are left only by the trips that start there.
 */
#ifndef ORACLE_TRAFFIC_GAP_H
#define ORACLE_TRAFFIC_GAP_H

#include "buckle/road.h"

#include <math.h>
#include <stdlib.h>

/* t0 (1 + b (x / q)^p) + fixed. */
static inline double
oracle_arc_cost(const bk_road_network *network, size_t a, double flow)
{
    const bk_vdf *vdf = &network->vdf;

    return vdf->free_time[a] * (1.0 + vdf->b[a] * pow(flow / vdf->capacity[a], vdf->power[a])) + network->fixed[a];
}

/* t0 x (1 + b (x / q)^p / (p + 1)) + fixed x, summed over arcs. */
static inline double
oracle_objective(const bk_road_network *network, const double *flow)
{
    const bk_vdf *vdf = &network->vdf;
    long double   sum = 0.0L;

    for (size_t a = 0; a < network->n_arcs; a++)
        if (flow[a] > 0.0)
            sum += (long double)flow[a] *
                   ((long double)vdf->free_time[a] *
                        (1.0L + vdf->b[a] * powl(flow[a] / (long double)vdf->capacity[a], vdf->power[a]) /
                                    ((long double)vdf->power[a] + 1.0L)) +
                    (long double)network->fixed[a]);
    return (double)sum;
}

static inline void
oracle_least_costs(const bk_road_network *network, const double *cost, uint32_t zone, double *distance)
{
    for (size_t v = 0; v < network->n_nodes; v++)
        distance[v] = v == zone ? 0.0 : INFINITY;
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t a = 0; a < network->n_arcs; a++) {
            const uint32_t from = network->from[a], to = network->to[a];
            if ((from != zone && from < network->first_through) || !(distance[from] + cost[a] < distance[to]))
                continue;
            distance[to] = distance[from] + cost[a];
            changed = true;
        }
    }
}

/* total cost / least cost - 1; the two are given out as well if not NULL. */
static inline double
oracle_gap(const bk_road_network *network, const bk_road_demand *demand, const double *flow, double *total,
           double *least)
{
    double     *cost = malloc(network->n_arcs * sizeof *cost), *distance = malloc(network->n_nodes * sizeof *distance);
    long double sum = 0.0L, best = 0.0L;

    for (size_t a = 0; a < network->n_arcs; a++) {
        cost[a] = oracle_arc_cost(network, a, flow[a]);
        sum += flow[a] > 0.0 ? (long double)cost[a] * flow[a] : 0.0L;
    }
    for (uint32_t z = 0; z < demand->n_zones; z++) {
        oracle_least_costs(network, cost, z, distance);
        for (size_t t = demand->first[z]; t < demand->first[z + 1]; t++)
            if (demand->destination[t] != z)
                best += (long double)demand->volume[t] * distance[demand->destination[t]];
    }
    free(cost);
    free(distance);
    if (total != NULL)
        *total = (double)sum;
    if (least != NULL)
        *least = (double)best;
    return (double)((sum - best) / best);
}

#endif
