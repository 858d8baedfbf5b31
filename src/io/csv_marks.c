/* Eight bytes are looked at as one word; see "SIMD within a register", Lamport (1975), Multiple byte processing with
 * full-word instructions.  All tests are exact for each byte: the high bit is taken off first, so nothing carries over.
 */
#include "io/csv_marks.h"

#include <string.h>

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))
#define LOW_BITS   EACH(0x7f)
#define HIGH_BITS  EACH(0x80)

static uint64_t
load(const char *text)
{
    uint64_t word;

    memcpy(&word, text, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/* High bit of each byte that is not zero. */
static uint64_t
not_zero(uint64_t word)
{
    return ((word & LOW_BITS) + LOW_BITS) | word;
}

/* High bit of each byte that is below 32, a quote or the delimiter. */
static uint64_t
marked(uint64_t word, uint64_t delimiters)
{
    const uint64_t from_32 = ((word & LOW_BITS) + EACH(0x60)) | word;

    return ~(from_32 & not_zero(word ^ delimiters) & not_zero(word ^ EACH('"'))) & HIGH_BITS;
}

static bool
is_marked(unsigned char byte, char delimiter)
{
    return byte < 32 || byte == '"' || byte == (unsigned char)delimiter;
}

size_t
bki_csv_marks(const char *text, size_t from, size_t to, char delimiter, uint32_t *marks, bool *is_ascii)
{
    const uint64_t delimiters = EACH((unsigned char)delimiter);
    uint64_t       all = 0;
    size_t         n = 0, i = from;

    for (; to - i >= 8; i += 8) {
        const uint64_t word = load(text + i);
        uint64_t       found = marked(word, delimiters);
        all |= word;
        while (found != 0) {
            marks[n++] = (uint32_t)(i + ((size_t)__builtin_ctzll(found) >> 3));
            found &= found - 1;
        }
    }
    for (; i < to; i++) {
        all |= (unsigned char)text[i];
        marks[n] = (uint32_t)i;
        n += is_marked((unsigned char)text[i], delimiter);
    }
    if ((all & HIGH_BITS) != 0)
        *is_ascii = false;
    return n;
}
