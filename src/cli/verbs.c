/* The table of verbs. */
#include "cli/cli.h"

#include <string.h>

static const bki_verb *const verbs[] = {
    &bki_verb_run,       &bki_verb_check,  &bki_verb_route,    &bki_verb_trade,   &bki_verb_balance, &bki_verb_import,
    &bki_verb_assign,    &bki_verb_design, &bki_verb_appraise, &bki_verb_claim,   &bki_verb_value,   &bki_verb_pivot,
    &bki_verb_game,      &bki_verb_serve,  &bki_verb_invest,   &bki_verb_network, &bki_verb_stress,  &bki_verb_merge,
    &bki_verb_calibrate, &bki_verb_brief,  &bki_verb_open,     &bki_verb_export,  &bki_verb_compare, &bki_verb_verify,
    &bki_verb_explain,   &bki_verb_help};

static const bki_option common[] = {
    {.name = "format",
     .kind = BKI_OPTION_CHOICE,
     .argument = "FORMAT",
     .choices = "text json",
     .meaning = "text for reading (the default) or json: one object on standard output and nothing else"},
    {.name = "threads",
     .kind = BKI_OPTION_INTEGER,
     .argument = "N",
     .least = 1,
     .most = 1024,
     .meaning = "threads to use; by default as many as there are processors. The answer is the same for any number"},
    {.name = "quiet", .kind = BKI_OPTION_FLAG, .meaning = "no progress and no notes on standard error; errors stay"},
    {.name = "help", .letter = 'h', .kind = BKI_OPTION_FLAG, .meaning = "this help"},
};

size_t
bki_verb_count(void)
{
    return sizeof verbs / sizeof *verbs;
}

const bki_verb *
bki_verb_get(size_t index)
{
    return verbs[index];
}

const bki_verb *
bki_verb_find(const char *name)
{
    for (size_t v = 0; v < bki_verb_count(); v++)
        if (strcmp(verbs[v]->name, name) == 0)
            return verbs[v];
    return NULL;
}

size_t
bki_common_option_count(void)
{
    return sizeof common / sizeof *common;
}

const bki_option *
bki_common_option(size_t index)
{
    return &common[index];
}
