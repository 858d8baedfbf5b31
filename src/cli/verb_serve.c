/* buckle serve: the page and its JSON, on this machine only.  Hands the server the verbs that its jobs are. */
#include "cli/answer.h"

#include <string.h>

static bool
has_verb(const char *verb)
{
    return bki_verb_find(verb) != NULL;
}

/* No option of a request names a file, a folder or the cache, nor a scenario: that has a place of its own. */
static bool
takes_option(const char *verb, const char *name, bool *is_flag)
{
    const bki_verb *found = bki_verb_find(verb);

    for (size_t o = 0; found && o < found->n_options; o++) {
        const bki_option *option = &found->options[o];
        if (strcmp(option->name, name) != 0)
            continue;
        *is_flag = option->kind == BKI_OPTION_FLAG;
        return strcmp(name, "scenario") != 0 && strcmp(name, "no-cache") != 0 && option->kind != BKI_OPTION_PAIR &&
               (!option->argument ||
                (strncmp(option->argument, "FILE", 4) != 0 && strncmp(option->argument, "FOLDER", 6) != 0 &&
                 strncmp(option->argument, "PATH", 4) != 0));
    }
    return false;
}

static void
run_members(bk_json *json, const bk_run *run, double seconds, bk_arena *arena)
{
    bki_session      session = {.arena = *arena}; /* its notes are none: the run keeps its warnings itself */
    const bki_answer answer = {.session = &session, .study = run->study, .run = run, .seconds = seconds};

    bki_answer_json_members(json, &answer);
    *arena = session.arena;
}

static const bki_verbs verbs = {
    .has = has_verb, .takes = takes_option, .run = bki_run_warm, .run_members = run_members};

static void
print_ready(const char *url)
{
    printf("%s\n", url);
    fflush(stdout);
    fputs("buckle: open this address in a browser on this machine; it works once.  Ctrl-C stops.\n", stderr);
}

static bki_exit
run(bki_session *session)
{
    const double             threads = bki_option_number(session, "threads", 0.0);
    const bki_serve_settings settings = {.folder = session->operand,
                                         .port = (int)bki_option_number(session, "port", 0.0),
                                         .any_port = bki_option_given(session, "port") &&
                                                     bki_option_number(session, "port", 0.0) == 0.0,
                                         .threads = threads > 0.0 ? (int)threads : bki_processor_count(),
                                         .cache_folder = bki_option_cache(session),
                                         .key_file = bki_option_text(session, "key-file"),
                                         .verbs = &verbs,
                                         .ready = print_ready};
    const bk_status          status = bki_serve(session->ctx, &settings, &session->arena);

    return status != BK_OK ? bki_report_errors(session, status) : BKI_EXIT_DONE;
}

static const bki_option options[] = {
    {.name = "port",
     .kind = BKI_OPTION_INTEGER,
     .argument = "P",
     .least = 0,
     .most = 65535,
     .meaning = "to listen at on 127.0.0.1, 0 for any free one; by default 8642, or any free one if that is taken"},
    {.name = "key-file",
     .kind = BKI_OPTION_TEXT,
     .argument = "FILE",
     .meaning = "for scripts: the address, and on a second line the cookie, are written there for you alone to read"},
    {.name = "no-cache", .kind = BKI_OPTION_FLAG, .meaning = "solve the base year anew and keep nothing"},
};

const bki_verb bki_verb_serve = {
    .name = "serve",
    .operand = "STUDY",
    .summary = "The map in the browser, on this machine only, and a JSON interface for scripts",
    .detail = "Prints one address, which works once: the browser is given a cookie for it. Nothing is sent to other "
              "machines, and\n"
              "none can ask. Jobs run in processes of their own; Ctrl-C stops all of them. "
              "docs/how-to/think-in-the-browser.md shows\n"
              "both uses, docs/reference/http-api.md lists what can be asked.",
    .example = "buckle serve studies/silkroad",
    .n_options = sizeof options / sizeof *options,
    .options = options,
    .run = run,
};
