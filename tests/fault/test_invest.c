/* Memory fails while a study's portfolio is sought: at the first requests one by one, then at every 13th. */
#include "bkt_fault.h"
#include "buckle/portfolio.h"

static bk_status
use_study(bk_context *ctx, bk_arena *arena, double *value)
{
    static const char *const names[] = {"middle-way", "closed-gate"};
    static const size_t      state[] = {1};
    static char              folder[4096];
    const bk_study          *study = NULL;
    const bk_invest         *invest = NULL;

    snprintf(folder, sizeof folder, "%s/studies/caravan", getenv("BUCKLE_ROOT") ? getenv("BUCKLE_ROOT") : ".");
    BK_TRY(bk_study_open(ctx, folder, names, 2, arena, &study));
    bk_invest_settings settings = bk_invest_default_settings(study->model);
    settings.scenario = 0;
    settings.budget = 3e9;
    settings.per_year = 1e9;
    settings.n_robust = 1;
    settings.robust = state;
    BK_TRY(bk_study_invest(ctx, study, &settings, arena, &invest));
    *value = invest->search.best.value;
    return BK_OK;
}

static void
a_lack_of_memory_is_an_error_and_nothing_is_lost(void **state)
{
    double value = 0.0, expected = 0.0;
    bool   failed = true;

    (void)state;
    assert_int_equal(bkt_fault_call(NULL, use_study, &expected), BK_OK);
    for (size_t fail_at = 1; failed; fail_at += fail_at < 20 ? 1 : 13) {
        bkt_allocator allocator;
        bkt_allocator_init(&allocator, fail_at);
        const bk_status status = bkt_fault_call(&allocator.allocator, use_study, &value);
        failed = allocator.n_requests >= fail_at;
        assert_int_equal(status, failed ? BK_ERR_NO_MEMORY : BK_OK);
        bkt_allocator_check(&allocator);
    }
    assert_true(value == expected);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lack_of_memory_is_an_error_and_nothing_is_lost),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
