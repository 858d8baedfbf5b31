/* The equilibria that a game needs as records of a spread job: which they are, what decides them, and each by itself.
 */
#include "buckle/io.h"
#include "study/content.h"
#include "study/failure.h"
#include "study/pivot.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef struct spread_state {
    const bk_pivot_game *const *games; /* [n_sides] */
    const bki_pivot_found      *found;
} spread_state;

/* ---- which ---------------------------------------------------------------------------------------------------------
 */

static int
by_number(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

/* Coalitions that a sample of orders asks for, those of fill_players first. */
static size_t
list_sample(const bk_pivot_game *game, uint64_t *out)
{
    const uint64_t all = ((uint64_t)1 << game->n_players) - 1;
    uint32_t       order[BKI_MOST_PIVOTS];
    size_t         n = 0;

    out[n++] = 0;
    out[n++] = all;
    for (size_t i = 0; i < game->n_players; i++) {
        out[n++] = (uint64_t)1 << i;
        out[n++] = all & ~((uint64_t)1 << i);
    }
    for (size_t draw = 0; draw < game->settings->n_orders; draw++) {
        uint64_t coalition = 0;
        bk_shapley_order(game->settings->seed, 2 * draw, game->n_players, order); /* as bk_shapley_sample */
        for (size_t i = 0; i < game->n_players; i++)
            out[n++] = coalition |= (uint64_t)1 << order[i];
    }
    return n;
}

/* The states of a game that differ, by number, behind the *n that are there. */
static bk_status
list_states(const bk_pivot_game *game, bk_arena *arena, uint64_t **states, size_t *n)
{
    const bool   exact = game->n_players <= BK_PIVOT_EXACT;
    const size_t n_asked = exact ? (size_t)1 << game->n_players : 2 + (2 + game->settings->n_orders) * game->n_players;
    uint64_t    *asked = BK_NEW(arena, uint64_t, *n + n_asked + 1);

    BK_TRY(bk_arena_ok(arena));
    if (*n > 0)
        memcpy(asked, *states, *n * sizeof *asked);
    uint64_t *own = asked + *n;
    size_t    n_own = exact ? n_asked : list_sample(game, own);
    for (size_t i = 0; i < n_own; i++)
        own[i] = bk_pivot_state_of(game, exact ? i : own[i]);
    qsort(own, n_own, sizeof *own, by_number);
    size_t kept = 0;
    for (size_t i = 0; i < n_own; i++)
        if (i == 0 || own[i] != own[kept - 1])
            own[kept++] = own[i];
    *states = asked;
    *n += kept;
    return BK_OK;
}

/* ---- what decides them ---------------------------------------------------------------------------------------------
 */

static uint64_t
hash_text(uint64_t hash, const char *text)
{
    return bk_hash(hash, text, strlen(text) + 1);
}

/* The scenario by its own file too, since it need not lie in the study. */
static bk_status
key_of(bk_context *ctx, const bk_pivot *pivot, const bki_pivot_found *found, uint64_t *out)
{
    const bk_pivot_settings *settings = &pivot->settings;
    const uint64_t           base = bk_joint_key(pivot->study->model);
    const double             numbers[] = {settings->joint.tolerance, settings->joint.max_rounds, settings->outsiders,
                                          settings->without_only};
    const char              *file = pivot->scenario->file;
    bk_arena                 scratch;
    const char              *bytes = "";
    size_t                   n = 0;

    BK_TRY(bki_study_content(ctx, pivot->study, out));
    bk_arena_init(&scratch, ctx);
    const bk_status status = file ? bk_file_read(ctx, file, &scratch, &bytes, &n) : BK_OK;
    *out = status == BK_OK ? bk_hash(*out, bytes, n) : 0;
    bk_arena_release(&scratch);
    BK_TRY(status);
    *out = bk_hash(*out, &base, sizeof base);
    *out = bk_hash(*out, numbers, sizeof numbers);
    *out = hash_text(*out, pivot->scenario->name);
    *out = bk_hash(*out, pivot->countries, pivot->n_players * sizeof *pivot->countries);
    for (size_t b = 0; b < settings->n_bypasses; b++)
        *out = hash_text(*out, settings->bypasses[b]);
    *out = bk_hash(*out, found->first, sizeof found->first);
    *out = bk_hash(*out, found->states, found->first[pivot->n_sides] * sizeof *found->states);
    return BK_OK;
}

/* For whoever reads the file later. */
static const char *
describe(const bk_pivot *pivot, bk_arena *arena)
{
    char       *real = pivot->study->folder ? realpath(pivot->study->folder, NULL) : NULL;
    const char *text = bk_arena_format(
        arena, "pivot\nstudy=%s\nscenario=%s\noutsiders=%s\ntolerance=%.17g\nplayers=", real ? real : "",
        pivot->scenario->name, pivot->settings.outsiders == BK_OUTSIDERS_BASE ? "base" : "closed",
        pivot->settings.joint.tolerance);

    free(real);
    for (size_t i = 0; text && i < pivot->n_players; i++)
        text = bk_arena_format(arena, "%s%s%s", text, i > 0 ? "," : "",
                               pivot->study->model->countries[pivot->countries[i]]);
    for (size_t b = 0; text && b < pivot->settings.n_bypasses; b++)
        text = bk_arena_format(arena, "%s\nbypass=%s", text, pivot->settings.bypasses[b]);
    return text ? bk_arena_format(arena, "%s\n", text) : NULL;
}

/* ---- each by itself ------------------------------------------------------------------------------------------------
 */

static bk_status
compute(void *of, bk_context *ctx, uint64_t index, double *values)
{
    const spread_state *state = of;
    const size_t        side = index < state->found->first[1] ? 0 : 1;
    bk_pivot_state      how = {0};
    const bk_status     status =
        bk_pivot_gain(ctx, state->games[side], state->found->states[index], values + BKI_PIVOT_GAIN, &how);

    if (bk_cancelled(ctx)) /* it may have ended early, and is not to be kept */
        return BK_ERR_CANCELLED;
    if (status != BK_OK && !bki_is_no_equilibrium(status))
        return status;
    values[BKI_PIVOT_STATUS] = (double)status;
    values[BKI_PIVOT_CONVERGED] = how.converged;
    values[BKI_PIVOT_RESIDUAL] = how.residual;
    return BK_OK;
}

bk_status
bki_pivot_spread(bk_context *ctx, bk_pivot *pivot, const bk_pivot_game *const *games, bk_arena *arena,
                 bki_pivot_found *out)
{
    spread_state  state = {games, out};
    bk_spread_job job = {.what = "coalition", .compute = compute, .state = &state};
    bk_records   *records = BK_NEW(arena, bk_records, 1);
    uint64_t     *states = NULL;
    size_t        n = 0;

    BK_TRY(bk_arena_ok(arena));
    *out = (bki_pivot_found){.records = records};
    for (size_t s = 0; s < 2; s++) {
        if (s < pivot->n_sides)
            BK_TRY(list_states(games[s], arena, &states, &n));
        out->first[s + 1] = n;
    }
    out->states = states;
    BK_TRY(key_of(ctx, pivot, out, &job.manifest.key));
    job.manifest.text = describe(pivot, arena);
    job.manifest.n_records = n;
    job.manifest.n_values = BKI_PIVOT_GAIN + pivot->study->model->economy.n_regions;
    BK_TRY(bk_arena_ok(arena));
    BK_TRY(bk_spread(ctx, &job, &pivot->settings.spread, arena, records));
    pivot->n_wanted = n;
    pivot->n_done = records->n_done;
    pivot->complete = records->n_done == n;
    return BK_OK;
}
