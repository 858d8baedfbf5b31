/* Memory fails once at every call site that a brief alone comes by: an error that says so, with nothing left behind;
 * and then the same brief, to the letter. */
#include "bkt_api.h"
#include "bkt_sites.h"
#include "buckle/brief.h"

static bkt_allocator   allocator;
static bk_context     *ctx;
static bk_arena        kept;
static const bk_study *study; /* with its base year */

static bk_status
run(bk_arena *arena, uint64_t *answer)
{
    const bk_run_settings settings = bk_run_default_settings();
    const bk_run         *found = NULL;

    BK_TRY(bk_study_run(ctx, study, &settings, arena, &found));
    *answer = bkt_hash_results(0, &found->results);
    return BK_OK;
}

static bk_status
brief(bk_arena *arena, uint64_t *answer)
{
    const bk_brief_settings settings = {.economy = "XAL", .scenario = 0, .n_players = 2};
    bk_brief               *found = BK_NEW(arena, bk_brief, 1);
    size_t                  n = 0, n_html = 0;

    BK_TRY(bk_arena_ok(arena));
    BK_TRY(bk_study_brief(ctx, study, &settings, arena, found));
    const char *text = bk_brief_markdown(found, arena, &n), *html = bk_brief_html(found, arena, &n_html);
    BK_TRY(bk_arena_ok(arena));
    *answer = bk_hash(bk_hash(0, text, n), html, n_html);
    return BK_OK;
}

typedef bk_status (*work)(bk_arena *arena, uint64_t *answer);

static bk_status
attempt(void *state, uint64_t *answer)
{
    return bkt_sites_attempt(ctx, &allocator, *(const work *)state, NULL, answer);
}

static void
a_brief_without_memory_is_an_error(void **state)
{
    work running = run, under_test = brief;

    (void)state;
    bkt_sites_know(attempt, &running);
    bkt_sites_fail_each(attempt, &under_test);
}

static int
start(void **state)
{
    static const char *const names[] = {"middle-way"};
    const bk_joint_base     *base = NULL;
    bool                     cached;

    (void)state;
    bkt_sites_start(false, 0);
    bkt_sites_init(&allocator);
    assert_int_equal(bk_context_create(&(bk_settings){.threads = 1, .allocator = &allocator.allocator}, &ctx), BK_OK);
    bk_arena_init(&kept, ctx);
    bk_study *with_base = BK_NEW(&kept, bk_study, 1);
    assert_int_equal(bk_study_open(ctx, bkt_caravan(), names, 1, &kept, &study), BK_OK);
    assert_int_equal(bk_study_base(ctx, study, NULL, &kept, &base, &cached), BK_OK);
    *with_base = *study;
    with_base->base = base;
    study = with_base;
    return 0;
}

static int
stop(void **state)
{
    (void)state;
    bk_arena_release(&kept);
    bk_context_release(ctx);
    bkt_allocator_check(&allocator);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_brief_without_memory_is_an_error)};
    return cmocka_run_group_tests(tests, start, stop);
}
