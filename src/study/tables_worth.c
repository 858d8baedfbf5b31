/* Tables of an appraisal. */
#include "study/run.h"
#include "study/table.h"
#include "study/worth.h"

#include <math.h>

#define NUMBER(name, unit, meaning)                                                                                    \
    {                                                                                                                  \
        name, unit, meaning, BK_COLUMN_NUMBER                                                                          \
    }
#define INTEGER(name, unit, meaning)                                                                                   \
    {                                                                                                                  \
        name, unit, meaning, BK_COLUMN_INTEGER                                                                         \
    }
#define TEXT(name, meaning)                                                                                            \
    {                                                                                                                  \
        name, "", meaning, BK_COLUMN_TEXT                                                                              \
    }

/* What every stake has; the tables differ in what stands before and after. */
#define STAKE_COLUMNS                                                                                                  \
    NUMBER("gain_usd", "USD/yr", "real income gained at base-year scale, as the last project in"),                     \
        NUMBER("gain_first_in_usd", "USD/yr", "the same from the base alone"),                                         \
        NUMBER("transit_revenue_usd", "USD/yr", "change of gross transit revenue, as the last project in"),            \
        NUMBER("cost_usd", "USD", "present value of works and running, overrun included"),                             \
        NUMBER("npv_usd", "USD", "net present value of gains less works and running"),                                 \
        NUMBER("npv_low_usd", "USD", "its 5 % quantile under overruns and doubt of gains"),                            \
        NUMBER("npv_high_usd", "USD", "its 95 % quantile"),                                                            \
        NUMBER("loss_probability", "", "probability that it is below 0"),                                              \
        NUMBER("npv_first_in_usd", "USD", "with the gains from the base alone"),                                       \
        NUMBER("npv_as_written_usd", "USD", "without overrun"),                                                        \
        NUMBER("npv_financed_usd", "USD", "after loans: drawings received, debt service paid"),                        \
        NUMBER("eirr", "1/yr", "economic internal rate of return; empty: none or several"),                            \
        NUMBER("firr", "1/yr", "financial: gross transit revenue alone against works and running"),                    \
        NUMBER("benefit_cost", "", "present gains over present costs"),                                                \
        NUMBER("payback_years", "yr", "discounted, from the base year; empty: never"),                                 \
        NUMBER("npv_per_investment", "", "NPV over present investment"),                                               \
        NUMBER("first_year_return", "", "net gain of the first year over investment compounded to it"),                \
        NUMBER("switching_benefit", "", "factor on all gains at which NPV is 0; empty: no gains"),                     \
        NUMBER("switching_cost", "", "factor on all costs at which NPV is 0; empty: no costs"),                        \
        NUMBER("abroad_usd", "USD", "of the works, to foreign contractors"),                                           \
        NUMBER("grant_element", "", "mean of its loans at 5 % nominal, weighted; empty: no loans"),                    \
        NUMBER("least_cover", "", "smallest transit revenue over debt service from opening on; empty: no service"),    \
        INTEGER("least_cover_year", "", "year of it, 0: none")

static double
rate_of(const bk_indicators *indicators)
{
    return indicators->irr_state == BK_IRR_UNIQUE ? indicators->irr : (double)NAN;
}

static double
unless_zero(double value, double condition)
{
    return condition != 0.0 ? value : (double)NAN;
}

static void
put_stake(const bki_worth *job, bki_table *table, const bk_stake *stake)
{
    const bk_indicators *economic = &stake->economic;
    const double         drawn = bk_sum(stake->drawn, job->n_years);
    const double         numbers[] = {
                stake->gain,
                stake->gain_first_in,
                stake->revenue,
                stake->cost_usd,
                economic->npv,
                stake->npv_low,
                stake->npv_high,
                stake->loss_probability,
                stake->npv_first_in,
                stake->npv_as_written,
                stake->npv_financed,
                rate_of(economic),
                rate_of(&stake->financial),
                unless_zero(economic->benefit_cost, stake->cost_usd),
        economic->payback_years >= 0.0 ? economic->payback_years : (double)NAN,
                unless_zero(economic->npv_per_investment, stake->cost_usd),
                unless_zero(economic->first_year_return, stake->cost_usd),
                unless_zero(economic->switching_benefit, economic->switching_benefit),
                unless_zero(economic->switching_cost, stake->cost_usd),
                stake->abroad,
                unless_zero(stake->grant_element, drawn),
                unless_zero(stake->least_cover, stake->least_cover_year),
    };

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        bki_put_number(table, numbers[i]);
    bki_put_integer(table, stake->least_cover_year);
    bki_end_row(table);
}

static const char *
project_id(const bki_worth *job, size_t p)
{
    return p < job->n_projects ? job->model->projects.projects[job->projects[p].project].id : "all";
}

static const bki_column project_columns[] = {
    TEXT("project", "project"),
    TEXT("name", "its name"),
    TEXT("reference_class", "kind of works whose overruns it is given"),
    NUMBER("overrun", "", "share of capital cost added"),
    INTEGER("opens", "", "first year of gains"),
    TEXT("verdict", "does it pay, and how sure is that"),
    STAKE_COLUMNS,
};

static bk_status
record_projects(bki_worth *job)
{
    bki_table *table =
        bki_table_create(job->arena, "appraisal_projects", "Does each project pay", project_columns,
                         sizeof project_columns / sizeof *project_columns, job->n_projects + 1, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(job->arena));
    for (size_t p = 0; p < job->n_projects; p++) {
        const bk_project_worth *project = &job->projects[p];
        bki_put_text(table, project_id(job, p));
        bki_put_text(table, job->model->projects.projects[project->project].name);
        bki_put_text(table, project->class->name);
        bki_put_number(table, project->overrun);
        bki_put_integer(table, job->flow_settings.price_year + project->years.opens);
        bki_put_text(table, project->verdict);
        put_stake(job, table, bki_stake(job, p, job->n_economies));
    }
    return bki_table_append(job->ctx, &job->worth->results, table);
}

static const bki_column stake_columns[] = {
    TEXT("project", "project; all: the scenario's works together"),
    TEXT("economy", "country; outside: parties that are not in the study"),
    TEXT("name", "its name"),
    STAKE_COLUMNS,
};

static bk_status
record_stakes(bki_worth *job)
{
    bki_table *table = bki_table_create(job->arena, "appraisal_economies", "Does it pay for each economy",
                                        stake_columns, sizeof stake_columns / sizeof *stake_columns,
                                        (job->n_projects + 1) * (job->n_economies + 1), BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(job->arena));
    for (size_t p = 0; p <= job->n_projects; p++)
        for (size_t e = 0; e < job->n_economies; e++) {
            bki_put_text(table, project_id(job, p));
            bki_put_text(table, bki_economy_code(job->worth, e));
            bki_put_text(table, bki_economy_name(job->worth, e));
            put_stake(job, table, bki_stake(job, p, e));
        }
    return bki_table_append(job->ctx, &job->worth->results, table);
}

static const bki_column flow_columns[] = {
    TEXT("project", "project; all: the scenario's works together"),
    TEXT("economy", "country, outside, or all"),
    INTEGER("year", "", "calendar year"),
    NUMBER("investment_usd", "USD", "works, overrun included, prices of the base year"),
    NUMBER("running_usd", "USD", "operation and maintenance"),
    NUMBER("gain_usd", "USD", "real income gained"),
    NUMBER("transit_revenue_usd", "USD", "change of gross transit revenue"),
    NUMBER("drawn_usd", "USD", "drawn from lenders"),
    NUMBER("debt_service_usd", "USD", "interest and repayment"),
};

/* Who neither pays nor borrows has no cash flow but gains, which the table of economies has. */
static bool
has_flow(const bk_stake *stake)
{
    return stake->cost_usd > 0.0;
}

static void
put_flows(const bki_worth *job, bki_table *table, size_t p, size_t e)
{
    const bk_stake *stake = bki_stake(job, p, e);

    for (size_t year = 0; has_flow(stake) && year < job->n_years; year++) {
        bki_put_text(table, project_id(job, p));
        bki_put_text(table, bki_economy_code(job->worth, e));
        bki_put_integer(table, job->flow_settings.price_year + (int)year);
        bki_put_number(table, stake->investment[year]);
        bki_put_number(table, stake->running[year]);
        bki_put_number(table, stake->benefit[year]);
        bki_put_number(table, stake->income[year]);
        bki_put_number(table, stake->drawn[year]);
        bki_put_number(table, stake->debt_service[year]);
        bki_end_row(table);
    }
}

static bk_status
record_flows(bki_worth *job)
{
    size_t n = 0;

    for (size_t s = 0; s < (job->n_projects + 1) * (job->n_economies + 1); s++)
        n += has_flow(&job->stakes[s]);
    bki_table *table =
        bki_table_create(job->arena, "cash_flow", "Who pays what and when", flow_columns,
                         sizeof flow_columns / sizeof *flow_columns, n * job->n_years + 1, BK_GEOMETRY_NONE);
    BK_TRY(bk_arena_ok(job->arena));
    for (size_t p = 0; p <= job->n_projects; p++)
        for (size_t e = 0; e <= job->n_economies; e++)
            put_flows(job, table, p, e);
    return bki_table_append(job->ctx, &job->worth->results, table);
}

static const bki_column matrix_columns[] = {
    TEXT("payer", "country, or outside"),
    TEXT("gainer", "country"),
    NUMBER("gain_usd", "USD", "present value of the gains that the payer's share of each project's cost brings"),
};

static bk_status
record_matrix(bki_worth *job)
{
    const size_t n = job->n_economies;
    bki_table   *table = bki_table_create(job->arena, "pays_gains", "Whose money brings whom what", matrix_columns,
                                          sizeof matrix_columns / sizeof *matrix_columns, n * n + 1, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(job->arena));
    for (size_t cell = 0; cell < n * n; cell++) {
        if (job->worth->matrix[cell] == 0.0)
            continue;
        bki_put_text(table, bki_economy_code(job->worth, cell / n));
        bki_put_text(table, bki_economy_code(job->worth, cell % n));
        bki_put_number(table, job->worth->matrix[cell]);
        bki_end_row(table);
    }
    return bki_table_append(job->ctx, &job->worth->results, table);
}

static const bki_column provenance_columns[] = {TEXT("item", "what"), TEXT("value", "its value")};

static void
put_item(bki_table *table, const char *item, const char *value)
{
    bki_put_text(table, item);
    bki_put_text(table, value);
    bki_end_row(table);
}

static void
put_number_item(bki_table *table, bk_arena *arena, const char *item, double value)
{
    put_item(table, item, bk_arena_format(arena, "%.17g", value));
}

static bk_status
record_provenance(bki_worth *job)
{
    const bk_model          *model = job->study->model;
    const bk_worth_settings *settings = job->settings;
    bk_arena                *arena = job->arena;
    bki_table               *table = bki_table_create(arena, "provenance", "What was appraised, from what, by what",
                                                      provenance_columns, 2, 20, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(arena));
    put_item(table, "program", bk_arena_format(arena, "buckle %s", bk_version()));
    put_item(table, "study", model->title);
    put_item(table, "folder", job->study->name);
    put_item(table, bk_arena_format(arena, "scenario %s", job->scenario->name), job->scenario->title);
    put_item(table, "base_year", bk_arena_format(arena, "%d", model->base_year));
    put_item(table, "base_key", bk_arena_format(arena, "%016llx", (unsigned long long)bk_joint_key(model)));
    put_number_item(table, arena, "discount_rate", model->discount_rate);
    put_item(table, "horizon_years", bk_arena_format(arena, "%d", model->horizon_years));
    put_number_item(table, arena, "tolerance", settings->joint.tolerance);
    put_number_item(table, arena, "growth", settings->growth);
    put_number_item(table, arena, "inflation", settings->inflation);
    put_item(table, "overrun",
             settings->overrun < 0.0 ? "mean of each project's reference class"
                                     : bk_arena_format(arena, "%.17g", settings->overrun));
    put_number_item(table, arena, "benefit_sd", settings->benefit_sd);
    put_number_item(table, arena, "transit_surplus", settings->transit_surplus);
    put_item(table, "draws", bk_arena_format(arena, "%zu", settings->n_draws));
    put_item(table, "seed", bk_arena_format(arena, "%llu", (unsigned long long)settings->seed));
    put_item(table, "equilibria", bk_arena_format(arena, "%zu", job->worth->n_states));
    put_item(table, "residual", bk_arena_format(arena, "%.3g", job->worth->residual));
    put_item(table, "converged", job->worth->converged ? "yes" : "no");
    return bki_table_append(job->ctx, &job->worth->results, table);
}

bk_status
bki_worth_record(bki_worth *job)
{
    BK_TRY(record_projects(job));
    BK_TRY(record_stakes(job));
    BK_TRY(record_flows(job));
    BK_TRY(record_matrix(job));
    BK_TRY(bki_record_sources(job->ctx, job->model, &job->worth->results));
    return record_provenance(job);
}
