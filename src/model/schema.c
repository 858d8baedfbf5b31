/* The list of the tables buckle reads. */
#include "model/tables.h"

#include <string.h>

const bk_table_schema *const bki_table_schemas[BKI_TABLES] = {
    [BKI_NODE] = &bki_node_schema,
    [BKI_LINK] = &bki_link_schema,
    [BKI_TRANSFER] = &bki_transfer_schema,
    [BKI_BORDER] = &bki_border_schema,
    [BKI_MODE] = &bki_mode_schema,
    [BKI_ZONE] = &bki_zone_schema,
    [BKI_ZONE_SHARE] = &bki_zone_share_schema,
    [BKI_CONSTANT] = &bki_constant_schema,
    [BKI_REGION] = &bki_region_schema,
    [BKI_SECTOR] = &bki_sector_schema,
    [BKI_UNIT_VALUE] = &bki_unit_value_schema,
    [BKI_TRADE] = &bki_trade_schema,
    [BKI_TARIFF] = &bki_tariff_schema,
    [BKI_VALUE_ADDED_SHARE] = &bki_value_added_share_schema,
    [BKI_INPUT_SHARE] = &bki_input_share_schema,
    [BKI_FINAL_SHARE] = &bki_final_share_schema,
    [BKI_AGREEMENT] = &bki_agreement_schema,
    [BKI_MEMBER] = &bki_member_schema,
    [BKI_PREFERENCE] = &bki_preference_schema,
    [BKI_EXTERNAL_TARIFF] = &bki_external_tariff_schema,
    [BKI_SANCTION] = &bki_sanction_schema,
    [BKI_BARRIER] = &bki_barrier_schema,
    [BKI_PROJECT] = &bki_project_schema,
    [BKI_EFFECT] = &bki_effect_schema,
    [BKI_FINANCE] = &bki_finance_schema,
    [BKI_OBSERVATION] = &bki_observation_schema,
    [BKI_CORRIDOR] = &bki_corridor_schema,
    [BKI_DISTRIBUTION] = &bki_distribution_schema,
    [BKI_STATE] = &bki_state_schema,
    [BKI_PARAMETER] = &bki_parameter_schema,
    [BKI_TRADE_COST] = &bki_trade_cost_schema,
    [BKI_PRODUCTIVITY] = &bki_productivity_schema,
};

#define PERCENT "is it in percent? 0.05 is 5 percent"

const bki_suspicion bki_suspicions[] = {
    {BKI_TARIFF, PAIR_VALUE, 3.0, PERCENT},
    {BKI_PREFERENCE, PREFERENCE_RATE, 3.0, PERCENT},
    {BKI_PREFERENCE, PREFERENCE_CUT, 0.9, PERCENT},
    {BKI_EXTERNAL_TARIFF, EXTERNAL_RATE, 3.0, PERCENT},
    {BKI_FINANCE, FINANCE_RATE, 0.5, PERCENT},
    {BKI_PROJECT, PROJECT_OPERATION, 0.5, PERCENT},
    {BKI_SECTOR, SECTOR_TIME_COST, 0.1, PERCENT " a day"},
    {BKI_SECTOR, SECTOR_TONNES_PER_TEU, 30.0, "a 20-foot container holds less"},
    {BKI_LINK, LINK_PRICE, 5.0, "is it in USD per tonne rather than per tonne and km?"},
    {BKI_LINK, LINK_SPEED, 300.0, "is it in km/h?"},
    {BKI_LINK, LINK_LENGTH, 30000.0, "is it in km, not in metres?"},
    {BKI_LINK, LINK_HOURS_SD, 1000.0, "is it in hours?"},
    {BKI_TRANSFER, TRANSFER_HOURS, 2000.0, "is it in hours?"},
    {BKI_BORDER, BORDER_CONTROL_HOURS, 2000.0, "is it in hours?"},
};
const size_t bki_suspicion_count = sizeof bki_suspicions / sizeof *bki_suspicions;

size_t
bk_table_schema_count(void)
{
    return BKI_STUDY_TABLES;
}

const bk_table_schema *
bk_table_schema_get(size_t index)
{
    return index < BKI_STUDY_TABLES ? bki_table_schemas[index] : NULL;
}

const bk_table_schema *
bk_table_schema_find(const char *file)
{
    for (size_t i = 0; i < BKI_STUDY_TABLES; i++)
        if (strcmp(bki_table_schemas[i]->file, file) == 0)
            return bki_table_schemas[i];
    return NULL;
}

const bk_table_schema *
bk_measure_schema(bk_measure_rows kind)
{
    switch (kind) {
    case BK_ROWS_BORDERS:
        return &bki_border_schema;
    case BK_ROWS_TARIFFS:
        return &bki_tariff_schema;
    case BK_ROWS_TRADE_COSTS:
        return &bki_trade_cost_schema;
    case BK_ROWS_PRODUCTIVITY:
        return &bki_productivity_schema;
    }
    return NULL;
}

bki_table_id
bki_table_number(const bk_table_schema *schema)
{
    for (size_t i = 0; i < BKI_TABLES; i++)
        if (bki_table_schemas[i] == schema)
            return (bki_table_id)i;
    return BKI_TABLES;
}

size_t
bki_table_common(const bk_table_schema *schema)
{
    return schema->n_columns - BKI_COMMON_COLUMNS;
}

size_t
bki_column_find(const bk_table_schema *schema, const char *name, size_t length)
{
    for (size_t i = 0; i < schema->n_columns; i++)
        if (strlen(schema->columns[i].name) == length && memcmp(schema->columns[i].name, name, length) == 0)
            return i;
    return schema->n_columns;
}
