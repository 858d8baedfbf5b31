/* Where tariff.csv and policy part. */
#include "model/policy.h"

#include <math.h>

#define AS_LISTED 1.000001e-5 /* one in the last place of a table with five decimals */

static bool
is_worse(const bk_tariff_gap *a, const bk_tariff_gap *b)
{
    const double x = fabs(a->listed - a->rule.rate), y = fabs(b->listed - b->rule.rate);

    if (x != y)
        return x > y;
    if (a->sector != b->sector)
        return a->sector < b->sector;
    return a->importer != b->importer ? a->importer < b->importer : a->exporter < b->exporter;
}

/* Keeps the worst; the offers behind a rule are copied with it. */
static bk_status
keep(bk_tariff_gap *worst, size_t *n, size_t most, bk_tariff_gap gap, bk_arena *arena)
{
    size_t at = *n;

    if (most == 0 || (*n == most && !is_worse(&gap, &worst[most - 1])))
        return BK_OK;
    bk_offer *offers = BK_NEW(arena, bk_offer, gap.rule.n_offers);
    BK_TRY(bk_arena_ok(arena));
    for (size_t i = 0; i < gap.rule.n_offers; i++)
        offers[i] = gap.rule.offers[i];
    gap.rule.offers = offers;
    if (*n < most)
        (*n)++;
    else
        at = most - 1;
    for (; at > 0 && is_worse(&gap, &worst[at - 1]); at--)
        worst[at] = worst[at - 1];
    worst[at] = gap;
    return BK_OK;
}

static double
mean(double sum, size_t n)
{
    return n > 0 ? sum / (double)n : 0.0;
}

bk_status
bk_policy_audit(const bk_policy_state *state, size_t most, bk_arena *arena, bk_tariff_audit *out)
{
    const bk_economy *economy = &state->model->economy;
    const uint32_t    n = (uint32_t)economy->n_regions;
    bk_offer         *offers = BK_NEW(arena, bk_offer, state->model->policy.n_agreements);
    bk_tariff_gap    *worst = BK_NEW(arena, bk_tariff_gap, most);
    double           *gaps = BK_NEW(arena, double, economy->n_sectors *n *n); /* summed in one order, compensated */
    size_t            at = 0;

    *out = (bk_tariff_audit){.worst = worst};
    BK_TRY(bk_arena_ok(arena));
    for (uint32_t j = 0; j < economy->n_sectors; j++)
        for (uint32_t importer = 0; economy->sectors[j].traded && importer < n; importer++)
            for (uint32_t exporter = 0; exporter < n; exporter++) {
                const uint32_t here = economy->regions[importer].country, there = economy->regions[exporter].country;
                bk_tariff_gap  gap = {.sector = j, .importer = importer, .exporter = exporter};
                if (here == there)
                    continue;
                bk_policy_rule(state, here, there, j, offers, &gap.rule);
                if (gap.rule.regime == BK_REGIME_UNKNOWN) {
                    out->n_unknown++;
                    continue;
                }
                out->n_compared++;
                gap.listed = economy->tariff[(j * n + importer) * n + exporter];
                if (fabs(gap.listed - gap.rule.rate) <= AS_LISTED)
                    continue;
                gaps[at++] = fabs(gap.listed - gap.rule.rate);
                BK_TRY(keep(worst, &out->n_worst, most, gap, arena));
            }
    out->n_gaps = at;
    out->mean_of_gaps = mean(bk_sum(gaps, at), at);
    out->mean_gap = mean(bk_sum(gaps, at), out->n_compared);
    return BK_OK;
}
