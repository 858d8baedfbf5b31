/* The joint equilibrium of a scenario: Newton on utilisations, through costs, trade, tonnes and flows. */
#include "coupling/joint.h"

#include <math.h>
#include <string.h>

/* Past these the state found is nowhere near an equilibrium, and no number is given. */
static const double HOPELESS = 1e-2;
/* Of world value added: about a three-hundredth of what an economy as small as Georgia makes. */
static const double HOPELESS_TRADE = 1e-6;
enum { TIGHTENINGS = 3 };

bk_joint_settings
bk_joint_default_settings(void)
{
    return (bk_joint_settings){.tolerance = 1e-6, .max_rounds = 120};
}

double
bk_joint_residual(const bk_joint_solution *solution)
{
    return fmax(fmax(solution->certificate.loop, solution->certificate.capacity), solution->certificate.trade);
}

typedef struct solve {
    bk_context              *ctx;
    const bk_joint_base     *base;
    const bk_joint_settings *settings;
    bk_assignment           *assignment;
    bki_trade_demand         demand;
    double                  *utilisation; /* [n_limits] */
    double                  *tonnes;      /* [cells] */
} solve;

static void
start_from(solve *job, const bk_joint_solution *warm)
{
    const bk_limits *limits = bk_assignment_limits(job->assignment);
    const double    *utilisation = warm != NULL ? warm->utilisation : job->base->utilisation;
    const double    *tonnes = warm != NULL ? warm->tonnes : job->base->tonnes;

    for (size_t a = 0; a < limits->n_limits; a++)
        job->utilisation[a] = utilisation[limits->facility[a]];
    memcpy(job->tonnes, tonnes, bki_cells(job->base->model) * sizeof *tonnes);
}

static bool
is_good(const bk_joint_solution *solution, double tolerance)
{
    return solution->certificate.loop <= tolerance && solution->certificate.capacity <= tolerance &&
           solution->trade->outcome == BK_CONVERGED;
}

/* Solves, reports, and solves closer where one more turn of the loop would still move factors: prices on steep limits
 * magnify what is left over. */
static bk_status
solve_closer(solve *job, bk_arena *arena, bk_joint_solution *out)
{
    const bk_demand        demand = {bki_demand_respond, &job->demand};
    bk_assignment_settings settings = {
        .tolerance = 0.5 * job->settings->tolerance, .max_rounds = job->settings->max_rounds, .lazy = true};
    bk_assignment_result result = {0};

    for (int i = 0; i < TIGHTENINGS; i++) {
        settings.max_rounds = job->settings->max_rounds - out->rounds;
        BK_TRY(
            bk_assignment_solve(job->ctx, job->assignment, &demand, &settings, job->tonnes, job->utilisation, &result));
        out->rounds += result.rounds;
        BK_TRY(bki_joint_finish(job->ctx, job->base, job->assignment, &job->demand, job->utilisation, job->tonnes,
                                job->settings->gains_only, arena, out));
        if (is_good(out, job->settings->tolerance) || out->rounds >= job->settings->max_rounds)
            break;
        settings.tolerance = fmax(1e-13, 0.1 * settings.tolerance * job->settings->tolerance / out->certificate.loop);
    }
    out->outcome = is_good(out, job->settings->tolerance)     ? BK_CONVERGED
                   : out->rounds >= job->settings->max_rounds ? BK_ITERATION_LIMIT
                                                              : BK_STALLED;
    return BK_OK;
}

static bk_status
judge(const solve *job, const bk_joint_solution *solution)
{
    const bk_certificate *certificate = &solution->certificate;

    if (certificate->trade > HOPELESS_TRADE)
        return bk_fail_hint(
            job->ctx, BK_ERR_NOT_CONVERGED,
            "take the measures one by one; a deficit fixed in money may have no equilibrium",
            "no joint equilibrium was found in %d rounds: trade is out of balance by %.3g of world value "
            "added",
            solution->rounds, certificate->trade);
    if (certificate->loop <= HOPELESS && certificate->capacity <= HOPELESS)
        return BK_OK;
    return bk_fail_hint(
        job->ctx, BK_ERR_NOT_CONVERGED, "take the measures one by one, or allow more rounds",
        "no joint equilibrium was found in %d rounds: transport factors still move by %.3g, capacities are "
        "exceeded by %.3g",
        solution->rounds, certificate->loop, certificate->capacity);
}

static bk_status
solve_trade(bk_context *ctx, const bk_joint_base *base, const bk_model *scenario, const bk_joint_settings *settings,
            bk_arena *scratch, bk_arena *arena, bk_joint_solution *out)
{
    bki_trade_demand demand;

    BK_TRY(bki_demand_create(ctx, base, scenario, NULL, scratch, &demand));
    bki_demand_finance(&demand, settings->finance);
    BK_TRY(bki_joint_trade_only(ctx, base, &demand, arena, out));
    return bki_demand_shock(&demand, arena, &out->shock);
}

static bk_status
solve_network(bk_context *ctx, const bk_joint_base *base, const bk_model *scenario, const bk_joint_settings *settings,
              const bk_joint_solution *warm, bk_arena *scratch, bk_arena *arena, bk_joint_solution *out)
{
    solve               job = {.ctx = ctx, .base = base, .settings = settings};
    const bk_arc_costs *costs;

    BK_TRY(bk_arc_costs_build(ctx, scenario, base->graph, scratch, &costs));
    BK_TRY(bk_assignment_create(ctx, scenario, base->graph, costs, base->traffic, base->universe, base->post_value,
                                base->assignment, scratch, &job.assignment));
    BK_TRY(bki_demand_create(ctx, base, scenario, bk_assignment_mass(job.assignment), scratch, &job.demand));
    bki_demand_finance(&job.demand, settings->finance);
    job.utilisation = BK_NEW(scratch, double, bk_assignment_limits(job.assignment)->n_limits);
    job.tonnes = BK_NEW(scratch, double, bki_cells(scenario));
    BK_TRY(bk_arena_ok(scratch));
    start_from(&job, warm);
    BK_TRY(solve_closer(&job, arena, out));
    BK_TRY(bki_demand_shock(&job.demand, arena, &out->shock));
    return judge(&job, out);
}

bk_status
bk_joint_solve(bk_context *ctx, const bk_joint_base *base, const bk_model *scenario, const bk_joint_settings *settings,
               const bk_joint_solution *warm, bk_arena *arena, const bk_joint_solution **out)
{
    const bk_joint_settings defaults = bk_joint_default_settings();
    bk_joint_solution      *solution = BK_NEW(arena, bk_joint_solution, 1);
    bk_arena                scratch;
    bk_status               status;

    BK_TRY(bk_arena_ok(arena));
    if (base->trade == NULL)
        return bk_fail(ctx, BK_ERR_USAGE, "a study without economy has no trade to solve for");
    BK_TRY(bk_trade_same_elasticities(ctx, &base->model->economy, &scenario->economy));
    if (base->graph != NULL && !bki_same_values_of_time(base->model, scenario))
        return bk_fail_hint(ctx, BK_ERR_INCONSISTENT, "draw it in risk/distribution.csv, with acts base",
                            "time_cost_per_day differs from the base year's, by which routes are chosen");
    bk_arena_init(&scratch, ctx);
    if (settings == NULL)
        settings = &defaults;
    status = base->graph != NULL ? solve_network(ctx, base, scenario, settings, warm, &scratch, arena, solution)
                                 : solve_trade(ctx, base, scenario, settings, &scratch, arena, solution);
    bk_arena_release(&scratch);
    BK_TRY(status);
    *out = solution;
    return BK_OK;
}
