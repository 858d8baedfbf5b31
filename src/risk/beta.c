/* The incomplete beta function by its continued fraction, and its inverse. */
#include "buckle/risk.h"

#include <math.h>

enum { MOST_TERMS = 10000, MOST_STEPS = 200 };

/* Lentz's evaluation of Abramowitz & Stegun (1964), 26.5.8; converges fast for x < (a + 1) / (a + b + 2). */
static double
continued_fraction(double a, double b, double x)
{
    const double tiny = 1e-300;
    double       c = 1.0, d = 1.0 - (a + b) * x / (a + 1.0);

    d = 1.0 / (fabs(d) < tiny ? tiny : d);
    double value = d;
    for (int m = 1; m < MOST_TERMS; m++) {
        const double even = m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m));
        const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0));
        double       step = 1.0;
        for (int half = 0; half < 2; half++) {
            const double term = half == 0 ? even : odd;
            d = 1.0 + term * d;
            c = 1.0 + term / c;
            d = 1.0 / (fabs(d) < tiny ? tiny : d);
            c = fabs(c) < tiny ? tiny : c;
            step = c * d;
            value *= step;
        }
        if (fabs(step - 1.0) < 1e-16)
            break;
    }
    return value;
}

static double
log_gamma(double x)
{
    int sign; /* lgamma() keeps it in a global */

    return lgamma_r(x, &sign);
}

/* x^a (1 - x)^b / B(a, b) */
static double
front(double a, double b, double x)
{
    return exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * log(x) + b * log1p(-x));
}

double
bk_beta_cdf(double a, double b, double x)
{
    if (x <= 0.0)
        return 0.0;
    if (x >= 1.0)
        return 1.0;
    if (x < (a + 1.0) / (a + b + 2.0))
        return front(a, b, x) * continued_fraction(a, b, x) / a;
    return 1.0 - front(a, b, x) * continued_fraction(b, a, 1.0 - x) / b;
}

/* Newton's steps inside a bracket that halves where they would leave it. */
double
bk_beta_quantile(double a, double b, double p)
{
    double low = 0.0, high = 1.0, x = a / (a + b);

    for (int i = 0; i < MOST_STEPS && high - low > 1e-16 * x; i++) {
        const double miss = bk_beta_cdf(a, b, x) - p, slope = front(a, b, x) / (x * (1.0 - x));
        const double next = x - miss / slope;
        if (miss == 0.0 || fabs(next - x) <= 1e-16 * x)
            return x;
        if (miss > 0.0)
            high = x;
        else
            low = x;
        x = next > low && next < high ? next : 0.5 * (low + high);
    }
    return x;
}
