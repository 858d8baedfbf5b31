/* The n-th request for memory fails while a study is opened, run, compared and asked for routes. */
#include "bkt_fault.h"
#include "buckle/study.h"

static const char *
caravan(void)
{
    static char folder[4096];

    snprintf(folder, sizeof folder, "%s/studies/caravan", getenv("BUCKLE_ROOT") ? getenv("BUCKLE_ROOT") : ".");
    return folder;
}

static bk_status
use_study(bk_context *ctx, bk_arena *arena, double *gain)
{
    static const char *const names[] = {"cheap-oil"};
    const bk_route_query     query = {
            .from = "ori_city", .to = "wes_city", .usd_per_tonne_hour = -1.0, .k = 2, .distinct = true};
    const bk_run_settings settings = bk_run_default_settings();
    const bk_study       *study = NULL;
    const bk_run         *run = NULL;
    const bk_comparison  *rows = NULL;
    bk_routes             routes;

    BK_TRY(bk_study_open(ctx, caravan(), names, 1, arena, &study));
    BK_TRY(bk_study_run(ctx, study, &settings, arena, &run));
    BK_TRY(bk_study_compare(ctx, study, run->base, arena, &rows));
    BK_TRY(bk_study_routes(ctx, study, run->base, &query, arena, &routes));
    *gain = run->scenarios[0].solution->trade->welfare_pct[0];
    return BK_OK;
}

static void
a_lack_of_memory_is_an_error_and_nothing_is_lost(void **state)
{
    double gain = 0.0, expected = 0.0;
    bool   failed = true;

    (void)state;
    assert_int_equal(bkt_fault_call(NULL, use_study, &expected), BK_OK);
    for (size_t fail_at = 1; failed; fail_at++) {
        bkt_allocator allocator;
        bkt_allocator_init(&allocator, fail_at);
        const bk_status status = bkt_fault_call(&allocator.allocator, use_study, &gain);
        failed = allocator.n_requests >= fail_at;
        bkt_allocator_check(&allocator);
        assert_int_equal(status, failed ? BK_ERR_NO_MEMORY : BK_OK);
    }
    bkt_close(gain, expected, 0.0, 0.0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_lack_of_memory_is_an_error_and_nothing_is_lost)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
