/* buckle stress and buckle merge: how sure an answer is, from draws made here or elsewhere. */
#include "cli/stress.h"

#include <stdlib.h>
#include <string.h>

/* "2/4": the second of four. */
static bk_status
parse_shard(bki_session *session, bki_stress_shown *shown, bk_spread_settings *out)
{
    const char *text = bki_option_text(session, "shard");
    char       *end = NULL;

    if (!text)
        return BK_OK;
    shown->shard = strtoull(text, &end, 10);
    if (end != text && *end == '/')
        shown->n_shards = strtoull(end + 1, &end, 10);
    if (*end || shown->shard < 1 || shown->shard > shown->n_shards || strchr(text, '-'))
        return bk_fail_hint(session->ctx, BK_ERR_USAGE, "such as --shard 2/4, the second of four",
                            "--shard is '%s', must be I/N with I from 1 to N", text);
    if (session->team)
        return bk_fail_hint(session->ctx, BK_ERR_USAGE, "leave --shard out, or start it without mpirun",
                            "the processes of mpirun share all draws");
    if (!shown->file)
        return bk_fail_hint(session->ctx, BK_ERR_USAGE, "add --out FILE or --resume FILE",
                            "a shard is of use only in a file that can be merged");
    out->shard = shown->shard - 1;
    out->n_shards = shown->n_shards;
    return BK_OK;
}

static bk_sampler_kind
sampler_chosen(const bki_session *session)
{
    const char *text = bki_option_text(session, "sampler");

    return !text || strcmp(text, "sobol") == 0 ? BK_SAMPLER_SOBOL
           : strcmp(text, "lhs") == 0          ? BK_SAMPLER_LHS
                                               : BK_SAMPLER_RANDOM;
}

/* Tables go where --out names a GeoPackage, and as CSV files into the folder of --tables. */
static bool
is_package(const char *path)
{
    const size_t length = path ? strlen(path) : 0;

    return length > 5 && strcmp(path + length - 5, ".gpkg") == 0;
}

static bk_status
write_tables(bki_stress_shown *shown)
{
    bki_session *session = shown->session;
    const char  *package = bki_option_text(session, "out"), *folder = bki_option_text(session, "tables");

    shown->package = is_package(package) ? package : NULL;
    shown->folder = folder;
    if ((!shown->package && !folder) || (session->team && session->team->rank > 0))
        return BK_OK; /* the first process writes for all */
    session->writing = true;
    if (shown->package)
        BK_TRY(bk_geopackage_write(session->ctx, &shown->stress->results, package));
    return folder ? bk_study_report(session->ctx, &shown->stress->results, &(bk_report_paths){.tables = folder})
                  : BK_OK;
}

static bk_status
choose(bki_session *session, bki_stress_shown *shown, bk_stress_settings *out)
{
    const char *kept = bki_option_text(session, "out"), *resumed = bki_option_text(session, "resume");

    *out = bk_stress_default_settings();
    if (is_package(kept))
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
    out->spread = (bk_spread_settings){.file = shown->file, .resume = resumed != NULL, .team = session->team};
    return parse_shard(session, shown, &out->spread);
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
    BK_TRY(write_tables(shown));
    shown->seconds = bki_seconds() - start;
    return BK_OK;
}

static bk_status
join(bki_stress_shown *shown)
{
    bki_session *session = shown->session;
    const double start = bki_seconds();

    BK_TRY(bk_stress_merge(session->ctx, session->operands, session->n_operands, bki_option_text(session, "study"),
                           bki_option_cache(session), &session->arena, &shown->stress));
    shown->file = is_package(bki_option_text(session, "out")) ? NULL : bki_option_text(session, "out");
    session->writing = true;
    if (shown->file)
        BK_TRY(bk_shard_write(session->ctx, shown->stress->records, shown->file));
    BK_TRY(write_tables(shown));
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

static const bki_ending ending = {.text = print_text, .json = print_json, .exit = exit_of};

static bki_exit
run_stress(bki_session *session)
{
    bki_stress_shown shown = {.session = session};

    return bki_finish(session, solve(&shown), &shown, &ending);
}

static bki_exit
run_merge(bki_session *session)
{
    bki_stress_shown shown = {.session = session};

    return bki_finish(session, join(&shown), &shown, &ending);
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
    {.name = "shard",
     .kind = BKI_OPTION_TEXT,
     .argument = "I/N",
     .meaning = "the I-th of N parts of the draws, for job arrays; `buckle merge` joins their files"},
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

static const bki_option merge_options[] = {
    {.name = "out",
     .kind = BKI_OPTION_TEXT,
     .writes = true,
     .argument = "FILE",
     .meaning = "FILE.gpkg: write tables, as `stress` does; any other name: write all draws into one file, in order"},
    {.name = "tables",
     .kind = BKI_OPTION_TEXT,
     .writes = true,
     .argument = "FOLDER",
     .meaning = "the same tables as CSV files"},
    {.name = "study",
     .kind = BKI_OPTION_TEXT,
     .argument = "FOLDER",
     .meaning = "where the study lies now, if not where it lay when the draws were made"},
    {.name = "no-cache", .kind = BKI_OPTION_FLAG, .meaning = "solve the base year anew and keep nothing"},
};

const bki_verb bki_verb_merge = {
    .name = "merge",
    .operand = "SHARD...",
    .summary = "Joins the draws that `stress` kept in several files into the one answer they give together",
    .detail = "The answer is that of one run, to the last bit. Files of other studies, settings or programs are "
              "refused.",
    .example = "buckle merge part-1.draws part-2.draws",
    .n_options = sizeof merge_options / sizeof *merge_options,
    .options = merge_options,
    .run = run_merge,
};
