/* A base year under construction: what the steps hand to each other. */
#ifndef TRADE_BALANCE_H
#define TRADE_BALANCE_H

#include "buckle/balance.h"

typedef struct bki_balance {
    bk_context             *ctx;
    bk_arena               *arena;
    const bk_balance_facts *facts;
    size_t                  n_regions, n_sectors;
    bk_fit_settings         settings;

    double *trade;             /* [n_sectors][importer][exporter] money */
    double *exports, *imports; /* [n_regions][n_sectors] money, own sales excluded, before tariff */
    double *output;            /* [n_regions][n_sectors] money */
    double *value_added;       /* [n_regions][n_sectors] money */
    double *value_added_share; /* [n_regions][n_sectors] */
    double *deficit, *revenue; /* [n_regions] money */
    double *expenditure;       /* [n_regions][n_sectors] money, tariff included */
    double *intermediate;      /* [n_regions][n_sectors] money, of expenditure */
    double *input_share;       /* [n_regions][using][supplying] */
    double *final_share;       /* [n_regions][n_sectors] */
    bk_fit  products, inputs;

    bk_balance_change *changes; /* [change_capacity] */
    size_t             n_changes, change_capacity;
} bki_balance;

static inline size_t
bki_trade_at(const bki_balance *b, size_t sector, size_t importer, size_t exporter)
{
    return (sector * b->n_regions + importer) * b->n_regions + exporter;
}

/* Allocates the arrays, all 0. */
bk_status bki_balance_start(bki_balance *balance);

/* Notes that a fact gave way, if it did by more than rounding. */
void bki_balance_note(bki_balance *balance, const bk_balance_change *change);

/* The steps.  BK_ERR_INCONSISTENT with every fault of the step recorded. */
bk_status bki_balance_trade(bki_balance *balance);  /* pairs, products, cuts */
bk_status bki_balance_output(bki_balance *balance); /* output, own sales, deficits, expenditure */
bk_status bki_balance_use(bki_balance *balance);    /* final against intermediate use */
bk_status bki_balance_inputs(bki_balance *balance);
bk_status bki_balance_final(bki_balance *balance);

/* Sums that follow from trade and tariffs: exports, imports, deficit, revenue, expenditure. */
void bki_balance_sum_trade(bki_balance *balance, const double *tariff);

/* Scales a row of shares so that it adds up to 1 in double precision; false if it is all zero. */
bool bki_shares_normalise(double *share, size_t n);

/* Fills residuals and hands the arrays over. */
void bki_balance_report(const bki_balance *balance, const double *value_added, const double *tariff, bk_balance *out);

#endif
