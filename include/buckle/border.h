/* One side of a border post by itself: what inspecting more or less does to time, spread and cost, and what a lane
 * more, a faster service or half the spread are worth.  Traffic is given and held; what it does in answer is a
 * scenario's business. */
#ifndef BUCKLE_BORDER_H
#define BUCKLE_BORDER_H

#include "buckle/model.h"

/* What passes a post in a year, and what its time is worth.  Sums over the tonnes that pass, each at its value of time
 * v (USD/t/h) and its border factor f (bk_mode_product.border_hours_factor). */
typedef struct bk_post_traffic {
    double tonnes;               /* t/yr, >= 0 */
    double utilisation;          /* of the lanes, flow over capacity; not read where no queue is modelled */
    double factor;               /* dimensionless, mean f over tonnes; 1 without traffic */
    double usd_per_queue_hour;   /* USD/yr for an hour of waiting: sum of v */
    double usd_per_control_hour; /* USD/yr for an hour of the row's own time: sum of v f */
    double usd_per_variance;     /* USD/yr for an h^2 of the row's variance: sum of v f^2, times the reliability ratio
                                    over the typical spread */
} bk_post_traffic;

typedef struct bk_post_delay {
    double control_hours; /* h, mean of released and inspected, times the mean factor */
    double queue_hours;   /* h, mean wait before the lanes */
    double spread_hours;  /* h, standard deviation, times the mean factor; of the queue none is modelled */
    double usd_per_tonne; /* USD/t of all three; 0 without traffic */
    double usd_per_year;  /* USD/yr, over all that passes */
} bk_post_delay;

typedef struct bk_post_savings { /* USD/yr, > 0: saved, with the traffic held */
    double share_point_less;     /* one hundredth less of the traffic inspected: the slope at today's share, / 100 */
    double lane_more;
    double service_halved; /* of the queue alone: the time in the lane is part of the row's control hours */
    double spread_halved;
} bk_post_savings;

/* Of a time that is `inspected` with probability `share`, else `released`: the mean, h, and the variance between the
 * two, share (1 - share) (inspected - released)^2, h^2. */
void bk_inspection_moments(double released, double inspected, double share, double *mean, double *variance);

/* Delay at the post if `share` in [0, 1] of the traffic were inspected.  The row's spread is that of all its traffic at
 * the row's own share, between the two classes and within them; at another share only the part between changes, and
 * variance never falls below 0.  Inspections do not hold a lane, so the wait is the same at every share. */
void bk_post_delay_at(const bk_border *row, const bk_post_traffic *traffic, double share, bk_post_delay *out);

/* Whether the row's spread is less than its two classes alone would make: then it understates doubt. */
bool bk_post_spread_is_short(const bk_border *row);

void bk_post_value(const bk_border *row, const bk_post_traffic *traffic, bk_post_savings *out);

#endif
