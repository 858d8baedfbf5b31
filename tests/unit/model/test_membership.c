/* Countries that join and leave: tariffs, customs, and what a union allows.  The small study: AAA and BBB form `union`;
 * `deal` is an agreement of the union with DDD, in force; `later` one of CCC with DDD, not yet in force. */
#include "bkt_model.h"
#include "model/policy.h"

static bk_membership_change
change(const char *agreement, const char *country, bool join)
{
    return (bk_membership_change){
        .agreement = agreement, .country = country, .join = join, .file = "s.yaml", .line = 4, .column = 7};
}

static const bk_model *
apply_change(bkt_model *m, const bk_membership_change *given)
{
    const bk_measure measure = {.id = "m", .n_memberships = 1, .memberships = given};

    return bkt_apply_one(m, &measure);
}

static double
rate(const bk_model *model, const double *rates, const char *sector, const char *exporter, const char *importer)
{
    const size_t n = model->n_countries;

    return rates[(bk_model_find_sector(model, sector) * n + bk_model_find_country(model, importer)) * n +
                 bk_model_find_country(model, exporter)];
}

static void
policy_implies_union_preference_and_external_rates(void **state)
{
    bk_policy_state *policy;
    double          *rates;
    bkt_model        m;

    (void)state;
    bkt_model_start(&m);
    assert_int_equal(bki_state_create(m.model, bk_policy_base_day(m.model), NULL, 0, &m.arena, &policy), BK_OK);
    assert_int_equal(bki_policy_rates(policy, &m.arena, &rates), BK_OK);
    bkt_close(rate(m.model, rates, "food", "BBB", "AAA"), 0, 0, 0);    /* inside the union */
    bkt_close(rate(m.model, rates, "food", "CCC", "AAA"), 0.1, 0, 0);  /* no preference */
    bkt_close(rate(m.model, rates, "food", "DDD", "AAA"), 0.05, 0, 0); /* deal: half */
    bkt_close(rate(m.model, rates, "ore", "DDD", "AAA"), 0.05, 0, 0);  /* deal is about food */
    bkt_close(rate(m.model, rates, "food", "DDD", "CCC"), 0.2, 0, 0);  /* `later` is not in force */
    assert_true(isnan(rate(m.model, rates, "food", "AAA", "DDD")));    /* nobody says what DDD charges */
    bkt_model_stop(&m);
}

static void
a_joiner_takes_the_common_tariff_and_is_free_inside(void **state)
{
    /* CCC charged 0.2 on food and 0.02 on ore; the union 0.1 and 0.05.  A fourth region shows what outsiders pay. */
    const bkt_edit             edits[] = {{"economy/region.csv", "C,CCC", "D,DDD,Dland,90,0,,,\nC,CCC"},
                                          {"economy/value_added_share.csv", "C,svc,1\n", "C,svc,1\nD,food,1\nD,ore,1\nD,svc,1\n"},
                                          {"economy/final_share.csv", "C,svc,0.5\n", "C,svc,0.5\nD,svc,1\n"},
                                          {"economy/tariff.csv", "food,C,A,0.1\n",
                                           "food,C,A,0.1\nfood,D,C,0.2\nore,D,C,0.02\nfood,D,A,0.05\nore,D,A,0.05\n"},
                                          {"network/zone.csv", "zc,C,c1,1\n", "zc,C,c1,1\nzd,D,c1,1\n"}};
    const bk_membership_change join = change("union", "CCC", true);
    bkt_model                  m;

    (void)state;
    bkt_model_start_edited(&m, edits, 5);
    const bk_model *out = apply_change(&m, &join);
    bkt_close(bkt_tariff(out, "food", "C", "A"), 0, 0, 0);
    bkt_close(bkt_tariff(out, "ore", "C", "B"), 0, 0, 0);
    bkt_close(bkt_tariff(out, "food", "A", "C"), 0, 0, 0);
    bkt_close(bkt_tariff(out, "food", "D", "C"), 0.05, 0, 0); /* common tariff, halved by the union's deal */
    bkt_close(bkt_tariff(out, "ore", "D", "C"), 0.05, 0, 0);  /* common tariff */
    bkt_close(bkt_tariff(out, "ore", "D", "A"), 0.05, 0, 0);  /* as before */
    bkt_close(bkt_tariff(m.model, "food", "A", "C"), 0.2, 0, 0);
    bkt_model_stop(&m);
}

static void
a_leaver_returns_to_its_own_tariff_on_both_sides(void **state)
{
    const bk_membership_change leave = change("union", "AAA", false);
    bkt_model                  m;

    (void)state;
    bkt_model_start(&m);
    const bk_model *out = apply_change(&m, &leave);
    bkt_close(bkt_tariff(out, "food", "B", "A"), 0.03, 0, 0); /* its national rate */
    bkt_close(bkt_tariff(out, "food", "C", "A"), 0.03, 0, 0);
    bkt_close(bkt_tariff(out, "ore", "B", "A"), 0.05, 0, 0); /* no national rate: the one it applies now */
    bkt_close(bkt_tariff(out, "food", "A", "B"), 0.1, 0, 0); /* what BBB charges outsiders */
    bkt_close(bkt_tariff(out, "food", "C", "B"), 0.1, 0, 0); /* as before */
    bkt_model_stop(&m);
}

static void
base_tariffs_stay_where_policy_does_not_change(void **state)
{
    /* tariff.csv need not be what policy implies: 0.07 instead of 0.1 from C to B. */
    const bkt_edit             edit = {"economy/tariff.csv", "food,C,B,0.1", "food,C,B,0.07"};
    const bk_membership_change leave = change("union", "AAA", false);
    bkt_model                  m;

    (void)state;
    bkt_model_start_edited(&m, &edit, 1);
    bkt_close(bkt_tariff(apply_change(&m, &leave), "food", "C", "B"), 0.07, 0, 0);
    bkt_model_stop(&m);
}

static void
rows_of_a_file_override_what_membership_implies(void **state)
{
    const bk_membership_change leave = change("union", "AAA", false);
    bk_measure                 measure = {.id = "m", .n_memberships = 1, .memberships = &leave};
    bkt_model                  m;

    (void)state;
    bkt_model_start(&m);
    assert_int_equal(
        bkt_measure_rows(&m, BK_ROWS_TARIFFS, "t.csv", "sector,exporter,importer,rate\nfood,B,A,0.01\n", &measure),
        BK_OK);
    assert_int_equal(bkt_measure_rows(&m, BK_ROWS_BORDERS, "b.csv",
                                      "node_id,mode,from_country,to_country,side,control_hours,customs\n"
                                      "b1,rail,AAA,BBB,entry,7,1\n",
                                      &measure),
                     BK_OK);
    const bk_model *out = bkt_apply_one(&m, &measure);
    bkt_close(bkt_tariff(out, "food", "B", "A"), 0.01, 0, 0);
    bkt_close(bkt_tariff(out, "food", "A", "B"), 0.1, 0, 0);
    bkt_close(bkt_border(out, "b1", "rail", "AAA", "BBB")->control_hours, 7, 0, 0);
    bkt_model_stop(&m);
}

static void
joining_brings_an_agreement_into_force(void **state)
{
    /* `later` of CCC and DDD, rate 0; AAA is in a union and cannot join, but outside the union it may. */
    const bk_membership_change both[] = {change("union", "AAA", false), change("later", "AAA", true)};
    const bk_measure           measure = {.id = "m", .n_memberships = 2, .memberships = both};
    bkt_model                  m;

    (void)state;
    bkt_model_start(&m);
    const bk_model *out = bkt_apply_one(&m, &measure);
    bkt_close(bkt_tariff(out, "food", "C", "A"), 0, 0, 0);
    bkt_close(bkt_tariff(out, "ore", "A", "C"), 0, 0, 0);
    bkt_close(bkt_tariff(out, "food", "B", "A"), 0.03, 0, 0);
    bkt_model_stop(&m);
}

/* ---- customs at borders -------------------------------------------------------------------------------------- */

static void
leaving_brings_customs_back_and_joining_takes_them_away(void **state)
{
    const bk_membership_change leave = change("union", "AAA", false);
    const bkt_edit             edits[] = {
                    {"policy/member.csv", "union,BBB,member,2010-01-01,", "union,BBB,observer,2010-01-01,"},
                    {"network/border.csv", "a2,rail,AAA,BBB,exit,1,1,0,1,2,2000,0", "a2,rail,AAA,BBB,exit,1,1,0,1,2,2000,1"}};
    bkt_model m;

    (void)state;
    bkt_model_start(&m);
    const bk_model *out = apply_change(&m, &leave);
    /* Rail has no rows with customs to take times from: the flag returns, the times stay. */
    assert_true(bkt_border(out, "a2", "rail", "AAA", "BBB")->customs);
    bkt_close(bkt_border(out, "a2", "rail", "AAA", "BBB")->control_hours, 1, 0, 0);
    assert_true(bkt_border(out, "a1", "road", "AAA", "BBB")->customs); /* had them already */
    bkt_model_stop(&m);
    bkt_model_start_edited(&m, edits, 2);
    const bk_membership_change join = change("union", "BBB", true);
    out = apply_change(&m, &join);
    assert_false(bkt_border(out, "a2", "rail", "AAA", "BBB")->customs);
    assert_false(bkt_border(out, "a1", "road", "AAA", "BBB")->customs);
    bkt_close(bkt_border(out, "a1", "road", "AAA", "BBB")->inspected_share, 0, 0,
              0); /* no road without customs to learn from */
    bkt_close(bkt_border(out, "a1", "road", "AAA", "BBB")->control_hours, 2, 0, 0);
    bkt_model_stop(&m);
}

/* Two crossings by road between AAA and BBB, of which one keeps customs: it is what the other's times are taken from.
 */
static void
customs_take_the_median_times_of_like_rows(void **state)
{
    const bkt_edit edits[] = {
        {"network/node.csv", "b2,Bport", "a3,Asee,11,51,AAA,city\nb3,Bsee,14,51,BBB,city\nb2,Bport"},
        {"network/link.csv", "pipe,", "road-3,a3,b3,0,50,50,road,,0.05,,,,\npipe,"},
        {"network/border.csv", "a1,road,AAA,BBB,exit,7.6,2,0.2,30,,,1\n",
         "a1,road,AAA,BBB,exit,7.6,2,0.2,30,,,1\na3,road,AAA,BBB,exit,1,0.5,0.1,5.5,,,0\nb3,road,AAA,BBB,entry,1,0.6,0."
         "1,4.6,,,0\n"
         "b3,road,BBB,AAA,exit,1,0.7,0.1,3.7,,,0\na3,road,BBB,AAA,entry,1,0.8,0.1,2.8,,,0\n"}};
    const bk_membership_change leave = change("union", "AAA", false);
    bkt_model                  m;

    (void)state;
    bkt_model_start_edited(&m, edits, 3);
    const bk_model  *out = apply_change(&m, &leave);
    const bk_border *border = bkt_border(out, "a3", "road", "AAA", "BBB"); /* like the exits at a1 and b2 */
    assert_true(border->customs);
    bkt_close(border->control_hours, 2, 0, 0);
    bkt_close(border->inspected_share, 0.2, 0, 0);
    bkt_close(border->inspection_hours, 30, 0, 0);
    bkt_close(bkt_border(out, "a1", "road", "AAA", "BBB")->control_hours, 2, 0, 0);
    bkt_model_stop(&m);
}

/* ---- refused ------------------------------------------------------------------------------------------------- */

static void
check_refused(bkt_model *m, const bk_membership_change *given, size_t n, bk_status code, const char *message,
              const char *hint)
{
    const bk_measure measure = {.id = "m", .n_memberships = n, .memberships = given};
    bk_status        status;

    bk_error_clear(m->ctx);
    assert_null(bkt_apply(m, &measure, 1, NULL, &status));
    assert_int_equal(status, code);
    const bk_error *error = bk_error_get(m->ctx, 0);
    assert_string_equal(error->file, "s.yaml");
    assert_int_equal(error->line, 4);
    assert_int_equal(error->column, 7);
    if (strstr(error->message, message) == NULL || strstr(error->hint != NULL ? error->hint : "", hint) == NULL)
        fail_msg("found: %s [%s]\nexpected: %s [%s]", error->message, error->hint, message, hint);
}

static void
what_cannot_be_joined_or_left_is_refused(void **state)
{
    const bk_membership_change alone = change("later", "AAA", true), unknown = change("unoin", "AAA", true),
                               nobody = change("union", "CCD", true), member = change("union", "AAA", true),
                               stranger = change("union", "CCC", false);
    const bk_membership_change both[] = {change("later", "CCC", true), change("later", "CCC", false)};
    bkt_model                  m;

    (void)state;
    bkt_model_start(&m);
    check_refused(
        &m, &alone, 1, BK_ERR_CONFLICT,
        "'AAA' is in the customs union 'union' and cannot join 'later' without 'BBB': the members of a union apply "
        "one external tariff (GATT Article XXIV:8(a)(ii)",
        "let every member of the union join, or let the country leave");
    check_refused(&m, &unknown, 1, BK_ERR_REFERENCE, "no agreement 'unoin'", "did you mean 'union'?");
    check_refused(&m, &nobody, 1, BK_ERR_REFERENCE, "no country 'CCD'", "did you mean 'CCC'?");
    check_refused(&m, &member, 1, BK_ERR_VALUE, "'AAA' is already in 'union' in 2020", "policy/member.csv");
    check_refused(&m, &stranger, 1, BK_ERR_VALUE, "'CCC' is not in 'union' in 2020", "policy/member.csv");
    check_refused(&m, both, 2, BK_ERR_CONFLICT, "'CCC' both joins and leaves 'later' (the other: s.yaml:4)",
                  "keep one");
    bkt_model_stop(&m);
}

static void
a_union_may_sign_as_one(void **state)
{
    const bk_membership_change all[] = {change("later", "AAA", true), change("later", "BBB", true)};
    const bk_measure           measures[2] = {{.id = "a", .n_memberships = 1, .memberships = &all[0]},
                                              {.id = "b", .n_memberships = 1, .memberships = &all[1]}};
    bkt_model                  m;
    bk_status                  status;

    (void)state;
    bkt_model_start(&m);
    const bk_model *out = bkt_apply(&m, measures, 2, NULL, &status);
    assert_int_equal(status, BK_OK);
    bkt_close(bkt_tariff(out, "food", "C", "A"), 0, 0, 0);
    bkt_close(bkt_tariff(out, "food", "B", "C"), 0, 0, 0);
    bkt_model_stop(&m);
}

static void
one_may_join_while_another_leaves(void **state)
{
    const bk_membership_change join = change("union", "CCC", true), leave = change("union", "AAA", false);
    const bk_measure           measures[2] = {{.id = "a", .n_memberships = 1, .memberships = &join},
                                              {.id = "b", .n_memberships = 1, .memberships = &leave}};
    bkt_model                  m;
    bk_status                  status;

    (void)state;
    bkt_model_start(&m);
    const bk_model *out = bkt_apply(&m, measures, 2, NULL, &status);
    assert_int_equal(status, BK_OK);
    bkt_close(bkt_tariff(out, "food", "C", "B"), 0, 0, 0);
    bkt_close(bkt_tariff(out, "food", "A", "B"), 0.1, 0, 0);
    bkt_close(bkt_tariff(out, "food", "A", "C"), 0.1, 0, 0); /* the union's, no longer CCC's 0.2 */
    bkt_model_stop(&m);
}

static void
a_union_without_a_common_tariff_cannot_be_joined(void **state)
{
    const bkt_edit             edit = {"policy/external_tariff.csv", "union,ore,0.05,common_external\n", ""};
    const bk_membership_change join = change("union", "CCC", true);
    bkt_model                  m;

    (void)state;
    bkt_model_start_edited(&m, &edit, 1);
    check_refused(&m, &join, 1, BK_ERR_REFERENCE,
                  "'CCC' would join 'union', but there is no common_external tariff of it on 'ore'",
                  "policy/external_tariff.csv");
    bkt_model_stop(&m);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(policy_implies_union_preference_and_external_rates),
        cmocka_unit_test(a_joiner_takes_the_common_tariff_and_is_free_inside),
        cmocka_unit_test(a_leaver_returns_to_its_own_tariff_on_both_sides),
        cmocka_unit_test(base_tariffs_stay_where_policy_does_not_change),
        cmocka_unit_test(rows_of_a_file_override_what_membership_implies),
        cmocka_unit_test(joining_brings_an_agreement_into_force),
        cmocka_unit_test(leaving_brings_customs_back_and_joining_takes_them_away),
        cmocka_unit_test(customs_take_the_median_times_of_like_rows),
        cmocka_unit_test(what_cannot_be_joined_or_left_is_refused),
        cmocka_unit_test(a_union_may_sign_as_one),
        cmocka_unit_test(one_may_join_while_another_leaves),
        cmocka_unit_test(a_union_without_a_common_tariff_cannot_be_joined),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
