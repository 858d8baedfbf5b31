/* Who is in which agreement. */
#include "model/policy.h"

#include <string.h>

bool
bki_status_is_party(const char *status)
{
    static const char *const outsiders[] = {"observer", "candidate", "applicant", "imposes", "target", "suspended"};

    for (size_t i = 0; i < sizeof outsiders / sizeof *outsiders; i++)
        if (strcmp(status, outsiders[i]) == 0)
            return false;
    return true;
}

uint32_t
bki_find_agreement(const bk_model *model, bki_text name)
{
    for (size_t a = 0; a < model->policy.n_agreements; a++)
        if (bki_text_is(name, model->policy.agreements[a].id))
            return (uint32_t)a;
    return BK_NONE;
}

uint32_t
bki_find_country(const bk_model *model, bki_text name)
{
    for (size_t c = 0; c < model->n_countries; c++)
        if (bki_text_is(name, model->countries[c]))
            return (uint32_t)c;
    return BK_NONE;
}

static bool
day_within(int day, int from, int until)
{
    return from <= day && (until == 0 || until > day);
}

bk_status
bki_membership_base(const bk_model *model, bk_arena *arena, bki_membership *out)
{
    const bk_policy *policy = &model->policy;
    const size_t     n = policy->n_agreements * model->n_countries;
    const int        day = BKI_END_OF_YEAR(model->base_year);

    *out = (bki_membership){.model = model};
    out->in_force = BK_NEW(arena, bool, policy->n_agreements);
    out->party = BK_NEW(arena, bool, n);
    out->joined = BK_NEW(arena, bool, n);
    out->left = BK_NEW(arena, bool, n);
    BK_TRY(bk_arena_ok(arena));
    for (size_t a = 0; a < policy->n_agreements; a++) {
        const bk_agreement *agreement = &policy->agreements[a];
        out->in_force[a] = agreement->in_force != 0 && day_within(day, agreement->in_force, agreement->ended);
    }
    for (size_t m = 0; m < policy->n_members; m++) {
        const bk_member *member = &policy->members[m];
        if (out->in_force[member->agreement] && bki_status_is_party(member->status) &&
            day_within(day, member->from, member->until))
            out->party[member->agreement * model->n_countries + member->country] = true;
    }
    return BK_OK;
}

void
bki_expand_group(const bki_membership *membership, const char *words, uint32_t parties_of, bool *out)
{
    const bk_model *model = membership->model;
    const size_t    n = model->n_countries;
    bki_text        rest = {words, strlen(words)};
    bool            any = false;

    for (bki_text word = bki_next_word(&rest); word.length > 0; word = bki_next_word(&rest)) {
        const uint32_t agreement = bki_find_agreement(model, word), country = bki_find_country(model, word);
        any = true;
        for (size_t c = 0; agreement != BK_NONE && c < n; c++)
            out[c] = out[c] || membership->party[agreement * n + c];
        if (country != BK_NONE)
            out[country] = true;
    }
    for (size_t c = 0; !any && parties_of != BK_NONE && c < n; c++)
        out[c] = membership->party[parties_of * n + c];
}

bk_status
bki_build_bans(const bk_model *model, const bki_membership *membership, bk_arena *arena, size_t *n_out,
               const bk_transit_ban **out)
{
    const bk_policy *policy = &model->policy;
    size_t           n = 0;

    for (size_t s = 0; s < policy->n_sanctions; s++)
        n += policy->sanctions[s].active && policy->sanctions[s].kind == BK_SANCTION_TRANSIT_BAN;
    bk_transit_ban *bans = BK_NEW(arena, bk_transit_ban, n);
    BK_TRY(bk_arena_ok(arena));
    size_t next = 0;
    for (size_t s = 0; s < policy->n_sanctions; s++) {
        const bk_sanction *sanction = &policy->sanctions[s];
        if (!sanction->active || sanction->kind != BK_SANCTION_TRANSIT_BAN)
            continue;
        bool *closed_to = BK_NEW(arena, bool, model->n_countries);
        bool *through = BK_NEW(arena, bool, model->n_countries);
        BK_TRY(bk_arena_ok(arena));
        bki_expand_group(membership, sanction->imposed_by, BK_NONE, closed_to);
        bki_expand_group(membership, sanction->target, BK_NONE, through);
        bans[next++] = (bk_transit_ban){.sanction = sanction->id, .closed_to = closed_to, .through = through};
    }
    *out = bans;
    *n_out = n;
    return BK_OK;
}
