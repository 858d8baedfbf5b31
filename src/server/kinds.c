#include "server/kinds.h"

#include <string.h>

static const bki_kind kinds[] = {
    {.name = "run",
     .verb = "run",
     .scenario = true,
     .keeps_state = true,
     .summary = "The joint equilibrium of a scenario (null: the base year), with the map and every table"},
    {.name = "appraise",
     .verb = "appraise",
     .scenario = true,
     .needed = true,
     .summary = "Whether each project of the scenario pays, and whom"},
    {.name = "claim",
     .verb = "claim",
     .summary = "Which cut of which cost would bring a claimed gain: options economy, gain"},
    {.name = "pivot",
     .verb = "pivot",
     .scenario = true,
     .needed = true,
     .summary = "Who holds which power over the gain of the scenario: options players, bypass, outsiders"},
    {.name = "tolls",
     .verb = "pivot",
     .scenario = true,
     .option = "tolls",
     .summary = "Which tolls on transit rivals would end up with: options tolls, toll-max, toll-payoff"},
    {.name = "stress",
     .verb = "stress",
     .scenario = true,
     .needed = true,
     .several = true,
     .summary = "How sure: many draws of what is uncertain: options draws, indices, economy"},
    {.name = "invest",
     .verb = "invest",
     .scenario = true,
     .summary = "The best portfolio of projects within a budget: options budget, objective, robust"},
    {.name = "value",
     .verb = "value",
     .scenario = true,
     .summary = "What an hour, a dollar and a tonne of capacity are worth everywhere: options economy, by, top"},
    {.name = "brief",
     .verb = "brief",
     .scenario = true,
     .summary = "The questions of a corridor study, answered for one economy: option economy"},
};

const bki_kind bki_first_order_kind = {.name = "first-order",
                                       .keeps_state = true,
                                       .is_service = true,
                                       .summary = "First-order answers from the adjoint of the base year"};

/* A page or a script that asks for more means something else: these are hours of work, or memory without end. */
static const bki_limit limits[] = {
    {"appraise", "draws", 1000000}, {"stress", "draws", 65536}, {"pivot", "orders", 1000},
    {"invest", "sets", 65536},      {"value", "top", 10000},
};

size_t
bki_kind_count(void)
{
    return sizeof kinds / sizeof *kinds;
}

const bki_kind *
bki_kind_get(size_t index)
{
    return &kinds[index];
}

const bki_kind *
bki_kind_find(const bki_verbs *verbs, const char *name)
{
    for (size_t k = 0; k < bki_kind_count(); k++)
        if (strcmp(kinds[k].name, name) == 0 && verbs->has(kinds[k].verb))
            return &kinds[k];
    return NULL;
}

size_t
bki_limit_count(void)
{
    return sizeof limits / sizeof *limits;
}

const bki_limit *
bki_limit_get(size_t index)
{
    return &limits[index];
}
