/* The n-th request for memory fails while a base year is made, for every n: an error, nothing leaked, and no crash. */
#include "bkt.h"
#include "bkt_allocator.h"

#include "buckle/balance.h"

enum { N = 3, J = 2 };

static double
number(uint64_t stream, uint64_t index)
{
    return 0.5 + bk_uniform(3, stream, index);
}

static bk_status
build(bk_context *ctx, bk_arena *arena)
{
    static const char *const regions[N] = {"A", "B", "C"}, *const sectors[J] = {"goods", "services"};
    static const bool traded[J] = {true, false};
    double value_added[N], pair[N * N], trade[J * N * N], seed[J * N * N], exports[J * N], imports[J * N], added[N * J],
        share[N * J], use[N * J], technology[N * J * J], tariff[J * N * N], of_exports[N * J], of_imports[N * J],
        least[N * J];
    bk_balance out;

    for (size_t i = 0; i < J * N * N; i++) {
        trade[i] = seed[i] = BK_UNKNOWN;
        tariff[i] = 0.01;
    }
    for (size_t i = 0; i < N * N; i++)
        pair[i] = i % (N + 1) == 0 ? BK_UNKNOWN : 10.0 * number(0, i);
    for (size_t i = 0; i < N * J; i++) {
        exports[i] = imports[i] = i < N ? 1.0 : 0.0;
        added[i] = number(1, i);
        share[i] = 0.5;
        use[i] = BK_UNKNOWN;
        of_exports[i] = of_imports[i] = 0.1;
        least[i] = 30.0; /* above what some make: a change is noted */
    }
    for (size_t i = 0; i < N * J * J; i++)
        technology[i] = number(2, i);
    for (size_t r = 0; r < N; r++)
        value_added[r] = 200.0;
    const bk_balance_facts facts = {N,          J,      regions,    sectors,    traded, value_added, pair,
                                    trade,      seed,   exports,    imports,    added,  share,       use,
                                    technology, tariff, of_exports, of_imports, least,  0,           NULL};
    return bk_balance_build(ctx, &facts, arena, &out);
}

static void
every_failed_allocation_is_an_error_and_leaks_nothing(void **state)
{
    (void)state;
    for (size_t n = 0;; n++) {
        bkt_allocator heap;
        bk_context   *ctx;
        bk_arena      arena;

        bkt_allocator_init(&heap, 0);
        const bk_settings settings = {.allocator = &heap.allocator, .threads = 1};
        assert_int_equal(bk_context_create(&settings, &ctx), BK_OK);
        bk_arena_init(&arena, ctx);
        heap.fail_at = n > 0 ? heap.n_requests + n : 0;
        const bk_status status = build(ctx, &arena);
        const bool      has_failed = n > 0 && heap.n_requests >= heap.fail_at;
        assert_int_equal(status, has_failed ? BK_ERR_NO_MEMORY : BK_OK);
        bk_arena_release(&arena);
        bk_context_release(ctx);
        bkt_allocator_check(&heap);
        if (n > 0 && !has_failed)
            return;
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_failed_allocation_is_an_error_and_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
