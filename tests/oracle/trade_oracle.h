/* The trade equilibrium the slow and obvious way: trade shares are formed, prices are iterated to a fixed point inside
 * expenditures inside wages, every wage moves by a small share of the region's trade imbalance.  Written from Caliendo
 * & Parro (2015), equations 10-14, without a look at the solver; it shares no code with it. */
#ifndef TRADE_ORACLE_H
#define TRADE_ORACLE_H

#include "buckle/trade.h"

typedef struct bkt_trade_oracle {
    double *wage;        /* [n_regions] hats */
    double *price;       /* [n_sectors][n_regions] */
    double *cost;        /* [n_sectors][n_regions] */
    double *share;       /* [n_sectors][importer][exporter] of expenditure */
    double *expenditure; /* [n_sectors][n_regions] money */
    double *revenue;     /* [n_regions] money */
    double *income;      /* [n_regions] money, new */
    double  imbalance;   /* largest, / world value added */
} bkt_trade_oracle;

/* `transfer` [n_regions] money received besides wages, tariffs and the base deficit, or NULL.  False if not solved. */
bool bkt_trade_oracle_solve(const bk_economy *economy, const bk_trade_shock *shock, const double *transfer,
                            bk_arena *arena, bkt_trade_oracle *out);

#endif
