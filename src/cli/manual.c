/* The manual page buckle(1), from the table of verbs: man(7). */
#include "cli/explain.h"

#include <string.h>

/* A dash or backslash is escaped, and so is a line that begins like a request; newlines are blanks. */
static void
print_roff(FILE *out, const char *text)
{
    bool at_start = true;

    for (; *text; text++) {
        if (at_start && (*text == '.' || *text == '\''))
            fputs("\\&", out);
        at_start = false;
        if (*text == '\\')
            fputs("\\e", out);
        else if (*text == '-')
            fputs("\\-", out);
        else
            fputc(*text == '\n' ? ' ' : *text, out);
    }
}

static void
print_option(FILE *out, const bki_option *option)
{
    fputs(".TP\n\\fB", out);
    print_roff(out, strlen(option->name) > 1 ? "--" : "-");
    print_roff(out, option->name);
    fputs("\\fR", out);
    if (option->argument) {
        fputs(" \\fI", out);
        print_roff(out, option->argument);
        fputs("\\fR", out);
    }
    fputc('\n', out);
    print_roff(out, option->meaning);
    if (option->choices) {
        fputs(" (one of: ", out);
        print_roff(out, option->choices);
        fputc(')', out);
    }
    fputc('\n', out);
}

static void
print_verb(FILE *out, const bki_verb *verb)
{
    fprintf(out, ".SS buckle %s%s%s%s%s\n", verb->name, verb->operand ? " " : "", verb->operand ? verb->operand : "",
            verb->second ? " " : "", verb->second ? verb->second : "");
    print_roff(out, verb->summary);
    fputs(".\n.PP\n", out);
    print_roff(out, verb->detail);
    fputc('\n', out);
    for (size_t o = 0; o < verb->n_options; o++)
        print_option(out, &verb->options[o]);
    fputs(".PP\nFor example:\n.PP\n.RS\n", out);
    print_roff(out, verb->example);
    fputs("\n.RE\n", out);
}

static void
print_statuses(FILE *out)
{
    fputs(".SH EXIT STATUS\n", out);
    for (size_t e = 0; e < bki_explanation_count(); e++) {
        const bki_explanation *one = bki_explanation_get(e);
        if (strncmp(one->code, "exit-", 5) != 0)
            continue;
        fprintf(out, ".TP\n.B %s\n", one->code + 5);
        print_roff(out, one->summary);
        fputc('\n', out);
    }
}

void
bki_manual_print(FILE *out)
{
    fprintf(out, ".TH BUCKLE 1 \"\" \"buckle %s\" \"User commands\"\n", bk_version());
    fputs(".SH NAME\nbuckle \\- what a trade corridor is worth, and to whom\n.SH SYNOPSIS\n.B buckle\n.I VERB\n"
          "[\\fIOPERAND\\fR] [\\fIOPTION\\fR]...\n.SH DESCRIPTION\n"
          "One engine: a multimodal freight network with congestion, trade in general equilibrium over it, the joint "
          "equilibrium of\nthe two, and on top who pays, who gains, what to build and how sure that is.\n"
          "Data go to standard output, talk to standard error.\n.SH COMMON OPTIONS\n",
          out);
    for (size_t o = 0; o < bki_common_option_count(); o++)
        print_option(out, bki_common_option(o));
    fputs(".SH VERBS\n", out);
    for (size_t v = 0; v < bki_verb_count(); v++)
        print_verb(out, bki_verb_get(v));
    print_statuses(out);
    fputs(".SH ENVIRONMENT\n.TP\n.B BUCKLE_CACHE\nfolder in which base years are kept; else "
          "$XDG_CACHE_HOME/buckle, else ~/.cache/buckle\n.TP\n.B NO_COLOR\nno bold text\n.TP\n.B TMPDIR\n"
          "where \\fBverify\\fR makes a result again\n",
          out);
}
