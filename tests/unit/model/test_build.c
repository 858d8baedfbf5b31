/* What the builder makes of a sound study. */
#include "bkt_model.h"

static void
a_sound_study_gives_the_model_its_rows(void **state)
{
    bkt_model m;

    (void)state;
    bkt_model_start(&m);
    const bk_network_data *network = &m.model->network;
    assert_string_equal(m.model->title, "A small study");
    assert_int_equal(network->n_nodes, 5);
    assert_int_equal(network->n_links, 7);
    assert_int_equal(network->n_borders, 8);
    assert_int_equal(network->n_modes, 4);     /* rail, sea, road, pipeline */
    assert_int_equal(m.model->n_countries, 4); /* DDD is known from member.csv alone, and comes last */
    assert_string_equal(m.model->countries[3], "DDD");
    assert_int_equal(bk_model_find_country(m.model, "BBB"), 1);
    assert_int_equal(bk_model_find_node(m.model, "c1"), 4);
    assert_int_equal(bk_model_find_link(m.model, "nowhere"), BK_NONE);
    const bk_link *rail = &network->links[bk_model_find_link(m.model, "rail-a")];
    assert_string_equal(rail->name, "rail-a"); /* no name: the id */
    assert_int_equal(rail->gauge_mm, 1520);
    bkt_close(rail->capacity, 1e6, 0, 0);
    assert_true(isinf(network->links[bk_model_find_link(m.model, "rail-ab")].capacity));
    assert_true(network->links[bk_model_find_link(m.model, "pipe")].directed);
    assert_true(network->mode_crosses[rail->mode]);
    assert_false(network->mode_crosses[network->links[bk_model_find_link(m.model, "pipe")].mode]);
    assert_int_equal(m.model->projects.projects[0].confidence, BK_REPORTED);
    assert_int_equal(m.model->projects.finance[1].party, BK_NONE);
    assert_true(m.model->policy.agreements[0].customs_union);
    bkt_model_stop(&m);
}

static void
links_stand_by_their_years_and_projects(void **state)
{
    const bkt_edit edits[] = {{"network/link.csv", "rail-ab,a2,b1,0,20,30,rail,1520,0.02,,,,",
                               "rail-ab,a2,b1,0,20,30,rail,1520,0.02,,2019,2021,"},
                              {"network/link.csv", "rail-b,b1,b2,0,160,40,rail,1520,0.02,,,,",
                               "rail-b,b1,b2,0,160,40,rail,1520,0.02,,2021,,"}};
    bkt_model      m;

    (void)state;
    bkt_model_start_edited(&m, edits, 2);
    const bk_link *links = m.model->network.links;
    assert_true(links[bk_model_find_link(m.model, "rail-a")].open);    /* no years */
    assert_true(links[bk_model_find_link(m.model, "rail-ab")].open);   /* opened 2019, closes 2021 */
    assert_false(links[bk_model_find_link(m.model, "rail-b")].open);   /* opens 2021, no project */
    assert_false(links[bk_model_find_link(m.model, "road-new")].open); /* waits for its project */
    assert_false(links[bk_model_find_link(m.model, "rail-old")].open); /* closed in 2010 */
    bool said = false;
    for (size_t i = 0; i < m.model->n_warnings; i++)
        said = said || strstr(m.model->warnings[i], "link 'rail-b' opens in 2021") != NULL;
    assert_true(said);
    bkt_model_stop(&m);
}

static void
zones_of_a_region_are_adjacent_and_shares_overridden(void **state)
{
    bkt_model m;

    (void)state;
    bkt_model_start(&m);
    const bk_network_data *network = &m.model->network;
    const uint32_t         food = bk_model_find_sector(m.model, "food"), ore = bk_model_find_sector(m.model, "ore");
    const size_t           n = m.model->economy.n_sectors;
    assert_string_equal(network->zones[0].id, "za1");
    assert_string_equal(network->zones[1].id, "za2"); /* third in the file */
    assert_string_equal(network->zones[2].id, "zb");
    assert_int_equal(network->region_zone[1], 2);
    assert_int_equal(network->region_zone[3], 4);
    bkt_close(network->origin_share[0 * n + food], 0.6, 0, 0);
    bkt_close(network->origin_share[0 * n + ore], 0, 0, 0); /* zone_share.csv names za2 alone */
    bkt_close(network->origin_share[1 * n + ore], 1, 0, 0);
    bkt_close(network->destination_share[0 * n + ore], 0.6, 0, 0);
    bkt_model_stop(&m);
}

static void
values_per_tonne_fall_back_from_pair_to_exporter_to_sector(void **state)
{
    bkt_model m;

    (void)state;
    bkt_model_start(&m);
    const double *value = m.model->economy.usd_per_tonne;
    bkt_close(value[bkt_pair(m.model, "ore", "A", "B")], 300, 0, 0);
    bkt_close(value[bkt_pair(m.model, "ore", "A", "C")], 200, 0, 0);
    bkt_close(value[bkt_pair(m.model, "ore", "C", "A")], 100, 0, 0);
    bkt_close(value[bkt_pair(m.model, "svc", "A", "B")], 0, 0, 0);
    bkt_model_stop(&m);
}

static void
dense_arrays_are_sector_importer_exporter(void **state)
{
    bkt_model m;

    (void)state;
    bkt_model_start(&m);
    const bk_economy *economy = &m.model->economy;
    /* food, importer A, exporter B: the second number. */
    bkt_close(economy->trade[1], 10, 0, 0);
    bkt_close(economy->trade[bkt_pair(m.model, "food", "A", "B")], 5, 0, 0);
    bkt_close(economy->trade[bkt_pair(m.model, "food", "C", "A")], 0, 0, 0);
    bkt_close(bkt_tariff(m.model, "food", "A", "C"), 0.2, 0, 0);
    bkt_close(economy->value_added_share[1 * 3 + 1], 0.6, 0, 0);
    bkt_close(economy->input_share[(1 * 3 + 0) * 3 + 2], 0.4, 0, 0); /* B, food buys svc */
    bkt_close(economy->final_share[0 * 3 + 2], 0.4, 0, 0);
    bkt_close(economy->regions[2].deficit, 0, 0, 0); /* empty: C imports 2 and exports 2 */
    assert_null(economy->trade_cost);
    assert_null(economy->productivity);
    bkt_model_stop(&m);
}

static void
modes_without_a_row_are_not_allowed(void **state)
{
    const bkt_edit no_modes[] = {{"network/mode.csv", NULL, NULL}};
    bkt_model      m;

    (void)state;
    bkt_model_start(&m);
    const bk_mode_product *products = m.model->network.products;
    assert_true(products[0 * 3 + 0].allowed);  /* rail, food */
    assert_false(products[0 * 3 + 2].allowed); /* rail, svc */
    bkt_close(products[0].money_factor, 0.8, 0, 0);
    bkt_close(products[0].border_hours_factor, 1, 0, 0);
    bkt_model_stop(&m);
    bkt_model_start_edited(&m, no_modes, 1);
    for (size_t i = 0; i < m.model->network.n_modes * 3; i++)
        assert_true(m.model->network.products[i].allowed);
    bkt_model_stop(&m);
}

static void
rows_are_counted_by_confidence(void **state)
{
    bkt_model m;

    (void)state;
    bkt_model_start(&m);
    for (size_t f = 0; f < m.model->n_files; f++)
        if (strcmp(m.model->files[f].file, "projects/project.csv") == 0) {
            assert_int_equal(m.model->files[f].rows, 2);
            assert_int_equal(m.model->files[f].by_confidence[BK_REPORTED], 1);
            assert_int_equal(m.model->files[f].by_confidence[BK_ESTIMATE], 1);
            assert_int_equal(m.model->files[f].by_confidence[BK_CONFIDENCE_NONE], 0);
        } else
            assert_int_equal(m.model->files[f].by_confidence[BK_CONFIDENCE_NONE], m.model->files[f].rows);
    assert_int_equal(m.model->n_files, BKT_TABLES);
    bkt_model_stop(&m);
}

/* ---- every file is optional ---------------------------------------------------------------------------------- */

static void
take_away(bkt_edit *edits, size_t *n, const char *folder)
{
    *n = 0;
    for (size_t t = 0; t < BKT_TABLES; t++)
        if (strncmp(bkt_study_tables[t].file, folder, strlen(folder)) == 0)
            edits[(*n)++] = (bkt_edit){bkt_study_tables[t].file, NULL, NULL};
}

static void
a_study_of_trade_alone_is_built(void **state)
{
    static const char *const folders[] = {"network", "policy", "projects", "observed"};
    bkt_edit                 edits[BKT_TABLES];
    size_t                   n_edits = 0;
    bkt_model                m;

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        size_t n;
        take_away(edits + n_edits, &n, folders[i]);
        n_edits += n;
    }
    bkt_model_start_edited(&m, edits, n_edits);
    assert_true(m.model->has_economy && !m.model->has_network);
    assert_int_equal(m.model->n_countries, 3);
    assert_int_equal(m.model->network.n_zones, 0);
    bkt_model_stop(&m);
}

static void
a_study_of_transport_alone_is_built(void **state)
{
    bkt_edit  edits[BKT_TABLES];
    size_t    n;
    bkt_model m;

    (void)state;
    take_away(edits, &n, "economy");
    edits[n++] = (bkt_edit){"policy/preference.csv", NULL, NULL};
    edits[n++] = (bkt_edit){"policy/external_tariff.csv", NULL, NULL};
    edits[n++] = (bkt_edit){"policy/sanction.csv", "svc", "food"};
    bkt_model_start_edited(&m, edits, n);
    assert_true(!m.model->has_economy && m.model->has_network);
    assert_int_equal(m.model->economy.n_regions, 3); /* those of zone.csv */
    assert_int_equal(m.model->economy.n_sectors, 2); /* those of mode.csv */
    assert_string_equal(m.model->economy.regions[1].id, "B");
    assert_null(m.model->economy.trade);
    bkt_model_stop(&m);
}

static void
a_network_alone_carries_one_freight(void **state)
{
    bkt_edit  edits[BKT_TABLES];
    size_t    n = 0;
    bkt_model m;

    (void)state;
    for (size_t t = 0; t < BKT_TABLES; t++)
        if (strcmp(bkt_study_tables[t].file, "network/node.csv") != 0 &&
            strcmp(bkt_study_tables[t].file, "network/link.csv") != 0 &&
            strcmp(bkt_study_tables[t].file, "network/border.csv") != 0)
            edits[n++] = (bkt_edit){bkt_study_tables[t].file, NULL, NULL};
    edits[n++] = (bkt_edit){"network/link.csv", ",new-road\n", ",\n"};
    bkt_model_start_edited(&m, edits, n);
    assert_int_equal(m.model->economy.n_sectors, 1);
    assert_string_equal(m.model->economy.sectors[0].id, "freight");
    assert_true(m.model->network.products[0].allowed);
    bkt_model_stop(&m);
}

/* ---- warnings ------------------------------------------------------------------------------------------------ */

static void
check_warning(const bkt_edit *edit, const char *expected)
{
    bkt_model m;

    bkt_model_start_edited(&m, edit, 1);
    bool said = false;
    for (size_t i = 0; i < m.model->n_warnings; i++)
        said = said || strcmp(m.model->warnings[i], expected) == 0;
    if (!said)
        fail_msg("no warning '%s' but: %s", expected, m.model->n_warnings > 0 ? m.model->warnings[0] : "none");
    bkt_model_stop(&m);
}

static void
what_is_odd_is_warned_of(void **state)
{
    static const struct {
        bkt_edit    edit;
        const char *warning;
    } cases[] = {
        {{"network/node.csv", "country,kind", "country,knid"},
         "network/node.csv:1:38: column 'knid' is not known and ignored; did you mean 'kind'?"},
        {{"economy/tariff.csv", "food,C,A,0.1", "food,C,A,12"},
         "economy/tariff.csv:2:10: rate is 12: is it in percent? 0.05 is 5 percent"},
        {{"economy/input_share.csv", "A,food,food,0.6\nA,food,ore,0.4", "A,food,food,1.4\nA,food,ore,-0.4"},
         "economy/input_share.csv:3:12: share is -0.4: a negative input is used as given"},
        {{"economy/region.csv", "Aland,95,5", "Aland,96,5"},
         "economy/region.csv:2:13: value_added of 'A' is 96, but its sales times value_added_share give 72.7: balance "
         "the base year"},
        {{"economy/region.csv", "Aland,95,5", "Aland,95,6"},
         "economy/region.csv:2:16: deficit of 'A' is 6, but trade.csv gives 5: balance the base year"},
        {{"network/border.csv", "AAA,BBB,exit,7.6", "AAA,BBB,exit,9.6"},
         "network/border.csv:6:22: mean_hours is 9.6, but control_hours, inspected_share and inspection_hours give "
         "7.6, which is used"},
        {{"network/transfer.csv", "b2,rail,1520,sea", "a1,rail,1520,sea"},
         "network/transfer.csv:2:14: no link of mode 'sea' calls at 'a1': the transfer is never used"},
        {{"projects/project.csv", "2025,2026,10", "2015,2019,10"},
         "projects/project.csv:3:47: project 'better-gate' opened in 2019, up to the base year, but counts as not "
         "built until a scenario builds it"},
        {{"projects/project.csv", "estimate", "guess"},
         "projects/project.csv:3:56: confidence 'guess' is none of reported, derived, estimate and counts as none"},
        {{"projects/finance.csv", "owner,0.4", "owner,0.3"},
         "projects/finance.csv:2:20: shares of the owners of project 'new-road' add up to 0.9"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_warning(&cases[i].edit, cases[i].warning);
}

/* ---- the hash of routes -------------------------------------------------------------------------------------- */

static uint64_t
hash_with(const char *key, const char *text)
{
    bk_context     *ctx;
    bk_arena        arena;
    bk_builder     *builder;
    const bk_model *model;

    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    bk_arena_init(&arena, ctx);
    assert_int_equal(bk_builder_create(ctx, &arena, &builder), BK_OK);
    assert_int_equal(bk_builder_setting(builder, "base_year", "2020", "s", 1, 1), BK_OK);
    if (key != NULL)
        assert_int_equal(bk_builder_setting(builder, key, text, "s", 2, 1), BK_OK);
    bk_builder_hash(builder, "abc", 3);
    assert_int_equal(bk_builder_finish(builder, &arena, &model), BK_OK);
    const uint64_t hash = model->network_hash;
    bk_arena_release(&arena);
    bk_context_release(ctx);
    return hash;
}

static void
the_hash_follows_what_decides_routes(void **state)
{
    (void)state;
    assert_true(hash_with(NULL, NULL) == hash_with("title", "another"));
    assert_true(hash_with(NULL, NULL) == hash_with("transport.route_noise", "0.15")); /* the default, said */
    assert_true(hash_with(NULL, NULL) != hash_with("transport.route_noise", "0.16"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sound_study_gives_the_model_its_rows),
        cmocka_unit_test(links_stand_by_their_years_and_projects),
        cmocka_unit_test(zones_of_a_region_are_adjacent_and_shares_overridden),
        cmocka_unit_test(values_per_tonne_fall_back_from_pair_to_exporter_to_sector),
        cmocka_unit_test(dense_arrays_are_sector_importer_exporter),
        cmocka_unit_test(modes_without_a_row_are_not_allowed),
        cmocka_unit_test(rows_are_counted_by_confidence),
        cmocka_unit_test(a_study_of_trade_alone_is_built),
        cmocka_unit_test(a_study_of_transport_alone_is_built),
        cmocka_unit_test(a_network_alone_carries_one_freight),
        cmocka_unit_test(what_is_odd_is_warned_of),
        cmocka_unit_test(the_hash_follows_what_decides_routes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
