/* Which rows of preference.csv and barrier.csv count on a day, and for whom. */
#include "model/policy.h"

#include <string.h>

typedef struct group_row { /* what the two tables have in common */
    uint32_t    agreement;
    const char *importer, *exporter;
    int         from;
} group_row;

/* The first day of an agreement that names none itself: that of its earliest row. */
static int
earliest_row(const bk_policy *policy, uint32_t agreement)
{
    int earliest = 0;

    for (size_t p = 0; p < policy->n_preferences; p++)
        if (policy->preferences[p].agreement == agreement && policy->preferences[p].from != 0 &&
            (earliest == 0 || policy->preferences[p].from < earliest))
            earliest = policy->preferences[p].from;
    return earliest;
}

/* A row counts from its day on.  Of an agreement brought forward those rows count that count on its first day. */
static bool
row_counts(const bk_policy_state *state, const group_row *row)
{
    const bk_policy *policy = &state->model->policy;
    const int        start = bki_agreement_start(&policy->agreements[row->agreement]);

    if (!state->in_force[row->agreement])
        return false;
    if (!state->forward[row->agreement])
        return row->from <= state->day_of[row->agreement];
    return row->from <= (start != 0 ? start : earliest_row(policy, row->agreement));
}

/* A country named by itself counts while it is a party; one that member.csv never lists counts always. */
static bool
may_take_part(const bk_policy_state *state, uint32_t agreement, size_t country)
{
    const size_t at = agreement * state->model->n_countries + country;

    if (state->left[at])
        return false;
    return state->party[at] || !state->listed[at];
}

static void
read_group(const bk_policy_state *state, uint32_t agreement, const char *words, bool *out)
{
    const bk_model *model = state->model;

    if (words[strspn(words, " ")] == '\0') {
        for (size_t c = 0; c < model->n_countries; c++)
            out[c] = bki_is_party(state, agreement, c);
        return;
    }
    for (bki_text rest = {words, strlen(words)}, word = bki_next_word(&rest); word.length > 0;
         word = bki_next_word(&rest)) {
        const uint32_t group = bki_find_agreement(model, word), country = bki_find_country(model, word);
        for (size_t c = 0; group != BK_NONE && c < model->n_countries; c++)
            out[c] = out[c] || (bki_is_party(state, group, c) && !state->left[agreement * model->n_countries + c]);
        if (country != BK_NONE)
            out[country] = out[country] || may_take_part(state, agreement, country);
    }
}

static void
read_row(const bk_policy_state *state, group_row row, bool *importer, bool *exporter)
{
    read_group(state, row.agreement, row.importer, importer);
    read_group(state, row.agreement, row.exporter, exporter);
}

static void
read_preferences(bk_policy_state *state)
{
    const bk_policy *policy = &state->model->policy;
    const size_t     n = state->model->n_countries;

    for (size_t p = 0; p < policy->n_preferences; p++) {
        const bk_preference *row = &policy->preferences[p];
        const group_row      group = {row->agreement, row->importer, row->exporter, row->from};
        state->counts[p] = row_counts(state, &group);
        if (state->in_force[row->agreement])
            read_row(state, group, &state->importer[p * n], &state->exporter[p * n]);
    }
    for (size_t b = 0; b < policy->n_barriers; b++) {
        const bk_barrier *row = &policy->barriers[b];
        const group_row   group = {row->agreement, row->importer, row->exporter, row->from};
        if (row_counts(state, &group))
            read_row(state, group, &state->barrier_importer[b * n], &state->barrier_exporter[b * n]);
    }
}

/* Adds one to the number of each pair for which the row counts; with `rows`, writes the row into the pair's next place.
 */
static void
visit_pairs(const bk_policy_state *state, uint32_t row, uint32_t *places, uint32_t *rows)
{
    const size_t n = state->model->n_countries;

    for (size_t importer = 0; importer < n; importer++)
        for (size_t exporter = 0; state->importer[row * n + importer] && exporter < n; exporter++) {
            if (!state->exporter[row * n + exporter])
                continue;
            if (rows != NULL)
                rows[places[importer * n + exporter]] = row;
            places[importer * n + exporter]++;
        }
}

static bk_status
list_pairs(bk_policy_state *state, bk_arena *arena)
{
    const size_t   n_preferences = state->model->policy.n_preferences;
    const size_t   n_pairs = state->model->n_countries * state->model->n_countries;
    const uint32_t rows = (uint32_t)n_preferences;

    state->pair_first = BK_NEW(arena, uint32_t, n_pairs + 2);
    BK_TRY(bk_arena_ok(arena));
    uint32_t *places = state->pair_first + 1; /* counts, then where each pair's next row goes, then where it ends */
    for (uint32_t p = 0; p < rows; p++)
        if (state->counts[p])
            visit_pairs(state, p, places + 1, NULL);
    for (size_t i = 1; i <= n_pairs; i++)
        places[i] += places[i - 1];
    state->pair_rows = BK_NEW(arena, uint32_t, places[n_pairs]);
    BK_TRY(bk_arena_ok(arena));
    for (uint32_t p = 0; p < rows; p++)
        if (state->counts[p])
            visit_pairs(state, p, places, state->pair_rows);
    return BK_OK;
}

bk_status
bki_state_groups(bk_policy_state *state, bk_arena *arena)
{
    const bk_policy *policy = &state->model->policy;
    const size_t     n = state->model->n_countries;

    state->counts = BK_NEW(arena, bool, policy->n_preferences);
    state->importer = BK_NEW(arena, bool, policy->n_preferences *n);
    state->exporter = BK_NEW(arena, bool, policy->n_preferences *n);
    state->barrier_importer = BK_NEW(arena, bool, policy->n_barriers *n);
    state->barrier_exporter = BK_NEW(arena, bool, policy->n_barriers *n);
    BK_TRY(bk_arena_ok(arena));
    read_preferences(state);
    return list_pairs(state, arena);
}
