/* Bushes kept from one problem to start a neighbouring one. */
#include "assignment/ue_bush.h"

#include <math.h>
#include <string.h>

bk_status
bki_bush_grow(bk_arena *arena, bki_bush *bush, uint32_t arcs_wanted, uint32_t merges_wanted)
{
    if (arcs_wanted > bush->arc_capacity) {
        const uint32_t capacity = arcs_wanted + arcs_wanted / 4;
        uint32_t      *grown = BK_NEW(arena, uint32_t, capacity);
        BK_TRY(bk_arena_ok(arena));
        if (bush->n_arcs > 0)
            memcpy(grown, bush->arcs, bush->n_arcs * sizeof *grown);
        bush->arcs = grown;
        bush->arc_capacity = capacity;
    }
    if (merges_wanted > bush->merge_capacity) {
        const uint32_t capacity = merges_wanted + merges_wanted / 4 + 16;
        double        *grown = BK_NEW(arena, double, capacity);
        BK_TRY(bk_arena_ok(arena));
        if (bush->n_merge_arcs > 0)
            memcpy(grown, bush->merge_flow, bush->n_merge_arcs * sizeof *grown);
        bush->merge_flow = grown;
        bush->merge_capacity = capacity;
    }
    return BK_OK;
}

bk_status
bki_bush_copy(bk_arena *arena, const bki_bush *bush, bki_bush *out)
{
    BK_TRY(bki_bush_grow(arena, out, bush->n_arcs, bush->n_merge_arcs));
    memcpy(out->arcs, bush->arcs, bush->n_arcs * sizeof *out->arcs);
    if (bush->n_merge_arcs > 0)
        memcpy(out->merge_flow, bush->merge_flow, bush->n_merge_arcs * sizeof *out->merge_flow);
    out->n_arcs = bush->n_arcs;
    out->n_merge_arcs = bush->n_merge_arcs;
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

/* Writes the open ones of the arcs first ... last into one vertex; kept flows move along. */
static void
keep_open(const bki_ue_arcs *arcs, bki_bush *bush, uint32_t first, uint32_t last, uint32_t *kept)
{
    const uint32_t begin = bush->n_arcs;
    const double  *flow = last > first ? bush->merge_flow + *kept : NULL;

    for (uint32_t k = first; k <= last; k++) {
        const uint32_t arc = BKI_ARC(bush->arcs[k]);
        if (isinf(arcs->base[arc]))
            continue;
        if (last > first)
            bush->merge_flow[bush->n_merge_arcs + bush->n_arcs - begin] = flow[k - first];
        bush->arcs[bush->n_arcs++] = arc | BKI_MORE;
    }
    if (bush->n_arcs > begin)
        bush->arcs[bush->n_arcs - 1] &= ~BKI_MORE;
    bush->n_merge_arcs += bush->n_arcs - begin > 1 ? bush->n_arcs - begin : 0;
    *kept += last > first ? last - first + 1 : 0;
}

bool
bki_bush_reopen(const bki_ue_arcs *arcs, const bki_ue_origin *origin, bki_bush_work *work, bki_bush *bush)
{
    const bk_graph *graph = arcs->problem->graph;
    const uint32_t  n = bush->n_arcs;
    uint32_t        kept = 0;

    bush->n_arcs = bush->n_merge_arcs = 0;
    for (uint32_t first = 0, last; first < n; first = last + 1) {
        for (last = first; bush->arcs[last] & BKI_MORE; last++)
            ;
        keep_open(arcs, bush, first, last, &kept);
    }
    memset(work->emitted, 0, graph->n_vertices);
    work->emitted[origin->root] = 1;
    for (uint32_t k = 0; k < bush->n_arcs; k++) {
        const uint32_t arc = BKI_ARC(bush->arcs[k]);
        if (!work->emitted[graph->tail[arc]])
            return false;
        work->emitted[graph->head[arc]] = 1;
    }
    for (size_t a = 0; a < graph->n_arcs; a++)
        if (work->emitted[graph->tail[a]] && !work->emitted[graph->head[a]] && !isinf(arcs->base[a]))
            return false;
    return true;
}
