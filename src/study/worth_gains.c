/* What each project brings: the scenario solved with it and without it. */
#include "study/accounts.h"
#include "study/worth.h"

#include <math.h>
#include <string.h>

/* ---- parts of a scenario --------------------------------------------------------------------------------------- */

void
bki_measure_reduce(const bk_model *base, const bk_measure *from, const bool *keep, bool with_policy, bk_name_at *names,
                   bk_measure *to)
{
    size_t n = 0;

    *to = with_policy ? *from : (bk_measure){.id = from->id};
    for (size_t p = 0; p < from->n_projects; p++)
        for (size_t q = 0; q < base->projects.n_projects; q++)
            if (keep[q] && strcmp(from->projects[p].name, base->projects.projects[q].id) == 0)
                names[n++] = from->projects[p];
    to->projects = names;
    to->n_projects = n;
    if (from->n_projects != 1)
        return;
    to->borders = n ? from->borders : NULL;
    to->n_borders = n ? from->n_borders : 0;
    to->border_lines = from->border_lines;
    to->borders_file = from->borders_file;
    to->adjustments = n ? from->adjustments : NULL;
    to->n_adjustments = n ? from->n_adjustments : 0;
    to->tolls = n ? from->tolls : NULL;
    to->n_tolls = n ? from->n_tolls : 0;
}

bk_status
bki_scenario_with(bk_context *ctx, const bk_model *base, const bk_scenario *scenario, const bool *keep,
                  bool with_policy, bk_arena *arena, const bk_model **out)
{
    bk_measure *measures = BK_NEW(arena, bk_measure, scenario->n_measures + 1);
    bk_scenario part = *scenario;

    BK_TRY(bk_arena_ok(arena));
    for (size_t m = 0; m < scenario->n_measures; m++) {
        bk_name_at *names = BK_NEW(arena, bk_name_at, scenario->measures[m].n_projects + 1);
        BK_TRY(bk_arena_ok(arena));
        bki_measure_reduce(base, &scenario->measures[m], keep, with_policy, names, &measures[m]);
    }
    part.measures = measures;
    return bk_scenario_apply(ctx, base, &part, NULL, arena, out);
}

/* ---- states ---------------------------------------------------------------------------------------------------- */

typedef struct state_worth { /* [n_economies] USD/yr */
    double *gain, *revenue;
} state_worth;

static bk_status
new_worth(const bki_worth *job, bk_arena *arena, state_worth *out)
{
    out->gain = BK_NEW(arena, double, job->n_economies);
    out->revenue = BK_NEW(arena, double, job->n_economies);
    return bk_arena_ok(arena);
}

static bk_status
measure_state(bki_worth *job, const bk_model *model, const bk_joint_solution *solution, bk_arena *scratch,
              state_worth *out)
{
    bk_accounts accounts;
    double      unassigned = 0.0;

    BK_TRY(
        bki_accounts(job->ctx, job->base, job->study->model, model, solution, false, scratch, &accounts, &unassigned));
    for (size_t n = 0; n < model->economy.n_regions; n++) {
        const uint32_t economy = job->economy_of_country[model->economy.regions[n].country];
        out->gain[economy] += solution->trade->equivalent_variation[n] * model->money_usd;
        out->revenue[economy] += accounts.transit_revenue_usd[n];
    }
    return BK_OK;
}

static void
account_for(bki_worth *job, const bk_joint_solution *solution)
{
    job->worth->converged &= solution->outcome == BK_CONVERGED;
    job->worth->residual = fmax(job->worth->residual, bk_joint_residual(solution));
    job->worth->n_states++;
    const size_t missed = solution->certificate.routes_missed;
    job->worth->n_missing += missed > 0;
    job->worth->most_missed = missed > job->worth->most_missed ? missed : job->worth->most_missed;
}

static bk_status
solve_state(bki_worth *job, const char *what, const bk_model *model, const bk_joint_solution *warm, bk_arena *arena,
            const bk_joint_solution **out)
{
    bk_progress(job->ctx, what, (double)job->n_done++ / (double)(2 * job->n_projects + 3));
    const bk_status status = bk_joint_solve(job->ctx, job->base, model, &job->settings->joint, warm, arena, out);
    if (status == BK_OK)
        account_for(job, *out);
    else if (status != BK_ERR_NO_MEMORY && status != BK_ERR_CANCELLED)
        bk_fail(job->ctx, status, "%s: %s", what, "this state has no equilibrium, so its projects cannot be appraised");
    return status;
}

/* ---- with and without ------------------------------------------------------------------------------------------ */

/* One state with the projects in `keep`, into `out`. */
static bk_status
worth_of_part(bki_worth *job, const char *what, const bool *keep, bool with_policy, const bk_joint_solution *warm,
              bk_arena *scratch, state_worth *out)
{
    const bk_model          *model = NULL;
    const bk_joint_solution *solution = NULL;

    BK_TRY(new_worth(job, scratch, out));
    BK_TRY(bki_scenario_with(job->ctx, job->study->model, job->scenario, keep, with_policy, scratch, &model));
    BK_TRY(solve_state(job, what, model, warm, scratch, &solution));
    return measure_state(job, model, solution, scratch, out);
}

static void
difference(const bki_worth *job, size_t row, const state_worth *with, const state_worth *without, double *gain,
           double *revenue)
{
    for (size_t e = 0; e < job->n_economies; e++) {
        gain[row * job->n_economies + e] = with->gain[e] - without->gain[e];
        revenue[row * job->n_economies + e] = with->revenue[e] - without->revenue[e];
    }
}

typedef struct compared_states { /* that all projects are compared with */
    const bk_joint_solution *whole_solution;
    state_worth              base, whole;
    bool                    *keep;
} compared_states;

/* The project as the last one in and as the first. */
static bk_status
compare_project(bki_worth *job, const compared_states *states, size_t p, bk_arena *scratch)
{
    const bk_projects *projects = &job->study->model->projects;
    const uint32_t     project = job->projects[p].project;
    const char        *id = projects->projects[project].id;
    const char        *last = bk_arena_format(scratch, "%s: without %s", job->scenario->name, id);
    const char        *first = bk_arena_format(scratch, "%s alone", id);
    state_worth        part;

    BK_TRY(bk_arena_ok(scratch));
    for (size_t q = 0; q < job->n_projects; q++)
        states->keep[job->projects[q].project] = q != p;
    BK_TRY(worth_of_part(job, last, states->keep, true, states->whole_solution, scratch, &part));
    difference(job, p, &states->whole, &part, job->gain_last, job->revenue_last);
    for (size_t q = 0; q < job->n_projects; q++)
        states->keep[job->projects[q].project] = q == p;
    BK_TRY(worth_of_part(job, first, states->keep, false, NULL, scratch, &part));
    difference(job, p, &part, &states->base, job->gain_first, job->revenue_first);
    return BK_OK;
}

/* All works together, as the last thing in and as the first. */
static bk_status
compare_all(bki_worth *job, const compared_states *states, bk_arena *scratch)
{
    const char *last = bk_arena_format(scratch, "%s: without works", job->scenario->name);
    state_worth part;

    BK_TRY(bk_arena_ok(scratch));
    for (size_t q = 0; q < job->n_projects; q++)
        states->keep[job->projects[q].project] = false;
    BK_TRY(worth_of_part(job, last, states->keep, true, NULL, scratch, &part));
    difference(job, job->n_projects, &states->whole, &part, job->gain_last, job->revenue_last);
    for (size_t q = 0; q < job->n_projects; q++)
        states->keep[job->projects[q].project] = true;
    BK_TRY(worth_of_part(job, "all works alone", states->keep, false, NULL, scratch, &part));
    difference(job, job->n_projects, &part, &states->base, job->gain_first, job->revenue_first);
    return BK_OK;
}

static bk_status
solve_states(bki_worth *job, bk_arena *shared)
{
    const bk_joint_solution *base = bk_joint_base_solution(job->base);
    compared_states          states = {.keep = BK_NEW(shared, bool, job->study->model->projects.n_projects + 1)};
    bk_arena                 scratch;
    bk_status                status = BK_OK;

    BK_TRY(new_worth(job, shared, &states.base));
    BK_TRY(new_worth(job, shared, &states.whole));
    job->worth->converged = base->outcome == BK_CONVERGED;
    BK_TRY(measure_state(job, job->study->model, base, shared, &states.base));
    BK_TRY(solve_state(job, job->scenario->name, job->model, NULL, shared, &states.whole_solution));
    BK_TRY(measure_state(job, job->model, states.whole_solution, shared, &states.whole));
    for (size_t p = 0; status == BK_OK && p <= job->n_projects; p++) {
        bk_arena_init(&scratch, job->ctx);
        status = p < job->n_projects ? compare_project(job, &states, p, &scratch) : compare_all(job, &states, &scratch);
        bk_arena_release(&scratch);
    }
    return status;
}

bk_status
bki_worth_gains(bki_worth *job)
{
    const size_t n = (job->n_projects + 1) * job->n_economies;
    bk_arena     shared;

    job->gain_last = BK_NEW(job->arena, double, n);
    job->gain_first = BK_NEW(job->arena, double, n);
    job->revenue_last = BK_NEW(job->arena, double, n);
    job->revenue_first = BK_NEW(job->arena, double, n);
    BK_TRY(bk_arena_ok(job->arena));
    bk_arena_init(&shared, job->ctx);
    const bk_status status = solve_states(job, &shared);
    bk_arena_release(&shared);
    return status;
}
