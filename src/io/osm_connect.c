/* Links that belong to nothing of size go, and of tracks drawn side by side one link stays. */
#include "io/osm.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BESIDE 1.1 /* two links between the same points are tracks of one line up to this ratio of their lengths */

static uint32_t
root_of(uint32_t *parent, uint32_t point)
{
    while (parent[point] != point)
        point = parent[point] = parent[parent[point]];
    return point;
}

static const char *
mode_name(const bki_osm_link *link)
{
    static const char *const names[BKI_OSM_MODES] = {"railway", "road", "ferry"};

    return names[link->mode];
}

static bk_status
drop(bki_osm *osm, const bki_osm_link *link, const char *why)
{
    const char *what = mode_name(link);

    return bki_import_drop_code(osm->import, "links:", what, strlen(what), why, link->km);
}

/* The root of the longest part that has links of a mode; BK_NONE without any. */
static uint32_t
largest_part(const bki_osm *osm, uint32_t *parent, bki_osm_mode mode, double *km)
{
    uint32_t best = BK_NONE;

    memset(km, 0, osm->n_points * sizeof *km);
    for (size_t l = 0; l < osm->n_links; l++)
        if (osm->links[l].mode == mode)
            km[root_of(parent, osm->links[l].a)] += osm->links[l].km;
    for (uint32_t p = 0; p < osm->n_points; p++)
        if (km[p] > 0.0 && (best == BK_NONE || km[p] > km[best]))
            best = p;
    return best;
}

static bk_status
keep_largest(bki_osm *osm)
{
    bk_arena *scratch = osm->import->scratch;
    uint32_t *parent = BK_NEW(scratch, uint32_t, osm->n_points + 1), kept[2];
    double   *km = BK_NEW(scratch, double, osm->n_points + 1);
    size_t    n = 0;

    BK_TRY(bk_arena_ok(scratch));
    for (uint32_t p = 0; p < osm->n_points; p++)
        parent[p] = p;
    for (size_t l = 0; l < osm->n_links; l++)
        parent[root_of(parent, osm->links[l].a)] = root_of(parent, osm->links[l].b);
    kept[0] = largest_part(osm, parent, BKI_OSM_RAIL, km);
    kept[1] = largest_part(osm, parent, BKI_OSM_ROAD, km);
    if (kept[0] == BK_NONE && kept[1] == BK_NONE)
        kept[0] = largest_part(osm, parent, BKI_OSM_FERRY, km);
    for (size_t l = 0; l < osm->n_links; l++) {
        const uint32_t root = root_of(parent, osm->links[l].a);
        if (root == kept[0] || root == kept[1])
            osm->links[n++] = osm->links[l];
        else
            BK_TRY(drop(osm, &osm->links[l], "hangs together with neither the main railways nor the main roads"));
    }
    osm->n_links = n;
    return BK_OK;
}

static uint64_t
ends_of(const bki_osm_link *link)
{
    const uint32_t low = link->a < link->b ? link->a : link->b, high = link->a < link->b ? link->b : link->a;

    return (uint64_t)low << 32 | high;
}

static int
compare_links(const void *left, const void *right)
{
    const bki_osm_link *a = left, *b = right;
    const uint64_t      ends_a = ends_of(a), ends_b = ends_of(b);

    if (ends_a != ends_b)
        return ends_a < ends_b ? -1 : 1;
    if (a->mode != b->mode)
        return a->mode - b->mode;
    if (a->gauge != b->gauge)
        return a->gauge - b->gauge;
    if (a->oneway != b->oneway)
        return a->oneway - b->oneway;
    if (a->a != b->a)
        return a->a < b->a ? -1 : 1;
    if (a->km < b->km || a->km > b->km)
        return a->km < b->km ? -1 : 1;
    return (a->way > b->way) - (a->way < b->way);
}

/* `other` stands behind `link` in their order, and is no shorter. */
static bool
is_beside(const bki_osm_link *link, const bki_osm_link *other)
{
    return ends_of(link) == ends_of(other) && link->a != link->b && link->mode == other->mode &&
           link->gauge == other->gauge && link->oneway == other->oneway && (!link->oneway || link->a == other->a) &&
           fmax(link->km, other->km) <= BESIDE * fmin(link->km, other->km);
}

bk_status
bki_osm_connect(bki_osm *osm)
{
    size_t n = 0;

    BK_TRY(keep_largest(osm));
    if (osm->n_links > 0)
        qsort(osm->links, osm->n_links, sizeof *osm->links, compare_links);
    for (size_t l = 0; l < osm->n_links; l++) {
        bki_osm_link *last = n > 0 ? &osm->links[n - 1] : NULL;
        if (osm->links[l].a == osm->links[l].b) {
            BK_TRY(drop(osm, &osm->links[l], "is a loop that leads back to where it began"));
        } else if (last && is_beside(last, &osm->links[l])) {
            last->tracks =
                (uint8_t)(last->tracks + osm->links[l].tracks > 100 ? 100 : last->tracks + osm->links[l].tracks);
            last->electrified = last->electrified || osm->links[l].electrified;
            BK_TRY(drop(osm, &osm->links[l], "lies beside another: counted as its tracks or lanes"));
        } else {
            osm->links[n++] = osm->links[l];
        }
    }
    osm->n_links = n;
    return BK_OK;
}
