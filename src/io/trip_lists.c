#include "io/trip_lists.h"

#include <string.h>

bk_status
bki_trip_add(bki_trip_list *list, bki_trip trip)
{
    if (list->n == list->capacity) {
        const size_t capacity = list->capacity == 0 ? 4096 : list->capacity + list->capacity / 2;
        bki_trip    *grown = BK_NEW(list->arena, bki_trip, capacity);
        BK_TRY(bk_arena_ok(list->arena));
        if (list->n > 0)
            memcpy(grown, list->trips, list->n * sizeof *grown);
        list->trips = grown;
        list->capacity = capacity;
    }
    list->trips[list->n++] = trip;
    return BK_OK;
}

bk_status
bki_trip_sort(const bki_trip_list *list, size_t n_zones, bk_arena *arena, const bk_road_demand **out)
{
    bk_road_demand *demand = BK_NEW(arena, bk_road_demand, 1);
    size_t         *first = BK_NEW(arena, size_t, n_zones + 1);
    uint32_t       *destination = BK_NEW(arena, uint32_t, list->n);
    double         *volume = BK_NEW(arena, double, list->n);

    BK_TRY(bk_arena_ok(arena));
    for (size_t t = 0; t < list->n; t++)
        first[list->trips[t].origin + 1]++;
    for (size_t z = 0; z < n_zones; z++)
        first[z + 1] += first[z];
    for (size_t t = 0; t < list->n; t++) {
        const size_t place = first[list->trips[t].origin]++;
        destination[place] = list->trips[t].destination;
        volume[place] = list->trips[t].volume;
    }
    for (size_t z = n_zones; z-- > 0;) /* each start has moved to its end, which is the next one's start */
        first[z + 1] = first[z];
    first[0] = 0;
    *demand = (bk_road_demand){n_zones, first, destination, volume};
    *out = demand;
    return BK_OK;
}

bk_status
bki_zone_names(const bk_road_network *network, bk_arena *arena, bk_names **out)
{
    char text[BK_ROAD_ID_SIZE];

    *out = bk_names_create(arena);
    for (size_t z = 0; *out != NULL && z < network->n_zones; z++) {
        const char *id = bk_road_zone_id(network, z, text);
        bk_names_intern(*out, id, strlen(id));
    }
    return bk_arena_ok(arena);
}
