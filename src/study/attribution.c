/* Each measure alone, and what their being together adds or takes away. */
#include "study/attribution.h"

size_t
bki_attribution_sets(size_t n_measures)
{
    return n_measures < 2 ? 0 : n_measures;
}

void
bki_attribution_set(size_t n_measures, size_t set, bool *chosen)
{
    for (size_t m = 0; m < n_measures; m++)
        chosen[m] = m == set;
}

void
bki_attribution_split(size_t n_measures, size_t n_regions, const double *whole, const double *worth, double *part,
                      double *interaction)
{
    for (size_t n = 0; n < n_regions; n++) {
        double parts = 0.0;
        for (size_t m = 0; m < n_measures; m++) {
            const double alone = n_measures == 1 ? whole[n] : worth[m * n_regions + n];
            part[m * n_regions + n] = alone;
            parts += alone;
        }
        interaction[n] = n_measures == 1 ? 0.0 : whole[n] - parts;
    }
}
