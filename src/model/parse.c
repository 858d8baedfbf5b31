/* Texts of cells to values.
 *
 * A decimal w 10^e with w < 2^64 and |e| <= 27 is rounded exactly in integers: 10^e = 5^e 2^e with 5^27 < 2^63, so w
 * 5^e (or the quotient of w 2^64 by 5^-e, and whether it left a remainder) fits in 128 bits.  What is longer goes to
 * strtod with the decimal point of the locale put in, since strtod alone would read 1.5 as 1 where a comma is in force.
 */
#include "model/parse.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST_EXPONENT 27
#define EXACT_DIGITS     19  /* 10^19 < 2^64 */
#define LONGEST_NUMBER   800 /* digits that can matter to a double, and some */

__extension__ typedef unsigned __int128 wide;

typedef struct decimal { /* digits 10^exponent */
    uint64_t digits;
    int      n_digits; /* significant ones seen; the value holds only EXACT_DIGITS of them */
    int      exponent;
    bool     negative;
} decimal;

bki_text
bki_trim(const char *text, size_t length)
{
    while (length > 0 && (text[0] == ' ' || text[0] == '\t')) {
        text++;
        length--;
    }
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t'))
        length--;
    return (bki_text){text, length};
}

bki_text
bki_next_word(bki_text *rest)
{
    const bki_text trimmed = bki_trim(rest->start, rest->length);
    size_t         n = 0;

    while (n < trimmed.length && trimmed.start[n] != ' ' && trimmed.start[n] != '\t')
        n++;
    *rest = (bki_text){trimmed.start + n, trimmed.length - n};
    return (bki_text){trimmed.start, n};
}

bool
bki_text_is(bki_text text, const char *word)
{
    return strlen(word) == text.length && memcmp(text.start, word, text.length) == 0;
}

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
        if (out->digits == 0 && *at == '0') { /* leading zeros are not significant */
            out->exponent -= behind_point;
            continue;
        }
        if (out->n_digits < EXACT_DIGITS) {
            out->digits = 10 * out->digits + (uint64_t)(*at - '0');
            out->exponent -= behind_point;
        } else {
            out->exponent += !behind_point;
        }
        out->n_digits++;
    }
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

/* value 2^exponent, with `inexact` saying that something above 0 was cut off below, rounded half to even.
 * value >= 2^54, so that the last bit of a double and the one that rounds it are there. */
static double
round_wide(wide value, int exponent, bool inexact)
{
    const uint64_t high = (uint64_t)(value >> 64), low = (uint64_t)value;
    const int      bits = high != 0 ? 128 - __builtin_clzll(high) : 64 - __builtin_clzll(low);
    const int      drop = bits - 53;
    uint64_t       mantissa = (uint64_t)(value >> drop);
    const wide     rest = value & (((wide)1 << drop) - 1), half = (wide)1 << (drop - 1);

    if (rest > half || (rest == half && (inexact || (mantissa & 1) != 0)))
        mantissa++;
    return ldexp((double)mantissa, exponent + drop);
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

/* By way of the C library, whose decimal point depends on the locale. */
static bool
parse_long_number(const char *text, size_t length, double *out)
{
    char buffer[LONGEST_NUMBER + 16], sample[16];

    snprintf(sample, sizeof sample, "%.1f", 0.5); /* "0.5" with the point in force between its ends */
    const size_t point_length = strlen(sample) - 2;
    const char  *point = memchr(text, '.', length);
    const size_t before = point != NULL ? (size_t)(point - text) : length;
    if (length > LONGEST_NUMBER)
        return false;
    memcpy(buffer, text, before);
    size_t n = before;
    if (point != NULL) {
        memcpy(buffer + n, sample + 1, point_length);
        n += point_length;
        memcpy(buffer + n, point + 1, length - before - 1);
        n += length - before - 1;
    }
    buffer[n] = '\0';
    char *end;
    *out = strtod(buffer, &end);
    return end == buffer + n && isfinite(*out);
}

bool
bki_parse_number(const char *text, size_t length, double *out)
{
    static const double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                  1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    decimal             number;
    double              value;

    if (!read_decimal(text, length, &number))
        return false;
    if (number.digits == 0)
        value = 0.0;
    else if (number.digits <= UINT64_C(1) << 53 && number.exponent <= 22 && number.exponent >= -22)
        /* Both numbers are exact, so one division or product rounds correctly (Clinger 1990). */
        value = number.exponent < 0 ? (double)number.digits / tens[-number.exponent]
                                    : (double)number.digits * tens[number.exponent];
    else if (number.n_digits <= EXACT_DIGITS && number.exponent <= LARGEST_EXPONENT &&
             number.exponent >= -LARGEST_EXPONENT)
        value = round_decimal(&number);
    else
        return parse_long_number(text, length, out);
    *out = number.negative ? -value : value;
    return true;
}

bool
bki_parse_integer(const char *text, size_t length, double *out)
{
    const bool negative = length > 0 && text[0] == '-';
    double     value = 0.0;

    text += negative;
    length -= negative;
    if (length == 0 || length > 9)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (!is_digit(text[i]))
            return false;
        value = 10.0 * value + (text[i] - '0');
    }
    *out = negative ? -value : value;
    return true;
}

bool
bki_parse_flag(const char *text, size_t length, double *out)
{
    static const char *const words[2][5] = {{"0", "n", "no", "f", "false"}, {"1", "y", "yes", "t", "true"}};
    char                     lower[8];

    if (length >= sizeof lower)
        return false;
    for (size_t i = 0; i < length; i++)
        lower[i] = (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] - 'A' + 'a' : text[i]);
    for (int value = 0; value < 2; value++)
        for (size_t i = 0; i < 5; i++)
            if (bki_text_is((bki_text){lower, length}, words[value][i])) {
                *out = value;
                return true;
            }
    return false;
}

bool
bki_parse_date(const char *text, size_t length, double *out)
{
    static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    double           year, month, day;

    if (length != 10 || text[4] != '-' || text[7] != '-')
        return false;
    if (!bki_parse_integer(text, 4, &year) || !bki_parse_integer(text + 5, 2, &month) ||
        !bki_parse_integer(text + 8, 2, &day))
        return false;
    if (year < 1000 || month < 1 || month > 12 || day < 1)
        return false;
    const int  y = (int)year, m = (int)month;
    const bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    if (day > days[m - 1] + (m == 2 && leap))
        return false;
    *out = 10000.0 * year + 100.0 * month + day;
    return true;
}
