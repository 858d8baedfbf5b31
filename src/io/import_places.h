/* Ends of lines that lie at one place, told as one node. */
#ifndef IO_IMPORT_PLACES_H
#define IO_IMPORT_PLACES_H

#include "io/import_network.h"

typedef struct bki_places {
    bk_arena  *arena;
    double     metres; /* ends nearer than this are one place; >= 0 */
    size_t     n, capacity;
    bki_place *places; /* [n] */
    size_t     point_capacity;
    double (*point)[3]; /* [n] m, from the centre of the earth */
    size_t    n_slots;  /* a power of two */
    uint32_t *slot;     /* [n_slots] the last place of each cell of space, BK_NONE: none */
    size_t    next_capacity;
    uint32_t *next; /* [n] the place before it in its slot */
} bki_places;

/* BK_NONE where memory was short, which the arena remembers. */
void     bki_places_start(bki_places *places, bk_arena *arena, double metres);
uint32_t bki_places_find(const bki_places *places, double lon, double lat); /* the nearest within reach; BK_NONE */
uint32_t bki_places_add(bki_places *places, const char *id, double lon, double lat);

#endif
