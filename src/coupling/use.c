/* Which trade uses what of the network, in a state that was solved. */
#include "coupling/joint.h"

/* The assignment of `scenario` with the shares of `solution`. */
static bk_status
restore(bk_context *ctx, const bk_joint_base *base, const bk_model *scenario, const bk_joint_solution *solution,
        bk_arena *scratch, bk_assignment **out)
{
    const bk_arc_costs *costs;

    BK_TRY(bk_arc_costs_build(ctx, scenario, base->graph, scratch, &costs));
    BK_TRY(bk_assignment_create(ctx, scenario, base->graph, costs, base->traffic, base->universe, base->post_value,
                                base->assignment, scratch, out));
    const bk_limits *limits = bk_assignment_limits(*out);
    double          *price = BK_NEW(scratch, double, limits->n_limits);
    BK_TRY(bk_arena_ok(scratch));
    for (size_t a = 0; a < limits->n_limits; a++)
        price[a] = solution->price[limits->facility[a]];
    bk_assignment_evaluate(ctx, *out, price);
    return BK_OK;
}

bk_status
bk_joint_select(bk_context *ctx, const bk_joint_base *base, const bk_model *scenario, const bk_joint_solution *solution,
                uint32_t facility, double *by_pair)
{
    bk_assignment *assignment;
    bk_arena       scratch;

    if (base->assignment == NULL || facility >= base->graph->n_facilities)
        return bk_fail(ctx, BK_ERR_USAGE, "facility %u is not one of the network's", facility);
    bk_arena_init(&scratch, ctx);
    const bk_status status = restore(ctx, base, scenario, solution, &scratch, &assignment);
    if (status == BK_OK)
        bk_assignment_select(assignment, solution->tonnes, facility, by_pair);
    bk_arena_release(&scratch);
    return status;
}

bk_status
bk_joint_sum(bk_context *ctx, const bk_joint_base *base, const bk_model *scenario, const bk_joint_solution *solution,
             const double *weight, const uint32_t *group, size_t n_groups, double *sum)
{
    const bk_arc_grouping by = {.n_groups = n_groups, .weight = weight, .group = group};

    return bk_joint_sums(ctx, base, scenario, solution, 1, &by, &sum);
}

bk_status
bk_joint_sums(bk_context *ctx, const bk_joint_base *base, const bk_model *scenario, const bk_joint_solution *solution,
              size_t n, const bk_arc_grouping *by, double *const *sums)
{
    bk_assignment *assignment;
    bk_arena       scratch;

    if (base->assignment == NULL)
        return bk_fail(ctx, BK_ERR_USAGE, "a study without network has no routes to sum over");
    bk_arena_init(&scratch, ctx);
    bk_status status = restore(ctx, base, scenario, solution, &scratch, &assignment);
    for (size_t i = 0; status == BK_OK && i < n; i++)
        status = bk_assignment_sum(ctx, assignment, solution->tonnes, &by[i], sums[i]);
    bk_arena_release(&scratch);
    return status;
}
