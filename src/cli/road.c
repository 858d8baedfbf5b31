/* --net and --trips: what assign and its kin read. */
#include "cli/road.h"

static bki_road_files
files_of(bki_session *session)
{
    return (bki_road_files){.net = bki_option_text(session, "net"),
                            .trips = bki_option_text(session, "trips"),
                            .matrix = bki_option_text(session, "matrix"),
                            .lookup = bki_option_text(session, "lookup"),
                            .use = bki_option_text(session, "use"),
                            .toll_factor = bki_option_number(session, "toll-factor", -1.0),
                            .distance_factor = bki_option_number(session, "distance-factor", -1.0),
                            .demand_factor = bki_option_number(session, "demand-factor", 1.0)};
}

static bk_status
fail_missing(bki_session *session, const char *option)
{
    return bk_fail_hint(session->ctx, BK_ERR_USAGE,
                        bk_arena_format(&session->arena, "for example: %s", session->verb->example), "%s is missing",
                        option);
}

bk_status
bki_road_read(bki_session *session, const bk_road_network **network, const bk_road_demand **demand)
{
    const bki_road_files files = files_of(session);

    if (files.net == NULL || files.trips == NULL)
        return fail_missing(session, files.net == NULL ? "--net" : "--trips");
    return bki_road_files_read(session->ctx, &files, &session->arena, network, demand);
}

bk_status
bki_road_read_classes(bki_session *session, const bk_road_network **network, size_t *n_out,
                      const bki_road_class **classes)
{
    const bki_road_files files = files_of(session);
    const char          *table = bki_option_text(session, "classes");

    if (files.net == NULL || (files.trips == NULL && table == NULL))
        return fail_missing(session, files.net == NULL ? "--net" : "--trips");
    if (files.trips != NULL && table != NULL)
        return bk_fail(session->ctx, BK_ERR_USAGE, "--trips and --classes both say whose trips: give one of them");
    return bki_road_classes_read(session->ctx, &files, table, &session->arena, network, n_out, classes);
}
