/* Time, spread and cost at one side of a border post.
 *
 *     mean       m(p) = (1 - p) h0 + p h1
 *     variance   s(p) = sd^2 + b(p) - b(p0),  b(p) = p (1 - p) (h1 - h0)^2,  at least 0
 *     cost       C(p) = C_control m(p) + C_queue W + C_variance s(p)
 *
 * with p0 the row's share and W the wait of bk_queue_wait. */
#include "buckle/border.h"

#include "buckle/network.h"

#include <math.h>

void
bk_inspection_moments(double released, double inspected, double share, double *mean, double *variance)
{
    const double difference = inspected - released;

    *mean = (1.0 - share) * released + share * inspected;
    *variance = share * (1.0 - share) * difference * difference;
}

/* Variance of the row at a share, which may come out below 0 where the row's spread is short. */
static double
variance_at(const bk_border *row, double share, double *mean)
{
    double now, then, mean_now;

    bk_inspection_moments(row->control_hours, row->inspection_hours, row->inspected_share, &mean_now, &now);
    bk_inspection_moments(row->control_hours, row->inspection_hours, share, mean, &then);
    return row->hours_sd * row->hours_sd + (then - now);
}

static double
wait_with(const bk_border *row, double lanes, double service_hours, double utilisation)
{
    double wait, slope;

    bk_queue_wait(lanes, service_hours, row->service_cv, utilisation, &wait, &slope);
    return wait;
}

void
bk_post_delay_at(const bk_border *row, const bk_post_traffic *traffic, double share, bk_post_delay *out)
{
    double       mean;
    const double variance = fmax(0.0, variance_at(row, share, &mean));
    const double wait = wait_with(row, row->lanes, row->service_hours, traffic->utilisation);
    const double cost = traffic->usd_per_control_hour * mean + traffic->usd_per_queue_hour * wait +
                        traffic->usd_per_variance * variance;

    *out = (bk_post_delay){.control_hours = traffic->factor * mean,
                           .queue_hours = wait,
                           .spread_hours = traffic->factor * sqrt(variance),
                           .usd_per_tonne = traffic->tonnes > 0.0 ? cost / traffic->tonnes : 0.0,
                           .usd_per_year = cost};
}

bool
bk_post_spread_is_short(const bk_border *row)
{
    double mean, between;

    bk_inspection_moments(row->control_hours, row->inspection_hours, row->inspected_share, &mean, &between);
    return row->hours_sd * row->hours_sd < between * (1.0 - 1e-9); /* rounding of exact rows is no fault */
}

void
bk_post_value(const bk_border *row, const bk_post_traffic *traffic, bk_post_savings *out)
{
    const double difference = row->inspection_hours - row->control_hours, busy = traffic->utilisation;
    const double variance = row->hours_sd * row->hours_sd;
    const double wait = wait_with(row, row->lanes, row->service_hours, busy);
    const double slope = traffic->usd_per_control_hour * difference +
                         traffic->usd_per_variance * (1.0 - 2.0 * row->inspected_share) * difference * difference;

    *out = (bk_post_savings){.share_point_less = 0.01 * slope,
                             .spread_halved = 0.75 * variance * traffic->usd_per_variance};
    if (!isfinite(row->lanes))
        return;
    const double with_lane =
        wait_with(row, row->lanes + 1.0, row->service_hours, busy * row->lanes / (row->lanes + 1.0));
    out->lane_more = traffic->usd_per_queue_hour * (wait - with_lane);
    out->service_halved =
        traffic->usd_per_queue_hour * (wait - wait_with(row, row->lanes, 0.5 * row->service_hours, 0.5 * busy));
}
