/* Rivals who each set a number: best responses until nobody wants another. */
#include "game/search.h"

#include <math.h>
#include <string.h>

enum { MOST_RIVALS = 32 };

bk_rivalry_settings
bk_rivalry_default_settings(void)
{
    return (bk_rivalry_settings){.tolerance = 1e-3, .epsilon = 1e-3, .n_grid = 9, .max_rounds = 40};
}

typedef struct rivals {
    bki_rival_job job;
    size_t        n;
    double       *step;                      /* [n] of the next search */
    double       *before;                    /* [n] actions at the beginning of a round */
    double       *stand;                     /* [n] actions after the last whole move */
    double       *history;                   /* [max_rounds + 1][n] actions after each round */
    double       *best, *gain, *held, *size; /* [n] of the certificate: deviation, what it brings, actions, payoffs */
    bk_rivalry_solution *out;
} rivals;

static double
tolerance_of(const rivals *play, size_t player)
{
    return play->job.settings->tolerance * play->job.game->most[player];
}

static bool
is_near(const rivals *play, const double *one, const double *other)
{
    bool near = true;

    for (size_t i = 0; i < play->n; i++)
        near &= fabs(one[i] - other[i]) <= 2.0 * tolerance_of(play, i);
    return near;
}

/* Everybody once.  The first time all of the range is looked at; later the last move says how far. */
static bk_status
go_round(rivals *play)
{
    bki_point best;

    memcpy(play->before, play->job.action, play->n * sizeof *play->before);
    for (size_t i = 0; i < play->n; i++) {
        BK_TRY(bki_rival_best(&play->job, i, play->out->rounds == 0, play->step[i], &best));
        memcpy(play->stand, play->job.action, play->n * sizeof *play->stand);
        play->step[i] =
            fmin(fmax(fabs(best.x - play->before[i]), 2.0 * tolerance_of(play, i)), 0.25 * play->job.game->most[i]);
    }
    play->out->rounds++;
    memcpy(play->history + (size_t)play->out->rounds * play->n, play->job.action, play->n * sizeof *play->history);
    return BK_OK;
}

/* Rounds since play was last here, having been elsewhere; 0: it was not. */
static int
find_cycle(const rivals *play)
{
    const double *now = play->history + (size_t)play->out->rounds * play->n;

    for (int back = 2; back <= play->out->rounds; back++)
        if (is_near(play, now, now - (size_t)back * play->n))
            return back;
    return 0;
}

/* Every deviation of everybody, by the scan.  Leaves the payoffs of the actions in job.payoff. */
static bk_status
certify(rivals *play)
{
    bki_rival_job *job = &play->job;
    double         largest = 0.0;
    bki_point      here, best;

    memcpy(play->held, job->action, play->n * sizeof *play->held);
    play->out->regret = 0.0;
    for (size_t i = 0; i < play->n; i++) {
        BK_TRY(bki_rival_try(job, i, play->held[i], &here));
        BK_TRY(bki_rival_best(job, i, true, 0.0, &best));
        job->action[i] = play->held[i];
        play->best[i] = best.x;
        play->gain[i] = fmax(0.0, best.f - here.f);
        play->size[i] = fmax(fabs(here.f), fabs(best.f));
        largest = fmax(largest, play->size[i]);
    }
    for (size_t i = 0; i < play->n; i++) /* what is small beside all others is not looked at too closely */
        if (play->gain[i] > 0.0)
            play->out->regret = fmax(play->out->regret, play->gain[i] / fmax(play->size[i], 1e-4 * largest));
    return bki_rival_try(job, 0, play->held[0], &here);
}

static bk_status
run(rivals *play)
{
    bk_rivalry_solution *out = play->out;
    const int            max_rounds = play->job.settings->max_rounds;
    bool                 certified = false;

    while (!certified && out->rounds < max_rounds && out->cycle == 0) {
        BK_TRY(go_round(play));
        if (!is_near(play, play->job.action, play->before)) {
            out->cycle = find_cycle(play);
            continue;
        }
        BK_TRY(certify(play));
        certified = out->regret <= play->job.settings->epsilon;
        for (size_t i = 0; i < play->n && !certified; i++)
            if (play->gain[i] > 0.0) { /* a better one far off: play goes on from there */
                play->job.action[i] = play->stand[i] = play->best[i];
                break;
            }
    }
    if (!certified)
        BK_TRY(certify(play));
    out->outcome = out->regret <= play->job.settings->epsilon ? BK_CONVERGED
                   : out->cycle > 0                           ? BK_STALLED
                                                              : BK_ITERATION_LIMIT;
    out->n_evaluations = play->job.n_evaluations;
    return BK_OK;
}

/* Play stands where the last whole move left it; nobody was asked whether another action is better. */
static void
stop_here(rivals *play)
{
    bk_rivalry_solution *out = play->out;

    memcpy(play->job.action, play->stand, play->n * sizeof *play->stand);
    memcpy(play->best, play->job.action, play->n * sizeof *play->best);
    for (size_t i = 0; i < play->n; i++)
        play->gain[i] = INFINITY;
    out->regret = INFINITY;
    out->outcome = BK_CANCELLED;
    out->payoff = NULL;
    out->n_evaluations = play->job.n_evaluations;
}

static bk_status
check(bk_context *ctx, const bk_rivalry *game, const bk_rivalry_settings *settings)
{
    if (game->n_players == 0 || game->n_players > MOST_RIVALS)
        return bk_fail(ctx, BK_ERR_VALUE, "a game of %zu rivals; between 1 and %d can be solved", game->n_players,
                       MOST_RIVALS);
    for (size_t i = 0; i < game->n_players; i++)
        if (!(game->most[i] > 0.0) || !isfinite(game->most[i]))
            return bk_fail(ctx, BK_ERR_VALUE, "the largest action of player %zu is %g, it must be above 0", i,
                           game->most[i]);
    if (settings->n_grid < 3 || !(settings->tolerance > 0.0) || settings->max_rounds < 1)
        return bk_fail(ctx, BK_ERR_VALUE, "a search needs 3 points, a tolerance above 0 and a round");
    return BK_OK;
}

static bk_status
find(bk_context *ctx, const bk_rivalry *game, const bk_rivalry_settings *settings, bool together, bk_arena *arena,
     bk_rivalry_solution *out)
{
    const size_t n = game->n_players;

    BK_TRY(check(ctx, game, settings));
    rivals play = {.n = n,
                   .step = BK_NEW(arena, double, n),
                   .before = BK_NEW(arena, double, n),
                   .stand = BK_NEW(arena, double, n),
                   .history = BK_NEW(arena, double, n *((size_t)settings->max_rounds + 1)),
                   .best = BK_NEW(arena, double, n),
                   .gain = BK_NEW(arena, double, n),
                   .held = BK_NEW(arena, double, n),
                   .size = BK_NEW(arena, double, n),
                   .out = out};
    play.job = (bki_rival_job){.ctx = ctx,
                               .game = game,
                               .settings = settings,
                               .together = together,
                               .action = BK_NEW(arena, double, n),
                               .payoff = BK_NEW(arena, double, n)};
    BK_TRY(bk_arena_ok(arena));
    *out = (bk_rivalry_solution){
        .action = play.job.action, .payoff = play.job.payoff, .best = play.best, .gain = play.gain};
    for (size_t i = 0; i < n; i++)
        play.job.action[i] = game->start ? fmin(fmax(game->start[i], 0.0), game->most[i]) : 0.0;
    memcpy(play.history, play.job.action, n * sizeof *play.history);
    memcpy(play.stand, play.job.action, n * sizeof *play.stand);
    const bk_status status = run(&play);
    if (status != BK_ERR_CANCELLED)
        return status;
    bk_error_clear(ctx);
    stop_here(&play);
    return BK_OK;
}

bk_status
bk_rivals_find(bk_context *ctx, const bk_rivalry *game, const bk_rivalry_settings *settings, bk_arena *arena,
               bk_rivalry_solution *out)
{
    return find(ctx, game, settings, false, arena, out);
}

bk_status
bk_rivals_together(bk_context *ctx, const bk_rivalry *game, const bk_rivalry_settings *settings, bk_arena *arena,
                   bk_rivalry_solution *out)
{
    return find(ctx, game, settings, true, arena, out);
}
