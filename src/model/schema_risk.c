/* Columns of the files in risk/. */
#include "model/tables.h"

static const bk_column_schema distribution_columns[] = {
    [DISTRIBUTION_PARAMETER] =
        COLUMN_ID("parameter", "Name of what is not known; rows of one name share one draw, at the same quantile."),
    [DISTRIBUTION_TARGET] = COLUMN_ID("target", "What it is a number of, as in a scenario's adjust: link, border, "
                                                "transfer, mode, sector, tariff, trade_cost, productivity, project."),
    [DISTRIBUTION_SELECT] = COLUMN_TEXT(
        "select", "Which rows of it, as key=name or key=name,name by spaces: mode=rail country=KAZ,CHN; empty: all."),
    [DISTRIBUTION_ATTRIBUTE] = COLUMN_ID("attribute", "A column of the target's file."),
    [DISTRIBUTION_CHANGE] = COLUMN_TEXT(
        "change", "What the draw is: factor on the number (where empty), value in its place, or add to it."),
    [DISTRIBUTION_ACTS] = COLUMN_TEXT(
        "acts", "base: the base year was not measured well, so base and scenario change; future: what comes, with the "
                "scenario and without it. Empty: base, for trade_cost and productivity future."),
    [DISTRIBUTION_KIND] =
        COLUMN_ID("kind", "normal, lognormal (both by mean and sd, cut off at low and high if given), uniform (low, "
                          "high), triangular (low, mode, high), beta (mean, sd on low to high) or discrete (values)."),
    [DISTRIBUTION_MEAN] = COLUMN_OPTIONAL("mean", -1e15, 1e15, "", "Mean."),
    [DISTRIBUTION_SD] = COLUMN_OPTIONAL("sd", 0, 1e15, "", "Standard deviation."),
    [DISTRIBUTION_LOW] = COLUMN_OPTIONAL("low", -1e15, 1e15, "", "Least value; empty: none."),
    [DISTRIBUTION_MODE] = COLUMN_OPTIONAL("mode", -1e15, 1e15, "", "Most likely value."),
    [DISTRIBUTION_HIGH] = COLUMN_OPTIONAL("high", -1e15, 1e15, "", "Largest value; empty: none."),
    [DISTRIBUTION_VALUES] = COLUMN_TEXT("values", "Of a discrete kind, as value:probability by spaces: 0.8:0.3 1:0.7."),
    [DISTRIBUTION_GROUP] = COLUMN_TEXT("group", "Parameters that move together; empty: it moves alone."),
    [DISTRIBUTION_CORRELATION] = COLUMN_OPTIONAL(
        "correlation", 0, 1, "", "Of the normal scores of any two of the group, the same in all its rows; empty: 0."),
    COLUMNS_COMMON(DISTRIBUTION_COMMON),
};
TABLE_SCHEMA(bki_distribution_schema, "risk/distribution.csv",
             "Numbers that are not known, and how far they may be off.", distribution_columns);

static const bk_column_schema state_columns[] = {
    [STATE_ID] = COLUMN_ID("state", "Name of a state the world may come to be in."),
    [STATE_NAME] = COLUMN_TEXT("name", "Name for people; the state if empty."),
    [STATE_GROUP] = COLUMN_TEXT("group", "States that exclude each other; empty: it comes or not whatever others do."),
    [STATE_PROBABILITY] = COLUMN_NUMBER("probability", 0, 1, "", "That it comes, in the years the answer is about."),
    [STATE_CLOSE] = COLUMN_TEXT("close", "Links, borders or nodes closed, by spaces, as in a scenario."),
    [STATE_SANCTIONS] = COLUMN_TEXT("sanctions", "Of policy/sanction.csv, active, by spaces."),
    COLUMNS_COMMON(STATE_COMMON),
};
TABLE_SCHEMA(bki_state_schema, "risk/state.csv", "Closures and sanctions that may come, with their probabilities.",
             state_columns);
