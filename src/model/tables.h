/* The tables a study may hold and the place of each column in its schema.  A row as read is an array of cells in this
 * order; the last three columns of every table are the common ones, which say where a number comes from. */
#ifndef MODEL_TABLES_H
#define MODEL_TABLES_H

#include "buckle/builder.h"

typedef enum bki_table_id {
    BKI_NODE,
    BKI_LINK,
    BKI_TRANSFER,
    BKI_BORDER,
    BKI_MODE,
    BKI_ZONE,
    BKI_ZONE_SHARE,
    BKI_CONSTANT,
    BKI_REGION,
    BKI_SECTOR,
    BKI_UNIT_VALUE,
    BKI_TRADE,
    BKI_TARIFF,
    BKI_VALUE_ADDED_SHARE,
    BKI_INPUT_SHARE,
    BKI_FINAL_SHARE,
    BKI_AGREEMENT,
    BKI_MEMBER,
    BKI_PREFERENCE,
    BKI_EXTERNAL_TARIFF,
    BKI_SANCTION,
    BKI_BARRIER,
    BKI_PROJECT,
    BKI_EFFECT,
    BKI_FINANCE,
    BKI_OBSERVATION,
    BKI_CORRIDOR,
    BKI_DISTRIBUTION,
    BKI_STATE,
    BKI_PARAMETER,
    BKI_STUDY_TABLES, /* those of a study; what follows comes with scenarios alone */
    BKI_TRADE_COST = BKI_STUDY_TABLES,
    BKI_PRODUCTIVITY,
    BKI_TABLES
} bki_table_id;

#define BKI_COMMON_COLUMNS 3 /* source, confidence, note */

enum { NODE_ID, NODE_NAME, NODE_X, NODE_Y, NODE_TYPE, NODE_COUNTRY, NODE_KIND, NODE_COMMON };
enum {
    LINK_ID,
    LINK_NAME,
    LINK_FROM,
    LINK_TO,
    LINK_DIRECTED,
    LINK_LENGTH,
    LINK_SPEED,
    LINK_MODE,
    LINK_GAUGE,
    LINK_TRACKS,
    LINK_ELECTRIFIED,
    LINK_PRICE,
    LINK_TOLL,
    LINK_CAPACITY,
    LINK_BACKGROUND,
    LINK_HOURS_SD,
    LINK_OPENS,
    LINK_CLOSES,
    LINK_PROJECT,
    LINK_COMMON
};
enum {
    TRANSFER_NODE,
    TRANSFER_FROM_MODE,
    TRANSFER_FROM_GAUGE,
    TRANSFER_TO_MODE,
    TRANSFER_TO_GAUGE,
    TRANSFER_HOURS,
    TRANSFER_HOURS_SD,
    TRANSFER_PRICE,
    TRANSFER_CAPACITY,
    TRANSFER_COMMON
};
enum {
    BORDER_NODE,
    BORDER_MODE,
    BORDER_FROM,
    BORDER_TO,
    BORDER_SIDE,
    BORDER_MEAN_HOURS,
    BORDER_CONTROL_HOURS,
    BORDER_INSPECTED_SHARE,
    BORDER_INSPECTION_HOURS,
    BORDER_HOURS_SD,
    BORDER_PRICE,
    BORDER_LANES,
    BORDER_SERVICE_HOURS,
    BORDER_SERVICE_CV,
    BORDER_TONNES_PER_VEHICLE,
    BORDER_CUSTOMS,
    BORDER_COMMON
};
enum {
    MODE_MODE,
    MODE_SECTOR,
    MODE_ALLOWED,
    MODE_MONEY,
    MODE_HOURS,
    MODE_BORDER_HOURS,
    MODE_LOADING_HOURS,
    MODE_LOADING_PRICE,
    MODE_CONSTANT,
    MODE_CO2,
    MODE_COMMON
};
enum { ZONE_ID, ZONE_REGION, ZONE_NODE, ZONE_SHARE, ZONE_COMMON };
enum { ZONE_SHARE_ZONE, ZONE_SHARE_SECTOR, ZONE_SHARE_ROLE, ZONE_SHARE_SHARE, ZONE_SHARE_COMMON };
enum { CONSTANT_SCREENLINE, CONSTANT_TYPE, CONSTANT_TARGET, CONSTANT_SECTOR, CONSTANT_PRICE, CONSTANT_COMMON };
enum { CORRIDOR_ID, CORRIDOR_NAME, CORRIDOR_TYPE, CORRIDOR_TARGET, CORRIDOR_COMMON };

enum {
    REGION_ID,
    REGION_COUNTRY,
    REGION_NAME,
    REGION_VALUE_ADDED,
    REGION_DEFICIT,
    REGION_POPULATION,
    REGION_LON,
    REGION_LAT,
    REGION_COMMON
};
enum {
    SECTOR_ID,
    SECTOR_NAME,
    SECTOR_ELASTICITY,
    SECTOR_ELASTICITY_SE,
    SECTOR_USD_PER_TONNE,
    SECTOR_TONNES_PER_TEU,
    SECTOR_TIME_COST,
    SECTOR_TRADED,
    SECTOR_COMMON
};
/* trade.csv, tariff.csv, and the trade costs of a scenario: one number for each sector and pair. */
enum { PAIR_SECTOR, PAIR_EXPORTER, PAIR_IMPORTER, PAIR_VALUE, PAIR_COMMON };
enum { UNIT_VALUE_SECTOR, UNIT_VALUE_EXPORTER, UNIT_VALUE_IMPORTER, UNIT_VALUE_VALUE, UNIT_VALUE_COMMON };
/* value_added_share.csv and final_share.csv. */
enum { SHARE_REGION, SHARE_SECTOR, SHARE_SHARE, SHARE_COMMON };
enum { INPUT_REGION, INPUT_USING, INPUT_SUPPLYING, INPUT_SHARE, INPUT_COMMON };
enum { PRODUCTIVITY_SECTOR, PRODUCTIVITY_REGION, PRODUCTIVITY_FACTOR, PRODUCTIVITY_COMMON };

enum {
    AGREEMENT_ID,
    AGREEMENT_NAME,
    AGREEMENT_TYPE,
    AGREEMENT_SIGNED,
    AGREEMENT_IN_FORCE,
    AGREEMENT_ENDED,
    AGREEMENT_PROVISIONAL,
    AGREEMENT_CONCLUDED_BY,
    AGREEMENT_PARTIES,
    AGREEMENT_GOODS_COVERAGE,
    AGREEMENT_TARIFF_EFFECT,
    AGREEMENT_COMMON
};
enum { MEMBER_AGREEMENT, MEMBER_COUNTRY, MEMBER_STATUS, MEMBER_FROM, MEMBER_UNTIL, MEMBER_DUTY_SHARE, MEMBER_COMMON };
enum {
    PREFERENCE_AGREEMENT,
    PREFERENCE_IMPORTER,
    PREFERENCE_EXPORTER,
    PREFERENCE_SECTOR,
    PREFERENCE_RATE,
    PREFERENCE_FACTOR,
    PREFERENCE_CUT,
    PREFERENCE_FROM,
    PREFERENCE_COMMON
};
enum {
    BARRIER_AGREEMENT,
    BARRIER_IMPORTER,
    BARRIER_EXPORTER,
    BARRIER_SECTOR,
    BARRIER_FACTOR,
    BARRIER_FROM,
    BARRIER_COMMON
};
enum { EXTERNAL_OWNER, EXTERNAL_SECTOR, EXTERNAL_RATE, EXTERNAL_KIND, EXTERNAL_COMMON };
enum {
    SANCTION_ID,
    SANCTION_IMPOSED_BY,
    SANCTION_TARGET,
    SANCTION_SECTOR,
    SANCTION_KIND,
    SANCTION_PRICE,
    SANCTION_EFFECT,
    SANCTION_COMMON
};

enum {
    PROJECT_ID,
    PROJECT_NAME,
    PROJECT_COUNTRIES,
    PROJECT_TYPE,
    PROJECT_CAPEX,
    PROJECT_CAPEX_LOW,
    PROJECT_CAPEX_HIGH,
    PROJECT_START,
    PROJECT_OPENS,
    PROJECT_LIFE,
    PROJECT_OPERATION,
    PROJECT_LINKS,
    PROJECT_COMMON
};
enum { EFFECT_PROJECT, EFFECT_TYPE, EFFECT_TARGET, EFFECT_ATTRIBUTE, EFFECT_VALUE, EFFECT_COMMON };
enum {
    FINANCE_PROJECT,
    FINANCE_PARTY,
    FINANCE_ROLE,
    FINANCE_SHARE,
    FINANCE_AMOUNT,
    FINANCE_RATE,
    FINANCE_MATURITY,
    FINANCE_GRACE,
    FINANCE_CONTRACTOR,
    FINANCE_COMMON
};
enum {
    DISTRIBUTION_PARAMETER,
    DISTRIBUTION_TARGET,
    DISTRIBUTION_SELECT,
    DISTRIBUTION_ATTRIBUTE,
    DISTRIBUTION_CHANGE,
    DISTRIBUTION_ACTS,
    DISTRIBUTION_KIND,
    DISTRIBUTION_MEAN,
    DISTRIBUTION_SD,
    DISTRIBUTION_LOW,
    DISTRIBUTION_MODE,
    DISTRIBUTION_HIGH,
    DISTRIBUTION_VALUES,
    DISTRIBUTION_GROUP,
    DISTRIBUTION_CORRELATION,
    DISTRIBUTION_COMMON
};
enum { STATE_ID, STATE_NAME, STATE_GROUP, STATE_PROBABILITY, STATE_CLOSE, STATE_SANCTIONS, STATE_COMMON };
enum {
    OBSERVATION_ID,
    OBSERVATION_KIND,
    OBSERVATION_MEASURE,
    OBSERVATION_LINKS,
    OBSERVATION_ORIGIN,
    OBSERVATION_DESTINATION,
    OBSERVATION_SECTOR,
    OBSERVATION_DIRECTION,
    OBSERVATION_VALUE,
    OBSERVATION_UNIT,
    OBSERVATION_PERIOD,
    OBSERVATION_USE,
    OBSERVATION_RELATIVE_SD,
    OBSERVATION_COMMON,
    OBSERVATION_NOTE = OBSERVATION_COMMON + 2
};
enum {
    PARAMETER_ID,
    PARAMETER_KIND,
    PARAMETER_TARGET,
    PARAMETER_SECTORS,
    PARAMETER_PRIOR_SD,
    PARAMETER_LEAST,
    PARAMETER_MOST,
    PARAMETER_COMMON
};

/* The least of a column whose numbers must be above zero. */
#define BKI_POSITIVE 2.2250738585072014e-308

extern const bk_table_schema *const bki_table_schemas[BKI_TABLES];

/* The number of `schema` in the list above; BKI_TABLES if it is none of them. */
bki_table_id bki_table_number(const bk_table_schema *schema);
/* The last three columns, which buckle counts but does not compute with. */
size_t bki_table_common(const bk_table_schema *schema);
/* The column called `name`, or n_columns. */
size_t bki_column_find(const bk_table_schema *schema, const char *name, size_t length);

/* A number above which a unit was probably mistaken, such as a rate of 6 for 6 percent. */
typedef struct bki_suspicion {
    bki_table_id table;
    size_t       column;
    double       above;
    const char  *question; /* "is it in percent? 0.05 is 5 percent" */
} bki_suspicion;
extern const bki_suspicion bki_suspicions[];
extern const size_t        bki_suspicion_count;

/* Rows of schemas, defined one area a file. */
extern const bk_table_schema bki_node_schema, bki_link_schema, bki_transfer_schema, bki_border_schema, bki_mode_schema,
    bki_zone_schema, bki_zone_share_schema, bki_constant_schema, bki_corridor_schema;
extern const bk_table_schema bki_region_schema, bki_sector_schema, bki_unit_value_schema, bki_trade_schema,
    bki_tariff_schema, bki_value_added_share_schema, bki_input_share_schema, bki_final_share_schema,
    bki_trade_cost_schema, bki_productivity_schema;
extern const bk_table_schema bki_agreement_schema, bki_member_schema, bki_preference_schema, bki_external_tariff_schema,
    bki_sanction_schema, bki_barrier_schema;
extern const bk_table_schema bki_distribution_schema, bki_state_schema;
extern const bk_table_schema bki_project_schema, bki_effect_schema, bki_finance_schema, bki_observation_schema,
    bki_parameter_schema;

/* How the files of schemas write a column: name, unit or "", meaning; kinds and ranges by the macro. */
#define COLUMN_ID(name, meaning)                                                                                       \
    {                                                                                                                  \
        name, BK_CELL_ID, true, false, 0, 0, "", meaning                                                               \
    }
#define COLUMN_REFERENCE(name, meaning)                                                                                \
    {                                                                                                                  \
        name, BK_CELL_ID, false, true, 0, 0, "", meaning                                                               \
    }
#define COLUMN_TEXT(name, meaning)                                                                                     \
    {                                                                                                                  \
        name, BK_CELL_TEXT, false, true, 0, 0, "", meaning                                                             \
    }
#define COLUMN_FLAG(name, meaning)                                                                                     \
    {                                                                                                                  \
        name, BK_CELL_FLAG, false, true, 0, 0, "", meaning                                                             \
    }
#define COLUMN_DATE(name, meaning)                                                                                     \
    {                                                                                                                  \
        name, BK_CELL_DATE, false, true, 0, 0, "", meaning                                                             \
    }
#define COLUMN_NUMBER(name, least, most, unit, meaning)                                                                \
    {                                                                                                                  \
        name, BK_CELL_NUMBER, true, false, least, most, unit, meaning                                                  \
    }
#define COLUMN_OPTIONAL(name, least, most, unit, meaning)                                                              \
    {                                                                                                                  \
        name, BK_CELL_NUMBER, false, true, least, most, unit, meaning                                                  \
    }
#define COLUMN_INTEGER(name, least, most, unit, meaning)                                                               \
    {                                                                                                                  \
        name, BK_CELL_INTEGER, false, true, least, most, unit, meaning                                                 \
    }
#define COLUMNS_COMMON(first)                                                                                          \
    [first] = COLUMN_TEXT("source", "Where the row comes from: a citation, or the facts row it was derived from."),    \
    [(first) + 1] = COLUMN_TEXT("confidence", "reported, derived or estimate; the weakest number of the row."),        \
    [(first) + 2] = COLUMN_TEXT("note", "Free text for people.")
#define TABLE_SCHEMA(symbol, file_name, text, columns_array)                                                           \
    const bk_table_schema symbol = {file_name, text, sizeof(columns_array) / sizeof *(columns_array), columns_array}

#endif
