/* How flows answer prices.
 *
 * With T tonnes of a class, scale mu, shares s and e_r the limits along route r, flow = T sum_r s_r e_r, so that
 *     - d flow / d price' = T mu [sum_r s_r e_r e_r' - f f'],  f = sum_r s_r e_r,
 * symmetric and positive semidefinite.  Limits that the same routes of a pair use, as the rows of one crossing and the
 * line between them do, have the same entries: they are bundled, and what every route uses has none. */
#include "assignment/choice.h"
#include "base/clones.h"

#include <string.h>

/* sum_i x_i y_i in lanes of a fixed number, so that the bits do not depend on the processor.  n is a multiple of lanes.
 */
static inline double
product(size_t n, const double *restrict x, const double *restrict y)
{
    double sum[BKI_LANES] = {0};

    for (size_t i = 0; i < n; i += BKI_LANES)
        for (size_t l = 0; l < BKI_LANES; l++)
            sum[l] += x[i + l] * y[i + l];
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

/* Tonnes times mu by class; false if the pair carries nothing. */
static bool
pulls(const bk_assignment *assignment, const bki_pair_view *pair, const double *tonnes, size_t cell, double *pull)
{
    const bk_traffic *traffic = assignment->traffic;
    const size_t      n_cells = traffic->n_regions * traffic->n_regions;
    bool              any = false;

    memset(pull, 0, pair->width * sizeof *pull);
    for (size_t i = 0; i < pair->n_slots; i++) {
        const size_t s = pair->first_slot + i;
        const double t =
            tonnes[traffic->slot_sector[s] * n_cells + cell] * assignment->mass[s] / (double)pair->n_classes;
        for (size_t k = 0; k < pair->n_classes; k++)
            pull[k * pair->lanes + i] = t * pair->scale[k * pair->lanes + i];
        any = any || t > 0.0;
    }
    return any;
}

/* ---- bundles --------------------------------------------------------------------------------------------------- */

/* A number for each route whose sums tell sets of routes apart (the finisher of SplitMix64, Steele et al. 2014). */
static uint64_t
route_code(uint64_t route)
{
    uint64_t z = (route + 1) * UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* The active limits of the pair, each with the sum of the codes of its routes; returns their number. */
static size_t
list_limits(const bk_assignment *assignment, const bki_pair_view *pair, const bki_curvature *curvature, bki_room *room)
{
    size_t n = 0;

    for (size_t r = 0; r < pair->n_routes; r++)
        for (size_t at = assignment->first_use[pair->first_route + r];
             at < assignment->first_use[pair->first_route + r + 1]; at++) {
            const uint32_t limit = assignment->use[at];
            if (curvature->active_of[limit] == BK_NONE)
                continue;
            if (room->place[limit] == BK_NONE) {
                room->place[limit] = (uint32_t)n;
                room->local[n] = limit;
                room->code[n++] = 0;
            }
            room->code[room->place[limit]] += route_code(r);
        }
    return n;
}

/* Numbers bundles in order of their first limit: bundle[i] of local limit i, BK_NONE where every route uses it. */
static size_t
number_bundles(size_t n_local, size_t n_routes, bki_room *room)
{
    uint64_t all = 0;
    size_t   n = 0;

    for (size_t r = 0; r < n_routes; r++)
        all += route_code(r);
    for (size_t i = 0; i < n_local; i++) {
        size_t b = 0;
        while (b < n && room->bundle_code[b] != room->code[i])
            b++;
        room->bundle[i] = room->code[i] == all ? BK_NONE : (uint32_t)b;
        if (room->code[i] != all && b == n) {
            room->bundle_code[n] = room->code[i];
            room->leader[n++] = (uint32_t)i;
        }
    }
    return n;
}

static inline void
add_row(size_t width, const double *restrict x, double *restrict sum)
{
    for (size_t c = 0; c < width; c++)
        sum[c] += x[c];
}

/* For each bundle: how often each route uses it, times [n_bundles][padded routes], and its use by class
 * [n_bundles][width]. */
BKI_CLONES static void
fill_bundles(const bk_assignment *assignment, const bki_pair_view *pair, size_t n_bundles, size_t padded,
             bki_room *room)
{
    memset(room->times, 0, n_bundles * padded * sizeof *room->times);
    memset(room->used, 0, n_bundles * pair->width * sizeof *room->used);
    for (size_t r = 0; r < pair->n_routes; r++)
        for (size_t at = assignment->first_use[pair->first_route + r];
             at < assignment->first_use[pair->first_route + r + 1]; at++) {
            const uint32_t i = room->place[assignment->use[at]];
            if (i == BK_NONE || room->bundle[i] == BK_NONE || room->leader[room->bundle[i]] != i)
                continue;
            room->times[room->bundle[i] * padded + r] += 1.0;
            add_row(pair->width, room->weight + r * pair->width, room->used + room->bundle[i] * pair->width);
        }
}

/* ---- the pair's part ------------------------------------------------------------------------------------------- */

/* Entries of all bundles, lower triangle into room->entry [n_bundles][n_bundles]. */
BKI_CLONES static void
bundle_entries(const bki_pair_view *pair, size_t n_bundles, size_t padded, bki_room *room)
{
    double *route_pull = room->route_price; /* room of the same size, no longer needed */

    for (size_t r = 0; r < padded; r++)
        route_pull[r] = r < pair->n_routes ? product(pair->width, room->pull, room->weight + r * pair->width) : 0.0;
    for (size_t x = 0; x < n_bundles; x++) {
        double *times = room->times + x * padded, *used = room->used + x * pair->width;
        for (size_t r = 0; r < padded; r++)
            room->route_row[r] = route_pull[r] * times[r];
        for (size_t c = 0; c < pair->width; c++)
            room->largest[c] = room->pull[c] * used[c];
        for (size_t y = 0; y <= x; y++)
            room->entry[x * n_bundles + y] = product(padded, room->route_row, room->times + y * padded) -
                                             product(pair->width, room->largest, room->used + y * pair->width);
    }
}

static void
scatter(const bki_curvature *curvature, size_t n_local, size_t n_bundles, const bki_room *room, double *block)
{
    for (size_t i = 0; i < n_local; i++) {
        const uint32_t x = room->bundle[i], a = curvature->active_of[room->local[i]];
        for (size_t k = 0; x != BK_NONE && k <= i; k++) {
            const uint32_t y = room->bundle[k], b = curvature->active_of[room->local[k]];
            if (y == BK_NONE)
                continue;
            const double entry = room->entry[x >= y ? x * n_bundles + y : y * n_bundles + x];
            block[a >= b ? a * curvature->n_active + b : b * curvature->n_active + a] += entry;
        }
    }
}

void
bki_add_curvature(const bk_assignment *assignment, const bki_pair_view *pair, const bki_curvature *curvature,
                  size_t cell, bki_room *room, double *block)
{
    const size_t padded = (pair->n_routes + BKI_LANES - 1) / BKI_LANES * BKI_LANES;

    if (!pulls(assignment, pair, curvature->tonnes, cell, room->pull))
        return;
    const size_t n_local = list_limits(assignment, pair, curvature, room);
    const size_t n_bundles = number_bundles(n_local, pair->n_routes, room);
    if (n_bundles > 0) {
        fill_bundles(assignment, pair, n_bundles, padded, room);
        bundle_entries(pair, n_bundles, padded, room);
        scatter(curvature, n_local, n_bundles, room, block);
    }
    for (size_t i = 0; i < n_local; i++)
        room->place[room->local[i]] = BK_NONE;
}
