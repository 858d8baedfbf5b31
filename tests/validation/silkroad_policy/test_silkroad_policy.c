/* The policy of the built-in study on real days.  Days are those of the treaties (facts/economy/membership.csv and
 * agreements.csv name each source); rates are read here from external_tariff.csv by hand. */
#include "buckle/io.h"

#include "bkt_policy.h"

#define UNION  BK_REGIME_CUSTOMS_UNION
#define BETTER BK_REGIME_PREFERENCE
#define MFN    BK_REGIME_MOST_FAVOURED_NATION

static char silkroad[4096];

static void
start(bkt_model *m)
{
    const char *root = getenv("BUCKLE_ROOT");

    snprintf(silkroad, sizeof silkroad, "%s/studies/silkroad", root != NULL ? root : ".");
    assert_int_equal(bk_context_create(NULL, &m->ctx), BK_OK);
    bk_arena_init(&m->scratch, m->ctx);
    bk_arena_init(&m->arena, m->ctx);
    if (bk_study_read(m->ctx, silkroad, &m->arena, &m->model) != BK_OK)
        fail_msg("%s", bk_error_get(m->ctx, 0)->message);
}

/* Sells machinery from one to the other on that day: the regime and, unless it is the mfn rate, the agreement. */
static void
check(bkt_model *m, int day, const char *exporter, const char *importer, bk_regime regime, const char *agreement)
{
    const bk_tariff_rule rule = bkt_rule(m, bkt_on(m, day), "machinery", exporter, importer);
    const char          *found = rule.agreement != BK_NONE ? m->model->policy.agreements[rule.agreement].id : "";

    if (rule.regime != regime || strcmp(found, agreement) != 0)
        fail_msg("%s to %s on %d: %s by '%s', expected %s by '%s'", exporter, importer, day,
                 bk_regime_name(rule.regime), found, bk_regime_name(regime), agreement);
}

static void
the_eurasian_union_grows_by_its_treaties(void **state)
{
    bkt_model m;

    (void)state;
    start(&m);
    check(&m, 20230601, "RUS", "KAZ", UNION, "eaeu");
    bkt_check_rule(&m, bkt_on(&m, 20230601), "machinery", "RUS", "KAZ", UNION, 0);
    check(&m, 20141231, "RUS", "KAZ", UNION, "eacu"); /* the Customs Union before it */
    check(&m, 20150101, "RUS", "KAZ", UNION, "eaeu");
    check(&m, 20150101, "ARM", "KAZ", BETTER, "cis-fta"); /* Armenia: 2 January 2015 */
    check(&m, 20150102, "ARM", "KAZ", UNION, "eaeu");
    check(&m, 20150811, "KGZ", "KAZ", BETTER, "cis-fta"); /* the Kyrgyz Republic: 12 August 2015 */
    check(&m, 20150812, "KGZ", "KAZ", UNION, "eaeu");
    check(&m, 20150812, "KAZ", "KGZ", UNION, "eaeu");
    bkt_model_stop(&m);
}

static void
outsiders_pay_the_unions_tariff_as_kazakhstan_applies_it(void **state)
{
    bkt_model m;

    (void)state;
    start(&m);
    const bk_policy_state *day = bkt_on(&m, 20230601);
    const bk_tariff_rule   rule = bkt_rule(&m, day, "food", "CHN", "KAZ");
    assert_int_equal(rule.regime, MFN);
    assert_int_equal(rule.basis, BK_BASIS_OWN);
    bkt_close(rule.rate, 0.057, 1e-15, 0); /* policy/external_tariff.csv:2 */
    assert_int_equal(m.model->policy.external_tariffs[rule.external_row].line, 2);
    assert_true(rule.most_favoured);
    assert_int_equal(bk_policy_union_of(day, bkt_country(&m, "KAZ")), bkt_agreement(&m, "eaeu"));
    /* Kazakhstan joined the WTO on 30 November 2015 */
    assert_false(bkt_rule(&m, bkt_on(&m, 20151129), "food", "CHN", "KAZ").most_favoured);
    assert_true(bkt_rule(&m, bkt_on(&m, 20151130), "food", "CHN", "KAZ").most_favoured);
    bkt_model_stop(&m);
}

static void
an_observer_of_the_union_is_outside_it(void **state)
{
    bkt_model m;

    (void)state;
    start(&m);
    assert_false(bk_policy_is_party(bkt_on(&m, 20230601), bkt_agreement(&m, "eaeu"), bkt_country(&m, "UZB"), NULL));
    check(&m, 20230601, "UZB", "KAZ", BETTER, "cis-fta");
    check(&m, 20250101, "IRN", "KAZ", BETTER, "eaeu-iran-interim"); /* an observer since December 2024 */
    check(&m, 20230601, "CHN", "UZB", MFN, "");
    bkt_model_stop(&m);
}

static void
agreements_of_the_union_hold_from_their_days(void **state)
{
    static const char *const members[] = {"ARM", "BLR", "KAZ", "KGZ", "RUS"};
    bkt_model                m;

    (void)state;
    start(&m);
    for (size_t i = 0; i < 5; i++) {
        check(&m, 20191026, "IRN", members[i], MFN, "");
        check(&m, 20191027, "IRN", members[i], BETTER, "eaeu-iran-interim");
        check(&m, 20250514, "IRN", members[i], BETTER, "eaeu-iran-interim");
        check(&m, 20250515, "IRN", members[i], BETTER, "eaeu-iran"); /* 15 May 2025, and the interim one ends */
        check(&m, 20250514, members[i], "IRN", BETTER, "eaeu-iran-interim");
        check(&m, 20250515, members[i], "IRN", BETTER, "eaeu-iran");
        /* Viet Nam 5 October 2016 and Serbia 10 July 2021: parties, though no schedule of theirs is listed */
        assert_false(bk_policy_is_party(bkt_on(&m, 20161004), bkt_agreement(&m, "eaeu-vietnam"),
                                        bkt_country(&m, members[i]), NULL));
        assert_true(bk_policy_is_party(bkt_on(&m, 20161005), bkt_agreement(&m, "eaeu-vietnam"),
                                       bkt_country(&m, members[i]), NULL));
        assert_true(bk_policy_is_party(bkt_on(&m, 20210710), bkt_agreement(&m, "eaeu-serbia"),
                                       bkt_country(&m, members[i]), NULL));
        /* signed in 2025, not in force */
        assert_false(
            bk_policy_is_party(bkt_on(&m, 20251231), bkt_agreement(&m, "eaeu-uae"), bkt_country(&m, members[i]), NULL));
    }
    assert_true(
        bk_policy_is_party(bkt_on(&m, 20210710), bkt_agreement(&m, "eaeu-serbia"), bkt_country(&m, "SRB"), NULL));
    assert_true(
        bk_policy_is_party(bkt_on(&m, 20161005), bkt_agreement(&m, "eaeu-vietnam"), bkt_country(&m, "VNM"), NULL));
    check(&m, 20230601, "DEU", "KAZ", MFN, ""); /* the partnership with the EU has no tariff preference */
    check(&m, 20230601, "KAZ", "DEU", MFN, "");
    bkt_model_stop(&m);
}

static void
the_united_kingdom_leaves_the_european_union(void **state)
{
    bkt_model m;

    (void)state;
    start(&m);
    check(&m, 19721231, "FRA", "GBR", MFN, "");
    check(&m, 19730101, "FRA", "GBR", UNION, "eu");
    check(&m, 20200131, "FRA", "GBR", UNION, "eu");
    check(&m, 20201231, "FRA", "GBR", UNION, "eu"); /* the year of transition, in the customs union */
    check(&m, 20210101, "FRA", "GBR", BETTER, "eu-uk-tca");
    assert_int_equal(bk_policy_union_of(bkt_on(&m, 20210101), bkt_country(&m, "GBR")), BK_NONE);
    /* in the union it applied the union's tariff: policy/external_tariff.csv, eu, machinery */
    const bk_tariff_rule rule = bkt_rule(&m, bkt_on(&m, 20191231), "machinery", "USA", "GBR");
    assert_int_equal(rule.basis, BK_BASIS_COMMON_EXTERNAL);
    check(&m, 20151231, "GEO", "GBR", BETTER, "eu-georgia-dcfta"); /* what the union concluded was its own too */
    check(&m, 20210101, "GEO", "GBR", MFN, "");
    bkt_model_stop(&m);
}

static void
unilateral_preferences_have_their_beneficiaries_and_days(void **state)
{
    bkt_model m;

    (void)state;
    start(&m);
    check(&m, 20210409, "UZB", "DEU", MFN, "");
    check(&m, 20210410, "UZB", "DEU", BETTER, "eu-gsp-plus"); /* 10 April 2021 */
    check(&m, 20210410, "DEU", "UZB", MFN, "");
    check(&m, 20160126, "KGZ", "DEU", MFN, "");
    check(&m, 20160127, "KGZ", "DEU", BETTER, "eu-gsp-plus");
    check(&m, 20230601, "AFG", "DEU", BETTER, "eu-eba");
    bkt_model_stop(&m);
}

static void
the_common_tariff_of_the_first_customs_union_is_reported_as_missing(void **state)
{
    bk_policy_conflict conflict;
    bkt_model          m;

    (void)state;
    start(&m);
    assert_int_equal(bkt_conflicts(&m, bkt_on(&m, 20120601), BK_CONFLICT_NO_RATE, &conflict), 3);
    assert_int_equal(conflict.agreement, bkt_agreement(&m, "eacu"));
    assert_int_equal(bkt_rule(&m, bkt_on(&m, 20120601), "food", "CHN", "KAZ").regime, BK_REGIME_UNKNOWN);
    assert_int_equal(bkt_conflicts(&m, bkt_on(&m, 20231231), BK_CONFLICT_NO_RATE, NULL), 0);
    assert_int_equal(bkt_conflicts(&m, bkt_on(&m, 20231231), BK_CONFLICT_UNIONS_OVERLAP, NULL), 0);
    /* Georgia's bilateral agreements with three members of the Eurasian union; Turkiye's with Georgia */
    assert_int_equal(bkt_conflicts(&m, bkt_on(&m, 20231231), BK_CONFLICT_SIGNED_ALONE, NULL), 4);
    bkt_model_stop(&m);
}

static void
sanctions_of_2022_stand_since_their_day(void **state)
{
    bkt_model m;

    (void)state;
    start(&m);
    const uint32_t deu = bkt_country(&m, "DEU"), rus = bkt_country(&m, "RUS"), kaz = bkt_country(&m, "KAZ");
    for (uint32_t s = 0; s < m.model->policy.n_sanctions; s++) {
        if (strcmp(m.model->policy.sanctions[s].id, "russia-2022") != 0)
            continue;
        assert_false(bk_policy_is_sanctioned(bkt_on(&m, 20220225), s, deu, rus));
        assert_true(bk_policy_is_sanctioned(bkt_on(&m, 20220226), s, deu, rus));
        assert_true(bk_policy_is_sanctioned(bkt_on(&m, 20230601), s, rus, deu));
        assert_false(bk_policy_is_sanctioned(bkt_on(&m, 20230601), s, kaz, rus));
    }
    bkt_model_stop(&m);
}

/* tariff.csv was compiled apart from the engine: it differs on trade between Georgia and Turkmenistan alone (NOTES.md).
 */
static void
the_tariffs_of_the_base_year_are_what_policy_implies(void **state)
{
    bk_tariff_audit audit;
    bkt_model       m;

    (void)state;
    start(&m);
    assert_int_equal(bk_policy_audit(bkt_on(&m, bk_policy_base_day(m.model)), 20, &m.arena, &audit), BK_OK);
    assert_int_equal(audit.n_compared, 34 * 33 * 8);
    assert_int_equal(audit.n_unknown, 0);
    assert_int_equal(audit.n_gaps, 16);
    assert_int_equal(audit.n_worst, 16);
    for (size_t i = 0; i < audit.n_worst; i++) {
        const bk_region *a = &m.model->economy.regions[audit.worst[i].importer];
        const bk_region *b = &m.model->economy.regions[audit.worst[i].exporter];
        assert_true((strcmp(a->id, "GEO") == 0 && strcmp(b->id, "TKM") == 0) ||
                    (strcmp(a->id, "TKM") == 0 && strcmp(b->id, "GEO") == 0));
    }
    /* textiles from Georgia in Turkmenistan: 5.76 % by tariff.csv, free by the agreement */
    bkt_close(audit.worst[0].listed - audit.worst[0].rule.rate, 0.0576, 1e-12, 0);
    bkt_close(audit.mean_gap * (double)audit.n_compared, audit.mean_of_gaps * (double)audit.n_gaps, 1e-12, 0);
    bkt_model_stop(&m);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_eurasian_union_grows_by_its_treaties),
        cmocka_unit_test(outsiders_pay_the_unions_tariff_as_kazakhstan_applies_it),
        cmocka_unit_test(an_observer_of_the_union_is_outside_it),
        cmocka_unit_test(agreements_of_the_union_hold_from_their_days),
        cmocka_unit_test(the_united_kingdom_leaves_the_european_union),
        cmocka_unit_test(unilateral_preferences_have_their_beneficiaries_and_days),
        cmocka_unit_test(the_common_tariff_of_the_first_customs_union_is_reported_as_missing),
        cmocka_unit_test(sanctions_of_2022_stand_since_their_day),
        cmocka_unit_test(the_tariffs_of_the_base_year_are_what_policy_implies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
