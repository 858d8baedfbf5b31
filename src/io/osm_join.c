/* From ways to links.  A way is cut where another of its kind meets it, at borders and ports, and where its nodes are
 * missing; pieces are joined again through points where just two of one make meet. */
#include "io/osm.h"

#include <string.h>

double
bki_osm_km(const bki_osm_point *a, const bki_osm_point *b)
{
    return bk_great_circle_km(1e-7 * a->lon, 1e-7 * a->lat, 1e-7 * b->lon, 1e-7 * b->lat);
}

/* ---- cutting
 * ------------------------------------------------------------------------------------------------------------ */

static void
count_use(bki_osm_point *point, bool is_rail, int n)
{
    uint8_t *uses = is_rail ? &point->rail_uses : &point->uses;

    *uses = (uint8_t)(*uses + n > 3 ? 3 : *uses + n);
}

static void
count_uses(bki_osm *osm)
{
    for (size_t w = 0; w < osm->n_ways; w++) {
        const bki_osm_way *way = &osm->ways[w];
        for (size_t i = 0; i < way->n; i++)
            count_use(&osm->point[osm->points[way->first + i]], way->mode == BKI_OSM_RAIL,
                      i == 0 || i + 1 == way->n ? 2 : 1);
    }
}

/* A level crossing, where a road and a railway share a node, cuts neither. */
static bool
is_cut(const bki_osm_point *point, bool is_rail)
{
    return point->kind != BKI_OSM_PLAIN || (is_rail ? point->rail_uses : point->uses) > 1;
}

typedef struct cutting {
    bki_osm      *osm;
    bki_osm_link *pieces; /* NULL: they are only counted */
    size_t        n, missing;
} cutting;

static void
add_piece(cutting *c, size_t w, uint32_t a, uint32_t b, double km)
{
    const bki_osm_way *way = &c->osm->ways[w];

    if (c->pieces)
        c->pieces[c->n] = (bki_osm_link){.a = way->oneway < 0 ? b : a,
                                         .b = way->oneway < 0 ? a : b,
                                         .way = (uint32_t)w,
                                         .n_pieces = 1,
                                         .mode = way->mode,
                                         .tracks = way->tracks,
                                         .electrified = way->electrified,
                                         .stated = way->stated,
                                         .oneway = way->oneway != 0,
                                         .gauge = way->gauge,
                                         .km = km,
                                         .hours = km / (double)way->kmh};
    c->n++;
}

static void
cut_way(cutting *c, size_t w)
{
    const bki_osm_way *way = &c->osm->ways[w];
    const uint32_t    *points = c->osm->points + way->first;
    uint32_t           begin = BK_NONE;
    double             km = 0.0;

    for (size_t i = 0; i < way->n; i++) {
        const bki_osm_point *here = &c->osm->point[points[i]];
        if (!here->present) {
            c->missing++;
            begin = BK_NONE;
            continue;
        }
        const bool goes_on = begin != BK_NONE;
        if (goes_on)
            km += bki_osm_km(&c->osm->point[points[i - 1]], here);
        const bool ends =
            i + 1 == way->n || !c->osm->point[points[i + 1]].present || is_cut(here, way->mode == BKI_OSM_RAIL);
        if (goes_on && ends && km > 0.0)
            add_piece(c, w, begin, points[i], km);
        if (!goes_on || ends) {
            begin = points[i];
            km = 0.0;
        }
    }
}

static bk_status
cut_ways(bki_osm *osm, bki_osm_link **pieces, size_t *n)
{
    cutting c = {.osm = osm};

    for (size_t w = 0; w < osm->n_ways; w++)
        cut_way(&c, w);
    if (c.missing > 0)
        bki_import_note(osm->import,
                        "%zu nodes of ways are not in the file, as at the edge of an extract: ways end there",
                        c.missing);
    c.pieces = *pieces = BK_NEW(osm->import->scratch, bki_osm_link, c.n + 1);
    BK_TRY(bk_arena_ok(osm->import->scratch));
    *n = c.n;
    c.n = c.missing = 0;
    for (size_t w = 0; w < osm->n_ways; w++)
        cut_way(&c, w);
    return BK_OK;
}

/* ---- joining
 * ------------------------------------------------------------------------------------------------------------- */

typedef struct joining {
    bki_osm            *osm;
    const bki_osm_link *pieces; /* [n] */
    size_t              n;
    uint32_t           *first, *at; /* [n_points + 1], [2 n] pieces at each point */
    bool               *taken;      /* [n] */
} joining;

static void
list_pieces(joining *j)
{
    for (size_t p = 0; p < j->n; p++) {
        j->first[j->pieces[p].a + 1]++;
        j->first[j->pieces[p].b + 1]++;
    }
    for (size_t v = 0; v < j->osm->n_points; v++)
        j->first[v + 1] += j->first[v];
    for (size_t p = j->n; p-- > 0;) { /* backwards, so that the offsets end where they began */
        j->at[--j->first[j->pieces[p].a + 1]] = (uint32_t)p;
        j->at[--j->first[j->pieces[p].b + 1]] = (uint32_t)p;
    }
    memmove(j->first, j->first + 1, j->osm->n_points * sizeof *j->first);
    j->first[j->osm->n_points] = (uint32_t)(2 * j->n);
}

/* Two pieces that meet at `point` may be one: alike, and, if one goes one way only, in one line. */
static bool
are_one(const bki_osm_link *in, const bki_osm_link *out, uint32_t point)
{
    const bool in_line = !in->oneway || (in->b == point) == (out->a == point);

    return in->mode == out->mode && in->gauge == out->gauge && in->electrified == out->electrified &&
           in->tracks == out->tracks && in->oneway == out->oneway && in_line && in->a != in->b && out->a != out->b;
}

/* The one other piece into which a piece goes on at `point`; BK_NONE: it ends there. */
static uint32_t
next_piece(const joining *j, uint32_t piece, uint32_t point)
{
    if (j->osm->point[point].kind != BKI_OSM_PLAIN || j->first[point + 1] - j->first[point] != 2)
        return BK_NONE;
    const uint32_t one = j->at[j->first[point]], other = j->at[j->first[point] + 1];
    const uint32_t next = one == piece ? other : one;
    return next != piece && are_one(&j->pieces[piece], &j->pieces[next], point) ? next : BK_NONE;
}

static uint32_t
far_end(const bki_osm_link *piece, uint32_t point)
{
    return piece->a == point ? piece->b : piece->a;
}

/* The whole chain from `piece`, entered at `begin`, as one link. */
static bki_osm_link
follow(joining *j, uint32_t piece, uint32_t begin)
{
    bki_osm_link link = j->pieces[piece];
    uint32_t     end = far_end(&link, begin);
    const bool   forward = link.a == begin;

    j->taken[piece] = true;
    for (uint32_t next = next_piece(j, piece, end); next != BK_NONE && !j->taken[next] && end != begin;
         next = next_piece(j, piece, end)) {
        const bki_osm_link *more = &j->pieces[next];
        link.km += more->km;
        link.hours += more->hours;
        link.stated = link.stated && more->stated;
        link.n_pieces++;
        j->taken[next] = true;
        end = far_end(more, end);
        piece = next;
    }
    link.a = forward || !link.oneway ? begin : end;
    link.b = forward || !link.oneway ? end : begin;
    return link;
}

/* Chains are taken from their ends first; what is left are rings, taken from wherever. */
static void
join_pieces(joining *j)
{
    bki_osm *osm = j->osm;

    for (int rings = 0; rings < 2; rings++)
        for (uint32_t p = 0; p < j->n; p++) {
            if (j->taken[p])
                continue;
            const bki_osm_link *piece = &j->pieces[p];
            if (rings || next_piece(j, p, piece->a) == BK_NONE)
                osm->links[osm->n_links++] = follow(j, p, piece->a);
            else if (next_piece(j, p, piece->b) == BK_NONE)
                osm->links[osm->n_links++] = follow(j, p, piece->b);
        }
}

bk_status
bki_osm_join(bki_osm *osm)
{
    bk_arena     *scratch = osm->import->scratch;
    bki_osm_link *pieces;
    joining       j = {.osm = osm};

    count_uses(osm);
    BK_TRY(cut_ways(osm, &pieces, &j.n));
    j.pieces = pieces;
    j.first = BK_NEW(scratch, uint32_t, osm->n_points + 2);
    j.at = BK_NEW(scratch, uint32_t, 2 * j.n + 1);
    j.taken = BK_NEW(scratch, bool, j.n + 1);
    osm->links = BK_NEW(scratch, bki_osm_link, j.n + 1);
    BK_TRY(bk_arena_ok(scratch));
    list_pieces(&j);
    join_pieces(&j);
    for (size_t l = 0; l < osm->n_links; l++)
        osm->import->report.value_read += osm->links[l].km;
    return BK_OK;
}
