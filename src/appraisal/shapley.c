#include "buckle/appraisal.h"

#include <math.h>

#define MOST_PLAYERS 30

static bk_status
check_worths(bk_context *ctx, size_t n_players, const double *worth)
{
    if (n_players == 0 || n_players > MOST_PLAYERS)
        return bk_fail(ctx, BK_ERR_VALUE, "a game of %zu players; between 1 and %d can be solved exactly", n_players,
                       MOST_PLAYERS);
    for (size_t coalition = 0; coalition < (size_t)1 << n_players; coalition++)
        if (!isfinite(worth[coalition]))
            return bk_fail(ctx, BK_ERR_VALUE, "the worth of coalition %zu is not a finite number", coalition);
    return BK_OK;
}

/* s! (n - s - 1)! / n! for s = 0 .. n - 1: 1 / (n binomial(n - 1, s)). */
static void
shapley_weights(size_t n, double *weight)
{
    double binomial = 1.0;

    for (size_t s = 0; s < n; s++) {
        weight[s] = 1.0 / ((double)n * binomial);
        binomial = binomial * (double)(n - 1 - s) / (double)(s + 1);
    }
}

/* Both values are, with w(s) the weight of joining s others,
 *
 *     value_i = sum over S with i of (w(|S|-1) + w(|S|)) v(S)  -  sum over all S of w(|S|) v(S),
 *
 * so one pass over the worths serves every player.  It goes in blocks of coalitions that differ in their low bits; a
 * block is folded in half bit by bit, each upper half being the coalitions with that bit. */
enum { BLOCK_BITS = 11, BLOCK = 1 << BLOCK_BITS };

typedef struct value_pass {
    size_t        n_players, n_low; /* players whose bit lies inside a block */
    const double *worth;            /* [2^n_players] */
    const double *with, *all; /* [n_players + 1] dimensionless, by size: w(s-1) + w(s), and w(s); 0 beyond the ends */
    double       *part;       /* [n_low + 2][n_blocks] of the low players, of the block as a whole, and of `all` */
} value_pass;

static void
fold_block(void *state, size_t block, size_t worker)
{
    const value_pass *pass = state;
    const size_t      n_blocks = (size_t)1 << (pass->n_players - pass->n_low), size = (size_t)1 << pass->n_low;
    const size_t      high = (size_t)__builtin_popcountll(block);
    const double     *worth = &pass->worth[block * size];
    double            fold[BLOCK], sum = 0.0;

    (void)worker;
    for (size_t s = 0; s < size; s++) {
        const size_t members = high + (size_t)__builtin_popcountll(s);
        fold[s] = pass->with[members] * worth[s];
        sum += pass->all[members] * worth[s];
    }
    pass->part[(pass->n_low + 1) * n_blocks + block] = sum;
    for (size_t player = pass->n_low; player-- > 0;) {
        const size_t half = (size_t)1 << player;
        sum = 0.0;
        for (size_t s = 0; s < half; s++) {
            sum += fold[half + s];
            fold[s] += fold[half + s];
        }
        pass->part[player * n_blocks + block] = sum;
    }
    pass->part[pass->n_low * n_blocks + block] = fold[0];
}

/* Adds up what the blocks found, compensated, so that the error stays that of a block. */
static void
gather(const value_pass *pass, double *scratch, double *value)
{
    const size_t  n_blocks = (size_t)1 << (pass->n_players - pass->n_low);
    const double *whole = &pass->part[pass->n_low * n_blocks];
    const double  rest = bk_sum(&pass->part[(pass->n_low + 1) * n_blocks], n_blocks);

    for (size_t i = 0; i < pass->n_low; i++)
        value[i] = bk_sum(&pass->part[i * n_blocks], n_blocks) - rest;
    for (size_t i = pass->n_low; i < pass->n_players; i++) {
        for (size_t b = 0; b < n_blocks; b++)
            scratch[b] = b >> (i - pass->n_low) & 1 ? whole[b] : 0.0;
        value[i] = bk_sum(scratch, n_blocks) - rest;
    }
}

/* `weight` [n_players] of joining s others. */
static bk_status
values_by_weight(bk_context *ctx, size_t n, const double *worth, const double *weight, double *value)
{
    const size_t n_low = n < BLOCK_BITS ? n : BLOCK_BITS, n_blocks = (size_t)1 << (n - n_low);
    double       with[MOST_PLAYERS + 1], all[MOST_PLAYERS + 1];
    bk_arena     scratch;

    bk_arena_init(&scratch, ctx);
    double   *part = BK_NEW(&scratch, double, (n_low + 2) * n_blocks), *row = BK_NEW(&scratch, double, n_blocks);
    bk_status status = bk_arena_ok(&scratch);
    if (status == BK_OK) {
        for (size_t s = 0; s <= n; s++) {
            all[s] = s < n ? weight[s] : 0.0;
            with[s] = all[s] + (s > 0 ? weight[s - 1] : 0.0);
        }
        value_pass pass = {n, n_low, worth, with, all, part};
        bk_parallel(ctx, n_blocks, fold_block, &pass);
        gather(&pass, row, value);
    }
    bk_arena_release(&scratch);
    return status;
}

bk_status
bk_shapley(bk_context *ctx, size_t n_players, const double *worth, double *value)
{
    double weight[MOST_PLAYERS];

    BK_TRY(check_worths(ctx, n_players, worth));
    shapley_weights(n_players, weight);
    return values_by_weight(ctx, n_players, worth, weight, value);
}

void
bk_shapley_order(uint64_t seed, uint64_t index, size_t n_players, uint32_t *order)
{
    for (size_t i = 0; i < n_players; i++)
        order[i] = (uint32_t)i;
    for (size_t i = n_players; i-- > 1;) {
        const size_t   j = (size_t)(bk_uniform(seed, index / 2, i) * (double)(i + 1));
        const uint32_t moved = order[i];
        order[i] = order[j];
        order[j] = moved;
    }
    for (size_t i = 0; index % 2 == 1 && i < n_players / 2; i++) {
        const uint32_t moved = order[i];
        order[i] = order[n_players - 1 - i];
        order[n_players - 1 - i] = moved;
    }
}

bk_status
bk_banzhaf(bk_context *ctx, size_t n_players, const double *worth, double *value)
{
    double weight[MOST_PLAYERS];

    BK_TRY(check_worths(ctx, n_players, worth));
    for (size_t s = 0; s < n_players; s++)
        weight[s] = ldexp(1.0, -(int)(n_players - 1));
    return values_by_weight(ctx, n_players, worth, weight, value);
}

/* s! (n - s - 2)! / (n - 1)! over the coalitions without either of the pair. */
static double
pair_interaction(size_t n, const double *worth, const double *weight, size_t first, size_t second)
{
    const size_t a = (size_t)1 << first, b = (size_t)1 << second;
    double       sum = 0.0;

    for (size_t coalition = 0; coalition < (size_t)1 << n; coalition++)
        if ((coalition & (a | b)) == 0)
            sum += weight[__builtin_popcountll(coalition)] *
                   ((worth[coalition | a | b] - worth[coalition | a]) - (worth[coalition | b] - worth[coalition]));
    return sum;
}

bk_status
bk_shapley_interactions(bk_context *ctx, size_t n_players, const double *worth, double *interaction)
{
    double weight[MOST_PLAYERS];

    BK_TRY(check_worths(ctx, n_players, worth));
    if (n_players > 1)
        shapley_weights(n_players - 1, weight);
    for (size_t i = 0; i < n_players; i++) {
        interaction[i * n_players + i] = 0.0;
        for (size_t j = 0; j < i; j++) {
            const double together = pair_interaction(n_players, worth, weight, i, j);
            interaction[i * n_players + j] = together;
            interaction[j * n_players + i] = together;
        }
    }
    return BK_OK;
}
