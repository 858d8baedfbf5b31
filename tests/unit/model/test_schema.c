/* The lists of tables and settings: complete, and the same in every place they are kept. */
#include "bkt_study.h"
#include "model/tables.h"

static void
every_column_is_described(void **state)
{
    (void)state;
    for (size_t t = 0; t < BKI_TABLES; t++) {
        const bk_table_schema *schema = bki_table_schemas[t];
        assert_non_null(schema);
        assert_true(schema->meaning[0] != '\0');
        for (size_t c = 0; c < schema->n_columns; c++) {
            const bk_column_schema *column = &schema->columns[c];
            if (column->name == NULL || column->meaning == NULL || column->meaning[0] == '\0' || column->unit == NULL)
                fail_msg("%s: column %zu has no name, unit or meaning", schema->file, c);
            assert_true(column->least <= column->most);
            assert_int_equal(bki_column_find(schema, column->name, strlen(column->name)), c); /* no name twice */
            assert_false(column->required && column->may_be_empty);
        }
        const bk_column_schema *common = &schema->columns[bki_table_common(schema)];
        assert_string_equal(common[0].name, "source");
        assert_string_equal(common[1].name, "confidence");
        assert_string_equal(common[2].name, "note");
    }
}

static void
tables_are_found_by_their_file(void **state)
{
    (void)state;
    assert_int_equal(bk_table_schema_count(), BKI_STUDY_TABLES);
    for (size_t t = 0; t < bk_table_schema_count(); t++)
        assert_ptr_equal(bk_table_schema_find(bk_table_schema_get(t)->file), bk_table_schema_get(t));
    assert_null(bk_table_schema_get(bk_table_schema_count()));
    assert_null(bk_table_schema_find("network/nodes.csv"));
    assert_ptr_equal(bk_measure_schema(BK_ROWS_BORDERS), bk_table_schema_find("network/border.csv"));
    assert_ptr_equal(bk_measure_schema(BK_ROWS_TARIFFS), bk_table_schema_find("economy/tariff.csv"));
}

static void
suspicious_columns_hold_numbers(void **state)
{
    (void)state;
    for (size_t i = 0; i < bki_suspicion_count; i++) {
        const bki_suspicion    *suspicion = &bki_suspicions[i];
        const bk_column_schema *column = &bki_table_schemas[suspicion->table]->columns[suspicion->column];
        assert_true(column->kind == BK_CELL_NUMBER);
        assert_true(suspicion->above < column->most); /* or it could never be asked */
    }
}

static void
every_setting_is_described_and_its_default_allowed(void **state)
{
    (void)state;
    for (size_t i = 0; i < bk_setting_schema_count(); i++) {
        const bk_setting_schema *setting = bk_setting_schema_get(i);
        assert_true(setting->key != NULL && setting->meaning[0] != '\0');
        if (setting->kind == BK_CELL_NUMBER || setting->kind == BK_CELL_INTEGER) {
            const double value = strtod(setting->otherwise, NULL);
            assert_true(value >= setting->least && value <= setting->most);
        }
        if (setting->words != NULL)
            assert_non_null(strstr(setting->words, setting->otherwise));
    }
    assert_null(bk_setting_schema_get(bk_setting_schema_count()));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_column_is_described),
        cmocka_unit_test(tables_are_found_by_their_file),
        cmocka_unit_test(suspicious_columns_hold_numbers),
        cmocka_unit_test(every_setting_is_described_and_its_default_allowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
