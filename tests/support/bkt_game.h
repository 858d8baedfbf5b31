/* Games to test with: closed forms, and random ones. */
#ifndef BKT_GAME_H
#define BKT_GAME_H

#include "bkt.h"
#include "buckle/game.h"

static inline double *
bkt_worths(size_t n)
{
    double *worth = calloc((size_t)1 << n, sizeof *worth);
    if (worth == NULL)
        abort();
    return worth;
}

static inline double
bkt_members_sum(const double *x, size_t n, size_t coalition)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += coalition >> i & 1 ? x[i] : 0.0;
    return sum;
}

/* Bankruptcy (O'Neill 1982): what is left of the estate once everybody else is paid in full. */
static inline double *
bkt_bankruptcy(size_t n, const double *claim, double estate)
{
    double *worth = bkt_worths(n), total = 0.0;
    for (size_t i = 0; i < n; i++)
        total += claim[i];
    for (size_t s = 1; s < (size_t)1 << n; s++)
        worth[s] = fmax(0.0, estate - (total - bkt_members_sum(claim, n, s)));
    return worth;
}

/* Constrained equal awards of `estate` among claims; `claim` is sorted upwards. */
static inline void
bkt_equal_awards(size_t n, const double *claim, double estate, double *award)
{
    for (size_t i = 0; i < n; i++) {
        award[i] = fmin(claim[i], estate / (double)(n - i));
        estate -= award[i];
    }
}

/* The nucleolus of a bankruptcy game is the Talmud's rule (Aumann & Maschler 1985): equal awards of half-claims while
 * the estate is at most half of all claims, equal losses of them beyond. */
static inline void
bkt_talmud(size_t n, const double *claim, double estate, double *award)
{
    double half[32], total = 0.0;
    for (size_t i = 0; i < n; i++) {
        half[i] = claim[i] / 2.0;
        total += claim[i];
    }
    bkt_equal_awards(n, half, fmin(estate, total - estate), award);
    for (size_t i = 0; estate > total / 2.0 && i < n; i++)
        award[i] = claim[i] - award[i];
}

/* Airport (Littlechild & Owen 1973): a coalition pays for its largest need. */
static inline double *
bkt_airport(size_t n, const double *need)
{
    double *worth = bkt_worths(n);
    for (size_t s = 1; s < (size_t)1 << n; s++)
        for (size_t i = 0; i < n; i++)
            if (s >> i & 1)
                worth[s] = fmin(worth[s], -need[i]);
    return worth;
}

/* The nucleolus of an airport game, what players 0 .. n - 1 (needs upwards) pay (Littlechild 1974, as Owen 1995 chapter
 * XIII writes it): with r = the smallest over k of (c_k - what was paid by those before) / (number left before k + 1),
 * the last group taking the rest. */
static inline void
bkt_airport_nucleolus(size_t n, const double *need, double *payment)
{
    double paid = 0.0;
    for (size_t from = 0; from < n;) {
        double best = (need[n - 1] - paid) / (double)(n - from);
        size_t until = n;
        for (size_t k = from; k + 1 < n; k++)
            if ((need[k] - paid) / (double)(k - from + 2) <= best) {
                best = (need[k] - paid) / (double)(k - from + 2);
                until = k + 1;
            }
        for (size_t i = from; i < until; i++) {
            payment[i] = best;
            paid += best;
        }
        from = until;
    }
}

static inline double *
bkt_weighted_vote(size_t n, const double *weight, double quota)
{
    double *worth = bkt_worths(n);
    for (size_t s = 0; s < (size_t)1 << n; s++)
        worth[s] = bkt_members_sum(weight, n, s) >= quota ? 1.0 : 0.0;
    return worth;
}

static inline double *
bkt_random_game(size_t n, uint64_t seed)
{
    double *worth = bkt_worths(n);
    for (size_t s = 1; s < (size_t)1 << n; s++)
        worth[s] = bk_uniform(seed, 1, s) * (double)__builtin_popcountll(s);
    return worth;
}

#endif
