/* What each measure brings: for reading, and as JSON. */
#include "cli/answer.h"

#include <math.h>

static double
at(const double *values, size_t index)
{
    return values ? values[index] : (double)NAN; /* null */
}

static const char *
column_id(const bki_answer *answer, size_t n)
{
    const bk_economy *economy = &answer->study->model->economy;

    return n < economy->n_regions ? economy->regions[n].id : "world";
}

/* ---- for reading ----------------------------------------------------------------------------------------------- */

static const char *
show_points(bk_arena *arena, const double *values, size_t index)
{
    return values ? bki_show_signed(arena, values[index], 3) : "";
}

static const char *
show_error(bk_arena *arena, const bk_parts *parts, size_t index)
{
    return parts->error ? bk_arena_format(arena, "%.3f", parts->error[index]) : "";
}

/* Of the study's own economy and of the world. */
static void
print_parts(const bki_answer *answer, const bk_scenario_run *scenario)
{
    static const bool right[] = {false, true, true, true, true, true, true};
    const bk_parts   *parts = scenario->parts;
    const size_t      world = parts->n_columns - 1;
    bk_arena         *arena = &answer->session->arena;
    const char       *own = column_id(answer, 0);
    const char       *rule = parts->rule == BK_ATTRIBUTION_SHAPLEY ? "Shapley" : "alone";
    bki_grid          grid;

    bki_grid_start(&grid, arena, 7, right);
    bki_grid_add(&grid, "measure");
    bki_grid_add(&grid, bk_arena_format(arena, "%s, %s", own, rule));
    bki_grid_add(&grid, parts->error ? "+-" : "");
    bki_grid_add(&grid, parts->last ? "alone" : "");
    bki_grid_add(&grid, parts->last ? "last in" : "");
    bki_grid_add(&grid, bk_arena_format(arena, "world, %s", rule));
    bki_grid_add(&grid, parts->error ? "+-" : "");
    for (size_t m = 0; m < parts->n_measures; m++) {
        const size_t cell = m * parts->n_columns;
        bki_grid_add(&grid, scenario->scenario->measures[m].id);
        bki_grid_add(&grid, show_points(arena, parts->value, cell));
        bki_grid_add(&grid, show_error(arena, parts, cell));
        bki_grid_add(&grid, parts->last ? show_points(arena, parts->alone, cell) : "");
        bki_grid_add(&grid, show_points(arena, parts->last, cell));
        bki_grid_add(&grid, show_points(arena, parts->value, cell + world));
        bki_grid_add(&grid, show_error(arena, parts, cell + world));
    }
    bki_grid_print(&grid);
}

/* The pairs that bring each other most, if that is anything to speak of. */
static void
print_pairs(const bki_answer *answer, const bk_scenario_run *scenario)
{
    const bk_parts *parts = scenario->parts;
    double          limit = INFINITY;

    for (int shown = 0; shown < 3; shown++) {
        size_t first = 0, second = 0;
        double most = 0.0005; /* what three decimals show */
        for (size_t a = 0; a < parts->n_measures; a++)
            for (size_t b = a + 1; b < parts->n_measures; b++) {
                const double size = fabs(parts->interaction[(a * parts->n_measures + b) * parts->n_columns]);
                if (size < limit && size >= most) {
                    most = size;
                    first = a;
                    second = b;
                }
            }
        if (first == second)
            return;
        limit = most;
        const double together = parts->interaction[(first * parts->n_measures + second) * parts->n_columns];
        printf("%s and %s %s: %s points of %s's change\n", scenario->scenario->measures[first].id,
               scenario->scenario->measures[second].id,
               together > 0.0 ? "complete each other" : "stand in for each other",
               bki_show_signed(&answer->session->arena, together, 3), column_id(answer, 0));
    }
}

void
bki_answer_print_parts(const bki_answer *answer, const bk_scenario_run *scenario)
{
    const bk_parts *parts = scenario->parts;

    if (!parts || parts->n_measures < 2)
        return;
    puts("\nWhat each measure brings, points of the change of real income, %:\n");
    print_parts(answer, scenario);
    if (parts->interaction)
        print_pairs(answer, scenario);
    if (parts->n_orders > 0)
        printf("Means over %zu orders of the measures, drawn in pairs, with standard errors.\n", parts->n_orders);
}

/* ---- JSON ------------------------------------------------------------------------------------------------------ */

static void
json_part(bk_json *json, const bki_answer *answer, const bk_scenario_run *scenario, size_t n, size_t m)
{
    const bk_parts *parts = scenario->parts;
    const size_t    cell = m * parts->n_columns + n;

    bk_json_object(json, NULL);
    bk_json_text(json, "scenario", scenario->scenario->name);
    bk_json_text(json, "economy", column_id(answer, n));
    bk_json_text(json, "measure", scenario->scenario->measures[m].id);
    bk_json_text(json, "rule", parts->rule == BK_ATTRIBUTION_SHAPLEY ? "shapley" : "alone");
    bk_json_integer(json, "orders", (int64_t)parts->n_orders);
    bk_json_number(json, "welfare_pct", parts->value[cell]);
    bk_json_number(json, "standard_error", parts->error ? parts->error[cell] : 0.0);
    bk_json_number(json, "alone", parts->alone[cell]);
    bk_json_number(json, "last_in", at(parts->last, cell));
    bk_json_end(json);
}

static void
json_pair(bk_json *json, const bki_answer *answer, const bk_scenario_run *scenario, size_t n, size_t a, size_t b)
{
    const bk_parts *parts = scenario->parts;

    bk_json_object(json, NULL);
    bk_json_text(json, "scenario", scenario->scenario->name);
    bk_json_text(json, "economy", column_id(answer, n));
    bk_json_text(json, "first", scenario->scenario->measures[a].id);
    bk_json_text(json, "second", scenario->scenario->measures[b].id);
    bk_json_number(json, "welfare_pct", parts->interaction[(a * parts->n_measures + b) * parts->n_columns + n]);
    bk_json_end(json);
}

void
bki_answer_json_parts(bk_json *json, const bki_answer *answer)
{
    const bk_run *run = answer->run;

    bk_json_array(json, "attribution");
    for (size_t s = 0; s < run->n_scenarios; s++) {
        const bk_parts *parts = run->scenarios[s].parts;
        for (size_t n = 0; parts && n < parts->n_columns; n++)
            for (size_t m = 0; m < parts->n_measures; m++)
                json_part(json, answer, &run->scenarios[s], n, m);
    }
    bk_json_end(json);
    bk_json_array(json, "interactions");
    for (size_t s = 0; s < run->n_scenarios; s++) {
        const bk_parts *parts = run->scenarios[s].parts;
        for (size_t n = 0; parts && parts->interaction && n < parts->n_columns; n++)
            for (size_t a = 0; a < parts->n_measures; a++)
                for (size_t b = a + 1; b < parts->n_measures; b++)
                    json_pair(json, answer, &run->scenarios[s], n, a, b);
    }
    bk_json_end(json);
}
