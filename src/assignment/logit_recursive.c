/* Recursive logit: for each class and destination a choice at every node, all walks included. */
#include "assignment/logit.h"
#include "assignment/logit_recursive.h"
#include "assignment/logit_values.h"

#include <math.h>
#include <string.h>

#define N_BLOCKS 8 /* of destinations, each with flows of its own, added in order */

typedef struct recursive_logit {
    const bki_ue_problem  *problem;
    size_t                 n_arcs, n_vertices;
    bki_logit_destinations to;
    bki_walks              walks;
    bki_walk_sums         *sums;       /* [n_classes] at the disutilities loaded last */
    bki_walk_sums         *other_sums; /* [n_classes] at those checked last */
    double                *share;      /* [n_destinations][n_arcs] likewise */
    double                *visits;     /* [n_destinations][n_vertices] unit of traffic */
    double                *ln_z;       /* [n_destinations][n_vertices] as in bki_values */
    const double          *disutility; /* [n_classes][n_arcs] */
    double                *block_flow; /* [N_BLOCKS][n_classes][n_arcs] unit of traffic */
    double                *value;      /* [n_destinations] volume x expected least disutility; check: divergence */
    double                *entropy;    /* [n_destinations] */
    double                *residual;   /* [n_destinations] */
    const double          *direction;  /* [n_classes][n_arcs] of disutilities */
    bki_values            *values;     /* [workers] */
    double                *source;     /* [workers][n_vertices] */
    double                *slope;      /* [workers][n_vertices] of values along the direction */
    double                *change;     /* [workers][n_vertices] of visits along it */
} recursive_logit;

/* ---- a life ----------------------------------------------------------------------------------------------------- */

static bk_status
allocate(recursive_logit *self, bk_arena *arena)
{
    const size_t n_workers = (size_t)bk_context_threads(self->problem->ctx), n = self->to.n;

    self->share = BK_NEW(arena, double, n * self->n_arcs);
    self->visits = BK_NEW(arena, double, n * self->n_vertices);
    self->ln_z = BK_NEW(arena, double, n * self->n_vertices);
    self->sums = BK_NEW(arena, bki_walk_sums, self->problem->n_classes);
    self->other_sums = BK_NEW(arena, bki_walk_sums, self->problem->n_classes);
    self->block_flow = BK_NEW(arena, double, N_BLOCKS * self->problem->n_classes * self->n_arcs);
    self->value = BK_NEW(arena, double, n);
    self->entropy = BK_NEW(arena, double, n);
    self->residual = BK_NEW(arena, double, n);
    self->values = BK_NEW(arena, bki_values, n_workers);
    self->source = BK_NEW(arena, double, n_workers * self->n_vertices);
    self->slope = BK_NEW(arena, double, n_workers * self->n_vertices);
    self->change = BK_NEW(arena, double, n_workers * self->n_vertices);
    BK_TRY(bk_arena_ok(arena));
    for (size_t w = 0; w < n_workers; w++)
        BK_TRY(bki_values_create(&self->walks, arena, &self->values[w]));
    for (size_t c = 0; c < self->problem->n_classes; c++) {
        BK_TRY(bki_walk_sums_create(&self->walks, arena, &self->sums[c]));
        BK_TRY(bki_walk_sums_create(&self->walks, arena, &self->other_sums[c]));
    }
    return BK_OK;
}

bk_status
bki_recursive_logit_start(const bki_ue_problem *problem, const bk_stochastic_settings *settings, bk_arena *arena,
                          void **out)
{
    recursive_logit *self = BK_NEW(arena, recursive_logit, 1);

    BK_TRY(bk_arena_ok(arena));
    if (settings->keep_paths)
        return bk_fail_hint(problem->ctx, BK_ERR_USAGE, "logit has a list of routes",
                            "recursive logit has no list of routes: there is no end of them");
    self->problem = problem;
    self->n_arcs = problem->graph->n_arcs;
    self->n_vertices = problem->graph->n_vertices;
    BK_TRY(bki_logit_destinations_build(problem, arena, &self->to));
    BK_TRY(bki_walks_create(problem->ctx, problem->graph, arena, &self->walks));
    BK_TRY(allocate(self, arena));
    *out = self;
    return bki_logit_refuse_endless(problem, settings->dispersion, &self->sums[0]);
}

void
bki_recursive_logit_release(void *state)
{
    (void)state;
}

/* Sums over walks for each class; false if some have no end. */
static bool
set_sums(recursive_logit *self, const double *disutility, bki_walk_sums *sums)
{
    self->disutility = disutility;
    for (size_t c = 0; c < self->problem->n_classes; c++)
        if (!bki_walk_sums_set(&sums[c], disutility + c * self->n_arcs))
            return false;
    return true;
}

bool
bki_recursive_logit_allows(void *state, const double *disutility)
{
    recursive_logit *self = state;

    return set_sums(self, disutility, self->other_sums);
}

bk_status
bki_recursive_logit_enlarge(void *state, const double *disutility)
{
    (void)state;
    (void)disutility;
    return BK_OK;
}

bk_status
bki_recursive_logit_paths(void *state, const double *disutility, bk_arena *arena, size_t *n, bk_used_path **out)
{
    (void)state;
    (void)disutility;
    (void)arena;
    *n = 0;
    *out = NULL;
    return BK_OK;
}

/* ---- loading ---------------------------------------------------------------------------------------------------- */

/* The traffic of each vertex that sets out from there. */
static void
set_sources(const recursive_logit *self, const bki_logit_destination *to, double *source)
{
    memset(source, 0, self->n_vertices * sizeof *source);
    for (size_t i = to->first; i < to->end; i++)
        source[self->to.root[i]] += self->to.volume[i];
}

static void
load_destination(recursive_logit *self, size_t d, double *flow, size_t worker)
{
    const bki_logit_destination *to = &self->to.destinations[d];
    const bki_walk_sums         *sums = &self->sums[to->class_index];
    const bk_graph              *graph = self->problem->graph;
    bki_values                  *values = &self->values[worker];
    double                      *share = self->share + d * self->n_arcs, *visits = self->visits + d * self->n_vertices;
    double                      *source = self->source + worker * self->n_vertices;

    bki_values_solve(values, sums, self->disutility + to->class_index * self->n_arcs, to->vertex);
    memcpy(share, values->share, self->n_arcs * sizeof *share);
    memcpy(self->ln_z + d * self->n_vertices, values->ln_z, self->n_vertices * sizeof *values->ln_z);
    set_sources(self, to, source);
    bki_values_factor(values, sums);
    bki_values_push(values, source, visits);
    for (size_t a = 0; a < self->n_arcs; a++)
        flow[a] += share[a] * visits[graph->tail[a]];
    self->value[d] = 0.0;
    for (size_t i = to->first; i < to->end; i++)
        self->value[d] += self->to.volume[i] * bki_values_expected(values, self->to.root[i]);
}

static void
load_block(void *state, size_t block, size_t worker)
{
    recursive_logit *self = state;
    const size_t     n = self->to.n, n_flows = self->problem->n_classes * self->n_arcs;
    double          *flow = self->block_flow + block * n_flows;

    memset(flow, 0, n_flows * sizeof *flow);
    for (size_t d = block * n / N_BLOCKS; d < (block + 1) * n / N_BLOCKS; d++)
        load_destination(self, d, flow + self->to.destinations[d].class_index * self->n_arcs, worker);
}

static void
add_blocks(const recursive_logit *self, size_t n, double *out)
{
    memset(out, 0, n * sizeof *out);
    for (size_t b = 0; b < N_BLOCKS; b++)
        for (size_t i = 0; i < n; i++)
            out[i] += self->block_flow[b * n + i];
}

void
bki_recursive_logit_load(void *state, const double *disutility, double *class_flow, double *value)
{
    recursive_logit *self = state;

    set_sums(self, disutility, self->sums);
    bk_parallel(self->problem->ctx, N_BLOCKS, load_block, self);
    add_blocks(self, self->problem->n_classes * self->n_arcs, class_flow);
    *value = bk_sum(self->value, self->to.n);
}

/* With u the slope of values along the direction v: share' = -share (v + u(head) - u(tail)), and visits change by what
 * shares send elsewhere. */
static void
respond_destination(recursive_logit *self, size_t d, const double *direction, double *change, size_t worker)
{
    const bk_graph *graph = self->problem->graph;
    const double   *share = self->share + d * self->n_arcs, *visits = self->visits + d * self->n_vertices;
    bki_values     *values = &self->values[worker];
    double         *source = self->source + worker * self->n_vertices, *slope = self->slope + worker * self->n_vertices;
    double         *turned = self->values[worker].share, *moved = self->change + worker * self->n_vertices;

    values->destination = self->to.destinations[d].vertex;
    memcpy(values->ln_z, self->ln_z + d * self->n_vertices, self->n_vertices * sizeof *values->ln_z);
    bki_values_factor(values, &self->sums[self->to.destinations[d].class_index]);
    memset(source, 0, self->n_vertices * sizeof *source);
    for (size_t a = 0; a < self->n_arcs; a++)
        source[graph->tail[a]] += share[a] * direction[a];
    bki_values_pull(values, source, slope);
    memset(source, 0, self->n_vertices * sizeof *source);
    for (size_t a = 0; a < self->n_arcs; a++) {
        const uint32_t i = graph->tail[a], j = graph->head[a];
        turned[a] = share[a] * (direction[a] + slope[j] - slope[i]) * visits[i];
        source[j] += turned[a];
    }
    bki_values_push(values, source, moved);
    for (size_t a = 0; a < self->n_arcs; a++)
        change[a] += turned[a] + share[a] * moved[graph->tail[a]];
}

static void
respond_block(void *state, size_t block, size_t worker)
{
    recursive_logit *self = state;
    const size_t     n = self->to.n, n_flows = self->problem->n_classes * self->n_arcs;
    double          *change = self->block_flow + block * n_flows;

    memset(change, 0, n_flows * sizeof *change);
    for (size_t d = block * n / N_BLOCKS; d < (block + 1) * n / N_BLOCKS; d++) {
        const size_t at = self->to.destinations[d].class_index * self->n_arcs;
        respond_destination(self, d, self->direction + at, change + at, worker);
    }
}

void
bki_recursive_logit_respond(void *state, const double *direction, double *change)
{
    recursive_logit *self = state;

    self->direction = direction;
    bk_parallel(self->problem->ctx, N_BLOCKS, respond_block, self);
    add_blocks(self, self->problem->n_classes * self->n_arcs, change);
}

/* ---- certificate ------------------------------------------------------------------------------------------------ */

/* How far the values are from solving their equation: by log-sum-exp of disutilities as they are. */
static double
error_of_values(const bki_values *values, const double *disutility)
{
    const bk_graph *graph = values->walks->graph;
    double          worst = 0.0;

    for (uint32_t v = 0; v < graph->n_vertices; v++) {
        double least = INFINITY, sum = 0.0;
        if (v == values->destination || !isfinite(values->ln_z[v]))
            continue;
        for (uint32_t a = graph->first_out[v]; a < graph->first_out[v + 1]; a++)
            least = fmin(least, disutility[a] + bki_values_expected(values, graph->head[a]));
        for (uint32_t a = graph->first_out[v]; a < graph->first_out[v + 1]; a++)
            sum += exp(least - disutility[a] - bki_values_expected(values, graph->head[a]));
        worst = fmax(worst, fabs(least - log(sum) - bki_values_expected(values, v)));
    }
    return worst;
}

/* Compares the shares p loaded last with those, q, at the values just solved.  The divergence of two chains is that of
 * their steps, weighted by visits. */
static void
compare_chains(recursive_logit *self, size_t d, const bki_values *values)
{
    const bk_graph *graph = self->problem->graph;
    const double   *share = self->share + d * self->n_arcs, *visits = self->visits + d * self->n_vertices;

    self->value[d] = self->entropy[d] = 0.0;
    for (uint32_t v = 0; v < graph->n_vertices; v++) {
        double divergence = 0.0, entropy = 0.0;
        for (uint32_t a = graph->first_out[v]; a < graph->first_out[v + 1]; a++) {
            const double p = share[a], q = values->share[a];
            divergence += p > 0.0 && q > 0.0 ? p * log(p / q) - p + q : fabs(p - q);
            entropy -= p > 0.0 ? p * log(p) : 0.0;
        }
        self->value[d] += visits[v] * divergence;
        self->entropy[d] += visits[v] * entropy;
    }
}

static void
check_destination(recursive_logit *self, size_t d, size_t worker)
{
    const bki_logit_destination *to = &self->to.destinations[d];
    const bki_walk_sums         *sums = &self->other_sums[to->class_index];
    const bk_graph              *graph = self->problem->graph;
    bki_values                  *values = &self->values[worker];
    const double                *share = self->share + d * self->n_arcs, *visits = self->visits + d * self->n_vertices;
    double *source = self->source + worker * self->n_vertices, *others = self->change + worker * self->n_vertices;

    bki_values_solve(values, sums, self->disutility + to->class_index * self->n_arcs, to->vertex);
    compare_chains(self, d, values);
    set_sources(self, to, source);
    bki_values_factor(values, sums);
    bki_values_push(values, source, others);
    self->residual[d] = error_of_values(values, self->disutility + to->class_index * self->n_arcs);
    for (size_t a = 0; a < self->n_arcs; a++) {
        const double difference = share[a] * visits[graph->tail[a]] - values->share[a] * others[graph->tail[a]];
        self->residual[d] = fmax(self->residual[d], fabs(difference) / to->volume);
    }
}

static void
check_block(void *state, size_t block, size_t worker)
{
    recursive_logit *self = state;
    const size_t     n = self->to.n;

    for (size_t d = block * n / N_BLOCKS; d < (block + 1) * n / N_BLOCKS; d++)
        check_destination(self, d, worker);
}

void
bki_recursive_logit_check(void *state, const double *disutility, bki_logit_check *out)
{
    recursive_logit *self = state;

    set_sums(self, disutility, self->other_sums);
    bk_parallel(self->problem->ctx, N_BLOCKS, check_block, self);
    *out = (bki_logit_check){.divergence = fmax(bk_sum(self->value, self->to.n), 0.0),
                             .entropy = bk_sum(self->entropy, self->to.n)};
    for (size_t d = 0; d < self->to.n; d++)
        out->residual = fmax(out->residual, self->residual[d]);
}
