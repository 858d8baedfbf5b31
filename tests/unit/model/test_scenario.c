/* Scenarios: what each kind of measure does, that the order of measures never matters, and what stays shared. */
#include "bkt_model.h"

static const char *const tariff_text = "sector,exporter,importer,rate\nfood,C,A,0.02\n";

static bk_name_at
named(const char *name)
{
    return (bk_name_at){.name = name, .file = "s.yaml", .line = 5, .column = 9};
}

/* ---- each kind ----------------------------------------------------------------------------------------------- */

static void
nothing_chosen_is_the_base_and_shares_all(void **state)
{
    const bk_name_at project = named("new-road");
    const bk_measure measure = {.id = "m", .n_projects = 1, .projects = &project};
    const bool       none = false;
    bkt_model        m;
    bk_status        status;

    (void)state;
    bkt_model_start(&m);
    const bk_model *same = bkt_apply(&m, &measure, 1, &none, &status);
    assert_int_equal(status, BK_OK);
    assert_memory_equal(same, m.model, sizeof *same); /* every pointer is the base's */
    bkt_model_stop(&m);
}

static void
projects_open_their_links_and_apply_their_effects(void **state)
{
    const bk_name_at names[] = {named("new-road"), named("better-gate")};
    const bk_measure measure = {.id = "m", .n_projects = 2, .projects = names};
    bkt_model        m;

    (void)state;
    bkt_model_start(&m);
    const bk_model *built = bkt_apply_one(&m, &measure);
    assert_true(built->network.links[bk_model_find_link(built, "road-new")].open);
    assert_false(built->network.links[bk_model_find_link(built, "rail-old")].open);
    bkt_close(built->network.links[bk_model_find_link(built, "rail-a")].capacity, 3e6, 0, 0);
    bkt_close(bkt_border(built, "a2", "rail", "AAA", "BBB")->lanes, 4, 0, 0);
    for (size_t t = 0; t < built->network.n_transfers; t++)
        bkt_close(built->network.transfers[t].hours, 12, 0, 0);
    assert_true(built->projects.projects[0].built && built->projects.projects[1].built);
    assert_false(m.model->projects.projects[0].built); /* the base stays as it was */
    bkt_close(m.model->network.links[0].capacity, 1e6, 0, 0);
    /* What a project does not touch is the base's own. */
    assert_ptr_equal(built->economy.tariff, m.model->economy.tariff);
    assert_ptr_equal(built->economy.trade, m.model->economy.trade);
    assert_ptr_equal(built->network.nodes, m.model->network.nodes);
    assert_ptr_equal(built->policy.sanctions, m.model->policy.sanctions);
    assert_null(built->economy.trade_cost);
    assert_true(built->network_hash == m.model->network_hash);
    bkt_model_stop(&m);
}

static void
tolls_are_asked_by_their_country_and_never_two_at_once(void **state)
{
    const bk_transit_toll  some[] = {{.country = "AAA", .usd_per_tonne = 4.5}, {.country = "BBB"}};
    const bk_transit_toll  other = {.country = "AAA", .usd_per_tonne = 5.0}, below = {.country = "AAA", -1.0};
    const bk_transit_toll  nobody = {.country = "ZZZ", .usd_per_tonne = 1.0};
    const bk_transit_toll *wrong[] = {&other, &below, &nobody};
    const bk_status        expected[] = {BK_ERR_CONFLICT, BK_ERR_VALUE, BK_ERR_REFERENCE};
    bk_measure             measures[] = {{.id = "a", .n_tolls = 2, .tolls = some}, {.id = "b", .n_tolls = 1}};
    bkt_model              m;
    bk_status              status;

    (void)state;
    bkt_model_start(&m);
    assert_null(m.model->transit_toll);
    const bk_model *out = bkt_apply(&m, measures, 1, NULL, &status);
    assert_int_equal(status, BK_OK);
    bkt_close(out->transit_toll[bk_model_find_country(out, "AAA")], 4.5, 0, 0);
    bkt_close(out->transit_toll[bk_model_find_country(out, "BBB")], 0.0, 0, 0);
    for (int w = 0; w < 3; w++) {
        bk_error_clear(m.ctx);
        measures[1].tolls = wrong[w];
        bkt_apply(&m, w == 0 ? measures : measures + 1, w == 0 ? 2 : 1, NULL, &status);
        assert_int_equal(status, expected[w]);
    }
    bkt_model_stop(&m);
}

static void
effects_act_over_rows_and_closures_over_projects(void **state)
{
    const bk_name_at gate = named("better-gate"), road = named("new-road"), link = named("road-new");
    bk_measure       measures[] = {{.id = "a", .n_projects = 1, .projects = &gate, .borders_file = "b.csv"},
                                   {.id = "b", .n_projects = 1, .projects = &road, .n_closures = 1, .closures = &link}};
    bkt_model        m;
    bk_status        status;

    (void)state;
    bkt_model_start(&m);
    assert_int_equal(
        bkt_measure_rows(&m, BK_ROWS_BORDERS, "b.csv",
                         "node_id,mode,from_country,to_country,side,control_hours,lanes,tonnes_per_vehicle\n"
                         "a2,rail,AAA,BBB,exit,0.5,9,1500\n",
                         &measures[0]),
        BK_OK);
    const bk_model  *out = bkt_apply(&m, measures, 2, NULL, &status);
    const bk_border *border = bkt_border(out, "a2", "rail", "AAA", "BBB");
    bkt_close(border->control_hours, 0.5, 0, 0);
    bkt_close(border->tonnes_per_vehicle, 1500, 0, 0);
    bkt_close(border->lanes, 4, 0, 0); /* the project's, not the row's 9 */
    assert_false(out->network.links[bk_model_find_link(out, "road-new")].open);
    bkt_model_stop(&m);
}

static void
rows_replace_tariffs_and_factors_multiply(void **state)
{
    bk_measure measures[2] = {{.id = "a"}, {.id = "b"}};
    bkt_model  m;
    bk_status  status;

    (void)state;
    bkt_model_start(&m);
    const char *costs = "sector,exporter,importer,factor\nfood,A,C,0.9\n";
    assert_int_equal(bkt_measure_rows(&m, BK_ROWS_TARIFFS, "t.csv", tariff_text, &measures[0]), BK_OK);
    assert_int_equal(bkt_measure_rows(&m, BK_ROWS_TRADE_COSTS, "c.csv", costs, &measures[0]), BK_OK);
    assert_int_equal(bkt_measure_rows(&m, BK_ROWS_TRADE_COSTS, "d.csv", costs, &measures[1]), BK_OK);
    assert_int_equal(
        bkt_measure_rows(&m, BK_ROWS_PRODUCTIVITY, "p.csv", "sector,region,factor\nore,B,1.25\n", &measures[1]), BK_OK);
    const bk_model *out = bkt_apply(&m, measures, 2, NULL, &status);
    assert_int_equal(status, BK_OK);
    bkt_close(bkt_tariff(out, "food", "C", "A"), 0.02, 0, 0);
    bkt_close(bkt_tariff(out, "ore", "C", "A"), 0.05, 0, 0);
    bkt_close(out->economy.trade_cost[bkt_pair(out, "food", "A", "C")], 0.81, 1e-15, 0);
    bkt_close(out->economy.trade_cost[bkt_pair(out, "food", "C", "A")], 1, 0, 0);
    bkt_close(out->economy.productivity[1 * 3 + 1], 1.25, 0, 0);
    bkt_close(out->economy.productivity[0], 1, 0, 0);
    assert_ptr_equal(out->network.links, m.model->network.links);
    bkt_model_stop(&m);
}

static void
rows_that_say_what_stands_change_nothing(void **state)
{
    bk_measure measure = {.id = "a"};
    bkt_model  m;

    (void)state;
    bkt_model_start(&m);
    assert_int_equal(
        bkt_measure_rows(&m, BK_ROWS_TARIFFS, "t.csv", "sector,exporter,importer,rate\nfood,C,A,0.1\n", &measure),
        BK_OK);
    assert_ptr_equal(bkt_apply_one(&m, &measure)->economy.tariff, m.model->economy.tariff);
    bkt_model_stop(&m);
}

static void
a_node_a_post_a_link_and_a_row_can_be_closed(void **state)
{
    const bk_name_at names[] = {named("c1"), named("a2"), named("rail-b"), named("b2|road|AAA|BBB")};
    bkt_model        m;

    (void)state;
    bkt_model_start(&m);
    bk_measure      measure = {.id = "m", .n_closures = 1, .closures = &names[0]};
    const bk_model *out = bkt_apply_one(&m, &measure); /* a place: what passes or stops there */
    assert_false(out->network.links[bk_model_find_link(out, "sea-bc")].open);
    assert_false(out->network.links[bk_model_find_link(out, "pipe")].open);
    assert_true(out->network.links[bk_model_find_link(out, "rail-b")].open);
    measure.closures = &names[1];
    out = bkt_apply_one(&m, &measure); /* a border post: its rows */
    assert_false(bkt_border(out, "a2", "rail", "AAA", "BBB")->open ||
                 bkt_border(out, "a2", "rail", "BBB", "AAA")->open);
    assert_true(bkt_border(out, "b1", "rail", "AAA", "BBB")->open);
    assert_ptr_equal(out->network.links, m.model->network.links);
    measure.closures = &names[2];
    out = bkt_apply_one(&m, &measure);
    assert_false(out->network.links[bk_model_find_link(out, "rail-b")].open);
    assert_ptr_equal(out->network.borders, m.model->network.borders);
    measure.closures = &names[3];
    out = bkt_apply_one(&m, &measure);
    assert_false(bkt_border(out, "b2", "road", "AAA", "BBB")->open);
    assert_true(bkt_border(out, "b2", "road", "BBB", "AAA")->open);
    bkt_model_stop(&m);
}

static void
a_trade_sanction_closes_pairs_both_ways(void **state)
{
    const bk_name_at name = named("embargo");
    const bk_measure measure = {.id = "m", .n_sanctions = 1, .sanctions = &name};
    bkt_model        m;

    (void)state;
    bkt_model_start(&m);
    const bk_model *out = bkt_apply_one(&m, &measure); /* the union (AAA, BBB) against CCC, on ore */
    assert_true(isinf(out->economy.trade_cost[bkt_pair(out, "ore", "A", "C")]));
    assert_true(isinf(out->economy.trade_cost[bkt_pair(out, "ore", "C", "B")]));
    bkt_close(out->economy.trade_cost[bkt_pair(out, "ore", "A", "B")], 1, 0, 0);
    bkt_close(out->economy.trade_cost[bkt_pair(out, "ore", "C", "C")], 1, 0, 0);
    bkt_close(out->economy.trade_cost[bkt_pair(out, "food", "A", "C")], 1, 0, 0);
    assert_true(out->policy.sanctions[0].active);
    assert_int_equal(out->n_bans, 0);
    bkt_model_stop(&m);
}

static void
a_transit_ban_is_resolved_to_countries(void **state)
{
    const bk_name_at name = named("ban");
    const bk_measure measure = {.id = "m", .n_sanctions = 1, .sanctions = &name};
    bkt_model        m;

    (void)state;
    bkt_model_start(&m);
    const bk_model *out = bkt_apply_one(&m, &measure);
    assert_int_equal(m.model->n_bans, 0);
    assert_int_equal(out->n_bans, 1);
    for (size_t c = 0; c < out->n_countries; c++) {
        assert_int_equal(out->bans[0].closed_to[c], strcmp(out->countries[c], "CCC") == 0);
        assert_int_equal(out->bans[0].through[c], strcmp(out->countries[c], "BBB") == 0);
    }
    assert_null(out->economy.trade_cost);
    bkt_model_stop(&m);
}

static void
a_ban_the_base_year_holds_is_in_force_there(void **state)
{
    const bkt_edit edit = {"policy/sanction.csv", "transit_ban,,close", "transit_ban,,in_base"};
    bkt_model      m;

    (void)state;
    bkt_model_start_edited(&m, &edit, 1);
    assert_int_equal(m.model->n_bans, 1);
    assert_true(m.model->bans[0].through[bk_model_find_country(m.model, "BBB")]);
    bkt_model_stop(&m);
}

static void
a_transit_cost_is_a_constant_at_every_entry(void **state)
{
    const bk_name_at name = named("risk");
    const bk_measure measure = {.id = "m", .n_sanctions = 1, .sanctions = &name};
    bkt_model        m;

    (void)state;
    bkt_model_start(&m);
    const bk_model *out = bkt_apply_one(&m, &measure); /* target BBB: entered at b1 by rail and at b2 by road */
    const size_t    before = m.model->network.n_constants;
    assert_int_equal(out->network.n_constants, before + 2);
    for (size_t i = before; i < out->network.n_constants; i++) {
        const bk_constant *constant = &out->network.constants[i];
        assert_true(constant->on_border);
        assert_int_equal(out->network.borders[constant->target].side, BK_ENTRY);
        assert_string_equal(out->countries[out->network.borders[constant->target].to_country], "BBB");
        bkt_close(constant->usd_per_tonne, 25, 0, 0);
        assert_int_equal(constant->sector, bk_model_find_sector(out, "food"));
    }
    bkt_model_stop(&m);
}

static void
a_sanction_the_base_year_holds_changes_nothing(void **state)
{
    const bk_name_at name = named("done");
    const bk_measure measure = {.id = "m", .n_sanctions = 1, .sanctions = &name};
    bkt_model        m;

    (void)state;
    bkt_model_start(&m);
    assert_null(bkt_apply_one(&m, &measure)->economy.trade_cost);
    bkt_model_stop(&m);
}

/* ---- the order never matters --------------------------------------------------------------------------------- */

#define MEASURES 6

static void
make_measures(bkt_model *m, bk_measure *measures)
{
    static bk_name_at           names[4];
    static bk_membership_change join = {
        .agreement = "union", .country = "CCC", .join = true, .file = "s.yaml", .line = 3};
    const char *costs[] = {"sector,exporter,importer,factor\nfood,A,C,0.93\n",
                           "sector,exporter,importer,factor\nfood,A,C,0.97\n",
                           "sector,exporter,importer,factor\nfood,A,C,1.07\n"};

    names[0] = named("new-road");
    names[1] = named("better-gate");
    names[2] = named("rail-b");
    names[3] = named("ban");
    measures[0] = (bk_measure){.id = "works", .n_projects = 1, .projects = &names[0]};
    measures[1] = (bk_measure){.id = "gate", .n_projects = 1, .projects = &names[1]};
    measures[2] =
        (bk_measure){.id = "shut", .n_closures = 1, .closures = &names[2], .n_sanctions = 1, .sanctions = &names[3]};
    measures[3] = (bk_measure){.id = "join", .n_memberships = 1, .memberships = &join};
    measures[4] = (bk_measure){.id = "tariffs"};
    measures[5] = (bk_measure){.id = "costs"};
    assert_int_equal(bkt_measure_rows(m, BK_ROWS_TARIFFS, "t.csv", tariff_text, &measures[4]), BK_OK);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(bkt_measure_rows(m, BK_ROWS_TRADE_COSTS, "c.csv", costs[i], &measures[3 + i]), BK_OK);
}

static void
check_same(const bk_model *a, const bk_model *b)
{
    const size_t n = a->economy.n_sectors * a->economy.n_regions * a->economy.n_regions;

    assert_memory_equal(a->economy.tariff, b->economy.tariff, n * sizeof(double));
    assert_memory_equal(a->economy.trade_cost, b->economy.trade_cost, n * sizeof(double));
    for (size_t l = 0; l < a->network.n_links; l++) {
        assert_int_equal(a->network.links[l].open, b->network.links[l].open);
        bkt_close(a->network.links[l].capacity, b->network.links[l].capacity, 0, 0);
    }
    for (size_t i = 0; i < a->network.n_borders; i++) {
        const bk_border *x = &a->network.borders[i], *y = &b->network.borders[i];
        bkt_close(x->control_hours, y->control_hours, 0, 0);
        bkt_close(x->lanes, y->lanes, 0, 0);
        assert_int_equal(x->customs, y->customs);
    }
    assert_int_equal(a->n_bans, b->n_bans);
    assert_memory_equal(a->bans[0].through, b->bans[0].through, a->n_countries * sizeof(bool));
}

static void
the_order_of_measures_never_matters(void **state)
{
    bk_measure measures[MEASURES], shuffled[MEASURES];
    bkt_model  m;
    bk_status  status;

    (void)state;
    bkt_model_start(&m);
    make_measures(&m, measures);
    const bk_model *first = bkt_apply(&m, measures, MEASURES, NULL, &status);
    assert_int_equal(status, BK_OK);
    for (uint64_t seed = 0; seed < 200; seed++) {
        memcpy(shuffled, measures, sizeof measures);
        for (size_t i = MEASURES; i-- > 1;) {
            const size_t     j = (size_t)(bk_uniform(seed, 0, i) * (double)(i + 1));
            const bk_measure spare = shuffled[i];
            shuffled[i] = shuffled[j];
            shuffled[j] = spare;
        }
        const bk_model *other = bkt_apply(&m, shuffled, MEASURES, NULL, &status);
        assert_int_equal(status, BK_OK);
        check_same(first, other);
    }
    bkt_model_stop(&m);
}

static void
choosing_measures_is_the_same_as_writing_only_those(void **state)
{
    bk_measure measures[MEASURES];
    const bool chosen[MEASURES] = {true, false, true, true, true, true};
    bk_measure written[] = {{0}, {0}, {0}, {0}, {0}};
    bkt_model  m;
    bk_status  status;

    (void)state;
    bkt_model_start(&m);
    make_measures(&m, measures);
    for (size_t i = 0, n = 0; i < MEASURES; i++)
        if (chosen[i])
            written[n++] = measures[i];
    const bk_model *a = bkt_apply(&m, measures, MEASURES, chosen, &status);
    const bk_model *b = bkt_apply(&m, written, 5, NULL, &status);
    check_same(a, b);
    bkt_close(a->network.links[0].capacity, 1e6, 0, 0); /* `gate` was left out */
    bkt_model_stop(&m);
}

/* ---- conflicts and unknown names ----------------------------------------------------------------------------- */

static void
check_refused(bkt_model *m, const bk_measure *measures, size_t n, bk_status code, const char *file, int line,
              const char *message, const char *hint)
{
    bk_status status;

    bk_error_clear(m->ctx);
    assert_null(bkt_apply(m, measures, n, NULL, &status));
    assert_int_equal(status, code);
    const bk_error *error = bk_error_get(m->ctx, 0);
    assert_string_equal(error->file, file);
    assert_int_equal(error->line, line);
    if (strstr(error->message, message) == NULL || strstr(error->hint != NULL ? error->hint : "", hint) == NULL)
        fail_msg("found: %s [%s]\nexpected: %s [%s]", error->message, error->hint, message, hint);
}

static void
two_values_for_one_cell_are_a_conflict_that_names_both_places(void **state)
{
    const char *border_head = "node_id,mode,from_country,to_country,side,control_hours\n";
    char        one[256], two[256];
    bk_measure  measures[2] = {{.id = "a", .tariffs_file = "a.csv", .borders_file = "ab.csv"},
                               {.id = "b", .tariffs_file = "b.csv", .borders_file = "bb.csv"}};
    bkt_model   m;
    bk_status   status;

    (void)state;
    bkt_model_start(&m);
    assert_int_equal(bkt_measure_rows(&m, BK_ROWS_TARIFFS, "a.csv", tariff_text, &measures[0]), BK_OK);
    assert_int_equal(bkt_measure_rows(&m, BK_ROWS_TARIFFS, "b.csv", tariff_text, &measures[1]), BK_OK);
    assert_non_null(bkt_apply(&m, measures, 2, NULL, &status)); /* the same value is no conflict */
    assert_int_equal(bkt_measure_rows(&m, BK_ROWS_TARIFFS, "b.csv",
                                      "sector,exporter,importer,rate\nore,C,A,0\nfood,C,A,0.03\n", &measures[1]),
                     BK_OK);
    check_refused(&m, measures, 2, BK_ERR_CONFLICT, "b.csv", 3,
                  "measure 'b' sets the tariff of 'A' on 'food' from 'C' to 0.03, but 'a' sets it to 0.02 (a.csv:2)",
                  "leave the cell to one");
    measures[0].n_tariffs = measures[1].n_tariffs = 0;
    snprintf(one, sizeof one, "%sa1,road,AAA,BBB,exit,3\n", border_head);
    snprintf(two, sizeof two, "%sa1,road,BBB,AAA,entry,3\na1,road,AAA,BBB,exit,4\n", border_head);
    assert_int_equal(bkt_measure_rows(&m, BK_ROWS_BORDERS, "ab.csv", one, &measures[0]), BK_OK);
    assert_int_equal(bkt_measure_rows(&m, BK_ROWS_BORDERS, "bb.csv", two, &measures[1]), BK_OK);
    check_refused(&m, measures, 2, BK_ERR_CONFLICT, "bb.csv", 3,
                  "measures 'b' and 'a' set the border row a1|road|AAA|BBB to different values (the other: ab.csv:2)",
                  "");
    bkt_model_stop(&m);
}

static void
unknown_names_are_answered_with_a_suggestion(void **state)
{
    const bk_name_at project = named("new-raod"), closure = named("raill-b"), sanction = named("bann");
    bkt_model        m;

    (void)state;
    bkt_model_start(&m);
    bk_measure measure = {.id = "m", .n_projects = 1, .projects = &project};
    check_refused(&m, &measure, 1, BK_ERR_REFERENCE, "s.yaml", 5, "no project 'new-raod'", "did you mean 'new-road'?");
    measure = (bk_measure){.id = "m", .n_closures = 1, .closures = &closure};
    check_refused(&m, &measure, 1, BK_ERR_REFERENCE, "s.yaml", 5, "no link, node or border row 'raill-b' to close",
                  "did you mean 'rail-b'?");
    measure = (bk_measure){.id = "m", .n_sanctions = 1, .sanctions = &sanction};
    check_refused(&m, &measure, 1, BK_ERR_REFERENCE, "s.yaml", 5, "no sanction 'bann'", "did you mean 'ban'?");
    bkt_model_stop(&m);
}

static void
two_measures_of_one_name_are_refused(void **state)
{
    const bk_measure measures[2] = {{.id = "m"}, {.id = "m"}};
    bkt_model        m;

    (void)state;
    bkt_model_start(&m);
    check_refused(&m, measures, 2, BK_ERR_DUPLICATE, "s.yaml", 0, "two measures are called 'm'", "id of its own");
    bkt_model_stop(&m);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_chosen_is_the_base_and_shares_all),
        cmocka_unit_test(projects_open_their_links_and_apply_their_effects),
        cmocka_unit_test(tolls_are_asked_by_their_country_and_never_two_at_once),
        cmocka_unit_test(effects_act_over_rows_and_closures_over_projects),
        cmocka_unit_test(rows_replace_tariffs_and_factors_multiply),
        cmocka_unit_test(rows_that_say_what_stands_change_nothing),
        cmocka_unit_test(a_node_a_post_a_link_and_a_row_can_be_closed),
        cmocka_unit_test(a_trade_sanction_closes_pairs_both_ways),
        cmocka_unit_test(a_transit_ban_is_resolved_to_countries),
        cmocka_unit_test(a_ban_the_base_year_holds_is_in_force_there),
        cmocka_unit_test(a_transit_cost_is_a_constant_at_every_entry),
        cmocka_unit_test(a_sanction_the_base_year_holds_changes_nothing),
        cmocka_unit_test(the_order_of_measures_never_matters),
        cmocka_unit_test(choosing_measures_is_the_same_as_writing_only_those),
        cmocka_unit_test(two_values_for_one_cell_are_a_conflict_that_names_both_places),
        cmocka_unit_test(unknown_names_are_answered_with_a_suggestion),
        cmocka_unit_test(two_measures_of_one_name_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
