/* The n-th request for memory fails while a base year is prepared, packed, read back, solved and asked: an error,
 * nothing leaked, no crash. */
#include "bkt_allocator.h"
#include "bkt_joint.h"

#include "buckle/value.h"

static bk_status
run(bk_context *ctx, bk_arena *arena, const bk_model *model, const bk_model *changed)
{
    const bk_joint_base     *base, *again;
    const bk_joint_solution *solution;
    const void              *bytes;
    size_t                   n;
    double                   by_pair[3 * 3 * 3];
    const bk_joint_adjoint  *adjoint;
    bk_joint_values          values;
    bk_first_order           first;

    BK_TRY(bk_joint_prepare(ctx, model, NULL, 0, arena, &base));
    BK_TRY(bk_joint_pack(ctx, base, arena, &bytes, &n));
    BK_TRY(bk_joint_prepare(ctx, model, bytes, n, arena, &again));
    BK_TRY(bk_joint_solve(ctx, again, changed, NULL, NULL, arena, &solution));
    BK_TRY(bk_joint_adjoint_prepare(ctx, again, changed, solution, arena, &adjoint));
    BK_TRY(bk_joint_value(ctx, adjoint, arena, &values));
    BK_TRY(bk_joint_first_order(ctx, adjoint, model, NULL, arena, &first));
    return bk_joint_select(ctx, again, changed, solution, 0, by_pair);
}

static void
every_failed_allocation_is_an_error_and_leaks_nothing(void **state)
{
    bkt_memory memory;
    bkt_joint *study;
    bk_model   changed;

    (void)state;
    bkt_memory_init(&memory);
    study = BK_NEW(&memory.arena, bkt_joint, 1);
    assert_true(bkt_joint_make(study, 3, 5, true, &memory.arena));
    bk_link links[BKT_ROOM];
    memcpy(links, study->network.links, sizeof links);
    links[study->first_rail].open = false;
    changed = study->network.model;
    changed.network.links = links;
    for (size_t n = 0;; n++) {
        bkt_allocator heap;
        bk_context   *ctx;
        bk_arena      arena;
        bkt_allocator_init(&heap, 0);
        const bk_settings settings = {.allocator = &heap.allocator, .threads = 1};
        assert_int_equal(bk_context_create(&settings, &ctx), BK_OK);
        bk_arena_init(&arena, ctx);
        heap.fail_at = n == 0 ? 0 : heap.n_requests + n;
        const size_t    before = heap.n_requests;
        const bk_status status = run(ctx, &arena, &study->network.model, &changed);
        const size_t    asked = heap.n_requests - before;
        assert_int_equal(status, n == 0 || asked < n ? BK_OK : BK_ERR_NO_MEMORY);
        bk_arena_release(&arena);
        bk_context_release(ctx);
        assert_int_equal(heap.live_blocks, 0);
        assert_int_equal(heap.wrong_sizes, 0);
        if (n > 0 && status == BK_OK)
            break;
    }
    bkt_memory_release(&memory);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_failed_allocation_is_an_error_and_leaks_nothing)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
