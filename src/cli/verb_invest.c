/* buckle invest: which projects to build within a budget. */
#include "cli/invest.h"

#include <stdlib.h>
#include <string.h>

const char *
bki_invest_economy(const bk_invest *invest, size_t economy)
{
    return invest->economies[economy] == BK_NONE ? "outside"
                                                 : invest->study->model->countries[invest->economies[economy]];
}

const char *
bki_invest_project(const bk_invest *invest, size_t candidate)
{
    return invest->study->model->projects.projects[invest->candidates[candidate].project].id;
}

const char *
bki_invest_state(const bk_invest *invest, size_t state)
{
    if (state > 0)
        return invest->study->scenarios[invest->settings.robust[state - 1]]->name;
    return invest->scenario ? invest->scenario->name : "base year";
}

const char *
bki_invest_method(const bk_invest *invest)
{
    if (invest->search.exhausted)
        return "enumeration";
    return invest->search.bounded ? "branch-and-bound" : "heuristic";
}

/* ---- lists and weights ----------------------------------------------------------------------------------------- */

bk_status
bki_invest_split(bki_session *session, const char *text, size_t *n, const char ***out)
{
    size_t       most = 1;
    const char **parts;

    for (const char *at = text; *at; at++)
        most += *at == ',';
    parts = BK_NEW(&session->arena, const char *, most);
    BK_TRY(bk_arena_ok(&session->arena));
    for (*n = 0; *text;) {
        const size_t length = strcspn(text, ",");
        if (length > 0)
            parts[(*n)++] = bk_arena_text(&session->arena, text, length);
        text += length + (text[length] == ',');
    }
    *out = parts;
    return bk_arena_ok(&session->arena);
}

/* One line of a file of weights: "KAZ,0.5"; the head "economy,weight" may stand above. */
static bk_status
read_weight(bki_invest_answer *answer, const char *file, int number, char *line, double *weight)
{
    bk_context *ctx = answer->session->ctx;
    char       *comma = strchr(line, ','), *end = NULL;
    size_t      region = 0;

    line[strcspn(line, "\r")] = '\0';
    if (line[0] == '\0' || (number == 1 && strcmp(line, "economy,weight") == 0))
        return BK_OK;
    if (comma)
        *comma = '\0';
    const double value = comma ? strtod(comma + 1, &end) : 0.0;
    if (!comma || end == comma + 1 || *end != '\0' || !(value - value == 0.0))
        return bk_fail_at(ctx, BK_ERR_SYNTAX, file, number, 1, "write ECONOMY,WEIGHT", "%s is no economy with a weight",
                          line);
    BK_TRY(bk_study_region(ctx, answer->study, line, &answer->session->arena, &region));
    weight[answer->study->model->economy.regions[region].country] = value;
    return BK_OK;
}

static bk_status
read_weights(bki_invest_answer *answer, const char *file, double *weight)
{
    const char *bytes = NULL;
    size_t      n = 0;
    int         number = 1;

    bk_note_input(answer->session->ctx, file);
    BK_TRY(bk_file_read(answer->session->ctx, file, &answer->session->arena, &bytes, &n));
    for (size_t at = 0; at < n; number++) {
        size_t length = 0;
        while (at + length < n && bytes[at + length] != '\n')
            length++;
        char *line = bk_arena_text(&answer->session->arena, bytes + at, length);
        BK_TRY(bk_arena_ok(&answer->session->arena));
        BK_TRY(read_weight(answer, file, number, line, weight));
        at += length + 1;
    }
    return BK_OK;
}

static bk_status
choose_goal(bki_invest_answer *answer, bk_invest_settings *settings)
{
    const char  *objective = bki_option_text(answer->session, "objective");
    const size_t n = answer->study->model->n_countries;
    double      *weight = BK_NEW(&answer->session->arena, double, n + 1);
    size_t       region = 0;

    BK_TRY(bk_arena_ok(&answer->session->arena));
    answer->objective = objective ? objective : "all";
    settings->goal = BK_GOAL_WEIGHTS;
    settings->weight = weight;
    if (strcmp(answer->objective, "all") == 0)
        settings->goal = BK_GOAL_ALL;
    else if (strcmp(answer->objective, "maxmin") == 0)
        settings->goal = BK_GOAL_MAXMIN;
    else if (strchr(answer->objective, '.') || strchr(answer->objective, '/'))
        BK_TRY(read_weights(answer, answer->objective, weight));
    else {
        BK_TRY(
            bk_study_region(answer->session->ctx, answer->study, answer->objective, &answer->session->arena, &region));
        weight[answer->study->model->economy.regions[region].country] = 1.0;
    }
    return BK_OK;
}

/* ---- the verb -------------------------------------------------------------------------------------------------- */

/* The scenario first, if there is one, then the states. */
static bk_status
open_study(bki_invest_answer *answer, bk_invest_settings *settings)
{
    bki_session *session = answer->session;
    const char  *scenario = bki_option_text(session, "scenario"), *robust = bki_option_text(session, "robust");
    const char **states = NULL;
    size_t       n_states = 0, n = 0;

    if (robust)
        BK_TRY(bki_invest_split(session, robust, &n_states, &states));
    const char **names = BK_NEW(&session->arena, const char *, n_states + 2);
    size_t      *which = BK_NEW(&session->arena, size_t, n_states + 1);
    BK_TRY(bk_arena_ok(&session->arena));
    if (scenario)
        names[n++] = scenario;
    for (size_t s = 0; s < n_states; s++) {
        which[s] = n;
        names[n++] = states[s];
    }
    BK_TRY(bki_session_open_named(session, names, n, &answer->study));
    *settings = bk_invest_default_settings(answer->study->model);
    settings->scenario = scenario ? 0 : SIZE_MAX;
    settings->n_robust = n_states;
    settings->robust = which;
    return BK_OK;
}

static void
choose_law(const bki_session *session, bk_invest_settings *settings)
{
    const char *law = bki_option_text(session, "assume");

    for (int l = BK_LAW_NONE; law && l <= BK_LAW_DIMINISHING; l++)
        if (strcmp(law, bk_benefit_law_name((bk_benefit_law)l)) == 0)
            settings->law = (bk_benefit_law)l;
}

static bk_status
solve(bki_invest_answer *answer, bk_invest_settings *settings)
{
    bki_session        *session = answer->session;
    const double        start = bki_seconds();
    const char         *candidates = bki_option_text(session, "candidates");
    const char        **ids = NULL;
    bk_optimum_settings optimum;

    if (!bki_option_given(session, "budget"))
        return bk_fail_hint(session->ctx, BK_ERR_USAGE, "for example --budget 5e9", "--budget is missing");
    BK_TRY(open_study(answer, settings));
    BK_TRY(choose_goal(answer, settings));
    BK_TRY(bki_invest_optimum_asked(answer, &optimum));
    choose_law(session, settings);
    if (candidates)
        BK_TRY(bki_invest_split(session, candidates, &settings->n_candidates, &ids));
    settings->candidates = ids;
    settings->cache_folder = bki_option_cache(session);
    settings->budget = bki_option_number(session, "budget", 0.0);
    settings->per_year = bki_option_number(session, "per-year", 0.0);
    settings->from_year = (int)bki_option_number(session, "from-year", 0.0);
    settings->set_limit = (size_t)bki_option_number(session, "sets", (double)settings->set_limit);
    settings->growth = bki_option_number(session, "growth", settings->growth);
    settings->overrun = bki_option_number(session, "overrun", settings->overrun);
    settings->transit_surplus = bki_option_number(session, "transit-surplus", settings->transit_surplus);
    settings->joint.tolerance = bki_option_number(session, "tolerance", settings->joint.tolerance);
    answer->file = bki_option_text(session, "resume");
    BK_TRY(bki_spread_chosen(session, answer->file, &settings->spread));
    BK_TRY(bk_study_invest(session->ctx, answer->study, settings, &session->arena, &answer->invest));
    BK_TRY(bki_invest_optimum(answer, &optimum));
    answer->seconds = bki_seconds() - start;
    return BK_OK;
}

static void
show_text(const void *of)
{
    const bki_invest_answer *answer = of;

    if (answer->invest->complete)
        bki_invest_print_text(answer);
    else
        bki_part_print_text(answer->invest->n_done, answer->invest->n_wanted, answer->file);
}

static bki_exit
show_json(const void *of)
{
    const bki_invest_answer *answer = of;

    return answer->invest->complete
               ? bki_invest_print_json(answer)
               : bki_part_print_json(answer->session, answer->invest->n_done, answer->invest->n_wanted, answer->file);
}

/* A portfolio that is not proved the best is an answer all the same; an interruption or a limit is not.  A
 * shard that did its part is done. */
static bki_exit
exit_of(const void *of)
{
    const bki_invest_answer *answer = of;

    if (bk_cancelled(answer->session->ctx) || (answer->session->team && !answer->invest->complete))
        return BKI_EXIT_INTERRUPTED;
    return bki_exit_of_outcome(answer->invest->search.outcome);
}

static const bki_ending ending = {.text = show_text, .json = show_json, .exit = exit_of};

static bki_exit
run(bki_session *session)
{
    bki_invest_answer  answer = {.session = session};
    bk_invest_settings settings;

    return bki_finish(session, solve(&answer, &settings), &answer, &ending);
}

static const bki_option options[] = {
    {.name = "budget",
     .kind = BKI_OPTION_NUMBER,
     .argument = "USD",
     .least = 0,
     .most = 1e15,
     .meaning = "for works, overruns included, in prices of the base year"},
    {.name = "scenario",
     .kind = BKI_OPTION_TEXT,
     .argument = "S",
     .meaning = "the scenario whose projects are the candidates, all else in it taken as given; by default every "
                "project that changes the network, added to the base year"},
    {.name = "objective",
     .kind = BKI_OPTION_TEXT,
     .argument = "O",
     .meaning = "whose NPV counts: all (the default), one economy, maxmin (the payer worst off, in % of its value "
                "added), or a file of lines ECONOMY,WEIGHT (its name has a dot or a slash)"},
    {.name = "candidates",
     .kind = BKI_OPTION_TEXT,
     .argument = "P,...",
     .meaning = "only these projects, by id; at most 24"},
    {.name = "from-year",
     .kind = BKI_OPTION_INTEGER,
     .argument = "Y",
     .least = 1900,
     .most = 2200,
     .meaning = "works planned to begin earlier begin in Y and take as long; by default as planned"},
    {.name = "per-year",
     .kind = BKI_OPTION_NUMBER,
     .argument = "USD",
     .least = 1,
     .most = 1e15,
     .meaning = "money for works each year: also says which of the best portfolio to build first"},
    {.name = "robust",
     .kind = BKI_OPTION_TEXT,
     .argument = "S,...",
     .meaning = "scenarios that are states of the world: also finds the portfolio of least regret over them and today"},
    {.name = "assume",
     .kind = BKI_OPTION_CHOICE,
     .argument = "LAW",
     .choices = "none monotone diminishing",
     .meaning = "where sets are too many to ask them all, a bound under this law of benefits: monotone (no project "
                "takes from the others), diminishing (none brings more for being later); none by default"},
    {.name = "sets",
     .kind = BKI_OPTION_INTEGER,
     .argument = "N",
     .least = 1,
     .most = 16777216,
     .meaning = "at most so many sets of projects in each state, 4096 by default; one takes an equilibrium"},
    {.name = "growth",
     .kind = BKI_OPTION_NUMBER,
     .argument = "G",
     .least = -0.2,
     .most = 0.2,
     .meaning = "growth of gains per year from the base year on; by default the study's appraisal.growth, or 0"},
    {.name = "overrun",
     .kind = BKI_OPTION_NUMBER,
     .argument = "O",
     .least = 0,
     .most = 10,
     .meaning = "share of capital cost added (0: cost as written); by default the study's appraisal.overrun, or the "
                "mean of works of the project's kind"},
    {.name = "transit-surplus",
     .kind = BKI_OPTION_NUMBER,
     .argument = "S",
     .least = 0,
     .most = 1,
     .meaning = "share of transit revenue left over its cost, counted as gain; by default the study's "
                "appraisal.transit_surplus, or 0, which understates transit countries"},
    {.name = "tolerance",
     .kind = BKI_OPTION_NUMBER,
     .argument = "T",
     .least = 1e-10,
     .most = 1e-2,
     .meaning = "largest relative change of a transport cost in one more round, 1e-6 by default"},
    {.name = "network-optimum",
     .kind = BKI_OPTION_FLAG,
     .meaning =
         "also says which links a planner would widen with the same budget, in any amounts: a guide in a world of "
         "its own, not a bound"},
    {.name = "per-km",
     .kind = BKI_OPTION_TEXT,
     .argument = "MODE=USD,...",
     .meaning = "for it: what a kilometre more of a mode's lines costs; by default the mean of the study's projects of "
                "that kind, overruns included"},
    {.name = "beta",
     .kind = BKI_OPTION_NUMBER,
     .argument = "B",
     .least = 1e-3,
     .most = 10,
     .meaning = "for it: the power of a good's flow in what moving it costs, 0.13 by default"},
    {.name = "gamma",
     .kind = BKI_OPTION_NUMBER,
     .argument = "G",
     .least = 1e-3,
     .most = 10,
     .meaning = "for it: the power of infrastructure in the same, 0.10 by default; at most B"},
    BKI_OPTION_RESUME("portfolios"),
    BKI_OPTION_SHARD("portfolios"),
    {.name = "no-cache", .kind = BKI_OPTION_FLAG, .meaning = "solve everything anew and keep nothing"},
};

const bki_verb bki_verb_invest = {
    .name = "invest",
    .operand = "STUDY",
    .summary = "Which projects to build within a budget, in which order, and which choice one would regret least",
    .detail =
        "Asks the joint equilibrium what sets of projects bring. If every set within the budget was asked, the best is "
        "proved;\nelse the best found is given, with a bound if a law of benefits is assumed and was not seen broken. "
        "Worths are kept in\nthe cache: another budget is answered at once, and after Ctrl-C the same command goes on. "
        "docs/explanation/portfolios.md.",
    .example = "buckle invest studies/silkroad --scenario belt-as-planned --budget 3e9 --objective KAZ",
    .n_options = sizeof options / sizeof *options,
    .options = options,
    .repeats = true,
    .spreads = true,
    .run = run,
};
