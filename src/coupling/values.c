/* Values of links, transfers and border rows: one pass over the routes, backwards. */
#include "assignment/pull.h"
#include "coupling/adjoint.h"

#include "buckle/border.h"

#include <math.h>
#include <string.h>

typedef struct valuing {
    const bk_joint_adjoint *adjoint;
    size_t                  n, width; /* regions; columns of the pass: one more for the plain saving, padded */
    const double           *scale;    /* [n] USD/yr per unit of ln real income */
    bki_pulled              pulled;
    double *per_usd, *per_hour, *per_variance, *per_capacity, *tonnes, *hour_cost, *arc_per_usd, *arc_per_hour;
    double *per_control_hour, *per_share_point, *per_spread_hour, *per_lane, *per_service_hour;
} valuing;

/* ---- the pass -------------------------------------------------------------------------------------------------- */

static bk_status
pull(bk_context *ctx, valuing *job, bk_arena *scratch)
{
    const bk_joint_adjoint *adjoint = job->adjoint;
    const bk_network_data  *network = &adjoint->model->network;
    const size_t            n_cells = bki_cells(adjoint->model), n_limits = adjoint->assignment->limits.n_limits;
    const size_t            n = job->n, width = job->width, n_arcs = adjoint->base->graph->n_arcs;
    double                 *by_cost = BK_NEW(scratch, double, n_cells *width);
    double                 *by_excess = BK_NEW(scratch, double, n_limits *width);

    job->pulled = (bki_pulled){.money = BK_NEW(scratch, double, n_arcs *width),
                               .hours = BK_NEW(scratch, double, n_arcs *width),
                               .control = BK_NEW(scratch, double, network->n_borders *width),
                               .control_variance = BK_NEW(scratch, double, network->n_borders *width)};
    BK_TRY(bk_arena_ok(scratch));
    for (size_t cell = 0; cell < n_cells; cell++) {
        memcpy(by_cost + cell * width, adjoint->cell_cost + cell * n, n * sizeof *by_cost);
        by_cost[cell * width + n] = adjoint->solution->tonnes[cell];
    }
    for (size_t a = 0; a < n_limits; a++)
        memcpy(by_excess + a * width, adjoint->crowding + a * n, n * sizeof *by_excess);
    const bki_pull sums = {width, adjoint->solution->tonnes, adjoint->price, by_cost, by_excess};
    return bki_pull_costs(ctx, adjoint->assignment, &sums, &job->pulled);
}

/* to [n] -= factor x what a rise of `from` does, in USD/yr. */
static void
add_value(const valuing *job, double factor, const double *from, double *to)
{
    for (size_t r = 0; r < job->n; r++)
        to[r] -= factor * job->scale[r] * from[r];
}

static double
hours_per_variance(const bk_model *model)
{
    const bk_transport_settings *settings = &model->transport;

    return settings->reliability_ratio > 0.0 ? settings->reliability_ratio / settings->spread_hours : 0.0;
}

static void
value_arcs(const valuing *job)
{
    const bk_graph *graph = job->adjoint->base->graph;
    const size_t    n = job->n, width = job->width;
    const double    per_variance = hours_per_variance(job->adjoint->model);

    for (size_t a = 0; a < graph->n_arcs; a++) {
        const double  *money = job->pulled.money + a * width, *hours = job->pulled.hours + a * width;
        const uint32_t f = graph->facility[a];
        add_value(job, 1.0, money, job->arc_per_usd + a * n);
        add_value(job, 1.0, hours, job->arc_per_hour + a * n);
        if (f == BK_NONE)
            continue;
        add_value(job, 1.0, money, job->per_usd + f * n);
        add_value(job, 1.0, hours, job->per_hour + f * n);
        add_value(job, per_variance, hours, job->per_variance + f * n);
        job->tonnes[f] += money[n];
        job->hour_cost[f] += hours[n];
    }
}

static void
value_capacities(const valuing *job)
{
    const bk_joint_adjoint *adjoint = job->adjoint;
    const bk_limits        *limits = &adjoint->assignment->limits;

    for (size_t a = 0; a < limits->n_limits; a++)
        add_value(job, -adjoint->utilisation[a], adjoint->crowding + a * job->n,
                  job->per_capacity + limits->facility[a] * job->n);
}

/* ---- border rows ----------------------------------------------------------------------------------------------- */

/* Wait of a row by its number of lanes at the utilisation held, h per lane.  The curve has a kink at one lane: there it
 * is taken to the right. */
static double
wait_by_lanes(const bk_border *row, double utilisation)
{
    const double step = 1e-3 * row->lanes, first = row->lanes - 2.0 * step > 1.0 ? -2.0 : 0.0;
    double       wait[5], slope;

    for (int i = 0; i < 5; i++)
        bk_queue_wait(row->lanes + (first + i) * step, row->service_hours, row->service_cv, utilisation, &wait[i],
                      &slope);
    if (first < 0.0)
        return (wait[0] - 8.0 * wait[1] + 8.0 * wait[3] - wait[4]) / (12.0 * step);
    return (-25.0 * wait[0] + 48.0 * wait[1] - 36.0 * wait[2] + 16.0 * wait[3] - 3.0 * wait[4]) / (12.0 * step);
}

/* Lanes and service move the wait at a given utilisation, and the capacity. */
static void
value_queue(const valuing *job, size_t border, size_t limit)
{
    const bk_joint_adjoint *adjoint = job->adjoint;
    const bk_border        *row = &adjoint->model->network.borders[border];
    const bk_limits        *limits = &adjoint->assignment->limits;
    const size_t            n = job->n, f = limits->facility[limit];
    const double            u = adjoint->utilisation[limit], by_lanes = wait_by_lanes(row, u);

    for (size_t r = 0; r < n; r++) {
        const double per_usd = job->per_usd[f * n + r], per_tonne = job->per_capacity[f * n + r];
        job->per_lane[border * n + r] =
            -per_usd * limits->usd_per_hour[limit] * by_lanes + per_tonne * limits->capacity[limit] / row->lanes;
        job->per_service_hour[border * n + r] =
            (per_usd * adjoint->price[limit] + per_tonne * limits->capacity[limit]) / row->service_hours;
    }
}

static void
value_borders(const valuing *job)
{
    const bk_joint_adjoint *adjoint = job->adjoint;
    const bk_network_data  *network = &adjoint->model->network;
    const size_t            n = job->n, width = job->width, first = network->n_links + network->n_transfers;
    const double            per_variance = hours_per_variance(adjoint->model);

    for (size_t b = 0; b < network->n_borders; b++) {
        const bk_border *row = &network->borders[b];
        const double    *control = job->pulled.control + b * width;
        const uint32_t   limit = adjoint->assignment->limit_of[first + b];
        add_value(job, 1.0, control, job->per_control_hour + b * n);
        add_value(job, 0.01 * (row->inspection_hours - row->control_hours), control, job->per_share_point + b * n);
        add_value(job, 2.0 * row->hours_sd * per_variance, job->pulled.control_variance + b * width,
                  job->per_spread_hour + b * n);
        if (limit != BK_NONE)
            value_queue(job, b, limit);
    }
}

/* ---- all ------------------------------------------------------------------------------------------------------- */

static bk_status
make_values(valuing *job, bk_arena *scratch, bk_arena *arena)
{
    const bk_joint_adjoint *adjoint = job->adjoint;
    const size_t            n = job->n, n_facilities = adjoint->base->graph->n_facilities;
    const size_t            facilities = n_facilities * n, arcs = adjoint->base->graph->n_arcs * n;
    const size_t            borders = adjoint->model->network.n_borders * n;
    const double           *income = bk_trade_base_income(adjoint->base->trade);
    double                 *scale = BK_NEW(scratch, double, n);

    job->per_usd = BK_NEW(arena, double, facilities);
    job->per_hour = BK_NEW(arena, double, facilities);
    job->per_variance = BK_NEW(arena, double, facilities);
    job->per_capacity = BK_NEW(arena, double, facilities);
    job->tonnes = BK_NEW(arena, double, n_facilities);
    job->hour_cost = BK_NEW(arena, double, n_facilities);
    job->arc_per_usd = BK_NEW(arena, double, arcs);
    job->arc_per_hour = BK_NEW(arena, double, arcs);
    job->per_control_hour = BK_NEW(arena, double, borders);
    job->per_share_point = BK_NEW(arena, double, borders);
    job->per_spread_hour = BK_NEW(arena, double, borders);
    job->per_lane = BK_NEW(arena, double, borders);
    job->per_service_hour = BK_NEW(arena, double, borders);
    BK_TRY(bk_arena_ok(scratch));
    BK_TRY(bk_arena_ok(arena));
    for (size_t r = 0; r < n; r++)
        scale[r] = income[r] * adjoint->model->money_usd * (1.0 + adjoint->solution->trade->welfare_pct[r] / 100.0);
    job->scale = scale;
    return BK_OK;
}

static bk_status
value_all(bk_context *ctx, valuing *job, bk_arena *scratch, bk_arena *arena)
{
    BK_TRY(make_values(job, scratch, arena));
    BK_TRY(pull(ctx, job, scratch));
    value_arcs(job);
    value_capacities(job);
    value_borders(job);
    return BK_OK;
}

bk_status
bk_joint_value(bk_context *ctx, const bk_joint_adjoint *adjoint, bk_arena *arena, bk_joint_values *out)
{
    valuing  job = {.adjoint = adjoint, .n = adjoint->n};
    bk_arena scratch;

    if (adjoint->assignment == NULL)
        return bk_fail(ctx, BK_ERR_USAGE, "a study without network has no links to value");
    job.width = (job.n + 1 + BKI_LANES - 1) / BKI_LANES * BKI_LANES;
    bk_arena_init(&scratch, ctx);
    const bk_status status = value_all(ctx, &job, &scratch, arena);
    bk_arena_release(&scratch);
    BK_TRY(status);
    *out = (bk_joint_values){.n_facilities = adjoint->base->graph->n_facilities,
                             .n_arcs = adjoint->base->graph->n_arcs,
                             .n_borders = adjoint->model->network.n_borders,
                             .n_regions = job.n,
                             .per_usd = job.per_usd,
                             .per_hour = job.per_hour,
                             .per_variance = job.per_variance,
                             .per_capacity = job.per_capacity,
                             .tonnes = job.tonnes,
                             .hour_cost = job.hour_cost,
                             .arc_per_usd = job.arc_per_usd,
                             .arc_per_hour = job.arc_per_hour,
                             .per_control_hour = job.per_control_hour,
                             .per_share_point = job.per_share_point,
                             .per_spread_hour = job.per_spread_hour,
                             .per_lane = job.per_lane,
                             .per_service_hour = job.per_service_hour};
    return BK_OK;
}

/* ---- trade ----------------------------------------------------------------------------------------------------- */

/* What a money of a cell's trade loses by the tonnes it brings. */
static double
crowding_of(const bk_joint_adjoint *adjoint, size_t cell, size_t region)
{
    return adjoint->cell_crowding != NULL
               ? -bki_tonnes_per_money(adjoint, cell) * adjoint->cell_crowding[cell * adjoint->n + region]
               : 0.0;
}

void
bk_joint_gradient(const bk_joint_adjoint *adjoint, size_t region, double *cost, double *tariff, double *productivity,
                  double *transfer)
{
    const size_t n = adjoint->n, rows = adjoint->model->economy.n_sectors * n;

    for (size_t cell = 0; cell < rows * n; cell++) {
        double by_cost, by_tariff;
        bki_response_cell(adjoint->trade, &adjoint->whole, region, cell, crowding_of(adjoint, cell, region), &by_cost,
                          &by_tariff);
        if (cost != NULL)
            cost[cell] = by_cost;
        if (tariff != NULL)
            tariff[cell] = by_tariff;
    }
    for (size_t r = 0; productivity != NULL && r < rows; r++)
        productivity[r] = adjoint->whole.productivity[r * n + region];
    for (size_t r = 0; transfer != NULL && r < n; r++)
        transfer[r] = adjoint->whole.transfer[r * n + region];
}
