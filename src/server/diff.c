/* Unified difference by the longest common subsequence of lines, found by the plain table: scenarios are short.  Where
 * the part that differs is too long for the table, it is shown as replaced. */
#include "server/diff.h"
#include "io/text.h"

#include <string.h>

enum { AROUND = 3, MOST_LINES = 3000 };

typedef struct lines {
    const char **at;     /* [n] not terminated */
    size_t      *length; /* [n] */
    size_t       n;
} lines;

typedef struct edit {     /* one line of the script */
    char   mark;          /* ' ', '-', '+' */
    size_t line;          /* in the text it is of */
    size_t before, after; /* lines of each that come first */
} edit;

static bool
cut(const char *text, bk_arena *arena, lines *out)
{
    size_t n = 0, i = 0;

    for (const char *c = text; *c != '\0'; c++)
        n += *c == '\n' || c[1] == '\0';
    *out = (lines){.at = BK_NEW(arena, const char *, n + 1), .length = BK_NEW(arena, size_t, n + 1), .n = n};
    if (out->at == NULL || out->length == NULL)
        return false;
    for (const char *c = text; i < n; i++) {
        out->at[i] = c;
        out->length[i] = strcspn(c, "\n");
        c += out->length[i] + 1;
    }
    return true;
}

static bool
same(const lines *a, size_t i, const lines *b, size_t j)
{
    return a->length[i] == b->length[j] && memcmp(a->at[i], b->at[j], a->length[i]) == 0;
}

/* Lengths of common subsequences of what follows (i, j), for the middle that differs. */
static uint16_t *
common(const lines *a, const lines *b, size_t first, size_t n_a, size_t n_b, bk_arena *arena)
{
    uint16_t *table = BK_NEW(arena, uint16_t, (n_a + 1) * (n_b + 1));

    for (size_t i = n_a; table != NULL && i-- > 0;)
        for (size_t j = n_b; j-- > 0;) {
            uint16_t      *here = &table[i * (n_b + 1) + j];
            const uint16_t down = here[n_b + 1], right = here[1];
            *here = same(a, first + i, b, first + j) ? (uint16_t)(here[n_b + 2] + 1) : down >= right ? down : right;
        }
    return table;
}

/* The script: common lines before, the middle, common lines after. */
static bool
script(const lines *a, const lines *b, bk_arena *arena, edit **out, size_t *n_out)
{
    size_t first = 0, last = 0, n = 0;
    edit  *edits = *out = BK_NEW(arena, edit, a->n + b->n + 1);

    while (first < a->n && first < b->n && same(a, first, b, first))
        first++;
    while (first + last < a->n && first + last < b->n && same(a, a->n - 1 - last, b, b->n - 1 - last))
        last++;
    const size_t    n_a = a->n - first - last, n_b = b->n - first - last;
    const bool      fits = n_a <= MOST_LINES && n_b <= MOST_LINES;
    const uint16_t *table = fits ? common(a, b, first, n_a, n_b, arena) : NULL;
    if (edits == NULL || (fits && table == NULL))
        return false;
    for (size_t i = 0; i < first; i++)
        edits[n++] = (edit){' ', i, i, i};
    for (size_t i = 0, j = 0; i < n_a || j < n_b;) {
        const bool both = i < n_a && j < n_b;
        if (both && table != NULL && same(a, first + i, b, first + j))
            edits[n] = (edit){' ', first + i, first + i, first + j}, i++, j++;
        else if (i < n_a && (!both || table == NULL || table[(i + 1) * (n_b + 1) + j] >= table[i * (n_b + 1) + j + 1]))
            edits[n] = (edit){'-', first + i, first + i, first + j}, i++;
        else
            edits[n] = (edit){'+', first + j, first + i, first + j}, j++;
        n++;
    }
    for (size_t i = 0; i < last; i++)
        edits[n++] = (edit){' ', a->n - last + i, a->n - last + i, b->n - last + i};
    *n_out = n;
    return true;
}

/* The end of the hunk that begins at `from`: the last change with no more than twice the lines around between two. */
static size_t
hunk_end(const edit *edits, size_t n, size_t from)
{
    size_t last = from;

    for (size_t e = from; e < n && e <= last + 2 * AROUND; e++)
        if (edits[e].mark != ' ')
            last = e;
    return last + 1 + AROUND < n ? last + 1 + AROUND : n;
}

static void
print_hunk(bki_text *text, const lines *a, const lines *b, const edit *edits, size_t from, size_t to)
{
    size_t n_a = 0, n_b = 0;

    for (size_t e = from; e < to; e++) {
        n_a += edits[e].mark != '+';
        n_b += edits[e].mark != '-';
    }
    bki_text_format(text, "@@ -%zu,%zu +%zu,%zu @@\n", edits[from].before + (n_a > 0), n_a,
                    edits[from].after + (n_b > 0), n_b);
    for (size_t e = from; e < to; e++) {
        const lines *of = edits[e].mark == '+' ? b : a;
        bki_text_append(text, &edits[e].mark, 1);
        bki_text_append(text, of->at[edits[e].line], of->length[edits[e].line]);
        bki_text_add(text, "\n");
    }
}

bk_status
bki_diff(const char *before, const char *after, const char *name, bk_arena *arena, const char **out)
{
    bki_text text = {.arena = arena};
    edit    *edits = NULL;
    lines    a, b;
    size_t   n = 0;

    if (!cut(before, arena, &a) || !cut(after, arena, &b) || !script(&a, &b, arena, &edits, &n))
        return BK_ERR_NO_MEMORY;
    bki_text_add(&text, "");
    for (size_t e = 0, printed = 0; e < n; e++) {
        if (edits[e].mark == ' ')
            continue;
        if (printed == 0)
            bki_text_format(&text, "--- a/%s\n+++ b/%s\n", name, name);
        const size_t from = e > printed + AROUND ? e - AROUND : printed, to = hunk_end(edits, n, e);
        print_hunk(&text, &a, &b, edits, from, to);
        printed = to;
        e = to - 1;
    }
    *out = text.bytes != NULL ? text.bytes : "";
    return text.has_failed ? BK_ERR_NO_MEMORY : BK_OK;
}
