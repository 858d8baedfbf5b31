/* The least core is the first level of the prenucleolus; then each player's payoff is made as small and as large as the
 * core, or the least core, lets it. */
#include "game/simplex.h"

#include <math.h>
#include <string.h>

typedef struct core_search {
    bki_game    game;
    bki_program program;
    bki_freedom freedom;
    double     *scratch; /* [n] dimensionless */
    bool       *held;    /* [2^n] */
    double     *x;       /* [n] dimensionless */
    double      relax;   /* of the core, or of the least core if that is empty; dimensionless */
} core_search;

static bk_status
create(bk_context *ctx, size_t n, const double *worth, bk_arena *scratch, core_search *job)
{
    BK_TRY(bki_game_create(ctx, n, worth, scratch, &job->game));
    job->scratch = BK_NEW(scratch, double, n);
    job->held = BK_NEW(scratch, bool, (size_t)1 << n);
    job->x = BK_NEW(scratch, double, n);
    job->freedom.direction = BK_NEW(scratch, double, n *n);
    job->freedom.free = BK_NEW(scratch, uint32_t, n);
    BK_TRY(bk_arena_ok(scratch));
    const uint32_t all = (uint32_t)(((size_t)1 << n) - 1);
    bki_freedom_find(n, &all, 1, job->scratch, &job->freedom);
    bki_freedom_mark(n, &job->freedom, job->game.sum, job->held);
    for (size_t i = 0; i < n; i++)
        job->x[i] = job->game.worth[all] / (double)n;
    job->program = (bki_program){.game = &job->game, .freedom = &job->freedom, .held = job->held, .x = job->x};
    return BK_OK;
}

/* What proves epsilon: the coalitions with weight. */
static bk_status
keep_weights(const core_search *job, bk_arena *arena, bk_core *out)
{
    uint32_t *coalitions = BK_NEW(arena, uint32_t, job->program.n_rows);
    double   *weights = BK_NEW(arena, double, job->program.n_rows);

    BK_TRY(bk_arena_ok(arena));
    for (size_t k = 0; k < job->program.n_rows; k++)
        if (job->program.weight[k] > 1e-9) {
            coalitions[out->n_weights] = job->program.basis[k];
            weights[out->n_weights++] = job->program.weight[k];
        }
    out->coalitions = coalitions;
    out->weights = weights;
    return BK_OK;
}

/* The payoff of `player` as small (sign -1) or as large (+1) as can be.  Its dual starts from singletons: they make up
 * what a free player's smallest payoff asks for, and the largest of the one that is not free; for the other two the
 * others together, and the player itself, take a place among them. */
static bk_status
extreme(bk_context *ctx, core_search *job, size_t player, double sign, double *out)
{
    bki_program       *program = &job->program;
    const bki_freedom *freedom = &job->freedom;
    const uint32_t     all = (uint32_t)(((size_t)1 << job->game.n) - 1), itself = (uint32_t)1 << player;
    const size_t       d = freedom->n_directions;
    size_t             place = d; /* of the player among the free */

    for (size_t k = 0; k < d; k++) {
        program->basis[k] = (uint32_t)1 << freedom->free[k];
        program->objective[k] = sign * freedom->direction[player * d + k];
        place = freedom->free[k] == player ? k : place;
    }
    if (place < d && sign > 0.0)
        program->basis[place] = all & ~itself;
    else if (place == d && sign < 0.0)
        program->basis[0] = itself;
    program->has_level = false;
    program->n_rows = d;
    /* By the tolerance more, so that a core of one point is not lost to rounding; its end is then that of the core. */
    program->relax = job->relax + job->game.tolerance;
    BK_TRY(bki_program_solve(ctx, program));
    program->relax = job->relax;
    BK_TRY(bki_program_evaluate(ctx, program));
    *out = job->game.alone[player] + job->game.scale * program->x[player];
    return BK_OK;
}

static bk_status
find(bk_context *ctx, size_t n, const double *worth, bk_arena *scratch, bk_arena *arena, bk_core *out)
{
    core_search job = {.relax = 0.0};
    double     *point = BK_NEW(arena, double, n), *least = BK_NEW(arena, double, n), *most = BK_NEW(arena, double, n);

    BK_TRY(create(ctx, n, worth, scratch, &job));
    BK_TRY(bk_arena_ok(arena));
    *out = (bk_core){.point = point, .least = least, .most = most};
    if (n == 1) {
        point[0] = least[0] = most[0] = worth[1];
        return BK_OK;
    }
    bki_program_level_start(&job.program);
    BK_TRY(bki_program_solve(ctx, &job.program));
    BK_TRY(keep_weights(&job, arena, out));
    const double epsilon = -job.program.level;
    for (size_t i = 0; i < n; i++)
        point[i] = job.game.alone[i] + job.game.scale * job.x[i];
    out->epsilon = job.game.scale * epsilon;
    out->empty = epsilon > 10.0 * job.game.tolerance;
    job.relax = fmax(epsilon, 0.0);
    for (size_t i = 0; i < n; i++) {
        BK_TRY(extreme(ctx, &job, i, -1.0, &least[i]));
        BK_TRY(extreme(ctx, &job, i, 1.0, &most[i]));
    }
    return BK_OK;
}

bk_status
bk_core_find(bk_context *ctx, size_t n_players, const double *worth, bk_arena *arena, bk_core *out)
{
    bk_arena scratch;

    if (n_players > BK_MOST_PLAYERS)
        return bk_fail(ctx, BK_ERR_VALUE, "a game of %zu players; between 1 and %d can be solved", n_players,
                       BK_MOST_PLAYERS);
    bk_arena_init(&scratch, ctx);
    const bk_status status = find(ctx, n_players, worth, &scratch, arena, out);
    bk_arena_release(&scratch);
    return status;
}

double
bk_largest_excess(size_t n_players, const double *worth, const double *payoff, uint32_t *coalition)
{
    double worst = -INFINITY;

    *coalition = 0;
    for (uint32_t s = 1; s + 1 < (uint32_t)1 << n_players; s++) {
        double got = 0.0;
        for (size_t i = 0; i < n_players; i++)
            if (s >> i & 1)
                got += payoff[i];
        if (worth[s] - got > worst) {
            worst = worth[s] - got;
            *coalition = s;
        }
    }
    return worst;
}
