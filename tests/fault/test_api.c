/* The n-th request for memory fails while a question is asked through the stable surface: a clean error, with nothing
 * left behind, or the same answer.  Of questions whose answer is made in other layers, whose own tests let each request
 * fail, those of the last ones, in which the surface makes its tables. */
#include "api/api.h"
#include "bkt_allocator.h"
#include "bkt_api.h"

#define LAST 60

typedef struct fixture {
    bkt_allocator  allocator;
    buckle_engine *engine;
    buckle_study  *study;
} fixture;

/* An engine whose context takes its memory from the test's allocator. */
static int
start(void **state)
{
    fixture *f = calloc(1, sizeof *f);

    bkt_allocator_init(&f->allocator, 0);
    assert_int_equal(buckle_engine_create(1, &f->engine), BUCKLE_OK);
    bk_arena_release(&f->engine->arena);
    bk_context_release(f->engine->ctx);
    f->engine->cache_folder = NULL;
    assert_int_equal(
        bk_context_create(
            &(bk_settings){.threads = 1, .allocator = &f->allocator.allocator, .cancel = &f->engine->cancel},
            &f->engine->ctx),
        BK_OK);
    bk_arena_init(&f->engine->arena, f->engine->ctx);
    assert_int_equal(buckle_study_open(f->engine, bkt_caravan(), &f->study), BUCKLE_OK);
    buckle_result *result = NULL; /* of the question for which the study keeps its base year */
    assert_int_equal(buckle_ask(f->engine, f->study, "check", &(buckle_option){"observed", ""}, 1, &result), BUCKLE_OK);
    buckle_result_release(result);
    *state = f;
    return 0;
}

static int
stop(void **state)
{
    fixture *f = *state;

    buckle_study_release(f->study);
    buckle_engine_release(f->engine);
    bkt_allocator_check(&f->allocator);
    free(f);
    return 0;
}

/* A question that fails at the n-th request from now on, 0: none; all that was taken is given back. */
static buckle_status
attempt(fixture *f, const char *question, size_t n, const buckle_option *options, size_t fail_at, size_t *n_tables)
{
    const size_t   blocks = f->allocator.live_blocks;
    buckle_result *result = NULL;

    f->allocator.fail_at = fail_at ? f->allocator.n_requests + fail_at : 0;
    const bool          of_files = strcmp(question, "game") == 0;
    const buckle_status status = buckle_ask(f->engine, of_files ? NULL : f->study, question, options, n, &result);
    assert_true((status == BUCKLE_OK) == (result != NULL));
    assert_true(status == BUCKLE_OK || status == BUCKLE_ERR_NO_MEMORY);
    *n_tables = result ? buckle_table_count(result) : 0;
    buckle_result_release(result);
    bk_error_clear(f->engine->ctx);
    assert_int_equal(f->allocator.live_blocks, blocks);
    assert_int_equal(f->allocator.wrong_sizes, 0);
    return status;
}

static void
fail_each(fixture *f, const char *question, size_t n, const buckle_option *options)
{
    size_t expected, n_tables, n_failed = 0;

    assert_int_equal(attempt(f, question, n, options, 0, &expected), BUCKLE_OK);
    const size_t before = f->allocator.n_requests;
    assert_int_equal(attempt(f, question, n, options, 0, &expected), BUCKLE_OK);
    const size_t n_all = f->allocator.n_requests - before, first = n_all > LAST ? n_all - LAST : 1;
    for (size_t fail_at = first; fail_at <= n_all; fail_at++) {
        const buckle_status status = attempt(f, question, n, options, fail_at, &n_tables);
        assert_true(status != BUCKLE_OK || n_tables == expected);
        n_failed += status != BUCKLE_OK;
    }
    assert_true(n_failed > 0);
}

#define FAIL_EACH(name, question, ...)                                                                                 \
    static void name(void **state)                                                                                     \
    {                                                                                                                  \
        const buckle_option options[] = {__VA_ARGS__};                                                                 \
        fail_each(*state, question, sizeof options / sizeof *options, options);                                        \
    }

FAIL_EACH(value_without_memory, "value", {"economy", "XAL"}, {"top", "3"})
FAIL_EACH(claim_without_memory, "claim", {"economy", "XAL"}, {"gain", "0.01"})
FAIL_EACH(invest_without_memory, "invest", {"budget", "2e8"}, {"weight", "XWE=1"}, {"robust", "today"})
FAIL_EACH(tolls_without_memory, "pivot", {"tolls", "XSU"}, {"toll-max", "5"})
FAIL_EACH(an_assignment_without_memory, "assign", {"scenario", "today"}, {"skims", ""})
FAIL_EACH(check_without_memory, "check", {"scenario", "today"}, {"observed", ""})
FAIL_EACH(a_game_without_memory, "game", {"worths", "0,0,0,1,0,1,0,1"}, {"players", "a"}, {"players", "b"},
          {"players", "c"})

int
main(void)
{
#define EACH(test) cmocka_unit_test_setup_teardown(test, start, stop)
    const struct CMUnitTest tests[] = {
        EACH(value_without_memory),  EACH(claim_without_memory),         EACH(invest_without_memory),
        EACH(tolls_without_memory),  EACH(an_assignment_without_memory), EACH(check_without_memory),
        EACH(a_game_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
