/* Joins and leaves with dates, barriers beside tariffs, sanctions: a scenario and a look at a day are one engine. */
#include "bkt_policy.h"

#define UNION  BK_REGIME_CUSTOMS_UNION
#define BETTER BK_REGIME_PREFERENCE
#define MFN    BK_REGIME_MOST_FAVOURED_NATION

/* The base year is 2020; `deal` comes into force in 2022 and cuts deeper in 2025. */
static const bkt_policy policy = {
    .agreement = "union,,customs_union,2015-01-01,,,\ndeal,,fta,2022-01-01,,,\nother,,customs_union,2010-01-01,,,\n",
    .member = "union,AAA,member,2015-01-01,\nunion,BBB,member,2015-01-01,\ndeal,CCC,party,2022-01-01,\n"
              "deal,DDD,party,2022-01-01,\nother,DDD,member,2010-01-01,\n",
    .preference = "deal,,,food,,0.5,,\ndeal,,,food,,0.1,,2025-01-01\n",
    .external = BKT_MFN "union,food,0.11,common_external\nunion,ore,0.055,common_external\n"
                        "other,food,0.3,common_external\nother,ore,0.3,common_external\n",
    .barrier = "union,,,,0.9,\nunion,AAA,BBB,food,0.8,2018-01-01\ndeal,,,ore,0.95,\n",
};

static bk_membership_change
change(const char *agreement, const char *country, bool join, int date)
{
    return (bk_membership_change){.agreement = agreement,
                                  .country = country,
                                  .join = join,
                                  .date = date,
                                  .file = "s.yaml",
                                  .line = 4,
                                  .column = 7};
}

static const bk_model *
apply(bkt_model *m, const bk_membership_change *changes, size_t n)
{
    const bk_measure measure = {.id = "m", .n_memberships = n, .memberships = changes};

    return bkt_apply_one(m, &measure);
}

/* The state of the base year's last day after the changes. */
static const bk_policy_state *
look(bkt_model *m, int day, const bk_membership_change *changes, size_t n)
{
    const bk_measure  measure = {.id = "m", .n_memberships = n, .memberships = changes};
    const bk_scenario scenario = {.name = "s", .title = "S", .n_measures = 1, .measures = &measure};

    return bkt_on_with(m, day, &scenario);
}

/* The leave of AAA frees it to sign alone. */
#define LEAVE_AND_JOIN(date)                                                                                           \
    {                                                                                                                  \
        change("union", "AAA", false, 0), change("deal", "AAA", true, date)                                            \
    }

static void
an_agreement_brought_forward_begins_with_its_first_phase(void **state)
{
    const bk_membership_change changes[] = LEAVE_AND_JOIN(0);
    bkt_model                  m;

    (void)state;
    bkt_policy_start(&m, &policy);
    const bk_model *out = apply(&m, changes, 2);
    bkt_close(bkt_tariff(out, "food", "C", "A"), 0.05, 1e-15, 0);
    bkt_close(bkt_tariff(out, "food", "A", "C"), 0.1, 1e-15, 0);
    bkt_model_stop(&m);
}

static void
a_dated_join_reads_the_agreement_on_its_day(void **state)
{
    const bk_membership_change early[] = LEAVE_AND_JOIN(20220101), late[] = LEAVE_AND_JOIN(20250101);
    bkt_model                  m;

    (void)state;
    bkt_policy_start(&m, &policy);
    bkt_close(bkt_tariff(apply(&m, early, 2), "food", "C", "A"), 0.05, 1e-15, 0);
    bkt_close(bkt_tariff(apply(&m, late, 2), "food", "C", "A"), 0.01, 1e-15, 0);
    bkt_model_stop(&m);
}

static void
a_dated_change_counts_in_a_look_from_its_day_on(void **state)
{
    const bk_membership_change join[] = {change("union", "CCC", true, 20230601)};
    bkt_model                  m;

    (void)state;
    bkt_policy_start(&m, &policy);
    bkt_check_rule(&m, look(&m, 20230531, join, 1), "food", "AAA", "CCC", MFN, 0.2);
    bkt_check_rule(&m, look(&m, 20230601, join, 1), "food", "AAA", "CCC", UNION, 0);
    bkt_check_rule(&m, bkt_on(&m, 20230601), "food", "AAA", "CCC", MFN, 0.2);
    bkt_model_stop(&m);
}

static void
check_refused(bkt_model *m, const bk_membership_change *changes, size_t n, const char *message)
{
    const bk_measure measure = {.id = "m", .n_memberships = n, .memberships = changes};
    bk_status        status;

    bk_error_clear(m->ctx);
    assert_null(bkt_apply(m, &measure, 1, NULL, &status));
    assert_int_equal(status, BK_ERR_CONFLICT);
    assert_int_equal(bk_error_get(m->ctx, 0)->line, 4);
    if (strstr(bk_error_get(m->ctx, 0)->message, message) == NULL)
        fail_msg("found: %s\nexpected: %s", bk_error_get(m->ctx, 0)->message, message);
}

static void
what_the_calendar_or_another_union_forbids_is_refused(void **state)
{
    const bk_membership_change early[] = LEAVE_AND_JOIN(20211231);
    const bk_membership_change second[] = {change("other", "AAA", true, 0)};
    bk_policy_conflict         conflict;
    bkt_model                  m;

    (void)state;
    bkt_policy_start(&m, &policy);
    check_refused(&m, early, 2, "'AAA' joins 'deal' on 2021-12-31, when it is not in force (policy/agreement.csv:3)");
    check_refused(&m, second, 1,
                  "'AAA' cannot join the customs union 'other' while it is in 'union' (policy/agreement.csv:2)");
    /* a look at a day reports the same */
    assert_int_equal(bkt_conflicts(&m, look(&m, 20211231, early, 2), BK_CONFLICT_DATED, &conflict), 1);
    assert_string_equal(conflict.file, "s.yaml");
    assert_int_equal(bkt_conflicts(&m, look(&m, 20201231, second, 1), BK_CONFLICT_UNIONS_OVERLAP, &conflict), 1);
    assert_string_equal(conflict.file, "s.yaml");
    bkt_model_stop(&m);
}

static void
joining_what_one_is_in_on_the_day_is_reported(void **state)
{
    const bk_membership_change join[] = {change("deal", "CCC", true, 0)};
    bk_policy_conflict         conflict;
    bkt_model                  m;

    (void)state;
    bkt_policy_start(&m, &policy);
    assert_int_equal(bkt_conflicts(&m, look(&m, 20211231, join, 1), BK_CONFLICT_JOINED_TWICE, NULL), 0);
    assert_int_equal(bkt_conflicts(&m, look(&m, 20220101, join, 1), BK_CONFLICT_JOINED_TWICE, &conflict), 1);
    assert_int_equal(conflict.line, 4);
    bkt_model_stop(&m);
}

/* A quarter and three quarters of the union's duties; CCC, an observer, would have a quarter more. */
static const bkt_policy pooling = {
    .agreement = "union,,customs_union,2015-01-01,,,\n",
    .member_head = "agreement,country,status,from,until,duty_share\n",
    .member =
        "union,AAA,member,2015-01-01,,0.25\nunion,BBB,member,2015-01-01,,0.75\nunion,CCC,observer,2015-01-01,,0.25\n",
    .external = BKT_MFN "union,food,0.11,common_external\nunion,ore,0.055,common_external\n",
};

static void
check_pool(const bk_model *model, const double *quota)
{
    static const char *const ids[] = {"A", "B", "C"};

    for (size_t i = 0; i < 3; i++) {
        const uint32_t region = bk_model_find_region(model, ids[i]);
        assert_int_equal(model->economy.duty_pool[region], quota[i] > 0.0 ? 0 : BK_NONE);
        bkt_close(model->economy.duty_quota[region], quota[i], 1e-15, 0);
    }
}

static void
members_of_a_pool_share_by_their_quotas_and_a_leaver_has_none(void **state)
{
    const bk_membership_change join[] = {change("union", "CCC", true, 0)};
    const bk_membership_change swap[] = {change("union", "CCC", true, 0), change("union", "AAA", false, 0)};
    const bk_membership_change leave[] = {change("union", "AAA", false, 0)};
    bkt_model                  m;

    (void)state;
    bkt_policy_start(&m, &pooling);
    check_pool(m.model, (const double[]){0.25, 0.75, 0.0});
    check_pool(apply(&m, join, 1), (const double[]){0.2, 0.6, 0.2});
    check_pool(apply(&m, swap, 2), (const double[]){0.0, 0.75, 0.25});
    check_pool(apply(&m, leave, 1), (const double[]){0.0, 0.0, 0.0}); /* one alone is no pool */
    assert_int_equal(bkt_conflicts(&m, look(&m, 20201231, join, 1), BK_CONFLICT_OWN_DUTIES, NULL), 0);
    bkt_model_stop(&m);
}

static void
who_joins_a_pool_without_a_quota_keeps_its_duties_and_is_named(void **state)
{
    const bk_membership_change join[] = {change("union", "CCC", true, 0)};
    bkt_policy                 without = pooling;
    bk_policy_conflict         conflict;
    bkt_model                  m;

    (void)state;
    without.member = "union,AAA,member,2015-01-01,,0.25\nunion,BBB,member,2015-01-01,,0.75\n";
    bkt_policy_start(&m, &without);
    check_pool(apply(&m, join, 1), (const double[]){0.25, 0.75, 0.0});
    assert_int_equal(bkt_conflicts(&m, look(&m, 20201231, join, 1), BK_CONFLICT_OWN_DUTIES, &conflict), 1);
    assert_string_equal(conflict.file, "s.yaml");
    assert_non_null(strstr(conflict.message, "CCC is in 'union'"));
    assert_int_equal(bkt_conflicts(&m, bkt_on(&m, 20201231), BK_CONFLICT_OWN_DUTIES, NULL), 0);
    bkt_model_stop(&m);
}

/* Wherever the changes alter a rate, the scenario's tariff is the rate of the engine; elsewhere it is the base's. */
static void
a_scenario_and_a_look_never_disagree(void **state)
{
    const bk_membership_change cases[][2] = {
        {change("union", "CCC", true, 0), change("union", "AAA", false, 0)},
        {change("union", "AAA", false, 0), change("deal", "AAA", true, 20250101)},
        {change("union", "AAA", false, 0), change("union", "BBB", false, 0)},
        {change("deal", "AAA", true, 0), change("deal", "BBB", true, 20230101)},
    };
    static const char *const regions[] = {"A", "B", "C"}, *const countries[] = {"AAA", "BBB", "CCC"},
                             *const sectors[] = {"food", "ore"};
    bkt_model                       m;
    size_t                          changed = 0;

    (void)state;
    bkt_policy_start(&m, &policy);
    for (size_t c = 0; c < 4; c++) {
        const bk_model        *out = apply(&m, cases[c], 2);
        const bk_policy_state *before = bkt_on(&m, 20201231), *after = look(&m, 20301231, cases[c], 2);
        /* the look is of a later day only so that every dated change counts; without the calendar's own changes it is
         * the base year's: agreements not joined are read on the day itself */
        for (size_t i = 0; i < 18; i++) {
            const char  *importer = countries[i % 3], *exporter = countries[i / 3 % 3], *sector = sectors[i / 9];
            const double was = bkt_rule(&m, before, sector, exporter, importer).rate;
            const double is = bkt_rule(&m, after, sector, exporter, importer).rate;
            const double base = bkt_tariff(m.model, sector, regions[i / 3 % 3], regions[i % 3]);
            const double now = bkt_tariff(out, sector, regions[i / 3 % 3], regions[i % 3]);
            if (c == 3 && strcmp(sector, "food") == 0)
                continue; /* phases of `deal` differ between 2023 and 2030: the test above has them */
            changed += was != is;
            bkt_close(now, was != is ? is : base, 1e-15, 0);
        }
    }
    assert_true(changed >= 15);
    bkt_model_stop(&m);
}

/* ---- barriers ------------------------------------------------------------------------------------------------ */

static double
cost(const bkt_model *m, const bk_policy_state *state, const char *sector, const char *exporter, const char *importer)
{
    return bk_policy_trade_cost(state, bkt_country(m, importer), bkt_country(m, exporter),
                                bk_model_find_sector(m->model, sector));
}

static void
barriers_hold_with_their_agreement_and_multiply(void **state)
{
    bkt_policy both = policy;
    bkt_model  m;

    (void)state;
    both.barrier =
        "union,,,,0.9,\nunion,AAA,BBB,food,0.8,2018-01-01\ndeal,,,ore,0.95,\ndeal,AAA,BBB,ore,0.5,2030-01-01\n";
    both.member = "union,AAA,member,2015-01-01,\nunion,BBB,member,2015-01-01,\ndeal,AAA,party,,\ndeal,BBB,party,,\n";
    bkt_policy_start(&m, &both);
    bkt_close(cost(&m, bkt_on(&m, 20171231), "food", "BBB", "AAA"), 0.9, 1e-15, 0);
    bkt_close(cost(&m, bkt_on(&m, 20180101), "food", "BBB", "AAA"), 0.8, 1e-15, 0); /* the later row, for food */
    bkt_close(cost(&m, bkt_on(&m, 20180101), "food", "AAA", "BBB"), 0.9, 1e-15, 0); /* one way */
    bkt_close(cost(&m, bkt_on(&m, 20220101), "ore", "BBB", "AAA"), 0.9 * 0.95, 1e-15, 0);
    bkt_close(cost(&m, bkt_on(&m, 20141231), "ore", "BBB", "AAA"), 1, 0, 0);
    bkt_close(cost(&m, bkt_on(&m, 20220101), "ore", "CCC", "AAA"), 1, 0, 0);
    bkt_model_stop(&m);
}

static void
a_scenario_changes_costs_by_the_barriers_that_begin_or_cease(void **state)
{
    const bk_membership_change leave[] = {change("union", "AAA", false, 0)}, join[] = {change("union", "CCC", true, 0)};
    bkt_model                  m;

    (void)state;
    bkt_policy_start(&m, &policy);
    assert_null(m.model->economy.trade_cost); /* what holds in the base year is in its trade already */
    const double *after = apply(&m, leave, 1)->economy.trade_cost;
    bkt_close(after[bkt_pair(m.model, "food", "B", "A")], 1 / 0.8, 1e-15, 0);
    bkt_close(after[bkt_pair(m.model, "food", "A", "B")], 1 / 0.9, 1e-15, 0);
    bkt_close(after[bkt_pair(m.model, "food", "C", "A")], 1, 0, 0);
    after = apply(&m, join, 1)->economy.trade_cost;
    bkt_close(after[bkt_pair(m.model, "ore", "C", "A")], 0.9, 1e-15, 0);
    bkt_close(after[bkt_pair(m.model, "ore", "B", "A")], 1, 0, 0);
    bkt_model_stop(&m);
}

/* ---- sanctions ----------------------------------------------------------------------------------------------- */

static void
sanctions_stand_between_those_they_are_about(void **state)
{
    bkt_policy hard = policy;
    bkt_model  m;

    (void)state;
    hard.agreement = "union,,customs_union,2015-01-01,,,\ndated,,sanctions,2018-03-01,,,\n";
    hard.member = "union,AAA,member,2015-01-01,\nunion,BBB,member,2015-01-01,\nunion,DDD,member,,\n";
    hard.preference = hard.barrier = NULL;
    hard.external = BKT_MFN;
    hard.sanction =
        "dated,union,CCC,,trade,,in_base\nban,AAA,CCC,,transit_ban,,in_base\nrisk,AAA,CCC,,transit_cost,60,in_base\n"
        "later,AAA,BBB,,trade,,close\n";
    bkt_policy_start(&m, &hard);
    const uint32_t a = bkt_country(&m, "AAA"), b = bkt_country(&m, "BBB"), c = bkt_country(&m, "CCC"),
                   d = bkt_country(&m, "DDD");
    const bk_policy_state *today = bkt_on(&m, 20200101);
    assert_true(bk_policy_is_sanctioned(today, 0, b, c) && bk_policy_is_sanctioned(today, 0, c, b));
    assert_false(bk_policy_is_sanctioned(today, 0, a, b));
    assert_false(
        bk_policy_is_sanctioned(bkt_on(&m, 20180228), 0, b, c)); /* the day before the first of its agreement */
    assert_true(bk_policy_is_sanctioned(bkt_on(&m, 20180301), 0, b, c));
    assert_true(bk_policy_is_sanctioned(today, 1, a, d) && bk_policy_is_sanctioned(today, 1, d, a));
    assert_false(bk_policy_is_sanctioned(today, 1, a, c)); /* trade with the target itself stays open */
    assert_false(bk_policy_is_sanctioned(today, 1, b, d)); /* neither imposes it */
    assert_true(bk_policy_is_sanctioned(today, 2, b, c));  /* whoever trades with it crosses into it */
    assert_false(bk_policy_is_sanctioned(today, 2, a, b));
    assert_false(bk_policy_is_sanctioned(today, 3, a, b)); /* no scenario brought it in */
    bkt_model_stop(&m);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_agreement_brought_forward_begins_with_its_first_phase),
        cmocka_unit_test(a_dated_join_reads_the_agreement_on_its_day),
        cmocka_unit_test(a_dated_change_counts_in_a_look_from_its_day_on),
        cmocka_unit_test(what_the_calendar_or_another_union_forbids_is_refused),
        cmocka_unit_test(joining_what_one_is_in_on_the_day_is_reported),
        cmocka_unit_test(members_of_a_pool_share_by_their_quotas_and_a_leaver_has_none),
        cmocka_unit_test(who_joins_a_pool_without_a_quota_keeps_its_duties_and_is_named),
        cmocka_unit_test(a_scenario_and_a_look_never_disagree),
        cmocka_unit_test(barriers_hold_with_their_agreement_and_multiply),
        cmocka_unit_test(a_scenario_changes_costs_by_the_barriers_that_begin_or_cease),
        cmocka_unit_test(sanctions_stand_between_those_they_are_about),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
