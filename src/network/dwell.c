/* Stays at posts as distributions by row of border.csv. */
#include "buckle/dwell.h"
#include "network/stays.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { resamples = 999, most_resampled = 5000, fewest_for_outliers = 10 };

#define NORMAL_97_5 1.959963984540054  /* quantile of the standard normal distribution */
#define MAD_TO_SD   1.4826022185056018 /* 1 / its third quartile */

bk_dwell_settings
bk_dwell_default_settings(void)
{
    return (bk_dwell_settings){.most_kmh = 150.0, .most_hours = 60.0 * 24.0, .outlier = 5.0, .seed = 1};
}

const char *
bk_stay_drop_text(bk_stay_drop drop)
{
    static const char *const texts[] = {
#define X(code, text) [code] = text,
        BK_STAY_LIST(X)
#undef X
    };

    return drop < BK_STAY_DROP_COUNT ? texts[drop] : "unknown";
}

static int
by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

double
bk_dwell_quantile(const double *hours, size_t n, double p)
{
    const double at = p * (double)(n - 1);
    const size_t below = (size_t)fmin(floor(at), (double)(n - 1)), above = below + 1 < n ? below + 1 : below;

    return hours[below] + (at - (double)below) * (hours[above] - hours[below]);
}

bool
bk_dwell_remaining(const bk_dwell *dwell, double elapsed, double p_low, double p_high, double *mean, double *low,
                   double *high)
{
    size_t first = 0;

    while (first < dwell->n && dwell->hours[first] <= elapsed)
        first++;
    if (first == dwell->n)
        return false;
    const double *longer = dwell->hours + first;
    const size_t  n = dwell->n - first;
    *mean = bk_sum(longer, n) / (double)n - elapsed;
    *low = bk_dwell_quantile(longer, n, p_low) - elapsed;
    *high = bk_dwell_quantile(longer, n, p_high) - elapsed;
    return true;
}

/* ---- one row ----------------------------------------------------------------------------------------------------- */

/* Sorted hours without outliers, [*n]; `room` [n]. */
static double *
without_outliers(const bk_dwell_settings *settings, double *sorted, size_t *n, double *room)
{
    double *first = sorted, *end = sorted + *n;

    if (*n < fewest_for_outliers)
        return sorted;
    const double centre = log(bk_dwell_quantile(sorted, *n, 0.5));
    for (size_t i = 0; i < *n; i++)
        room[i] = fabs(log(sorted[i]) - centre);
    qsort(room, *n, sizeof *room, by_value);
    const double scale = MAD_TO_SD * bk_dwell_quantile(room, *n, 0.5);
    if (scale <= 0.0) /* more than half are the same: no scale to judge by */
        return sorted;
    while (first < end && fabs(log(*first) - centre) > settings->outlier * scale)
        first++;
    while (end > first && fabs(log(end[-1]) - centre) > settings->outlier * scale)
        end--;
    *n = (size_t)(end - first);
    return first;
}

/* Ranks l < u, 1-based, so that the median lies between the l-th and the u-th of n with probability 95 %: the largest l
 * with P(Binomial(n, 1/2) < l) <= 2.5 %; the whole range if there is none. */
static size_t
median_rank(size_t n)
{
    double below = 0.0, log_choose = 0.0;
    size_t rank = 0;

    for (size_t k = 0; k < n; k++) {
        below += exp(log_choose - (double)n * M_LN2);
        if (below > 0.025)
            break;
        rank = k + 1;
        log_choose += log((double)(n - k)) - log((double)(k + 1));
    }
    return rank > 0 ? rank : 1;
}

static void
mean_interval(const bk_dwell_settings *settings, bk_dwell *dwell, double *room)
{
    if (dwell->n > most_resampled || dwell->n < 2) {
        const double half = dwell->n < 2 ? 0.0 : NORMAL_97_5 * dwell->sd / sqrt((double)dwell->n);
        dwell->mean_low = dwell->mean - half;
        dwell->mean_high = dwell->mean + half;
        return;
    }
    for (size_t r = 0; r < resamples; r++) {
        double sum = 0.0;
        for (size_t i = 0; i < dwell->n; i++)
            sum += dwell->hours[(size_t)(bk_uniform(settings->seed, ((uint64_t)dwell->border << 32) + r, i) *
                                         (double)dwell->n)];
        room[r] = sum / (double)dwell->n;
    }
    qsort(room, resamples, sizeof *room, by_value);
    dwell->mean_low = bk_dwell_quantile(room, resamples, 0.025);
    dwell->mean_high = bk_dwell_quantile(room, resamples, 0.975);
}

/* Everything but the hours of the day; `room` holds the larger of n and `resamples`. */
static void
describe(const bk_dwell_settings *settings, double *sorted, size_t n, double *room, bk_dwell *dwell)
{
    double squares = 0.0;

    dwell->n = n;
    dwell->hours = without_outliers(settings, sorted, &dwell->n, room);
    dwell->n_outliers = n - dwell->n;
    dwell->mean = bk_sum(dwell->hours, dwell->n) / (double)dwell->n;
    for (size_t i = 0; i < dwell->n; i++)
        squares += (dwell->hours[i] - dwell->mean) * (dwell->hours[i] - dwell->mean);
    dwell->sd = dwell->n > 1 ? sqrt(squares / (double)(dwell->n - 1)) : 0.0;
    const size_t rank = median_rank(dwell->n);
    dwell->median = bk_dwell_quantile(dwell->hours, dwell->n, 0.5);
    dwell->median_low = dwell->hours[rank - 1];
    dwell->median_high = dwell->hours[dwell->n - rank];
    dwell->p10 = bk_dwell_quantile(dwell->hours, dwell->n, 0.1);
    dwell->p90 = bk_dwell_quantile(dwell->hours, dwell->n, 0.9);
    mean_interval(settings, dwell, room);
}

/* By the hour of the day, over the stays that are not outliers. */
static void
by_hour(const bki_stay *stays, size_t n, bk_dwell *dwell)
{
    const double least = dwell->hours[0], most = dwell->hours[dwell->n - 1];

    for (size_t s = 0; s < n; s++) {
        dwell->first = s == 0 ? stays[s].arrival : fmin(dwell->first, stays[s].arrival);
        dwell->last = s == 0 ? stays[s].arrival : fmax(dwell->last, stays[s].arrival);
        if (stays[s].hours < least || stays[s].hours > most)
            continue;
        dwell->hour_n[stays[s].hour]++;
        dwell->hour_mean[stays[s].hour] += stays[s].hours;
    }
    for (size_t h = 0; h < 24; h++)
        if (dwell->hour_n[h] > 0)
            dwell->hour_mean[h] /= (double)dwell->hour_n[h];
}

/* ---- all rows ---------------------------------------------------------------------------------------------------- */

/* By row, then in an order that the order of shipments in the log does not touch. */
static int
by_row(const void *a, const void *b)
{
    const bki_stay *x = a, *y = b;

    if (x->border != y->border)
        return x->border < y->border ? -1 : 1;
    if (x->arrival != y->arrival)
        return x->arrival < y->arrival ? -1 : 1;
    return (x->hours > y->hours) - (x->hours < y->hours);
}

bk_status
bk_dwell_learn(bk_context *ctx, const bk_model *model, const bk_trip_log *log, const bk_dwell_settings *settings,
               bk_arena *arena, bk_dwells *out)
{
    bki_stays stays;
    bk_dwell *dwells;
    size_t    n = 0;

    *out = (bk_dwells){0};
    BK_TRY(bki_stays_find(model, log, settings, arena, &stays));
    qsort(stays.stays, stays.n, sizeof *stays.stays, by_row);
    for (size_t s = 0; s < stays.n; s++)
        n += s == 0 || stays.stays[s].border != stays.stays[s - 1].border;
    dwells = BK_NEW(arena, bk_dwell, n + 1);
    double *hours = BK_NEW(arena, double, stays.n + 1);
    double *room = BK_NEW(arena, double, stays.n > resamples ? stays.n : resamples);
    BK_TRY(bk_arena_ok(arena));
    for (size_t first = 0, end; first < stays.n; first = end) {
        bk_dwell *dwell = &dwells[out->n++];
        dwell->border = stays.stays[first].border;
        for (end = first; end < stays.n && stays.stays[end].border == dwell->border; end++)
            hours[end] = stays.stays[end].hours;
        qsort(hours + first, end - first, sizeof *hours, by_value);
        describe(settings, hours + first, end - first, room, dwell);
        by_hour(stays.stays + first, end - first, dwell);
        if (bk_cancelled(ctx))
            return bk_fail(ctx, BK_ERR_CANCELLED, "interrupted while dwell times were learnt");
    }
    out->dwells = dwells;
    out->n_stays = stays.n;
    out->n_repeats = stays.n_repeats;
    memcpy(out->dropped, stays.dropped, sizeof out->dropped);
    return BK_OK;
}
