/* Cholesky's factor of a matrix made from its factor, of a size that no number of lanes divides. */
#include "base/cholesky.h"
#include "bkt.h"

enum { N = 13 };

/* Whole numbers, so that the matrix is formed without rounding. */
static double
factor_at(size_t r, size_t c)
{
    return r < c ? 0.0 : r == c ? 3.0 + (double)(r % 4) : (double)((7 * r + 3 * c) % 5) - 2.0;
}

static void
fill(double *matrix)
{
    for (size_t r = 0; r < N; r++)
        for (size_t c = 0; c < N; c++) {
            matrix[r * N + c] = 0.0;
            for (size_t k = 0; k < N; k++)
                matrix[r * N + c] += factor_at(r, k) * factor_at(c, k);
        }
}

static void
the_factor_is_the_one_the_matrix_was_made_from(void **state)
{
    double matrix[N * N];

    (void)state;
    fill(matrix);
    assert_true(bki_cholesky_factor(N, matrix));
    for (size_t r = 0; r < N; r++)
        for (size_t c = 0; c <= r; c++)
            bkt_close(matrix[r * N + c], factor_at(r, c), 0, 1e-12);
}

static void
a_system_gives_back_the_numbers_its_right_side_was_made_from(void **state)
{
    double matrix[N * N], x[N];

    (void)state;
    fill(matrix);
    for (size_t r = 0; r < N; r++) {
        x[r] = 0.0;
        for (size_t c = 0; c < N; c++)
            x[r] += matrix[r * N + c] * ((double)c - 4.5);
    }
    assert_true(bki_cholesky_factor(N, matrix));
    bki_cholesky_solve(N, matrix, x);
    for (size_t r = 0; r < N; r++)
        bkt_close(x[r], (double)r - 4.5, 0, 1e-11);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_factor_is_the_one_the_matrix_was_made_from),
        cmocka_unit_test(a_system_gives_back_the_numbers_its_right_side_was_made_from),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
