/* Targets of a scenario's `adjust`: one row of the table each. */
#include "model/adjust.h"

#include <string.h>

/* ---- names ----------------------------------------------------------------------------------------------------- */

static const char *const sides[] = {"exit", "entry"};
static const char *const roles[] = {"owner", "borrower", "grantor"};

const char *
bki_noun_name(bki_noun noun)
{
    static const char *const names[] = {"link",   "node",   "mode",    "country", "side",
                                        "sector", "region", "project", "party",   "role"};

    return names[noun];
}

size_t
bki_noun_count(const bk_model *model, bki_noun noun)
{
    switch (noun) {
    case BKI_NOUN_LINK:
        return model->network.n_links;
    case BKI_NOUN_NODE:
        return model->network.n_nodes;
    case BKI_NOUN_MODE:
        return model->network.n_modes;
    case BKI_NOUN_COUNTRY:
        return model->n_countries;
    case BKI_NOUN_SIDE:
        return 2;
    case BKI_NOUN_SECTOR:
        return model->economy.n_sectors;
    case BKI_NOUN_REGION:
        return model->economy.n_regions;
    case BKI_NOUN_PROJECT:
        return model->projects.n_projects;
    case BKI_NOUN_PARTY:
        return model->projects.n_finance;
    case BKI_NOUN_ROLE:
        return 3;
    }
    return 0;
}

const char *
bki_noun_text(const bk_model *model, bki_noun noun, size_t i)
{
    switch (noun) {
    case BKI_NOUN_LINK:
        return model->network.links[i].id;
    case BKI_NOUN_NODE:
        return model->network.nodes[i].id;
    case BKI_NOUN_MODE:
        return model->network.modes[i];
    case BKI_NOUN_COUNTRY:
        return model->countries[i];
    case BKI_NOUN_SIDE:
        return sides[i];
    case BKI_NOUN_SECTOR:
        return model->economy.sectors[i].id;
    case BKI_NOUN_REGION:
        return model->economy.regions[i].id;
    case BKI_NOUN_PROJECT:
        return model->projects.projects[i].id;
    case BKI_NOUN_PARTY:
        return model->projects.finance[i].party_name;
    case BKI_NOUN_ROLE:
        return roles[i];
    }
    return "";
}

/* ---- rows ------------------------------------------------------------------------------------------------------ */

static size_t
count_links(const bk_model *model)
{
    return model->network.n_links;
}

static uint32_t
key_link(const bk_model *model, size_t row, size_t selector)
{
    return selector == 0 ? (uint32_t)row : model->network.links[row].mode;
}

static size_t
count_transfers(const bk_model *model)
{
    return model->network.n_transfers;
}

static uint32_t
key_transfer(const bk_model *model, size_t row, size_t selector)
{
    const bk_transfer *transfer = &model->network.transfers[row];

    return selector == 0 ? transfer->node : selector == 1 ? transfer->from_mode : transfer->to_mode;
}

static size_t
count_borders(const bk_model *model)
{
    return model->network.n_borders;
}

static uint32_t
key_border(const bk_model *model, size_t row, size_t selector)
{
    const bk_border *border = &model->network.borders[row];
    const uint32_t   keys[] = {border->node, border->mode, border->from_country, border->to_country, border->side};

    return keys[selector];
}

static size_t
count_products(const bk_model *model)
{
    return model->network.products != NULL ? model->network.n_modes * model->economy.n_sectors : 0;
}

static uint32_t
key_product(const bk_model *model, size_t row, size_t selector)
{
    const size_t n_sectors = model->economy.n_sectors;

    return (uint32_t)(selector == 0 ? row / n_sectors : row % n_sectors);
}

static size_t
count_sectors(const bk_model *model)
{
    return model->economy.n_sectors;
}

static uint32_t
key_itself(const bk_model *model, size_t row, size_t selector)
{
    (void)model;
    (void)selector;
    return (uint32_t)row;
}

static size_t
count_pairs(const bk_model *model)
{
    return model->economy.n_sectors * model->economy.n_regions * model->economy.n_regions;
}

/* Selectors in the order of the columns: sector, exporter, importer. */
static uint32_t
key_pair(const bk_model *model, size_t row, size_t selector)
{
    const size_t n = model->economy.n_regions;

    return (uint32_t)(selector == 0 ? row / (n * n) : selector == 1 ? row % n : row / n % n);
}

static size_t
count_producers(const bk_model *model)
{
    return model->economy.n_sectors * model->economy.n_regions;
}

static uint32_t
key_producer(const bk_model *model, size_t row, size_t selector)
{
    const size_t n = model->economy.n_regions;

    return (uint32_t)(selector == 0 ? row / n : row % n);
}

static size_t
count_projects(const bk_model *model)
{
    return model->projects.n_projects;
}

static size_t
count_finance(const bk_model *model)
{
    return model->projects.n_finance;
}

static uint32_t
key_finance(const bk_model *model, size_t row, size_t selector)
{
    const bk_finance *finance = &model->projects.finance[row];
    uint32_t          role = 0;

    if (selector == 0)
        return finance->project;
    if (selector == 1)
        return (uint32_t)row;
    while (role < 2 && strcmp(finance->role, roles[role]) != 0)
        role++;
    return role;
}

#define PAIR_SELECTORS                                                                                                 \
    3,                                                                                                                 \
    {                                                                                                                  \
        {"sector", BKI_NOUN_SECTOR}, {"exporter", BKI_NOUN_REGION},                                                    \
        {                                                                                                              \
            "importer", BKI_NOUN_REGION                                                                                \
        }                                                                                                              \
    }

const bki_target bki_targets[BK_TARGET_COUNT] = {
    [BK_TARGET_LINK] = {"link", 2, {{"id", BKI_NOUN_LINK}, {"mode", BKI_NOUN_MODE}}, count_links, key_link},
    [BK_TARGET_TRANSFER] = {"transfer",
                            3,
                            {{"node", BKI_NOUN_NODE}, {"from_mode", BKI_NOUN_MODE}, {"to_mode", BKI_NOUN_MODE}},
                            count_transfers,
                            key_transfer},
    [BK_TARGET_BORDER] = {"border",
                          5,
                          {{"node", BKI_NOUN_NODE},
                           {"mode", BKI_NOUN_MODE},
                           {"from", BKI_NOUN_COUNTRY},
                           {"to", BKI_NOUN_COUNTRY},
                           {"side", BKI_NOUN_SIDE}},
                          count_borders,
                          key_border},
    [BK_TARGET_MODE] = {"mode", 2, {{"mode", BKI_NOUN_MODE}, {"sector", BKI_NOUN_SECTOR}}, count_products, key_product},
    [BK_TARGET_SECTOR] = {"sector", 1, {{"sector", BKI_NOUN_SECTOR}}, count_sectors, key_itself},
    [BK_TARGET_TARIFF] = {"tariff", PAIR_SELECTORS, count_pairs, key_pair},
    [BK_TARGET_TRADE_COST] = {"trade_cost", PAIR_SELECTORS, count_pairs, key_pair},
    [BK_TARGET_PRODUCTIVITY] =
        {"productivity", 2, {{"sector", BKI_NOUN_SECTOR}, {"region", BKI_NOUN_REGION}}, count_producers, key_producer},
    [BK_TARGET_PROJECT] = {"project", 1, {{"id", BKI_NOUN_PROJECT}}, count_projects, key_itself},
    [BK_TARGET_FINANCE] = {"finance",
                           3,
                           {{"project", BKI_NOUN_PROJECT}, {"party", BKI_NOUN_PARTY}, {"role", BKI_NOUN_ROLE}},
                           count_finance,
                           key_finance},
};

static uint32_t
country_of_region(const bk_model *model, uint32_t region)
{
    return model->economy.regions[region].country;
}

bki_owners
bki_owners_of(const bk_model *model, bk_target_kind kind, size_t row)
{
    const bk_network_data *network = &model->network;

    switch (kind) {
    case BK_TARGET_LINK:
        return (bki_owners){network->nodes[network->links[row].from].country,
                            network->nodes[network->links[row].to].country};
    case BK_TARGET_TRANSFER:
        return (bki_owners){network->nodes[network->transfers[row].node].country, BK_NONE};
    case BK_TARGET_BORDER:
        return (bki_owners){network->nodes[network->borders[row].node].country, BK_NONE};
    case BK_TARGET_TARIFF:
        return (bki_owners){country_of_region(model, key_pair(model, row, 2)), BK_NONE};
    case BK_TARGET_TRADE_COST:
        return (bki_owners){country_of_region(model, key_pair(model, row, 2)),
                            country_of_region(model, key_pair(model, row, 1))};
    case BK_TARGET_PRODUCTIVITY:
        return (bki_owners){country_of_region(model, key_producer(model, row, 1)), BK_NONE};
    default:
        break;
    }
    return (bki_owners){BK_NONE, BK_NONE};
}

bool
bki_is_adjustable(const bki_attribute *attribute)
{
    return attribute->target_kind != BK_TARGET_LINK ||
           (attribute->column != LINK_OPENS && attribute->column != LINK_CLOSES);
}

/* ---- for the reference ----------------------------------------------------------------------------------------- */

const bk_target_schema *
bk_target_schema_get(bk_target_kind kind, bk_arena *arena)
{
    const bki_target    *target = &bki_targets[kind];
    bk_target_schema    *schema = BK_NEW(arena, bk_target_schema, 1);
    const char         **selectors = BK_NEW(arena, const char *, BKI_MOST_SELECTORS);
    const bki_attribute *attribute;
    size_t               n_all = 0;

    while (bki_attribute_get(n_all) != NULL)
        n_all++;
    const char **attributes = BK_NEW(arena, const char *, n_all);
    if (schema == NULL || selectors == NULL || attributes == NULL)
        return NULL;
    *schema = (bk_target_schema){
        .name = target->name, .n_selectors = target->n_selectors, .selectors = selectors, .attributes = attributes};
    for (size_t s = 0; s < target->n_selectors; s++)
        selectors[s] = target->selectors[s].key;
    for (size_t a = 0; (attribute = bki_attribute_get(a)) != NULL; a++)
        if (attribute->target_kind == kind && bki_is_adjustable(attribute)) {
            schema->file = attribute->table < BKI_STUDY_TABLES ? bki_table_schemas[attribute->table]->file : "";
            attributes[schema->n_attributes++] = bki_attribute_column(attribute)->name;
        }
    return schema;
}
