/* A sample in a few figures. */
#include "buckle/appraisal.h"
#include "buckle/risk.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double two_sided_95 = 1.9599639845400545; /* normal quantile of 0.975 */

static int
ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void
moments(const double *value, size_t n, bk_summary *out)
{
    double squares = 0.0;

    out->n = n;
    out->mean = bk_sum(value, n) / (double)n;
    for (size_t i = 0; i < n; i++)
        squares += (value[i] - out->mean) * (value[i] - out->mean);
    out->sd = n > 1 ? sqrt(squares / (double)(n - 1)) : 0.0;
    const double error = two_sided_95 * out->sd / sqrt((double)n);
    out->mean_low = out->mean - error;
    out->mean_high = out->mean + error;
}

/* Wilson's interval of a share. */
static void
losses(const double *value, size_t n, bk_summary *out)
{
    const double size = (double)n, z = two_sided_95;
    size_t       below = 0;

    for (size_t i = 0; i < n; i++)
        below += value[i] < 0.0;
    const double share = (double)below / size, centre = (share + z * z / (2 * size)) / (1.0 + z * z / size);
    const double half = z / (1.0 + z * z / size) * sqrt(share * (1.0 - share) / size + z * z / (4 * size * size));
    out->loss = share;
    out->loss_low = below == 0 ? 0.0 : fmax(centre - half, 0.0);
    out->loss_high = below == n ? 1.0 : fmin(centre + half, 1.0);
}

static void
histogram(const double *value, size_t n, bk_summary *out)
{
    const double width = out->most - out->least;
    size_t       count[BK_HISTOGRAM_BINS] = {0};

    for (size_t i = 0; i < n; i++) {
        const double place = width > 0.0 ? (value[i] - out->least) / width * BK_HISTOGRAM_BINS : 0.0;
        const size_t bin = (size_t)place;
        count[bin < BK_HISTOGRAM_BINS ? bin : BK_HISTOGRAM_BINS - 1]++;
    }
    for (size_t bin = 0; bin < BK_HISTOGRAM_BINS; bin++)
        out->histogram[bin] = (double)count[bin] / (double)n;
}

bk_status
bk_summarise(bk_context *ctx, const double *value, size_t n, bk_summary *out)
{
    bk_arena scratch;

    bk_arena_init(&scratch, ctx);
    double         *sorted = BK_NEW(&scratch, double, n);
    const bk_status status = bk_arena_ok(&scratch);
    if (status == BK_OK) {
        memcpy(sorted, value, n * sizeof *sorted);
        qsort(sorted, n, sizeof *sorted, ascending);
        moments(value, n, out);
        out->least = sorted[0];
        out->most = sorted[n - 1];
        out->p05 = bk_sample_quantile(sorted, n, 0.05);
        out->p25 = bk_sample_quantile(sorted, n, 0.25);
        out->p50 = bk_sample_quantile(sorted, n, 0.50);
        out->p75 = bk_sample_quantile(sorted, n, 0.75);
        out->p95 = bk_sample_quantile(sorted, n, 0.95);
        losses(value, n, out);
        histogram(value, n, out);
    }
    bk_arena_release(&scratch);
    return status;
}
