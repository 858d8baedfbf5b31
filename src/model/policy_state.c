/* Who is in what on a day: the calendar of the study, then the joins and leaves of a scenario. */
#include "model/policy.h"

#include <string.h>

int
bk_policy_base_day(const bk_model *model)
{
    return model->base_year * 10000 + 1231;
}

bool
bk_day_parse(const char *text, int *out)
{
    double day;

    if (!bki_parse_date(text, strlen(text), &day))
        return false;
    *out = (int)day;
    return true;
}

/* ---- the calendar ----------------------------------------------------------------------------------------------- */

static bk_status
allocate(bk_policy_state *state, bk_arena *arena)
{
    const bk_policy *policy = &state->model->policy;
    const size_t     n = policy->n_agreements, n_countries = state->model->n_countries;

    state->day_of = BK_NEW(arena, int, n);
    state->in_force = BK_NEW(arena, bool, n);
    state->forward = BK_NEW(arena, bool, n);
    state->name_rank = BK_NEW(arena, uint32_t, n);
    state->by_name = BK_NEW(arena, uint32_t, n);
    state->party = BK_NEW(arena, bool, n *n_countries);
    state->member = BK_NEW(arena, uint32_t, n * n_countries);
    state->joined = BK_NEW(arena, bool, n *n_countries);
    state->left = BK_NEW(arena, bool, n *n_countries);
    state->base_party = BK_NEW(arena, bool, n *n_countries);
    state->listed = BK_NEW(arena, bool, n *n_countries);
    state->union_of = BK_NEW(arena, uint32_t, n_countries);
    state->most_favoured = BK_NEW(arena, bool, n_countries);
    return bk_arena_ok(arena);
}

/* Members of a union are parties to what the union has concluded, another union among it: so until nothing changes. */
static void
follow_unions(const bk_model *model, const bool *in_force, bool *party)
{
    const size_t n = model->n_countries;
    bool         changed = true;

    while (changed) {
        changed = false;
        for (size_t a = 0; a < model->policy.n_agreements; a++)
            for (size_t u = 0; in_force[a] && u < model->policy.n_agreements; u++) {
                if (!in_force[u] || !bki_concluded_by(model, a, u))
                    continue;
                for (size_t c = 0; c < n; c++) {
                    changed = changed || (party[u * n + c] && !party[a * n + c]);
                    party[a * n + c] = party[a * n + c] || party[u * n + c];
                }
            }
    }
}

/* Fills `in_force` [n_agreements] and `party` [n_agreements][n_countries]; `member` likewise, or NULL. */
static void
read_calendar(const bk_model *model, int day, bool *in_force, bool *party, uint32_t *member)
{
    const bk_policy *policy = &model->policy;
    const size_t     n = model->n_countries;

    for (size_t a = 0; a < policy->n_agreements; a++)
        in_force[a] = bki_agreement_holds(&policy->agreements[a], day);
    for (size_t i = 0; member != NULL && i < policy->n_agreements * n; i++)
        member[i] = BK_NONE;
    for (size_t m = 0; m < policy->n_members; m++) {
        const bk_member *row = &policy->members[m];
        const size_t     at = row->agreement * n + row->country;
        if (!in_force[row->agreement] || bki_status_of_member(row->status) != BKI_IS_PARTY ||
            !bki_member_holds(row, day))
            continue;
        party[at] = true;
        if (member != NULL && (member[at] == BK_NONE || policy->members[member[at]].from > row->from))
            member[at] = (uint32_t)m;
    }
    follow_unions(model, in_force, party);
}

static void
rank_names(bk_policy_state *state)
{
    const bk_policy *policy = &state->model->policy;

    for (size_t a = 0; a < policy->n_agreements; a++) {
        for (size_t b = 0; b < policy->n_agreements; b++)
            state->name_rank[a] += strcmp(policy->agreements[b].id, policy->agreements[a].id) < 0;
        state->by_name[state->name_rank[a]] = (uint32_t)a;
    }
}

/* ---- joins and leaves ------------------------------------------------------------------------------------------- */

/* An agreement that is joined before it is in force comes into force for those listed as its parties, whenever they are
 * to be so, and its own calendar starts at once. */
static void
bring_into_force(bk_policy_state *state, uint32_t agreement)
{
    const bk_policy *policy = &state->model->policy;
    const int        day = state->day_of[agreement];
    const bool       holds = bki_agreement_holds(&policy->agreements[agreement], day);

    if (state->in_force[agreement])
        return;
    state->in_force[agreement] = true;
    state->forward[agreement] = !holds;
    for (size_t m = 0; m < policy->n_members; m++) {
        const bk_member *member = &policy->members[m];
        const bool       counts = holds ? bki_member_holds(member, day) : member->until == 0 || member->until >= day;
        if (member->agreement == agreement && bki_status_of_member(member->status) == BKI_IS_PARTY && counts) {
            state->party[agreement * state->model->n_countries + member->country] = true;
            state->member[agreement * state->model->n_countries + member->country] = (uint32_t)m;
        }
    }
}

static void
set_party(bk_policy_state *state, size_t agreement, size_t country, bool join)
{
    const size_t at = agreement * state->model->n_countries + country;

    state->party[at] = join;
    state->member[at] = BK_NONE;
    state->joined[at] = join;
    state->left[at] = !join;
}

/* Who joins or leaves a union joins or leaves what the union has concluded. */
static void
follow_change(bk_policy_state *state, const bki_change *change)
{
    for (size_t a = 0; a < state->model->policy.n_agreements; a++)
        if (state->in_force[a] && bki_concluded_by(state->model, a, change->agreement))
            set_party(state, a, change->country, change->join);
}

/* The days on which the agreements joined are read; what cannot be is marked. */
static void
date_changes(bk_policy_state *state)
{
    for (size_t i = 0; i < state->n_changes; i++) {
        bki_change         *change = &state->changes[i];
        const bk_agreement *agreement = &state->model->policy.agreements[change->agreement];
        if (change->date > state->day_of[change->agreement])
            state->day_of[change->agreement] = change->date;
        change->again = bki_is_party(state, change->agreement, change->country) == change->join;
        change->too_soon = change->join && change->date != 0 && !bki_agreement_holds(agreement, change->date);
    }
}

static void
apply_changes(bk_policy_state *state)
{
    const size_t n = state->model->n_countries;

    date_changes(state);
    for (size_t i = 0; i < state->n_changes; i++)
        if (state->changes[i].join)
            bring_into_force(state, state->changes[i].agreement);
    if (state->n_changes > 0)
        follow_unions(state->model, state->in_force, state->party);
    for (size_t i = 0; i < state->n_changes; i++)
        follow_change(state, &state->changes[i]);
    for (size_t i = 0; i < state->n_changes; i++) { /* what is asked for by name comes last */
        const bki_change *change = &state->changes[i];
        if (!change->again || (change->join && state->left[change->agreement * n + change->country]))
            set_party(state, change->agreement, change->country, change->join);
    }
}

bk_status
bki_state_create(const bk_model *model, int day, const bki_change *changes, size_t n_changes, bk_arena *arena,
                 bk_policy_state **out)
{
    const bk_policy *policy = &model->policy;
    bk_policy_state *state = BK_NEW(arena, bk_policy_state, 1);

    BK_TRY(bk_arena_ok(arena));
    state->model = model;
    state->day = day;
    state->changes = BK_NEW(arena, bki_change, n_changes);
    BK_TRY(allocate(state, arena));
    state->n_changes = n_changes;
    for (size_t i = 0; i < n_changes; i++)
        state->changes[i] = changes[i];
    for (size_t m = 0; m < policy->n_members; m++)
        state->listed[policy->members[m].agreement * model->n_countries + policy->members[m].country] = true;
    rank_names(state);
    read_calendar(model, bk_policy_base_day(model), state->in_force, state->base_party, NULL);
    read_calendar(model, day, state->in_force, state->party, state->member);
    for (size_t a = 0; a < policy->n_agreements; a++) {
        state->day_of[a] = day;
        state->knows_most_favoured = state->knows_most_favoured || bki_grants_most_favoured(&policy->agreements[a]);
    }
    apply_changes(state);
    for (size_t a = 0; a < policy->n_agreements; a++)
        for (size_t c = 0; bki_grants_most_favoured(&policy->agreements[a]) && c < model->n_countries; c++)
            state->most_favoured[c] = state->most_favoured[c] || bki_is_party(state, a, c);
    BK_TRY(bki_state_groups(state, arena));
    BK_TRY(bki_state_external(state, arena));
    *out = state;
    return BK_OK;
}

/* ---- for those outside ------------------------------------------------------------------------------------------ */

static size_t
count_changes(const bk_scenario *scenario)
{
    size_t n = 0;

    for (size_t m = 0; scenario != NULL && m < scenario->n_measures; m++)
        n += scenario->measures[m].n_memberships;
    return n;
}

static bk_status
resolve(bk_context *ctx, const bk_model *model, const bk_membership_change *given, bki_change *out)
{
    *out = (bki_change){.agreement = bki_find_agreement(model, (bki_text){given->agreement, strlen(given->agreement)}),
                        .country = bki_find_country(model, (bki_text){given->country, strlen(given->country)}),
                        .join = given->join,
                        .date = given->date,
                        .file = given->file,
                        .line = given->line};
    if (out->agreement != BK_NONE && out->country != BK_NONE)
        return BK_OK;
    return bk_fail_at(ctx, BK_ERR_REFERENCE, given->file, given->line, given->column, NULL,
                      "there is no %s '%s' in the study", out->agreement == BK_NONE ? "agreement" : "country",
                      out->agreement == BK_NONE ? given->agreement : given->country);
}

bk_status
bk_policy_on(bk_context *ctx, const bk_model *model, int day, const bk_scenario *scenario, bk_arena *arena,
             const bk_policy_state **out)
{
    bki_change      *changes = BK_NEW(arena, bki_change, count_changes(scenario));
    bk_policy_state *state;
    size_t           n = 0;

    BK_TRY(bk_arena_ok(arena));
    for (size_t m = 0; scenario != NULL && m < scenario->n_measures; m++)
        for (size_t i = 0; i < scenario->measures[m].n_memberships; i++) {
            BK_TRY(resolve(ctx, model, &scenario->measures[m].memberships[i], &changes[n]));
            n += changes[n].date <= day;
        }
    BK_TRY(bki_state_create(model, day, changes, n, arena, &state));
    *out = state;
    return BK_OK;
}

bool
bk_policy_is_party(const bk_policy_state *state, uint32_t agreement, uint32_t country, uint32_t *member)
{
    if (member != NULL)
        *member = state->member[agreement * state->model->n_countries + country];
    return bki_is_party(state, agreement, country);
}

uint32_t
bk_policy_union_of(const bk_policy_state *state, uint32_t country)
{
    return state->union_of[country];
}
