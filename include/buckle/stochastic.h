/* Stochastic user equilibrium of road traffic: costs as travellers see them have an error, so that they spread over
 * routes by logit, at the times that their spreading makes (Daganzo & Sheffi 1977; Fisk 1980). */
#ifndef BUCKLE_STOCHASTIC_H
#define BUCKLE_STOCHASTIC_H

#include "buckle/traffic_use.h"

/* One row for each method: enumerator, name, prefix of its functions, summary. */
#define BK_STOCHASTIC_METHOD_LIST(X)                                                                                   \
    X(BK_LOGIT, "logit", route_logit, "logit over a set of routes for each pair of zones (Fisk 1980)")                 \
    X(BK_RECURSIVE_LOGIT, "recursive-logit", recursive_logit,                                                          \
      "logit over all routes there are, cycles included, as a choice at every node (Baillon and Cominetti 2008; "      \
      "Fosgerau, Frejinger and Karlstrom 2013)")

typedef enum bk_stochastic_method {
#define X(enumerator, name, prefix, summary) enumerator,
    BK_STOCHASTIC_METHOD_LIST(X)
#undef X
        BK_STOCHASTIC_METHOD_COUNT
} bk_stochastic_method;

const char *bk_stochastic_method_name(bk_stochastic_method method);    /* "logit" */
const char *bk_stochastic_method_summary(bk_stochastic_method method); /* a phrase */

typedef struct bk_stochastic_settings {
    bk_stochastic_method method;
    double               dispersion; /* theta, per unit of time, > 0: a unit of cost more divides a route's odds by
                                        exp(theta); the standard deviation of a route's error is pi / sqrt(6) / theta */
    double gap;                      /* to reach, >= 0: see bk_stochastic */
    int    iteration_limit;          /* >= 1 */
    int    route_rounds;           /* logit: trees an origin that the sets of routes are made from, without traffic and
                                      again with it, 1 ... 200 */
    bool        allow_unreachable; /* drop trips that no path serves, and list them, instead of refusing */
    bool        keep_paths;        /* logit: hand out the routes */
    const char *progress;          /* what the progress sink is told that this is; NULL: it is told nothing */
} bk_stochastic_settings;

/* Logit, gap 1e-10, 1000 iterations, 5 rounds; the dispersion is 0 and must be set. */
bk_stochastic_settings bk_stochastic_default(void);

typedef struct bk_stochastic {
    /* relative_gap  value of Fisk's program less that of its dual, by total cost: quadratic in what flows lack
     * objective     Fisk's: Beckmann's function less entropy / dispersion
     * least_cost    of all trips on least-cost routes, which logit does not send them on
     * bushes        NULL
     * all else is as in bk_equilibrium; `converged` says that relative_gap <= gap and residual <= sqrt(gap), computed
     * at the end at the times of these flows, that no pair misses its least-cost route, and that traffic is conserved.
     */
    bk_equilibrium traffic;
    double         beckmann;      /* sum of the integrals of time, and of fixed cost x flow */
    double         entropy;       /* -sum of volume x share x ln(share) over routes, unit of traffic */
    double         residual;      /* largest |flow - volume x share at the times of these flows| / volume: of a route of
                                     its pair; recursive: of an arc, of the trips to one destination */
    size_t              n_routes; /* in the sets; 0: recursive, which has them all */
    size_t              n_missed; /* pairs whose least-cost route is not in the set; 0 if converged */
    size_t              n_paths;
    const bk_used_path *paths; /* [n_paths] if kept, by class, origin and destination */
} bk_stochastic;

/**
 * Find the flows at which every pair's trips are spread by logit at the costs that these flows make: the minimum of
 * Fisk's program, by Newton's method on its dual.
 *
 * logit            shares exp(-theta cost) over a set of routes for each pair: those of trees at free-flow cost, each
 *                  penalised where the trees before it went, that cost at most half more than the least; the same at
 *                  the costs of that set's traffic; and every route that is a pair's cheapest at the equilibrium of
 *                  what the set had before.  No route passes a node twice.
 * recursive-logit  all routes.  At a node an arc has the share exp(-theta (cost + V(head) - V(node))), where V, the
 *                  expected least cost to the destination, solves exp(-theta V(node)) = sum of exp(-theta (cost +
 *                  V(head))).  On a network without cycles this is logit over all routes.  With cycles there is a
 *                  solution only if the matrix of exp(-theta cost) has a spectral radius below 1: of the whole
 *                  network, what no trip would use included.
 *
 * Input    costs and volumes finite (fixed may be INFINITY), n_classes >= 1; all classes have the one dispersion
 * Output   `*out`, arrays held by `arena`
 * Threads  uses ctx's pool; same bits for any number of threads
 * Returns  BK_OK, also when a limit stopped it or it was cancelled (see outcome; the flows then serve all trips)
 *          BK_ERR_NO_PATH      trips that no path serves, each pair recorded in the context up to a limit
 *          BK_ERR_NO_SOLUTION  recursive: cycles are too cheap for this dispersion at free-flow cost; the hint says
 *                              which dispersion serves, or that a cycle without cost is in the way
 *          BK_ERR_USAGE        settings outside what they may be
 *          BK_ERR_VALUE        a number outside what the header allows
 *          BK_ERR_NO_MEMORY
 */
bk_status bk_stochastic_solve(bk_context *ctx, const bk_road_network *network, size_t n_classes,
                              const bk_traffic_class *classes, const bk_stochastic_settings *settings, bk_arena *arena,
                              bk_stochastic *out);

#endif
