/* What kind of game it is: each property by its definition, over all coalitions. */
#include "game/coalitions.h"

#include <math.h>
#include <string.h>

typedef struct inspection {
    size_t        n, n_coalitions;
    const double *worth; /* [2^n] unit of the game */
    double        equal; /* unit of the game; worths closer than this do not differ */
} inspection;

static bool
is_monotone(const inspection *job)
{
    for (size_t s = 0; s < job->n_coalitions; s++)
        for (size_t i = 0; i < job->n; i++)
            if (!(s >> i & 1) && job->worth[s | (size_t)1 << i] < job->worth[s] - job->equal)
                return false;
    return true;
}

/* v(S and i and j) + v(S) >= v(S and i) + v(S and j) for all pairs: enough for convexity (Shapley 1971). */
static bool
is_convex(const inspection *job)
{
    for (size_t s = 0; s < job->n_coalitions; s++)
        for (size_t i = 0; i < job->n; i++)
            for (size_t j = i + 1; j < job->n && !(s >> i & 1); j++) {
                const size_t a = (size_t)1 << i, b = (size_t)1 << j;
                if (!(s & b) &&
                    job->worth[s | a | b] + job->worth[s] < job->worth[s | a] + job->worth[s | b] - job->equal)
                    return false;
            }
    return true;
}

/* Over the parts of every coalition, each pair once. */
static bool
is_superadditive(const inspection *job)
{
    for (size_t whole = 1; whole < job->n_coalitions; whole++)
        for (size_t part = (whole - 1) & whole; part > whole - part; part = (part - 1) & whole)
            if (job->worth[whole] < job->worth[part] + job->worth[whole - part] - job->equal)
                return false;
    return true;
}

static bool
is_dummy(const inspection *job, size_t player)
{
    const size_t bit = (size_t)1 << player;

    for (size_t s = 0; s < job->n_coalitions; s++)
        if (!(s & bit) && fabs(job->worth[s | bit] - job->worth[s] - job->worth[bit]) > job->equal)
            return false;
    return true;
}

static bool
has_veto(const inspection *job, size_t player)
{
    for (size_t s = 0; s < job->n_coalitions; s++)
        if (!(s >> player & 1) && fabs(job->worth[s]) > job->equal)
            return false;
    return true;
}

static bool
are_twins(const inspection *job, size_t first, size_t second)
{
    const size_t a = (size_t)1 << first, b = (size_t)1 << second;

    for (size_t s = 0; s < job->n_coalitions; s++)
        if (!(s & (a | b)) && fabs(job->worth[s | a] - job->worth[s | b]) > job->equal)
            return false;
    return true;
}

bk_status
bk_game_kind_find(bk_context *ctx, size_t n_players, const double *worth, bk_arena *arena, bk_game_kind *out)
{
    inspection job = {.n = n_players, .worth = worth};
    double     largest = 0.0, apart = 0.0;

    BK_TRY(bki_game_check(ctx, n_players, worth));
    job.n_coalitions = (size_t)1 << n_players;
    bool     *dummy = BK_NEW(arena, bool, n_players), *veto = BK_NEW(arena, bool, n_players);
    uint32_t *twin = BK_NEW(arena, uint32_t, n_players);
    BK_TRY(bk_arena_ok(arena));
    for (size_t s = 0; s < job.n_coalitions; s++)
        largest = fmax(largest, fabs(worth[s]));
    job.equal = 1e-11 * largest;
    for (size_t i = 0; i < n_players; i++) {
        apart += worth[(size_t)1 << i];
        dummy[i] = is_dummy(&job, i);
        veto[i] = has_veto(&job, i);
        twin[i] = 0;
        while (twin[i] < i && !(twin[twin[i]] == twin[i] && are_twins(&job, twin[i], i)))
            twin[i]++;
    }
    *out = (bk_game_kind){.essential = worth[job.n_coalitions - 1] > apart + job.equal,
                          .monotone = is_monotone(&job),
                          .superadditive_checked = n_players <= BK_MOST_PLAYERS_SUPERADD,
                          .convex = is_convex(&job),
                          .dummy = dummy,
                          .veto = veto,
                          .twin = twin};
    /* A convex game is superadditive whatever its size. */
    out->superadditive = out->convex || (out->superadditive_checked && is_superadditive(&job));
    out->superadditive_checked |= out->convex;
    return BK_OK;
}
