/* The policy of a day, seen from one economy. */
#include "buckle/study.h"

#include <string.h>
#include <strings.h>

/* ---- the economy asked for -------------------------------------------------------------------------------------- */

static uint32_t
find_economy(const bk_model *model, const char *text)
{
    const bk_economy *economy = &model->economy;

    for (uint32_t c = 0; c < model->n_countries; c++)
        if (strcasecmp(model->countries[c], text) == 0)
            return c;
    for (size_t r = 0; r < economy->n_regions; r++)
        if (strcasecmp(economy->regions[r].id, text) == 0 || strcasecmp(economy->regions[r].name, text) == 0)
            return economy->regions[r].country;
    return BK_NONE;
}

static bk_status
no_such_economy(bk_context *ctx, const bk_model *model, const char *text, bk_arena *arena)
{
    bk_names *names = bk_names_create(arena);

    for (size_t c = 0; names != NULL && c < model->n_countries; c++)
        bk_names_intern(names, model->countries[c], strlen(model->countries[c]));
    for (size_t r = 0; names != NULL && r < model->economy.n_regions; r++)
        bk_names_intern(names, model->economy.regions[r].name, strlen(model->economy.regions[r].name));
    BK_TRY(bk_arena_ok(arena));
    const char *near = bk_names_nearest(names, text, strlen(text));
    const char *hint = near != NULL ? bk_arena_format(arena, "did you mean '%s'?", near)
                                    : "give the code of a country, as in economy/region.csv";
    return bk_fail_hint(ctx, BK_ERR_REFERENCE, hint, "'%s' is not an economy of the study", text);
}

static const char *
name_of(const bk_model *model, uint32_t country)
{
    const char *name = model->countries[country];
    size_t      n = 0;

    for (size_t r = 0; r < model->economy.n_regions; r++)
        if (model->economy.regions[r].country == country && n++ == 0)
            name = model->economy.regions[r].name;
    return n == 1 ? name : model->countries[country]; /* a country of several regions has no name of its own */
}

/* ---- partners --------------------------------------------------------------------------------------------------- */

static bool
is_partner(const bk_model *model, uint32_t country)
{
    for (size_t r = 0; r < model->economy.n_regions; r++)
        if (model->economy.regions[r].country == country)
            return true;
    return !model->has_economy;
}

static bk_status
list_partners(const bk_model *model, bk_arena *arena, bk_policy_report *out)
{
    uint32_t *partners = BK_NEW(arena, uint32_t, model->n_countries);
    uint32_t *sectors = BK_NEW(arena, uint32_t, model->economy.n_sectors);

    BK_TRY(bk_arena_ok(arena));
    for (uint32_t c = 0; c < model->n_countries; c++)
        if (c != out->country && is_partner(model, c))
            partners[out->n_partners++] = c;
    for (uint32_t j = 0; j < model->economy.n_sectors; j++)
        if (model->economy.sectors[j].traded)
            sectors[out->n_sectors++] = j;
    out->partners = partners;
    out->sectors = sectors;
    return BK_OK;
}

/* The rules of one direction, each with offers of its own. */
static bk_status
list_rules(const bk_policy_report *report, bool imports, bk_arena *arena, const bk_tariff_rule **out,
           const double **costs_out)
{
    const size_t    n = report->n_partners * report->n_sectors;
    const size_t    n_agreements = report->n_agreements;
    bk_tariff_rule *rules = BK_NEW(arena, bk_tariff_rule, n);
    double         *costs = BK_NEW(arena, double, n);
    bk_offer       *offers = BK_NEW(arena, bk_offer, n * n_agreements);

    BK_TRY(bk_arena_ok(arena));
    for (size_t i = 0; i < n; i++) {
        const uint32_t partner = report->partners[i / report->n_sectors];
        const uint32_t importer = imports ? report->country : partner, exporter = imports ? partner : report->country;
        const uint32_t sector = report->sectors[i % report->n_sectors];
        bk_policy_rule(report->state, importer, exporter, sector, &offers[i * n_agreements], &rules[i]);
        costs[i] = bk_policy_trade_cost(report->state, importer, exporter, sector);
    }
    *out = rules;
    *costs_out = costs;
    return BK_OK;
}

/* ---- conflicts -------------------------------------------------------------------------------------------------- */

static bool
touches(const bk_policy_report *report, const bk_policy_conflict *conflict)
{
    if (conflict->country == report->country)
        return true;
    if (conflict->kind == BK_CONFLICT_NO_RATE || conflict->kind == BK_CONFLICT_OTHER_RATE)
        return true; /* what a partner charges it is in doubt */
    return conflict->country == BK_NONE && conflict->agreement != BK_NONE &&
           bk_policy_is_party(report->state, conflict->agreement, report->country, NULL);
}

static bk_status
list_conflicts(bk_policy_report *report, bk_arena *arena)
{
    const bk_policy_conflict *all;
    size_t                    n;

    BK_TRY(bk_policy_conflicts(report->state, arena, &n, &all));
    bk_policy_conflict *kept = BK_NEW(arena, bk_policy_conflict, n);
    BK_TRY(bk_arena_ok(arena));
    for (size_t i = 0; i < n; i++)
        if (touches(report, &all[i]))
            kept[report->n_conflicts++] = all[i];
    report->conflicts = kept;
    report->n_elsewhere = n - report->n_conflicts;
    return BK_OK;
}

bk_status
bk_study_policy(bk_context *ctx, const bk_study *study, const bk_policy_query *query, bk_arena *arena,
                bk_policy_report *out)
{
    const bk_model *model = query->model != NULL ? query->model : study->model;

    *out = (bk_policy_report){.country = find_economy(model, query->economy), .day = query->day};
    if (out->country == BK_NONE)
        return no_such_economy(ctx, model, query->economy, arena);
    out->name = name_of(model, out->country);
    out->n_agreements = model->policy.n_agreements;
    BK_TRY(bk_policy_on(ctx, model, query->day, query->scenario, arena, &out->state));
    BK_TRY(list_partners(model, arena, out));
    BK_TRY(list_rules(out, true, arena, &out->imports, &out->import_cost));
    BK_TRY(list_rules(out, false, arena, &out->exports, &out->export_cost));
    BK_TRY(list_conflicts(out, arena));
    BK_TRY(bk_policy_on(ctx, study->model, bk_policy_base_day(study->model), NULL, arena, &out->base));
    return study->model->has_economy ? bk_policy_audit(out->base, query->n_worst, arena, &out->audit) : BK_OK;
}
