#include "buckle/appraisal.h"

#include <math.h>
#include <string.h>

bk_project_years
bk_project_years_of(const bk_project *project, const bk_appraisal_settings *settings)
{
    const int opens = project->opens > 0 ? project->opens - settings->price_year : 1;
    const int from = project->construction_start > 0 ? project->construction_start - settings->price_year : opens - 1;
    const int life = project->life_years > 0 ? project->life_years : settings->horizon_years;
    const int years = life < settings->horizon_years ? life : settings->horizon_years;

    return (bk_project_years){from < opens ? from : opens - 1, opens, opens + years};
}

static size_t
length_of_streams(const bk_model *model, const bool *built, const bk_appraisal_settings *settings)
{
    int last = 1;

    for (size_t p = 0; p < model->projects.n_projects; p++)
        if (built[p]) {
            const bk_project_years clock = bk_project_years_of(&model->projects.projects[p], settings);
            last = clock.runs_until > last ? clock.runs_until : last;
        }
    return (size_t)last;
}

/* Spreads `amount` evenly over the years of the works; what lies before the price year is sunk in year 0. */
static void
spread_works(const bk_project_years *clock, double amount, double *stream, size_t n_years)
{
    const int n_works = clock->opens - clock->works_from;

    for (int year = clock->works_from; year < clock->opens; year++) {
        const size_t at = year < 0 ? 0 : (size_t)year;
        if (at < n_years)
            stream[at] += amount / n_works;
    }
}

static bk_status
add_loan(bk_context *ctx, const bk_project *project, const bk_finance *row, const bk_project_years *clock,
         double amount, const bk_appraisal_settings *settings, size_t n_years, bk_arena *arena, double *drawn_out,
         double *service_out, double *grant_element)
{
    const size_t length = n_years + (size_t)(clock->works_from < 0 ? -clock->works_from : 0);
    double      *drawn = BK_NEW(arena, double, length), *interest = BK_NEW(arena, double, length);
    double      *repaid = BK_NEW(arena, double, length), *balance = BK_NEW(arena, double, length);
    bk_loan      loan = {amount, row->interest_rate, clock->opens - clock->works_from, row->grace_years,
                         row->maturity_years};

    BK_TRY(bk_arena_ok(arena));
    if (loan.maturity_years <= loan.grace_years)
        return bk_fail(ctx, BK_ERR_VALUE, "project %s: the loan of %s matures after %d years, within its grace of %d",
                       project->id, row->party_name, loan.maturity_years, loan.grace_years);
    if (loan.draw_years > loan.maturity_years)
        loan.draw_years = loan.maturity_years;
    /* The grant element compares nominal terms with a nominal 5 %; the streams are in constant prices. */
    BK_TRY(bk_loan_grant_element(ctx, &loan, 0.05, grant_element));
    loan.interest_rate = bk_real_rate(row->interest_rate, settings->inflation);
    BK_TRY(bk_loan_schedule(ctx, &loan, length, drawn, interest, repaid, balance));
    for (size_t year = 0; year < length; year++) {
        const int at = (int)year + clock->works_from;
        if (at < (int)n_years) {
            drawn_out[at < 0 ? 0 : at] += drawn[year];
            service_out[at < 0 ? 0 : at] += interest[year] + repaid[year];
        }
    }
    return BK_OK;
}

/* Rows of one project add up to its capital cost; rows without an amount share the rest by `share`. */
static double
amount_of_row(const bk_model *model, const bk_project *project, const bk_finance *row)
{
    const bk_projects *projects = &model->projects;
    double             stated = 0.0;

    if (row->amount_usd > 0.0) {
        for (size_t f = 0; f < projects->n_finance; f++)
            if (&projects->projects[projects->finance[f].project] == project)
                stated += projects->finance[f].amount_usd;
        return project->capex_usd * row->amount_usd / stated;
    }
    return project->capex_usd * row->share;
}

static bk_status
flow_of_party(bk_context *ctx, const bk_model *model, const bk_project *project, const bk_finance *row, double amount,
              const bk_appraisal_settings *settings, bk_arena *arena, size_t n_years, bk_party_flow *out)
{
    const bk_project_years clock = bk_project_years_of(project, settings);
    const double           cost = amount * (1.0 + settings->overrun);
    double                *investment = BK_NEW(arena, double, n_years), *running = BK_NEW(arena, double, n_years);
    double                *drawn = BK_NEW(arena, double, n_years), *service = BK_NEW(arena, double, n_years);

    BK_TRY(bk_arena_ok(arena));
    spread_works(&clock, cost, investment, n_years);
    for (int year = clock.opens < 0 ? 0 : clock.opens; year < clock.runs_until && year < (int)n_years; year++)
        running[year] = cost * project->operation_share_of_capex;
    out->project = (uint32_t)(project - model->projects.projects);
    out->country = row != NULL ? row->party : BK_NONE;
    out->party = row != NULL ? row->party_name : project->countries;
    out->investment = investment;
    out->running = running;
    out->drawn = drawn;
    out->debt_service = service;
    if (row == NULL)
        return BK_OK;
    out->abroad = cost * row->contractor_import_share;
    if (row->maturity_years > 0)
        BK_TRY(
            add_loan(ctx, project, row, &clock, cost, settings, n_years, arena, drawn, service, &out->grant_element));
    return BK_OK;
}

/* The first country of a project's list, or BK_NONE. */
static uint32_t
first_country(const bk_model *model, const bk_project *project)
{
    const size_t length = strcspn(project->countries, " ");

    for (uint32_t c = 0; c < model->n_countries; c++)
        if (strlen(model->countries[c]) == length && strncmp(model->countries[c], project->countries, length) == 0)
            return c;
    return BK_NONE;
}

bk_status
bk_project_flows(bk_context *ctx, const bk_model *model, const bool *built, const bk_appraisal_settings *settings,
                 bk_arena *arena, size_t *n_flows, const bk_party_flow **flows, size_t *n_years)
{
    const bk_projects *projects = &model->projects;
    const size_t       length = length_of_streams(model, built, settings);
    bk_party_flow     *out = BK_NEW(arena, bk_party_flow, projects->n_finance + projects->n_projects);
    size_t             n = 0;

    BK_TRY(bk_arena_ok(arena));
    for (size_t p = 0; p < projects->n_projects; p++) {
        const bk_project *project = &projects->projects[p];
        bool              carried = false;
        if (!built[p])
            continue;
        for (size_t f = 0; f < projects->n_finance; f++) {
            const bk_finance *row = &projects->finance[f];
            if (row->project != p)
                continue;
            BK_TRY(flow_of_party(ctx, model, project, row, amount_of_row(model, project, row), settings, arena, length,
                                 &out[n++]));
            carried = true;
        }
        if (!carried) {
            BK_TRY(flow_of_party(ctx, model, project, NULL, project->capex_usd, settings, arena, length, &out[n]));
            out[n++].country = first_country(model, project);
        }
    }
    *n_flows = n;
    *flows = out;
    *n_years = length;
    return BK_OK;
}
