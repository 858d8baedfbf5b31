/* Small dense symmetric systems, in an order of operations that does not depend on threads. */
#ifndef BASE_CHOLESKY_H
#define BASE_CHOLESKY_H

#include <stdbool.h>
#include <stddef.h>

/* Replaces the lower triangle of the symmetric `matrix` [n][n] by its Cholesky factor; false if not positive definite.
 */
bool bki_cholesky_factor(size_t n, double *matrix);
/* Solves with the factor, in place. */
void bki_cholesky_solve(size_t n, const double *factor, double *x);

#endif
