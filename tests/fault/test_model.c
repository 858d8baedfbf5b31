/* The n-th request for memory fails while a study is built and a scenario applied. */
#include "bkt_allocator.h"
#include "bkt_study.h"

static bk_status
build(bk_context *ctx, bk_arena *arena, bk_arena *scratch)
{
    const bk_name_at           names[] = {{.name = "new-road"}, {.name = "embargo"}, {.name = "c1"}};
    const bk_membership_change join = {.agreement = "union", .country = "CCC", .join = true};
    bk_measure                 measure = {.id = "m",
                                          .n_projects = 1,
                                          .projects = &names[0],
                                          .n_sanctions = 1,
                                          .sanctions = &names[1],
                                          .n_closures = 1,
                                          .closures = &names[2],
                                          .n_memberships = 1,
                                          .memberships = &join};
    const bk_scenario          scenario = {.name = "s", .file = "s.yaml", .n_measures = 1, .measures = &measure};
    const bk_model            *model, *out;
    bk_builder                *builder;

    BK_TRY(bkt_study_build(ctx, scratch, arena, NULL, 0, &model));
    BK_TRY(bk_builder_create(ctx, scratch, &builder));
    BK_TRY(bkt_read_table(builder, bk_measure_schema(BK_ROWS_TARIFFS), "t",
                          "sector,exporter,importer,rate\nfood,C,A,0.2\n"));
    BK_TRY(bk_builder_finish_measure(builder, model, BK_ROWS_TARIFFS, arena, &measure));
    return bk_scenario_apply(ctx, model, &scenario, NULL, arena, &out);
}

/* A builder that is only to fail: the message searches for near names, which takes memory too. */
static bk_status
build_damaged(bk_context *ctx, bk_arena *arena, bk_arena *scratch)
{
    const bkt_edit  edits[] = {{"network/link.csv", "rail-ab,a2", "rail-ab,a22"}, {"network/node.csv", "kind", "knid"}};
    const bk_model *model;

    const bk_status status = bkt_study_build(ctx, scratch, arena, edits, 2, &model);
    return status == BK_ERR_REFERENCE ? BK_OK : status;
}

static bk_status
work(const bk_allocator *allocator, bool damaged)
{
    bk_context *ctx = NULL;
    bk_arena    arena, scratch;

    BK_TRY(bk_context_create(&(bk_settings){.threads = 1, .allocator = allocator}, &ctx));
    bk_arena_init(&arena, ctx);
    bk_arena_init(&scratch, ctx);
    const bk_status status = damaged ? build_damaged(ctx, &arena, &scratch) : build(ctx, &arena, &scratch);
    assert_true(status == BK_OK || status == BK_ERR_NO_MEMORY);
    bk_arena_release(&scratch);
    bk_arena_release(&arena);
    bk_context_release(ctx);
    return status;
}

static void
check_every_failure(bool damaged)
{
    bk_status status = BK_ERR_NO_MEMORY;
    size_t    fail_at = 0;

    while (status != BK_OK) {
        bkt_allocator allocator;
        bkt_allocator_init(&allocator, ++fail_at);
        status = work(&allocator.allocator, damaged);
        bkt_allocator_check(&allocator);
        assert_true(fail_at < 100000);
        if (allocator.n_requests < fail_at) /* none has failed */
            assert_int_equal(status, BK_OK);
    }
    assert_true(fail_at > 10);
}

static void
a_lack_of_memory_is_an_error_and_nothing_is_lost(void **state)
{
    (void)state;
    check_every_failure(false);
}

static void
a_lack_of_memory_while_faults_are_found_is_clean(void **state)
{
    (void)state;
    check_every_failure(true);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lack_of_memory_is_an_error_and_nothing_is_lost),
        cmocka_unit_test(a_lack_of_memory_while_faults_are_found_is_clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
