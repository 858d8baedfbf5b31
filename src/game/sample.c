/* Shapley's value from orders of arrival drawn at random, each as likely as any other (Fisher & Yates). */
#include "buckle/game.h"

#include <math.h>

enum { MOST_SAMPLED = 63 };

/* Means and sums of squares as draws come in (Welford 1962). */
typedef struct moments {
    double *mean;    /* [n] unit of the worths */
    double *squares; /* [n] its square */
} moments;

static void
take_in(moments *tally, size_t player, double added, size_t draw)
{
    const double before = added - tally->mean[player];

    tally->mean[player] += before / (double)(draw + 1);
    tally->squares[player] += before * (added - tally->mean[player]);
}

bk_status
bk_shapley_sample(bk_context *ctx, size_t n_players, bk_worth_function worth, void *state, size_t n_orders,
                  uint64_t seed, double *value, double *standard_error)
{
    uint32_t order[MOST_SAMPLED];
    moments  tally = {value, standard_error};
    double   nobody;

    if (n_players == 0 || n_players > MOST_SAMPLED || n_orders < 2)
        return bk_fail(ctx, BK_ERR_VALUE,
                       "a sample of %zu orders of %zu players; at least 2 of 1 to %d players are needed", n_orders,
                       n_players, MOST_SAMPLED);
    for (size_t i = 0; i < n_players; i++)
        value[i] = standard_error[i] = 0.0;
    BK_TRY(worth(state, 0, &nobody));
    for (size_t draw = 0; draw < n_orders; draw++) {
        uint64_t coalition = 0;
        double   before = nobody;
        bk_shapley_order(seed, 2 * draw, n_players, order); /* no reverses: draws are independent */
        for (size_t i = 0; i < n_players; i++) {
            double after;
            coalition |= (uint64_t)1 << order[i];
            BK_TRY(worth(state, coalition, &after));
            take_in(&tally, order[i], after - before, draw);
            before = after;
        }
        if (bk_cancelled(ctx))
            return bk_fail(ctx, BK_ERR_CANCELLED, "interrupted");
    }
    for (size_t i = 0; i < n_players; i++)
        standard_error[i] = sqrt(standard_error[i] / (double)(n_orders - 1) / (double)n_orders);
    return BK_OK;
}
