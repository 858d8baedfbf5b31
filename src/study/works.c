/* What works cost a year, and whom. */
#include "study/accounts.h"
#include "buckle/appraisal.h"

#include <math.h>
#include <string.h>

bool
bki_add_to_country(const bk_model *model, uint32_t country, double usd, double *by_region)
{
    const bk_economy *economy = &model->economy;
    double            whole = 0.0;

    for (size_t n = 0; country != BK_NONE && n < economy->n_regions; n++)
        if (economy->regions[n].country == country)
            whole += economy->regions[n].value_added;
    if (whole <= 0.0)
        return false;
    for (size_t n = 0; n < economy->n_regions; n++)
        if (economy->regions[n].country == country)
            by_region[n] += usd * economy->regions[n].value_added / whole;
    return true;
}

/* Amounts stated for a project are scaled to add up to its capital cost, as in bk_project_flows; 0: none is stated. */
static double
stated_amounts(const bk_projects *projects, size_t project)
{
    double usd = 0.0;

    for (size_t f = 0; f < projects->n_finance; f++)
        if (projects->finance[f].project == project)
            usd += projects->finance[f].amount_usd;
    return usd;
}

/* Adds the yearly cost of one project to `cost`; returns what no party of the study carries. */
static double
add_project(const bk_model *model, size_t p, double *cost)
{
    const bk_projects *projects = &model->projects;
    const bk_project  *project = &projects->projects[p];
    const int          years = project->life_years > 0 ? project->life_years : model->horizon_years;
    const double       yearly = bk_annuity(1.0, model->discount_rate, years) + project->operation_share_of_capex;
    const double       stated = stated_amounts(projects, p);
    double             carried = 0.0;

    for (size_t f = 0; f < projects->n_finance; f++) {
        const bk_finance *finance = &projects->finance[f];
        if (finance->project != p)
            continue;
        const double share = stated > 0.0 ? finance->amount_usd / stated : finance->share;
        if (bki_add_to_country(model, finance->party, share * project->capex_usd * yearly, cost))
            carried += share;
    }
    return fmax(1.0 - carried, 0.0) * project->capex_usd * yearly;
}

double
bki_works_cost(const bk_model *base, const bk_model *model, double *cost)
{
    double unassigned = 0.0;

    memset(cost, 0, model->economy.n_regions * sizeof *cost);
    for (size_t p = 0; p < model->projects.n_projects; p++)
        if (model->projects.projects[p].built && !base->projects.projects[p].built)
            unassigned += add_project(model, p, cost);
    return unassigned;
}
