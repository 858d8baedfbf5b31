/* UTF-8 as RFC 3629 has it, table 3-7 of the Unicode standard. */
#include "io/utf8.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define HIGH_BITS UINT64_C(0x8080808080808080)

static bool
is_continuation(unsigned char byte)
{
    return (byte & 0xc0) == 0x80;
}

/* Bytes of the valid character at the start of `byte` [n], 0 if there is none. */
static size_t
character_size(const unsigned char *byte, size_t n)
{
    const unsigned char first = byte[0];

    if (first < 0x80)
        return 1;
    const size_t size = first >= 0xc2 && first <= 0xdf   ? 2
                        : (first & 0xf0) == 0xe0         ? 3
                        : first >= 0xf0 && first <= 0xf4 ? 4
                                                         : 0;
    if (size == 0 || size > n)
        return 0;
    for (size_t i = 1; i < size; i++)
        if (!is_continuation(byte[i]))
            return 0;
    const bool is_overlong = (first == 0xe0 && byte[1] < 0xa0) || (first == 0xf0 && byte[1] < 0x90);
    const bool is_outside = (first == 0xed && byte[1] > 0x9f) || (first == 0xf4 && byte[1] > 0x8f);
    return is_overlong || is_outside ? 0 : size;
}

size_t
bki_utf8_fault(const char *text, size_t n)
{
    const unsigned char *byte = (const unsigned char *)text;
    size_t               i = 0;

    while (i < n) {
        uint64_t word;
        while (n - i >= sizeof word) { /* plain ASCII, eight at a time */
            memcpy(&word, text + i, sizeof word);
            if ((word & HIGH_BITS) != 0)
                break;
            i += sizeof word;
        }
        if (i == n)
            break;
        const size_t size = character_size(byte + i, n - i);
        if (size == 0)
            return i;
        i += size;
    }
    return n;
}

size_t
bki_utf8_count(const char *text, size_t n)
{
    size_t characters = 0;

    for (size_t i = 0; i < n; i++)
        characters += !is_continuation((unsigned char)text[i]);
    return characters;
}

size_t
bki_utf8_cut(const char *text, size_t n, size_t limit)
{
    if (n <= limit)
        return n;
    while (limit > 0 && is_continuation((unsigned char)text[limit]))
        limit--;
    return limit;
}
