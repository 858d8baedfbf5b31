/* Rows of a scenario's files against a model. */
#include "bkt_model.h"

static void
check_refused(bkt_model *m, bk_measure_rows kind, const char *text, bk_status code, int line, int column,
              const char *message, const char *hint)
{
    bk_measure measure = {.id = "m"};

    bk_error_clear(m->ctx);
    assert_int_equal(bkt_measure_rows(m, kind, "scenarios/x.csv", text, &measure), code);
    const bk_error *error = bk_error_get(m->ctx, 0);
    assert_string_equal(error->file, "scenarios/x.csv");
    assert_int_equal(error->line, line);
    assert_int_equal(error->column, column);
    if (strstr(error->message, message) == NULL || strstr(error->hint != NULL ? error->hint : "", hint) == NULL)
        fail_msg("found: %s [%s]\nexpected: %s [%s]", error->message, error->hint, message, hint);
}

static void
rows_are_converted_against_the_model(void **state)
{
    bk_measure measure = {.id = "m"};
    bkt_model  m;

    (void)state;
    bkt_model_start(&m);
    assert_int_equal(bkt_measure_rows(&m, BK_ROWS_TARIFFS, "t.csv",
                                      "exporter,importer,sector,rate,source\nC,B,ore,0.25,made up\n", &measure),
                     BK_OK);
    assert_int_equal(measure.n_tariffs, 1);
    assert_int_equal(measure.tariffs[0].sector, bk_model_find_sector(m.model, "ore"));
    assert_int_equal(measure.tariffs[0].exporter, bk_model_find_region(m.model, "C"));
    assert_int_equal(measure.tariffs[0].importer, bk_model_find_region(m.model, "B"));
    assert_int_equal(measure.tariffs[0].line, 2);
    bkt_close(measure.tariffs[0].value, 0.25, 0, 0);
    assert_int_equal(
        bkt_measure_rows(&m, BK_ROWS_PRODUCTIVITY, "p.csv", "sector,region,factor\nfood,C,1.5\n", &measure), BK_OK);
    assert_int_equal(measure.productivity[0].importer, bk_model_find_region(m.model, "C"));
    assert_int_equal(measure.productivity[0].exporter, BK_NONE);
    assert_int_equal(bkt_measure_rows(&m, BK_ROWS_BORDERS, "b.csv",
                                      "node_id,mode,from_country,to_country,side,mean_hours\nb1,rail,AAA,BBB,entry,3\n",
                                      &measure),
                     BK_OK);
    bkt_close(measure.borders[0].control_hours, 3, 0, 0);
    assert_true(isinf(measure.borders[0].lanes));
    assert_int_equal(measure.border_lines[0], 2);
    bkt_model_stop(&m);
}

static void
faults_are_those_of_a_study(void **state)
{
    const char *pair = "sector,exporter,importer,rate\n",
               *border = "node_id,mode,from_country,to_country,side,mean_hours\n";
    char      text[512];
    bkt_model m;

    (void)state;
    bkt_model_start(&m);
    snprintf(text, sizeof text, "%sfood,C,A,0.1\nfood,C,AX,0.1\n", pair);
    check_refused(&m, BK_ROWS_TARIFFS, text, BK_ERR_REFERENCE, 3, 8, "region 'AX' is not in economy/region.csv", "");
    snprintf(text, sizeof text, "%sfod,C,A,0.1\n", pair);
    check_refused(&m, BK_ROWS_TARIFFS, text, BK_ERR_REFERENCE, 2, 1, "sector 'fod'", "did you mean 'food'?");
    snprintf(text, sizeof text, "%sfood,C,A,ten\n", pair);
    check_refused(&m, BK_ROWS_TARIFFS, text, BK_ERR_VALUE, 2, 10, "rate is 'ten'", "");
    snprintf(text, sizeof text, "%sfood,C,A,0.1\nfood,C,A,0.2\n", pair);
    check_refused(&m, BK_ROWS_TARIFFS, text, BK_ERR_DUPLICATE, 3, 1, "first in line 2", "");
    snprintf(text, sizeof text, "%sfood,A,A,0.1\n", pair);
    check_refused(&m, BK_ROWS_TARIFFS, text, BK_ERR_INCONSISTENT, 2, 10, "'A' charges itself a tariff", "");
    check_refused(&m, BK_ROWS_TRADE_COSTS, "sector,exporter,importer,factor\nfood,A,B,0\n", BK_ERR_VALUE, 2, 10,
                  "factor is 0, must be > 0", "");
    check_refused(&m, BK_ROWS_TRADE_COSTS, "sector,exporter,importer\nfood,A,B\n", BK_ERR_SCHEMA, 1, 1,
                  "column 'factor' is missing", "iceberg");
    snprintf(text, sizeof text, "%sb1,rail,AAA,BBB,exit,3\n", border);
    check_refused(&m, BK_ROWS_BORDERS, text, BK_ERR_REFERENCE, 2, 1, "no exit row b1|rail|AAA|BBB to replace",
                  "border.csv");
    snprintf(text, sizeof text, "%sb1,rail,AAA,BBB,entry,3\nb1,rail,AAA,BBB,entry,3\n", border);
    check_refused(&m, BK_ROWS_BORDERS, text, BK_ERR_DUPLICATE, 3, 1, "first in line 2", "");
    bkt_model_stop(&m);
}

static void
a_builder_can_be_used_for_one_table_after_another(void **state)
{
    bk_measure  measure = {.id = "m"};
    bk_builder *builder;
    bkt_model   m;

    (void)state;
    bkt_model_start(&m);
    assert_int_equal(bk_builder_create(m.ctx, &m.scratch, &builder), BK_OK);
    const bk_table_schema *schema = bk_measure_schema(BK_ROWS_TARIFFS);
    assert_int_equal(bkt_read_table(builder, schema, "a.csv", "sector,exporter,importer,rate\nfood,C,A,x\n"), BK_OK);
    assert_int_equal(bk_builder_finish_measure(builder, m.model, BK_ROWS_TARIFFS, &m.arena, &measure), BK_ERR_VALUE);
    assert_int_equal(bkt_read_table(builder, schema, "b.csv", "sector,exporter,importer,rate\nfood,C,A,0.3\n"), BK_OK);
    assert_int_equal(bk_builder_finish_measure(builder, m.model, BK_ROWS_TARIFFS, &m.arena, &measure), BK_OK);
    assert_int_equal(measure.n_tariffs, 1); /* none is left of the first */
    assert_int_equal(bk_builder_finish_measure(builder, m.model, BK_ROWS_BORDERS, &m.arena, &measure), BK_ERR_USAGE);
    bkt_model_stop(&m);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_converted_against_the_model),
        cmocka_unit_test(faults_are_those_of_a_study),
        cmocka_unit_test(a_builder_can_be_used_for_one_table_after_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
