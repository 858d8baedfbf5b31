/* Bi-conjugate Frank-Wolfe: the direction is a blend of the all-or-nothing flows and the two last target points such
 * that it is conjugate to the two last directions with respect to the slopes (Mitradjieva & Lindberg 2013,
 * Transportation Science 47, section 3). */
#include "assignment/ue_problem.h"

#include <math.h>
#include <string.h>

#define N_BLOCKS 8 /* of origins, each with flows of its own, added in order */

typedef struct frank_wolfe {
    const bki_ue_problem *problem;
    size_t                n_arcs, n;  /* n = n_classes n_arcs */
    double               *flow;       /* [n] unit of traffic */
    double               *target;     /* [n] all-or-nothing at the costs of `flow`, unit of traffic */
    double               *point[2];   /* [n] the last target point and the one before, unit of traffic */
    double               *direction;  /* [n] unit of traffic */
    double               *total;      /* [n_arcs] of all classes at a trial point, unit of traffic */
    double               *time;       /* [n_arcs] unit of time */
    double               *slope;      /* [n_arcs] unit of time per unit of traffic */
    double               *cost;       /* [n] unit of time */
    double               *product;    /* [n] */
    double               *block_flow; /* [N_BLOCKS][n] unit of traffic */
    double               *least;      /* [n_trips] volume x distance */
    size_t                n_workers;
    bk_tree_scratch     **scratch;   /* [n_workers] */
    double               *distance;  /* [n_workers][n_vertices] unit of time */
    uint32_t             *entering;  /* [n_workers][n_vertices] */
    int                   n_points;  /* that conjugacy can lean on: 0, 1, 2 */
    double                last_step; /* in (0, 1) */
} frank_wolfe;

/* ---- all-or-nothing ------------------------------------------------------------------------------------------- */

static void
load_origin(frank_wolfe *state, const bki_ue_origin *origin, double *flow, size_t worker)
{
    const bki_ue_problem *problem = state->problem;
    const bk_graph       *graph = problem->graph;
    double               *distance = state->distance + worker * graph->n_vertices;
    uint32_t             *entering = state->entering + worker * graph->n_vertices;

    bk_tree_out(graph, BK_TREE_LABEL_CORRECTING, state->cost + origin->class_index * state->n_arcs, origin->root,
                state->scratch[worker], distance, entering);
    for (size_t t = origin->first; t < origin->end; t++) {
        state->least[t] = problem->volume[t] * distance[problem->destination[t]];
        for (uint32_t v = problem->destination[t]; v != origin->root; v = graph->tail[entering[v]])
            flow[entering[v]] += problem->volume[t];
    }
}

static void
load_block(void *argument, size_t block, size_t worker)
{
    frank_wolfe *state = argument;
    const size_t n = state->problem->n_origins;
    double      *flow = state->block_flow + block * state->n;

    memset(flow, 0, state->n * sizeof *flow);
    for (size_t o = block * n / N_BLOCKS; o < (block + 1) * n / N_BLOCKS; o++) {
        const bki_ue_origin *origin = &state->problem->origins[o];
        load_origin(state, origin, flow + origin->class_index * state->n_arcs, worker);
    }
}

static void
load_all_or_nothing(frank_wolfe *state, double *out)
{
    bk_parallel(state->problem->ctx, N_BLOCKS, load_block, state);
    memset(out, 0, state->n * sizeof *out);
    for (size_t b = 0; b < N_BLOCKS; b++)
        for (size_t i = 0; i < state->n; i++)
            out[i] += state->block_flow[b * state->n + i];
}

/* Time, slope and the classes' costs at flow + step direction. */
static void
set_costs(frank_wolfe *state, double step)
{
    memset(state->total, 0, state->n_arcs * sizeof *state->total);
    for (size_t i = 0; i < state->n; i++)
        state->total[i % state->n_arcs] += state->flow[i] + (step != 0.0 ? step * state->direction[i] : 0.0);
    for (size_t a = 0; a < state->n_arcs; a++)
        state->total[a] = fmax(state->total[a], 0.0);
    bk_vdf_eval(&state->problem->vdf, state->total, state->time, state->slope);
    for (size_t i = 0; i < state->n; i++)
        state->cost[i] = state->time[i % state->n_arcs] + state->problem->fixed[i];
}

bk_status
bki_frank_wolfe_start(const bki_ue_problem *problem, const bk_equilibrium_settings *settings, bk_arena *arena,
                      void **out)
{
    frank_wolfe *state = BK_NEW(arena, frank_wolfe, 1);
    const size_t n_arcs = problem->graph->n_arcs, n = problem->n_classes * n_arcs;
    const size_t n_vertices = problem->graph->n_vertices, n_workers = (size_t)bk_context_threads(problem->ctx);
    (void)settings;

    BK_TRY(bk_arena_ok(arena));
    double **of_classes[] = {&state->flow,      &state->target, &state->point[0], &state->point[1],
                             &state->direction, &state->cost,   &state->product};
    double **of_arcs[] = {&state->total, &state->time, &state->slope};
    for (size_t i = 0; i < sizeof of_classes / sizeof *of_classes; i++)
        *of_classes[i] = BK_NEW(arena, double, n);
    for (size_t i = 0; i < sizeof of_arcs / sizeof *of_arcs; i++)
        *of_arcs[i] = BK_NEW(arena, double, n_arcs);
    state->problem = problem;
    state->n_arcs = n_arcs;
    state->n = n;
    state->n_workers = n_workers;
    state->block_flow = BK_NEW(arena, double, N_BLOCKS *n);
    state->least = BK_NEW(arena, double, problem->n_trips);
    state->scratch = BK_NEW(arena, bk_tree_scratch *, n_workers);
    state->distance = BK_NEW(arena, double, n_workers *n_vertices);
    state->entering = BK_NEW(arena, uint32_t, n_workers * n_vertices);
    BK_TRY(bk_arena_ok(arena));
    for (size_t w = 0; w < n_workers; w++)
        state->scratch[w] = bk_tree_scratch_create(arena, problem->graph);
    BK_TRY(bk_arena_ok(arena));
    set_costs(state, 0.0);
    load_all_or_nothing(state, state->flow);
    *out = state;
    return BK_OK;
}

/* ---- direction ------------------------------------------------------------------------------------------------ */

/* Sum over arcs of slope (a - b of all classes) (c - d of all classes). */
static double
curvature(frank_wolfe *state, const double *a, const double *b, const double *c, const double *d)
{
    const size_t n_arcs = state->n_arcs;

    for (size_t arc = 0; arc < n_arcs; arc++) {
        double left = 0.0, right = 0.0;
        for (size_t i = arc; i < state->n; i += n_arcs) {
            left += a[i] - b[i];
            right += c[i] - d[i];
        }
        state->product[arc] = state->slope[arc] * left * right;
    }
    return bk_sum(state->product, n_arcs);
}

/* Weights of the all-or-nothing flows, the last point and the one before. */
static void
choose_weights(frank_wolfe *state, double weight[3])
{
    const double *flow = state->flow, *target = state->target, *last = state->point[0], *before = state->point[1];
    const double  step = state->last_step;
    double        mu = 0.0, nu = 0.0;

    if (state->n_points >= 1) {
        const double below = curvature(state, last, flow, last, flow);
        nu = below > 0.0 ? -curvature(state, last, flow, target, flow) / below : 0.0;
    }
    if (state->n_points >= 2) {
        double *blend = state->direction;
        for (size_t i = 0; i < state->n; i++)
            blend[i] = step * last[i] + (1.0 - step) * before[i];
        const double below = curvature(state, blend, flow, before, last);
        mu = below != 0.0 ? -curvature(state, blend, flow, target, flow) / below : 0.0;
        mu = isfinite(mu) ? fmax(mu, 0.0) : 0.0;
        nu += mu * step / (1.0 - step);
    }
    nu = isfinite(nu) ? fmax(nu, 0.0) : 0.0;
    weight[0] = 1.0 / (1.0 + mu + nu);
    weight[1] = nu * weight[0];
    weight[2] = mu * weight[0];
}

/* Sum of cost x direction at flow + step direction: the derivative of Beckmann's function along it. */
static double
derivative(frank_wolfe *state, double step)
{
    set_costs(state, step);
    for (size_t i = 0; i < state->n; i++)
        state->product[i] = state->direction[i] != 0.0 ? state->cost[i] * state->direction[i] : 0.0;
    return bk_sum(state->product, state->n);
}

/* Moves the points on: the new one is the blend; false if it is no way down. */
static bool
set_direction(frank_wolfe *state, const double weight[3])
{
    double *new_point = state->point[1];

    for (size_t i = 0; i < state->n; i++) {
        new_point[i] = weight[0] * state->target[i] + weight[1] * state->point[0][i] + weight[2] * state->point[1][i];
        state->direction[i] = new_point[i] - state->flow[i];
    }
    state->point[1] = state->point[0];
    state->point[0] = new_point;
    return derivative(state, 0.0) < 0.0;
}

/* Where the derivative vanishes in [0, 1], by halving: it rises with the step. */
static double
search_line(frank_wolfe *state)
{
    double low = 0.0, high = 1.0;

    if (derivative(state, 1.0) <= 0.0)
        return 1.0;
    for (int i = 0; i < 50; i++) {
        const double middle = 0.5 * (low + high);
        if (derivative(state, middle) <= 0.0)
            low = middle;
        else
            high = middle;
    }
    return low;
}

bk_status
bki_frank_wolfe_step(void *argument, double target, double *gap)
{
    frank_wolfe *state = argument;
    double       weight[3] = {1.0, 0.0, 0.0};

    set_costs(state, 0.0);
    for (size_t i = 0; i < state->n; i++)
        state->product[i] = state->flow[i] > 0.0 ? state->cost[i] * state->flow[i] : 0.0;
    const double cost = bk_sum(state->product, state->n);
    load_all_or_nothing(state, state->target);
    const double least = bk_sum(state->least, state->problem->n_trips);
    *gap = least > 0.0 ? fmax(cost - least, 0.0) / least : 0.0;
    if (*gap <= target)
        return BK_OK;
    choose_weights(state, weight);
    if (!set_direction(state, weight)) {
        state->n_points = 0;
        set_direction(state, (const double[3]){1.0, 0.0, 0.0});
    }
    const double step = search_line(state);
    for (size_t i = 0; i < state->n; i++)
        state->flow[i] = fmax(state->flow[i] + step * state->direction[i], 0.0);
    state->last_step = step;
    state->n_points = step > 0.0 && step < 0.99999 ? state->n_points + (state->n_points < 2) : 0;
    return BK_OK;
}

void
bki_frank_wolfe_flows(void *argument, double *class_flow)
{
    const frank_wolfe *state = argument;

    memcpy(class_flow, state->flow, state->n * sizeof *class_flow);
}

bk_status
bki_frank_wolfe_keep(void *argument, bk_arena *arena, const bk_bushes **out)
{
    (void)argument;
    (void)arena;
    *out = NULL;
    return BK_OK;
}
