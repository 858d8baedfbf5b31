/* Newton's method on Fisk's program, in disutilities of arcs.
 *
 * Shares are always those of logit at some disutilities w of arcs, by class; with x the flows loaded at them, t(x) the
 * times and f the fixed costs, the equilibrium is w = theta (t(x) + f).  Linearised, with g = theta (t + f) - w, T =
 * t'(x) and Q = -dx/dw, the step d of w is g + theta T e, where the change e of flows solves
 *     (I + theta Q T) e = -Q g.
 * With y = T^1/2 e the system is I + theta T^1/2 Q T^1/2: symmetric, its eigenvalues 1 or more, so that conjugate
 * gradients solve it, a loading each.  This is Newton's method on the program's conditions of optimality in logarithms
 * of route flows, primal and dual at once; d leads down since -g (Q^-1 + theta T)^-1 g is the program's slope along it.
 * As w is what is kept, a change of theta leaves the flows as they are. */
#include "assignment/logit.h"

#include <math.h>
#include <string.h>

#define FIRST_AVERAGES 4     /* of successive loadings, before the first step */
#define MOST_INNER     200   /* iterations of conjugate gradients */
#define MOST_HALVINGS  40    /* of a step */
#define ENOUGH_DESCENT 1e-4  /* of what the slope promises (Armijo 1966) */
#define ROUNDING       1e-13 /* of the program's value: a rise that is none */
#define INNER_GAP      1e-2  /* what conjugate gradients leave of the system's right side far from the solution */
#define LEAST_GAP      1e-7  /* and at it */

struct bki_logit_newton {
    const bki_ue_problem   *problem;
    const bki_logit_method *method;
    void                   *loading;
    double                  dispersion;
    size_t                  n_arcs, n;  /* n = n_classes n_arcs */
    double                 *point;      /* [n] w */
    double                 *before;     /* [n] w before the step */
    double                 *lack;       /* [n] g */
    double                 *step;       /* [n] d */
    double                 *trial;      /* [n] a direction of disutilities */
    double                 *change;     /* [n] what flows answer to it */
    double                 *class_flow; /* [n] loaded */
    double                 *product;    /* [n] */
    double                 *flow;       /* [n_arcs] of all classes */
    double                 *time;       /* [n_arcs] at it */
    double                 *root;       /* [n_arcs] of the slopes of times */
    double                 *rest;       /* [n_arcs] conjugate gradients: right side less left */
    double                 *search;     /* [n_arcs] their direction */
    double                 *moved;      /* [n_arcs] y */
    double                  objective;
};

static double
dot(bki_logit_newton *self, size_t n, const double *a, const double *b)
{
    for (size_t i = 0; i < n; i++)
        self->product[i] = b[i] != 0.0 ? a[i] * b[i] : 0.0; /* closed arcs, where a is infinite, have none */
    return bk_sum(self->product, n);
}

static void
add_classes(const bki_logit_newton *self, const double *of_classes, double *out)
{
    memset(out, 0, self->n_arcs * sizeof *out);
    for (size_t i = 0; i < self->n; i++)
        out[i % self->n_arcs] += of_classes[i];
}

/* Value of Fisk's program: Beckmann's function and sum of volume x share x ln(share) / theta, where ln(share) is the
 * expected least disutility of the pair less the route's. */
static void
set_objective(bki_logit_newton *self, double value)
{
    const double met = dot(self, self->n, self->point, self->class_flow);
    const double fixed = dot(self, self->n, self->problem->fixed, self->class_flow);

    bk_vdf_integral(&self->problem->vdf, self->flow, self->product);
    self->objective = bk_sum(self->product, self->n_arcs) + fixed + (value - met) / self->dispersion;
}

void
bki_logit_newton_reload(bki_logit_newton *self)
{
    double value;

    self->method->load(self->loading, self->point, self->class_flow, &value);
    add_classes(self, self->class_flow, self->flow);
    bk_vdf_eval(&self->problem->vdf, self->flow, self->time, self->root);
    for (size_t a = 0; a < self->n_arcs; a++)
        self->root[a] = sqrt(self->root[a]);
    set_objective(self, value);
}

void
bki_logit_newton_disperse(bki_logit_newton *self, double dispersion)
{
    self->dispersion = dispersion;
    bki_logit_newton_reload(self);
}

static void
set_point(bki_logit_newton *self, const double *time)
{
    for (size_t i = 0; i < self->n; i++)
        self->point[i] = self->dispersion * (time[i % self->n_arcs] + self->problem->fixed[i]);
}

/* Disutilities at averages of what is loaded one after the other (Powell & Sheffi 1982): into the neighbourhood. */
static void
start_from_averages(bki_logit_newton *self)
{
    double *average = self->rest, *slope = self->search;

    memset(average, 0, self->n_arcs * sizeof *average);
    for (int k = 1; k <= FIRST_AVERAGES; k++) {
        bk_vdf_eval(&self->problem->vdf, average, self->time, slope);
        set_point(self, self->time);
        bki_logit_newton_reload(self);
        for (size_t a = 0; a < self->n_arcs; a++)
            average[a] += (self->flow[a] - average[a]) / k;
    }
    bk_vdf_eval(&self->problem->vdf, average, self->time, slope);
    set_point(self, self->time);
    bki_logit_newton_reload(self);
}

bk_status
bki_logit_newton_create(const bki_ue_problem *problem, const bki_logit_method *method, void *loading, double dispersion,
                        bk_arena *arena, bki_logit_newton **out)
{
    bki_logit_newton *self = BK_NEW(arena, bki_logit_newton, 1);

    BK_TRY(bk_arena_ok(arena));
    *self = (bki_logit_newton){.problem = problem,
                               .method = method,
                               .loading = loading,
                               .dispersion = dispersion,
                               .n_arcs = problem->graph->n_arcs,
                               .n = problem->n_classes * problem->graph->n_arcs};
    double **const of_classes[] = {&self->point, &self->before, &self->lack,       &self->step,
                                   &self->trial, &self->change, &self->class_flow, &self->product};
    double **const of_arcs[] = {&self->flow, &self->time, &self->root, &self->rest, &self->search, &self->moved};
    for (size_t i = 0; i < sizeof of_classes / sizeof *of_classes; i++)
        *of_classes[i] = BK_NEW(arena, double, self->n);
    for (size_t i = 0; i < sizeof of_arcs / sizeof *of_arcs; i++)
        *of_arcs[i] = BK_NEW(arena, double, self->n_arcs);
    BK_TRY(bk_arena_ok(arena));
    start_from_averages(self);
    *out = self;
    return BK_OK;
}

/* ---- a step ----------------------------------------------------------------------------------------------------- */

/* g, 0 on closed arcs. */
static void
set_lack(bki_logit_newton *self)
{
    for (size_t i = 0; i < self->n; i++)
        self->lack[i] =
            isfinite(self->problem->fixed[i])
                ? self->dispersion * (self->time[i % self->n_arcs] + self->problem->fixed[i]) - self->point[i]
                : 0.0;
}

/* rest -= length x (theta T^1/2 Q T^1/2 search + search), with the first term in `change`, summed over classes. */
static double
curvature_along_search(bki_logit_newton *self, double *answer)
{
    for (size_t i = 0; i < self->n; i++)
        self->trial[i] = self->root[i % self->n_arcs] * self->search[i % self->n_arcs];
    self->method->respond(self->loading, self->trial, self->change);
    add_classes(self, self->change, answer);
    for (size_t a = 0; a < self->n_arcs; a++)
        answer[a] = self->search[a] + self->dispersion * self->root[a] * answer[a];
    return dot(self, self->n_arcs, self->search, answer);
}

/* y by conjugate gradients, to `gap` of the right side; `answer` [n_arcs] is scratch. */
static void
solve_for_moved(bki_logit_newton *self, double gap, double *answer)
{
    const size_t n = self->n_arcs;
    double       square, wanted;

    memset(self->moved, 0, n * sizeof *self->moved);
    memcpy(self->search, self->rest, n * sizeof *self->search);
    square = dot(self, n, self->rest, self->rest);
    wanted = gap * gap * square;
    for (int i = 0; i < MOST_INNER && square > wanted && !bk_cancelled(self->problem->ctx); i++) {
        const double length = square / curvature_along_search(self, answer);
        for (size_t a = 0; a < n; a++) {
            self->moved[a] += length * self->search[a];
            self->rest[a] -= length * answer[a];
        }
        const double next = dot(self, n, self->rest, self->rest);
        for (size_t a = 0; a < n; a++)
            self->search[a] = self->rest[a] + next / square * self->search[a];
        square = next;
    }
}

/* Sets the step; returns the fall of the objective that it promises. */
static double
solve_for_step(bki_logit_newton *self)
{
    set_lack(self);
    self->method->respond(self->loading, self->lack, self->change);
    double promised = dot(self, self->n, self->lack, self->change);
    add_classes(self, self->change, self->flow); /* Q g; flows are loaded anew after the step */
    for (size_t a = 0; a < self->n_arcs; a++)
        self->rest[a] = -self->root[a] * self->flow[a];
    memcpy(self->time, self->rest, self->n_arcs * sizeof *self->time); /* -T^1/2 Q g, for the promise */
    const double nearness = sqrt(fmax(promised, 0.0) / self->dispersion / fabs(self->objective));
    solve_for_moved(self, fmin(fmax(nearness, LEAST_GAP), INNER_GAP), self->flow);
    promised -= self->dispersion * dot(self, self->n_arcs, self->time, self->moved);
    for (size_t i = 0; i < self->n; i++)
        self->step[i] = self->lack[i] + self->dispersion * self->root[i % self->n_arcs] * self->moved[i % self->n_arcs];
    return promised / self->dispersion;
}

/* No arc can be better than without flow, at the present dispersion or, if the point comes from a lower one, at that.
 */
static void
go(bki_logit_newton *self, double length)
{
    for (size_t i = 0; i < self->n; i++) {
        const double free =
            self->dispersion * (self->problem->vdf.free_time[i % self->n_arcs] + self->problem->fixed[i]);
        if (isfinite(free))
            self->point[i] = fmax(self->before[i] + length * self->step[i], fmin(free, self->before[i]));
    }
    bki_logit_newton_reload(self);
}

bool
bki_logit_newton_step(bki_logit_newton *self)
{
    const double objective = self->objective, promised = solve_for_step(self);
    double       length = 1.0;

    memcpy(self->before, self->point, self->n * sizeof *self->before);
    for (int i = 0; i < MOST_HALVINGS; i++, length *= 0.5) {
        go(self, length);
        if (self->objective <= objective - ENOUGH_DESCENT * length * promised + ROUNDING * fabs(objective))
            return true;
    }
    go(self, 0.0);
    return false;
}

const double *
bki_logit_newton_class_flow(const bki_logit_newton *self)
{
    return self->class_flow;
}
