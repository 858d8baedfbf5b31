/* Accelerated sweeps with safeguards: an iterate much worse than the best one, or not finite, sends the solve back to
 * the best without memory of the way there; after a few returns Newton's method on the wages takes over. */
#include "trade/solver.h"

#include <math.h>
#include <string.h>

static const double WORSE = 1e3;        /* times the best distance: back to it */
static const double LONGEST_STEP = 1.0; /* of a logarithm of a wage or price */
enum {
    PATIENCE = 25,          /* sweeps without a better iterate before a return */
    ROUNDING_PATIENCE = 20, /* the same before a small imbalance is taken for rounding */
    RETURNS = 6,            /* before Newton's method */
    SETTLE_SWEEPS = 400
};

typedef struct watch {
    double best;       /* least distance since the last return */
    int    since_best; /* sweeps */
    int    returns;
    bool   fresh; /* the wage steps of this stretch are still to be set */
} watch;

static double
total_distance(const bk_trade_solver *solver)
{
    const bki_distance *d = &solver->distance;

    return d->labour > d->goods || d->labour != d->labour ? d->labour : d->goods;
}

/* Back to the best iterate, more carefully each time. */
static void
go_back(bk_trade_solver *solver, watch *w)
{
    memcpy(solver->u, solver->best, solver->length * sizeof *solver->u);
    bki_anderson_restart(&solver->accelerator);
    w->best = INFINITY;
    w->since_best = 0;
    w->returns++;
    w->fresh = true;
}

/* Steps as the elasticities at this iterate say, half of that after every return. */
static void
set_steps(bk_trade_solver *solver, watch *w)
{
    bki_wage_steps(solver);
    for (size_t n = 0; n < solver->base->n_regions; n++)
        solver->wage_step[n] *= ldexp(1.0, -w->returns);
    bki_move(solver);
    w->fresh = false;
}

/* The accelerated iterate, no logarithm too far from the last one and outputs positive.  False if it is not finite. */
static bool
advance(bk_trade_solver *solver)
{
    const bk_trade_base *base = solver->base;
    const bki_anderson  *accelerator = &solver->accelerator;
    const size_t         row = base->stride, matrix = row * base->n_sectors;
    double *restrict u = solver->u;
    double longest = 0.0;

    bki_anderson_step(&solver->accelerator, solver->g, u);
    const double *restrict g = accelerator->last_g, *restrict f = accelerator->last_f; /* g - f is the last iterate */
    for (size_t i = 0; i < row + matrix; i++) {
        const double step = fabs(u[i] - (g[i] - f[i]));
        longest = step > longest || step != step ? step : longest;
    }
    if (!(longest < INFINITY))
        return false;
    if (longest > LONGEST_STEP)
        for (size_t i = 0; i < solver->length; i++)
            u[i] = (g[i] - f[i]) + (u[i] - (g[i] - f[i])) * (LONGEST_STEP / longest);
    for (size_t i = row + matrix; i < row + 2 * matrix; i++) {
        const double least = 0.1 * (g[i] - f[i]);
        u[i] = u[i] < least ? least : u[i];
    }
    return true;
}

/* Accelerates from the iterate just swept, or goes back. */
static void
next_iterate(bk_trade_solver *solver, watch *w)
{
    const double distance = total_distance(solver);

    if (distance < w->best) {
        w->best = distance;
        w->since_best = 0;
        memcpy(solver->best, solver->u, solver->length * sizeof *solver->u);
    } else if (!(distance < WORSE * w->best) || ++w->since_best > PATIENCE) {
        go_back(solver, w);
        return;
    }
    if (!advance(solver))
        go_back(solver, w);
}

static bk_status
check_cancelled(bk_context *ctx, const bk_trade_solver *solver)
{
    if (!bk_cancelled(ctx))
        return BK_OK;
    return bk_fail(ctx, BK_ERR_CANCELLED, "trade equilibrium interrupted after %d iterations", solver->iterations);
}

bk_status
bki_settle(bk_context *ctx, bk_trade_solver *solver, double tolerance, bool *settled)
{
    watch w = {.best = INFINITY};

    bki_anderson_restart(&solver->accelerator);
    memset(solver->wage_step, 0, solver->base->stride * sizeof *solver->wage_step);
    *settled = false;
    for (int sweep = 0; sweep < SETTLE_SWEEPS && w.returns <= RETURNS; sweep++) {
        BK_TRY(check_cancelled(ctx, solver));
        bki_sweep(ctx, solver);
        solver->distance.labour = 0.0; /* not sought here */
        *settled = solver->distance.goods <= tolerance;
        if (*settled)
            break;
        next_iterate(solver, &w);
    }
    return BK_OK;
}

/* Every logarithm and every region's money within tolerance; where rounding keeps sweeps from getting there, at least
 * all imbalances beside the world. */
static bool
has_converged(const bk_trade_solver *solver, const watch *w, double tolerance)
{
    return solver->distance.world <= tolerance &&
           (total_distance(solver) <= tolerance || w->since_best >= ROUNDING_PATIENCE);
}

/* Accelerates until converged, at the limit, or to be left to Newton's method. */
static bk_status
accelerate(bk_context *ctx, bk_trade_solver *solver, double tolerance, int max_iterations)
{
    watch w = {.best = INFINITY, .fresh = true};

    bki_anderson_restart(&solver->accelerator);
    solver->outcome = BK_ITERATION_LIMIT;
    for (solver->iterations = 1;; solver->iterations++) {
        BK_TRY(check_cancelled(ctx, solver));
        bki_sweep(ctx, solver);
        if (has_converged(solver, &w, tolerance)) {
            solver->outcome = BK_CONVERGED;
            return BK_OK;
        }
        if (solver->iterations >= max_iterations)
            return BK_OK;
        if (w.returns > RETURNS) {
            memcpy(solver->u, solver->best, solver->length * sizeof *solver->u);
            solver->outcome = BK_STALLED;
            return BK_OK;
        }
        if (w.fresh)
            set_steps(solver, &w);
        next_iterate(solver, &w);
    }
}

bk_status
bki_iterate(bk_context *ctx, bk_trade_solver *solver, double tolerance, int max_iterations)
{
    BK_TRY(accelerate(ctx, solver, tolerance, max_iterations));
    if (solver->outcome == BK_STALLED)
        BK_TRY(bki_newton(ctx, solver, tolerance));
    if (isfinite(solver->distance.world) && isfinite(total_distance(solver)))
        return BK_OK;
    return bk_fail(ctx, BK_ERR_NOT_CONVERGED,
                   "the trade equilibrium left all bounds after %d iterations: the shock is too large for the numbers",
                   solver->iterations);
}
