/* Compensated summation: Neumaier (1974), Zeitschrift fuer angewandte Mathematik und Mechanik 54, p. 39, algorithm IV.
 */
#include "buckle/base.h"

#include <math.h>

double
bk_sum(const double *x, size_t n)
{
    double sum = 0.0, lost = 0.0; /* lost: the low-order parts that the additions dropped */

    for (size_t i = 0; i < n; i++) {
        const double next = sum + x[i];
        lost += fabs(sum) >= fabs(x[i]) ? (sum - next) + x[i] : (x[i] - next) + sum;
        sum = next;
    }
    return isfinite(lost) ? sum + lost : sum; /* an infinite sum is infinite, and loses nothing */
}
