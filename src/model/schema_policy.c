/* Columns of the files in policy/. */
#include "model/tables.h"

static const bk_column_schema agreement_columns[] = {
    [AGREEMENT_ID] = COLUMN_ID("agreement", "Name of the agreement."),
    [AGREEMENT_NAME] = COLUMN_TEXT("name", "Name for people; the agreement if empty."),
    [AGREEMENT_TYPE] = COLUMN_ID(
        "type", "customs_union..., fta, partial_fta, unilateral_preference, non_preferential, ...; the parties of one "
                "that holds most_favoured_nation, or is called wto, owe each other the mfn rate."),
    [AGREEMENT_SIGNED] = COLUMN_DATE("signed", "Day it was signed."),
    [AGREEMENT_IN_FORCE] = COLUMN_DATE("in_force", "Day it came into force; empty: not in force."),
    [AGREEMENT_ENDED] = COLUMN_DATE("ended", "First day on which it no longer holds; empty: it goes on."),
    [AGREEMENT_PROVISIONAL] =
        COLUMN_DATE("provisional", "Day from which it is applied before it is in force; empty: it is not."),
    [AGREEMENT_CONCLUDED_BY] =
        COLUMN_TEXT("concluded_by", "Customs unions that are a party as one, by spaces: their members are its "
                                    "parties, who joins or leaves them joins or leaves it."),
    [AGREEMENT_PARTIES] = COLUMN_TEXT("parties", "Parties, for people; member.csv decides."),
    [AGREEMENT_GOODS_COVERAGE] = COLUMN_TEXT("goods_coverage", "For people."),
    [AGREEMENT_TARIFF_EFFECT] = COLUMN_TEXT("tariff_effect", "For people; preference.csv decides."),
    COLUMNS_COMMON(AGREEMENT_COMMON),
};
TABLE_SCHEMA(bki_agreement_schema, "policy/agreement.csv", "Customs unions, free-trade areas and other agreements.",
             agreement_columns);

static const bk_column_schema member_columns[] = {
    [MEMBER_AGREEMENT] = COLUMN_ID("agreement", "Agreement."),
    [MEMBER_COUNTRY] = COLUMN_ID("country", "Country; it need not be one of the study's."),
    [MEMBER_STATUS] =
        COLUMN_TEXT("status", "member, party, beneficiary, by protocol, provisional or transition; any other, such as "
                              "observer or candidate, is no party; empty: member."),
    [MEMBER_FROM] = COLUMN_DATE("from", "First day; empty: from the start."),
    [MEMBER_UNTIL] = COLUMN_DATE("until", "Last day; empty: it goes on."),
    [MEMBER_DUTY_SHARE] =
        COLUMN_OPTIONAL("duty_share", 0, 1, "", "Share of a union's pooled import duties; empty: keeps its own."),
    COLUMNS_COMMON(MEMBER_COMMON),
};
TABLE_SCHEMA(bki_member_schema, "policy/member.csv", "Who is in which agreement.", member_columns);

static const bk_column_schema preference_columns[] = {
    [PREFERENCE_AGREEMENT] = COLUMN_ID("agreement", "Agreement."),
    [PREFERENCE_IMPORTER] =
        COLUMN_TEXT("importer", "Countries or agreements (their members), by spaces; empty: every party."),
    [PREFERENCE_EXPORTER] = COLUMN_TEXT("exporter", "Likewise."),
    [PREFERENCE_SECTOR] = COLUMN_REFERENCE("sector", "Sector; empty: every sector."),
    [PREFERENCE_RATE] = COLUMN_OPTIONAL("rate", 0, 1000, "", "The rate itself: 0.05 is 5 percent."),
    [PREFERENCE_FACTOR] = COLUMN_OPTIONAL("factor", 0, 1, "", "Share of the importer's external tariff."),
    [PREFERENCE_CUT] = COLUMN_OPTIONAL("cut_points", 0, 1000, "", "Taken off that tariff: 0.05 is 5 points."),
    [PREFERENCE_FROM] =
        COLUMN_DATE("from", "First day; empty: with the agreement. A later row of the agreement for the "
                            "same goods takes the place of an earlier one."),
    COLUMNS_COMMON(PREFERENCE_COMMON),
};
TABLE_SCHEMA(bki_preference_schema, "policy/preference.csv",
             "Tariffs under agreements: exactly one of rate, factor and cut_points in a row. Within an agreement the "
             "row with the "
             "latest day holds, then one that names the sector; of all agreements the lowest rate.",
             preference_columns);

static const bk_column_schema external_columns[] = {
    [EXTERNAL_OWNER] = COLUMN_ID("owner", "Country, or customs union."),
    [EXTERNAL_SECTOR] = COLUMN_ID("sector", "Sector."),
    [EXTERNAL_RATE] = COLUMN_NUMBER("rate", 0, 1000, "", "Ad-valorem rate: 0.05 is 5 percent."),
    [EXTERNAL_KIND] =
        COLUMN_ID("kind", "mfn (as applied now), common_external (of a union), national_outside_union (what a "
                          "member would apply outside), or general (on goods of those without "
                          "most-favoured-nation treatment)."),
    COLUMNS_COMMON(EXTERNAL_COMMON),
};
TABLE_SCHEMA(bki_external_tariff_schema, "policy/external_tariff.csv",
             "Tariffs on those without preference; needed where a scenario joins or leaves.", external_columns);

static const bk_column_schema sanction_columns[] = {
    [SANCTION_ID] = COLUMN_ID("sanction", "Name of the sanction."),
    [SANCTION_IMPOSED_BY] = COLUMN_ID("imposed_by", "Countries or agreements (their members), by spaces."),
    [SANCTION_TARGET] = COLUMN_ID("target", "Likewise."),
    [SANCTION_SECTOR] = COLUMN_REFERENCE("sector", "Sector; empty: every sector."),
    [SANCTION_KIND] =
        COLUMN_ID("kind", "trade (closes trade between the two), transit_ban (closes the targets' territory to "
                          "trade of those who impose it with others) or transit_cost (a constant on every "
                          "entry into a target)."),
    [SANCTION_PRICE] = COLUMN_OPTIONAL("usd_per_tonne", 0, 1e6, "USD/t", "The constant of a transit_cost."),
    [SANCTION_EFFECT] =
        COLUMN_TEXT("effect", "in_base: the base year already holds its effect; close or empty: a scenario "
                              "brings it in."),
    COLUMNS_COMMON(SANCTION_COMMON),
};
TABLE_SCHEMA(bki_sanction_schema, "policy/sanction.csv", "Sanctions a scenario may bring in.", sanction_columns);

static const bk_column_schema barrier_columns[] = {
    [BARRIER_AGREEMENT] = COLUMN_ID("agreement", "Agreement whose parties it is for."),
    [BARRIER_IMPORTER] =
        COLUMN_TEXT("importer", "Countries or agreements (their members), by spaces; empty: every party."),
    [BARRIER_EXPORTER] = COLUMN_TEXT("exporter", "Likewise."),
    [BARRIER_SECTOR] = COLUMN_REFERENCE("sector", "Sector; empty: every sector."),
    [BARRIER_FACTOR] = COLUMN_NUMBER("factor", BKI_POSITIVE, 1000, "",
                                     "On the iceberg cost of trade: 0.98 makes it 2 percent cheaper."),
    [BARRIER_FROM] = COLUMN_DATE("from", "First day; empty: with the agreement."),
    COLUMNS_COMMON(BARRIER_COMMON),
};
TABLE_SCHEMA(bki_barrier_schema, "policy/barrier.csv",
             "What agreements do to the cost of trade beside tariffs. The base year holds those of its day; a scenario "
             "that joins or leaves changes the cost by those that begin or cease to hold.",
             barrier_columns);
