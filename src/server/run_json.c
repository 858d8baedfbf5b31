/* What the page draws of a run, beside the object of the command line: the map, and every table. */
#include "server/worker.h"

#include <math.h>

const char *
bki_border_id(bk_arena *arena, const bk_model *model, size_t b)
{
    const bk_border *border = &model->network.borders[b];

    return bk_arena_format(arena, "%s|%s|%s|%s", model->network.nodes[border->node].id,
                           model->network.modes[border->mode], model->countries[border->from_country],
                           model->countries[border->to_country]);
}

const char *
bki_transfer_id(bk_arena *arena, const bk_model *model, size_t t)
{
    const bk_transfer *transfer = &model->network.transfers[t];

    return bk_arena_format(arena, "%s|%s|%d|%s|%d", model->network.nodes[transfer->node].id,
                           model->network.modes[transfer->from_mode], transfer->from_gauge_mm,
                           model->network.modes[transfer->to_mode], transfer->to_gauge_mm);
}

/* ---- the map ----------------------------------------------------------------------------------------------------- */

typedef struct map_state { /* of the base year, or of the scenario */
    const bk_model          *model;
    const bk_joint_solution *solution;
    double                  *by_sector; /* [n_facilities][n_sectors] t/yr without background */
} map_state;

static bool
sum_sectors(map_state *state, const bk_graph *graph, bk_arena *arena)
{
    const size_t n_sectors = state->model->economy.n_sectors;

    state->by_sector = BK_NEW(arena, double, graph->n_facilities *n_sectors + 1);
    if (state->by_sector == NULL)
        return false;
    for (size_t j = 0; j < n_sectors; j++)
        for (size_t a = 0; a < graph->n_arcs; a++)
            if (graph->facility[a] != BK_NONE)
                state->by_sector[graph->facility[a] * n_sectors + j] +=
                    state->solution->arc_flow[j * graph->n_arcs + a];
    return true;
}

/* "tonnes" and "tonnes_base"; NaN is null. */
static void
pair(bk_json *json, bk_arena *arena, const char *key, double now, double base)
{
    bk_json_number(json, key, now);
    bk_json_number(json, bk_arena_format(arena, "%s_base", key), base);
}

static void
flows(bk_json *json, bk_arena *arena, const map_state *now, const map_state *base, size_t facility, bool limited)
{
    pair(json, arena, "tonnes", now->solution->facility_flow[facility], base->solution->facility_flow[facility]);
    pair(json, arena, "utilisation", limited ? now->solution->utilisation[facility] : (double)NAN,
         limited ? base->solution->utilisation[facility] : (double)NAN);
    pair(json, arena, "price", now->solution->price[facility], base->solution->price[facility]);
}

static void
sectors(bk_json *json, const char *key, const map_state *state, size_t facility)
{
    const size_t n = state->model->economy.n_sectors;

    bk_json_array(json, key);
    for (size_t j = 0; j < n; j++)
        bk_json_number(json, NULL, round(state->by_sector[facility * n + j]));
    bk_json_end(json);
}

static void
map_links(bk_json *json, bk_arena *arena, const map_state *now, const map_state *base)
{
    bk_json_array(json, "links");
    for (size_t l = 0; l < now->model->network.n_links; l++) {
        bk_json_object(json, NULL);
        bk_json_text(json, "link", now->model->network.links[l].id);
        bk_json_flag(json, "open", now->model->network.links[l].open);
        flows(json, arena, now, base, l, isfinite(now->model->network.links[l].capacity));
        sectors(json, "by_sector", now, l);
        sectors(json, "by_sector_base", base, l);
        bk_json_end(json);
    }
    bk_json_end(json);
}

/* Of a vehicle, without queue. */
static double
hours_of(const bk_border *border)
{
    return (1.0 - border->inspected_share) * border->control_hours + border->inspected_share * border->inspection_hours;
}

static void
map_borders(bk_json *json, bk_arena *arena, const map_state *now, const map_state *base)
{
    const bk_network_data *network = &now->model->network;
    const size_t           first = network->n_links + network->n_transfers;

    bk_json_array(json, "borders");
    for (size_t b = 0; b < network->n_borders; b++) {
        bk_json_object(json, NULL);
        bk_json_text(json, "border", bki_border_id(arena, now->model, b));
        bk_json_flag(json, "open", network->borders[b].open);
        pair(json, arena, "hours", hours_of(&network->borders[b]), hours_of(&base->model->network.borders[b]));
        pair(json, arena, "queue_hours", now->solution->queue_hours[first + b], base->solution->queue_hours[first + b]);
        flows(json, arena, now, base, first + b, isfinite(network->borders[b].lanes));
        bk_json_end(json);
    }
    bk_json_end(json);
    bk_json_array(json, "transfers");
    for (size_t t = 0; t < network->n_transfers; t++) {
        bk_json_object(json, NULL);
        bk_json_text(json, "transfer", bki_transfer_id(arena, now->model, t));
        bk_json_flag(json, "open", network->transfers[t].open);
        flows(json, arena, now, base, network->n_links + t, isfinite(network->transfers[t].capacity));
        bk_json_end(json);
    }
    bk_json_end(json);
}

static void
map(bk_json *json, const bki_worker *worker)
{
    const bk_run   *run = worker->run;
    const bk_graph *graph = bk_joint_graph(run->base);
    map_state       base = {.model = run->study->model, .solution = bk_joint_base_solution(run->base)}, now = base;

    bk_json_object(json, "map");
    if (run->n_scenarios > 0)
        base.solution = run->scenarios[0].base_solution;
    if (run->n_scenarios > 0)
        now = (map_state){.model = run->scenarios[0].model, .solution = run->scenarios[0].solution};
    if (graph != NULL && now.solution != NULL && base.solution->arc_flow != NULL &&
        sum_sectors(&base, graph, worker->arena) && sum_sectors(&now, graph, worker->arena)) {
        map_links(json, worker->arena, &now, &base);
        map_borders(json, worker->arena, &now, &base);
    }
    bk_json_end(json);
}

/* ---- tables ------------------------------------------------------------------------------------------------------ */

static void
cell(bk_json *json, const bk_column *column, size_t row)
{
    if (column->empty != NULL && column->empty[row])
        bk_json_text(json, NULL, NULL);
    else if (column->kind == BK_COLUMN_TEXT)
        bk_json_text(json, NULL, column->text[row]);
    else if (column->kind == BK_COLUMN_NUMBER)
        bk_json_number(json, NULL, column->number[row]);
    else
        bk_json_integer(json, NULL, column->integer[row]);
}

static void
table(bk_json *json, const bk_table *of)
{
    bk_json_object(json, of->name);
    bk_json_text(json, "title", of->title);
    bk_json_array(json, "columns");
    for (size_t c = 0; c < of->n_columns; c++) {
        bk_json_object(json, NULL);
        bk_json_text(json, "name", of->columns[c].name);
        bk_json_text(json, "unit", of->columns[c].unit);
        bk_json_text(json, "source", of->columns[c].meaning);
        bk_json_end(json);
    }
    bk_json_end(json);
    bk_json_array(json, "rows");
    for (size_t row = 0; row < of->n_rows; row++) {
        bk_json_array(json, NULL);
        for (size_t c = 0; c < of->n_columns; c++)
            cell(json, &of->columns[c], row);
        bk_json_end(json);
    }
    bk_json_end(json);
    bk_json_end(json);
}

void
bki_run_json(bk_json *json, const bki_worker *worker)
{
    map(json, worker);
    bk_json_object(json, "tables");
    for (size_t t = 0; t < worker->run->results.n_tables; t++)
        table(json, worker->run->results.tables[t]);
    bk_json_end(json);
}
