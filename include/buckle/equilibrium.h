/* User equilibrium of road traffic: flows at which no trip can save by another route (Wardrop 1952). */
#ifndef BUCKLE_EQUILIBRIUM_H
#define BUCKLE_EQUILIBRIUM_H

#include "buckle/road.h"

/* One kind of traffic.  All kinds meet the same flow-dependent time; what they pay beside it, in units of time (a toll
 * divided by the class's value of time), and where they may go is their own. */
typedef struct bk_traffic_class {
    const double *fixed;          /* [n_arcs] cost that flow does not change, unit of time, >= 0; INFINITY: not allowed;
                                     NULL: the network's */
    const bk_road_demand *demand; /* of the network's zones, in units of traffic that load arcs alike */
} bk_traffic_class;

/* One row for each method: enumerator, name, prefix of its functions, summary. */
#define BK_EQUILIBRIUM_METHOD_LIST(X)                                                                                  \
    X(BK_ALGORITHM_B, "algorithm-b", algorithm_b, "one acyclic bush for each class and origin (Dial 2006)")            \
    X(BK_FRANK_WOLFE, "frank-wolfe", frank_wolfe,                                                                      \
      "bi-conjugate Frank-Wolfe (Mitradjieva and Lindberg 2013): a simple reference, slow beyond a gap of 1e-5")

typedef enum bk_equilibrium_method {
#define X(enumerator, name, prefix, summary) enumerator,
    BK_EQUILIBRIUM_METHOD_LIST(X)
#undef X
        BK_EQUILIBRIUM_METHOD_COUNT
} bk_equilibrium_method;

const char *bk_equilibrium_method_name(bk_equilibrium_method method);    /* "algorithm-b" */
const char *bk_equilibrium_method_summary(bk_equilibrium_method method); /* a sentence */

/* The routes in use, by class and origin, to start a neighbouring problem from. */
typedef struct bk_bushes bk_bushes;

typedef struct bk_equilibrium_settings {
    bk_equilibrium_method method;
    double                gap;               /* relative gap to reach, >= 0; below 1e-13 rounding is in the way */
    int                   iteration_limit;   /* >= 1 */
    bool                  allow_unreachable; /* drop trips that no path serves, and list them, instead of refusing */
    const bk_bushes      *warm; /* of a network with the same nodes, arcs and classes, whose costs, demand and
                                   closed arcs may differ; NULL: from nothing.  Algorithm B alone heeds it */
    bool        keep_bushes;    /* hand them out */
    const char *progress;       /* what the progress sink is told that this is; NULL: it is told nothing */
} bk_equilibrium_settings;

bk_equilibrium_settings bk_equilibrium_default(void); /* Algorithm B, gap 1e-10, 1000 iterations */

typedef struct bk_lost_trip {                  /* trips that no path serves */
    uint32_t class_index, origin, destination; /* zones */
    double   volume;
} bk_lost_trip;

typedef struct bk_equilibrium {
    bk_outcome          outcome; /* read this before the numbers */
    int                 iterations;
    double              relative_gap; /* total cost / cost of all trips on least-cost routes - 1 */
    double              objective;    /* Beckmann's: sum of the integrals of time, and of fixed cost x flow */
    double              total_cost;   /* sum of cost x flow, unit of time x unit of traffic */
    double              total_time;   /* the same of time alone */
    double              least_cost;   /* of all trips at these arc costs */
    double              imbalance;    /* largest flow lost or made at a node, relative to all trips */
    const double       *flow;         /* [n_arcs] unit of traffic */
    const double       *cost;         /* [n_arcs] unit of time; the network's fixed cost included */
    const double       *class_flow;   /* [n_classes][n_arcs] unit of traffic */
    size_t              n_flat; /* arcs with flow whose time is constant: equilibria may share their flow otherwise */
    size_t              n_lost; /* pairs dropped by allow_unreachable */
    const bk_lost_trip *lost;   /* [n_lost] by class, origin, destination */
    const bk_bushes    *bushes; /* NULL unless kept */
} bk_equilibrium;

/**
 * Find the arc flows at which every trip takes a route of least cost, given the flows.
 *
 * Source   Beckmann, McGuire & Winsten (1956); Dial (2006), Transportation Research B 40; Bar-Gera (2010), the same 44
 * Checked  the gap is computed at the end from trees of their own, not by the method: `converged` is that gap
 * Input    costs and volumes finite (fixed may be INFINITY), n_classes >= 1
 * Output   `*out`, arrays held by `arena`
 * Threads  uses ctx's pool; same bits for any number of threads
 * Returns  BK_OK, also when a limit stopped it or it was cancelled (see outcome; the flows then serve all trips)
 *          BK_ERR_NO_PATH    trips that no path serves, each pair recorded in the context up to a limit
 *          BK_ERR_USAGE      bushes of another network
 *          BK_ERR_VALUE      a number outside what the header allows
 *          BK_ERR_NO_MEMORY
 */
bk_status bk_equilibrium_solve(bk_context *ctx, const bk_road_network *network, size_t n_classes,
                               const bk_traffic_class *classes, const bk_equilibrium_settings *settings,
                               bk_arena *arena, bk_equilibrium *out);

#endif
