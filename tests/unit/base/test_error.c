#include "bkt.h"
#include "bkt_allocator.h"
#include "buckle/base.h"

static int
make_context(void **state)
{
    return bk_context_create(NULL, (bk_context **)state) == BK_OK ? 0 : -1;
}

static int
release_context(void **state)
{
    bk_context_release(*state);
    return 0;
}

static void
a_failure_returns_its_code_and_keeps_the_message(void **state)
{
    bk_context *ctx = *state;

    assert_int_equal(bk_fail(ctx, BK_ERR_VALUE, "capacity of link %d is %g t/yr, must be > 0", 17, -3.0), BK_ERR_VALUE);
    assert_int_equal(bk_error_count(ctx), 1);
    const bk_error *error = bk_error_get(ctx, 0);
    assert_int_equal(error->code, BK_ERR_VALUE);
    assert_string_equal(error->message, "capacity of link 17 is -3 t/yr, must be > 0");
    assert_null(error->file);
    assert_null(error->hint);
    assert_int_equal(error->line, 0);
    assert_int_equal(error->column, 0);
    assert_null(bk_error_get(ctx, 1));
}

static void
a_failure_in_a_file_keeps_the_place_and_the_hint(void **state)
{
    bk_context *ctx = *state;
    char        file[] = "network/link.csv", hint[] = "give a capacity above 0";

    assert_int_equal(bk_fail_at(ctx, BK_ERR_SYNTAX, file, 41, 7, hint, "unclosed quote"), BK_ERR_SYNTAX);
    memset(file, '#', sizeof file - 1); /* the context must hold copies */
    memset(hint, '#', sizeof hint - 1);
    const bk_error *error = bk_error_get(ctx, 0);
    assert_string_equal(error->message, "unclosed quote");
    assert_string_equal(error->file, "network/link.csv");
    assert_string_equal(error->hint, "give a capacity above 0");
    assert_int_equal(error->line, 41);
    assert_int_equal(error->column, 7);
}

static void
every_fault_is_kept_in_order(void **state)
{
    bk_context *ctx = *state;
    char        expected[32];

    for (int i = 0; i < 500; i++)
        bk_fail_hint(ctx, i == 0 ? BK_ERR_SCHEMA : BK_ERR_VALUE, "look", "fault %d", i);
    assert_int_equal(bk_error_count(ctx), 500);
    assert_int_equal(bk_error_get(ctx, 0)->code, BK_ERR_SCHEMA);
    for (size_t i = 0; i < 500; i++) {
        snprintf(expected, sizeof expected, "fault %zu", i);
        assert_string_equal(bk_error_get(ctx, i)->message, expected);
        assert_string_equal(bk_error_get(ctx, i)->hint, "look");
    }
}

static void
past_a_thousand_faults_the_rest_are_counted(void **state)
{
    bk_context *ctx = *state;

    for (int i = 0; i < 2500; i++)
        assert_int_equal(bk_fail(ctx, BK_ERR_VALUE, "fault %d", i), BK_ERR_VALUE);
    assert_int_equal(bk_error_count(ctx), 1001);
    assert_string_equal(bk_error_get(ctx, 999)->message, "fault 999");
    assert_string_equal(bk_error_get(ctx, 1000)->message, "1500 more faults are not listed");
    assert_int_equal(bk_error_get(ctx, 1000)->code, BK_ERR_VALUE);
    assert_null(bk_error_get(ctx, 1001));
}

static void
after_clearing_the_context_is_as_new(void **state)
{
    bk_context *ctx = *state;

    for (int i = 0; i < 1200; i++)
        bk_fail(ctx, BK_ERR_VALUE, "fault %d", i);
    bk_error_clear(ctx);
    assert_int_equal(bk_error_count(ctx), 0);
    assert_null(bk_error_get(ctx, 0));
    bk_fail(ctx, BK_ERR_FILE, "another");
    assert_int_equal(bk_error_count(ctx), 1);
    assert_string_equal(bk_error_get(ctx, 0)->message, "another");
}

static void
a_new_failure_may_quote_an_older_one(void **state)
{
    bk_context *ctx = *state;

    bk_fail(ctx, BK_ERR_FILE, "disk full");
    for (int i = 0; i < 20; i++) /* across the growth of the list */
        bk_fail(ctx, BK_ERR_FILE, "cannot write: %s", bk_error_get(ctx, 0)->message);
    assert_string_equal(bk_error_get(ctx, 20)->message, "cannot write: disk full");
}

static void
a_long_message_is_kept_whole(void **state)
{
    bk_context *ctx = *state;
    char        text[10000];

    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    bk_fail(ctx, BK_ERR_SYNTAX, "%s", text);
    assert_string_equal(bk_error_get(ctx, 0)->message, text);
}

static void
without_memory_the_first_failures_still_have_code_and_sentence(void **state)
{
    (void)state;
    bkt_allocator memory;
    bk_context   *ctx = NULL;

    bkt_allocator_init(&memory, 2); /* only the context itself is granted */
    memory.fail_after = true;
    assert_int_equal(bk_context_create(&(bk_settings){.threads = 1, .allocator = &memory.allocator}, &ctx), BK_OK);
    for (int i = 0; i < 20; i++)
        assert_int_equal(bk_fail_at(ctx, BK_ERR_FILE, "a.csv", 1, 1, NULL, "row %d", i), BK_ERR_FILE);
    assert_int_equal(bk_error_count(ctx), 9);
    for (size_t i = 0; i < 8; i++) {
        assert_int_equal(bk_error_get(ctx, i)->code, BK_ERR_FILE);
        assert_string_equal(bk_error_get(ctx, i)->message, bk_status_text(BK_ERR_FILE));
    }
    assert_string_equal(bk_error_get(ctx, 8)->message, "12 more faults are not listed");
    bk_context_release(ctx);
    bkt_allocator_check(&memory);
}

static void
a_lack_of_memory_is_reported_without_memory(void **state)
{
    (void)state;
    bkt_allocator memory;
    bk_context   *ctx = NULL;

    bkt_allocator_init(&memory, 2);
    memory.fail_after = true;
    assert_int_equal(bk_context_create(&(bk_settings){.threads = 1, .allocator = &memory.allocator}, &ctx), BK_OK);
    assert_int_equal(bk_fail_no_memory(ctx), BK_ERR_NO_MEMORY);
    assert_int_equal(bk_error_get(ctx, 0)->code, BK_ERR_NO_MEMORY);
    assert_string_equal(bk_error_get(ctx, 0)->message, "an allocation failed");
    bk_context_release(ctx);
    bkt_allocator_check(&memory);
}

int
main(void)
{
#define WITH_CONTEXT(test) cmocka_unit_test_setup_teardown(test, make_context, release_context)
    const struct CMUnitTest tests[] = {
        WITH_CONTEXT(a_failure_returns_its_code_and_keeps_the_message),
        WITH_CONTEXT(a_failure_in_a_file_keeps_the_place_and_the_hint),
        WITH_CONTEXT(every_fault_is_kept_in_order),
        WITH_CONTEXT(past_a_thousand_faults_the_rest_are_counted),
        WITH_CONTEXT(after_clearing_the_context_is_as_new),
        WITH_CONTEXT(a_new_failure_may_quote_an_older_one),
        WITH_CONTEXT(a_long_message_is_kept_whole),
        cmocka_unit_test(without_memory_the_first_failures_still_have_code_and_sentence),
        cmocka_unit_test(a_lack_of_memory_is_reported_without_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
