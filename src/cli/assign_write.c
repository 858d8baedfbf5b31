/* buckle assign: the files of --flows and --paths. */
#include "cli/assign.h"
#include "io/csv_stream.h"

#include <string.h>

#define LEAST_SHARE 1e-6 /* of a pair's trips: less is rounding of the equilibrium */

/* ---- flows ------------------------------------------------------------------------------------------------------ */

enum { MOST_COMMON = 5 };

/* from, to, volume, cost of each arc, in the order of the network's file, the link's id where the file has ids, and the
 * volume of each class where classes have names. */
static bk_status
write_flows(const bki_assign *answer, const char *path)
{
    bki_session           *session = answer->session;
    const bk_road_network *network = answer->network;
    const size_t           n_common = network->arc_ids != NULL ? MOST_COMMON : MOST_COMMON - 1;
    const size_t           n_named = answer->roads[0].name != NULL ? answer->n_classes : 0;
    bk_column             *columns = BK_NEW(&session->arena, bk_column, n_common + n_named);
    const char           **from, **to;

    BK_TRY(bki_road_ends(network, &session->arena, &from, &to));
    BK_TRY(bk_arena_ok(&session->arena));
    const bk_column common[MOST_COMMON] = {
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
    memcpy(columns, common, n_common * sizeof *columns);
    for (size_t c = 0; c < n_named; c++)
        columns[n_common + c] =
            (bk_column){.name = bk_arena_format(&session->arena, "volume_%s", answer->roads[c].name),
                        .unit = "",
                        .meaning = "flow of the class",
                        .kind = BK_COLUMN_NUMBER,
                        .number = answer->out.class_flow + c * network->n_arcs};
    BK_TRY(bk_arena_ok(&session->arena));
    const bk_table table = {.name = "flows",
                            .title = "Flow and cost of each arc",
                            .n_rows = network->n_arcs,
                            .n_columns = n_common + n_named,
                            .columns = columns};
    return bk_csv_write(session->ctx, &table, path);
}

/* ---- paths ------------------------------------------------------------------------------------------------------ */

typedef struct path_file {
    const bk_road_network *network;
    const bki_road_class  *roads;      /* [n_classes] */
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

    if (file->roads[path->class_index].name != NULL)
        bki_csv_stream_text(&file->stream, file->roads[path->class_index].name);
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
        answer->paths.n_pairs += before == NULL || before->class_index != path->class_index ||
                                 before->origin != path->origin || before->destination != path->destination;
    }
    return BK_OK;
}

static bk_status
put_all(bki_assign *answer, path_file *file)
{
    if (answer->is_logit)
        return put_routes(answer, file);
    return bk_equilibrium_paths(answer->session->ctx, answer->network, answer->n_classes, answer->classes, &answer->out,
                                LEAST_SHARE, put_path, file, &answer->paths);
}

static bk_status
write_paths(bki_assign *answer, const char *path)
{
    bki_session *session = answer->session;
    path_file    file = {.network = answer->network, .roads = answer->roads, .text = {.arena = &session->arena}};

    BK_TRY(bki_road_ends(answer->network, &session->arena, &file.from, &file.to));
    BK_TRY(bki_csv_stream_begin(session->ctx, &session->arena, path,
                                answer->roads[0].name != NULL ? "class,origin,destination,volume,share,cost,nodes,links"
                                                              : "origin,destination,volume,share,cost,nodes,links",
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
    const char *paths = bki_option_text(answer->session, "paths"), *gmns = bki_option_text(answer->session, "gmns");

    answer->session->writing = true;
    if (flows != NULL)
        BK_TRY(write_flows(answer, flows));
    if (skims != NULL)
        BK_TRY(bki_assign_write_skims(answer, skims));
    if (gmns != NULL)
        BK_TRY(bki_assign_write_gmns(answer, gmns));
    return paths != NULL ? write_paths(answer, paths) : BK_OK;
}
