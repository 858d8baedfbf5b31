/* Labour that moves between the regions of one economy until nobody gains by moving (Allen & Arkolakis 2014).
 *
 *     utility_n = real income a head * L_n^congestion,     productivity_n = L_n^agglomeration,     L hats of labour
 *
 * Where tastes for regions differ with Frechet shape `taste`, L_n rises with utility to that power, which is one more
 * congestion of -1/taste.  So ln(real income) - (1 - b) ln L is equal across an economy, b = congestion - 1/taste.
 *
 * With one sector, no inputs and symmetric costs, their Theorem 2: an equilibrium in which every region is inhabited
 * exists and is stable if gamma_1 = 1 - agglomeration theta - b (theta + 1) > 0, and is the only one if agglomeration +
 * b <= 0.  With inputs an agglomeration works as often as its goods are used, at most 1 / value-added share times. */
#include "trade/solver.h"

#include <math.h>
#include <string.h>

static const double LEAST_SLOPE = 0.5; /* of a region's utility in its labour, through wages: keeps steps short */

static bk_status
check_exponents(bk_context *ctx, const bk_trade_mobility *mobility)
{
    if (fabs(mobility->agglomeration) <= 1.0 && fabs(mobility->congestion) <= 1.0 && mobility->taste > 0.0)
        return BK_OK;
    return bk_fail(
        ctx, BK_ERR_VALUE,
        "labour mobility: agglomeration %g and congestion %g must lie between -1 and 1, taste %g must be > 0 (inf: "
        "equal utility)",
        mobility->agglomeration, mobility->congestion, mobility->taste);
}

/* The agglomeration that reaches prices: through inputs it works more than once. */
static double
effective_agglomeration(const bk_trade_base *base, double agglomeration)
{
    double least = 1.0;

    for (size_t n = 0; n < base->n_regions; n++) {
        double output = 0.0;
        for (size_t j = 0; j < base->n_sectors; j++)
            output += base->output[bki_at(base, j, n)];
        least = fmin(least, base->value_added[n] / output);
    }
    return agglomeration > 0.0 ? agglomeration / least : agglomeration;
}

/* Refuses what has no stable equilibrium, says whether the one found is known to be the only one. */
static bk_status
check_conditions(bk_context *ctx, bk_trade_solver *solver, const bk_trade_mobility *mobility)
{
    const bk_trade_base *base = solver->base;
    const double         b = mobility->congestion - 1.0 / mobility->taste;
    const double         agglomeration = effective_agglomeration(base, mobility->agglomeration);

    for (size_t j = 0; j < base->n_sectors; j++) {
        const double theta = solver->shocked.elasticity[j], stable = 1.0 - agglomeration * theta - b * (theta + 1.0);
        if (!(stable > 0.0))
            return bk_fail_hint(ctx, BK_ERR_NO_SOLUTION,
                                "lower the agglomeration, or let congestion or differing tastes outweigh it",
                                "labour mobility: all labour would gather in one region, as agglomeration %.3g (inputs "
                                "included) outweighs congestion %.3g at the elasticity %.3g of sector %s",
                                agglomeration, b, theta, base->economy->sectors[j].id);
    }
    solver->shocked.labour_unique = agglomeration + b <= 0.0;
    bk_log(
        ctx, solver->shocked.labour_unique ? BK_LOG_INFO : BK_LOG_WARNING,
        "labour mobility: agglomeration %.3g (inputs included) and congestion %.3g %s", agglomeration, b,
        solver->shocked.labour_unique
            ? "allow one equilibrium only (Allen & Arkolakis 2014, Theorem 2, shown for one sector and symmetric costs)"
            : "may allow several equilibria: the one reached from the base is reported");
    return BK_OK;
}

/* Labour of a region at the base: inhabitants where all of its economy's regions know them, else value added. */
static void
set_labour(const bk_trade_base *base, bki_shocked *shocked)
{
    const bk_region *regions = base->economy->regions;

    for (size_t n = 0; n < base->n_regions; n++) {
        bool known = true;
        shocked->pool[n] = BK_NONE;
        for (size_t m = 0; m < base->n_regions; m++)
            if (regions[m].country == regions[n].country) {
                known &= regions[m].population > 0.0;
                shocked->pool[n] = m != n ? regions[n].country : shocked->pool[n];
            }
        shocked->labour[n] = known ? regions[n].population : base->value_added[n];
    }
}

bk_status
bki_mobility_apply(bk_context *ctx, bk_trade_solver *solver, const bk_trade_shock *shock)
{
    bki_shocked *shocked = &solver->shocked;

    shocked->mobile = shock->mobility != NULL;
    shocked->labour_unique = true;
    shocked->agglomeration = shocked->congestion = shocked->crowding = 0.0;
    if (!shocked->mobile) {
        memset(bki_state_of(solver->base, solver->u).log_labour, 0, solver->base->stride * sizeof(double));
        return BK_OK;
    }
    BK_TRY(check_exponents(ctx, shock->mobility));
    shocked->agglomeration = shock->mobility->agglomeration;
    shocked->congestion = shock->mobility->congestion;
    shocked->crowding = shocked->congestion - 1.0 / shock->mobility->taste;
    set_labour(solver->base, shocked);
    return check_conditions(ctx, solver, shock->mobility);
}

/* ln(real income of a region, taxes taken off) over the base, at an iterate. */
static double
log_real_income(const bk_trade_solver *solver, const bki_state *at, size_t n)
{
    const bk_trade_base *base = solver->base;
    const bki_shocked   *shocked = &solver->shocked;
    const double         income =
        bki_exp(at->log_payroll[n]) + at->revenue[n] + shocked->transfer[n] - shocked->levy[n] - shocked->works[n];
    double log_index = 0.0;

    for (size_t j = 0; j < base->n_sectors; j++)
        log_index += base->final_share[bki_at(base, j, n)] * at->log_price[bki_at(base, j, n)];
    return bki_log(income * base->value_added[n] / base->income[n]) - log_index;
}

/* What a region's inhabitants gain over the mean of their economy, as a logarithm; 0 where labour cannot move. */
void
bki_labour_gaps(bk_trade_solver *solver, const bki_state *at)
{
    const bk_trade_base *base = solver->base;
    const bki_shocked   *shocked = &solver->shocked;
    double              *value = solver->scratch;

    for (size_t n = 0; shocked->mobile && n < base->n_regions; n++)
        value[n] = shocked->pool[n] == BK_NONE
                       ? 0.0
                       : log_real_income(solver, at, n) - (1.0 - shocked->crowding) * at->log_labour[n];
    for (size_t n = 0; n < base->n_regions; n++) {
        double sum = 0.0, weight = 0.0;
        solver->labour_gap[n] = 0.0;
        if (!shocked->mobile || shocked->pool[n] == BK_NONE)
            continue;
        for (size_t m = 0; m < base->n_regions; m++)
            if (shocked->pool[m] == shocked->pool[n]) {
                sum += shocked->labour[m] * value[m];
                weight += shocked->labour[m];
            }
        solver->labour_gap[n] = value[n] - sum / weight;
    }
}

/* Labour moves to where it gains; each economy keeps its own. */
void
bki_move_labour(const bk_trade_solver *solver, const bki_state *from, const bki_state *to)
{
    const bk_trade_base *base = solver->base;
    const bki_shocked   *shocked = &solver->shocked;
    const double         step = 1.0 / (LEAST_SLOPE + fabs(shocked->crowding));

    for (size_t n = 0; n < base->stride; n++)
        to->log_labour[n] = from->log_labour[n];
    if (!shocked->mobile)
        return;
    for (size_t n = 0; n < base->n_regions; n++)
        to->log_labour[n] += step * solver->labour_gap[n];
    for (size_t n = 0; n < base->n_regions; n++) {
        double before = 0.0, after = 0.0;
        for (size_t m = 0; m < base->n_regions; m++)
            if (shocked->pool[n] != BK_NONE && shocked->pool[m] == shocked->pool[n]) {
                before += shocked->labour[m];
                after += shocked->labour[m] * bki_exp(from->log_labour[m] + step * solver->labour_gap[m]);
            }
        if (after > 0.0)
            to->log_labour[n] += bki_log(before / after);
    }
}
