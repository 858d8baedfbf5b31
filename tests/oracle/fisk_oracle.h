/* Logit over all simple paths of a small network by enumeration, and over all walks by dense elimination: slow, and
 * obvious. */
#ifndef ORACLE_FISK_H
#define ORACLE_FISK_H

#include "all_paths.h"
#include "traffic_gap.h"

#include <string.h>

/* Flows [n_arcs] that logit sends over all simple paths at arc costs; zones may be passed through. */
static inline void
oracle_logit_flows(const bk_road_network *network, const bk_road_demand *demand, double dispersion, const double *cost,
                   double *flow)
{
    oracle_path *paths = malloc(ORACLE_MOST_PATHS * sizeof *paths);

    memset(flow, 0, network->n_arcs * sizeof *flow);
    for (uint32_t o = 0; o < demand->n_zones; o++)
        for (size_t t = demand->first[o]; t < demand->first[o + 1]; t++) {
            const size_t n =
                oracle_all_paths(network->n_arcs, network->from, network->to, cost, o, demand->destination[t], paths);
            double sum = 0.0;
            for (size_t r = 0; r < n; r++)
                sum += exp(-dispersion * (paths[r].cost - paths[0].cost));
            for (size_t r = 0; r < n; r++)
                for (size_t i = 0; i < paths[r].n_arcs; i++)
                    flow[paths[r].arcs[i]] +=
                        demand->volume[t] * exp(-dispersion * (paths[r].cost - paths[0].cost)) / sum;
        }
    free(paths);
}

/* Largest |flow - what logit sends at the costs that the flows make| / all trips. */
static inline double
oracle_logit_residual(const bk_road_network *network, const bk_road_demand *demand, double dispersion,
                      const double *flow)
{
    const size_t n = network->n_arcs;
    double      *cost = malloc(n * sizeof *cost), *sent = malloc(n * sizeof *sent), worst = 0.0, trips = 0.0;

    for (size_t a = 0; a < n; a++)
        cost[a] = oracle_arc_cost(network, a, flow[a]);
    oracle_logit_flows(network, demand, dispersion, cost, sent);
    for (size_t t = 0; t < demand->first[demand->n_zones]; t++)
        trips += demand->volume[t];
    for (size_t a = 0; a < n; a++)
        worst = fmax(worst, fabs(flow[a] - sent[a]));
    free(cost);
    free(sent);
    return worst / trips;
}

enum { ORACLE_MOST_NODES = 64 };

/* Gauss-Jordan with pivoting; the solution is left in the last column. */
static inline void
oracle_eliminate(size_t n, double matrix[ORACLE_MOST_NODES][ORACLE_MOST_NODES + 1])
{
    for (size_t k = 0; k < n; k++) {
        size_t pivot = k;
        for (size_t i = k + 1; i < n; i++)
            if (fabs(matrix[i][k]) > fabs(matrix[pivot][k]))
                pivot = i;
        for (size_t j = 0; j <= n; j++) {
            const double kept = matrix[k][j];
            matrix[k][j] = matrix[pivot][j];
            matrix[pivot][j] = kept;
        }
        for (size_t i = 0; i < n; i++) {
            const double times = matrix[i][k] / matrix[k][k];
            for (size_t j = k; j <= n && i != k; j++)
                matrix[i][j] -= times * matrix[k][j];
        }
    }
    for (size_t k = 0; k < n; k++)
        matrix[k][n] /= matrix[k][k];
}

/* exp(-dispersion expected cost) of every node: z = M z, and 1 at the zone. */
static inline void
oracle_values(const bk_road_network *network, double dispersion, const double *cost, uint32_t zone, double *z)
{
    double matrix[ORACLE_MOST_NODES][ORACLE_MOST_NODES + 1] = {{0.0}};

    for (size_t v = 0; v < network->n_nodes; v++)
        matrix[v][v] = 1.0;
    matrix[zone][network->n_nodes] = 1.0;
    for (size_t a = 0; a < network->n_arcs; a++)
        if (network->from[a] != zone)
            matrix[network->from[a]][network->to[a]] -= exp(-dispersion * cost[a]);
    oracle_eliminate(network->n_nodes, matrix);
    for (size_t v = 0; v < network->n_nodes; v++)
        z[v] = matrix[v][network->n_nodes];
}

/* Adds the arc flows of recursive logit to one zone, by two dense systems: values, then visits. */
static inline void
oracle_recursive_flows(const bk_road_network *network, const bk_road_demand *demand, double dispersion,
                       const double *cost, uint32_t zone, double *flow)
{
    double matrix[ORACLE_MOST_NODES][ORACLE_MOST_NODES + 1] = {{0.0}}, z[ORACLE_MOST_NODES];
    double share[1024];

    oracle_values(network, dispersion, cost, zone, z);
    for (size_t v = 0; v < network->n_nodes; v++)
        matrix[v][v] = 1.0;
    for (size_t a = 0; a < network->n_arcs; a++) {
        const uint32_t from = network->from[a], to = network->to[a];
        share[a] = from != zone && z[from] > 0.0 ? exp(-dispersion * cost[a]) * z[to] / z[from] : 0.0;
        matrix[to][from] -= share[a];
    }
    for (uint32_t o = 0; o < demand->n_zones; o++)
        for (size_t t = demand->first[o]; t < demand->first[o + 1]; t++)
            if (demand->destination[t] == zone && o != zone)
                matrix[o][network->n_nodes] += demand->volume[t];
    oracle_eliminate(network->n_nodes, matrix);
    for (size_t a = 0; a < network->n_arcs; a++)
        flow[a] += share[a] * matrix[network->from[a]][network->n_nodes];
}

static inline double
oracle_recursive_residual(const bk_road_network *network, const bk_road_demand *demand, double dispersion,
                          const double *flow)
{
    const size_t n = network->n_arcs;
    double      *cost = malloc(n * sizeof *cost), *sent = calloc(n, sizeof *sent), worst = 0.0, trips = 0.0;

    for (size_t a = 0; a < n; a++)
        cost[a] = oracle_arc_cost(network, a, flow[a]);
    for (uint32_t z = 0; z < network->n_zones; z++)
        oracle_recursive_flows(network, demand, dispersion, cost, z, sent);
    for (size_t t = 0; t < demand->first[demand->n_zones]; t++)
        trips += demand->volume[t];
    for (size_t a = 0; a < n; a++)
        worst = fmax(worst, fabs(flow[a] - sent[a]));
    free(cost);
    free(sent);
    return worst / trips;
}

#endif
