/* Customs unions that share their members' import duties.
 *
 *     D_n = duties of n on goods from outside its union        S_u = sum of D_m over the members m of u
 *     T_n = quota_n S_u - D_n, 0 outside unions that pool;     sum_n T_n = 0
 *
 * The base year's T_n is part of the base deficit, whatever pays for it, so that a region's income moves by T_n less
 * its base value: also that of a region which has left its union, whose T_n is 0 now. */
#include "trade/solver.h"

#include <math.h>

static const double ADDS_UP = 1e-9; /* quotas of a pool: |sum - 1| */

static inline bool
same_pool(const uint32_t *pool, size_t a, size_t b)
{
    return a == b || (pool[a] == pool[b] && pool[a] != BK_NONE);
}

/* transfer [n] from what each region levies on outsiders, in the same array. */
static void
share_pools(size_t n_regions, const uint32_t *pool, const double *quota, double *transfer)
{
    for (size_t first = 0; first < n_regions; first++) { /* each pool at the first of its members */
        double sum = 0.0;
        bool   is_first = pool[first] != BK_NONE;
        for (size_t n = 0; n < first; n++)
            is_first &= pool[n] != pool[first];
        if (!is_first)
            continue;
        for (size_t n = first; n < n_regions; n++)
            sum += pool[n] == pool[first] ? transfer[n] : 0.0;
        for (size_t n = first; n < n_regions; n++)
            if (pool[n] == pool[first])
                transfer[n] = quota[n] * sum - transfer[n];
    }
}

void
bki_duties_base(const bk_trade_base *base, double *transfer)
{
    const uint32_t *pool = base->economy->duty_pool;
    const size_t    n_regions = base->n_regions;

    if (pool == NULL || base->economy->duty_quota == NULL) /* the latter fails when a solve begins */
        return;
    for (size_t n = 0; n < n_regions; n++)
        for (size_t j = 0; j < base->n_sectors && pool[n] != BK_NONE; j++) {
            const size_t row = (j * n_regions + n) * n_regions;
            for (size_t i = 0; i < n_regions; i++)
                if (!same_pool(pool, n, i))
                    transfer[n] += base->trade[row + i] * base->tariff[row + i];
        }
    share_pools(n_regions, pool, base->economy->duty_quota, transfer);
}

static bk_status
check_quotas(bk_context *ctx, const bk_economy *economy, const uint32_t *pool, const double *quota)
{
    for (size_t n = 0; n < economy->n_regions; n++) {
        double sum = 0.0;
        if (pool[n] == BK_NONE)
            continue;
        for (size_t m = 0; m < economy->n_regions; m++)
            sum += pool[m] == pool[n] ? quota[m] : 0.0;
        if (!(quota[n] >= 0.0 && fabs(sum - 1.0) <= ADDS_UP))
            return bk_fail(ctx, BK_ERR_VALUE,
                           "region %s has the share %g of its union's duties, and all of them add up to %.12g, must be "
                           ">= 0 and 1",
                           economy->regions[n].id, quota[n], sum);
    }
    return BK_OK;
}

bk_status
bki_duties_apply(bk_context *ctx, bk_trade_solver *solver, const bk_trade_shock *shock)
{
    const bk_economy *economy = solver->base->economy;
    bki_shocked      *shocked = &solver->shocked;
    const bool        changes = shock->duty_pool != NULL;

    if ((changes && shock->duty_quota == NULL) || (economy->duty_pool != NULL && economy->duty_quota == NULL))
        return bk_fail(ctx, BK_ERR_USAGE, "duty_pool without duty_quota: who gets what is not known");
    if (economy->duty_pool != NULL)
        BK_TRY(check_quotas(ctx, economy, economy->duty_pool, economy->duty_quota));
    shocked->duty_pool = changes ? shock->duty_pool : economy->duty_pool;
    shocked->duty_quota = changes ? shock->duty_quota : economy->duty_quota;
    shocked->pools = shocked->duty_pool != NULL;
    for (size_t n = 0; n < solver->base->stride; n++)
        solver->duty_transfer[n] = 0.0;
    return shocked->pools ? check_quotas(ctx, economy, shocked->duty_pool, shocked->duty_quota) : BK_OK;
}

/* Duties of a region on goods of its own union, money. */
static double
inside_duties(const bk_trade_solver *solver, size_t n)
{
    const bk_trade_base *base = solver->base;
    const uint32_t      *pool = solver->shocked.duty_pool;
    double               sum = 0.0;

    for (size_t j = 0; j < base->n_sectors; j++) {
        const size_t  at = bki_at(base, j, n);
        const double *k = solver->shocked.k[j], *kt = solver->shocked.kt[j];
        if (k == NULL)
            sum += solver->spend[at] - solver->spend[at] * (solver->net[at] / solver->supply[at]);
        if (k == kt)
            continue;
        const double *gross = k + n * base->stride, *net = kt + n * base->stride;
        const double *power = solver->power + j * base->stride;
        double        duties = 0.0;
        for (size_t i = 0; i < base->n_regions; i++)
            if (same_pool(pool, n, i))
                duties += (gross[i] - net[i]) * power[i];
        sum += solver->spend[at] / solver->supply[at] * duties;
    }
    return sum;
}

void
bki_pool_duties(bk_trade_solver *solver, const double *revenue)
{
    const bk_trade_base *base = solver->base;
    const uint32_t      *pool = solver->shocked.duty_pool;
    double              *transfer = solver->duty_transfer;

    for (size_t n = 0; n < base->n_regions; n++)
        transfer[n] = pool[n] != BK_NONE ? revenue[n] - inside_duties(solver, n) : 0.0;
    share_pools(base->n_regions, pool, solver->shocked.duty_quota, transfer);
    for (size_t n = 0; n < base->n_regions; n++)
        transfer[n] = (transfer[n] - base->duty_transfer[n]) / base->value_added[n];
}
