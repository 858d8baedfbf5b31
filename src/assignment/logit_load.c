/* Logit over route sets: shares, flows, and how they answer to costs. */
#include "assignment/logit.h"
#include "assignment/logit_routes.h"

#include <math.h>
#include <string.h>

#define N_BLOCKS 8 /* of origins, each with flows of its own, added in order */

typedef struct route_logit {
    const bki_ue_problem *problem;
    size_t                n_arcs;
    bki_logit_routes      sets;
    bki_logit_growth     *growth;
    int                   n_rounds;
    bool                  is_spread;  /* at costs with traffic as well */
    bk_arena              arena;      /* holds the shares, which grow with the sets */
    double               *share;      /* [n_routes] of the pair's trips, at the times loaded last */
    double               *number;     /* [n_routes] what a route's arcs add up to */
    const double         *disutility; /* [n_classes][n_arcs] */
    double               *block_flow; /* [N_BLOCKS][n_classes][n_arcs] unit of traffic */
    double               *value;      /* [n_trips] volume x expected least disutility; check: x divergence */
    double               *entropy;    /* [n_trips] volume x entropy of the shares */
    double               *residual;   /* [n_trips] */
    const double         *direction;  /* [n_classes][n_arcs] of disutilities */
} route_logit;

/* ---- a life ----------------------------------------------------------------------------------------------------- */

/* Shares for as many routes as there are now. */
static bk_status
make_room(route_logit *self)
{
    bk_arena_release(&self->arena);
    self->share = BK_NEW(&self->arena, double, self->sets.n_routes);
    self->number = BK_NEW(&self->arena, double, self->sets.n_routes);
    return bk_arena_ok(&self->arena);
}

static bk_status
fill(route_logit *self, bk_arena *arena)
{
    const bki_ue_problem *problem = self->problem;
    double               *cost = BK_NEW(arena, double, problem->n_classes * self->n_arcs);

    self->block_flow = BK_NEW(arena, double, N_BLOCKS * problem->n_classes * self->n_arcs);
    self->value = BK_NEW(arena, double, problem->n_trips);
    self->entropy = BK_NEW(arena, double, problem->n_trips);
    self->residual = BK_NEW(arena, double, problem->n_trips);
    BK_TRY(bk_arena_ok(arena));
    BK_TRY(bki_logit_growth_create(problem, arena, &self->growth));
    for (size_t i = 0; i < problem->n_classes * self->n_arcs; i++)
        cost[i] = problem->vdf.free_time[i % self->n_arcs] + problem->fixed[i];
    BK_TRY(bki_logit_routes_spread(&self->sets, self->growth, cost, self->n_rounds));
    return make_room(self);
}

bk_status
bki_route_logit_start(const bki_ue_problem *problem, const bk_stochastic_settings *settings, bk_arena *arena,
                      void **out)
{
    route_logit *self = BK_NEW(arena, route_logit, 1);

    BK_TRY(bk_arena_ok(arena));
    self->problem = problem;
    self->n_arcs = problem->graph->n_arcs;
    self->n_rounds = settings->route_rounds;
    bki_logit_routes_init(problem, &self->sets);
    bk_arena_init(&self->arena, problem->ctx);
    const bk_status status = fill(self, arena);
    if (status != BK_OK)
        bki_route_logit_release(self);
    *out = self;
    return status;
}

void
bki_route_logit_release(void *state)
{
    route_logit *self = state;

    bki_logit_routes_release(&self->sets);
    bk_arena_release(&self->arena);
}

bool
bki_route_logit_allows(void *state, const double *disutility)
{
    (void)state;
    (void)disutility;
    return true;
}

/* The first time with all that spreads, then with what is cheaper than all routes of its pair. */
bk_status
bki_route_logit_enlarge(void *state, const double *disutility)
{
    route_logit *self = state;
    size_t       n_added;

    if (self->is_spread)
        BK_TRY(bki_logit_routes_enlarge(&self->sets, self->growth, disutility, &n_added));
    else
        BK_TRY(bki_logit_routes_spread(&self->sets, self->growth, disutility, self->n_rounds));
    self->is_spread = true;
    return make_room(self);
}

/* ---- loading ---------------------------------------------------------------------------------------------------- */

/* Turns disutilities, in `share`, into shares; returns the expected least disutility. */
static double
share_out(size_t n, double *share)
{
    double cheapest = INFINITY, sum = 0.0;

    for (size_t r = 0; r < n; r++)
        cheapest = fmin(cheapest, share[r]);
    for (size_t r = 0; r < n; r++)
        share[r] = cheapest - share[r];
    bk_exp(n, share, share);
    for (size_t r = 0; r < n; r++)
        sum += share[r];
    for (size_t r = 0; r < n; r++)
        share[r] /= sum;
    bk_log_batch(1, &sum, &sum);
    return cheapest - sum;
}

static void
add_to_route(const bki_logit_routes *sets, size_t route, double amount, double *flow)
{
    for (size_t i = sets->first_arc[route]; i < sets->first_arc[route + 1]; i++)
        flow[sets->arcs[i]] += amount;
}

static void
load_trip(route_logit *self, size_t trip, const double *disutility, double *flow)
{
    const bki_logit_routes *sets = &self->sets;
    const size_t            first = sets->first_route[trip], end = sets->first_route[trip + 1];
    const double            volume = self->problem->volume[trip];

    for (size_t r = first; r < end; r++)
        self->share[r] = bki_logit_route_cost(sets, r, disutility);
    self->value[trip] = volume * share_out(end - first, self->share + first);
    for (size_t r = first; r < end; r++)
        add_to_route(sets, r, volume * self->share[r], flow);
}

static void
load_block(void *state, size_t block, size_t worker)
{
    route_logit          *self = state;
    const bki_ue_problem *problem = self->problem;
    const size_t          n = problem->n_origins, n_flows = problem->n_classes * self->n_arcs;
    double               *flow = self->block_flow + block * n_flows;
    (void)worker;

    memset(flow, 0, n_flows * sizeof *flow);
    for (size_t o = block * n / N_BLOCKS; o < (block + 1) * n / N_BLOCKS; o++) {
        const bki_ue_origin *origin = &problem->origins[o];
        const size_t         at = origin->class_index * self->n_arcs;
        for (size_t t = origin->first; t < origin->end; t++)
            load_trip(self, t, self->disutility + at, flow + at);
    }
}

static void
add_blocks(const route_logit *self, size_t n, double *out)
{
    memset(out, 0, n * sizeof *out);
    for (size_t b = 0; b < N_BLOCKS; b++)
        for (size_t i = 0; i < n; i++)
            out[i] += self->block_flow[b * n + i];
}

void
bki_route_logit_load(void *state, const double *disutility, double *class_flow, double *value)
{
    route_logit *self = state;

    self->disutility = disutility;
    bk_parallel(self->problem->ctx, N_BLOCKS, load_block, self);
    add_blocks(self, self->problem->n_classes * self->n_arcs, class_flow);
    *value = bk_sum(self->value, self->problem->n_trips);
}

/* Of one pair: volume share (direction of the route less its mean) on the route's arcs. */
static void
respond_trip(const route_logit *self, size_t trip, const double *direction, double *change)
{
    const bki_logit_routes *sets = &self->sets;
    const size_t            first = sets->first_route[trip], end = sets->first_route[trip + 1];
    double                  mean = 0.0;

    for (size_t r = first; r < end; r++) {
        self->number[r] = bki_logit_route_cost(sets, r, direction);
        mean += self->share[r] * self->number[r];
    }
    for (size_t r = first; r < end; r++)
        add_to_route(sets, r, self->problem->volume[trip] * self->share[r] * (self->number[r] - mean), change);
}

static void
respond_block(void *state, size_t block, size_t worker)
{
    const route_logit    *self = state;
    const bki_ue_problem *problem = self->problem;
    const size_t          n = problem->n_origins, n_flows = problem->n_classes * self->n_arcs;
    double               *change = self->block_flow + block * n_flows;
    (void)worker;

    memset(change, 0, n_flows * sizeof *change);
    for (size_t o = block * n / N_BLOCKS; o < (block + 1) * n / N_BLOCKS; o++) {
        const bki_ue_origin *origin = &problem->origins[o];
        const size_t         at = origin->class_index * self->n_arcs;
        for (size_t t = origin->first; t < origin->end; t++)
            if (self->sets.first_route[t + 1] - self->sets.first_route[t] > 1)
                respond_trip(self, t, self->direction + at, change + at);
    }
}

void
bki_route_logit_respond(void *state, const double *direction, double *change)
{
    route_logit *self = state;

    self->direction = direction;
    bk_parallel(self->problem->ctx, N_BLOCKS, respond_block, self);
    add_blocks(self, self->problem->n_classes * self->n_arcs, change);
}

/* ---- certificate ------------------------------------------------------------------------------------------------ */

/* Compares shares p with those, q, of other disutilities: written plainly, by none of what made p.  The
 * divergence is summed as p ln(p / q) - p + q, of which no term is negative. */
static void
check_trip(route_logit *self, size_t trip, const double *disutility)
{
    const bki_logit_routes *sets = &self->sets;
    const size_t            first = sets->first_route[trip], end = sets->first_route[trip + 1];
    double                  cheapest = INFINITY, sum = 0.0, divergence = 0.0, entropy = 0.0, residual = 0.0;

    for (size_t r = first; r < end; r++)
        cheapest = fmin(cheapest, bki_logit_route_cost(sets, r, disutility));
    for (size_t r = first; r < end; r++)
        sum += exp(cheapest - bki_logit_route_cost(sets, r, disutility));
    for (size_t r = first; r < end; r++) {
        const double ln_q = cheapest - bki_logit_route_cost(sets, r, disutility) - log(sum);
        const double p = self->share[r], q = exp(ln_q);
        divergence += p > 0.0 ? p * (log(p) - ln_q) - p + q : q;
        entropy -= p > 0.0 ? p * log(p) : 0.0;
        residual = fmax(residual, fabs(p - q));
    }
    self->value[trip] = self->problem->volume[trip] * divergence;
    self->entropy[trip] = self->problem->volume[trip] * entropy;
    self->residual[trip] = residual;
}

static void
check_block(void *state, size_t block, size_t worker)
{
    route_logit          *self = state;
    const bki_ue_problem *problem = self->problem;
    const size_t          n = problem->n_origins;
    (void)worker;

    for (size_t o = block * n / N_BLOCKS; o < (block + 1) * n / N_BLOCKS; o++)
        for (size_t t = problem->origins[o].first; t < problem->origins[o].end; t++)
            check_trip(self, t, self->disutility + problem->origins[o].class_index * self->n_arcs);
}

void
bki_route_logit_check(void *state, const double *disutility, bki_logit_check *out)
{
    route_logit *self = state;
    const size_t n_trips = self->problem->n_trips;

    self->disutility = disutility;
    bk_parallel(self->problem->ctx, N_BLOCKS, check_block, self);
    *out = (bki_logit_check){.divergence = fmax(bk_sum(self->value, n_trips), 0.0),
                             .entropy = bk_sum(self->entropy, n_trips),
                             .n_routes = self->sets.n_routes,
                             .n_missed = bki_logit_routes_missed(&self->sets, self->growth, disutility)};
    out->wants_routes = out->n_missed > 0 || (!self->is_spread && n_trips > 0);
    for (size_t t = 0; t < n_trips; t++)
        out->residual = fmax(out->residual, self->residual[t]);
}

/* ---- routes ----------------------------------------------------------------------------------------------------- */

/* A route from the origin on, in the network's numbers. */
static void
describe(const route_logit *self, const double *disutility, const bki_ue_origin *origin, size_t trip, size_t route,
         uint32_t *arcs, bk_used_path *out)
{
    const bki_logit_routes *sets = &self->sets;
    const size_t            n = sets->first_arc[route + 1] - sets->first_arc[route];

    for (size_t i = 0; i < n; i++)
        arcs[i] = self->problem->network_arc[sets->arcs[sets->first_arc[route + 1] - 1 - i]];
    *out = (bk_used_path){.class_index = origin->class_index,
                          .origin = origin->zone,
                          .destination = self->problem->destination[trip],
                          .volume = self->problem->volume[trip] * self->share[route],
                          .share = self->share[route],
                          .cost = bki_logit_route_cost(sets, route, disutility + origin->class_index * self->n_arcs),
                          .n_arcs = n,
                          .arcs = arcs};
}

bk_status
bki_route_logit_paths(void *state, const double *disutility, bk_arena *arena, size_t *n, bk_used_path **out)
{
    route_logit            *self = state;
    const bki_logit_routes *sets = &self->sets;
    const bki_ue_problem   *problem = self->problem;
    bk_used_path           *paths = BK_NEW(arena, bk_used_path, sets->n_routes);
    uint32_t               *arcs = BK_NEW(arena, uint32_t, sets->n_routes > 0 ? sets->first_arc[sets->n_routes] : 0);

    BK_TRY(bk_arena_ok(arena));
    for (size_t o = 0; o < problem->n_origins; o++)
        for (size_t t = problem->origins[o].first; t < problem->origins[o].end; t++)
            for (size_t r = sets->first_route[t]; r < sets->first_route[t + 1]; r++)
                describe(self, disutility, &problem->origins[o], t, r, arcs + sets->first_arc[r], &paths[r]);
    *n = sets->n_routes;
    *out = paths;
    return BK_OK;
}
