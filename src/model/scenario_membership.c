/* Countries that join and leave: whether it can be, and the tariffs and costs that change.
 *
 * Tariffs of the base year are those of tariff.csv.  A change acts only on pairs for which the rate that policy implies
 * (policy_rates.c) differs before and after; it then is the one after.  The cost of trade changes by the barriers that
 * begin or cease to hold. */
#include "model/scenario.h"

#include <math.h>
#include <string.h>

typedef struct change { /* a membership change with its names resolved */
    const bk_membership_change *given;
    uint32_t                    agreement, country;
} change;

static bki_at
change_at(const change *c)
{
    return (bki_at){c->given->file, c->given->line, c->given->column};
}

static const char *
agreement_id(const bki_edit *edit, size_t agreement)
{
    return edit->base->policy.agreements[agreement].id;
}

/* ---- what is asked for --------------------------------------------------------------------------------------- */

/* False if a name is unknown. */
static bool
resolve_change(bki_edit *edit, const bk_membership_change *given, change *out)
{
    const bk_model  *base = edit->base;
    const bk_name_at agreement = {given->agreement, given->file, given->line, given->column};
    const bk_name_at country = {given->country, given->file, given->line, given->column};

    *out = (change){.given = given};
    out->agreement = bki_edit_find(edit, &agreement, "agreement", base->policy.agreements, base->policy.n_agreements,
                                   sizeof *base->policy.agreements);
    out->country =
        bki_edit_find(edit, &country, "country", base->countries, base->n_countries, sizeof *base->countries);
    return out->agreement != BK_NONE && out->country != BK_NONE;
}

/* The change that asks for the opposite, or NULL. */
static const change *
opposite(const change *changes, size_t n, const change *c)
{
    for (size_t i = 0; i < n; i++)
        if (changes[i].agreement == c->agreement && changes[i].country == c->country &&
            changes[i].given->join != c->given->join)
            return &changes[i];
    return NULL;
}

/* Nobody joins what it is in, or leaves what it is not in, or does both. */
static void
check_change(bki_edit *edit, const change *changes, size_t n, const change *c)
{
    const bk_membership_change *given = c->given;
    const change               *other = opposite(changes, n, c);

    if (other != NULL)
        bki_edit_fault(edit, BK_ERR_CONFLICT, change_at(c), "keep one of the two",
                       "'%s' both joins and leaves '%s' (the other: %s:%d)", given->country, given->agreement,
                       other->given->file != NULL ? other->given->file : "", other->given->line);
    else if (bki_is_party(edit->before, c->agreement, c->country) == given->join)
        bki_edit_fault(edit, BK_ERR_VALUE, change_at(c), "see policy/member.csv", "'%s' %s '%s' in %d", given->country,
                       given->join ? "is already in" : "is not in", given->agreement, edit->base->base_year);
}

static bk_status
collect_changes(bki_edit *edit, size_t *n_out, change **out)
{
    size_t n = 0, most = 0;

    for (size_t m = 0; m < edit->n_measures; m++)
        most += edit->measures[m]->n_memberships;
    change *changes = BK_NEW(edit->scratch, change, most);
    BK_TRY(bk_arena_ok(edit->scratch));
    for (size_t m = 0; m < edit->n_measures; m++)
        for (size_t i = 0; i < edit->measures[m]->n_memberships; i++)
            n += resolve_change(edit, &edit->measures[m]->memberships[i], &changes[n]);
    for (size_t i = 0; i < n; i++)
        check_change(edit, changes, n, &changes[i]);
    *out = changes;
    *n_out = n;
    return BK_OK;
}

/* The state after the changes; the same that a look at the policy of the base year's last day gives. */
static bk_status
change_state(bki_edit *edit, const change *changes, size_t n)
{
    bki_change *resolved = BK_NEW(edit->scratch, bki_change, n);

    BK_TRY(bk_arena_ok(edit->scratch));
    for (size_t i = 0; i < n; i++)
        resolved[i] = (bki_change){.agreement = changes[i].agreement,
                                   .country = changes[i].country,
                                   .join = changes[i].given->join,
                                   .date = changes[i].given->date,
                                   .file = changes[i].given->file,
                                   .line = changes[i].given->line};
    return bki_state_create(edit->base, bk_policy_base_day(edit->base), resolved, n, edit->scratch, &edit->after);
}

/* ---- what the unions allow ----------------------------------------------------------------------------------- */

/* Members of a customs union apply substantially the same duties to everyone else, so none of them can sign alone. */
static void
check_alone(bki_edit *edit, const change *c)
{
    for (size_t u = 0; c->given->join && u < edit->base->policy.n_agreements; u++) {
        const uint32_t other = bki_left_alone(edit->after, u, c->agreement, c->country);
        if (other != BK_NONE)
            bki_edit_fault(
                edit, BK_ERR_CONFLICT, change_at(c),
                "let every member of the union join, or let the country leave the union in a measure",
                "'%s' is in the customs union '%s' and cannot join '%s' without '%s': the members of a union "
                "apply one external tariff (GATT Article XXIV:8(a)(ii); policy/member.csv)",
                c->given->country, agreement_id(edit, u), c->given->agreement, edit->base->countries[other]);
    }
}

static void
check_overlap(bki_edit *edit, const change *c)
{
    const uint32_t other = c->given->join ? bki_other_union(edit->after, c->agreement, c->country) : BK_NONE;

    if (other != BK_NONE)
        bki_edit_fault(edit, BK_ERR_CONFLICT, change_at(c), "let the country leave the other union in a measure",
                       "'%s' cannot join the customs union '%s' while it is in '%s' (policy/agreement.csv:%d): it can "
                       "apply one common external tariff only",
                       c->given->country, c->given->agreement, agreement_id(edit, other),
                       edit->base->policy.agreements[other].line);
}

/* A dated join needs an agreement that is in force on its day; without a date its days are taken to have come. */
static void
check_date(bki_edit *edit, const change *c)
{
    const bk_agreement *agreement = &edit->base->policy.agreements[c->agreement];
    const int           day = c->given->date;

    if (c->given->join && day != 0 && !bki_agreement_holds(agreement, day))
        bki_edit_fault(edit, BK_ERR_CONFLICT, change_at(c),
                       "give a day on which it is, or leave the date out to take the agreement as in force",
                       "'%s' joins '%s' on %04d-%02d-%02d, when it is not in force (policy/agreement.csv:%d)",
                       c->given->country, c->given->agreement, day / 10000, day / 100 % 100, day % 100,
                       agreement->line);
}

/* What it takes to say what a joiner or a leaver charges outsiders. */
static void
check_external(bki_edit *edit, const change *c)
{
    const bk_economy *economy = &edit->base->economy;

    if (!edit->base->policy.agreements[c->agreement].customs_union)
        return;
    for (size_t j = 0; j < economy->n_sectors; j++) {
        if (!economy->sectors[j].traded ||
            edit->after->external[c->country * economy->n_sectors + j].basis != BK_BASIS_UNKNOWN)
            continue;
        bki_edit_fault(edit, BK_ERR_REFERENCE, change_at(c), "add the rows to policy/external_tariff.csv",
                       c->given->join
                           ? "'%s' would join '%s', but there is no common_external tariff of it on '%s'"
                           : "'%s' would leave '%s', but it has no national_outside_union or mfn tariff on '%s'",
                       c->given->country, c->given->agreement, economy->sectors[j].id);
        return;
    }
}

/* ---- tariffs and costs --------------------------------------------------------------------------------------- */

static bk_status
apply_rates(bki_edit *edit, const double *before, const double *after)
{
    const bk_economy *economy = &edit->base->economy;
    const size_t      n = economy->n_regions, n_countries = edit->base->n_countries;

    for (size_t j = 0; j < economy->n_sectors; j++)
        for (size_t importer = 0; importer < n; importer++)
            for (size_t exporter = 0; exporter < n; exporter++) {
                const size_t here = economy->regions[importer].country, there = economy->regions[exporter].country;
                const size_t at = (j * n_countries + here) * n_countries + there;
                if (here == there || isnan(after[at]) || after[at] == before[at])
                    continue;
                BK_TRY(bki_edit_tariff(edit, (j * n + importer) * n + exporter, after[at]));
            }
    return BK_OK;
}

static bk_status
apply_barriers(bki_edit *edit)
{
    const bk_economy *economy = &edit->base->economy;
    const size_t      n = economy->n_regions;

    if (edit->base->policy.n_barriers == 0)
        return BK_OK;
    for (uint32_t j = 0; j < economy->n_sectors; j++)
        for (size_t importer = 0; importer < n; importer++)
            for (size_t exporter = 0; exporter < n; exporter++) {
                const uint32_t here = economy->regions[importer].country, there = economy->regions[exporter].country;
                const double   before = bk_policy_trade_cost(edit->before, here, there, j);
                const double   after = bk_policy_trade_cost(edit->after, here, there, j);
                if (before == after)
                    continue;
                double *factors = bki_edit_trade_cost(edit);
                BK_TRY(bk_arena_ok(edit->arena));
                factors[(j * n + importer) * n + exporter] *= after / before;
            }
    return BK_OK;
}

/* A joiner for which member.csv has no share of the union's duties keeps its own. */
static void
warn_of_own_duties(const bki_edit *edit, const change *changes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (changes[i].given->join && bki_keeps_own_duties(edit->after, changes[i].agreement, changes[i].country))
            bk_log(
                edit->ctx, BK_LOG_WARNING,
                "'%s' joins '%s', which pools its import duties, without a duty_share in policy/member.csv: it keeps "
                "its own and has no part in the pool",
                changes[i].given->country, changes[i].given->agreement);
}

static bool
same_pools(const bk_economy *economy, const uint32_t *pool, const double *quota)
{
    for (size_t n = 0; n < economy->n_regions; n++) {
        const bool pooled = economy->duty_pool != NULL;
        if (pool[n] != (pooled ? economy->duty_pool[n] : BK_NONE) ||
            quota[n] != (pooled ? economy->duty_quota[n] : 0.0))
            return false;
    }
    return true;
}

static bk_status
apply_pools(bki_edit *edit)
{
    const uint32_t *pool;
    const double   *quota;

    BK_TRY(bki_duty_pools(edit->after, edit->arena, &pool, &quota));
    if (same_pools(&edit->base->economy, pool, quota))
        return BK_OK;
    edit->model->economy.duty_pool = pool;
    edit->model->economy.duty_quota = quota;
    return BK_OK;
}

static bk_status
apply_economy(bki_edit *edit)
{
    double *before, *after;

    BK_TRY(bki_policy_rates(edit->before, edit->scratch, &before));
    BK_TRY(bki_policy_rates(edit->after, edit->scratch, &after));
    BK_TRY(apply_rates(edit, before, after));
    BK_TRY(apply_pools(edit));
    return apply_barriers(edit);
}

bk_status
bki_apply_memberships(bki_edit *edit)
{
    change *changes;
    size_t  n;

    BK_TRY(bki_state_create(edit->base, bk_policy_base_day(edit->base), NULL, 0, edit->scratch, &edit->before));
    BK_TRY(collect_changes(edit, &n, &changes));
    edit->membership_changed = n > 0;
    if (n == 0) {
        edit->after = edit->before;
        return BK_OK;
    }
    BK_TRY(change_state(edit, changes, n));
    for (size_t i = 0; i < n; i++) {
        check_alone(edit, &changes[i]);
        check_overlap(edit, &changes[i]);
        check_date(edit, &changes[i]);
        if (edit->base->has_economy)
            check_external(edit, &changes[i]);
    }
    if (!edit->base->has_economy || edit->first_fault != BK_OK)
        return BK_OK;
    warn_of_own_duties(edit, changes, n);
    return apply_economy(edit);
}
