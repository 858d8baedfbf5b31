/* buckle appraise: does each project pay, and whom? */
#include "cli/cli.h"

#include <math.h>

typedef struct appraise_answer {
    bki_session    *session;
    const bk_study *study;
    const bk_worth *worth;
    const char     *path; /* of the GeoPackage written, or NULL */
    bk_report_paths reports;
    double          seconds;
} appraise_answer;

/* ---- for reading ----------------------------------------------------------------------------------------------- */

static const char *
show_rate(bk_arena *arena, const bk_indicators *indicators)
{
    if (indicators->irr_state == BK_IRR_NONE)
        return "none";
    return indicators->irr_state == BK_IRR_MULTIPLE ? "several"
                                                    : bk_arena_format(arena, "%.1f %%", 100.0 * indicators->irr);
}

static const char *
show_years(bk_arena *arena, double years)
{
    return years < 0.0 ? "never" : bk_arena_format(arena, "%.1f", years);
}

static const char *
economy_code(const bk_worth *worth, size_t e)
{
    return worth->economies[e] == BK_NONE ? "outside" : worth->study->model->countries[worth->economies[e]];
}

static void
print_projects(const appraise_answer *answer)
{
    static const bool        right[] = {false, true, true, true, true, true, true, true, true, true, true};
    static const char *const head[] = {"project", "gain/yr", "first in", "cost", "NPV",    "5 %",
                                       "95 %",    "EIRR",    "FIRR",     "BCR",  "P(loss)"};
    const bk_worth          *worth = answer->worth;
    bk_arena                *arena = &answer->session->arena;
    bki_grid                 grid;

    bki_grid_start(&grid, arena, 11, right);
    for (size_t c = 0; c < 11; c++)
        bki_grid_add(&grid, head[c]);
    for (size_t p = 0; p <= worth->n_projects; p++) {
        const bk_stake *stake = bk_worth_stake(worth, p, worth->n_economies);
        bki_grid_add(&grid, p < worth->n_projects
                                ? answer->study->model->projects.projects[worth->projects[p].project].id
                                : "all works");
        bki_grid_add(&grid, bki_show_usd(arena, stake->gain));
        bki_grid_add(&grid, bki_show_usd(arena, stake->gain_first_in));
        bki_grid_add(&grid, bki_show_usd(arena, stake->cost_usd));
        bki_grid_add(&grid, bki_show_usd(arena, stake->economic.npv));
        bki_grid_add(&grid, bki_show_usd(arena, stake->npv_low));
        bki_grid_add(&grid, bki_show_usd(arena, stake->npv_high));
        bki_grid_add(&grid, show_rate(arena, &stake->economic));
        bki_grid_add(&grid, show_rate(arena, &stake->financial));
        bki_grid_add(&grid, bk_arena_format(arena, "%.2f", stake->economic.benefit_cost));
        bki_grid_add(&grid, bk_arena_format(arena, "%.0f %%", 100.0 * stake->loss_probability));
    }
    bki_grid_print(&grid);
}

/* Those who pay, and those who gain or lose over a hundredth of what the works cost. */
static bool
is_shown(const bk_worth *worth, size_t e)
{
    const bk_stake *stake = bk_worth_stake(worth, worth->n_projects, e);

    return stake->cost_usd > 0.0 ||
           fabs(stake->economic.npv) > 0.01 * bk_worth_stake(worth, worth->n_projects, worth->n_economies)->cost_usd;
}

static const char *
show_cover(bk_arena *arena, const bk_stake *stake)
{
    return stake->least_cover_year ? bk_arena_format(arena, "%.2f (%d)", stake->least_cover, stake->least_cover_year)
                                   : "";
}

static void
print_economies(const appraise_answer *answer)
{
    static const bool        right[] = {false, true, true, true, true, true, true, true, true, true};
    static const char *const head[] = {"economy", "gain/yr",     "cost",        "NPV",    "P(loss)",
                                       "BCR",     "payback, yr", "after loans", "abroad", "transit/debt service"};
    const bk_worth          *worth = answer->worth;
    bk_arena                *arena = &answer->session->arena;
    bki_grid                 grid;

    bki_grid_start(&grid, arena, 10, right);
    for (size_t c = 0; c < 10; c++)
        bki_grid_add(&grid, head[c]);
    for (size_t e = 0; e < worth->n_economies; e++) {
        const bk_stake *stake = bk_worth_stake(worth, worth->n_projects, e);
        if (!is_shown(worth, e))
            continue;
        bki_grid_add(&grid, economy_code(worth, e));
        bki_grid_add(&grid, bki_show_usd(arena, stake->gain));
        bki_grid_add(&grid, stake->cost_usd > 0.0 ? bki_show_usd(arena, stake->cost_usd) : "");
        bki_grid_add(&grid, bki_show_usd(arena, stake->economic.npv));
        bki_grid_add(&grid, bk_arena_format(arena, "%.0f %%", 100.0 * stake->loss_probability));
        bki_grid_add(&grid, stake->cost_usd > 0.0 ? bk_arena_format(arena, "%.2f", stake->economic.benefit_cost) : "");
        bki_grid_add(&grid, stake->cost_usd > 0.0 ? show_years(arena, stake->economic.payback_years) : "");
        bki_grid_add(&grid, stake->cost_usd > 0.0 ? bki_show_usd(arena, stake->npv_financed) : "");
        bki_grid_add(&grid, stake->abroad > 0.0 ? bki_show_usd(arena, stake->abroad) : "");
        bki_grid_add(&grid, show_cover(arena, stake));
    }
    bki_grid_print(&grid);
}

/* Who pays (rows) and who gains (columns): all payers, and the six economies that gain or lose most. */
static void
print_matrix(const appraise_answer *answer)
{
    const bk_worth   *worth = answer->worth;
    const size_t      n = worth->n_economies;
    bk_arena         *arena = &answer->session->arena;
    size_t            shown[6], n_shown = 0;
    static const bool right[] = {false, true, true, true, true, true, true, true};
    bki_grid          grid;
    double           *sums = BK_NEW(arena, double, n + 1);

    for (size_t cell = 0; sums && cell < n * n; cell++)
        sums[cell % n] += worth->matrix[cell];
    for (; sums && n_shown < 6 && n_shown < n; n_shown++) {
        size_t most = 0;
        for (size_t e = 0; e < n; e++)
            most = fabs(sums[e]) > fabs(sums[most]) ? e : most;
        if (sums[most] == 0.0)
            break;
        shown[n_shown] = most;
        sums[most] = 0.0;
    }
    bki_grid_start(&grid, arena, n_shown + 1, right);
    bki_grid_add(&grid, "pays \\ gains");
    for (size_t c = 0; c < n_shown; c++)
        bki_grid_add(&grid, economy_code(worth, shown[c]));
    for (size_t payer = 0; payer < n; payer++) {
        if (bk_worth_stake(worth, worth->n_projects, payer)->cost_usd <= 0.0)
            continue;
        bki_grid_add(&grid, economy_code(worth, payer));
        for (size_t c = 0; c < n_shown; c++)
            bki_grid_add(&grid, bki_show_usd(arena, worth->matrix[payer * n + shown[c]]));
    }
    bki_grid_print(&grid);
}

static void
print_notes(const appraise_answer *answer)
{
    const bk_worth          *worth = answer->worth;
    const bk_worth_settings *settings = &worth->settings;
    const bk_model          *model = answer->study->model;

    printf("\nGains: real income (equivalent variation) of all economies, a year at base-year scale, growing %.1f %% a "
           "year from opening,\nfor %d years or the works' life; the headline is the project as the last one added to "
           "the scenario, `first in` as the\nfirst one added to the base. NPV: %d prices, %.1f %% real. %s\n"
           "FIRR sets gross transit revenue alone against works and running. After loans: with drawings and debt "
           "service, at real rates.\n5 %%, 95 %%, P(loss): overruns of the kind of works (Flyvbjerg et al. 2003) and "
           "gains with a standard deviation of %.0f %%, %zu\ndraws; the model's own doubt is not in it.\n",
           100.0 * settings->growth, model->horizon_years, model->base_year, 100.0 * model->discount_rate,
           settings->overrun < 0.0 ? "Costs include the mean overrun of works of their kind."
                                   : bk_arena_format(&answer->session->arena, "Costs include an overrun of %.0f %%.",
                                                     100.0 * settings->overrun),
           100.0 * settings->benefit_sd, settings->n_draws);
    printf("%s: residual %.0e over %zu equilibria, %.1f s.\n",
           worth->converged ? "Every state is an equilibrium" : "NOT CONVERGED", worth->residual, worth->n_states,
           answer->seconds);
    if (answer->path)
        printf("Written: %s\n", answer->path);
    for (size_t w = 0; w < worth->n_warnings; w++)
        printf("warning: %s\n", worth->warnings[w]);
}

static void
print_text(const void *of)
{
    const appraise_answer *answer = of;
    const bk_worth        *worth = answer->worth;

    printf("%s: %s\n\n", worth->scenario->name, worth->scenario->title);
    for (size_t p = 0; p < worth->n_projects; p++)
        printf("%s\n", worth->projects[p].verdict);
    putchar('\n');
    print_projects(answer);
    putchar('\n');
    print_economies(answer);
    putchar('\n');
    print_matrix(answer);
    print_notes(answer);
}

/* ---- for programs ---------------------------------------------------------------------------------------------- */

static void
json_rate(bk_json *json, const char *key, const char *state_key, const bk_indicators *indicators)
{
    static const char *const states[] = {"unique", "none", "multiple"};

    bk_json_number(json, key, indicators->irr_state == BK_IRR_UNIQUE ? indicators->irr : (double)NAN);
    bk_json_text(json, state_key, states[indicators->irr_state]);
}

static double
where(bool condition, double value)
{
    return condition ? value : (double)NAN; /* null */
}

static void
json_stake(bk_json *json, const bk_worth *worth, const bk_stake *stake)
{
    const bk_indicators *economic = &stake->economic;
    const bool           pays = stake->cost_usd > 0.0;

    bk_json_number(json, "gain", stake->gain);
    bk_json_number(json, "gain_first_in", stake->gain_first_in);
    bk_json_number(json, "transit_revenue", stake->revenue);
    bk_json_number(json, "transit_revenue_first_in", stake->revenue_first_in);
    bk_json_number(json, "cost", stake->cost_usd);
    bk_json_number(json, "investment", bk_sum(stake->investment, worth->n_years));
    bk_json_number(json, "npv", economic->npv);
    bk_json_number(json, "npv_low", stake->npv_low);
    bk_json_number(json, "npv_high", stake->npv_high);
    bk_json_number(json, "loss_probability", stake->loss_probability);
    bk_json_number(json, "npv_first_in", stake->npv_first_in);
    bk_json_number(json, "npv_as_written", stake->npv_as_written);
    bk_json_number(json, "npv_financed", stake->npv_financed);
    json_rate(json, "eirr", "eirr_state", economic);
    json_rate(json, "firr", "firr_state", &stake->financial);
    bk_json_number(json, "benefit_cost", where(pays, economic->benefit_cost));
    bk_json_number(json, "payback_years", where(economic->payback_years >= 0.0, economic->payback_years));
    bk_json_number(json, "npv_per_investment", where(pays, economic->npv_per_investment));
    bk_json_number(json, "first_year_return", where(pays, economic->first_year_return));
    bk_json_number(json, "switching_benefit", where(economic->switching_benefit != 0.0, economic->switching_benefit));
    bk_json_number(json, "switching_cost", where(pays, economic->switching_cost));
    bk_json_number(json, "abroad", stake->abroad);
    bk_json_number(json, "drawn", bk_sum(stake->drawn, worth->n_years));
    bk_json_number(json, "grant_element", where(bk_sum(stake->drawn, worth->n_years) > 0.0, stake->grant_element));
    bk_json_number(json, "debt_service", bk_sum(stake->debt_service, worth->n_years));
    bk_json_number(json, "least_cover", where(stake->least_cover_year != 0, stake->least_cover));
    if (stake->least_cover_year)
        bk_json_integer(json, "least_cover_year", stake->least_cover_year);
    else
        bk_json_text(json, "least_cover_year", NULL);
}

static void
json_stream(bk_json *json, const char *key, const double *stream, size_t n)
{
    bk_json_array(json, key);
    for (size_t year = 0; year < n; year++)
        bk_json_number(json, NULL, stream[year]);
    bk_json_end(json);
}

/* Cash flows by year, of those who pay. */
static void
json_streams(bk_json *json, const bk_worth *worth, const bk_stake *stake)
{
    if (stake->cost_usd <= 0.0)
        return;
    bk_json_object(json, "flows");
    json_stream(json, "investment", stake->investment, worth->n_years);
    json_stream(json, "running", stake->running, worth->n_years);
    json_stream(json, "gain", stake->benefit, worth->n_years);
    json_stream(json, "transit_revenue", stake->income, worth->n_years);
    json_stream(json, "drawn", stake->drawn, worth->n_years);
    json_stream(json, "debt_service", stake->debt_service, worth->n_years);
    bk_json_end(json);
}

static void
json_economies(bk_json *json, const bk_worth *worth, size_t p)
{
    bk_json_array(json, "economies");
    for (size_t e = 0; e < worth->n_economies; e++) {
        const bk_stake *stake = bk_worth_stake(worth, p, e);
        bk_json_object(json, NULL);
        bk_json_text(json, "economy", economy_code(worth, e));
        json_stake(json, worth, stake);
        json_streams(json, worth, stake);
        bk_json_end(json);
    }
    bk_json_end(json);
}

static void
json_project(bk_json *json, const bk_worth *worth, size_t p)
{
    const bk_project_worth *worth_of = &worth->projects[p];
    const bk_project       *project = &worth->study->model->projects.projects[worth_of->project];

    bk_json_object(json, NULL);
    bk_json_text(json, "project", project->id);
    bk_json_text(json, "name", project->name);
    bk_json_text(json, "verdict", worth_of->verdict);
    bk_json_number(json, "capex", project->capex_usd);
    bk_json_text(json, "reference_class", worth_of->class->name);
    bk_json_number(json, "overrun", worth_of->overrun);
    bk_json_integer(json, "opens", worth->study->model->base_year + worth_of->years.opens);
    json_stake(json, worth, bk_worth_stake(worth, p, worth->n_economies));
    json_streams(json, worth, bk_worth_stake(worth, p, worth->n_economies));
    json_economies(json, worth, p);
    bk_json_end(json);
}

static void
json_settings(bk_json *json, const bk_worth *worth)
{
    const bk_worth_settings *settings = &worth->settings;
    const bk_model          *model = worth->study->model;

    bk_json_object(json, "settings");
    bk_json_integer(json, "price_year", model->base_year);
    bk_json_integer(json, "horizon_years", model->horizon_years);
    bk_json_number(json, "discount_rate", model->discount_rate);
    bk_json_number(json, "growth", settings->growth);
    bk_json_number(json, "inflation", settings->inflation);
    bk_json_number(json, "overrun", where(settings->overrun >= 0.0, settings->overrun));
    bk_json_number(json, "benefit_sd", settings->benefit_sd);
    bk_json_number(json, "transit_surplus", settings->transit_surplus);
    bk_json_integer(json, "draws", (int64_t)settings->n_draws);
    bk_json_integer(json, "seed", (int64_t)settings->seed);
    bk_json_end(json);
}

static void
json_matrix(bk_json *json, const bk_worth *worth)
{
    const size_t n = worth->n_economies;

    bk_json_array(json, "pays_gains");
    for (size_t cell = 0; cell < n * n; cell++) {
        if (worth->matrix[cell] == 0.0)
            continue;
        bk_json_object(json, NULL);
        bk_json_text(json, "payer", economy_code(worth, cell / n));
        bk_json_text(json, "gainer", economy_code(worth, cell % n));
        bk_json_number(json, "gain", worth->matrix[cell]);
        bk_json_end(json);
    }
    bk_json_end(json);
}

static bki_exit
print_json(const void *of)
{
    const appraise_answer *answer = of;
    const bk_worth        *worth = answer->worth;
    bk_json               *json = bk_json_create(&answer->session->arena);

    if (!json)
        return bki_json_print(NULL);
    bk_json_object(json, NULL);
    bk_json_text(json, "scenario", worth->scenario->name);
    bk_json_flag(json, "converged", worth->converged);
    bk_json_number(json, "residual", worth->residual);
    bk_json_integer(json, "equilibria", (int64_t)worth->n_states);
    bk_json_number(json, "seconds", answer->seconds);
    bk_json_text(json, "headline", "last_in");
    json_settings(json, worth);
    bk_json_array(json, "projects");
    for (size_t p = 0; p < worth->n_projects; p++)
        json_project(json, worth, p);
    bk_json_end(json);
    bk_json_object(json, "all");
    json_stake(json, worth, bk_worth_stake(worth, worth->n_projects, worth->n_economies));
    bk_json_end(json);
    json_economies(json, worth, worth->n_projects);
    json_matrix(json, worth);
    bk_json_array(json, "warnings");
    for (size_t w = 0; w < worth->n_warnings; w++)
        bk_json_text(json, NULL, worth->warnings[w]);
    for (size_t n = 0; n < answer->session->n_notes; n++)
        bk_json_text(json, NULL, answer->session->notes[n]);
    bk_json_end(json);
    bk_json_array(json, "files");
    if (answer->path)
        bk_json_text(json, NULL, answer->path);
    for (size_t f = 0; f < BKI_REPORTS; f++)
        if (bki_report_path(&answer->reports, f))
            bk_json_text(json, NULL, bki_report_path(&answer->reports, f));
    bk_json_end(json);
    bk_json_end(json);
    return bki_json_print(json);
}

/* ---- the verb -------------------------------------------------------------------------------------------------- */

static bk_worth_settings
settings_of(bki_session *session, const bk_model *model)
{
    bk_worth_settings settings = bk_worth_default_settings(model);

    settings.cache_folder = bki_option_cache(session);
    settings.joint.tolerance = bki_option_number(session, "tolerance", settings.joint.tolerance);
    settings.growth = bki_option_number(session, "growth", settings.growth);
    settings.overrun = bki_option_number(session, "overrun", settings.overrun);
    settings.transit_surplus = bki_option_number(session, "transit-surplus", settings.transit_surplus);
    settings.n_draws = (size_t)bki_option_number(session, "draws", (double)settings.n_draws);
    settings.seed = (uint64_t)bki_option_number(session, "seed", (double)settings.seed);
    return settings;
}

static bk_status
solve(appraise_answer *answer)
{
    bki_session *session = answer->session;
    const double start = bki_seconds();

    BK_TRY(bki_session_open(session, BKI_OTHERWISE_NONE, &answer->study));
    if (answer->study->n_scenarios == 0)
        return bk_fail_hint(session->ctx, BK_ERR_USAGE, "`buckle check STUDY` lists them",
                            "name the scenario whose projects are to be appraised: --scenario S");
    const bk_worth_settings settings = settings_of(session, answer->study->model);
    BK_TRY(bk_study_appraise(session->ctx, answer->study, 0, &settings, &session->arena, &answer->worth));
    answer->path = bki_option_text(session, "out");
    answer->reports = bki_reports_chosen(session);
    session->writing = true;
    if (answer->path)
        BK_TRY(bk_geopackage_write(session->ctx, &answer->worth->results, answer->path));
    BK_TRY(bk_study_report(session->ctx, &answer->worth->results, &answer->reports));
    answer->seconds = bki_seconds() - start;
    return BK_OK;
}

static bki_exit
exit_of(const void *of)
{
    const appraise_answer *answer = of;

    return answer->worth->converged ? BKI_EXIT_DONE : BKI_EXIT_NOT_CONVERGED;
}

static const bki_ending ending = {.text = print_text, .json = print_json, .exit = exit_of};

static bki_exit
run(bki_session *session)
{
    appraise_answer answer = {.session = session};

    return bki_finish(session, solve(&answer), &answer, &ending);
}

static const bki_option options[] = {
    {.name = "scenario",
     .kind = BKI_OPTION_TEXT,
     .argument = "S",
     .meaning = "the scenario whose projects are appraised, or a path that ends in .yaml"},
    {.name = "growth",
     .kind = BKI_OPTION_NUMBER,
     .argument = "G",
     .least = -0.2,
     .most = 0.2,
     .meaning = "growth of gains and revenue per year after opening; by default the study's appraisal.growth, or 0"},
    {.name = "overrun",
     .kind = BKI_OPTION_NUMBER,
     .argument = "O",
     .least = 0,
     .most = 10,
     .meaning =
         "share of capital cost added (0: cost as written); by default the study's appraisal.overrun, or the mean "
         "of works of the project's kind"},
    {.name = "transit-surplus",
     .kind = BKI_OPTION_NUMBER,
     .argument = "S",
     .least = 0,
     .most = 1,
     .meaning = "share of transit revenue left over its cost, counted as gain; by default the study's "
                "appraisal.transit_surplus, or 0"},
    {.name = "draws",
     .kind = BKI_OPTION_INTEGER,
     .argument = "N",
     .least = 100,
     .most = 1e6,
     .meaning = "draws of overruns and gains; 10000 by default"},
    {.name = "seed",
     .kind = BKI_OPTION_INTEGER,
     .argument = "N",
     .least = 0,
     .most = 1e15,
     .meaning = "of the draws; 1 by default"},
    {.name = "tolerance",
     .kind = BKI_OPTION_NUMBER,
     .argument = "T",
     .least = 1e-10,
     .most = 1e-2,
     .meaning = "largest relative change of a transport cost in one more round, 1e-6 by default"},
    {.name = "out",
     .kind = BKI_OPTION_TEXT,
     .argument = "FILE.gpkg",
     .meaning = "also write every figure and yearly cash flow as tables"},
    BKI_OPTIONS_REPORTS,
    {.name = "no-cache", .kind = BKI_OPTION_FLAG, .meaning = "solve the base year anew and keep nothing"},
};

const bki_verb bki_verb_appraise = {
    .name = "appraise",
    .operand = "STUDY",
    .summary = "Does each project of a scenario pay, and whom: cash flows, NPV, EIRR, who pays and who gains",
    .detail =
        "Solves the scenario with and without each of its projects and sets the gains of every economy against works,\n"
        "upkeep, overruns and loans, in prices of the base year. docs/explanation/appraisal.md says how and what is "
        "not "
        "in it.",
    .example = "buckle appraise studies/silkroad --scenario belt-as-planned --growth 0.02",
    .n_options = sizeof options / sizeof *options,
    .options = options,
    .run = run,
};
