/* Dense linear systems by Gaussian elimination with row exchange, factored once and solved many times. */
#ifndef BASE_LU_H
#define BASE_LU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* P A = L U in place of `a` [n][n], row-major; `row` [n] the rows exchanged.  False where A is singular. */
bool bki_lu_factor(size_t n, double *a, uint32_t *row);

/* A X = B or A' X = B in place of `x` [n][width]. */
void bki_lu_solve(size_t n, const double *lu, const uint32_t *row, size_t width, double *x);
void bki_lu_solve_transposed(size_t n, const double *lu, const uint32_t *row, size_t width, double *x);

#endif
