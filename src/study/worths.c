/* Worths of sets of projects: a number says state and set, the joint equilibrium says what it is worth. */
#include "study/worths.h"
#include "study/worth.h"

#include <math.h>
#include <string.h>

/* ---- models ---------------------------------------------------------------------------------------------------- */

/* keep [n_projects]: candidates of the set; with `others`, also what is no candidate. */
static void
mark_kept(const bk_worths *worths, uint64_t set, bool others, bool *keep)
{
    for (size_t p = 0; p < worths->study->model->projects.n_projects; p++)
        keep[p] = others;
    for (size_t c = 0; c < worths->n_candidates; c++)
        keep[worths->candidates[c].project] = set >> c & 1;
}

static bk_status
add_measures(const bk_worths *worths, const bk_scenario *from, const bool *keep, bool with_policy, bk_arena *arena,
             bk_measure *measures, size_t *n)
{
    for (size_t m = 0; m < from->n_measures; m++) {
        bk_name_at *names = BK_NEW(arena, bk_name_at, from->measures[m].n_projects + 1);
        BK_TRY(bk_arena_ok(arena));
        bki_measure_reduce(worths->study->model, &from->measures[m], keep, with_policy, names, &measures[(*n)++]);
    }
    return BK_OK;
}

/* In state 0 all of the candidates' scenario holds; in another that state's measures, and of the candidates' scenario
 * nothing but the projects. */
bk_status
bki_worths_model(const bk_worths *worths, size_t state, uint64_t set, bk_arena *arena, const bk_model **out)
{
    const bk_scenario *source = worths->source;
    const bk_scenario *world = state ? worths->study->scenarios[worths->settings->robust[state - 1]] : NULL;
    bool              *keep = BK_NEW(arena, bool, worths->study->model->projects.n_projects + 1);
    bk_measure        *measures = BK_NEW(arena, bk_measure, source->n_measures + (world ? world->n_measures : 0) + 1);
    bk_scenario        joined = *source;
    size_t             n = 0;

    BK_TRY(bk_arena_ok(arena));
    if (world) {
        mark_kept(worths, 0, true, keep);
        BK_TRY(add_measures(worths, world, keep, true, arena, measures, &n));
    }
    mark_kept(worths, set, false, keep);
    BK_TRY(add_measures(worths, source, keep, !world, arena, measures, &n));
    joined.measures = measures;
    joined.n_measures = n;
    return bk_scenario_apply(worths->ctx, worths->study->model, &joined, NULL, arena, out);
}

/* ---- records --------------------------------------------------------------------------------------------------- */

static void
fill_record(const bk_worths *worths, const bk_joint_solution *solution, double *record)
{
    const bk_model *model = worths->study->model;

    memset(record, 0, (1 + worths->n_economies) * sizeof *record);
    record[0] = bk_joint_residual(solution);
    for (size_t n = 0; n < model->economy.n_regions; n++)
        record[1 + worths->economy_of_country[model->economy.regions[n].country]] +=
            solution->trade->equivalent_variation[n] * model->money_usd;
}

static bk_status
solve(bk_worths *worths, size_t state, uint64_t set, const bk_joint_solution *warm, bk_arena *arena,
      const bk_joint_solution **out)
{
    const bk_model *model = NULL;

    BK_TRY(bki_worths_model(worths, state, set, arena, &model));
    BK_TRY(bk_joint_solve(worths->ctx, worths->base, model, &worths->settings->joint, warm, arena, out));
    worths->n_solved++;
    if ((*out)->outcome == BK_CONVERGED)
        return BK_OK;
    return bk_fail(worths->ctx, BK_ERR_NOT_CONVERGED, "a portfolio's equilibrium stopped at a residual of %.2g",
                   bk_joint_residual(*out));
}

/* The state without candidates: solved once in each process, always from the base year. */
bk_status
bki_worths_solve_empty(bk_worths *worths, size_t state)
{
    if (worths->empty[state])
        return BK_OK;
    return solve(worths, state, 0, NULL, &worths->rooms, &worths->empty[state]);
}

bk_status
bki_worths_solve(bk_worths *worths, size_t state, uint64_t set, double *record)
{
    const bk_joint_solution *solution = NULL;
    bk_arena                 scratch;

    BK_TRY(bki_worths_solve_empty(worths, state));
    if (set == 0) {
        fill_record(worths, worths->empty[state], record);
        return BK_OK;
    }
    bk_arena_init(&scratch, worths->ctx);
    const bk_status status = solve(worths, state, set, worths->empty[state], &scratch, &solution);
    if (status == BK_OK)
        fill_record(worths, solution, record);
    bk_arena_release(&scratch);
    return status;
}

bk_status
bk_worths_record(bk_context *ctx, bk_worths *worths, uint64_t number, double *record)
{
    const size_t   state = (size_t)(number >> worths->n_candidates);
    const uint64_t set = number & (((uint64_t)1 << worths->n_candidates) - 1);

    if (state >= worths->n_states)
        return bk_fail(ctx, BK_ERR_USAGE, "state %zu of %zu is asked for", state, worths->n_states);
    const double *kept = bki_store_find(worths, number);
    if (kept) {
        memcpy(record, kept, (1 + worths->n_economies) * sizeof *record);
    } else {
        BK_TRY(bki_worths_solve(worths, state, set, record));
        BK_TRY(bki_store_keep(worths, number, record));
    }
    worths->residual = fmax(worths->residual, record[0]);
    return BK_OK;
}

/* ---- open and close -------------------------------------------------------------------------------------------- */

bk_status
bk_worths_open(bk_context *ctx, const bk_study *study, const bk_invest_settings *settings, bk_arena *arena,
               bk_worths **out)
{
    bk_worths *worths = BK_NEW(arena, bk_worths, 1);
    bool       cached;

    BK_TRY(bk_arena_ok(arena));
    if (!study->model->has_economy)
        return bk_fail_hint(ctx, BK_ERR_INCONSISTENT, "add economy/", "%s has no economy, so no project has a worth",
                            study->folder);
    *worths = (bk_worths){
        .ctx = ctx, .arena = arena, .study = study, .settings = settings, .n_states = 1 + settings->n_robust};
    BK_TRY(bki_worths_prepare(worths));
    BK_TRY(bki_store_open(worths));
    worths->empty = BK_NEW(arena, const bk_joint_solution *, worths->n_states);
    BK_TRY(bk_arena_ok(arena));
    BK_TRY(bk_study_base(ctx, study, settings->cache_folder, arena, &worths->base, &cached));
    bk_arena_init(&worths->rooms, ctx);
    *out = worths;
    return BK_OK;
}

void
bk_worths_close(bk_worths *worths)
{
    if (worths)
        bk_arena_release(&worths->rooms);
}

size_t
bk_worths_candidates(const bk_worths *worths, const bk_candidate **candidates)
{
    *candidates = worths->candidates;
    return worths->n_candidates;
}

size_t
bk_worths_economies(const bk_worths *worths, const uint32_t **countries)
{
    *countries = worths->economies;
    return worths->n_economies;
}

size_t
bk_worths_length(const bk_worths *worths)
{
    return 1 + worths->n_economies;
}

uint64_t
bk_worths_number(const bk_worths *worths, size_t state, uint64_t set)
{
    return (uint64_t)state << worths->n_candidates | set;
}

const char *
bk_worths_key(const bk_worths *worths)
{
    return worths->key;
}
