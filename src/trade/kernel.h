/* The inner loops of a sweep.  Rows are padded to whole vectors of LANES doubles and aligned to 64 bytes.  Sums run
 * over fixed lanes in a fixed order, so their bits do not depend on the processor's vector width. */
#ifndef TRADE_KERNEL_H
#define TRADE_KERNEL_H

#include <stddef.h>

enum { BKI_LANES = 8 };

/* One sector's market, with K = share x cost factor^-theta and Kt = K / (1 + tariff), both [importer][exporter]:
 *     supply[n] = sum_i K[n][i] power[i]            net[n] = sum_i Kt[n][i] power[i]
 *     sales[i]  = power[i] sum_n Kt[n][i] spend[n] / supply[n]
 * Trade shares are never formed.  Where supply is 0 nothing is bought, and spend must be 0. */
typedef struct bki_market {
    size_t        n_regions, stride;
    const double *k, *kt; /* [n_regions][stride]; may be the same array */
    const double *power;  /* [stride] unit cost^-theta */
    const double *spend;  /* [stride] money, tariff included */
    double       *supply; /* [stride] out */
    double       *net;    /* [stride] out */
    double       *sales;  /* [stride] out, money */
} bki_market;

void bki_market_clear(const bki_market *market);

/* Unit costs and demand for inputs of the regions in [first, last), whole vectors:
 *     log_cost[j][n] = start[j][n] + sum_k input[j][k][n] log_price[k][n]
 *     demand[k][n]   = demand[k][n] + sum_j input[j][k][n] output[j][n]    */
typedef struct bki_technology {
    size_t        n_sectors, stride;
    const double *input;     /* [n_sectors using][n_sectors supplying][stride] share of cost */
    const double *log_price; /* [n_sectors][stride] logarithm */
    const double *output;    /* [n_sectors][stride] money */
    double       *log_cost;  /* [n_sectors][stride] in: without inputs; out: with them */
    double       *demand;    /* [n_sectors][stride] in: final; out: with inputs */
} bki_technology;

void bki_technology_apply(const bki_technology *technology, size_t first, size_t last);

/* sum of x[i] y[i], n a multiple of BKI_LANES */
double bki_dot(size_t n, const double *x, const double *y);

/* Of rows of any length and alignment, in fixed lanes:
 *     sum x      sum x (y - 1)      sum rate (after - before cost) */
double bki_total(size_t n, const double *x);
double bki_total_above(size_t n, const double *x, const double *y);
double bki_total_growth(size_t n, const double *rate, const double *before, const double *cost, const double *after);

/* Single values by the batched functions of the base, whose bits are the same on every machine.  The logarithm of 0 is
 * -INFINITY, that of INFINITY itself. */
double bki_exp(double x);
double bki_log(double x);

#endif
