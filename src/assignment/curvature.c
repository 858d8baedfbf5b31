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
    double sum[2 * BKI_LANES] = {0};
    size_t i = 0;

    for (; i + 2 * BKI_LANES <= n; i += 2 * BKI_LANES)
        for (size_t l = 0; l < 2 * BKI_LANES; l++)
            sum[l] += x[i + l] * y[i + l];
    for (; i < n; i += BKI_LANES)
        for (size_t l = 0; l < BKI_LANES; l++)
            sum[l] += x[i + l] * y[i + l];
    return ((sum[0] + sum[4]) + (sum[1] + sum[5])) + ((sum[2] + sum[6]) + (sum[3] + sum[7]));
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

/* ---- active bundles -------------------------------------------------------------------------------------------- */

/* The active limits of the pair that some route avoids, into room->local, with the number of their bundle among those
 * that hold one, into room->member; room->number [bundles] tells it.  Returns the number of such bundles. */
static size_t
list_active(const bki_bundles *bundles, size_t pair, const bki_curvature *curvature, bki_room *room, size_t *n_local)
{
    size_t n = 0;

    *n_local = 0;
    for (size_t b = 0; b < bundles->n_bundles[pair]; b++)
        room->number[b] = BK_NONE;
    for (size_t i = bundles->first_local[pair]; i < bundles->first_local[pair + 1]; i++) {
        const uint32_t b = bundles->bundle[i], active = curvature->active_of[bundles->limit[i]];
        if (active == BK_NONE || b == BK_NONE)
            continue;
        if (room->number[b] == BK_NONE)
            room->number[b] = (uint32_t)n++;
        room->local[*n_local] = active;
        room->member[(*n_local)++] = room->number[b];
    }
    return n;
}

static inline void
add_row(size_t width, const double *restrict x, double *restrict sum)
{
    for (size_t c = 0; c < width; c++)
        sum[c] += x[c];
}

/* For each active bundle: how often each route uses it, times [n][padded routes], and its use by class [n][width]. */
BKI_CLONES static void
fill_bundles(const bki_bundles *bundles, const bki_pair_view *pair, size_t n, size_t padded, bki_room *room)
{
    memset(room->times, 0, n * padded * sizeof *room->times);
    memset(room->used, 0, n * pair->width * sizeof *room->used);
    for (size_t r = 0; r < pair->n_routes; r++)
        for (size_t at = bundles->first_use[pair->first_route + r]; at < bundles->first_use[pair->first_route + r + 1];
             at++) {
            const uint32_t b = room->number[bundles->use[at]];
            if (b == BK_NONE)
                continue;
            room->times[b * padded + r] += 1.0;
            add_row(pair->width, room->weight + r * pair->width, room->used + b * pair->width);
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
scatter(size_t n_active, size_t n_local, size_t n_bundles, const bki_room *room, double *block)
{
    for (size_t i = 0; i < n_local; i++) {
        const uint32_t x = room->member[i], a = room->local[i];
        for (size_t k = 0; k <= i; k++) {
            const uint32_t y = room->member[k], b = room->local[k];
            block[a >= b ? a * n_active + b : b * n_active + a] +=
                room->entry[x >= y ? x * n_bundles + y : y * n_bundles + x];
        }
    }
}

void
bki_add_curvature(const bk_assignment *assignment, const bki_pair_view *pair, const bki_curvature *curvature,
                  size_t cell, bki_room *room, double *block)
{
    const size_t padded = (pair->n_routes + BKI_LANES - 1) / BKI_LANES * BKI_LANES;
    size_t       n_local;

    if (!pulls(assignment, pair, curvature->tonnes, cell, room->pull))
        return;
    const size_t n_bundles = list_active(assignment->bundles, pair->index, curvature, room, &n_local);
    if (n_bundles == 0)
        return;
    fill_bundles(assignment->bundles, pair, n_bundles, padded, room);
    bundle_entries(pair, n_bundles, padded, room);
    scatter(curvature->n_active, n_local, n_bundles, room, block);
}
