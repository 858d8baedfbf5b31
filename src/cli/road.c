/* --net and --trips: what assign and its kin read. */
#include "cli/road.h"

bk_status
bki_road_read(bki_session *session, const bk_road_network **network, const bk_road_demand **demand)
{
    const bki_road_files files = {.net = bki_option_text(session, "net"),
                                  .trips = bki_option_text(session, "trips"),
                                  .matrix = bki_option_text(session, "matrix"),
                                  .lookup = bki_option_text(session, "lookup"),
                                  .use = bki_option_text(session, "use"),
                                  .toll_factor = bki_option_number(session, "toll-factor", -1.0),
                                  .distance_factor = bki_option_number(session, "distance-factor", -1.0),
                                  .demand_factor = bki_option_number(session, "demand-factor", 1.0)};

    if (files.net == NULL || files.trips == NULL)
        return bk_fail_hint(session->ctx, BK_ERR_USAGE,
                            bk_arena_format(&session->arena, "for example: %s", session->verb->example),
                            "%s is missing", files.net == NULL ? "--net" : "--trips");
    return bki_road_files_read(session->ctx, &files, &session->arena, network, demand);
}
