/* A portfolio of a study: goal, search, and what the best one brings to whom. */
#include "study/invest.h"

#include <math.h>
#include <string.h>

bk_invest_settings
bk_invest_default_settings(const bk_model *model)
{
    return (bk_invest_settings){.joint = bk_joint_default_settings(),
                                .growth = model->appraisal.growth,
                                .overrun = model->appraisal.overrun,
                                .transit_surplus = model->appraisal.transit_surplus,
                                .scenario = SIZE_MAX,
                                .goal = BK_GOAL_ALL,
                                .set_limit = 4096};
}

void
bki_invest_warn(bki_invest *job, const char *text)
{
    if (!text)
        return; /* memory is short, which the arena remembers */
    const char **warnings =
        bk_arena_grow(job->arena, job->warnings, job->invest->n_warnings, 1, sizeof *warnings, &job->warning_capacity);
    if (!warnings)
        return;
    job->warnings = warnings;
    job->invest->warnings = warnings;
    job->warnings[job->invest->n_warnings++] = text;
}

/* ---- what a set brings ----------------------------------------------------------------------------------------- */

static bk_status
record_of_empty(bki_invest *job)
{
    if (job->empty[job->state])
        return BK_OK;
    double *record = BK_NEW(job->arena, double, bk_worths_length(job->worths));
    BK_TRY(bk_arena_ok(job->arena));
    BK_TRY(bk_worths_record(job->ctx, job->worths, bk_worths_number(job->worths, job->state, 0), record));
    job->empty[job->state] = record;
    return BK_OK;
}

bk_status
bki_invest_gain(bki_invest *job, uint64_t set)
{
    BK_TRY(record_of_empty(job));
    BK_TRY(bk_worths_record(job->ctx, job->worths, bk_worths_number(job->worths, job->state, set), job->record));
    const size_t  n = job->worths->n_economies;
    const double *with = job->record + BK_WORTH_GAINS, *without = job->empty[job->state] + BK_WORTH_GAINS;
    for (size_t e = 0; e < n; e++)
        job->gain[e] = with[e] - without[e] + job->worths->settings->transit_surplus * (with[n + e] - without[n + e]);
    return BK_OK;
}

/* Year after year what the projects then open bring together. */
bk_status
bki_invest_present(bki_invest *job, uint64_t set, double *present)
{
    const size_t  n = job->worths->n_economies;
    const double  growth = job->worths->settings->growth, rate = job->worths->study->model->discount_rate;
    bki_open_span spans[2 * BK_MOST_PROJECTS];
    const size_t  n_spans = bki_open_spans(job->worths, set, spans);

    memset(present, 0, n * sizeof *present);
    for (size_t s = 0; s < n_spans; s++) {
        double years = 0.0; /* present value of 1 a year while the same are open */
        for (int year = spans[s].from; year < spans[s].until; year++)
            years += pow((1.0 + growth) / (1.0 + rate), year);
        BK_TRY(bki_invest_gain(job, spans[s].set));
        for (size_t e = 0; e < n; e++)
            present[e] += years * job->gain[e];
    }
    return bki_invest_gain(job, set);
}

bk_status
bki_invest_benefit(void *of, uint64_t set, double *benefit)
{
    bki_invest  *job = of;
    const size_t n = job->worths->n_economies;
    double       present[256];

    if (n > sizeof present / sizeof *present)
        return bk_fail(job->ctx, BK_ERR_VALUE, "portfolios are sought for at most %zu economies, not %zu",
                       sizeof present / sizeof *present, n);
    BK_TRY(bki_invest_present(job, set, present));
    for (size_t m = 0; m < job->n_members; m++) {
        benefit[m] = 0.0;
        for (size_t e = 0; e < n; e++)
            benefit[m] += job->weight[m * n + e] * present[e];
    }
    return BK_OK;
}

/* Measured on the built-in study: at a tolerance of 1e-6 present values are within 5e-6 of those at 1e-9. */
static const double noise_per_tolerance = 10.0;

/* ---- goals ----------------------------------------------------------------------------------------------------- */

static double
value_added_usd(const bk_model *model, uint32_t country)
{
    double sum = 0.0;

    for (size_t r = 0; r < model->economy.n_regions; r++)
        sum += model->economy.regions[r].country == country ? model->economy.regions[r].value_added : 0.0;
    return sum * model->money_usd;
}

/* A member for each economy of the study that pays for a candidate, in % of its value added. */
static bk_status
members_of_maxmin(bki_invest *job)
{
    const bk_worths *worths = job->worths;
    const size_t     n = worths->n_economies;

    for (size_t e = 0; e + 1 < n; e++) {
        double cost = 0.0;
        for (size_t c = 0; c < worths->n_candidates; c++)
            cost += worths->cost[c * n + e];
        if (cost > 0.0)
            job->weight[job->n_members++ * n + e] = 100.0 / value_added_usd(worths->study->model, worths->economies[e]);
    }
    if (job->n_members == 0)
        return bk_fail_hint(job->ctx, BK_ERR_USAGE, "take another goal, or say in projects/finance.csv who pays",
                            "no economy of the study pays for a candidate, so there is none to be worst off");
    return BK_OK;
}

bk_status
bki_invest_goal(bki_invest *job)
{
    const bk_worths          *worths = job->worths;
    const bk_invest_settings *settings = worths->settings;
    const size_t              n = worths->n_economies, n_candidates = worths->n_candidates;

    job->weight = BK_NEW(job->arena, double, n *n);
    double *price = BK_NEW(job->arena, double, n_candidates);
    double *cost = BK_NEW(job->arena, double, n_candidates *n);
    BK_TRY(bk_arena_ok(job->arena));
    if (settings->goal == BK_GOAL_MAXMIN)
        BK_TRY(members_of_maxmin(job));
    else
        job->n_members = 1;
    for (size_t e = 0; e < n && settings->goal != BK_GOAL_MAXMIN; e++)
        job->weight[e] = settings->goal == BK_GOAL_ALL     ? 1.0
                         : worths->economies[e] == BK_NONE ? 0.0
                                                           : settings->weight[worths->economies[e]];
    for (size_t c = 0; c < n_candidates; c++) {
        price[c] = worths->candidates[c].price;
        for (size_t m = 0; m < job->n_members; m++)
            for (size_t e = 0; e < n; e++)
                cost[c * job->n_members + m] += job->weight[m * n + e] * worths->cost[c * n + e];
    }
    job->problem =
        (bk_portfolio_problem){.n_projects = n_candidates,
                               .n_members = job->n_members,
                               .price = price,
                               .cost = cost,
                               .budget = settings->budget,
                               .rule = settings->goal == BK_GOAL_MAXMIN ? BK_PORTFOLIO_LEAST : BK_PORTFOLIO_SUM,
                               .law = settings->law,
                               .set_limit = settings->set_limit,
                               .noise = noise_per_tolerance * settings->joint.tolerance,
                               .benefit = bki_invest_benefit,
                               .state = job};
    return BK_OK;
}

/* ---- the answer ------------------------------------------------------------------------------------------------ */

static bk_status
describe_best(bki_invest *job)
{
    const bk_worths *worths = job->worths;
    const size_t     n = worths->n_economies;
    const uint64_t   set = job->invest->search.best.set;
    double          *gain = BK_NEW(job->arena, double, n), *npv = BK_NEW(job->arena, double, n);

    BK_TRY(bk_arena_ok(job->arena));
    if (set != 0) {
        BK_TRY(bki_invest_present(job, set, npv));
        memcpy(gain, job->gain, n * sizeof *gain);
    }
    for (size_t c = 0; c < worths->n_candidates; c++)
        for (size_t e = 0; e < n; e++)
            npv[e] -= set >> c & 1 ? worths->cost[c * n + e] : 0.0;
    job->invest->gain = gain;
    job->invest->npv = npv;
    return BK_OK;
}

/* Projects that a search among all of them cannot choose: what they do stands in a scenario. */
static void
warn_of_left_out(bki_invest *job)
{
    const bk_projects *projects = &job->worths->study->model->projects;
    const char        *names = NULL;

    if (job->invest->scenario || job->worths->settings->candidates)
        return;
    for (size_t p = 0; p < projects->n_projects; p++) {
        bool chosen = projects->projects[p].built;
        for (size_t c = 0; c < job->worths->n_candidates; c++)
            chosen |= job->worths->candidates[c].project == p;
        if (!chosen)
            names = names ? bk_arena_format(job->arena, "%s, %s", names, projects->projects[p].id)
                          : projects->projects[p].id;
    }
    if (names)
        bki_invest_warn(job, bk_arena_format(job->arena,
                                             "left out, since they change the network in no row of projects/ or of "
                                             "link.csv: %s (a scenario's border rows may: --scenario)",
                                             names));
}

static void
warn(bki_invest *job)
{
    const bk_portfolio_search *search = &job->invest->search;

    warn_of_left_out(job);

    if (search->n_failed > 0)
        bki_invest_warn(job, bk_arena_format(job->arena,
                                             "%zu portfolios have no equilibrium and were left out: nothing is proved",
                                             search->n_failed));
    if (job->problem.law != BK_LAW_NONE && !search->exhausted && !search->bounded)
        bki_invest_warn(job, bk_arena_format(job->arena, "benefits that are %s were assumed, but %s: there is no bound",
                                             bk_benefit_law_name(job->problem.law),
                                             search->outcome == BK_CONVERGED ? "were seen not to be"
                                                                             : "the search ended before it had one"));
}

static bk_status
new_job(bki_invest *job)
{
    const bk_worths *worths = job->worths;
    const size_t     n = worths->n_economies;

    job->empty = BK_NEW(job->arena, const double *, worths->n_states);
    job->record = BK_NEW(job->arena, double, bk_worths_length(worths));
    job->gain = BK_NEW(job->arena, double, n);
    BK_TRY(bk_arena_ok(job->arena));
    *job->invest = (bk_invest){.study = worths->study,
                               .scenario = worths->settings->scenario == SIZE_MAX ? NULL : worths->source,
                               .settings = *worths->settings,
                               .n_candidates = worths->n_candidates,
                               .n_economies = n,
                               .candidates = worths->candidates,
                               .economies = worths->economies,
                               .complete = true};
    return BK_OK;
}

static bk_status
find(bki_invest *job)
{
    bk_invest                *invest = job->invest;
    const bk_spread_settings *spread = &job->worths->settings->spread;

    if (job->worths->n_candidates > BK_MOST_PROJECTS)
        return bk_fail_hint(job->ctx, BK_ERR_USAGE, "name the ones that matter: --candidates P,P,...",
                            "%zu candidates are more than the %d among which a portfolio is sought",
                            job->worths->n_candidates, BK_MOST_PROJECTS);
    BK_TRY(new_job(job));
    BK_TRY(bki_invest_goal(job));
    if (spread->file || spread->team || spread->n_shards > 0)
        BK_TRY(bki_invest_spread(job));
    if (!invest->complete)
        return BK_OK;
    BK_TRY(bk_portfolio_find(job->ctx, &job->problem, job->arena, &invest->search));
    if (invest->search.outcome == BK_CANCELLED)
        return BK_OK;
    BK_TRY(describe_best(job));
    BK_TRY(bki_invest_frontier(job));
    BK_TRY(bki_invest_order(job));
    return bki_invest_robust(job);
}

bk_status
bk_study_invest(bk_context *ctx, const bk_study *study, const bk_invest_settings *settings, bk_arena *arena,
                const bk_invest **out)
{
    bki_invest job = {.ctx = ctx, .arena = arena};

    job.invest = BK_NEW(arena, bk_invest, 1);
    BK_TRY(bk_arena_ok(arena));
    BK_TRY(bk_worths_open(ctx, study, settings, arena, &job.worths));
    bk_status status = find(&job);
    if (status == BK_ERR_CANCELLED) { /* after the search: what follows from it is left out */
        bk_error_clear(ctx);
        job.invest->search.outcome = BK_CANCELLED;
        status = BK_OK;
    }
    if (job.invest->complete)
        warn(&job);
    job.invest->n_solved = job.worths->n_solved;
    job.invest->residual = job.worths->residual;
    bk_worths_close(job.worths);
    BK_TRY(status);
    BK_TRY(bk_arena_ok(arena));
    *out = job.invest;
    return BK_OK;
}
