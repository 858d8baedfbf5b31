/* The n-th request for memory of a calibration and a solve fails, for every n: a clean error, nothing leaked. */
#include "bkt.h"
#include "bkt_allocator.h"
#include "bkt_economy.h"
#include "bkt_sites.h"

static const bkt_economy_kind kind = {
    .n_regions = 4, .n_sectors = 2, .inputs = true, .tariffs = true, .deficits = true};

/* The economy comes from memory that never fails, what is tested from `allocator`. */
static bk_status
work(const bk_allocator *allocator, const bk_economy *economy, const bk_trade_shock *shock, uint64_t *answer)
{
    bk_context              *ctx = NULL;
    bk_arena                 arena;
    const bk_trade_base     *base;
    const bk_trade_solution *solution;
    bk_trade_solver         *solver;
    bk_outcome               outcome;
    double                   residual;

    BK_TRY(bk_context_create(&(bk_settings){.threads = 1, .allocator = allocator}, &ctx));
    bk_arena_init(&arena, ctx);
    bk_status status = bk_trade_calibrate(ctx, economy, &arena, &base);
    if (status == BK_OK)
        status = bk_trade_solve(ctx, base, shock, NULL, NULL, &arena, &solution);
    if (status == BK_OK)
        status = bk_trade_solver_create(ctx, base, &arena, &solver);
    if (status == BK_OK)
        status = bk_trade_solver_run(ctx, solver, shock, 1e-9, 200, &outcome, &residual);
    if (status == BK_OK)
        status = bk_trade_solver_report(ctx, solver, &arena, &solution);
    if (status == BK_OK)
        *answer = bk_hash(0, solution->welfare_pct, economy->n_regions * sizeof *solution->welfare_pct);
    bk_arena_release(&arena);
    bk_context_release(ctx);
    return status;
}

static void
assert_every_failure_is_clean(bk_deficit_rule deficits)
{
    bk_context *ctx;
    bk_arena    arena;

    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    bk_arena_init(&arena, ctx);
    bkt_economy *e = bkt_economy_create(&kind, 5, &arena);
    for (size_t n = 0; deficits == BK_DEFICITS_ZERO && n < kind.n_regions; n++)
        e->regions[n].deficit *= 1e-3; /* small enough to be removed; the base is out of balance, which is no fault */
    e->economy.deficits = deficits;
    const bk_trade_shock shock = {.cost = bkt_random_costs(&e->economy, 1, 0.2, &arena)};
    for (size_t n = 1;; n++) {
        bkt_allocator memory;
        bkt_allocator_init(&memory, n);
        uint64_t        answer;
        const bk_status status = work(&memory.allocator, &e->economy, &shock, &answer);
        bkt_allocator_check(&memory);
        if (memory.n_requests < n) {
            assert_int_equal(status, BK_OK);
            assert_true(n > 6);
            break;
        }
        assert_true(status == BK_ERR_NO_MEMORY || status == BK_OK); /* OK: a message that could not be kept */
    }
    bk_arena_release(&arena);
    bk_context_release(ctx);
}

static void
any_failure_while_solving_is_clean(void **state)
{
    (void)state;
    assert_every_failure_is_clean(BK_DEFICITS_FIXED);
}

static void
any_failure_while_removing_deficits_is_clean(void **state)
{
    (void)state;
    assert_every_failure_is_clean(BK_DEFICITS_ZERO);
}

typedef struct question {
    const bk_economy     *economy;
    const bk_trade_shock *shock;
} question;

static bk_status
work_once(void *state, uint64_t *answer)
{
    const question *of = state;
    bkt_allocator   heap;

    bkt_sites_init(&heap);
    const bk_status status = work(&heap.allocator, of->economy, of->shock, answer);
    bkt_sites_stop();
    bkt_allocator_check(&heap);
    return status;
}

static void
every_call_site_that_fails_is_an_error(void **state)
{
    bk_context *ctx;
    bk_arena    arena;

    (void)state;
    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    bk_arena_init(&arena, ctx);
    bkt_economy         *e = bkt_economy_create(&kind, 5, &arena);
    const bk_trade_shock shock = {.cost = bkt_random_costs(&e->economy, 1, 0.2, &arena)};
    bkt_sites_fail_each(work_once, &(question){&e->economy, &shock});
    assert_true(bkt_sites.n_chosen > 30);
    bk_arena_release(&arena);
    bk_context_release(ctx);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_failure_while_solving_is_clean),
        cmocka_unit_test(any_failure_while_removing_deficits_is_clean),
        cmocka_unit_test(every_call_site_that_fails_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
