#include "base/band.h"

#include <math.h>
#include <string.h>

static size_t
least(size_t a, size_t b)
{
    return a < b ? a : b;
}

bool
bki_band_factor(bki_band *band)
{
    const size_t n = band->n, below = band->below;

    for (size_t p = 0; p < n; p++) {
        const size_t last_row = least(n - 1, p + below), last = least(n - 1, p + 2 * below);
        size_t       best = p;
        for (size_t r = p + 1; r <= last_row; r++)
            best = fabs(*bki_band_at(band, r, p)) > fabs(*bki_band_at(band, best, p)) ? r : best;
        band->row[p] = (uint32_t)best;
        if (!(fabs(*bki_band_at(band, best, p)) > 1e-300))
            return false;
        for (size_t c = p; best != p && c <= last; c++) {
            const double kept = *bki_band_at(band, p, c);
            *bki_band_at(band, p, c) = *bki_band_at(band, best, c);
            *bki_band_at(band, best, c) = kept;
        }
        const double *restrict from = bki_band_at(band, p, p);
        for (size_t r = p + 1; r <= last_row; r++) {
            double *restrict to = bki_band_at(band, r, p);
            const double factor = to[0] / from[0];
            to[0] = factor;
            for (size_t c = 1; factor != 0.0 && c <= last - p; c++)
                to[c] -= factor * from[c];
        }
    }
    return true;
}

static void
exchange(double *x, size_t a, size_t b)
{
    const double kept = x[a];

    x[a] = x[b];
    x[b] = kept;
}

void
bki_band_solve(const bki_band *band, double *x)
{
    const size_t n = band->n, below = band->below;

    for (size_t p = 0; p < n; p++) { /* multipliers stay where they were made, so rows are exchanged as they were */
        exchange(x, p, band->row[p]);
        for (size_t r = p + 1; r <= least(n - 1, p + below); r++)
            x[r] -= *bki_band_at(band, r, p) * x[p];
    }
    for (size_t p = n; p-- > 0;) {
        for (size_t c = p + 1; c <= least(n - 1, p + 2 * below); c++)
            x[p] -= *bki_band_at(band, p, c) * x[c];
        x[p] /= *bki_band_at(band, p, p);
    }
}

void
bki_band_solve_transposed(const bki_band *band, double *x)
{
    const size_t n = band->n, below = band->below;

    for (size_t p = 0; p < n; p++) {
        x[p] /= *bki_band_at(band, p, p);
        for (size_t c = p + 1; c <= least(n - 1, p + 2 * below); c++)
            x[c] -= *bki_band_at(band, p, c) * x[p];
    }
    for (size_t p = n; p-- > 0;) {
        for (size_t r = p + 1; r <= least(n - 1, p + below); r++)
            x[p] -= *bki_band_at(band, r, p) * x[r];
        exchange(x, p, band->row[p]);
    }
}

/* ---- order ----------------------------------------------------------------------------------------------------- */

/* Breadth-first from `root` over vertices not yet placed, neighbours of few neighbours first; returns how many. */
static size_t
walk(uint32_t root, const uint32_t *first, const uint32_t *neighbour, uint32_t *order, uint32_t *place)
{
    size_t n = 0;

    order[n++] = root;
    place[root] = 0;
    for (size_t at = 0; at < n; at++) {
        const size_t start = n;
        for (size_t i = first[order[at]]; i < first[order[at] + 1]; i++) {
            const uint32_t v = neighbour[i];
            if (place[v] != UINT32_MAX)
                continue;
            place[v] = 0;
            size_t to = n++;
            for (; to > start && first[order[to - 1] + 1] - first[order[to - 1]] > first[v + 1] - first[v]; to--)
                order[to] = order[to - 1];
            order[to] = v;
        }
    }
    return n;
}

static void
forget(size_t n, const uint32_t *order, uint32_t *place)
{
    for (size_t i = 0; i < n; i++)
        place[order[i]] = UINT32_MAX;
}

size_t
bki_band_order(size_t n, const uint32_t *first, const uint32_t *neighbour, uint32_t *order, uint32_t *place)
{
    size_t done = 0, widest = 0;

    for (size_t v = 0; v < n; v++)
        place[v] = UINT32_MAX;
    for (uint32_t v = 0; v < n; v++) {
        uint32_t root = v;
        if (place[v] != UINT32_MAX)
            continue;
        for (int turn = 0; turn < 4; turn++) { /* from the last one met: the ends of the longest way */
            const size_t met = walk(root, first, neighbour, order + done, place);
            root = order[done + met - 1];
            forget(met, order + done, place);
        }
        done += walk(root, first, neighbour, order + done, place);
    }
    for (size_t i = 0; i < n / 2; i++) {
        const uint32_t kept = order[i];
        order[i] = order[n - 1 - i];
        order[n - 1 - i] = kept;
    }
    for (size_t i = 0; i < n; i++)
        place[order[i]] = (uint32_t)i;
    for (size_t v = 0; v < n; v++)
        for (size_t i = first[v]; i < first[v + 1]; i++) {
            const size_t apart =
                place[v] > place[neighbour[i]] ? place[v] - place[neighbour[i]] : place[neighbour[i]] - place[v];
            widest = apart > widest ? apart : widest;
        }
    return widest;
}
