/* Alternatives door to door, as tables: the alternatives, their legs, the links they ride. */
#include "api/api.h"
#include "study/geometry.h"
#include "study/table.h"

typedef struct routes_answer {
    bk_context     *ctx;
    const bk_model *model;
    bk_routes       routes;
    bk_results     *results;
} routes_answer;

/* ---- tables -------------------------------------------------------------------------------------------------------
 */

static const bki_column route_columns[] = {
    {"route", "", "number, from 1, cheapest first", BK_COLUMN_INTEGER},
    {"cost", "USD/t", "generalised cost: money, time and its spread at what they are worth", BK_COLUMN_NUMBER},
    {"money", "USD/t", "freight, fees, handling and tolls", BK_COLUMN_NUMBER},
    {"constant", "USD/t", "calibrated constants in the cost", BK_COLUMN_NUMBER},
    {"hours", "h", "door to door, queues included", BK_COLUMN_NUMBER},
    {"queue_hours", "h", "of them in queues of the base year", BK_COLUMN_NUMBER},
    {"hours_sd", "h", "standard deviation of hours", BK_COLUMN_NUMBER},
    {"km", "km", "length", BK_COLUMN_NUMBER},
    {"co2_kg", "kg/t", "carbon dioxide", BK_COLUMN_NUMBER},
    {"borders", "", "crossings between two countries that have border rows", BK_COLUMN_INTEGER},
    {"transfers", "", "changes of mode or gauge", BK_COLUMN_INTEGER},
    {"path_size", "", "1: shares nothing with the others (Ben-Akiva and Bierlaire 1999, by cost)", BK_COLUMN_NUMBER},
    {"share", "", "of a path-size logit among those listed", BK_COLUMN_NUMBER},
};

static const bki_column leg_columns[] = {
    {"route", "", "number of the route", BK_COLUMN_INTEGER},
    {"leg", "", "number, from 1, in the order of travel", BK_COLUMN_INTEGER},
    {"kind", "", "line, transfer, border, load or unload", BK_COLUMN_TEXT},
    {"mode", "", "mode, or the new one", BK_COLUMN_TEXT},
    {"from", "", "place", BK_COLUMN_TEXT},
    {"to", "", "place", BK_COLUMN_TEXT},
    {"km", "km", "length", BK_COLUMN_NUMBER},
    {"money", "USD/t", "freight, fees, handling and tolls", BK_COLUMN_NUMBER},
    {"hours", "h", "time without queues", BK_COLUMN_NUMBER},
};

static const bki_column link_columns[] = {
    {"route", "", "number of the route", BK_COLUMN_INTEGER},
    {"link", "", "link, in the order of travel", BK_COLUMN_TEXT},
};

/* The line of a route: great circles from place to place.  One that goes on past the 180th meridian does so to its
 * end. */
static void
put_line(bki_table *table, const routes_answer *answer, const bk_alternative *way)
{
    const bk_graph *graph = answer->routes.graph;
    const bk_node  *nodes = answer->model->network.nodes;
    double          point[BKI_MOST_POINTS][2], turn = 0.0;
    bool            is_first = true;

    for (size_t a = 0; a < way->n_arcs; a++) {
        const uint32_t arc = way->arcs[a];
        if (graph->kind[arc] != BK_ARC_LINE)
            continue;
        const bk_node *tail = &nodes[graph->node[graph->tail[arc]]], *head = &nodes[graph->node[graph->head[arc]]];
        const double   from[2] = {tail->lon, tail->lat}, to[2] = {head->lon, head->lat};
        const size_t   n = bki_great_circle(from, to, point);
        for (size_t p = is_first ? 0 : 1; p < n; p++)
            bki_put_point(table, point[p][0] + turn, point[p][1]);
        turn += point[n - 1][0] - to[0];
        is_first = false;
    }
}

static bk_status
record_routes(const routes_answer *answer)
{
    const bk_routes *routes = &answer->routes;
    bki_table *table = bki_table_create(answer->results->arena, "routes", "Alternatives door to door", route_columns,
                                        sizeof route_columns / sizeof *route_columns, routes->n, BK_GEOMETRY_LINE);

    BK_TRY(bk_arena_ok(answer->results->arena));
    bki_table_style(table, NULL, "cost");
    for (size_t r = 0; r < routes->n; r++) {
        const bk_alternative *way = &routes->alternatives[r];
        bki_put_integer(table, (int64_t)r + 1);
        bki_put_number(table, way->generalised_cost);
        bki_put_number(table, way->money);
        bki_put_number(table, way->constant);
        bki_put_number(table, way->hours + routes->queue_hours[r]);
        bki_put_number(table, routes->queue_hours[r]);
        bki_put_number(table, way->hours_sd);
        bki_put_number(table, way->km);
        bki_put_number(table, way->co2_kg);
        bki_put_integer(table, (int64_t)way->n_borders);
        bki_put_integer(table, (int64_t)way->n_transfers);
        bki_put_number(table, way->path_size);
        bki_put_number(table, way->share);
        put_line(table, answer, way);
        bki_end_row(table);
    }
    return bki_table_append(answer->ctx, answer->results, table);
}

static bk_status
record_legs(const routes_answer *answer)
{
    static const char *const kinds[] = {[BK_ARC_LINE] = "line",
                                        [BK_ARC_TRANSFER] = "transfer",
                                        [BK_ARC_BORDER] = "border",
                                        [BK_ARC_LOAD] = "load",
                                        [BK_ARC_UNLOAD] = "unload"};
    const bk_network_data   *network = &answer->model->network;
    const bk_routes         *routes = &answer->routes;
    size_t                   n = 0;

    for (size_t r = 0; r < routes->n; r++)
        n += routes->alternatives[r].n_legs;
    bki_table *table = bki_table_create(answer->results->arena, "legs", "What each alternative consists of",
                                        leg_columns, sizeof leg_columns / sizeof *leg_columns, n, BK_GEOMETRY_NONE);
    BK_TRY(bk_arena_ok(answer->results->arena));
    for (size_t r = 0; r < routes->n; r++)
        for (size_t l = 0; l < routes->alternatives[r].n_legs; l++) {
            const bk_leg *leg = &routes->alternatives[r].legs[l];
            bki_put_integer(table, (int64_t)r + 1);
            bki_put_integer(table, (int64_t)l + 1);
            bki_put_text(table, kinds[leg->kind]);
            bki_put_text(table, leg->mode == BK_NONE ? NULL : network->modes[leg->mode]);
            bki_put_text(table, network->nodes[leg->from_node].id);
            bki_put_text(table, network->nodes[leg->to_node].id);
            bki_put_number(table, leg->km);
            bki_put_number(table, leg->money);
            bki_put_number(table, leg->hours);
            bki_end_row(table);
        }
    return bki_table_append(answer->ctx, answer->results, table);
}

static bk_status
record_links(const routes_answer *answer)
{
    const bk_routes *routes = &answer->routes;
    size_t           n = 0;

    for (size_t r = 0; r < routes->n; r++)
        n += routes->alternatives[r].n_arcs;
    bki_table *table = bki_table_create(answer->results->arena, "links", "Links that each alternative rides",
                                        link_columns, sizeof link_columns / sizeof *link_columns, n, BK_GEOMETRY_NONE);
    BK_TRY(bk_arena_ok(answer->results->arena));
    for (size_t r = 0; r < routes->n; r++)
        for (size_t a = 0; a < routes->alternatives[r].n_arcs; a++) {
            const uint32_t arc = routes->alternatives[r].arcs[a];
            if (routes->graph->kind[arc] != BK_ARC_LINE)
                continue;
            bki_put_integer(table, (int64_t)r + 1);
            bki_put_text(table, answer->model->network.links[routes->graph->element[arc]].id);
            bki_end_row(table);
        }
    return bki_table_append(answer->ctx, answer->results, table);
}

/* ---- the question -------------------------------------------------------------------------------------------------
 */

bk_status
bki_ask_route(bki_asked *asked, buckle_study *handle, buckle_result *result)
{
    const bk_route_query query = {
        .from = bki_asked_needed(asked, "from", "a place by id or name"),
        .to = bki_asked_needed(asked, "to", "a place by id or name"),
        .sector = bki_asked_text(asked, "sector"),
        .k = (size_t)bki_asked_integer(asked, "k", 1, 100, 5),
        .usd_per_tonne_hour = bki_asked_number(asked, "value-of-time", 0.0, 1e6, -1.0),
        .distinct = !bki_asked_flag(asked, "all-paths"),
        .constants = bki_asked_flag(asked, "constants"),
    };
    const bki_cast  cast = {.base = bki_asked_flag(asked, "loaded"), .deficits = -1};
    const bk_study *study = NULL;
    routes_answer   answer = {.ctx = asked->ctx, .results = &result->own};

    BK_TRY(bki_asked_end(asked));
    BK_TRY(bki_open_scenarios(asked, handle, &cast, &study));
    BK_TRY(bk_study_routes(asked->ctx, study, cast.base ? study->base : NULL, &query, asked->arena, &answer.routes));
    answer.model = study->model;
    BK_TRY(record_routes(&answer));
    BK_TRY(record_legs(&answer));
    BK_TRY(record_links(&answer));
    result->converged = true;
    return BK_OK;
}
