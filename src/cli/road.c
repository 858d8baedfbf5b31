/* --net and --trips: which format a file is in, and reading it. */
#include "cli/road.h"
#include "buckle/gmns.h"
#include "buckle/omx.h"
#include "buckle/tntp.h"

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

static bk_status
read_network(bki_session *session, const char *path, const bk_road_network **network)
{
    const bool   has_toll = bki_option_given(session, "toll-factor");
    const bool   has_distance = bki_option_given(session, "distance-factor");
    const double toll = bki_option_number(session, "toll-factor", 0.0);
    const double distance = bki_option_number(session, "distance-factor", 0.0);

    if (is_folder(path) || ends_with(path, ".csv")) {
        const bk_gmns_options options = {toll, distance, bki_option_text(session, "use")};
        return bk_gmns_network_read(session->ctx, path, &options, &session->arena, network);
    }
    if (bki_option_given(session, "use"))
        return bk_fail(session->ctx, BK_ERR_USAGE, "--use is for GMNS: TNTP does not say who may use a link");
    return bk_tntp_network_read(session->ctx, path, has_toll ? &toll : NULL, has_distance ? &distance : NULL,
                                &session->arena, network);
}

static bk_status
read_trips(bki_session *session, const char *path, const bk_road_network *network, const bk_road_demand **demand)
{
    const double scale = bki_option_number(session, "demand-factor", 1.0);
    const char  *matrix = bki_option_text(session, "matrix"), *lookup = bki_option_text(session, "lookup");

    if (ends_with(path, ".omx"))
        return bk_omx_demand_read(session->ctx, path, matrix, lookup, network, scale, &session->arena, demand);
    if (matrix != NULL || lookup != NULL)
        return bk_fail(session->ctx, BK_ERR_USAGE, "--matrix and --lookup are for trips in an .omx file");
    if (ends_with(path, ".csv"))
        return bk_trips_csv_read(session->ctx, path, network, scale, &session->arena, demand);
    if (network->zone_ids != NULL)
        return bk_fail_hint(session->ctx, BK_ERR_USAGE, "trips for GMNS: an OMX matrix (.omx) or CSV (.csv)",
                            "trips in TNTP go with a network in TNTP");
    return bk_tntp_demand_read(session->ctx, path, network, scale, &session->arena, demand);
}

bk_status
bki_road_read(bki_session *session, const bk_road_network **network, const bk_road_demand **demand)
{
    const char *net = bki_option_text(session, "net"), *trips = bki_option_text(session, "trips");

    if (net == NULL || trips == NULL)
        return bk_fail_hint(session->ctx, BK_ERR_USAGE,
                            bk_arena_format(&session->arena, "for example: %s", session->verb->example),
                            "%s is missing", net == NULL ? "--net" : "--trips");
    BK_TRY(read_network(session, net, network));
    return read_trips(session, trips, *network, demand);
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
