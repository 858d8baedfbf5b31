#include "game/kohlberg.h"
#include "game/nonnegative.h"

#include <math.h>
#include <stdlib.h>

/* Excesses closer than this, of the largest |worth|, are one level.  Levels that differ by less would be told apart
 * only by payoffs that do too. */
static const double same_level = 1e-9;

typedef struct ranked {
    double   excess;
    uint32_t coalition;
} ranked;

static int
by_excess(const void *a, const void *b)
{
    const ranked *left = a, *right = b;

    if (left->excess != right->excess)
        return left->excess > right->excess ? -1 : 1;
    return left->coalition < right->coalition ? -1 : left->coalition > right->coalition;
}

typedef struct ladder {
    size_t    n, n_ranked;
    ranked   *ranked; /* [n_ranked] highest excess first */
    uint32_t *column; /* [n_ranked + n] coalitions met, players at their bound behind them */
    double    target[BK_MOST_PLAYERS];
    size_t    rank;
    double    rows[BK_MOST_PLAYERS][BK_MOST_PLAYERS]; /* [rank] independent ones of those met, reduced */
} ladder;

static void
rank_up(ladder *job, uint32_t coalition)
{
    const size_t m = job->n - 1;
    double      *row = job->rows[job->rank];
    size_t       best = 0;

    if (job->rank == m)
        return;
    for (size_t i = 0; i < m; i++)
        row[i] = bki_coordinate(job->n, coalition, i);
    for (size_t r = 0; r < job->rank; r++) {
        size_t lead = 0;
        while (fabs(job->rows[r][lead]) < 1e-9)
            lead++;
        const double factor = row[lead] / job->rows[r][lead];
        for (size_t i = 0; i < m; i++)
            row[i] -= factor * job->rows[r][i];
        row[lead] = 0.0;
    }
    for (size_t i = 1; i < m; i++)
        if (fabs(row[i]) > fabs(row[best]))
            best = i;
    if (fabs(row[best]) <= 1e-9)
        return;
    for (size_t i = 0; i < m; i++)
        row[i] = fabs(row[i]) < 1e-9 ? 0.0 : row[i];
    job->rank++;
}

static bk_status
climb_down(bk_context *ctx, ladder *job, const uint32_t *bound, size_t n_bound, double *imbalance, size_t *n_levels)
{
    size_t met = 0;

    *imbalance = 0.0;
    for (*n_levels = 0; met < job->n_ranked && job->rank < job->n - 1; ++*n_levels) {
        const double level = job->ranked[met].excess;
        double       distance = 0.0;
        for (; met < job->n_ranked && job->ranked[met].excess >= level - same_level; met++) {
            const uint32_t coalition = job->ranked[met].coalition;
            job->column[met] = coalition;
            for (size_t i = 0; i + 1 < job->n; i++)
                job->target[i] -= bki_coordinate(job->n, coalition, i);
            rank_up(job, coalition);
        }
        for (size_t b = 0; b < n_bound; b++)
            job->column[met + b] = bound[b];
        /* Weights of at least 1 each: 1 for all, which leaves the target, and more for some. */
        BK_TRY(bki_cone_distance(ctx, job->n, job->column, met + n_bound, job->target, &distance));
        *imbalance = fmax(*imbalance, distance);
    }
    return BK_OK;
}

bk_status
bki_kohlberg(bk_context *ctx, const bki_game *game, const double *x, bool bounded, double *imbalance, size_t *n_levels)
{
    const size_t n = game->n, n_ranked = ((size_t)1 << n) - 2;
    ladder       job = {.n = n, .n_ranked = n_ranked};
    uint32_t     bound[BK_MOST_PLAYERS];
    size_t       n_bound = 0;
    bk_arena     arena;

    bk_arena_init(&arena, ctx);
    job.ranked = BK_NEW(&arena, ranked, n_ranked + 1);
    job.column = BK_NEW(&arena, uint32_t, n_ranked + n);
    bk_status status = bk_arena_ok(&arena);
    if (status == BK_OK) {
        bki_coalition_sums(n, x, game->sum);
        for (size_t k = 0; k < n_ranked; k++)
            job.ranked[k] = (ranked){game->worth[k + 1] - game->sum[k + 1], (uint32_t)k + 1};
        qsort(job.ranked, n_ranked, sizeof *job.ranked, by_excess);
        for (size_t i = 0; bounded && i < n; i++)
            if (x[i] <= same_level)
                bound[n_bound++] = (uint32_t)1 << i;
        status = climb_down(ctx, &job, bound, n_bound, imbalance, n_levels);
    }
    bk_arena_release(&arena);
    return status;
}
