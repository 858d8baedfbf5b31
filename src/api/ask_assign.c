/* Road traffic in user equilibrium, as tables: flows, what was found, lost trips, costs between zones, paths. */
#include "api/api.h"
#include "buckle/equilibrium.h"
#include "buckle/traffic_use.h"
#include "io/road_files.h"

#include <string.h>

typedef struct assign_answer {
    bk_context            *ctx;
    const bk_road_network *network;
    const bk_road_demand  *demand;
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

static const char *const *
zone_ids(const assign_answer *answer)
{
    bk_arena    *arena = answer->results->arena;
    const char **ids = BK_NEW(arena, const char *, answer->network->n_zones);
    char         text[BK_ROAD_ID_SIZE];

    for (size_t z = 0; ids && z < answer->network->n_zones; z++) {
        const char *id = bk_road_zone_id(answer->network, z, text);
        ids[z] = bk_arena_text(arena, id, strlen(id));
    }
    return ids;
}

static bk_status
record_lost(const assign_answer *answer, const char *const *zones)
{
    bki_table *table = bki_table_create(answer->results->arena, "lost", "Trips that no path serves", lost_columns, 3,
                                        answer->out.n_lost, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(answer->results->arena));
    for (size_t i = 0; i < answer->out.n_lost; i++) {
        bki_put_text(table, zones[answer->out.lost[i].origin]);
        bki_put_text(table, zones[answer->out.lost[i].destination]);
        bki_put_number(table, answer->out.lost[i].volume);
        bki_end_row(table);
    }
    return bki_table_append(answer->ctx, answer->results, table);
}

/* Least cost at the flows found; time and length of the path that has it. */
static bk_status
record_skims(const assign_answer *answer, const char *const *zones)
{
    static const bki_column columns[] = {
        {"origin", "", "zone as the file calls it; rows are a matrix, destinations within origins", BK_COLUMN_TEXT},
        {"destination", "", "zone, likewise", BK_COLUMN_TEXT},
        {"cost", "the network's unit of time", "least cost at the flows; empty: no path leads there", BK_COLUMN_NUMBER},
        {"time", "the network's unit of time", "of the least-cost path", BK_COLUMN_NUMBER},
        {"distance", "the network's unit of length", "of the least-cost path", BK_COLUMN_NUMBER},
    };
    const bk_road_network *network = answer->network;
    bk_arena              *arena = answer->results->arena;
    const size_t           n = network->n_zones;
    double       *time = BK_NEW(arena, double, network->n_arcs), *slope = BK_NEW(arena, double, network->n_arcs);
    double *const matrix[] = {BK_NEW(arena, double, n *n), BK_NEW(arena, double, n *n), BK_NEW(arena, double, n *n)};
    bki_table    *table = bki_table_create(arena, "skims", "Between all zones, on least-cost paths", columns,
                                           sizeof columns / sizeof *columns, n * n, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(arena));
    bk_vdf_eval(&network->vdf, answer->out.flow, time, slope);
    const double *const quantities[] = {time, network->length};
    BK_TRY(bk_road_skim(answer->ctx, network, answer->out.cost, matrix[0], 2, quantities, &matrix[1]));
    for (size_t cell = 0; cell < n * n; cell++) {
        bki_put_text(table, zones[cell / n]);
        bki_put_text(table, zones[cell % n]);
        for (size_t m = 0; m < 3; m++)
            bki_put_number(table, matrix[m][cell]);
        bki_end_row(table);
    }
    return bki_table_append(answer->ctx, answer->results, table);
}

/* ---- paths --------------------------------------------------------------------------------------------------------
 */

#define LEAST_SHARE 1e-6 /* of a pair's trips: less is rounding of the equilibrium */

typedef struct path_tables {
    const char *const *zones;           /* [n_zones] ids */
    size_t             n_paths, n_arcs; /* met */
    bki_table         *paths, *arcs;    /* NULL while they are counted */
} path_tables;

static bk_status
put_path(void *state, const bk_used_path *path)
{
    path_tables *tables = state;

    for (size_t a = 0; tables->arcs && a < path->n_arcs; a++) {
        bki_put_integer(tables->arcs, (int64_t)tables->n_paths);
        bki_put_integer(tables->arcs, path->arcs[a]);
        bki_end_row(tables->arcs);
    }
    if (tables->paths) {
        bki_put_text(tables->paths, tables->zones[path->origin]);
        bki_put_text(tables->paths, tables->zones[path->destination]);
        bki_put_number(tables->paths, path->volume);
        bki_put_number(tables->paths, path->share);
        bki_put_number(tables->paths, path->cost);
        bki_end_row(tables->paths);
    }
    tables->n_paths++;
    tables->n_arcs += path->n_arcs;
    return BK_OK;
}

/* Every path in use: counted first, then put down. */
static bk_status
record_paths(const assign_answer *answer, const char *const *zones)
{
    static const bki_column path_columns[] = {
        {"origin", "", "zone as the file calls it", BK_COLUMN_TEXT},
        {"destination", "", "zone, likewise", BK_COLUMN_TEXT},
        {"volume", "the trips' unit", "trips that go this way", BK_COLUMN_NUMBER},
        {"share", "", "of the pair's trips", BK_COLUMN_NUMBER},
        {"cost", "the network's unit of time", "at the flows", BK_COLUMN_NUMBER},
    };
    static const bki_column arc_columns[] = {
        {"path", "", "row of the table paths, from 0", BK_COLUMN_INTEGER},
        {"flow", "", "row of the table flows, from 0; from the origin on", BK_COLUMN_INTEGER},
    };
    const bk_traffic_class traffic = {NULL, answer->demand};
    bk_arena              *arena = answer->results->arena;
    path_tables            tables = {.zones = zones};
    bk_path_totals         totals;

    BK_TRY(bk_equilibrium_paths(answer->ctx, answer->network, 1, &traffic, &answer->out, LEAST_SHARE, put_path, &tables,
                                &totals));
    tables.paths = bki_table_create(arena, "paths", "Paths in use", path_columns,
                                    sizeof path_columns / sizeof *path_columns, tables.n_paths, BK_GEOMETRY_NONE);
    tables.arcs = bki_table_create(arena, "path_flows", "Which arcs each path takes", arc_columns, 2, tables.n_arcs,
                                   BK_GEOMETRY_NONE);
    BK_TRY(bk_arena_ok(arena));
    tables.n_paths = 0;
    BK_TRY(bk_equilibrium_paths(answer->ctx, answer->network, 1, &traffic, &answer->out, LEAST_SHARE, put_path, &tables,
                                &totals));
    BK_TRY(bki_table_append(answer->ctx, answer->results, tables.paths));
    return bki_table_append(answer->ctx, answer->results, tables.arcs);
}

/* ---- the question -------------------------------------------------------------------------------------------------
 */

#define COST_UNIT                            "unit of time x the trips' unit"
#define X(enumerator, name, prefix, summary) name " "
#define METHOD_NAMES                         BK_EQUILIBRIUM_METHOD_LIST(X)

bk_status
bki_ask_assign(bki_asked *asked, buckle_study *handle, buckle_result *result)
{
    bk_equilibrium_settings settings = bk_equilibrium_default();
    assign_answer           answer = {.ctx = asked->ctx, .results = &result->own};

    if (handle)
        return bki_ask_assign_study(asked, handle, result);
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
    const bool skims = bki_asked_flag(asked, "skims"), paths = bki_asked_flag(asked, "paths");
    settings.keep_bushes = paths;
    BK_TRY(bki_asked_end(asked));
    if (paths && settings.method != BK_ALGORITHM_B)
        return bk_fail(asked->ctx, BK_ERR_USAGE, "paths need the method algorithm-b: others know arc flows alone");
    BK_TRY(bki_road_files_read(asked->ctx, &files, asked->arena, &answer.network, &answer.demand));
    const bk_traffic_class traffic = {NULL, answer.demand};
    BK_TRY(bk_equilibrium_solve(asked->ctx, answer.network, 1, &traffic, &settings, asked->arena, &answer.out));
    BK_TRY(record_flows(&answer));
    const char *const *zones = zone_ids(&answer);
    BK_TRY(bk_arena_ok(asked->arena));
    BK_TRY(record_lost(&answer, zones));
    if (skims)
        BK_TRY(record_skims(&answer, zones));
    if (paths)
        BK_TRY(record_paths(&answer, zones));
    result->converged = answer.out.outcome == BK_CONVERGED;
    result->interrupted = answer.out.outcome == BK_CANCELLED;
    result->residual = answer.out.relative_gap;
    const bki_item items[] = {
        {"relative_gap", "", answer.out.relative_gap},    {"objective", COST_UNIT, answer.out.objective},
        {"total_cost", COST_UNIT, answer.out.total_cost}, {"total_time", COST_UNIT, answer.out.total_time},
        {"least_cost", COST_UNIT, answer.out.least_cost}, {"imbalance", "", answer.out.imbalance},
        {"iterations", "", answer.out.iterations},        {"constant_links_used", "", (double)answer.out.n_flat},
    };
    return bki_record_summary(asked, result, sizeof items / sizeof *items, items);
}
#undef X
