/* Quantiles of the distributions an input may have. */
#include "buckle/risk.h"

#include <math.h>

/* Of the standard normal cut off to (low, high); from the upper side where that is nearer, to keep digits. */
static double
cut_normal_quantile(double low, double high, double p)
{
    if (low + high > 0.0) {
        const double above = bk_normal_cdf(-low), beyond = bk_normal_cdf(-high);
        return 0.0 - bk_normal_quantile(above + p * (beyond - above));
    }
    const double below = bk_normal_cdf(low), up_to = bk_normal_cdf(high);
    return bk_normal_quantile(below + p * (up_to - below));
}

static double
normal_quantile(const bk_distribution *law, double p)
{
    if (law->sd <= 0.0)
        return law->mean;
    const double low = (law->low - law->mean) / law->sd, high = (law->high - law->mean) / law->sd;
    const double z = isinf(low) && isinf(high) ? bk_normal_quantile(p) : cut_normal_quantile(low, high, p);
    return fmin(fmax(law->mean + law->sd * z, law->low), law->high);
}

typedef struct logarithm { /* of a lognormal variable: normal, with bounds in its standard deviations */
    double centre, sigma, low, high;
} logarithm;

/* `mean` and `sd` are those of the variable, not of its logarithm. */
static logarithm
logarithm_of(const bk_distribution *law)
{
    const double variance = log1p((law->sd / law->mean) * (law->sd / law->mean));
    logarithm    out = {.centre = log(law->mean) - 0.5 * variance, .sigma = sqrt(variance)};

    if (out.sigma <= 0.0)
        return out;
    out.low = law->low > 0.0 ? (log(law->low) - out.centre) / out.sigma : -INFINITY;
    out.high = isfinite(law->high) ? (log(law->high) - out.centre) / out.sigma : INFINITY;
    return out;
}

static double
lognormal_quantile(const bk_distribution *law, double p)
{
    const logarithm of = logarithm_of(law);

    if (of.sigma <= 0.0)
        return law->mean;
    const double z = isinf(of.low) && isinf(of.high) ? bk_normal_quantile(p) : cut_normal_quantile(of.low, of.high, p);
    return fmin(fmax(exp(of.centre + of.sigma * z), law->low), law->high);
}

static double
triangular_quantile(const bk_distribution *law, double p)
{
    const double width = law->high - law->low, rise = law->mode - law->low;

    if (width <= 0.0)
        return law->low;
    if (p * width < rise)
        return law->low + sqrt(p * width * rise);
    return law->high - sqrt((1.0 - p) * width * (law->high - law->mode));
}

/* On [low, high] with this mean and deviation. */
static double
beta_quantile(const bk_distribution *law, double p)
{
    const double width = law->high - law->low, mean = (law->mean - law->low) / width, sd = law->sd / width;
    const double weight = mean * (1.0 - mean) / (sd * sd) - 1.0;

    return law->low + width * bk_beta_quantile(mean * weight, (1.0 - mean) * weight, p);
}

static double
discrete_quantile(const bk_distribution *law, double p)
{
    double up_to = 0.0;

    for (size_t i = 0; i + 1 < law->n_values; i++) {
        up_to += law->probabilities[i];
        if (p < up_to)
            return law->values[i];
    }
    return law->values[law->n_values - 1];
}

double
bk_distribution_quantile(const bk_distribution *distribution, double p)
{
    switch (distribution->kind) {
    case BK_NORMAL:
        return normal_quantile(distribution, p);
    case BK_LOGNORMAL:
        return lognormal_quantile(distribution, p);
    case BK_UNIFORM:
        return distribution->low + p * (distribution->high - distribution->low);
    case BK_TRIANGULAR:
        return triangular_quantile(distribution, p);
    case BK_BETA:
        return beta_quantile(distribution, p);
    case BK_DISCRETE:
        break;
    }
    return discrete_quantile(distribution, p);
}

/* ---- means ----------------------------------------------------------------------------------------------------- */

static double
normal_density(double z)
{
    return isfinite(z) ? exp(-0.5 * z * z) / sqrt(2.0 * acos(-1.0)) : 0.0;
}

/* Probability of (low, high), from the side where digits are kept. */
static double
between(double low, double high)
{
    return low + high > 0.0 ? bk_normal_cdf(-low) - bk_normal_cdf(-high) : bk_normal_cdf(high) - bk_normal_cdf(low);
}

static double
normal_mean(const bk_distribution *law)
{
    if (law->sd <= 0.0)
        return law->mean;
    const double low = (law->low - law->mean) / law->sd, high = (law->high - law->mean) / law->sd;
    return law->mean + law->sd * (normal_density(low) - normal_density(high)) / between(low, high);
}

/* exp(x) of a normal x is weighted by exp(x), which moves it by its variance. */
static double
lognormal_mean(const bk_distribution *law)
{
    const logarithm of = logarithm_of(law);

    if (of.sigma <= 0.0)
        return law->mean;
    return law->mean * between(of.low - of.sigma, of.high - of.sigma) / between(of.low, of.high);
}

double
bk_distribution_mean(const bk_distribution *distribution)
{
    double mean = 0.0;

    switch (distribution->kind) {
    case BK_NORMAL:
        return normal_mean(distribution);
    case BK_LOGNORMAL:
        return lognormal_mean(distribution);
    case BK_UNIFORM:
        return 0.5 * (distribution->low + distribution->high);
    case BK_TRIANGULAR:
        return (distribution->low + distribution->mode + distribution->high) / 3.0;
    case BK_BETA:
        return distribution->mean;
    case BK_DISCRETE:
        break;
    }
    for (size_t i = 0; i < distribution->n_values; i++)
        mean += distribution->probabilities[i] * distribution->values[i];
    return mean;
}
