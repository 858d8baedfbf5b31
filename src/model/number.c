/* Decimal numbers to the nearest double, half way to even, without the C library, whose decimal point depends on the
 * locale.
 *
 * Three ways, from the everyday to the rare.  A mantissa and a power of ten that are both exact doubles take one
 * division or product (Clinger 1990).  A decimal w 10^e with w < 2^64 and |e| <= 27 is rounded exactly in 128-bit
 * integers, since 10^e = 5^e 2^e and 5^27 < 2^63.  Anything else is worked out in integers as long as it takes. */
#include "model/parse.h"

#include <math.h>
#include <string.h>

#define LARGEST_EXPONENT 27
#define EXACT_DIGITS     19      /* 10^19 < 2^64 */
#define KEPT_DIGITS      780     /* half way between two doubles has at most 767 (2^-1075 times an odd number) */
#define FAR_EXPONENT     1200    /* 780 digits times 10^-1200 are 0, times 10^1200 infinite */
#define LONGEST_NUMBER   1000000 /* characters, so that counts of digits stay small integers */

__extension__ typedef unsigned __int128 wide;

typedef struct decimal { /* the significant digits as a whole number, times 10^exponent */
    const char *first;   /* significant digit; the digits run on to `end`, maybe with a point between */
    const char *end;
    uint64_t    digits; /* all of them where n_digits <= EXACT_DIGITS */
    int         n_digits;
    int         exponent;
    bool        negative;
} decimal;

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Digits from `at`, with the part behind a point counted into the exponent.  Returns where they end. */
static const char *
read_digits(const char *at, const char *end, decimal *out, bool *any)
{
    bool behind_point = false;

    *any = false;
    for (; at < end; at++) {
        if (*at == '.' && !behind_point) {
            behind_point = true;
            continue;
        }
        if (!is_digit(*at))
            break;
        *any = true;
        out->exponent -= behind_point;
        if (out->n_digits == 0 && *at == '0') /* leading zeros are not significant */
            continue;
        if (out->n_digits == 0)
            out->first = at;
        if (out->n_digits < EXACT_DIGITS)
            out->digits = 10 * out->digits + (uint64_t)(*at - '0');
        out->n_digits++;
    }
    out->end = at;
    return at;
}

static const char *
read_exponent(const char *at, const char *end, decimal *out, bool *ok)
{
    bool negative = false;
    int  value = 0;

    *ok = true;
    if (at == end || (*at != 'e' && *at != 'E'))
        return at;
    at++;
    if (at < end && (*at == '+' || *at == '-'))
        negative = *at++ == '-';
    *ok = at < end && is_digit(*at);
    for (; at < end && is_digit(*at); at++)
        if (value < 100000)
            value = 10 * value + (*at - '0');
    out->exponent += negative ? -value : value;
    return at;
}

static bool
read_decimal(const char *text, size_t length, decimal *out)
{
    const char *at = text, *end = text + length;
    bool        any, ok;

    *out = (decimal){0};
    if (at < end && (*at == '+' || *at == '-'))
        out->negative = *at++ == '-';
    at = read_digits(at, end, out, &any);
    if (!any)
        return false;
    at = read_exponent(at, end, out, &ok);
    return ok && at == end;
}

/* high 2^exponent with the highest bit of `high` set; `inexact` says that something above 0 was cut off below. */
static double
round_bits(uint64_t high, int exponent, bool inexact)
{
    const int below_normal = -1022 - (exponent + 63);
    const int bits = 53 - (below_normal > 0 ? below_normal : 0); /* numbers near 0 have fewer */
    const int drop = 64 - bits;

    if (bits < 0)
        return 0.0;
    uint64_t       mantissa = drop == 64 ? 0 : high >> drop;
    const uint64_t half = UINT64_C(1) << (drop - 1), rest = high & (half - 1);
    const bool     above_half = (high & half) != 0 && (rest != 0 || inexact);
    const bool     just_half = (high & half) != 0 && rest == 0 && !inexact;
    mantissa += above_half || (just_half && (mantissa & 1) != 0);
    return ldexp((double)mantissa, exponent + drop);
}

static double
round_wide(wide value, int exponent, bool inexact)
{
    const uint64_t top = (uint64_t)(value >> 64);
    const int      bits = top != 0 ? 128 - __builtin_clzll(top) : 64 - __builtin_clzll((uint64_t)value);
    const int      drop = bits - 64;

    if (drop <= 0)
        return round_bits((uint64_t)value << -drop, exponent + drop, inexact);
    return round_bits((uint64_t)(value >> drop), exponent + drop, inexact || (value & (((wide)1 << drop) - 1)) != 0);
}

static double
round_decimal(const decimal *number)
{
    static const uint64_t fives[LARGEST_EXPONENT + 1] = {
        1ULL,
        5ULL,
        25ULL,
        125ULL,
        625ULL,
        3125ULL,
        15625ULL,
        78125ULL,
        390625ULL,
        1953125ULL,
        9765625ULL,
        48828125ULL,
        244140625ULL,
        1220703125ULL,
        6103515625ULL,
        30517578125ULL,
        152587890625ULL,
        762939453125ULL,
        3814697265625ULL,
        19073486328125ULL,
        95367431640625ULL,
        476837158203125ULL,
        2384185791015625ULL,
        11920928955078125ULL,
        59604644775390625ULL,
        298023223876953125ULL,
        1490116119384765625ULL,
        7450580596923828125ULL,
    };
    const int shift = __builtin_clzll(number->digits);
    const int exponent = number->exponent;

    if (exponent >= 0)
        return round_wide((wide)(number->digits << shift) * fives[exponent], exponent - shift, false);
    const wide     scaled = (wide)(number->digits << shift) << 64;
    const uint64_t divisor = fives[-exponent];
    return round_wide(scaled / divisor, exponent - shift - 64, scaled % divisor != 0);
}

/* ---- as long as it takes ------------------------------------------------------------------------------------- */

#define LIMBS     256 /* 780 digits take 81; 10^1200 takes 125 more, room to divide by it 137 */
#define LIMB_BITS 32

typedef struct natural {
    uint32_t limbs[LIMBS]; /* least first */
    size_t   n;
} natural;

static void
natural_multiply_add(natural *x, uint32_t factor, uint32_t addend)
{
    uint64_t carry = addend;

    for (size_t i = 0; i < x->n; i++) {
        carry += (uint64_t)x->limbs[i] * factor;
        x->limbs[i] = (uint32_t)carry;
        carry >>= LIMB_BITS;
    }
    if (carry != 0 && x->n < LIMBS)
        x->limbs[x->n++] = (uint32_t)carry;
}

/* Returns whether a remainder was left. */
static bool
natural_divide(natural *x, uint32_t divisor)
{
    uint64_t remainder = 0;

    for (size_t i = x->n; i-- > 0;) {
        remainder = remainder << LIMB_BITS | x->limbs[i];
        x->limbs[i] = (uint32_t)(remainder / divisor);
        remainder %= divisor;
    }
    while (x->n > 0 && x->limbs[x->n - 1] == 0)
        x->n--;
    return remainder != 0;
}

static void
natural_shift_limbs(natural *x, size_t n)
{
    memmove(x->limbs + n, x->limbs, x->n * sizeof *x->limbs);
    memset(x->limbs, 0, n * sizeof *x->limbs);
    x->n += n;
}

static uint32_t
power_of_ten(int exponent)
{
    uint32_t power = 1;

    for (int i = 0; i < exponent; i++)
        power *= 10;
    return power; /* at most 10^9 */
}

/* x 2^exponent. */
static double
natural_round(const natural *x, int exponent, bool inexact)
{
    wide top = 0;

    for (size_t i = 1; i <= 3; i++) /* three limbs hold more than the 64 bits that round_bits looks at */
        top = top << LIMB_BITS | (x->n >= i ? x->limbs[x->n - i] : 0);
    for (size_t i = 4; i <= x->n; i++)
        inexact = inexact || x->limbs[x->n - i] != 0;
    return round_wide(top, exponent + LIMB_BITS * ((int)x->n - 3), inexact);
}

/* The leading digits that can matter; returns whether one that was left out is not 0. */
static bool
natural_read(const decimal *number, int kept, natural *out)
{
    bool cut = false;

    for (const char *at = number->first; at < number->end; at++) {
        if (*at == '.')
            continue;
        if (kept > 0)
            natural_multiply_add(out, 10, (uint32_t)(*at - '0'));
        else
            cut = cut || *at != '0';
        kept--;
    }
    return cut;
}

static double
round_long(const decimal *number)
{
    const int kept = number->n_digits < KEPT_DIGITS ? number->n_digits : KEPT_DIGITS;
    int       exponent = number->exponent + number->n_digits - kept;
    natural   x = {.n = 0};
    bool      inexact = natural_read(number, kept, &x);

    if (exponent > FAR_EXPONENT || exponent < -FAR_EXPONENT)
        return exponent > 0 ? INFINITY : 0.0;
    for (; exponent > 0; exponent -= exponent < 9 ? exponent : 9)
        natural_multiply_add(&x, power_of_ten(exponent < 9 ? exponent : 9), 0);
    const size_t limbs = exponent < 0 ? (size_t)(-exponent) / 9 + 3 : 0; /* dividing by 10^9 takes less than a limb */
    natural_shift_limbs(&x, limbs);
    for (; exponent<0; exponent += exponent> - 9 ? -exponent : 9)
        if (natural_divide(&x, power_of_ten(exponent > -9 ? -exponent : 9)))
            inexact = true;
    return natural_round(&x, -LIMB_BITS * (int)limbs, inexact);
}

/* ---- all ----------------------------------------------------------------------------------------------------- */

bool
bki_parse_number(const char *text, size_t length, double *out)
{
    static const double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                  1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    decimal             number;
    double              value;

    if (length > LONGEST_NUMBER || !read_decimal(text, length, &number))
        return false;
    const bool short_enough = number.n_digits <= EXACT_DIGITS;
    if (number.n_digits == 0)
        value = 0.0;
    else if (short_enough && number.digits <= UINT64_C(1) << 53 && number.exponent <= 22 && number.exponent >= -22)
        value = number.exponent < 0 ? (double)number.digits / tens[-number.exponent]
                                    : (double)number.digits * tens[number.exponent];
    else if (short_enough && number.exponent <= LARGEST_EXPONENT && number.exponent >= -LARGEST_EXPONENT)
        value = round_decimal(&number);
    else
        value = round_long(&number);
    *out = number.negative ? -value : value;
    return isfinite(value);
}
