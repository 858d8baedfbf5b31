#include "bkt.h"
#include "bkt_allocator.h"
#include "buckle/base.h"

typedef struct heard {
    int          n_logs, n_progress;
    bk_log_level level;
    char         text[4096];
    double       fraction;
} heard;

static void
hear_log(void *state, bk_log_level level, const char *text)
{
    heard *ears = state;

    ears->n_logs++;
    ears->level = level;
    snprintf(ears->text, sizeof ears->text, "%s", text);
}

static void
hear_progress(void *state, const char *what, double fraction)
{
    heard *ears = state;

    ears->n_progress++;
    snprintf(ears->text, sizeof ears->text, "%s", what);
    ears->fraction = fraction;
}

static void
without_settings_there_is_one_thread_and_silence(void **state)
{
    (void)state;
    bk_context *ctx = NULL;

    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    assert_int_equal(bk_context_threads(ctx), 1);
    assert_int_equal(bk_error_count(ctx), 0);
    assert_false(bk_cancelled(ctx));
    bk_log(ctx, BK_LOG_WARNING, "nobody listens");
    bk_progress(ctx, "nothing", 0.5);
    bk_context_release(ctx);
}

static void
a_context_without_threads_is_refused(void **state)
{
    (void)state;
    bk_context *ctx = (bk_context *)state;

    for (int threads = -1; threads <= 0; threads++) {
        assert_int_equal(bk_context_create(&(bk_settings){.threads = threads}, &ctx), BK_ERR_USAGE);
        assert_null(ctx);
    }
}

static void
releasing_nothing_is_allowed(void **state)
{
    (void)state;

    bk_context_release(NULL);
}

static void
logs_and_progress_reach_their_sinks(void **state)
{
    (void)state;
    heard       ears = {0};
    bk_settings settings = {.threads = 1, .log = hear_log, .progress = hear_progress, .sink_state = &ears};
    bk_context *ctx = NULL;

    assert_int_equal(bk_context_create(&settings, &ctx), BK_OK);
    bk_log(ctx, BK_LOG_WARNING, "zone %s has no %s", "KAZ", "link");
    assert_int_equal(ears.n_logs, 1);
    assert_int_equal(ears.level, BK_LOG_WARNING);
    assert_string_equal(ears.text, "zone KAZ has no link");

    bk_progress(ctx, "assignment", 0.25);
    assert_int_equal(ears.n_progress, 1);
    assert_string_equal(ears.text, "assignment");
    bkt_close(ears.fraction, 0.25, 0.0, 0.0);
    bk_progress(ctx, "assignment", 1.0 + 1e-9);
    bkt_close(ears.fraction, 1.0, 0.0, 0.0);
    bk_progress(ctx, "assignment", -1.0);
    assert_true(ears.fraction < 0.0);
    bk_context_release(ctx);
}

static void
an_endless_log_line_is_cut_and_terminated(void **state)
{
    (void)state;
    heard       ears = {0};
    bk_settings settings = {.threads = 1, .log = hear_log, .sink_state = &ears};
    bk_context *ctx = NULL;
    char        line[3000];

    memset(line, 'x', sizeof line);
    line[sizeof line - 1] = '\0';
    assert_int_equal(bk_context_create(&settings, &ctx), BK_OK);
    bk_log(ctx, BK_LOG_INFO, "%s", line);
    assert_true(strlen(ears.text) > 1000 && strlen(ears.text) < strlen(line));
    assert_memory_equal(ears.text, line, strlen(ears.text));
    bk_context_release(ctx);
}

static void
the_cancel_flag_is_seen_when_it_is_raised(void **state)
{
    (void)state;
    atomic_bool cancel = false;
    bk_context *ctx = NULL;

    assert_int_equal(bk_context_create(&(bk_settings){.threads = 1, .cancel = &cancel}, &ctx), BK_OK);
    assert_false(bk_cancelled(ctx));
    atomic_store(&cancel, true);
    assert_true(bk_cancelled(ctx));
    atomic_store(&cancel, false);
    assert_false(bk_cancelled(ctx));
    bk_context_release(ctx);
}

static void
all_memory_comes_from_the_allocator_and_returns_to_it(void **state)
{
    (void)state;
    bkt_allocator memory;
    bk_context   *ctx = NULL;

    bkt_allocator_init(&memory, 0);
    assert_int_equal(bk_context_create(&(bk_settings){.threads = 3, .allocator = &memory.allocator}, &ctx), BK_OK);
    assert_int_equal(bk_context_threads(ctx), 3);
    for (int i = 0; i < 100; i++)
        bk_fail_at(ctx, BK_ERR_VALUE, "link.csv", i, 1, "look", "row %d", i);
    assert_true(memory.live_blocks > 100);
    bk_context_release(ctx);
    bkt_allocator_check(&memory);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_settings_there_is_one_thread_and_silence),
        cmocka_unit_test(a_context_without_threads_is_refused),
        cmocka_unit_test(releasing_nothing_is_allowed),
        cmocka_unit_test(logs_and_progress_reach_their_sinks),
        cmocka_unit_test(an_endless_log_line_is_cut_and_terminated),
        cmocka_unit_test(the_cancel_flag_is_seen_when_it_is_raised),
        cmocka_unit_test(all_memory_comes_from_the_allocator_and_returns_to_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
