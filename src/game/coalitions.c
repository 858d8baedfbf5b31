#include "game/coalitions.h"

#include <math.h>
#include <string.h>

bk_status
bki_game_check(bk_context *ctx, size_t n, const double *worth)
{
    if (n == 0 || n > BK_MOST_PLAYERS)
        return bk_fail(ctx, BK_ERR_VALUE, "a game of %zu players; between 1 and %d can be solved", n, BK_MOST_PLAYERS);
    for (size_t s = 0; s < (size_t)1 << n; s++)
        if (!isfinite(worth[s]))
            return bk_fail(ctx, BK_ERR_VALUE, "the worth of coalition %zu is not a finite number", s);
    if (worth[0] != 0.0)
        return bk_fail_hint(ctx, BK_ERR_VALUE, "take it off every worth",
                            "the worth of the empty coalition is %g, must be 0", worth[0]);
    return BK_OK;
}

void
bki_coalition_sums(size_t n, const double *x, double *sum)
{
    sum[0] = 0.0;
    for (size_t i = 0; i < n; i++) {
        const size_t half = (size_t)1 << i;
        for (size_t s = 0; s < half; s++)
            sum[half + s] = sum[s] + x[i];
    }
}

bk_status
bki_game_create(bk_context *ctx, size_t n_players, const double *worth, bk_arena *arena, bki_game *out)
{
    const size_t n_coalitions = (size_t)1 << (n_players <= BK_MOST_PLAYERS ? n_players : 0);
    double       largest = 0.0, scale = 0.0;

    BK_TRY(bki_game_check(ctx, n_players, worth));
    *out = (bki_game){.n = n_players,
                      .worth = BK_NEW(arena, double, n_coalitions),
                      .alone = BK_NEW(arena, double, n_players),
                      .sum = BK_NEW(arena, double, n_coalitions)};
    BK_TRY(bk_arena_ok(arena));
    for (size_t i = 0; i < n_players; i++)
        out->alone[i] = worth[(size_t)1 << i];
    bki_coalition_sums(n_players, out->alone, out->sum);
    for (size_t s = 0; s < n_coalitions; s++) {
        out->worth[s] = worth[s] - out->sum[s];
        largest = fmax(largest, fmax(fabs(worth[s]), fabs(out->sum[s])));
        scale = fmax(scale, fabs(out->worth[s]));
    }
    /* What is left of an additive game is rounding, no game. */
    const double rounding = 4e-16 * (double)n_players * largest;
    const bool   additive = scale <= rounding;
    out->scale = additive ? 1.0 : scale;
    out->tolerance = additive ? 1e-12 : fmax(1e-12, rounding / scale);
    for (size_t s = 0; s < n_coalitions; s++)
        out->worth[s] = additive ? 0.0 : out->worth[s] / scale;
    return BK_OK;
}

/* ---- what is fixed ---------------------------------------------------------------------------------------------- */

/* Minors of 0-1 matrices are whole numbers, so what is not 0 is far from it. */
static const double nothing = 1e-9;

/* Row operations with the largest pivot of the row; marks pivot columns; returns the rank. */
static size_t
reduce(size_t n, double *rows, size_t n_rows, uint32_t *pivot_of)
{
    size_t rank = 0;

    for (size_t r = 0; r < n_rows; r++) {
        double *row = &rows[r * n];
        size_t  best = 0;
        for (size_t k = 0; k < rank; k++) {
            const double *other = &rows[k * n], factor = row[pivot_of[k]];
            for (size_t i = 0; i < n; i++)
                row[i] -= factor * other[i];
        }
        for (size_t i = 1; i < n; i++)
            if (fabs(row[i]) > fabs(row[best]))
                best = i;
        if (fabs(row[best]) <= nothing)
            continue;
        const double pivot = row[best];
        for (size_t i = 0; i < n; i++)
            rows[rank * n + i] = row[i] / pivot;
        for (size_t k = 0; k < rank; k++) {
            const double factor = rows[k * n + best];
            for (size_t i = 0; i < n; i++)
                rows[k * n + i] -= factor * rows[rank * n + i];
        }
        pivot_of[rank++] = (uint32_t)best;
    }
    return rank;
}

void
bki_freedom_find(size_t n, const uint32_t *fixed, size_t n_fixed, double *scratch, bki_freedom *out)
{
    uint32_t pivot_of[BK_MOST_PLAYERS];
    bool     is_pivot[BK_MOST_PLAYERS] = {false};

    for (size_t r = 0; r < n_fixed; r++)
        for (size_t i = 0; i < n; i++)
            scratch[r * n + i] = fixed[r] >> i & 1;
    const size_t rank = reduce(n, scratch, n_fixed, pivot_of);
    for (size_t k = 0; k < rank; k++)
        is_pivot[pivot_of[k]] = true;
    out->n_directions = 0;
    for (size_t i = 0; i < n; i++)
        if (!is_pivot[i])
            out->free[out->n_directions++] = (uint32_t)i;
    memset(out->direction, 0, n * out->n_directions * sizeof *out->direction);
    for (size_t d = 0; d < out->n_directions; d++) {
        out->direction[out->free[d] * out->n_directions + d] = 1.0;
        for (size_t k = 0; k < rank; k++)
            out->direction[pivot_of[k] * out->n_directions + d] = -scratch[k * n + out->free[d]];
    }
}

void
bki_freedom_mark(size_t n, const bki_freedom *freedom, double *sum, bool *held)
{
    const size_t n_coalitions = (size_t)1 << n;

    memset(held, true, n_coalitions * sizeof *held);
    for (size_t d = 0; d < freedom->n_directions; d++) {
        double along[BK_MOST_PLAYERS];
        for (size_t i = 0; i < n; i++)
            along[i] = freedom->direction[i * freedom->n_directions + d];
        bki_coalition_sums(n, along, sum);
        for (size_t s = 0; s < n_coalitions; s++)
            held[s] = held[s] && fabs(sum[s]) <= nothing;
    }
}
