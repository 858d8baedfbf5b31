/* Bushes kept from one problem to start a neighbouring one. */
#include "assignment/ue_bush.h"

#include <math.h>
#include <string.h>

bk_status
bki_bush_keep(bk_arena *arena, const bki_bush *bush, bki_bush *out)
{
    *out = (bki_bush){
        .n_arcs = bush->n_arcs,
        .n_merge_arcs = bush->n_merge_arcs,
        .arcs = BK_NEW(arena, uint32_t, bush->n_arcs),
        .merge_flow = BK_NEW(arena, double, bush->n_merge_arcs),
    };
    BK_TRY(bk_arena_ok(arena));
    memcpy(out->arcs, bush->arcs, bush->n_arcs * sizeof *out->arcs);
    if (bush->n_merge_arcs > 0)
        memcpy(out->merge_flow, bush->merge_flow, bush->n_merge_arcs * sizeof *out->merge_flow);
    return BK_OK;
}

bk_status
bki_bushes_check(bk_context *ctx, const bk_bushes *bushes, const bki_ue_problem *problem)
{
    const bk_graph *graph = problem->graph;

    if (bushes->n_vertices != graph->n_vertices || bushes->n_arcs != graph->n_arcs ||
        bushes->n_classes != problem->n_classes)
        return bk_fail(
            ctx, BK_ERR_USAGE,
            "routes of a network of %zu vertices, %zu arcs and %zu classes cannot start one of %zu, %zu and %zu",
            bushes->n_vertices, bushes->n_arcs, bushes->n_classes, graph->n_vertices, graph->n_arcs,
            problem->n_classes);
    return BK_OK;
}

const bki_bush *
bki_bushes_find(const bk_bushes *bushes, const bki_ue_origin *origin)
{
    size_t low = 0, high = bushes->n_bushes;

    while (low < high) {
        const size_t         middle = low + (high - low) / 2;
        const bki_ue_origin *kept = &bushes->origins[middle];
        if (kept->class_index < origin->class_index ||
            (kept->class_index == origin->class_index && kept->zone < origin->zone))
            low = middle + 1;
        else
            high = middle;
    }
    return low < bushes->n_bushes && bushes->origins[low].class_index == origin->class_index &&
                   bushes->origins[low].zone == origin->zone
               ? &bushes->bushes[low]
               : NULL;
}

/* Lists the open ones of the arcs first ... last into one vertex, whose kept flows are at `flow`; returns how many
 * flows are listed. */
static uint32_t
list_open_of_vertex(const bki_ue_arcs *arcs, const bki_bush *bush, uint32_t first, uint32_t last, const double *flow,
                    bki_bush_work *work, double *new_flow)
{
    const uint32_t begin = work->n_new_arcs;
    uint32_t       n = begin;

    for (uint32_t k = first; k <= last; k++) {
        const uint32_t arc = BKI_ARC(bush->arcs[k]);
        if (isinf(arcs->now[arc].base))
            continue;
        if (last > first)
            new_flow[n - begin] = flow[k - first];
        work->new_arcs[n++] = arc | BKI_MORE;
    }
    if (n > begin)
        work->new_arcs[n - 1] &= ~BKI_MORE;
    work->n_new_arcs = n;
    return n - begin > 1 ? n - begin : 0;
}

bool
bki_bush_list_open(const bki_ue_arcs *arcs, const bki_ue_origin *origin, const bki_bush *bush, bki_bush_work *work)
{
    const bk_graph *graph = arcs->problem->graph;
    uint32_t        n_flows = 0, n_kept = 0;

    work->n_new_arcs = 0;
    for (uint32_t first = 0, last; first < bush->n_arcs; first = last + 1) {
        for (last = first; bush->arcs[last] & BKI_MORE; last++)
            ;
        n_flows +=
            list_open_of_vertex(arcs, bush, first, last, bush->merge_flow + n_kept, work, work->new_flow + n_flows);
        n_kept += last > first ? last - first + 1 : 0;
    }
    memset(work->marked, 0, graph->n_vertices);
    work->marked[origin->root] = 1;
    for (uint32_t k = 0; k < work->n_new_arcs; k++) {
        const uint32_t arc = BKI_ARC(work->new_arcs[k]);
        if (!work->marked[graph->tail[arc]])
            return false;
        work->marked[graph->head[arc]] = 1;
    }
    for (size_t a = 0; a < graph->n_arcs; a++)
        if (work->marked[graph->tail[a]] && !work->marked[graph->head[a]] && !isinf(arcs->now[a].base))
            return false;
    return true;
}
