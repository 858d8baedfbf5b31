/* buckle assign: the files of --flows, --skims and --paths. */
#include "buckle/omx.h"
#include "cli/assign.h"
#include "cli/road.h"
#include "io/csv_stream.h"

#include <string.h>

#define LEAST_SHARE 1e-6 /* of a pair's trips: less is rounding of the equilibrium */

/* ---- flows ------------------------------------------------------------------------------------------------------ */

/* from, to, volume, cost of each arc, in the order of the network's file, and the link's id where the file has ids. */
static bk_status
write_flows(const bki_assign *answer, const char *path)
{
    bki_session           *session = answer->session;
    const bk_road_network *network = answer->network;
    const char           **from, **to;

    BK_TRY(bki_road_ends(network, &session->arena, &from, &to));
    const bk_column columns[] = {
        {.name = "from", .unit = "", .meaning = "node", .kind = BK_COLUMN_TEXT, .text = from},
        {.name = "to", .unit = "", .meaning = "node", .kind = BK_COLUMN_TEXT, .text = to},
        {.name = "volume", .unit = "", .meaning = "flow", .kind = BK_COLUMN_NUMBER, .number = answer->out.flow},
        {.name = "cost",
         .unit = "",
         .meaning = "time and fixed cost",
         .kind = BK_COLUMN_NUMBER,
         .number = answer->out.cost},
        {.name = "link_id", .unit = "", .meaning = "link", .kind = BK_COLUMN_TEXT, .text = network->arc_ids},
    };
    const bk_table table = {.name = "flows",
                            .title = "Flow and cost of each arc",
                            .n_rows = network->n_arcs,
                            .n_columns = network->arc_ids != NULL ? 5 : 4,
                            .columns = columns};
    return bk_csv_write(session->ctx, &table, path);
}

/* ---- skims ------------------------------------------------------------------------------------------------------ */

static const char *const *
zone_ids(const bk_road_network *network, bk_arena *arena)
{
    char         text[BK_ROAD_ID_SIZE];
    const char **ids = BK_NEW(arena, const char *, network->n_zones);

    for (size_t z = 0; ids != NULL && z < network->n_zones; z++) {
        const char *id = bk_road_zone_id(network, z, text);
        ids[z] = bk_arena_text(arena, id, strlen(id));
    }
    return ids;
}

/* Least cost at the flows found; time and distance of the path that has it. */
static bk_status
write_skims(const bki_assign *answer, const char *path)
{
    bki_session           *session = answer->session;
    const bk_road_network *network = answer->network;
    const size_t           n = network->n_zones;
    double                *time = BK_NEW(&session->arena, double, network->n_arcs),
           *slope = BK_NEW(&session->arena, double, network->n_arcs);
    double *const      matrix[] = {BK_NEW(&session->arena, double, n *n), BK_NEW(&session->arena, double, n *n),
                                   BK_NEW(&session->arena, double, n *n)};
    const char *const *ids = zone_ids(network, &session->arena);

    BK_TRY(bk_arena_ok(&session->arena));
    bk_vdf_eval(&network->vdf, answer->out.flow, time, slope);
    const double *const quantities[] = {time, network->length};
    BK_TRY(bk_road_skim(session->ctx, network, answer->out.cost, matrix[0], 2, quantities, &matrix[1]));
    const bk_omx_matrix matrices[] = {
        {"cost", "least generalised cost, unit of time; -1: no path leads there", matrix[0]},
        {"time", "time of the least-cost path; -1: no path leads there", matrix[1]},
        {"distance", "length of the least-cost path; -1: no path leads there", matrix[2]},
    };
    return bk_omx_write(session->ctx, path, n, 3, matrices, "zone_id", ids);
}

/* ---- paths ------------------------------------------------------------------------------------------------------ */

typedef struct path_file {
    const bk_road_network *network;
    const char           **from, **to; /* [n_arcs] ids */
    bki_csv_stream         stream;
    bki_text               text; /* of one cell */
} path_file;

static bk_status
put_list(path_file *file, const bk_used_path *path, bool nodes)
{
    char id[BK_ROAD_ID_SIZE];

    file->text.length = 0;
    if (nodes)
        bki_text_add(&file->text, file->from[path->arcs[0]]);
    for (size_t i = 0; i < path->n_arcs; i++) {
        if (nodes || i > 0)
            bki_text_add(&file->text, " ");
        bki_text_add(&file->text, nodes ? file->to[path->arcs[i]] : bk_road_arc_id(file->network, path->arcs[i], id));
    }
    if (file->text.has_failed)
        return bk_arena_ok(file->text.arena);
    bki_csv_stream_text(&file->stream, file->text.bytes);
    return BK_OK;
}

static bk_status
put_path(void *state, const bk_used_path *path)
{
    path_file *file = state;
    char       id[BK_ROAD_ID_SIZE];

    bki_csv_stream_text(&file->stream, bk_road_zone_id(file->network, path->origin, id));
    bki_csv_stream_text(&file->stream, bk_road_zone_id(file->network, path->destination, id));
    bki_csv_stream_number(&file->stream, path->volume);
    bki_csv_stream_number(&file->stream, path->share);
    bki_csv_stream_number(&file->stream, path->cost);
    BK_TRY(put_list(file, path, true));
    BK_TRY(put_list(file, path, false));
    return bki_csv_stream_end_row(&file->stream);
}

/* Logit has its routes in a list. */
static bk_status
put_routes(bki_assign *answer, path_file *file)
{
    const bk_stochastic *logit = &answer->logit;

    for (size_t p = 0; p < logit->n_paths; p++) {
        const bk_used_path *path = &logit->paths[p], *before = p > 0 ? path - 1 : NULL;
        BK_TRY(put_path(file, path));
        answer->paths.n_paths++;
        answer->paths.n_pairs +=
            before == NULL || before->origin != path->origin || before->destination != path->destination;
    }
    return BK_OK;
}

static bk_status
put_all(bki_assign *answer, path_file *file)
{
    const bk_traffic_class traffic = {NULL, answer->demand};

    if (answer->is_logit)
        return put_routes(answer, file);
    return bk_equilibrium_paths(answer->session->ctx, answer->network, 1, &traffic, &answer->out, LEAST_SHARE, put_path,
                                file, &answer->paths);
}

static bk_status
write_paths(bki_assign *answer, const char *path)
{
    bki_session *session = answer->session;
    path_file    file = {.network = answer->network, .text = {.arena = &session->arena}};

    BK_TRY(bki_road_ends(answer->network, &session->arena, &file.from, &file.to));
    BK_TRY(bki_csv_stream_begin(session->ctx, &session->arena, path, "origin,destination,volume,share,cost,nodes,links",
                                &file.stream));
    const bk_status status = put_all(answer, &file);
    if (status == BK_OK)
        return bki_csv_stream_end(&file.stream);
    bki_csv_stream_abandon(&file.stream);
    return status;
}

/* ---- all -------------------------------------------------------------------------------------------------------- */

bk_status
bki_assign_write(bki_assign *answer)
{
    const char *flows = bki_option_text(answer->session, "flows"), *skims = bki_option_text(answer->session, "skims");
    const char *paths = bki_option_text(answer->session, "paths");

    answer->session->writing = true;
    if (flows != NULL)
        BK_TRY(write_flows(answer, flows));
    if (skims != NULL)
        BK_TRY(write_skims(answer, skims));
    return paths != NULL ? write_paths(answer, paths) : BK_OK;
}
