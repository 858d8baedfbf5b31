/* Acceleration on problems whose answer is known. */
#include "bkt.h"
#include "trade/anderson.h"

enum { LENGTH = 16, UNKNOWNS = 5 };

/* A linear map g(u) = M u + b with spectral radius `radius` on the first unknowns; the rest is 0. */
static void
apply(double radius, const double *u, double *g)
{
    for (size_t i = 0; i < LENGTH; i++)
        g[i] = 0.0;
    for (size_t i = 0; i < UNKNOWNS; i++) {
        g[i] = 1.0 + (double)i;
        for (size_t j = 0; j <= i; j++) /* triangular: the diagonal holds the eigenvalues */
            g[i] += (i == j ? radius * (1.0 - 0.3 * (double)i) : 0.2 * bk_uniform(1, i, j)) * u[j];
    }
}

static double
residual(double radius, const double *u)
{
    double g[LENGTH], sum = 0.0;

    apply(radius, u, g);
    for (size_t i = 0; i < LENGTH; i++)
        sum = fmax(sum, fabs(g[i] - u[i]));
    return sum;
}

static int
steps_to_solve(double radius, size_t depth)
{
    bk_context  *ctx;
    bk_arena     arena;
    bki_anderson accelerator;
    double       g[LENGTH];
    int          steps = 0;

    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    bk_arena_init(&arena, ctx);
    double *u = BK_NEW(&arena, double, LENGTH);
    assert_int_equal(bki_anderson_create(&accelerator, LENGTH, depth, &arena), BK_OK);
    for (; steps < 500 && residual(radius, u) > 1e-9; steps++) {
        apply(radius, u, g);
        bki_anderson_step(&accelerator, g, u);
    }
    bk_arena_release(&arena);
    bk_context_release(ctx);
    return steps;
}

/* Walker & Ni (2011): on a linear problem it is GMRES, which ends after as many steps as there are unknowns, and one.
 */
static void
a_linear_problem_ends_after_as_many_steps_as_unknowns(void **state)
{
    (void)state;
    assert_true(steps_to_solve(0.9, UNKNOWNS) <= UNKNOWNS + 2);
}

static void
it_solves_what_plain_iteration_does_not(void **state)
{
    (void)state;
    assert_int_equal(steps_to_solve(-2.5, 0), 500);
    assert_true(steps_to_solve(-2.5, UNKNOWNS) <= UNKNOWNS + 2);
}

static void
with_depth_0_it_is_plain_iteration(void **state)
{
    (void)state;
    const int plain = steps_to_solve(0.9, 0);
    assert_true(plain > 100 && plain < 500); /* 0.9^n < 1e-9 / size */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_linear_problem_ends_after_as_many_steps_as_unknowns),
        cmocka_unit_test(it_solves_what_plain_iteration_does_not),
        cmocka_unit_test(with_depth_0_it_is_plain_iteration),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
