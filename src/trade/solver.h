/* The state of a solve, shared by the files that prepare a shock, sweep, accelerate and report. */
#ifndef TRADE_SOLVER_H
#define TRADE_SOLVER_H

#include "trade/anderson.h"
#include "trade/calibrate.h"
#include "trade/kernel.h"

/* An iterate: what a sweep starts from and what it returns, one array of `length` doubles.  Output and tariff revenue
 * are ratios to the region's base value added, so that all entries are of like size. */
typedef struct bki_state {
    double *log_payroll; /* [stride] ln of wage times labour, hats: the wage while labour stays */
    double *log_price;   /* [n_sectors][stride] ln p-hat */
    double *output;      /* [n_sectors][stride] sales before tariff / value added */
    double *revenue;     /* [stride] tariff revenue, pooled duties shared, / value added */
    double *log_labour;  /* [stride] ln L-hat, 0 while labour stays */
} bki_state;

/* What a shock makes of the base: constant during a solve. */
typedef struct bki_shocked {
    double  *elasticity; /* [n_sectors] theta */
    double **k, **kt;    /* [n_sectors] matrices of bki_market, NULL where nothing crosses a border; k[j] is kt[j] where
                            all tariffs are 0 */
    double        **taxed_k; /* [n_sectors] room for k where there are tariffs, NULL until it is needed */
    double         *row_log; /* [n_sectors][stride] logarithm of the factor taken out of a row of k and kt */
    double         *own_net; /* [n_sectors][stride] 1 / (1 + tariff) on own sales, where nothing crosses a border */
    double         *log_productivity; /* [n_sectors][stride] logarithm */
    double         *transfer;      /* [stride] received besides wages and tariffs, / value added: deficit and other */
    double         *other;         /* [stride] the part of transfer that is not a deficit, / value added */
    double         *deficit_share; /* [stride] of income, as in the base; used by BK_DEFICITS_SHARE */
    double         *works;         /* [stride] taxes spent on works_share, / value added */
    double         *works_share;   /* [n_sectors] share */
    double         *levy;          /* [stride] taxes spent on final goods, / value added */
    bool            mobile;        /* labour moves; the six below hold only then */
    double          agglomeration; /* exponent of productivity in labour */
    double          congestion;    /* exponent of utility in labour */
    double          crowding;      /* the same, differing tastes included */
    double         *labour;        /* [stride] at the base: persons, or money of value added */
    uint32_t       *pool;          /* [stride] the economy within which labour moves, BK_NONE: it cannot */
    bool            labour_unique; /* conditions hold that allow one equilibrium only */
    uint32_t       *component;     /* [stride] regions joined by trade, directly or not, share one */
    size_t          n_components;
    bool            pools;      /* unions share duties, or did in the base; the two below hold only then */
    const uint32_t *duty_pool;  /* [n_regions] number of the union, or BK_NONE */
    const double   *duty_quota; /* [n_regions] share of the pool */
    bool            closed;     /* some pair that trades in the base cannot any more */
} bki_shocked;

/* How far an iterate is from equilibrium. */
typedef struct bki_distance {
    double labour; /* largest |labour income / wage - 1| */
    double goods;  /* largest of prices, |change of ln p|, and of outputs and revenues, |change| / the region's value
                      added */
    double world;  /* largest imbalance of a region's labour, goods or revenue, / world value added */
    double walras; /* sum of labour imbalances / world value added */
} bki_distance;

struct bk_trade_solver {
    const bk_trade_base *base;
    size_t               length; /* of an iterate */
    double              *u, *g;  /* [length] the iterate and its image */
    double              *best;   /* [length] the iterate of least distance since the last return */
    bki_shocked          shocked;
    double              *log_cost;             /* [n_sectors][stride] ln c-hat at u; so for all below */
    double              *power;                /* [n_sectors][stride] (c-hat / shift)^-theta */
    double              *spend;                /* [n_sectors][stride] money, tariff included */
    double              *supply, *net, *sales; /* [n_sectors][stride] of bki_market */
    double              *missing_price;        /* [n_sectors][stride] (image - iterate) of ln p / own share */
    double              *missing_output;       /* [n_sectors][stride] image - iterate, / value added */
    double              *self_supply;          /* [stride] own purchases now over those of the base shares, <= 1 */
    double              *answer_price, *answer_output; /* [n_sectors][stride] what each region alone makes of these */
    double              *labour_gap;    /* [stride] what labour gains over the mean of its economy, logarithm */
    double              *duty_transfer; /* [stride] from the pool less paid into it, less the base's, / value added */
    double              *earned;        /* [stride] labour income / value added */
    double              *wage_step;     /* [stride] share of ln(earned / wage) by which a sweep moves the wage */
    double              *scratch;       /* [2 n_sectors + 4][stride] any unit */
    double              *unit_cost_hat; /* [n_sectors][n_regions] for the callers */
    uint8_t             *sells;   /* [importer][exporter] 1 where any good goes; scratch of the feasibility check */
    uint32_t            *queue;   /* [2 stride] scratch of the same */
    bool                *flags;   /* [2 n_sectors] scratch of the shock */
    bk_arena            *k_arena; /* for shocked.taxed_k */
    bki_anderson         accelerator;
    bki_distance         distance;
    bk_outcome           outcome;
    int                  iterations;
    bool                 parallel;  /* large enough to share out */
    bool                 connected; /* while no pair is closed, trade joins all regions */
};

bki_state bki_state_of(const bk_trade_base *base, double *u);

/* Kt of a sector, or NULL where nothing crosses a border. */
static inline const double *
bki_net_powers(const bk_trade_solver *solver, size_t j)
{
    return solver->shocked.kt[j];
}

/* One solver for problems of this base; `depth` of the acceleration.  `k_arena`, which may be `arena`, holds matrices
 * that are needed while solving only. */
bk_status bki_solver_create(const bk_trade_base *base, size_t depth, bk_arena *arena, bk_arena *k_arena,
                            bk_trade_solver **out);

/* Runs the task for n blocks, on the pool if the problem is worth it. */
void bki_share(bk_context *ctx, const bk_trade_solver *solver, size_t n_blocks, bk_task task, void *state);

/* Powers of the shocked trade costs into solver->shocked; BK_ERR_VALUE where a value is not allowed. */
bk_status bki_shock_apply(bk_context *ctx, bk_trade_solver *solver, const bk_trade_shock *shock);

/* Deficits, transfers and taxes of a shock into solver->shocked. */
bk_status bki_closures_apply(bk_context *ctx, bk_trade_solver *solver, const bk_trade_shock *shock);

/* Deficits that are a share of income, at the incomes of the iterate; else nothing changes. */
void bki_share_deficits(bk_trade_solver *solver, const bki_state *at);

/* Unions that pool duties into solver->shocked; BK_ERR_VALUE where quotas do not add up. */
bk_status bki_duties_apply(bk_context *ctx, bk_trade_solver *solver, const bk_trade_shock *shock);
/* What the pools give and take at the market last swept, where revenue [stride] is what each region levies, money: into
 * solver->duty_transfer. */
void bki_pool_duties(bk_trade_solver *solver, const double *revenue);

/* Whether and how labour moves into solver->shocked, with the conditions checked. */
bk_status bki_mobility_apply(bk_context *ctx, bk_trade_solver *solver, const bk_trade_shock *shock);
void      bki_labour_gaps(bk_trade_solver *solver, const bki_state *at);
void      bki_move_labour(const bk_trade_solver *solver, const bki_state *from, const bki_state *to);

/* BK_ERR_NO_SOLUTION, with region and sector named, where no finite wages and prices can clear the markets. */
bk_status bki_check_feasible(bk_context *ctx, bk_trade_solver *solver);

/* One price, one expenditure and one wage step: g from u, and the distance of u. */
void bki_sweep(bk_context *ctx, bk_trade_solver *solver);

/* Scales payrolls so that every group of regions keeps its value added. */
void bki_scale_payroll(const bk_trade_solver *solver, double *log_payroll);

/* The part of a sweep that depends on wage_step and self_supply: g from what the sweep found missing. */
void bki_move(bk_trade_solver *solver);

/* Sets wage_step and self_supply from the elasticity of each region's own labour demand at the iterate last swept. */
void bki_wage_steps(bk_trade_solver *solver);

/* The start of a solve without a neighbour: nothing changes. */
void bki_start_from_base(bk_trade_solver *solver);

/* Prices, outputs and revenues at given wages: accelerated sweeps until `goods` is within tolerance.  False if they did
 * not get there. */
bk_status bki_settle(bk_context *ctx, bk_trade_solver *solver, double tolerance, bool *settled);

/* Newton's method on the wages, prices and outputs settled at each.  Slow and sure: for where acceleration stalls. */
bk_status bki_newton(bk_context *ctx, bk_trade_solver *solver, double tolerance);

/* Sweeps with acceleration until the distance is within tolerance; Newton's method where they stall. */
bk_status bki_iterate(bk_context *ctx, bk_trade_solver *solver, double tolerance, int max_iterations);

#endif
