/* What cannot be, or is not known, in the policy of a day: each with its row, and what was done about it. */
#include "model/policy.h"

#include <math.h>
#include <string.h>

#define AGREEMENT_FILE  "policy/agreement.csv"
#define MEMBER_FILE     "policy/member.csv"
#define PREFERENCE_FILE "policy/preference.csv"
#define EXTERNAL_FILE   "policy/external_tariff.csv"

typedef struct conflict_list {
    const bk_policy_state *state;
    const bk_policy       *policy;
    bk_arena              *arena;
    size_t                 n, capacity;
    bk_policy_conflict    *items;
} conflict_list;

static void
add(conflict_list *list, bk_policy_conflict conflict)
{
    if (list->n == list->capacity) {
        const size_t        capacity = list->capacity != 0 ? 2 * list->capacity : 16;
        bk_policy_conflict *items = BK_NEW(list->arena, bk_policy_conflict, capacity);
        if (items == NULL)
            return; /* the arena remembers */
        if (list->n > 0)
            memcpy(items, list->items, list->n * sizeof *items);
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->n++] = conflict;
}

static const char *
day_text(conflict_list *list, int day)
{
    if (day == 0)
        return "no day";
    const char *text = bk_arena_format(list->arena, "%04d-%02d-%02d", day / 10000, day / 100 % 100, day % 100);
    return text != NULL ? text : "";
}

static const char *
country_id(const conflict_list *list, size_t country)
{
    return list->state->model->countries[country];
}

static const char *
agreement_id(const conflict_list *list, size_t agreement)
{
    return list->policy->agreements[agreement].id;
}

/* Where it says that the country is a party: its row, or the agreement's. */
static bk_policy_conflict
at_party(const conflict_list *list, bk_conflict_kind kind, uint32_t agreement, uint32_t country)
{
    const uint32_t     row = list->state->member[agreement * list->state->model->n_countries + country];
    bk_policy_conflict conflict = {.kind = kind, .country = country, .agreement = agreement, .file = AGREEMENT_FILE};

    conflict.line = list->policy->agreements[agreement].line;
    if (row != BK_NONE) {
        conflict.file = MEMBER_FILE;
        conflict.line = list->policy->members[row].line;
    }
    for (size_t i = 0; i < list->state->n_changes; i++) {
        const bki_change *change = &list->state->changes[i];
        if (change->join && change->agreement == agreement && change->country == country && change->file != NULL) {
            conflict.file = change->file;
            conflict.line = change->line;
        }
    }
    return conflict;
}

/* ---- unions ----------------------------------------------------------------------------------------------------- */

static void
find_signed_alone(conflict_list *list)
{
    const bk_policy_state *state = list->state;

    for (uint32_t a = 0; a < list->policy->n_agreements; a++)
        for (uint32_t u = 0; u < list->policy->n_agreements; u++)
            for (uint32_t c = 0; c < state->model->n_countries; c++) {
                const uint32_t other = bki_left_alone(state, u, a, c);
                if (other == BK_NONE)
                    continue;
                bk_policy_conflict conflict = at_party(list, BK_CONFLICT_SIGNED_ALONE, a, c);
                conflict.message = bk_arena_format(
                    list->arena,
                    "%s is in the customs union '%s' and a party to '%s' without %s: the members of a union apply one "
                    "external tariff (GATT Article XXIV:8(a)(ii)); the preferences of '%s' are taken as listed",
                    country_id(list, c), agreement_id(list, u), agreement_id(list, a), country_id(list, other),
                    agreement_id(list, a));
                add(list, conflict);
            }
}

/* The day the country came in, the latest of all if by a scenario. */
static int
day_of_entry(const conflict_list *list, uint32_t agreement, uint32_t country)
{
    const size_t   at = agreement * list->state->model->n_countries + country;
    const uint32_t row = list->state->member[at];

    if (list->state->joined[at])
        return 99991231;
    return row != BK_NONE ? list->policy->members[row].from : 0;
}

static void
find_overlaps(conflict_list *list)
{
    for (uint32_t u = 0; u < list->policy->n_agreements; u++)
        for (uint32_t c = 0; c < list->state->model->n_countries; c++) {
            const uint32_t other = bki_other_union(list->state, u, c);
            if (other == BK_NONE || other < u)
                continue;
            const uint32_t     second = day_of_entry(list, u, c) > day_of_entry(list, other, c) ? u : other;
            bk_policy_conflict conflict = at_party(list, BK_CONFLICT_UNIONS_OVERLAP, second, c);
            const uint32_t     taken = list->state->union_of[c];
            conflict.message =
                bk_arena_format(list->arena,
                                "%s is in the customs unions '%s' and '%s' at once, and can apply one common external "
                                "tariff only; that of '%s' is taken",
                                country_id(list, c), agreement_id(list, u), agreement_id(list, other),
                                taken != BK_NONE ? agreement_id(list, taken) : "neither");
            add(list, conflict);
        }
}

/* ---- rates ------------------------------------------------------------------------------------------------------ */

static bool
has_region(const bk_model *model, uint32_t country)
{
    for (size_t r = 0; r < model->economy.n_regions; r++)
        if (model->economy.regions[r].country == country)
            return true;
    return false;
}

/* The sectors on which the country's tariff has that basis, by commas; NULL if there are none. */
static const char *
sectors_with(conflict_list *list, uint32_t country, bk_tariff_basis basis)
{
    const bk_economy *economy = &list->state->model->economy;
    const char       *names = NULL;

    for (size_t j = 0; j < economy->n_sectors; j++) {
        if (!economy->sectors[j].traded || list->state->external[country * economy->n_sectors + j].basis != basis)
            continue;
        names = names != NULL ? bk_arena_format(list->arena, "%s, %s", names, economy->sectors[j].id)
                              : economy->sectors[j].id;
        if (names == NULL)
            return NULL;
    }
    return names;
}

static void
find_unknown_rates(conflict_list *list)
{
    for (uint32_t c = 0; c < list->state->model->n_countries; c++) {
        const uint32_t customs_union = list->state->union_of[c];
        const char    *sectors = has_region(list->state->model, c) ? sectors_with(list, c, BK_BASIS_UNKNOWN) : NULL;
        if (sectors == NULL)
            continue;
        bk_policy_conflict conflict = {BK_CONFLICT_NO_RATE, c, customs_union, EXTERNAL_FILE, 0, NULL};
        if (customs_union != BK_NONE)
            conflict.message = bk_arena_format(list->arena,
                                               "%s is in the customs union '%s', of which there is no common_external "
                                               "tariff on %s, and has no mfn row "
                                               "of that union: what it charges outsiders is not known",
                                               country_id(list, c), agreement_id(list, customs_union), sectors);
        else
            conflict.message = bk_arena_format(
                list->arena, "%s has no mfn tariff on %s: what it charges without preference is not known",
                country_id(list, c), sectors);
        add(list, conflict);
    }
}

static void
find_other_rates(conflict_list *list)
{
    const bk_policy_state *state = list->state;

    for (uint32_t c = 0; c < state->model->n_countries; c++) {
        const char *sectors = has_region(state->model, c) ? sectors_with(list, c, BK_BASIS_OWN_AS_NATIONAL) : NULL;
        if (sectors == NULL)
            continue;
        uint32_t row = BK_NONE;
        for (size_t j = 0; row == BK_NONE && j < state->model->economy.n_sectors; j++)
            if (state->external[c * state->model->economy.n_sectors + j].basis == BK_BASIS_OWN_AS_NATIONAL)
                row = state->external[c * state->model->economy.n_sectors + j].row;
        const int line = row != BK_NONE ? list->policy->external_tariffs[row].line : 0;
        add(list,
            (bk_policy_conflict){
                .kind = BK_CONFLICT_OTHER_RATE,
                .country = c,
                .agreement = BK_NONE,
                .file = EXTERNAL_FILE,
                .line = line,
                .message = bk_arena_format(
                    list->arena,
                    "%s is outside the customs union of the base year and has no national_outside_union tariff on "
                    "%s: its mfn rows, which are of its time in the union, are taken",
                    country_id(list, c), sectors)});
    }
}

/* ---- members ---------------------------------------------------------------------------------------------------- */

static void
find_not_in_force(conflict_list *list)
{
    for (size_t m = 0; m < list->policy->n_members; m++) {
        const bk_member    *member = &list->policy->members[m];
        const bk_agreement *agreement = &list->policy->agreements[member->agreement];
        const int           start = bki_agreement_start(agreement);
        if (member->from == 0 || !bki_member_holds(member, list->state->day) ||
            bki_status_of_member(member->status) != BKI_IS_PARTY || list->state->in_force[member->agreement] ||
            (start != 0 && start <= list->state->day))
            continue;
        add(list, (bk_policy_conflict){
                      .kind = BK_CONFLICT_NOT_IN_FORCE,
                      .country = member->country,
                      .agreement = member->agreement,
                      .file = MEMBER_FILE,
                      .line = member->line,
                      .message = bk_arena_format(
                          list->arena,
                          "%s is listed in '%s' from %s, but the agreement is in force from %s (%s:%d): no effect yet",
                          country_id(list, member->country), agreement->id, day_text(list, member->from),
                          day_text(list, start), AGREEMENT_FILE, agreement->line)});
    }
}

static bool
is_effective(const conflict_list *list, size_t row)
{
    const bk_member *member = &list->policy->members[row];

    return list->state->in_force[member->agreement] && bki_status_of_member(member->status) == BKI_IS_PARTY &&
           bki_member_holds(member, list->state->day);
}

static void
find_joined_twice(conflict_list *list)
{
    for (size_t m = 0; m < list->policy->n_members; m++) {
        const bk_member *member = &list->policy->members[m];
        size_t           earlier = 0;
        while (earlier < m &&
               (list->policy->members[earlier].agreement != member->agreement ||
                list->policy->members[earlier].country != member->country || !is_effective(list, earlier)))
            earlier++;
        if (earlier == m || !is_effective(list, m))
            continue;
        add(list,
            (bk_policy_conflict){.kind = BK_CONFLICT_JOINED_TWICE,
                                 .country = member->country,
                                 .agreement = member->agreement,
                                 .file = MEMBER_FILE,
                                 .line = member->line,
                                 .message = bk_arena_format(
                                     list->arena, "%s is in '%s' by two rows at once, the other %s:%d; it counts once",
                                     country_id(list, member->country), agreement_id(list, member->agreement),
                                     MEMBER_FILE, list->policy->members[earlier].line)});
    }
}

static void
find_statuses(conflict_list *list)
{
    for (size_t m = 0; m < list->policy->n_members; m++) {
        const bk_member *member = &list->policy->members[m];
        if (bki_status_of_member(member->status) != BKI_IS_UNKNOWN || !bki_member_holds(member, list->state->day))
            continue;
        add(list, (bk_policy_conflict){.kind = BK_CONFLICT_STATUS,
                                       .country = member->country,
                                       .agreement = member->agreement,
                                       .file = MEMBER_FILE,
                                       .line = member->line,
                                       .message = bk_arena_format(
                                           list->arena, "'%s' is no status that buckle knows: %s is no party to '%s'",
                                           member->status, country_id(list, member->country),
                                           agreement_id(list, member->agreement))});
    }
}

static void
find_changes(conflict_list *list)
{
    for (size_t i = 0; i < list->state->n_changes; i++) {
        const bki_change  *change = &list->state->changes[i];
        bk_policy_conflict conflict = {
            BK_CONFLICT_JOINED_TWICE, change->country, change->agreement, change->file, change->line, NULL};
        if (change->again) {
            conflict.message = bk_arena_format(list->arena, "%s %s '%s' on %s without the scenario: nothing changes",
                                               country_id(list, change->country), change->join ? "is in" : "is not in",
                                               agreement_id(list, change->agreement), day_text(list, list->state->day));
            add(list, conflict);
        }
        if (change->too_soon) {
            conflict.kind = BK_CONFLICT_DATED;
            conflict.message = bk_arena_format(
                list->arena, "%s joins '%s' on %s, when the agreement is not in force (%s:%d)",
                country_id(list, change->country), agreement_id(list, change->agreement), day_text(list, change->date),
                AGREEMENT_FILE, list->policy->agreements[change->agreement].line);
            add(list, conflict);
        }
    }
}

static void
find_own_duties(conflict_list *list)
{
    for (uint32_t u = 0; u < list->policy->n_agreements; u++)
        for (uint32_t c = 0; c < list->state->model->n_countries; c++) {
            if (!bki_keeps_own_duties(list->state, u, c))
                continue;
            bk_policy_conflict conflict = at_party(list, BK_CONFLICT_OWN_DUTIES, u, c);
            conflict.message = bk_arena_format(
                list->arena,
                "%s is in '%s', which pools its import duties, without a duty_share: it keeps its own and has no part "
                "in the pool",
                country_id(list, c), agreement_id(list, u));
            add(list, conflict);
        }
}

/* ---- preferences ------------------------------------------------------------------------------------------------ */

/* Whether both rows are for one pair of two countries. */
static bool
share_a_pair(const conflict_list *list, uint32_t a, uint32_t b)
{
    const bk_policy_state *state = list->state;
    const size_t           n = state->model->n_countries;

    for (size_t i = 0; i < n; i++)
        for (size_t e = 0; state->importer[a * n + i] && state->importer[b * n + i] && e < n; e++)
            if (i != e && state->exporter[a * n + e] && state->exporter[b * n + e])
                return true;
    return false;
}

/* Whether some pair and sector gets two rates from two rows of one agreement, neither of which goes before. */
static bool
contradict(const conflict_list *list, uint32_t a, uint32_t b)
{
    const bk_preference *p = &list->policy->preferences[a], *q = &list->policy->preferences[b];
    const bki_candidate  first = bki_preference_candidate(list->state, a);
    const bki_candidate  second = bki_preference_candidate(list->state, b);

    if (p->agreement != q->agreement || !list->state->counts[a] || !list->state->counts[b] || p->sector != q->sector)
        return false;
    if (bki_precedence(&first, &second) != 0 || (p->kind == q->kind && p->value == q->value))
        return false;
    return share_a_pair(list, a, b);
}

static void
find_contradictions(conflict_list *list)
{
    for (uint32_t b = 0; b < list->policy->n_preferences; b++)
        for (uint32_t a = 0; a < b; a++) {
            if (!contradict(list, a, b))
                continue;
            const bk_preference *row = &list->policy->preferences[b];
            const char          *sector =
                row->sector != BK_NONE ? list->state->model->economy.sectors[row->sector].id : "every sector";
            add(list, (bk_policy_conflict){
                          .kind = BK_CONFLICT_PREFERENCES,
                          .country = BK_NONE,
                          .agreement = row->agreement,
                          .file = PREFERENCE_FILE,
                          .line = row->line,
                          .message = bk_arena_format(
                              list->arena,
                              "two rows of '%s' give one pair of countries two rates on %s from one day on, the other "
                              "%s:%d; the lower is taken",
                              agreement_id(list, row->agreement), sector, PREFERENCE_FILE,
                              list->policy->preferences[a].line)});
        }
}

static bool
named_before(const conflict_list *list, uint32_t row, const char *words, bki_text country)
{
    const bk_policy *policy = list->policy;

    for (uint32_t p = 0; p <= row; p++) {
        const bk_preference *preference = &policy->preferences[p];
        const char *const    cells[] = {preference->importer, preference->exporter};
        for (size_t i = 0; preference->agreement == policy->preferences[row].agreement && i < 2; i++) {
            if (cells[i] == words && p == row)
                return false;
            for (bki_text rest = {cells[i], strlen(cells[i])}, word = bki_next_word(&rest); word.length > 0;
                 word = bki_next_word(&rest))
                if (word.length == country.length && memcmp(word.start, country.start, word.length) == 0)
                    return true;
        }
    }
    return false;
}

/* A country that grants or enjoys without being listed; of a unilateral preference the ones who enjoy it sign nothing.
 */
static void
find_strangers(conflict_list *list, uint32_t row, const char *words)
{
    const bk_preference *preference = &list->policy->preferences[row];
    const bk_model      *model = list->state->model;

    for (bki_text rest = {words, strlen(words)}, word = bki_next_word(&rest); word.length > 0;
         word = bki_next_word(&rest)) {
        const uint32_t country = bki_find_country(model, word);
        if (country == BK_NONE || list->state->listed[preference->agreement * model->n_countries + country] ||
            bki_is_party(list->state, preference->agreement, country) || named_before(list, row, words, word))
            continue;
        add(list, (bk_policy_conflict){.kind = BK_CONFLICT_NO_PARTY,
                                       .country = country,
                                       .agreement = preference->agreement,
                                       .file = PREFERENCE_FILE,
                                       .line = preference->line,
                                       .message = bk_arena_format(
                                           list->arena,
                                           "%s has a preference under '%s' but no row in policy/member.csv: the "
                                           "preference holds on every day of the agreement",
                                           country_id(list, country), agreement_id(list, preference->agreement))});
    }
}

bk_status
bk_policy_conflicts(const bk_policy_state *state, bk_arena *arena, size_t *n_out, const bk_policy_conflict **out)
{
    conflict_list list = {.state = state, .policy = &state->model->policy, .arena = arena};

    find_signed_alone(&list);
    find_overlaps(&list);
    find_unknown_rates(&list);
    find_other_rates(&list);
    find_not_in_force(&list);
    find_joined_twice(&list);
    find_contradictions(&list);
    for (uint32_t p = 0; p < list.policy->n_preferences; p++)
        if (state->counts[p]) {
            find_strangers(&list, p, list.policy->preferences[p].importer);
            find_strangers(&list, p, list.policy->preferences[p].exporter);
        }
    find_statuses(&list);
    find_changes(&list);
    find_own_duties(&list);
    *n_out = list.n;
    *out = list.items;
    return bk_arena_ok(arena);
}

const char *
bk_conflict_name(bk_conflict_kind kind)
{
    static const char *const names[] = {[BK_CONFLICT_SIGNED_ALONE] = "signed-alone",
                                        [BK_CONFLICT_UNIONS_OVERLAP] = "unions-overlap",
                                        [BK_CONFLICT_NO_RATE] = "no-rate",
                                        [BK_CONFLICT_OTHER_RATE] = "other-rate",
                                        [BK_CONFLICT_NOT_IN_FORCE] = "not-in-force",
                                        [BK_CONFLICT_JOINED_TWICE] = "joined-twice",
                                        [BK_CONFLICT_PREFERENCES] = "preferences",
                                        [BK_CONFLICT_NO_PARTY] = "no-party",
                                        [BK_CONFLICT_STATUS] = "status",
                                        [BK_CONFLICT_DATED] = "dated",
                                        [BK_CONFLICT_OWN_DUTIES] = "own-duties"};
    return names[kind];
}
