/* Levenberg (1944), Marquardt (1963), in a box. */
#include "base/cholesky.h"
#include "buckle/base.h"

#include <math.h>
#include <string.h>

/* Damping relative to the diagonal: where it starts, how it moves, and where there is nowhere to go. */
static const double FIRST_DAMPING = 1e-3, LESS = 0.2, MORE = 5.0, MOST_DAMPING = 1e12;

typedef struct squares {
    const bk_least_squares *problem;
    double                 *residual, *trial, *jacobian; /* [n_residuals], [n_residuals], [n_residuals][n] */
    double                 *normal, *factor;             /* [n][n] */
    double                 *gradient, *step, *at;        /* [n] */
    size_t                  n_evaluations;
} squares;

static double
sum_of_squares(const double *r, size_t n)
{
    double sum = 0.0;

    for (size_t i = 0; i < n; i++)
        sum += r[i] * r[i];
    return sum;
}

static bk_status
evaluate(squares *work, const double *x, double *residual)
{
    work->n_evaluations++;
    return work->problem->residuals(work->problem->state, x, residual);
}

/* The problem's own derivatives, or central differences, one-sided where the box ends. */
static bk_status
differentiate(squares *work, const double *x)
{
    const bk_least_squares *p = work->problem;

    if (p->derivatives != NULL)
        return p->derivatives(p->state, x, work->jacobian);
    memcpy(work->at, x, p->n * sizeof *x);
    for (size_t k = 0; k < p->n; k++) {
        const double up = fmin(x[k] + p->step[k], p->most[k]), down = fmax(x[k] - p->step[k], p->least[k]);
        work->at[k] = up;
        BK_TRY(evaluate(work, work->at, work->trial));
        for (size_t i = 0; i < p->n_residuals; i++)
            work->jacobian[i * p->n + k] = work->trial[i];
        work->at[k] = down;
        BK_TRY(evaluate(work, work->at, work->trial));
        for (size_t i = 0; i < p->n_residuals; i++)
            work->jacobian[i * p->n + k] =
                up > down ? (work->jacobian[i * p->n + k] - work->trial[i]) / (up - down) : 0.0;
        work->at[k] = x[k];
    }
    return BK_OK;
}

static void
form_normal_equations(squares *work)
{
    const bk_least_squares *p = work->problem;

    for (size_t k = 0; k < p->n; k++) {
        work->gradient[k] = 0.0;
        for (size_t i = 0; i < p->n_residuals; i++)
            work->gradient[k] += work->jacobian[i * p->n + k] * work->residual[i];
        for (size_t l = 0; l < p->n; l++) {
            double sum = 0.0;
            for (size_t i = 0; i < p->n_residuals; i++)
                sum += work->jacobian[i * p->n + k] * work->jacobian[i * p->n + l];
            work->normal[k * p->n + l] = sum;
        }
    }
}

/* Whether x stands at a bound that its gradient pushes against; such a one does not move. */
static bool
is_held(const bk_least_squares *p, const double *x, const double *gradient, size_t k)
{
    return (x[k] <= p->least[k] && gradient[k] > 0.0) || (x[k] >= p->most[k] && gradient[k] < 0.0) ||
           p->least[k] == p->most[k];
}

/* The damped step into work->step, cut to the box in work->at; false if the equations cannot be solved. */
static bool
find_step(squares *work, const double *x, double damping)
{
    const bk_least_squares *p = work->problem;

    for (size_t k = 0; k < p->n; k++) {
        const bool held = is_held(p, x, work->gradient, k);
        for (size_t l = 0; l < p->n; l++)
            work->factor[k * p->n + l] = held || is_held(p, x, work->gradient, l) ? 0.0 : work->normal[k * p->n + l];
        const double diagonal = work->normal[k * p->n + k];
        work->factor[k * p->n + k] = held || diagonal == 0.0 ? 1.0 : diagonal * (1.0 + damping);
        work->step[k] = held ? 0.0 : -work->gradient[k];
    }
    if (!bki_cholesky_factor(p->n, work->factor))
        return false;
    bki_cholesky_solve(p->n, work->factor, work->step);
    for (size_t k = 0; k < p->n; k++)
        work->at[k] = fmin(fmax(x[k] + work->step[k], p->least[k]), p->most[k]);
    return true;
}

/* Largest move in units of the differences' steps. */
static double
size_of_move(const squares *work, const double *x)
{
    double most = 0.0;

    for (size_t k = 0; k < work->problem->n; k++)
        most = fmax(most, fabs(work->at[k] - x[k]) / work->problem->step[k]);
    return most;
}

/* One accepted step from x, or none left: `*moved` in units of the steps, 0 if no damping helps. */
static bk_status
descend(squares *work, double *x, double *cost, double *damping, double *moved)
{
    const bk_least_squares *p = work->problem;

    *moved = 0.0;
    for (; *damping < MOST_DAMPING; *damping *= MORE) {
        if (!find_step(work, x, *damping))
            continue;
        const double move = size_of_move(work, x);
        if (move == 0.0)
            return BK_OK;
        BK_TRY(evaluate(work, work->at, work->trial));
        const double there = sum_of_squares(work->trial, p->n_residuals);
        if (!(there < *cost))
            continue;
        memcpy(x, work->at, p->n * sizeof *x);
        memcpy(work->residual, work->trial, p->n_residuals * sizeof *work->trial);
        *cost = there;
        *moved = move;
        *damping *= LESS;
        return BK_OK;
    }
    return BK_OK;
}

/* (J'J)^-1 at the solution; those at a bound as if they were free. */
static bool
find_covariance(squares *work, double *covariance)
{
    const size_t n = work->problem->n;

    memcpy(work->factor, work->normal, n * n * sizeof *work->factor);
    if (!bki_cholesky_factor(n, work->factor))
        return false;
    for (size_t k = 0; k < n; k++) {
        memset(work->step, 0, n * sizeof *work->step);
        work->step[k] = 1.0;
        bki_cholesky_solve(n, work->factor, work->step);
        memcpy(covariance + k * n, work->step, n * sizeof *covariance);
    }
    return true;
}

bk_status
bk_least_squares_solve(bk_context *ctx, const bk_least_squares *problem, bk_arena *arena, double *x,
                       bk_least_squares_fit *out)
{
    const size_t n = problem->n, m = problem->n_residuals;
    squares      work = {.problem = problem,
                         .residual = BK_NEW(arena, double, m + 1),
                         .trial = BK_NEW(arena, double, m + 1),
                         .jacobian = BK_NEW(arena, double, m *n + 1),
                         .normal = BK_NEW(arena, double, n *n + 1),
                         .factor = BK_NEW(arena, double, n *n + 1),
                         .gradient = BK_NEW(arena, double, n + 1),
                         .step = BK_NEW(arena, double, n + 1),
                         .at = BK_NEW(arena, double, n + 1)};
    double      *covariance = BK_NEW(arena, double, n *n + 1), damping = FIRST_DAMPING, moved = INFINITY;

    BK_TRY(bk_arena_ok(arena));
    *out = (bk_least_squares_fit){.outcome = BK_ITERATION_LIMIT, .residual = work.residual};
    BK_TRY(evaluate(&work, x, work.residual));
    out->first_cost = out->cost = sum_of_squares(work.residual, m);
    while (true) {
        BK_TRY(differentiate(&work, x));
        form_normal_equations(&work);
        if (moved <= problem->tolerance)
            out->outcome = BK_CONVERGED;
        if (out->outcome == BK_CONVERGED || out->iterations == problem->max_iterations)
            break;
        if (bk_cancelled(ctx))
            return bk_fail(ctx, BK_ERR_CANCELLED, "interrupted while fitting");
        bk_progress(ctx, "fit", (double)out->iterations / problem->max_iterations);
        BK_TRY(descend(&work, x, &out->cost, &damping, &moved));
        out->iterations++;
    }
    out->n_evaluations = work.n_evaluations;
    out->jacobian = work.jacobian;
    out->covariance = find_covariance(&work, covariance) ? covariance : NULL;
    return BK_OK;
}
