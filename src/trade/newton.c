/* Newton's method on the wages alone, for solves that acceleration leaves unfinished.
 *
 * At given wages, prices are a contraction and outputs a linear one, so they can always be settled.  What is left is
 * one equation a region, ln(labour income / wage) = 0, of which one in each group of regions follows from the others by
 * Walras' law and gives way to the numeraire.  The Jacobian is taken by differences, the step is shortened until it
 * helps. */
#include "trade/solver.h"

#include <math.h>
#include <string.h>

static const double DIFFERENCE = 1e-4;     /* of a logarithm of a wage */
static const double SETTLED = 1e-13;       /* of prices and outputs at given wages, if rounding lets them */
static const double NEARLY_SETTLED = 1e-9; /* good enough to go on */
static const double LONGEST_STEP = 1.0;    /* of a logarithm of a wage */
static const double LEAST_EARNED = 1e-3;   /* of the wage: income lower than this, or negative, counts as this */
static const double FIRST_TIME = 1.0, LEAST_TIME = 1e-6, LONG_TIME = 1e6; /* steps along the path, see above */
static const double WORSE_ALLOWED = 2.0;                                  /* growth of the largest gap on the way */
enum { STEPS = 200 };

typedef struct newton {
    double *log_payroll; /* [n_regions] where the search is */
    double *gap;         /* [n_regions] ln(labour income / wage) there */
    double *trial;       /* [n_regions] gap at wages tried */
    double *step;        /* [n_regions] of log_payroll */
    double *settled;     /* [length] the iterate that belongs to log_payroll */
    double *jacobian;    /* [n_regions][n_regions] of the gap */
    double *matrix;      /* [n_regions][n_regions] of the step */
} newton;

static bk_status
newton_alloc(bk_trade_solver *solver, bk_arena *arena, newton *w)
{
    const size_t n = solver->base->n_regions;

    w->log_payroll = BK_NEW(arena, double, n);
    w->gap = BK_NEW(arena, double, n);
    w->trial = BK_NEW(arena, double, n);
    w->step = BK_NEW(arena, double, n);
    w->settled = BK_NEW(arena, double, solver->length);
    w->jacobian = BK_NEW(arena, double, n *n);
    w->matrix = BK_NEW(arena, double, n *n);
    return bk_arena_ok(arena);
}

/* The gap of each region at the wages of solver->u, prices and outputs settled. */
static bk_status
labour_gaps(bk_context *ctx, bk_trade_solver *solver, double *gap, bool *usable)
{
    const bk_trade_base *base = solver->base;
    bool                 settled;

    BK_TRY(bki_settle(ctx, solver, SETTLED, &settled));
    *usable = settled || solver->distance.goods <= NEARLY_SETTLED;
    for (size_t n = 0; n < base->n_regions; n++)
        gap[n] = bki_log(fmax(solver->earned[n], LEAST_EARNED * bki_exp(solver->u[n]))) - solver->u[n];
    return BK_OK;
}

static double
largest(const double *x, size_t n)
{
    double most = 0.0;

    for (size_t i = 0; i < n; i++)
        most = fabs(x[i]) > most ? fabs(x[i]) : most;
    return most;
}

/* Derivative of every gap with respect to every wage; solver->u is left at w->settled. */
static bk_status
differentiate(bk_context *ctx, bk_trade_solver *solver, newton *w, bool *usable)
{
    const size_t n_regions = solver->base->n_regions;

    for (size_t m = 0; m < n_regions; m++) {
        memcpy(solver->u, w->settled, solver->length * sizeof *solver->u);
        solver->u[m] += DIFFERENCE;
        BK_TRY(labour_gaps(ctx, solver, w->trial, usable));
        if (!*usable)
            return BK_OK;
        for (size_t n = 0; n < n_regions; n++)
            w->jacobian[n * n_regions + m] = (w->trial[n] - w->gap[n]) / DIFFERENCE;
    }
    return BK_OK;
}

/* The equation of the largest region of each group gives way to its numeraire: value added keeps its sum. */
static void
fix_numeraire(const bk_trade_solver *solver, newton *w)
{
    const bk_trade_base *base = solver->base;
    const uint32_t      *component = solver->shocked.component;
    const size_t         n_regions = base->n_regions;

    for (uint32_t c = 0; c < solver->shocked.n_components; c++) {
        size_t big = n_regions;
        for (size_t n = 0; n < n_regions; n++)
            if (component[n] == c && (big == n_regions || base->value_added[n] > base->value_added[big]))
                big = n;
        for (size_t n = 0; n < n_regions; n++)
            w->matrix[big * n_regions + n] =
                component[n] == c ? base->value_added[n] / base->value_added[big] * bki_exp(w->log_payroll[n]) : 0.0;
        w->step[big] = 0.0;
    }
}

/* Gaussian elimination with row exchange of a x = step, in place.  False if singular. */
static bool
eliminate(size_t n, double *a, double *x)
{
    for (size_t p = 0; p < n; p++) {
        size_t best = p;
        for (size_t r = p + 1; r < n; r++)
            best = fabs(a[r * n + p]) > fabs(a[best * n + p]) ? r : best;
        if (!(fabs(a[best * n + p]) > 1e-300))
            return false;
        for (size_t c = 0; best != p && c < n; c++) {
            const double kept = a[p * n + c];
            a[p * n + c] = a[best * n + c];
            a[best * n + c] = kept;
        }
        const double kept = x[p];
        x[p] = x[best];
        x[best] = kept;
        for (size_t r = p + 1; r < n; r++) {
            const double factor = a[r * n + p] / a[p * n + p];
            for (size_t c = p; factor != 0.0 && c < n; c++)
                a[r * n + c] -= factor * a[p * n + c];
            x[r] -= factor * x[p];
        }
    }
    for (size_t p = n; p-- > 0;) {
        for (size_t c = p + 1; c < n; c++)
            x[p] -= a[p * n + c] * x[c];
        x[p] /= a[p * n + p];
    }
    return true;
}

/* Keeps the iterate of the solver, whose gaps are in w->trial. */
static void
keep(const bk_trade_solver *solver, newton *w)
{
    const size_t n_regions = solver->base->n_regions;

    memcpy(w->settled, solver->u, solver->length * sizeof *solver->u);
    memcpy(w->log_payroll, solver->u, n_regions * sizeof *w->log_payroll);
    memcpy(w->gap, w->trial, n_regions * sizeof *w->gap);
}

/* One step of length `time` along the path, into solver->u, with its gaps in w->trial. */
static bk_status
step_along(bk_context *ctx, bk_trade_solver *solver, double time, newton *w, bool *usable)
{
    const size_t n_regions = solver->base->n_regions;

    memcpy(w->matrix, w->jacobian, n_regions * n_regions * sizeof *w->matrix);
    for (size_t n = 0; n < n_regions; n++) {
        w->matrix[n * n_regions + n] -= 1.0 / time;
        w->step[n] = -w->gap[n];
    }
    fix_numeraire(solver, w);
    *usable = eliminate(n_regions, w->matrix, w->step);
    const double reach = largest(w->step, n_regions), length = reach > LONGEST_STEP ? LONGEST_STEP / reach : 1.0;
    if (!*usable || !(reach < INFINITY))
        return BK_OK;
    memcpy(solver->u, w->settled, solver->length * sizeof *solver->u);
    for (size_t n = 0; n < n_regions; n++)
        solver->u[n] += length * w->step[n];
    bki_scale_payroll(solver, solver->u);
    return labour_gaps(ctx, solver, w->trial, usable);
}

/* The gaps may grow somewhat on the way, but not turn about without falling: that has jumped over the solution. */
static bool
is_progress(const newton *w, size_t n_regions, double time)
{
    const double before = largest(w->gap, n_regions), after = largest(w->trial, n_regions);
    double       along = 0.0;

    for (size_t n = 0; n < n_regions; n++)
        along += w->gap[n] * w->trial[n];
    return after < (time < LONG_TIME ? WORSE_ALLOWED : 1.0) * before && (along >= 0.0 || after < 0.5 * before);
}

static bk_status
newton_steps(bk_context *ctx, bk_trade_solver *solver, double tolerance, newton *w)
{
    const size_t n_regions = solver->base->n_regions;
    double       time = FIRST_TIME;
    bool         usable, fresh = true;

    bki_scale_payroll(solver, solver->u);
    BK_TRY(labour_gaps(ctx, solver, w->trial, &usable));
    keep(solver, w);
    for (int step = 0; step < STEPS && usable && time > LEAST_TIME && largest(w->gap, n_regions) > 0.1 * tolerance;
         step++) {
        bool better = false;
        solver->iterations++;
        if (fresh)
            BK_TRY(differentiate(ctx, solver, w, &usable));
        if (usable)
            BK_TRY(step_along(ctx, solver, time, w, &better));
        better = better && is_progress(w, n_regions, time);
        if (better)
            keep(solver, w);
        fresh = better;
        time *= better ? 4.0 : 0.2;
    }
    memcpy(solver->u, w->settled, solver->length * sizeof *solver->u);
    bki_sweep(ctx, solver);
    const bool converged = solver->distance.world <= tolerance && largest(w->gap, n_regions) <= NEARLY_SETTLED;
    solver->outcome = converged ? BK_CONVERGED : BK_STALLED;
    return BK_OK;
}

/* Says where a solve got stuck.  The usual reason is a fixed surplus that buyers abroad no longer pay for. */
static void
explain_stall(bk_context *ctx, const bk_trade_solver *solver)
{
    const bk_trade_base *base = solver->base;
    size_t               worst = 0;
    double               most = -1.0;

    for (size_t n = 0; n < base->n_regions; n++) {
        const double gap = fabs(solver->earned[n] - bki_exp(solver->u[n])) * base->value_added[n];
        if (gap > most) {
            most = gap;
            worst = n;
        }
    }
    bk_log(ctx, BK_LOG_WARNING,
           "trade equilibrium not found: the largest imbalance, %.3g of world value added, is that of region %s (wage "
           "%.3g times the "
           "base, deficit %.6g); a deficit fixed in money may have no equilibrium after so large a shock",
           most / base->world, base->economy->regions[worst].id, bki_exp(solver->u[worst]),
           solver->shocked.transfer[worst] * base->value_added[worst]);
}

bk_status
bki_newton(bk_context *ctx, bk_trade_solver *solver, double tolerance)
{
    bk_arena scratch;
    newton   w = {0};

    bk_log(ctx, BK_LOG_INFO, "trade: acceleration stalled at %.1e after %d sweeps; Newton's method on the wages",
           solver->distance.world, solver->iterations);
    bk_arena_init(&scratch, ctx);
    bk_status status = newton_alloc(solver, &scratch, &w);
    if (status == BK_OK)
        status = newton_steps(ctx, solver, tolerance, &w);
    bk_arena_release(&scratch);
    if (status == BK_OK && solver->outcome == BK_STALLED)
        explain_stall(ctx, solver);
    return status;
}
