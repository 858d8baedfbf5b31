/* Whose trips use an arc: shares run along each bush from its root, since at a node all trips of a bush come by its
 * arcs in the same proportions. */
#include "assignment/ue_use.h"

#include <string.h>

bk_status
bki_ue_use_open(bk_context *ctx, const bk_road_network *network, size_t n_classes, const bk_traffic_class *classes,
                const bk_equilibrium *equilibrium, bk_arena *scratch, bki_ue_use *out)
{
    *out = (bki_ue_use){.ctx = ctx, .bushes = equilibrium->bushes};
    if (equilibrium->bushes == NULL)
        return bk_fail_hint(ctx, BK_ERR_USAGE, "solve by algorithm-b, and keep its bushes",
                            "arc flows alone do not say whose they are");
    BK_TRY(bki_ue_problem_build(ctx, network, n_classes, classes, true, scratch, &out->problem));
    BK_TRY(bki_bushes_check(ctx, out->bushes, &out->problem));
    BK_TRY(bki_ue_arcs_create(&out->problem, scratch, &out->arcs));
    out->bush.destination = BK_NEW(scratch, uint32_t, out->problem.n_trips);
    return bki_bush_work_create(&out->problem, true, scratch, &out->work);
}

bk_status
bki_ue_use_load(bki_ue_use *use, const bki_ue_origin *origin, bk_arena *scratch)
{
    const bki_bush *kept = bki_bushes_find(use->bushes, origin);

    if (use->class_now != origin->class_index)
        bki_ue_arcs_start_class(&use->arcs, origin->class_index);
    use->class_now = origin->class_index;
    if (kept == NULL || !bki_bush_list_open(&use->arcs, origin, kept, &use->work))
        return bk_fail(use->ctx, BK_ERR_USAGE, "the bushes are of other trips: none leaves zone %u", origin->zone + 1);
    if (!bki_bush_arrange(&use->arcs, origin, &use->work, scratch, &use->bush))
        return bk_arena_ok(scratch);
    bki_bush_unpack(&use->problem, origin, &use->bush, &use->work, &use->work.load);
    return BK_OK;
}

/* share [n_core_vertices]: of what passes a vertex, the part that came over `arc`. */
static void
spread_share(const bki_ue_use *use, uint32_t arc, double *share)
{
    const bki_bush *bush = &use->bush;
    const double   *through = use->work.through;
    uint32_t        vertex = 1;

    memset(share, 0, bush->n_core_vertices * sizeof *share);
    for (uint32_t k = 0; k < bush->n_core; k++) {
        if (through[vertex] > 0.0)
            share[vertex] +=
                use->work.load.x[k] / through[vertex] * (BKI_ARC(bush->arcs[k]) == arc ? 1.0 : share[bush->from[k]]);
        vertex += !(bush->arcs[k] & BKI_MORE);
    }
}

typedef struct selection {
    bk_selected_trips *trips; /* [capacity] */
    size_t             n, capacity;
} selection;

static bk_status
keep_trips(selection *self, bk_selected_trips trips, bk_arena *scratch)
{
    if (self->n == self->capacity) {
        const size_t       capacity = 2 * self->capacity + 256;
        bk_selected_trips *grown = BK_NEW(scratch, bk_selected_trips, capacity);
        BK_TRY(bk_arena_ok(scratch));
        if (self->n > 0)
            memcpy(grown, self->trips, self->n * sizeof *grown);
        self->trips = grown;
        self->capacity = capacity;
    }
    self->trips[self->n++] = trips;
    return BK_OK;
}

static bk_status
select_origin(bki_ue_use *use, const bki_ue_origin *origin, uint32_t arc, double *share, selection *self,
              bk_arena *scratch)
{
    const bki_ue_problem *problem = &use->problem;

    BK_TRY(bki_ue_use_load(use, origin, scratch));
    spread_share(use, arc, share);
    for (size_t t = origin->first; t < origin->end; t++) {
        const uint32_t destination = problem->destination[t];
        const double   volume = problem->volume[t] * share[use->bush.destination[t - origin->first]];
        if (volume > 0.0)
            BK_TRY(keep_trips(
                self, (bk_selected_trips){origin->class_index, origin->zone, destination, volume, problem->volume[t]},
                scratch));
    }
    return BK_OK;
}

static bk_status
select_all(bki_ue_use *use, size_t arc, selection *self, bk_arena *scratch)
{
    double  *share = BK_NEW(scratch, double, use->problem.graph->n_vertices);
    uint32_t wanted = 0;

    BK_TRY(bk_arena_ok(scratch));
    for (uint32_t a = 0; a < use->problem.graph->n_arcs; a++)
        if (use->problem.network_arc[a] == arc)
            wanted = a;
    for (size_t o = 0; o < use->problem.n_origins; o++)
        BK_TRY(select_origin(use, &use->problem.origins[o], wanted, share, self, scratch));
    return BK_OK;
}

bk_status
bk_equilibrium_select(bk_context *ctx, const bk_road_network *network, size_t n_classes,
                      const bk_traffic_class *classes, const bk_equilibrium *equilibrium, size_t arc, bk_arena *arena,
                      size_t *n_out, const bk_selected_trips **trips)
{
    bki_ue_use use;
    selection  self = {.n = 0};
    bk_arena   scratch;

    if (arc >= network->n_arcs)
        return bk_fail(ctx, BK_ERR_USAGE, "there is no arc %zu: the network has %zu", arc + 1, network->n_arcs);
    bk_arena_init(&scratch, ctx);
    bk_status status = bki_ue_use_open(ctx, network, n_classes, classes, equilibrium, &scratch, &use);
    if (status == BK_OK)
        status = select_all(&use, arc, &self, &scratch);
    bk_selected_trips *kept = status == BK_OK ? BK_NEW(arena, bk_selected_trips, self.n) : NULL;
    if (status == BK_OK)
        status = bk_arena_ok(arena);
    if (status == BK_OK && self.n > 0)
        memcpy(kept, self.trips, self.n * sizeof *kept);
    if (status == BK_OK) {
        *n_out = self.n;
        *trips = kept;
    }
    bk_arena_release(&scratch);
    return status;
}
