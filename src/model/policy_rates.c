/* The tariffs that agreements and external tariffs imply for every pair of countries.
 *
 * An importer's external tariff is what it applies to everyone: as a member who just joined a union, the union's common
 * external tariff; as one who just left, its national one; otherwise its own as applied now, else its union's.  Within
 * a customs union the rate is 0, unless the union's own rows in preference.csv say otherwise for the sector (some
 * unions leave farm goods out).  Of all rates that apply to a pair the lowest holds (General Agreement on Tariffs and
 * Trade, Articles I and XXIV: a preference may only lower what everyone pays). */
#include "model/policy.h"

#include <math.h>
#include <string.h>

typedef struct rate_sheet {
    const bki_membership *membership;
    size_t                n_countries, n_sectors;
    double               *external; /* [n_countries][n_sectors] NaN: not known */
    double               *rates;    /* [n_sectors][importer][exporter] */
} rate_sheet;

/* The rate of `owner` of that kind on the sector, or NaN. */
static double
listed_rate(const bk_model *model, const char *owner, bk_tariff_kind kind, size_t sector)
{
    for (size_t i = 0; i < model->policy.n_external_tariffs; i++) {
        const bk_external_tariff *tariff = &model->policy.external_tariffs[i];
        if (tariff->kind == kind && tariff->sector == sector && strcmp(tariff->owner, owner) == 0)
            return tariff->rate;
    }
    return NAN;
}

uint32_t
bki_joined_union(const bki_membership *membership, size_t country)
{
    const bk_policy *policy = &membership->model->policy;
    const size_t     n = membership->model->n_countries;

    for (size_t a = 0; a < policy->n_agreements; a++)
        if (policy->agreements[a].customs_union && membership->joined[a * n + country])
            return (uint32_t)a;
    return BK_NONE;
}

bool
bki_left_union(const bki_membership *membership, size_t country)
{
    const bk_policy *policy = &membership->model->policy;
    const size_t     n = membership->model->n_countries;

    for (size_t a = 0; a < policy->n_agreements; a++)
        if (policy->agreements[a].customs_union && membership->left[a * n + country])
            return true;
    return false;
}

/* The common external tariff of a union the country is in, or NaN. */
static double
union_rate(const bki_membership *membership, size_t country, size_t sector)
{
    const bk_model  *model = membership->model;
    const bk_policy *policy = &model->policy;

    for (size_t a = 0; a < policy->n_agreements; a++) {
        if (!policy->agreements[a].customs_union || !membership->party[a * model->n_countries + country])
            continue;
        const double rate = listed_rate(model, policy->agreements[a].id, BK_TARIFF_COMMON_EXTERNAL, sector);
        if (!isnan(rate))
            return rate;
    }
    return NAN;
}

double
bki_external_rate(const bki_membership *membership, size_t country, size_t sector)
{
    const bk_model *model = membership->model;
    const uint32_t  joined = bki_joined_union(membership, country);
    double          rate = NAN;

    if (joined != BK_NONE)
        return listed_rate(model, model->policy.agreements[joined].id, BK_TARIFF_COMMON_EXTERNAL, sector);
    if (bki_left_union(membership, country))
        rate = listed_rate(model, model->countries[country], BK_TARIFF_NATIONAL, sector);
    if (isnan(rate))
        rate = listed_rate(model, model->countries[country], BK_TARIFF_MFN, sector);
    return isnan(rate) ? union_rate(membership, country, sector) : rate;
}

static void
start_rates(rate_sheet *sheet)
{
    const size_t n = sheet->n_countries;

    for (size_t c = 0; c < n; c++)
        for (size_t j = 0; j < sheet->n_sectors; j++)
            sheet->external[c * sheet->n_sectors + j] = bki_external_rate(sheet->membership, c, j);
    for (size_t j = 0; j < sheet->n_sectors; j++)
        for (size_t importer = 0; importer < n; importer++)
            for (size_t exporter = 0; exporter < n; exporter++)
                sheet->rates[(j * n + importer) * n + exporter] =
                    importer == exporter ? 0.0 : sheet->external[importer * sheet->n_sectors + j];
}

static void
lower(double *rate, double offer)
{
    if (!isnan(offer) && (isnan(*rate) || offer < *rate))
        *rate = offer;
}

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

/* A preference counts from its day on; that of an agreement a scenario brings into force counts at once. */
static bool
preference_counts(const bki_membership *membership, const bk_preference *preference)
{
    const bk_model     *model = membership->model;
    const bk_agreement *agreement = &model->policy.agreements[preference->agreement];
    const int           day = BKI_END_OF_YEAR(model->base_year);

    if (!membership->in_force[preference->agreement])
        return false;
    return preference->from <= day || agreement->in_force == 0 || agreement->in_force > day;
}

static void
apply_preference(const rate_sheet *sheet, const bk_preference *preference, bool *importers, bool *exporters)
{
    const bki_membership *membership = sheet->membership;
    const size_t          n = sheet->n_countries;
    const bool           *left = &membership->left[preference->agreement * n];

    memset(importers, 0, n * sizeof *importers);
    memset(exporters, 0, n * sizeof *exporters);
    bki_expand_group(membership, preference->importer, preference->agreement, importers);
    bki_expand_group(membership, preference->exporter, preference->agreement, exporters);
    for (size_t importer = 0; importer < n; importer++)
        for (size_t exporter = 0; exporter < n; exporter++) {
            if (!importers[importer] || !exporters[exporter] || left[importer] || left[exporter])
                continue;
            for (size_t j = 0; j < sheet->n_sectors; j++)
                if (preference->sector == BK_NONE || preference->sector == j)
                    lower(&sheet->rates[(j * n + importer) * n + exporter],
                          offered_rate(preference, sheet->external[importer * sheet->n_sectors + j]));
        }
}

/* Whether preference.csv itself says what holds inside the union for the sector. */
static bool
has_own_rate(const bk_policy *policy, size_t agreement, size_t sector)
{
    for (size_t p = 0; p < policy->n_preferences; p++)
        if (policy->preferences[p].agreement == agreement &&
            (policy->preferences[p].sector == BK_NONE || policy->preferences[p].sector == sector))
            return true;
    return false;
}

static void
free_within_union(const rate_sheet *sheet, size_t agreement)
{
    const bk_model *model = sheet->membership->model;
    const size_t    n = sheet->n_countries;
    const bool     *party = &sheet->membership->party[agreement * n];

    for (size_t j = 0; j < sheet->n_sectors; j++) {
        if (has_own_rate(&model->policy, agreement, j))
            continue;
        for (size_t importer = 0; importer < n; importer++)
            for (size_t exporter = 0; exporter < n; exporter++)
                if (party[importer] && party[exporter])
                    sheet->rates[(j * n + importer) * n + exporter] = 0.0;
    }
}

bk_status
bki_policy_rates(const bki_membership *membership, bk_arena *arena, double **out)
{
    const bk_model  *model = membership->model;
    const bk_policy *policy = &model->policy;
    const size_t     n = model->n_countries;
    rate_sheet       sheet = {.membership = membership, .n_countries = n, .n_sectors = model->economy.n_sectors};
    bool            *importers = BK_NEW(arena, bool, n);
    bool            *exporters = BK_NEW(arena, bool, n);

    sheet.external = BK_NEW(arena, double, n *sheet.n_sectors);
    sheet.rates = BK_NEW(arena, double, sheet.n_sectors *n *n);
    BK_TRY(bk_arena_ok(arena));
    start_rates(&sheet);
    for (size_t p = 0; p < policy->n_preferences; p++)
        if (preference_counts(membership, &policy->preferences[p]))
            apply_preference(&sheet, &policy->preferences[p], importers, exporters);
    for (size_t a = 0; a < policy->n_agreements; a++)
        if (policy->agreements[a].customs_union && membership->in_force[a])
            free_within_union(&sheet, a);
    *out = sheet.rates;
    return BK_OK;
}
