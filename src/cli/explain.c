/* The codes of errors, outcomes and the program's exit, at length. */
#include "cli/explain.h"

#include <string.h>

static const bki_explanation explanations[] = {
    {"usage", "The command line, or a call of the library, asks for something that does not exist.",
     "An unknown verb or option, an option without its argument, a number outside its range, or two options that "
     "exclude "
     "each other. Nothing was read or computed.",
     "`buckle help VERB` lists the options with their ranges; the message names the nearest spelling."},
    {"file", "A file could not be opened, read or written.",
     "It is missing, is a folder or a device, permissions forbid it, or the disk is full. What is written goes under a "
     "temporary name first, so that an older file of the same name is still whole.",
     "The message holds the system's reason. A file that could not be read is exit status 3, one that could not be "
     "written 4."},
    {"syntax", "A file is not well-formed CSV, YAML, JSON, TNTP, GeoPackage or whatever it ought to be.",
     "For example an open quote, a tab in YAML's indentation, a row with too many cells, text that is not UTF-8, or a "
     "file cut short. Line and column point to the place.",
     "Open the file there. Spreadsheets should save as CSV UTF-8; `;` as delimiter and decimal commas are recognised."},
    {"schema", "A column, key or type is not what the format asks for.",
     "A required column is missing, a YAML key is unknown, or a list stands where a text should. Unknown columns of a "
     "CSV "
     "file are no error, they are noted.",
     "docs/reference/study.md, which `buckle help --study` prints, lists every file, column and key with its type."},
    {"value", "A value is outside what it may be.",
     "A negative capacity, a share above 1, a coordinate off the globe, a date that does not exist, or a result that "
     "is "
     "not a finite number.",
     "The message says which bounds hold. Shares that should add up to 1 must do so within 1e-5; they are not "
     "rescaled."},
    {"reference", "A row or a command names something that does not exist.",
     "A link whose node is not in network/node.csv, a scenario of a project that is not in projects/project.csv, an "
     "economy that the study has not.",
     "Mostly a misspelling: the message names the nearest. Identifiers are compared byte by byte, capitals count."},
    {"duplicate", "The same thing is defined twice.",
     "Two rows with one identifier, a key twice in a YAML mapping, two preferences for one pair and sector.",
     "Remove one of them: which was meant cannot be known."},
    {"inconsistent", "Values that are each possible contradict each other.",
     "Shares of one column that add up to something else than 1, exports of a region beyond its output, row and column "
     "totals that differ, a result's inputs that changed since.",
     "The message names the rows and both figures. `buckle balance` finds a consistent base year from partial facts."},
    {"conflict", "Two measures of a scenario contradict each other.",
     "One closes a link that another improves, two set the same border row, or a country joins and leaves one "
     "agreement.",
     "Take one out, or make two scenarios. Measures of different scenarios never conflict."},
    {"no-path", "Goods are traded between two zones that no route joins.",
     "Often a transfer between two gauges or modes is missing, a border row for one direction, or a scenario closes "
     "the "
     "only way. Each pair is named.",
     "Look at the pair with `buckle route STUDY --from A --to B`. In `assign`, --allow-unreachable drops such pairs "
     "and says "
     "how many trips that are."},
    {"no-solution", "The equilibrium has no finite solution for these inputs.",
     "An expenditure that would be negative, an economy that can no longer buy an input it needs, a demand that no "
     "capacity can carry at any price.",
     "Read which economy or facility is named. Mostly a scenario asks for the impossible: an embargo of a good without "
     "any "
     "other supplier, or a deficit larger than income."},
    {"not-converged", "A solver stopped before its tolerance was reached.",
     "Nothing is claimed: the residual is in the message, and a result that is shown is marked `\"converged\": false`.",
     "--rounds gives it more time, --tolerance asks for less. Facilities far beyond capacity slow it down; `buckle "
     "check` "
     "warns of them."},
    {"cancelled", "Interrupted by Ctrl-C or by whoever called.",
     "What was finished is kept and marked; draws and coalitions already on disk are not computed again with --resume.",
     "Call again."},
    {"no-memory", "An allocation failed.",
     "Nothing is half done: the answer is either whole or absent. The same code stands for a thread or process that "
     "the "
     "system refused.",
     "Fewer --threads need less memory; `ulimit -v` or a container's limit may be too low."},
    {"exit-0", "Done.", "The answer is whole, and whatever was solved has converged.", "Nothing."},
    {"exit-1", "Finished without converging, or not confirmed.",
     "What was found is written, marked `\"converged\": false`, with its residual. `buckle verify` ends so when a "
     "figure "
     "differs.",
     "See not-converged."},
    {"exit-2", "Bad usage.", "See usage.", "See usage."},
    {"exit-3", "Bad input.",
     "A file of the study is missing or wrong; every fault that could be found is printed, one line each, and nothing "
     "is "
     "computed.",
     "`buckle check STUDY` finds the same faults without computing anything."},
    {"exit-4", "A fault of the machine.", "Out of memory, disk full, or a file that could not be written.",
     "See no-memory and file."},
    {"exit-130", "Interrupted.", "Partial results are marked as such.", "See cancelled."},
};

size_t
bki_explanation_count(void)
{
    return sizeof explanations / sizeof *explanations;
}

const bki_explanation *
bki_explanation_get(size_t index)
{
    return &explanations[index];
}

const bki_explanation *
bki_explanation_find(const char *code)
{
    for (size_t e = 0; e < bki_explanation_count(); e++)
        if (strcmp(explanations[e].code, code) == 0)
            return &explanations[e];
    return NULL;
}

void
bki_explanations_print_markdown(FILE *out)
{
    fputs("# Errors\n\nMade by `buckle help --errors`. The codes stand in `\"code\"` of an error with `--format json`; "
          "`buckle explain CODE` prints one of them.\n",
          out);
    for (size_t e = 0; e < bki_explanation_count(); e++)
        fprintf(out, "\n## %s\n\n%s\n\n%s\n\n**What to do.** %s\n", explanations[e].code, explanations[e].summary,
                explanations[e].meaning, explanations[e].remedy);
}
