/* Places and ways to node.csv and link.csv of a study. */
#include "io/import_network.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MOST_KM  100000.0 /* of a link, in a study */
#define MOST_KMH 1500.0

static const char *const files[] = {"node.csv", "link.csv"};

bk_status
bki_import_network_begin(bki_import *import)
{
    BK_TRY(bki_import_may_write(import, files[0]));
    return bki_import_may_write(import, files[1]);
}

static bool
is_on_earth(const bki_place *place)
{
    return place->has_place && fabs(place->lon) <= 180.0 && fabs(place->lat) <= 90.0;
}

/* Length and speed as a study has them; NULL, or why it cannot be a link. */
static const char *
settle(const bki_way *way, const bki_place *places, double *km, double *kmh)
{
    const bki_place *from = &places[way->from], *to = &places[way->to];

    *km = way->km;
    if (way->dropped != NULL)
        return way->dropped;
    if (!is_on_earth(from) || !is_on_earth(to))
        return "an end has no place in degrees";
    if (!(*km > 0.0))
        *km = bk_great_circle_km(from->lon, from->lat, to->lon, to->lat);
    if (!(*km > 0.0))
        return "no length, and both ends at one place";
    if (*km > MOST_KM)
        return "longer than 100000 km: is the unit of length right?";
    if (way->kmh < 0.0 && way->minutes < 0.0)
        return "neither speed nor time";
    *kmh = way->kmh >= 0.0 ? way->kmh : *km / (way->minutes / 60.0);
    if (!(*kmh > 0.0))
        return "no speed above 0";
    return *kmh > MOST_KMH ? "faster than 1500 km/h: are the units right?" : NULL;
}

/* The last part of the path read: where it lay on this machine says nothing to others. */
static const char *
source_of(const bki_import *import)
{
    const char *slash = strrchr(import->request->path, '/');

    return slash != NULL && slash[1] != '\0' ? slash + 1 : import->request->path;
}

static void
add_number(bki_text *text, double number)
{
    char digits[BKI_NUMBER_SIZE];

    if (number >= 0.0)
        bki_text_append(text, digits, bki_number_text(digits, number));
}

static void
add_way(bki_import_output *out, const bki_way *way, const bki_network *network, double km, double kmh)
{
    const bki_place *places = network->places;
    const char      *otherwise = out->import->request->mode != NULL ? out->import->request->mode : "road";
    bki_text        *text = &out->text;

    bki_text_cell(text, way->id);
    bki_text_add(text, ",");
    bki_text_cell(text, way->name);
    bki_text_add(text, ",");
    bki_text_cell(text, places[way->from].id);
    bki_text_add(text, ",");
    bki_text_cell(text, places[way->to].id);
    bki_text_add(text, way->directed ? ",1," : ",0,");
    add_number(text, km);
    bki_text_add(text, ",");
    add_number(text, kmh);
    bki_text_add(text, ",");
    bki_text_cell(text, way->mode != NULL ? way->mode : otherwise);
    bki_text_add(text, ",");
    add_number(text, floor(way->tracks));
    for (size_t m = 0; m < network->n_more; m++) {
        bki_text_add(text, ",");
        bki_text_cell(text, way->more[m]);
    }
    bki_text_add(text, ",");
    bki_text_cell(text, source_of(out->import));
    bki_text_add(text, way->km > 0.0 && !way->is_drawn ? ",reported\n" : ",derived\n");
    out->rows++;
}

static const char *
link_header(bki_import *import, const bki_network *network)
{
    bki_text header = {.arena = import->scratch};

    bki_text_add(&header, "link_id,name,from_node_id,to_node_id,directed,length,free_speed,mode,tracks");
    for (size_t m = 0; m < network->n_more; m++)
        bki_text_format(&header, ",%s", network->more[m]);
    return header.has_failed ? NULL : header.bytes;
}

static bk_status
write_ways(bki_import *import, const bki_network *network, bool *used)
{
    const bki_way    *ways = network->ways;
    const char       *header = link_header(import, network);
    size_t            n_measured = 0, n_drawn = 0;
    bki_import_output out;

    BK_TRY(bk_arena_ok(import->scratch));
    bki_import_begin(import, files[1], header, &out);
    for (size_t w = 0; w < network->n_ways; w++) {
        double       km, kmh = 0.0;
        const char  *why = settle(&ways[w], network->places, &km, &kmh);
        const double length = fmax(km, 0.0);
        import->report.cells_read++;
        import->report.value_read += length;
        if (why != NULL) {
            BK_TRY(bki_import_drop_code(import, "link", ways[w].id, strlen(ways[w].id), why, length));
            continue;
        }
        import->report.cells_kept++;
        import->report.value_kept += length;
        n_measured += !(ways[w].km > 0.0);
        n_drawn += ways[w].is_drawn;
        used[ways[w].from] = used[ways[w].to] = true;
        add_way(&out, &ways[w], network, km, kmh);
    }
    if (n_measured > 0)
        bki_import_note(import, "%zu links say no length: theirs is the great circle's, their confidence `derived`",
                        n_measured);
    if (n_drawn > 0)
        bki_import_note(import,
                        "%zu links say no length: theirs is measured along their line, their confidence `derived`",
                        n_drawn);
    if (import->report.cells_kept == 0)
        return bk_fail_at(import->ctx, BK_ERR_INCONSISTENT, import->request->path, 0, 0, NULL,
                          "no link of it can be a study's: %zu were dropped", import->report.cells_read);
    return bki_import_end(&out);
}

static bk_status
write_places(bki_import *import, size_t n_places, const bki_place *places, const bool *used)
{
    bki_import_output out;

    bki_import_begin(import, files[0], "node_id,name,x_coord,y_coord,country,kind", &out);
    for (size_t p = 0; p < n_places; p++) {
        char digits[BKI_NUMBER_SIZE];
        if (!used[p]) {
            BK_TRY(bki_import_drop_code(import, "node", places[p].id, strlen(places[p].id),
                                        "no link that was kept ends there", 0.0));
            continue;
        }
        bki_text_cell(&out.text, places[p].id);
        bki_text_add(&out.text, ",");
        bki_text_cell(&out.text, places[p].name);
        bki_text_add(&out.text, ",");
        bki_text_append(&out.text, digits, bki_number_text(digits, places[p].lon));
        bki_text_add(&out.text, ",");
        bki_text_append(&out.text, digits, bki_number_text(digits, places[p].lat));
        bki_text_add(&out.text, ",");
        bki_text_cell(&out.text, import->request->country);
        bki_text_add(&out.text, ",junction,");
        bki_text_cell(&out.text, source_of(import));
        bki_text_add(&out.text, ",reported\n");
        out.rows++;
    }
    return bki_import_end(&out);
}

bk_status
bki_import_network_write(bki_import *import, const bki_network *network)
{
    bool *used = BK_NEW(import->scratch, bool, network->n_places + 1);

    BK_TRY(bk_arena_ok(import->scratch));
    BK_TRY(write_ways(import, network, used));
    BK_TRY(write_places(import, network->n_places, network->places, used));
    bki_import_note(import, "a study needs prices too: fill usd_per_tonne_km, and network/mode.csv; network/border.csv "
                            "where links join two countries");
    return BK_OK;
}
