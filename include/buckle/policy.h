/* Who may trade with whom at which rate on a day, and why: customs unions, free-trade agreements with phase-in,
 * most-favoured-nation and general rates, sanctions, non-tariff barriers.  The same rules give the tariffs that change
 * when a scenario lets a country join or leave (bk_scenario_apply), so that the two never disagree.
 *
 * Rules (General Agreement on Tariffs and Trade, Articles I and XXIV; docs/explanation/policy.md):
 * 1. Within a customs union the rate is 0, unless rows of the union itself in preference.csv say otherwise for the pair
 *    and sector.
 * 2. What an importer charges everyone else is its external tariff: its own `mfn` rows, which hold what it applied in
 *    the base year; of a union it was not in then, the union's common external tariff; after it has left the union of
 *    the base year, its `national_outside_union` rows.
 * 3. Under an agreement in force the row that names the sector and has the latest `from` day holds; of all agreements
 *    the lowest rate holds, and never more than without any.
 * 4. Without a preference, two members of the World Trade Organization pay the most-favoured-nation rate; any other
 * pair the importer's `general` rate, or the former where no general rate is listed. */
#ifndef BUCKLE_POLICY_H
#define BUCKLE_POLICY_H

#include "buckle/model.h"

typedef struct bk_policy_state bk_policy_state; /* who is in what on a day; held by an arena, immutable */

/**
 * The policy of a day, as the calendar of the study has it and with the joins and leaves of a scenario.
 *
 * Input    `day` yyyymmdd, a day of the calendar; `scenario` NULL: none.  A join or leave with a date later than `day`
 *          does not count yet; one without a date counts on any day.
 * Output   `*out`, held by `arena`; `model` must outlive it
 * Returns  BK_OK, BK_ERR_REFERENCE (names in the scenario), BK_ERR_NO_MEMORY
 */
bk_status bk_policy_on(bk_context *ctx, const bk_model *model, int day, const bk_scenario *scenario, bk_arena *arena,
                       const bk_policy_state **out);

/* "2023-06-01" as 20230601; false if it is no day of the Gregorian calendar. */
bool bk_day_parse(const char *text, int *out);
/* The last day of the base year: tariff.csv is of that day. */
int bk_policy_base_day(const bk_model *model);

/* Whether the country is a party to the agreement, which is in force.  `*member` (unless NULL) the row of member.csv
 * that says so, BK_NONE where a union's membership or a scenario makes it one. */
bool bk_policy_is_party(const bk_policy_state *state, uint32_t agreement, uint32_t country, uint32_t *member);
/* The customs union whose external tariff the country applies, or BK_NONE. */
uint32_t bk_policy_union_of(const bk_policy_state *state, uint32_t country);

/* ---- rates ------------------------------------------------------------------------------------------------------ */

typedef enum bk_regime {
    BK_REGIME_DOMESTIC,
    BK_REGIME_CUSTOMS_UNION,
    BK_REGIME_PREFERENCE,
    BK_REGIME_MOST_FAVOURED_NATION,
    BK_REGIME_GENERAL,
    BK_REGIME_UNKNOWN /* no table says: there is no rate */
} bk_regime;
const char *bk_regime_name(bk_regime regime); /* "customs-union" */

typedef enum bk_tariff_basis { /* where the rate without preference comes from */
                               BK_BASIS_UNKNOWN,
                               BK_BASIS_OWN,             /* mfn row of the importer */
                               BK_BASIS_COMMON_EXTERNAL, /* of its customs union */
                               BK_BASIS_NATIONAL, /* national_outside_union row: it has left the union of the base year
                                                   */
                               BK_BASIS_OWN_AS_NATIONAL, /* likewise, but there is no such row: its mfn row is taken */
                               BK_BASIS_GENERAL          /* general row of the importer or its union */
} bk_tariff_basis;
const char *bk_tariff_basis_name(bk_tariff_basis basis); /* "common_external" */

typedef struct bk_offer { /* what one agreement offers a pair and sector */
    uint32_t agreement;
    uint32_t preference; /* row of preference.csv, BK_NONE: free within a customs union */
    double   rate;       /* ad valorem */
} bk_offer;

typedef struct bk_tariff_rule {
    bk_regime       regime;
    double          rate;          /* ad valorem; 0 if the regime is unknown */
    uint32_t        agreement;     /* that gives it, BK_NONE: none */
    uint32_t        preference;    /* row of preference.csv, or BK_NONE */
    bk_tariff_basis basis;         /* of the rate without preference */
    double          external_rate; /* without preference; 0 if its basis is unknown */
    uint32_t        external_row;  /* row of external_tariff.csv, or BK_NONE */
    bool            most_favoured; /* both are members of the World Trade Organization, or the study knows no such */
    size_t          n_offers;
    const bk_offer *offers; /* [n_offers] lowest rate first, ties by name; those that lower nothing too */
} bk_tariff_rule;

/**
 * The rate on goods of a sector from exporter to importer, and the rules that led to it.
 *
 * Input    countries and sector of the model; `offers` room for [n_agreements]
 * Output   `*out`, which points into `offers`
 */
void bk_policy_rule(const bk_policy_state *state, uint32_t importer, uint32_t exporter, uint32_t sector,
                    bk_offer *offers, bk_tariff_rule *out);

/* Factor on the cost of trade that barriers of agreements in force make for the pair; 1 where there is none. */
double bk_policy_trade_cost(const bk_policy_state *state, uint32_t importer, uint32_t exporter, uint32_t sector);

/* Whether the sanction bears on trade between a and b, either way, on that day: it closes their trade, it closes
 * territory of others to it (as bk_transit_ban says), or one of them lies behind an entry that it makes dearer.  A
 * sanction that bears the name of an agreement has that agreement's days. */
bool bk_policy_is_sanctioned(const bk_policy_state *state, uint32_t sanction, uint32_t a, uint32_t b);

/* ---- conflicts -------------------------------------------------------------------------------------------------- */

typedef enum bk_conflict_kind {
    BK_CONFLICT_SIGNED_ALONE,   /* a member of a customs union without the others */
    BK_CONFLICT_UNIONS_OVERLAP, /* one country in two unions, neither of which has concluded the other */
    BK_CONFLICT_NO_RATE,        /* no common external, national or mfn tariff to be found */
    BK_CONFLICT_OTHER_RATE,     /* an mfn row stands in for a national_outside_union row */
    BK_CONFLICT_NOT_IN_FORCE,   /* a party by its row, while the agreement is not in force */
    BK_CONFLICT_JOINED_TWICE,   /* two rows make one country a party on that day, or a scenario joins again */
    BK_CONFLICT_PREFERENCES,    /* two rows of one agreement, equally precise, give one pair two rates */
    BK_CONFLICT_NO_PARTY,       /* a preference names a country that member.csv has not */
    BK_CONFLICT_STATUS,         /* a status that buckle does not know: no effect */
    BK_CONFLICT_DATED,          /* joined on a day on which the agreement is not in force */
    BK_CONFLICT_OWN_DUTIES      /* in a union that pools its import duties, without a share of them */
} bk_conflict_kind;
const char *bk_conflict_name(bk_conflict_kind kind); /* "signed-alone" */

typedef struct bk_policy_conflict {
    bk_conflict_kind kind;
    uint32_t         country;   /* BK_NONE: of no one alone */
    uint32_t         agreement; /* BK_NONE: of none */
    const char      *file;      /* "policy/member.csv", or the scenario's */
    int              line;
    const char      *message; /* one sentence with what was done about it */
} bk_policy_conflict;

/* Every conflict of that day, in the order of kinds, then of rows.  Returns BK_OK or BK_ERR_NO_MEMORY. */
bk_status bk_policy_conflicts(const bk_policy_state *state, bk_arena *arena, size_t *n_out,
                              const bk_policy_conflict **out);

/* ---- the base year's tariffs against policy -----------------------------------------------------------------------
 */

typedef struct bk_tariff_gap {                 /* a row of tariff.csv that policy does not imply */
    uint32_t       sector, importer, exporter; /* regions */
    double         listed;                     /* ad valorem, in tariff.csv */
    bk_tariff_rule rule;
} bk_tariff_gap;

typedef struct bk_tariff_audit {
    size_t               n_compared; /* sectors that are traded x pairs of regions in two countries with a known rate */
    size_t               n_unknown;  /* without a known rate */
    size_t               n_gaps;     /* that differ by more than 1e-5, the last place of five decimals */
    double               mean_gap;   /* absolute, over all compared */
    double               mean_of_gaps; /* absolute, over those that differ; 0 if none */
    size_t               n_worst;
    const bk_tariff_gap *worst; /* [n_worst] largest first, ties by sector, importer, exporter */
} bk_tariff_audit;

/* Compares the model's tariffs with the policy of `state`; keeps at most `most` gaps.  BK_OK or BK_ERR_NO_MEMORY. */
bk_status bk_policy_audit(const bk_policy_state *state, size_t most, bk_arena *arena, bk_tariff_audit *out);

#endif
