/* Projects built, sanctions brought in, ways closed. */
#include "model/build.h"
#include "model/scenario.h"

#include <math.h>
#include <string.h>

/* ---- projects ------------------------------------------------------------------------------------------------ */

/* A project opens the links that name it; `opens` as an effect opens any other. */
static bk_status
open_links(bki_edit *edit, size_t project)
{
    for (size_t l = 0; l < edit->base->network.n_links; l++) {
        if (edit->base->network.links[l].project != project)
            continue;
        bk_link *links = bki_edit_links(edit);
        BK_TRY(bk_arena_ok(edit->arena));
        links[l].open = bki_link_stands(&links[l], edit->base->base_year, true);
    }
    return BK_OK;
}

static bk_status
change_link(bki_edit *edit, const bki_attribute *attribute, const bk_effect *effect)
{
    bk_link *links = bki_edit_links(edit);

    BK_TRY(bk_arena_ok(edit->arena));
    bk_link *link = &links[effect->target];
    bki_attribute_set(attribute, link, effect->value);
    if (strcmp(effect->attribute, "opens") == 0)
        link->open = link->closes == 0 || link->closes > edit->base->base_year;
    else if (strcmp(effect->attribute, "closes") == 0 && link->closes != 0 && link->closes <= edit->base->base_year)
        link->open = false;
    return BK_OK;
}

static bk_status
change_transfers(bki_edit *edit, const bki_attribute *attribute, const bk_effect *effect)
{
    bk_transfer *transfers = bki_edit_transfers(edit);

    BK_TRY(bk_arena_ok(edit->arena));
    for (size_t t = 0; t < edit->base->network.n_transfers; t++)
        if (transfers[t].node == effect->target)
            bki_attribute_set(attribute, &transfers[t], effect->value);
    return BK_OK;
}

static bk_status
apply_effect(bki_edit *edit, const bk_effect *effect)
{
    const bki_attribute *attribute = bki_attribute_find(effect->target_kind, effect->attribute);

    if (attribute == NULL)
        return BK_OK; /* the builder lets none through */
    switch (effect->target_kind) {
    case BK_TARGET_LINK:
        return change_link(edit, attribute, effect);
    case BK_TARGET_TRANSFER:
        return change_transfers(edit, attribute, effect);
    default: /* borders: effects change nothing else */
        break;
    }
    bk_border *borders = bki_edit_borders(edit);
    BK_TRY(bk_arena_ok(edit->arena));
    bki_attribute_set(attribute, &borders[effect->target], effect->value);
    return BK_OK;
}

bk_status
bki_apply_projects(bki_edit *edit)
{
    const bk_projects *all = &edit->base->projects;
    bool              *wanted = BK_NEW(edit->scratch, bool, all->n_projects);

    BK_TRY(bk_arena_ok(edit->scratch));
    for (size_t m = 0; m < edit->n_measures; m++)
        for (size_t i = 0; i < edit->measures[m]->n_projects; i++) {
            const uint32_t project = bki_edit_find(edit, &edit->measures[m]->projects[i], "project", all->projects,
                                                   all->n_projects, sizeof *all->projects);
            if (project != BK_NONE)
                wanted[project] = true;
        }
    for (size_t p = 0; p < all->n_projects; p++) {
        if (!wanted[p])
            continue;
        bk_project *projects = bki_edit_projects(edit);
        BK_TRY(bk_arena_ok(edit->arena));
        projects[p].built = true;
        BK_TRY(open_links(edit, p));
        for (size_t e = 0; e < all->n_effects; e++)
            if (all->effects[e].project == p)
                BK_TRY(apply_effect(edit, &all->effects[e]));
    }
    return BK_OK;
}

/* ---- sanctions ----------------------------------------------------------------------------------------------- */

/* No trade between the countries of `a` and those of `b`, either way. */
static bk_status
close_trade(bki_edit *edit, const bk_sanction *sanction, const bool *a, const bool *b)
{
    const bk_economy *economy = &edit->base->economy;
    const size_t      n = economy->n_regions;

    if (!edit->base->has_economy)
        return BK_OK;
    double *factors = bki_edit_trade_cost(edit);
    BK_TRY(bk_arena_ok(edit->arena));
    for (size_t importer = 0; importer < n; importer++)
        for (size_t exporter = 0; exporter < n; exporter++) {
            const uint32_t here = economy->regions[importer].country, there = economy->regions[exporter].country;
            if (here == there || !((a[here] && b[there]) || (b[here] && a[there])))
                continue;
            for (size_t j = 0; j < economy->n_sectors; j++)
                if (sanction->sector == BK_NONE || sanction->sector == j)
                    factors[(j * n + importer) * n + exporter] = INFINITY;
        }
    return BK_OK;
}

/* A constant on every entry into a target from a country that is none: risk, insurance, refusals.  It acts on choice
 * like the calibrated ones, and on trade with the target itself too, since a post cannot tell where a load goes. */
static bk_status
add_entry_constants(bki_edit *edit, const bk_sanction *sanction, const bool *targets)
{
    const bk_network_data *network = &edit->model->network;
    bk_constant           *constants = BK_NEW(edit->arena, bk_constant, network->n_constants + network->n_borders);

    BK_TRY(bk_arena_ok(edit->arena));
    size_t n = network->n_constants;
    if (n > 0)
        memcpy(constants, network->constants, n * sizeof *constants);
    for (size_t b = 0; b < network->n_borders; b++) {
        const bk_border *border = &network->borders[b];
        if (border->side == BK_ENTRY && targets[border->to_country] && !targets[border->from_country])
            constants[n++] = (bk_constant){.screenline = sanction->id,
                                           .on_border = true,
                                           .target = (uint32_t)b,
                                           .sector = sanction->sector,
                                           .usd_per_tonne = sanction->usd_per_tonne};
    }
    edit->model->network.constants = constants;
    edit->model->network.n_constants = n;
    return BK_OK;
}

static bk_status
activate(bki_edit *edit, uint32_t s)
{
    const bk_sanction *sanction = &edit->base->policy.sanctions[s];
    bk_sanction       *sanctions = bki_edit_sanctions(edit);
    bool              *imposers = BK_NEW(edit->scratch, bool, edit->base->n_countries);
    bool              *targets = BK_NEW(edit->scratch, bool, edit->base->n_countries);

    BK_TRY(bk_arena_ok(edit->arena));
    BK_TRY(bk_arena_ok(edit->scratch));
    if (sanctions[s].active) { /* by another measure, or since the base year */
        if (sanction->in_base)
            bk_log(edit->ctx, BK_LOG_WARNING, "sanction '%s' changes nothing: the base year already holds its effect",
                   sanction->id);
        return BK_OK;
    }
    sanctions[s].active = true;
    bki_expand_group(edit->after, sanction->imposed_by, imposers);
    bki_expand_group(edit->after, sanction->target, targets);
    if (sanction->kind == BK_SANCTION_TRADE)
        return close_trade(edit, sanction, imposers, targets);
    if (sanction->kind == BK_SANCTION_TRANSIT_COST)
        return add_entry_constants(edit, sanction, targets);
    return BK_OK; /* bans are built for all at once */
}

bk_status
bki_apply_sanctions(bki_edit *edit)
{
    const bk_policy *policy = &edit->base->policy;
    bool            *wanted = BK_NEW(edit->scratch, bool, policy->n_sanctions);

    BK_TRY(bk_arena_ok(edit->scratch));
    for (size_t m = 0; m < edit->n_measures; m++)
        for (size_t i = 0; i < edit->measures[m]->n_sanctions; i++) {
            const uint32_t s = bki_edit_find(edit, &edit->measures[m]->sanctions[i], "sanction", policy->sanctions,
                                             policy->n_sanctions, sizeof *policy->sanctions);
            if (s != BK_NONE)
                wanted[s] = true;
        }
    for (size_t s = 0; s < policy->n_sanctions; s++) /* in the order of sanction.csv */
        if (wanted[s])
            BK_TRY(activate(edit, (uint32_t)s));
    if (edit->sanctions == NULL && !(edit->membership_changed && edit->base->n_bans > 0))
        return BK_OK;
    return bki_build_bans(edit->model, edit->after, edit->arena, &edit->model->n_bans, &edit->model->bans);
}

/* ---- closures ------------------------------------------------------------------------------------------------ */

/* Whether the text is node|mode|from|to of this row. */
static bool
is_border_key(const bk_model *model, const bk_border *border, const char *text)
{
    const char *const parts[] = {model->network.nodes[border->node].id, model->network.modes[border->mode],
                                 model->countries[border->from_country], model->countries[border->to_country]};

    for (size_t i = 0; i < 4; i++) {
        const size_t length = strlen(parts[i]);
        if (strncmp(text, parts[i], length) != 0 || text[length] != (i < 3 ? '|' : '\0'))
            return false;
        text += length + 1;
    }
    return true;
}

static bk_status
close_border(bki_edit *edit, size_t b)
{
    bk_border *borders = bki_edit_borders(edit);

    BK_TRY(bk_arena_ok(edit->arena));
    borders[b].open = false;
    return BK_OK;
}

/* A border post closes for those who cross; any other place closes for all who pass or stop. */
static bk_status
close_node(bki_edit *edit, uint32_t node)
{
    const bk_network_data *network = &edit->base->network;
    bool                   any = false;

    for (size_t b = 0; b < network->n_borders; b++)
        if (network->borders[b].node == node) {
            any = true;
            BK_TRY(close_border(edit, b));
        }
    if (any && strcmp(network->nodes[node].kind, "border_crossing") == 0)
        return BK_OK;
    bk_link     *links = bki_edit_links(edit);
    bk_transfer *transfers = bki_edit_transfers(edit);
    BK_TRY(bk_arena_ok(edit->arena));
    for (size_t l = 0; l < network->n_links; l++)
        if (links[l].from == node || links[l].to == node)
            links[l].open = false;
    for (size_t t = 0; t < network->n_transfers; t++)
        if (transfers[t].node == node)
            transfers[t].open = false;
    return BK_OK;
}

/* Links, nodes and border rows, of which the last are named node|mode|from|to. */
static bk_status
fault_no_such_way(bki_edit *edit, const bk_name_at *name)
{
    const bk_network_data *network = &edit->base->network;
    bk_names              *names = bk_names_create(edit->scratch);

    for (size_t l = 0; names != NULL && l < network->n_links; l++)
        bk_names_intern(names, network->links[l].id, strlen(network->links[l].id));
    for (size_t v = 0; names != NULL && v < network->n_nodes; v++)
        bk_names_intern(names, network->nodes[v].id, strlen(network->nodes[v].id));
    BK_TRY(bk_arena_ok(edit->scratch));
    const char *nearest = bk_names_nearest(names, name->name, strlen(name->name));
    bki_edit_fault(edit, BK_ERR_REFERENCE, (bki_at){name->file, name->line, name->column},
                   nearest != NULL
                       ? bk_arena_format(edit->scratch, "did you mean '%s'?", nearest)
                       : "name a link_id, a node_id, or a border row as node_id|mode|from_country|to_country",
                   "there is no link, node or border row '%s' to close", name->name);
    return BK_OK;
}

static bk_status
apply_closure(bki_edit *edit, const bk_name_at *name)
{
    const uint32_t link = bk_model_find_link(edit->base, name->name);
    const uint32_t node = bk_model_find_node(edit->base, name->name);

    if (link != BK_NONE) {
        bk_link *links = bki_edit_links(edit);
        BK_TRY(bk_arena_ok(edit->arena));
        links[link].open = false;
        return BK_OK;
    }
    if (node != BK_NONE)
        return close_node(edit, node);
    for (size_t b = 0; b < edit->base->network.n_borders; b++)
        if (is_border_key(edit->base, &edit->base->network.borders[b], name->name))
            return close_border(edit, b);
    return fault_no_such_way(edit, name);
}

bk_status
bki_apply_closures(bki_edit *edit)
{
    for (size_t m = 0; m < edit->n_measures; m++)
        for (size_t i = 0; i < edit->measures[m]->n_closures; i++)
            BK_TRY(apply_closure(edit, &edit->measures[m]->closures[i]));
    return BK_OK;
}
