/* Road traffic in user equilibrium, as tables: flows, what was found, trips that no path serves. */
#include "api/api.h"
#include "buckle/equilibrium.h"
#include "buckle/tntp.h"
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
    {"from", "", "node, numbered from 1 as in the file", BK_COLUMN_INTEGER},
    {"to", "", "node, likewise", BK_COLUMN_INTEGER},
    {"volume", "the trips' unit", "flow", BK_COLUMN_NUMBER},
    {"cost", "the network's unit of time", "time at that flow, and fixed cost", BK_COLUMN_NUMBER},
};

static const bki_column summary_columns[] = {
    {"item", "", "what", BK_COLUMN_TEXT},
    {"value", "", "its value; costs in the network's unit of time x the trips' unit", BK_COLUMN_NUMBER},
};

static const bki_column lost_columns[] = {
    {"origin", "", "zone, numbered from 1", BK_COLUMN_INTEGER},
    {"destination", "", "zone, numbered from 1", BK_COLUMN_INTEGER},
    {"volume", "the trips' unit", "trips dropped", BK_COLUMN_NUMBER},
};

static bk_status
record_flows(const assign_answer *answer)
{
    const bk_road_network *network = answer->network;
    bki_table             *table =
        bki_table_create(answer->results->arena, "flows", "Flow and cost of each arc, in the file's order",
                         flow_columns, sizeof flow_columns / sizeof *flow_columns, network->n_arcs, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(answer->results->arena));
    for (size_t a = 0; a < network->n_arcs; a++) {
        bki_put_integer(table, (int64_t)network->from[a] + 1);
        bki_put_integer(table, (int64_t)network->to[a] + 1);
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

static bk_status
record_lost(const assign_answer *answer)
{
    bki_table *table = bki_table_create(answer->results->arena, "lost", "Trips that no path serves", lost_columns, 3,
                                        answer->out.n_lost, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(answer->results->arena));
    for (size_t i = 0; i < answer->out.n_lost; i++) {
        bki_put_integer(table, (int64_t)answer->out.lost[i].origin + 1);
        bki_put_integer(table, (int64_t)answer->out.lost[i].destination + 1);
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
    const char  *net = bki_asked_needed(asked, "net", "a file in TNTP");
    const char  *trips = bki_asked_needed(asked, "trips", "a file in TNTP");
    const double toll = bki_asked_number(asked, "toll-factor", 0.0, 1e12, -1.0);
    const double distance = bki_asked_number(asked, "distance-factor", 0.0, 1e12, -1.0);
    const double scale = bki_asked_number(asked, "demand-factor", 1e-12, 1e12, 1.0);
    settings.gap = bki_asked_number(asked, "gap", 0.0, 1.0, settings.gap);
    settings.method = (bk_equilibrium_method)bki_asked_choice(asked, "method", METHOD_NAMES, (int)settings.method);
    settings.iteration_limit = (int)bki_asked_integer(asked, "iterations", 1, 1e9, (uint64_t)settings.iteration_limit);
    settings.allow_unreachable = bki_asked_flag(asked, "allow-unreachable");
    settings.progress = "assignment";
    BK_TRY(bki_asked_end(asked));
    BK_TRY(bk_tntp_network_read(asked->ctx, net, toll < 0.0 ? NULL : &toll, distance < 0.0 ? NULL : &distance,
                                asked->arena, &answer.network));
    BK_TRY(bk_tntp_demand_read(asked->ctx, trips, answer.network, scale, asked->arena, &demand));
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
