/* Alternatives between two places of the base year's network. */
#include "study/lookup.h"
#include "buckle/study.h"

static bk_status
read_query(bk_context *ctx, const bk_model *model, const bk_route_query *query, bk_arena *arena, bk_routes *out)
{
    bk_status first = bki_place_get(ctx, model, query->from, "--from", arena, &out->from);
    bk_status next = bki_place_get(ctx, model, query->to, "--to", arena, &out->to);

    if (first == BK_OK)
        first = next;
    if (query->sector) {
        next = bki_sector_get(ctx, model, query->sector, arena, &out->sector);
        if (first == BK_OK)
            first = next;
    } else {
        out->sector = bki_dearest_sector(model);
    }
    BK_TRY(first);
    if (out->from == out->to)
        return bk_fail(ctx, BK_ERR_USAGE, "the journey begins and ends at %s", model->network.nodes[out->from].name);
    out->usd_per_tonne_hour = query->usd_per_tonne_hour >= 0.0
                                  ? query->usd_per_tonne_hour
                                  : bki_value_of_time(model, out->sector, out->from, out->to);
    return BK_OK;
}

static bk_status
waits(const bk_joint_base *base, const bk_routes *routes, bk_arena *arena, const double **out)
{
    const bk_joint_solution *solution = base ? bk_joint_base_solution(base) : NULL;
    double                  *hours = BK_NEW(arena, double, routes->n + 1);

    BK_TRY(bk_arena_ok(arena));
    for (size_t r = 0; solution && r < routes->n; r++)
        for (size_t i = 0; i < routes->alternatives[r].n_arcs; i++) {
            const uint32_t facility = routes->graph->facility[routes->alternatives[r].arcs[i]];
            if (facility != BK_NONE)
                hours[r] += solution->queue_hours[facility];
        }
    *out = hours;
    return BK_OK;
}

bk_status
bk_study_routes(bk_context *ctx, const bk_study *study, const bk_joint_base *base, const bk_route_query *query,
                bk_arena *arena, bk_routes *out)
{
    const bk_model     *model = study->model;
    const bk_arc_costs *costs = base ? bk_joint_arc_costs(base) : NULL;

    if (!model->has_network)
        return bk_fail_hint(ctx, BK_ERR_INCONSISTENT, "add network/, or look at `buckle trade`",
                            "%s has no network, so there are no routes", study->folder);
    *out = (bk_routes){.graph = base ? bk_joint_graph(base) : NULL};
    BK_TRY(read_query(ctx, model, query, arena, out));
    if (!base) {
        BK_TRY(bk_graph_build(ctx, model, arena, &out->graph));
        BK_TRY(bk_arc_costs_build(ctx, model, out->graph, arena, &costs));
    }
    if (!query->constants)
        BK_TRY(bki_without_constants(costs, arena, &costs));
    BK_TRY(bk_alternatives(ctx, model, out->graph, costs, base ? bk_joint_base_solution(base)->price : NULL, out->from,
                           out->to, out->sector, out->usd_per_tonne_hour, query->k, query->distinct, arena, &out->n,
                           &out->alternatives));
    return waits(base, out, arena, &out->queue_hours);
}
