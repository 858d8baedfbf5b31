/* Savage's rule: the choice whose largest regret is least. */
#include "buckle/invest.h"

#include <math.h>

size_t
bk_least_regret(size_t n_choices, size_t n_states, const double *value, double *regret)
{
    size_t best = 0;

    for (size_t c = 0; c < n_choices; c++)
        regret[c] = 0.0;
    for (size_t s = 0; s < n_states; s++) {
        double most = -INFINITY;
        for (size_t c = 0; c < n_choices; c++)
            most = fmax(most, value[c * n_states + s]);
        for (size_t c = 0; c < n_choices; c++)
            regret[c] = fmax(regret[c], most - value[c * n_states + s]);
    }
    for (size_t c = 1; c < n_choices; c++)
        if (regret[c] < regret[best])
            best = c;
    return best;
}
