/* Destinations of a recursive logit, and the refusal of networks whose cycles are too cheap for it. */
#include "assignment/logit_recursive.h"

#include <math.h>
#include <stdatomic.h>
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
    const bki_ue_problem         *problem;
    const bki_logit_destinations *to;
    const double                 *disutility;    /* [n_classes][n_arcs] */
    double                       *free;          /* [n_classes][n_arcs] scratch */
    bki_values                   *values;        /* [workers] */
    atomic_size_t                 first_endless; /* destination; n: none is known */
} search;

static bool
solve_destination(const search *self, size_t d, size_t worker)
{
    const bki_logit_destination *to = &self->to->destinations[d];

    return bki_values_solve(&self->values[worker], self->disutility + to->class_index * self->problem->graph->n_arcs,
                            to->vertex);
}

/* One without an end is enough; the first is kept, whichever was found first, and those after it need not be tried. */
static void
try_destination(void *state, size_t block, size_t worker)
{
    search *self = state;
    size_t  first = atomic_load(&self->first_endless);

    if (block >= first || solve_destination(self, block, worker))
        return;
    while (block < first && !atomic_compare_exchange_weak(&self->first_endless, &first, block))
        ;
}

static bool
all_have_end(search *self)
{
    self->first_endless = self->to->n;
    bk_parallel(self->problem->ctx, self->to->n, try_destination, self);
    return self->first_endless == self->to->n;
}

bool
bki_logit_has_end(const bki_ue_problem *problem, const bki_logit_destinations *to, const double *disutility,
                  bki_values *values)
{
    search self = {.problem = problem, .to = to, .disutility = disutility, .values = values};

    return all_have_end(&self);
}

/* Disutilities of free flow. */
static void
set_free(search *self, double dispersion)
{
    const size_t n_arcs = self->problem->graph->n_arcs;

    for (size_t i = 0; i < self->problem->n_classes * n_arcs; i++)
        self->free[i] = dispersion * (self->problem->vdf.free_time[i % n_arcs] + self->problem->fixed[i]);
    self->disutility = self->free;
}

static bool
one_has_end(search *self, size_t d, double dispersion)
{
    set_free(self, dispersion);
    return solve_destination(self, d, 0);
}

/* A dispersion above `low`, at which the sum of destination `d` has no end, at which all sums do; INFINITY if none is
 * found. */
static double
sufficient_dispersion(search *self, size_t d, double low)
{
    double high = 2.0 * low;

    for (int i = 0; !one_has_end(self, d, high); i++) {
        if (i == MOST_DOUBLES)
            return INFINITY;
        low = high;
        high *= 2.0;
    }
    while (high / low > MARGIN) {
        const double middle = sqrt(low * high);
        if (one_has_end(self, d, middle))
            high = middle;
        else
            low = middle;
    }
    for (set_free(self, high); !all_have_end(self); set_free(self, high)) /* others may ask for a little more */
        high *= MARGIN;
    return high;
}

/* ---- cycles without cost ---------------------------------------------------------------------------------------- */

/* An arc of a cycle of arcs that cost nothing and lie on ways to the destination solved for last; BK_NONE: there is
 * none.  Vertices that no such arc leaves are taken away until none is left but on cycles and before them; from one of
 * these, every way ends on a cycle. */
static uint32_t
arc_of_free_cycle(const bki_values *values, const double *disutility, uint32_t *n_out, uint32_t *queue)
{
    const bk_graph *graph = values->graph;
    size_t          n = 0;

    memset(n_out, 0, graph->n_vertices * sizeof *n_out);
    for (uint32_t a = 0; a < graph->n_arcs; a++)
        n_out[graph->tail[a]] += values->weight[a] > 0.0 && disutility[a] == 0.0;
    for (uint32_t v = 0; v < graph->n_vertices; v++)
        if (n_out[v] == 0)
            queue[n++] = v;
    for (size_t i = 0; i < n; i++)
        for (uint32_t k = graph->first_in[queue[i]]; k < graph->first_in[queue[i] + 1]; k++) {
            const uint32_t a = graph->in_arc[k], tail = graph->tail[a];
            if (values->weight[a] > 0.0 && disutility[a] == 0.0 && --n_out[tail] == 0)
                queue[n++] = tail;
        }
    uint32_t v = 0, arc = BK_NONE;
    while (v < graph->n_vertices && n_out[v] == 0)
        v++;
    for (size_t steps = 0; v < graph->n_vertices && steps <= graph->n_vertices; steps++) {
        for (uint32_t a = graph->first_out[v]; a < graph->first_out[v + 1]; a++)
            if (values->weight[a] > 0.0 && disutility[a] == 0.0 && n_out[graph->head[a]] > 0)
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
        "give the links of the cycle a time, a length with a distance factor, or use logit over sets of routes",
        "recursive logit has no solution: the link from node %s to node %s is part of a cycle without "
        "cost, round which there is no end of routes",
        bk_road_node_id(network, network->from[of_network], from),
        bk_road_node_id(network, network->to[of_network], to));
}

static bk_status
refuse(search *self, double dispersion, bk_arena *scratch)
{
    const bki_ue_problem        *problem = self->problem;
    const size_t                 d = self->first_endless;
    const bki_logit_destination *to = &self->to->destinations[d];
    const size_t                 n = problem->graph->n_vertices;
    uint32_t                    *n_out = BK_NEW(scratch, uint32_t, n), *queue = BK_NEW(scratch, uint32_t, n);
    char                         id[BK_ROAD_ID_SIZE];

    BK_TRY(bk_arena_ok(scratch));
    solve_destination(self, d, 0);
    const uint32_t arc =
        arc_of_free_cycle(&self->values[0], self->disutility + to->class_index * problem->graph->n_arcs, n_out, queue);
    if (arc != BK_NONE)
        return refuse_free_cycle(problem, arc);
    const double needed = sufficient_dispersion(self, d, dispersion);
    const char  *hint =
        bk_arena_format(scratch,
                        isfinite(needed) ? "a dispersion of %.3g is enough; or use logit, over sets of routes"
                                         : "use logit, over sets of routes",
                        1.005 * needed); /* enough whichever way its digits are rounded */
    BK_TRY(bk_arena_ok(scratch));
    return bk_fail_hint(problem->ctx, BK_ERR_NO_SOLUTION, hint,
                        "recursive logit has no solution at a dispersion of %g: routes that go in cycles, which cost "
                        "too little, outweigh all others (the spectral radius towards zone %s is not below 1)",
                        dispersion, bk_road_zone_id(problem->network, to->vertex, id));
}

bk_status
bki_logit_refuse_endless(const bki_ue_problem *problem, const bki_logit_destinations *to, double dispersion,
                         bki_values *values)
{
    bk_arena scratch;
    search   self = {.problem = problem, .to = to, .values = values};

    bk_arena_init(&scratch, problem->ctx);
    self.free = BK_NEW(&scratch, double, problem->n_classes * problem->graph->n_arcs);
    bk_status status = bk_arena_ok(&scratch);
    if (status == BK_OK) {
        set_free(&self, dispersion);
        status = all_have_end(&self) ? BK_OK : refuse(&self, dispersion, &scratch);
    }
    bk_arena_release(&scratch);
    return status;
}
