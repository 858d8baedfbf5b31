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

/* Sum over coalitions without `player` of weight[size] times its marginal worth, compensated (Neumaier 1974).  Walks
 * the coalitions in blocks of consecutive ones that differ in the bits below the player's. */
static double
weighted_marginals(size_t n, const double *worth, const double *weight, size_t player)
{
    const size_t bit = (size_t)1 << player, n_coalitions = (size_t)1 << n;
    double       sum = 0.0, lost = 0.0;

    for (size_t high = 0; high < n_coalitions; high += 2 * bit)
        for (size_t coalition = high; coalition < high + bit; coalition++) {
            const double term = weight[__builtin_popcountll(coalition)] * (worth[coalition | bit] - worth[coalition]);
            const double next = sum + term;
            lost += fabs(sum) >= fabs(term) ? (sum - next) + term : (term - next) + sum;
            sum = next;
        }
    return sum + lost;
}

typedef struct value_task {
    size_t        n_players;
    const double *worth;  /* [2^n_players] */
    const double *weight; /* [n_players] dimensionless */
    double       *value;  /* [n_players] */
} value_task;

static void
value_of_player(void *state, size_t player, size_t worker)
{
    const value_task *task = state;

    (void)worker;
    task->value[player] = weighted_marginals(task->n_players, task->worth, task->weight, player);
}

bk_status
bk_shapley(bk_context *ctx, size_t n_players, const double *worth, double *value)
{
    double weight[MOST_PLAYERS];

    BK_TRY(check_worths(ctx, n_players, worth));
    shapley_weights(n_players, weight);
    bk_parallel(ctx, n_players, value_of_player, &(value_task){n_players, worth, weight, value});
    return BK_OK;
}

bk_status
bk_banzhaf(bk_context *ctx, size_t n_players, const double *worth, double *value)
{
    double weight[MOST_PLAYERS];

    BK_TRY(check_worths(ctx, n_players, worth));
    for (size_t s = 0; s < n_players; s++)
        weight[s] = ldexp(1.0, -(int)(n_players - 1));
    bk_parallel(ctx, n_players, value_of_player, &(value_task){n_players, worth, weight, value});
    return BK_OK;
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
