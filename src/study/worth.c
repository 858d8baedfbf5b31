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

uint64_t
bki_worth_all(const bki_worth *job)
{
    return ((uint64_t)1 << job->n_projects) - 1;
}

/* Three of the whole, each project twice, all works alone, and each span of years in two worlds. */
size_t
bki_worth_questions(const bki_worth *job)
{
    return 4 + 2 * job->n_projects + BKI_WORLDS * job->n_spans;
}

static bk_status
check_scenario(const bki_worth *job)
{
    const bk_projects *base = &job->study->model->projects, *built = &job->model->projects;

    for (size_t p = 0; p < built->n_projects; p++)
        if (built->projects[p].built && !base->projects[p].built)
            return BK_OK;
    return bk_fail_hint(job->ctx, BK_ERR_USAGE, "name a scenario with a measure that has `projects`",
                        "scenario %s builds no project that the base year has not", job->scenario->name);
}

static const size_t base_year[] = {SIZE_MAX};

static bk_status
choose_projects(bki_worth *job, size_t scenario)
{
    bk_invest_settings *sets = BK_NEW(job->arena, bk_invest_settings, 1);

    BK_TRY(bk_arena_ok(job->arena));
    *sets = bk_invest_default_settings(job->study->model);
    sets->joint = job->settings->joint;
    sets->cache_folder = job->settings->cache_folder;
    sets->growth = job->settings->growth;
    sets->overrun = job->settings->overrun;
    sets->scenario = scenario;
    sets->n_robust = BKI_WORLDS - BKI_WORLD_BASE;
    sets->robust = base_year;
    BK_TRY(bk_worths_open(job->ctx, job->study, sets, job->arena, &job->worths));
    job->n_projects = job->worths->n_candidates;
    job->n_economies = job->worths->n_economies;
    job->economy_of_country = job->worths->economy_of_country;
    job->projects = BK_NEW(job->arena, bk_project_worth, job->n_projects);
    BK_TRY(bk_arena_ok(job->arena));
    for (size_t p = 0; p < job->n_projects; p++) {
        const bk_candidate *candidate = &job->worths->candidates[p];
        const bk_project   *project = &job->model->projects.projects[candidate->project];
        job->projects[p] = (bk_project_worth){.project = candidate->project,
                                              .class = bk_reference_class_of(project->type),
                                              .overrun = candidate->overrun,
                                              .years = candidate->when};
    }
    return BK_OK;
}

static bk_status
prepare(bki_worth *job, size_t scenario)
{
    const bk_model *model = job->study->model;

    job->scenario = job->study->scenarios[scenario];
    job->model = job->study->models[scenario];
    job->worth = BK_NEW(job->arena, bk_worth, 1);
    BK_TRY(bk_arena_ok(job->arena));
    job->flow_settings = (bk_appraisal_settings){.price_year = model->base_year,
                                                 .horizon_years = model->horizon_years,
                                                 .discount_rate = model->discount_rate,
                                                 .inflation = job->settings->inflation};
    BK_TRY(check_scenario(job));
    BK_TRY(choose_projects(job, scenario));
    *job->worth = (bk_worth){.study = job->study,
                             .scenario = job->scenario,
                             .settings = *job->settings,
                             .n_projects = job->n_projects,
                             .n_economies = job->n_economies,
                             .projects = job->projects,
                             .economies = job->worths->economies,
                             .results.arena = job->arena};
    return BK_OK;
}

static bk_status
weigh_all(bki_worth *job)
{
    BK_TRY(bki_worth_gains(job));
    BK_TRY(bki_worth_streams(job));
    BK_TRY(bki_worth_weigh(job));
    BK_TRY(bki_worth_matrix(job));
    BK_TRY(bki_worth_judge(job));
    return bki_worth_record(job);
}

bk_status
bk_study_appraise(bk_context *ctx, const bk_study *study, size_t scenario, const bk_worth_settings *settings,
                  bk_arena *arena, const bk_worth **out)
{
    bki_worth job = {.ctx = ctx, .arena = arena, .study = study, .settings = settings};

    if (!study->model->has_economy)
        return bk_fail_hint(ctx, BK_ERR_INCONSISTENT, "add economy/", "%s has no economy, so nothing can be appraised",
                            study->folder);
    bk_status status = prepare(&job, scenario);
    if (status == BK_OK)
        status = weigh_all(&job);
    bk_worths_close(job.worths);
    *out = status == BK_OK ? job.worth : NULL;
    return status;
}
