/* Sets of routes for the trips of a road problem, in one array, and how they grow: by trees. */
#ifndef ASSIGNMENT_LOGIT_ROUTES_H
#define ASSIGNMENT_LOGIT_ROUTES_H

#include "assignment/ue_problem.h"

typedef struct bki_logit_routes {
    const bki_ue_problem *problem;
    bk_arena              arena; /* holds what follows */
    size_t                n_routes;
    const size_t         *first_route; /* [n_trips + 1] of the problem's trips */
    const size_t         *first_arc;   /* [n_routes + 1] */
    const uint32_t       *arcs;        /* [first_arc[n_routes]] of the graph, from the destination back */
} bki_logit_routes;

/* What trees need; reused from one growth to the next. */
typedef struct bki_logit_growth bki_logit_growth;

bk_status bki_logit_growth_create(const bki_ue_problem *problem, bk_arena *arena, bki_logit_growth **out);

/* Sets that are empty, to be released. */
void bki_logit_routes_init(const bki_ue_problem *problem, bki_logit_routes *out);
void bki_logit_routes_release(bki_logit_routes *sets);

/* Takes in the routes of `n_rounds` trees an origin at the costs given [n_classes][n_arcs], each tree penalised where
 * those before it went, that cost not much more than the least; what was taken in by a round that fails stays. */
bk_status bki_logit_routes_spread(bki_logit_routes *sets, bki_logit_growth *growth, const double *cost, int n_rounds);

/* Takes in the least-cost route of every pair for which all routes of the set cost more; on failure sets are as they
 * were. */
bk_status bki_logit_routes_enlarge(bki_logit_routes *sets, bki_logit_growth *growth, const double *cost,
                                   size_t *n_added);

/* How many pairs the above would give a route. */
size_t bki_logit_routes_missed(const bki_logit_routes *sets, bki_logit_growth *growth, const double *cost);

/* Cost of a route at costs [n_arcs] of its class. */
static inline double
bki_logit_route_cost(const bki_logit_routes *sets, size_t route, const double *cost)
{
    double sum = 0.0;

    for (size_t i = sets->first_arc[route]; i < sets->first_arc[route + 1]; i++)
        sum += cost[sets->arcs[i]];
    return sum;
}

#endif
