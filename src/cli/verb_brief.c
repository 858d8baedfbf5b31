/* buckle brief: eighteen questions about one economy. */
#include "buckle/brief.h"
#include "cli/cli.h"

#include <math.h>
#include <string.h>

typedef struct brief_answer {
    bki_session    *session;
    const bk_study *study;
    bk_brief        out;
    double          seconds;
} brief_answer;

static void
print_draws(const bk_brief *brief)
{
    if (brief->n_draws > 0)
        printf(
            "\nIntervals are of %zu draws of what the study says is in doubt, one set for all questions; %zu more had "
            "no equilibrium.\n",
            brief->n_draws, brief->n_lost);
    else
        printf("\nNo inputs were drawn: figures without an interval are single values.\n");
}

static void
print_text(const void *state)
{
    const brief_answer *answer = state;

    printf("%s: eighteen questions about %s%s\n\n", answer->out.facts.economy, answer->out.facts.scenario,
           answer->out.facts.interrupted ? " (interrupted)" : "");
    for (int q = 0; q < BK_BRIEF_QUESTIONS; q++) {
        const bk_brief_answer *a = &answer->out.answers[q];
        printf("%2d %s: %s\n   %s\n   %s; rests on (share of estimates): %s\n", a->number, a->claim,
               bki_bold(&answer->session->arena, bk_verdict_name(a->verdict)), a->sentence, a->behind,
               a->rests_on ? a->rests_on : "not found out");
        if (a->doubt)
            printf("   %s\n", a->doubt);
    }
    print_draws(&answer->out);
    printf("\n%s (residual %.0e); %.0f %% of the input rows are estimates. %.1f s.\n",
           answer->out.converged ? "Every state is an equilibrium" : "NOT EVERY STATE CONVERGED", answer->out.residual,
           100.0 * answer->out.estimates, answer->seconds);
}

/* What the draws say of one answer. */
static void
add_doubt(bk_json *json, const bk_brief_answer *a)
{
    bk_json_text(json, "doubt", a->doubt);
    bk_json_number(json, "drawn", a->is_drawn ? a->figure : (double)NAN);
    bk_json_number(json, "drawn_low", a->is_drawn ? a->figure_low : (double)NAN);
    bk_json_number(json, "drawn_high", a->is_drawn ? a->figure_high : (double)NAN);
    bk_json_text(json, "drawn_unit", a->is_drawn ? a->figure_unit : "");
    bk_json_integer(json, "draws_agreeing", (int64_t)a->n_agreeing);
    bk_json_array(json, "moved_by");
    for (size_t m = 0; m < a->n_movers; m++) {
        bk_json_object(json, NULL);
        bk_json_text(json, "input", a->movers[m].input);
        bk_json_number(json, "share", a->movers[m].share);
        bk_json_number(json, "chance", a->movers[m].chance);
        bk_json_end(json);
    }
    bk_json_end(json);
}

/* The object, still open; NULL if memory is short. */
static bk_json *
object_of(const brief_answer *answer)
{
    bk_json *json = bk_json_create(&answer->session->arena);

    if (!json)
        return NULL;
    bk_json_object(json, NULL);
    bk_json_text(json, "economy", answer->out.facts.economy);
    bk_json_text(json, "scenario", answer->out.facts.scenario);
    bk_json_flag(json, "converged", answer->out.converged);
    bk_json_flag(json, "interrupted", answer->out.facts.interrupted);
    bk_json_number(json, "residual", answer->out.residual);
    bk_json_number(json, "estimates_share", answer->out.estimates);
    bk_json_number(json, "seconds", answer->seconds);
    bk_json_integer(json, "draws", (int64_t)answer->out.n_draws);
    bk_json_integer(json, "draws_lost", (int64_t)answer->out.n_lost);
    bk_json_number(json, "draws_residual", answer->out.draws_residual);
    bk_json_array(json, "answers");
    for (int q = 0; q < BK_BRIEF_QUESTIONS; q++) {
        const bk_brief_answer *a = &answer->out.answers[q];
        bk_json_object(json, NULL);
        bk_json_integer(json, "question", a->number);
        bk_json_text(json, "claim", a->claim);
        bk_json_text(json, "verdict", bk_verdict_name(a->verdict));
        bk_json_text(json, "sentence", a->sentence);
        bk_json_number(json, "value", a->has_value ? a->value : (double)NAN);
        bk_json_number(json, "low", a->has_interval ? a->low : (double)NAN);
        bk_json_number(json, "high", a->has_interval ? a->high : (double)NAN);
        bk_json_text(json, "unit", a->unit);
        bk_json_text(json, "interval", bk_interval_name(a->interval));
        add_doubt(json, a);
        bk_json_text(json, "rests_on", a->rests_on);
        bk_json_text(json, "behind", a->behind);
        bk_json_end(json);
    }
    bk_json_end(json);
    bki_json_texts(json, "warnings", answer->out.warnings, answer->out.n_warnings);
    return json;
}

static bki_exit
print_json(const void *state)
{
    const brief_answer *answer = state;
    bk_json            *json = object_of(answer);

    return json ? bki_json_finish(answer->session, json) : bki_json_print(NULL);
}

static bki_exit
exit_of(const void *state)
{
    const bk_brief *brief = &((const brief_answer *)state)->out;

    return brief->facts.interrupted ? BKI_EXIT_INTERRUPTED : brief->converged ? BKI_EXIT_DONE : BKI_EXIT_NOT_CONVERGED;
}

static const bki_ending ending = {.text = print_text, .json = print_json, .exit = exit_of};

static bool
ends_in(const char *path, const char *suffix)
{
    const char *end = strrchr(path, '.');

    return end && strcmp(end, suffix) == 0;
}

static const char *
json_text(const brief_answer *answer, size_t *length)
{
    bk_json *json = object_of(answer);

    if (!json)
        return NULL;
    bki_json_close(answer->session, json);
    return bk_json_result(json, length);
}

/* --out FILE, by its ending. */
static bk_status
write_out(brief_answer *answer)
{
    bki_session *session = answer->session;
    const char  *path = bki_option_text(session, "out"), *text;
    size_t       length = 0;

    if (path == NULL)
        return BK_OK;
    session->writing = true;
    text = ends_in(path, ".html")   ? bk_brief_html(&answer->out, &session->arena, &length)
           : ends_in(path, ".json") ? json_text(answer, &length)
                                    : bk_brief_markdown(&answer->out, &session->arena, &length);
    return text ? bk_file_write(session->ctx, path, text, length) : bk_arena_ok(&session->arena);
}

/* Every scenario of the study; the one asked for last, if it is not among them. */
static bk_status
open_study(brief_answer *answer, size_t *asked)
{
    bki_session       *session = answer->session;
    const char        *wanted = bki_option_text(session, "scenario");
    const char *const *listed = NULL;
    size_t             n = 0;

    *asked = SIZE_MAX;
    BK_TRY(bk_scenario_list(session->ctx, session->operand, &session->arena, &n, &listed));
    const char **names = BK_NEW(&session->arena, const char *, n + 1);
    BK_TRY(bk_arena_ok(&session->arena));
    for (size_t s = 0; s < n; s++) {
        names[s] = listed[s];
        if (wanted && strcmp(wanted, listed[s]) == 0)
            *asked = s;
    }
    if (wanted && *asked == SIZE_MAX) {
        *asked = n;
        names[n++] = wanted;
    }
    return bki_session_open_named(session, names, n, &answer->study);
}

static bk_status
solve(brief_answer *answer)
{
    bki_session      *session = answer->session;
    const double      start = bki_seconds();
    const char       *out = bki_option_text(session, "out");
    bk_brief_settings settings = {.economy = bki_option_text(session, "economy"),
                                  .cache_folder = bki_option_cache(session),
                                  .n_players = (size_t)bki_option_number(session, "players", 5),
                                  .n_draws = (size_t)bki_option_number(session, "draws", BK_BRIEF_DRAWS)};

    if (settings.economy == NULL)
        return bk_fail_hint(session->ctx, BK_ERR_USAGE, "such as --economy KAZ", "name the economy of the brief");
    if (out && !ends_in(out, ".html") && !ends_in(out, ".md") && !ends_in(out, ".json"))
        return bk_fail_hint(session->ctx, BK_ERR_USAGE, "FILE.md, FILE.html or FILE.json",
                            "--out %s: its ending tells the format", out);
    BK_TRY(open_study(answer, &settings.scenario));
    BK_TRY(bk_study_brief(session->ctx, answer->study, &settings, &session->arena, &answer->out));
    answer->seconds = bki_seconds() - start;
    return write_out(answer);
}

static bki_exit
run(bki_session *session)
{
    brief_answer answer = {.session = session};

    return bki_finish(session, solve(&answer), &answer, &ending);
}

static const bki_option options[] = {
    {.name = "economy",
     .kind = BKI_OPTION_TEXT,
     .argument = "E",
     .meaning = "the economy: a region, a country, or its name"},
    {.name = "scenario",
     .kind = BKI_OPTION_TEXT,
     .argument = "S",
     .meaning =
         "the plan that is judged; by default the scenario with the most measures. The others are run beside it"},
    {.name = "players",
     .kind = BKI_OPTION_INTEGER,
     .argument = "N",
     .least = 2,
     .most = 6,
     .meaning = "economies in the game of who is pivotal, 5 by default: it and those that gain most"},
    {.name = "draws",
     .kind = BKI_OPTION_INTEGER,
     .argument = "N",
     .least = 0,
     .most = 10000,
     .meaning =
         "draws of the inputs in doubt, for intervals: 19 by default, which is the fewest that give one of 90 %; "
         "0 for none, in half the time"},
    {.name = "out",
     .kind = BKI_OPTION_TEXT,
     .writes = true,
     .argument = "FILE",
     .meaning = "write it too: FILE.md, a self-contained FILE.html, or FILE.json"},
    {.name = "no-cache", .kind = BKI_OPTION_FLAG, .meaning = "solve the base year anew and keep nothing"},
};

const bki_verb bki_verb_brief = {
    .name = "brief",
    .operand = "STUDY",
    .summary = "Eighteen claims about what connections bring an economy, each with its number and a verdict",
    .detail = "Every scenario of the study is run, the plan is appraised, the game over those who gain most by it is "
              "solved, and\n"
              "the adjoint's values are taken. Verdicts follow from the numbers by fixed rules (docs/how-to/brief.md).",
    .example = "buckle brief studies/silkroad --economy KAZ --out kazakhstan.html",
    .n_options = sizeof options / sizeof *options,
    .options = options,
    .repeats = true,
    .run = run,
};
