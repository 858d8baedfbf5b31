#include "server/kinds.h"

#include <string.h>

static const bki_kind kinds[] = {
    {"run", true, false, true, false,
     "The joint equilibrium of a scenario (null: the base year), with the map and every table"},
    {"appraise", true, true, false, false, "Whether each project of the scenario pays, and whom"},
    {"claim", false, false, false, false, "Which cut of which cost would bring a claimed gain: options economy, gain"},
    {"pivot", true, true, false, false, "Who holds which power over the gain of the scenario"},
    {"stress", true, false, false, false, "How sure: many draws of what is uncertain"},
    {"invest", true, false, false, false, "The best portfolio of projects within a budget: option budget"},
    {"value", true, false, false, false,
     "What an hour, a dollar and a tonne of capacity are worth everywhere: options economy, by, top"},
    {"brief", true, false, false, false, "The questions of a corridor study, answered for one economy: option economy"},
};

const bki_kind bki_first_order_kind = {"first-order", false, false,
                                       true,          true,  "First-order answers from the adjoint of the base year"};

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
        if (strcmp(kinds[k].name, name) == 0 && verbs->has(name))
            return &kinds[k];
    return NULL;
}
