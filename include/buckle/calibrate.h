/* From what was seen to a study that fits it: dwell times from logs, constants and the rest from observations. */
#ifndef BUCKLE_CALIBRATE_H
#define BUCKLE_CALIBRATE_H

#include "buckle/study.h"
#include "buckle/trips.h"

/* ---- dwell times ------------------------------------------------------------------------------------------------ */

typedef struct bk_dwell_log { /* one log, and what it told */
    const char  *path;
    bk_trip_read read;
} bk_dwell_log;

typedef struct bk_dwell_change { /* a row of border.csv that the stays at it change */
    const bk_dwell *dwell;
    bool            used;        /* false: too few stays, or the queue alone is longer */
    const char     *why;         /* not used; NULL if used */
    double          queue_hours; /* h, mean wait before its lanes in the base year, part of what was logged */
    double          control_hours, inspection_hours, hours_sd; /* h, new */
} bk_dwell_change;

/* ---- fits ------------------------------------------------------------------------------------------------------- */

typedef struct bk_fit_value { /* one row of observed/parameter.csv, or a default */
    const bk_parameter *parameter;
    double              change; /* USD/t, or of a logarithm */
    double              sd;     /* of the same, given what was seen and the prior; the prior's where nothing was */
    bool                at_bound;
} bk_fit_value;

typedef struct bk_fit_row { /* one observation */
    const bk_observation *observation;
    bool                  fitted;   /* it moved the fit: marked calibrate, a flow or a share, and computed */
    bool                  computed; /* before and after */
    double                before;   /* in the row's unit, the study as it was */
    double                after;    /* the study as written, read again from its files */
    const char           *how;
} bk_fit_row;

typedef struct bk_calibrate_settings {
    const char *const *logs; /* [n_logs] paths */
    size_t             n_logs;
    const char        *points;      /* as in bk_trip_request, or NULL */
    size_t             least_stays; /* fewer leave a row as it is */
    bool               fit;         /* constants and the rest, from observations */
    int                rounds;      /* of fitting and finding the routes anew */
    const char        *out;         /* folder of the new study, which must not exist; NULL: nothing is written */
    const char        *cache_folder;
} bk_calibrate_settings;

bk_calibrate_settings bk_calibrate_default_settings(void); /* 30 stays, fit, 2 rounds */

typedef struct bk_calibration {
    size_t                 n_logs, n_changes, n_values, n_rows, n_files;
    const bk_dwell_log    *logs; /* [n_logs] */
    bk_dwells              dwells;
    const bk_dwell_change *changes; /* [n_changes] one for each row of border.csv with stays */
    bk_outcome             outcome; /* of the last fit */
    size_t                 n_evaluations;
    double cost_before, cost_after; /* sum of squares, priors included, at the routes of the last round */
    double last_move; /* of a parameter in the last round, at most, in its standard errors: routes still change what
                         fits */
    const bk_fit_value *values;                          /* [n_values] */
    const bk_fit_row   *rows;                            /* [n_rows] every observation */
    double              error_before[2], error_after[2]; /* root mean square of ln(computed / observed) over flows and
                                                            shares: 0 calibrate, 1 validate */
    size_t             n_error[2];                       /* rows in it */
    const char *const *files;                            /* [n_files] of the new study that differ from the old one */
    const char        *diff;                             /* path of the unified diff, NULL if nothing was written */
} bk_calibration;

/**
 * Dwell times of border posts from logs, then the changes of observed/parameter.csv that bring the base year's flows
 * nearest to the observations marked calibrate: least squares of ln(computed / observed) over its relative_sd and of
 * the changes over their prior_sd (so the fit is the mode of the posterior, and the errors are those of its normal
 * approximation).  Trade is held.  Observations marked validate are computed, never looked at by the fit.
 *
 * Source   Levenberg (1944), Marquardt (1963); priors: Tarantola (2005), 3.2
 * Output   `*out`, held by `arena`; a new study in settings->out, whole or not at all, and its difference to the old
 * Returns  BK_OK, also when a limit stopped the fit (see outcome); BK_ERR_FILE (the folder exists, cannot be written),
 *          BK_ERR_INCONSISTENT (no network, nothing to do), as bk_trips_read, bk_study_base and bk_study_open
 */
bk_status bk_study_calibrate(bk_context *ctx, const bk_study *study, const bk_calibrate_settings *settings,
                             bk_arena *arena, bk_calibration *out);

/* ---- open shipments --------------------------------------------------------------------------------------------- */

typedef struct bk_expectation { /* when a shipment that is on its way arrives */
    const char *shipment;
    uint32_t    node, destination; /* where it was last seen, where it is bound for */
    bool        waiting;           /* it has not left that place */
    int32_t     offset;            /* s, local time less UTC where it was last seen */
    double      last;              /* s since 1970, its last event */
    double      expected;          /* s since 1970, arrival at the destination */
    double      low, high;         /* s since 1970, 80 % interval */
    size_t      n_posts, n_learnt; /* border rows still ahead, and those whose stays are known from the log */
    const char *why;               /* no expectation: why; NULL if there is one */
} bk_expectation;

/**
 * Arrival of every shipment that has a destination and has not reached it: the quickest way on from where it was last
 * seen, free-flow hours and their spread from the study, and at posts the stays in the log, where there are enough.
 * The interval is that of a lognormal time with the sum's mean and variance (Fenton 1960).
 *
 * Input    `now` s since 1970; shipments are as they were seen by then
 * Output   `*out` [n_out], held by `arena`, earliest arrival first
 * Returns  BK_OK, BK_ERR_INCONSISTENT for a study without network, BK_ERR_NO_MEMORY, BK_ERR_CANCELLED
 */
bk_status bk_study_expect(bk_context *ctx, const bk_study *study, const bk_trip_log *log, const bk_dwells *dwells,
                          double now, bk_arena *arena, size_t *n_out, const bk_expectation **out);

#endif
