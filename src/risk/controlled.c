/* Means with the chance of the inputs taken out: inputs whose expectation is known serve as control variates. */
#include "buckle/risk.h"

#include <math.h>
#include <string.h>

static const double two_sided_95 = 1.9599639845400545; /* normal quantile of 0.975 */

typedef struct controlling {
    size_t  n, m;
    double *x;        /* [m][n] inputs less their sample means, divided by their length; 0 where they do not vary */
    double *distance; /* [m] sample mean less expectation, in the same unit */
    double *factor;   /* [m][m] Cholesky's factor of x x', lower */
    double *slope;    /* [m] of the answer in the same unit */
} controlling;

static void
standardise(const controlling *job, const double *input, const double *expected)
{
    for (size_t i = 0; i < job->m; i++) {
        double *x = job->x + i * job->n, squares = 0.0;
        for (size_t k = 0; k < job->n; k++)
            x[k] = input[k * job->m + i];
        const double mean = bk_sum(x, job->n) / (double)job->n;
        for (size_t k = 0; k < job->n; k++) {
            x[k] -= mean;
            squares += x[k] * x[k];
        }
        const double length = squares > 1e-24 * (double)job->n * mean * mean ? sqrt(squares) : 0.0;
        for (size_t k = 0; k < job->n; k++)
            x[k] = length > 0.0 ? x[k] / length : 0.0;
        job->distance[i] = length > 0.0 ? (mean - expected[i]) / length : 0.0;
    }
}

static double
dot(size_t n, const double *x, const double *y)
{
    double sum = 0.0;

    for (size_t k = 0; k < n; k++)
        sum += x[k] * y[k];
    return sum;
}

/* An input that others explain, or that does not vary, gets a pivot at infinity, hence no weight. */
static void
factorise(const controlling *job)
{
    for (size_t a = 0; a < job->m; a++)
        for (size_t b = 0; b <= a; b++) {
            double      *row = job->factor + a * job->m, *other = job->factor + b * job->m;
            const double sum = dot(job->n, job->x + a * job->n, job->x + b * job->n) - dot(b, row, other);
            if (a == b)
                row[a] = sum > 1e-10 ? sqrt(sum) : INFINITY;
            else
                row[b] = sum / other[b];
        }
}

static void
forward(const controlling *job, double *y)
{
    for (size_t a = 0; a < job->m; a++)
        y[a] = (y[a] - dot(a, job->factor + a * job->m, y)) / job->factor[a * job->m + a];
}

static void
backward(const controlling *job, double *y)
{
    for (size_t a = job->m; a-- > 0;) {
        for (size_t k = a + 1; k < job->m; k++)
            y[a] -= job->factor[k * job->m + a] * y[k];
        y[a] /= job->factor[a * job->m + a];
    }
}

/* The mean less what chance in the inputs moved it by, and its standard error. */
static void
control(const controlling *job, const double *answer, bk_controlled *out)
{
    const double mean = bk_sum(answer, job->n) / (double)job->n, size = (double)job->n;
    double       left = 0.0, squares = 0.0;

    for (size_t i = 0; i < job->m; i++)
        job->slope[i] = dot(job->n, job->x + i * job->n, answer);
    forward(job, job->slope);
    backward(job, job->slope);
    for (size_t k = 0; k < job->n; k++) {
        double line = mean;
        for (size_t i = 0; i < job->m; i++)
            line += job->slope[i] * job->x[i * job->n + k];
        left += (answer[k] - line) * (answer[k] - line);
        squares += (answer[k] - mean) * (answer[k] - mean);
    }
    out->mean = mean - dot(job->m, job->slope, job->distance);
    forward(job, job->distance);
    const double far = dot(job->m, job->distance, job->distance);
    const double error = sqrt(left / (size - (double)job->m - 1.0) * (1.0 / size + far));
    const double plain = sqrt(squares / (size - 1.0) / size);
    out->low = out->mean - two_sided_95 * error;
    out->high = out->mean + two_sided_95 * error;
    out->reduction = error > 0.0 ? (plain / error) * (plain / error) : 1.0;
}

bk_status
bk_control(bk_context *ctx, const double *input, const double *expected, const double *answer, size_t n, size_t m,
           bk_controlled *out)
{
    bk_arena scratch;

    if (n < m + 2)
        return bk_fail(ctx, BK_ERR_VALUE, "%zu inputs as control variates need %zu answers, there are %zu", m, m + 2,
                       n);
    bk_arena_init(&scratch, ctx);
    const controlling job = {.n = n,
                             .m = m,
                             .x = BK_NEW(&scratch, double, n *m + 1),
                             .distance = BK_NEW(&scratch, double, m + 1),
                             .factor = BK_NEW(&scratch, double, m *m + 1),
                             .slope = BK_NEW(&scratch, double, m + 1)};
    const bk_status   status = bk_arena_ok(&scratch);
    if (status == BK_OK) {
        standardise(&job, input, expected);
        factorise(&job);
        control(&job, answer, out);
    }
    bk_arena_release(&scratch);
    return status;
}
