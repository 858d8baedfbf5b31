/* Who carries what, and whose trade uses what was selected: for reading, and as JSON. */
#include "cli/answer.h"

#include <math.h>

/* ---- states ----------------------------------------------------------------------------------------------------- */

static const bk_transit *
transit_of(const bki_answer *answer, size_t which)
{
    return which == 0 ? answer->run->base_transit : answer->run->scenarios[which - 1].transit;
}

static const bk_selection *
selections_of(const bki_answer *answer, size_t which)
{
    return which == 0 ? answer->run->base_selections : answer->run->scenarios[which - 1].selections;
}

static const char *
state_name(const bki_answer *answer, size_t which)
{
    return which == 0 ? "base" : answer->run->scenarios[which - 1].scenario->name;
}

static double
at(const double *values, size_t index)
{
    return values ? values[index] : (double)NAN; /* null */
}

/* ---- for reading ----------------------------------------------------------------------------------------------- */

/* A sum with its sign, "+16.6 m USD". */
static const char *
show_change(bk_arena *arena, const char *shown, double change)
{
    return change > 0.0 ? bk_arena_format(arena, "+%s", shown) : shown;
}

/* What crosses the study's own economy without an end there. */
void
bki_answer_print_transit(const bki_answer *answer, const bk_scenario_run *scenario)
{
    static const bool        right[] = {false, true, true, true, true, true};
    static const char *const head[] = {"transit by corridor", "tonnes", "change",
                                       "paid, USD/yr",        "change", "value added"};
    const bk_transit        *transit = scenario->transit, *base = scenario->base_transit;
    const bk_model          *model = answer->study->model;
    bk_arena                *arena = &answer->session->arena;
    bki_grid                 grid;

    if (!transit || model->economy.n_regions == 0)
        return;
    printf("\nWhat crosses %s on its way between others:\n\n", model->economy.regions[0].name);
    bki_grid_start(&grid, arena, 6, right);
    for (size_t c = 0; c < 6; c++)
        bki_grid_add(&grid, head[c]);
    for (size_t k = 0; k < transit->n_corridors; k++) {
        const size_t cell = 2 * (k * transit->n_places + model->economy.regions[0].country);
        const double tonnes = transit->tonnes[cell] - base->tonnes[cell];
        const double usd = transit->revenue_usd[cell] - base->revenue_usd[cell];
        if (transit->tonnes[cell] <= 0.0 && base->tonnes[cell] <= 0.0)
            continue;
        bki_grid_add(&grid, bk_corridor_name(model, k));
        bki_grid_add(&grid, bki_show_tonnes(arena, transit->tonnes[cell]));
        bki_grid_add(&grid, show_change(arena, bki_show_tonnes(arena, tonnes), tonnes));
        bki_grid_add(&grid, bki_show_usd(arena, transit->revenue_usd[cell]));
        bki_grid_add(&grid, show_change(arena, bki_show_usd(arena, usd), usd));
        bki_grid_add(&grid, transit->value_added_usd ? bki_show_usd(arena, transit->value_added_usd[cell]) : "");
    }
    bki_grid_print(&grid);
}

static void
print_selection(const bki_answer *answer, size_t which, const bk_selection *selection)
{
    const bk_model *model = answer->study->model;
    bk_arena       *arena = &answer->session->arena;

    printf("\n%s, %s: %s", selection->name, state_name(answer, which), bki_show_tonnes(arena, selection->tonnes));
    if (selection->background > 0.0)
        printf(", of it background %s", bki_show_tonnes(arena, selection->background));
    putchar('\n');
    for (size_t i = 0; i < selection->n_flows && i < 8; i++) {
        const bk_selected *flow = &selection->flows[i];
        printf("  %s to %s, %s, %s: %s\n", model->economy.regions[flow->exporter].id,
               model->economy.regions[flow->importer].id, model->economy.sectors[flow->sector].id,
               bk_corridor_id(model, flow->corridor), bki_show_tonnes(arena, flow->tonnes));
    }
    if (selection->n_flows > 8)
        printf("  and %zu more, which the table select_link has\n", selection->n_flows - 8);
}

void
bki_answer_print_selections(const bki_answer *answer)
{
    for (size_t f = 0; f < answer->run->n_selected; f++)
        for (size_t which = 0; which <= answer->run->n_scenarios; which++)
            if (selections_of(answer, which))
                print_selection(answer, which, &selections_of(answer, which)[f]);
}

/* ---- JSON ------------------------------------------------------------------------------------------------------ */

static void
json_figures(bk_json *json, const bk_transit *transit, size_t cell)
{
    bk_json_number(json, "tonnes", transit->tonnes[cell]);
    bk_json_number(json, "tonne_km", transit->tonne_km[cell]);
    bk_json_number(json, "revenue", transit->revenue_usd[cell]);
    bk_json_number(json, "value_added", at(transit->value_added_usd, cell));
    bk_json_number(json, "co2_kg", transit->co2_kg[cell]);
}

static void
json_transit(bk_json *json, const bki_answer *answer, size_t which)
{
    const bk_transit *transit = transit_of(answer, which);
    const bk_model   *model = answer->study->model;

    for (size_t cell = 0; transit && cell < 2 * transit->n_corridors * transit->n_places; cell++) {
        const size_t place = cell / 2 % transit->n_places;
        if (transit->tonnes[cell] <= 0.0)
            continue;
        bk_json_object(json, NULL);
        bk_json_text(json, "scenario", state_name(answer, which));
        bk_json_text(json, "corridor", bk_corridor_id(model, cell / 2 / transit->n_places));
        bk_json_text(json, "country", place < model->n_countries ? model->countries[place] : "sea");
        bk_json_text(json, "trade", cell % 2 ? "own" : "transit");
        json_figures(json, transit, cell);
        bk_json_end(json);
    }
}

static void
json_corridors(bk_json *json, const bki_answer *answer, size_t which)
{
    const bk_transit *transit = transit_of(answer, which);
    const bk_model   *model = answer->study->model;

    for (size_t k = 0; transit && k < transit->n_corridors; k++) {
        bk_json_object(json, NULL);
        bk_json_text(json, "scenario", state_name(answer, which));
        bk_json_text(json, "corridor", bk_corridor_id(model, k));
        bk_json_text(json, "name", bk_corridor_name(model, k));
        bk_json_number(json, "tonnes", transit->shipped[k]);
        bk_json_number(json, "tonne_km", bk_transit_whole(transit, transit->tonne_km, k));
        bk_json_number(json, "revenue", bk_transit_whole(transit, transit->revenue_usd, k));
        bk_json_number(json, "co2_kg", bk_transit_whole(transit, transit->co2_kg, k));
        bk_json_number(json, "days", transit->door_hours[k] / transit->shipped[k] / 24.0);
        bk_json_number(json, "usd_per_tonne", transit->door_usd[k] / transit->shipped[k]);
        bk_json_end(json);
    }
}

static void
json_selection(bk_json *json, const bki_answer *answer, size_t which, const bk_selection *selection)
{
    const bk_model *model = answer->study->model;

    bk_json_object(json, NULL);
    bk_json_text(json, "scenario", state_name(answer, which));
    bk_json_text(json, "kind", selection->kind);
    bk_json_text(json, "facility", selection->id);
    bk_json_text(json, "name", selection->name);
    bk_json_number(json, "tonnes", selection->tonnes);
    bk_json_number(json, "background", selection->background);
    bk_json_array(json, "by");
    for (size_t i = 0; i < selection->n_flows; i++) {
        const bk_selected *flow = &selection->flows[i];
        bk_json_object(json, NULL);
        bk_json_text(json, "sector", model->economy.sectors[flow->sector].id);
        bk_json_text(json, "origin", model->economy.regions[flow->exporter].id);
        bk_json_text(json, "destination", model->economy.regions[flow->importer].id);
        bk_json_text(json, "corridor", bk_corridor_id(model, flow->corridor));
        bk_json_number(json, "tonnes", flow->tonnes);
        bk_json_end(json);
    }
    bk_json_end(json);
    bk_json_end(json);
}

void
bki_answer_json_transit(bk_json *json, const bki_answer *answer)
{
    bk_json_array(json, "corridors");
    for (size_t which = 0; which <= answer->run->n_scenarios; which++)
        json_corridors(json, answer, which);
    bk_json_end(json);
    bk_json_array(json, "transit");
    for (size_t which = 0; which <= answer->run->n_scenarios; which++)
        json_transit(json, answer, which);
    bk_json_end(json);
    bk_json_array(json, "selections");
    for (size_t f = 0; f < answer->run->n_selected; f++)
        for (size_t which = 0; which <= answer->run->n_scenarios; which++)
            if (selections_of(answer, which))
                json_selection(json, answer, which, &selections_of(answer, which)[f]);
    bk_json_end(json);
}
