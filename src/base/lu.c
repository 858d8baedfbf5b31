#include "base/lu.h"

#include "base/clones.h"

#include <math.h>

/* y -= factor x */
BKI_CLONES static void
take_off(size_t n, double factor, const double *restrict x, double *restrict y)
{
    for (size_t i = 0; i < n; i++)
        y[i] -= factor * x[i];
}

static void
swap_rows(size_t width, double *x, double *y)
{
    for (size_t i = 0; x != y && i < width; i++) {
        const double kept = x[i];
        x[i] = y[i];
        y[i] = kept;
    }
}

bool
bki_lu_factor(size_t n, double *a, uint32_t *row)
{
    for (size_t p = 0; p < n; p++) {
        size_t best = p;
        for (size_t r = p + 1; r < n; r++)
            best = fabs(a[r * n + p]) > fabs(a[best * n + p]) ? r : best;
        row[p] = (uint32_t)best;
        if (!(fabs(a[best * n + p]) > 1e-300))
            return false;
        swap_rows(n, a + p * n, a + best * n);
        const double inverse = 1.0 / a[p * n + p];
        for (size_t r = p + 1; r < n; r++) {
            const double factor = a[r * n + p] * inverse;
            a[r * n + p] = factor;
            if (factor != 0.0)
                take_off(n - p - 1, factor, a + p * n + p + 1, a + r * n + p + 1);
        }
    }
    return true;
}

static void
divide(size_t width, double by, double *x)
{
    for (size_t i = 0; i < width; i++)
        x[i] /= by;
}

void
bki_lu_solve(size_t n, const double *lu, const uint32_t *row, size_t width, double *x)
{
    for (size_t p = 0; p < n; p++) {
        swap_rows(width, x + p * width, x + row[p] * width);
        for (size_t c = 0; c < p; c++)
            if (lu[p * n + c] != 0.0)
                take_off(width, lu[p * n + c], x + c * width, x + p * width);
    }
    for (size_t p = n; p-- > 0;) {
        for (size_t c = p + 1; c < n; c++)
            if (lu[p * n + c] != 0.0)
                take_off(width, lu[p * n + c], x + c * width, x + p * width);
        divide(width, lu[p * n + p], x + p * width);
    }
}

void
bki_lu_solve_transposed(size_t n, const double *lu, const uint32_t *row, size_t width, double *x)
{
    for (size_t p = 0; p < n; p++) {
        divide(width, lu[p * n + p], x + p * width);
        for (size_t c = p + 1; c < n; c++)
            if (lu[p * n + c] != 0.0)
                take_off(width, lu[p * n + c], x + p * width, x + c * width);
    }
    for (size_t p = n; p-- > 0;) {
        for (size_t c = p + 1; c < n; c++)
            if (lu[c * n + p] != 0.0)
                take_off(width, lu[c * n + p], x + c * width, x + p * width);
    }
    for (size_t p = n; p-- > 0;)
        swap_rows(width, x + p * width, x + row[p] * width);
}
