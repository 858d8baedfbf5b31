/* From partial facts to a base year in which everything adds up.  Pure arithmetic: knows no files.
 * Proportional fitting (Deming & Stephan 1940; Bishop, Fienberg & Holland 1975) keeps what the facts say about
 * structure, the cross-product ratios of the seed, and meets the totals. */
#ifndef BUCKLE_BALANCE_H
#define BUCKLE_BALANCE_H

#include "buckle/model.h"

/* A total or a cell that the facts do not give.  Facts themselves are never negative. */
#define BK_UNKNOWN (-1.0)

/* ---- proportional fitting ------------------------------------------------------------------------------------- */

typedef struct bk_fit_settings {
    double             tolerance;  /* on the residual; default 1e-13 */
    int                max_rounds; /* default 20000 */
    const char *const *names[3];   /* [3] of each dimension, [its length], for messages; NULL: numbers */
} bk_fit_settings;

bk_fit_settings bk_fit_default_settings(void);

typedef struct bk_fit {
    bk_outcome outcome; /* BK_STALLED: the totals contradict each other; the last kind of total is met all the same */
    int        rounds;
    double     residual; /* largest |sum / total - 1| over known totals > 0 */
    uint32_t   worst[3]; /* indices of that total, BK_NONE for the dimension summed over */
} bk_fit;

/**
 * Two-way proportional fitting (RAS): scale rows and columns of a table until it has the given totals.
 *
 * Source   Deming & Stephan (1940); Stone (1961); feasibility: the condition of Gale (1957) and Hall (1935)
 * Input    `row_total` [n_rows], `column_total` [n_columns] >= 0 or BK_UNKNOWN (left free).  Where all are known, rows
 * are scaled to the sum of the columns if the two sums agree to 1e-9. In/out   `cell` [n_rows][n_columns] >= 0, the
 * seed; zeros stay zero.  Columns are met last. Scratch  `arena` Returns  BK_OK, also when it stalled (see outcome)
 *          BK_ERR_VALUE         a negative or not finite cell or total
 *          BK_ERR_INCONSISTENT  sums of totals differ; a total > 0 over cells that are all zero; or a set of rows that
 *                               wants more than all columns it can reach hold (a proof that no table exists): named
 *          BK_ERR_NO_MEMORY, BK_ERR_CANCELLED
 */
bk_status bk_fit_two_way(bk_context *ctx, size_t n_rows, size_t n_columns, const double *row_total,
                         const double *column_total, const bk_fit_settings *settings, bk_arena *arena, double *cell,
                         bk_fit *out);

/**
 * Three-way proportional fitting to two-dimensional totals.
 *
 * Input    `total_ab` [n_a][n_b], `total_ac` [n_a][n_c], `total_bc` [n_b][n_c], each >= 0 or BK_UNKNOWN in places, or
 * NULL: none known.  They are met in this order, so that where facts contradict each other the last one holds. In/out
 * `cell` [n_a][n_b][n_c] >= 0, the seed Returns  as above; contradictions beyond empty cells show as BK_STALLED with
 * the worst total
 */
bk_status bk_fit_three_way(bk_context *ctx, size_t n_a, size_t n_b, size_t n_c, const double *total_ab,
                           const double *total_ac, const double *total_bc, const bk_fit_settings *settings,
                           bk_arena *arena, double *cell, bk_fit *out);

/* ---- a base year ---------------------------------------------------------------------------------------------- */

/* Trade that is replaced after the split by product: mirror data that count goods in transit, a misreported partner.
 * The product mix of each pair stays. */
typedef struct bk_balance_cut {
    uint32_t exporter, importer; /* exporter BK_NONE: every exporter to this importer that no other cut names */
    double   value;              /* money, of the pair; with exporter BK_NONE all imports together; BK_UNKNOWN: kept */
} bk_balance_cut;

/* j sector, n importer, i exporter, matrices [sector][importer][exporter] as in bk_economy.  BK_UNKNOWN where not
 * given. */
typedef struct bk_balance_facts {
    size_t             n_regions, n_sectors;
    const char *const *regions;           /* [n_regions] names, for messages */
    const char *const *sectors;           /* [n_sectors] */
    const bool        *traded;            /* [n_sectors] between regions */
    const double      *value_added;       /* [n_regions] money, > 0 */
    const double      *pair_total;        /* [importer][exporter] money, all products; unknown: what `trade` gives; the
                                             diagonal is not read */
    const double *trade;                  /* [n_sectors][importer][exporter] money: known cells, kept; own sales too */
    const double *trade_seed;             /* [n_sectors][importer][exporter] any scale within a pair: where to start */
    const double *export_share;           /* [n_sectors][exporter] any scale within a region: composition of exports */
    const double *import_share;           /* [n_sectors][importer] likewise; gives way where the two contradict */
    const double *sector_value_added;     /* [n_regions][n_sectors] any scale within a region */
    const double *value_added_share;      /* [n_regions][n_sectors] of output, in (0, 1] */
    const double *intermediate_share;     /* [n_regions][n_sectors] of a product's use that is intermediate, in [0, 1];
                                             unknown: what `technology` asks for */
    const double         *technology;     /* [n_regions][using][supplying] any scale within a using sector */
    const double         *tariff;         /* [n_sectors][importer][exporter] ad valorem, >= 0 */
    const double         *own_of_exports; /* [n_regions][n_sectors] own sales at least this share of exports, >= 0 */
    const double         *own_of_imports; /* [n_regions][n_sectors] and of imports */
    const double         *own_least;      /* [n_regions][n_sectors] and this much money */
    size_t                n_cuts;
    const bk_balance_cut *cuts; /* [n_cuts] */
} bk_balance_facts;

/* The steps, in order; each keeps what the ones before it fixed. */
#define BK_BALANCE_STEP_LIST(X)                                                                                        \
    X(BK_STEP_PAIRS, "pairs", "totals of pairs of regions against known cells")                                        \
    X(BK_STEP_PRODUCTS, "products", "trade split by product, three-way proportional fitting")                          \
    X(BK_STEP_CUTS, "cuts", "trade that is replaced")                                                                  \
    X(BK_STEP_OUTPUT, "output", "gross output from value added, own sales with their floors")                          \
    X(BK_STEP_USE, "use", "final against intermediate use, one shift of the odds in each region")                      \
    X(BK_STEP_INPUTS, "inputs", "input shares, two-way proportional fitting")                                          \
    X(BK_STEP_FINAL, "final", "final shares: expenditure less intermediate use, over income")                          \
    X(BK_STEP_CLEARING, "clearing", "markets cleared at given shares")

typedef enum bk_balance_step {
#define X(code, name, text) code,
    BK_BALANCE_STEP_LIST(X)
#undef X
        BK_BALANCE_STEP_COUNT
} bk_balance_step;

const char *bk_balance_step_name(bk_balance_step step); /* "products" */
const char *bk_balance_step_text(bk_balance_step step);

typedef struct bk_balance_change { /* a fact that gave way */
    bk_balance_step step;
    const char     *quantity;        /* "imports by product", "own sales", ... */
    uint32_t        region, partner; /* BK_NONE where it does not apply; of trade: importer and exporter */
    uint32_t        sector;          /* BK_NONE: all */
    double          before, after;   /* money, or a share as the quantity says */
    const char     *reason;          /* a sentence */
} bk_balance_change;

typedef struct bk_balance {
    size_t        n_regions, n_sectors;
    const double *value_added;       /* [n_regions] money */
    const double *deficit;           /* [n_regions] money, imports less exports before tariff */
    const double *tariff_revenue;    /* [n_regions] money */
    const double *trade;             /* [n_sectors][importer][exporter] money, own sales included */
    const double *tariff;            /* [n_sectors][importer][exporter] as given */
    const double *value_added_share; /* [n_regions][n_sectors] of gross output */
    const double *input_share;       /* [n_regions][using][supplying], rows sum to 1 */
    const double *final_share;       /* [n_regions][n_sectors], rows sum to 1 */
    bk_fit        products;          /* of the split by product */
    bk_fit        inputs;            /* the worst of the regions' input tables */
    double        residual;        /* largest |expenditure - what incomes and technology ask for| / world value added */
    double        income_residual; /* largest |value added - its share of output| / world value added */
    size_t        n_changes;
    const bk_balance_change *changes; /* [n_changes] in the order of the steps */
} bk_balance;

/**
 * A base year from partial facts.
 *
 * Output   `*out`, arrays held by `arena`
 * Returns  BK_OK, also when facts had to give way (see changes)
 *          BK_ERR_VALUE         a fact out of its range: named
 *          BK_ERR_INCONSISTENT  cells for which no value fits: named, with what to do; all that one step finds are
 * recorded BK_ERR_NO_MEMORY, BK_ERR_CANCELLED
 */
bk_status bk_balance_build(bk_context *ctx, const bk_balance_facts *facts, bk_arena *arena, bk_balance *out);

/**
 * The market-clearing correction of an economy that nearly adds up.  Values of trade are kept where final demand can
 * take the difference; where that would be negative, it becomes zero and the values move to the equilibrium of the
 * shares: X = alpha (VA + R + D) + input_share' (1 - B) Y,  Y = sum over importers of the trade share times X, VA = sum
 * B Y.
 *
 * Output   `*out`, arrays held by `arena`
 * Returns  BK_OK, BK_ERR_INCONSISTENT, BK_ERR_NOT_CONVERGED, BK_ERR_NO_MEMORY, BK_ERR_CANCELLED
 */
bk_status bk_balance_clear(bk_context *ctx, const bk_economy *economy, bk_arena *arena, bk_balance *out);

#endif
