/* Two threads, two engines, two studies at once: the bits of one alone.  Run under the thread sanitizer as well. */
#include "bkt_api.h"

#include <pthread.h>

enum { ECONOMIES = 5, ROUNDS = 2 };

typedef struct job {
    const char   *scenario;
    double        gain[ECONOMIES]; /* [ECONOMIES] % */
    buckle_status status;
} job;

static void *
work(void *state)
{
    job                *mine = state;
    const buckle_option options[] = {{"scenario", mine->scenario}, {"attribution", "none"}};
    buckle_engine      *engine = NULL;
    buckle_study       *study = NULL;
    buckle_result      *result = NULL;

    mine->status = buckle_engine_create(2, &engine);
    for (int round = 0; mine->status == BUCKLE_OK && round < ROUNDS; round++) {
        mine->status = buckle_engine_cache(engine, NULL);
        if (mine->status == BUCKLE_OK)
            mine->status = buckle_study_open(engine, bkt_caravan(), &study);
        if (mine->status == BUCKLE_OK)
            mine->status = buckle_run(study, options, 2, &result);
        if (mine->status == BUCKLE_OK) {
            const buckle_table *table = buckle_table_find(result, "economies");
            memcpy(mine->gain, buckle_column_numbers(table, buckle_column_find(table, "welfare_pct")),
                   sizeof mine->gain);
        }
        buckle_result_release(result);
        buckle_study_release(study);
    }
    buckle_engine_release(engine);
    return NULL;
}

static void
two_threads_with_two_studies_get_the_bits_of_one(void **state)
{
    job       alone[] = {{.scenario = "middle-way"}, {.scenario = "union-grows"}};
    job       together[] = {{.scenario = "middle-way"}, {.scenario = "union-grows"}};
    pthread_t thread[2];

    (void)state;
    for (size_t i = 0; i < 2; i++)
        work(&alone[i]);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, work, &together[i]), 0);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(pthread_join(thread[i], NULL), 0);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(alone[i].status, BUCKLE_OK);
        assert_int_equal(together[i].status, BUCKLE_OK);
        assert_memory_equal(alone[i].gain, together[i].gain, sizeof alone[i].gain);
    }
}

static void *
release_elsewhere(void *state)
{
    buckle_result_release(state);
    return NULL;
}

/* What a collector of garbage does: handles go in a thread of its own while their engine computes. */
static void
a_handle_may_be_released_while_its_engine_computes(void **state)
{
    const buckle_option option = {"scenario", "union-grows"};
    buckle_engine      *engine = NULL;
    buckle_study       *study = bkt_open(1, &engine);
    buckle_result      *first = NULL, *second = NULL;
    pthread_t           thread;

    (void)state;
    assert_int_equal(buckle_trade(study, &option, 1, &first), BUCKLE_OK);
    assert_int_equal(pthread_create(&thread, NULL, release_elsewhere, first), 0);
    assert_int_equal(buckle_trade(study, &option, 1, &second), BUCKLE_OK);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_true(buckle_result_converged(second));
    buckle_result_release(second);
    buckle_study_release(study);
    buckle_engine_release(engine);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_threads_with_two_studies_get_the_bits_of_one),
        cmocka_unit_test(a_handle_may_be_released_while_its_engine_computes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
