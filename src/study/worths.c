/* Worths of sets of projects: a number says state and set, the joint equilibrium says what it is worth. */
#include "study/worths.h"
#include "study/accounts.h"
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

/* NULL for state 0, and for a state that is the base year. */
static const bk_scenario *
world_of(const bk_worths *worths, size_t state)
{
    const size_t scenario = state > 0 ? worths->settings->robust[state - 1] : SIZE_MAX;

    return scenario == SIZE_MAX ? NULL : worths->study->scenarios[scenario];
}

/* In state 0 all of the candidates' scenario holds; in another that state's measures, and of the candidates' scenario
 * nothing but the projects. */
bk_status
bki_worths_model(const bk_worths *worths, size_t state, uint64_t set, bk_arena *arena, const bk_model **out)
{
    const bk_scenario *source = worths->source, *world = world_of(worths, state);
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
    BK_TRY(add_measures(worths, source, keep, state == 0, arena, measures, &n));
    joined.measures = measures;
    joined.n_measures = n;
    return bk_scenario_apply(worths->ctx, worths->study->model, &joined, NULL, arena, out);
}

/* ---- records --------------------------------------------------------------------------------------------------- */

static bk_status
fill_record(const bk_worths *worths, const bk_model *model, const bk_joint_solution *solution, bk_arena *scratch,
            double *record)
{
    const size_t n = worths->n_economies;
    bk_accounts  accounts;
    double       unassigned;

    BK_TRY(bki_accounts(worths->ctx, worths->base, worths->study->model, model, solution, false, scratch, &accounts,
                        &unassigned));
    memset(record, 0, bk_worths_length(worths) * sizeof *record);
    record[BK_WORTH_RESIDUAL] = bk_joint_residual(solution);
    record[BK_WORTH_MISSED] = (double)solution->certificate.routes_missed;
    for (size_t r = 0; r < model->economy.n_regions; r++) {
        double *gain = &record[BK_WORTH_GAINS + worths->economy_of_country[model->economy.regions[r].country]];
        gain[0] += solution->trade->equivalent_variation[r] * model->money_usd;
        gain[n] += accounts.transit_revenue_usd[r];
    }
    return BK_OK;
}

static bk_status
solve(bk_worths *worths, const bk_model *model, const bk_joint_solution *warm, bk_arena *arena,
      const bk_joint_solution **out)
{
    BK_TRY(bk_joint_solve(worths->ctx, worths->base, model, &worths->settings->joint, warm, arena, out));
    worths->n_solved++;
    return (*out)->outcome == BK_CANCELLED ? bk_fail(worths->ctx, BK_ERR_CANCELLED, "interrupted") : BK_OK;
}

/* The state without candidates: solved once in each process, always from the base year. */
bk_status
bki_worths_solve_empty(bk_worths *worths, size_t state)
{
    const bk_joint_solution *solution = NULL;
    const bk_model          *model = NULL;

    if (worths->empty[state])
        return BK_OK;
    BK_TRY(bki_worths_model(worths, state, 0, &worths->rooms, &model));
    BK_TRY(solve(worths, model, NULL, &worths->rooms, &solution));
    worths->empty[state] = solution;
    return BK_OK;
}

static bk_status
solve_set(bk_worths *worths, size_t state, uint64_t set, bk_arena *scratch, double *record, bool *converged)
{
    const bk_joint_solution *solution = worths->empty[state];
    const bk_model          *model = NULL;

    BK_TRY(bki_worths_model(worths, state, set, scratch, &model));
    if (set != 0)
        BK_TRY(solve(worths, model, worths->empty[state], scratch, &solution));
    *converged = solution->outcome == BK_CONVERGED;
    return fill_record(worths, model, solution, scratch, record);
}

bk_status
bki_worths_solve(bk_worths *worths, size_t state, uint64_t set, double *record, bool *converged)
{
    bk_arena scratch;

    BK_TRY(bki_worths_solve_empty(worths, state));
    bk_arena_init(&scratch, worths->ctx);
    const bk_status status = solve_set(worths, state, set, &scratch, record, converged);
    bk_arena_release(&scratch);
    return status;
}

bk_status
bki_worths_find(bk_worths *worths, uint64_t number, double *record, bool *converged)
{
    const size_t   state = (size_t)(number >> worths->n_candidates);
    const uint64_t set = number & (((uint64_t)1 << worths->n_candidates) - 1);
    const double  *kept = state < worths->n_states ? bki_store_find(worths, number) : NULL;

    *converged = true;
    if (state >= worths->n_states)
        return bk_fail(worths->ctx, BK_ERR_USAGE, "state %zu of %zu is asked for", state, worths->n_states);
    if (kept) {
        memcpy(record, kept, bk_worths_length(worths) * sizeof *record);
    } else {
        BK_TRY(bki_worths_solve(worths, state, set, record, converged));
        if (*converged)
            BK_TRY(bki_store_keep(worths, number, record));
    }
    worths->residual = fmax(worths->residual, record[BK_WORTH_RESIDUAL]);
    return BK_OK;
}

bk_status
bki_worths_not_converged(bk_context *ctx, const double *record)
{
    return bk_fail(ctx, BK_ERR_NOT_CONVERGED, "a portfolio's equilibrium stopped at a residual of %.2g",
                   record[BK_WORTH_RESIDUAL]);
}

bk_status
bk_worths_record(bk_context *ctx, bk_worths *worths, uint64_t number, double *record)
{
    bool converged = false;

    BK_TRY(bki_worths_find(worths, number, record, &converged));
    return converged ? BK_OK : bki_worths_not_converged(ctx, record);
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
    return BK_WORTH_GAINS + 2 * worths->n_economies;
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
