/* The base year's tonnes on another network. */
#include "assignment/tangent.h"
#include "coupling/joint.h"

#include <math.h>

#include <string.h>

enum { MOST_ROUNDS = 1000 };

typedef struct load {
    bk_context          *ctx;
    const bk_joint_base *base;
    bk_assignment       *assignment;
    double              *tonnes;                      /* [cells] */
    double              *utilisation, *price, *slope; /* [n_limits] */
} load;

static bk_status
load_prepare(load *job, const bk_model *model, bk_arena *scratch)
{
    const bk_joint_base *base = job->base;
    const bk_arc_costs  *costs;

    BK_TRY(bk_arc_costs_build(job->ctx, model, base->graph, scratch, &costs));
    BK_TRY(bk_assignment_create(job->ctx, model, base->graph, costs, base->traffic, base->universe, base->post_value,
                                base->assignment, scratch, &job->assignment));
    const size_t n_limits = bk_assignment_limits(job->assignment)->n_limits;
    job->tonnes = BK_NEW(scratch, double, bki_cells(model));
    job->utilisation = BK_NEW(scratch, double, n_limits);
    job->price = BK_NEW(scratch, double, n_limits);
    job->slope = BK_NEW(scratch, double, n_limits);
    BK_TRY(bk_arena_ok(scratch));
    memcpy(job->tonnes, base->tonnes, bki_cells(model) * sizeof *job->tonnes);
    return BK_OK;
}

static bk_status
load_solve(load *job, double tolerance)
{
    const bk_assignment_settings settings = {.tolerance = tolerance, .max_rounds = MOST_ROUNDS};
    bk_assignment_result         result;

    BK_TRY(bk_assignment_solve(job->ctx, job->assignment, NULL, &settings, job->tonnes, job->utilisation, &result));
    if (result.outcome != BK_CONVERGED)
        return bk_fail(job->ctx, BK_ERR_NOT_CONVERGED,
                       "prices for the base year's trade: residual %g of capacity after %d rounds", result.residual,
                       result.rounds);
    bk_limit_price(job->assignment, job->utilisation, job->price, job->slope);
    bk_assignment_evaluate(job->ctx, job->assignment, job->price);
    return BK_OK;
}

bk_status
bk_joint_load(bk_context *ctx, const bk_joint_base *base, const bk_model *model, double tolerance, double *utilisation,
              size_t n, const bk_arc_grouping *by, double *const *sums)
{
    load     job = {.ctx = ctx, .base = base};
    bk_arena scratch;

    if (base->assignment == NULL)
        return bk_fail(ctx, BK_ERR_USAGE, "a study without network has nothing to load");
    bk_arena_init(&scratch, ctx);
    bk_status status = load_prepare(&job, model, &scratch);
    if (status == BK_OK) {
        const bk_limits *limits = bk_assignment_limits(job.assignment);
        for (size_t a = 0; a < limits->n_limits; a++)
            job.utilisation[a] = utilisation[limits->facility[a]];
        status = load_solve(&job, tolerance);
        for (size_t a = 0; status == BK_OK && a < limits->n_limits; a++)
            utilisation[limits->facility[a]] = job.utilisation[a];
    }
    for (size_t i = 0; status == BK_OK && i < n; i++)
        status = bk_assignment_sum(ctx, job.assignment, job.tonnes, &by[i], sums[i]);
    bk_arena_release(&scratch);
    return status;
}

/* ---- derivatives ------------------------------------------------------------------------------------------------- */

static bk_status
differentiate_network(const load *job, const bk_load_direction *between, bk_arena *scratch, bki_direction *out)
{
    const bk_graph     *graph = job->base->graph;
    const bk_limits    *limits = bk_assignment_limits(job->assignment);
    const size_t        size = graph->n_arcs * 2 * between->up->economy.n_sectors;
    double             *table = BK_NEW(scratch, double, size + 1), *down = BK_NEW(scratch, double, size + 1);
    double             *background = BK_NEW(scratch, double, limits->n_limits + 1);
    const bk_arc_costs *costs;

    BK_TRY(bk_arena_ok(scratch));
    BK_TRY(bk_arc_costs_build(job->ctx, between->up, graph, scratch, &costs));
    bki_arc_table(between->up, costs, table);
    BK_TRY(bk_arc_costs_build(job->ctx, between->down, graph, scratch, &costs));
    bki_arc_table(between->down, costs, down);
    for (size_t i = 0; i < size; i++) /* what is closed on either side stays so */
        table[i] = isfinite(table[i]) && isfinite(down[i]) ? (table[i] - down[i]) / between->width : 0.0;
    for (size_t a = 0; a < limits->n_limits; a++)
        if (limits->facility[a] < between->up->network.n_links)
            background[a] = (between->up->network.links[limits->facility[a]].background -
                             between->down->network.links[limits->facility[a]].background) /
                            between->width;
    *out = (bki_direction){.table = table,
                           .background = background,
                           .log_noise = log(between->up->transport.route_noise / between->down->transport.route_noise) /
                                        between->width};
    return BK_OK;
}

static bk_status
find_tangents(load *job, const double *utilisation, size_t n_directions, const bk_load_direction *between, size_t n,
              const bk_arc_grouping *by, double *const *sums, bk_arena *scratch)
{
    const bk_limits *limits = bk_assignment_limits(job->assignment);
    bki_direction   *directions = BK_NEW(scratch, bki_direction, n_directions + 1);

    BK_TRY(bk_arena_ok(scratch));
    for (size_t k = 0; k < n_directions; k++)
        BK_TRY(differentiate_network(job, &between[k], scratch, &directions[k]));
    for (size_t a = 0; a < limits->n_limits; a++)
        job->utilisation[a] = utilisation[limits->facility[a]];
    bk_limit_price(job->assignment, job->utilisation, job->price, job->slope);
    return bki_tangents(job->ctx, job->assignment, job->tonnes, job->price, job->slope, n_directions, directions, n, by,
                        sums);
}

bk_status
bk_joint_load_tangents(bk_context *ctx, const bk_joint_base *base, const bk_model *model, const double *utilisation,
                       size_t n_directions, const bk_load_direction *directions, size_t n, const bk_arc_grouping *by,
                       double *const *sums)
{
    load     job = {.ctx = ctx, .base = base};
    bool     are_plain = true;
    bk_arena scratch;

    for (size_t i = 0; i < n; i++)
        are_plain &= by[i].weight != NULL && by[i].n_groups == 1 && by[i].n_marks == 0 && by[i].other == NULL;
    if (base->assignment == NULL || !are_plain || n_directions > BKI_TANGENTS_AT_ONCE || n > BKI_TANGENTS_AT_ONCE)
        return bk_fail(ctx, BK_ERR_USAGE,
                       "derivatives of %zu sums along %zu changes: up to %d of each are found, over one group of arcs "
                       "with weights, in a study with network",
                       n, n_directions, BKI_TANGENTS_AT_ONCE);
    bk_arena_init(&scratch, ctx);
    bk_status status = load_prepare(&job, model, &scratch);
    if (status == BK_OK)
        status = find_tangents(&job, utilisation, n_directions, directions, n, by, sums, &scratch);
    bk_arena_release(&scratch);
    return status;
}

const double *
bk_joint_base_utilisation(const bk_joint_base *base)
{
    return base->utilisation;
}
