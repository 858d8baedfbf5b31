/* TNTP as the network of a study: arcs from the network file, places from the file of nodes beside it. */
#include "buckle/tntp.h"
#include "io/gmns.h"
#include "io/columns.h"
#include "io/import_network.h"
#include "io/tntp_lines.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct node_reader {
    bki_tntp_lines         lines;
    const bk_road_network *network;
    bki_place             *places; /* [n_nodes] */
} node_reader;

/* `node x y [;]`, the heading with its names passed over. */
static void
read_node(node_reader *reader)
{
    const char *at = reader->lines.text, *end = at + reader->lines.length;
    const char *word[3];
    size_t      length[3];
    double      value[3];

    for (size_t i = 0; i < 3; i++)
        word[i] = bki_tntp_word(&at, end, ";", &length[i]);
    if ((length[0] == 4 && strncasecmp(word[0], "node", 4) == 0) || length[0] == 0)
        return;
    for (size_t i = 0; i < 3; i++)
        if (!bki_span_number((bki_span){word[i], length[i]}, &value[i])) {
            bki_tntp_fail(&reader->lines, BK_ERR_SYNTAX, word[i], "a node is one line: number, x, y",
                          "'%.*s' is not a number", (int)(length[i] < 40 ? length[i] : 40), word[i]);
            return;
        }
    if (value[0] < 1.0 || value[0] > (double)reader->network->n_nodes || value[0] != floor(value[0])) {
        bki_tntp_fail(&reader->lines, BK_ERR_REFERENCE, word[0], "do the two files belong together?",
                      "%.*s is not a node of the network, which has %zu", (int)(length[0] < 40 ? length[0] : 40),
                      word[0], reader->network->n_nodes);
        return;
    }
    bki_place *place = &reader->places[(size_t)value[0] - 1];
    place->lon = value[1];
    place->lat = value[2];
    place->has_place = true;
}

static bk_status
read_nodes(bki_import *import, const char *path, const bk_road_network *network, bki_place *places)
{
    node_reader  reader = {.network = network, .places = places, .lines = {.file = -1}};
    const size_t before = bk_error_count(import->ctx);
    bk_status    status = bki_tntp_lines_open(&reader.lines, import->ctx, import->scratch, path);

    for (bool more = true; status == BK_OK && more;) {
        status = bki_tntp_lines_next(&reader.lines, &more);
        if (status == BK_OK && more)
            read_node(&reader);
    }
    bki_tntp_lines_close(&reader.lines);
    const bk_error *first = bk_error_get(import->ctx, before);
    return status == BK_OK && first != NULL ? first->code : status;
}

static bk_status
take_unit(bki_import *import, double *km)
{
    const char *unit = import->request->length_unit;

    *km = unit != NULL ? bki_gmns_length_unit(unit, strlen(unit)) : 1.0;
    if (*km == 0.0)
        return bk_fail_hint(import->ctx, BK_ERR_USAGE, "lengths: km, m, mile, ft", "'%s' is no unit known here", unit);
    if (unit == NULL)
        bki_import_note(import, "no unit of length is said (--length-unit): lengths are taken as km, times as minutes");
    return BK_OK;
}

bk_status
bki_import_tntp(bki_import *import)
{
    const bk_road_network *network;
    const double           none = 0.0;
    double                 unit_km;

    BK_TRY(bki_import_network_begin(import));
    if (import->request->nodes == NULL)
        return bk_fail_hint(import->ctx, BK_ERR_USAGE, "--nodes NET_node.tntp, with node, x, y in degrees",
                            "a TNTP network does not say where its nodes are");
    BK_TRY(take_unit(import, &unit_km));
    BK_TRY(bk_tntp_network_read(import->ctx, import->request->path, &none, &none, import->scratch, &network));
    bki_place *places = BK_NEW(import->scratch, bki_place, network->n_nodes);
    bki_way   *ways = BK_NEW(import->scratch, bki_way, network->n_arcs);
    BK_TRY(bk_arena_ok(import->scratch));
    for (size_t n = 0; n < network->n_nodes; n++)
        places[n] = (bki_place){.id = bk_arena_format(import->scratch, "%zu", n + 1), .name = ""};
    BK_TRY(read_nodes(import, import->request->nodes, network, places));
    for (size_t a = 0; a < network->n_arcs; a++)
        ways[a] = (bki_way){.id = bk_arena_format(import->scratch, "%zu", a + 1),
                            .name = "",
                            .from = network->from[a],
                            .to = network->to[a],
                            .directed = true,
                            .km = network->length[a] * unit_km,
                            .kmh = -1.0,
                            .minutes = network->vdf.free_time[a],
                            .tracks = -1.0,
                            .dropped = network->price != NULL && network->price[a] > 0.0 ? "a candidate link, not built"
                                                                                         : NULL};
    BK_TRY(bk_arena_ok(import->scratch));
    bki_import_note(import,
                    "capacities, delay functions and tolls are dropped: they are of vehicles, a study's of tonnes");
    const bki_network read = {.n_places = network->n_nodes, .places = places, .n_ways = network->n_arcs, .ways = ways};
    return bki_import_network_write(import, &read);
}
