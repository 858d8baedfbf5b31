/* Scenarios: their list, their measures, the rows of their files, and what is said of their faults. */
#include "study_test.h"

#include "buckle/io.h"

static const char *
root_path(const char *name)
{
    const char *root = getenv("BUCKLE_ROOT");

    return bkt_path(root != NULL ? root : ".", name);
}

static const bk_model *
small_study(bkt_io *io, char folder[64])
{
    const bk_model *model = NULL;

    bkt_folder_create(folder);
    bkt_study_put(folder);
    assert_int_equal(bk_study_read(io->ctx, folder, &io->arena, &model), BK_OK);
    return model;
}

static void
scenarios_are_listed_in_byte_order(void **state)
{
    char               folder[64];
    size_t             n;
    const char *const *names;
    bkt_io             io;
    (void)state;

    bkt_io_start(&io);
    bkt_folder_create(folder);
    assert_int_equal(bk_scenario_list(io.ctx, folder, &io.arena, &n, &names), BK_OK);
    assert_int_equal(n, 0);
    bkt_file_put_text(folder, "scenarios/b.yaml", "");
    bkt_file_put_text(folder, "scenarios/a-b.yaml", "");
    bkt_file_put_text(folder, "scenarios/Z.yaml", "");
    bkt_file_put_text(folder, "scenarios/tariff.csv", "");
    bkt_file_put_text(folder, "scenarios/.hidden.yaml", "");
    assert_int_equal(bk_scenario_list(io.ctx, folder, &io.arena, &n, &names), BK_OK);
    assert_int_equal(n, 3);
    assert_string_equal(names[0], "Z");
    assert_string_equal(names[1], "a-b");
    assert_string_equal(names[2], "b");
    assert_int_equal(bk_scenario_list(io.ctx, "/nowhere", &io.arena, &n, &names), BK_ERR_FILE);
    bkt_folder_remove(folder);
    bkt_io_stop(&io);
}

static const bk_scenario *
scenario_of(bkt_io *io, const char *folder, const char *name, const bk_model *model)
{
    const bk_scenario *scenario = NULL;
    const bk_status    status = bk_scenario_read(io->ctx, folder, name, model, &io->arena, &scenario);

    if (status != BK_OK)
        fail_msg("%s: %s", name, bkt_error(io->ctx, 0));
    return scenario;
}

static void
every_scenario_of_the_built_in_study_is_read(void **state)
{
    const char        *folder = root_path("studies/silkroad");
    const bk_model    *model = NULL;
    size_t             n;
    const char *const *names;
    bkt_io             io;
    (void)state;

    bkt_io_start(&io);
    assert_int_equal(bk_study_read(io.ctx, folder, &io.arena, &model), BK_OK);
    assert_int_equal(bk_scenario_list(io.ctx, folder, &io.arena, &n, &names), BK_OK);
    assert_true(n > 0);
    for (size_t i = 0; i < n; i++)
        assert_string_equal(scenario_of(&io, folder, names[i], model)->name, names[i]);

    const bk_scenario *belt = scenario_of(&io, folder, "belt-as-planned", model);
    assert_string_equal(belt->title, "The belt as planned, with digital borders and the agreements beside it");
    assert_int_equal(belt->n_measures, 4);
    assert_string_equal(belt->measures[0].id, "belt-and-road");
    assert_int_equal(belt->measures[0].n_projects, 10);
    assert_string_equal(belt->measures[0].projects[9].name, "cku-railway");
    assert_int_equal(belt->measures[0].projects[0].line, 4);
    assert_int_equal(belt->measures[0].projects[0].column, 16);
    assert_true(belt->measures[1].n_borders > 0);
    assert_int_equal(belt->measures[2].n_memberships, 1);
    assert_string_equal(belt->measures[2].memberships[0].agreement, "eaeu-iran");
    assert_string_equal(belt->measures[2].memberships[0].country, "IRN");
    assert_true(belt->measures[2].memberships[0].join);
    assert_true(belt->measures[2].n_tariffs > 0);
    assert_null(belt->measures[2].borders_file);
    assert_true(belt->measures[3].n_trade_costs > 0);
    assert_false(scenario_of(&io, folder, "no-eaeu", model)->measures[0].memberships[0].join);
    assert_int_equal(scenario_of(&io, folder, "today", model)->n_measures, 0);
    bkt_io_stop(&io);
}

static void
rows_are_resolved_and_a_path_may_name_the_scenario(void **state)
{
    char   folder[64];
    bkt_io io;
    (void)state;

    bkt_io_start(&io);
    const bk_model *model = small_study(&io, folder);
    bkt_file_put_text(folder, "other/what-if.yaml",
                      "title: What if\nmeasures:\n- id: one\n  tariffs: ../rows/tariff.csv\n"
                      "  productivity: ./p.csv\n  leave:\n  - country: NOR\n    agreement: x\n"
                      "  close: [way, oslo]\n  join: [{agreement: y, country: KAZ}]\n"
                      "  transit_tolls: [{country: NOR, usd_per_tonne: 2.5}, {country: KAZ, usd_per_tonne: 0}]\n");
    bkt_file_put_text(folder, "rows/tariff.csv", "sector;exporter;importer;rate\ngoods;NO;KAZ;0,25\n");
    bkt_file_put_text(folder, "other/p.csv", "sector,region,factor\ngoods,NO,1.5\n");
    const char        *path = bkt_path(folder, "other/what-if.yaml");
    const bk_scenario *scenario = scenario_of(&io, folder, path, model);
    const bk_measure  *measure = &scenario->measures[0];
    assert_string_equal(scenario->name, "what-if");
    assert_string_equal(scenario->file, path);
    assert_int_equal(measure->n_tariffs, 1);
    bkt_close(measure->tariffs[0].value, 0.25, 0, 0);
    assert_int_equal(measure->tariffs[0].exporter, bk_model_find_region(model, "NO"));
    assert_int_equal(measure->tariffs[0].importer, bk_model_find_region(model, "KAZ"));
    assert_int_equal(measure->tariffs[0].line, 2);
    assert_int_equal(measure->n_productivity, 1);
    bkt_close(measure->productivity[0].value, 1.5, 0, 0);
    assert_int_equal(measure->productivity[0].importer, bk_model_find_region(model, "NO"));
    assert_int_equal(measure->n_closures, 2);
    assert_string_equal(measure->closures[1].name, "oslo");
    assert_int_equal(measure->n_memberships, 2);
    assert_false(measure->memberships[0].join);
    assert_int_equal(measure->memberships[0].line, 7);
    assert_int_equal(measure->memberships[0].column, 5);
    assert_string_equal(measure->memberships[1].agreement, "y");
    assert_int_equal(measure->n_tolls, 2);
    assert_string_equal(measure->tolls[0].country, "NOR");
    bkt_close(measure->tolls[0].usd_per_tonne, 2.5, 0, 0);
    bkt_close(measure->tolls[1].usd_per_tonne, 0.0, 0, 0);
    bkt_folder_remove(folder);
    bkt_io_stop(&io);
}

static void
a_scenario_that_is_not_there_is_told_with_the_nearest(void **state)
{
    char               folder[64], expected[200];
    const bk_scenario *scenario = NULL;
    bkt_io             io;
    (void)state;

    bkt_io_start(&io);
    const bk_model *model = small_study(&io, folder);
    bkt_file_put_text(folder, "scenarios/belt-as-planned.yaml", "title: x\nmeasures: []\n");
    assert_int_equal(bk_scenario_read(io.ctx, folder, "belt-as-planed", model, &io.arena, &scenario), BK_ERR_REFERENCE);
    snprintf(expected, sizeof expected, "%s has no scenario belt-as-planed", folder);
    assert_string_equal(bk_error_get(io.ctx, 0)->message, expected);
    assert_string_equal(bk_error_get(io.ctx, 0)->hint, "did you mean belt-as-planned?");
    assert_int_equal(bk_scenario_read(io.ctx, folder, "../study", model, &io.arena, &scenario), BK_ERR_REFERENCE);
    assert_int_equal(bk_scenario_read(io.ctx, folder, "nowhere.yaml", model, &io.arena, &scenario), BK_ERR_REFERENCE);
    assert_int_equal(bk_scenario_read(io.ctx, folder, "none.yaml", model, &io.arena, &scenario), BK_OK);
    bkt_folder_remove(folder);
    bkt_io_stop(&io);
}

static const struct {
    const char *text, *errors[3]; /* the places without the folder, in order */
} faulty[] = {
    {"measures: []\ntitel: x\n",
     {"2:1: schema: a scenario has no key titel", "1:1: schema: the scenario has no key title"}},
    {"title: x\n", {"1:1: schema: the scenario has no key measures"}},
    {"title: x\nmeasures:\n", {"2:10: schema: measures is empty, it must be a list"}},
    {"title: x\nmeasures:\n  id: a\n", {"3:3: schema: measures is a mapping, it must be a list"}},
    {"title: x\nmeasures:\n- a\n", {"3:3: schema: a measure is a single value, it must be a mapping"}},
    {"title: x\nmeasures:\n- project: [a]\n",
     {"3:3: schema: the measure has no key id", "3:3: schema: a measure has no key project"}},
    {"title: x\nmeasures:\n- id: a\n- id: b\n- {id: a}\n",
     {"5:3: duplicate: a measure with id a stands above already"}},
    {"title: x\nmeasures:\n- id: a\n  id: b\n", {"4:3: duplicate: key id stands here again, first on line 3"}},
    {"title: x\nmeasures:\n- id: a\n  projects: cku\n",
     {"4:13: schema: projects is a single value, it must be a list of names"}},
    {"title: x\nmeasures:\n- id: a\n  projects: [p, q, p, [r]]\n",
     {"4:20: duplicate: p stands twice in projects", "4:23: schema: a name is a list, it must be one value"}},
    {"title: x\nmeasures:\n- id: [a]\n", {"3:7: schema: id is a list, it must be one value"}},
    {"title: x\nmeasures:\n- id: a\n  join: {agreement: b, country: c}\n",
     {"4:9: schema: join is a mapping, it must be a list of mappings"}},
    {"title: x\nmeasures:\n- id: a\n  leave: [x, {agreement: b, contry: c}]\n",
     {"4:11: schema: leave is a single value, it must be a list of mappings", "4:29: schema: leave has no key contry",
      "4:14: schema: leave has no key country"}},
    {"title: x\nmeasures:\n- id: a\n  tariffs: [t.csv]\n",
     {"4:13: schema: a row is a single value, it must be a mapping"}},
    {"title: x\nmeasures:\n- id: a\n  tariffs: {a: b}\n",
     {"4:12: schema: tariffs is a mapping, it must be the name of a CSV file, or a list of rows"}},
    {"title: x\nmeasures:\n- id: a\n  tariffs: [{sector: goods, exporter: NO, importer: KAZ, rat: 1}]\n",
     {"4:58: schema: a row has no key rat"}},
    {"title: x\nmeasures:\n- id: a\n  tariffs:\n  - {sector: goods, exporter: NO, importer: KAZ, rate: ten}\n"
     "  - {sector: goods, exporter: MARS, importer: KAZ, rate: 1}\n",
     {"5:56: value: rate is 'ten', must be a number", "6:31: reference: region 'MARS' is not in economy/region.csv"}},
    {"title: x\nmeasures:\n- id: a\n  tariffs: [{sector: goods, exporter: NO, importer: KAZ}]\n",
     {"4:1: schema: column 'rate' is missing"}},
    {"title: x\nmeasures:\n- id: a\n  adjust: {target: link}\n",
     {"4:11: schema: adjust is a mapping, it must be a list of mappings"}},
    {"title: x\nmeasures:\n- id: a\n  adjust:\n  - {target: link, attribute: toll}\n",
     {"5:5: schema: an adjustment has 0 of value, factor and add, it must have one"}},
    {"title: x\nmeasures:\n- id: a\n  adjust:\n  - {target: link, attribute: toll, value: 1, add: 2}\n",
     {"5:5: schema: an adjustment has 2 of value, factor and add, it must have one"}},
    {"title: x\nmeasures:\n- id: a\n  adjust:\n  - {target: link, value: ten, id: []}\n",
     {"5:5: schema: the adjustment has no key attribute", "5:27: schema: value is 'ten', it must be a number",
      "5:36: schema: id is a list, it must be a name or a list of names"}},
    {"title: x\nmeasures:\n- id: a\n  transit_tolls: {KAZ: 5}\n",
     {"4:18: schema: transit_tolls is a mapping, it must be a list of mappings"}},
    {"title: x\nmeasures:\n- id: a\n  transit_tolls: [{country: KAZ, usd_per_tonne: ten}, {usd: 1, country: KAZ}]\n",
     {"4:49: schema: usd_per_tonne is 'ten', it must be a number", "4:56: schema: a toll has no key usd",
      "4:55: schema: the toll has no key usd_per_tonne"}},
    {"title: *x\nmeasures: []\n", {"1:8: schema: an alias (*name)"}},
};

static void
each_fault_is_told_with_its_place(void **state)
{
    char   folder[64], expected[400];
    bkt_io io;
    (void)state;

    bkt_io_start(&io);
    const bk_model *model = small_study(&io, folder);
    for (size_t i = 0; i < sizeof faulty / sizeof *faulty; i++) {
        const bk_scenario *scenario = NULL;
        bk_error_clear(io.ctx);
        bkt_file_put_text(folder, "scenarios/x.yaml", faulty[i].text);
        const bk_status status = bk_scenario_read(io.ctx, folder, "x", model, &io.arena, &scenario);
        assert_null(scenario);
        size_t n = 0;
        for (; n < 3 && faulty[i].errors[n] != NULL; n++) {
            snprintf(expected, sizeof expected, "%s/scenarios/x.yaml:%s", folder, faulty[i].errors[n]);
            assert_string_equal(bkt_error(io.ctx, n), expected);
        }
        assert_int_equal(bk_error_count(io.ctx), n);
        assert_int_equal(status, bk_error_get(io.ctx, 0)->code);
    }
    bkt_folder_remove(folder);
    bkt_io_stop(&io);
}

static void
faults_of_yaml_and_rows_are_told_in_one_run(void **state)
{
    char               folder[64], expected[400];
    const bk_scenario *scenario = NULL;
    bkt_io             io;
    (void)state;

    bkt_io_start(&io);
    const bk_model *model = small_study(&io, folder);
    bkt_file_put_text(folder, "scenarios/x.yaml",
                      "title: x\nmeasures:\n- id: a\n  tariffs: t.csv\n  trade_costs: costs.csv\n- id: a\n");
    bkt_file_put_text(folder, "scenarios/t.csv",
                      "sector,exporter,importer,rate\ngoods,NO,KAZ,ten\ngoods,NO,KAZ,0.1,5\n"
                      "goods,NO,MARS,0.1\n");
    bkt_file_put_text(folder, "scenarios/cost.csv", "sector,exporter,importer,factor\n");
    assert_int_not_equal(bk_scenario_read(io.ctx, folder, "x", model, &io.arena, &scenario), BK_OK);
    assert_null(scenario);
    static const char *places[] = {"t.csv:2:14: value:", "t.csv:3:18: syntax:", "t.csv:4:10: reference:",
                                   "x.yaml:5:16: file: there is no file", "x.yaml:6:3: duplicate:"};
    assert_int_equal(bk_error_count(io.ctx), 5);
    for (size_t i = 0; i < 5; i++) {
        size_t found = 0;
        snprintf(expected, sizeof expected, "%s/scenarios/%s", folder, places[i]);
        for (size_t e = 0; e < 5; e++)
            found += strncmp(bkt_error(io.ctx, e), expected, strlen(expected)) == 0;
        if (found != 1)
            fail_msg("%s told %zu times", expected, found);
    }
    for (size_t e = 0; e < 5; e++)
        if (bk_error_get(io.ctx, e)->code == BK_ERR_FILE)
            assert_string_equal(bk_error_get(io.ctx, e)->hint, "did you mean cost.csv?");
    bkt_folder_remove(folder);
    bkt_io_stop(&io);
}

static const char sample[] =
    "title: What if\nmeasures:\n- id: one\n  tariffs: t.csv\n  projects: [a, b]\n  leave: [{agreement: x, "
    "country: NOR}]\n- {id: two, close: [way], productivity: p.csv}\n- id: three\n  trade_costs: [{sector: goods, "
    "exporter: NO, importer: KAZ, factor: 0.9}]\n  adjust: [{target: link, id: [way], attribute: length, factor: 2}]\n";
static const char tariffs[] = "sector,exporter,importer,rate\ngoods,NO,KAZ,0.25\n";

static void
mutated_scenarios_are_read_or_refused_but_never_crash(void **state)
{
    bkt_random random = {.seed = 5};
    char       folder[64];
    bkt_io     io;
    (void)state;

    bkt_io_start(&io);
    const bk_model *model = small_study(&io, folder);
    bkt_file_put_text(folder, "scenarios/p.csv", "sector,region,factor\ngoods,NO,1.5\n");
    bkt_file_put_text(folder, "scenarios/x.yaml", sample);
    bkt_file_put_text(folder, "scenarios/t.csv", tariffs);
    for (int round = 0; round < 2000; round++) {
        const bool         is_yaml = bkt_below(&random, 2) == 0;
        const bk_scenario *scenario = NULL;
        char               text[800];
        bk_arena           arena;
        bk_arena_init(&arena, io.ctx);
        bk_error_clear(io.ctx);
        strcpy(text, is_yaml ? sample : tariffs);
        bkt_file_put(folder, is_yaml ? "scenarios/x.yaml" : "scenarios/t.csv", text,
                     bkt_mutate(&random, text, strlen(text), sizeof text));
        const bk_status status = bk_scenario_read(io.ctx, folder, "x", model, &arena, &scenario);
        assert_true(status == BK_OK ? scenario != NULL : scenario == NULL && bk_error_get(io.ctx, 0)->file != NULL);
        bk_arena_release(&arena);
        bkt_file_put_text(folder, is_yaml ? "scenarios/x.yaml" : "scenarios/t.csv", is_yaml ? sample : tariffs);
    }
    bkt_folder_remove(folder);
    bkt_io_stop(&io);
}

static void
every_failed_allocation_is_a_clean_error(void **state)
{
    char   folder[64];
    bool   has_failed = true;
    bkt_io io;
    (void)state;

    bkt_io_start(&io);
    const bk_model *model = small_study(&io, folder);
    bkt_file_put_text(folder, "scenarios/x.yaml", sample);
    bkt_file_put_text(folder, "scenarios/t.csv", tariffs);
    bkt_file_put_text(folder, "scenarios/p.csv", "sector,region,factor\ngoods,NO,1.5\n");
    for (size_t i = 1; has_failed; i++) {
        const bk_scenario *scenario = NULL;
        bk_arena           arena;
        bk_arena_init(&arena, io.ctx);
        bk_error_clear(io.ctx);
        bkt_io_fail_at(&io, i);
        const bk_status status = bk_scenario_read(io.ctx, folder, "x", model, &arena, &scenario);
        has_failed = bkt_io_has_failed(&io);
        assert_int_equal(status, has_failed ? BK_ERR_NO_MEMORY : BK_OK);
        assert_int_equal(scenario == NULL, has_failed);
        bk_arena_release(&arena);
    }
    bkt_folder_remove(folder);
    bkt_io_stop(&io);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scenarios_are_listed_in_byte_order),
        cmocka_unit_test(every_scenario_of_the_built_in_study_is_read),
        cmocka_unit_test(rows_are_resolved_and_a_path_may_name_the_scenario),
        cmocka_unit_test(a_scenario_that_is_not_there_is_told_with_the_nearest),
        cmocka_unit_test(each_fault_is_told_with_its_place),
        cmocka_unit_test(faults_of_yaml_and_rows_are_told_in_one_run),
        cmocka_unit_test(mutated_scenarios_are_read_or_refused_but_never_crash),
        cmocka_unit_test(every_failed_allocation_is_a_clean_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
