/* Which format a file of road traffic is in, and reading it. */
#include "io/road_files.h"
#include "buckle/gmns.h"
#include "buckle/omx.h"
#include "buckle/tntp.h"

#include <math.h>
#include <string.h>
#include <sys/stat.h>

static bool
ends_with(const char *text, const char *end)
{
    const size_t n = strlen(text), m = strlen(end);

    return n >= m && strcmp(text + n - m, end) == 0;
}

static bool
is_folder(const char *path)
{
    struct stat about;

    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

bk_status
bki_road_network_read(bk_context *ctx, const bki_road_files *files, bk_arena *arena, const bk_road_network **network)
{
    if (is_folder(files->net) || ends_with(files->net, ".csv")) {
        const bk_gmns_options options = {fmax(files->toll_factor, 0.0), fmax(files->distance_factor, 0.0), files->use};
        return bk_gmns_network_read(ctx, files->net, &options, arena, network);
    }
    if (files->use != NULL)
        return bk_fail(ctx, BK_ERR_USAGE, "--use is for GMNS: TNTP does not say who may use a link");
    return bk_tntp_network_read(ctx, files->net, files->toll_factor < 0.0 ? NULL : &files->toll_factor,
                                files->distance_factor < 0.0 ? NULL : &files->distance_factor, arena, network);
}

bk_status
bki_road_trips_read(bk_context *ctx, const bki_road_files *files, const bk_road_network *network, bk_arena *arena,
                    const bk_road_demand **demand)
{
    const char  *path = files->trips;
    const double scale = files->demand_factor;

    if (ends_with(path, ".omx"))
        return bk_omx_demand_read(ctx, path, files->matrix, files->lookup, network, scale, arena, demand);
    if (files->matrix != NULL || files->lookup != NULL)
        return bk_fail(ctx, BK_ERR_USAGE, "--matrix and --lookup are for trips in an .omx file");
    if (ends_with(path, ".csv"))
        return bk_trips_csv_read(ctx, path, network, scale, arena, demand);
    if (network->zone_ids != NULL)
        return bk_fail_hint(ctx, BK_ERR_USAGE, "trips for GMNS: an OMX matrix (.omx) or CSV (.csv)",
                            "trips in TNTP go with a network in TNTP");
    return bk_tntp_demand_read(ctx, path, network, scale, arena, demand);
}

bk_status
bki_road_files_read(bk_context *ctx, const bki_road_files *files, bk_arena *arena, const bk_road_network **network,
                    const bk_road_demand **demand)
{
    BK_TRY(bki_road_network_read(ctx, files, arena, network));
    return bki_road_trips_read(ctx, files, *network, arena, demand);
}

bk_status
bki_road_ends(const bk_road_network *network, bk_arena *arena, const char ***from, const char ***to)
{
    const char **ids = BK_NEW(arena, const char *, network->n_nodes);
    char         text[BK_ROAD_ID_SIZE];

    *from = BK_NEW(arena, const char *, network->n_arcs);
    *to = BK_NEW(arena, const char *, network->n_arcs);
    BK_TRY(bk_arena_ok(arena));
    for (size_t n = 0; n < network->n_nodes; n++) {
        const char *id = bk_road_node_id(network, n, text);
        ids[n] = network->node_ids != NULL ? id : bk_arena_text(arena, id, strlen(id));
    }
    BK_TRY(bk_arena_ok(arena));
    for (size_t a = 0; a < network->n_arcs; a++) {
        (*from)[a] = ids[network->from[a]];
        (*to)[a] = ids[network->to[a]];
    }
    return BK_OK;
}
