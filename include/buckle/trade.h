/* Trade in general equilibrium in changes: Caliendo & Parro (2015, Review of Economic Studies 82), equations 1-7 of the
 * trade section of docs.  j sector, n importer, i exporter; matrices [sector][importer][exporter]. */
#ifndef BUCKLE_TRADE_H
#define BUCKLE_TRADE_H

#include "buckle/model.h"

typedef struct bk_trade_base bk_trade_base; /* the base year made ready: shares, expenditure, income; immutable */

/**
 * Shares, expenditures and incomes implied by an economy's base year.  The economy must outlive the base; its
 * trade_cost and productivity are changes and not read.  With the rule BK_DEFICITS_ZERO the base is the counterfactual
 * without deficits. Warns (in the log) where expenditure, output and income do not add up to 1e-6 of world value added.
 * Returns  BK_OK, BK_ERR_INCONSISTENT (named region and sector), BK_ERR_VALUE (deficits too large to be set to zero),
 *          BK_ERR_NOT_CONVERGED, BK_ERR_NO_MEMORY
 */
bk_status bk_trade_calibrate(bk_context *ctx, const bk_economy *economy, bk_arena *arena, const bk_trade_base **out);

/* An economy that asks for other trade elasticities than the base year's cannot be answered in changes from it: shares
 * are the base's, which say nothing of how they would have been.  Returns BK_OK, or BK_ERR_INCONSISTENT, which says to
 * draw them instead (a draw has a base of its own). */
bk_status bk_trade_same_elasticities(bk_context *ctx, const bk_economy *base, const bk_economy *scenario);

/* What changes.  NULL means as in the base year. */
typedef struct bk_trade_shock {
    const double *tariff;       /* [n_sectors][importer][exporter] new rates */
    const double *cost;         /* [n_sectors][importer][exporter] factor on iceberg cost; INFINITY closes the pair */
    const double *productivity; /* [n_sectors][n_regions] divides the unit cost */
    const double *elasticity;   /* [n_sectors] in place of the sectors' own */
    /* Who pays for infrastructure, and what it earns; yearly money.  Closures (a) levy, (b) works, (c) transfer. */
    const double *levy;  /* [n_regions] money, >= 0: taxed, spent on the same final goods, lost to private welfare */
    const double *works; /* [n_regions] money, >= 0: taxed and spent on works_share */
    const double *works_share; /* [n_sectors] of what works buy; sums to 1; needed with works */
    const double *transfer;    /* [n_regions] money, sums to 0: received from other regions less paid to them, such as
                                  transit revenue, tolls, and payments to foreign contractors and lenders */
    const bk_trade_mobility *mobility; /* NULL: labour stays where it is */
    const uint32_t *duty_pool; /* [n_regions] number of the union whose members share their import duties on goods from
                                  outside it, BK_NONE: keeps its own; as in bk_economy */
    const double *duty_quota;  /* [n_regions] share of the pool, >= 0, sums to 1 in each; needed with duty_pool */
} bk_trade_shock;

typedef struct bk_trade_settings {
    double tolerance;      /* on the residual, relative to world value added; default 1e-12 */
    int    max_iterations; /* sweeps before Newton's method; default 2000 */
    int    depth;          /* of Anderson acceleration; default 8 */
} bk_trade_settings;

bk_trade_settings bk_trade_default_settings(void);

typedef struct bk_trade_solution {
    bk_outcome    outcome;             /* read this first */
    int           iterations;          /* sweeps, and Newton steps where acceleration stalled */
    double        residual;            /* largest imbalance over regions, relative to world value added */
    double        walras;              /* sum of all imbalances, relative to world value added */
    const double *wage_hat;            /* [n_regions] */
    const double *price_hat;           /* [n_regions] consumer price index */
    const double *income_hat;          /* [n_regions] */
    const double *sector_price_hat;    /* [n_sectors][n_regions] */
    const double *unit_cost_hat;       /* [n_sectors][n_regions] */
    const double *expenditure;         /* [n_sectors][n_regions] money, tariff included */
    const double *trade;               /* [n_sectors][importer][exporter] money, before tariff */
    const double *tariff_revenue;      /* [n_regions] money, of the duties it levies */
    const double *duty_transfer;       /* [n_regions] money, from a union's pool less paid into it, less the same in
                                          the base: that is in its deficit; sums to 0 */
    const double *deficit;             /* [n_regions] money, by the economy's rule; without transfers */
    const double *real_wage_pct;       /* [n_regions] */
    const double *welfare_pct;         /* [n_regions] exact change of real income, levy and works taken off */
    const double *welfare_linear_pct;  /* [n_regions] first order, Caliendo & Parro's equation 16 */
    const double *terms_of_trade_pct;  /* [n_regions] of the linear one */
    const double *volume_of_trade_pct; /* [n_regions] */
    const double *exports_pct, *imports_pct; /* [n_regions] change of value before tariff, own sales excluded */
    const double *equivalent_variation;      /* [n_regions] money */
    const double *labour_hat;                /* [n_regions] 1 where labour does not move */
    const double *utility_pct;   /* [n_regions] of real income a head with congestion: what movers compare */
    bool          labour_unique; /* labour, if it moves, does so under conditions that allow one equilibrium only */
} bk_trade_solution;

/**
 * The equilibrium after a shock.
 *
 * Input    `warm` a solution of a neighbouring shock of the same base, or NULL
 * Output   `*out`, arrays held by `arena`
 * Returns  BK_OK, also when a limit stopped it (see outcome)
 *          BK_ERR_NO_SOLUTION   a region and sector left without any supplier, a region without any buyer, regions cut
 * off with a deficit, labour that would gather in one region: each by name BK_ERR_VALUE         a shock that is not
 * finite or not positive (cost may be INFINITY), transfers that do not add up to 0, taxes beyond income
 * BK_ERR_NOT_CONVERGED no finite state was found BK_ERR_NO_MEMORY, BK_ERR_CANCELLED
 */
bk_status bk_trade_solve(bk_context *ctx, const bk_trade_base *base, const bk_trade_shock *shock,
                         const bk_trade_settings *settings, const bk_trade_solution *warm, bk_arena *arena,
                         const bk_trade_solution **out);

/* For callers that solve many neighbouring shocks: the quantities the joint equilibrium needs, nothing else.
 * State is kept between calls; wages, prices and expenditures of the last solve start the next. */
typedef struct bk_trade_solver bk_trade_solver;
bk_status bk_trade_solver_create(bk_context *ctx, const bk_trade_base *base, bk_arena *arena, bk_trade_solver **out);
bk_status bk_trade_solver_run(bk_context *ctx, bk_trade_solver *solver, const bk_trade_shock *shock, double tolerance,
                              int max_iterations, bk_outcome *outcome, double *residual);
const double *bk_trade_solver_unit_cost_hat(const bk_trade_solver *solver); /* [n_sectors][n_regions] */
/* Value before tariff at the last solve, into value [n_sectors][importer][exporter]. */
void bk_trade_solver_value(const bk_trade_solver *solver, double *value);
/* The full report of the last solve. */
bk_status bk_trade_solver_report(bk_context *ctx, const bk_trade_solver *solver, bk_arena *arena,
                                 const bk_trade_solution **out);

const double *bk_trade_base_income(const bk_trade_base *base); /* [n_regions] money */
/* [n_regions] money, from a union's pool of duties less paid into it in the base year; sums to 0 */
const double *bk_trade_base_duty_transfer(const bk_trade_base *base);
const double *bk_trade_base_value(const bk_trade_base *base); /* [n_sectors][importer][exporter] money before tariff */
double        bk_trade_base_world(const bk_trade_base *base); /* world value added, money */

/* Where each region's welfare change comes from, percentage points of real income.  The parts add up to welfare_pct
 * exactly, whatever the size of the shock; for small shocks terms and volume become those of Caliendo & Parro's
 * equation 16. */
typedef struct bk_trade_decomposition {
    const double *terms_of_trade_pct;  /* [n_regions] own goods dearer, those of others cheaper */
    const double *volume_of_trade_pct; /* [n_regions] the sum of the next two */
    const double *tariff_revenue_pct;  /* [n_regions] revenue gained or lost */
    const double *tariff_burden_pct;   /* [n_regions] what buyers pay less, or more, in tariffs on what they buy */
    const double *transport_pct;       /* [n_regions] iceberg costs, closed pairs included */
    const double *productivity_pct;    /* [n_regions] */
    const double *finance_pct;         /* [n_regions] deficits, transfers, pooled duties, levy and works */
    const double *labour_pct;          /* [n_regions] labour moved in or out, and agglomeration */
    const double *remainder_pct;       /* [n_regions] welfare_pct less all these: rounding and the solver's residual */
} bk_trade_decomposition;

/**
 * Source   docs: logarithmic means (Sato 1976, Vartia 1976) make every step of the first-order formula an identity
 * Input    `shock` and `solution` belong together: the solution of that shock on that base
 * Returns  BK_OK, BK_ERR_NO_MEMORY
 */
bk_status bk_trade_decompose(bk_context *ctx, const bk_trade_base *base, const bk_trade_shock *shock,
                             const bk_trade_solution *solution, bk_arena *arena, const bk_trade_decomposition **out);

/* Figures that say what a change did.  "Before" is the base year, "after" the solution.  Own sales stand on the
 * diagonal of pairs and nowhere else.  Created and diverted add up to what a region buys more from partners whose goods
 * became cheaper to bring in; diverted is the part that other partners lost.  Concentration is Herfindahl's, 0 without
 * exports. */
typedef struct bk_trade_indicators {
    const double *pair_before, *pair_after;               /* [importer][exporter] money before tariff, all sectors */
    const double *imports_before, *imports_after;         /* [n_sectors][n_regions] money before tariff */
    const double *exports_before, *exports_after;         /* [n_sectors][n_regions] money before tariff */
    const double *created, *diverted;                     /* [n_regions] money before tariff */
    const double *product_hhi_before, *product_hhi_after; /* [n_regions] (0, 1], of exports over sectors */
    const double *partner_hhi_before, *partner_hhi_after; /* [n_regions] (0, 1], of exports over importers */
    const double *market_access_pct;        /* [n_regions] equal fall of export costs that widens markets as much */
    const double *sufficient_real_wage_pct; /* [n_regions] real wage from own shares and elasticities alone */
    const bool   *sufficient_applies;       /* [n_regions] it buys a part of every good it uses at home */
} bk_trade_indicators;

/**
 * Source   Arkolakis, Costinot & Rodriguez-Clare (2012); Caliendo & Parro (2015), equation 15; Viner (1950); Redding &
 *          Venables (2004)
 * Input    `shock` and `solution` belong together
 * Returns  BK_OK, BK_ERR_NO_MEMORY
 */
bk_status bk_trade_indicate(bk_context *ctx, const bk_trade_base *base, const bk_trade_shock *shock,
                            const bk_trade_solution *solution, bk_arena *arena, const bk_trade_indicators **out);

#endif
