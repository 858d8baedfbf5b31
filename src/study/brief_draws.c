/* The facts of a brief under drawn inputs.  What was solved at the stated inputs is moved by as much as the draw moves
 * the same scenario, so that a figure and its interval are of one solution; all scenarios share the draws, so that
 * figures of one draw can be compared with one another. */
#include "study/brief.h"
#include "buckle/stress.h"

#include <math.h>
#include <string.h>

enum { MOST_MEASURES = 4 }; /* taken away one by one: the largest parts; each is an equilibrium more a draw */

/* The scenarios that are drawn: a study of its own with the same base year. */
typedef struct cases {
    bki_gathering           *g;
    bk_study                 study;
    const bk_scenario      **scenarios;                /* [study.n_scenarios] */
    const bk_model         **models;                   /* [study.n_scenarios] */
    size_t                   plan, worst[BKI_N_WORST]; /* SIZE_MAX: none */
    size_t                   n_without;
    size_t                   without[MOST_MEASURES]; /* [n_without] the plan without the measure of a part */
    const bk_stress         *stress;
    const bk_stress_answer **gain; /* [study.n_scenarios][n_countries] % of real income; NULL: no economy there */
} cases;

/* ---- what is drawn ----------------------------------------------------------------------------------------------- */

static size_t
add_case(cases *c, const bk_scenario *scenario, const bk_model *model)
{
    size_t at = 0;

    while (at < c->study.n_scenarios && c->models[at] != model)
        at++;
    c->scenarios[at] = scenario;
    c->models[at] = model;
    c->study.n_scenarios += at == c->study.n_scenarios;
    return at;
}

static size_t
add_scenario(cases *c, size_t which)
{
    const bk_study *study = c->g->study;

    return which == SIZE_MAX ? SIZE_MAX : add_case(c, study->scenarios[which], study->models[which]);
}

/* The plan without one of its measures. */
static bk_status
add_without(cases *c, size_t measure)
{
    bk_arena          *arena = c->g->arena;
    const bk_scenario *plan = c->g->study->scenarios[c->g->scenario];
    bk_scenario       *part = BK_NEW(arena, bk_scenario, 1);
    bk_measure        *measures = BK_NEW(arena, bk_measure, plan->n_measures);
    const bk_model    *model = NULL;

    BK_TRY(bk_arena_ok(arena));
    *part = *plan;
    part->measures = measures;
    part->n_measures = 0;
    part->name = bk_arena_format(arena, "%s without %s", plan->name, plan->measures[measure].id);
    for (size_t m = 0; m < plan->n_measures; m++)
        if (m != measure)
            measures[part->n_measures++] = plan->measures[m];
    BK_TRY(bk_scenario_apply(c->g->ctx, c->g->study->model, part, NULL, arena, &model));
    c->without[c->n_without++] = add_case(c, part, model);
    return BK_OK;
}

static bk_status
list_cases(cases *c)
{
    const bki_gathering *g = c->g;
    const size_t         most = 1 + BKI_N_WORST + MOST_MEASURES;

    c->scenarios = BK_NEW(g->arena, const bk_scenario *, most);
    c->models = BK_NEW(g->arena, const bk_model *, most);
    BK_TRY(bk_arena_ok(g->arena));
    c->study = *g->study;
    c->study.base = g->run->base;
    c->study.n_scenarios = 0;
    c->study.scenarios = c->scenarios;
    c->study.models = c->models;
    c->plan = g->out->facts.has_gain ? add_scenario(c, g->scenario) : SIZE_MAX;
    for (size_t kind = 0; kind < BKI_N_WORST; kind++)
        c->worst[kind] = add_scenario(c, g->worst[kind]);
    for (size_t p = 0; c->plan != SIZE_MAX && p < g->out->facts.n_parts && p < MOST_MEASURES; p++)
        BK_TRY(add_without(c, g->part_measure[p]));
    return BK_OK;
}

/* ---- what the draws say ------------------------------------------------------------------------------------------ */

static bk_status
index_answers(cases *c)
{
    const size_t n = c->g->study->model->n_countries;

    c->gain = BK_NEW(c->g->arena, const bk_stress_answer *, c->study.n_scenarios *n + 1);
    BK_TRY(bk_arena_ok(c->g->arena));
    for (size_t a = 0; a < c->stress->n_answers; a++) {
        const bk_stress_answer *answer = &c->stress->answers[a];
        if (answer->kind == BK_STRESS_GAIN_PCT && isfinite(answer->central))
            c->gain[answer->scenario * n + answer->economy] = answer;
    }
    return BK_OK;
}

/* By how much the draw moves what a country gains by a case, points of its real income; 0 where it was not solved. */
static double
moved(const cases *c, size_t which, uint32_t country, size_t draw)
{
    const size_t n = c->g->study->model->n_countries;

    if (which == SIZE_MAX || c->gain[which * n + country] == NULL)
        return 0.0;
    return c->gain[which * n + country]->value[draw] - c->gain[which * n + country]->central;
}

/* Parts move as what taking the measure away from the whole costs does: to first order in how measures interact. */
static bk_status
move_parts(const cases *c, size_t draw, bk_brief_facts *f)
{
    const bki_gathering *g = c->g;
    const bk_scenario   *plan = g->study->scenarios[g->scenario];
    double              *parts = BK_NEW(g->arena, double, f->n_parts + 1);

    BK_TRY(bk_arena_ok(g->arena));
    for (size_t p = 0; p < f->n_parts; p++) {
        const double by =
            p < c->n_without ? moved(c, c->plan, g->country, draw) - moved(c, c->without[p], g->country, draw) : 0.0;
        parts[p] = f->parts[p] + by;
        f->policy_part += bki_is_policy(&plan->measures[g->part_measure[p]]) ? by : 0.0;
    }
    f->parts = parts;
    return BK_OK;
}

/* Own share of what those gain who gain by the measures that build, in one draw (SIZE_MAX: at the stated inputs). */
static double
works_share(const cases *c, size_t draw)
{
    const bki_gathering *g = c->g;
    const bk_economy    *economy = &g->study->model->economy;
    const bk_scenario   *plan = g->study->scenarios[g->scenario];
    const double        *income = bk_trade_base_income(bk_joint_trade(g->run->base));
    double               own = 0.0, all = 0.0;

    for (size_t n = 0; n < economy->n_regions; n++) {
        double pct = 0.0;
        for (size_t p = 0; p < c->n_without; p++) {
            const size_t            countries = g->study->model->n_countries, country = economy->regions[n].country;
            const bk_stress_answer *with = c->gain[c->plan * countries + country],
                                   *without = c->gain[c->without[p] * countries + country];
            if (plan->measures[g->part_measure[p]].n_projects > 0 && with != NULL && without != NULL)
                pct += draw == SIZE_MAX ? with->central - without->central : with->value[draw] - without->value[draw];
        }
        all += fmax(pct, 0.0) * income[n];
        own += n == g->region ? fmax(pct, 0.0) * income[n] : 0.0;
    }
    return all > 0.0 ? own / all : 0.0;
}

static bk_status
move_others(const cases *c, size_t draw, bk_brief_facts *f)
{
    const bki_gathering *g = c->g;
    const bk_economy    *economy = &g->study->model->economy;
    const double        *stated = g->run->scenarios[g->scenario].solution->trade->welfare_pct;
    double              *pct = BK_NEW(g->arena, double, economy->n_regions + 1);

    BK_TRY(bk_arena_ok(g->arena));
    for (size_t n = 0; n < economy->n_regions; n++)
        pct[n] = stated[n] + moved(c, c->plan, economy->regions[n].country, draw);
    bki_take_others(g, pct, f);
    return BK_OK;
}

static bk_status
move_plan(const cases *c, size_t draw, bk_brief_facts *f)
{
    const double stated = works_share(c, SIZE_MAX);

    f->gain_pct += moved(c, c->plan, c->g->country, draw);
    f->gain_usd = f->income_usd * f->gain_pct / 100.0;
    if (stated > 0.0)
        f->benefit_share *= works_share(c, draw) / stated;
    BK_TRY(move_parts(c, draw, f));
    return move_others(c, draw, f);
}

/* Rows of border posts as drawn; what an hour is worth there is held. */
static bk_status
move_hours(const cases *c, size_t draw, bk_brief_facts *f)
{
    const bki_gathering *g = c->g;
    const bk_stress     *stress = c->stress;
    bk_measure           drawn = {.id = "drawn"};
    const bk_scenario    scenario = {.name = "draw", .title = "draw", .n_measures = 1, .measures = &drawn};
    const bk_model      *model = NULL;
    bk_arena             scratch;

    if (!f->has_posts)
        return BK_OK;
    bk_arena_init(&scratch, g->ctx);
    bk_adjustment *rows = BK_NEW(&scratch, bk_adjustment, stress->n_doubts + 1);
    bk_status      status = bk_arena_ok(&scratch);
    for (size_t d = 0; status == BK_OK && d < stress->n_doubts; d++) {
        if (stress->doubts[d].future || strcmp(stress->doubts[d].adjust.target.name, "border") != 0)
            continue;
        rows[drawn.n_adjustments] = stress->doubts[d].adjust;
        rows[drawn.n_adjustments++].value = stress->doubt[draw * stress->n_doubts + d];
    }
    drawn.adjustments = rows;
    if (status == BK_OK && drawn.n_adjustments > 0)
        status = bk_scenario_apply(g->ctx, g->study->model, &scenario, NULL, &scratch, &model);
    if (model != NULL)
        bki_take_hours(g, model, f);
    bk_arena_release(&scratch);
    return status;
}

static bk_status
move_facts(const cases *c, size_t draw, bk_brief_facts *f)
{
    double *const of_worst[BKI_N_WORST] = {&f->closure_pct, &f->shock_pct, &f->leave_pct, &f->rival_pct};

    for (size_t kind = 0; kind < BKI_N_WORST; kind++)
        *of_worst[kind] += moved(c, c->worst[kind], c->g->country, draw);
    if (c->plan != SIZE_MAX)
        BK_TRY(move_plan(c, draw, f));
    return move_hours(c, draw, f);
}

static bk_status
collect(cases *c, bk_brief_draws *out)
{
    const bki_gathering *g = c->g;
    const bk_stress     *stress = c->stress;
    bk_brief_facts      *facts = BK_NEW(g->arena, bk_brief_facts, stress->n_used + 1);
    const char         **names = BK_NEW(g->arena, const char *, stress->n_inputs + 1);

    BK_TRY(bk_arena_ok(g->arena));
    BK_TRY(index_answers(c));
    for (size_t i = 0; i < stress->n_inputs; i++)
        names[i] = stress->inputs[i].name;
    for (size_t k = 0; k < stress->n_used; k++) {
        facts[k] = g->out->facts;
        BK_TRY(move_facts(c, k, &facts[k]));
    }
    *out = (bk_brief_draws){stress->n_used, stress->n_inputs, facts, stress->input, names};
    g->out->n_draws = stress->n_used;
    g->out->n_lost = stress->n_failed;
    g->out->converged &= stress->n_loose == 0;
    g->out->draws_residual = stress->residual;
    return BK_OK;
}

/* Whether the study says of anything that moves an equilibrium how sure it is. */
static bool
has_doubts(const bk_model *model)
{
    bool any = model->risk.n_doubts + model->risk.n_states > 0;

    for (size_t j = 0; j < model->economy.n_sectors; j++)
        any |= model->economy.sectors[j].elasticity_se > 0.0;
    return any;
}

bk_status
bki_brief_draw(bki_gathering *g, bk_brief_draws *out)
{
    cases             *c = BK_NEW(g->arena, cases, 1);
    bk_stress_settings settings = bk_stress_default_settings();

    *out = (bk_brief_draws){0};
    BK_TRY(bk_arena_ok(g->arena));
    c->g = g;
    BK_TRY(list_cases(c));
    if (g->settings->n_draws == 0 || c->study.n_scenarios == 0 || !has_doubts(g->study->model))
        return BK_OK;
    settings.n_draws = g->settings->n_draws;
    settings.gains_alone = true;
    settings.economy = g->country;
    BK_TRY(bk_study_stress(g->ctx, &c->study, &settings, g->arena, &c->stress));
    return c->stress->complete ? collect(c, out) : BK_ERR_CANCELLED;
}
