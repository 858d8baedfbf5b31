/* The n-th request for memory fails, for every n until all are granted.  Other layers follow this pattern. */
#include "bkt.h"
#include "bkt_allocator.h"
#include "buckle/base.h"

#define N_NAMES 3000

static bk_status
intern_names(bk_context *ctx, bk_arena *arena)
{
    bk_names *names = bk_names_create(arena);
    char      text[16];

    BK_TRY(bk_arena_ok(arena));
    for (uint32_t i = 0; i < N_NAMES; i++) {
        const int      length = snprintf(text, sizeof text, "name-%u", i);
        const uint32_t index = bk_names_intern(names, text, (size_t)length);
        if (index == BK_NONE) {
            assert_int_equal(bk_names_count(names), i); /* those known before are still known */
            for (uint32_t j = 0; j < i; j++)
                assert_int_equal(bk_names_find(names, bk_names_text(names, j), strlen(bk_names_text(names, j))), j);
            return bk_arena_ok(arena);
        }
        assert_int_equal(index, i);
    }
    bk_arena_format(arena, "%d names", N_NAMES);
    BK_NEW(arena, double, 1000);
    BK_TRY(bk_arena_ok(arena));
    return bk_fail_at(ctx, BK_ERR_VALUE, "link.csv", 3, 1, "look", "the fault that this work is meant to find");
}

static void
fill(void *state, size_t block, size_t worker)
{
    (void)worker;
    ((size_t *)state)[block] = block;
}

static bk_status
work(const bk_allocator *allocator, bk_status *recorded)
{
    bk_context *ctx = NULL;
    bk_arena    arena;
    size_t      blocks[8] = {0};

    *recorded = BK_OK;
    BK_TRY(bk_context_create(&(bk_settings){.threads = 3, .allocator = allocator}, &ctx));
    bk_parallel(ctx, 8, fill, blocks); /* works with the threads that could be had */
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(blocks[i], i);
    bk_arena_init(&arena, ctx);
    const bk_status status = intern_names(ctx, &arena);
    assert_int_equal(bk_error_count(ctx), 1);
    *recorded = bk_error_get(ctx, 0)->code;
    assert_true(strlen(bk_error_get(ctx, 0)->message) > 0);
    bk_arena_release(&arena);
    bk_context_release(ctx);
    return status;
}

/* Returns the number of requests that work() makes in all. */
static size_t
fail_each_in_turn(bool fail_after)
{
    for (size_t n = 1;; n++) {
        bkt_allocator memory;
        bk_status     recorded;

        bkt_allocator_init(&memory, n);
        memory.fail_after = fail_after;
        const bk_status status = work(&memory.allocator, &recorded);
        bkt_allocator_check(&memory);
        if (memory.n_requests < n) {
            assert_int_equal(status, BK_ERR_VALUE);
            return memory.n_requests;
        }
        /* a context that could not be made has no record; a missing pool or message does no harm to the status */
        assert_true(status == BK_ERR_NO_MEMORY || status == BK_ERR_VALUE);
        assert_true(recorded == status || n == 1);
    }
}

static void
any_single_failure_is_clean(void **state)
{
    (void)state;

    assert_true(fail_each_in_turn(false) >= 8);
}

static void
any_failure_that_lasts_is_clean(void **state)
{
    (void)state;

    assert_true(fail_each_in_turn(true) >= 8);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_single_failure_is_clean),
        cmocka_unit_test(any_failure_that_lasts_is_clean),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
