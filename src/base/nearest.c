/* The known name that a misspelt one may have meant: Damerau's (1964) four slips of the hand - a letter wrong, missing,
 * extra, or two neighbours swapped - counted by the optimal string alignment recurrence.  Case does not count. */
#include "base/names.h"

#include <string.h>

#define LONGEST 64 /* bytes; a longer text is hardly a misspelt name */

static unsigned char
fold(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static unsigned
least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static unsigned
edit_distance(const char *a, size_t n, const char *b, size_t m)
{
    unsigned  rows[3][LONGEST + 1]; /* distances of the prefixes of a of length i - 2, i - 1, i to all prefixes of b */
    unsigned *before = rows[0], *last = rows[1], *row = rows[2];

    for (size_t j = 0; j <= m; j++)
        last[j] = (unsigned)j;
    for (size_t i = 1; i <= n; i++) {
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= m; j++) {
            const unsigned char at = fold(a[i - 1]), bt = fold(b[j - 1]);
            unsigned            best = least(last[j - 1] + (at != bt), least(last[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && at == fold(b[j - 2]) && fold(a[i - 2]) == bt)
                best = least(best, before[j - 2] + 1);
            row[j] = best;
        }
        unsigned *spare = before;
        before = last;
        last = row;
        row = spare;
    }
    return last[m];
}

/* One slip in three letters is close enough; the first of several equally close names is taken. */
const char *
bk_names_nearest(const bk_names *names, const char *text, size_t length)
{
    const char *nearest = NULL;
    unsigned    nearest_distance = (unsigned)(length / 3) + 1;

    if (length == 0 || length > LONGEST)
        return NULL;
    for (uint32_t i = 0; i < names->count; i++) {
        const bki_name *name = &names->names[i];
        if (name->length > LONGEST)
            continue;
        const unsigned distance = edit_distance(text, length, name->text, name->length);
        if (distance < nearest_distance) {
            nearest = name->text;
            nearest_distance = distance;
        }
    }
    return nearest;
}
