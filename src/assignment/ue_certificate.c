/* The gap of given flows, from least-cost trees grown for the purpose, and whether the flows conserve traffic. */
#include "assignment/ue_problem.h"

#include <math.h>
#include <string.h>

#define ORIGINS_A_BLOCK 8

typedef struct certificate_work {
    const bki_ue_problem *problem;
    const double         *cost; /* [n_classes][n_arcs] unit of time */
    bk_tree_method        method;
    bk_tree_scratch     **scratch;  /* [workers] */
    double               *distance; /* [workers][n_vertices] unit of time */
    uint32_t             *entering; /* [workers][n_vertices] */
    double               *least;    /* [n_trips] volume x distance */
} certificate_work;

static void
cost_of_origins(void *state, size_t block, size_t worker)
{
    const certificate_work *work = state;
    const bki_ue_problem   *problem = work->problem;
    const bk_graph         *graph = problem->graph;
    double                 *distance = work->distance + worker * graph->n_vertices;
    const size_t            first = block * ORIGINS_A_BLOCK;

    for (size_t o = first; o < first + ORIGINS_A_BLOCK && o < problem->n_origins; o++) {
        const bki_ue_origin *origin = &problem->origins[o];
        bk_tree_out(graph, work->method, work->cost + origin->class_index * graph->n_arcs, origin->root,
                    work->scratch[worker], distance, work->entering + worker * graph->n_vertices);
        for (size_t t = origin->first; t < origin->end; t++)
            work->least[t] = problem->volume[t] * distance[problem->destination[t]];
    }
}

/* cost x flow of an open arc; closed ones carry none. */
static double
total_of(const double *cost, const double *flow, size_t n, double *product)
{
    for (size_t a = 0; a < n; a++)
        product[a] = flow[a] > 0.0 ? cost[a] * flow[a] : 0.0;
    return bk_sum(product, n);
}

/* What one class gains or loses at the node where that is worst. */
static double
imbalance_of_class(const bki_ue_problem *problem, size_t class_index, const double *flow, double *balance)
{
    const bk_graph *graph = problem->graph;
    double          worst = 0.0;

    memset(balance, 0, graph->n_vertices * sizeof *balance);
    for (size_t o = 0; o < problem->n_origins; o++) {
        const bki_ue_origin *origin = &problem->origins[o];
        if (origin->class_index != class_index)
            continue;
        balance[origin->root] += origin->volume;
        for (size_t t = origin->first; t < origin->end; t++)
            balance[problem->destination[t]] -= problem->volume[t];
    }
    for (size_t a = 0; a < graph->n_arcs; a++) {
        balance[graph->tail[a]] -= flow[a];
        balance[graph->head[a]] += flow[a];
    }
    for (size_t v = 0; v < graph->n_vertices; v++)
        worst = fmax(worst, fabs(balance[v]));
    return worst;
}

static bk_status
make_work(const bki_ue_problem *problem, bk_arena *arena, certificate_work *work)
{
    const size_t n_workers = (size_t)bk_context_threads(problem->ctx), n_vertices = problem->graph->n_vertices;

    work->problem = problem;
    work->scratch = BK_NEW(arena, bk_tree_scratch *, n_workers);
    work->distance = BK_NEW(arena, double, n_workers *n_vertices);
    work->entering = BK_NEW(arena, uint32_t, n_workers * n_vertices);
    work->least = BK_NEW(arena, double, problem->n_trips);
    BK_TRY(bk_arena_ok(arena));
    for (size_t w = 0; w < n_workers; w++)
        work->scratch[w] = bk_tree_scratch_create(arena, problem->graph);
    return bk_arena_ok(arena);
}

static void
add_totals(const bki_ue_problem *problem, const double *class_flow, const double *time, double *cost, double *product,
           bki_ue_certificate *out)
{
    const size_t n = problem->graph->n_arcs;

    for (size_t c = 0; c < problem->n_classes; c++) {
        const double *fixed = problem->fixed + c * n, *flow = class_flow + c * n;
        for (size_t a = 0; a < n; a++)
            cost[c * n + a] = time[a] + fixed[a];
        out->total_cost += total_of(cost + c * n, flow, n, product);
        out->total_time += total_of(time, flow, n, product);
        out->objective += total_of(fixed, flow, n, product);
    }
}

static bk_status
certify(const bki_ue_problem *problem, const double *class_flow, double *flow, double *time, bk_arena *arena,
        bki_ue_certificate *out)
{
    const size_t     n = problem->graph->n_arcs;
    double          *cost = BK_NEW(arena, double, problem->n_classes *n), *product = BK_NEW(arena, double, n);
    double          *balance = BK_NEW(arena, double, problem->graph->n_vertices);
    certificate_work work = {.cost = cost};

    BK_TRY(make_work(problem, arena, &work));
    *out = (bki_ue_certificate){0};
    memset(flow, 0, n * sizeof *flow);
    for (size_t c = 0; c < problem->n_classes; c++)
        for (size_t a = 0; a < n; a++)
            flow[a] += class_flow[c * n + a];
    bk_vdf_eval(&problem->vdf, flow, time, product);
    add_totals(problem, class_flow, time, cost, product, out);
    bk_vdf_integral(&problem->vdf, flow, product);
    out->objective += bk_sum(product, n);
    for (size_t c = 0; c < problem->n_classes; c++)
        out->imbalance = fmax(out->imbalance, imbalance_of_class(problem, c, class_flow + c * n, balance));
    out->imbalance /= problem->total_volume > 0.0 ? problem->total_volume : 1.0;
    work.method = bk_tree_choose(problem->graph, cost, work.scratch[0]);
    bk_parallel(problem->ctx, (problem->n_origins + ORIGINS_A_BLOCK - 1) / ORIGINS_A_BLOCK, cost_of_origins, &work);
    out->least_cost = bk_sum(work.least, problem->n_trips);
    out->gap = out->least_cost > 0.0 ? fmax(0.0, (out->total_cost - out->least_cost) / out->least_cost) : 0.0;
    if (!isfinite(out->total_cost) || !isfinite(out->objective) || !isfinite(out->least_cost))
        return bk_fail_hint(problem->ctx, BK_ERR_VALUE, "check the units of capacities and volumes",
                            "the cost of the flows is beyond what numbers hold");
    return BK_OK;
}

bk_status
bki_ue_certify(const bki_ue_problem *problem, const double *class_flow, double *flow, double *time,
               bki_ue_certificate *out)
{
    bk_arena scratch;

    bk_arena_init(&scratch, problem->ctx);
    const bk_status status = certify(problem, class_flow, flow, time, &scratch, out);
    bk_arena_release(&scratch);
    return status;
}
