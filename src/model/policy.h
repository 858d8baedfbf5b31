/* The inside of the policy engine: one state of who is in what for a day, and the rules that read it.  The base year, a
 * scenario and a look at any day all make such a state, so that they cannot disagree. */
#ifndef MODEL_POLICY_H
#define MODEL_POLICY_H

#include "model/parse.h"
#include "buckle/policy.h"

typedef struct bki_change { /* a join or leave with its names resolved */
    uint32_t    agreement, country;
    bool        join;
    int         date; /* yyyymmdd, 0: on the state's own day */
    const char *file; /* where it was asked for */
    int         line;
    bool        again;    /* joins what it is in already; set by bki_state_change */
    bool        too_soon; /* joins on a day on which the agreement is not in force; likewise */
} bki_change;

typedef struct bki_external { /* an importer's tariff on one sector */
    bk_tariff_basis basis;
    uint32_t        row;         /* of external_tariff.csv, or BK_NONE */
    uint32_t        general_row; /* BK_NONE: no general rate */
} bki_external;

struct bk_policy_state {
    const bk_model *model;
    int             day;
    int            *day_of;     /* [n_agreements] day on which its calendar is read: the state's, or a later join's */
    bool           *in_force;   /* [n_agreements] */
    bool           *forward;    /* [n_agreements] in force by a scenario before its day: its calendar starts at once */
    bool           *party;      /* [n_agreements][n_countries] of an agreement in force */
    uint32_t       *member;     /* [n_agreements][n_countries] row of member.csv that makes it one, or BK_NONE */
    bool           *joined;     /* [n_agreements][n_countries] by the scenario, as a member of a union among them */
    bool           *left;       /* [n_agreements][n_countries] likewise */
    bool           *base_party; /* [n_agreements][n_countries] at the end of the base year */
    bool           *listed;     /* [n_agreements][n_countries] member.csv has a row for it, of any day and status */
    uint32_t       *union_of;   /* [n_countries] whose tariff it applies, or BK_NONE */
    bool           *counts;     /* [n_preferences] the agreement is in force and the row's day has come */
    bool           *importer;   /* [n_preferences][n_countries] grants it, counting already or not */
    bool           *exporter;   /* [n_preferences][n_countries] enjoys it, likewise */
    uint32_t       *pair_first; /* [n_countries importer][n_countries exporter] and one more: into pair_rows */
    uint32_t       *pair_rows;  /* [sum over pairs] rows of preference.csv that count for the pair, in their order */
    bool           *barrier_importer;    /* [n_barriers][n_countries] of those that count */
    bool           *barrier_exporter;    /* [n_barriers][n_countries] likewise */
    bool            knows_most_favoured; /* the study has an agreement that grants it */
    bool           *most_favoured;       /* [n_countries] is a party to one */
    bki_external   *external;            /* [n_countries][n_sectors] */
    uint32_t       *name_rank; /* [n_agreements] place by name, so that no answer depends on the order of rows */
    uint32_t       *by_name;   /* [n_agreements] in that order */
    size_t          n_changes;
    bki_change     *changes; /* [n_changes] those that count on the day */
};

/* ---- states ----------------------------------------------------------------------------------------------------- */

/* The state of a day after `changes` (copied).  BK_ERR_NO_MEMORY if memory is short. */
bk_status bki_state_create(const bk_model *model, int day, const bki_change *changes, size_t n_changes, bk_arena *arena,
                           bk_policy_state **out);
/* What the parts of a state need of it, in this order (policy_state.c calls them). */
bk_status bki_state_groups(bk_policy_state *state, bk_arena *arena);   /* who grants and enjoys each row */
bk_status bki_state_external(bk_policy_state *state, bk_arena *arena); /* external tariffs */

static inline bool
bki_is_party(const bk_policy_state *state, size_t agreement, size_t country)
{
    return state->party[agreement * state->model->n_countries + country];
}

/* ---- facts about agreements ------------------------------------------------------------------------------------- */

typedef enum bki_status_meaning { BKI_IS_PARTY, BKI_IS_NO_PARTY, BKI_IS_UNKNOWN } bki_status_meaning;
bki_status_meaning bki_status_of_member(const char *status);

/* The first day of an agreement, applied provisionally or in force; 0 if it has none. */
int  bki_agreement_start(const bk_agreement *agreement);
bool bki_agreement_holds(const bk_agreement *agreement, int day);
bool bki_member_holds(const bk_member *member, int day);
/* Whether the customs union is a party to the agreement as one: agreement.csv says so, or a preference under it names
 * the union. */
bool bki_concluded_by(const bk_model *model, size_t agreement, size_t customs_union);
/* Whether its parties give each other tariffs that outsiders do not get. */
bool bki_is_preferential(const bk_policy *policy, size_t agreement);
bool bki_grants_most_favoured(const bk_agreement *agreement);

uint32_t bki_find_agreement(const bk_model *model, bki_text name);
uint32_t bki_find_country(const bk_model *model, bki_text name);
/* Adds the countries named by `words`: countries, and agreements standing for their parties.  `out` [n_countries]. */
void bki_expand_group(const bk_policy_state *state, const char *words, bool *out);

/* A member of the union that is no party to a preferential agreement to which `country`, another member, is one, while
 * the union itself has not concluded it; BK_NONE if all is well. */
uint32_t bki_left_alone(const bk_policy_state *state, size_t customs_union, size_t agreement, size_t country);
/* Another customs union the country is in, where neither has concluded the other; BK_NONE: none. */
uint32_t bki_other_union(const bk_policy_state *state, size_t customs_union, size_t country);
/* The union that makes a and b one customs territory, or BK_NONE. */
uint32_t bki_shared_union(const bk_policy_state *state, uint32_t a, uint32_t b);

/* ---- rates ------------------------------------------------------------------------------------------------------ */

/* The schedule that policy implies, [n_sectors][n_countries importer][n_countries exporter] ad valorem; NaN where none
 * is known. */
bk_status bki_policy_rates(const bk_policy_state *state, bk_arena *arena, double **out);

/* ---- pooled duties --------------------------------------------------------------------------------------------- */

/* The share of the union's pooled duties that member.csv gives the country: the row that makes it a party, else the
 * largest of all its rows there, as a joiner has one of another status; 0: none. */
double bki_duty_share(const bk_policy_state *state, uint32_t agreement, uint32_t country);
/* Whether the country is a party to a customs union that pools its duties, of which member.csv gives it no share. */
bool bki_keeps_own_duties(const bk_policy_state *state, uint32_t agreement, uint32_t country);
/* Pools and quotas of the model's regions, as bk_economy has them.  The quota of a country is
 * its share over those of all members with a region, and its regions have theirs by value added. */
bk_status bki_duty_pools(const bk_policy_state *state, bk_arena *arena, const uint32_t **pool, const double **quota);

/* One row of preference.csv or barrier.csv that may hold for a pair and sector. */
typedef struct bki_candidate {
    uint32_t row;
    int      from;     /* yyyymmdd, the start of the agreement where the row has none */
    bool     specific; /* names the sector */
} bki_candidate;
/* Above 0 if a goes before b, 0 if they are equally precise. */
int           bki_precedence(const bki_candidate *a, const bki_candidate *b);
bki_candidate bki_preference_candidate(const bk_policy_state *state, uint32_t row);
/* Whether the row is for the pair and sector, counting already or not. */
bool bki_preference_is_for(const bk_policy_state *state, uint32_t row, size_t importer, size_t exporter, size_t sector);

/* The bans of sanctions that are active, in the model `model`. */
bk_status bki_build_bans(const bk_model *model, const bk_policy_state *state, bk_arena *arena, size_t *n_out,
                         const bk_transit_ban **out);

#endif
