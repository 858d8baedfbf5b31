/* The order of an appraisal: which projects, their equilibria, cash flows, indicators, doubt, verdicts, tables. */
#include "study/worth.h"

#include <string.h>

bk_worth_settings
bk_worth_default_settings(const bk_model *model)
{
    return (bk_worth_settings){.joint = bk_joint_default_settings(),
                               .growth = model->appraisal.growth,
                               .inflation = model->appraisal.inflation,
                               .overrun = model->appraisal.overrun,
                               .benefit_sd = model->appraisal.benefit_sd,
                               .transit_surplus = model->appraisal.transit_surplus,
                               .n_draws = 10000,
                               .seed = 1};
}

bk_stake *
bki_stake(const bki_worth *job, size_t project, size_t economy)
{
    return &job->stakes[project * (job->n_economies + 1) + economy];
}

const bk_stake *
bk_worth_stake(const bk_worth *worth, size_t project, size_t economy)
{
    return &worth->stakes[project * (worth->n_economies + 1) + economy];
}

static bk_status
choose_projects(bki_worth *job)
{
    const bk_projects *base = &job->study->model->projects, *built = &job->model->projects;

    job->projects = BK_NEW(job->arena, bk_project_worth, built->n_projects + 1);
    BK_TRY(bk_arena_ok(job->arena));
    for (size_t p = 0; p < built->n_projects; p++) {
        if (!built->projects[p].built || base->projects[p].built)
            continue;
        const bk_reference_class *class = bk_reference_class_of(built->projects[p].type);
        job->projects[job->n_projects++] =
            (bk_project_worth){.project = (uint32_t)p,
                               .class = class,
                               .overrun = job->settings->overrun < 0.0 ? class->mean : job->settings->overrun,
                               .years = bk_project_years_of(&built->projects[p], &job->flow_settings)};
    }
    if (job->n_projects == 0)
        return bk_fail_hint(job->ctx, BK_ERR_USAGE, "name a scenario with a measure that has `projects`",
                            "scenario %s builds no project that the base year has not", job->scenario->name);
    return BK_OK;
}

/* Countries with regions, in the model's order, then whoever is outside. */
static bk_status
choose_economies(bki_worth *job)
{
    const bk_model *model = job->model;
    uint32_t       *economies = BK_NEW(job->arena, uint32_t, model->n_countries + 1);

    job->economy_of_country = BK_NEW(job->arena, uint32_t, model->n_countries + 1);
    BK_TRY(bk_arena_ok(job->arena));
    for (size_t c = 0; c <= model->n_countries; c++)
        job->economy_of_country[c] = BK_NONE;
    for (size_t n = 0; n < model->economy.n_regions; n++) {
        uint32_t *economy = &job->economy_of_country[model->economy.regions[n].country];
        if (*economy != BK_NONE)
            continue;
        *economy = (uint32_t)job->n_economies;
        economies[job->n_economies++] = model->economy.regions[n].country;
    }
    economies[job->n_economies++] = BK_NONE;
    job->worth->economies = economies;
    return BK_OK;
}

static bk_status
prepare(bki_worth *job, size_t scenario)
{
    const bk_model *model = job->study->model;
    bool            cached;

    job->scenario = job->study->scenarios[scenario];
    job->model = job->study->models[scenario];
    job->worth = BK_NEW(job->arena, bk_worth, 1);
    BK_TRY(bk_arena_ok(job->arena));
    job->flow_settings = (bk_appraisal_settings){.price_year = model->base_year,
                                                 .horizon_years = model->horizon_years,
                                                 .discount_rate = model->discount_rate,
                                                 .traffic_growth = job->settings->growth,
                                                 .inflation = job->settings->inflation};
    BK_TRY(choose_projects(job));
    BK_TRY(choose_economies(job));
    *job->worth = (bk_worth){.study = job->study,
                             .scenario = job->scenario,
                             .settings = *job->settings,
                             .n_projects = job->n_projects,
                             .n_economies = job->n_economies,
                             .projects = job->projects,
                             .economies = job->worth->economies,
                             .results.arena = job->arena};
    return bk_study_base(job->ctx, job->study, job->settings->cache_folder, job->arena, &job->base, &cached);
}

bk_status
bk_study_appraise(bk_context *ctx, const bk_study *study, size_t scenario, const bk_worth_settings *settings,
                  bk_arena *arena, const bk_worth **out)
{
    bki_worth job = {.ctx = ctx, .arena = arena, .study = study, .settings = settings};

    if (!study->model->has_economy)
        return bk_fail_hint(ctx, BK_ERR_INCONSISTENT, "add economy/", "%s has no economy, so nothing can be appraised",
                            study->folder);
    BK_TRY(prepare(&job, scenario));
    BK_TRY(bki_worth_gains(&job));
    BK_TRY(bki_worth_streams(&job));
    BK_TRY(bki_worth_weigh(&job));
    BK_TRY(bki_worth_matrix(&job));
    BK_TRY(bki_worth_judge(&job));
    BK_TRY(bki_worth_record(&job));
    *out = job.worth;
    return BK_OK;
}
