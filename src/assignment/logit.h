/* Logit equilibria as their solver sees them: something that loads a network by logit at given times, says how its
 * flows answer to a change of times, and is checked at the end. */
#ifndef ASSIGNMENT_LOGIT_H
#define ASSIGNMENT_LOGIT_H

#include "assignment/ue_problem.h"
#include "buckle/stochastic.h"

/* Costs are handed over as disutilities [n_classes][n_arcs of the graph]: dispersion x (time + fixed cost), INFINITY on
 * closed arcs.  A loading has no dispersion of its own: shares of routes are as exp(-disutility). */

/* What the shares loaded last are worth at other disutilities. */
typedef struct bki_logit_check {
    double divergence;        /* sum of volume x Kullback-Leibler divergence of these shares from those, >= 0 */
    double entropy, residual; /* as in bk_stochastic */
    size_t n_routes, n_missed;
    bool   wants_routes; /* that `enlarge` would take in */
} bki_logit_check;

/* Method of the list. */
typedef struct bki_logit_method {
    const char *name, *summary;
    bk_status (*start)(const bki_ue_problem *problem, const bk_stochastic_settings *settings, bk_arena *arena,
                       void **state);
    void (*release)(void *state); /* of what lies outside the arena */
    /* Whether there are shares at these disutilities, and at larger ones therefore. */
    bool (*allows)(void *state, const double *disutility);
    /* Flows [n_classes][n_arcs]; `value`: sum of volume x expected least disutility. */
    void (*load)(void *state, const double *disutility, double *class_flow, double *value);
    /* change [n_classes][n_arcs] = -(derivative of the flows loaded last by disutility) x direction, likewise:
     * symmetric and without negative eigenvalues, since flows are the gradient of a concave value. */
    void (*respond)(void *state, const double *direction, double *change);
    /* Takes in the routes that these disutilities call for, which the next load knows. */
    bk_status (*enlarge)(void *state, const double *disutility);
    void (*check)(void *state, const double *disutility, bki_logit_check *out);
    /* The routes in use; their `cost` is their disutility. */
    bk_status (*paths)(void *state, const double *disutility, bk_arena *arena, size_t *n, bk_used_path **out);
} bki_logit_method;

#define X(enumerator, name, prefix, summary)                                                                           \
    bk_status bki_##prefix##_start(const bki_ue_problem *problem, const bk_stochastic_settings *settings,              \
                                   bk_arena *arena, void **state);                                                     \
    void      bki_##prefix##_release(void *state);                                                                     \
    bool      bki_##prefix##_allows(void *state, const double *disutility);                                            \
    void      bki_##prefix##_load(void *state, const double *disutility, double *class_flow, double *value);           \
    void      bki_##prefix##_respond(void *state, const double *direction, double *change);                            \
    bk_status bki_##prefix##_enlarge(void *state, const double *disutility);                                           \
    void      bki_##prefix##_check(void *state, const double *disutility, bki_logit_check *out);                       \
    bk_status bki_##prefix##_paths(void *state, const double *disutility, bk_arena *arena, size_t *n,                  \
                                   bk_used_path **out);
BK_STOCHASTIC_METHOD_LIST(X)
#undef X

/* ---- Newton's method ------------------------------------------------------------------------------------------ */

/* The point that Newton's method is at: disutilities, and what is loaded at them. */
typedef struct bki_logit_newton bki_logit_newton;

/* At disutilities of this dispersion, after a few averages. */
bk_status bki_logit_newton_create(const bki_ue_problem *problem, const bki_logit_method *method, void *loading,
                                  double dispersion, bk_arena *arena, bki_logit_newton **out);
/* Later steps are for this dispersion; the point, and so its flows, stays. */
void bki_logit_newton_disperse(bki_logit_newton *newton, double dispersion);
/* Loads the point anew, after routes were added. */
void bki_logit_newton_reload(bki_logit_newton *newton);
/* One step, after which the point is loaded; false if no length of it leads down. */
bool bki_logit_newton_step(bki_logit_newton *newton);
/* [n_classes][n_arcs] loaded at the point. */
const double *bki_logit_newton_class_flow(const bki_logit_newton *newton);

#endif
