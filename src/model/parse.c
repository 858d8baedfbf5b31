/* Texts of cells to words, whole numbers, flags and days. */
#include "model/parse.h"

#include <string.h>

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
