/* Newton's method on the dual, in logarithms of prices: there a link's second derivatives are those of a spring between
 * its ends.  The linear systems go to conjugate gradients, solved as exactly as the distance from the minimum deserves
 * (Eisenstat & Walker 1996). */
#include "invest/planner.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum { most_products = 2000 }; /* of one step */

typedef struct descent {
    bk_context *ctx;
    bki_dual   *dual;
    size_t      n;
    double     *price, *next;                                        /* [n] */
    double     *step, *right, *residual, *search, *image, *diagonal; /* [n] */
    size_t      n_products;
} descent;

static double
dot(size_t n, const double *x, const double *y)
{
    double sum = 0.0;

    for (size_t i = 0; i < n; i++)
        sum += x[i] * y[i];
    return sum;
}

/* Solves (P H P) step = -P gradient to `accuracy` of the right-hand side, in the norm that the diagonal gives. */
static void
solve_step(descent *way, double accuracy)
{
    const size_t n = way->n;
    double      *x = way->step, *r = way->residual, *p = way->search, *image = way->image;
    double       rho = 0.0, first = 0.0;

    bki_dual_diagonal(way->dual, way->price, way->diagonal);
    memset(x, 0, n * sizeof *x);
    for (size_t i = 0; i < n; i++) {
        r[i] = way->right[i] = -way->price[i] * way->dual->gradient[i];
        p[i] = r[i] / way->diagonal[i];
    }
    first = rho = dot(n, r, p);
    for (int k = 0; k < most_products && rho > accuracy * accuracy * first; k++) {
        bki_dual_product(way->dual, way->price, p, image);
        way->n_products++;
        const double bend = dot(n, p, image);
        if (!(bend > 0.0)) /* rounding: the dual is convex */
            break;
        const double length = rho / bend;
        for (size_t i = 0; i < n; i++) {
            x[i] += length * p[i];
            r[i] -= length * image[i];
        }
        double next = 0.0;
        for (size_t i = 0; i < n; i++)
            next += r[i] * r[i] / way->diagonal[i];
        for (size_t i = 0; i < n; i++)
            p[i] = r[i] / way->diagonal[i] + next / rho * p[i];
        rho = next;
    }
}

/* Goes along the step until the dual has fallen enough; prices stay above a tenth of what they were.  False: it will
 * not fall, which near the minimum is rounding. */
static bool
walk(descent *way, bki_minimum *minimum)
{
    const double before = way->dual->value, slope = -dot(way->n, way->right, way->step);
    const double noise = 8.0 * DBL_EPSILON * (fabs(before) + fabs(way->dual->network_value));
    double       deepest = 0.0;

    for (size_t i = 0; i < way->n; i++)
        deepest = fmax(deepest, -way->step[i]);
    for (double length = fmin(1.0, 0.9 / fmax(deepest, 1e-300)); length > 1e-10; length *= 0.5) {
        for (size_t i = 0; i < way->n; i++)
            way->next[i] = way->price[i] * (1.0 + length * way->step[i]);
        bki_dual_evaluate(way->dual, way->next);
        minimum->n_evaluations++;
        if (way->dual->value <= before + 1e-4 * length * slope + noise) {
            memcpy(way->price, way->next, way->n * sizeof *way->price);
            return true;
        }
    }
    bki_dual_evaluate(way->dual, way->price);
    minimum->n_evaluations++;
    return false;
}

static void
descend(descent *way, const bk_planner_settings *settings, bki_minimum *out)
{
    double before = INFINITY;
    int    patience = 0;

    bki_dual_evaluate(way->dual, way->price);
    out->n_evaluations++;
    for (out->outcome = BK_ITERATION_LIMIT; out->steps < settings->step_limit; out->steps++) {
        const double unbalance = bki_dual_unbalance(way->dual);
        if (unbalance <= settings->tolerance) {
            out->outcome = BK_CONVERGED;
            return;
        }
        patience = unbalance < 0.5 * before || unbalance > 1e-8 ? 0 : patience + 1;
        before = fmin(before, unbalance);
        if (bk_cancelled(way->ctx) || patience > 5) {
            out->outcome = patience > 5 ? BK_STALLED : BK_CANCELLED;
            return;
        }
        solve_step(way, fmin(0.1, sqrt(unbalance)));
        if (!walk(way, out)) {
            out->outcome = BK_STALLED;
            return;
        }
    }
}

bk_status
bki_dual_minimise(bk_context *ctx, bki_dual *dual, const bk_planner_settings *settings, double *price,
                  bk_arena *scratch, bki_minimum *out)
{
    const size_t n = dual->n;
    descent      way = {.ctx = ctx, .dual = dual, .n = n, .price = price};

    way.next = BK_NEW(scratch, double, n);
    way.step = BK_NEW(scratch, double, n);
    way.right = BK_NEW(scratch, double, n);
    way.residual = BK_NEW(scratch, double, n);
    way.search = BK_NEW(scratch, double, n);
    way.image = BK_NEW(scratch, double, n);
    way.diagonal = BK_NEW(scratch, double, n);
    BK_TRY(bk_arena_ok(scratch));
    *out = (bki_minimum){0};
    descend(&way, settings, out);
    out->n_products = way.n_products;
    return BK_OK;
}
