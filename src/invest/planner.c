/* The planner's three questions: ship, design, iterate. */
#include "invest/planner.h"

#include <math.h>
#include <string.h>

bk_planner_settings
bk_planner_default(void)
{
    return (bk_planner_settings){.tolerance = 1e-11, .step_limit = 200};
}

static bk_status
check_settings(bk_context *ctx, const bk_planner_settings *settings)
{
    if (!(settings->tolerance > 0.0) || settings->step_limit < 1)
        return bk_fail(ctx, BK_ERR_USAGE, "tolerance %g must be > 0 and step_limit %d at least 1", settings->tolerance,
                       settings->step_limit);
    return BK_OK;
}

static void
account(const bki_minimum *minimum, bk_plan *out)
{
    out->outcome = minimum->outcome;
    out->steps += minimum->steps;
    out->n_evaluations += minimum->n_evaluations;
    out->n_products += minimum->n_products;
}

/* Minimises the dual of a network that stands, or of one to be designed where `fixed` is NULL; prices stay in `price`,
 * the network designed in `*chosen`. */
static bk_status
minimise(bk_context *ctx, const bk_planner *planner, const double *fixed, double gamma,
         const bk_planner_settings *settings, double *price, double *chosen, bk_plan *out)
{
    bk_arena    scratch;
    bki_dual    dual;
    bki_minimum minimum = {0};

    bk_arena_init(&scratch, ctx);
    bk_status status = bki_dual_create(planner, fixed, gamma, &scratch, &dual);
    if (status == BK_OK)
        status = bki_dual_minimise(ctx, &dual, settings, price, &scratch, &minimum);
    if (status == BK_OK && !fixed && planner->n_links)
        memcpy(chosen, dual.chosen, planner->n_links * sizeof *chosen);
    bk_arena_release(&scratch);
    account(&minimum, out);
    return status;
}

static bk_status
begin(bk_context *ctx, const bk_planner *planner, const bk_planner_settings *settings, bk_arena *scratch,
      double **price, double **infrastructure)
{
    BK_TRY(check_settings(ctx, settings));
    BK_TRY(bki_planner_check(ctx, planner));
    *price = BK_NEW(scratch, double, planner->n_nodes * planner->n_goods);
    *infrastructure = BK_NEW(scratch, double, planner->n_links + 1);
    BK_TRY(bk_arena_ok(scratch));
    for (size_t i = 0; settings->start && i < planner->n_nodes * planner->n_goods; i++) {
        if (!isfinite(settings->start[i]) || settings->start[i] <= 0.0)
            return bk_fail(ctx, BK_ERR_USAGE, "price %zu to begin from is %g, must be > 0", i, settings->start[i]);
        (*price)[i] = settings->start[i];
    }
    return settings->start ? BK_OK : bki_planner_start(planner, scratch, *price);
}

/* ---- a network that stands ------------------------------------------------------------------------------------- */

static bk_status
ship(bk_context *ctx, const bk_planner *planner, const double *infrastructure, const bk_planner_settings *settings,
     bk_arena *scratch, bk_arena *arena, bk_plan *out)
{
    double *price, *unused;

    BK_TRY(begin(ctx, planner, settings, scratch, &price, &unused));
    for (size_t a = 0; a < planner->n_links; a++)
        if (!isfinite(infrastructure[a]) || infrastructure[a] < 0.0)
            return bk_fail(ctx, BK_ERR_USAGE, "infrastructure of link %zu is %g, must be >= 0", a, infrastructure[a]);
    BK_TRY(minimise(ctx, planner, infrastructure, planner->gamma, settings, price, NULL, out));
    out->bound = bki_plan_bound(planner, price, infrastructure, NULL);
    return bki_plan_certify(planner, price, infrastructure, arena, out);
}

bk_status
bk_planner_ship(bk_context *ctx, const bk_planner *planner, const double *infrastructure,
                const bk_planner_settings *settings, bk_arena *arena, bk_plan *out)
{
    bk_plan  plan = {0};
    bk_arena scratch;

    bk_arena_init(&scratch, ctx);
    const bk_status status = ship(ctx, planner, infrastructure, settings, &scratch, arena, &plan);
    bk_arena_release(&scratch);
    if (status == BK_OK)
        *out = plan;
    return status;
}

/* ---- the network too ------------------------------------------------------------------------------------------- */

/* At gamma = beta the network of a gamma just below, reached from farther below, and the shipments best on it. */
static bk_status
design_at_kink(bk_context *ctx, const bk_planner *planner, const bk_planner_settings *settings, double *price,
               double *infrastructure, double *earning, bk_plan *out)
{
    static const double below[] = {0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 0.0003, 0.0001};
    bk_planner_settings loose = *settings;

    loose.tolerance = fmax(settings->tolerance, 1e-7);
    out->bound = INFINITY;
    for (size_t k = 0; k < sizeof below / sizeof *below; k++) {
        BK_TRY(minimise(ctx, planner, NULL, planner->gamma * (1.0 - below[k]), &loose, price, infrastructure, out));
        out->bound = fmin(out->bound, bki_plan_bound(planner, price, NULL, earning));
        if (out->outcome != BK_CONVERGED)
            break;
    }
    return minimise(ctx, planner, infrastructure, planner->gamma, settings, price, NULL, out);
}

static bk_status
design(bk_context *ctx, const bk_planner *planner, const bk_planner_settings *settings, bk_arena *scratch,
       bk_arena *arena, bk_plan *out)
{
    double *price, *infrastructure;

    BK_TRY(begin(ctx, planner, settings, scratch, &price, &infrastructure));
    if (planner->gamma > planner->beta)
        return bk_fail_hint(ctx, BK_ERR_USAGE, "iterate, which finds a network that small changes cannot better",
                            "gamma %g is above beta %g: the design problem is not convex and no best network can be "
                            "proved",
                            planner->gamma, planner->beta);
    if (planner->least_capacity > 0.0)
        return bk_fail(ctx, BK_ERR_USAGE, "least_capacity is %g, must be 0 where the network is designed",
                       planner->least_capacity);
    double *earning = BK_NEW(scratch, double, planner->n_links + 1);
    BK_TRY(bk_arena_ok(scratch));
    if (planner->gamma == planner->beta) {
        BK_TRY(design_at_kink(ctx, planner, settings, price, infrastructure, earning, out));
    } else {
        BK_TRY(minimise(ctx, planner, NULL, planner->gamma, settings, price, infrastructure, out));
        out->bound = bki_plan_bound(planner, price, NULL, earning);
    }
    return bki_plan_certify(planner, price, infrastructure, arena, out);
}

bk_status
bk_planner_design(bk_context *ctx, const bk_planner *planner, const bk_planner_settings *settings, bk_arena *arena,
                  bk_plan *out)
{
    bk_plan  plan = {0};
    bk_arena scratch;

    bk_arena_init(&scratch, ctx);
    const bk_status status = design(ctx, planner, settings, &scratch, arena, &plan);
    bk_arena_release(&scratch);
    if (status == BK_OK)
        *out = plan;
    return status;
}

/* ---- build, ship, build anew ----------------------------------------------------------------------------------- */

/* gamma transport_cost sum P_j Q^(1 + beta) I^(-1 - gamma) is the same multiple of building_cost everywhere. */
static void
rebuild(const bk_planner *planner, const bki_dual *dual, double *wanted)
{
    double sum = 0.0;

    for (size_t a = 0; a < planner->n_links; a++) {
        /* what is lost on the way is factor earning / beta = P_j transport_cost Q^(1 + beta) / factor^beta */
        const double worth = dual->earning[a] * pow(dual->factor[a], 1.0 + planner->beta);
        wanted[a] = pow(worth / planner->building_cost[a], 1.0 / (1.0 + planner->gamma));
        sum += 2.0 * planner->building_cost[a] * wanted[a];
    }
    for (size_t a = 0; a < planner->n_links; a++)
        wanted[a] = sum > 0.0 ? wanted[a] * planner->budget / sum : dual->fixed[a];
}

/* One round; `*distance` how far the network wanted is from the one that stands. */
static bk_status
iterate_once(bk_context *ctx, const bk_planner *planner, const bk_planner_settings *settings, double *price,
             double *infrastructure, bk_plan *out, double *distance)
{
    bk_arena    scratch;
    bki_dual    dual;
    bki_minimum minimum = {0};

    bk_arena_init(&scratch, ctx);
    double   *wanted = BK_NEW(&scratch, double, planner->n_links + 1);
    bk_status status = bki_dual_create(planner, infrastructure, planner->gamma, &scratch, &dual);
    if (status == BK_OK)
        status = bki_dual_minimise(ctx, &dual, settings, price, &scratch, &minimum);
    if (status == BK_OK) {
        rebuild(planner, &dual, wanted);
        *distance = 0.0;
        for (size_t a = 0; a < planner->n_links; a++)
            *distance = fmax(*distance, fabs(wanted[a] - infrastructure[a]));
        for (size_t a = 0; a < planner->n_links; a++)
            infrastructure[a] += 0.5 * (wanted[a] - infrastructure[a]);
    }
    bk_arena_release(&scratch);
    account(&minimum, out);
    return status;
}

static bk_status
iterate(bk_context *ctx, const bk_planner *planner, const bk_planner_settings *settings, bk_arena *scratch,
        bk_arena *arena, bk_plan *out)
{
    double             *price, *infrastructure, distance = INFINITY, even = 0.0;
    bk_planner_settings inner = *settings;

    BK_TRY(begin(ctx, planner, settings, scratch, &price, &infrastructure));
    if (planner->standing)
        return bk_fail_hint(ctx, BK_ERR_USAGE, "design, with gamma up to beta",
                            "rounds of building and shipping begin with nothing, but infrastructure stands");
    inner.tolerance = fmin(settings->tolerance, bk_planner_default().tolerance);
    for (size_t a = 0; a < planner->n_links; a++)
        even += 2.0 * planner->building_cost[a];
    for (size_t a = 0; a < planner->n_links; a++)
        infrastructure[a] = planner->budget / even;
    for (int round = 0; round < settings->step_limit && distance > settings->tolerance; round++) {
        BK_TRY(iterate_once(ctx, planner, &inner, price, infrastructure, out, &distance));
        if (out->outcome == BK_CANCELLED)
            break;
    }
    BK_TRY(minimise(ctx, planner, infrastructure, planner->gamma, &inner, price, NULL, out));
    if (out->outcome == BK_CONVERGED && distance > settings->tolerance)
        out->outcome = BK_ITERATION_LIMIT;
    out->bound = INFINITY;
    return bki_plan_certify(planner, price, infrastructure, arena, out);
}

bk_status
bk_planner_iterate(bk_context *ctx, const bk_planner *planner, const bk_planner_settings *settings, bk_arena *arena,
                   bk_plan *out)
{
    bk_plan  plan = {0};
    bk_arena scratch;

    bk_arena_init(&scratch, ctx);
    const bk_status status = iterate(ctx, planner, settings, &scratch, arena, &plan);
    bk_arena_release(&scratch);
    if (status == BK_OK)
        *out = plan;
    return status;
}
