/* What each project brings and what all works bring year after year: worths of sets of the scenario's works, the same
 * that portfolios are made of. */
#include "study/failure.h"
#include "study/worth.h"

#include <math.h>
#include <string.h>

/* ---- one equilibrium ------------------------------------------------------------------------------------------- */

/* A state that was asked before is neither counted nor weighed twice. */
static void
account_for(bki_worth *job, uint64_t number, const double *record, bool converged)
{
    const size_t missed = (size_t)record[BK_WORTH_MISSED];

    for (size_t i = 0; i < job->worth->n_states; i++)
        if (job->asked[i] == number)
            return;
    job->asked[job->worth->n_states++] = number;
    job->worth->converged &= converged;
    job->worth->residual = fmax(job->worth->residual, record[BK_WORTH_RESIDUAL]);
    job->worth->n_missing += missed > 0;
    job->worth->most_missed = missed > job->worth->most_missed ? missed : job->worth->most_missed;
}

static bk_status
ask(bki_worth *job, const char *what, bki_world world, uint64_t set, double *record)
{
    const uint64_t number = bk_worths_number(job->worths, world, set);
    bool           converged;

    if (bk_cancelled(job->ctx))
        return bk_fail(job->ctx, BK_ERR_CANCELLED, "interrupted");
    bk_progress(job->ctx, what, (double)job->n_done++ / (double)bki_worth_questions(job));
    const bk_status status = bki_worths_find(job->worths, number, record, &converged);
    if (status == BK_OK)
        account_for(job, number, record, converged);
    if (bki_is_no_equilibrium(status))
        bk_fail(job->ctx, status, "%s: %s", what, "this state has no equilibrium, so its projects cannot be appraised");
    return status;
}

/* ---- with and without ------------------------------------------------------------------------------------------ */

/* Row `row` of a gain and a revenue: what `with` has and `without` has not. */
static void
difference(const bki_worth *job, size_t row, const double *with, const double *without, double *gain, double *revenue)
{
    const size_t n = job->n_economies;

    for (size_t e = 0; e < n; e++) {
        gain[row * n + e] = with[BK_WORTH_GAINS + e] - without[BK_WORTH_GAINS + e];
        revenue[row * n + e] = with[BK_WORTH_GAINS + n + e] - without[BK_WORTH_GAINS + n + e];
    }
}

/* Each project, and after them all works together, as the last in and as the first. */
static bk_status
compare(bki_worth *job, const double *whole, double *const empty[BKI_WORLDS], double *record)
{
    const uint64_t    all = bki_worth_all(job);
    const char *const scenario = job->scenario->name;

    for (size_t p = 0; p < job->n_projects; p++) {
        const char    *id = job->study->model->projects.projects[job->projects[p].project].id;
        const uint64_t one = (uint64_t)1 << p;
        const char    *last = bk_arena_format(job->arena, "%s: without %s", scenario, id);
        const char    *first = bk_arena_format(job->arena, "%s alone", id);
        BK_TRY(bk_arena_ok(job->arena));
        BK_TRY(ask(job, last, BKI_WORLD_PLANNED, all & ~one, record));
        difference(job, p, whole, record, job->gain_last, job->revenue_last);
        BK_TRY(ask(job, first, BKI_WORLD_BASE, one, record));
        difference(job, p, record, empty[BKI_WORLD_BASE], job->gain_first, job->revenue_first);
    }
    difference(job, job->n_projects, whole, empty[BKI_WORLD_PLANNED], job->gain_last, job->revenue_last);
    BK_TRY(ask(job, "all works alone", BKI_WORLD_BASE, all, record));
    difference(job, job->n_projects, record, empty[BKI_WORLD_BASE], job->gain_first, job->revenue_first);
    return BK_OK;
}

/* The works open in each span of years. */
static bk_status
follow_years(bki_worth *job, double *const empty[BKI_WORLDS], double *record)
{
    static const char *const names[BKI_WORLDS] = {"works as they open", "works as they open, alone"};

    for (size_t s = 0; s < job->n_spans; s++)
        for (int world = 0; world < BKI_WORLDS; world++) {
            BK_TRY(ask(job, names[world], (bki_world)world, job->spans[s].set, record));
            difference(job, s, record, empty[world], job->gain_span[world], job->revenue_span[world]);
        }
    return BK_OK;
}

static bk_status
make_room(bki_worth *job)
{
    const size_t rows = (job->n_projects + 1) * job->n_economies;

    job->spans = BK_NEW(job->arena, bki_open_span, 2 * job->n_projects + 1);
    BK_TRY(bk_arena_ok(job->arena));
    job->n_spans = bki_open_spans(job->worths, bki_worth_all(job), job->spans);
    job->asked = BK_NEW(job->arena, uint64_t, bki_worth_questions(job));
    job->gain_last = BK_NEW(job->arena, double, rows);
    job->gain_first = BK_NEW(job->arena, double, rows);
    job->revenue_last = BK_NEW(job->arena, double, rows);
    job->revenue_first = BK_NEW(job->arena, double, rows);
    for (int world = 0; world < BKI_WORLDS; world++) {
        job->gain_span[world] = BK_NEW(job->arena, double, job->n_spans * job->n_economies);
        job->revenue_span[world] = BK_NEW(job->arena, double, job->n_spans * job->n_economies);
    }
    return bk_arena_ok(job->arena);
}

bk_status
bki_worth_gains(bki_worth *job)
{
    const size_t length = bk_worths_length(job->worths);
    double      *whole = BK_NEW(job->arena, double, length), *record = BK_NEW(job->arena, double, length);
    double      *empty[BKI_WORLDS];

    for (int world = 0; world < BKI_WORLDS; world++)
        empty[world] = BK_NEW(job->arena, double, length);
    BK_TRY(make_room(job));
    job->worth->converged = bk_joint_base_solution(job->worths->base)->outcome == BK_CONVERGED;
    BK_TRY(ask(job, "the scenario without works", BKI_WORLD_PLANNED, 0, empty[BKI_WORLD_PLANNED]));
    BK_TRY(ask(job, "the base year", BKI_WORLD_BASE, 0, empty[BKI_WORLD_BASE]));
    BK_TRY(ask(job, job->scenario->name, BKI_WORLD_PLANNED, bki_worth_all(job), whole));
    BK_TRY(compare(job, whole, empty, record));
    return follow_years(job, empty, record);
}
