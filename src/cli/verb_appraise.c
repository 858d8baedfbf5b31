/* buckle appraise: does each project pay, and whom? */
#include "cli/appraise.h"

#include <math.h>

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

static void
print_projects(const bki_appraise_answer *answer)
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
print_economies(const bki_appraise_answer *answer)
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
        bki_grid_add(&grid, bki_appraise_economy(worth, e));
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
print_matrix(const bki_appraise_answer *answer)
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
        bki_grid_add(&grid, bki_appraise_economy(worth, shown[c]));
    for (size_t payer = 0; payer < n; payer++) {
        if (bk_worth_stake(worth, worth->n_projects, payer)->cost_usd <= 0.0)
            continue;
        bki_grid_add(&grid, bki_appraise_economy(worth, payer));
        for (size_t c = 0; c < n_shown; c++)
            bki_grid_add(&grid, bki_show_usd(arena, worth->matrix[payer * n + shown[c]]));
    }
    bki_grid_print(&grid);
}

static void
print_notes(const bki_appraise_answer *answer)
{
    const bk_worth          *worth = answer->worth;
    const bk_worth_settings *settings = &worth->settings;
    const bk_model          *model = answer->study->model;

    printf(
        "\nGains: real income (equivalent variation) of all economies, a year at base-year scale, growing %.1f %% a "
        "year from the base\nyear on, for %d years from opening or the works' life; the headline is the project as the "
        "last one "
        "added to the scenario,\n`first in` as the first one added to the base; all works bring, year after year, what "
        "those then open bring. NPV: %d prices,\n%.1f %% real. %s\n"
        "FIRR sets gross transit revenue alone against works and running. After loans: with drawings and debt "
        "service, at real rates.\n5 %%, 95 %%, P(loss): overruns of the kind of works (Flyvbjerg et al. 2003) and "
        "gains with a standard deviation of %.0f %%, %zu\ndraws; the model's own doubt is not in it. %s\n",
        100.0 * settings->growth, model->horizon_years, model->base_year, 100.0 * model->discount_rate,
        settings->overrun < 0.0 ? "Costs include the mean overrun of works of their kind."
                                : bk_arena_format(&answer->session->arena, "Costs include an overrun of %.0f %%.",
                                                  100.0 * settings->overrun),
        100.0 * settings->benefit_sd, settings->n_draws,
        settings->transit_surplus > 0.0
            ? bk_arena_format(&answer->session->arena, "Of transit revenue %.0f %% is counted as gain.",
                              100.0 * settings->transit_surplus)
            : "No part of transit revenue is counted\nas gain (--transit-surplus): what transit countries keep of "
              "it is missing from theirs.");
    printf("%s: residual %.0e over %zu equilibria, %.1f s.\n",
           worth->converged ? "Every state is an equilibrium" : "NOT CONVERGED", worth->residual, worth->n_states,
           answer->seconds);
    if (answer->path)
        printf("Written: %s\n", answer->path);
    for (size_t f = 0; f < BKI_REPORTS; f++)
        if (bki_report_path(&answer->reports, f))
            printf("Written: %s\n", bki_report_path(&answer->reports, f));
    for (size_t w = 0; w < worth->n_warnings; w++)
        printf("warning: %s\n", worth->warnings[w]);
}

static void
print_text(const void *of)
{
    const bki_appraise_answer *answer = of;
    const bk_worth            *worth = answer->worth;

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
solve(bki_appraise_answer *answer)
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
    BK_TRY(bki_results_write(session, &answer->worth->results, answer->path, &answer->reports));
    answer->seconds = bki_seconds() - start;
    return BK_OK;
}

static bki_exit
exit_of(const void *of)
{
    const bki_appraise_answer *answer = of;

    return answer->worth->converged ? BKI_EXIT_DONE : BKI_EXIT_NOT_CONVERGED;
}

static const bki_ending ending = {.text = print_text, .json = bki_appraise_print_json, .exit = exit_of};

static bki_exit
run(bki_session *session)
{
    bki_appraise_answer answer = {.session = session};

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
     .meaning =
         "growth of gains and revenue per year from the base year on; by default the study's appraisal.growth, or 0"},
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
                "appraisal.transit_surplus, or 0, which understates transit countries"},
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
     .writes = true,
     .argument = "FILE.gpkg",
     .meaning = "also write every figure and yearly cash flow as tables"},
    BKI_OPTIONS_REPORTS,
    {.name = "no-cache", .kind = BKI_OPTION_FLAG, .meaning = "solve everything anew and keep nothing"},
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
    .repeats = true,
    .run = run,
};
