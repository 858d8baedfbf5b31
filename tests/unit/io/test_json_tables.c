/* An answer in JSON becomes tables. */
#include "io_test.h"

#include "buckle/io.h"

static bk_status
tables_of(bkt_io *io, const char *text, bk_results *out)
{
    const bk_json_value *value;

    assert_int_equal(bk_json_read(io->ctx, text, strlen(text), "a.json", &io->arena, &value), BK_OK);
    return bk_json_tables(io->ctx, value, &io->arena, out);
}

static const char answer[] =
    "{\"converged\":true,\"residual\":1e-9,\"manifest\":{\"program\":\"buckle\"},\"scenarios\":["
    "{\"scenario\":\"a\",\"rounds\":3,\"economies\":[{\"economy\":\"KAZ\",\"gain\":0.5,\"parts\":{\"rail\":0.25}}]},"
    "{\"scenario\":\"b\",\"rounds\":null,\"economies\":[{\"economy\":\"KAZ\",\"gain\":1.5},{\"economy\":\"UZB\","
    "\"gain\":\"none\"}]}],"
    "\"warnings\":[\"x\",\"y\"]}";

static void
an_answer_is_a_row_and_arrays_are_tables(void **state)
{
    bkt_io     io;
    bk_results out;
    (void)state;

    bkt_io_start(&io);
    assert_int_equal(tables_of(&io, answer, &out), BK_OK);
    const bk_table *whole = bk_results_find(&out, "answer"), *scenarios = bk_results_find(&out, "scenarios");
    assert_non_null(whole);
    assert_non_null(scenarios);
    assert_string_equal(bk_table_column(whole, "converged")->text[0], "true");
    bkt_close(bk_table_column(whole, "residual")->number[0], 1e-9, 0.0, 0.0);
    assert_string_equal(bk_table_column(whole, "manifest.program")->text[0], "buckle");
    assert_int_equal(scenarios->n_rows, 2);
    bkt_close(bk_table_column(scenarios, "rounds")->number[0], 3.0, 0.0, 0.0);
    assert_true(bk_table_column(scenarios, "rounds")->empty[1]);
    assert_string_equal(bk_table_column(bk_results_find(&out, "warnings"), "value")->text[1], "y");
    bkt_io_stop(&io);
}

/* The rows of both scenarios, each naming its own; one text makes a column of texts. */
static void
an_array_in_a_row_says_whose_it_is(void **state)
{
    bkt_io     io;
    bk_results out;
    (void)state;

    bkt_io_start(&io);
    assert_int_equal(tables_of(&io, answer, &out), BK_OK);
    const bk_table *economies = bk_results_find(&out, "scenarios.economies");
    assert_non_null(economies);
    assert_int_equal(economies->n_rows, 3);
    assert_string_equal(bk_table_column(economies, "of")->text[0], "a");
    assert_string_equal(bk_table_column(economies, "of")->text[2], "b");
    assert_string_equal(bk_table_column(economies, "economy")->text[2], "UZB");
    assert_string_equal(bk_table_column(economies, "gain")->text[0], "0.5");
    assert_string_equal(bk_table_column(economies, "gain")->text[2], "none");
    bkt_close(bk_table_column(economies, "parts.rail")->number[0], 0.25, 0.0, 0.0);
    assert_true(bk_table_column(economies, "parts.rail")->empty[1]);
    bkt_io_stop(&io);
}

static void
what_is_no_object_is_refused(void **state)
{
    bkt_io     io;
    bk_results out;
    (void)state;

    bkt_io_start(&io);
    assert_int_equal(tables_of(&io, "[1, 2]", &out), BK_ERR_SCHEMA);
    bkt_io_stop(&io);
}

static void
every_failed_allocation_is_a_clean_error(void **state)
{
    bool has_failed = true;
    (void)state;

    for (size_t i = 1; has_failed; i++) {
        const bk_json_value *value;
        bk_results           out;
        bkt_io               io;
        bkt_io_start(&io);
        assert_int_equal(bk_json_read(io.ctx, answer, strlen(answer), "a.json", &io.arena, &value), BK_OK);
        bkt_io_fail_at(&io, i);
        const bk_status status = bk_json_tables(io.ctx, value, &io.arena, &out);
        has_failed = bkt_io_has_failed(&io);
        assert_int_equal(status, has_failed ? BK_ERR_NO_MEMORY : BK_OK);
        bkt_io_stop(&io);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_is_a_row_and_arrays_are_tables),
        cmocka_unit_test(an_array_in_a_row_says_whose_it_is),
        cmocka_unit_test(what_is_no_object_is_refused),
        cmocka_unit_test(every_failed_allocation_is_a_clean_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
