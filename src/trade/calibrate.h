/* The base year as the solver reads it.  Arrays by region are padded with zeros to `stride`, a multiple of the widest
 * vector, and sector-major, so that every inner loop runs over regions without a remainder. */
#ifndef TRADE_CALIBRATE_H
#define TRADE_CALIBRATE_H

#include "buckle/trade.h"

struct bk_trade_base {
    const bk_economy *economy;
    size_t            n_regions, n_sectors, stride;
    double            world; /* value added of all regions, money */
    bk_deficit_rule   deficits;
    const double     *trade;             /* [n_sectors][importer][exporter] money before tariff, not padded */
    const double     *tariff;            /* [n_sectors][importer][exporter] ad valorem, not padded */
    const double     *value_added;       /* [stride] money, > 0 */
    const double     *deficit;           /* [stride] money, sums to 0 in every component */
    const double     *tariff_revenue;    /* [stride] money */
    const double     *duty_transfer;     /* [stride] money, from its union's pool less paid into it; part of deficit */
    const double     *income;            /* [stride] money, > 0 */
    const double     *expenditure;       /* [n_sectors][stride] money, tariff included */
    const double     *output;            /* [n_sectors][stride] money, sales before tariff */
    const double     *value_added_share; /* [n_sectors][stride] of output */
    const double     *labour_share;      /* [n_sectors][stride] of output: what inputs leave, see calibrate.c */
    const double     *final_share;       /* [n_sectors][stride] of income */
    const double     *final_sum;         /* [stride] sum of final_share over sectors: 1 but for rounding in the files */
    const double     *input;             /* [using sector][supplying sector][stride] share of the whole cost */
    const double     *own_share;         /* [n_sectors][stride] D: of expenditure spent at home, kept inside (0, 1) */
    const double
        *own_inverse; /* [n_sectors][n_sectors][stride] Q = (I - input diag(D))^-1 of each region, see calibrate.c */
    const double
        *own_cost; /* [n_sectors][stride] Q value_added_share: ln c-hat of a region alone when its wage rises */
    const double *own_sales;       /* [n_sectors][stride] Q^T D final_share: sales at home when its income rises */
    const bool   *crosses_borders; /* [n_sectors] false: every region buys from itself alone */
};

/* Regions in the order of a padded row: [index of sector][region]. */
static inline size_t
bki_at(const bk_trade_base *base, size_t sector, size_t region)
{
    return sector * base->stride + region;
}

/* What the pools of base->economy give each region and take from it; into transfer [stride], zeros before. */
void bki_duties_base(const bk_trade_base *base, double *transfer);

/* The base that a counterfactual without deficits makes of `base`. */
bk_status bki_remove_deficits(bk_context *ctx, const bk_trade_base *base, bk_arena *arena, const bk_trade_base **out);

#endif
