/* What is drawn: doubts as the study states them and as it implies them, states of the world, and how a point of the
 * cube becomes their values. */
#include "buckle/appraisal.h"
#include "study/stress.h"

#include <math.h>
#include <string.h>

/* ---- doubts a study implies ------------------------------------------------------------------------------------ */

static bool
selects(const bk_adjustment *adjust, const char *key, const char *name)
{
    for (size_t s = 0; s < adjust->n_selectors; s++) {
        if (strcmp(adjust->selectors[s].key, key) != 0)
            continue;
        for (size_t n = 0; n < adjust->selectors[s].n_names; n++)
            if (strcmp(adjust->selectors[s].names[n].name, name) == 0)
                return true;
        return false;
    }
    return true;
}

/* The key that chooses rows of a target by their own name. */
static const char *
own_key(const char *target)
{
    return strcmp(target, "project") == 0 ? "id" : target;
}

/* Whether the study itself says how far this number may be off. */
static bool
is_stated(const bk_risk *risk, const char *target, const char *attribute, const char *name)
{
    for (size_t d = 0; d < risk->n_doubts; d++) {
        const bk_adjustment *adjust = &risk->doubts[d].adjust;
        if (strcmp(adjust->target.name, target) == 0 && strcmp(adjust->attribute.name, attribute) == 0 &&
            selects(adjust, own_key(target), name))
            return true;
    }
    return false;
}

static bk_status
imply(bki_stress *job, bk_doubt *out, const char *what, const char *target, const char *attribute, const char *name,
      bk_adjust_operation operation, bk_distribution law)
{
    bk_selector *selector = BK_NEW(job->arena, bk_selector, 1);
    bk_name_at  *names = BK_NEW(job->arena, bk_name_at, 1);

    BK_TRY(bk_arena_ok(job->arena));
    *names = (bk_name_at){.name = name};
    *selector = (bk_selector){.key = own_key(target), .n_names = 1, .names = names};
    *out = (bk_doubt){.parameter = bk_arena_format(job->arena, "%s-%s", what, name),
                      .input = (uint32_t)job->n_inputs++,
                      .adjust = {.target = {.name = target},
                                 .attribute = {.name = attribute},
                                 .n_selectors = 1,
                                 .selectors = selector,
                                 .operation = operation},
                      .distribution = law,
                      .group = ""};
    return bk_arena_ok(job->arena);
}

static bk_distribution
lognormal(double mean, double sd)
{
    return (bk_distribution){.kind = BK_LOGNORMAL, .mean = mean, .sd = sd, .low = -INFINITY, .high = INFINITY};
}

static bool
is_built(const bki_stress *job, uint32_t project)
{
    for (size_t c = 0; c < job->n_cases; c++)
        for (size_t p = 0; p < job->cases[c].n_projects; p++)
            if (job->cases[c].projects[p] == project)
                return true;
    return false;
}

/* Elasticities with a standard error, capital costs of what is built. */
static bk_status
imply_doubts(bki_stress *job, bk_doubt *doubts)
{
    const bk_model *model = job->study->model;

    for (size_t j = 0; j < model->economy.n_sectors; j++) {
        const bk_sector *sector = &model->economy.sectors[j];
        if (sector->elasticity_se > 0.0 && !is_stated(&model->risk, "sector", "trade_elasticity", sector->id))
            BK_TRY(imply(job, &doubts[job->n_doubts++], "elasticity", "sector", "trade_elasticity", sector->id,
                         BK_ADJUST_VALUE, lognormal(sector->elasticity, sector->elasticity_se)));
    }
    for (uint32_t p = 0; p < model->projects.n_projects; p++) {
        const bk_project *project = &model->projects.projects[p];
        const bk_reference_class *class = bk_reference_class_of(project->type);
        if (is_built(job, p) && project->capex_usd > 0.0 &&
            !is_stated(&model->risk, "project", "capex_usd", project->id))
            BK_TRY(imply(job, &doubts[job->n_doubts++], "cost", "project", "capex_usd", project->id, BK_ADJUST_FACTOR,
                         lognormal(1.0 + class->mean, class->sd)));
    }
    return BK_OK;
}

/* ---- the list -------------------------------------------------------------------------------------------------- */

static const char *
describe(bk_arena *arena, const bk_doubt *doubt)
{
    static const char *const kinds[] = {
        [BK_NORMAL] = "normal",         [BK_LOGNORMAL] = "lognormal", [BK_UNIFORM] = "uniform",
        [BK_TRIANGULAR] = "triangular", [BK_BETA] = "beta",           [BK_DISCRETE] = "discrete"};
    static const char *const changes[] = {
        [BK_ADJUST_VALUE] = "", [BK_ADJUST_FACTOR] = ", factor", [BK_ADJUST_ADD] = ", added"};

    return bk_arena_format(arena, "%s %s%s; %s%s", doubt->adjust.target.name, doubt->adjust.attribute.name,
                           changes[doubt->adjust.operation], kinds[doubt->distribution.kind],
                           doubt->future ? ", in what comes" : "");
}

/* The unit of a name: groups are units, and parameters without one. */
static uint32_t
unit_named(bki_stress *job, const char **units, const char *name)
{
    for (size_t u = 0; u < job->n_units; u++)
        if (strcmp(units[u], name) == 0)
            return (uint32_t)u;
    units[job->n_units] = name;
    return (uint32_t)job->n_units++;
}

typedef struct input_lists { /* what the const fields of the job point to */
    size_t      *dimension, *common;
    double      *correlation;
    uint32_t    *unit_of;
    const char **units;
} input_lists;

static size_t
add_dimension(bki_stress *job, const input_lists *lists, uint32_t unit)
{
    lists->unit_of[job->n_dimensions] = unit;
    return job->n_dimensions++;
}

static void
list_parameters(bki_stress *job, const input_lists *lists)
{
    const size_t n_stated = job->study->model->risk.n_doubts;

    for (size_t d = 0; d < job->n_doubts; d++) {
        const bk_doubt  *doubt = &job->doubts[d];
        bk_stress_input *input = &job->inputs[doubt->input];
        job->any_base |= !doubt->future && strcmp(doubt->adjust.target.name, "project") != 0;
        if (input->name != NULL)
            continue;
        const bool grouped = doubt->group[0] != '\0';
        *input = (bk_stress_input){.name = doubt->parameter,
                                   .what = describe(job->arena, doubt),
                                   .unit = unit_named(job, lists->units, grouped ? doubt->group : doubt->parameter),
                                   .is_implied = d >= n_stated};
        lists->dimension[doubt->input] = add_dimension(job, lists, input->unit);
        lists->correlation[doubt->input] = doubt->correlation;
        lists->common[doubt->input] = SIZE_MAX;
        if (!grouped || doubt->correlation <= 0.0)
            continue;
        for (uint32_t i = 0; i < job->n_inputs; i++)
            if (i != doubt->input && job->inputs[i].name != NULL && job->inputs[i].unit == input->unit)
                lists->common[doubt->input] = lists->common[i];
        if (lists->common[doubt->input] == SIZE_MAX)
            lists->common[doubt->input] = add_dimension(job, lists, input->unit);
    }
}

static void
list_gains(bki_stress *job, const input_lists *lists)
{
    bk_stress_input *input = &job->inputs[job->n_inputs];

    job->gains_input = job->n_inputs;
    *input = (bk_stress_input){.name = "gains-realised",
                               .what = "actual over expected gains, in net present values; lognormal",
                               .unit = unit_named(job, lists->units, "gains-realised"),
                               .is_implied = true};
    lists->common[job->n_inputs] = SIZE_MAX;
    lists->dimension[job->n_inputs++] = add_dimension(job, lists, input->unit);
}

static void
list_states(bki_stress *job, const input_lists *lists)
{
    const bk_risk *risk = &job->study->model->risk;

    job->first_state = job->n_inputs;
    for (size_t s = 0; s < risk->n_states; s++) {
        const bk_world_state *state = &risk->states[s];
        const bool            same = s > 0 && strcmp(state->group, risk->states[s - 1].group) == 0;
        const uint32_t        unit = unit_named(job, lists->units, state->group);
        bk_stress_input      *input = &job->inputs[job->n_inputs];
        *input = (bk_stress_input){
            .name = state->id,
            .what = bk_arena_format(job->arena, "%s; probability %g", state->name, state->probability),
            .unit = unit,
            .is_state = true};
        lists->dimension[job->n_inputs] = same ? lists->dimension[job->n_inputs - 1] : add_dimension(job, lists, unit);
        lists->common[job->n_inputs++] = SIZE_MAX;
    }
}

bk_status
bki_stress_list(bki_stress *job)
{
    const bk_model *model = job->study->model;
    const bk_risk  *risk = &model->risk;
    const size_t    most = risk->n_doubts + model->economy.n_sectors + model->projects.n_projects + risk->n_states + 1;
    bk_doubt       *doubts = BK_NEW(job->arena, bk_doubt, most);
    const input_lists lists = {BK_NEW(job->arena, size_t, most), BK_NEW(job->arena, size_t, most),
                               BK_NEW(job->arena, double, most), BK_NEW(job->arena, uint32_t, 2 * most),
                               BK_NEW(job->arena, const char *, most)};

    job->inputs = BK_NEW(job->arena, bk_stress_input, most);
    BK_TRY(bk_arena_ok(job->arena));
    memcpy(doubts, risk->doubts, risk->n_doubts * sizeof *doubts);
    job->n_doubts = risk->n_doubts;
    job->n_inputs = risk->n_inputs;
    job->gains_input = SIZE_MAX;
    BK_TRY(imply_doubts(job, doubts));
    job->doubts = doubts;
    job->dimension = lists.dimension;
    job->common = lists.common;
    job->correlation = lists.correlation;
    job->unit_of = lists.unit_of;
    list_parameters(job, &lists);
    if (model->appraisal.benefit_sd > 0.0 && model->horizon_years > 0 && !job->settings->gains_alone)
        list_gains(job, &lists);
    list_states(job, &lists);
    job->out->inputs = job->inputs;
    job->out->n_inputs = job->n_inputs;
    job->out->doubts = job->doubts;
    job->out->n_doubts = job->n_doubts;
    job->out->units = lists.units;
    job->out->n_units = job->n_units;
    if (job->n_inputs == 0)
        return bk_fail_hint(job->ctx, BK_ERR_INCONSISTENT,
                            "write risk/distribution.csv, or elasticity_se in economy/sector.csv",
                            "%s states no doubt about anything, so every draw would be the same", job->study->folder);
    return bk_arena_ok(job->arena);
}

/* ---- values ---------------------------------------------------------------------------------------------------- */

/* Where an input lies in its distribution, in (0, 1): a Gaussian copula of one factor within groups. */
static double
place_of(const bki_stress *job, size_t input, const double *point)
{
    const double own = point[job->dimension[input]], rho = job->correlation[input];

    if (job->common[input] == SIZE_MAX)
        return own;
    const double score =
        sqrt(rho) * bk_normal_quantile(point[job->common[input]]) + sqrt(1.0 - rho) * bk_normal_quantile(own);
    return fmin(fmax(bk_normal_cdf(score), 0x1p-53), 1.0 - 0x1p-53);
}

/* States of a group in the order of the file, each taking its probability of [0, 1); what is left is none of them. */
static void
states_at(const bki_stress *job, const double *point, double *inputs)
{
    const bk_risk *risk = &job->study->model->risk;
    double         up_to = 0.0;

    for (size_t s = 0; s < risk->n_states; s++) {
        const size_t input = job->first_state + s;
        if (s == 0 || job->dimension[input] != job->dimension[input - 1])
            up_to = 0.0;
        const double place = point[job->dimension[input]], from = up_to;
        up_to += risk->states[s].probability;
        inputs[input] = place >= from && place < up_to ? 1.0 : 0.0;
    }
}

void
bki_stress_values(const bki_stress *job, const double *point, double *doubts, double *inputs)
{
    const double sd = job->study->model->appraisal.benefit_sd;

    for (size_t i = 0; i < job->n_inputs; i++)
        inputs[i] = NAN;
    for (size_t d = 0; d < job->n_doubts; d++) {
        const uint32_t input = job->doubts[d].input;
        doubts[d] = bk_distribution_quantile(&job->doubts[d].distribution, place_of(job, input, point));
        if (isnan(inputs[input]))
            inputs[input] = doubts[d];
    }
    if (job->gains_input < job->n_inputs)
        inputs[job->gains_input] = bk_lognormal_quantile(1.0, sd, point[job->dimension[job->gains_input]]);
    states_at(job, point, inputs);
}

void
bki_stress_draw(const bki_stress *job, uint64_t index, double *point, double *doubts, double *inputs)
{
    const uint64_t columns = bki_stress_columns(job), column = index % columns;
    double        *other = point + job->n_dimensions;

    bk_sampler_point(job->sampler, index / columns, point);
    if (column == 1)
        memcpy(point, other, job->n_dimensions * sizeof *point);
    for (size_t d = 0; column > 1 && d < job->n_dimensions; d++)
        if (job->unit_of[d] == column - 2)
            point[d] = other[d];
    bki_stress_values(job, point, doubts, inputs);
}

void
bki_stress_expect(const bki_stress *job, double *expected)
{
    const bk_risk *risk = &job->study->model->risk;

    for (size_t i = 0; i < job->n_inputs; i++)
        expected[i] = NAN;
    for (size_t d = 0; d < job->n_doubts; d++) /* of the rows of a parameter the first tells its value */
        if (isnan(expected[job->doubts[d].input]))
            expected[job->doubts[d].input] = bk_distribution_mean(&job->doubts[d].distribution);
    if (job->gains_input < job->n_inputs)
        expected[job->gains_input] = 1.0;
    for (size_t s = 0; s < risk->n_states; s++)
        expected[job->first_state + s] = risk->states[s].probability;
}
