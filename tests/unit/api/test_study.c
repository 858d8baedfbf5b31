/* Handles, errors as values, scenarios in memory, and cancelling. */
#include "bkt_api.h"
#include "buckle/study.h"

static void
close_both(buckle_study *study, buckle_engine *engine)
{
    buckle_study_release(study);
    buckle_engine_release(engine);
}

static void
a_study_tells_what_it_is(void **state)
{
    buckle_engine *engine = NULL;
    buckle_study  *study = bkt_open(1, &engine);
    size_t         n = 0;

    (void)state;
    assert_string_equal(buckle_study_name(study), "caravan");
    assert_int_equal(buckle_study_base_year(study), 2024);
    bkt_close(buckle_study_money(study), 1e9, 0.0, 0.0); /* studies/caravan/study.yaml */
    while (buckle_scenario_name(study, n))
        n++;
    assert_int_equal(n, buckle_scenario_count(study));
    assert_int_equal(n, 8); /* studies/caravan/README.md lists them */
    assert_string_equal(buckle_scenario_name(study, 0), "almaria-leaves");
    close_both(study, engine);
}

static void
a_missing_study_is_an_error_with_its_file(void **state)
{
    buckle_engine *engine = NULL;
    buckle_study  *study = NULL;

    (void)state;
    assert_int_equal(buckle_engine_create(1, &engine), BUCKLE_OK);
    assert_int_equal(buckle_error_count(engine), 0);
    assert_null(buckle_error_message(engine, 0));
    assert_int_equal(buckle_study_open(engine, "/nowhere/at/all", &study), BUCKLE_ERR_FILE);
    assert_null(study);
    assert_true(buckle_error_count(engine) >= 1);
    assert_int_equal(buckle_error_status(engine, 0), BUCKLE_ERR_FILE);
    assert_non_null(strstr(buckle_error_file(engine, 0), "/nowhere/at/all"));
    assert_string_equal(buckle_status_name(BUCKLE_ERR_FILE), "file");
    assert_null(buckle_status_name((buckle_status)1000));
    buckle_engine_release(engine);
}

static void
a_fault_in_a_scenario_has_line_column_and_hint(void **state)
{
    static const char text[] = "title: x\nmeasures:\n  - id: a\n    clsoe: [gate]\n";
    buckle_engine    *engine = NULL;
    buckle_study     *study = bkt_open(1, &engine);

    (void)state;
    assert_int_equal(buckle_scenario_add(study, "x", text, strlen(text)), BUCKLE_ERR_SCHEMA);
    assert_int_equal(buckle_error_line(engine, 0), 4);
    assert_int_equal(buckle_error_column(engine, 0), 5);
    assert_non_null(strstr(buckle_error_hint(engine, 0), "close"));
    assert_int_equal(buckle_scenario_count(study), 8);
    close_both(study, engine);
}

static void
a_scenario_may_be_added_and_replaced_but_not_hide_a_file(void **state)
{
    static const char text[] = "{\"title\": \"t\", \"measures\": []}";
    buckle_engine    *engine = NULL;
    buckle_study     *study = bkt_open(1, &engine);
    char              name[8];

    (void)state;
    for (int i = 0; i < 20; i++) { /* beyond the first room */
        snprintf(name, sizeof name, "s%d", i);
        assert_int_equal(buckle_scenario_add(study, name, text, strlen(text)), BUCKLE_OK);
    }
    assert_int_equal(buckle_scenario_add(study, "s0", text, strlen(text)), BUCKLE_OK);
    assert_int_equal(buckle_scenario_count(study), 28);
    assert_string_equal(buckle_scenario_name(study, 27), "s19");
    assert_int_equal(buckle_scenario_add(study, "today", text, strlen(text)), BUCKLE_ERR_DUPLICATE);
    close_both(study, engine);
}

static void
options_that_are_wrong_are_named(void **state)
{
    static const struct wrong {
        buckle_option options[2];
        size_t        n;
        const char   *said;
    } wrongs[] = {
        {{{"scenaro", "today"}}, 1, "scenaro"},
        {{{"tolerance", "lots"}}, 1, "tolerance"},
        {{{"tolerance", "1"}}, 1, "tolerance"},
        {{{"seed", "1.5"}}, 1, "whole number"},
        {{{"seed", "1"}, {"seed", "2"}}, 2, "twice"},
        {{{"attribution", "shap"}}, 1, "shap"},
        {{{"finance", "foreign"}}, 1, "lender"},
        {{{"rounds", NULL}}, 1, "rounds"},
        {{{NULL, "1"}}, 1, "no name"},
    };
    buckle_engine *engine = NULL;
    buckle_study  *study = bkt_open(1, &engine);

    (void)state;
    for (size_t w = 0; w < sizeof wrongs / sizeof *wrongs; w++) {
        buckle_result *result = NULL;
        assert_int_equal(buckle_run(study, wrongs[w].options, wrongs[w].n, &result), BUCKLE_ERR_USAGE);
        assert_null(result);
        assert_non_null(strstr(buckle_error_message(engine, 0), wrongs[w].said));
    }
    buckle_result *result = NULL;
    assert_int_equal(buckle_run(study, &(buckle_option){"scenaro", "today"}, 1, &result), BUCKLE_ERR_USAGE);
    assert_string_equal(buckle_error_hint(engine, 0), "did you mean scenario?");
    close_both(study, engine);
}

/* ---- cancelling -------------------------------------------------------------------------------------------------- */

static int
stop_at_the_base_year(void *state, const char *what, double fraction)
{
    (void)fraction;
    *(int *)state += 1;
    return strstr(what, "base year") != NULL;
}

static void
a_callback_that_says_so_cancels_its_call_and_no_other(void **state)
{
    const buckle_option today = {"scenario", "today"};
    buckle_engine      *engine = NULL;
    buckle_study       *study = bkt_open(1, &engine);
    buckle_result      *result = NULL;
    int                 n_calls = 0;

    (void)state;
    buckle_engine_listen(engine, stop_at_the_base_year, NULL, &n_calls);
    assert_int_equal(buckle_run(study, &today, 1, &result), BUCKLE_ERR_CANCELLED);
    assert_true(n_calls > 0);
    buckle_engine_listen(engine, NULL, NULL, NULL);
    assert_int_equal(buckle_run(study, &today, 1, &result), BUCKLE_OK);
    assert_false(buckle_result_interrupted(result));
    buckle_result_release(result);
    close_both(study, engine);
}

static void
a_cancel_while_idle_meets_the_next_call_unless_taken_back(void **state)
{
    const buckle_option today = {"scenario", "today"};
    buckle_engine      *engine = NULL;
    buckle_study       *study = bkt_open(1, &engine);
    buckle_result      *result = NULL;

    (void)state;
    buckle_cancel(engine, 1);
    assert_int_equal(buckle_run(study, &today, 1, &result), BUCKLE_ERR_CANCELLED);
    buckle_cancel(engine, 1);
    buckle_cancel(engine, 0);
    assert_int_equal(buckle_run(study, &today, 1, &result), BUCKLE_OK);
    buckle_result_release(result);
    close_both(study, engine);
}

static void
a_result_outlives_its_study_and_engine(void **state)
{
    const buckle_option today = {"scenario", "today"};
    buckle_engine      *engine = NULL;
    buckle_study       *study = bkt_open(1, &engine);
    buckle_result      *result = NULL;
    size_t              n = 0;

    (void)state;
    assert_int_equal(buckle_run(study, &today, 1, &result), BUCKLE_OK);
    close_both(study, engine);
    const double *gain = bkt_numbers(result, "economies", "welfare_pct", &n);
    assert_int_equal(n, 5);
    for (size_t row = 0; row < n; row++)
        bkt_close(gain[row], 0.0, 0.0, 1e-9); /* nothing changes in it */
    buckle_result_release(result);
    buckle_result_release(NULL);
    buckle_study_release(NULL);
    buckle_engine_release(NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_study_tells_what_it_is),
        cmocka_unit_test(a_missing_study_is_an_error_with_its_file),
        cmocka_unit_test(a_fault_in_a_scenario_has_line_column_and_hint),
        cmocka_unit_test(a_scenario_may_be_added_and_replaced_but_not_hide_a_file),
        cmocka_unit_test(options_that_are_wrong_are_named),
        cmocka_unit_test(a_callback_that_says_so_cancels_its_call_and_no_other),
        cmocka_unit_test(a_cancel_while_idle_meets_the_next_call_unless_taken_back),
        cmocka_unit_test(a_result_outlives_its_study_and_engine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
