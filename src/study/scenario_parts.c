/* Parts of a scenario: some of its works, with or without all else it does. */
#include "study/worth.h"

#include <string.h>

void
bki_measure_reduce(const bk_model *base, const bk_measure *from, const bool *keep, bool with_policy, bk_name_at *names,
                   bk_measure *to)
{
    size_t n = 0;

    *to = with_policy ? *from : (bk_measure){.id = from->id};
    for (size_t p = 0; p < from->n_projects; p++)
        for (size_t q = 0; q < base->projects.n_projects; q++)
            if (keep[q] && strcmp(from->projects[p].name, base->projects.projects[q].id) == 0)
                names[n++] = from->projects[p];
    to->projects = names;
    to->n_projects = n;
    if (from->n_projects != 1)
        return;
    to->borders = n ? from->borders : NULL;
    to->n_borders = n ? from->n_borders : 0;
    to->border_lines = from->border_lines;
    to->borders_file = from->borders_file;
    to->adjustments = n ? from->adjustments : NULL;
    to->n_adjustments = n ? from->n_adjustments : 0;
    to->tolls = n ? from->tolls : NULL;
    to->n_tolls = n ? from->n_tolls : 0;
}

bk_status
bki_scenario_with(bk_context *ctx, const bk_model *base, const bk_scenario *scenario, const bool *keep,
                  bool with_policy, bk_arena *arena, const bk_model **out)
{
    bk_measure *measures = BK_NEW(arena, bk_measure, scenario->n_measures + 1);
    bk_scenario part = *scenario;

    BK_TRY(bk_arena_ok(arena));
    for (size_t m = 0; m < scenario->n_measures; m++) {
        bk_name_at *names = BK_NEW(arena, bk_name_at, scenario->measures[m].n_projects + 1);
        BK_TRY(bk_arena_ok(arena));
        bki_measure_reduce(base, &scenario->measures[m], keep, with_policy, names, &measures[m]);
    }
    part.measures = measures;
    return bk_scenario_apply(ctx, base, &part, NULL, arena, out);
}
