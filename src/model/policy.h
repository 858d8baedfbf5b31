/* Who is in what on a day, and the tariffs that follow.  The state of a scenario is that of the base year with some
 * countries joined and others left. */
#ifndef MODEL_POLICY_H
#define MODEL_POLICY_H

#include "model/parse.h"
#include "buckle/model.h"

#define BKI_END_OF_YEAR(year) ((year)*10000 + 1231)

/* Who is a party to what: rows of agreements, columns of countries, in the order of the model. */
typedef struct bki_membership {
    const bk_model *model;
    bool           *in_force; /* [n_agreements] */
    bool           *party;    /* [n_agreements][n_countries] of an agreement in force */
    bool           *joined;   /* [n_agreements][n_countries] by the scenario, as a member of a union among them */
    bool           *left;     /* [n_agreements][n_countries] likewise */
} bki_membership;

/* An observer, a candidate or one who imposes is no party. */
bool bki_status_is_party(const char *status);
/* The state at the end of the base year.  BK_ERR_NO_MEMORY if memory is short. */
bk_status bki_membership_base(const bk_model *model, bk_arena *arena, bki_membership *out);
uint32_t  bki_find_agreement(const bk_model *model, bki_text name);
uint32_t  bki_find_country(const bk_model *model, bki_text name);
/* Adds the countries named by `words`: countries, and agreements standing for their parties.  `parties_of` BK_NONE, or
 * the agreement whose parties an empty text means.  `out` [n_countries]. */
void bki_expand_group(const bki_membership *membership, const char *words, uint32_t parties_of, bool *out);

/* What a country charges everyone, or NaN where no table says. */
double bki_external_rate(const bki_membership *membership, size_t country, size_t sector);
/* The schedule that policy implies, [n_sectors][n_countries importer][n_countries exporter] ad valorem; NaN where no
 * external tariff is known for the importer. */
bk_status bki_policy_rates(const bki_membership *membership, bk_arena *arena, double **out);
/* The union whose common external tariff a country applies since the scenario, or BK_NONE. */
uint32_t bki_joined_union(const bki_membership *membership, size_t country);
bool     bki_left_union(const bki_membership *membership, size_t country);

/* The bans of sanctions that are active, in the model `model`. */
bk_status bki_build_bans(const bk_model *model, const bki_membership *membership, bk_arena *arena, size_t *n_out,
                         const bk_transit_ban **out);

#endif
