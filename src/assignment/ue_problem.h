/* A user equilibrium as its solvers see it: one graph, and for each class and origin the trips that leave it. */
#ifndef ASSIGNMENT_UE_PROBLEM_H
#define ASSIGNMENT_UE_PROBLEM_H

#include "buckle/equilibrium.h"

typedef struct bki_ue_origin {
    uint32_t class_index, zone, root; /* root: the vertex its trips leave from */
    size_t   first, end;              /* its trips */
    double   volume;                  /* of all of them */
} bki_ue_origin;

/* Arcs are the graph's, sorted by tail.  A zone that is closed to through traffic is two vertices: trips leave from
 * n_nodes + zone and arrive at zone. */
typedef struct bki_ue_problem {
    bk_context            *ctx;
    const bk_road_network *network;
    const bk_graph        *graph;
    const uint32_t        *network_arc; /* [n_arcs] the network's number of each arc of the graph */
    bk_vdf                 vdf;         /* of the graph's arcs */
    size_t                 n_classes, n_origins, n_trips;
    const double          *fixed;       /* [n_classes][n_arcs] unit of time; INFINITY: closed */
    const bki_ue_origin   *origins;     /* [n_origins] by class, then zone */
    const uint32_t        *destination; /* [n_trips] vertex */
    const double          *volume;      /* [n_trips] unit of traffic, > 0 */
    double                 total_volume;
    size_t                 n_lost;
    const bk_lost_trip    *lost; /* [n_lost] */
} bki_ue_problem;

/* Lays out the problem, judges its numbers and sorts out trips that no path serves. */
bk_status bki_ue_problem_build(bk_context *ctx, const bk_road_network *network, size_t n_classes,
                               const bk_traffic_class *classes, bool allow_unreachable, bk_arena *arena,
                               bki_ue_problem *out);

/* What flows cost, from trees of its own. */
typedef struct bki_ue_certificate {
    double gap, total_cost, total_time, least_cost, objective, imbalance; /* as in bk_equilibrium */
} bki_ue_certificate;

/* `class_flow` [n_classes][n_arcs of the graph]; writes total flow and time [n_arcs] as well. */
bk_status bki_ue_certify(const bki_ue_problem *problem, const double *class_flow, double *flow, double *time,
                         bki_ue_certificate *out);

/* Method of the list: `start` makes its state in `arena`; `step` goes one iteration and says the gap of the flows it
 * found on entering (exactly or from above), leaving them as they were if that is <= `target`; `flows` writes
 * [n_classes][n_arcs]. */
typedef struct bki_ue_method {
    const char *name, *summary;
    bk_status (*start)(const bki_ue_problem *problem, const bk_equilibrium_settings *settings, bk_arena *arena,
                       void **state);
    bk_status (*step)(void *state, double target, double *gap);
    void (*flows)(void *state, double *class_flow);
    bk_status (*keep)(void *state, bk_arena *arena,
                      const bk_bushes **out); /* the routes in use; sets NULL if it has none */
} bki_ue_method;

bk_status bki_algorithm_b_start(const bki_ue_problem *problem, const bk_equilibrium_settings *settings, bk_arena *arena,
                                void **state);
bk_status bki_algorithm_b_step(void *state, double target, double *gap);
void      bki_algorithm_b_flows(void *state, double *class_flow);
bk_status bki_algorithm_b_keep(void *state, bk_arena *arena, const bk_bushes **out);
bk_status bki_frank_wolfe_start(const bki_ue_problem *problem, const bk_equilibrium_settings *settings, bk_arena *arena,
                                void **state);
bk_status bki_frank_wolfe_step(void *state, double target, double *gap);
void      bki_frank_wolfe_flows(void *state, double *class_flow);
bk_status bki_frank_wolfe_keep(void *state, bk_arena *arena, const bk_bushes **out);

#endif
