/* Who may trade with one economy at which rate on a day, and why, for reading. */
#include "cli/policy.h"

#include <math.h>
#include <string.h>

typedef struct view {
    bki_session            *session;
    bk_arena               *arena;
    const bk_study         *study;
    const bk_model         *model;
    const bk_policy_report *report;
} view;

/* What was written, or nothing where memory was short. */
static const char *
written(const char *text)
{
    return text != NULL ? text : "";
}

/* ---- words ------------------------------------------------------------------------------------------------------ */

const char *
bki_show_day(bk_arena *arena, int day)
{
    return bk_arena_format(arena, "%04d-%02d-%02d", day / 10000, day / 100 % 100, day % 100);
}

const char *
bki_show_basis(bk_arena *arena, const bk_policy_state *state, const bk_model *model, uint32_t importer,
               bk_tariff_basis basis)
{
    const uint32_t customs_union = bk_policy_union_of(state, importer);
    const char    *id = customs_union != BK_NONE ? model->policy.agreements[customs_union].id : "";

    switch (basis) {
    case BK_BASIS_OWN:
        return customs_union == BK_NONE ? "mfn" : bk_arena_format(arena, "mfn, as it applies the tariff of %s", id);
    case BK_BASIS_COMMON_EXTERNAL:
        return bk_arena_format(arena, "common external tariff of %s", id);
    case BK_BASIS_NATIONAL:
        return "national tariff outside its union";
    case BK_BASIS_OWN_AS_NATIONAL:
        return "mfn, for want of a national tariff outside its union";
    case BK_BASIS_GENERAL:
        return "general rate: not both are in the WTO";
    case BK_BASIS_UNKNOWN:
        break;
    }
    return "no tariff is listed: not known";
}

const char *
bki_show_reason(bk_arena *arena, const bk_policy_state *state, const bk_model *model, uint32_t importer,
                const bk_tariff_rule *rule)
{
    const char *basis = bki_show_basis(arena, state, model, importer, rule->basis);

    switch (rule->regime) {
    case BK_REGIME_DOMESTIC:
        return "within one country";
    case BK_REGIME_CUSTOMS_UNION:
        return rule->preference == BK_NONE ? "free within the customs union" : "within the customs union";
    case BK_REGIME_PREFERENCE:
        return rule->n_offers == 1 ? "preference" : bk_arena_format(arena, "best of %zu preferences", rule->n_offers);
    case BK_REGIME_MOST_FAVOURED_NATION:
        return rule->most_favoured
                   ? basis
                   : bk_arena_format(arena, "%s: not both are in the WTO, but no general rate is listed", basis);
    case BK_REGIME_GENERAL:
    case BK_REGIME_UNKNOWN:
        break;
    }
    return basis;
}

static const char *
show_rate(const view *v, const bk_tariff_rule *rule)
{
    return rule->regime == BK_REGIME_UNKNOWN ? "?" : bk_arena_format(v->arena, "%.3g", 100.0 * rule->rate);
}

static const char *
label_of(const view *v, const bk_tariff_rule *rule)
{
    if (rule->agreement != BK_NONE)
        return v->model->policy.agreements[rule->agreement].id;
    return bk_regime_name(rule->regime);
}

/* ---- rows ------------------------------------------------------------------------------------------------------- */

typedef struct row_ref { /* a row of policy/ */
    const char *file;
    int         line;
} row_ref;

static row_ref
row_of(const view *v, const bk_tariff_rule *rule)
{
    const bk_policy *policy = &v->model->policy;

    if (rule->preference != BK_NONE)
        return (row_ref){"policy/preference.csv", policy->preferences[rule->preference].line};
    if (rule->agreement != BK_NONE)
        return (row_ref){"policy/agreement.csv", policy->agreements[rule->agreement].line};
    if (rule->external_row != BK_NONE)
        return (row_ref){"policy/external_tariff.csv", policy->external_tariffs[rule->external_row].line};
    return (row_ref){"policy/external_tariff.csv", 0};
}

static bool
is_alike(const bk_tariff_rule *a, const bk_tariff_rule *b)
{
    return a->regime == b->regime && a->agreement == b->agreement && a->basis == b->basis &&
           a->n_offers == b->n_offers && (a->preference == BK_NONE) == (b->preference == BK_NONE);
}

/* "policy/preference.csv:4" or "policy/external_tariff.csv:2-9,12": the rows of the sectors that are alike. */
static const char *
show_rows(const view *v, const bk_tariff_rule *rules, size_t first)
{
    const char *text = row_of(v, &rules[first]).file;
    int         begin = 0, end = 0;
    bool        any = false;

    for (size_t j = first; j <= v->report->n_sectors; j++) {
        const bool is_end = j == v->report->n_sectors;
        const int  line = is_end || !is_alike(&rules[j], &rules[first]) ? 0 : row_of(v, &rules[j]).line;
        if (!is_end && (line == 0 || (line >= begin && line <= end)))
            continue;
        if (!is_end && line == end + 1 && begin != 0) {
            end = line;
            continue;
        }
        if (begin != 0) {
            text = begin == end ? bk_arena_format(v->arena, "%s%c%d", text, any ? ',' : ':', begin)
                                : bk_arena_format(v->arena, "%s%c%d-%d", text, any ? ',' : ':', begin, end);
            any = true;
        }
        begin = end = line;
    }
    return text;
}

/* The agreements that offer something too, without their rates. */
static const char *
show_others(const view *v, const bk_tariff_rule *rule)
{
    const char *text = "";

    for (size_t i = 0; i < rule->n_offers; i++)
        if (rule->offers[i].agreement != rule->agreement)
            text = written(bk_arena_format(v->arena, "%s%s%s", text, text[0] ? ", " : "; also open: ",
                                           v->model->policy.agreements[rule->offers[i].agreement].id));
    return text;
}

/* One line for the sectors of a partner that are alike with sector `first`. */
static void
add_line(const view *v, bki_grid *grid, size_t partner, bool imports, const bk_tariff_rule *rules, size_t first)
{
    const uint32_t them = v->report->partners[partner], us = v->report->country;
    const char    *reason = bki_show_reason(v->arena, v->report->state, v->model, imports ? us : them, &rules[first]);

    bki_grid_add(grid, first == 0 ? v->model->countries[them] : "");
    bki_grid_add(grid, label_of(v, &rules[first]));
    for (size_t j = 0; j < v->report->n_sectors; j++)
        bki_grid_add(grid, is_alike(&rules[j], &rules[first]) ? show_rate(v, &rules[j]) : ".");
    bki_grid_add(grid, bk_arena_format(v->arena, "%s%s (%s)", reason, show_others(v, &rules[first]),
                                       show_rows(v, rules, first)));
}

static void
print_direction(const view *v, bool imports)
{
    const bk_policy_report *report = v->report;
    bool                   *right = BK_NEW(v->arena, bool, report->n_sectors + 3);
    bki_grid                grid;

    if (right == NULL)
        return;
    for (size_t j = 0; j < report->n_sectors; j++)
        right[j + 2] = true;
    bki_grid_start(&grid, v->arena, report->n_sectors + 3, right);
    bki_grid_add(&grid, imports ? "from" : "to");
    bki_grid_add(&grid, "rule");
    for (size_t j = 0; j < report->n_sectors; j++)
        bki_grid_add(&grid, v->model->economy.sectors[report->sectors[j]].id);
    bki_grid_add(&grid, "why");
    for (size_t p = 0; p < report->n_partners; p++) {
        const bk_tariff_rule *rules = &(imports ? report->imports : report->exports)[p * report->n_sectors];
        for (size_t j = 0; j < report->n_sectors; j++) {
            size_t earlier = 0;
            while (earlier < j && !is_alike(&rules[earlier], &rules[j]))
                earlier++;
            if (earlier == j)
                add_line(v, &grid, p, imports, rules, j);
        }
    }
    printf("\n%s\n", bki_bold(v->arena, imports ? bk_arena_format(v->arena, "%s imports, tariff in %%", report->name)
                                                : bk_arena_format(v->arena, "%s exports, tariff in %%", report->name)));
    bki_grid_print(&grid);
}

/* ---- the rest --------------------------------------------------------------------------------------------------- */

static void
print_agreements(const view *v)
{
    static const bool right[] = {false, false, false, false};
    bki_grid          grid;

    bki_grid_start(&grid, v->arena, 4, right);
    for (uint32_t a = 0; a < v->model->policy.n_agreements; a++) {
        const bk_agreement *agreement = &v->model->policy.agreements[a];
        uint32_t            member;
        if (!bk_policy_is_party(v->report->state, a, v->report->country, &member))
            continue;
        const bk_member *row = member != BK_NONE ? &v->model->policy.members[member] : NULL;
        bki_grid_add(&grid, agreement->id);
        bki_grid_add(&grid, agreement->type);
        bki_grid_add(&grid,
                     row && row->from ? bk_arena_format(v->arena, "since %s", bki_show_day(v->arena, row->from)) : "");
        bki_grid_add(&grid, row ? bk_arena_format(v->arena, "policy/member.csv:%d", row->line)
                                : bk_arena_format(v->arena, "by its union or the scenario, policy/agreement.csv:%d",
                                                  agreement->line));
    }
    printf("\n%s\n", bki_bold(v->arena, grid.n_cells ? "Party to" : "Party to no agreement"));
    bki_grid_print(&grid);
}

/* The partners trade with whom the sanction bears on, by blanks; "" if there are none. */
static const char *
partners_under(const view *v, uint32_t sanction)
{
    const char *names = "";

    for (size_t p = 0; p < v->report->n_partners; p++)
        if (bk_policy_is_sanctioned(v->report->state, sanction, v->report->country, v->report->partners[p]))
            names = written(bk_arena_format(v->arena, "%s %s", names, v->model->countries[v->report->partners[p]]));
    return names;
}

static void
print_sanctions(const view *v)
{
    const bk_policy *policy = &v->model->policy;
    bool             any = false;

    for (uint32_t s = 0; s < policy->n_sanctions; s++) {
        const bk_sanction *sanction = &policy->sanctions[s];
        const char        *partners = partners_under(v, s);
        if (!partners[0])
            continue;
        if (!any)
            printf("\n%s\n", bki_bold(v->arena, "Sanctions"));
        any = true;
        const char *what = sanction->kind == BK_SANCTION_TRADE ? "no trade with"
                           : sanction->kind == BK_SANCTION_TRANSIT_BAN
                               ? bk_arena_format(v->arena, "no way through %s in trade with", sanction->target)
                               : bk_arena_format(v->arena, "every entry into %s costs %g USD/t more, in trade with",
                                                 sanction->target, sanction->usd_per_tonne);
        printf("%s, by %s: %s%s%s%s%s (policy/sanction.csv:%d)\n", sanction->id, sanction->imposed_by, what, partners,
               sanction->sector != BK_NONE ? ", in " : "",
               sanction->sector != BK_NONE ? v->model->economy.sectors[sanction->sector].id : "",
               sanction->in_base ? "; the base year already holds its effect" : "", sanction->line);
    }
    if (!any)
        printf("\nNo sanction bears on its trade.\n");
}

static void
print_barriers(const view *v)
{
    const bk_policy_report *report = v->report;
    bool                    any = false;

    for (size_t i = 0; i < report->n_partners * report->n_sectors; i++) {
        if (report->import_cost[i] == 1.0 && report->export_cost[i] == 1.0)
            continue;
        if (!any)
            printf("\n%s\n", bki_bold(v->arena, "Barriers beside tariffs, factor on the cost of trade"));
        any = true;
        printf("%s, %s: imports %.4g, exports %.4g (policy/barrier.csv)\n",
               v->model->countries[report->partners[i / report->n_sectors]],
               v->model->economy.sectors[report->sectors[i % report->n_sectors]].id, report->import_cost[i],
               report->export_cost[i]);
    }
}

static void
print_conflicts(const view *v)
{
    const bk_policy_report *report = v->report;

    printf("\n%s\n", bki_bold(v->arena, report->n_conflicts ? "Conflicts" : "No conflict touches it."));
    for (size_t i = 0; i < report->n_conflicts; i++) {
        const bk_policy_conflict *conflict = &report->conflicts[i];
        if (conflict->line != 0)
            printf("%s:%d: %s: %s\n", conflict->file, conflict->line, bk_conflict_name(conflict->kind),
                   conflict->message);
        else
            printf("%s: %s: %s\n", conflict->file, bk_conflict_name(conflict->kind), conflict->message);
    }
    if (report->n_elsewhere)
        printf("%zu more touch other economies only.\n", report->n_elsewhere);
}

static void
print_audit(const view *v)
{
    static const bool      right[] = {false, false, false, true, true, false};
    const bk_tariff_audit *audit = &v->report->audit;
    const bk_economy      *economy = &v->study->model->economy;
    bki_grid               grid;

    if (!v->study->model->has_economy)
        return;
    printf("\n%s\n", bki_bold(v->arena, "economy/tariff.csv against policy, all economies, end of the base year"));
    printf(
        "%zu of %zu pairs and sectors differ; mean absolute gap %.3g points over all, %.3g over those that differ.\n",
        audit->n_gaps, audit->n_compared, 100.0 * audit->mean_gap, 100.0 * audit->mean_of_gaps);
    if (audit->n_unknown)
        printf("%zu have no rate by policy.\n", audit->n_unknown);
    bki_grid_start(&grid, v->arena, 6, right);
    for (size_t i = 0; i < audit->n_worst; i++) {
        const bk_tariff_gap *gap = &audit->worst[i];
        const uint32_t       here = economy->regions[gap->importer].country;
        if (i == 0)
            for (size_t c = 0; c < 6; c++)
                bki_grid_add(&grid, (const char *const[]){"from", "to", "sector", "listed", "policy", "why"}[c]);
        bki_grid_add(&grid, economy->regions[gap->exporter].id);
        bki_grid_add(&grid, economy->regions[gap->importer].id);
        bki_grid_add(&grid, economy->sectors[gap->sector].id);
        bki_grid_add(&grid, bk_arena_format(v->arena, "%.3g", 100.0 * gap->listed));
        bki_grid_add(&grid, bk_arena_format(v->arena, "%.3g", 100.0 * gap->rule.rate));
        bki_grid_add(&grid,
                     bk_arena_format(v->arena, "%s: %s (%s:%d)", label_of(v, &gap->rule),
                                     bki_show_reason(v->arena, v->report->base, v->study->model, here, &gap->rule),
                                     row_of(v, &gap->rule).file, row_of(v, &gap->rule).line));
    }
    bki_grid_print(&grid);
}

void
bki_policy_text(bki_session *session, const bk_study *study, const bk_policy_report *report)
{
    const view v = {session, &session->arena, study, study->n_scenarios ? study->models[0] : study->model, report};

    printf("%s: %s (%s) on %s%s%s\n", study->name, report->name, study->model->countries[report->country],
           bki_show_day(v.arena, report->day), study->n_scenarios ? ", scenario " : "",
           study->n_scenarios ? study->scenarios[0]->name : "");
    print_agreements(&v);
    print_direction(&v, true);
    print_direction(&v, false);
    print_barriers(&v);
    print_sanctions(&v);
    print_conflicts(&v);
    print_audit(&v);
}
