/* What agreements, members and groups of countries are, whatever the day. */
#include "model/policy.h"

#include <string.h>

bki_status_meaning
bki_status_of_member(const char *status)
{
    static const char *const parties[] = {"member", "party", "beneficiary", "by protocol", "provisional", "transition"};
    static const char *const others[] = {"observer", "candidate", "applicant", "signatory",
                                         "imposes",  "target",    "suspended", "withdrawn"};

    for (size_t i = 0; i < sizeof parties / sizeof *parties; i++)
        if (strcmp(status, parties[i]) == 0)
            return BKI_IS_PARTY;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(status, others[i]) == 0)
            return BKI_IS_NO_PARTY;
    return BKI_IS_UNKNOWN;
}

int
bki_agreement_start(const bk_agreement *agreement)
{
    if (agreement->provisional != 0 && (agreement->in_force == 0 || agreement->provisional < agreement->in_force))
        return agreement->provisional;
    return agreement->in_force;
}

bool
bki_agreement_holds(const bk_agreement *agreement, int day)
{
    const int start = bki_agreement_start(agreement);

    return start != 0 && start <= day && (agreement->ended == 0 || day < agreement->ended);
}

bool
bki_member_holds(const bk_member *member, int day)
{
    return member->from <= day && (member->until == 0 || day <= member->until);
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

bool
bki_concluded_by(const bk_model *model, size_t agreement, size_t customs_union)
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

bool
bki_is_preferential(const bk_policy *policy, size_t agreement)
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

bool
bki_grants_most_favoured(const bk_agreement *agreement)
{
    return strcmp(agreement->id, "wto") == 0 || strstr(agreement->type, "most_favoured_nation") != NULL;
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

void
bki_expand_group(const bk_policy_state *state, const char *words, bool *out)
{
    const bk_model *model = state->model;
    bki_text        rest = {words, strlen(words)};

    for (bki_text word = bki_next_word(&rest); word.length > 0; word = bki_next_word(&rest)) {
        const uint32_t agreement = bki_find_agreement(model, word), country = bki_find_country(model, word);
        for (size_t c = 0; agreement != BK_NONE && c < model->n_countries; c++)
            out[c] = out[c] || bki_is_party(state, agreement, c);
        if (country != BK_NONE)
            out[country] = true;
    }
}

/* Whether a union that has concluded `customs_union` itself, and that the country is in, has concluded the agreement:
 * the agreements of the European Union bind its members whatever Turkiye does. */
static bool
signed_by_inner_union(const bk_policy_state *state, size_t customs_union, size_t agreement, size_t country)
{
    const bk_model *model = state->model;

    for (size_t v = 0; v < model->policy.n_agreements; v++)
        if (model->policy.agreements[v].customs_union && bki_is_party(state, v, country) &&
            bki_concluded_by(model, customs_union, v) && bki_concluded_by(model, agreement, v))
            return true;
    return false;
}

uint32_t
bki_left_alone(const bk_policy_state *state, size_t customs_union, size_t agreement, size_t country)
{
    const bk_model  *model = state->model;
    const bk_policy *policy = &model->policy;

    if (customs_union == agreement || !policy->agreements[customs_union].customs_union ||
        policy->agreements[agreement].customs_union || !bki_is_preferential(policy, agreement) ||
        !bki_is_party(state, customs_union, country) || !bki_is_party(state, agreement, country) ||
        signed_by_inner_union(state, customs_union, agreement, country))
        return BK_NONE;
    for (size_t c = 0; c < model->n_countries; c++)
        if (bki_is_party(state, customs_union, c) && !bki_is_party(state, agreement, c))
            return (uint32_t)c;
    return BK_NONE;
}

uint32_t
bki_other_union(const bk_policy_state *state, size_t customs_union, size_t country)
{
    const bk_model *model = state->model;

    if (!model->policy.agreements[customs_union].customs_union || !bki_is_party(state, customs_union, country))
        return BK_NONE;
    for (size_t u = 0; u < model->policy.n_agreements; u++)
        if (u != customs_union && model->policy.agreements[u].customs_union && bki_is_party(state, u, country) &&
            !bki_concluded_by(model, u, customs_union) && !bki_concluded_by(model, customs_union, u))
            return (uint32_t)u;
    return BK_NONE;
}

uint32_t
bki_shared_union(const bk_policy_state *state, uint32_t a, uint32_t b)
{
    const bk_policy *policy = &state->model->policy;

    for (size_t u = 0; u < policy->n_agreements; u++)
        if (policy->agreements[u].customs_union && bki_is_party(state, u, a) && bki_is_party(state, u, b))
            return (uint32_t)u;
    return BK_NONE;
}
