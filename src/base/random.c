/* Random numbers that are a function of a key and a counter, so that draw 417 is the same wherever it is computed. */
#include "buckle/base.h"

#include <math.h>

__extension__ typedef unsigned __int128 wide;

/* Philox4x64-10: Salmon, Moraes, Dror & Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3", section 3.3. */
void
bk_philox(const uint64_t key[2], const uint64_t counter[4], uint64_t out[4])
{
    uint64_t k0 = key[0], k1 = key[1];
    uint64_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];

    for (int round = 0; round < 10; round++) {
        const wide left = (wide)UINT64_C(0xD2E7470EE14C6C93) * c0;
        const wide right = (wide)UINT64_C(0xCA5A826395121157) * c2;
        c0 = (uint64_t)(right >> 64) ^ c1 ^ k0;
        c2 = (uint64_t)(left >> 64) ^ c3 ^ k1;
        c1 = (uint64_t)right;
        c3 = (uint64_t)left;
        k0 += UINT64_C(0x9E3779B97F4A7C15); /* the golden ratio */
        k1 += UINT64_C(0xBB67AE8584CAA73B); /* sqrt 3 - 1 */
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

/* The middle of one of 2^52 equal cells, so neither 0 nor 1 can come out. */
double
bk_uniform(uint64_t seed, uint64_t stream, uint64_t index)
{
    const uint64_t key[2] = {seed, stream}, counter[4] = {index, 0, 0, 0};
    uint64_t       words[4];

    bk_philox(key, counter, words);
    return ((double)(words[0] >> 12) + 0.5) * 0x1p-52;
}

double
bk_normal_cdf(double x)
{
    return 0.5 * erfc(-x * 0.70710678118654752440);
}

static double
ratio(const double numerator[8], const double denominator[8], double r)
{
    double above = numerator[7], below = denominator[7];

    for (int i = 6; i >= 0; i--) {
        above = above * r + numerator[i];
        below = below * r + denominator[i];
    }
    return above / below;
}

/* Wichura (1988), algorithm AS 241, routine PPND16, Applied Statistics 37, pp. 477-484. */
double
bk_normal_quantile(double p)
{
    static const double middle[2][8] = {
        {3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3, 1.3731693765509461125e+4,
         4.5921953931549871457e+4, 6.7265770927008700853e+4, 3.3430575583588128105e+4, 2.5090809287301226727e+3},
        {1.0, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3, 2.1213794301586595867e+4,
         3.9307895800092710610e+4, 2.8729085735721942674e+4, 5.2264952788528545610e+3}};
    static const double shoulder[2][8] = {
        {1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
         1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4},
        {1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1, 1.48103976427480074590e-1,
         1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9}};
    static const double tail[2][8] = {
        {6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
         2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7},
        {1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
         7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15}};
    const double q = p - 0.5;

    if (fabs(q) <= 0.425)
        return q * ratio(middle[0], middle[1], 0.180625 - q * q);
    const double outer = q < 0.0 ? p : 1.0 - p;
    if (outer <= 0.0)
        return q < 0.0 ? -INFINITY : INFINITY;
    const double r = sqrt(-log(outer));
    const double x = r <= 5.0 ? ratio(shoulder[0], shoulder[1], r - 1.6) : ratio(tail[0], tail[1], r - 5.0);
    return q < 0.0 ? -x : x;
}
