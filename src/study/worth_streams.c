/* Who pays what and when, and what it brings whom: cash flows of parties beside gains of economies. */
#include "study/worth.h"

#include <math.h>
#include <string.h>

typedef struct streams { /* a stake's streams, writable; [n_years] each */
    double *investment, *running, *benefit, *income, *drawn, *service;
} streams;

static streams
writable(const bk_stake *stake) /* the arena's own memory, const in what is handed out */
{
    return (streams){(double *)(uintptr_t)stake->investment, (double *)(uintptr_t)stake->running,
                     (double *)(uintptr_t)stake->benefit,    (double *)(uintptr_t)stake->income,
                     (double *)(uintptr_t)stake->drawn,      (double *)(uintptr_t)stake->debt_service};
}

static bk_status
make_stakes(bki_worth *job)
{
    const size_t n_stakes = (job->n_projects + 1) * (job->n_economies + 1), length = job->n_years;
    double      *room = BK_NEW(job->arena, double, 6 * n_stakes * length);

    job->stakes = BK_NEW(job->arena, bk_stake, n_stakes);
    BK_TRY(bk_arena_ok(job->arena));
    for (size_t s = 0; s < n_stakes; s++, room += 6 * length) {
        const size_t p = s / (job->n_economies + 1), e = s % (job->n_economies + 1);
        job->stakes[s] = (bk_stake){.project = p < job->n_projects ? (uint32_t)p : BK_NONE,
                                    .economy = e < job->n_economies ? (uint32_t)e : BK_NONE,
                                    .investment = room,
                                    .running = room + length,
                                    .benefit = room + 2 * length,
                                    .income = room + 3 * length,
                                    .drawn = room + 4 * length,
                                    .debt_service = room + 5 * length};
    }
    return BK_OK;
}

static void
add(double *to, const double *from, double factor, size_t n)
{
    for (size_t year = 0; year < n; year++)
        to[year] += factor * from[year];
}

/* ---- costs ----------------------------------------------------------------------------------------------------- */

/* A party's flow into its stake; flows are linear in cost, so an overrun multiplies them. */
static void
add_flow(bki_worth *job, const bk_party_flow *flow)
{
    size_t p = 0;

    while (job->projects[p].project != flow->project)
        p++;
    uint32_t economy = flow->country == BK_NONE ? BK_NONE : job->economy_of_country[flow->country];
    if (economy == BK_NONE)
        economy = (uint32_t)job->n_economies - 1; /* outside the study */
    bk_stake     *stake = bki_stake(job, p, economy);
    const double  factor = 1.0 + job->projects[p].overrun;
    const streams to = writable(stake);
    const double  before = bk_sum(stake->drawn, job->n_years), more = factor * bk_sum(flow->drawn, job->n_years);
    add(to.investment, flow->investment, factor, job->n_years);
    add(to.running, flow->running, factor, job->n_years);
    add(to.drawn, flow->drawn, factor, job->n_years);
    add(to.service, flow->debt_service, factor, job->n_years);
    stake->abroad += factor * flow->abroad;
    if (more > 0.0)
        stake->grant_element = (stake->grant_element * before + flow->grant_element * more) / (before + more);
}

/* ---- gains ----------------------------------------------------------------------------------------------------- */

/* `yearly`, at the base year's scale, from year `from` to before `until`: it grows from the base year on. */
static void
add_growing(const bki_worth *job, double yearly, int from, int until, double *stream)
{
    for (int year = from > 0 ? from : 0; year < until && year < (int)job->n_years; year++)
        stream[year] += yearly * pow(1.0 + job->settings->growth, year);
}

static void
gains_of_project(bki_worth *job, size_t p, size_t e)
{
    const bk_project_years *years = &job->projects[p].years;
    const size_t            at = p * job->n_economies + e;
    bk_stake               *stake = bki_stake(job, p, e);
    const streams           to = writable(stake);

    stake->gain = job->gain_last[at];
    stake->gain_first_in = job->gain_first[at];
    stake->revenue = job->revenue_last[at];
    stake->revenue_first_in = job->revenue_first[at];
    add_growing(job, stake->gain + job->settings->transit_surplus * stake->revenue, years->opens, years->runs_until,
                to.benefit);
    add_growing(job, stake->revenue, years->opens, years->runs_until, to.income);
}

/* All works together for one economy: in each year what those then open bring, added to the scenario without works. */
static void
gains_of_all(bki_worth *job, size_t e)
{
    const size_t  all = job->n_projects * job->n_economies + e;
    bk_stake     *stake = bki_stake(job, job->n_projects, e);
    const streams to = writable(stake);

    stake->gain = job->gain_last[all];
    stake->gain_first_in = job->gain_first[all];
    stake->revenue = job->revenue_last[all];
    stake->revenue_first_in = job->revenue_first[all];
    for (size_t s = 0; s < job->n_spans; s++) {
        const bki_open_span *span = &job->spans[s];
        const double         revenue = job->revenue_span[BKI_WORLD_PLANNED][s * job->n_economies + e];
        const double         gain = job->gain_span[BKI_WORLD_PLANNED][s * job->n_economies + e];
        add_growing(job, gain + job->settings->transit_surplus * revenue, span->from, span->until, to.benefit);
        add_growing(job, revenue, span->from, span->until, to.income);
    }
}

/* ---- totals ---------------------------------------------------------------------------------------------------- */

/* Adds one stake to a total; `costs` and `gains` say which of its sides. */
static void
add_stake(const bki_worth *job, bk_stake *total, const bk_stake *part, bool costs, bool gains)
{
    const streams to = writable(total);

    if (costs) {
        const double before = bk_sum(total->drawn, job->n_years), more = bk_sum(part->drawn, job->n_years);
        add(to.investment, part->investment, 1.0, job->n_years);
        add(to.running, part->running, 1.0, job->n_years);
        add(to.drawn, part->drawn, 1.0, job->n_years);
        add(to.service, part->debt_service, 1.0, job->n_years);
        total->abroad += part->abroad;
        if (more > 0.0)
            total->grant_element = (total->grant_element * before + part->grant_element * more) / (before + more);
    }
    if (gains) {
        add(to.benefit, part->benefit, 1.0, job->n_years);
        add(to.income, part->income, 1.0, job->n_years);
        total->gain += part->gain;
        total->gain_first_in += part->gain_first_in;
        total->revenue += part->revenue;
        total->revenue_first_in += part->revenue_first_in;
    }
}

bk_status
bki_worth_streams(bki_worth *job)
{
    const bk_party_flow *flows = NULL;
    bool                *built = BK_NEW(job->arena, bool, job->model->projects.n_projects + 1);
    size_t               n_flows = 0;

    BK_TRY(bk_arena_ok(job->arena));
    for (size_t p = 0; p < job->n_projects; p++)
        built[job->projects[p].project] = true;
    BK_TRY(bk_project_flows(job->ctx, job->model, built, &job->flow_settings, job->arena, &n_flows, &flows,
                            &job->n_years));
    BK_TRY(make_stakes(job));
    for (size_t f = 0; f < n_flows; f++)
        add_flow(job, &flows[f]);
    for (size_t e = 0; e < job->n_economies; e++) {
        for (size_t p = 0; p < job->n_projects; p++) {
            gains_of_project(job, p, e);
            add_stake(job, bki_stake(job, job->n_projects, e), bki_stake(job, p, e), true, false);
            add_stake(job, bki_stake(job, p, job->n_economies), bki_stake(job, p, e), true, true);
        }
        gains_of_all(job, e);
        add_stake(job, bki_stake(job, job->n_projects, job->n_economies), bki_stake(job, job->n_projects, e), true,
                  true);
    }
    job->worth->n_years = job->n_years;
    job->worth->stakes = job->stakes;
    return BK_OK;
}

/* Each project's gains laid to those who pay for it, in proportion. */
bk_status
bki_worth_matrix(bki_worth *job)
{
    const size_t n = job->n_economies;
    const double rate = job->flow_settings.discount_rate;
    double      *matrix = BK_NEW(job->arena, double, n *n + 1);

    BK_TRY(bk_arena_ok(job->arena));
    for (size_t p = 0; p < job->n_projects; p++) {
        const double cost = bki_stake(job, p, n)->cost_usd;
        for (size_t payer = 0; cost > 0.0 && payer < n; payer++)
            for (size_t gainer = 0; gainer < n; gainer++)
                matrix[payer * n + gainer] += bki_stake(job, p, payer)->cost_usd / cost *
                                              bk_present_value(bki_stake(job, p, gainer)->benefit, job->n_years, rate);
    }
    job->worth->matrix = matrix;
    return BK_OK;
}
