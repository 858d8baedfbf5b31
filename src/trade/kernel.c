#include "trade/kernel.h"

#include "base/clones.h"
#include "buckle/base.h"

#include <math.h>

typedef double vector __attribute__((vector_size(64), aligned(64), may_alias));

typedef double loose __attribute__((vector_size(64), aligned(8), may_alias)); /* the same at any address of a double */

static inline __attribute__((always_inline)) double
lanes_sum(const vector *v)
{
    const vector x = *v;
    return ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]));
}

static inline __attribute__((always_inline)) double
ratio_or_zero(double spend, double supply)
{
    return supply > 0.0 ? spend / supply : 0.0;
}

/* ROWS importers at once share the loads of power and of sales. */
#define CLEAR_ROWS(ROWS)                                                                                               \
    do {                                                                                                               \
        const vector *k[ROWS], *kt[ROWS];                                                                              \
        vector        supply[ROWS], net[ROWS];                                                                         \
        double        demand[ROWS];                                                                                    \
        for (size_t r = 0; r < ROWS; r++) {                                                                            \
            k[r] = (const vector *)(market->k + (n + r) * market->stride);                                             \
            kt[r] = (const vector *)(market->kt + (n + r) * market->stride);                                           \
            supply[r] = net[r] = (vector){0};                                                                          \
        }                                                                                                              \
        for (size_t v = 0; v < n_vectors; v++)                                                                         \
            for (size_t r = 0; r < ROWS; r++) {                                                                        \
                supply[r] += k[r][v] * power[v];                                                                       \
                net[r] += kt[r][v] * power[v];                                                                         \
            }                                                                                                          \
        for (size_t r = 0; r < ROWS; r++) {                                                                            \
            market->supply[n + r] = lanes_sum(&supply[r]);                                                             \
            market->net[n + r] = lanes_sum(&net[r]);                                                                   \
            demand[r] = ratio_or_zero(market->spend[n + r], market->supply[n + r]);                                    \
        }                                                                                                              \
        for (size_t v = 0; v < n_vectors; v++)                                                                         \
            for (size_t r = 0; r < ROWS; r++)                                                                          \
                sales[v] += kt[r][v] * demand[r];                                                                      \
    } while (0)

BKI_CLONES void
bki_market_clear(const bki_market *market)
{
    const size_t  n_vectors = market->stride / BKI_LANES;
    const vector *power = (const vector *)market->power;
    vector       *sales = (vector *)market->sales;
    size_t        n = 0;

    for (size_t v = 0; v < n_vectors; v++)
        sales[v] = (vector){0};
    for (; n + 4 <= market->n_regions; n += 4)
        CLEAR_ROWS(4);
    for (; n < market->n_regions; n++)
        CLEAR_ROWS(1);
    for (size_t v = 0; v < n_vectors; v++)
        sales[v] *= power[v];
}

/* WIDTH vectors of regions at once: the unit cost of sector j stays in registers while its inputs go by. */
#define APPLY_VECTORS(WIDTH)                                                                                           \
    for (size_t j = 0; j < n_sectors; j++) {                                                                           \
        vector *log_cost = (vector *)technology->log_cost + j * row + v;                                               \
        vector  cost[WIDTH], output[WIDTH];                                                                            \
        for (size_t w = 0; w < WIDTH; w++) {                                                                           \
            cost[w] = log_cost[w];                                                                                     \
            output[w] = ((const vector *)technology->output + j * row + v)[w];                                         \
        }                                                                                                              \
        for (size_t k = 0; k < n_sectors; k++) {                                                                       \
            const vector *input = (const vector *)technology->input + (j * n_sectors + k) * row + v;                   \
            const vector *log_price = (const vector *)technology->log_price + k * row + v;                             \
            vector       *demand = (vector *)technology->demand + k * row + v;                                         \
            for (size_t w = 0; w < WIDTH; w++) {                                                                       \
                cost[w] += input[w] * log_price[w];                                                                    \
                demand[w] += input[w] * output[w];                                                                     \
            }                                                                                                          \
        }                                                                                                              \
        for (size_t w = 0; w < WIDTH; w++)                                                                             \
            log_cost[w] = cost[w];                                                                                     \
    }

BKI_CLONES void
bki_technology_apply(const bki_technology *technology, size_t first, size_t last)
{
    const size_t n_sectors = technology->n_sectors, row = technology->stride / BKI_LANES;
    size_t       v = first / BKI_LANES;

    for (; v + 4 <= last / BKI_LANES; v += 4)
        APPLY_VECTORS(4)
    for (; v < last / BKI_LANES; v++)
        APPLY_VECTORS(1)
}

BKI_CLONES double
bki_dot(size_t n, const double *x, const double *y)
{
    const vector *a = (const vector *)x, *b = (const vector *)y;
    vector        sum[2] = {{0}, {0}};
    const size_t  n_vectors = n / BKI_LANES;
    size_t        v = 0;

    for (; v + 2 <= n_vectors; v += 2) {
        sum[0] += a[v] * b[v];
        sum[1] += a[v + 1] * b[v + 1];
    }
    if (v < n_vectors)
        sum[0] += a[v] * b[v];
    sum[0] += sum[1];
    return lanes_sum(&sum[0]);
}

BKI_CLONES double
bki_total(size_t n, const double *x)
{
    vector sum = {0};
    size_t i = 0;

    for (; i + BKI_LANES <= n; i += BKI_LANES)
        sum += *(const loose *)(x + i);
    double total = lanes_sum(&sum);
    for (; i < n; i++)
        total += x[i];
    return total;
}

BKI_CLONES double
bki_total_above(size_t n, const double *x, const double *y)
{
    vector sum = {0};
    size_t i = 0;

    for (; i + BKI_LANES <= n; i += BKI_LANES)
        sum += *(const loose *)(x + i) * (*(const loose *)(y + i) - 1.0);
    double total = lanes_sum(&sum);
    for (; i < n; i++)
        total += x[i] * (y[i] - 1.0);
    return total;
}

BKI_CLONES double
bki_total_growth(size_t n, const double *rate, const double *before, const double *cost, const double *after)
{
    vector sum = {0};
    size_t i = 0;

    for (; i + BKI_LANES <= n; i += BKI_LANES)
        sum += *(const loose *)(rate + i) *
               (*(const loose *)(after + i) - *(const loose *)(before + i) * *(const loose *)(cost + i));
    double total = lanes_sum(&sum);
    for (; i < n; i++)
        total += rate[i] * (after[i] - before[i] * cost[i]);
    return total;
}

double
bki_exp(double x)
{
    bk_exp(1, &x, &x);
    return x;
}

double
bki_log(double x)
{
    if (!(x > 0.0))
        return -INFINITY;
    if (x < INFINITY)
        bk_log_batch(1, &x, &x);
    return x;
}
