#include "buckle/appraisal.h"

#include <math.h>

double
bk_present_value(const double *stream, size_t n_years, double rate)
{
    double value = 0.0;

    /* Horner from the last year back: no powers, and no overflow that the answer itself does not have. */
    for (size_t year = n_years; year-- > 0;)
        value = stream[year] + value / (1.0 + rate);
    return value;
}

static double
bisect_rate(const double *stream, size_t n_years, double low, double high)
{
    const bool low_is_positive = bk_present_value(stream, n_years, low) > 0.0;

    while (high - low > 1e-13 * (1.0 + fabs(low))) {
        const double middle = 0.5 * (low + high);
        if (middle <= low || middle >= high)
            break;
        if ((bk_present_value(stream, n_years, middle) > 0.0) == low_is_positive)
            low = middle;
        else
            high = middle;
    }
    return 0.5 * (low + high);
}

size_t
bk_irr_all(const double *stream, size_t n_years, double *rates, size_t most)
{
    /* Steps of 1 % in the discount factor's logarithm: ln(1 + rate) from ln 0.01 to ln 11. */
    const double first = log(0.01), last = log(11.0);
    const int    n_steps = 700;
    size_t       found = 0;
    double       before = expm1(first), value_before = bk_present_value(stream, n_years, before);

    for (int step = 1; step <= n_steps; step++) {
        const double rate = expm1(first + (last - first) * step / n_steps);
        const double value = bk_present_value(stream, n_years, rate);
        /* A grid point that is itself a root counts with the step it ends, so that it is found once. */
        if ((value_before < 0.0 && value >= 0.0) || (value_before > 0.0 && value <= 0.0)) {
            if (found < most)
                rates[found] = bisect_rate(stream, n_years, before, rate);
            found++;
        }
        if (value != 0.0)
            value_before = value;
        before = rate;
    }
    return found;
}

/* Years until the cumulated discounted stream reaches zero for good, counted from the figures of year 0; 0 if it never
 * was below, below 0: never. */
static double
payback(const double *investment, const double *running, const double *benefit, size_t n_years, double rate)
{
    double cumulated = 0.0, factor = 1.0, reached = 0.0;

    for (size_t year = 0; year < n_years; year++) {
        const double net = (benefit[year] - running[year] - investment[year]) * factor, before = cumulated;
        cumulated += net;
        if (before < 0.0 && cumulated >= 0.0)
            reached = (double)year - 1.0 + -before / net; /* the year's figure accrues up to its end */
        else if (cumulated < 0.0)
            reached = -1.0;
        factor /= 1.0 + rate;
    }
    return reached;
}

static double
first_year_return(const double *investment, const double *running, const double *benefit, size_t n_years, size_t opens,
                  double rate)
{
    double compounded = 0.0;

    if (opens >= n_years)
        return 0.0;
    for (size_t year = 0; year <= opens; year++)
        compounded += investment[year] * pow(1.0 + rate, (double)(opens - year));
    return compounded > 0.0 ? (benefit[opens] - running[opens]) / compounded : 0.0;
}

/* The stream's internal rate needs its net figures; they are formed year by year to spare the caller an array. */
static double
net_present_value(const double *investment, const double *running, const double *benefit, size_t n_years, double rate)
{
    return bk_present_value(benefit, n_years, rate) - bk_present_value(running, n_years, rate) -
           bk_present_value(investment, n_years, rate);
}

static void
find_irr(const double *investment, const double *running, const double *benefit, size_t n_years, bk_indicators *out)
{
    double rates[2], net[512];

    out->irr_state = BK_IRR_NONE;
    if (n_years > sizeof net / sizeof net[0])
        return;
    for (size_t year = 0; year < n_years; year++)
        net[year] = benefit[year] - running[year] - investment[year];
    const size_t found = bk_irr_all(net, n_years, rates, 2);
    if (found > 0) {
        out->irr_state = found == 1 ? BK_IRR_UNIQUE : BK_IRR_MULTIPLE;
        out->irr = rates[0];
    }
}

bk_indicators
bk_indicators_of(const double *investment, const double *running, const double *benefit, size_t n_years, size_t opens,
                 double discount_rate)
{
    bk_indicators out = {0};
    const double  benefits = bk_present_value(benefit, n_years, discount_rate);
    const double  invested = bk_present_value(investment, n_years, discount_rate);
    const double  costs = invested + bk_present_value(running, n_years, discount_rate);

    out.npv = net_present_value(investment, running, benefit, n_years, discount_rate);
    find_irr(investment, running, benefit, n_years, &out);
    out.benefit_cost = costs > 0.0 ? benefits / costs : 0.0;
    out.npv_per_investment = invested > 0.0 ? out.npv / invested : 0.0;
    out.first_year_return = first_year_return(investment, running, benefit, n_years, opens, discount_rate);
    out.payback_years = payback(investment, running, benefit, n_years, discount_rate);
    out.switching_benefit = benefits > 0.0 ? costs / benefits : 0.0;
    out.switching_cost = costs > 0.0 ? benefits / costs : 0.0;
    return out;
}
