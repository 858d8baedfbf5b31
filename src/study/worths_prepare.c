/* The candidates of a portfolio, what they cost and whom. */
#include "study/worths.h"

#include <math.h>
#include <string.h>

/* ---- which ----------------------------------------------------------------------------------------------------- */

static bool
changes_something(const bk_model *model, size_t project)
{
    for (size_t e = 0; e < model->projects.n_effects; e++)
        if (model->projects.effects[e].project == project)
            return true;
    for (size_t a = 0; a < model->network.n_links; a++)
        if (model->network.links[a].project == project)
            return true;
    return false;
}

static bool
is_built_by(const bk_scenario *scenario, const char *id)
{
    for (size_t m = 0; m < scenario->n_measures; m++)
        for (size_t p = 0; p < scenario->measures[m].n_projects; p++)
            if (strcmp(scenario->measures[m].projects[p].name, id) == 0)
                return true;
    return false;
}

static bool
is_asked_for(const bk_invest_settings *settings, const char *id)
{
    for (size_t c = 0; c < settings->n_candidates; c++)
        if (strcmp(settings->candidates[c], id) == 0)
            return true;
    return settings->candidates == NULL;
}

/* Every name asked for has to be that of a project that can be a candidate. */
static bk_status
check_names(const bk_worths *worths, const bool *able)
{
    const bk_projects *projects = &worths->study->model->projects;
    bk_names          *names = bk_names_create(worths->arena);

    for (size_t p = 0; p < projects->n_projects && names; p++)
        bk_names_intern(names, projects->projects[p].id, strlen(projects->projects[p].id));
    BK_TRY(bk_arena_ok(worths->arena));
    for (size_t c = 0; c < worths->settings->n_candidates; c++) {
        const char    *id = worths->settings->candidates[c];
        const uint32_t at = bk_names_find(names, id, strlen(id));
        if (at == BK_NONE) {
            const char *near = bk_names_nearest(names, id, strlen(id));
            return bk_fail_hint(worths->ctx, BK_ERR_REFERENCE,
                                near ? bk_arena_format(worths->arena, "did you mean %s?", near) : NULL,
                                "%s is no project of %s", id, worths->study->name);
        }
        if (!able[at])
            return bk_fail_hint(worths->ctx, BK_ERR_USAGE, "leave it out, or name a scenario that builds it",
                                "%s cannot be a candidate: the base year has it, the scenario does not build it, or it "
                                "changes nothing",
                                id);
    }
    return BK_OK;
}

enum { most_candidates = 56 }; /* bits of a number, with 8 left for states */

static bk_status
choose_candidates(bk_worths *worths)
{
    const bk_model    *model = worths->study->model;
    const bk_projects *projects = &model->projects;
    const bk_scenario *given =
        worths->settings->scenario == SIZE_MAX ? NULL : worths->study->scenarios[worths->settings->scenario];
    bool *able = BK_NEW(worths->arena, bool, projects->n_projects + 1);

    worths->candidates = BK_NEW(worths->arena, bk_candidate, projects->n_projects + 1);
    BK_TRY(bk_arena_ok(worths->arena));
    for (size_t p = 0; p < projects->n_projects; p++)
        able[p] = !projects->projects[p].built &&
                  (given ? is_built_by(given, projects->projects[p].id) : changes_something(model, p));
    BK_TRY(check_names(worths, able));
    for (size_t p = 0; p < projects->n_projects; p++)
        if (able[p] && is_asked_for(worths->settings, projects->projects[p].id))
            worths->candidates[worths->n_candidates++] = (bk_candidate){.project = (uint32_t)p};
    if (worths->n_candidates == 0)
        return bk_fail_hint(worths->ctx, BK_ERR_USAGE, "name a scenario that builds some, or projects with effects",
                            "there is no project to choose from: none that the base year has not changes the network");
    if (worths->n_candidates > most_candidates)
        return bk_fail_hint(worths->ctx, BK_ERR_USAGE, "take a scenario that builds fewer",
                            "%zu projects at once are more than the %d whose sets can be numbered",
                            worths->n_candidates, most_candidates);
    return BK_OK;
}

/* A scenario of one measure a candidate, where none is given. */
static bk_status
choose_source(bk_worths *worths)
{
    const bk_projects *projects = &worths->study->model->projects;
    bk_scenario       *source = BK_NEW(worths->arena, bk_scenario, 1);
    bk_measure        *measures = BK_NEW(worths->arena, bk_measure, worths->n_candidates + 1);
    bk_name_at        *names = BK_NEW(worths->arena, bk_name_at, worths->n_candidates + 1);

    BK_TRY(bk_arena_ok(worths->arena));
    if (worths->settings->scenario != SIZE_MAX) {
        worths->source = worths->study->scenarios[worths->settings->scenario];
        return BK_OK;
    }
    for (size_t c = 0; c < worths->n_candidates; c++) {
        names[c].name = projects->projects[worths->candidates[c].project].id;
        measures[c] = (bk_measure){.id = names[c].name, .n_projects = 1, .projects = &names[c]};
    }
    *source = (bk_scenario){
        .name = "candidates", .title = "candidates", .n_measures = worths->n_candidates, .measures = measures};
    worths->source = source;
    return BK_OK;
}

static bk_status
choose_economies(bk_worths *worths)
{
    const bk_model *model = worths->study->model;

    worths->economy_of_country = BK_NEW(worths->arena, uint32_t, model->n_countries + 1);
    worths->economies = BK_NEW(worths->arena, uint32_t, model->n_countries + 1);
    BK_TRY(bk_arena_ok(worths->arena));
    for (size_t c = 0; c <= model->n_countries; c++)
        worths->economy_of_country[c] = BK_NONE;
    for (size_t n = 0; n < model->economy.n_regions; n++) {
        uint32_t *economy = &worths->economy_of_country[model->economy.regions[n].country];
        if (*economy != BK_NONE)
            continue;
        *economy = (uint32_t)worths->n_economies;
        worths->economies[worths->n_economies++] = model->economy.regions[n].country;
    }
    worths->economies[worths->n_economies++] = BK_NONE;
    return BK_OK;
}

/* ---- what they cost -------------------------------------------------------------------------------------------- */

/* A copy of the candidates' model in which works planned for earlier begin in from_year. */
static bk_status
move_years(bk_worths *worths, bk_model *moved)
{
    const size_t    scenario = worths->settings->scenario;
    const bk_model *from = scenario == SIZE_MAX ? worths->study->model : worths->study->models[scenario];
    bk_project     *projects = BK_NEW(worths->arena, bk_project, from->projects.n_projects + 1);

    BK_TRY(bk_arena_ok(worths->arena));
    *moved = *from; /* a scenario may adjust what its projects cost */
    for (size_t p = 0; p < moved->projects.n_projects; p++) {
        projects[p] = moved->projects.projects[p];
        const int late = worths->settings->from_year - projects[p].construction_start;
        if (worths->settings->from_year == 0 || late <= 0)
            continue;
        projects[p].construction_start += late;
        projects[p].opens += late;
    }
    moved->projects.projects = projects;
    return BK_OK;
}

static void
add_flow(bk_worths *worths, const bk_party_flow *flow, size_t n_years, double rate)
{
    size_t c = 0;

    while (worths->candidates[c].project != flow->project)
        c++;
    bk_candidate *candidate = &worths->candidates[c];
    const double  factor = 1.0 + candidate->overrun;
    const double  cost =
        factor * (bk_present_value(flow->investment, n_years, rate) + bk_present_value(flow->running, n_years, rate));
    uint32_t economy = flow->country == BK_NONE ? BK_NONE : worths->economy_of_country[flow->country];
    if (economy == BK_NONE)
        economy = (uint32_t)worths->n_economies - 1; /* outside the study */
    worths->cost[c * worths->n_economies + economy] += cost;
    candidate->cost_usd += cost;
    candidate->price += factor * bk_sum(flow->investment, n_years);
}

bk_status
bki_worths_prepare(bk_worths *worths)
{
    const bk_invest_settings   *settings = worths->settings;
    const bk_model             *model = worths->study->model;
    const bk_appraisal_settings flow_settings = {.price_year = model->base_year,
                                                 .horizon_years = model->horizon_years,
                                                 .discount_rate = model->discount_rate,
                                                 .inflation = model->appraisal.inflation};
    const bk_party_flow        *flows = NULL;
    size_t                      n_flows = 0, n_years = 0;
    bk_model                    moved;

    BK_TRY(choose_candidates(worths));
    BK_TRY(choose_source(worths));
    BK_TRY(choose_economies(worths));
    BK_TRY(move_years(worths, &moved));
    worths->cost = BK_NEW(worths->arena, double, worths->n_candidates * worths->n_economies + 1);
    bool *built = BK_NEW(worths->arena, bool, model->projects.n_projects + 1);
    BK_TRY(bk_arena_ok(worths->arena));
    for (size_t c = 0; c < worths->n_candidates; c++) {
        bk_candidate     *candidate = &worths->candidates[c];
        const bk_project *project = &moved.projects.projects[candidate->project];
        built[candidate->project] = true;
        candidate->overrun = settings->overrun < 0.0 ? bk_reference_class_of(project->type)->mean : settings->overrun;
        candidate->when = bk_project_years_of(project, &flow_settings);
    }
    BK_TRY(bk_project_flows(worths->ctx, &moved, built, &flow_settings, worths->arena, &n_flows, &flows, &n_years));
    for (size_t f = 0; f < n_flows; f++)
        add_flow(worths, &flows[f], n_years, model->discount_rate);
    return BK_OK;
}
