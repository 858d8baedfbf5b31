/* Sobol' indices by pick-freeze, with bootstrap intervals.
 *
 * With a, b, c = f(A), f(B), f(A with one input from B), means over rows j:
 *     V   = variance of all a and b
 *     S_i = [mean(b (c - a)) - mean(b) mean(c - a)] / V        Saltelli et al. (2010), table 2 (b), centred
 *     T_i = mean((a - c)^2) / (2 V)                            Jansen (1999), table 2 (f) there
 */
#include "buckle/appraisal.h"
#include "buckle/risk.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { REPLICATES = 1000 };

typedef struct pick_freeze { /* of each row, such that resampling needs sums only */
    size_t  n, n_inputs;
    double *a, *b;                          /* [n] answers less the mean */
    double *product, *difference, *squares; /* [n][n_inputs] b (c - a), c - a, (c - a)^2 */
} pick_freeze;

static bool
is_whole(const double *row, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(row[i]))
            return false;
    return true;
}

static bk_status
make_terms(const double *answer, size_t n, size_t n_inputs, bk_arena *scratch, pick_freeze *out)
{
    double mean = 0.0;

    *out = (pick_freeze){.n_inputs = n_inputs,
                         .a = BK_NEW(scratch, double, n),
                         .b = BK_NEW(scratch, double, n),
                         .product = BK_NEW(scratch, double, n *n_inputs + 1),
                         .difference = BK_NEW(scratch, double, n *n_inputs + 1),
                         .squares = BK_NEW(scratch, double, n *n_inputs + 1)};
    BK_TRY(bk_arena_ok(scratch));
    for (size_t j = 0; j < n; j++) {
        const double *row = answer + j * (2 + n_inputs);
        if (!is_whole(row, 2 + n_inputs))
            continue;
        out->a[out->n] = row[0];
        out->b[out->n] = row[1];
        for (size_t i = 0; i < n_inputs; i++)
            out->difference[out->n * n_inputs + i] = row[2 + i] - row[0];
        out->n++;
    }
    if (out->n > 0)
        mean = 0.5 * (bk_sum(out->a, out->n) + bk_sum(out->b, out->n)) / (double)out->n;
    for (size_t j = 0; j < out->n; j++) {
        out->a[j] -= mean;
        out->b[j] -= mean;
        for (size_t i = 0, at = j * n_inputs; i < n_inputs; i++, at++) {
            out->product[at] = out->b[j] * out->difference[at];
            out->squares[at] = out->difference[at] * out->difference[at];
        }
    }
    return BK_OK;
}

/* The indices of rows `pick` [n] (NULL: all once), into first and total [n_inputs]; sums is room [3][n_inputs]. */
static void
estimate(const pick_freeze *terms, const uint32_t *pick, double *sums, double *first, double *total)
{
    const size_t m = terms->n_inputs;
    const double n = (double)terms->n;
    double       a = 0.0, b = 0.0, squares = 0.0;

    memset(sums, 0, 3 * m * sizeof *sums);
    for (size_t k = 0; k < terms->n; k++) {
        const size_t j = pick ? pick[k] : k;
        a += terms->a[j];
        b += terms->b[j];
        squares += terms->a[j] * terms->a[j] + terms->b[j] * terms->b[j];
        for (size_t i = 0; i < m; i++) {
            sums[i] += terms->product[j * m + i];
            sums[m + i] += terms->difference[j * m + i];
            sums[2 * m + i] += terms->squares[j * m + i];
        }
    }
    const double mean = (a + b) / (2 * n), variance = squares / (2 * n) - mean * mean;
    for (size_t i = 0; i < m; i++) {
        first[i] = variance > 0.0 ? (sums[i] - b * sums[m + i] / n) / n / variance : 0.0;
        total[i] = variance > 0.0 ? sums[2 * m + i] / (2 * n) / variance : 0.0;
    }
}

static int
ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void
interval(double *replicates, double *low, double *high)
{
    qsort(replicates, REPLICATES, sizeof *replicates, ascending);
    *low = bk_sample_quantile(replicates, REPLICATES, 0.025);
    *high = bk_sample_quantile(replicates, REPLICATES, 0.975);
}

/* Rows with replacement, by the counter (replicate, place). */
static void
resample(uint64_t seed, uint64_t replicate, uint32_t *pick, size_t n)
{
    const uint64_t key[2] = {seed, UINT64_C(0x626f6f7473747261)};
    uint64_t       words[4];

    for (size_t k = 0; k < n; k++) {
        if (k % 4 == 0)
            bk_philox(key, (uint64_t[4]){replicate, k / 4, 0, 0}, words);
        pick[k] = (uint32_t)(((words[k % 4] >> 32) * n) >> 32);
    }
}

static bk_status
bootstrap(const pick_freeze *terms, uint64_t seed, bk_arena *scratch, bk_sensitivity *out)
{
    const size_t m = terms->n_inputs;
    double      *sums = BK_NEW(scratch, double, 5 * m + 1), *first = sums + 3 * m, *total = first + m;
    double      *firsts = BK_NEW(scratch, double, m *REPLICATES + 1);
    double      *totals = BK_NEW(scratch, double, m *REPLICATES + 1);
    uint32_t    *pick = BK_NEW(scratch, uint32_t, terms->n);

    BK_TRY(bk_arena_ok(scratch));
    for (size_t r = 0; r < REPLICATES; r++) {
        resample(seed, r, pick, terms->n);
        estimate(terms, pick, sums, first, total);
        for (size_t i = 0; i < m; i++) {
            firsts[i * REPLICATES + r] = first[i];
            totals[i * REPLICATES + r] = total[i];
        }
    }
    estimate(terms, NULL, sums, first, total);
    for (size_t i = 0; i < m; i++) {
        out[i] = (bk_sensitivity){.first = first[i], .total = total[i]};
        interval(firsts + i * REPLICATES, &out[i].first_low, &out[i].first_high);
        interval(totals + i * REPLICATES, &out[i].total_low, &out[i].total_high);
    }
    return BK_OK;
}

bk_status
bk_sobol_indices(bk_context *ctx, const double *answer, size_t n, size_t n_inputs, uint64_t seed, bk_sensitivity *out,
                 size_t *n_used)
{
    bk_arena    scratch;
    pick_freeze terms;

    bk_arena_init(&scratch, ctx);
    bk_status status = make_terms(answer, n, n_inputs, &scratch, &terms);
    if (status == BK_OK) {
        *n_used = terms.n;
        status = terms.n < 2 ? bk_fail(ctx, BK_ERR_VALUE,
                                       "Sobol' indices need two whole rows of answers, there are %zu", terms.n)
                             : bootstrap(&terms, seed, &scratch, out);
    }
    bk_arena_release(&scratch);
    return status;
}
