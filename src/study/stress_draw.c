/* One draw: inputs to measures, measures to models, models to equilibria, equilibria to a record. */
#include "study/stress.h"
#include "study/worth.h"

#include <math.h>
#include <string.h>

typedef struct drawing { /* of one record */
    const bki_stress        *job;
    bk_context              *ctx;
    bk_arena                 arena;
    const bk_measure        *drawn; /* [2] on the base year too, and on what comes */
    const bk_joint_base     *base;
    const bk_joint_solution *stated; /* the state solved last, with every input as stated; NULL: none was */
    double *utilisation, *tonnes;    /* [n_facilities] and [cells] of the same state of this draw, NULL: no network */
    double *values;                  /* [n_values] the record */
} drawing;

/* ---- measures -------------------------------------------------------------------------------------------------- */

static size_t
add_adjustments(const bki_stress *job, const double *doubts, bool future, bk_adjustment *to)
{
    size_t n = 0;

    for (size_t d = 0; d < job->n_doubts; d++) {
        if (job->doubts[d].future != future)
            continue;
        to[n] = job->doubts[d].adjust;
        to[n++].value = doubts[d];
    }
    return n;
}

/* Closures and sanctions of the states that came. */
static bk_status
add_states(const bki_stress *job, const double *inputs, bk_arena *arena, bk_measure *to)
{
    const bk_risk *risk = &job->study->model->risk;
    size_t         n_closures = 0, n_sanctions = 0;

    for (size_t s = 0; s < risk->n_states; s++) {
        n_closures += risk->states[s].n_closures;
        n_sanctions += risk->states[s].n_sanctions;
    }
    bk_name_at *closures = BK_NEW(arena, bk_name_at, n_closures + 1);
    bk_name_at *sanctions = BK_NEW(arena, bk_name_at, n_sanctions + 1);
    BK_TRY(bk_arena_ok(arena));
    to->closures = closures;
    to->sanctions = sanctions;
    for (size_t s = 0; s < risk->n_states; s++) {
        if (inputs[job->first_state + s] <= 0.0)
            continue;
        for (size_t c = 0; c < risk->states[s].n_closures; c++)
            closures[to->n_closures++] = risk->states[s].closures[c];
        for (size_t c = 0; c < risk->states[s].n_sanctions; c++)
            sanctions[to->n_sanctions++] = risk->states[s].sanctions[c];
    }
    return BK_OK;
}

static bk_status
make_measures(drawing *draw, const double *doubts, const double *inputs)
{
    const bki_stress *job = draw->job;
    bk_measure       *drawn = BK_NEW(&draw->arena, bk_measure, 2);
    bk_adjustment    *adjustments = BK_NEW(&draw->arena, bk_adjustment, job->n_doubts + 1);

    BK_TRY(bk_arena_ok(&draw->arena));
    drawn[0] = (bk_measure){.id = "drawn", .adjustments = adjustments};
    drawn[0].n_adjustments = add_adjustments(job, doubts, false, adjustments);
    adjustments += drawn[0].n_adjustments;
    drawn[1] = (bk_measure){.id = "what-comes", .adjustments = adjustments};
    drawn[1].n_adjustments = add_adjustments(job, doubts, true, adjustments);
    draw->drawn = drawn;
    return add_states(job, inputs, &draw->arena, &drawn[1]);
}

/* `scenario` (NULL: none) with the measures drawn, the second only where `future`. */
static bk_status
compose(const drawing *draw, const bk_scenario *scenario, bool future, bk_arena *arena, bk_scenario *out)
{
    const size_t n = scenario != NULL ? scenario->n_measures : 0;
    bk_measure  *measures = BK_NEW(arena, bk_measure, n + 2);

    BK_TRY(bk_arena_ok(arena));
    *out = scenario != NULL ? *scenario : (bk_scenario){.name = "draw", .title = "draw"};
    if (n > 0)
        memcpy(measures, scenario->measures, n * sizeof *measures);
    memcpy(measures + n, draw->drawn, (future ? 2 : 1) * sizeof *measures);
    out->measures = measures;
    out->n_measures = n + (future ? 2 : 1);
    return BK_OK;
}

/* ---- equilibria ------------------------------------------------------------------------------------------------ */

static bool
is_finding(bk_status status)
{
    return status == BK_ERR_NOT_CONVERGED || status == BK_ERR_NO_SOLUTION || status == BK_ERR_NO_PATH;
}

static size_t
n_cells(const drawing *draw)
{
    const bk_economy *economy = &draw->job->study->model->economy;

    return economy->n_sectors * economy->n_regions * economy->n_regions;
}

/* Where to seek a state of this draw: where it is with every input as stated, moved by as much as the draw moved the
 * state solved before.  NULL, the base year of the draw, where there is nothing to go by. */
static bk_status
start_near(const drawing *draw, const bk_joint_solution *stated, bk_arena *arena, const bk_joint_solution **out)
{
    *out = NULL;
    if (stated == NULL || draw->stated == NULL || draw->utilisation == NULL)
        return BK_OK;
    const size_t       n_facilities = bk_joint_graph(draw->job->base)->n_facilities;
    bk_joint_solution *start = BK_NEW(arena, bk_joint_solution, 1);
    double *utilisation = BK_NEW(arena, double, n_facilities), *tonnes = BK_NEW(arena, double, n_cells(draw));

    BK_TRY(bk_arena_ok(arena));
    for (size_t f = 0; f < n_facilities; f++)
        utilisation[f] = fmax(0.0, stated->utilisation[f] + draw->utilisation[f] - draw->stated->utilisation[f]);
    for (size_t c = 0; c < n_cells(draw); c++)
        tonnes[c] = fmax(0.0, stated->tonnes[c] + draw->tonnes[c] - draw->stated->tonnes[c]);
    *start = (bk_joint_solution){.utilisation = utilisation, .tonnes = tonnes};
    *out = start;
    return BK_OK;
}

/* `solution` is what `stated` has become in this draw. */
static void
remember(drawing *draw, const bk_joint_solution *stated, const bk_joint_solution *solution)
{
    if (draw->utilisation == NULL || stated == NULL)
        return;
    memcpy(draw->utilisation, solution->utilisation,
           bk_joint_graph(draw->job->base)->n_facilities * sizeof *draw->utilisation);
    memcpy(draw->tonnes, solution->tonnes, n_cells(draw) * sizeof *draw->tonnes);
    draw->stated = stated;
}

/* Solves `model`, which is `stated` where every input is as stated, and keeps its gains, USD a year, at `at` of the
 * record. */
static bk_status
solve(drawing *draw, const bk_model *model, const bk_joint_solution *stated, bk_arena *arena, size_t at,
      const bk_joint_solution **out)
{
    const bk_joint_solution *solution = NULL, *start = NULL;

    BK_TRY(start_near(draw, stated, arena, &start));
    BK_TRY(bk_joint_solve(draw->ctx, draw->base, model, &draw->job->settings->joint, start, arena, &solution));
    for (size_t n = 0; n < draw->job->n_regions; n++)
        draw->values[at + n] = solution->trade->equivalent_variation[n] * model->money_usd;
    draw->values[RECORD_RESIDUAL] = fmax(draw->values[RECORD_RESIDUAL], bk_joint_residual(solution));
    draw->values[RECORD_LOOSE] = fmax(draw->values[RECORD_LOOSE], solution->outcome == BK_CONVERGED ? 0.0 : 1.0);
    remember(draw, stated, solution);
    if (out != NULL)
        *out = solution;
    return BK_OK;
}

/* The scenario with those of its works that `keep` names, or with all of it. */
static bk_status
solve_part(drawing *draw, const bk_scenario *scenario, const bool *keep, const bk_joint_solution *warm, size_t at,
           bk_arena *arena, const bk_joint_solution **out)
{
    const bk_model *base = draw->job->study->model, *model = NULL;
    bk_scenario     part;

    BK_TRY(compose(draw, scenario, true, arena, &part));
    if (keep != NULL)
        BK_TRY(bki_scenario_with(draw->ctx, base, &part, keep, true, arena, &model));
    else
        BK_TRY(bk_scenario_apply(draw->ctx, base, &part, NULL, arena, &model));
    const bki_stress_case *one = draw->job->cases;
    while (one->scenario != scenario)
        one++;
    for (size_t p = 0; keep == NULL && p < one->n_projects; p++) {
        const double written = base->projects.projects[one->projects[p]].capex_usd;
        const double drawn = model->projects.projects[one->projects[p]].capex_usd;
        draw->values[bki_case_costs(draw->job, one) + p] = written > 0.0 ? drawn / written : 1.0;
    }
    return solve(draw, model, warm, arena, at, out);
}

/* One part in memory of its own, which is given back. */
static bk_status
solve_and_forget(drawing *draw, const bk_scenario *scenario, const bool *keep, const bk_joint_solution *warm, size_t at)
{
    bk_arena room;

    bk_arena_init(&room, draw->ctx);
    const bk_status status = solve_part(draw, scenario, keep, warm, at, &room, NULL);
    bk_arena_release(&room);
    return status;
}

static bk_status
solve_case(drawing *draw, const bki_stress_case *one)
{
    const bki_stress *job = draw->job;
    bool             *keep = BK_NEW(&draw->arena, bool, job->study->model->projects.n_projects + 1);

    BK_TRY(bk_arena_ok(&draw->arena));
    if (one->n_projects > 0)
        BK_TRY(solve_and_forget(draw, one->scenario, keep, one->without, bki_case_without(job, one)));
    BK_TRY(solve_and_forget(draw, one->scenario, NULL, one->whole, one->first));
    for (size_t p = 0; job->settings->projects && p < one->n_projects; p++) {
        for (size_t q = 0; q < one->n_projects; q++)
            keep[one->projects[q]] = q != p;
        BK_TRY(solve_and_forget(draw, one->scenario, keep, one->without_project[p], bki_case_project(job, one, p)));
    }
    return BK_OK;
}

/* The base year as drawn, then the world without any scenario. */
static bk_status
solve_reference(drawing *draw)
{
    const bki_stress *job = draw->job;
    const bk_model   *model = NULL;
    bk_scenario       nothing;
    bk_arena          room;

    draw->base = job->base;
    if (job->any_base) {
        BK_TRY(compose(draw, NULL, false, &draw->arena, &nothing));
        BK_TRY(bk_scenario_apply(draw->ctx, job->study->model, &nothing, NULL, &draw->arena, &model));
        BK_TRY(bk_joint_rebase(draw->ctx, job->base, model, &job->settings->joint, &draw->arena, &draw->base));
    }
    if (bk_joint_graph(job->base) != NULL) {
        draw->utilisation = BK_NEW(&draw->arena, double, bk_joint_graph(job->base)->n_facilities);
        draw->tonnes = BK_NEW(&draw->arena, double, n_cells(draw));
        BK_TRY(bk_arena_ok(&draw->arena));
        remember(draw, bk_joint_base_solution(job->base), bk_joint_base_solution(draw->base));
    }
    if (draw->drawn[1].n_adjustments + draw->drawn[1].n_closures + draw->drawn[1].n_sanctions == 0)
        return BK_OK; /* nothing came: the base year itself */
    bk_arena_init(&room, draw->ctx);
    bk_status status = compose(draw, NULL, true, &room, &nothing);
    if (status == BK_OK)
        status = bk_scenario_apply(draw->ctx, job->study->model, &nothing, NULL, &room, &model);
    if (status == BK_OK)
        status = solve(draw, model, bk_joint_base_solution(job->base), &room, RECORD_EV, NULL);
    bk_arena_release(&room);
    return status;
}

static bk_status
solve_all(drawing *draw, const double *doubts, const double *inputs)
{
    BK_TRY(make_measures(draw, doubts, inputs));
    BK_TRY(solve_reference(draw));
    for (size_t c = 0; c < draw->job->n_cases; c++)
        BK_TRY(solve_case(draw, &draw->job->cases[c]));
    return BK_OK;
}

bk_status
bki_stress_record(void *state, bk_context *ctx, uint64_t index, double *values)
{
    const bki_stress *job = state;
    drawing           draw = {.job = job, .ctx = ctx, .values = values};

    bk_arena_init(&draw.arena, ctx);
    double   *room = BK_NEW(&draw.arena, double, 2 * job->n_dimensions + job->n_doubts + job->n_inputs + 1);
    bk_status status = bk_arena_ok(&draw.arena);
    if (status == BK_OK) {
        double *doubts = room + 2 * job->n_dimensions, *inputs = doubts + job->n_doubts;
        bki_stress_draw(job, index, room, doubts, inputs);
        status = solve_all(&draw, doubts, inputs);
    }
    if (is_finding(status)) {
        memset(values, 0, job->n_values * sizeof *values);
        values[RECORD_STATUS] = status;
        bk_error_clear(ctx);
        status = BK_OK;
    }
    bk_arena_release(&draw.arena);
    return status;
}

/* ---- every input as stated ------------------------------------------------------------------------------------- */

/* A state that is as stated; without an equilibrium draws start from the base year, and its figures are not finite. */
static bk_status
solve_stated(drawing *draw, const bk_scenario *scenario, const bool *keep, const bk_joint_solution *warm, size_t at,
             const bk_joint_solution **out)
{
    bk_progress(draw->ctx, scenario->name, -1.0);
    const bk_status status = solve_part(draw, scenario, keep, warm, at, draw->job->arena, out);
    if (!is_finding(status))
        return status;
    bk_error_clear(draw->ctx);
    *out = NULL;
    for (size_t n = 0; n < draw->job->n_regions; n++)
        draw->values[at + n] = NAN;
    return BK_OK;
}

static bk_status
state_case(drawing *draw, bki_stress_case *one)
{
    const bki_stress         *job = draw->job;
    bool                     *keep = BK_NEW(&draw->arena, bool, job->study->model->projects.n_projects + 1);
    const bk_joint_solution **parts = BK_NEW(job->arena, const bk_joint_solution *, one->n_projects + 1);

    BK_TRY(bk_arena_ok(&draw->arena));
    BK_TRY(bk_arena_ok(job->arena));
    one->without_project = parts;
    BK_TRY(solve_stated(draw, one->scenario, NULL, NULL, one->first, &one->whole));
    if (one->n_projects == 0)
        return BK_OK;
    BK_TRY(solve_stated(draw, one->scenario, keep, NULL, bki_case_without(job, one), &one->without));
    for (size_t p = 0; job->settings->projects && p < one->n_projects; p++) {
        for (size_t q = 0; q < one->n_projects; q++)
            keep[one->projects[q]] = q != p;
        BK_TRY(solve_stated(draw, one->scenario, keep, one->whole, bki_case_project(job, one, p), &parts[p]));
    }
    return BK_OK;
}

/* Names in risk/ that do not fit the study are told here, with file and line, before the first draw. */
static bk_status
try_median(const bki_stress *job, drawing *draw, double *room)
{
    double         *doubts = room + 2 * job->n_dimensions, *inputs = doubts + job->n_doubts;
    const bk_model *model;
    bk_scenario     nothing;

    for (size_t d = 0; d < job->n_dimensions; d++)
        room[d] = 0.5;
    bki_stress_values(job, room, doubts, inputs);
    for (size_t s = job->first_state; s < job->n_inputs; s++)
        inputs[s] = 1.0;
    BK_TRY(make_measures(draw, doubts, inputs));
    BK_TRY(compose(draw, NULL, true, &draw->arena, &nothing));
    return bk_scenario_apply(draw->ctx, job->study->model, &nothing, NULL, &draw->arena, &model);
}

bk_status
bki_stress_central(bki_stress *job, double *values)
{
    const bk_measure nothing[2] = {{.id = "drawn"}, {.id = "what-comes"}};
    drawing          draw = {.job = job, .ctx = job->ctx, .base = job->base, .values = values};

    bk_arena_init(&draw.arena, job->ctx);
    double   *room = BK_NEW(&draw.arena, double, 2 * job->n_dimensions + job->n_doubts + job->n_inputs + 1);
    bk_status status = bk_arena_ok(&draw.arena);
    if (status == BK_OK)
        status = try_median(job, &draw, room);
    draw.drawn = nothing;
    for (size_t c = 0; status == BK_OK && c < job->n_cases; c++)
        status = state_case(&draw, &job->cases[c]);
    bk_arena_release(&draw.arena);
    return status;
}
