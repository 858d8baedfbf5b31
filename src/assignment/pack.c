/* A universe as bytes: for each pair the number of routes, for each route its length in arcs and the path size, then
 * each arc by its rank among those that leave its tail.  Numbers are varints (7 bits a byte, low first), so most arcs
 * take one byte; path sizes are 8 bytes, little-endian.  Reading follows the graph, so that bytes which are not paths
 * are found out. */
#include "buckle/assignment.h"

#include <string.h>

typedef struct writer {
    uint8_t *bytes; /* NULL: only counts */
    size_t   n;
} writer;

static void
put(writer *out, uint32_t value)
{
    for (; value >= 0x80; value >>= 7) {
        if (out->bytes != NULL)
            out->bytes[out->n] = (uint8_t)(value | 0x80);
        out->n++;
    }
    if (out->bytes != NULL)
        out->bytes[out->n] = (uint8_t)value;
    out->n++;
}

static void
put_double(writer *out, double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    for (int i = 0; i < 8; i++, out->n++)
        if (out->bytes != NULL)
            out->bytes[out->n] = (uint8_t)(bits >> (8 * i));
}

static void
write_routes(const bk_graph *graph, const bk_universe *universe, writer *out)
{
    for (size_t p = 0; p < universe->n_pairs; p++) {
        put(out, universe->first_route[p + 1] - universe->first_route[p]);
        for (size_t r = universe->first_route[p]; r < universe->first_route[p + 1]; r++) {
            put(out, universe->first_arc[r + 1] - universe->first_arc[r]);
            put_double(out, universe->log_path_size[r]);
            for (size_t at = universe->first_arc[r]; at < universe->first_arc[r + 1]; at++)
                put(out, universe->arc[at] - graph->first_out[graph->tail[universe->arc[at]]]);
        }
    }
}

bk_status
bk_universe_pack(const bk_graph *graph, const bk_universe *universe, bk_arena *arena, const uint8_t **bytes,
                 size_t *n_bytes)
{
    writer out = {0};

    write_routes(graph, universe, &out);
    out = (writer){.bytes = BK_NEW(arena, uint8_t, out.n)};
    BK_TRY(bk_arena_ok(arena));
    write_routes(graph, universe, &out);
    *bytes = out.bytes;
    *n_bytes = out.n;
    return BK_OK;
}

/* ---- reading --------------------------------------------------------------------------------------------------- */

typedef struct reader {
    const uint8_t *next, *end;
    bool           bad; /* sticks */
} reader;

static uint32_t
get(reader *in)
{
    uint64_t value = 0;

    for (int shift = 0; shift < 35; shift += 7) {
        if (in->next == in->end)
            break;
        const uint8_t byte = *in->next++;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            in->bad = in->bad || value > UINT32_MAX;
            return (uint32_t)value;
        }
    }
    in->bad = true;
    return 0;
}

static double
get_double(reader *in)
{
    uint64_t bits = 0;
    double   value;

    if (in->end - in->next < 8) {
        in->bad = true;
        return 0.0;
    }
    for (int i = 0; i < 8; i++)
        bits |= (uint64_t)*in->next++ << (8 * i);
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* One route from the origin's terminal; its arcs into `arcs`, unless NULL.  Returns their number. */
static uint32_t
read_route(reader *in, const bk_graph *graph, uint32_t at, uint32_t target, double *log_path_size, uint32_t *arcs)
{
    const uint32_t n = get(in);

    *log_path_size = get_double(in);
    in->bad = in->bad || !(*log_path_size <= 0.0 && *log_path_size >= -700.0) || n > graph->n_vertices;
    for (uint32_t i = 0; i < n && !in->bad; i++) {
        const uint32_t rank = get(in);
        in->bad = in->bad || rank >= graph->first_out[at + 1] - graph->first_out[at];
        if (in->bad)
            break;
        if (arcs != NULL)
            arcs[i] = graph->first_out[at] + rank;
        at = graph->head[graph->first_out[at] + rank];
    }
    in->bad = in->bad || at != target;
    return n;
}

/* Walks over all routes; fills `universe` where its arrays are given, else counts into its numbers. */
static bool
read_routes(reader *in, const bk_graph *graph, const bk_traffic *traffic, const bk_zone *zones, bk_universe *universe,
            uint32_t *first_route, uint32_t *first_arc, uint32_t *arc, double *log_path_size)
{
    size_t n_routes = 0, n_arcs = 0;

    for (size_t p = 0; p < traffic->n_pairs && !in->bad; p++) {
        const uint32_t n = get(in);
        for (uint32_t r = 0; r < n && !in->bad; r++) {
            double size;
            n_arcs += read_route(in, graph, graph->origin[zones[traffic->origin[p]].node],
                                 graph->destination[zones[traffic->destination[p]].node], &size,
                                 arc != NULL ? arc + n_arcs : NULL);
            if (arc != NULL) {
                log_path_size[n_routes] = size;
                first_arc[n_routes + 1] = (uint32_t)n_arcs;
            }
            n_routes++;
        }
        if (arc != NULL)
            first_route[p + 1] = (uint32_t)n_routes;
    }
    universe->n_routes = n_routes;
    universe->n_route_arcs = n_arcs;
    return !in->bad && in->next == in->end && n_routes < BK_NONE && n_arcs < BK_NONE;
}

bk_status
bk_universe_unpack(const bk_model *model, const bk_graph *graph, const bk_traffic *traffic, const uint8_t *bytes,
                   size_t n_bytes, bk_arena *arena, const bk_universe **out)
{
    reader      in = {.next = bytes, .end = bytes + n_bytes};
    bk_universe counted = {.n_pairs = traffic->n_pairs};

    if (!read_routes(&in, graph, traffic, model->network.zones, &counted, NULL, NULL, NULL, NULL))
        return BK_ERR_SCHEMA;
    bk_universe *universe = BK_NEW(arena, bk_universe, 1);
    uint32_t    *first_route = BK_NEW(arena, uint32_t, traffic->n_pairs + 1);
    uint32_t    *first_arc = BK_NEW(arena, uint32_t, counted.n_routes + 1),
             *arc = BK_NEW(arena, uint32_t, counted.n_route_arcs);
    double *log_path_size = BK_NEW(arena, double, counted.n_routes);
    BK_TRY(bk_arena_ok(arena));
    in = (reader){.next = bytes, .end = bytes + n_bytes};
    read_routes(&in, graph, traffic, model->network.zones, &counted, first_route, first_arc, arc, log_path_size);
    *universe = counted;
    universe->first_route = first_route;
    universe->first_arc = first_arc;
    universe->arc = arc;
    universe->log_path_size = log_path_size;
    universe->hash = bk_hash(bk_hash(0, first_route, (traffic->n_pairs + 1) * sizeof *first_route), arc,
                             counted.n_route_arcs * sizeof *arc);
    *out = universe;
    return BK_OK;
}
