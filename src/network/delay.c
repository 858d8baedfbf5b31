/* Mean wait in front of a border post's lanes.
 *
 *     M/M/s (Sakasegawa 1977)      W = (h / s) r^n / (1 - r),  n = sqrt(2 (s + 1)) - 1,  r the utilisation, h the
 * service M/G/s (Allen & Cunneen)      W (1 + cv^2) / 2
 *
 * Exact for one server.  Less than one lane is one lane that serves more slowly, so that the exponent never falls below
 * the 1 of a single server and the slope at r = 0 stays finite. */
#include "buckle/network.h"

#include <math.h>

/* r^e by the library's own logarithm and exponential, which round alike on every machine, as pow() does not. */
static double
power_of(double r, double e)
{
    double power;

    if (!(r > 1e-200)) /* logarithms are of normal numbers */
        return e > 0.0 ? 0.0 : 1.0;
    bk_log_batch(1, &r, &power);
    power *= e;
    bk_exp(1, &power, &power);
    return power;
}

#define KNEE 0.98 /* utilisation past which the curve goes on as its own quadratic */

void
bk_queue_wait(double servers, double service_hours, double service_cv, double utilisation, double *wait, double *slope)
{
    if (isinf(servers) || service_hours <= 0.0) {
        *wait = 0.0;
        *slope = 0.0;
        return;
    }
    const double exponent = servers > 1.0 ? sqrt(2.0 * (servers + 1.0)) - 1.0 : 1.0;
    const double scale = service_hours / servers * 0.5 * (1.0 + service_cv * service_cv);
    const double busy = utilisation > 0.0 ? fmin(utilisation, KNEE) : 0.0, free = 1.0 - busy;
    const double power_minus_1 = power_of(busy, exponent - 1.0), power = power_minus_1 * busy;

    *wait = scale * power / free;
    *slope = scale * power_minus_1 * (exponent * free + busy) / (free * free);
    if (utilisation > KNEE) {
        const double past = utilisation - KNEE;
        const double curvature =
            scale * (exponent * (exponent - 1.0) * power_minus_1 / (busy * free) +
                     2.0 * exponent * power_minus_1 / (free * free) + 2.0 * power / (free * free * free));
        *wait += past * (*slope + 0.5 * past * curvature);
        *slope += past * curvature;
    }
}
