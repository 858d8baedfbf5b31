#include "bkt.h"
#include "base/cholesky.h"
#include "assignment/secants.h"

static void
a_factor_solves_its_system(void **state)
{
    double matrix[4 * 4] = {0}, kept[4 * 4], x[4], b[4] = {1, -2, 3, 0.5};

    (void)state;
    for (int i = 0; i < 4; i++) /* A = L L' + I for a drawn L */
        for (int k = 0; k < 4; k++)
            for (int m = 0; m < 4; m++)
                matrix[i * 4 + k] += sin(3.0 * i + m) * sin(3.0 * k + m) + (i == k && m == 0 ? 1.0 : 0.0);
    memcpy(kept, matrix, sizeof kept);
    memcpy(x, b, sizeof x);
    assert_true(bki_cholesky_factor(4, matrix));
    bki_cholesky_solve(4, matrix, x);
    for (int i = 0; i < 4; i++)
        bkt_close(kept[i * 4] * x[0] + kept[i * 4 + 1] * x[1] + kept[i * 4 + 2] * x[2] + kept[i * 4 + 3] * x[3], b[i],
                  1e-13, 1e-14);
}

static void
a_matrix_that_is_not_positive_definite_is_refused(void **state)
{
    double matrix[4] = {1, 0, 2, 1}, broken[1] = {(double)NAN};

    (void)state;
    assert_false(bki_cholesky_factor(2, matrix));
    assert_false(bki_cholesky_factor(1, broken));
}

/* A linear iteration in n dimensions is solved by n secants, whatever its rate (Walker & Ni 2011, theorem 2.2). */
static void
a_linear_iteration_ends_after_as_many_secants_as_dimensions(void **state)
{
    const double rate[3] = {0.9, -0.7, 1.8}, goal[3] = {1.0, -2.0, 0.3}, weight[3] = {1.0, 2.0, 0.5};
    double       u[3] = {0}, step[3], left = 0.0, before = 0.0;
    bk_context  *ctx;
    bk_arena     arena;
    bki_secants  secants;

    (void)state;
    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    bk_arena_init(&arena, ctx);
    bki_secants_init(&secants, 3, &arena);
    for (int round = 0; round < 5; round++) {
        before = left;
        left = 0.0;
        for (int i = 0; i < 3; i++) {
            step[i] = (1.0 - rate[i]) * (goal[i] - u[i]);
            left = fmax(left, fabs(step[i]));
        }
        bki_secants_use(&secants, weight, u, step);
        for (int i = 0; i < 3; i++)
            u[i] += step[i];
    }
    assert_true(before > 1e-2); /* with two secants */
    assert_true(left < 1e-6);   /* with three; normal equations keep half of the digits */
    bk_arena_release(&arena);
    bk_context_release(ctx);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_factor_solves_its_system),
        cmocka_unit_test(a_matrix_that_is_not_positive_definite_is_refused),
        cmocka_unit_test(a_linear_iteration_ends_after_as_many_secants_as_dimensions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
