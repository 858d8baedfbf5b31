/* The order of a stress test: inputs, scenarios, the key, draws, answers. */
#include "study/stress.h"
#include "buckle/appraisal.h"

#include <math.h>
#include <string.h>

/* Errors of a draw are far below the spread between draws long before those of one answer are. */
static const double DRAW_TOLERANCE = 1e-5;

bk_stress_settings
bk_stress_default_settings(void)
{
    const bk_joint_settings defaults = bk_joint_default_settings();

    return (bk_stress_settings){
        .joint = {.tolerance = DRAW_TOLERANCE, .max_rounds = defaults.max_rounds, .gains_only = true},
        .n_draws = 1000,
        .seed = 1,
        .sampler = BK_SAMPLER_SOBOL,
        .economy = BK_NONE};
}

/* ---- economies and scenarios ----------------------------------------------------------------------------------- */

static bk_status
list_economies(bki_stress *job)
{
    const bk_economy *economy = &job->study->model->economy;
    uint32_t         *economies = BK_NEW(job->arena, uint32_t, economy->n_regions + 1);
    uint32_t         *economy_of = BK_NEW(job->arena, uint32_t, economy->n_regions + 1);

    BK_TRY(bk_arena_ok(job->arena));
    job->n_regions = economy->n_regions;
    for (size_t n = 0; n < economy->n_regions; n++) {
        uint32_t at = 0;
        while (at < job->n_economies && economies[at] != economy->regions[n].country)
            at++;
        if (at == job->n_economies)
            economies[job->n_economies++] = economy->regions[n].country;
        economy_of[n] = at;
    }
    job->economies = economies;
    job->economy_of = economy_of;
    job->out->economies = economies;
    job->out->n_economies = job->n_economies;
    return BK_OK;
}

static bk_status
list_projects(bki_stress *job, bki_stress_case *one)
{
    const bk_projects *base = &job->study->model->projects, *then = &one->model->projects;
    uint32_t          *projects = BK_NEW(job->arena, uint32_t, base->n_projects + 1);

    BK_TRY(bk_arena_ok(job->arena));
    for (uint32_t p = 0; p < base->n_projects; p++)
        if (then->projects[p].built && !base->projects[p].built)
            projects[one->n_projects++] = p;
    one->projects = projects;
    return BK_OK;
}

static bk_status
list_cases(bki_stress *job)
{
    job->n_cases = job->study->n_scenarios;
    job->cases = BK_NEW(job->arena, bki_stress_case, job->n_cases + 1);
    BK_TRY(bk_arena_ok(job->arena));
    job->n_values = RECORD_EV + job->n_regions;
    for (size_t c = 0; c < job->n_cases; c++) {
        bki_stress_case *one = &job->cases[c];
        *one = (bki_stress_case){
            .scenario = job->study->scenarios[c], .model = job->study->models[c], .first = job->n_values};
        if (!job->settings->gains_alone)
            BK_TRY(list_projects(job, one));
        job->n_values += job->n_regions;
        if (one->n_projects > 0)
            job->n_values += one->n_projects + job->n_regions;
        if (job->settings->projects)
            job->n_values += one->n_projects * job->n_regions;
    }
    return BK_OK;
}

static bk_status
measure_income(bki_stress *job)
{
    const double *of_region = bk_trade_base_income(bk_joint_trade(job->base));
    double       *income = BK_NEW(job->arena, double, job->n_economies + 1);

    BK_TRY(bk_arena_ok(job->arena));
    for (size_t n = 0; n < job->n_regions; n++)
        income[job->economy_of[n]] += of_region[n] * job->study->model->money_usd;
    job->income = income;
    return BK_OK;
}

/* ---- the order ------------------------------------------------------------------------------------------------- */

/* All that a draw is a function of, but for the solutions it starts from. */
static bk_status
prepare(bki_stress *job, bk_manifest *manifest)
{
    const bool is_design = job->settings->indices;
    bool       cached;

    if (!job->study->model->has_economy)
        return bk_fail_hint(job->ctx, BK_ERR_INCONSISTENT, "add economy/", "%s has no economy, so nothing can gain",
                            job->study->folder);
    if (job->study->n_scenarios == 0)
        return bk_fail_hint(job->ctx, BK_ERR_USAGE, "name one with --scenario", "there is no scenario to test");
    job->out->study = job->study;
    job->out->settings = *job->settings;
    job->out->results.arena = job->arena;
    BK_TRY(list_economies(job));
    BK_TRY(list_cases(job));
    BK_TRY(bki_stress_list(job));
    BK_TRY(bk_sampler_create(job->ctx, job->settings->sampler, job->settings->seed, job->settings->n_draws,
                             (is_design ? 2 : 1) * job->n_dimensions, job->arena, &job->sampler));
    BK_TRY(bki_stress_manifest(job, manifest));
    BK_TRY(bk_study_base(job->ctx, job->study, job->settings->cache_folder, job->arena, &job->base, &cached));
    BK_TRY(measure_income(job));
    return bki_stress_money(job);
}

/* Capital costs of the scenario as stated: with the overrun that is to be expected. */
static void
expect_costs(const bki_stress *job, double *central)
{
    for (size_t c = 0; c < job->n_cases; c++)
        for (size_t p = 0; p < job->cases[c].n_projects; p++) {
            const char *id = job->study->model->projects.projects[job->cases[c].projects[p]].id;
            double     *factor = &central[bki_case_costs(job, &job->cases[c]) + p];
            *factor = 1.0;
            for (size_t d = 0; d < job->n_doubts; d++) {
                const bk_adjustment   *adjust = &job->doubts[d].adjust;
                const bk_distribution *law = &job->doubts[d].distribution;
                if (strcmp(adjust->attribute.name, "capex_usd") == 0 && adjust->operation == BK_ADJUST_FACTOR &&
                    adjust->n_selectors == 1 && strcmp(adjust->selectors[0].names[0].name, id) == 0)
                    *factor *= law->kind == BK_LOGNORMAL ? law->mean : bk_distribution_quantile(law, 0.5);
            }
        }
}

static bk_status
conclude(bki_stress *job, const bk_records *records, const double *central)
{
    bk_stress *out = job->out;

    out->records = records;
    out->n_wanted = records->manifest.n_records;
    out->n_done = records->n_done;
    out->n_resumed = records->n_resumed;
    out->complete = records->n_done == records->manifest.n_records;
    BK_TRY(bki_stress_answers(job, records, central));
    BK_TRY(bki_stress_reasons(job, records));
    BK_TRY(bki_stress_regrets(job));
    return bki_stress_tables(job);
}

static bk_status
begin(bki_stress *job, const bk_stress_settings *settings, bk_manifest *manifest, double **central)
{
    bk_stress_settings *own = BK_NEW(job->arena, bk_stress_settings, 1);

    job->out = BK_NEW(job->arena, bk_stress, 1);
    BK_TRY(bk_arena_ok(job->arena));
    *own = *settings;
    if (own->economy == BK_NONE && job->study->model->economy.n_regions > 0)
        own->economy = job->study->model->economy.regions[0].country;
    job->settings = own;
    BK_TRY(prepare(job, manifest));
    *central = BK_NEW(job->arena, double, job->n_values + 1);
    BK_TRY(bk_arena_ok(job->arena));
    BK_TRY(bki_stress_central(job, *central));
    expect_costs(job, *central);
    return BK_OK;
}

bk_status
bk_study_stress(bk_context *ctx, const bk_study *study, const bk_stress_settings *settings, bk_arena *arena,
                const bk_stress **out)
{
    bki_stress    job = {.ctx = ctx, .arena = arena, .study = study};
    bk_spread_job spread = {.what = "draw", .compute = bki_stress_record, .state = &job};
    bk_records   *records = BK_NEW(arena, bk_records, 1);
    double       *central = NULL;

    BK_TRY(bk_arena_ok(arena));
    BK_TRY(begin(&job, settings, &spread.manifest, &central));
    BK_TRY(bk_spread(ctx, &spread, &settings->spread, arena, records));
    BK_TRY(conclude(&job, records, central));
    *out = job.out;
    return BK_OK;
}

bk_status
bki_stress_conclude(bk_context *ctx, const bk_study *study, const bk_stress_settings *settings,
                    const bk_records *records, bk_arena *arena, const bk_stress **out)
{
    bki_stress  job = {.ctx = ctx, .arena = arena, .study = study};
    bk_manifest manifest;
    double     *central = NULL;

    BK_TRY(begin(&job, settings, &manifest, &central));
    if (manifest.key != records->manifest.key || manifest.n_records != records->manifest.n_records ||
        manifest.n_values != records->manifest.n_values)
        return bk_fail_hint(ctx, BK_ERR_INCONSISTENT,
                            "merge with the study as it was and the program the draws were made with",
                            "%s is no longer what these draws were made from", study->folder);
    BK_TRY(conclude(&job, records, central));
    *out = job.out;
    return BK_OK;
}
