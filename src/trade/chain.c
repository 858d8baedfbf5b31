/* The chain of prices through inputs and shares, and of spending back through them:
 *     x = right + share input x      (by columns: x = right + input' share' x)
 * Regions buy most of what they use at home, so each region's own block is inverted and the rest iterated; for shares
 * that are not negative this is a regular splitting, which converges wherever the plain series does, and faster
 * (Varga 1962). */
#include "base/clones.h"
#include "base/lu.h"
#include "trade/response.h"

#include <math.h>
#include <string.h>

enum { TURNS = 2000 };
static const double EXACT = 1e-14, CLOSE_ENOUGH = 1e-11; /* of the largest entry of a column */

BKI_CLONES void
bki_add_scaled(size_t n, double factor, const double *restrict x, double *restrict y)
{
    for (size_t i = 0; i < n; i++)
        y[i] += factor * x[i];
}

BKI_CLONES void
bki_share_mix(const bk_trade_base *base, const double *share, bool transposed, size_t width, const double *x, double *y)
{
    const size_t n_regions = base->n_regions;

    for (size_t j = 0; j < base->n_sectors; j++)
        for (size_t n = 0; n < n_regions; n++)
            for (size_t i = 0; i < n_regions; i++) {
                const double factor = share[(j * n_regions + n) * n_regions + i];
                const double *restrict from = x + (j * n_regions + (transposed ? n : i)) * width;
                double *restrict to = y + (j * n_regions + (transposed ? i : n)) * width;
                for (size_t c = 0; factor != 0.0 && c < width; c++)
                    to[c] += factor * from[c];
            }
}

BKI_CLONES void
bki_input_mix(const bk_trade_base *base, bool transposed, size_t width, const double *x, double *y)
{
    const size_t n_regions = base->n_regions, n_sectors = base->n_sectors;

    for (size_t j = 0; j < n_sectors; j++)
        for (size_t k = 0; k < n_sectors; k++)
            for (size_t n = 0; n < n_regions; n++) {
                const double factor = base->input[bki_at(base, j * n_sectors + k, n)];
                const double *restrict from = x + ((transposed ? j : k) * n_regions + n) * width;
                double *restrict to = y + ((transposed ? k : j) * n_regions + n) * width;
                for (size_t c = 0; factor != 0.0 && c < width; c++)
                    to[c] += factor * from[c];
            }
}

/* y += inverse of the own blocks x */
BKI_CLONES static void
own_mix(const bk_trade_base *base, const double *own, bool transposed, size_t width, const double *x, double *y)
{
    const size_t n_regions = base->n_regions, n_sectors = base->n_sectors;

    for (size_t n = 0; n < n_regions; n++)
        for (size_t j = 0; j < n_sectors; j++)
            for (size_t k = 0; k < n_sectors; k++) {
                const double factor = own[(n * n_sectors + (transposed ? k : j)) * n_sectors + (transposed ? j : k)];
                const double *restrict from = x + (k * n_regions + n) * width;
                double *restrict to = y + (j * n_regions + n) * width;
                for (size_t c = 0; factor != 0.0 && c < width; c++)
                    to[c] += factor * from[c];
            }
}

bk_status
bki_chain_create(bk_context *ctx, const bk_trade_base *base, const double *share, bk_arena *arena, bki_chain *chain)
{
    const size_t n_sectors = base->n_sectors, n_regions = base->n_regions, size = n_sectors * n_sectors;
    double      *own = BK_NEW(arena, double, n_regions *size);
    double      *matrix = BK_NEW(arena, double, size);
    uint32_t    *row = BK_NEW(arena, uint32_t, n_sectors);

    BK_TRY(bk_arena_ok(arena));
    for (size_t n = 0; n < n_regions; n++) {
        for (size_t j = 0; j < n_sectors; j++)
            for (size_t k = 0; k < n_sectors; k++) {
                const double at_home = share[(j * n_regions + n) * n_regions + n];
                own[n * size + j * n_sectors + k] = j == k ? 1.0 : 0.0;
                matrix[j * n_sectors + k] =
                    (j == k ? 1.0 : 0.0) - at_home * base->input[bki_at(base, j * n_sectors + k, n)];
            }
        if (!bki_lu_factor(n_sectors, matrix, row))
            return bk_fail(ctx, BK_ERR_NO_SOLUTION, "region %s uses up all it makes: its prices are not determined",
                           base->economy->regions[n].id);
        bki_lu_solve(n_sectors, matrix, row, n_sectors, own + n * size);
    }
    *chain = (bki_chain){share, own};
    return BK_OK;
}

/* Largest entry of x over that of y in the same column. */
static double
largest_ratio(size_t rows, size_t width, const double *x, const double *y)
{
    double largest = 0.0;

    for (size_t c = 0; c < width; c++) {
        double above = 0.0, below = 0.0;
        for (size_t r = 0; r < rows; r++) {
            above = fmax(above, fabs(x[r * width + c]));
            below = fmax(below, fabs(y[r * width + c]));
        }
        largest = fmax(largest, above > 0.0 ? above / below : 0.0);
    }
    return largest;
}

bk_status
bki_chain_solve(bk_context *ctx, const bk_trade_base *base, const bki_chain *chain, bool transposed, size_t width,
                double *x, double *right, double *mixed, double *missing)
{
    const size_t rows = base->n_sectors * base->n_regions, n = rows * width;
    double       last = INFINITY;

    memcpy(right, x, n * sizeof *x);
    for (int turn = 0; turn < TURNS; turn++) {
        memset(mixed, 0, n * sizeof *mixed);
        for (size_t i = 0; i < n; i++)
            missing[i] = right[i] - x[i];
        if (transposed) {
            bki_share_mix(base, chain->share, true, width, x, mixed);
            bki_input_mix(base, true, width, mixed, missing);
        } else {
            bki_input_mix(base, false, width, x, mixed);
            bki_share_mix(base, chain->share, false, width, mixed, missing);
        }
        const double ratio = largest_ratio(rows, width, missing, x);
        if (ratio <= EXACT || (ratio <= CLOSE_ENOUGH && ratio > 0.5 * last))
            return BK_OK;
        own_mix(base, chain->own, transposed, width, missing, x);
        last = ratio;
    }
    return bk_fail_hint(ctx, BK_ERR_NOT_CONVERGED, "check input shares that are negative or add up to more than 1",
                        "the answer of prices to costs was not found in %d turns", TURNS);
}
