#include "study/lookup.h"
#include "buckle/study.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

uint32_t
bki_place_find(const bk_model *model, const char *text)
{
    const uint32_t by_id = bk_model_find_node(model, text);
    uint32_t       found = BK_NONE;

    if (by_id != BK_NONE)
        return by_id;
    for (uint32_t v = 0; v < model->network.n_nodes; v++) {
        if (strcasecmp(model->network.nodes[v].name, text) != 0 && strcasecmp(model->network.nodes[v].id, text) != 0)
            continue;
        if (found != BK_NONE)
            return BK_NONE;
        found = v;
    }
    return found;
}

bk_status
bki_place_get(bk_context *ctx, const bk_model *model, const char *text, const char *what, bk_arena *arena,
              uint32_t *out)
{
    bk_names *names = bk_names_create(arena);

    *out = bki_place_find(model, text);
    if (*out != BK_NONE)
        return BK_OK;
    for (uint32_t v = 0; names && v < model->network.n_nodes; v++) {
        const bk_node *node = &model->network.nodes[v];
        bk_names_intern(names, node->id, strlen(node->id));
        bk_names_intern(names, node->name, strlen(node->name));
    }
    BK_TRY(bk_arena_ok(arena));
    const char *near = bk_names_nearest(names, text, strlen(text));
    const char *hint = near ? bk_arena_format(arena, "did you mean '%s'?", near) : "places are in network/node.csv";
    return bk_fail_hint(ctx, BK_ERR_REFERENCE, hint, "%s '%s' is not a place of the study, or not only one", what,
                        text);
}

bk_status
bki_sector_get(bk_context *ctx, const bk_model *model, const char *text, bk_arena *arena, size_t *out)
{
    const uint32_t found = bk_model_find_sector(model, text);
    bk_names      *names = bk_names_create(arena);

    *out = found;
    if (found != BK_NONE)
        return BK_OK;
    for (size_t j = 0; names && j < model->economy.n_sectors; j++)
        bk_names_intern(names, model->economy.sectors[j].id, strlen(model->economy.sectors[j].id));
    BK_TRY(bk_arena_ok(arena));
    const char *near = bk_names_nearest(names, text, strlen(text));
    const char *hint = near ? bk_arena_format(arena, "did you mean '%s'?", near) : "sectors are in economy/sector.csv";
    return bk_fail_hint(ctx, BK_ERR_REFERENCE, hint, "'%s' is not a sector of the study", text);
}

static bool
is_region(const bk_model *model, size_t region, const char *text)
{
    const bk_region *found = &model->economy.regions[region];
    return strcasecmp(found->id, text) == 0 || strcasecmp(found->name, text) == 0;
}

/* The one region of a country; BK_NONE if it has none or several. */
static uint32_t
only_region_of(const bk_model *model, const char *country)
{
    uint32_t only = BK_NONE;

    for (uint32_t n = 0; n < model->economy.n_regions; n++) {
        if (strcasecmp(model->countries[model->economy.regions[n].country], country) != 0)
            continue;
        if (only != BK_NONE)
            return BK_NONE;
        only = n;
    }
    return only;
}

bk_status
bk_study_region(bk_context *ctx, const bk_study *study, const char *text, bk_arena *arena, size_t *out)
{
    const bk_model *model = study->model;
    const uint32_t  only = only_region_of(model, text);
    bk_names       *names = bk_names_create(arena);

    *out = only;
    for (size_t n = 0; n < model->economy.n_regions; n++)
        if (is_region(model, n, text))
            *out = n;
    if (*out != BK_NONE)
        return BK_OK;
    for (size_t n = 0; names && n < model->economy.n_regions; n++) {
        const bk_region *region = &model->economy.regions[n];
        bk_names_intern(names, region->id, strlen(region->id));
        bk_names_intern(names, region->name, strlen(region->name));
    }
    BK_TRY(bk_arena_ok(arena));
    const char *near = bk_names_nearest(names, text, strlen(text));
    const char *hint = near ? bk_arena_format(arena, "did you mean '%s'?", near) : "regions are in economy/region.csv";
    return bk_fail_hint(ctx, BK_ERR_REFERENCE, hint, "'%s' is not an economy of the study", text);
}

size_t
bki_dearest_sector(const bk_model *model)
{
    const bk_economy *economy = &model->economy;
    size_t            dearest = 0;
    double            most = -1.0;

    for (size_t j = 0; j < economy->n_sectors; j++) {
        const double value = economy->sectors[j].usd_per_tonne * economy->sectors[j].time_cost_per_day;
        if (economy->sectors[j].usd_per_tonne > 0.0 && value > most) {
            most = value;
            dearest = j;
        }
    }
    return dearest;
}

static uint32_t
region_of(const bk_model *model, uint32_t node)
{
    for (uint32_t z = 0; z < model->network.n_zones; z++)
        if (model->network.zones[z].node == node)
            return model->network.zones[z].region;
    for (uint32_t n = 0; n < model->economy.n_regions; n++)
        if (model->economy.regions[n].country == model->network.nodes[node].country)
            return n;
    return BK_NONE;
}

double
bki_value_of_time(const bk_model *model, size_t sector, uint32_t from_node, uint32_t to_node)
{
    const bk_economy *economy = &model->economy;
    const uint32_t    exporter = region_of(model, from_node), importer = region_of(model, to_node);
    double            usd_per_tonne = economy->sectors[sector].usd_per_tonne;

    if (exporter != BK_NONE && importer != BK_NONE && economy->usd_per_tonne)
        usd_per_tonne =
            economy->usd_per_tonne[(sector * economy->n_regions + importer) * economy->n_regions + exporter];
    return usd_per_tonne * economy->sectors[sector].time_cost_per_day / 24.0;
}

bk_status
bki_without_constants(const bk_arc_costs *costs, bk_arena *arena, const bk_arc_costs **out)
{
    bk_arc_costs *copy = BK_NEW(arena, bk_arc_costs, 1);
    const double *zero = BK_NEW(arena, double, costs->n_sectors * costs->n_arcs);

    BK_TRY(bk_arena_ok(arena));
    *copy = *costs;
    copy->constant = zero;
    *out = copy;
    return BK_OK;
}

bool
bki_countries_named(const bk_model *model, const char *text, bool *members)
{
    bool found = false;

    memset(members, 0, model->n_countries * sizeof *members);
    for (size_t c = 0; c < model->n_countries; c++)
        if (strcasecmp(model->countries[c], text) == 0)
            found = members[c] = true;
    for (size_t n = 0; !found && n < model->economy.n_regions; n++)
        if (strcasecmp(model->economy.regions[n].id, text) == 0)
            found = members[model->economy.regions[n].country] = true;
    for (size_t m = 0; !found && m < model->policy.n_members; m++) {
        const bk_member *member = &model->policy.members[m];
        if (strcasecmp(model->policy.agreements[member->agreement].id, text) == 0 && member->country != BK_NONE &&
            strcmp(member->status, "member") == 0 && member->until == 0)
            members[member->country] = true;
    }
    for (size_t c = 0; c < model->n_countries; c++)
        found |= members[c];
    return found;
}

size_t
bki_words(bk_arena *arena, const char *text, const char *const **words)
{
    const size_t length = strlen(text);
    const char **found = BK_NEW(arena, const char *, length / 2 + 1);
    size_t       n = 0;

    for (size_t at = 0; found && at < length;) {
        size_t end = at;
        while (end < length && (isalnum((unsigned char)text[end]) || text[end] == '-' || text[end] == '_'))
            end++;
        const char *word = end > at ? bk_arena_text(arena, text + at, end - at) : NULL;
        if (word)
            found[n++] = word;
        at = end + 1;
    }
    *words = found;
    return arena->failed ? 0 : n; /* one of them may be missing */
}

uint32_t
bki_mode_named(const bk_model *model, const char *const *words, size_t n_words)
{
    for (size_t w = 0; w < n_words; w++)
        for (uint32_t m = 0; m < model->network.n_modes; m++)
            if (strcmp(strcmp(words[w], "train") == 0 ? "rail" : words[w], model->network.modes[m]) == 0)
                return m;
    return BK_NONE;
}
