/* What each input does, by a line through all of them: on values, for slopes and switching values, and on ranks, for
 * their order where answers bend but do not turn. */
#include "buckle/appraisal.h"
#include "buckle/risk.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct ranked {
    double value;
    size_t place;
} ranked;

static int
ascending_ranked(const void *a, const void *b)
{
    const ranked *x = a, *y = b;

    return x->value != y->value ? (x->value > y->value) - (x->value < y->value)
                                : (x->place > y->place) - (x->place < y->place);
}

/* Ranks of column `c` of x [n][step], equal values sharing the mean of theirs, into to [n]. */
static void
rank_column(const double *x, size_t n, size_t step, ranked *room, double *to)
{
    for (size_t j = 0; j < n; j++)
        room[j] = (ranked){x[j * step], j};
    qsort(room, n, sizeof *room, ascending_ranked);
    for (size_t first = 0, last; first < n; first = last) {
        for (last = first + 1; last < n && room[last].value == room[first].value; last++)
            ;
        for (size_t k = first; k < last; k++)
            to[room[k].place] = 0.5 * (double)(first + last - 1);
    }
}

/* Column to mean 0 and length 1; returns its length, 0 for a constant one, which becomes 0. */
static double
standardise(double *column, size_t n, double *mean)
{
    double squares = 0.0;

    *mean = bk_sum(column, n) / (double)n;
    for (size_t j = 0; j < n; j++)
        squares += (column[j] - *mean) * (column[j] - *mean);
    const double length = squares > 1e-24 * (double)n * *mean * *mean ? sqrt(squares) : 0.0;
    for (size_t j = 0; j < n; j++)
        column[j] = length > 0.0 ? (column[j] - *mean) / length : 0.0;
    return length;
}

/* Least squares of y on standardised columns x [m][n] by Cholesky's factors of their correlations; a column that others
 * explain gets 0.  `gram` is room [m][m + 1]. */
static void
solve_standardised(const double *x, const double *y, size_t n, size_t m, double *gram, double *beta)
{
    for (size_t a = 0; a < m; a++) {
        double *row = gram + a * (m + 1);
        for (size_t b = 0; b <= a; b++) {
            double sum = 0.0;
            for (size_t j = 0; j < n; j++)
                sum += x[a * n + j] * x[b * n + j];
            for (size_t k = 0; k < b; k++)
                sum -= row[k] * gram[b * (m + 1) + k];
            if (a == b)
                row[a] = sum > 1e-10 ? sqrt(sum) : INFINITY;
            else
                row[b] = sum / gram[b * (m + 1) + b];
        }
        double right = 0.0;
        for (size_t j = 0; j < n; j++)
            right += x[a * n + j] * y[j];
        for (size_t k = 0; k < a; k++)
            right -= row[k] * beta[k];
        beta[a] = right / row[a];
    }
    for (size_t a = m; a-- > 0;) {
        for (size_t k = a + 1; k < m; k++)
            beta[a] -= gram[k * (m + 1) + a] * beta[k];
        beta[a] /= gram[a * (m + 1) + a];
    }
}

static int
ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

typedef struct workroom {
    double *x, *y;                       /* [n_inputs][n], [n] */
    double *mean, *length, *beta, *gram; /* [n_inputs], ..., [n_inputs][n_inputs + 1] */
    double *sorted;                      /* [n] */
    ranked *ranked;                      /* [n] */
} workroom;

static void
by_rank(const double *input, const double *answer, size_t n, size_t m, const workroom *room, bk_effect_of *out)
{
    double mean;

    for (size_t i = 0; i < m; i++) {
        rank_column(input + i, n, m, room->ranked, room->x + i * n);
        standardise(room->x + i * n, n, &mean);
    }
    rank_column(answer, n, 1, room->ranked, room->y);
    standardise(room->y, n, &mean);
    solve_standardised(room->x, room->y, n, m, room->gram, room->beta);
    for (size_t i = 0; i < m; i++)
        out[i].rank = room->beta[i];
}

static double
share_explained(const workroom *room, size_t n, size_t m)
{
    double left = 0.0;

    for (size_t j = 0; j < n; j++) {
        double miss = room->y[j];
        for (size_t i = 0; i < m; i++)
            miss -= room->beta[i] * room->x[i * n + j];
        left += miss * miss;
    }
    return fmax(1.0 - left, 0.0);
}

static void
by_value(const double *input, const double *answer, size_t n, size_t m, const workroom *room, bk_effect_of *out,
         double *explained)
{
    double mean;

    for (size_t i = 0; i < m; i++) {
        for (size_t j = 0; j < n; j++)
            room->x[i * n + j] = input[j * m + i];
        room->length[i] = standardise(room->x + i * n, n, &room->mean[i]);
    }
    memcpy(room->y, answer, n * sizeof *answer);
    const double length = standardise(room->y, n, &mean);
    solve_standardised(room->x, room->y, n, m, room->gram, room->beta);
    *explained = length > 0.0 ? share_explained(room, n, m) : 0.0;
    for (size_t i = 0; i < m; i++) {
        for (size_t j = 0; j < n; j++)
            room->sorted[j] = input[j * m + i];
        qsort(room->sorted, n, sizeof *room->sorted, ascending);
        const double slope = room->length[i] > 0.0 ? room->beta[i] * length / room->length[i] : 0.0;
        const double switching = slope != 0.0 ? room->mean[i] - mean / slope : INFINITY;
        const bool   within = switching >= room->sorted[0] && switching <= room->sorted[n - 1];
        out[i] = (bk_effect_of){.slope = slope,
                                .swing_low = slope * (bk_sample_quantile(room->sorted, n, 0.05) - room->mean[i]),
                                .swing_high = slope * (bk_sample_quantile(room->sorted, n, 0.95) - room->mean[i]),
                                .switching = within ? switching : 0.0,
                                .has_switching = within};
    }
}

bk_status
bk_regress(bk_context *ctx, const double *input, const double *answer, size_t n, size_t n_inputs, bk_effect_of *out,
           double *explained)
{
    bk_arena scratch;

    if (n < n_inputs + 2)
        return bk_fail(ctx, BK_ERR_VALUE, "a line through %zu inputs needs %zu answers, there are %zu", n_inputs,
                       n_inputs + 2, n);
    bk_arena_init(&scratch, ctx);
    const workroom  room = {.x = BK_NEW(&scratch, double, n *n_inputs + 1),
                            .y = BK_NEW(&scratch, double, n),
                            .mean = BK_NEW(&scratch, double, n_inputs + 1),
                            .length = BK_NEW(&scratch, double, n_inputs + 1),
                            .beta = BK_NEW(&scratch, double, n_inputs + 1),
                            .gram = BK_NEW(&scratch, double, n_inputs *(n_inputs + 1) + 1),
                            .sorted = BK_NEW(&scratch, double, n),
                            .ranked = BK_NEW(&scratch, ranked, n)};
    const bk_status status = bk_arena_ok(&scratch);
    if (status == BK_OK) {
        by_value(input, answer, n, n_inputs, &room, out, explained);
        by_rank(input, answer, n, n_inputs, &room, out);
    }
    bk_arena_release(&scratch);
    return status;
}
