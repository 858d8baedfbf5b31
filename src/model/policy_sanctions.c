/* Sanctions: between whom they stand, and the bans on transit that follow. */
#include "model/policy.h"

#include <string.h>

static bool
is_named(const bk_policy_state *state, const char *words, uint32_t country)
{
    const bk_model *model = state->model;

    for (bki_text rest = {words, strlen(words)}, word = bki_next_word(&rest); word.length > 0;
         word = bki_next_word(&rest)) {
        const uint32_t agreement = bki_find_agreement(model, word);
        if (bki_text_is(word, model->countries[country]) ||
            (agreement != BK_NONE && bki_is_party(state, agreement, country)))
            return true;
    }
    return false;
}

bool
bk_policy_is_sanctioned(const bk_policy_state *state, uint32_t sanction, uint32_t a, uint32_t b)
{
    const bk_sanction *given = &state->model->policy.sanctions[sanction];
    const uint32_t     calendar = bki_find_agreement(state->model, (bki_text){given->id, strlen(given->id)});

    if (!given->active || a == b || (calendar != BK_NONE && !state->in_force[calendar]))
        return false;
    const bool a_imposes = is_named(state, given->imposed_by, a), b_imposes = is_named(state, given->imposed_by, b);
    const bool a_is_target = is_named(state, given->target, a), b_is_target = is_named(state, given->target, b);
    switch (given->kind) {
    case BK_SANCTION_TRADE:
        return (a_imposes && b_is_target) || (b_imposes && a_is_target);
    case BK_SANCTION_TRANSIT_BAN: /* as bk_transit_ban */
        return (a_imposes && (b_imposes || !b_is_target)) || (b_imposes && !a_is_target);
    case BK_SANCTION_TRANSIT_COST:
        return a_is_target != b_is_target;
    }
    return false;
}

bk_status
bki_build_bans(const bk_model *model, const bk_policy_state *state, bk_arena *arena, size_t *n_out,
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
        bki_expand_group(state, sanction->imposed_by, closed_to);
        bki_expand_group(state, sanction->target, through);
        bans[next++] = (bk_transit_ban){.sanction = sanction->id, .closed_to = closed_to, .through = through};
    }
    *out = bans;
    *n_out = n;
    return BK_OK;
}
