/* The columns that a project may change of links, transfers and borders, and a scenario of more.  Those that would lay
 * the network anew (ends, mode, gauge) are not among them, nor is mean_hours, which only checks others, nor the values
 * of a tonne, which the tonnes of the base year follow from.  Values of time (time_cost_per_day) are for a doubt about
 * the base year alone: a joint solve refuses a scenario with others than its base. */
#include "model/build.h"

#include <stddef.h>
#include <string.h>

static const bki_attribute attributes[] = {
    {BK_TARGET_LINK, BKI_LINK, LINK_LENGTH, offsetof(bk_link, km), 'd'},
    {BK_TARGET_LINK, BKI_LINK, LINK_SPEED, offsetof(bk_link, kmh), 'd'},
    {BK_TARGET_LINK, BKI_LINK, LINK_PRICE, offsetof(bk_link, usd_per_tonne_km), 'd'},
    {BK_TARGET_LINK, BKI_LINK, LINK_TOLL, offsetof(bk_link, toll), 'd'},
    {BK_TARGET_LINK, BKI_LINK, LINK_CAPACITY, offsetof(bk_link, capacity), 'd'},
    {BK_TARGET_LINK, BKI_LINK, LINK_BACKGROUND, offsetof(bk_link, background), 'd'},
    {BK_TARGET_LINK, BKI_LINK, LINK_HOURS_SD, offsetof(bk_link, hours_sd), 'd'},
    {BK_TARGET_LINK, BKI_LINK, LINK_TRACKS, offsetof(bk_link, tracks), 'i'},
    {BK_TARGET_LINK, BKI_LINK, LINK_ELECTRIFIED, offsetof(bk_link, electrified), 'b'},
    {BK_TARGET_LINK, BKI_LINK, LINK_OPENS, offsetof(bk_link, opens), 'i'},
    {BK_TARGET_LINK, BKI_LINK, LINK_CLOSES, offsetof(bk_link, closes), 'i'},
    {BK_TARGET_TRANSFER, BKI_TRANSFER, TRANSFER_HOURS, offsetof(bk_transfer, hours), 'd'},
    {BK_TARGET_TRANSFER, BKI_TRANSFER, TRANSFER_HOURS_SD, offsetof(bk_transfer, hours_sd), 'd'},
    {BK_TARGET_TRANSFER, BKI_TRANSFER, TRANSFER_PRICE, offsetof(bk_transfer, usd_per_tonne), 'd'},
    {BK_TARGET_TRANSFER, BKI_TRANSFER, TRANSFER_CAPACITY, offsetof(bk_transfer, capacity), 'd'},
    {BK_TARGET_BORDER, BKI_BORDER, BORDER_CONTROL_HOURS, offsetof(bk_border, control_hours), 'd'},
    {BK_TARGET_BORDER, BKI_BORDER, BORDER_INSPECTED_SHARE, offsetof(bk_border, inspected_share), 'd'},
    {BK_TARGET_BORDER, BKI_BORDER, BORDER_INSPECTION_HOURS, offsetof(bk_border, inspection_hours), 'd'},
    {BK_TARGET_BORDER, BKI_BORDER, BORDER_HOURS_SD, offsetof(bk_border, hours_sd), 'd'},
    {BK_TARGET_BORDER, BKI_BORDER, BORDER_PRICE, offsetof(bk_border, usd_per_tonne), 'd'},
    {BK_TARGET_BORDER, BKI_BORDER, BORDER_LANES, offsetof(bk_border, lanes), 'd'},
    {BK_TARGET_BORDER, BKI_BORDER, BORDER_SERVICE_HOURS, offsetof(bk_border, service_hours), 'd'},
    {BK_TARGET_BORDER, BKI_BORDER, BORDER_SERVICE_CV, offsetof(bk_border, service_cv), 'd'},
    {BK_TARGET_BORDER, BKI_BORDER, BORDER_TONNES_PER_VEHICLE, offsetof(bk_border, tonnes_per_vehicle), 'd'},
    {BK_TARGET_BORDER, BKI_BORDER, BORDER_CUSTOMS, offsetof(bk_border, customs), 'b'},
    {BK_TARGET_MODE, BKI_MODE, MODE_MONEY, offsetof(bk_mode_product, money_factor), 'd'},
    {BK_TARGET_MODE, BKI_MODE, MODE_HOURS, offsetof(bk_mode_product, hours_factor), 'd'},
    {BK_TARGET_MODE, BKI_MODE, MODE_BORDER_HOURS, offsetof(bk_mode_product, border_hours_factor), 'd'},
    {BK_TARGET_MODE, BKI_MODE, MODE_LOADING_HOURS, offsetof(bk_mode_product, loading_hours), 'd'},
    {BK_TARGET_MODE, BKI_MODE, MODE_LOADING_PRICE, offsetof(bk_mode_product, loading_usd_per_tonne), 'd'},
    {BK_TARGET_MODE, BKI_MODE, MODE_CONSTANT, offsetof(bk_mode_product, constant_usd_per_tonne), 'd'},
    {BK_TARGET_MODE, BKI_MODE, MODE_CO2, offsetof(bk_mode_product, kg_co2_per_tonne_km), 'd'},
    {BK_TARGET_SECTOR, BKI_SECTOR, SECTOR_ELASTICITY, offsetof(bk_sector, elasticity), 'd'},
    {BK_TARGET_SECTOR, BKI_SECTOR, SECTOR_TIME_COST, offsetof(bk_sector, time_cost_per_day), 'd'},
    {BK_TARGET_TARIFF, BKI_TARIFF, PAIR_VALUE, 0, 'd'},
    {BK_TARGET_TRADE_COST, BKI_TRADE_COST, PAIR_VALUE, 0, 'd'},
    {BK_TARGET_PRODUCTIVITY, BKI_PRODUCTIVITY, PRODUCTIVITY_FACTOR, 0, 'd'},
    {BK_TARGET_PROJECT, BKI_PROJECT, PROJECT_CAPEX, offsetof(bk_project, capex_usd), 'd'},
    {BK_TARGET_PROJECT, BKI_PROJECT, PROJECT_CAPEX_LOW, offsetof(bk_project, capex_low_usd), 'd'},
    {BK_TARGET_PROJECT, BKI_PROJECT, PROJECT_CAPEX_HIGH, offsetof(bk_project, capex_high_usd), 'd'},
    {BK_TARGET_PROJECT, BKI_PROJECT, PROJECT_START, offsetof(bk_project, construction_start), 'i'},
    {BK_TARGET_PROJECT, BKI_PROJECT, PROJECT_OPENS, offsetof(bk_project, opens), 'i'},
    {BK_TARGET_PROJECT, BKI_PROJECT, PROJECT_LIFE, offsetof(bk_project, life_years), 'i'},
    {BK_TARGET_PROJECT, BKI_PROJECT, PROJECT_OPERATION, offsetof(bk_project, operation_share_of_capex), 'd'},
    {BK_TARGET_FINANCE, BKI_FINANCE, FINANCE_SHARE, offsetof(bk_finance, share), 'd'},
    {BK_TARGET_FINANCE, BKI_FINANCE, FINANCE_AMOUNT, offsetof(bk_finance, amount_usd), 'd'},
    {BK_TARGET_FINANCE, BKI_FINANCE, FINANCE_RATE, offsetof(bk_finance, interest_rate), 'd'},
    {BK_TARGET_FINANCE, BKI_FINANCE, FINANCE_MATURITY, offsetof(bk_finance, maturity_years), 'i'},
    {BK_TARGET_FINANCE, BKI_FINANCE, FINANCE_GRACE, offsetof(bk_finance, grace_years), 'i'},
    {BK_TARGET_FINANCE, BKI_FINANCE, FINANCE_CONTRACTOR, offsetof(bk_finance, contractor_import_share), 'd'},
};

const bki_attribute *
bki_attribute_get(size_t index)
{
    return index < sizeof attributes / sizeof *attributes ? &attributes[index] : NULL;
}

const bk_column_schema *
bki_attribute_column(const bki_attribute *attribute)
{
    return &bki_table_schemas[attribute->table]->columns[attribute->column];
}

const bki_attribute *
bki_attribute_find(bk_target_kind target_kind, const char *name)
{
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++) {
        const bki_attribute *attribute = &attributes[i];
        if (attribute->target_kind == target_kind && strcmp(bki_attribute_column(attribute)->name, name) == 0)
            return attribute;
    }
    return NULL;
}

void
bki_attribute_set(const bki_attribute *attribute, void *target, double value)
{
    char *field = (char *)target + attribute->offset;

    if (attribute->type == 'd')
        memcpy(field, &value, sizeof value);
    else if (attribute->type == 'i')
        memcpy(field, &(int){(int)value}, sizeof(int));
    else
        memcpy(field, &(bool){value != 0.0}, sizeof(bool));
}

bk_names *
bki_attribute_names(bk_arena *arena, bk_target_kind target_kind)
{
    bk_names *names = bk_names_create(arena);

    for (size_t i = 0; names != NULL && i < sizeof attributes / sizeof *attributes; i++) {
        const bki_attribute *attribute = &attributes[i];
        const char          *name = bki_attribute_column(attribute)->name;
        if (attribute->target_kind == target_kind)
            bk_names_intern(names, name, strlen(name));
    }
    return names;
}

double
bki_attribute_read(const bki_attribute *attribute, const void *target)
{
    const char *field = (const char *)target + attribute->offset;

    if (attribute->type == 'd')
        return *(const double *)(const void *)field;
    return attribute->type == 'i' ? *(const int *)(const void *)field : *(const bool *)(const void *)field;
}
