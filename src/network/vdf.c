/* Volume-delay functions: time, slope and integral, one arc at a time or all at once.
 *
 *     linear, bpr   t = t0 (1 + b r^p)    t' = t0 b p r^(p-1) / q    T = t0 x (1 + b r^p / (p + 1))      r = x / q
 *     conical       t = t0 f(r)           t' = t0 f'(r) / q          T = t0 q F(r), with u = a (1 - r), h = sqrt(u^2 +
 * c^2): f = 2 + h - u - c     f' = a (1 - u / h)         F = (2 - c) r - a (r - r^2 / 2) + (G(a) - G(u)) / a where G(u)
 * = (u h + c^2 asinh(u / c)) / 2 */
#include "base/clones.h"
#include "buckle/network.h"

#include <math.h>

#define BLOCK   64
#define NO_FLOW 1e-200 /* a utilisation below it counts as none, so that logarithms are of normal numbers */

/* r^e for r >= 0 and e >= 0, up to BLOCK of them.  By the library's own logarithm and exponential, which round alike on
 * every machine, as pow() does not. */
static void
raise_block(size_t n, const double *r, const double *e, double *power)
{
    double exponent[BLOCK];

    for (size_t i = 0; i < n; i++)
        exponent[i] = r[i] > NO_FLOW ? r[i] : 1.0;
    bk_log_batch(n, exponent, exponent);
    for (size_t i = 0; i < n; i++)
        exponent[i] = fmin(e[i] * exponent[i], 709.0);
    bk_exp(n, exponent, power);
    for (size_t i = 0; i < n; i++)
        power[i] = r[i] > NO_FLOW || e[i] == 0.0 ? power[i] : 0.0;
}

static void
eval_power_block(size_t n, const double *restrict t0, const double *restrict b, const double *restrict p,
                 const double *restrict q, const double *restrict x, double *restrict time, double *restrict slope)
{
    double r[BLOCK], e[BLOCK], r_minus[BLOCK];

    for (size_t i = 0; i < n; i++) {
        r[i] = x[i] / q[i];
        e[i] = p[i] - 1.0;
    }
    raise_block(n, r, e, r_minus);
    for (size_t i = 0; i < n; i++) {
        time[i] = t0[i] * (1.0 + b[i] * (r_minus[i] * r[i]));
        slope[i] = t0[i] * b[i] * p[i] * r_minus[i] / q[i];
    }
}

static inline void
eval_power_4(double t0, double b, double q, double x, double *time, double *slope)
{
    const double r = x / q, r_minus = r * r * r;

    *time = t0 * (1.0 + b * (r_minus * r));
    *slope = t0 * b * 4.0 * r_minus / q;
}

static inline void
eval_linear(double t0, double b, double q, double x, double *time, double *slope)
{
    *time = t0 * (1.0 + b * (x / q));
    *slope = t0 * b / q;
}

static inline void
eval_conical(double t0, double a, double q, double x, double *time, double *slope)
{
    const double c = (2.0 * a - 1.0) / (2.0 * a - 2.0);
    const double u = a * (1.0 - x / q), h = sqrt(u * u + c * c);

    *time = t0 * (2.0 + h - u - c);
    *slope = t0 * a * (1.0 - u / h) / q;
}

/* ---- all arcs: one loop for each form, so that each vectorises ----------------------------------------------------
 */

static void
eval_all_power(size_t n, const double *t0, const double *b, const double *p, const double *q, const double *x,
               double *time, double *slope)
{
    for (size_t a = 0; a < n; a += BLOCK)
        eval_power_block(n - a < BLOCK ? n - a : BLOCK, t0 + a, b + a, p + a, q + a, x + a, time + a, slope + a);
}

BKI_CLONES static void
eval_all_power_4(size_t n, const double *restrict t0, const double *restrict b, const double *restrict q,
                 const double *restrict x, double *restrict time, double *restrict slope)
{
    for (size_t a = 0; a < n; a++)
        eval_power_4(t0[a], b[a], q[a], x[a], &time[a], &slope[a]);
}

BKI_CLONES static void
eval_all_linear(size_t n, const double *restrict t0, const double *restrict b, const double *restrict q,
                const double *restrict x, double *restrict time, double *restrict slope)
{
    for (size_t a = 0; a < n; a++)
        eval_linear(t0[a], b[a], q[a], x[a], &time[a], &slope[a]);
}

BKI_CLONES static void
eval_all_conical(size_t n, const double *restrict t0, const double *restrict steepness, const double *restrict q,
                 const double *restrict x, double *restrict time, double *restrict slope)
{
    for (size_t a = 0; a < n; a++)
        eval_conical(t0[a], steepness[a], q[a], x[a], &time[a], &slope[a]);
}

void
bk_vdf_eval(const bk_vdf *vdf, const double *flow, double *time, double *slope)
{
    const size_t n = vdf->n_arcs;

    if (vdf->form == BK_VDF_CONICAL)
        eval_all_conical(n, vdf->free_time, vdf->power, vdf->capacity, flow, time, slope);
    else if (vdf->form == BK_VDF_LINEAR || vdf->all_power == 1.0)
        eval_all_linear(n, vdf->free_time, vdf->b, vdf->capacity, flow, time, slope);
    else if (vdf->all_power == 4.0)
        eval_all_power_4(n, vdf->free_time, vdf->b, vdf->capacity, flow, time, slope);
    else
        eval_all_power(n, vdf->free_time, vdf->b, vdf->power, vdf->capacity, flow, time, slope);
}

void
bk_vdf_eval_arc(const bk_vdf *vdf, size_t arc, double flow, double *time, double *slope)
{
    const double t0 = vdf->free_time[arc], q = vdf->capacity[arc];

    if (vdf->form == BK_VDF_CONICAL)
        eval_conical(t0, vdf->power[arc], q, flow, time, slope);
    else if (vdf->form == BK_VDF_LINEAR || vdf->all_power == 1.0)
        eval_linear(t0, vdf->b[arc], q, flow, time, slope);
    else if (vdf->all_power == 4.0)
        eval_power_4(t0, vdf->b[arc], q, flow, time, slope);
    else
        eval_power_block(1, &t0, &vdf->b[arc], &vdf->power[arc], &q, &flow, time, slope);
}

/* ---- integral -----------------------------------------------------------------------------------------------------
 */

static double
conical_antiderivative(double u, double c)
{
    return 0.5 * (u * sqrt(u * u + c * c) + c * c * asinh(u / c));
}

static double
integral_of_arc(const bk_vdf *vdf, size_t arc, double x)
{
    const double t0 = vdf->free_time[arc], q = vdf->capacity[arc], r = x / q;

    if (isinf(q))
        return t0 * x;
    if (vdf->form == BK_VDF_CONICAL) {
        const double a = vdf->power[arc], c = (2.0 * a - 1.0) / (2.0 * a - 2.0);
        const double root = (conical_antiderivative(a, c) - conical_antiderivative(a * (1.0 - r), c)) / a;
        return t0 * q * ((2.0 - c) * r - a * (r - 0.5 * r * r) + root);
    }
    const double p = vdf->form == BK_VDF_LINEAR ? 1.0 : vdf->all_power > 0.0 ? vdf->all_power : vdf->power[arc];
    double       power;
    raise_block(1, &r, &p, &power);
    return t0 * x * (1.0 + vdf->b[arc] * power / (p + 1.0));
}

void
bk_vdf_integral(const bk_vdf *vdf, const double *flow, double *integral)
{
    for (size_t a = 0; a < vdf->n_arcs; a++)
        integral[a] = integral_of_arc(vdf, a, flow[a]);
}
