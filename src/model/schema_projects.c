/* Columns of the files in projects/ and observed/. */
#include "model/tables.h"

static const bk_column_schema project_columns[] = {
    [PROJECT_ID] = COLUMN_ID("project", "Name of the project."),
    [PROJECT_NAME] = COLUMN_TEXT("name", "Name for people; the project if empty."),
    [PROJECT_COUNTRIES] = COLUMN_TEXT("countries", "Countries it lies in, by spaces."),
    [PROJECT_TYPE] = COLUMN_TEXT("type", "new_rail, port, road, digital_border, ..."),
    [PROJECT_CAPEX] = COLUMN_OPTIONAL("capex_usd", 0, 1e15, "USD", "Capital cost; empty: 0."),
    [PROJECT_CAPEX_LOW] = COLUMN_OPTIONAL("capex_low_usd", 0, 1e15, "USD", "Low estimate."),
    [PROJECT_CAPEX_HIGH] = COLUMN_OPTIONAL("capex_high_usd", 0, 1e15, "USD", "High estimate."),
    [PROJECT_START] = COLUMN_INTEGER("construction_start", 1000, 3000, "year", "First year of works."),
    [PROJECT_OPENS] = COLUMN_INTEGER("opens", 1000, 3000, "year", "First year of service."),
    [PROJECT_LIFE] = COLUMN_INTEGER("life_years", 1, 1000, "years", "Years of service; empty: the study's horizon."),
    [PROJECT_OPERATION] = COLUMN_OPTIONAL("operation_share_of_capex", 0, 10, "1/yr",
                                          "Yearly operation and upkeep as a share of capex_usd; empty: 0."),
    [PROJECT_LINKS] = COLUMN_TEXT("links", "Links it builds or betters, by spaces."),
    COLUMNS_COMMON(PROJECT_COMMON),
};
TABLE_SCHEMA(bki_project_schema, "projects/project.csv", "Works a scenario may build; none stands in the base year.",
             project_columns);

static const bk_column_schema effect_columns[] = {
    [EFFECT_PROJECT] = COLUMN_ID("project", "Project."),
    [EFFECT_TYPE] = COLUMN_ID("target_type", "link, transfer or border."),
    [EFFECT_TARGET] = COLUMN_ID("target", "A link_id, a node_id (all its transfers), or "
                                          "node_id|mode|from_country|to_country."),
    [EFFECT_ATTRIBUTE] = COLUMN_ID("attribute", "A column of the target's file."),
    [EFFECT_VALUE] = COLUMN_NUMBER("value", -1e15, 1e15, "", "Replaces what stands there."),
    COLUMNS_COMMON(EFFECT_COMMON),
};
TABLE_SCHEMA(bki_effect_schema, "projects/effect.csv", "What a project changes, beside opening its links.",
             effect_columns);

static const bk_column_schema finance_columns[] = {
    [FINANCE_PROJECT] = COLUMN_ID("project", "Project."),
    [FINANCE_PARTY] = COLUMN_ID("party", "Country, or another party by name."),
    [FINANCE_ROLE] = COLUMN_ID("role", "owner, borrower or grantor."),
    [FINANCE_SHARE] = COLUMN_OPTIONAL("share", 0, 1, "", "Share of the project; empty: 0."),
    [FINANCE_AMOUNT] = COLUMN_OPTIONAL("amount_usd", 0, 1e15, "USD", "Money; empty: 0."),
    [FINANCE_RATE] = COLUMN_OPTIONAL("interest_rate", 0, 10, "1/yr", "Interest: 0.05 is 5 percent; empty: 0."),
    [FINANCE_MATURITY] = COLUMN_INTEGER("maturity_years", 0, 1000, "years", "Years until it is paid back; empty: 0."),
    [FINANCE_GRACE] = COLUMN_INTEGER("grace_years", 0, 1000, "years", "Years of interest alone; empty: 0."),
    [FINANCE_CONTRACTOR] =
        COLUMN_OPTIONAL("contractor_import_share", 0, 1, "", "Share of the works paid abroad; empty: 0."),
    COLUMNS_COMMON(FINANCE_COMMON),
};
TABLE_SCHEMA(bki_finance_schema, "projects/finance.csv", "Who owns, borrows and gives: one row a party and instrument.",
             finance_columns);

static const bk_column_schema observation_columns[] = {
    [OBSERVATION_ID] = COLUMN_ID("observation", "Name of the observation."),
    [OBSERVATION_KIND] = COLUMN_ID("kind", "flow, time, cost, share, ..."),
    [OBSERVATION_MEASURE] = COLUMN_TEXT("measure", "What was measured."),
    [OBSERVATION_LINKS] = COLUMN_TEXT("links", "Links it was measured on, by spaces; *: all; empty: none."),
    [OBSERVATION_ORIGIN] = COLUMN_TEXT("origin", "Where the traffic starts; empty: anywhere."),
    [OBSERVATION_DESTINATION] = COLUMN_TEXT("destination", "Where it ends; empty: anywhere."),
    [OBSERVATION_SECTOR] = COLUMN_REFERENCE("sector", "Sector; empty: all."),
    [OBSERVATION_DIRECTION] = COLUMN_TEXT("direction", "both, out, in, ..."),
    [OBSERVATION_VALUE] = COLUMN_NUMBER("value", -1e300, 1e300, "", "The figure, in the row's unit."),
    [OBSERVATION_UNIT] = COLUMN_TEXT("unit", "t/yr, h, USD/FEU, ..."),
    [OBSERVATION_PERIOD] = COLUMN_TEXT("period", "When it was measured."),
    [OBSERVATION_USE] = COLUMN_ID("use", "calibrate: may be fitted to; validate: may not."),
    [OBSERVATION_RELATIVE_SD] = COLUMN_OPTIONAL("relative_sd", BKI_POSITIVE, 10, "",
                                                "Standard error as a share of the value, for fits; empty: 0.1."),
    COLUMNS_COMMON(OBSERVATION_COMMON),
};
TABLE_SCHEMA(bki_observation_schema, "observed/observation.csv", "What was seen, to fit to or to compare with.",
             observation_columns);

static const bk_column_schema parameter_columns[] = {
    [PARAMETER_ID] = COLUMN_ID("parameter", "Name of what may be fitted."),
    [PARAMETER_KIND] = COLUMN_ID(
        "kind",
        "constant (added to the rows of a screenline of network/constant.csv), mode_constant (added to a mode's "
        "constant_usd_per_tonne), route_noise or background (logarithm of a factor)."),
    [PARAMETER_TARGET] =
        COLUMN_TEXT("target", "The screenline, the mode, or the country whose links carry the background; else empty."),
    [PARAMETER_SECTORS] = COLUMN_TEXT("sectors", "Sectors it is for, by spaces; empty: all."),
    [PARAMETER_PRIOR_SD] =
        COLUMN_NUMBER("prior_sd", BKI_POSITIVE, 1e6, "",
                      "How far it may move before that needs evidence: a standard deviation, USD/t or of a logarithm."),
    [PARAMETER_LEAST] = COLUMN_NUMBER("least", -1e6, 0, "", "Least change, in the same unit."),
    [PARAMETER_MOST] = COLUMN_NUMBER("most", 0, 1e6, "", "Largest change."),
    COLUMNS_COMMON(PARAMETER_COMMON),
};
TABLE_SCHEMA(bki_parameter_schema, "observed/parameter.csv",
             "What `buckle calibrate` may move, from the values of the study.", parameter_columns);
