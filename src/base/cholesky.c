/* Cholesky's factorisation by rows. */
#include "base/cholesky.h"

#include <math.h>

/* sum x_i y_i in four lanes, so that it vectorises without changing bits. */
static double
dot(size_t n, const double *restrict x, const double *restrict y)
{
    double sum[4] = {0};
    size_t i = 0;

    for (; i + 4 <= n; i += 4)
        for (size_t l = 0; l < 4; l++)
            sum[l] += x[i + l] * y[i + l];
    for (; i < n; i++)
        sum[0] += x[i] * y[i];
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

bool
bki_cholesky_factor(size_t n, double *matrix)
{
    for (size_t i = 0; i < n; i++) {
        double *row = matrix + i * n;
        for (size_t k = 0; k < i; k++)
            row[k] = (row[k] - dot(k, row, matrix + k * n)) / matrix[k * n + k];
        const double pivot = row[i] - dot(i, row, row);
        if (!(pivot > 0.0) || !isfinite(pivot))
            return false;
        row[i] = sqrt(pivot);
    }
    return true;
}

void
bki_cholesky_solve(size_t n, const double *factor, double *x)
{
    for (size_t i = 0; i < n; i++)
        x[i] = (x[i] - dot(i, factor + i * n, x)) / factor[i * n + i];
    for (size_t i = n; i-- > 0;) {
        x[i] /= factor[i * n + i];
        for (size_t k = 0; k < i; k++)
            x[k] -= factor[i * n + k] * x[i];
    }
}
