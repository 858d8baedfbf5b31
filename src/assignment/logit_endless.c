/* Destinations of a recursive logit, and the refusal of networks whose cycles are too cheap for it. */
#include "assignment/logit_recursive.h"

#include <math.h>
#include <string.h>

#define MARGIN       1.02 /* how far above the least dispersion that serves the one named may be */
#define MOST_DOUBLES 60

/* ---- destinations ----------------------------------------------------------------------------------------------- */

/* Trips of one class by destination, by counting. */
typedef struct trip_sorter {
    const bki_ue_problem  *problem;
    size_t                *count; /* [n_zones + 1] */
    bki_logit_destination *destinations;
    uint32_t              *root;
    double                *volume;
    size_t                 n, n_trips;
} trip_sorter;

static void
sort_class(trip_sorter *self, uint32_t class_index)
{
    const bki_ue_problem *problem = self->problem;
    const size_t          n_zones = problem->network->n_zones;

    memset(self->count, 0, (n_zones + 1) * sizeof *self->count);
    for (size_t o = 0; o < problem->n_origins; o++)
        for (size_t t = problem->origins[o].first; t < problem->origins[o].end; t++)
            self->count[problem->destination[t]] += problem->origins[o].class_index == class_index;
    for (uint32_t z = 0; z < n_zones; z++) {
        const size_t n_trips = self->count[z];
        self->count[z] = self->n_trips;
        self->n_trips += n_trips;
        if (n_trips > 0)
            self->destinations[self->n++] = (bki_logit_destination){class_index, z, self->count[z], self->n_trips, 0.0};
    }
    for (size_t o = 0; o < problem->n_origins; o++)
        for (size_t t = problem->origins[o].first; t < problem->origins[o].end; t++)
            if (problem->origins[o].class_index == class_index) {
                const size_t at = self->count[problem->destination[t]]++;
                self->root[at] = problem->origins[o].root;
                self->volume[at] = problem->volume[t];
            }
}

bk_status
bki_logit_destinations_build(const bki_ue_problem *problem, bk_arena *arena, bki_logit_destinations *out)
{
    const size_t n_zones = problem->network->n_zones;
    trip_sorter  sorter = {.problem = problem,
                           .count = BK_NEW(arena, size_t, n_zones + 1),
                           .destinations = BK_NEW(arena, bki_logit_destination, problem->n_classes * n_zones),
                           .root = BK_NEW(arena, uint32_t, problem->n_trips),
                           .volume = BK_NEW(arena, double, problem->n_trips)};

    BK_TRY(bk_arena_ok(arena));
    for (uint32_t c = 0; c < problem->n_classes; c++)
        sort_class(&sorter, c);
    for (size_t d = 0; d < sorter.n; d++)
        for (size_t i = sorter.destinations[d].first; i < sorter.destinations[d].end; i++)
            sorter.destinations[d].volume += sorter.volume[i];
    *out = (bki_logit_destinations){sorter.n, sorter.destinations, sorter.root, sorter.volume};
    return BK_OK;
}

/* ---- sums without an end ---------------------------------------------------------------------------------------- */

typedef struct search {
    const bki_ue_problem *problem;
    bki_walk_sums        *sums;
    double               *free;        /* [n_arcs] disutility of one class without traffic */
    uint32_t              class_index; /* the class without an end, at the dispersion tried last */
} search;

static void
set_free(search *self, uint32_t class_index, double dispersion)
{
    const size_t  n = self->problem->graph->n_arcs;
    const double *fixed = self->problem->fixed + class_index * n;

    for (size_t a = 0; a < n; a++)
        self->free[a] = dispersion * (self->problem->vdf.free_time[a] + fixed[a]);
}

static bool
all_have_end(search *self, double dispersion)
{
    for (uint32_t c = 0; c < self->problem->n_classes; c++) {
        set_free(self, c, dispersion);
        self->class_index = c;
        if (!bki_walk_sums_set(self->sums, self->free))
            return false;
    }
    return true;
}

/* A dispersion above `low` at which all sums end; INFINITY if none is found. */
static double
sufficient_dispersion(search *self, double low)
{
    double high = 2.0 * low;

    for (int i = 0; !all_have_end(self, high); i++) {
        if (i == MOST_DOUBLES)
            return INFINITY;
        low = high;
        high *= 2.0;
    }
    while (high / low > MARGIN) {
        const double middle = sqrt(low * high);
        if (all_have_end(self, middle))
            high = middle;
        else
            low = middle;
    }
    return high;
}

/* ---- cycles without cost ---------------------------------------------------------------------------------------- */

/* Arcs out of each vertex that cost nothing and lead to where one can go round without cost: vertices that no such arc
 * leaves are taken away until none is left but on cycles and before them. */
static void
peel_off(const bk_graph *graph, const double *disutility, uint32_t *n_out, uint32_t *queue)
{
    size_t n = 0;

    memset(n_out, 0, graph->n_vertices * sizeof *n_out);
    for (uint32_t a = 0; a < graph->n_arcs; a++)
        n_out[graph->tail[a]] += disutility[a] == 0.0;
    for (uint32_t v = 0; v < graph->n_vertices; v++)
        if (n_out[v] == 0)
            queue[n++] = v;
    for (size_t i = 0; i < n; i++)
        for (uint32_t k = graph->first_in[queue[i]]; k < graph->first_in[queue[i] + 1]; k++) {
            const uint32_t a = graph->in_arc[k];
            if (disutility[a] == 0.0 && --n_out[graph->tail[a]] == 0)
                queue[n++] = graph->tail[a];
        }
}

/* An arc of a cycle of arcs that cost nothing; BK_NONE: there is none.  From what peeling leaves, every way of such
 * arcs ends on a cycle. */
static uint32_t
arc_of_free_cycle(const bk_graph *graph, const double *disutility, uint32_t *n_out, uint32_t *queue)
{
    uint32_t v = 0, arc = BK_NONE;

    peel_off(graph, disutility, n_out, queue);
    while (v < graph->n_vertices && n_out[v] == 0)
        v++;
    for (size_t steps = 0; v < graph->n_vertices && steps <= graph->n_vertices; steps++) {
        for (uint32_t a = graph->first_out[v]; a < graph->first_out[v + 1]; a++)
            if (disutility[a] == 0.0 && n_out[graph->head[a]] > 0)
                arc = a;
        v = graph->head[arc];
    }
    return arc;
}

static bk_status
refuse_free_cycle(const bki_ue_problem *problem, uint32_t arc)
{
    const bk_road_network *network = problem->network;
    const uint32_t         of_network = problem->network_arc[arc];
    char                   from[BK_ROAD_ID_SIZE], to[BK_ROAD_ID_SIZE];

    return bk_fail_hint(
        problem->ctx, BK_ERR_NO_SOLUTION,
        "give the links of the cycle a time, a length with a distance factor, or use logit, over sets of routes",
        "recursive logit has no solution: the link from node %s to node %s is part of a cycle without "
        "cost, round which there is no end of routes",
        bk_road_node_id(network, network->from[of_network], from),
        bk_road_node_id(network, network->to[of_network], to));
}

static bk_status
refuse(search *self, double dispersion, bk_arena *scratch)
{
    const bki_ue_problem *problem = self->problem;
    const size_t          n = problem->graph->n_vertices;
    uint32_t             *n_out = BK_NEW(scratch, uint32_t, n), *queue = BK_NEW(scratch, uint32_t, n);

    BK_TRY(bk_arena_ok(scratch));
    set_free(self, self->class_index, dispersion);
    const uint32_t arc = arc_of_free_cycle(problem->graph, self->free, n_out, queue);
    if (arc != BK_NONE)
        return refuse_free_cycle(problem, arc);
    const double needed = sufficient_dispersion(self, dispersion);
    const char  *hint =
        isfinite(needed) ? bk_arena_format(scratch, "a dispersion of %.3g is enough; or use logit, over sets of routes",
                                            1.005 * needed) /* enough whichever way its digits are rounded */
                          : "use logit, over sets of routes";
    BK_TRY(bk_arena_ok(scratch));
    return bk_fail_hint(problem->ctx, BK_ERR_NO_SOLUTION, hint,
                        "recursive logit has no solution at a dispersion of %g: routes that go in cycles, which cost "
                        "too little, outweigh all others (the spectral radius is not below 1)",
                        dispersion);
}

bk_status
bki_logit_refuse_endless(const bki_ue_problem *problem, double dispersion, bki_walk_sums *sums)
{
    bk_arena scratch;
    search   self = {.problem = problem, .sums = sums};

    bk_arena_init(&scratch, problem->ctx);
    self.free = BK_NEW(&scratch, double, problem->graph->n_arcs);
    bk_status status = bk_arena_ok(&scratch);
    if (status == BK_OK && !all_have_end(&self, dispersion))
        status = refuse(&self, dispersion, &scratch);
    bk_arena_release(&scratch);
    return status;
}
