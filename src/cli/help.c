/* Help and the reference of commands, both from the table of verbs. */
#include "cli/explain.h"

#include <string.h>

static void
print_option(FILE *out, const bki_option *option)
{
    char left[64];
    int  n = 0;

    if (option->letter)
        n = snprintf(left, sizeof left, "-%c, ", option->letter);
    if (strlen(option->name) > 1)
        n += snprintf(left + n, sizeof left - (size_t)n, "--%s", option->name);
    else
        n = snprintf(left, sizeof left, "-%c", option->letter);
    if (option->argument)
        snprintf(left + n, sizeof left - (size_t)n, " %s", option->argument);
    fprintf(out, "  %-26s %s%s\n", left, option->meaning,
            option->kind == BKI_OPTION_LIST ? "; may be given again" : "");
}

static void
print_options(FILE *out, const bki_verb *verb)
{
    for (size_t o = 0; verb && o < verb->n_options; o++)
        print_option(out, &verb->options[o]);
    for (size_t o = 0; o < bki_common_option_count(); o++)
        print_option(out, bki_common_option(o));
}

static void
print_program(FILE *out)
{
    fputs("usage: buckle VERB ...\n\nWhat a trade corridor is worth, and to whom.\n\n", out);
    for (size_t v = 0; v < bki_verb_count(); v++)
        fprintf(out, "  %-10s %s\n", bki_verb_get(v)->name, bki_verb_get(v)->summary);
    fputs("\nEvery verb takes:\n", out);
    print_options(out, NULL);
    fputs("\n`buckle help VERB` says more; `buckle --version` prints the version.\n"
          "Exit status: 0 done, 1 finished without converging, 2 bad usage, 3 bad input, 4 a fault of the machine,\n"
          "130 interrupted.\n",
          out);
}

void
bki_help_print(FILE *out, const bki_verb *verb)
{
    if (!verb) {
        print_program(out);
        return;
    }
    fprintf(out, "usage: buckle %s%s%s%s%s [OPTION]...\n\n%s.\n\n%s\n\nOptions:\n", verb->name,
            verb->operand ? " " : "", verb->operand ? verb->operand : "", verb->second ? " " : "",
            verb->second ? verb->second : "", verb->summary, verb->detail);
    print_options(out, verb);
    fprintf(out, "\nFor example:\n  %s\n", verb->example);
}

/* Text with `code` in it, `|` escaped, for a cell of a Markdown table. */
static void
print_markdown_option(FILE *out, const bki_option *option)
{
    fputs("| `", out);
    if (option->letter)
        fprintf(out, "-%c", option->letter);
    if (strlen(option->name) > 1)
        fprintf(out, "%s--%s", option->letter ? "`, `" : "", option->name);
    fprintf(out, "%s%s` | %s%s |\n", option->argument ? " " : "", option->argument ? option->argument : "",
            option->meaning, option->kind == BKI_OPTION_LIST ? "; may be given again" : "");
}

static void
print_markdown_options(FILE *out, const bki_option *(*get)(const void *, size_t), const void *state, size_t n)
{
    if (n == 0)
        return;
    fputs("\n| option | meaning |\n| --- | --- |\n", out);
    for (size_t o = 0; o < n; o++)
        print_markdown_option(out, get(state, o));
}

static const bki_option *
common_option(const void *state, size_t index)
{
    (void)state;
    return bki_common_option(index);
}

static const bki_option *
verb_option(const void *state, size_t index)
{
    const bki_verb *verb = state;
    return &verb->options[index];
}

void
bki_help_print_markdown(FILE *out)
{
    fputs(
        "# Commands\n\nOne program, `buckle`, with verbs. This page is printed by `buckle help --markdown`.\n\n"
        "Data go to standard output, talk to standard error: progress is a bar on a terminal and one line every ten "
        "seconds\n"
        "elsewhere. Ctrl-C stops cleanly and keeps what is finished. Files appear whole or not at all.\n\n"
        "| exit status | meaning |\n| --- | --- |\n| 0 | done |\n"
        "| 1 | finished without converging; what was found is written and marked `\"converged\": false` |\n"
        "| 2 | bad usage |\n| 3 | bad input; nothing was computed or written |\n"
        "| 4 | a fault of the machine: out of memory, disk full |\n"
        "| 130 | interrupted; what was finished is written and marked `\"interrupted\": true` |\n\nEvery verb takes:\n",
        out);
    print_markdown_options(out, common_option, NULL, bki_common_option_count());
    for (size_t v = 0; v < bki_verb_count(); v++) {
        const bki_verb *verb = bki_verb_get(v);
        fprintf(out, "\n## buckle %s%s%s%s%s\n\n%s.\n\n%s\n", verb->name, verb->operand ? " " : "",
                verb->operand ? verb->operand : "", verb->second ? " " : "", verb->second ? verb->second : "",
                verb->summary, verb->detail);
        print_markdown_options(out, verb_option, verb, verb->n_options);
        fprintf(out, "\n    %s\n", verb->example);
    }
}

static bk_status
unknown_verb(bki_session *session)
{
    return bk_fail_hint(session->ctx, BK_ERR_USAGE, "`buckle help` lists them", "there is no verb '%s'",
                        session->operand);
}

static bki_exit
run(bki_session *session)
{
    const bki_verb *verb = session->operand ? bki_verb_find(session->operand) : NULL;

    if (session->operand && !verb)
        return bki_report_errors(session, unknown_verb(session));
    if (bki_option_given(session, "study"))
        bki_help_print_study(stdout, &session->arena);
    else if (bki_option_given(session, "errors"))
        bki_explanations_print_markdown(stdout);
    else if (bki_option_given(session, "man"))
        bki_manual_print(stdout);
    else if (bki_option_given(session, "completion"))
        bki_completion_print(stdout, bki_option_text(session, "completion"));
    else if (bki_option_given(session, "markdown"))
        bki_help_print_markdown(stdout);
    else
        bki_help_print(stdout, verb);
    return BKI_EXIT_DONE;
}

static const bki_option options[] = {
    {.name = "markdown", .kind = BKI_OPTION_FLAG, .meaning = "the whole reference of commands, as Markdown"},
    {.name = "study", .kind = BKI_OPTION_FLAG, .meaning = "the reference of a study's files, as Markdown"},
    {.name = "completion",
     .kind = BKI_OPTION_CHOICE,
     .argument = "SHELL",
     .choices = "bash zsh fish",
     .meaning =
         "what a shell needs to complete verbs, options and their choices; docs/reference/building.md says where it "
         "goes"},
    {.name = "man", .kind = BKI_OPTION_FLAG, .meaning = "the manual page buckle(1), for man"},
    {.name = "errors", .kind = BKI_OPTION_FLAG, .meaning = "the reference of errors and exit statuses, as Markdown"},
};

const bki_verb bki_verb_help = {
    .name = "help",
    .operand = "[VERB]",
    .summary = "Explains the program or one verb",
    .detail = "Always text.",
    .example = "buckle help run",
    .n_options = sizeof options / sizeof *options,
    .options = options,
    .run = run,
};
