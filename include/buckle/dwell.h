/* How long shipments stay at border posts, learnt from what was logged on the way: arrivals and departures of shipments
 * at places.  Logs have gaps and wrong clocks; what cannot be trusted is counted and left out, never repaired. */
#ifndef BUCKLE_DWELL_H
#define BUCKLE_DWELL_H

#include "buckle/model.h"

typedef struct bk_trip_event {
    uint32_t shipment;    /* number by first appearance */
    uint32_t node;        /* of the model */
    uint32_t mode;        /* BK_NONE: not said */
    uint32_t destination; /* node the shipment is bound for; BK_NONE: not said */
    bool     departs;     /* else it arrives */
    int32_t  offset;      /* s, local time less UTC where it was logged */
    double   time;        /* s since 1970-01-01T00:00Z */
} bk_trip_event;

typedef struct bk_trip_log {
    size_t               n_events, n_shipments;
    const bk_trip_event *events;    /* [n_events] in the order of the file */
    const char *const   *shipments; /* [n_shipments] ids */
} bk_trip_log;

/* Why a stay at a post is not counted: enumerator, sentence. */
#define BK_STAY_LIST(X)                                                                                                \
    X(BK_STAY_GAP, "the arrival or the departure was not logged")                                                      \
    X(BK_STAY_CLOCK, "the times cannot be: another place between arrival and departure, no time passed, or a jump")    \
    X(BK_STAY_DIRECTION, "the log does not show from where it came and to where it went on")                           \
    X(BK_STAY_NO_ROW, "network/border.csv has no row for this post and direction")                                     \
    X(BK_STAY_MODE, "several modes pass here and the log names none")                                                  \
    X(BK_STAY_LONG, "longer than is credible")

typedef enum bk_stay_drop {
#define X(code, text) code,
    BK_STAY_LIST(X)
#undef X
        BK_STAY_DROP_COUNT
} bk_stay_drop;

const char *bk_stay_drop_text(bk_stay_drop drop);

typedef struct bk_dwell_settings {
    double   most_kmh;   /* between two places, as the crow flies; faster is a wrong clock */
    double   most_hours; /* of a stay */
    double   outlier;    /* robust standard deviations of ln hours from the median beyond which a stay is an outlier */
    uint64_t seed;       /* of the bootstrap */
} bk_dwell_settings;

bk_dwell_settings bk_dwell_default_settings(void); /* 150 km/h, 60 days, 5, 1 */

/* Hours at one row of border.csv: one post, mode, direction and side.  Outliers are counted and left out of the rest.
 */
typedef struct bk_dwell {
    uint32_t      border; /* index of the row */
    size_t        n, n_outliers;
    double        first, last;             /* s since 1970, arrivals */
    double        mean, sd;                /* h */
    double        mean_low, mean_high;     /* h, 95 % by bootstrap percentiles, of the normal law past 5000 stays */
    double        median;                  /* h */
    double        median_low, median_high; /* h, 95 % by order statistics, distribution-free */
    double        p10, p90;                /* h */
    const double *hours;                   /* [n] h, sorted */
    size_t        hour_n[24];              /* stays by the local hour of arrival */
    double        hour_mean[24];           /* h, 0 where there are none */
} bk_dwell;

typedef struct bk_dwells {
    size_t          n;
    const bk_dwell *dwells;    /* [n] in the order of border.csv, rows with at least one stay */
    size_t          n_stays;   /* counted in them, outliers included */
    size_t          n_repeats; /* events that say again what the one before said */
    size_t          dropped[BK_STAY_DROP_COUNT];
} bk_dwells;

/**
 * Stays at posts from a log of events in any order.  A stay is an arrival followed, as the next event of the shipment,
 * by the departure from the same place; the countries of the places before and after it say which way it went.
 *
 * Source   order statistics: Hahn & Meeker (1991), 5.2.  Bootstrap percentiles: Efron & Tibshirani (1993), 13.3
 * Output   `*out`, held by `arena`; the same whatever the order of events of different shipments
 * Returns  BK_OK, BK_ERR_NO_MEMORY, BK_ERR_CANCELLED
 */
bk_status bk_dwell_learn(bk_context *ctx, const bk_model *model, const bk_trip_log *log,
                         const bk_dwell_settings *settings, bk_arena *arena, bk_dwells *out);

/* The hours below which a share p in [0, 1] of the sorted hours lie, linear between order statistics (Hyndman & Fan
 * 1996, type 7); n >= 1. */
double bk_dwell_quantile(const double *hours, size_t n, double p);
/* Hours still to stay for one that has been there `elapsed` hours: mean and the quantiles p_low and p_high over the
 * stays longer than that; false, and nothing written, if none was. */
bool bk_dwell_remaining(const bk_dwell *dwell, double elapsed, double p_low, double p_high, double *mean, double *low,
                        double *high);

#endif
