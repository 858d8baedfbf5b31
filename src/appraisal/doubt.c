/* How far costs stray from plans: reference classes and quantiles. */
#include "buckle/appraisal.h"

#include <math.h>
#include <string.h>

const bk_reference_class *
bk_reference_class_of(const char *type)
{
    static const bk_reference_class rail = {"rail", 0.447, 0.384}, fixed_link = {"fixed-link", 0.338, 0.624};
    static const bk_reference_class road = {"road", 0.204, 0.299}, transport = {"transport", 0.276, 0.387};
    static const struct {
        const char *word;
        const bk_reference_class *class;
    } words[] = {{"rail", &rail},         {"track", &rail},   {"bridge", &fixed_link},
                 {"tunnel", &fixed_link}, {"highway", &road}, {"road", &road}};

    for (size_t w = 0; type && w < sizeof words / sizeof *words; w++)
        if (strstr(type, words[w].word))
            return words[w].class;
    return &transport;
}

double
bk_lognormal_quantile(double mean, double sd, double p)
{
    const double variance = log1p((sd / mean) * (sd / mean)); /* of the logarithm */

    return mean * exp(sqrt(variance) * bk_normal_quantile(p) - 0.5 * variance);
}

double
bk_sample_quantile(const double *ascending, size_t n, double p)
{
    const double place = p * (double)(n - 1);
    const size_t below = (size_t)place;

    if (below + 1 >= n)
        return ascending[n - 1];
    return ascending[below] + (place - (double)below) * (ascending[below + 1] - ascending[below]);
}
