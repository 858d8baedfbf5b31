/* The n-th request for memory fails while the policy of a day is looked at. */
#include "bkt_allocator.h"
#include "bkt_study.h"
#include "buckle/policy.h"

static bk_status
look(bk_context *ctx, bk_arena *arena, bk_arena *scratch)
{
    const bk_membership_change join = {.agreement = "later", .country = "AAA", .join = true};
    const bk_measure           measure = {.id = "m", .n_memberships = 1, .memberships = &join};
    const bk_scenario          scenario = {.name = "s", .n_measures = 1, .measures = &measure};
    const bk_model            *model;
    const bk_policy_state     *state;
    const bk_policy_conflict  *conflicts;
    bk_tariff_audit            audit;
    size_t                     n;

    BK_TRY(bkt_study_build(ctx, scratch, arena, NULL, 0, &model));
    BK_TRY(bk_policy_on(ctx, model, 20200601, &scenario, arena, &state));
    BK_TRY(bk_policy_conflicts(state, arena, &n, &conflicts));
    assert_true(n > 0); /* AAA signs alone */
    return bk_policy_audit(state, 3, arena, &audit);
}

static bk_status
work(const bk_allocator *allocator)
{
    bk_context *ctx = NULL;
    bk_arena    arena, scratch;

    BK_TRY(bk_context_create(&(bk_settings){.threads = 1, .allocator = allocator}, &ctx));
    bk_arena_init(&arena, ctx);
    bk_arena_init(&scratch, ctx);
    const bk_status status = look(ctx, &arena, &scratch);
    assert_true(status == BK_OK || status == BK_ERR_NO_MEMORY);
    bk_arena_release(&scratch);
    bk_arena_release(&arena);
    bk_context_release(ctx);
    return status;
}

static void
a_lack_of_memory_is_an_error_and_nothing_is_lost(void **state)
{
    bk_status status = BK_ERR_NO_MEMORY;
    size_t    fail_at = 0;

    (void)state;
    while (status != BK_OK) {
        bkt_allocator allocator;
        bkt_allocator_init(&allocator, ++fail_at);
        status = work(&allocator.allocator);
        bkt_allocator_check(&allocator);
        assert_true(fail_at < 100000);
        if (allocator.n_requests < fail_at) /* none has failed */
            assert_int_equal(status, BK_OK);
    }
    assert_true(fail_at > 10);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_lack_of_memory_is_an_error_and_nothing_is_lost)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
