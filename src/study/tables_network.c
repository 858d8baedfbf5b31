/* Tables of what moves over the network: flows by arc and sector, border posts, whatever has a capacity. */
#include "study/run.h"
#include "study/geometry.h"
#include "study/table.h"

#include <math.h>

/* ---- flows ---------------------------------------------------------------------------------------------------- */

enum { flow_fixed_columns = 15 };

static const bki_column flow_columns[flow_fixed_columns] = {
    {"scenario", "", "scenario, or base", BK_COLUMN_TEXT},
    {"link", "", "link", BK_COLUMN_TEXT},
    {"name", "", "its name", BK_COLUMN_TEXT},
    {"mode", "", "mode", BK_COLUMN_TEXT},
    {"from", "", "place the flow leaves", BK_COLUMN_TEXT},
    {"to", "", "place it goes to", BK_COLUMN_TEXT},
    {"project", "", "project that opens the link", BK_COLUMN_TEXT},
    {"open", "", "1: in use in this scenario", BK_COLUMN_INTEGER},
    {"km", "km", "length", BK_COLUMN_NUMBER},
    {"tonnes", "t/yr", "trade in this direction, without background traffic", BK_COLUMN_NUMBER},
    {"tonnes_change", "t/yr", "the same less the base year's", BK_COLUMN_NUMBER},
    {"background", "t/yr", "traffic outside the study, both directions", BK_COLUMN_NUMBER},
    {"capacity", "t/yr", "both directions; empty: unlimited", BK_COLUMN_NUMBER},
    {"utilisation", "", "flow of both directions and background over capacity", BK_COLUMN_NUMBER},
    {"value_of_capacity", "USD/t", "price of scarce capacity: worth of one tonne more, before trade responds",
     BK_COLUMN_NUMBER},
};

/* The fixed columns and one for each sector that is traded by weight. */
static const bki_column *
all_flow_columns(bki_run *run, size_t *n_out)
{
    const bk_economy *economy = &run->study->model->economy;
    bki_column       *columns = BK_NEW(run->arena, bki_column, flow_fixed_columns + economy->n_sectors);

    if (!columns)
        return NULL;
    for (size_t c = 0; c < flow_fixed_columns; c++)
        columns[c] = flow_columns[c];
    *n_out = flow_fixed_columns;
    for (size_t j = 0; j < economy->n_sectors; j++)
        if (economy->sectors[j].usd_per_tonne > 0.0)
            columns[(*n_out)++] =
                (bki_column){.name = bk_arena_format(run->arena, "tonnes_%s", economy->sectors[j].id),
                             .unit = "t/yr",
                             .meaning = bk_arena_format(run->arena, "of it %s", economy->sectors[j].name),
                             .kind = BK_COLUMN_NUMBER};
    return columns;
}

static double
arc_tonnes(const bki_run *run, const bk_joint_solution *solution, size_t arc)
{
    const size_t n_arcs = bk_joint_graph(run->run->base)->n_arcs;
    double       tonnes = 0.0;

    for (size_t j = 0; j < run->study->model->economy.n_sectors; j++)
        tonnes += solution->arc_flow[j * n_arcs + arc];
    return tonnes;
}

static void
put_line(bki_table *table, const bk_node *from, const bk_node *to)
{
    double       points[BKI_MOST_POINTS][2];
    const double a[2] = {from->lon, from->lat}, b[2] = {to->lon, to->lat};
    const size_t n = bki_great_circle(a, b, points);

    for (size_t p = 0; p < n; p++)
        bki_put_point(table, points[p][0], points[p][1]);
}

static void
put_flow(bki_run *run, bki_table *table, size_t which, size_t arc)
{
    const bk_graph          *graph = bk_joint_graph(run->run->base);
    const bk_model          *model = bki_state_model(run->run, which);
    const bk_economy        *economy = &model->economy;
    const bk_joint_solution *solution = bki_state_solution(run->run, which);
    const bk_link           *link = &model->network.links[graph->element[arc]];
    const bk_node           *from = &model->network.nodes[graph->node[graph->tail[arc]]];
    const bk_node           *to = &model->network.nodes[graph->node[graph->head[arc]]];
    const uint32_t           facility = graph->facility[arc];
    const double             tonnes = arc_tonnes(run, solution, arc);

    bki_put_text(table, bki_state_name(run->run, which));
    bki_put_text(table, link->id);
    bki_put_text(table, link->name);
    bki_put_text(table, model->network.modes[link->mode]);
    bki_put_text(table, from->id);
    bki_put_text(table, to->id);
    bki_put_text(table, link->project == BK_NONE ? NULL : model->projects.projects[link->project].id);
    bki_put_integer(table, link->open);
    bki_put_number(table, link->km);
    bki_put_number(table, tonnes);
    bki_put_number(table, tonnes - arc_tonnes(run, bki_state_base(run->run, which), arc));
    bki_put_number(table, link->background);
    bki_put_number(table, link->capacity);
    bki_put_number(table, isfinite(link->capacity) ? solution->utilisation[facility] : (double)NAN);
    bki_put_number(table, solution->price[facility]);
    for (size_t j = 0; j < economy->n_sectors; j++)
        if (economy->sectors[j].usd_per_tonne > 0.0)
            bki_put_number(table, solution->arc_flow[j * graph->n_arcs + arc]);
    put_line(table, from, to);
    bki_end_row(table);
}

static bk_status
record_flows(bki_run *run)
{
    const bk_graph   *graph = bk_joint_graph(run->run->base);
    size_t            n_columns = 0, n_lines = 0;
    const bki_column *columns = all_flow_columns(run, &n_columns);

    for (size_t a = 0; a < graph->n_arcs; a++)
        n_lines += graph->kind[a] == BK_ARC_LINE;
    bki_table *table = columns
                           ? bki_table_create(run->arena, "flows", "Tonnes by link, direction and sector", columns,
                                              n_columns, (run->run->n_scenarios + 1) * n_lines + 1, BK_GEOMETRY_LINE)
                           : NULL;
    BK_TRY(bk_arena_ok(run->arena));
    bki_table_style(table, "tonnes", "tonnes_change");
    for (size_t which = 0; which <= run->run->n_scenarios; which++)
        for (size_t a = 0; bki_state_solution(run->run, which) && a < graph->n_arcs; a++)
            if (graph->kind[a] == BK_ARC_LINE)
                put_flow(run, table, which, a);
    return bki_table_append(run->ctx, &run->run->results, table);
}

/* ---- borders -------------------------------------------------------------------------------------------------- */

static const bki_column border_columns[] = {
    {"scenario", "", "scenario, or base", BK_COLUMN_TEXT},
    {"place", "", "place of the post", BK_COLUMN_TEXT},
    {"name", "", "its name", BK_COLUMN_TEXT},
    {"mode", "", "mode", BK_COLUMN_TEXT},
    {"from_country", "", "country left", BK_COLUMN_TEXT},
    {"to_country", "", "country entered", BK_COLUMN_TEXT},
    {"side", "", "exit or entry", BK_COLUMN_TEXT},
    {"tonnes", "t/yr", "trade through the post", BK_COLUMN_NUMBER},
    {"tonnes_change", "t/yr", "the same less the base year's", BK_COLUMN_NUMBER},
    {"control_hours", "h", "mean time of control: released and inspected vehicles", BK_COLUMN_NUMBER},
    {"queue_hours", "h", "mean wait in the queue", BK_COLUMN_NUMBER},
    {"utilisation", "", "of its lanes; empty: no queue is modelled", BK_COLUMN_NUMBER},
    {"value_of_capacity", "USD/t", "the queue at the traffic's mean value of time", BK_COLUMN_NUMBER},
};

static void
put_border(bki_run *run, bki_table *table, size_t which, size_t b)
{
    const bk_model          *model = bki_state_model(run->run, which);
    const bk_joint_solution *solution = bki_state_solution(run->run, which), *base = bki_state_base(run->run, which);
    const bk_border         *border = &model->network.borders[b];
    const bk_node           *node = &model->network.nodes[border->node];
    const size_t             facility = model->network.n_links + model->network.n_transfers + b;

    bki_put_text(table, bki_state_name(run->run, which));
    bki_put_text(table, node->id);
    bki_put_text(table, node->name);
    bki_put_text(table, model->network.modes[border->mode]);
    bki_put_text(table, model->countries[border->from_country]);
    bki_put_text(table, model->countries[border->to_country]);
    bki_put_text(table, border->side == BK_EXIT ? "exit" : "entry");
    bki_put_number(table, solution->facility_flow[facility]);
    bki_put_number(table, solution->facility_flow[facility] - base->facility_flow[facility]);
    bki_put_number(table, border->control_hours +
                              border->inspected_share * (border->inspection_hours - border->control_hours));
    bki_put_number(table, solution->queue_hours[facility]);
    bki_put_number(table, isfinite(border->lanes) ? solution->utilisation[facility] : (double)NAN);
    bki_put_number(table, solution->price[facility]);
    bki_put_point(table, node->lon, node->lat);
    bki_end_row(table);
}

static bk_status
record_borders(bki_run *run)
{
    const size_t n_borders = run->study->model->network.n_borders;
    bki_table   *table = bki_table_create(run->arena, "borders", "Border posts: traffic and waiting", border_columns,
                                          sizeof border_columns / sizeof *border_columns,
                                          (run->run->n_scenarios + 1) * n_borders + 1, BK_GEOMETRY_POINT);

    BK_TRY(bk_arena_ok(run->arena));
    bki_table_style(table, "tonnes", "queue_hours");
    for (size_t which = 0; which <= run->run->n_scenarios; which++)
        for (size_t b = 0; bki_state_solution(run->run, which) && b < n_borders; b++)
            put_border(run, table, which, b);
    return bki_table_append(run->ctx, &run->run->results, table);
}

/* ---- facilities ----------------------------------------------------------------------------------------------- */

static const bki_column facility_columns[] = {
    {"scenario", "", "scenario, or base", BK_COLUMN_TEXT},
    {"kind", "", "link, transfer or border", BK_COLUMN_TEXT},
    {"facility", "", "link; or place, modes and countries", BK_COLUMN_TEXT},
    {"name", "", "for reading", BK_COLUMN_TEXT},
    {"tonnes", "t/yr", "flow, background included", BK_COLUMN_NUMBER},
    {"utilisation", "", "flow over capacity", BK_COLUMN_NUMBER},
    {"value_of_capacity", "USD/t", "price of scarcity, or of the queue", BK_COLUMN_NUMBER},
    {"value_change", "USD/t", "the same less the base year's", BK_COLUMN_NUMBER},
    {"queue_hours", "h", "mean wait, at border posts", BK_COLUMN_NUMBER},
};

bki_facility
bki_facility_describe(const bk_model *model, size_t facility, bk_arena *arena)
{
    const bk_network_data *network = &model->network;

    if (facility < network->n_links) {
        const bk_link *link = &network->links[facility];
        return (bki_facility){.kind = "link",
                              .id = link->id,
                              .node = link->from,
                              .name = bk_arena_format(arena, "%s (%s)", link->name, network->modes[link->mode])};
    }
    facility -= network->n_links;
    if (facility < network->n_transfers) {
        const bk_transfer *transfer = &network->transfers[facility];
        const char        *from = network->modes[transfer->from_mode], *to = network->modes[transfer->to_mode];
        const bk_node     *node = &network->nodes[transfer->node];
        return (bki_facility){.kind = "transfer",
                              .node = transfer->node,
                              .id = bk_arena_format(arena, "%s|%s %d|%s %d", node->id, from, transfer->from_gauge_mm,
                                                    to, transfer->to_gauge_mm),
                              .name = transfer->from_mode == transfer->to_mode
                                          ? bk_arena_format(arena, "%s, %d to %d mm", node->name,
                                                            transfer->from_gauge_mm, transfer->to_gauge_mm)
                                          : bk_arena_format(arena, "%s, %s to %s", node->name, from, to)};
    }
    const bk_border *border = &network->borders[facility - network->n_transfers];
    const bk_node   *node = &network->nodes[border->node];
    const char      *from = model->countries[border->from_country], *to = model->countries[border->to_country];
    const char      *side = border->side == BK_EXIT ? "exit" : "entry", *mode = network->modes[border->mode];
    return (bki_facility){.kind = "border",
                          .node = border->node,
                          .id = bk_arena_format(arena, "%s|%s|%s|%s|%s", node->id, mode, from, to, side),
                          .name =
                              bk_arena_format(arena, "%s border, %s %s to %s, %s", node->name, mode, from, to, side)};
}

/* Where something may run short in any of the states. */
static bool
is_limited(const bk_model *model, size_t facility)
{
    const bk_network_data *network = &model->network;

    if (facility < network->n_links)
        return isfinite(network->links[facility].capacity);
    if (facility < network->n_links + network->n_transfers)
        return isfinite(network->transfers[facility - network->n_links].capacity);
    return isfinite(network->borders[facility - network->n_links - network->n_transfers].lanes);
}

static void
put_facility(bki_run *run, bki_table *table, size_t which, size_t f)
{
    const bk_model          *model = bki_state_model(run->run, which);
    const bk_joint_solution *solution = bki_state_solution(run->run, which), *base = bki_state_base(run->run, which);
    const bki_facility       facility = bki_facility_describe(model, f, run->arena);
    const bk_node           *node = &model->network.nodes[facility.node];

    bki_put_text(table, bki_state_name(run->run, which));
    bki_put_text(table, facility.kind);
    bki_put_text(table, facility.id);
    bki_put_text(table, facility.name);
    bki_put_number(table, solution->facility_flow[f]);
    bki_put_number(table, solution->utilisation[f]);
    bki_put_number(table, solution->price[f]);
    bki_put_number(table, solution->price[f] - base->price[f]);
    bki_put_number(table, solution->queue_hours[f]);
    bki_put_point(table, node->lon, node->lat);
    bki_end_row(table);
}

static bk_status
record_facilities(bki_run *run)
{
    const size_t n_facilities = bk_joint_graph(run->run->base)->n_facilities;
    size_t       n_rows = 1;

    for (size_t which = 0; which <= run->run->n_scenarios; which++)
        for (size_t f = 0; f < n_facilities; f++)
            n_rows += is_limited(bki_state_model(run->run, which), f);
    bki_table *table = bki_table_create(run->arena, "facilities",
                                        "What can run short, and what one tonne more is worth", facility_columns,
                                        sizeof facility_columns / sizeof *facility_columns, n_rows, BK_GEOMETRY_POINT);
    BK_TRY(bk_arena_ok(run->arena));
    bki_table_style(table, "value_of_capacity", "utilisation");
    for (size_t which = 0; which <= run->run->n_scenarios; which++)
        for (size_t f = 0; bki_state_solution(run->run, which) && f < n_facilities; f++)
            if (is_limited(bki_state_model(run->run, which), f))
                put_facility(run, table, which, f);
    return bki_table_append(run->ctx, &run->run->results, table);
}

bk_status
bki_record_network(bki_run *run)
{
    if (!run->study->model->has_network)
        return BK_OK;
    BK_TRY(record_flows(run));
    BK_TRY(record_borders(run));
    return record_facilities(run);
}
