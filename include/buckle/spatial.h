/* What every link is worth in an economic geography whose people move and whose roads fill (Allen & Arkolakis 2022): a
 * state is told by traffic, incomes and labour alone, and one adjoint solve values all of its links. */
#ifndef BUCKLE_SPATIAL_H
#define BUCKLE_SPATIAL_H

#include "buckle/base.h"

typedef struct bk_spatial {
    size_t          n_places, n_links;
    const uint32_t *from, *to;                 /* [n_links] places; each direction is a link of its own */
    const double   *traffic;                   /* [n_links] value that passes, share of world income, >= 0 */
    const double   *income;                    /* [n_places] earned and spent, share of world income, > 0 */
    const double   *labour;                    /* [n_places] share of the world's, > 0 */
    double          elasticity;                /* theta > 0, of trade in costs and of travellers among routes */
    double          agglomeration, congestion; /* alpha, beta: exponents of productivity and utility in labour */
    double          crowding;                  /* lambda >= 0: exponent of a link's cost in its traffic */
} bk_spatial;

/**
 * Elasticity of everyone's utility with respect to the free-flow cost of each link, its sign turned: > 0 where a
 * cheaper link is a gain.
 *
 * Source   Allen & Arkolakis (2022, Review of Economic Studies 89), equations 36 and 37 to first order; where nothing
 *          distorts (alpha = beta = lambda = 0) the value of a link is its traffic (Hulten 1978)
 * Checked  tests/validation/allenarkolakis2022_grid
 * Input    what enters a place must leave it, to 1e-6 of the traffic through it
 * Output   `value` [n_links]
 * Memory   and time grow with the square of the network's band, about the places across its narrow side
 * Returns  BK_OK, BK_ERR_VALUE (shares, links or traffic out of range or out of balance), BK_ERR_NO_SOLUTION (the state
 *          does not determine utility), BK_ERR_NO_MEMORY
 */
bk_status bk_spatial_values(bk_context *ctx, const bk_spatial *spatial, double *value);

#endif
