/* The paths of bushes: from each destination backwards, a depth-first walk over the arcs into each node. */
#include "assignment/ue_use.h"

#include <math.h>
#include <string.h>

typedef struct step {
    uint32_t vertex; /* place in the core of the bush */
    uint32_t next;   /* place in the bush of the arc into it to try next; BK_NONE: no more */
    uint32_t arc;    /* by which the walk goes on from here, of the graph; unset at the root */
    double   share;  /* of the pair's trips that come this way */
    double   norm;   /* flow of the arcs into the vertex that are followed, unit of traffic */
} step;

typedef struct walker {
    bki_ue_use     use;
    uint32_t      *entry; /* [n_vertices] first arc into a vertex of the core, BK_NONE at the root */
    step          *steps; /* [n_vertices + 1] */
    uint32_t      *arcs;  /* [n_vertices] of the network, of the path at hand */
    double        *cost;  /* [n_classes][n_arcs] of the graph, unit of time */
    double        *flow;  /* [n_arcs] of the network, of all paths, unit of traffic */
    double         least_share;
    bk_path_sink   sink;
    void          *state;
    bk_path_totals totals;
} walker;

/* ---- one pair ---------------------------------------------------------------------------------------------------- */

static uint32_t
largest_into(const walker *self, uint32_t first)
{
    uint32_t largest = first;

    for (uint32_t k = first;; k++) {
        largest = self->use.work.load.x[k] > self->use.work.load.x[largest] ? k : largest;
        if (!(self->use.bush.arcs[k] & BKI_MORE))
            return largest;
    }
}

static bool
is_followed(const walker *self, const step *at, uint32_t k, uint32_t largest)
{
    return k == largest ||
           at->share * self->use.work.load.x[k] >= self->least_share * self->use.work.through[at->vertex];
}

/* A step to `vertex`, whence every arc worth it is to be tried. */
static void
enter(const walker *self, step *at, uint32_t vertex, double share)
{
    const uint32_t first = self->entry[vertex];

    *at = (step){.vertex = vertex, .next = first, .share = share};
    if (first == BK_NONE)
        return;
    const uint32_t largest = largest_into(self, first);
    for (uint32_t k = first;; k++) {
        if (is_followed(self, at, k, largest))
            at->norm += self->use.work.load.x[k];
        if (!(self->use.bush.arcs[k] & BKI_MORE))
            return;
    }
}

static bk_status
emit(walker *self, const bki_ue_origin *origin, uint32_t destination, double volume, size_t depth)
{
    const bki_ue_problem *problem = &self->use.problem;
    const double         *cost = self->cost + origin->class_index * problem->graph->n_arcs;
    bk_used_path          path = {.class_index = origin->class_index,
                                  .origin = origin->zone,
                                  .destination = destination,
                                  .share = self->steps[depth].share,
                                  .volume = volume * self->steps[depth].share,
                                  .n_arcs = depth,
                                  .arcs = self->arcs};

    for (size_t d = 0; d < depth; d++) {
        const uint32_t arc = self->steps[depth - 1 - d].arc;
        self->arcs[d] = problem->network_arc[arc];
        self->flow[self->arcs[d]] += path.volume;
        path.cost += cost[arc];
    }
    self->totals.n_paths++;
    return self->sink(self->state, &path);
}

static bk_status
walk_pair(walker *self, const bki_ue_origin *origin, size_t trip)
{
    const bki_ue_problem *problem = &self->use.problem;
    size_t                depth = 0;

    enter(self, &self->steps[0], self->use.bush.destination[trip - origin->first], 1.0);
    for (;;) {
        step *at = &self->steps[depth];
        if (at->vertex == 0)
            BK_TRY(emit(self, origin, problem->destination[trip], problem->volume[trip], depth));
        if (at->next == BK_NONE) {
            if (depth-- == 0)
                return BK_OK;
            continue;
        }
        const uint32_t k = at->next, largest = largest_into(self, self->entry[at->vertex]);
        at->next = self->use.bush.arcs[k] & BKI_MORE ? k + 1 : BK_NONE;
        if (!is_followed(self, at, k, largest) || self->use.work.load.x[k] == 0.0)
            continue;
        at->arc = BKI_ARC(self->use.bush.arcs[k]);
        const double share = at->share * self->use.work.load.x[k] / at->norm;
        enter(self, &self->steps[++depth], self->use.bush.from[k], share);
    }
}

/* ---- all --------------------------------------------------------------------------------------------------------- */

static void
find_entries(walker *self)
{
    const bki_bush *bush = &self->use.bush;
    uint32_t        vertex = bush->n_core_vertices;

    self->entry[0] = BK_NONE;
    for (uint32_t k = bush->n_core; k-- > 0;) {
        vertex -= !(bush->arcs[k] & BKI_MORE);
        self->entry[vertex] = k;
    }
}

static bk_status
walk_all(walker *self, bk_arena *scratch)
{
    const bki_ue_problem *problem = &self->use.problem;

    for (size_t o = 0; o < problem->n_origins; o++) {
        const bki_ue_origin *origin = &problem->origins[o];
        if (bk_cancelled(self->use.ctx))
            return bk_fail(self->use.ctx, BK_ERR_CANCELLED, "interrupted");
        BK_TRY(bki_ue_use_load(&self->use, origin, scratch));
        find_entries(self);
        for (size_t t = origin->first; t < origin->end; t++)
            BK_TRY(walk_pair(self, origin, t));
        self->totals.n_pairs += origin->end - origin->first;
    }
    return BK_OK;
}

/* Costs of each class at the equilibrium's flow. */
static bk_status
prepare(walker *self, const double *flow, bk_arena *scratch)
{
    const bki_ue_problem *problem = &self->use.problem;
    const size_t          n = problem->graph->n_arcs, n_vertices = problem->graph->n_vertices;

    self->entry = BK_NEW(scratch, uint32_t, n_vertices);
    self->steps = BK_NEW(scratch, step, n_vertices + 1);
    self->arcs = BK_NEW(scratch, uint32_t, n_vertices);
    self->cost = BK_NEW(scratch, double, problem->n_classes *n);
    self->flow = BK_NEW(scratch, double, n);
    BK_TRY(bk_arena_ok(scratch));
    for (size_t a = 0; a < n; a++) {
        double time, slope;
        bk_vdf_eval_arc(&problem->vdf, a, flow[problem->network_arc[a]], &time, &slope);
        for (size_t c = 0; c < problem->n_classes; c++)
            self->cost[c * n + a] = time + problem->fixed[c * n + a];
    }
    return BK_OK;
}

static double
largest_difference(const double *a, const double *b, size_t n)
{
    double largest = 0.0, difference = 0.0;

    for (size_t i = 0; i < n; i++) {
        largest = fmax(largest, b[i]);
        difference = fmax(difference, fabs(a[i] - b[i]));
    }
    return largest > 0.0 ? difference / largest : 0.0;
}

bk_status
bk_equilibrium_paths(bk_context *ctx, const bk_road_network *network, size_t n_classes, const bk_traffic_class *classes,
                     const bk_equilibrium *equilibrium, double least_share, bk_path_sink sink, void *state,
                     bk_path_totals *out)
{
    walker   self = {.least_share = least_share, .sink = sink, .state = state};
    bk_arena scratch;

    if (!(least_share > 0.0 && least_share < 1.0))
        return bk_fail(ctx, BK_ERR_USAGE, "the least share of a path is %g, must be in (0, 1)", least_share);
    bk_arena_init(&scratch, ctx);
    bk_status status = bki_ue_use_open(ctx, network, n_classes, classes, equilibrium, &scratch, &self.use);
    if (status == BK_OK)
        status = prepare(&self, equilibrium->flow, &scratch);
    if (status == BK_OK)
        status = walk_all(&self, &scratch);
    if (status == BK_OK) {
        self.totals.difference = largest_difference(self.flow, equilibrium->flow, network->n_arcs);
        *out = self.totals;
    }
    bk_arena_release(&scratch);
    return status;
}
