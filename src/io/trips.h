/* The inside of the readers of logs: events as text, whatever the format. */
#ifndef IO_TRIPS_H
#define IO_TRIPS_H

#include "buckle/trips.h"
#include "io/columns.h"

typedef struct bki_trips { /* a log while it is read */
    bk_context     *ctx;
    const bk_model *model;
    bk_arena       *arena;
    const char     *path;
    bk_names       *shipments;
    bk_names       *points;     /* names of places: ids, names, and what the points file says */
    uint32_t       *point_node; /* [point_capacity] node */
    size_t          point_capacity, capacity;
    bk_trip_event  *events; /* [capacity] */
    bk_trip_read   *out;
} bki_trips;

typedef struct bki_trip_texts { /* one event as written; a start of NULL is absent */
    bki_span shipment, point, kind, time, mode, destination;
    bki_span zone; /* where it was logged, if that stands apart from the time */
    int      line;
} bki_trip_texts;

/* Keeps an event, or counts why not.  Returns BK_OK, BK_ERR_NO_MEMORY. */
bk_status bki_trips_add(bki_trips *trips, const bki_trip_texts *event);

/* "+06:00", "Z": the offset in s; false if it is none. */
bool bki_zone_parse(const char *text, size_t length, int32_t *offset);

/* Every event of an EPCIS document in memory.  Returns BK_OK, BK_ERR_SYNTAX, BK_ERR_SCHEMA, BK_ERR_NO_MEMORY. */
bk_status bki_trips_read_epcis(bki_trips *trips, const char *bytes, size_t n);

#endif
