/* Countries that join and leave: who is then in what, whether the unions allow it, and the tariffs that change.
 *
 * Tariffs of the base year are those of tariff.csv.  A change acts only on pairs for which the rate that policy implies
 * (policy_rates.c) differs before and after; it then is the one after. */
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

static bool *
cell(const bki_edit *edit, bool *table, size_t agreement, size_t country)
{
    return &table[agreement * edit->base->n_countries + country];
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
    else if (*cell(edit, edit->before.party, c->agreement, c->country) == given->join)
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

/* ---- who is then in what ------------------------------------------------------------------------------------- */

static bk_status
copy_state(const bki_membership *from, bk_arena *arena, bki_membership *to)
{
    const size_t n_agreements = from->model->policy.n_agreements, n = n_agreements * from->model->n_countries;

    *to = (bki_membership){.model = from->model};
    to->in_force = BK_NEW(arena, bool, n_agreements);
    to->party = BK_NEW(arena, bool, n);
    to->joined = BK_NEW(arena, bool, n);
    to->left = BK_NEW(arena, bool, n);
    BK_TRY(bk_arena_ok(arena));
    if (n_agreements > 0)
        memcpy(to->in_force, from->in_force, n_agreements * sizeof(bool));
    if (n > 0)
        memcpy(to->party, from->party, n * sizeof(bool));
    return BK_OK;
}

/* An agreement that is joined comes into force for those who are listed as its parties, whenever they are to be so. */
static void
bring_into_force(bki_edit *edit, size_t agreement)
{
    const bk_policy *policy = &edit->base->policy;
    const int        day = BKI_END_OF_YEAR(edit->base->base_year);

    if (edit->after.in_force[agreement])
        return;
    edit->after.in_force[agreement] = true;
    for (size_t m = 0; m < policy->n_members; m++) {
        const bk_member *member = &policy->members[m];
        if (member->agreement == agreement && bki_status_is_party(member->status) &&
            (member->until == 0 || member->until > day))
            *cell(edit, edit->after.party, agreement, member->country) = true;
    }
}

static void
set_party(bki_edit *edit, size_t agreement, size_t country, bool join)
{
    *cell(edit, edit->after.party, agreement, country) = join;
    *cell(edit, edit->after.joined, agreement, country) = join;
    *cell(edit, edit->after.left, agreement, country) = !join;
}

static bool
names_word(const char *words, const char *word)
{
    bki_text rest = {words, strlen(words)};

    for (bki_text next = bki_next_word(&rest); next.length > 0; next = bki_next_word(&rest))
        if (bki_text_is(next, word))
            return true;
    return false;
}

/* Whether the union is a party as one: agreement.csv says so, or a preference under the agreement names the union. */
static bool
concluded_by(const bk_model *model, size_t agreement, size_t customs_union)
{
    const bk_policy *policy = &model->policy;
    const char      *id = policy->agreements[customs_union].id;

    if (agreement == customs_union || !policy->agreements[customs_union].customs_union)
        return false;
    if (names_word(policy->agreements[agreement].concluded_by, id))
        return true;
    for (size_t p = 0; p < policy->n_preferences; p++)
        if (policy->preferences[p].agreement == agreement &&
            (names_word(policy->preferences[p].importer, id) || names_word(policy->preferences[p].exporter, id)))
            return true;
    return false;
}

/* Who joins or leaves a union joins or leaves what the union has concluded. */
static void
follow_union(bki_edit *edit, const change *c)
{
    for (size_t a = 0; a < edit->base->policy.n_agreements; a++)
        if (edit->after.in_force[a] && concluded_by(edit->base, a, c->agreement))
            set_party(edit, a, c->country, c->given->join);
}

/* ---- what the unions allow ----------------------------------------------------------------------------------- */

/* Whether its parties give each other tariffs that outsiders do not get. */
static bool
is_preferential(const bk_policy *policy, size_t agreement)
{
    const bk_agreement *given = &policy->agreements[agreement];

    if (strstr(given->type, "unilateral") != NULL)
        return false;
    if (given->customs_union || strstr(given->type, "fta") != NULL)
        return true;
    for (size_t p = 0; p < policy->n_preferences; p++)
        if (policy->preferences[p].agreement == agreement)
            return true;
    return false;
}

static uint32_t
member_left_out(const bki_edit *edit, size_t customs_union, size_t agreement)
{
    for (size_t c = 0; c < edit->base->n_countries; c++)
        if (edit->after.party[customs_union * edit->base->n_countries + c] &&
            !edit->after.party[agreement * edit->base->n_countries + c])
            return (uint32_t)c;
    return BK_NONE;
}

/* Members of a customs union apply substantially the same duties to everyone else, so none of them can sign alone. */
static void
check_alone(bki_edit *edit, const change *c)
{
    const bk_policy *policy = &edit->base->policy;

    if (!c->given->join || !is_preferential(policy, c->agreement))
        return;
    for (size_t u = 0; u < policy->n_agreements; u++) {
        if (u == c->agreement || !policy->agreements[u].customs_union || !*cell(edit, edit->after.party, u, c->country))
            continue;
        const uint32_t other = member_left_out(edit, u, c->agreement);
        if (other != BK_NONE)
            bki_edit_fault(
                edit, BK_ERR_CONFLICT, change_at(c),
                "let every member of the union join, or let the country leave the union in a measure",
                "'%s' is in the customs union '%s' and cannot join '%s' without '%s': the members of a union "
                "apply one external tariff (GATT Article XXIV:8(a)(ii); policy/member.csv)",
                c->given->country, agreement_id(edit, u), c->given->agreement, edit->base->countries[other]);
    }
}

/* A joiner of a union keeps what it had signed before; its union could not have signed that, so it is said. */
static void
warn_of_kept(bki_edit *edit, const change *c)
{
    const bk_policy *policy = &edit->base->policy;

    if (!c->given->join || !policy->agreements[c->agreement].customs_union)
        return;
    for (size_t a = 0; a < policy->n_agreements; a++)
        if (a != c->agreement && *cell(edit, edit->after.party, a, c->country) && is_preferential(policy, a) &&
            member_left_out(edit, c->agreement, a) != BK_NONE)
            bk_log(edit->ctx, BK_LOG_WARNING,
                   "'%s' keeps its agreement '%s' inside the customs union '%s', which is no party to it",
                   c->given->country, agreement_id(edit, a), c->given->agreement);
}

/* What it takes to say what a joiner or a leaver charges outsiders. */
static void
check_external(bki_edit *edit, const change *c)
{
    const bk_economy *economy = &edit->base->economy;

    if (!edit->base->policy.agreements[c->agreement].customs_union)
        return;
    for (size_t j = 0; j < economy->n_sectors; j++) {
        if (!economy->sectors[j].traded || !isnan(bki_external_rate(&edit->after, c->country, j)))
            continue;
        bki_edit_fault(edit, BK_ERR_REFERENCE, change_at(c), "add the rows to policy/external_tariff.csv",
                       c->given->join
                           ? "'%s' would join '%s', but there is no common_external tariff of it on '%s'"
                           : "'%s' would leave '%s', but it has no national_outside_union or mfn tariff on '%s'",
                       c->given->country, c->given->agreement, economy->sectors[j].id);
        return;
    }
}

/* ---- tariffs ------------------------------------------------------------------------------------------------- */

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

bk_status
bki_apply_memberships(bki_edit *edit)
{
    change *changes;
    size_t  n;
    double *before, *after;

    BK_TRY(bki_membership_base(edit->base, edit->scratch, &edit->before));
    BK_TRY(copy_state(&edit->before, edit->scratch, &edit->after));
    BK_TRY(collect_changes(edit, &n, &changes));
    edit->membership_changed = n > 0;
    if (n == 0)
        return BK_OK;
    for (size_t i = 0; i < n; i++)
        if (changes[i].given->join)
            bring_into_force(edit, changes[i].agreement);
    for (size_t i = 0; i < n; i++)
        follow_union(edit, &changes[i]);
    for (size_t i = 0; i < n; i++) /* what is asked for by name comes last */
        set_party(edit, changes[i].agreement, changes[i].country, changes[i].given->join);
    for (size_t i = 0; i < n; i++) {
        check_alone(edit, &changes[i]);
        warn_of_kept(edit, &changes[i]);
    }
    if (!edit->base->has_economy)
        return BK_OK;
    BK_TRY(bki_policy_rates(&edit->before, edit->scratch, &before));
    BK_TRY(bki_policy_rates(&edit->after, edit->scratch, &after));
    for (size_t i = 0; i < n; i++)
        check_external(edit, &changes[i]);
    return edit->first_fault == BK_OK ? apply_rates(edit, before, after) : BK_OK;
}
