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

/* Rows that the box's own bounds hold, of all and of those of interest; input `free` is not asked. */
static void
count_rows(const bk_box *box, size_t free, size_t *all, size_t *losses)
{
    *all = *losses = 0;
    for (size_t j = 0; j < N; j++) {
        bool in = true;
        for (size_t i = 0; i < D; i++)
            in &= i == free || ((!box->bounded_low[i] || input[j][i] >= box->low[i]) &&
                                (!box->bounded_high[i] || input[j][i] <= box->high[i]));
        *all += in;
        *losses += in && interest[j];
    }
}

/* P(Binomial(n, p) >= k), term by term. */
static double
at_least(size_t k, size_t n, double p)
{
    double sum = 0.0;

    for (size_t i = k; i <= n; i++)
        sum += exp(lgamma((double)n + 1.0) - lgamma((double)i + 1.0) - lgamma((double)(n - i) + 1.0) +
                   (double)i * log(p) + (double)(n - i) * log1p(-p));
    return sum;
}

static void
a_box_of_the_first_and_the_last_input_is_told_in_full(void **state)
{
    bk_context *ctx;
    bk_arena    arena;
    bk_box      box;
    size_t      all, losses, whole = 0;

    (void)state;
    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    bk_arena_init(&arena, ctx);
    sample(4);
    for (size_t j = 0; j < N; j++) /* a loss in ten of what is outside, so that chances are not 0 */
        whole += interest[j] = (input[j][0] < 0.5 && input[j][D - 1] > 0.6) || j % 10 == 0;
    assert_int_equal(bk_prim(ctx, &input[0][0], interest, N, D, &arena, &box), BK_OK);
    assert_true(box.bounded_high[0] && box.bounded_low[D - 1]);
    bkt_close(box.high[0], 0.5, 0.0, 0.04);
    bkt_close(box.low[D - 1], 0.6, 0.0, 0.04);
    count_rows(&box, SIZE_MAX, &all, &losses);
    bkt_close(box.mass, (double)all / N, 1e-15, 0.0);
    bkt_close(box.density, (double)losses / (double)all, 1e-15, 0.0);
    bkt_close(box.coverage, (double)losses / (double)whole, 1e-15, 0.0);
    for (size_t i = 0; i < D; i++) {
        size_t without, lost;
        count_rows(&box, i, &without, &lost);
        bkt_close(box.chance[i],
                  box.bounded_low[i] || box.bounded_high[i] ? at_least(losses, all, (double)lost / (double)without)
                                                            : 1.0,
                  1e-9, 0.0);
    }
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

/* Pasting ends where no bound can be opened for less than a hundredth of the balance 2 / (1 / coverage + 1 / density):
 * whichever of the inputs it is of, on whichever side. */
static void
every_bound_that_is_left_is_worth_a_hundredth(void **state)
{
    bk_context *ctx;
    bk_arena    arena;
    bk_box      box;
    bool        seen[2 * D] = {false};

    (void)state;
    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    bk_arena_init(&arena, ctx);
    for (uint64_t seed = 20; seed < 50; seed++) {
        size_t whole = 0, all, losses;
        sample(seed);
        for (size_t j = 0; j < N; j++) /* a loose box of one input, the rest is chance */
            whole += interest[j] = bk_uniform(seed, 9, j) < (input[j][seed % D] > 0.7 ? 0.8 : 0.3);
        assert_int_equal(bk_prim(ctx, &input[0][0], interest, N, D, &arena, &box), BK_OK);
        count_rows(&box, SIZE_MAX, &all, &losses);
        const double kept = 2.0 * (double)losses / (double)(whole + all);
        for (size_t b = 0; b < 2 * D; b++) {
            bool *bounded = b % 2 == 0 ? &box.bounded_low[b / 2] : &box.bounded_high[b / 2];
            if (!*bounded)
                continue;
            seen[b] = true;
            *bounded = false;
            count_rows(&box, SIZE_MAX, &all, &losses);
            *bounded = true;
            assert_true(2.0 * (double)losses / (double)(whole + all) <= 0.99 * kept * (1.0 + 1e-12));
        }
    }
    assert_true(seen[0] && seen[2 * D - 2]);
    bk_arena_release(&arena);
    bk_context_release(ctx);
}

/* Twenty rows at -20 ... -1, the lower half of interest; the first row is at one end. */
static void
a_small_sample_is_told_to_the_row(void **state)
{
    enum { ROWS = 20 };
    double      x[ROWS];
    bool        lower[ROWS];
    bk_context *ctx;
    bk_arena    arena;
    bk_box      box;

    (void)state;
    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    bk_arena_init(&arena, ctx);
    for (int turned = 0; turned < 2; turned++) {
        for (size_t row = 0; row < ROWS; row++) {
            x[row] = turned ? -1.0 - (double)row : -20.0 + (double)row;
            lower[row] = x[row] < -10.5;
        }
        assert_int_equal(bk_prim(ctx, x, lower, ROWS, 1, &arena, &box), BK_OK);
        assert_true(box.bounded_high[0] && !box.bounded_low[0]);
        bkt_close(box.high[0], -11.0, 0.0, 0.0);
        bkt_close(box.mass, 0.5, 1e-15, 0.0);
        bkt_close(box.coverage, 1.0, 1e-15, 0.0);
        bkt_close(box.density, 1.0, 1e-15, 0.0);
    }
    bk_arena_release(&arena);
    bk_context_release(ctx);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_planted_box_is_found),
        cmocka_unit_test(a_box_of_the_first_and_the_last_input_is_told_in_full),
        cmocka_unit_test(a_state_is_one_slice),
        cmocka_unit_test(no_loss_or_nothing_but_losses_give_no_box),
        cmocka_unit_test(every_bound_that_is_left_is_worth_a_hundredth),
        cmocka_unit_test(a_small_sample_is_told_to_the_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
