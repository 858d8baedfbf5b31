/* The base year's tonnes on a network, trade held: prices, flows, and the two values that bracket the optimum of the
 * program they solve. */
#include "coupling/joint.h"

#include <math.h>
#include <string.h>

#define TOLERANCE 1e-10 /* of capacity, as for the base year itself; the gap is quadratic in it */
#define PANELS    64    /* of an integral from the background to the flow: prices grow e-fold in 3 % of capacity */

typedef struct held {
    bk_context          *ctx;
    const bk_joint_base *base;
    const bk_model      *model;
    const bk_arc_costs  *costs;
    bk_assignment       *assignment;
    const bk_limits     *limits;
    double              *tonnes;                             /* [cells] t/yr */
    double              *utilisation, *price, *slope, *flow; /* [n_limits] */
    double              *queue;                              /* [n_limits] h */
    double              *mean_cost;                          /* [cells] USD/t */
    double              *mean_hours;                         /* [cells] h */
    double              *arc_flow;                           /* [n_sectors][n_arcs] t/yr */
    bk_assignment_result result;
    bk_arena            *scratch;
} held;

/* ---- solving ---------------------------------------------------------------------------------------------------- */

static bk_status
prepare(held *job, bk_arena *arena)
{
    const bk_joint_base *base = job->base;
    const size_t         n_cells = bki_cells(job->model);

    BK_TRY(bk_arc_costs_build(job->ctx, job->model, base->graph, job->scratch, &job->costs));
    BK_TRY(bk_assignment_create(job->ctx, job->model, base->graph, job->costs, base->traffic, base->universe,
                                base->post_value, base->assignment, job->scratch, &job->assignment));
    job->limits = bk_assignment_limits(job->assignment);
    const size_t n = job->limits->n_limits;
    job->tonnes = BK_NEW(arena, double, n_cells);
    job->mean_cost = BK_NEW(arena, double, n_cells);
    job->mean_hours = BK_NEW(arena, double, n_cells);
    job->utilisation = BK_NEW(job->scratch, double, n);
    job->price = BK_NEW(job->scratch, double, n);
    job->slope = BK_NEW(job->scratch, double, n);
    job->flow = BK_NEW(job->scratch, double, n);
    job->queue = BK_NEW(job->scratch, double, n);
    job->arc_flow = BK_NEW(arena, double, job->model->economy.n_sectors * base->graph->n_arcs);
    BK_TRY(bk_arena_ok(job->scratch));
    BK_TRY(bk_arena_ok(arena));
    memcpy(job->tonnes, base->tonnes, n_cells * sizeof *job->tonnes);
    for (size_t a = 0; a < n; a++)
        job->utilisation[a] = base->utilisation[job->limits->facility[a]];
    return BK_OK;
}

static void
find_queues(const held *job)
{
    const bk_network_data *network = &job->model->network;
    const size_t           first_border = network->n_links + network->n_transfers;
    double                 slope;

    for (size_t a = 0; a < job->limits->n_limits; a++) {
        if (!job->limits->is_queue[a])
            continue;
        const bk_border *row = &network->borders[job->limits->facility[a] - first_border];
        bk_queue_wait(row->lanes, row->service_hours, row->service_cv, job->utilisation[a], &job->queue[a], &slope);
    }
}

static bk_status
load(held *job, int max_rounds)
{
    const bk_assignment_settings settings = {.tolerance = TOLERANCE, .max_rounds = max_rounds};
    const size_t                 n_cells = bki_cells(job->model);
    double                      *room = BK_NEW(job->scratch, double, n_cells + job->model->economy.n_regions);

    BK_TRY(bk_arena_ok(job->scratch));
    BK_TRY(
        bk_assignment_solve(job->ctx, job->assignment, NULL, &settings, job->tonnes, job->utilisation, &job->result));
    bk_limit_price(job->assignment, job->utilisation, job->price, job->slope);
    find_queues(job);
    const bk_assignment_report report = {job->arc_flow, job->mean_cost, room, job->mean_hours, room + n_cells};
    BK_TRY(bk_assignment_fill(job->ctx, job->assignment, job->tonnes, job->price, job->queue, &report));
    bk_assignment_limit_flow(job->ctx, job->assignment, job->tonnes, job->flow);
    return BK_OK;
}

/* ---- the program ------------------------------------------------------------------------------------------------ */

/* Integral of each limit's price over utilisation, from `low` to `high` [n_limits]: Gauss and Legendre's rule of five
 * points on each panel. */
static bk_status
integrate_prices(const held *job, const double *low, const double *high, size_t panels, double *integral)
{
    static const double at[] = {0.046910077030668, 0.2307653449471585, 0.5, 0.7692346550528415, 0.953089922969332};
    static const double weight[] = {0.1184634425280945, 0.2393143352496832, 0.2844444444444444, 0.2393143352496832,
                                    0.1184634425280945};
    const size_t        n = job->limits->n_limits;
    double             *point = BK_NEW(job->scratch, double, n), *price = BK_NEW(job->scratch, double, n);
    double             *slope = BK_NEW(job->scratch, double, n);

    BK_TRY(bk_arena_ok(job->scratch));
    memset(integral, 0, n * sizeof *integral);
    for (size_t i = 0; i < panels * 5; i++) {
        for (size_t a = 0; a < n; a++)
            point[a] = low[a] + (high[a] - low[a]) * ((double)(i / 5) + at[i % 5]) / (double)panels;
        bk_limit_price(job->assignment, point, price, slope);
        for (size_t a = 0; a < n; a++)
            integral[a] += weight[i % 5] * (high[a] - low[a]) / (double)panels * price[a];
    }
    return BK_OK;
}

/* Expected cost of all tonnes that an open route serves, USD/yr: tonnes x logsum. */
static double
expected_cost(const held *job)
{
    const bk_traffic *traffic = job->base->traffic;
    const double     *cost = bk_assignment_slot_cost(job->assignment), *mass = bk_assignment_mass(job->assignment);
    const size_t      n = traffic->n_regions;
    double            sum = 0.0;

    for (size_t r = 0; r < traffic->n_relations; r++)
        for (size_t s = traffic->first_slot[traffic->first_pair[r]];
             s < traffic->first_slot[traffic->first_pair[r + 1]]; s++)
            if (mass[s] > 0.0)
                sum += job->tonnes[(traffic->slot_sector[s] * n + traffic->importer[r]) * n + traffic->exporter[r]] *
                       mass[s] * cost[s];
    return sum;
}

static bk_status
judge(const held *job, double gap, bk_joint_assignment *out)
{
    const bk_limits *limits = job->limits;
    const size_t     n = limits->n_limits;
    double          *low = BK_NEW(job->scratch, double, n), *high = BK_NEW(job->scratch, double, n);
    double          *whole = BK_NEW(job->scratch, double, n), *part = BK_NEW(job->scratch, double, n);
    double           excess = 0.0;

    BK_TRY(bk_arena_ok(job->scratch));
    for (size_t a = 0; a < n; a++) {
        low[a] = limits->background[a] / limits->capacity[a];
        high[a] = job->flow[a] / limits->capacity[a];
    }
    BK_TRY(integrate_prices(job, low, high, PANELS, whole));
    BK_TRY(integrate_prices(job, job->utilisation, high, 1, part));
    out->objective = expected_cost(job);
    for (size_t a = 0; a < n; a++) {
        out->objective += limits->capacity[a] * whole[a] - (job->flow[a] - limits->background[a]) * job->price[a];
        excess += limits->capacity[a] * (part[a] - job->price[a] * (high[a] - job->utilisation[a]));
        out->capacity = fmax(out->capacity, fabs(high[a] - job->utilisation[a]));
    }
    out->relative_gap = out->total_cost > 0.0 ? fmax(excess, 0.0) / out->total_cost : 0.0;
    out->outcome = job->result.outcome;
    if (out->outcome == BK_CONVERGED && out->relative_gap > gap)
        out->outcome = BK_STALLED;
    out->rounds = job->result.rounds;
    return BK_OK;
}

/* ---- what it comes to ------------------------------------------------------------------------------------------- */

static void
add_totals(const held *job, bk_joint_assignment *out)
{
    const bk_graph   *graph = job->base->graph;
    const bk_economy *economy = &job->model->economy;
    const size_t      n = economy->n_regions, n_cells = n * n;
    double            traded = 0.0;

    for (size_t j = 0; j < economy->n_sectors; j++) {
        for (size_t a = 0; a < graph->n_arcs; a++)
            if (graph->kind[a] == BK_ARC_UNLOAD)
                out->tonnes += job->arc_flow[j * graph->n_arcs + a];
        for (size_t cell = 0; economy->sectors[j].traded && cell < n_cells; cell++) {
            const double tonnes = cell / n != cell % n ? job->tonnes[j * n_cells + cell] : 0.0;
            traded += tonnes;
            if (tonnes > 0.0 && isfinite(job->mean_cost[j * n_cells + cell]))
                out->total_cost += tonnes * job->mean_cost[j * n_cells + cell];
        }
    }
    out->lost_tonnes = traded - out->tonnes > 1e-9 * traded ? traded - out->tonnes : 0.0;
}

static bk_status
fill_facilities(const held *job, bk_arena *arena, bk_joint_assignment *out)
{
    const bk_graph        *graph = job->base->graph;
    const bk_network_data *network = &job->model->network;
    double                *flow = BK_NEW(arena, double, graph->n_facilities),
           *utilisation = BK_NEW(arena, double, graph->n_facilities);
    double *price = BK_NEW(arena, double, graph->n_facilities), *queue = BK_NEW(arena, double, graph->n_facilities);

    BK_TRY(bk_arena_ok(arena));
    for (size_t l = 0; l < network->n_links; l++)
        flow[l] = network->links[l].background;
    for (size_t j = 0; j < job->model->economy.n_sectors; j++)
        for (size_t a = 0; a < graph->n_arcs; a++)
            if (graph->facility[a] != BK_NONE)
                flow[graph->facility[a]] += job->arc_flow[j * graph->n_arcs + a];
    for (size_t a = 0; a < job->limits->n_limits; a++) {
        const uint32_t facility = job->limits->facility[a];
        utilisation[facility] = flow[facility] / job->limits->capacity[a];
        price[facility] = job->price[a];
        queue[facility] = job->queue[a];
    }
    out->arc_flow = job->arc_flow;
    out->facility_flow = flow;
    out->utilisation = utilisation;
    out->price = price;
    out->queue_hours = queue;
    return BK_OK;
}

static bk_status
assign(held *job, double gap, int max_rounds, bk_arena *arena, bk_joint_assignment *out)
{
    bk_joint_assignment found = {.tonnes = 0.0};
    bk_route_gain       gain;

    BK_TRY(prepare(job, arena));
    BK_TRY(load(job, max_rounds));
    add_totals(job, &found);
    BK_TRY(judge(job, gap, &found));
    BK_TRY(fill_facilities(job, arena, &found));
    BK_TRY(bk_assignment_route_gain(job->ctx, job->assignment, job->tonnes, job->price, &gain));
    found.routes_missed = gain.missed;
    found.pair_tonnes = job->tonnes;
    found.mean_cost = job->mean_cost;
    found.mean_hours = job->mean_hours;
    *out = found;
    return BK_OK;
}

bk_status
bk_joint_assign(bk_context *ctx, const bk_joint_base *base, const bk_model *model, double gap, int max_rounds,
                bk_arena *arena, bk_joint_assignment *out)
{
    bk_arena scratch;
    held     job = {.ctx = ctx, .base = base, .model = model, .scratch = &scratch};

    if (base->assignment == NULL)
        return bk_fail(ctx, BK_ERR_INCONSISTENT, "a study without network has nothing to assign");
    bk_arena_init(&scratch, ctx);
    const bk_status status = assign(&job, gap, max_rounds, arena, out);
    bk_arena_release(&scratch);
    return status;
}
