/* Path-size logit by plain loops over one pair's routes, as the formulas stand: slow, and obvious. */
#ifndef LOGIT_ORACLE_H
#define LOGIT_ORACLE_H

#include "buckle/assignment.h"

#include <math.h>

typedef struct logit_oracle { /* one class of one slot */
    double expected;          /* USD/t, logsum */
    double share[64];         /* of each route of the pair */
} logit_oracle;

/* Generalised cost of a route arc by arc. */
static inline double
logit_oracle_cost(const bk_model *model, const bk_graph *graph, const bk_arc_costs *costs, const bk_universe *universe,
                  size_t route, size_t sector, double usd_per_hour, const double *facility_price)
{
    const bk_transport_settings *t = &model->transport;
    double                       sum = 0.0;

    for (size_t at = universe->first_arc[route]; at < universe->first_arc[route + 1]; at++) {
        const size_t a = universe->arc[at], c = sector * costs->n_arcs + a;
        sum += costs->money[c] + costs->constant[c] +
               usd_per_hour * (costs->hours[c] + t->reliability_ratio * costs->variance[c] / t->spread_hours);
        if (graph->facility[a] != BK_NONE)
            sum += facility_price[graph->facility[a]];
    }
    return sum;
}

static inline logit_oracle
logit_oracle_class(const bk_model *model, const bk_graph *graph, const bk_arc_costs *costs, const bk_traffic *traffic,
                   const bk_universe *universe, size_t pair, size_t slot, size_t k, const double *facility_price)
{
    const size_t sector = traffic->slot_sector[slot], first = universe->first_route[pair];
    const size_t n = universe->first_route[pair + 1] - first;
    const double usd_per_hour =
        traffic->slot_value_of_time[slot] * traffic->multiplier[sector * traffic->n_classes + k];
    const double mu = 3.14159265358979323846 /
                      (sqrt(6.0) * model->transport.route_noise * traffic->cheapest[slot * traffic->n_classes + k]);
    logit_oracle answer = {0};
    double       cost[64], least = INFINITY, total = 0.0;

    for (size_t r = 0; r < n; r++) {
        cost[r] = logit_oracle_cost(model, graph, costs, universe, first + r, sector, usd_per_hour, facility_price);
        least = fmin(least, cost[r]);
    }
    for (size_t r = 0; r < n; r++) {
        answer.share[r] = exp(universe->log_path_size[first + r] - mu * (cost[r] - least));
        total += answer.share[r];
    }
    for (size_t r = 0; r < n; r++)
        answer.share[r] /= total;
    answer.expected = least - log(total) / mu;
    return answer;
}

#endif
