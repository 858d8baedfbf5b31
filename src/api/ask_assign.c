/* Road traffic in user equilibrium, as tables: flows, what was found, trips that no path serves. */
#include "api/api.h"
#include "buckle/equilibrium.h"
#include "io/road_files.h"
#include "study/table.h"

#include <string.h>

typedef struct assign_answer {
    bk_context            *ctx;
    const bk_road_network *network;
    bk_equilibrium         out;
    bk_results            *results;
} assign_answer;

/* ---- tables -------------------------------------------------------------------------------------------------------
 */

static const bki_column flow_columns[] = {
    {"link", "", "link as the file calls it; empty where it has no ids", BK_COLUMN_TEXT},
    {"from", "", "node as the file calls it", BK_COLUMN_TEXT},
    {"to", "", "node, likewise", BK_COLUMN_TEXT},
    {"volume", "the trips' unit", "flow", BK_COLUMN_NUMBER},
    {"cost", "the network's unit of time", "time at that flow, and fixed cost", BK_COLUMN_NUMBER},
};

static const bki_column summary_columns[] = {
    {"item", "", "what", BK_COLUMN_TEXT},
    {"value", "", "its value; costs in the network's unit of time x the trips' unit", BK_COLUMN_NUMBER},
};

static const bki_column lost_columns[] = {
    {"origin", "", "zone as the file calls it", BK_COLUMN_TEXT},
    {"destination", "", "zone, likewise", BK_COLUMN_TEXT},
    {"volume", "the trips' unit", "trips dropped", BK_COLUMN_NUMBER},
};

static bk_status
record_flows(const assign_answer *answer)
{
    const bk_road_network *network = answer->network;
    bk_arena              *arena = answer->results->arena;
    const char           **from, **to;
    bki_table *table = bki_table_create(arena, "flows", "Flow and cost of each arc, in the file's order", flow_columns,
                                        sizeof flow_columns / sizeof *flow_columns, network->n_arcs, BK_GEOMETRY_NONE);

    BK_TRY(bki_road_ends(network, arena, &from, &to));
    for (size_t a = 0; a < network->n_arcs; a++) {
        bki_put_text(table, network->arc_ids ? network->arc_ids[a] : NULL);
        bki_put_text(table, from[a]);
        bki_put_text(table, to[a]);
        bki_put_number(table, answer->out.flow[a]);
        bki_put_number(table, answer->out.cost[a]);
        bki_end_row(table);
    }
    return bki_table_append(answer->ctx, answer->results, table);
}

static bk_status
record_summary(const assign_answer *answer)
{
    const bk_equilibrium *out = &answer->out;
    const struct item {
        const char *name;
        double      value;
    } items[] = {
        {"relative_gap", out->relative_gap}, {"objective", out->objective},
        {"total_cost", out->total_cost},     {"total_time", out->total_time},
        {"least_cost", out->least_cost},     {"imbalance", out->imbalance},
        {"iterations", out->iterations},     {"constant_links_used", (double)out->n_flat},
    };
    const size_t n = sizeof items / sizeof *items;
    bki_table   *table = bki_table_create(answer->results->arena, "summary", "What was found, and how well",
                                          summary_columns, 2, n, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(answer->results->arena));
    for (size_t i = 0; i < n; i++) {
        bki_put_text(table, items[i].name);
        bki_put_number(table, items[i].value);
        bki_end_row(table);
    }
    return bki_table_append(answer->ctx, answer->results, table);
}

static const char *
zone_id(const assign_answer *answer, size_t zone)
{
    char        text[BK_ROAD_ID_SIZE];
    const char *id = bk_road_zone_id(answer->network, zone, text);

    return bk_arena_text(answer->results->arena, id, strlen(id));
}

static bk_status
record_lost(const assign_answer *answer)
{
    bki_table *table = bki_table_create(answer->results->arena, "lost", "Trips that no path serves", lost_columns, 3,
                                        answer->out.n_lost, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(answer->results->arena));
    for (size_t i = 0; i < answer->out.n_lost; i++) {
        bki_put_text(table, zone_id(answer, answer->out.lost[i].origin));
        bki_put_text(table, zone_id(answer, answer->out.lost[i].destination));
        bki_put_number(table, answer->out.lost[i].volume);
        bki_end_row(table);
    }
    return bki_table_append(answer->ctx, answer->results, table);
}

/* ---- the question -------------------------------------------------------------------------------------------------
 */

#define X(enumerator, name, prefix, summary) name " "
#define METHOD_NAMES                         BK_EQUILIBRIUM_METHOD_LIST(X)

static bk_status
assign(bki_asked *asked, buckle_study *handle, buckle_result *result)
{
    bk_equilibrium_settings settings = bk_equilibrium_default();
    assign_answer           answer = {.ctx = asked->ctx, .results = &result->own};
    const bk_road_demand   *demand = NULL;

    (void)handle;
    const bki_road_files files = {.net = bki_asked_needed(asked, "net", "a file in TNTP, or a folder in GMNS"),
                                  .trips = bki_asked_needed(asked, "trips", "a file in TNTP, .omx or .csv"),
                                  .matrix = bki_asked_text(asked, "matrix"),
                                  .lookup = bki_asked_text(asked, "lookup"),
                                  .use = bki_asked_text(asked, "use"),
                                  .toll_factor = bki_asked_number(asked, "toll-factor", 0.0, 1e12, -1.0),
                                  .distance_factor = bki_asked_number(asked, "distance-factor", 0.0, 1e12, -1.0),
                                  .demand_factor = bki_asked_number(asked, "demand-factor", 1e-12, 1e12, 1.0)};
    settings.gap = bki_asked_number(asked, "gap", 0.0, 1.0, settings.gap);
    settings.method = (bk_equilibrium_method)bki_asked_choice(asked, "method", METHOD_NAMES, (int)settings.method);
    settings.iteration_limit = (int)bki_asked_integer(asked, "iterations", 1, 1e9, (uint64_t)settings.iteration_limit);
    settings.allow_unreachable = bki_asked_flag(asked, "allow-unreachable");
    settings.progress = "assignment";
    BK_TRY(bki_asked_end(asked));
    BK_TRY(bki_road_files_read(asked->ctx, &files, asked->arena, &answer.network, &demand));
    const bk_traffic_class traffic = {NULL, demand};
    BK_TRY(bk_equilibrium_solve(asked->ctx, answer.network, 1, &traffic, &settings, asked->arena, &answer.out));
    BK_TRY(record_flows(&answer));
    BK_TRY(record_summary(&answer));
    BK_TRY(record_lost(&answer));
    result->converged = answer.out.outcome == BK_CONVERGED;
    result->interrupted = answer.out.outcome == BK_CANCELLED;
    result->residual = answer.out.relative_gap;
    return BK_OK;
}
#undef X

buckle_status
buckle_assign(buckle_engine *engine, const buckle_option *options, size_t n_options, buckle_result **out)
{
    return bki_answer(engine, NULL, "assign", assign, options, n_options, out);
}
