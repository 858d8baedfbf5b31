/* Scenarios written in canonical form: what is read from it is the same, whichever way it went. */
#include "study_test.h"

#include "buckle/io.h"

static const char *
root_path(const char *name)
{
    const char *root = getenv("BUCKLE_ROOT");

    return bkt_path(root != NULL ? root : ".", name);
}

static const char *
written(bkt_io *io, const char *text, const char *folder, const char *like, bk_scenario_form form)
{
    const char *out = NULL;
    size_t      n = 0;

    if (bk_scenario_write(io->ctx, text, strlen(text), folder, like, like != NULL ? strlen(like) : 0, form, &io->arena,
                          &out, &n) != BK_OK)
        fail_msg("%s", bkt_error(io->ctx, 0));
    assert_int_equal(strlen(out), n);
    return out;
}

static const bk_model *
applied(bkt_io *io, const bk_model *model, const bk_scenario *scenario)
{
    const bk_model *out = NULL;

    if (bk_scenario_apply(io->ctx, model, scenario, NULL, &io->arena, &out) != BK_OK)
        fail_msg("%s", bkt_error(io->ctx, 0));
    return out;
}

static const bk_scenario *
parsed(bkt_io *io, const bk_model *model, const char *text)
{
    const bk_scenario *scenario = NULL;

    if (bk_scenario_parse(io->ctx, text, strlen(text), "x", model, &io->arena, &scenario) != BK_OK)
        fail_msg("%s\n%s", bkt_error(io->ctx, 0), text);
    return scenario;
}

/* Every number that a scenario can change. */
static void
assert_same_model(const bk_model *a, const bk_model *b)
{
    const bk_network_data *x = &a->network, *y = &b->network;
    const size_t           pairs = a->economy.n_sectors * a->economy.n_regions * a->economy.n_regions;

    assert_memory_equal(x->links, y->links, x->n_links * sizeof *x->links);
    assert_memory_equal(x->transfers, y->transfers, x->n_transfers * sizeof *x->transfers);
    for (size_t i = 0; i < x->n_borders; i++) {
        const bk_border *p = &x->borders[i], *q = &y->borders[i];
        assert_true(p->open == q->open && p->customs == q->customs && p->control_hours == q->control_hours &&
                    p->inspection_hours == q->inspection_hours && p->inspected_share == q->inspected_share &&
                    p->hours_sd == q->hours_sd && p->usd_per_tonne == q->usd_per_tonne && p->lanes == q->lanes &&
                    p->service_hours == q->service_hours && p->service_cv == q->service_cv);
    }
    assert_memory_equal(a->economy.tariff, b->economy.tariff, pairs * sizeof(double));
    assert_int_equal(a->economy.trade_cost == NULL, b->economy.trade_cost == NULL);
    if (a->economy.trade_cost != NULL)
        assert_memory_equal(a->economy.trade_cost, b->economy.trade_cost, pairs * sizeof(double));
    assert_int_equal(a->economy.productivity == NULL, b->economy.productivity == NULL);
    if (a->economy.productivity != NULL)
        assert_memory_equal(a->economy.productivity, b->economy.productivity,
                            a->economy.n_sectors * a->economy.n_regions * sizeof(double));
    assert_int_equal(a->n_bans, b->n_bans);
}

/* File -> JSON with its rows -> YAML -> back: the same model; and the second canonical text is the first. */
static void
round_trip(bkt_io *io, const char *folder, const char *name, const bk_model *model)
{
    const bk_scenario *scenario = NULL;
    const char        *bytes;
    size_t             n;

    assert_int_equal(bk_scenario_read(io->ctx, folder, name, model, &io->arena, &scenario), BK_OK);
    const bk_model *expected = applied(io, model, scenario);
    assert_int_equal(bk_file_read(io->ctx, scenario->file, &io->arena, &bytes, &n), BK_OK);
    char *own = bk_arena_format(&io->arena, "%s/scenarios", folder);

    const char *json = written(io, bytes, own, NULL, BK_SCENARIO_JSON);
    assert_same_model(expected, applied(io, model, parsed(io, model, json)));
    const char *yaml = written(io, json, NULL, NULL, BK_SCENARIO_YAML);
    assert_same_model(expected, applied(io, model, parsed(io, model, yaml)));
    assert_string_equal(written(io, yaml, NULL, NULL, BK_SCENARIO_YAML), yaml);
    assert_string_equal(parsed(io, model, yaml)->title, scenario->title);
    assert_int_equal(parsed(io, model, yaml)->n_measures, scenario->n_measures);

    /* Beside the file it came from, the names of its CSV files return in the place of rows that did not change. */
    const char *kept = written(io, json, own, bytes, BK_SCENARIO_YAML);
    assert_string_equal(kept, written(io, bytes, NULL, NULL, BK_SCENARIO_YAML));
}

static void
scenarios_of_both_studies_return_as_they_were(void **state)
{
    static const char *const studies[] = {"studies/caravan", "studies/silkroad"};
    (void)state;

    for (size_t s = 0; s < 2; s++) {
        const bk_model    *model = NULL;
        const char *const *names;
        size_t             n;
        bkt_io             io;
        bkt_io_start(&io);
        const char *folder = bk_arena_format(&io.arena, "%s", root_path(studies[s]));
        assert_int_equal(bk_study_read(io.ctx, folder, &io.arena, &model), BK_OK);
        assert_int_equal(bk_scenario_list(io.ctx, folder, &io.arena, &n, &names), BK_OK);
        for (size_t i = 0; i < n; i++)
            round_trip(&io, folder, names[i], model);
        bkt_io_stop(&io);
    }
}

static void
the_form_is_one_whatever_the_order_and_quotes(void **state)
{
    static const char text[] =
        "{\"measures\": [{\"adjust\": [{\"attribute\": \"toll_usd_per_tonne\", \"value\": 2, \"target\": \"link\", "
        "\"id\": [\"a\", \"b c\"]}], \"id\": \"no\", \"join\": [{\"date\": \"2027-01-01\", \"country\": \"NO\", "
        "\"agreement\": \"x: y\"}], \"tariffs\": [{\"rate\": 0.25, \"importer\": \"KAZ\", \"exporter\": \"NO\", "
        "\"sector\": \"goods\", \"note\": \"say \\\"why\\\"\"}]}], \"title\": \"What, if\"}";
    static const char expected[] =
        "title: \"What, if\"\nmeasures:\n  - id: \"no\"\n    join:\n      - {agreement: \"x: y\", country: \"NO\", "
        "date: "
        "2027-01-01}\n    tariffs:\n      - {sector: goods, exporter: \"NO\", importer: KAZ, rate: 0.25, note: \"say "
        "\\\"why\\\"\"}\n    adjust:\n      - {target: link, id: [a, b c], attribute: toll_usd_per_tonne, value: 2}\n";
    bkt_io io;
    (void)state;

    bkt_io_start(&io);
    assert_string_equal(written(&io, text, NULL, NULL, BK_SCENARIO_YAML), expected);
    assert_string_equal(written(&io, expected, NULL, NULL, BK_SCENARIO_YAML), expected);
    assert_string_equal(written(&io, "measures: []\ntitle: x\n", NULL, NULL, BK_SCENARIO_YAML),
                        "title: x\nmeasures: []\n");
    bkt_io_stop(&io);
}

static void
a_text_in_memory_names_no_files(void **state)
{
    static const char  text[] = "title: x\nmeasures:\n- {id: a, tariffs: ../../../etc/passwd}\n";
    const bk_scenario *scenario = NULL;
    const bk_model    *model = NULL;
    char               folder[64];
    bkt_io             io;
    (void)state;

    bkt_io_start(&io);
    bkt_folder_create(folder);
    bkt_study_put(folder);
    assert_int_equal(bk_study_read(io.ctx, folder, &io.arena, &model), BK_OK);
    assert_int_equal(bk_scenario_parse(io.ctx, text, strlen(text), "x", model, &io.arena, &scenario), BK_ERR_SCHEMA);
    assert_string_equal(bkt_error(io.ctx, 0), "x.yaml:3:20: schema: tariffs names a file, which this scenario may not");
    bkt_folder_remove(folder);
    bkt_io_stop(&io);
}

static void
mutated_texts_are_written_or_refused_but_never_crash(void **state)
{
    static const char sample[] = "title: What if\nmeasures:\n- id: one\n  tariffs: [{sector: a, rate: 1}]\n  "
                                 "leave: [{agreement: x, country: NOR}]\n- {id: two, close: [way], adjust: [{target: "
                                 "link, attribute: x, add: 1}]}\n";
    bkt_random        random = {.seed = 11};
    bkt_io            io;
    (void)state;

    bkt_io_start(&io);
    for (int round = 0; round < 3000; round++) {
        char        text[600];
        const char *out = NULL, *again = NULL;
        size_t      n_out = 0, n_again = 0;
        bk_arena    arena;
        bk_arena_init(&arena, io.ctx);
        bk_error_clear(io.ctx);
        strcpy(text, sample);
        const size_t n = bkt_mutate(&random, text, strlen(text), sizeof text);
        if (bk_scenario_write(io.ctx, text, n, NULL, NULL, 0, BK_SCENARIO_YAML, &arena, &out, &n_out) == BK_OK) {
            assert_int_equal(
                bk_scenario_write(io.ctx, out, n_out, NULL, NULL, 0, BK_SCENARIO_YAML, &arena, &again, &n_again),
                BK_OK);
            assert_string_equal(again, out);
        }
        bk_arena_release(&arena);
    }
    bkt_io_stop(&io);
}

static void
every_failed_allocation_is_a_clean_error(void **state)
{
    static const char text[] = "title: x\nmeasures:\n- id: one\n  tariffs: [{sector: a, rate: 1}]\n";
    bool              has_failed = true;
    bkt_io            io;
    (void)state;

    bkt_io_start(&io);
    for (size_t i = 1; has_failed; i++) {
        const char *out = NULL;
        size_t      n = 0;
        bk_arena    arena;
        bk_arena_init(&arena, io.ctx);
        bk_error_clear(io.ctx);
        bkt_io_fail_at(&io, i);
        const bk_status status = bk_scenario_write(io.ctx, text, strlen(text), NULL, NULL, 0,
                                                   i % 2 ? BK_SCENARIO_YAML : BK_SCENARIO_JSON, &arena, &out, &n);
        has_failed = bkt_io_has_failed(&io);
        assert_int_equal(status, has_failed ? BK_ERR_NO_MEMORY : BK_OK);
        bk_arena_release(&arena);
    }
    bkt_io_stop(&io);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scenarios_of_both_studies_return_as_they_were),
        cmocka_unit_test(the_form_is_one_whatever_the_order_and_quotes),
        cmocka_unit_test(a_text_in_memory_names_no_files),
        cmocka_unit_test(mutated_texts_are_written_or_refused_but_never_crash),
        cmocka_unit_test(every_failed_allocation_is_a_clean_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
