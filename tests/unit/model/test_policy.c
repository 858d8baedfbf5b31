/* Every rule of the policy engine on tiny policies of three to five countries.  Rates follow from the rules of
 * buckle/policy.h by hand; the base year is 2020. */
#include "bkt_policy.h"

#define UNION   BK_REGIME_CUSTOMS_UNION
#define BETTER  BK_REGIME_PREFERENCE
#define MFN     BK_REGIME_MOST_FAVOURED_NATION
#define GENERAL BK_REGIME_GENERAL
#define UNKNOWN BK_REGIME_UNKNOWN

/* A union of AAA and BBB with a common tariff and a neighbour, as the Eurasian one: CCC observes. */
static const bkt_policy customs_union = {
    .agreement = "union,,customs_union,2015-01-01,,,\n",
    .member = "union,AAA,member,2015-01-01,\nunion,BBB,member,2015-08-12,\nunion,CCC,observer,2016-01-01,\n",
    .external = BKT_MFN "union,food,0.11,common_external\nunion,ore,0.055,common_external\n"
                        "AAA,food,0.03,national_outside_union\n",
};

static void
within_a_union_trade_is_free_and_outside_it_is_not(void **state)
{
    bkt_model m;

    (void)state;
    bkt_policy_start(&m, &customs_union);
    const bk_policy_state *today = bkt_on(&m, 20200101);
    bkt_check_rule(&m, today, "food", "AAA", "BBB", UNION, 0);
    bkt_check_rule(&m, today, "ore", "BBB", "AAA", UNION, 0);
    bkt_check_rule(&m, today, "food", "CCC", "AAA", MFN, 0.1); /* its own row, as it applies the union's tariff */
    bkt_check_rule(&m, today, "food", "AAA", "CCC", MFN, 0.2); /* an observer grants and enjoys nothing */
    bkt_check_rule(&m, today, "food", "AAA", "AAA", BK_REGIME_DOMESTIC, 0);
    assert_int_equal(bk_policy_union_of(today, bkt_country(&m, "AAA")), bkt_agreement(&m, "union"));
    assert_int_equal(bk_policy_union_of(today, bkt_country(&m, "CCC")), BK_NONE);
    assert_int_equal(bkt_rule(&m, today, "food", "CCC", "AAA").basis, BK_BASIS_OWN);
    bkt_model_stop(&m);
}

static void
a_member_is_in_on_its_first_day_and_not_on_the_day_before(void **state)
{
    uint32_t  row;
    bkt_model m;

    (void)state;
    bkt_policy_start(&m, &customs_union);
    bkt_check_rule(&m, bkt_on(&m, 20150811), "food", "AAA", "BBB", MFN, 0.12);
    bkt_check_rule(&m, bkt_on(&m, 20150812), "food", "AAA", "BBB", UNION, 0);
    assert_true(bk_policy_is_party(bkt_on(&m, 20150101), 0, bkt_country(&m, "AAA"), &row));
    assert_int_equal(m.model->policy.members[row].line, 2);
    assert_false(bk_policy_is_party(bkt_on(&m, 20141231), 0, bkt_country(&m, "AAA"), NULL));
    bkt_model_stop(&m);
}

static void
outside_the_union_of_the_base_year_the_national_tariff_holds(void **state)
{
    bk_policy_conflict conflict;
    bkt_model          m;

    (void)state;
    bkt_policy_start(&m, &customs_union);
    const bk_policy_state *before = bkt_on(&m, 20141231);
    bkt_check_rule(&m, before, "food", "CCC", "AAA", MFN, 0.03);
    assert_int_equal(bkt_rule(&m, before, "food", "CCC", "AAA").basis, BK_BASIS_NATIONAL);
    /* no national row on ore: the mfn row stands in, and the conflict says so with the row */
    bkt_check_rule(&m, before, "ore", "CCC", "AAA", MFN, 0.05);
    assert_int_equal(bkt_conflicts(&m, before, BK_CONFLICT_OTHER_RATE, &conflict), 2); /* AAA on ore, BBB on both */
    assert_string_equal(conflict.file, "policy/external_tariff.csv");
    assert_int_equal(conflict.line, 3);
    assert_non_null(strstr(conflict.message, "AAA is outside the customs union of the base year"));
    assert_null(strstr(conflict.message, "food"));
    bkt_model_stop(&m);
}

static void
in_a_union_not_of_the_base_year_its_common_tariff_holds(void **state)
{
    bkt_policy until = customs_union;
    bkt_model  m;

    (void)state;
    until.member =
        "union,AAA,member,2015-01-01,\nunion,BBB,member,2015-01-01,\nunion,CCC,member,2015-01-01,2019-06-30\n";
    bkt_policy_start(&m, &until);
    bkt_check_rule(&m, bkt_on(&m, 20190630), "food", "AAA", "CCC", UNION, 0); /* the last day is a day of membership */
    bkt_check_rule(&m, bkt_on(&m, 20190701), "food", "AAA", "CCC", MFN, 0.2);
    /* DDD is nobody's: ask what CCC charged it while it was in the union */
    bkt_model_stop(&m);
    until.member = "union,AAA,member,2015-01-01,\nunion,CCC,member,2015-01-01,2019-06-30\n";
    bkt_policy_start(&m, &until);
    bkt_check_rule(&m, bkt_on(&m, 20190630), "food", "BBB", "CCC", MFN, 0.11);
    assert_int_equal(bkt_rule(&m, bkt_on(&m, 20190630), "food", "BBB", "CCC").basis, BK_BASIS_COMMON_EXTERNAL);
    bkt_model_stop(&m);
}

static void
a_union_without_a_common_tariff_leaves_the_rate_unknown(void **state)
{
    const bkt_policy   policy = {.agreement = "old,,customs_union,2010-01-01,2015-01-01,,\n",
                                 .member = "old,AAA,member,2010-01-01,\nold,BBB,member,2010-01-01,\n",
                                 .external = BKT_MFN};
    bk_policy_conflict conflict;
    bkt_model          m;

    (void)state;
    bkt_policy_start(&m, &policy);
    const bk_policy_state *then = bkt_on(&m, 20141231);
    bkt_check_rule(&m, then, "food", "CCC", "AAA", UNKNOWN, 0);
    bkt_check_rule(&m, then, "food", "BBB", "AAA", UNION, 0);
    assert_int_equal(bkt_conflicts(&m, then, BK_CONFLICT_NO_RATE, &conflict), 2);
    assert_non_null(strstr(conflict.message, "'old', of which there is no common_external tariff on food, ore,"));
    bkt_check_rule(&m, bkt_on(&m, 20150101), "food", "CCC", "AAA", MFN,
                   0.1); /* the day it ended is the first without */
    assert_int_equal(bkt_conflicts(&m, bkt_on(&m, 20150101), BK_CONFLICT_NO_RATE, NULL), 0);
    bkt_model_stop(&m);
}

static void
a_country_without_any_tariff_is_named(void **state)
{
    const bkt_policy   policy = {.external = "AAA,food,0.1,mfn\nAAA,ore,0.05,mfn\nBBB,food,0.1,mfn\nBBB,ore,0.1,mfn\n"
                                               "CCC,food,0.1,mfn\n"};
    bk_policy_conflict conflict;
    bkt_model          m;

    (void)state;
    bkt_policy_start(&m, &policy);
    assert_int_equal(bkt_conflicts(&m, bkt_on(&m, 20200101), BK_CONFLICT_NO_RATE, &conflict), 1);
    assert_string_equal(conflict.message,
                        "CCC has no mfn tariff on ore: what it charges without preference is not known");
    bkt_check_rule(&m, bkt_on(&m, 20200101), "ore", "AAA", "CCC", UNKNOWN, 0);
    bkt_model_stop(&m);
}

/* ---- agreements ---------------------------------------------------------------------------------------------- */

static const bkt_policy phased = {
    .agreement = "deal,,fta,2018-01-01,,,\n",
    .member = "deal,AAA,party,,\ndeal,CCC,party,,\n",
    .preference = "deal,,,food,,0.5,,2018-01-01\ndeal,,,food,,0.25,,2019-01-01\ndeal,,,food,0,,,2025-01-01\n"
                  "deal,CCC,,ore,,,0.015,\n",
    .external = BKT_MFN,
};

static void
a_preference_comes_in_phases(void **state)
{
    bkt_model m;

    (void)state;
    bkt_policy_start(&m, &phased);
    bkt_check_rule(&m, bkt_on(&m, 20171231), "food", "CCC", "AAA", MFN, 0.1);
    bkt_check_rule(&m, bkt_on(&m, 20180101), "food", "CCC", "AAA", BETTER, 0.05);
    bkt_check_rule(&m, bkt_on(&m, 20181231), "food", "AAA", "CCC", BETTER, 0.1);
    bkt_check_rule(&m, bkt_on(&m, 20190101), "food", "AAA", "CCC", BETTER, 0.05);
    bkt_check_rule(&m, bkt_on(&m, 20241231), "food", "CCC", "AAA", BETTER, 0.025);
    bkt_check_rule(&m, bkt_on(&m, 20250101), "food", "CCC", "AAA", BETTER, 0);
    assert_int_equal(
        m.model->policy.preferences[bkt_rule(&m, bkt_on(&m, 20200101), "food", "CCC", "AAA").preference].line, 3);
    bkt_model_stop(&m);
}

static void
a_cut_is_of_points_never_below_zero_and_for_the_importers_named(void **state)
{
    bkt_policy deeper = phased;
    bkt_model  m;

    (void)state;
    bkt_policy_start(&m, &phased);
    bkt_check_rule(&m, bkt_on(&m, 20200101), "ore", "AAA", "CCC", BETTER, 0.02 - 0.015);
    bkt_check_rule(&m, bkt_on(&m, 20200101), "ore", "CCC", "AAA", MFN, 0.05); /* the row is CCC's alone */
    bkt_model_stop(&m);
    deeper.preference = "deal,CCC,,ore,,,0.5,\n";
    bkt_policy_start(&m, &deeper);
    bkt_check_rule(&m, bkt_on(&m, 20200101), "ore", "AAA", "CCC", BETTER, 0);
    bkt_model_stop(&m);
}

static void
a_later_row_takes_the_place_of_a_better_one(void **state)
{
    bkt_policy snapback = phased;
    bkt_model  m;

    (void)state;
    snapback.preference = "deal,,,food,0,,,2018-01-01\ndeal,,,food,,0.9,,2019-01-01\n";
    bkt_policy_start(&m, &snapback);
    bkt_check_rule(&m, bkt_on(&m, 20200101), "food", "CCC", "AAA", BETTER, 0.09);
    bkt_model_stop(&m);
}

static void
a_row_for_the_sector_goes_before_one_for_all(void **state)
{
    bkt_policy general = phased;
    bkt_model  m;

    (void)state;
    general.preference = "deal,,,,0,,,\ndeal,,,food,,0.5,,\n";
    bkt_policy_start(&m, &general);
    bkt_check_rule(&m, bkt_on(&m, 20200101), "food", "CCC", "AAA", BETTER, 0.05);
    bkt_check_rule(&m, bkt_on(&m, 20200101), "ore", "CCC", "AAA", BETTER, 0);
    assert_int_equal(bkt_conflicts(&m, bkt_on(&m, 20200101), BK_CONFLICT_PREFERENCES, NULL), 0);
    bkt_model_stop(&m);
}

static void
the_best_of_several_agreements_holds_and_all_are_listed(void **state)
{
    const bkt_policy policy = {
        .agreement =
            "good,,fta,2010-01-01,,,\nbest,,fta,2010-01-01,,,\nalike,,fta,2010-01-01,,,\nworse,,fta,2010-01-01,,,\n"
            "gone,,fta,2010-01-01,2012-01-01,,\nsigned,,fta,,,,\n",
        .member = "good,AAA,party,,\ngood,CCC,party,,\nbest,AAA,party,,\nbest,CCC,party,,\nalike,AAA,party,,\n"
                  "alike,CCC,party,,\nworse,AAA,party,,\nworse,CCC,party,,\ngone,AAA,party,,\ngone,CCC,party,,\n"
                  "signed,AAA,party,,\nsigned,CCC,party,,\n",
        .preference = "good,,,food,,0.5,,\nbest,,,food,,0.2,,\nalike,,,food,0.02,,,\nworse,,,food,0.3,,,\n"
                      "gone,,,food,0,,,\nsigned,,,food,0,,,\n",
        .external = BKT_MFN};
    bkt_model m;

    (void)state;
    bkt_policy_start(&m, &policy);
    const bk_tariff_rule rule = bkt_rule(&m, bkt_on(&m, 20200101), "food", "CCC", "AAA");
    bkt_close(rule.rate, 0.02, 1e-15, 0);
    bkt_close(rule.external_rate, 0.1, 0, 0);
    assert_int_equal(rule.n_offers, 4);
    assert_int_equal(rule.offers[0].agreement, bkt_agreement(&m, "alike")); /* of equal rates the first by name */
    assert_int_equal(rule.offers[1].agreement, bkt_agreement(&m, "best"));
    assert_int_equal(rule.offers[2].agreement, bkt_agreement(&m, "good"));
    assert_int_equal(rule.offers[3].agreement,
                     bkt_agreement(&m, "worse")); /* above the mfn rate: listed, never taken */
    bkt_close(rule.offers[3].rate, 0.3, 0, 0);
    bkt_check_rule(&m, bkt_on(&m, 20111231), "food", "CCC", "AAA", BETTER, 0); /* `gone` still held */
    bkt_check_rule(&m, bkt_on(&m, 20120101), "food", "CCC", "AAA", BETTER, 0.02);
    bkt_model_stop(&m);
}

static void
a_preference_never_raises_a_tariff(void **state)
{
    bkt_policy dear = phased;
    bkt_model  m;

    (void)state;
    dear.preference = "deal,,,,0.15,,,\n";
    bkt_policy_start(&m, &dear);
    bkt_check_rule(&m, bkt_on(&m, 20200101), "food", "CCC", "AAA", MFN, 0.1);
    bkt_check_rule(&m, bkt_on(&m, 20200101), "food", "AAA", "CCC", BETTER, 0.15);
    bkt_model_stop(&m);
}

static void
only_parties_have_effect_and_unknown_words_are_reported(void **state)
{
    bkt_policy         odd = phased;
    bk_policy_conflict conflict;
    bkt_model          m;

    (void)state;
    odd.member = "deal,AAA,party,,\ndeal,CCC,by protocol,,\ndeal,BBB,best friend,,\n";
    odd.preference = "deal,,,,0,,,\n";
    bkt_policy_start(&m, &odd);
    bkt_check_rule(&m, bkt_on(&m, 20200101), "food", "CCC", "AAA", BETTER, 0);
    bkt_check_rule(&m, bkt_on(&m, 20200101), "food", "BBB", "AAA", MFN, 0.1);
    assert_int_equal(bkt_conflicts(&m, bkt_on(&m, 20200101), BK_CONFLICT_STATUS, &conflict), 1);
    assert_int_equal(conflict.line, 4);
    assert_non_null(strstr(conflict.message, "'best friend'"));
    bkt_model_stop(&m);
}

static void
a_country_named_in_a_preference_enjoys_it_while_it_is_a_party(void **state)
{
    const bkt_policy   policy = {.agreement = "gsp,,unilateral_preference,2014-01-01,,,\n",
                                 .member = "gsp,BBB,beneficiary,2014-01-01,2017-01-01\n",
                                 .preference = "gsp,AAA,BBB CCC,,,0.5,,\n",
                                 .external = BKT_MFN};
    bk_policy_conflict conflict;
    bkt_model          m;

    (void)state;
    bkt_policy_start(&m, &policy);
    bkt_check_rule(&m, bkt_on(&m, 20170101), "food", "BBB", "AAA", BETTER, 0.05);
    bkt_check_rule(&m, bkt_on(&m, 20170102), "food", "BBB", "AAA", MFN, 0.1);
    bkt_check_rule(&m, bkt_on(&m, 20200101), "food", "CCC", "AAA", BETTER,
                   0.05);                                                     /* never listed: always, and reported */
    bkt_check_rule(&m, bkt_on(&m, 20200101), "food", "AAA", "CCC", MFN, 0.2); /* one way */
    assert_int_equal(bkt_conflicts(&m, bkt_on(&m, 20200101), BK_CONFLICT_NO_PARTY, &conflict), 2); /* AAA and CCC */
    assert_string_equal(conflict.file, "policy/preference.csv");
    bkt_model_stop(&m);
}

static void
provisional_application_counts_from_its_day(void **state)
{
    bkt_policy early = phased;
    bkt_model  m;

    (void)state;
    early.agreement = "deal,,fta,2018-01-01,,2016-05-01,\n";
    early.preference = "deal,,,,0,,,\n";
    bkt_policy_start(&m, &early);
    bkt_check_rule(&m, bkt_on(&m, 20160430), "food", "CCC", "AAA", MFN, 0.1);
    bkt_check_rule(&m, bkt_on(&m, 20160501), "food", "CCC", "AAA", BETTER, 0);
    bkt_model_stop(&m);
}

/* ---- unions and agreements ----------------------------------------------------------------------------------- */

static void
members_of_a_union_are_parties_to_what_it_has_concluded(void **state)
{
    bkt_policy policy = customs_union;
    bkt_model  m;

    (void)state;
    policy.agreement = "union,,customs_union,2015-01-01,,,\ndeal,,fta,2018-01-01,,,union\n";
    policy.member = "union,AAA,member,2015-01-01,\nunion,BBB,member,2019-01-01,\ndeal,CCC,party,,\n";
    policy.preference = "deal,,,food,0.01,,,\n";
    bkt_policy_start(&m, &policy);
    bkt_check_rule(&m, bkt_on(&m, 20180101), "food", "CCC", "AAA", BETTER, 0.01);
    bkt_check_rule(&m, bkt_on(&m, 20180101), "food", "CCC", "BBB", MFN, 0.12);
    bkt_check_rule(&m, bkt_on(&m, 20190101), "food", "CCC", "BBB", BETTER, 0.01);
    bkt_check_rule(&m, bkt_on(&m, 20190101), "food", "BBB", "AAA", UNION, 0); /* no offer of `deal` inside */
    assert_int_equal(bkt_conflicts(&m, bkt_on(&m, 20190101), BK_CONFLICT_SIGNED_ALONE, NULL), 0);
    bkt_model_stop(&m);
}

static void
a_union_may_leave_goods_out(void **state)
{
    /* as that of the European Union with Turkiye: an agreement of the inner union, ore free, food not */
    const bkt_policy policy = {
        .agreement = "inner,,customs_union,2000-01-01,,,\nouter,,customs_union,2000-01-01,,,inner\n",
        .member = "inner,AAA,member,2000-01-01,\ninner,BBB,member,2000-01-01,\nouter,CCC,party,2000-01-01,\n",
        .preference = "outer,,,food,,1,,\nouter,,,ore,0,,,2002-01-01\n",
        .external = "CCC,food,0.2,mfn\ninner,food,0.1,common_external\ninner,ore,0.05,common_external\n"};
    bkt_model m;

    (void)state;
    bkt_policy_start(&m, &policy);
    const bk_policy_state *today = bkt_on(&m, 20200101);
    bkt_check_rule(&m, today, "food", "CCC", "AAA", MFN, 0.1);
    bkt_check_rule(&m, today, "ore", "CCC", "AAA", UNION, 0);
    bkt_check_rule(&m, today, "food", "BBB", "AAA", UNION, 0);
    bkt_check_rule(&m, bkt_on(&m, 20011231), "ore", "CCC", "AAA", MFN, 0.05); /* its own row is to come */
    assert_int_equal(bk_policy_union_of(today, bkt_country(&m, "AAA")), bkt_agreement(&m, "inner"));
    /* CCC takes over the tariff of the inner union on ore, for which it has no row of its own */
    assert_int_equal(bkt_rule(&m, bkt_on(&m, 20011231), "ore", "AAA", "CCC").basis, BK_BASIS_COMMON_EXTERNAL);
    assert_int_equal(bkt_conflicts(&m, today, BK_CONFLICT_UNIONS_OVERLAP, NULL), 0);
    assert_int_equal(bkt_conflicts(&m, today, BK_CONFLICT_SIGNED_ALONE, NULL), 0);
    bkt_model_stop(&m);
}

static void
overlapping_unions_are_a_conflict(void **state)
{
    const bkt_policy policy = {
        .agreement = "east,,customs_union,2000-01-01,,,\nwest,,customs_union,2000-01-01,,,\n",
        .member = "east,AAA,member,2000-01-01,\neast,BBB,member,2000-01-01,\nwest,BBB,member,2010-01-01,\n"
                  "west,CCC,member,2000-01-01,\n",
        .external = BKT_MFN};
    bk_policy_conflict conflict;
    bkt_model          m;

    (void)state;
    bkt_policy_start(&m, &policy);
    assert_int_equal(bkt_conflicts(&m, bkt_on(&m, 20091231), BK_CONFLICT_UNIONS_OVERLAP, NULL), 0);
    assert_int_equal(bkt_conflicts(&m, bkt_on(&m, 20100101), BK_CONFLICT_UNIONS_OVERLAP, &conflict), 1);
    assert_int_equal(conflict.country, bkt_country(&m, "BBB"));
    assert_string_equal(conflict.file, "policy/member.csv");
    assert_int_equal(conflict.line, 4); /* the later of the two memberships */
    assert_non_null(strstr(conflict.message, "'east' and 'west' at once"));
    bkt_model_stop(&m);
}

static void
a_member_that_signs_alone_is_a_conflict(void **state)
{
    bkt_policy         policy = customs_union;
    bk_policy_conflict conflict;
    bkt_model          m;

    (void)state;
    policy.agreement = "union,,customs_union,2015-01-01,,,\ndeal,,fta,2018-01-01,,,\n";
    policy.member = "union,AAA,member,2015-01-01,\nunion,BBB,member,2015-01-01,\ndeal,AAA,party,,\ndeal,CCC,party,,\n";
    policy.preference = "deal,,,,0,,,\n";
    bkt_policy_start(&m, &policy);
    assert_int_equal(bkt_conflicts(&m, bkt_on(&m, 20171231), BK_CONFLICT_SIGNED_ALONE, NULL), 0);
    assert_int_equal(bkt_conflicts(&m, bkt_on(&m, 20180101), BK_CONFLICT_SIGNED_ALONE, &conflict), 1);
    assert_int_equal(conflict.country, bkt_country(&m, "AAA"));
    assert_string_equal(conflict.file, "policy/member.csv");
    assert_int_equal(conflict.line, 4);
    assert_non_null(strstr(conflict.message, "without BBB"));
    bkt_model_stop(&m);
}

/* ---- most-favoured nations ----------------------------------------------------------------------------------- */

static void
outside_the_wto_the_general_rate_holds_where_there_is_one(void **state)
{
    bkt_policy policy = {.agreement = "wto,,multilateral,1995-01-01,,,\nfriends,,fta,2015-01-01,,,\n",
                         .member = "wto,AAA,member,1995-01-01,\nwto,BBB,member,2018-06-01,\nwto,CCC,observer,,\n"
                                   "friends,AAA,party,,\nfriends,CCC,party,,\n",
                         .preference = "friends,AAA,CCC,ore,,0.5,,\n",
                         .external = BKT_MFN "AAA,food,0.4,general\nAAA,ore,0.3,general\n"};
    bkt_model  m;

    (void)state;
    bkt_policy_start(&m, &policy);
    bkt_check_rule(&m, bkt_on(&m, 20180531), "food", "BBB", "AAA", GENERAL, 0.4);
    bkt_check_rule(&m, bkt_on(&m, 20180601), "food", "BBB", "AAA", MFN, 0.1);
    bkt_check_rule(&m, bkt_on(&m, 20200101), "food", "CCC", "AAA", GENERAL, 0.4);
    assert_int_equal(bkt_rule(&m, bkt_on(&m, 20200101), "food", "CCC", "AAA").basis, BK_BASIS_GENERAL);
    /* a share of the preference is of the mfn rate, not of the general one */
    bkt_check_rule(&m, bkt_on(&m, 20200101), "ore", "CCC", "AAA", BETTER, 0.025);
    /* BBB lists no general rate: its mfn rate is taken, and the rule says that it is owed to nobody */
    const bk_tariff_rule rule = bkt_rule(&m, bkt_on(&m, 20200101), "food", "CCC", "BBB");
    assert_int_equal(rule.regime, MFN);
    assert_false(rule.most_favoured);
    bkt_close(rule.rate, 0.12, 0, 0);
    assert_true(bkt_rule(&m, bkt_on(&m, 20200101), "food", "AAA", "BBB").most_favoured);
    bkt_model_stop(&m);
}

static void
a_study_without_a_wto_treats_all_as_most_favoured(void **state)
{
    bkt_policy policy = {.external = BKT_MFN "AAA,food,0.4,general\n"};
    bkt_model  m;

    (void)state;
    bkt_policy_start(&m, &policy);
    bkt_check_rule(&m, bkt_on(&m, 20200101), "food", "BBB", "AAA", MFN, 0.1);
    assert_true(bkt_rule(&m, bkt_on(&m, 20200101), "food", "BBB", "AAA").most_favoured);
    bkt_model_stop(&m);
}

/* ---- conflicts of rows --------------------------------------------------------------------------------------- */

static void
contradicting_preferences_are_reported_and_the_lower_is_taken(void **state)
{
    bkt_policy         policy = phased;
    bk_policy_conflict conflict;
    bkt_model          m;

    (void)state;
    policy.preference = "deal,AAA,CCC,food,,0.5,,\ndeal,AAA,,food,,0.25,,2018-01-01\ndeal,CCC,,food,0,,,\n";
    bkt_policy_start(&m, &policy);
    assert_int_equal(bkt_conflicts(&m, bkt_on(&m, 20200101), BK_CONFLICT_PREFERENCES, &conflict), 1);
    assert_int_equal(conflict.line, 3); /* the first day of the agreement is 2018-01-01 too */
    assert_non_null(strstr(conflict.message, "policy/preference.csv:2"));
    bkt_check_rule(&m, bkt_on(&m, 20200101), "food", "CCC", "AAA", BETTER, 0.025);
    assert_int_equal(bkt_conflicts(&m, bkt_on(&m, 20171231), BK_CONFLICT_PREFERENCES, NULL), 0);
    bkt_model_stop(&m);
}

static void
joining_twice_and_too_early_are_reported(void **state)
{
    bkt_policy         policy = phased;
    bk_policy_conflict conflict;
    bkt_model          m;

    (void)state;
    policy.member = "deal,AAA,party,2017-01-01,\ndeal,CCC,party,2018-01-01,\ndeal,AAA,party,2019-01-01,\n";
    bkt_policy_start(&m, &policy);
    assert_int_equal(bkt_conflicts(&m, bkt_on(&m, 20200101), BK_CONFLICT_JOINED_TWICE, &conflict), 1);
    assert_int_equal(conflict.line, 4);
    assert_non_null(strstr(conflict.message, "policy/member.csv:2"));
    assert_int_equal(bkt_conflicts(&m, bkt_on(&m, 20181231), BK_CONFLICT_JOINED_TWICE, NULL), 0);
    assert_int_equal(bkt_conflicts(&m, bkt_on(&m, 20170601), BK_CONFLICT_NOT_IN_FORCE, &conflict), 1);
    assert_int_equal(conflict.line, 2);
    assert_non_null(strstr(conflict.message, "in force from 2018-01-01 (policy/agreement.csv:2)"));
    bkt_model_stop(&m);
}

static void
a_preference_on_an_absent_sector_is_refused_with_its_row(void **state)
{
    const bkt_edit  edit = {"policy/preference.csv", "later,,,,0", "later,,,foood,0"};
    bk_context     *ctx;
    bk_arena        scratch, arena;
    const bk_model *model;

    (void)state;
    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    bk_arena_init(&scratch, ctx);
    bk_arena_init(&arena, ctx);
    assert_int_equal(bkt_study_build(ctx, &scratch, &arena, &edit, 1, &model), BK_ERR_REFERENCE);
    assert_string_equal(bk_error_get(ctx, 0)->file, "policy/preference.csv");
    assert_int_equal(bk_error_get(ctx, 0)->line, 3);
    assert_non_null(strstr(bk_error_get(ctx, 0)->hint, "food"));
    bk_arena_release(&arena);
    bk_arena_release(&scratch);
    bk_context_release(ctx);
}

/* ---- order --------------------------------------------------------------------------------------------------- */

static void
no_answer_depends_on_the_order_of_rows(void **state)
{
    const bkt_policy one = {
        .agreement = "union,,customs_union,2015-01-01,,,\nx,,fta,2010-01-01,,,\ny,,fta,2010-01-01,,,union\n",
        .member =
            "union,AAA,member,2015-01-01,\nunion,BBB,member,2016-01-01,\nx,AAA,party,,\nx,BBB,party,,\nx,CCC,party,,\n"
            "y,CCC,party,,\n",
        .preference = "x,,,food,,0.5,,\nx,,,food,,0.4,,2012-01-01\ny,CCC,union,,0.08,,,\ny,union,CCC,food,0.04,,,\n",
        .external = BKT_MFN "union,food,0.11,common_external\n",
        .barrier = "x,,,,0.9,\ny,,,,0.7,\nunion,,,food,0.8,2016-01-01\nx,,,food,0.95,2019-01-01\n"};
    const bkt_policy other = {
        .agreement = "y,,fta,2010-01-01,,,union\nx,,fta,2010-01-01,,,\nunion,,customs_union,2015-01-01,,,\n",
        .member = "y,CCC,party,,\nx,CCC,party,,\nx,BBB,party,,\nunion,BBB,member,2016-01-01,\nx,AAA,party,,\n"
                  "union,AAA,member,2015-01-01,\n",
        .preference = "y,union,CCC,food,0.04,,,\ny,CCC,union,,0.08,,,\nx,,,food,,0.4,,2012-01-01\nx,,,food,,0.5,,\n",
        .external = "union,food,0.11,common_external\n" BKT_MFN,
        .barrier = "x,,,food,0.95,2019-01-01\nunion,,,food,0.8,2016-01-01\ny,,,,0.7,\nx,,,,0.9,\n"};
    static const int         days[] = {20111231, 20120101, 20141231, 20150101, 20160101, 20200101};
    static const char *const names[] = {"AAA", "BBB", "CCC"}, *const sectors[] = {"food", "ore"};
    bkt_model a, b;

    (void)state;
    bkt_policy_start(&a, &one);
    bkt_policy_start(&b, &other);
    for (size_t i = 0; i < 6 * 18; i++) {
        const char            *importer = names[i % 3], *exporter = names[i / 3 % 3], *sector = sectors[i / 9 % 2];
        const bk_policy_state *p = bkt_on(&a, days[i / 18]), *q = bkt_on(&b, days[i / 18]);
        const bk_tariff_rule   r = bkt_rule(&a, p, sector, exporter, importer);
        const char            *by = r.agreement != BK_NONE ? a.model->policy.agreements[r.agreement].id : "";
        const bk_tariff_rule   s = bkt_rule(&b, q, sector, exporter, importer);
        assert_true(r.rate == s.rate && r.regime == s.regime && r.n_offers == s.n_offers && r.basis == s.basis);
        assert_string_equal(by, s.agreement != BK_NONE ? b.model->policy.agreements[s.agreement].id : "");
        assert_true(bk_policy_trade_cost(p, bkt_country(&a, importer), bkt_country(&a, exporter),
                                         bk_model_find_sector(a.model, sector)) ==
                    bk_policy_trade_cost(q, bkt_country(&b, importer), bkt_country(&b, exporter),
                                         bk_model_find_sector(b.model, sector)));
    }
    bkt_model_stop(&a);
    bkt_model_stop(&b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(within_a_union_trade_is_free_and_outside_it_is_not),
        cmocka_unit_test(a_member_is_in_on_its_first_day_and_not_on_the_day_before),
        cmocka_unit_test(outside_the_union_of_the_base_year_the_national_tariff_holds),
        cmocka_unit_test(in_a_union_not_of_the_base_year_its_common_tariff_holds),
        cmocka_unit_test(a_union_without_a_common_tariff_leaves_the_rate_unknown),
        cmocka_unit_test(a_country_without_any_tariff_is_named),
        cmocka_unit_test(a_preference_comes_in_phases),
        cmocka_unit_test(a_cut_is_of_points_never_below_zero_and_for_the_importers_named),
        cmocka_unit_test(a_later_row_takes_the_place_of_a_better_one),
        cmocka_unit_test(a_row_for_the_sector_goes_before_one_for_all),
        cmocka_unit_test(the_best_of_several_agreements_holds_and_all_are_listed),
        cmocka_unit_test(a_preference_never_raises_a_tariff),
        cmocka_unit_test(only_parties_have_effect_and_unknown_words_are_reported),
        cmocka_unit_test(a_country_named_in_a_preference_enjoys_it_while_it_is_a_party),
        cmocka_unit_test(provisional_application_counts_from_its_day),
        cmocka_unit_test(members_of_a_union_are_parties_to_what_it_has_concluded),
        cmocka_unit_test(a_union_may_leave_goods_out),
        cmocka_unit_test(overlapping_unions_are_a_conflict),
        cmocka_unit_test(a_member_that_signs_alone_is_a_conflict),
        cmocka_unit_test(outside_the_wto_the_general_rate_holds_where_there_is_one),
        cmocka_unit_test(a_study_without_a_wto_treats_all_as_most_favoured),
        cmocka_unit_test(contradicting_preferences_are_reported_and_the_lower_is_taken),
        cmocka_unit_test(joining_twice_and_too_early_are_reported),
        cmocka_unit_test(a_preference_on_an_absent_sector_is_refused_with_its_row),
        cmocka_unit_test(no_answer_depends_on_the_order_of_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
