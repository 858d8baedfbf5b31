/* GMNS as the network of a study. */
#include "io/gmns.h"
#include "io/import_network.h"

#include <stdio.h>
#include <string.h>

static bk_status
check_crs(bki_import *import, const bki_gmns *gmns)
{
    const char *crs = gmns->config.crs;

    if (crs == NULL) {
        bki_import_note(import, "no coordinate system is said: coordinates are taken as degrees of WGS 84");
        return BK_OK;
    }
    if (strstr(crs, "4326") != NULL || strstr(crs, "WGS84") != NULL || strstr(crs, "WGS 84") != NULL ||
        strstr(crs, "CRS84") != NULL)
        return BK_OK;
    return bk_fail_at(import->ctx, BK_ERR_VALUE, gmns->config_path, 2, 0,
                      "bring it to EPSG:4326 first, with ogr2ogr -t_srs EPSG:4326 or QGIS",
                      "coordinates are in '%s', a study's are degrees of WGS 84", crs);
}

/* Why a link is not for a study, before its numbers are looked at. */
static const char *
unwanted(const bki_import *import, const bki_gmns_link *link)
{
    const char *use = import->request->use;

    if (link->lanes == 0.0)
        return "0 lanes";
    return use != NULL && link->uses[0] != '\0' && !bki_gmns_has_use(link->uses, use)
               ? "allowed_uses has not the use asked for"
               : NULL;
}

static bki_way
way_of(const bki_import *import, const bki_gmns *gmns, const bki_gmns_link *link)
{
    const double length_km = gmns->config.length_km > 0.0 ? gmns->config.length_km : 1.0;
    const double kmh = gmns->config.length_km > 0.0 && gmns->config.speed_kmh > 0.0 ? gmns->config.speed_kmh
                                                                                    : length_km; /* a unit an hour */

    return (bki_way){.id = link->id,
                     .name = link->name,
                     .from = link->from,
                     .to = link->to,
                     .directed = link->directed,
                     .km = link->length * length_km,
                     .kmh = link->free_speed >= 0.0 ? link->free_speed * kmh : -1.0,
                     .minutes = link->free_time,
                     .tracks = link->lanes,
                     .dropped = unwanted(import, link)};
}

/* What a study counts otherwise is not taken over. */
static void
note_columns(bki_import *import, const bki_gmns *gmns)
{
    size_t n_capacity = 0, n_toll = 0;

    for (size_t l = 0; l < gmns->n_links; l++) {
        n_capacity += gmns->links[l].capacity >= 0.0;
        n_toll += gmns->links[l].toll > 0.0;
    }
    if (n_capacity > 0)
        bki_import_note(import,
                        "capacity of %zu links is dropped: vehicles an hour and lane, where a study has tonnes a year",
                        n_capacity);
    if (n_toll > 0)
        bki_import_note(import, "toll of %zu links is dropped: money a vehicle, where a study has USD a tonne", n_toll);
    if (bk_names_count(gmns->zone_names) > 0)
        bki_import_note(import, "%zu zones are dropped: regions of a study are tied to places in network/zone.csv",
                        bk_names_count(gmns->zone_names));
    if (gmns->config.length_km == 0.0)
        bki_import_note(import, "no unit of length is said: lengths are taken as km, speeds as km/h");
}

bk_status
bki_import_gmns(bki_import *import)
{
    bki_gmns gmns;

    BK_TRY(bki_import_network_begin(import));
    BK_TRY(bki_gmns_read(import->ctx, import->request->path, import->scratch, &gmns));
    BK_TRY(check_crs(import, &gmns));
    bki_place *places = BK_NEW(import->scratch, bki_place, gmns.n_nodes);
    bki_way   *ways = BK_NEW(import->scratch, bki_way, gmns.n_links);
    BK_TRY(bk_arena_ok(import->scratch));
    for (size_t n = 0; n < gmns.n_nodes; n++)
        places[n] = (bki_place){gmns.nodes[n].id, gmns.nodes[n].name, gmns.nodes[n].x, gmns.nodes[n].y,
                                gmns.nodes[n].has_place};
    for (size_t l = 0; l < gmns.n_links; l++)
        ways[l] = way_of(import, &gmns, &gmns.links[l]);
    note_columns(import, &gmns);
    const bki_network network = {.n_places = gmns.n_nodes, .places = places, .n_ways = gmns.n_links, .ways = ways};
    return bki_import_network_write(import, &network);
}
