/* Planted boxes are found; where there is none, none is. */
#include "bkt.h"
#include "buckle/risk.h"

enum { N = 1000, D = 4 };

static double input[N][D];
static bool   interest[N];

static void
sample(uint64_t seed)
{
    for (size_t j = 0; j < N; j++)
        for (size_t i = 0; i < D; i++)
            input[j][i] = bk_uniform(seed, i, j);
}

static void
a_planted_box_is_found(void **state)
{
    bk_context *ctx;
    bk_arena    arena;
    bk_box      box;

    (void)state;
    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    bk_arena_init(&arena, ctx);
    sample(1);
    for (size_t j = 0; j < N; j++)
        interest[j] = input[j][0] > 0.6 && input[j][2] < 0.5;
    assert_int_equal(bk_prim(ctx, &input[0][0], interest, N, D, &arena, &box), BK_OK);
    assert_int_equal(box.n_bounds, 2);
    assert_true(box.bounded_low[0] && !box.bounded_high[0] && box.bounded_high[2] && !box.bounded_low[2]);
    bkt_close(box.low[0], 0.6, 0.0, 0.04); /* a peel of 5 % of what is left may stop that short of the edge */
    bkt_close(box.high[2], 0.5, 0.0, 0.04);
    assert_true(box.coverage > 0.9 && box.density > 0.9);
    assert_true(box.chance[0] < 1e-6 && box.chance[2] < 1e-6 && box.chance[1] >= 1.0);
    bk_arena_release(&arena);
    bk_context_release(ctx);
}

/* A state of 0 or 1 is cut as a whole, however many draws share the value. */
static void
a_state_is_one_slice(void **state)
{
    bk_context *ctx;
    bk_arena    arena;
    bk_box      box;

    (void)state;
    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    bk_arena_init(&arena, ctx);
    sample(2);
    for (size_t j = 0; j < N; j++) {
        input[j][1] = input[j][1] < 0.2 ? 1.0 : 0.0;
        interest[j] = input[j][1] > 0.5;
    }
    assert_int_equal(bk_prim(ctx, &input[0][0], interest, N, D, &arena, &box), BK_OK);
    assert_int_equal(box.n_bounds, 1);
    assert_true(box.bounded_low[1]);
    bkt_close(box.low[1], 1.0, 0.0, 0.0);
    bkt_close(box.coverage, 1.0, 0.0, 0.0);
    bkt_close(box.density, 1.0, 0.0, 0.0);
    bk_arena_release(&arena);
    bk_context_release(ctx);
}

static void
no_loss_or_nothing_but_losses_give_no_box(void **state)
{
    bk_context *ctx;
    bk_arena    arena;
    bk_box      box;

    (void)state;
    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    bk_arena_init(&arena, ctx);
    sample(3);
    for (int all = 0; all < 2; all++) {
        for (size_t j = 0; j < N; j++)
            interest[j] = all != 0;
        assert_int_equal(bk_prim(ctx, &input[0][0], interest, N, D, &arena, &box), BK_OK);
        assert_int_equal(box.n_bounds, 0);
        bkt_close(box.mass, 1.0, 0.0, 0.0);
    }
    bk_arena_release(&arena);
    bk_context_release(ctx);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_planted_box_is_found),
        cmocka_unit_test(a_state_is_one_slice),
        cmocka_unit_test(no_loss_or_nothing_but_losses_give_no_box),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
