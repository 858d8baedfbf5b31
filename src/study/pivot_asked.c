/* Of whom a scenario asks something. */
#include "model/adjust.h"
#include "study/pivot.h"

#include <string.h>

bool
bki_is_among(const char *words, const char *country)
{
    const size_t n = strlen(country);

    for (const char *at = words; at && *at;) {
        const size_t length = strcspn(at, " ");
        if (length == n && memcmp(at, country, n) == 0)
            return true;
        at += length;
        at += strspn(at, " ");
    }
    return false;
}

uint32_t
bki_find_project(const bk_model *model, const char *id)
{
    for (uint32_t p = 0; p < model->projects.n_projects; p++)
        if (strcmp(model->projects.projects[p].id, id) == 0)
            return p;
    return BK_NONE;
}

static void
ask_owners(void *state, bk_target_kind kind, bki_owners owners)
{
    bool *asked = state;

    if (kind != BK_TARGET_LINK && kind != BK_TARGET_TRANSFER && kind != BK_TARGET_BORDER)
        return;
    if (owners.one != BK_NONE)
        asked[owners.one] = true;
    if (owners.other != BK_NONE)
        asked[owners.other] = true;
}

static void
ask(const bk_model *model, const char *country, bool *asked)
{
    const uint32_t c = bk_model_find_country(model, country);

    if (c != BK_NONE)
        asked[c] = true;
}

static bk_status
ask_of_measure(bk_context *ctx, const bk_model *model, const bk_measure *measure, bool *asked)
{
    for (size_t i = 0; i < measure->n_projects; i++) {
        const uint32_t project = bki_find_project(model, measure->projects[i].name);
        for (size_t c = 0; project != BK_NONE && c < model->n_countries; c++)
            asked[c] |= bki_is_among(model->projects.projects[project].countries, model->countries[c]);
    }
    for (size_t i = 0; i < measure->n_borders; i++)
        asked[bki_post_country(&measure->borders[i])] = true;
    for (size_t i = 0; i < measure->n_memberships; i++)
        ask(model, measure->memberships[i].country, asked);
    for (size_t i = 0; i < measure->n_tolls; i++)
        ask(model, measure->tolls[i].country, asked);
    for (size_t i = 0; i < measure->n_adjustments; i++)
        BK_TRY(bki_adjusted_rows(ctx, model, &measure->adjustments[i], ask_owners, asked));
    return BK_OK;
}

static void
ask_importers(const bk_model *model, const bk_cell *cells, size_t n, bool *asked)
{
    for (size_t i = 0; i < n; i++)
        asked[bki_region_country(model, cells[i].importer)] = true;
}

bk_status
bki_pivot_asked(bk_context *ctx, const bk_model *model, const bk_scenario *scenario, bool *asked)
{
    size_t n = 0;

    for (size_t m = 0; m < scenario->n_measures; m++)
        BK_TRY(ask_of_measure(ctx, model, &scenario->measures[m], asked));
    for (size_t c = 0; c < model->n_countries; c++)
        n += asked[c];
    for (size_t m = 0; n == 0 && m < scenario->n_measures; m++) {
        const bk_measure *measure = &scenario->measures[m];
        ask_importers(model, measure->tariffs, measure->n_tariffs, asked);
        ask_importers(model, measure->trade_costs, measure->n_trade_costs, asked);
        ask_importers(model, measure->productivity, measure->n_productivity, asked);
    }
    return BK_OK;
}
