/* Adjustments: which rows they choose, what they make of them, that their order never matters, what is refused. */
#include "bkt_model.h"

#define NAME(text)                                                                                                     \
    {                                                                                                                  \
        .name = (text), .file = "s.yaml", .line = 5, .column = 9                                                       \
    }

static bk_adjustment
adjustment(const char *target, const char *attribute, bk_adjust_operation operation, double value)
{
    return (bk_adjustment){.target = NAME(target),
                           .attribute = NAME(attribute),
                           .operation = operation,
                           .value = value,
                           .file = "s.yaml",
                           .line = 6,
                           .column = 7};
}

static bk_selector
chosen_by(const char *key, const bk_name_at *names, size_t n)
{
    return (bk_selector){.key = key, .line = 7, .column = 3, .names = names, .n_names = n};
}

static bk_measure
measure_of(const char *id, const bk_adjustment *adjustments, size_t n)
{
    return (bk_measure){.id = id, .adjustments = adjustments, .n_adjustments = n};
}

static void
rows_are_chosen_by_every_key_and_others_stay(void **state)
{
    const bk_name_at  a2 = NAME("a2"), rail = NAME("rail"), exit = NAME("exit");
    const bk_selector selectors[] = {chosen_by("node", &a2, 1), chosen_by("mode", &rail, 1),
                                     chosen_by("side", &exit, 1)};
    bk_adjustment     half = adjustment("border", "control_hours", BK_ADJUST_FACTOR, 0.5);
    bkt_model         m;

    (void)state;
    half.selectors = selectors;
    half.n_selectors = 3;
    const bk_measure measure = measure_of("m", &half, 1);
    bkt_model_start(&m);
    const bk_model *out = bkt_apply_one(&m, &measure);
    size_t          n = 0;
    for (size_t b = 0; b < out->network.n_borders; b++) {
        const bk_border *before = &m.model->network.borders[b], *after = &out->network.borders[b];
        const bool       chosen = strcmp(out->network.nodes[before->node].id, "a2") == 0 &&
                            strcmp(out->network.modes[before->mode], "rail") == 0 && before->side == BK_EXIT;
        bkt_close(after->control_hours, (chosen ? 0.5 : 1.0) * before->control_hours, 0, 0);
        bkt_close(after->inspection_hours, before->inspection_hours, 0, 0);
        n += chosen;
    }
    assert_true(n > 0 && n < out->network.n_borders);
    assert_ptr_equal(out->network.links, m.model->network.links); /* what is not chosen stays shared */
    bkt_model_stop(&m);
}

static void
value_then_factors_then_sums_in_any_order_of_measures(void **state)
{
    const bk_adjustment all[] = {adjustment("link", "toll_usd_per_tonne", BK_ADJUST_ADD, 3),
                                 adjustment("link", "toll_usd_per_tonne", BK_ADJUST_FACTOR, 0.5),
                                 adjustment("link", "toll_usd_per_tonne", BK_ADJUST_VALUE, 8),
                                 adjustment("link", "toll_usd_per_tonne", BK_ADJUST_FACTOR, 3)};
    static const int    orders[][4] = {{0, 1, 2, 3}, {3, 2, 1, 0}, {2, 0, 3, 1}};
    bkt_model           m;
    bk_status           status;

    (void)state;
    bkt_model_start(&m);
    for (size_t o = 0; o < 3; o++) {
        bk_measure measures[4];
        for (size_t i = 0; i < 4; i++)
            measures[i] = measure_of((const char *[]){"p", "q", "r", "s"}[i], &all[orders[o][i]], 1);
        const bk_model *out = bkt_apply(&m, measures, 4, NULL, &status);
        assert_int_equal(status, BK_OK);
        for (size_t l = 0; l < out->network.n_links; l++)
            bkt_close(out->network.links[l].toll, 8 * 0.5 * 3 + 3, 0, 0);
    }
    bkt_model_stop(&m);
}

static void
tariffs_and_costs_of_own_goods_are_never_chosen(void **state)
{
    const bk_adjustment all[] = {adjustment("tariff", "rate", BK_ADJUST_ADD, 0.01),
                                 adjustment("trade_cost", "factor", BK_ADJUST_FACTOR, 0.9)};
    const bk_measure    measure = measure_of("m", all, 2);
    bkt_model           m;

    (void)state;
    bkt_model_start(&m);
    const bk_model   *out = bkt_apply_one(&m, &measure);
    const bk_economy *economy = &out->economy;
    const size_t      n = economy->n_regions;
    for (size_t cell = 0; cell < economy->n_sectors * n * n; cell++) {
        const bool own = cell / n % n == cell % n;
        bkt_close(economy->tariff[cell], m.model->economy.tariff[cell] + (own ? 0.0 : 0.01), 1e-15, 0);
        bkt_close(economy->trade_cost[cell], own ? 1.0 : 0.9, 0, 0);
    }
    bkt_model_stop(&m);
}

static void
elasticities_modes_projects_and_loans_can_be_adjusted(void **state)
{
    const bk_name_at  food = NAME("food"), road = NAME("new-road");
    const bk_selector by_sector = chosen_by("sector", &food, 1), by_project = chosen_by("project", &road, 1),
                      by_id = chosen_by("id", &road, 1);
    bk_adjustment    all[] = {adjustment("sector", "trade_elasticity", BK_ADJUST_VALUE, 7.5),
                              adjustment("mode", "money_factor", BK_ADJUST_FACTOR, 1.25),
                              adjustment("project", "capex_usd", BK_ADJUST_FACTOR, 1.5),
                              adjustment("finance", "interest_rate", BK_ADJUST_VALUE, 0.08)};
    const bk_measure measure = measure_of("m", all, 4);
    bkt_model        m;

    (void)state;
    all[0].selectors = &by_sector, all[0].n_selectors = 1;
    all[2].selectors = &by_id, all[2].n_selectors = 1;
    all[3].selectors = &by_project, all[3].n_selectors = 1;
    bkt_model_start(&m);
    const bk_model *out = bkt_apply_one(&m, &measure);
    for (size_t j = 0; j < out->economy.n_sectors; j++)
        bkt_close(out->economy.sectors[j].elasticity,
                  strcmp(out->economy.sectors[j].id, "food") == 0 ? 7.5 : m.model->economy.sectors[j].elasticity, 0, 0);
    for (size_t i = 0; i < out->network.n_modes * out->economy.n_sectors; i++)
        bkt_close(out->network.products[i].money_factor, 1.25 * m.model->network.products[i].money_factor, 0, 0);
    for (size_t p = 0; p < out->projects.n_projects; p++)
        bkt_close(out->projects.projects[p].capex_usd,
                  (strcmp(out->projects.projects[p].id, "new-road") == 0 ? 1.5 : 1.0) *
                      m.model->projects.projects[p].capex_usd,
                  0, 0);
    for (size_t f = 0; f < out->projects.n_finance; f++)
        if (strcmp(out->projects.projects[out->projects.finance[f].project].id, "new-road") == 0)
            bkt_close(out->projects.finance[f].interest_rate, 0.08, 0, 0);
    bkt_model_stop(&m);
}

static void
what_is_unlimited_stays_so_but_for_a_value(void **state)
{
    const bk_adjustment twice = adjustment("link", "capacity_tonnes_year", BK_ADJUST_FACTOR, 2),
                        fixed = adjustment("link", "capacity_tonnes_year", BK_ADJUST_VALUE, 5e6);
    const bk_measure factor = measure_of("m", &twice, 1), value = measure_of("m", &fixed, 1);
    bkt_model        m;
    size_t           n_unlimited = 0;

    (void)state;
    bkt_model_start(&m);
    const bk_model *doubled = bkt_apply_one(&m, &factor), *set = bkt_apply_one(&m, &value);
    for (size_t l = 0; l < set->network.n_links; l++) {
        const double before = m.model->network.links[l].capacity;
        n_unlimited += isinf(before);
        bkt_close(doubled->network.links[l].capacity, 2 * before, 0, 0);
        bkt_close(set->network.links[l].capacity, 5e6, 0, 0);
    }
    assert_true(n_unlimited > 0);
    bkt_model_stop(&m);
}

/* ---- refused --------------------------------------------------------------------------------------------------- */

static void
faults_of_names_and_numbers_are_told_with_what_to_do(void **state)
{
    static const struct {
        const char         *target, *attribute;
        bk_adjust_operation operation;
        double              value;
        const char         *key, *name;
        bk_status           code;
        const char         *message, *hint;
    } cases[] = {
        {"boarder", "control_hours", BK_ADJUST_FACTOR, 1, NULL, NULL, BK_ERR_REFERENCE,
         "'boarder' is nothing that can be adjusted", "did you mean 'border'?"},
        {"border", "controll_hours", BK_ADJUST_FACTOR, 1, NULL, NULL, BK_ERR_REFERENCE,
         "attribute 'controll_hours' of a border cannot be adjusted", "did you mean 'control_hours'?"},
        {"link", "opens", BK_ADJUST_VALUE, 2030, NULL, NULL, BK_ERR_REFERENCE,
         "attribute 'opens' of a link cannot be adjusted", NULL},
        {"border", "control_hours", BK_ADJUST_FACTOR, 1, "nod", "a2", BK_ERR_SCHEMA,
         "rows of a border are not chosen by 'nod'", "did you mean 'node'?"},
        {"border", "control_hours", BK_ADJUST_FACTOR, 1, "mode", "rial", BK_ERR_REFERENCE,
         "there is no mode 'rial' in the study", "did you mean 'rail'?"},
        {"link", "toll_usd_per_tonne", BK_ADJUST_ADD, -1, "id", "rail-a", BK_ERR_VALUE,
         "toll_usd_per_tonne of link rail-a becomes -1, it must be a number from 0 to 1000000", NULL},
        {"link", "tracks", BK_ADJUST_FACTOR, 2, NULL, NULL, BK_ERR_VALUE,
         "tracks is no quantity: it can be given a value alone", NULL},
        {"link", "tracks", BK_ADJUST_VALUE, 1.5, "id", "rail-a", BK_ERR_VALUE,
         "tracks of link rail-a becomes 1.5, it must be a whole number from 0 to 100", NULL},
    };
    bkt_model m;
    bk_status status;

    (void)state;
    bkt_model_start(&m);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const bk_name_at  name = NAME(cases[i].name);
        const bk_selector selector = chosen_by(cases[i].key, &name, 1);
        bk_adjustment     one = adjustment(cases[i].target, cases[i].attribute, cases[i].operation, cases[i].value);
        one.selectors = &selector;
        one.n_selectors = cases[i].key != NULL;
        const bk_measure measure = measure_of("m", &one, 1);
        bk_error_clear(m.ctx);
        assert_null(bkt_apply(&m, &measure, 1, NULL, &status));
        assert_int_equal(status, cases[i].code);
        assert_int_equal(bk_error_count(m.ctx), 1);
        const bk_error *error = bk_error_get(m.ctx, 0);
        assert_string_equal(error->message, cases[i].message);
        assert_string_equal(error->file, "s.yaml");
        assert_true(error->line >= 5 && error->column > 0);
        if (cases[i].hint != NULL)
            assert_string_equal(error->hint, cases[i].hint);
    }
    bkt_model_stop(&m);
}

static void
two_values_for_one_number_are_a_conflict(void **state)
{
    const bk_adjustment eight = adjustment("link", "toll_usd_per_tonne", BK_ADJUST_VALUE, 8),
                        nine = adjustment("link", "toll_usd_per_tonne", BK_ADJUST_VALUE, 9),
                        rate = adjustment("tariff", "rate", BK_ADJUST_VALUE, 0.5);
    bk_measure same[] = {measure_of("a", &eight, 1), measure_of("b", &eight, 1)},
               other[] = {measure_of("a", &eight, 1), measure_of("b", &nine, 1)},
               rows[] = {measure_of("a", &rate, 1), {.id = "b"}};
    bkt_model m;
    bk_status status;

    (void)state;
    bkt_model_start(&m);
    assert_non_null(bkt_apply(&m, same, 2, NULL, &status));
    assert_null(bkt_apply(&m, other, 2, NULL, &status));
    assert_int_equal(status, BK_ERR_CONFLICT);
    bk_error_clear(m.ctx);
    assert_int_equal(
        bkt_measure_rows(&m, BK_ROWS_TARIFFS, "t.csv", "sector,exporter,importer,rate\nfood,C,A,0.02\n", &rows[1]),
        BK_OK);
    assert_null(bkt_apply(&m, rows, 2, NULL, &status));
    assert_int_equal(status, BK_ERR_CONFLICT);
    bkt_model_stop(&m);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_chosen_by_every_key_and_others_stay),
        cmocka_unit_test(value_then_factors_then_sums_in_any_order_of_measures),
        cmocka_unit_test(tariffs_and_costs_of_own_goods_are_never_chosen),
        cmocka_unit_test(elasticities_modes_projects_and_loans_can_be_adjusted),
        cmocka_unit_test(what_is_unlimited_stays_so_but_for_a_value),
        cmocka_unit_test(faults_of_names_and_numbers_are_told_with_what_to_do),
        cmocka_unit_test(two_values_for_one_number_are_a_conflict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
