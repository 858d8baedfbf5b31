/* What part of a verb's work this call does, and where it keeps it. */
#include "cli/cli.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* "2/4": the second of four. */
static bk_status
parse_shard(bki_session *session, const char *text, bk_spread_settings *out)
{
    char                    *end = NULL;
    const unsigned long long shard = strtoull(text, &end, 10);

    if (end != text && *end == '/')
        out->n_shards = strtoull(end + 1, &end, 10);
    if (*end || shard < 1 || shard > out->n_shards || strchr(text, '-'))
        return bk_fail_hint(session->ctx, BK_ERR_USAGE, "such as --shard 2/4, the second of four",
                            "--shard is '%s', must be I/N with I from 1 to N", text);
    out->shard = shard - 1;
    return BK_OK;
}

bk_status
bki_spread_chosen(bki_session *session, const char *file, bk_spread_settings *out)
{
    const char *text = bki_option_text(session, "shard");

    *out = (bk_spread_settings){.file = file, .resume = bki_option_given(session, "resume"), .team = session->team};
    if (!text)
        return BK_OK;
    BK_TRY(parse_shard(session, text, out));
    if (session->team)
        return bk_fail_hint(session->ctx, BK_ERR_USAGE, "leave --shard out, or start it without mpirun",
                            "the processes of mpirun share all of it");
    if (!file)
        return bk_fail_hint(session->ctx, BK_ERR_USAGE, "add --resume FILE",
                            "a shard is of use only in a file that can be merged");
    return BK_OK;
}

void
bki_part_print_text(uint64_t n_done, uint64_t n_wanted, const char *file)
{
    printf("%" PRIu64 " of %" PRIu64 " equilibria are here%s%s; the answer needs all.\n", n_done, n_wanted,
           file ? ", in " : "", file ? file : "");
    if (file)
        printf("Join the files of shards with `buckle merge --out FILE SHARD...`; this command with --resume FILE and "
               "without --shard answers.\n");
}

bki_exit
bki_part_print_json(bki_session *session, uint64_t n_done, uint64_t n_wanted, const char *file)
{
    bk_json *json = bk_json_create(&session->arena);

    if (!json)
        return bki_json_print(NULL);
    bk_json_object(json, NULL);
    bk_json_text(json, "verb", session->verb->name);
    bk_json_flag(json, "complete", n_done == n_wanted);
    bk_json_integer(json, "equilibria", (int64_t)n_wanted);
    bk_json_integer(json, "done", (int64_t)n_done);
    bk_json_text(json, "file", file);
    return bki_json_finish(session, json);
}
