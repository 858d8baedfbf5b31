/* The n-th request for memory fails while a portfolio is sought and put in order. */
#include "bkt.h"
#include "bkt_allocator.h"
#include "buckle/invest.h"

enum { PROJECTS = 10 };

static bk_status
square_root(void *state, uint64_t set, double *benefit)
{
    (void)state;
    *benefit = sqrt((double)set);
    return BK_OK;
}

static bk_status
work(const bk_allocator *allocator, size_t set_limit, bk_portfolio_search *out)
{
    double               price[PROJECTS], yearly[16] = {0};
    bk_portfolio_problem problem = {
        PROJECTS, 1, price, price, 100.0, .law = BK_LAW_MONOTONE, .set_limit = set_limit, .benefit = square_root};
    bk_context *ctx = NULL;
    bk_arena    arena;
    bk_sequence order;

    for (size_t p = 0; p < PROJECTS; p++)
        price[p] = 1.0 + (double)p;
    bk_status status = bk_context_create(&(bk_settings){.threads = 1, .allocator = allocator}, &ctx);
    if (status != BK_OK)
        return status;
    bk_arena_init(&arena, ctx);
    const bk_sequence_problem sequence = {4, price, yearly, 1.0, 0, 9, 0.1, 0.0};
    status = bk_sequence_find(ctx, &sequence, &arena, &order);
    if (status == BK_OK)
        status = bk_portfolio_find(ctx, &problem, &arena, out);
    assert_true(status == BK_OK || bk_error_get(ctx, 0)->code == status);
    bk_arena_release(&arena);
    bk_context_release(ctx);
    return status;
}

static void
a_lack_of_memory_is_an_error_and_nothing_is_lost(void **state)
{
    (void)state;
    for (size_t limit = 200; limit <= 2000; limit += 1800) { /* branch and bound, then every set */
        bk_status           status = BK_ERR_NO_MEMORY;
        size_t              fail_at = 0;
        bk_portfolio_search out = {.n_asked = 0};
        while (status != BK_OK) {
            bkt_allocator allocator;
            assert_int_equal(out.n_asked, 0); /* left untouched */
            bkt_allocator_init(&allocator, ++fail_at);
            status = work(&allocator.allocator, limit, &out);
            assert_true(status == BK_OK || status == BK_ERR_NO_MEMORY);
            bkt_allocator_check(&allocator);
        }
        assert_true(fail_at > 3 && out.n_asked > 50);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lack_of_memory_is_an_error_and_nothing_is_lost),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
