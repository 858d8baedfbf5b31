/* Places in space, not on a map: on the sphere, in cubes of the reach's size, whatever is near lies in the 27 cubes
 * around, also at the poles and across the 180th meridian. */
#include "io/import_places.h"

#include <math.h>
#include <string.h>

#define RADIUS_M    6371008.8 /* of the IUGG, as bk_great_circle_km */
#define FIRST_SLOTS 1024

static const double degree = 0.017453292519943295; /* pi / 180 */

static void
to_space(double lon, double lat, double point[3])
{
    const double x = lon * degree, y = lat * degree;

    point[0] = RADIUS_M * cos(y) * cos(x);
    point[1] = RADIUS_M * cos(y) * sin(x);
    point[2] = RADIUS_M * sin(y);
}

/* A cube is never smaller than the millimetre that places in degrees as doubles are good for. */
static void
cube_of(const bki_places *places, const double point[3], int64_t cube[3])
{
    const double size = fmax(places->metres, 1e-3);

    for (int axis = 0; axis < 3; axis++)
        cube[axis] = (int64_t)floor(point[axis] / size);
}

static size_t
slot_of(const bki_places *places, const int64_t cube[3])
{
    uint64_t mixed = 0;

    for (int axis = 0; axis < 3; axis++) {
        mixed = (mixed ^ (uint64_t)cube[axis]) * UINT64_C(0x9e3779b97f4a7c15);
        mixed ^= mixed >> 29;
    }
    return (size_t)mixed & (places->n_slots - 1);
}

static void
enter(bki_places *places, uint32_t place)
{
    int64_t cube[3];

    cube_of(places, places->point[place], cube);
    const size_t slot = slot_of(places, cube);
    places->next[place] = places->slot[slot];
    places->slot[slot] = place;
}

static bool
slots_make(bki_places *places, size_t n_slots)
{
    uint32_t *slot = BK_NEW(places->arena, uint32_t, n_slots);

    if (!slot)
        return false;
    memset(slot, 0xff, n_slots * sizeof *slot); /* BK_NONE */
    places->slot = slot;
    places->n_slots = n_slots;
    for (size_t p = 0; p < places->n; p++)
        enter(places, (uint32_t)p);
    return true;
}

void
bki_places_start(bki_places *places, bk_arena *arena, double metres)
{
    *places = (bki_places){.arena = arena, .metres = metres};
    slots_make(places, FIRST_SLOTS);
}

/* The nearest of one cube, if nearer than *nearest so far. */
static void
look(const bki_places *places, const int64_t cube[3], double lon, double lat, double *nearest, uint32_t *found)
{
    for (uint32_t p = places->slot[slot_of(places, cube)]; p != BK_NONE; p = places->next[p]) {
        const double metres = 1000.0 * bk_great_circle_km(lon, lat, places->places[p].lon, places->places[p].lat);
        if (metres < *nearest || (metres == *nearest && (*found == BK_NONE || p < *found))) {
            *nearest = metres;
            *found = p;
        }
    }
}

uint32_t
bki_places_find(const bki_places *places, double lon, double lat)
{
    double   point[3], nearest = places->metres;
    int64_t  centre[3];
    uint32_t found = BK_NONE;

    if (places->n_slots == 0)
        return BK_NONE;
    to_space(lon, lat, point);
    cube_of(places, point, centre);
    for (int around = 0; around < 27; around++) {
        const int64_t cube[3] = {centre[0] + around % 3 - 1, centre[1] + around / 3 % 3 - 1,
                                 centre[2] + around / 9 - 1};
        look(places, cube, lon, lat, &nearest, &found);
    }
    return found;
}

uint32_t
bki_places_add(bki_places *places, const char *id, double lon, double lat)
{
    if (places->n_slots == 0 || (places->n == places->n_slots && !slots_make(places, 2 * places->n_slots)))
        return BK_NONE;
    bki_place *place = bk_arena_grow(places->arena, places->places, places->n, 1, sizeof *place, &places->capacity);
    double(*point)[3] =
        bk_arena_grow(places->arena, places->point, places->n, 1, sizeof *point, &places->point_capacity);
    uint32_t *next = bk_arena_grow(places->arena, places->next, places->n, 1, sizeof *next, &places->next_capacity);
    if (!place || !point || !next)
        return BK_NONE;
    places->places = place;
    places->point = point;
    places->next = next;
    place[places->n] = (bki_place){.id = id, .name = "", .lon = lon, .lat = lat, .has_place = true};
    to_space(lon, lat, point[places->n]);
    enter(places, (uint32_t)places->n);
    return (uint32_t)places->n++;
}
