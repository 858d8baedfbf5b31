/* Which works are open when: as years pass the open set grows by openings and shrinks by ends, and each of the few sets
 * so met is solved once. */
#include "study/worths.h"

static uint64_t
open_in(const bk_worths *worths, uint64_t set, int year)
{
    uint64_t open = 0;

    for (size_t c = 0; c < worths->n_candidates; c++) {
        const bk_project_years *when = &worths->candidates[c].when;
        if ((set >> c & 1) && when->opens <= year && year < when->runs_until)
            open |= (uint64_t)1 << c;
    }
    return open;
}

static int
last_year(const bk_worths *worths, uint64_t set)
{
    int last = 0;

    for (size_t c = 0; c < worths->n_candidates; c++)
        if ((set >> c & 1) && worths->candidates[c].when.runs_until > last)
            last = worths->candidates[c].when.runs_until;
    return last;
}

size_t
bki_open_spans(const bk_worths *worths, uint64_t set, bki_open_span *spans)
{
    const int last = last_year(worths, set);
    size_t    n = 0;

    for (int year = 0; year < last; year++) {
        const uint64_t open = open_in(worths, set, year);
        if (n > 0 && spans[n - 1].set == open && spans[n - 1].until == year)
            spans[n - 1].until++;
        else if (open != 0)
            spans[n++] = (bki_open_span){open, year, year + 1};
    }
    return n;
}
