/* Which ways carry freight, and what their tags say (https://wiki.openstreetmap.org/wiki/Map_features). */
#include "io/osm.h"
#include "io/osm_pbf.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Commercial speeds where the map has none, and what of a limit is kept with stops: estimates, told in the report. */
enum { RAIL_KMH = 45, NARROW_KMH = 25, FERRY_KMH = 20, STANDARD_GAUGE = 1435 };
static const double of_limit[BKI_OSM_MODES] = {[BKI_OSM_RAIL] = 0.6, [BKI_OSM_ROAD] = 0.8, [BKI_OSM_FERRY] = 1.0};

static const struct {
    const char *highway;
    int         kmh;
} roads[] = {{"motorway", 80},   {"motorway_link", 40}, {"trunk", 65},
             {"trunk_link", 40}, {"primary", 55},       {"primary_link", 35}};

/* ---- tags
 * ------------------------------------------------------------------------------------------------------------- */

/* The number at the beginning of a value, 0 if there is none; *rest is what follows. */
static double
number_in(bki_osm_text text, const char **rest)
{
    double number = 0.0, unit = 1.0;
    size_t i = 0;

    for (; i < text.length && text.bytes[i] >= '0' && text.bytes[i] <= '9' && number < 1e6; i++)
        number = 10.0 * number + (text.bytes[i] - '0');
    if (i > 0 && i < text.length && text.bytes[i] == '.')
        for (i++; i < text.length && text.bytes[i] >= '0' && text.bytes[i] <= '9'; i++)
            number += (text.bytes[i] - '0') * (unit *= 0.1);
    *rest = text.bytes ? text.bytes + i : "";
    return number;
}

static bool
has(const bki_osm_object *way, const char *key, const char *value)
{
    const bki_osm_text text = bki_osm_tag(way, key);

    return text.bytes && bki_osm_is(text, value);
}

/* km/h of maxspeed; 0 where there is none that is a number. */
static double
limit_of(const bki_osm_object *way)
{
    const bki_osm_text text = bki_osm_tag(way, "maxspeed");
    const char        *rest;
    const double       number = number_in(text, &rest);
    const size_t       left = text.bytes ? text.length - (size_t)(rest - text.bytes) : 0;
    const bool         in_miles = left >= 3 && memcmp(rest + left - 3, "mph", 3) == 0;

    return number > 300.0 ? 0.0 : number * (in_miles ? 1.609344 : 1.0);
}

static void
read_rail(const bki_osm_object *way, bool is_narrow, bki_osm_way *out)
{
    const bki_osm_text electrified = bki_osm_tag(way, "electrified");
    const char        *rest;
    const double       gauge = number_in(bki_osm_tag(way, "gauge"), &rest),
                 tracks = number_in(bki_osm_tag(way, "tracks"), &rest);

    out->gauge = gauge >= 300.0 && gauge <= 3000.0 ? (uint16_t)gauge : 0;
    out->tracks = tracks >= 1.0 && tracks <= 20.0 ? (uint8_t)tracks : 1;
    out->electrified = electrified.bytes && !bki_osm_is(electrified, "no");
    out->kmh = is_narrow ? NARROW_KMH : RAIL_KMH;
}

static void
read_road(const bki_osm_object *way, int kmh, bki_osm_way *out)
{
    const bki_osm_text oneway = bki_osm_tag(way, "oneway");
    const char        *rest;
    const double       lanes = number_in(bki_osm_tag(way, "lanes"), &rest);

    out->tracks = lanes >= 1.0 && lanes <= 20.0 ? (uint8_t)lanes : 0;
    out->kmh = (float)kmh;
    if (oneway.bytes)
        out->oneway = bki_osm_is(oneway, "-1") ? -1 : !bki_osm_is(oneway, "no");
    else
        out->oneway = has(way, "highway", "motorway") || has(way, "junction", "roundabout");
}

/* Why a way of a mode carries no freight; NULL if it does. */
static const char *
excuse(const bki_osm_object *way, bki_osm_mode mode)
{
    if (way->n_refs < 2)
        return "has fewer than two nodes";
    if (mode == BKI_OSM_RAIL && bki_osm_tag(way, "service").bytes)
        return "is a siding, spur, yard or crossover";
    if (mode == BKI_OSM_RAIL && (has(way, "usage", "tourism") || has(way, "usage", "military")))
        return "is for tourists or soldiers";
    if (mode != BKI_OSM_RAIL && (has(way, "hgv", "no") || has(way, "access", "no") || has(way, "access", "private")))
        return "is closed to lorries";
    if (mode == BKI_OSM_FERRY && has(way, "motor_vehicle", "no"))
        return "carries no vehicles";
    return NULL;
}

/* The mode of a way, or -1; what the tags say of it. */
static int
mode_of(const bki_osm_object *way, bki_osm_way *out)
{
    const bki_osm_text railway = bki_osm_tag(way, "railway"), highway = bki_osm_tag(way, "highway");

    if (railway.bytes && (bki_osm_is(railway, "rail") || bki_osm_is(railway, "narrow_gauge"))) {
        read_rail(way, bki_osm_is(railway, "narrow_gauge"), out);
        return BKI_OSM_RAIL;
    }
    for (size_t r = 0; highway.bytes && r < sizeof roads / sizeof *roads; r++)
        if (bki_osm_is(highway, roads[r].highway)) {
            read_road(way, roads[r].kmh, out);
            return BKI_OSM_ROAD;
        }
    if (has(way, "route", "ferry")) {
        out->kmh = FERRY_KMH;
        return BKI_OSM_FERRY;
    }
    return -1;
}

/* ---- the first pass
 * ------------------------------------------------------------------------------------------------------ */

static bk_status
take_way(void *state, const bki_osm_object *way)
{
    static const char *const words[BKI_OSM_MODES] = {"railway", "road", "ferry"};
    bki_osm                 *osm = state;
    bki_import              *import = osm->import;
    bki_osm_way              out = {.id = way->id, .first = osm->n_refs, .n = (uint32_t)way->n_refs};
    const int                mode = mode_of(way, &out);

    if (mode < 0)
        return BK_OK;
    import->report.cells_read++;
    const char *why = excuse(way, (bki_osm_mode)mode);
    if (why)
        return bki_import_drop_code(import, "ways:", words[mode], strlen(words[mode]), why, 0.0);
    const double       limit = limit_of(way);
    const bki_osm_text name = bki_osm_tag(way, "name");
    out.mode = (uint8_t)mode;
    out.stated = limit > 0.0;
    out.kmh = limit > 0.0 ? (float)(of_limit[mode] * limit) : out.kmh;
    out.name = name.bytes ? bk_arena_text(import->scratch, name.bytes, name.length) : NULL;
    osm->ways = bk_arena_grow(import->scratch, osm->ways, osm->n_ways, 1, sizeof *osm->ways, &osm->way_capacity);
    osm->refs =
        bk_arena_grow(import->scratch, osm->refs, osm->n_refs, way->n_refs, sizeof *osm->refs, &osm->ref_capacity);
    BK_TRY(bk_arena_ok(import->scratch));
    osm->ways[osm->n_ways++] = out;
    memcpy(osm->refs + osm->n_refs, way->refs, way->n_refs * sizeof *osm->refs);
    osm->n_refs += way->n_refs;
    return BK_OK;
}

/* ---- points
 * -------------------------------------------------------------------------------------------------------------- */

static int
compare_ids(const void *left, const void *right)
{
    const int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

/* BK_NONE if no way has the node. */
static uint32_t
find_point(const bki_osm *osm, int64_t id)
{
    size_t low = 0, high = osm->n_points;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (osm->ids[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < osm->n_points && osm->ids[low] == id ? (uint32_t)low : BK_NONE;
}

static bk_status
list_points(bki_osm *osm)
{
    bk_arena *scratch = osm->import->scratch;

    if (osm->n_refs >= BK_NONE)
        return bk_fail(osm->import->ctx, BK_ERR_VALUE, "%zu nodes of ways are more than %u", osm->n_refs, BK_NONE - 1);
    osm->ids = BK_NEW(scratch, int64_t, osm->n_refs + 1);
    osm->points = BK_NEW(scratch, uint32_t, osm->n_refs + 1);
    BK_TRY(bk_arena_ok(scratch));
    if (osm->n_refs > 0) {
        memcpy(osm->ids, osm->refs, osm->n_refs * sizeof *osm->ids);
        qsort(osm->ids, osm->n_refs, sizeof *osm->ids, compare_ids);
    }
    for (size_t i = 0; i < osm->n_refs; i++)
        if (i == 0 || osm->ids[i] != osm->ids[osm->n_points - 1])
            osm->ids[osm->n_points++] = osm->ids[i];
    osm->point = BK_NEW(scratch, bki_osm_point, osm->n_points + 1);
    BK_TRY(bk_arena_ok(scratch));
    for (size_t i = 0; i < osm->n_refs; i++)
        osm->points[i] = find_point(osm, osm->refs[i]);
    return BK_OK;
}

static bk_status
take_node(void *state, const bki_osm_object *node)
{
    bki_osm       *osm = state;
    const uint32_t at = find_point(osm, node->id);

    if (at == BK_NONE || !(fabs(node->lon) <= 180.0 && fabs(node->lat) <= 90.0))
        return BK_OK;
    bki_osm_point *point = &osm->point[at];
    point->lon = (int32_t)lround(1e7 * node->lon);
    point->lat = (int32_t)lround(1e7 * node->lat);
    point->present = true;
    if (has(node, "barrier", "border_control") || has(node, "railway", "border"))
        point->kind = BKI_OSM_BORDER;
    else if (has(node, "amenity", "ferry_terminal") || has(node, "industrial", "port") || has(node, "harbour", "yes"))
        point->kind = BKI_OSM_PORT;
    return BK_OK;
}

/* Railways without a gauge get the standard one, since a gauge decides what may go on; how many is told. */
static void
fill_gauges(bki_osm *osm)
{
    size_t n = 0;

    for (size_t w = 0; w < osm->n_ways; w++)
        if (osm->ways[w].mode == BKI_OSM_RAIL && osm->ways[w].gauge == 0) {
            osm->ways[w].gauge = osm->import->request->gauge_mm ? osm->import->request->gauge_mm : STANDARD_GAUGE;
            n++;
        }
    if (n > 0)
        bki_import_note(osm->import, "%zu railways say no gauge: taken as %d mm (--gauge)", n,
                        osm->import->request->gauge_mm ? osm->import->request->gauge_mm : STANDARD_GAUGE);
}

bk_status
bki_osm_gather(bki_osm *osm)
{
    bki_import *import = osm->import;

    BK_TRY(bki_osm_read(import->ctx, import->request->path, &(bki_osm_visitor){.state = osm, .way = take_way}));
    fill_gauges(osm);
    BK_TRY(list_points(osm));
    return bki_osm_read(import->ctx, import->request->path, &(bki_osm_visitor){.state = osm, .node = take_node});
}
