/* buckle merge: what a verb kept in several files, as one answer or one file. */
#include "cli/stress.h"

#include <inttypes.h>
#include <string.h>

/* ---- draws: the answer ------------------------------------------------------------------------------------------ */

static bk_status
join(bki_stress_shown *shown)
{
    bki_session *session = shown->session;
    const double start = bki_seconds();

    BK_TRY(bk_stress_merge(session->ctx, session->operands, session->n_operands, bki_option_text(session, "study"),
                           bki_option_cache(session), &session->arena, &shown->stress));
    shown->file = bki_stress_is_package(bki_option_text(session, "out")) ? NULL : bki_option_text(session, "out");
    session->writing = true;
    if (shown->file)
        BK_TRY(bk_shard_write(session->ctx, shown->stress->records, shown->file));
    BK_TRY(bki_stress_write_tables(shown));
    shown->seconds = bki_seconds() - start;
    return BK_OK;
}

static bki_exit
answer_stress(bki_session *session)
{
    bki_stress_shown shown = {.session = session};

    return bki_finish(session, join(&shown), &shown, &bki_stress_ending);
}

/* ---- other records: one file that the verb resumes --------------------------------------------------------------- */

typedef struct joined {
    bki_session *session;
    bk_records   records;
    const char  *verb, *file;
} joined;

static bk_status
join_records(joined *of)
{
    bki_session *session = of->session;

    of->file = bki_option_text(session, "out");
    if (!of->file)
        return bk_fail_hint(session->ctx, BK_ERR_USAGE, "add --out FILE", "the parts of `buckle %s` join into a file",
                            of->verb);
    BK_TRY(bk_shards_read(session->ctx, session->operands, session->n_operands, &session->arena, &of->records));
    session->writing = true;
    return bk_shard_write(session->ctx, &of->records, of->file);
}

static void
print_text(const void *answer)
{
    const joined *of = answer;

    printf("%" PRIu64 " of %" PRIu64 " equilibria of `buckle %s` are joined in %s.\n", of->records.n_done,
           of->records.manifest.n_records, of->verb, of->file);
    printf("The command they were made with answers, with --resume %s and without --shard.\n", of->file);
}

static bki_exit
print_json(const void *answer)
{
    const joined *of = answer;
    bk_json      *json = bk_json_create(&of->session->arena);

    if (!json)
        return bki_json_print(NULL);
    bk_json_object(json, NULL);
    bk_json_text(json, "verb", of->verb);
    bk_json_text(json, "asked", of->records.manifest.text);
    bk_json_flag(json, "complete", of->records.n_done == of->records.manifest.n_records);
    bk_json_integer(json, "equilibria", (int64_t)of->records.manifest.n_records);
    bk_json_integer(json, "done", (int64_t)of->records.n_done);
    bk_json_text(json, "file", of->file);
    return bki_json_finish(of->session, json);
}

static const bki_ending joined_ending = {.text = print_text, .json = print_json};

/* ---- the verb --------------------------------------------------------------------------------------------------- */

/* The first line of what a file says of itself. */
static bk_status
verb_of(bki_session *session, const char *file, const char **out)
{
    bk_records first;

    BK_TRY(bk_shards_read(session->ctx, &file, 1, &session->arena, &first));
    *out = bk_arena_text(&session->arena, first.manifest.text, strcspn(first.manifest.text, "\n"));
    return bk_arena_ok(&session->arena);
}

static bki_exit
run(bki_session *session)
{
    joined          of = {.session = session};
    const bk_status status = verb_of(session, session->operands[0], &of.verb);

    if (status == BK_OK && strcmp(of.verb, bki_verb_stress.name) == 0)
        return answer_stress(session);
    return bki_finish(session, status == BK_OK ? join_records(&of) : status, &of, &joined_ending);
}

static const bki_option options[] = {
    {.name = "out",
     .kind = BKI_OPTION_TEXT,
     .writes = true,
     .argument = "FILE",
     .meaning = "write everything into one file, in order; of draws, FILE.gpkg: tables, as `stress` does"},
    {.name = "tables",
     .kind = BKI_OPTION_TEXT,
     .writes = true,
     .argument = "FOLDER",
     .meaning = "of draws, the same tables as CSV files"},
    {.name = "study",
     .kind = BKI_OPTION_TEXT,
     .argument = "FOLDER",
     .meaning = "where the study lies now, if not where it lay when the draws were made"},
    {.name = "no-cache", .kind = BKI_OPTION_FLAG, .meaning = "solve the base year anew and keep nothing"},
};

const bki_verb bki_verb_merge = {
    .name = "merge",
    .operand = "SHARD...",
    .summary =
        "Joins what `stress`, `pivot` or `invest` kept in several files: draws into the one answer they give together",
    .detail = "The answer is that of one run, to the last bit. Files of other studies, settings or programs are "
              "refused. Equilibria\n"
              "of `pivot` and `invest` are joined into the file of --out, with which their --resume answers.",
    .example = "buckle merge part-1.draws part-2.draws",
    .n_options = sizeof options / sizeof *options,
    .options = options,
    .run = run,
};
