/* Tiny policies to ask for rates: the small study of bkt_model.h with files of policy/ of the test's own. */
#ifndef BKT_POLICY_H
#define BKT_POLICY_H

#include "bkt_model.h"
#include "buckle/policy.h"

typedef struct bkt_policy {
    const char *agreement, *member, *preference, *external, *barrier, *sanction; /* rows without header; NULL: none */
    const char *member_head;                                                     /* of `member`; NULL: the usual */
} bkt_policy;

#define BKT_HEAD_AGREEMENT  "agreement,name,type,in_force,ended,provisional,concluded_by\n"
#define BKT_HEAD_MEMBER     "agreement,country,status,from,until\n"
#define BKT_HEAD_PREFERENCE "agreement,importer,exporter,sector,rate,factor,cut_points,from\n"
#define BKT_HEAD_EXTERNAL   "owner,sector,rate,kind\n"
#define BKT_HEAD_BARRIER    "agreement,importer,exporter,sector,factor,from\n"
#define BKT_HEAD_SANCTION   "sanction,imposed_by,target,sector,kind,usd_per_tonne,effect\n"

/* What AAA, BBB and CCC charge on food and ore, in most of the policies. */
#define BKT_MFN                                                                                                        \
    "AAA,food,0.1,mfn\nAAA,ore,0.05,mfn\nBBB,food,0.12,mfn\nBBB,ore,0.06,mfn\nCCC,food,0.2,mfn\nCCC,ore,0.02,mfn\n"

static inline void
bkt_policy_start(bkt_model *self, const bkt_policy *policy)
{
    static char texts[6][4096];
    const char *files[] = {"policy/agreement.csv",       "policy/member.csv",  "policy/preference.csv",
                           "policy/external_tariff.csv", "policy/barrier.csv", "policy/sanction.csv"};
    const char *heads[] = {BKT_HEAD_AGREEMENT,  policy->member_head != NULL ? policy->member_head : BKT_HEAD_MEMBER,
                           BKT_HEAD_PREFERENCE, BKT_HEAD_EXTERNAL,
                           BKT_HEAD_BARRIER,    BKT_HEAD_SANCTION};
    const char *rows[] = {policy->agreement, policy->member,  policy->preference,
                          policy->external,  policy->barrier, policy->sanction};
    bkt_edit    edits[6];

    for (size_t i = 0; i < 6; i++) {
        snprintf(texts[i], sizeof texts[i], "%s%s", heads[i], rows[i] != NULL ? rows[i] : "");
        edits[i] = (bkt_edit){.file = files[i], .new = texts[i]};
    }
    bkt_model_start_edited(self, edits, 6);
}

static inline uint32_t
bkt_country(const bkt_model *self, const char *id)
{
    const uint32_t found = bk_model_find_country(self->model, id);

    if (found == BK_NONE)
        fail_msg("no country %s", id);
    return found;
}

static inline uint32_t
bkt_agreement(const bkt_model *self, const char *id)
{
    for (uint32_t a = 0; a < self->model->policy.n_agreements; a++)
        if (strcmp(self->model->policy.agreements[a].id, id) == 0)
            return a;
    fail_msg("no agreement %s", id);
    return BK_NONE;
}

static inline const bk_policy_state *
bkt_on_with(bkt_model *self, int day, const bk_scenario *scenario)
{
    const bk_policy_state *state;

    if (bk_policy_on(self->ctx, self->model, day, scenario, &self->arena, &state) != BK_OK)
        fail_msg("%s", bk_error_get(self->ctx, 0)->message);
    return state;
}

static inline const bk_policy_state *
bkt_on(bkt_model *self, int day)
{
    return bkt_on_with(self, day, NULL);
}

/* The offers of the last rule asked for. */
static bk_offer bkt_offers[64];

static inline bk_tariff_rule
bkt_rule(const bkt_model *self, const bk_policy_state *state, const char *sector, const char *exporter,
         const char *importer)
{
    bk_tariff_rule rule;

    bk_policy_rule(state, bkt_country(self, importer), bkt_country(self, exporter),
                   bk_model_find_sector(self->model, sector), bkt_offers, &rule);
    return rule;
}

#define bkt_check_rule(self, state, sector, exporter, importer, regime_, rate_)                                        \
    do {                                                                                                               \
        const bk_tariff_rule bkt_r_ = bkt_rule((self), (state), (sector), (exporter), (importer));                     \
        assert_string_equal(bk_regime_name(bkt_r_.regime), bk_regime_name(regime_));                                   \
        bkt_close(bkt_r_.rate, (rate_), 1e-15, 0);                                                                     \
    } while (0)

/* How many conflicts of that kind there are; `*first` the first of them, unless NULL. */
static inline size_t
bkt_conflicts(bkt_model *self, const bk_policy_state *state, bk_conflict_kind kind, bk_policy_conflict *first)
{
    const bk_policy_conflict *all;
    size_t                    n, found = 0;

    if (first != NULL)
        *first = (bk_policy_conflict){.file = "", .message = ""};
    assert_int_equal(bk_policy_conflicts(state, &self->arena, &n, &all), BK_OK);
    for (size_t i = 0; i < n; i++) {
        if (all[i].kind != kind)
            continue;
        if (found++ == 0 && first != NULL)
            *first = all[i];
    }
    return found;
}

#endif
