/* Logs of shipments on their way: CSV, or events in the form of GS1 EPCIS 2.0 (JSON). */
#ifndef BUCKLE_TRIPS_H
#define BUCKLE_TRIPS_H

#include "buckle/dwell.h"

typedef struct bk_trip_request {
    const char *path;
    const char *points; /* CSV of point, node: what the log calls a place of the study; NULL: ids or names of nodes */
    bool        whole_lines; /* a last line without end is still being written: leave it */
} bk_trip_request;

/* Why an event is left out: enumerator, sentence. */
#define BK_TRIP_LIST(X)                                                                                                \
    X(BK_TRIP_SHIPMENT, "no shipment")                                                                                 \
    X(BK_TRIP_POINT, "a place that is no node of the study")                                                           \
    X(BK_TRIP_KIND, "an event that is neither arrival nor departure")                                                  \
    X(BK_TRIP_TIME, "no time of the form 2024-05-01T10:00:00+06:00")

typedef enum bk_trip_drop {
#define X(code, text) code,
    BK_TRIP_LIST(X)
#undef X
        BK_TRIP_DROP_COUNT
} bk_trip_drop;

const char *bk_trip_drop_text(bk_trip_drop drop);

typedef struct bk_trip_read {
    bk_trip_log log;
    size_t      n_read;                      /* events in the file */
    size_t      n_without_zone;              /* their times were taken as UTC */
    size_t      dropped[BK_TRIP_DROP_COUNT]; /* events left out */
    const char *example[BK_TRIP_DROP_COUNT]; /* what the first of them had, and where; NULL: none */
} bk_trip_read;

/**
 * Read a log.  CSV has the columns shipment, point, event (arrive or depart, and what is commonly written for them),
 * time (ISO 8601) and may have mode and destination; a file that begins with `{` or `[` is an EPCIS 2.0 document or a
 * list of events: each EPC is a shipment, readPoint else bizLocation the point (as a whole, else what follows its last
 * `:` or `/`), bizStep the event (arriving or receiving, departing or shipping).
 *
 * Source   ISO/IEC 19987:2024 (EPCIS 2.0), 7.4; Core Business Vocabulary 2.0, 7.1
 * Output   `*out`, held by `arena`
 * Returns  BK_OK; BK_ERR_FILE, BK_ERR_SYNTAX, BK_ERR_SCHEMA (a column is missing), BK_ERR_REFERENCE (`points` names a
 *          node that is none), BK_ERR_VALUE (not one event can be used: why, with the first of each), BK_ERR_NO_MEMORY
 */
bk_status bk_trips_read(bk_context *ctx, const bk_model *model, const bk_trip_request *request, bk_arena *arena,
                        bk_trip_read *out);

/* ISO 8601 date and time, at least to the minute: s since 1970-01-01T00:00Z and the offset in s; `*has_zone` whether it
 * said one.  False if it is none. */
bool bk_time_parse(const char *text, size_t length, double *time, int32_t *offset, bool *has_zone);
/* The other way, "2024-05-01T10:00+06:00", to the nearest minute; `text` [32] */
void bk_time_text(double time, int32_t offset, char *text);

#endif
