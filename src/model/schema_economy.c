/* Columns of the files in economy/, and of a scenario's tables of trade costs and productivity. */
#include "model/tables.h"

static const bk_column_schema region_columns[] = {
    [REGION_ID] = COLUMN_ID("region", "Name of the region."),
    [REGION_COUNTRY] = COLUMN_REFERENCE("country", "Country, ISO 3166-1 alpha-3; empty: the region's own name."),
    [REGION_NAME] = COLUMN_TEXT("name", "Name for people; the region if empty."),
    [REGION_VALUE_ADDED] = COLUMN_NUMBER("value_added", BKI_POSITIVE, 1e300, "money", "Value added of the base year."),
    [REGION_DEFICIT] = COLUMN_OPTIONAL("deficit", -1e300, 1e300, "money",
                                       "Imports less exports, before tariff; empty: what trade.csv adds up to."),
    [REGION_POPULATION] = COLUMN_OPTIONAL("population", 0, 1e12, "persons", "Population; empty: unknown."),
    [REGION_LON] = COLUMN_OPTIONAL("lon", -180, 180, "degrees", "Longitude of its label, WGS 84."),
    [REGION_LAT] = COLUMN_OPTIONAL("lat", -90, 90, "degrees", "Latitude of its label, WGS 84."),
    COLUMNS_COMMON(REGION_COMMON),
};
TABLE_SCHEMA(bki_region_schema, "economy/region.csv", "Economies, or regions of them.", region_columns);

static const bk_column_schema sector_columns[] = {
    [SECTOR_ID] = COLUMN_ID("sector", "Name of the sector."),
    [SECTOR_NAME] = COLUMN_TEXT("name", "Name for people; the sector if empty."),
    [SECTOR_ELASTICITY] = COLUMN_OPTIONAL("trade_elasticity", BKI_POSITIVE, 1000, "",
                                          "Trade elasticity theta (Armington: elasticity of substitution less 1)."),
    [SECTOR_ELASTICITY_SE] = COLUMN_OPTIONAL("elasticity_se", 0, 1000, "", "Its standard error; empty: unknown."),
    [SECTOR_USD_PER_TONNE] = COLUMN_OPTIONAL("usd_per_tonne", 0, 1e12, "USD/t",
                                             "Value of a tonne; empty or 0: weightless, pays no transport."),
    [SECTOR_TONNES_PER_TEU] =
        COLUMN_OPTIONAL("tonnes_per_teu", 0, 100, "t", "Load of a 20-foot container; empty: unknown."),
    [SECTOR_TIME_COST] = COLUMN_OPTIONAL("time_cost_per_day", 0, 10, "1/day",
                                         "Share of its value a good loses by a day on the way; empty: 0."),
    [SECTOR_TRADED] = COLUMN_FLAG("traded", "0: not traded between regions; empty: 1."),
    COLUMNS_COMMON(SECTOR_COMMON),
};
TABLE_SCHEMA(bki_sector_schema, "economy/sector.csv", "Sectors of the economy, which are also the classes of freight.",
             sector_columns);

static const bk_column_schema unit_value_columns[] = {
    [UNIT_VALUE_SECTOR] = COLUMN_ID("sector", "Sector."),
    [UNIT_VALUE_EXPORTER] = COLUMN_ID("exporter", "Exporting region."),
    [UNIT_VALUE_IMPORTER] =
        COLUMN_REFERENCE("importer", "Importing region; empty: every one without a row of its own."),
    [UNIT_VALUE_VALUE] = COLUMN_NUMBER("usd_per_tonne", BKI_POSITIVE, 1e12, "USD/t",
                                       "Value of a tonne; where there is no row, that of sector.csv."),
    COLUMNS_COMMON(UNIT_VALUE_COMMON),
};
TABLE_SCHEMA(bki_unit_value_schema, "economy/unit_value.csv", "Values per tonne that differ by exporter or pair.",
             unit_value_columns);

static const bk_column_schema trade_columns[] = {
    [PAIR_SECTOR] = COLUMN_ID("sector", "Sector."),
    [PAIR_EXPORTER] = COLUMN_ID("exporter", "Exporting region."),
    [PAIR_IMPORTER] = COLUMN_ID("importer", "Importing region; the exporter itself for own sales."),
    [PAIR_VALUE] = COLUMN_NUMBER("value", 0, 1e300, "money", "Value at the exporter's border, before tariff."),
    COLUMNS_COMMON(PAIR_COMMON),
};
TABLE_SCHEMA(bki_trade_schema, "economy/trade.csv", "Trade of the base year, own sales included; no row: no trade.",
             trade_columns);

static const bk_column_schema tariff_columns[] = {
    [PAIR_SECTOR] = COLUMN_ID("sector", "Sector."),
    [PAIR_EXPORTER] = COLUMN_ID("exporter", "Exporting region."),
    [PAIR_IMPORTER] = COLUMN_ID("importer", "Importing region, which collects it."),
    [PAIR_VALUE] = COLUMN_NUMBER("rate", -0.99, 1000, "", "Ad-valorem rate: 0.05 is 5 percent."),
    COLUMNS_COMMON(PAIR_COMMON),
};
TABLE_SCHEMA(bki_tariff_schema, "economy/tariff.csv", "Tariffs of the base year, or of a scenario; no row: no tariff.",
             tariff_columns);

static const bk_column_schema value_added_columns[] = {
    [SHARE_REGION] = COLUMN_ID("region", "Region."),
    [SHARE_SECTOR] = COLUMN_ID("sector", "Sector."),
    [SHARE_SHARE] = COLUMN_NUMBER("share", BKI_POSITIVE, 1, "", "Value added as a share of gross output."),
    COLUMNS_COMMON(SHARE_COMMON),
};
TABLE_SCHEMA(bki_value_added_share_schema, "economy/value_added_share.csv", "One row for each region and sector.",
             value_added_columns);

static const bk_column_schema input_columns[] = {
    [INPUT_REGION] = COLUMN_ID("region", "Region."),
    [INPUT_USING] = COLUMN_ID("using_sector", "Sector that buys the input."),
    [INPUT_SUPPLYING] = COLUMN_ID("supplying_sector", "Sector that makes the input."),
    [INPUT_SHARE] = COLUMN_NUMBER(
        "share", -1, 2, "", "Share of the cost of intermediates; adds up to 1 over supplying sectors; no row: 0."),
    COLUMNS_COMMON(INPUT_COMMON),
};
TABLE_SCHEMA(bki_input_share_schema, "economy/input_share.csv",
             "What each sector buys. May be left out where the share of value added is 1.", input_columns);

static const bk_column_schema final_columns[] = {
    [SHARE_REGION] = COLUMN_ID("region", "Region."),
    [SHARE_SECTOR] = COLUMN_ID("sector", "Sector."),
    [SHARE_SHARE] =
        COLUMN_NUMBER("share", 0, 1, "", "Share of final expenditure; adds up to 1 over sectors; no row: 0."),
    COLUMNS_COMMON(SHARE_COMMON),
};
TABLE_SCHEMA(bki_final_share_schema, "economy/final_share.csv", "What each region buys for final use.", final_columns);

static const bk_column_schema trade_cost_columns[] = {
    [PAIR_SECTOR] = COLUMN_ID("sector", "Sector."),
    [PAIR_EXPORTER] = COLUMN_ID("exporter", "Exporting region."),
    [PAIR_IMPORTER] = COLUMN_ID("importer", "Importing region."),
    [PAIR_VALUE] =
        COLUMN_NUMBER("factor", BKI_POSITIVE, 1000, "", "Multiplies the iceberg cost: 0.98 is 2 percent less."),
    COLUMNS_COMMON(PAIR_COMMON),
};
TABLE_SCHEMA(bki_trade_cost_schema, "scenarios/ trade_costs", "Factors on trade costs, of a scenario's measure.",
             trade_cost_columns);

static const bk_column_schema productivity_columns[] = {
    [PRODUCTIVITY_SECTOR] = COLUMN_ID("sector", "Sector."),
    [PRODUCTIVITY_REGION] = COLUMN_ID("region", "Region."),
    [PRODUCTIVITY_FACTOR] = COLUMN_NUMBER("factor", BKI_POSITIVE, 1000, "", "Divides the unit cost."),
    COLUMNS_COMMON(PRODUCTIVITY_COMMON),
};
TABLE_SCHEMA(bki_productivity_schema, "scenarios/ productivity", "Factors on productivity, of a scenario's measure.",
             productivity_columns);
