/* buckle assign: least costs between zones (--skims), and the network with its traffic (--gmns). */
#include "buckle/gmns.h"
#include "buckle/omx.h"
#include "cli/assign.h"

#include <string.h>

/* ---- costs of arcs ---------------------------------------------------------------------------------------------- */

/* At the flows found, [n_arcs]; NULL if memory is short. */
static const double *
times_of(const bki_assign *answer)
{
    bk_arena    *arena = &answer->session->arena;
    const size_t n = answer->network->n_arcs;
    double      *time = BK_NEW(arena, double, n), *slope = BK_NEW(arena, double, n);

    if (time == NULL || slope == NULL)
        return NULL;
    bk_vdf_eval(&answer->network->vdf, answer->out.flow, time, slope);
    return time;
}

/* What arcs cost each class, [n_classes][n_arcs]; INFINITY: closed to it; NULL if memory is short. */
static const double *
costs_of(const bki_assign *answer, const double *time)
{
    const size_t n = answer->network->n_arcs;
    double      *cost = BK_NEW(&answer->session->arena, double, answer->n_classes *n);

    for (size_t c = 0; cost != NULL && time != NULL && c < answer->n_classes; c++) {
        const double *fixed = answer->roads[c].fixed != NULL ? answer->roads[c].fixed : answer->network->fixed;
        for (size_t a = 0; a < n; a++)
            cost[c * n + a] = time[a] + fixed[a];
    }
    return cost;
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

enum { QUANTITIES = 3 };

/* The matrices of one class: least cost at the flows found; time and distance of the path that has it. */
static bk_status
skim_class(const bki_assign *answer, const char *name, const double *cost, const double *time, bk_omx_matrix *out)
{
    static const char *const kinds[QUANTITIES][2] = {
        {"cost", "least generalised cost, unit of time; -1: no path leads there"},
        {"time", "time of the least-cost path; -1: no path leads there"},
        {"distance", "length of the least-cost path; -1: no path leads there"}};
    bk_arena           *arena = &answer->session->arena;
    const size_t        n = answer->network->n_zones;
    double             *matrix[QUANTITIES];
    const double *const quantities[] = {time, answer->network->length};

    for (size_t q = 0; q < QUANTITIES; q++) {
        matrix[q] = BK_NEW(arena, double, n *n);
        out[q] = (bk_omx_matrix){name != NULL ? bk_arena_format(arena, "%s_%s", kinds[q][0], name) : kinds[q][0],
                                 kinds[q][1], matrix[q]};
    }
    BK_TRY(bk_arena_ok(arena));
    return bk_road_skim(answer->session->ctx, answer->network, cost, matrix[0], QUANTITIES - 1, quantities, &matrix[1]);
}

bk_status
bki_assign_write_skims(const bki_assign *answer, const char *path)
{
    bk_arena          *arena = &answer->session->arena;
    const size_t       n_matrices = QUANTITIES * answer->n_classes;
    const double      *time = times_of(answer), *cost = costs_of(answer, time);
    const char *const *ids = zone_ids(answer->network, arena);
    bk_omx_matrix     *matrices = BK_NEW(arena, bk_omx_matrix, n_matrices);

    BK_TRY(bk_arena_ok(arena));
    for (size_t c = 0; c < answer->n_classes; c++)
        BK_TRY(skim_class(answer, answer->roads[c].name, cost + c * answer->network->n_arcs, time,
                          matrices + QUANTITIES * c));
    return bk_omx_write(answer->session->ctx, path, answer->network->n_zones, n_matrices, matrices, "zone_id", ids);
}

/* ---- GMNS ------------------------------------------------------------------------------------------------------- */

bk_status
bki_assign_write_gmns(const bki_assign *answer, const char *folder)
{
    bk_arena       *arena = &answer->session->arena;
    bk_gmns_volumes volumes = {.flow = answer->out.flow, .time = times_of(answer)};
    const char    **names = BK_NEW(arena, const char *, answer->n_classes);

    if (answer->roads[0].name != NULL) {
        volumes.n_classes = answer->n_classes;
        volumes.class_names = names;
        volumes.class_flow = answer->out.class_flow;
        volumes.class_cost = costs_of(answer, volumes.time);
    }
    BK_TRY(bk_arena_ok(arena));
    for (size_t c = 0; c < answer->n_classes; c++)
        names[c] = answer->roads[c].name;
    return bk_gmns_road_write(answer->session->ctx, folder, answer->network, &volumes);
}
