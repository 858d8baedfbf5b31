/* What a planner would widen of a study's network, and what it would be worth to him. */
#include "study/optimum.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Certificates say how far the answer is from the best; beyond this they would not change a figure shown. */
static const bk_planner_settings accuracy = {.tolerance = 1e-4, .step_limit = 300};
static const double              gentle = 0.5, step = 0.7; /* powers of flow on the way, and their ratio */

bk_optimum_settings
bk_optimum_default_settings(void)
{
    return (bk_optimum_settings){.budget = 1e9, .beta = 0.13, .gamma = 0.10, .overrun = -1.0};
}

static bk_status
check(const bki_optimum *job)
{
    const bk_optimum_settings *settings = job->settings;

    if (!job->model->has_economy || !job->model->has_network)
        return bk_fail(job->ctx, BK_ERR_INCONSISTENT, "%s has no %s, so no planner can trade in it", job->study->name,
                       job->model->has_economy ? "network" : "economy");
    if (!(settings->budget > 0.0) || !isfinite(settings->budget))
        return bk_fail(job->ctx, BK_ERR_VALUE, "a planner's budget of %g USD must be above 0", settings->budget);
    if (!(settings->gamma > 0.0) || !(settings->beta >= settings->gamma) || !isfinite(settings->beta))
        return bk_fail_hint(job->ctx, BK_ERR_VALUE, "returns above congestion have no best network that can be proved",
                            "gamma %g must be above 0 and beta %g no less than it", settings->gamma, settings->beta);
    for (size_t c = 0; c < settings->n_candidates; c++)
        if (settings->candidates[c] >= job->model->projects.n_projects)
            return bk_fail(job->ctx, BK_ERR_REFERENCE, "candidate %u is no project of %s", settings->candidates[c],
                           job->study->name);
    return BK_OK;
}

static bk_status
check_works(const bki_optimum *job)
{
    for (size_t i = 0; i < job->optimum->n_links; i++)
        if (isfinite(job->links[i].unit_usd))
            return BK_OK;
    return bk_fail_hint(job->ctx, BK_ERR_INCONSISTENT, "state what a kilometre costs",
                        "no project of %s says what lines of a mode cost to build", job->study->name);
}

/* Flows answer to prices with the power 1 / beta: where that is steep, shipments are first found for less steep ones,
 * each from those before.  Prices are where the last ones end. */
static bk_status
ship_today(bki_optimum *job, double *price)
{
    const bk_planner *planner = &job->optimum->planner;
    const double      gamma = job->settings->gamma, beta = job->settings->beta;
    bk_arena          scratch;
    bk_status         status = BK_OK;

    bki_optimum_powers(job, fmax(beta, gentle), gamma);
    BK_TRY(bki_optimum_start(job, price));
    bk_arena_init(&scratch, job->ctx);
    for (double power = gentle; status == BK_OK && power > 1.01 * beta; power = fmax(beta, step * power)) {
        const bk_planner_settings settings = {accuracy.tolerance, accuracy.step_limit, price};
        bk_plan                   plan;
        bki_optimum_powers(job, power, gamma);
        status = bk_planner_ship(job->ctx, planner, planner->standing, &settings, &scratch, &plan);
        if (status == BK_OK)
            memcpy(price, plan.price, planner->n_nodes * planner->n_goods * sizeof *price);
    }
    bk_arena_release(&scratch);
    BK_TRY(status);
    const bk_planner_settings settings = {accuracy.tolerance, accuracy.step_limit, price};
    bki_optimum_powers(job, beta, gamma);
    return bk_planner_ship(job->ctx, planner, planner->standing, &settings, job->arena, &job->optimum->before);
}

static bk_status
solve(bki_optimum *job)
{
    bk_optimum       *optimum = job->optimum;
    const bk_planner *planner = &optimum->planner;
    double           *price = BK_NEW(job->arena, double, planner->n_nodes * planner->n_goods);

    BK_TRY(bk_arena_ok(job->arena));
    bk_progress(job->ctx, "what a planner ships today", 0.0);
    BK_TRY(ship_today(job, price));
    const bk_planner_settings settings = {accuracy.tolerance, accuracy.step_limit, optimum->before.price};
    bk_progress(job->ctx, "what a planner widens", 0.5);
    BK_TRY(bk_planner_design(job->ctx, planner, &settings, job->arena, &optimum->plan));
    if (optimum->before.outcome == BK_CANCELLED || optimum->plan.outcome == BK_CANCELLED)
        return bk_fail(job->ctx, BK_ERR_CANCELLED, "interrupted");
    return BK_OK;
}

/* ---- what was found ---------------------------------------------------------------------------------------------- */

/* Share of what is traded. */
static double
flow_on(const bki_optimum *job, const bk_plan *plan, size_t a)
{
    double sum = 0.0;

    for (size_t n = 0; n < job->optimum->n_goods; n++)
        sum += job->unit[n] * fabs(plan->flow[a * job->optimum->n_goods + n]);
    return sum;
}

static int
most_spent_first(const void *a, const void *b)
{
    const bk_optimum_link *x = a, *y = b;

    if (x->spent_usd != y->spent_usd)
        return x->spent_usd > y->spent_usd ? -1 : 1;
    return x->link < y->link ? -1 : x->link > y->link;
}

/* With logarithmic utility welfare rises by alpha ln(1 + g) for each head where all eat g more. */
static double
as_percent(const bki_optimum *job, double welfare)
{
    const bk_planner *planner = &job->optimum->planner;
    double            heads = 0.0;

    for (size_t j = 0; j < planner->n_nodes; j++)
        heads += planner->weight[j] * planner->labour[j];
    return 100.0 * expm1((welfare - job->optimum->before.welfare) / (planner->alpha * heads));
}

static void
describe(bki_optimum *job)
{
    bk_optimum       *optimum = job->optimum;
    const bk_planner *planner = &optimum->planner;

    for (size_t a = 0; a < planner->n_links; a++) {
        bk_optimum_link *link = &job->links[a];
        link->at = (uint32_t)a;
        link->added = optimum->plan.infrastructure[a] - link->standing;
        link->spent_usd = isfinite(link->unit_usd) ? link->added * link->unit_usd : 0.0;
        link->flow_before = flow_on(job, &optimum->before, a);
        link->flow = flow_on(job, &optimum->plan, a);
        optimum->on_candidates_usd += link->project != BK_NONE ? link->spent_usd : 0.0;
    }
    qsort(job->links, planner->n_links, sizeof *job->links, most_spent_first);
    optimum->links = job->links;
    optimum->modes = job->modes;
    optimum->gain_pct = as_percent(job, optimum->plan.welfare);
    optimum->most_pct = as_percent(job, optimum->plan.bound);
}

bk_status
bk_study_optimum(bk_context *ctx, const bk_study *study, const bk_optimum_settings *settings, bk_arena *arena,
                 const bk_optimum **out)
{
    bki_optimum job = {.ctx = ctx, .arena = arena, .study = study, .model = study->model, .settings = settings};

    BK_TRY(check(&job));
    job.optimum = BK_NEW(arena, bk_optimum, 1);
    job.modes = BK_NEW(arena, bk_optimum_mode, job.model->network.n_modes + 1);
    BK_TRY(bk_arena_ok(arena));
    job.optimum->settings = *settings;
    BK_TRY(bki_optimum_prices(&job));
    BK_TRY(bki_optimum_modes(&job));
    BK_TRY(bki_optimum_network(&job));
    BK_TRY(check_works(&job));
    BK_TRY(bki_optimum_economy(&job));
    BK_TRY(solve(&job));
    describe(&job);
    *out = job.optimum;
    return BK_OK;
}
