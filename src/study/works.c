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

double
bki_works_cost(const bk_model *base, const bk_model *model, double *cost)
{
    const bk_projects *projects = &model->projects;
    double             unassigned = 0.0;

    memset(cost, 0, model->economy.n_regions * sizeof *cost);
    for (size_t p = 0; p < projects->n_projects; p++) {
        const bk_project *project = &projects->projects[p];
        if (!project->built || base->projects.projects[p].built)
            continue;
        const int    years = project->life_years > 0 ? project->life_years : model->horizon_years;
        const double yearly = bk_annuity(1.0, model->discount_rate, years) + project->operation_share_of_capex;
        double       financed = 0.0;
        for (size_t f = 0; f < projects->n_finance; f++) {
            const bk_finance *finance = &projects->finance[f];
            const double usd = finance->amount_usd > 0.0 ? finance->amount_usd : finance->share * project->capex_usd;
            if (finance->project == p && bki_add_to_country(model, finance->party, usd * yearly, cost))
                financed += usd;
        }
        unassigned += fmax(project->capex_usd - financed, 0.0) * yearly;
    }
    return unassigned;
}
