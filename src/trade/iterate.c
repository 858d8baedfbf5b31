/* Accelerated sweeps with safeguards: an iterate much worse than the best one, or not finite, sends the solve back to
 * the best with half the wage step and without memory. */
#include "trade/solver.h"

#include <math.h>
#include <string.h>

static const double WORSE = 1e3;        /* times the best distance: back to it */
static const double LONGEST_STEP = 1.0; /* of a logarithm of a wage or price */
enum {
    PATIENCE = 60,         /* sweeps without a better iterate before a restart */
    ROUNDING_PATIENCE = 20 /* the same before a small imbalance is taken for rounding */
};

typedef struct watch {
    double best;       /* least distance since the last restart */
    int    since_best; /* sweeps */
    int    restarts;
} watch;

static void
restart(bk_trade_solver *solver, watch *w)
{
    memcpy(solver->u, solver->best, solver->length * sizeof *solver->u);
    bki_anderson_restart(&solver->accelerator);
    for (size_t n = 0; n < solver->base->n_regions; n++)
        solver->wage_step[n] *= 0.5;
    w->best = INFINITY;
    w->since_best = 0;
    w->restarts++;
}

/* The accelerated iterate, not too far from the image and with outputs that stay positive. */
static void
advance(bk_trade_solver *solver)
{
    const bk_trade_base *base = solver->base;
    const size_t         row = base->stride, matrix = row * base->n_sectors;
    double *restrict u = solver->u;
    const double *restrict g = solver->g;
    double longest = 0.0;

    bki_anderson_step(&solver->accelerator, g, u);
    for (size_t i = 0; i < row + matrix; i++)
        longest = fabs(u[i] - g[i]) > longest ? fabs(u[i] - g[i]) : longest;
    if (longest > LONGEST_STEP)
        for (size_t i = 0; i < solver->length; i++)
            u[i] = g[i] + (u[i] - g[i]) * (LONGEST_STEP / longest);
    for (size_t i = row + matrix; i < row + 2 * matrix; i++)
        u[i] = u[i] < 0.1 * g[i] ? 0.1 * g[i] : u[i];
}

/* Every logarithm and every region's money within tolerance; where rounding keeps sweeps from getting there, at least
 * all imbalances beside the world. */
static bool
has_converged(const bki_distance *distance, const watch *w, double tolerance)
{
    return distance->world <= tolerance && (distance->change <= tolerance || w->since_best >= ROUNDING_PATIENCE);
}

bk_status
bki_iterate(bk_context *ctx, bk_trade_solver *solver, double tolerance, int max_iterations)
{
    watch w = {.best = INFINITY};

    bki_anderson_restart(&solver->accelerator);
    solver->outcome = BK_ITERATION_LIMIT;
    for (solver->iterations = 1;; solver->iterations++) {
        if (bk_cancelled(ctx))
            return bk_fail(ctx, BK_ERR_CANCELLED, "trade equilibrium interrupted after %d sweeps",
                           solver->iterations - 1);
        bki_sweep(ctx, solver);
        const double change = solver->distance.change;
        if (has_converged(&solver->distance, &w, tolerance)) {
            solver->outcome = BK_CONVERGED;
            return BK_OK;
        }
        if (solver->iterations >= max_iterations)
            return BK_OK;
        if (solver->iterations == 1) {
            bki_wage_steps(solver);
            bki_move(solver);
        }
        if (change < w.best) {
            w.best = change;
            w.since_best = 0;
            memcpy(solver->best, solver->g, solver->length * sizeof *solver->g);
        } else if (!(change < WORSE * w.best) || ++w.since_best > PATIENCE) {
            restart(solver, &w);
            continue;
        }
        advance(solver);
    }
}
