/* Road traffic in user or logit equilibrium, as tables: flows, what was found, lost trips, costs between zones, paths.
 */
#include "api/api.h"
#include "buckle/stochastic.h"
#include "io/road_files.h"

#include <math.h>
#include <string.h>

typedef struct assign_answer {
    bk_context             *ctx;
    const bk_road_network  *network;
    size_t                  n_classes;
    const bki_road_class   *roads;   /* [n_classes] */
    const bk_traffic_class *classes; /* [n_classes] the same, as they are solved */
    bk_equilibrium          out;
    bool                    is_logit; /* `logit` is there, and `out` its traffic */
    bk_stochastic           logit;
    bk_results             *results;
} assign_answer;

/* Whether classes have names: where there is one alone it has none, and tables do not tell of it. */
static bool
has_classes(const assign_answer *answer)
{
    return answer->roads[0].name != NULL;
}

#define COST_UNIT "unit of time x the trips' unit"

/* ---- tables -------------------------------------------------------------------------------------------------------
 */

/* `n` columns of its own, and each of `more` once for every class that has a name, as NAME_CLASS. */
static const bki_column *
columns_by_class(const assign_answer *answer, size_t n, const bki_column *own, size_t n_more, const bki_column *more,
                 size_t *n_out)
{
    bk_arena    *arena = answer->results->arena;
    const size_t n_classes = has_classes(answer) ? answer->n_classes : 0;
    bki_column  *columns = BK_NEW(arena, bki_column, n + n_more * n_classes + 1);

    *n_out = 0;
    for (size_t i = 0; columns && i < n; i++)
        columns[(*n_out)++] = own[i];
    for (size_t c = 0; columns && c < n_classes; c++)
        for (size_t i = 0; i < n_more; i++) {
            bki_column *column = &columns[(*n_out)++];
            *column = more[i];
            column->name = bk_arena_format(arena, "%s_%s", more[i].name, answer->roads[c].name);
        }
    return columns;
}

static bk_status
record_flows(const assign_answer *answer)
{
    static const bki_column own[] = {
        {"link", "", "link as the file calls it; empty where it has no ids", BK_COLUMN_TEXT},
        {"from", "", "node as the file calls it", BK_COLUMN_TEXT},
        {"to", "", "node, likewise", BK_COLUMN_TEXT},
        {"volume", "the trips' unit", "flow", BK_COLUMN_NUMBER},
        {"cost", "the network's unit of time", "time at that flow, and fixed cost", BK_COLUMN_NUMBER},
    };
    static const bki_column by_class[] = {{"volume", "the trips' unit", "flow of the class", BK_COLUMN_NUMBER}};
    const bk_road_network  *network = answer->network;
    bk_arena               *arena = answer->results->arena;
    const char            **from, **to;
    size_t                  n_columns;
    const bki_column       *columns = columns_by_class(answer, sizeof own / sizeof *own, own, 1, by_class, &n_columns);

    BK_TRY(bk_arena_ok(arena));
    bki_table *table = bki_table_create(arena, "flows", "Flow and cost of each arc, in the file's order", columns,
                                        n_columns, network->n_arcs, BK_GEOMETRY_NONE);
    BK_TRY(bki_road_ends(network, arena, &from, &to));
    BK_TRY(bk_arena_ok(arena));
    for (size_t a = 0; a < network->n_arcs; a++) {
        bki_put_text(table, network->arc_ids ? network->arc_ids[a] : NULL);
        bki_put_text(table, from[a]);
        bki_put_text(table, to[a]);
        bki_put_number(table, answer->out.flow[a]);
        bki_put_number(table, answer->out.cost[a]);
        for (size_t c = 0; has_classes(answer) && c < answer->n_classes; c++)
            bki_put_number(table, answer->out.class_flow[c * network->n_arcs + a]);
        bki_end_row(table);
    }
    return bki_table_append(answer->ctx, answer->results, table);
}

static bk_status
record_classes(const assign_answer *answer)
{
    static const bki_column columns[] = {
        {"class", "", "its name", BK_COLUMN_TEXT},
        {"trips", "the trips' unit", "of the class", BK_COLUMN_NUMBER},
        {"total_cost", COST_UNIT, "what they pay at the flows found", BK_COLUMN_NUMBER},
    };
    const size_t n_arcs = answer->network->n_arcs;
    bki_table   *table = bki_table_create(answer->results->arena, "classes", "Classes of traffic", columns, 3,
                                          answer->n_classes, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(answer->results->arena));
    for (size_t c = 0; c < answer->n_classes; c++) {
        bki_put_text(table, answer->roads[c].name);
        bki_put_number(table, bki_road_class_trips(&answer->roads[c]));
        bki_put_number(table, bki_road_class_cost(answer->network, &answer->roads[c],
                                                  answer->out.class_flow + c * n_arcs, answer->out.cost));
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
    static const bki_column columns[] = {
        {"class", "", "its name", BK_COLUMN_TEXT},
        {"origin", "", "zone as the file calls it", BK_COLUMN_TEXT},
        {"destination", "", "zone, likewise", BK_COLUMN_TEXT},
        {"volume", "the trips' unit", "trips dropped", BK_COLUMN_NUMBER},
    };
    const size_t first = has_classes(answer) ? 0 : 1;
    bki_table   *table = bki_table_create(answer->results->arena, "lost", "Trips that no path serves", columns + first,
                                          4 - first, answer->out.n_lost, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(answer->results->arena));
    for (size_t i = 0; i < answer->out.n_lost; i++) {
        const bk_lost_trip *lost = &answer->out.lost[i];
        if (first == 0)
            bki_put_text(table, answer->roads[lost->class_index].name);
        bki_put_text(table, zones[lost->origin]);
        bki_put_text(table, zones[lost->destination]);
        bki_put_number(table, lost->volume);
        bki_end_row(table);
    }
    return bki_table_append(answer->ctx, answer->results, table);
}

/* ---- costs between zones ------------------------------------------------------------------------------------------
 */

enum { QUANTITIES = 3 };

/* clang-format off */
#define SKIM_COLUMNS                                                                                                   \
    {"cost", "the network's unit of time", "least cost at the flows; empty: no path leads there", BK_COLUMN_NUMBER},   \
    {"time", "the network's unit of time", "of the least-cost path", BK_COLUMN_NUMBER},                                \
    {"distance", "the network's unit of length", "of the least-cost path", BK_COLUMN_NUMBER}
/* clang-format on */

/* Least cost of each class at the flows found; time and length of the path that has it. */
static bk_status
compute_skims(const assign_answer *answer, double *const *matrix)
{
    const bk_road_network *network = answer->network;
    bk_arena              *arena = answer->results->arena;
    double *time = BK_NEW(arena, double, network->n_arcs), *slope = BK_NEW(arena, double, network->n_arcs);
    double *cost = BK_NEW(arena, double, network->n_arcs);

    BK_TRY(bk_arena_ok(arena));
    bk_vdf_eval(&network->vdf, answer->out.flow, time, slope);
    const double *const quantities[] = {time, network->length};
    for (size_t c = 0; c < answer->n_classes; c++) {
        const double *fixed = answer->roads[c].fixed ? answer->roads[c].fixed : network->fixed;
        for (size_t a = 0; a < network->n_arcs; a++)
            cost[a] = time[a] + fixed[a];
        double *const *of_class = matrix + c * QUANTITIES;
        BK_TRY(bk_road_skim(answer->ctx, network, cost, of_class[0], QUANTITIES - 1, quantities, &of_class[1]));
    }
    return BK_OK;
}

static bk_status
record_skims(const assign_answer *answer, const char *const *zones)
{
    static const bki_column by_class[] = {SKIM_COLUMNS},
                            own[] = {
                                {"origin", "",
                                 "zone as the file calls it; rows are a matrix, destinations within origins",
                                 BK_COLUMN_TEXT},
                                {"destination", "", "zone, likewise", BK_COLUMN_TEXT},
                                SKIM_COLUMNS,
                            };
    bk_arena         *arena = answer->results->arena;
    const size_t      n = answer->network->n_zones, n_matrices = answer->n_classes * QUANTITIES;
    double          **matrix = BK_NEW(arena, double *, n_matrices);
    size_t            n_columns;
    const bki_column *columns =
        columns_by_class(answer, has_classes(answer) ? 2 : 2 + QUANTITIES, own, QUANTITIES, by_class, &n_columns);

    BK_TRY(bk_arena_ok(arena));
    for (size_t m = 0; m < n_matrices; m++)
        matrix[m] = BK_NEW(arena, double, n *n);
    bki_table *table = bki_table_create(arena, "skims", "Between all zones, on least-cost paths", columns, n_columns,
                                        n * n, BK_GEOMETRY_NONE);
    BK_TRY(bk_arena_ok(arena));
    BK_TRY(compute_skims(answer, matrix));
    for (size_t cell = 0; cell < n * n; cell++) {
        bki_put_text(table, zones[cell / n]);
        bki_put_text(table, zones[cell % n]);
        for (size_t m = 0; m < n_matrices; m++)
            bki_put_number(table, matrix[m][cell]);
        bki_end_row(table);
    }
    return bki_table_append(answer->ctx, answer->results, table);
}

/* ---- paths --------------------------------------------------------------------------------------------------------
 */

#define LEAST_SHARE 1e-6 /* of a pair's trips: less is rounding of the equilibrium */

typedef struct path_tables {
    const char *const    *zones;           /* [n_zones] ids */
    const bki_road_class *roads;           /* [n_classes] */
    size_t                n_paths, n_arcs; /* met */
    bki_table            *paths, *arcs;    /* NULL while they are counted */
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
        if (tables->roads[0].name)
            bki_put_text(tables->paths, tables->roads[path->class_index].name);
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

/* Logit has its routes in a list. */
static bk_status
put_paths(const assign_answer *answer, path_tables *tables)
{
    bk_path_totals totals;

    if (!answer->is_logit)
        return bk_equilibrium_paths(answer->ctx, answer->network, answer->n_classes, answer->classes, &answer->out,
                                    LEAST_SHARE, put_path, tables, &totals);
    for (size_t p = 0; p < answer->logit.n_paths; p++)
        BK_TRY(put_path(tables, &answer->logit.paths[p]));
    return BK_OK;
}

/* Every path in use: counted first, then put down. */
static bk_status
record_paths(const assign_answer *answer, const char *const *zones)
{
    static const bki_column path_columns[] = {
        {"class", "", "its name", BK_COLUMN_TEXT},
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
    const size_t first = has_classes(answer) ? 0 : 1;
    bk_arena    *arena = answer->results->arena;
    path_tables  tables = {.zones = zones, .roads = answer->roads};

    BK_TRY(put_paths(answer, &tables));
    tables.paths =
        bki_table_create(arena, "paths", "Paths in use", path_columns + first,
                         sizeof path_columns / sizeof *path_columns - first, tables.n_paths, BK_GEOMETRY_NONE);
    tables.arcs = bki_table_create(arena, "path_flows", "Which arcs each path takes", arc_columns, 2, tables.n_arcs,
                                   BK_GEOMETRY_NONE);
    BK_TRY(bk_arena_ok(arena));
    tables.n_paths = 0;
    BK_TRY(put_paths(answer, &tables));
    BK_TRY(bki_table_append(answer->ctx, answer->results, tables.paths));
    return bki_table_append(answer->ctx, answer->results, tables.arcs);
}

/* ---- the question -------------------------------------------------------------------------------------------------
 */

#define X(enumerator, name, prefix, summary) name " "
#define METHOD_NAMES                         BK_EQUILIBRIUM_METHOD_LIST(X) BK_STOCHASTIC_METHOD_LIST(X)

/* What is asked, for both kinds of equilibrium. */
typedef struct assign_request {
    bki_road_files files;
    const char    *classes; /* a table of them; NULL: files.trips */
    int            method;  /* a bk_equilibrium_method, and after these a bk_stochastic_method */
    double         gap;
    int            iteration_limit;
    double         dispersion;   /* 0: not given */
    int            route_rounds; /* 0: not given */
    bool           allow_unreachable, skims, paths;
} assign_request;

static bk_status
read_request(bki_asked *asked, assign_request *request)
{
    const bk_equilibrium_settings settings = bk_equilibrium_default();

    request->files.net = bki_asked_needed(asked, "net", "a file in TNTP, or a folder in GMNS");
    request->classes = bki_asked_text(asked, "classes");
    request->files.trips = request->classes
                               ? bki_asked_text(asked, "trips")
                               : bki_asked_needed(asked, "trips", "a file in TNTP, .omx or .csv; or give classes");
    request->files.matrix = bki_asked_text(asked, "matrix");
    request->files.lookup = bki_asked_text(asked, "lookup");
    request->files.use = bki_asked_text(asked, "use");
    request->files.toll_factor = bki_asked_number(asked, "toll-factor", 0.0, 1e12, -1.0);
    request->files.distance_factor = bki_asked_number(asked, "distance-factor", 0.0, 1e12, -1.0);
    request->files.demand_factor = bki_asked_number(asked, "demand-factor", 1e-12, 1e12, 1.0);
    request->gap = bki_asked_number(asked, "gap", 0.0, 1.0, settings.gap);
    request->method = bki_asked_choice(asked, "method", METHOD_NAMES, (int)settings.method);
    request->iteration_limit = (int)bki_asked_integer(asked, "iterations", 1, 1e9, (uint64_t)settings.iteration_limit);
    request->dispersion = bki_asked_number(asked, "dispersion", 1e-9, 1e9, 0.0);
    request->route_rounds = (int)bki_asked_integer(asked, "routes", 1, 200, 0);
    request->allow_unreachable = bki_asked_flag(asked, "allow-unreachable");
    request->skims = bki_asked_flag(asked, "skims");
    request->paths = bki_asked_flag(asked, "paths");
    return bki_asked_end(asked);
}
#undef X

static bool
wants_logit(const assign_request *request)
{
    return request->method >= BK_EQUILIBRIUM_METHOD_COUNT;
}

static bk_stochastic_method
logit_method(const assign_request *request)
{
    return (bk_stochastic_method)(request->method - BK_EQUILIBRIUM_METHOD_COUNT);
}

/* Options that are right each, and do not go together. */
static bk_status
judge_request(bk_context *ctx, const assign_request *request)
{
    const bool logit = wants_logit(request);

    if (request->classes && request->files.trips)
        return bk_fail(ctx, BK_ERR_USAGE, "assign: trips and classes both say whose trips: give one of them");
    if (!logit && (request->dispersion > 0.0 || request->route_rounds > 0))
        return bk_fail(ctx, BK_ERR_USAGE, "assign: dispersion and routes are for the method logit and its kin");
    if (!logit && request->paths && request->method != BK_ALGORITHM_B)
        return bk_fail(ctx, BK_ERR_USAGE, "paths need the method algorithm-b or logit: others know arc flows alone");
    if (logit && !(request->dispersion > 0.0))
        return bk_fail_hint(ctx, BK_ERR_USAGE, "for example 1: a unit of cost more divides a route's odds by e",
                            "assign: method %s needs dispersion", bk_stochastic_method_name(logit_method(request)));
    if (logit && logit_method(request) == BK_RECURSIVE_LOGIT && (request->paths || request->route_rounds > 0))
        return bk_fail_hint(ctx, BK_ERR_USAGE, "the method logit has sets of routes",
                            "recursive-logit has no list of routes, for paths or routes: there is no end of them");
    return BK_OK;
}

static bk_status
read_traffic(assign_answer *answer, const assign_request *request)
{
    bk_arena *arena = answer->results->arena;

    BK_TRY(bki_road_classes_read(answer->ctx, &request->files, request->classes, arena, &answer->network,
                                 &answer->n_classes, &answer->roads));
    bk_traffic_class *classes = BK_NEW(arena, bk_traffic_class, answer->n_classes);
    BK_TRY(bk_arena_ok(arena));
    for (size_t c = 0; c < answer->n_classes; c++)
        classes[c] = (bk_traffic_class){answer->roads[c].fixed, answer->roads[c].demand};
    answer->classes = classes;
    return BK_OK;
}

static bk_status
solve_user_equilibrium(assign_answer *answer, const assign_request *request)
{
    bk_equilibrium_settings settings = bk_equilibrium_default();

    settings.method = (bk_equilibrium_method)request->method;
    settings.gap = request->gap;
    settings.iteration_limit = request->iteration_limit;
    settings.allow_unreachable = request->allow_unreachable;
    settings.keep_bushes = request->paths;
    settings.progress = "assignment";
    return bk_equilibrium_solve(answer->ctx, answer->network, answer->n_classes, answer->classes, &settings,
                                answer->results->arena, &answer->out);
}

static bk_status
solve_logit(assign_answer *answer, const assign_request *request)
{
    bk_stochastic_settings settings = bk_stochastic_default();

    settings.method = logit_method(request);
    settings.dispersion = request->dispersion;
    settings.gap = request->gap;
    settings.iteration_limit = request->iteration_limit;
    if (request->route_rounds > 0)
        settings.route_rounds = request->route_rounds;
    settings.allow_unreachable = request->allow_unreachable;
    settings.keep_paths = request->paths;
    settings.progress = "assignment";
    BK_TRY(bk_stochastic_solve(answer->ctx, answer->network, answer->n_classes, answer->classes, &settings,
                               answer->results->arena, &answer->logit));
    answer->is_logit = true;
    answer->out = answer->logit.traffic;
    return BK_OK;
}

static bk_status
record_found(bki_asked *asked, const assign_answer *answer, const assign_request *request, buckle_result *result)
{
    const bk_equilibrium *out = &answer->out;
    const bk_stochastic  *logit = &answer->logit;
    const bki_item        common[] = {
               {"relative_gap", "", out->relative_gap},    {"objective", COST_UNIT, out->objective},
               {"total_cost", COST_UNIT, out->total_cost}, {"total_time", COST_UNIT, out->total_time},
               {"least_cost", COST_UNIT, out->least_cost}, {"imbalance", "", out->imbalance},
               {"iterations", "", out->iterations},
    };
    const bki_item of_logit[] = {
        {"dispersion", "per unit of time", request->dispersion},
        {"residual", "", logit->residual},
        {"beckmann", COST_UNIT, logit->beckmann},
        {"entropy", "the trips' unit", logit->entropy},
        {"routes", "", logit_method(request) == BK_LOGIT ? (double)logit->n_routes : (double)NAN},
    };
    const bki_item of_users[] = {{"constant_links_used", "", (double)out->n_flat}};
    const size_t   n_common = sizeof common / sizeof *common;
    const size_t   n_more = answer->is_logit ? sizeof of_logit / sizeof *of_logit : 1;
    bki_item      *items = BK_NEW(asked->arena, bki_item, n_common + n_more);

    BK_TRY(bk_arena_ok(asked->arena));
    memcpy(items, common, sizeof common);
    memcpy(items + n_common, answer->is_logit ? of_logit : of_users, n_more * sizeof *items);
    return bki_record_summary(asked, result, n_common + n_more, items);
}

bk_status
bki_ask_assign(bki_asked *asked, buckle_study *handle, buckle_result *result)
{
    assign_answer  answer = {.ctx = asked->ctx, .results = &result->own};
    assign_request request = {0};

    if (handle)
        return bki_ask_assign_study(asked, handle, result);
    BK_TRY(read_request(asked, &request));
    BK_TRY(judge_request(asked->ctx, &request));
    BK_TRY(read_traffic(&answer, &request));
    BK_TRY(wants_logit(&request) ? solve_logit(&answer, &request) : solve_user_equilibrium(&answer, &request));
    BK_TRY(record_flows(&answer));
    if (has_classes(&answer))
        BK_TRY(record_classes(&answer));
    const char *const *zones = zone_ids(&answer);
    BK_TRY(bk_arena_ok(asked->arena));
    BK_TRY(record_lost(&answer, zones));
    if (request.skims)
        BK_TRY(record_skims(&answer, zones));
    if (request.paths)
        BK_TRY(record_paths(&answer, zones));
    result->converged = answer.out.outcome == BK_CONVERGED;
    result->interrupted = answer.out.outcome == BK_CANCELLED;
    result->residual = answer.out.relative_gap;
    return record_found(asked, &answer, &request, result);
}
