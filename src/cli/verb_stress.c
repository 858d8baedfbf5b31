/* buckle stress: how sure an answer is. */
#include "cli/stress.h"

#include <stdlib.h>
#include <string.h>

static bk_sampler_kind
sampler_chosen(const bki_session *session)
{
    const char *text = bki_option_text(session, "sampler");

    return !text || strcmp(text, "sobol") == 0 ? BK_SAMPLER_SOBOL
           : strcmp(text, "lhs") == 0          ? BK_SAMPLER_LHS
                                               : BK_SAMPLER_RANDOM;
}

bool
bki_stress_is_package(const char *path)
{
    const size_t length = path ? strlen(path) : 0;

    return length > 5 && strcmp(path + length - 5, ".gpkg") == 0;
}

bk_status
bki_stress_write_tables(bki_stress_shown *shown)
{
    bki_session *session = shown->session;
    const char  *package = bki_option_text(session, "out"), *folder = bki_option_text(session, "tables");

    shown->package = bki_stress_is_package(package) ? package : NULL;
    shown->folder = folder;
    if ((!shown->package && !folder) || (session->team && session->team->rank > 0))
        return BK_OK; /* the first process writes for all */
    return bki_results_write(session, &shown->stress->results, shown->package, &(bk_report_paths){.tables = folder});
}

static bk_status
choose(bki_session *session, bki_stress_shown *shown, bk_stress_settings *out)
{
    const char *kept = bki_option_text(session, "out"), *resumed = bki_option_text(session, "resume");

    *out = bk_stress_default_settings();
    if (bki_stress_is_package(kept))
        kept = NULL;
    if (kept && resumed)
        return bk_fail_hint(session->ctx, BK_ERR_USAGE, "--resume begins the file if it is not there",
                            "--out and --resume both name a file for the draws");
    shown->file = kept ? kept : resumed;
    out->n_draws = (uint64_t)bki_option_number(session, "draws", (double)out->n_draws);
    out->seed = (uint64_t)bki_option_number(session, "seed", (double)out->seed);
    out->sampler = sampler_chosen(session);
    out->indices = bki_option_given(session, "indices");
    out->projects = bki_option_given(session, "projects");
    out->joint.tolerance = bki_option_number(session, "tolerance", out->joint.tolerance);
    out->cache_folder = bki_option_cache(session);
    BK_TRY(bki_spread_chosen(session, shown->file, &out->spread));
    shown->shard = out->spread.shard + 1;
    shown->n_shards = out->spread.n_shards;
    return BK_OK;
}

static bk_status
solve(bki_stress_shown *shown)
{
    bki_session       *session = shown->session;
    const double       start = bki_seconds();
    const bk_study    *study = NULL;
    bk_stress_settings settings;

    BK_TRY(choose(session, shown, &settings));
    if (!bki_option_given(session, "scenario"))
        return bk_fail_hint(session->ctx, BK_ERR_USAGE, "such as --scenario belt-as-planned",
                            "name the scenario to test, or several to choose among");
    BK_TRY(bki_session_open(session, BKI_OTHERWISE_NONE, &study));
    if (bki_option_given(session, "economy"))
        BK_TRY(bki_economy_named(session, study->model, bki_option_text(session, "economy"), &settings.economy));
    BK_TRY(bk_study_stress(session->ctx, study, &settings, &session->arena, &shown->stress));
    BK_TRY(bki_stress_write_tables(shown));
    shown->seconds = bki_seconds() - start;
    return BK_OK;
}

static void
print_text(const void *answer)
{
    bki_stress_print_text(answer);
}

static bki_exit
print_json(const void *answer)
{
    return bki_stress_print_json(answer);
}

/* A shard that did its part is done; draws that ended at a limit make an answer that did not converge. */
static bki_exit
exit_of(const void *answer)
{
    const bki_stress_shown *shown = answer;

    if (bk_cancelled(shown->session->ctx) || (shown->session->team && !shown->stress->complete))
        return BKI_EXIT_INTERRUPTED; /* this process or another of the team */
    return shown->stress->n_loose + shown->stress->n_failed > 0 ? BKI_EXIT_NOT_CONVERGED : BKI_EXIT_DONE;
}

const bki_ending bki_stress_ending = {.text = print_text, .json = print_json, .exit = exit_of};

static bki_exit
run_stress(bki_session *session)
{
    bki_stress_shown shown = {.session = session};

    return bki_finish(session, solve(&shown), &shown, &bki_stress_ending);
}

static const bki_option stress_options[] = {
    {.name = "scenario",
     .kind = BKI_OPTION_LIST,
     .argument = "S",
     .meaning = "a scenario of the study, or a path that ends in .yaml; may be given again: they are then choices"},
    {.name = "draws",
     .kind = BKI_OPTION_INTEGER,
     .argument = "N",
     .least = 2,
     .most = 4294967295.0,
     .meaning = "draws, 1000 by default; a power of two suits Sobol' points. With --indices, rows of 2 + inputs draws"},
    {.name = "seed",
     .kind = BKI_OPTION_INTEGER,
     .argument = "SEED",
     .least = 0,
     .most = 9007199254740991.0,
     .meaning = "of the random numbers, 1 by default; the same seed gives the same bits"},
    {.name = "sampler",
     .kind = BKI_OPTION_CHOICE,
     .argument = "KIND",
     .choices = "sobol lhs random",
     .meaning = "sobol (scrambled, the default), lhs (Latin hypercube) or random"},
    {.name = "economy",
     .kind = BKI_OPTION_TEXT,
     .argument = "E",
     .meaning = "whose answers are explained; by default the first region's country"},
    {.name = "indices",
     .kind = BKI_OPTION_FLAG,
     .meaning = "first and total Sobol' indices of every input, with bootstrap intervals"},
    {.name = "projects",
     .kind = BKI_OPTION_FLAG,
     .meaning = "the NPV of each project too: one equilibrium more a draw and project"},
    {.name = "out",
     .kind = BKI_OPTION_TEXT,
     .writes = true,
     .argument = "FILE",
     .meaning = "FILE.gpkg: write tables of the answers, what moves them, regrets, draws and their inputs; any "
                "other name: keep draws in a new file as they finish"},
    {.name = "tables",
     .kind = BKI_OPTION_TEXT,
     .writes = true,
     .argument = "FOLDER",
     .meaning = "the same tables as CSV files"},
    {.name = "resume",
     .kind = BKI_OPTION_TEXT,
     .writes = true,
     .argument = "FILE",
     .meaning = "likewise; draws the file holds already are not computed again"},
    BKI_OPTION_SHARD("draws"),
    {.name = "tolerance",
     .kind = BKI_OPTION_NUMBER,
     .argument = "T",
     .least = 1e-10,
     .most = 1e-2,
     .meaning = "largest relative change of a transport cost in one more round, 1e-5 by default"},
    {.name = "no-cache", .kind = BKI_OPTION_FLAG, .meaning = "solve the base year anew and keep nothing"},
};

const bki_verb bki_verb_stress = {
    .name = "stress",
    .operand = "STUDY",
    .summary = "How sure an answer is: its distribution when inputs are drawn from what is known of them, and why",
    .detail = "What is in doubt stands in risk/distribution.csv and risk/state.csv; standard errors of elasticities, "
              "overruns of\n"
              "works and the spread of gains realised are drawn without being asked. Each draw solves base year and "
              "scenario as joint\n"
              "equilibria and depends on its number alone, so threads, shards and\n"
              "the processes of mpirun change nothing but the time.",
    .example = "buckle stress studies/silkroad --scenario belt-as-planned --draws 256",
    .n_options = sizeof stress_options / sizeof *stress_options,
    .options = stress_options,
    .repeats = true,
    .spreads = true,
    .run = run_stress,
};
