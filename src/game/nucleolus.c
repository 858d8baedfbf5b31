/* Level by level: raise the smallest surplus of any coalition as far as it goes; coalitions whose weight in the dual is
 * above 0 have that surplus in every solution and are fixed; those whose payoff then cannot change any more are taken
 * out; go on until nothing is free. */
#include "game/kohlberg.h"
#include "game/simplex.h"

#include <math.h>
#include <string.h>

/* Weights of a balanced collection are quotients of minors: what is not 0 is far from it. */
static const double has_weight = 1e-9;
/* Of Kohlberg's criterion; weights are at least 1 on unit columns, rounding is some 1e-15 of them. */
static const double balanced = 1e-8;

typedef struct stages {
    bki_game    game;
    bki_program program;
    bki_freedom freedom;
    size_t      n_fixed;
    uint32_t   *fixed;   /* [most_fixed] coalitions whose payoff stays */
    double     *scratch; /* [most_fixed][n] dimensionless */
    bool       *held;    /* [2^n] */
} stages;

/* Each stage fixes at most n + 1 more, and takes a direction at least. */
static size_t
most_fixed(size_t n)
{
    return n * (n + 2) + 1;
}

static bk_status
start(bk_context *ctx, size_t n, const double *worth, bk_nucleolus_kind kind, bk_arena *scratch, bk_arena *arena,
      stages *job)
{
    BK_TRY(bki_game_create(ctx, n, worth, scratch, &job->game));
    job->fixed = BK_NEW(scratch, uint32_t, most_fixed(n));
    job->scratch = BK_NEW(scratch, double, most_fixed(n) * n);
    job->held = BK_NEW(scratch, bool, (size_t)1 << n);
    job->freedom.direction = BK_NEW(scratch, double, n *n);
    job->freedom.free = BK_NEW(scratch, uint32_t, n);
    double *x = BK_NEW(arena, double, n);
    BK_TRY(bk_arena_ok(scratch));
    BK_TRY(bk_arena_ok(arena));
    const uint32_t all = (uint32_t)(((size_t)1 << n) - 1);
    job->fixed[job->n_fixed++] = all;
    for (size_t i = 0; i < n; i++)
        x[i] = job->game.worth[all] / (double)n; /* an imputation if there is one */
    job->program = (bki_program){
        .game = &job->game, .freedom = &job->freedom, .held = job->held, .has_bounds = kind == BK_NUCLEOLUS, .x = x};
    return BK_OK;
}

static bk_status
solve_stages(bk_context *ctx, stages *job, size_t *n_stages)
{
    const size_t n = job->game.n;

    for (*n_stages = 0;; ++*n_stages) {
        bki_freedom_find(n, job->fixed, job->n_fixed, job->scratch, &job->freedom);
        if (job->freedom.n_directions == 0)
            return BK_OK;
        bki_freedom_mark(n, &job->freedom, job->game.sum, job->held);
        bki_program_level_start(&job->program);
        BK_TRY(bki_program_solve(ctx, &job->program));
        for (size_t k = 0; k < job->program.n_rows; k++) {
            const uint32_t id = job->program.basis[k];
            if (job->program.weight[k] > has_weight)
                job->fixed[job->n_fixed++] = id >> n & 1 ? (uint32_t)1 << (id - ((uint32_t)1 << n)) : id;
        }
    }
}

static bk_status
find(bk_context *ctx, size_t n, const double *worth, bk_nucleolus_kind kind, bk_arena *scratch, bk_arena *arena,
     bk_nucleolus *out)
{
    stages       job = {.n_fixed = 0};
    bk_nucleolus found = {.exists = true};

    BK_TRY(start(ctx, n, worth, kind, scratch, arena, &job));
    const double surplus = job.game.worth[((size_t)1 << n) - 1];
    if (kind == BK_NUCLEOLUS && surplus < -job.game.tolerance) {
        *out = (bk_nucleolus){.exists = false};
        return BK_OK;
    }
    double *x = job.program.x;
    for (size_t i = 0; kind == BK_NUCLEOLUS && i < n; i++)
        x[i] = fmax(x[i], 0.0);
    BK_TRY(solve_stages(ctx, &job, &found.n_stages));
    found.n_pivots = job.program.n_pivots;
    BK_TRY(bki_kohlberg(ctx, &job.game, x, kind == BK_NUCLEOLUS, &found.imbalance, &found.n_levels));
    if (!(found.imbalance <= balanced))
        return bk_fail(ctx, BK_ERR_NOT_CONVERGED,
                       "the split found is no nucleolus: its coalitions are out of balance by %.2g", found.imbalance);
    for (size_t i = 0; i < n; i++)
        x[i] = job.game.alone[i] + job.game.scale * x[i];
    found.payoff = x;
    *out = found;
    return BK_OK;
}

bk_status
bk_nucleolus_find(bk_context *ctx, size_t n_players, const double *worth, bk_nucleolus_kind kind, bk_arena *arena,
                  bk_nucleolus *out)
{
    bk_arena scratch;

    bk_arena_init(&scratch, ctx);
    const bk_status status = find(ctx, n_players, worth, kind, &scratch, arena, out);
    bk_arena_release(&scratch);
    return status;
}
