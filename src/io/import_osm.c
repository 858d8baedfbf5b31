/* OpenStreetMap as the network of a study: node.csv, link.csv, and transfer.csv where modes or gauges meet. */
#include "io/osm.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Of a change of mode or gauge, which the map does not tell. */
enum { TRANSFER_HOURS = 24, FERRY_HOURS = 6 };

static const char *const modes[BKI_OSM_MODES] = {"rail", "road", "ferry"};

/* ---- nodes
 * --------------------------------------------------------------------------------------------------------------- */

/* A mode with its gauge: what a vehicle that ends here may need a transfer from. */
typedef struct vehicle {
    uint8_t  mode;
    uint16_t gauge;
} vehicle;

enum { MOST_VEHICLES = 8 };

typedef struct meeting {
    size_t  n;
    vehicle vehicles[MOST_VEHICLES];
} meeting;

static void
meet(meeting *at, const bki_osm_link *link)
{
    for (size_t v = 0; v < at->n; v++)
        if (at->vehicles[v].mode == link->mode && at->vehicles[v].gauge == link->gauge)
            return;
    if (at->n < MOST_VEHICLES)
        at->vehicles[at->n++] = (vehicle){link->mode, link->gauge};
}

static bk_status
write_nodes(const bki_osm *osm, const meeting *meetings)
{
    static const char *const kinds[] = {
        [BKI_OSM_PLAIN] = "junction", [BKI_OSM_BORDER] = "border_crossing", [BKI_OSM_PORT] = "seaport"};
    bki_import_output out;

    bki_import_begin(osm->import, "node.csv", "node_id,x_coord,y_coord,country,kind", &out);
    for (uint32_t p = 0; p < osm->n_points; p++) {
        const bki_osm_point *point = &osm->point[p];
        if (meetings[p].n == 0)
            continue;
        bki_text_format(&out.text,
                        "osm-%" PRId64 ",%.7f,%.7f,%s,%s,OpenStreetMap node %" PRId64 " (ODbL 1.0),reported\n",
                        osm->ids[p], 1e-7 * point->lon, 1e-7 * point->lat, osm->import->request->country,
                        kinds[point->kind], osm->ids[p]);
        out.rows++;
    }
    return bki_import_end(&out);
}

/* ---- links
 * --------------------------------------------------------------------------------------------------------------- */

static void
add_number(bki_text *text, bool is_known, int number)
{
    if (is_known)
        bki_text_format(text, "%d", number);
    bki_text_add(text, ",");
}

static void
write_link(bki_import_output *out, const bki_osm *osm, size_t l)
{
    const bki_osm_link *link = &osm->links[l];
    const bki_osm_way  *way = &osm->ways[link->way];

    bki_text_format(&out->text, "%s-%" PRId64 "-%zu,", modes[link->mode], way->id, l + 1);
    if (way->name)
        bki_text_quoted(&out->text, way->name);
    bki_text_format(&out->text, ",osm-%" PRId64 ",osm-%" PRId64 ",%d,%.4f,%.3f,%s,", osm->ids[link->a],
                    osm->ids[link->b], link->oneway, link->km, link->km / link->hours, modes[link->mode]);
    add_number(&out->text, link->gauge > 0, link->gauge);
    add_number(&out->text, link->tracks > 0, link->tracks);
    bki_text_add(&out->text, link->mode != BKI_OSM_RAIL ? "," : link->electrified ? "1," : "0,");
    bki_text_format(&out->text, "OpenStreetMap way %" PRId64, way->id);
    if (link->n_pieces > 1)
        bki_text_format(&out->text, " and %u more pieces", link->n_pieces - 1);
    bki_text_format(&out->text, " (ODbL 1.0); speed %s,estimate\n",
                    link->stated ? "a share of the limit" : "by the class of way");
    out->rows++;
}

static bk_status
write_links(const bki_osm *osm)
{
    bki_import_output out;

    bki_import_begin(osm->import, "link.csv",
                     "link_id,name,from_node_id,to_node_id,directed,length,free_speed,mode,gauge_mm,tracks,electrified",
                     &out);
    for (size_t l = 0; l < osm->n_links; l++) {
        write_link(&out, osm, l);
        osm->import->report.value_kept += osm->links[l].km;
    }
    return bki_import_end(&out);
}

/* ---- transfers
 * -------------------------------------------------------------------------------------------------------------- */

static void
write_transfer(bki_import_output *out, int64_t id, vehicle from, vehicle to)
{
    const bool by_ferry = from.mode == BKI_OSM_FERRY || to.mode == BKI_OSM_FERRY;

    bki_text_format(&out->text, "osm-%" PRId64 ",%s,", id, modes[from.mode]);
    add_number(&out->text, from.gauge > 0, from.gauge);
    bki_text_format(&out->text, "%s,", modes[to.mode]);
    add_number(&out->text, to.gauge > 0, to.gauge);
    bki_text_format(&out->text, "%d,%s,estimate\n", by_ferry ? FERRY_HOURS : TRANSFER_HOURS,
                    by_ferry ? "half the wait for a ferry that sails twice a day"
                             : "a day for a change of vehicle or gauge");
    out->rows++;
}

static bk_status
write_transfers(const bki_osm *osm, const meeting *meetings)
{
    bki_import_output out;

    bki_import_begin(osm->import, "transfer.csv", "node_id,from_mode,from_gauge_mm,to_mode,to_gauge_mm,hours", &out);
    for (uint32_t p = 0; p < osm->n_points; p++)
        for (size_t from = 0; from < meetings[p].n; from++)
            for (size_t to = 0; to < meetings[p].n; to++)
                if (from != to)
                    write_transfer(&out, osm->ids[p], meetings[p].vehicles[from], meetings[p].vehicles[to]);
    return bki_import_end(&out);
}

/* ---- the whole
 * --------------------------------------------------------------------------------------------------------------- */

static void
tell_estimates(const bki_osm *osm)
{
    size_t stated = 0;

    for (size_t l = 0; l < osm->n_links; l++)
        stated += osm->links[l].stated;
    bki_import_note(osm->import,
                    "%zu of %zu links have speeds from limits in the map (60 %% of a railway's, 80 %% of a road's), "
                    "the rest by their class",
                    stated, osm->n_links);
    bki_import_note(osm->import, "the map has no prices and no capacities: usd_per_tonne_km is left out (0), "
                                 "capacity_tonnes_year too (unlimited)");
    bki_import_note(osm->import, "hours of transfers are estimates; so is what carries where no border row stands: "
                                 "border.csv is yours to write");
}

bk_status
bki_import_osm(bki_import *import)
{
    bki_osm     osm = {.import = import};
    const char *country = import->request->country;

    if (!country || strlen(country) != 3 || strspn(country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3)
        return bk_fail_hint(import->ctx, BK_ERR_USAGE, "ISO 3166-1 alpha-3, for example --country KAZ",
                            "the country of the extract is '%s'", country ? country : "");
    BK_TRY(bki_import_may_write(import, "node.csv"));
    BK_TRY(bki_import_may_write(import, "link.csv"));
    BK_TRY(bki_import_may_write(import, "transfer.csv"));
    BK_TRY(bki_osm_gather(&osm));
    import->report.cells_kept = osm.n_ways;
    if (osm.n_ways == 0)
        return bk_fail_at(
            import->ctx, BK_ERR_VALUE, import->request->path, 0, 0,
            "looked for are railway=rail and narrow_gauge, highway=motorway, trunk and primary, route=ferry",
            "has no way that carries freight");
    BK_TRY(bki_osm_join(&osm));
    BK_TRY(bki_osm_connect(&osm));
    meeting *meetings = BK_NEW(import->scratch, meeting, osm.n_points + 1);
    BK_TRY(bk_arena_ok(import->scratch));
    for (size_t l = 0; l < osm.n_links; l++) {
        meet(&meetings[osm.links[l].a], &osm.links[l]);
        meet(&meetings[osm.links[l].b], &osm.links[l]);
    }
    tell_estimates(&osm);
    BK_TRY(write_nodes(&osm, meetings));
    BK_TRY(write_links(&osm));
    return write_transfers(&osm, meetings);
}
