/* Customs unions that share their members' import duties by fixed quotas. */
#include "model/policy.h"

#include <math.h>

double
bki_duty_share(const bk_policy_state *state, uint32_t agreement, uint32_t country)
{
    const bk_policy *policy = &state->model->policy;
    const uint32_t   row = state->member[agreement * state->model->n_countries + country];
    double           largest = 0.0;

    if (row != BK_NONE && policy->members[row].duty_share > 0.0)
        return policy->members[row].duty_share;
    for (size_t m = 0; m < policy->n_members; m++)
        if (policy->members[m].agreement == agreement && policy->members[m].country == country)
            largest = fmax(largest, policy->members[m].duty_share);
    return largest;
}

bool
bki_keeps_own_duties(const bk_policy_state *state, uint32_t agreement, uint32_t country)
{
    size_t others = 0;

    if (!state->model->policy.agreements[agreement].customs_union || !bki_is_party(state, agreement, country) ||
        bki_duty_share(state, agreement, country) > 0.0)
        return false;
    for (uint32_t c = 0; c < state->model->n_countries; c++)
        others += bki_is_party(state, agreement, c) && bki_duty_share(state, agreement, c) > 0.0;
    return others >= 2;
}

/* The region's share of the union's duties before it is scaled: 0 outside the pool. */
static double
share_of_region(const bk_policy_state *state, uint32_t agreement, size_t region)
{
    const bk_economy *economy = &state->model->economy;
    const uint32_t    country = economy->regions[region].country;
    double            value_added = 0.0;

    if (!bki_is_party(state, agreement, country))
        return 0.0;
    for (size_t n = 0; n < economy->n_regions; n++)
        if (economy->regions[n].country == country)
            value_added += economy->regions[n].value_added;
    return bki_duty_share(state, agreement, country) * economy->regions[region].value_added / value_added;
}

/* Whether regions of two countries or more have a share. */
static bool
is_shared(const bk_economy *economy, const double *share)
{
    uint32_t first = BK_NONE;

    for (size_t n = 0; n < economy->n_regions; n++) {
        if (!(share[n] > 0.0))
            continue;
        if (first != BK_NONE && economy->regions[n].country != first)
            return true;
        first = economy->regions[n].country;
    }
    return false;
}

/* The union's part of pools and quotas, if members share there. */
static void
fill_union(const bk_policy_state *state, uint32_t agreement, double *share, uint32_t *pool, double *quota)
{
    const size_t n_regions = state->model->economy.n_regions;
    double       sum = 0.0;

    for (size_t n = 0; n < n_regions; n++) {
        share[n] = pool[n] == BK_NONE ? share_of_region(state, agreement, n) : 0.0;
        sum += share[n];
    }
    if (!is_shared(&state->model->economy, share))
        return;
    for (size_t n = 0; n < n_regions; n++)
        if (share[n] > 0.0) {
            pool[n] = agreement;
            quota[n] = share[n] / sum;
        }
}

bk_status
bki_duty_pools(const bk_policy_state *state, bk_arena *arena, const uint32_t **pool, const double **quota)
{
    const bk_policy *policy = &state->model->policy;
    const size_t     n_regions = state->model->economy.n_regions;
    uint32_t        *pools = BK_NEW(arena, uint32_t, n_regions);
    double          *quotas = BK_NEW(arena, double, n_regions), *share = BK_NEW(arena, double, n_regions);

    BK_TRY(bk_arena_ok(arena));
    for (size_t n = 0; n < n_regions; n++)
        pools[n] = BK_NONE;
    for (uint32_t u = 0; u < policy->n_agreements; u++)
        if (policy->agreements[u].customs_union)
            fill_union(state, u, share, pools, quotas);
    *pool = pools;
    *quota = quotas;
    return BK_OK;
}
