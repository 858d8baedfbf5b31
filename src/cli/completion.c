/* Completion for shells.  Verbs, their options and the choices of an option come from the table of verbs; whatever else
 * stands in a call is taken for a file. */
#include "cli/explain.h"

#include <string.h>

static size_t
option_count(const bki_verb *verb)
{
    return verb->n_options + bki_common_option_count();
}

static const bki_option *
option_at(const bki_verb *verb, size_t index)
{
    return index < verb->n_options ? &verb->options[index] : bki_common_option(index - verb->n_options);
}

static const char *
dashes(const bki_option *option)
{
    return strlen(option->name) > 1 ? "--" : "-";
}

/* Inside single quotes, for all three shells: an apostrophe becomes a typographic one. */
static void
print_quoted(FILE *out, const char *text)
{
    for (; *text; text++)
        if (*text == '\'')
            fputs("\xe2\x80\x99", out);
        else
            fputc(*text, out);
}

static void
print_verb_names(FILE *out)
{
    for (size_t v = 0; v < bki_verb_count(); v++)
        fprintf(out, "%s%s", v > 0 ? " " : "", bki_verb_get(v)->name);
}

/* ---- bash -----------------------------------------------------------------------------------------------------------
 */

static void
print_bash(FILE *out)
{
    fputs("_buckle() {\n    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words=\n"
          "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n        words='",
          out);
    print_verb_names(out);
    fputs(" --version --help'\n    else\n        case ${COMP_WORDS[1]}:$before in\n", out);
    for (size_t v = 0; v < bki_verb_count(); v++)
        for (size_t o = 0; o < option_count(bki_verb_get(v)); o++) {
            const bki_option *option = option_at(bki_verb_get(v), o);
            if (option->choices)
                fprintf(out, "        %s:%s%s) words='%s' ;;\n", bki_verb_get(v)->name, dashes(option), option->name,
                        option->choices);
        }
    fputs("        *) case ${COMP_WORDS[1]} in\n", out);
    for (size_t v = 0; v < bki_verb_count(); v++) {
        fprintf(out, "            %s) [[ $word == -* ]] && words='", bki_verb_get(v)->name);
        for (size_t o = 0; o < option_count(bki_verb_get(v)); o++) {
            const bki_option *option = option_at(bki_verb_get(v), o);
            fprintf(out, "%s%s%s", o > 0 ? " " : "", dashes(option), option->name);
        }
        fputs("' ;;\n", out);
    }
    fputs("            esac ;;\n        esac\n    fi\n"
          "    if [ -n \"$words\" ]; then COMPREPLY=($(compgen -W \"$words\" -- \"$word\")); else COMPREPLY=(); fi\n"
          "}\ncomplete -o default -F _buckle buckle\n",
          out);
}

/* ---- zsh ------------------------------------------------------------------------------------------------------------
 */

/* In a specification of _arguments brackets and colons have a meaning. */
static void
print_zsh_text(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (strchr("[]:\\", *text))
            fputc('\\', out);
        if (*text == '\'')
            fputs("\xe2\x80\x99", out);
        else
            fputc(*text, out);
    }
}

static void
print_zsh(FILE *out)
{
    fputs("#compdef buckle\n_buckle() {\n    if (( CURRENT == 2 )); then\n        local -a verbs=(\n", out);
    for (size_t v = 0; v < bki_verb_count(); v++) {
        fprintf(out, "            '%s:", bki_verb_get(v)->name);
        print_zsh_text(out, bki_verb_get(v)->summary);
        fputs("'\n", out);
    }
    fputs("        )\n        _describe verb verbs\n        return\n    fi\n    local verb=$words[2]\n    shift words\n"
          "    (( CURRENT-- ))\n    case $verb in\n",
          out);
    for (size_t v = 0; v < bki_verb_count(); v++) {
        fprintf(out, "    %s) _arguments", bki_verb_get(v)->name);
        for (size_t o = 0; o < option_count(bki_verb_get(v)); o++) {
            const bki_option *option = option_at(bki_verb_get(v), o);
            fprintf(out, " \\\n        '%s%s%s[", option->kind == BKI_OPTION_LIST ? "*" : "", dashes(option),
                    option->name);
            print_zsh_text(out, option->meaning);
            fputs("]", out);
            if (option->choices)
                fprintf(out, ":%s:(%s)", option->name, option->choices);
            else if (option->argument)
                fprintf(out, ":%s:_files", option->name);
            fputs("'", out);
        }
        fputs(" \\\n        '*:file:_files' ;;\n", out);
    }
    fputs("    esac\n}\n_buckle \"$@\"\n", out);
}

/* ---- fish -----------------------------------------------------------------------------------------------------------
 */

static void
print_fish(FILE *out)
{
    for (size_t v = 0; v < bki_verb_count(); v++) {
        const bki_verb *verb = bki_verb_get(v);
        fprintf(out, "complete -c buckle -n __fish_use_subcommand -f -a %s -d '", verb->name);
        print_quoted(out, verb->summary);
        fputs("'\n", out);
        for (size_t o = 0; o < option_count(verb); o++) {
            const bki_option *option = option_at(verb, o);
            fprintf(out, "complete -c buckle -n '__fish_seen_subcommand_from %s' -%s %s%s", verb->name,
                    strlen(option->name) > 1 ? "l" : "s", option->name, option->argument ? " -r" : "");
            if (option->choices)
                fprintf(out, " -f -a '%s'", option->choices);
            fputs(" -d '", out);
            print_quoted(out, option->meaning);
            fputs("'\n", out);
        }
    }
}

void
bki_completion_print(FILE *out, const char *shell)
{
    if (strcmp(shell, "bash") == 0)
        print_bash(out);
    else if (strcmp(shell, "zsh") == 0)
        print_zsh(out);
    else
        print_fish(out);
}
