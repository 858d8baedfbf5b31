#include "bkt.h"
#include "buckle/base.h"

static void
every_status_has_a_name_of_its_own_and_a_sentence(void **state)
{
    (void)state;

    for (int i = 0; i < BK_STATUS_COUNT; i++) {
        assert_true(strlen(bk_status_name((bk_status)i)) > 0);
        assert_true(strlen(bk_status_text((bk_status)i)) > 0);
        for (int j = 0; j < i; j++)
            assert_string_not_equal(bk_status_name((bk_status)i), bk_status_name((bk_status)j));
    }
    assert_string_equal(bk_status_name(BK_OK), "ok");
    assert_string_equal(bk_status_name(BK_ERR_NO_MEMORY), "no-memory");
    assert_string_equal(bk_status_name(BK_ERR_CANCELLED), "cancelled");
    assert_string_equal(bk_status_text(BK_ERR_NO_MEMORY), "an allocation failed");
}

static void
every_outcome_has_the_name_that_belongs_to_it(void **state)
{
    (void)state;

    assert_string_equal(bk_outcome_name(BK_CONVERGED), "converged");
    assert_string_equal(bk_outcome_name(BK_ITERATION_LIMIT), "iteration-limit");
    assert_string_equal(bk_outcome_name(BK_STALLED), "stalled");
    assert_string_equal(bk_outcome_name(BK_CANCELLED), "cancelled");
}

static void
a_value_outside_the_lists_is_called_unknown(void **state)
{
    (void)state;

    assert_string_equal(bk_status_name(BK_STATUS_COUNT), "unknown");
    assert_non_null(bk_status_text((bk_status)-1));
    assert_string_equal(bk_outcome_name((bk_outcome)17), "unknown");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_status_has_a_name_of_its_own_and_a_sentence),
        cmocka_unit_test(every_outcome_has_the_name_that_belongs_to_it),
        cmocka_unit_test(a_value_outside_the_lists_is_called_unknown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
