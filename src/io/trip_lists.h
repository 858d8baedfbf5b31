/* Trips from zone to zone as they come, on their way to a bk_road_demand. */
#ifndef IO_TRIP_LISTS_H
#define IO_TRIP_LISTS_H

#include "buckle/road.h"

typedef struct bki_trip {
    uint32_t origin, destination; /* zones */
    double   volume;
} bki_trip;

typedef struct bki_trip_list { /* zero but for the arena */
    bk_arena *arena;
    bki_trip *trips; /* [capacity] as found */
    size_t    n, capacity;
} bki_trip_list;

bk_status bki_trip_add(bki_trip_list *list, bki_trip trip);
/* By origin, within it as found; held by `arena`. */
bk_status bki_trip_sort(const bki_trip_list *list, size_t n_zones, bk_arena *arena, const bk_road_demand **out);

/* Names of the zones of a network, each with its number. */
bk_status bki_zone_names(const bk_road_network *network, bk_arena *arena, bk_names **out);

#endif
