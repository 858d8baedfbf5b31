/* The trade equilibrium to first order at a solved state: what changes of costs, tariffs, productivity and transfers do
 * to spending, costs, prices and real income, and the same read backwards.
 *
 * With dots for changes of logarithms (p, c, W wage bill, L labour) and of money (X, Y, M, O), M trade before tariff,
 * share = M (1 + t) / X, net = M / X, everything at the state:
 *     c_jn   = B_jn (W_n - L_n) - agglomeration L_n - a_jn + sum_k input_jkn p_kn
 *     p_jn   = sum_i share_nij c_ji + push_jn,          push_jn = sum_i share_nij (d + (1+t))_nij
 *     M_nij  = net_nij X_jn + theta M_nij (p_jn - c_ji) + direct_nij
 *     Y_ji   = sum_n M_nij;      X_jn = alpha_jn (V_n W_n + O_n) + sum_k input_kjn Y_kn
 *     O_n    = duties + pooled duties + deficit by its rule + transfers
 * Inside, for given W, O and L, prices and spending are two linear systems, I - share input and I - input' net', which
 * are solved by iteration with each region's own block inverted: the rest, what goes round through other regions, is
 * small.  Outside, W, O and L of all regions are a small dense system, factored once. */
#ifndef TRADE_RESPONSE_H
#define TRADE_RESPONSE_H

#include "trade/calibrate.h"

/* I - share input of one share matrix: prices are read along its rows, spending along its columns. */
typedef struct bki_chain {
    const double *share; /* [n_sectors][importer][exporter] ratio */
    const double *own;   /* [n_regions][n_sectors][n_sectors] ratio, inverse of each region's own block */
} bki_chain;

/* Blocks of columns: [n_sectors][n_regions][width], columns innermost, or [n_regions][width]. */
typedef struct bki_push { /* what moves trade; forwards a change, backwards a gradient; NULL: none */
    size_t  width;
    double *price;        /* [n_sectors][n_regions][width] change of ln price at given costs */
    double *sales;        /* [n_sectors][n_regions][width] money, of output at given spending, prices and costs */
    double *revenue;      /* [n_regions][width] money, the same of duties levied */
    double *duty;         /* [n_regions][width] money, of those of them that a union pools */
    double *transfer;     /* [n_regions][width] money received from elsewhere */
    double *productivity; /* [n_sectors][n_regions][width] logarithm */
} bki_push;

typedef struct bki_answer { /* forwards changes, backwards the weights of a sum of them */
    size_t  width;
    double *spend;   /* [n_sectors][n_regions][width] money */
    double *cost;    /* [n_sectors][n_regions][width] logarithm of unit cost */
    double *price;   /* [n_sectors][n_regions][width] logarithm */
    double *welfare; /* [n_regions][width] logarithm of real income */
} bki_answer;

typedef struct bki_response {
    const bk_trade_base     *base;
    const bk_trade_solution *solution;
    const double            *tariff;     /* [cells] ad valorem, at the state */
    const double            *elasticity; /* [n_sectors] theta */
    const uint32_t          *pool;       /* [n_regions] union that pools duties, or NULL */
    const double            *quota;      /* [n_regions] share of the pool */
    bki_chain                gross, net; /* shares with and without tariff */
    const double            *output;     /* [n_sectors][n_regions] money */
    const double            *payroll;    /* [n_regions] money, V W */
    const double            *keep;       /* [n_regions] money, income that welfare counts */
    double                   agglomeration, crowding;
    const uint32_t          *labour_pool;        /* [n_regions] within which labour moves, or NULL: it does not */
    const double            *labour;             /* [n_regions] weight of each region's labour at the base */
    const double            *labour_now;         /* [n_regions] the same at the state */
    const double            *deficit_by_payroll; /* [n_regions][n_regions] money per money of (V W or duties) */
    const uint32_t *anchor; /* [n_regions] its component of trade; the region of the same number stands for it */
    size_t          n_outer;
    const double   *outer;     /* [n_outer][n_outer] the outer system, factored */
    const uint32_t *outer_row; /* [n_outer] */
    bki_answer      unit;      /* of the outer unknowns, one by one: width n_outer */
} bki_response;

/* Input `shock` and `solution` belong together and, with the base, outlive the response.
 * Returns BK_OK, BK_ERR_NO_SOLUTION (wages that the state does not determine), BK_ERR_NOT_CONVERGED, BK_ERR_NO_MEMORY
 */
bk_status bki_response_create(bk_context *ctx, const bk_trade_base *base, const bk_trade_shock *shock,
                              const bk_trade_solution *solution, bk_arena *arena, const bki_response **out);

/* answer = response to push; fields of either that are NULL are 0, and not wanted. */
bk_status bki_response_forward(bk_context *ctx, const bki_response *response, const bki_push *push,
                               const bki_answer *answer);
/* For the sum over answers of weight x change: its gradient with respect to every push. */
bk_status bki_response_backward(bk_context *ctx, const bki_response *response, const bki_answer *weight,
                                const bki_push *push);

/* Whether duties on goods of exporter i go to the pool of importer n. */
static inline bool
bki_response_pools(const bki_response *response, size_t n, size_t i)
{
    return response->pool != NULL && response->pool[n] != BK_NONE && response->pool[n] != response->pool[i];
}

/* Gradient of the sum with respect to the ln cost factor and ln(1 + tariff) of a cell, of one column: what the push
 * gives, and `direct` per money of the cell's trade that the sum counts by itself. */
void bki_response_cell(const bki_response *response, const bki_push *push, size_t column, size_t cell, double direct,
                       double *cost, double *tariff);

/* ---- the parts, for response.c alone ---------------------------------------------------------------------------- */

typedef struct bki_inner { /* everything inside at given outer changes */
    size_t  width;
    double *start;                 /* [n_sectors][n_regions][width] logarithm, cost before inputs */
    double *price, *cost;          /* [n_sectors][n_regions][width] logarithm */
    double *made, *sales, *spend;  /* [n_sectors][n_regions][width] money; made: of sales at given spending */
    double *income, *revenue;      /* [n_regions][width] money; revenue: duties and pooled duties */
    double *levied;                /* [n_regions][width] money, of the pooled duties */
    double *welfare;               /* [n_regions][width] logarithm */
    double *room, *more, *missing; /* [n_sectors][n_regions][width] of the iteration; any unit */
} bki_inner;

bk_status bki_inner_create(const bki_response *response, size_t width, bk_arena *arena, bki_inner *inner);
bk_status bki_inner_forward(bk_context *ctx, const bki_response *response, const bki_push *push, const double *outer,
                            bki_inner *inner);
/* `weight` may be NULL, `by_outer` [n_outer][width] the multipliers of the outer equations. */
bk_status bki_inner_backward(bk_context *ctx, const bki_response *response, const bki_answer *weight,
                             const double *by_outer, bki_inner *inner, const bki_push *push);
/* What is missing of the outer equations, into [n_outer][width]. */
void bki_outer_missing(const bki_response *response, const bki_push *push, const double *outer, const bki_inner *inner,
                       double *missing);

/* ---- chain.c ---------------------------------------------------------------------------------------------------- */

bk_status bki_chain_create(bk_context *ctx, const bk_trade_base *base, const double *share, bk_arena *arena,
                           bki_chain *chain);
/* x = right + share input x in place of `x`, which holds `right`; room of the same size thrice. */
bk_status bki_chain_solve(bk_context *ctx, const bk_trade_base *base, const bki_chain *chain, bool transposed,
                          size_t width, double *x, double *room, double *more, double *missing);
/* y += share x by rows, or by columns; y += input x, or input' x. */
void bki_share_mix(const bk_trade_base *base, const double *share, bool transposed, size_t width, const double *x,
                   double *y);
void bki_input_mix(const bk_trade_base *base, bool transposed, size_t width, const double *x, double *y);
/* y[i] += factor x[i] */
void bki_add_scaled(size_t n, double factor, const double *x, double *y);

#endif
