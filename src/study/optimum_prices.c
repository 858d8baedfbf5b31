/* What lines cost to build: as the study's own projects of the kind did, a kilometre. */
#include "buckle/appraisal.h"
#include "study/optimum.h"

#include <math.h>
#include <string.h>

/* Works on ports and transfers are in such a project's price, so it says nothing of lines. */
static bool
has_transfers(const bk_projects *projects, size_t project)
{
    for (size_t e = 0; e < projects->n_effects; e++)
        if (projects->effects[e].project == project && projects->effects[e].target_kind == BK_TARGET_TRANSFER)
            return true;
    return false;
}

static bool
works_on(const bk_model *model, size_t project, size_t link)
{
    const bk_projects *projects = &model->projects;

    if (model->network.links[link].project == project)
        return true;
    for (size_t e = 0; e < projects->n_effects; e++)
        if (projects->effects[e].project == project && projects->effects[e].target_kind == BK_TARGET_LINK &&
            projects->effects[e].target == link)
            return true;
    return false;
}

/* The class of a project, "rail" or "road", is the name of the mode whose lines it builds. */
static void
measure_project(bki_optimum *job, size_t p)
{
    const bk_model   *model = job->model;
    const bk_project *project = &model->projects.projects[p];
    const bk_reference_class *class = bk_reference_class_of(project->type);
    const double overrun = job->settings->overrun < 0.0 ? class->mean : job->settings->overrun;

    job->price[p] = project->capex_usd * (1.0 + overrun);
    if (has_transfers(&model->projects, p))
        return;
    for (size_t a = 0; a < model->network.n_links; a++)
        if (strcmp(model->network.modes[model->network.links[a].mode], class->name) == 0 && works_on(model, p, a))
            job->length[p] += model->network.links[a].km;
}

static void
average_projects(bki_optimum *job)
{
    const bk_model *model = job->model;

    for (size_t m = 0; m < model->network.n_modes; m++) {
        double usd = 0.0, km = 0.0;
        for (size_t p = 0; p < model->projects.n_projects; p++) {
            const bk_reference_class *class = bk_reference_class_of(model->projects.projects[p].type);
            if (job->length[p] <= 0.0 || job->price[p] <= 0.0 || strcmp(model->network.modes[m], class->name) != 0)
                continue;
            usd += job->price[p];
            km += job->length[p];
            job->modes[m].n_projects++;
        }
        job->modes[m].usd_per_km = km > 0.0 ? usd / km : 0.0;
    }
}

static bk_status
take_stated(bki_optimum *job)
{
    const bk_network_data *network = &job->model->network;

    for (size_t i = 0; i < job->settings->n_prices; i++) {
        const bk_optimum_price *stated = &job->settings->prices[i];
        size_t                  m = 0;
        while (m < network->n_modes && strcmp(network->modes[m], stated->mode) != 0)
            m++;
        if (m == network->n_modes)
            return bk_fail(job->ctx, BK_ERR_REFERENCE, "%s is no mode of %s", stated->mode, job->study->name);
        if (!isfinite(stated->usd_per_km) || stated->usd_per_km <= 0.0)
            return bk_fail(job->ctx, BK_ERR_VALUE, "a kilometre of %s cannot cost %g USD", stated->mode,
                           stated->usd_per_km);
        job->modes[m].usd_per_km = stated->usd_per_km;
        job->modes[m].n_projects = 0;
    }
    return BK_OK;
}

bk_status
bki_optimum_prices(bki_optimum *job)
{
    const bk_model *model = job->model;

    job->price = BK_NEW(job->arena, double, model->projects.n_projects + 1);
    job->length = BK_NEW(job->arena, double, model->projects.n_projects + 1);
    job->project_of = BK_NEW(job->arena, uint32_t, model->network.n_links + 1);
    BK_TRY(bk_arena_ok(job->arena));
    for (size_t p = 0; p < model->projects.n_projects; p++)
        measure_project(job, p);
    average_projects(job);
    BK_TRY(take_stated(job));
    for (size_t a = 0; a < model->network.n_links; a++) {
        job->project_of[a] = BK_NONE;
        for (size_t c = 0; c < job->settings->n_candidates && job->project_of[a] == BK_NONE; c++)
            if (works_on(model, job->settings->candidates[c], a))
                job->project_of[a] = job->settings->candidates[c];
    }
    return BK_OK;
}
