/* Indicators of every stake, and how sure they are: overruns of each project's reference class and one factor on all
 * gains, drawn together. */
#include "study/worth.h"

#include <math.h>
#include <stdlib.h>

typedef struct drawn_factors { /* factors on the cost as used (overrun included) and on gains */
    size_t  n;
    double *cost;    /* [n_projects][n] */
    double *benefit; /* [n] */
    double *npv;     /* [n] scratch */
} drawn_factors;

/* Stream 0 is that of gains, stream 1 + p that of project p of the model: a project's draws do not depend on what else
 * the scenario builds. */
static bk_status
make_draws(const bki_worth *job, bk_arena *scratch, drawn_factors *out)
{
    const bk_worth_settings *settings = job->settings;
    const size_t             n = settings->n_draws;

    *out = (drawn_factors){n, BK_NEW(scratch, double, job->n_projects *n), BK_NEW(scratch, double, n),
                           BK_NEW(scratch, double, n)};
    BK_TRY(bk_arena_ok(scratch));
    for (size_t k = 0; k < n; k++)
        out->benefit[k] = bk_lognormal_quantile(1.0, settings->benefit_sd, bk_uniform(settings->seed, 0, k));
    for (size_t p = 0; p < job->n_projects; p++) {
        const bk_project_worth *project = &job->projects[p];
        for (size_t k = 0; k < n; k++)
            out->cost[p * n + k] = bk_lognormal_quantile(1.0 + project->class->mean, project->class->sd,
                                                         bk_uniform(settings->seed, 1 + project->project, k)) /
                                   (1.0 + project->overrun);
    }
    return BK_OK;
}

static int
ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Present value of the stake's costs of one project, USD. */
static double
cost_of_project(const bki_worth *job, const bk_stake *stake, size_t p)
{
    const size_t economy = stake->economy == BK_NONE ? job->n_economies : stake->economy;

    if (stake->project != BK_NONE && stake->project != p)
        return 0.0;
    const bk_stake *part = bki_stake(job, p, economy);
    return bk_present_value(part->investment, job->n_years, job->flow_settings.discount_rate) +
           bk_present_value(part->running, job->n_years, job->flow_settings.discount_rate);
}

static void
doubt(const bki_worth *job, drawn_factors *draws, bk_stake *stake)
{
    const double benefit = bk_present_value(stake->benefit, job->n_years, job->flow_settings.discount_rate);
    size_t       losses = 0;

    for (size_t k = 0; k < draws->n; k++)
        draws->npv[k] = benefit * draws->benefit[k];
    stake->npv_as_written = benefit;
    for (size_t p = 0; p < job->n_projects; p++) {
        const double cost = cost_of_project(job, stake, p);
        for (size_t k = 0; cost > 0.0 && k < draws->n; k++)
            draws->npv[k] -= cost * draws->cost[p * draws->n + k];
        stake->npv_as_written -= cost / (1.0 + job->projects[p].overrun);
    }
    for (size_t k = 0; k < draws->n; k++)
        losses += draws->npv[k] < 0.0;
    qsort(draws->npv, draws->n, sizeof *draws->npv, ascending);
    stake->loss_probability = (double)losses / (double)draws->n;
    stake->npv_low = bk_sample_quantile(draws->npv, draws->n, 0.05);
    stake->npv_high = bk_sample_quantile(draws->npv, draws->n, 0.95);
}

/* Transit revenue over debt service, from the opening on; a stake of all projects from the first opening on. */
static void
cover(const bki_worth *job, bk_stake *stake, int opens)
{
    for (int year = opens; year < (int)job->n_years; year++) {
        if (stake->debt_service[year] <= 0.0)
            continue;
        const double ratio = stake->income[year] / stake->debt_service[year];
        if (stake->least_cover_year == 0 || ratio < stake->least_cover) {
            stake->least_cover = ratio;
            stake->least_cover_year = job->flow_settings.price_year + year;
        }
    }
}

/* When gains and revenue begin: a project's opening, or the first of all. */
static int
opening(const bki_worth *job, const bk_stake *stake)
{
    int opens = INT32_MAX;

    if (stake->project != BK_NONE)
        return job->projects[stake->project].years.opens;
    for (size_t p = 0; p < job->n_projects; p++)
        opens = job->projects[p].years.opens < opens ? job->projects[p].years.opens : opens;
    return opens;
}

static void
weigh(const bki_worth *job, drawn_factors *draws, bk_stake *stake)
{
    const double rate = job->flow_settings.discount_rate;
    const size_t n = job->n_years;
    const int    opens = opening(job, stake);

    stake->economic = bk_indicators_of(stake->investment, stake->running, stake->benefit, n, (size_t)opens, rate);
    stake->financial = bk_indicators_of(stake->investment, stake->running, stake->income, n, (size_t)opens, rate);
    stake->cost_usd = bk_present_value(stake->investment, n, rate) + bk_present_value(stake->running, n, rate);
    stake->npv_financed =
        stake->economic.npv + bk_present_value(stake->drawn, n, rate) - bk_present_value(stake->debt_service, n, rate);
    cover(job, stake, opens);
    doubt(job, draws, stake);
}

/* Present value of 1 a year at the base year's scale, from year `from` to before `until`. */
static double
unit_value(const bki_worth *job, int from, int until)
{
    double unit = 0.0;

    for (int year = from > 0 ? from : 0; year < until; year++)
        unit += pow((1.0 + job->settings->growth) / (1.0 + job->flow_settings.discount_rate), year);
    return unit;
}

/* What the works open in each year bring from the base alone, for one economy. */
static double
value_of_all_alone(const bki_worth *job, size_t economy)
{
    double value = 0.0;

    for (size_t s = 0; s < job->n_spans; s++) {
        const size_t at = s * job->n_economies + economy;
        value += unit_value(job, job->spans[s].from, job->spans[s].until) *
                 (job->gain_span[BKI_WORLD_BASE][at] +
                  job->settings->transit_surplus * job->revenue_span[BKI_WORLD_BASE][at]);
    }
    return value;
}

/* The gain from the base alone in place of the last one. */
static double
npv_first_in(const bki_worth *job, const bk_stake *stake)
{
    double value = -stake->cost_usd;

    if (stake->project != BK_NONE) {
        const bk_project_years *years = &job->projects[stake->project].years;
        return value + unit_value(job, years->opens, years->runs_until) *
                           (stake->gain_first_in + job->settings->transit_surplus * stake->revenue_first_in);
    }
    for (size_t e = 0; e < job->n_economies; e++)
        if (stake->economy == BK_NONE || stake->economy == e)
            value += value_of_all_alone(job, e);
    return value;
}

bk_status
bki_worth_weigh(bki_worth *job)
{
    const size_t  n_stakes = (job->n_projects + 1) * (job->n_economies + 1);
    drawn_factors draws;
    bk_arena      scratch;

    bk_arena_init(&scratch, job->ctx);
    const bk_status status = make_draws(job, &scratch, &draws);
    for (size_t s = 0; status == BK_OK && s < n_stakes; s++)
        weigh(job, &draws, &job->stakes[s]);
    for (size_t s = 0; status == BK_OK && s < n_stakes; s++)
        job->stakes[s].npv_first_in = npv_first_in(job, &job->stakes[s]);
    bk_arena_release(&scratch);
    return status;
}
