/* Where income beyond wages and tariffs comes from and goes: deficits by the economy's rule, transfers between regions,
 * and taxes that pay for infrastructure.
 *
 * World balance holds in every closure.  (a) A levy is spent on the same final goods, by the state instead of
 * households: the equilibrium is that without it, private income is lower.  (b) Works are spent on goods of their own.
 * (c) A transfer leaves one region and reaches another.  A tax that just vanished would leave goods that nobody buys.
 */
#include "trade/solver.h"

#include <math.h>
#include <string.h>

static const double LARGEST_REMOVED = 0.2; /* deficit / income up to which a world without deficits means anything */
static const double ADDS_UP = 1e-9;        /* transfers: |sum| / sum of absolute values; shares of works: |sum - 1| */
enum { NEWTON_STEPS = 60 };

static bk_status
check_sum(bk_context *ctx, const bk_trade_base *base, const double *transfer)
{
    double sum = 0.0, absolute = 0.0;

    for (size_t n = 0; n < base->n_regions; n++) {
        sum += transfer[n];
        absolute += fabs(transfer[n]);
    }
    if (fabs(sum) <= ADDS_UP * absolute)
        return BK_OK;
    return bk_fail_hint(ctx, BK_ERR_VALUE, "what one region receives another must pay",
                        "transfers between regions add up to %g, must be 0", sum);
}

static bk_status
set_works(bk_context *ctx, const bk_trade_base *base, const bk_trade_shock *shock, bki_shocked *shocked)
{
    const bk_economy *economy = base->economy;
    double            sum = 0.0;

    memset(shocked->works_share, 0, base->n_sectors * sizeof *shocked->works_share);
    if (shock->works == NULL)
        return BK_OK;
    if (shock->works_share == NULL)
        return bk_fail(ctx, BK_ERR_USAGE, "works without works_share: what they buy is not known");
    for (size_t j = 0; j < base->n_sectors; j++) {
        shocked->works_share[j] = shock->works_share[j];
        sum += shock->works_share[j];
        if (!(shock->works_share[j] >= 0.0))
            return bk_fail(ctx, BK_ERR_VALUE, "share of sector %s in works is %g, must be >= 0", economy->sectors[j].id,
                           shock->works_share[j]);
        for (size_t n = 0; n < base->n_regions; n++)
            if (shock->works[n] > 0.0 && shock->works_share[j] > 0.0 && !(base->expenditure[bki_at(base, j, n)] > 0.0))
                return bk_fail(ctx, BK_ERR_VALUE, "works in region %s buy sector %s, which nobody sells there",
                               economy->regions[n].id, economy->sectors[j].id);
    }
    if (fabs(sum - 1.0) > ADDS_UP)
        return bk_fail(ctx, BK_ERR_VALUE, "shares of sectors in works add up to %.12g, must be 1", sum);
    return BK_OK;
}

static bk_status
set_region(bk_context *ctx, const bk_trade_base *base, const bk_trade_shock *shock, size_t n, bki_shocked *shocked)
{
    const double levy = shock->levy != NULL ? shock->levy[n] : 0.0,
                 works = shock->works != NULL ? shock->works[n] : 0.0;
    const double transfer = shock->transfer != NULL ? shock->transfer[n] : 0.0, income = base->income[n];
    const char  *id = base->economy->regions[n].id;

    if (!(levy >= 0.0 && works >= 0.0))
        return bk_fail(ctx, BK_ERR_VALUE, "taxes for infrastructure of region %s are %g and %g, must be >= 0", id, levy,
                       works);
    if (!(income + transfer - levy - works > 0.0 && fabs(transfer) < INFINITY))
        return bk_fail(ctx, BK_ERR_VALUE,
                       "region %s with income %g cannot pay levy %g, works %g and receive transfer %g", id, income,
                       levy, works, transfer);
    shocked->levy[n] = levy / base->value_added[n];
    shocked->works[n] = works / base->value_added[n];
    shocked->other[n] = transfer / base->value_added[n];
    shocked->deficit_share[n] = base->deficit[n] / income;
    shocked->transfer[n] = base->deficit[n] / base->value_added[n] + shocked->other[n];
    return BK_OK;
}

bk_status
bki_closures_apply(bk_context *ctx, bk_trade_solver *solver, const bk_trade_shock *shock)
{
    const bk_trade_base *base = solver->base;

    if (shock->transfer != NULL)
        BK_TRY(check_sum(ctx, base, shock->transfer));
    BK_TRY(set_works(ctx, base, shock, &solver->shocked));
    for (size_t n = 0; n < base->n_regions; n++)
        BK_TRY(set_region(ctx, base, shock, n, &solver->shocked));
    return BK_OK;
}

/* Each region's deficit is (its base share less one common to all) of its income, income included:
 *     I = before + (share - common) I,   and the deficits add up to nothing:   sum_n (share_n - common) I_n = 0,
 * which falls in `common`; Newton's method from 0. */
void
bki_share_deficits(bk_trade_solver *solver, const bki_state *at)
{
    const bk_trade_base *base = solver->base;
    const bki_shocked   *shocked = &solver->shocked;
    double               common = 0.0, least = -INFINITY; /* beyond `least` some income would be infinite */

    if (base->deficits != BK_DEFICITS_SHARE)
        return;
    for (size_t n = 0; n < base->n_regions; n++)
        least = fmax(least, shocked->deficit_share[n] - 1.0);
    for (int step = 0; step <= NEWTON_STEPS; step++) {
        double sum = 0.0, slope = 0.0;
        for (size_t n = 0; n < base->n_regions; n++) {
            const double before = bki_exp(at->log_payroll[n]) + at->revenue[n] + shocked->other[n];
            const double share = shocked->deficit_share[n] - common, keep = 1.0 - share, income = before / keep;
            shocked->transfer[n] = shocked->other[n] + share * income;
            sum += share * income * base->value_added[n];
            slope -= income / keep * base->value_added[n];
        }
        if (fabs(sum) <= 1e-15 * base->world || !(slope < 0.0))
            return;
        common = fmax(common - sum / slope, 0.5 * (common + least));
    }
}

static bk_status
check_removable(bk_context *ctx, const bk_trade_base *base)
{
    for (size_t n = 0; n < base->n_regions; n++)
        if (fabs(base->deficit[n]) > LARGEST_REMOVED * base->income[n])
            return bk_fail_hint(
                ctx, BK_ERR_VALUE, "use trade.deficits: scaled, or share",
                "deficits: zero is refused: that of region %s is %.2f of its income, and a world in which "
                "it had to do without says nothing about this one",
                base->economy->regions[n].id, base->deficit[n] / base->income[n]);
    return BK_OK;
}

/* The economy at the solution without deficits: trade and value added change, technology and tariffs stay. */
static bk_status
rebase(bk_trade_solver *solver, bk_arena *arena, const bk_economy **out)
{
    const bk_trade_base *base = solver->base;
    const size_t         n_regions = base->n_regions;
    bk_economy          *economy = BK_NEW(arena, bk_economy, 1);
    bk_region           *regions = BK_NEW(arena, bk_region, n_regions);
    double              *trade = BK_NEW(arena, double, base->n_sectors *n_regions *n_regions);

    BK_TRY(bk_arena_ok(arena));
    bk_trade_solver_value(solver, trade);
    memcpy(regions, base->economy->regions, n_regions * sizeof *regions);
    for (size_t n = 0; n < n_regions; n++) {
        regions[n].value_added *= bki_exp(solver->u[n]);
        regions[n].deficit = 0.0;
    }
    *economy = *base->economy;
    economy->regions = regions;
    economy->trade = trade;
    economy->deficits = BK_DEFICITS_FIXED;
    *out = economy;
    return BK_OK;
}

static bk_status
solve_without(bk_context *ctx, const bk_trade_base *base, bk_arena *scratch, bk_arena *arena, const bk_economy **out)
{
    const bk_trade_settings settings = bk_trade_default_settings();
    bk_trade_solver        *solver;

    BK_TRY(bki_solver_create(base, (size_t)settings.depth, scratch, scratch, &solver));
    BK_TRY(bki_shock_apply(ctx, solver, NULL));
    memset(solver->shocked.transfer, 0, base->stride * sizeof *solver->shocked.transfer);
    BK_TRY(bki_iterate(ctx, solver, settings.tolerance, settings.max_iterations));
    if (solver->outcome != BK_CONVERGED)
        return bk_fail(ctx, BK_ERR_NOT_CONVERGED, "the base year without deficits was not found (%s, residual %g)",
                       bk_outcome_name(solver->outcome), solver->distance.world);
    return rebase(solver, arena, out);
}

bk_status
bki_remove_deficits(bk_context *ctx, const bk_trade_base *base, bk_arena *arena, const bk_trade_base **out)
{
    const bk_economy *economy = NULL;
    bk_arena          scratch;

    BK_TRY(check_removable(ctx, base));
    bk_arena_init(&scratch, ctx);
    const bk_status status = solve_without(ctx, base, &scratch, arena, &economy);
    bk_arena_release(&scratch);
    return status == BK_OK ? bk_trade_calibrate(ctx, economy, arena, out) : status;
}
