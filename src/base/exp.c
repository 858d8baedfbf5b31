/* Exponentials and logarithms of whole arrays, in loops without branches that compilers turn into vector code.
 *
 * Both reduce the argument (Cody & Waite 1980) and end in a polynomial interpolating at the Chebyshev nodes of the
 * reduced interval, computed with 60 digits.  Truncation stays below 2^-57 of the result, rounding is what remains. */
#include "buckle/base.h"
#include "base/clones.h"

#include <string.h>

static const double LN2_HIGH = 0x1.62e42feep-1; /* 32 bits of ln 2: its product with an exponent is exact */
static const double LN2_LOW = 0x1.a39ef35793c76p-33;
static const double LOG2_E = 0x1.71547652b82fep+0;
/* Adding it to |v| < 2^51 rounds v to an integer, which is left in the lowest bits. */
static const double ROUNDER = 0x1.8p52;

static inline uint64_t
bits_of(double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline double
double_of(uint64_t bits)
{
    double value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

/* exp(r) = 1 + r + r^2 q(r) for |r| <= ln 2 / 2: the coefficients of q. */
static const double EXP_Q[] = {
    0x1.0000000000000p-1,  0x1.5555555555557p-3,  0x1.5555555555556p-5,  0x1.11111111100dcp-7,
    0x1.6c16c16c162d4p-10, 0x1.a01a01abe7fe1p-13, 0x1.a01a01a6d889cp-16, 0x1.71de0231960ebp-19,
    0x1.27e4db646b17ep-22, 0x1.af4de97ca4194p-26, 0x1.1f730349868cep-29,
};

/* x = n ln 2 + r;  exp(x) = 2^n exp(r), where 2^n is added to the exponent bits. */
static inline double
exp_one(double x)
{
    const double shifted = x * LOG2_E + ROUNDER, n = shifted - ROUNDER;
    const double r = (x - n * LN2_HIGH) - n * LN2_LOW;
    double       q = EXP_Q[10];

    for (int i = 9; i >= 0; i--)
        q = q * r + EXP_Q[i];
    const double value = 1.0 + (r + r * r * q);
    const double scaled = double_of(bits_of(value) + (bits_of(shifted) << 52));
    return x < -708.0 ? 0.0 : scaled;
}

BKI_CLONES void
bk_exp(size_t n, const double *x, double *y)
{
#pragma GCC ivdep /* x and y are the same or apart: no iteration reads what another wrote */
    for (size_t i = 0; i < n; i++)
        y[i] = exp_one(x[i]);
}

/* log((1 + s) / (1 - s)) = 2 s + s^3 p(s^2) for |s| <= (sqrt 2 - 1) / (sqrt 2 + 1): the coefficients of p. */
static const double LOG_P[] = {
    0x1.5555555555558p-1, 0x1.9999999995273p-2, 0x1.2492492dfd86cp-2, 0x1.c71c62d5e53e0p-3,
    0x1.7462b91b8df65p-3, 0x1.39fdcceb4bb45p-3, 0x1.2b5f68a50d903p-3,
};

/* x = 2^n (1 + f) with 1 + f in [sqrt(1/2), sqrt 2), and s = f / (2 + f).  As 2 s = f - f s,
 *     log(1 + f) = f - (f^2/2 - s (f^2/2 + s^2 p(s^2)))
 * where f carries almost all of the result and is exact. */
static inline double
log_one(double x)
{
    const uint64_t one = UINT64_C(0x3ff0000000000000), sqrt_half = UINT64_C(0x3fe6a09e667f3bcd);
    const uint64_t lifted = bits_of(x) + (one - sqrt_half); /* the exponent steps at sqrt(1/2) 2^n */
    const double   n = double_of((lifted >> 52) | UINT64_C(0x4330000000000000)) - (0x1p52 + 1023.0);
    const double   f = double_of((lifted & UINT64_C(0x000fffffffffffff)) + sqrt_half) - 1.0;
    const double   s = f / (2.0 + f), z = s * s, half_square = 0.5 * f * f;
    double         p = LOG_P[6];

    for (int i = 5; i >= 0; i--)
        p = p * z + LOG_P[i];
    return n * LN2_HIGH - ((half_square - (s * (half_square + z * p) + n * LN2_LOW)) - f);
}

BKI_CLONES void
bk_log_batch(size_t n, const double *x, double *y)
{
#pragma GCC ivdep
    for (size_t i = 0; i < n; i++)
        y[i] = log_one(x[i]);
}
