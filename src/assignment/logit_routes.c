/* Sets of routes grown by trees: penalised where earlier trees went (de la Barra, Perez & Anez 1993) to begin with,
 * then at the costs of one equilibrium after the other. */
#include "assignment/logit_routes.h"

#include <math.h>
#include <string.h>

#define N_BLOCKS 32   /* of origins */
#define PENALTY  0.3  /* of an arc's cost, for each earlier tree that it was in */
#define DETOUR   1.5  /* times the least cost: a dearer route is not taken in */
#define CHEAPER  1e-9 /* of a route's cost: less is rounding */

struct bki_logit_growth {
    const bki_ue_problem   *problem;
    const bki_logit_routes *sets;
    const double           *cost;     /* [n_classes][n_arcs] unit of time */
    double                 *limit;    /* [n_trips] a route that costs more is not taken in, unit of time */
    double                 *least;    /* [n_trips] unit of time */
    uint32_t               *added;    /* [n_trips] arcs of the route to take in; 0: none */
    uint32_t               *entering; /* [n_origins][n_vertices] the trees */
    uint8_t                *uses;     /* [n_origins][n_arcs] earlier trees that an arc was in */
    bool                    penalised;
    bk_tree_scratch       **scratch;     /* [workers] */
    double                 *distance;    /* [workers][n_vertices] */
    double                 *dearer;      /* [workers][n_arcs] cost with penalties */
    uint32_t               *seen;        /* [workers][n_vertices] 1 + the origin that passed last */
    size_t                 *first_route; /* [n_trips + 1], as they will be */
    size_t                 *first_arc;
    uint32_t               *arcs;
};

bk_status
bki_logit_growth_create(const bki_ue_problem *problem, bk_arena *arena, bki_logit_growth **out)
{
    const size_t      n_workers = (size_t)bk_context_threads(problem->ctx);
    const size_t      n_vertices = problem->graph->n_vertices, n_arcs = problem->graph->n_arcs;
    bki_logit_growth *self = BK_NEW(arena, bki_logit_growth, 1);

    BK_TRY(bk_arena_ok(arena));
    self->problem = problem;
    self->limit = BK_NEW(arena, double, problem->n_trips);
    self->least = BK_NEW(arena, double, problem->n_trips);
    self->added = BK_NEW(arena, uint32_t, problem->n_trips);
    self->entering = BK_NEW(arena, uint32_t, problem->n_origins * n_vertices);
    self->uses = BK_NEW(arena, uint8_t, problem->n_origins * n_arcs);
    self->scratch = BK_NEW(arena, bk_tree_scratch *, n_workers);
    self->distance = BK_NEW(arena, double, n_workers *n_vertices);
    self->dearer = BK_NEW(arena, double, n_workers *n_arcs);
    self->seen = BK_NEW(arena, uint32_t, n_workers * n_vertices);
    BK_TRY(bk_arena_ok(arena));
    for (size_t w = 0; w < n_workers; w++)
        self->scratch[w] = bk_tree_scratch_create(arena, problem->graph);
    *out = self;
    return bk_arena_ok(arena);
}

void
bki_logit_routes_init(const bki_ue_problem *problem, bki_logit_routes *out)
{
    *out = (bki_logit_routes){.problem = problem};
    bk_arena_init(&out->arena, problem->ctx);
}

void
bki_logit_routes_release(bki_logit_routes *sets)
{
    bk_arena_release(&sets->arena);
}

/* The first route of a trip, n_routes past the last; empty sets have no index yet. */
static size_t
first_of(const bki_logit_routes *sets, size_t trip)
{
    return sets->n_routes > 0 ? sets->first_route[trip] : 0;
}

/* ---- trees ------------------------------------------------------------------------------------------------------ */

static bool
is_path_of_tree(const bki_logit_routes *sets, size_t route, const uint32_t *entering, uint32_t destination,
                uint32_t root)
{
    uint32_t v = destination;

    for (size_t i = sets->first_arc[route]; i < sets->first_arc[route + 1]; i++) {
        if (v == root || entering[v] != sets->arcs[i])
            return false;
        v = sets->problem->graph->tail[entering[v]];
    }
    return v == root;
}

static bool
is_known(const bki_logit_routes *sets, size_t trip, const uint32_t *entering, uint32_t root)
{
    for (size_t r = first_of(sets, trip); r < first_of(sets, trip + 1); r++)
        if (is_path_of_tree(sets, r, entering, sets->problem->destination[trip], root))
            return true;
    return false;
}

/* Arcs of the tree's path, and what it costs without penalties. */
static uint32_t
measure_path(const bki_logit_growth *self, const double *cost, const uint32_t *entering, uint32_t from, uint32_t root,
             double *sum)
{
    uint32_t n = 0;

    *sum = 0.0;
    for (uint32_t v = from; v != root; v = self->problem->graph->tail[entering[v]], n++)
        *sum += cost[entering[v]];
    return n;
}

/* The costs that the tree of an origin is grown at. */
static const double *
costs_for(const bki_logit_growth *self, size_t origin, const double *cost, size_t worker)
{
    const size_t   n = self->problem->graph->n_arcs;
    double        *dearer = self->dearer + worker * n;
    const uint8_t *uses = self->uses + origin * n;

    if (!self->penalised)
        return cost;
    for (size_t a = 0; a < n; a++)
        dearer[a] = cost[a] * (1.0 + PENALTY * uses[a]);
    return dearer;
}

static void
count_uses(bki_logit_growth *self, size_t origin, const uint32_t *entering, size_t worker)
{
    const bki_ue_problem *problem = self->problem;
    const bki_ue_origin  *from = &problem->origins[origin];
    uint8_t              *uses = self->uses + origin * problem->graph->n_arcs;
    uint32_t             *seen = self->seen + worker * problem->graph->n_vertices;

    memset(seen, 0, problem->graph->n_vertices * sizeof *seen);
    for (size_t t = from->first; t < from->end; t++)
        for (uint32_t v = problem->destination[t]; v != from->root && !seen[v]; v = problem->graph->tail[entering[v]]) {
            seen[v] = 1;
            uses[entering[v]]++;
        }
}

static void
grow_tree(bki_logit_growth *self, size_t o, size_t worker)
{
    const bki_ue_problem *problem = self->problem;
    const bki_ue_origin  *origin = &problem->origins[o];
    const size_t          n_vertices = problem->graph->n_vertices;
    const double         *cost = self->cost + origin->class_index * problem->graph->n_arcs;
    uint32_t             *entering = self->entering + o * n_vertices;
    double                sum;

    bk_tree_out(problem->graph, BK_TREE_LABEL_CORRECTING, costs_for(self, o, cost, worker), origin->root,
                self->scratch[worker], self->distance + worker * n_vertices, entering);
    for (size_t t = origin->first; t < origin->end; t++) {
        const uint32_t n = measure_path(self, cost, entering, problem->destination[t], origin->root, &sum);
        const bool     is_new = sum <= self->limit[t] && !is_known(self->sets, t, entering, origin->root);
        self->added[t] = is_new ? n : 0;
        self->least[t] = fmin(self->least[t], sum);
    }
    if (self->penalised)
        count_uses(self, o, entering, worker);
}

static void
grow_block(void *state, size_t block, size_t worker)
{
    bki_logit_growth *self = state;
    const size_t      n = self->problem->n_origins;

    for (size_t o = block * n / N_BLOCKS; o < (block + 1) * n / N_BLOCKS; o++)
        grow_tree(self, o, worker);
}

/* ---- taking in -------------------------------------------------------------------------------------------------- */

static void
copy_trip(const bki_logit_growth *self, size_t trip, const uint32_t *entering)
{
    const bki_logit_routes *sets = self->sets;
    size_t                  r = self->first_route[trip], i = self->first_arc[r];

    for (size_t old = first_of(sets, trip); old < first_of(sets, trip + 1); old++) {
        const size_t n = sets->first_arc[old + 1] - sets->first_arc[old];
        memcpy(self->arcs + i, sets->arcs + sets->first_arc[old], n * sizeof *self->arcs);
        i += n;
    }
    uint32_t v = self->problem->destination[trip];
    for (uint32_t k = 0; k < self->added[trip]; k++) {
        self->arcs[i++] = entering[v];
        v = self->problem->graph->tail[entering[v]];
    }
}

static void
copy_block(void *state, size_t block, size_t worker)
{
    const bki_logit_growth *self = state;
    const bki_ue_problem   *problem = self->problem;
    const size_t            n = problem->n_origins;
    (void)worker;

    for (size_t o = block * n / N_BLOCKS; o < (block + 1) * n / N_BLOCKS; o++)
        for (size_t t = problem->origins[o].first; t < problem->origins[o].end; t++)
            copy_trip(self, t, self->entering + o * problem->graph->n_vertices);
}

/* Where each trip's routes and their arcs will begin. */
static void
number_routes(bki_logit_growth *self)
{
    const bki_logit_routes *sets = self->sets;
    size_t                  n_routes = 0, n_arcs = 0;

    for (size_t t = 0; t < self->problem->n_trips; t++) {
        self->first_route[t] = n_routes;
        for (size_t r = first_of(sets, t); r < first_of(sets, t + 1); r++) {
            self->first_arc[n_routes++] = n_arcs;
            n_arcs += sets->first_arc[r + 1] - sets->first_arc[r];
        }
        if (self->added[t] > 0) {
            self->first_arc[n_routes++] = n_arcs;
            n_arcs += self->added[t];
        }
    }
    self->first_route[self->problem->n_trips] = n_routes;
    self->first_arc[n_routes] = n_arcs;
}

static bk_status
take_in(bki_logit_routes *sets, bki_logit_growth *self, size_t *n_added)
{
    const size_t n_trips = self->problem->n_trips,
                 n_old_arcs = sets->n_routes > 0 ? sets->first_arc[sets->n_routes] : 0;
    size_t           n_new_arcs = 0;
    bki_logit_routes grown = {.problem = sets->problem};

    *n_added = 0;
    for (size_t t = 0; t < n_trips; t++) {
        n_new_arcs += self->added[t];
        *n_added += self->added[t] > 0;
    }
    if (*n_added == 0)
        return BK_OK;
    bk_arena_init(&grown.arena, self->problem->ctx);
    grown.n_routes = sets->n_routes + *n_added;
    grown.first_route = self->first_route = BK_NEW(&grown.arena, size_t, n_trips + 1);
    grown.first_arc = self->first_arc = BK_NEW(&grown.arena, size_t, grown.n_routes + 1);
    grown.arcs = self->arcs = BK_NEW(&grown.arena, uint32_t, n_old_arcs + n_new_arcs);
    const bk_status status = bk_arena_ok(&grown.arena);
    if (status != BK_OK) {
        bk_arena_release(&grown.arena);
        return status;
    }
    number_routes(self);
    bk_parallel(self->problem->ctx, N_BLOCKS, copy_block, self);
    bki_logit_routes_release(sets);
    *sets = grown;
    return BK_OK;
}

bk_status
bki_logit_routes_spread(bki_logit_routes *sets, bki_logit_growth *self, const double *cost, int n_rounds)
{
    const bki_ue_problem *problem = self->problem;
    size_t                n_added;
    bk_status             status = BK_OK;

    self->sets = sets;
    self->cost = cost;
    self->penalised = true;
    memset(self->uses, 0, problem->n_origins * problem->graph->n_arcs * sizeof *self->uses);
    for (size_t t = 0; t < problem->n_trips; t++)
        self->limit[t] = self->least[t] = INFINITY;
    for (int round = 0; round < n_rounds && status == BK_OK; round++) {
        if (round > 0 && bk_cancelled(problem->ctx))
            break;
        bk_parallel(problem->ctx, N_BLOCKS, grow_block, self);
        status = take_in(sets, self, &n_added);
        for (size_t t = 0; t < problem->n_trips; t++)
            self->limit[t] = DETOUR * self->least[t];
    }
    self->penalised = false;
    return status;
}

static void
limit_block(void *state, size_t block, size_t worker)
{
    bki_logit_growth     *self = state;
    const bki_ue_problem *problem = self->problem;
    const size_t          n = problem->n_origins;
    (void)worker;

    for (size_t o = block * n / N_BLOCKS; o < (block + 1) * n / N_BLOCKS; o++)
        for (size_t t = problem->origins[o].first; t < problem->origins[o].end; t++) {
            const double *cost = self->cost + problem->origins[o].class_index * problem->graph->n_arcs;
            double        cheapest = INFINITY;
            for (size_t r = self->sets->first_route[t]; r < self->sets->first_route[t + 1]; r++)
                cheapest = fmin(cheapest, bki_logit_route_cost(self->sets, r, cost));
            self->limit[t] = cheapest * (1.0 - CHEAPER);
        }
}

/* Trees at these costs, and which of their paths are cheaper than all routes of a set. */
static void
look_for_cheaper(const bki_logit_routes *sets, bki_logit_growth *self, const double *cost)
{
    self->sets = sets;
    self->cost = cost;
    bk_parallel(self->problem->ctx, N_BLOCKS, limit_block, self);
    bk_parallel(self->problem->ctx, N_BLOCKS, grow_block, self);
}

bk_status
bki_logit_routes_enlarge(bki_logit_routes *sets, bki_logit_growth *self, const double *cost, size_t *n_added)
{
    look_for_cheaper(sets, self, cost);
    return take_in(sets, self, n_added);
}

size_t
bki_logit_routes_missed(const bki_logit_routes *sets, bki_logit_growth *self, const double *cost)
{
    size_t n = 0;

    look_for_cheaper(sets, self, cost);
    for (size_t t = 0; t < self->problem->n_trips; t++)
        n += self->added[t] > 0;
    return n;
}
