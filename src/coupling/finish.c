/* A solved state into a solution, and how far it is from an equilibrium: every figure of the certificate is found anew
 * from arc flows, another evaluation or least-cost trees, none is taken from the last step. */
#include "coupling/joint.h"

#include <math.h>
#include <string.h>

typedef struct finish { /* what is filled while a solution is made */
    bk_context          *ctx;
    const bk_joint_base *base;
    bk_assignment       *assignment;
    bki_trade_demand    *demand;
    const bk_limits     *limits;
    const double        *utilisation;           /* [n_limits] */
    const double        *tonnes;                /* [cells] */
    double              *price, *slope, *queue; /* [n_limits] */
    double              *arc_flow, *mean_cost, *mean_constant, *mean_hours, *co2;
    double              *facility_flow, *facility_utilisation, *facility_price, *facility_queue; /* [n_facilities] */
} finish;

/* ---- facilities ------------------------------------------------------------------------------------------------ */

static void
facility_flows(const finish *job)
{
    const bk_graph        *graph = job->base->graph;
    const bk_network_data *network = &job->demand->model->network;
    const size_t           n_sectors = job->demand->model->economy.n_sectors;

    for (size_t l = 0; l < network->n_links; l++)
        job->facility_flow[l] = network->links[l].background;
    for (size_t j = 0; j < n_sectors; j++)
        for (size_t a = 0; a < graph->n_arcs; a++)
            if (graph->facility[a] != BK_NONE)
                job->facility_flow[graph->facility[a]] += job->arc_flow[j * graph->n_arcs + a];
}

static void
facility_states(const finish *job)
{
    for (size_t a = 0; a < job->limits->n_limits; a++) {
        const uint32_t facility = job->limits->facility[a];
        job->facility_utilisation[facility] = job->facility_flow[facility] / job->limits->capacity[a];
        job->facility_price[facility] = job->price[a];
        job->facility_queue[facility] = job->queue[a];
    }
}

/* Hours behind the prices of queues. */
static void
queue_hours(const finish *job)
{
    const bk_network_data *network = &job->demand->model->network;
    const size_t           first_border = network->n_links + network->n_transfers;
    double                 slope;

    for (size_t a = 0; a < job->limits->n_limits; a++) {
        job->queue[a] = 0.0;
        if (!job->limits->is_queue[a])
            continue;
        const bk_border *row = &network->borders[job->limits->facility[a] - first_border];
        bk_queue_wait(row->lanes, row->service_hours, row->service_cv, job->utilisation[a], &job->queue[a], &slope);
    }
}

/* ---- certificate ----------------------------------------------------------------------------------------------- */

static double
capacity_residual(const finish *job)
{
    double largest = 0.0;

    for (size_t a = 0; a < job->limits->n_limits; a++)
        largest = fmax(largest, fabs(job->facility_flow[job->limits->facility[a]] / job->limits->capacity[a] -
                                     job->utilisation[a]));
    return largest;
}

/* Tonnes that arrive at the end of their routes against tonnes traded between regions by weight. */
static double
tonnes_residual(const finish *job)
{
    const bk_graph *graph = job->base->graph;
    const size_t    n_regions = job->demand->model->economy.n_regions, n_cells = n_regions * n_regions;
    const size_t    n_sectors = job->demand->model->economy.n_sectors;
    double          loaded = 0.0, traded = 0.0;

    for (size_t j = 0; j < n_sectors; j++) {
        for (size_t a = 0; a < graph->n_arcs; a++)
            if (graph->kind[a] == BK_ARC_UNLOAD)
                loaded += job->arc_flow[j * graph->n_arcs + a];
        for (size_t cell = 0; cell < n_cells; cell++)
            if (cell / n_regions != cell % n_regions && job->demand->model->economy.sectors[j].traded)
                traded += job->tonnes[j * n_cells + cell];
    }
    return traded > 0.0 ? fabs(loaded - traded) / traded : loaded;
}

static double
largest_change_of_logarithm(size_t n, const double *x, const double *y)
{
    double largest = 0.0;

    for (size_t i = 0; i < n; i++)
        if (isfinite(x[i]) && isfinite(y[i]))
            largest = fmax(largest, fabs(log(y[i] / x[i])));
        else if (isfinite(x[i]) != isfinite(y[i]))
            largest = INFINITY;
    return largest;
}

/* Once more round: prices at the flows found, costs and shares at these prices. */
static bk_status
once_more(finish *job, bk_certificate *certificate)
{
    bk_arena scratch;
    size_t   n_shares;

    bk_arena_init(&scratch, job->ctx);
    const double *shares = bk_assignment_shares(job->assignment, &n_shares);
    double       *before = BK_NEW(&scratch, double, n_shares),
           *factor = BK_NEW(&scratch, double, bki_cells(job->demand->model));
    double   *numbers = BK_NEW(&scratch, double, 3 * job->limits->n_limits);
    bk_status status = bk_arena_ok(&scratch);
    if (status == BK_OK) {
        double *utilisation = numbers, *price = utilisation + job->limits->n_limits,
               *slope = price + job->limits->n_limits;
        memcpy(before, shares, n_shares * sizeof *before);
        memcpy(factor, job->demand->factor, bki_cells(job->demand->model) * sizeof *factor);
        for (size_t a = 0; a < job->limits->n_limits; a++)
            utilisation[a] = job->facility_flow[job->limits->facility[a]] / job->limits->capacity[a];
        bk_limit_price(job->assignment, utilisation, price, slope);
        bk_assignment_evaluate(job->ctx, job->assignment, price);
        status = bki_demand_factors(job->demand, bk_assignment_slot_cost(job->assignment), factor);
        certificate->loop = largest_change_of_logarithm(bki_cells(job->demand->model), job->demand->factor, factor);
        for (size_t i = 0; i < n_shares; i++)
            certificate->assignment_gap = fmax(certificate->assignment_gap, fabs(shares[i] - before[i]));
    }
    bk_arena_release(&scratch);
    return status;
}

static bk_status
certify(finish *job, const bk_trade_solution *trade, bk_certificate *certificate)
{
    bk_route_gain gain;

    *certificate =
        (bk_certificate){.capacity = capacity_residual(job), .trade = trade->residual, .walras = trade->walras};
    if (job->arc_flow != NULL) {
        certificate->tonnes = tonnes_residual(job);
        BK_TRY(bk_assignment_route_gain(job->ctx, job->assignment, job->tonnes, job->price, &gain));
        certificate->route_gain = gain.largest;
        certificate->route_gain_mean = gain.mean;
        certificate->routes_missed = gain.missed;
    }
    return once_more(job, certificate);
}

/* ---- all ------------------------------------------------------------------------------------------------------- */

/* Expected cost of each cell over the zones still open. */
static void
cell_costs(const finish *job, double *transport_cost)
{
    const bk_traffic *traffic = job->base->traffic;
    const double     *slot_cost = bk_assignment_slot_cost(job->assignment), *mass = bk_assignment_mass(job->assignment);
    const size_t      n = traffic->n_regions;

    for (size_t r = 0; r < traffic->n_relations; r++)
        for (size_t s = traffic->first_slot[traffic->first_pair[r]];
             s < traffic->first_slot[traffic->first_pair[r + 1]]; s++)
            if (mass[s] > 0.0)
                transport_cost[(traffic->slot_sector[s] * n + traffic->importer[r]) * n + traffic->exporter[r]] +=
                    mass[s] * slot_cost[s];
}

/* Flows at the shares of the last evaluation, which was at these utilisations: what the gains and their certificate
 * rest on. */
static bk_status
report_gains(finish *job, bk_arena *arena)
{
    double *flow = BK_NEW(arena, double, job->limits->n_limits);

    BK_TRY(bk_arena_ok(arena));
    bk_assignment_limit_flow(job->ctx, job->assignment, job->tonnes, flow);
    for (size_t a = 0; a < job->limits->n_limits; a++)
        job->facility_flow[job->limits->facility[a]] = flow[a];
    facility_states(job);
    return BK_OK;
}

static bk_status
report_all(finish *job, bk_arena *arena, bk_joint_solution *out)
{
    const size_t n_cells = bki_cells(job->demand->model);
    double      *transport_cost = BK_NEW(arena, double, n_cells), *factor = BK_NEW(arena, double, n_cells);

    job->arc_flow = BK_NEW(arena, double, job->demand->model->economy.n_sectors * job->base->graph->n_arcs);
    job->mean_cost = BK_NEW(arena, double, n_cells);
    job->mean_constant = BK_NEW(arena, double, n_cells);
    job->mean_hours = BK_NEW(arena, double, n_cells);
    job->co2 = BK_NEW(arena, double, job->demand->model->economy.n_regions);
    BK_TRY(bk_arena_ok(arena));
    queue_hours(job);
    const bk_assignment_report report = {job->arc_flow, job->mean_cost, job->mean_constant, job->mean_hours, job->co2};
    BK_TRY(bk_assignment_fill(job->ctx, job->assignment, job->tonnes, job->price, job->queue, &report));
    facility_flows(job);
    facility_states(job);
    cell_costs(job, transport_cost);
    memcpy(factor, job->demand->factor, n_cells * sizeof *factor);
    out->transport_factor = factor;
    out->transport_cost = transport_cost;
    out->mean_cost = job->mean_cost;
    out->mean_constant = job->mean_constant;
    out->mean_hours = job->mean_hours;
    out->arc_flow = job->arc_flow;
    out->facility_flow = job->facility_flow;
    out->price = job->facility_price;
    out->queue_hours = job->facility_queue;
    out->co2 = job->co2;
    return BK_OK;
}

static void
allocate(finish *job, bk_arena *arena)
{
    const size_t n_facilities = job->base->graph->n_facilities, n_limits = job->limits->n_limits;

    job->price = BK_NEW(arena, double, n_limits);
    job->slope = BK_NEW(arena, double, n_limits);
    job->queue = BK_NEW(arena, double, n_limits);
    job->facility_flow = BK_NEW(arena, double, n_facilities);
    job->facility_utilisation = BK_NEW(arena, double, n_facilities);
    job->facility_price = BK_NEW(arena, double, n_facilities);
    job->facility_queue = BK_NEW(arena, double, n_facilities);
}

bk_status
bki_joint_finish(bk_context *ctx, const bk_joint_base *base, bk_assignment *assignment, bki_trade_demand *demand,
                 const double *utilisation, const double *tonnes, bool gains_only, bk_arena *arena,
                 bk_joint_solution *out)
{
    const size_t n_cells = bki_cells(demand->model);
    finish       job = {.ctx = ctx,
                        .base = base,
                        .assignment = assignment,
                        .demand = demand,
                        .limits = bk_assignment_limits(assignment),
                        .utilisation = utilisation,
                        .tonnes = tonnes};
    double      *kept = BK_NEW(arena, double, n_cells);

    allocate(&job, arena);
    BK_TRY(bk_arena_ok(arena));
    bk_limit_price(assignment, utilisation, job.price, job.slope);
    BK_TRY(gains_only ? report_gains(&job, arena) : report_all(&job, arena, out));
    memcpy(kept, tonnes, n_cells * sizeof *kept);
    out->tonnes = kept;
    out->utilisation = job.facility_utilisation;
    BK_TRY(bk_trade_solver_report(ctx, demand->solver, arena, &out->trade));
    return certify(&job, out->trade, &out->certificate);
}

bk_status
bki_joint_trade_only(bk_context *ctx, const bk_joint_base *base, bki_trade_demand *demand, bk_arena *arena,
                     bk_joint_solution *out)
{
    double *tonnes = BK_NEW(arena, double, bki_cells(base->model));

    BK_TRY(bk_arena_ok(arena));
    BK_TRY(bki_demand_trade(demand, tonnes));
    BK_TRY(bk_trade_solver_report(ctx, demand->solver, arena, &out->trade));
    out->outcome = demand->outcome;
    out->rounds = 1;
    out->certificate = (bk_certificate){.trade = out->trade->residual, .walras = out->trade->walras};
    return BK_OK;
}
