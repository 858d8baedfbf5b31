/* The rate on one pair of countries and one sector, with the rules that led to it; and the whole schedule. */
#include "model/policy.h"

#include <math.h>
#include <string.h>

/* ---- rows that hold --------------------------------------------------------------------------------------------- */

int
bki_precedence(const bki_candidate *a, const bki_candidate *b)
{
    if (a->from != b->from)
        return a->from > b->from ? 1 : -1;
    return (int)a->specific - (int)b->specific;
}

static bki_candidate
candidate(const bk_policy_state *state, uint32_t row, uint32_t agreement, uint32_t sector, int from)
{
    const int start = bki_agreement_start(&state->model->policy.agreements[agreement]);

    return (bki_candidate){.row = row, .from = from != 0 ? from : start, .specific = sector != BK_NONE};
}

bki_candidate
bki_preference_candidate(const bk_policy_state *state, uint32_t row)
{
    const bk_preference *preference = &state->model->policy.preferences[row];

    return candidate(state, row, preference->agreement, preference->sector, preference->from);
}

bool
bki_preference_is_for(const bk_policy_state *state, uint32_t row, size_t importer, size_t exporter, size_t sector)
{
    const size_t   n = state->model->n_countries;
    const uint32_t wanted = state->model->policy.preferences[row].sector;

    return state->importer[row * n + importer] && state->exporter[row * n + exporter] &&
           (wanted == BK_NONE || wanted == sector);
}

/* ---- offers ----------------------------------------------------------------------------------------------------- */

typedef struct question { /* the rate on what */
    const bk_policy_state *state;
    size_t                 importer, exporter, sector;
} question;

/* NaN where the row is a share of a rate that is not known. */
static double
offered_rate(const bk_preference *preference, double external)
{
    switch (preference->kind) {
    case BK_PREFERENCE_RATE:
        return preference->value;
    case BK_PREFERENCE_FACTOR:
        return preference->value * external;
    case BK_PREFERENCE_CUT:
        return isnan(external) ? NAN : fmax(0.0, external - preference->value);
    }
    return NAN;
}

/* Whether the row `new` of the same agreement takes the place of what `offer` has: the more precise, then the lower. */
static bool
replaces(const bk_policy_state *state, uint32_t row, double rate, const bk_offer *offer)
{
    if (offer->preference == BK_NONE)
        return true;
    const bki_candidate a = bki_preference_candidate(state, row);
    const bki_candidate b = bki_preference_candidate(state, offer->preference);
    const int           precedence = bki_precedence(&a, &b);
    return precedence != 0 ? precedence > 0 : rate < offer->rate;
}

static void
add_offer(const bk_policy_state *state, uint32_t agreement, uint32_t row, double rate, bk_offer *offers, size_t *n)
{
    size_t at = 0;

    if (isnan(rate))
        return;
    while (at < *n && offers[at].agreement != agreement)
        at++;
    if (at == *n)
        offers[(*n)++] = (bk_offer){agreement, row, rate};
    else if (row != BK_NONE && replaces(state, row, rate, &offers[at]))
        offers[at] = (bk_offer){agreement, row, rate};
}

/* Whether preference.csv itself says what holds inside the union for the pair and sector, on whatever day. */
static bool
has_own_row(const question *q, uint32_t customs_union)
{
    const bk_policy *policy = &q->state->model->policy;

    for (uint32_t p = 0; p < policy->n_preferences; p++)
        if (policy->preferences[p].agreement == customs_union &&
            bki_preference_is_for(q->state, p, q->importer, q->exporter, q->sector))
            return true;
    return false;
}

static size_t
collect_offers(const question *q, double external, bk_offer *offers)
{
    const bk_policy_state *state = q->state;
    const bk_policy       *policy = &state->model->policy;
    const size_t           at = q->importer * state->model->n_countries + q->exporter;
    size_t                 n = 0;

    for (uint32_t i = state->pair_first[at]; i < state->pair_first[at + 1]; i++) {
        const uint32_t       p = state->pair_rows[i];
        const bk_preference *row = &policy->preferences[p];
        if (row->sector == BK_NONE || row->sector == q->sector)
            add_offer(state, row->agreement, p, offered_rate(row, external), offers, &n);
    }
    for (uint32_t u = 0; u < policy->n_agreements; u++)
        if (policy->agreements[u].customs_union && bki_is_party(state, u, q->importer) &&
            bki_is_party(state, u, q->exporter) && !has_own_row(q, u))
            add_offer(state, u, BK_NONE, 0.0, offers, &n);
    return n;
}

/* Lowest first; of equal ones a customs union's, then by name. */
static bool
is_better(const bk_policy_state *state, const bk_offer *a, const bk_offer *b)
{
    const bk_agreement *agreements = state->model->policy.agreements;

    if (a->rate != b->rate)
        return a->rate < b->rate;
    if (agreements[a->agreement].customs_union != agreements[b->agreement].customs_union)
        return agreements[a->agreement].customs_union;
    return state->name_rank[a->agreement] < state->name_rank[b->agreement];
}

static void
sort_offers(const bk_policy_state *state, bk_offer *offers, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        const bk_offer moved = offers[i];
        size_t         at = i;
        for (; at > 0 && is_better(state, &moved, &offers[at - 1]); at--)
            offers[at] = offers[at - 1];
        offers[at] = moved;
    }
}

/* ---- the rule --------------------------------------------------------------------------------------------------- */

static double
listed(const bk_policy_state *state, uint32_t row)
{
    return row != BK_NONE ? state->model->policy.external_tariffs[row].rate : NAN;
}

static const bki_external *
external_of(const question *q)
{
    return &q->state->external[q->importer * q->state->model->economy.n_sectors + q->sector];
}

/* The rate without preference, by the most-favoured-nation or the general tariff. */
static void
start_rule(const question *q, bk_tariff_rule *out)
{
    const bk_policy_state *state = q->state;
    const bki_external    *external = external_of(q);
    const bool             both = state->most_favoured[q->importer] && state->most_favoured[q->exporter];

    *out = (bk_tariff_rule){.agreement = BK_NONE, .preference = BK_NONE, .most_favoured = both};
    out->most_favoured = both || !state->knows_most_favoured;
    out->basis = external->basis;
    out->external_row = external->row;
    out->regime = external->basis != BK_BASIS_UNKNOWN ? BK_REGIME_MOST_FAVOURED_NATION : BK_REGIME_UNKNOWN;
    if (!out->most_favoured && external->general_row != BK_NONE) {
        out->basis = BK_BASIS_GENERAL;
        out->external_row = external->general_row;
        out->regime = BK_REGIME_GENERAL;
    }
    out->external_rate = out->basis != BK_BASIS_UNKNOWN ? listed(state, out->external_row) : 0.0;
    out->rate = out->external_rate;
}

/* Whether the best offer decides: it lowers the rate, or there is none, or a union is free of duties anyway. */
static bool
decides(const bk_tariff_rule *rule, const bk_offer *best)
{
    return rule->regime == BK_REGIME_UNKNOWN || best->rate < rule->rate || best->preference == BK_NONE;
}

void
bk_policy_rule(const bk_policy_state *state, uint32_t importer, uint32_t exporter, uint32_t sector, bk_offer *offers,
               bk_tariff_rule *out)
{
    const question      q = {state, importer, exporter, sector};
    const bk_agreement *agreements = state->model->policy.agreements;

    if (importer == exporter) {
        *out = (bk_tariff_rule){.regime = BK_REGIME_DOMESTIC,
                                .agreement = BK_NONE,
                                .preference = BK_NONE,
                                .external_row = BK_NONE,
                                .most_favoured = true};
        return;
    }
    start_rule(&q, out);
    /* A share or a cut is of the most-favoured-nation rate, also where the general one would apply. */
    out->n_offers = collect_offers(&q, listed(state, external_of(&q)->row), offers);
    sort_offers(state, offers, out->n_offers);
    out->offers = offers;
    if (out->n_offers == 0 || !decides(out, &offers[0]))
        return;
    out->rate = offers[0].rate;
    out->agreement = offers[0].agreement;
    out->preference = offers[0].preference;
    out->regime = agreements[out->agreement].customs_union ? BK_REGIME_CUSTOMS_UNION : BK_REGIME_PREFERENCE;
}

const char *
bk_regime_name(bk_regime regime)
{
    static const char *const names[] = {
        [BK_REGIME_DOMESTIC] = "domestic",     [BK_REGIME_CUSTOMS_UNION] = "customs-union",
        [BK_REGIME_PREFERENCE] = "preference", [BK_REGIME_MOST_FAVOURED_NATION] = "mfn",
        [BK_REGIME_GENERAL] = "general",       [BK_REGIME_UNKNOWN] = "unknown"};
    return names[regime];
}

const char *
bk_tariff_basis_name(bk_tariff_basis basis)
{
    static const char *const names[] = {[BK_BASIS_UNKNOWN] = "unknown",
                                        [BK_BASIS_OWN] = "mfn",
                                        [BK_BASIS_COMMON_EXTERNAL] = "common_external",
                                        [BK_BASIS_NATIONAL] = "national_outside_union",
                                        [BK_BASIS_OWN_AS_NATIONAL] = "mfn_for_national",
                                        [BK_BASIS_GENERAL] = "general"};
    return names[basis];
}

/* ---- all pairs -------------------------------------------------------------------------------------------------- */

bk_status
bki_policy_rates(const bk_policy_state *state, bk_arena *arena, double **out)
{
    const size_t n = state->model->n_countries, n_sectors = state->model->economy.n_sectors;
    double      *rates = BK_NEW(arena, double, n_sectors *n *n);
    bk_offer    *offers = BK_NEW(arena, bk_offer, state->model->policy.n_agreements);

    BK_TRY(bk_arena_ok(arena));
    for (uint32_t j = 0; j < n_sectors; j++)
        for (uint32_t importer = 0; importer < n; importer++)
            for (uint32_t exporter = 0; exporter < n; exporter++) {
                bk_tariff_rule rule;
                bk_policy_rule(state, importer, exporter, j, offers, &rule);
                rates[(j * n + importer) * n + exporter] = rule.regime != BK_REGIME_UNKNOWN ? rule.rate : NAN;
            }
    *out = rates;
    return BK_OK;
}

/* ---- barriers --------------------------------------------------------------------------------------------------- */

/* The row of the agreement that holds for the pair and sector, or BK_NONE; of equally precise ones the lowest factor.
 */
static uint32_t
barrier_of(const question *q, uint32_t agreement)
{
    const bk_policy_state *state = q->state;
    const bk_policy       *policy = &state->model->policy;
    const size_t           n = state->model->n_countries;
    bki_candidate          best = {.row = BK_NONE};

    for (uint32_t b = 0; b < policy->n_barriers; b++) {
        const bk_barrier *row = &policy->barriers[b];
        if (row->agreement != agreement || !state->barrier_importer[b * n + q->importer] ||
            !state->barrier_exporter[b * n + q->exporter] || (row->sector != BK_NONE && row->sector != q->sector))
            continue;
        const bki_candidate found = candidate(state, b, agreement, row->sector, row->from);
        const int           precedence = best.row != BK_NONE ? bki_precedence(&found, &best) : 1;
        if (precedence > 0 || (precedence == 0 && row->factor < policy->barriers[best.row].factor))
            best = found;
    }
    return best.row;
}

double
bk_policy_trade_cost(const bk_policy_state *state, uint32_t importer, uint32_t exporter, uint32_t sector)
{
    const bk_policy *policy = &state->model->policy;
    const question   q = {state, importer, exporter, sector};
    double           factor = 1.0;

    if (importer == exporter)
        return factor;
    for (size_t rank = 0; policy->n_barriers > 0 && rank < policy->n_agreements; rank++) {
        const uint32_t row = barrier_of(&q, state->by_name[rank]); /* one order of factors whatever that of rows */
        if (row != BK_NONE)
            factor *= policy->barriers[row].factor;
    }
    return factor;
}
