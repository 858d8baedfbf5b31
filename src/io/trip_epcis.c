/* Logs in the form of EPCIS 2.0: JSON documents of events.  Only what a stay needs is read of each. */
#include "io/trips.h"

#include <jansson.h>
#include <string.h>

static bki_span
span_of(const json_t *text)
{
    return json_is_string(text) ? (bki_span){json_string_value(text), json_string_length(text)} : (bki_span){NULL, 0};
}

/* What follows the last of the separators: "https://ref.gs1.org/cbv/BizStep-arriving",
 * "urn:epcglobal:cbv:bizstep:arriving". */
static bki_span
last_part(bki_span text, const char *separators)
{
    size_t first = text.length;

    while (first > 0 && strchr(separators, text.start[first - 1]) == NULL)
        first--;
    return text.start == NULL ? text : (bki_span){text.start + first, text.length - first};
}

/* A place as the study or the points file knows it: whole, else its last part. */
static bki_span
place_of(const bki_trips *trips, const json_t *event, const char *key)
{
    const bki_span whole = span_of(json_object_get(json_object_get(event, key), "id"));

    if (whole.length == 0 || bk_names_find(trips->points, whole.start, whole.length) != BK_NONE)
        return whole;
    return last_part(whole, ":/");
}

static bk_status
add_event(bki_trips *trips, const json_t *event, int number)
{
    const json_t  *epcs = json_object_get(event, "epcList"), *destinations = json_object_get(event, "destinationList");
    bki_trip_texts texts = {.point = place_of(trips, event, "readPoint"),
                            .kind = last_part(span_of(json_object_get(event, "bizStep")), ":/-"),
                            .time = span_of(json_object_get(event, "eventTime")),
                            .zone = span_of(json_object_get(event, "eventTimeZoneOffset")),
                            .line = number};

    if (texts.point.length == 0)
        texts.point = place_of(trips, event, "bizLocation");
    texts.destination = last_part(span_of(json_object_get(json_array_get(destinations, 0), "destination")), ":/");
    if (json_array_size(epcs) == 0) { /* an aggregation: what moves is the parent */
        texts.shipment = span_of(json_object_get(event, "parentID"));
        return bki_trips_add(trips, &texts);
    }
    for (size_t i = 0; i < json_array_size(epcs); i++) {
        texts.shipment = span_of(json_array_get(epcs, i));
        BK_TRY(bki_trips_add(trips, &texts));
    }
    return BK_OK;
}

static bk_status
add_events(bki_trips *trips, const json_t *document)
{
    const json_t *body = json_object_get(document, "epcisBody");
    const json_t *events = json_is_array(document) ? document : json_object_get(body ? body : document, "eventList");

    if (!json_is_array(events))
        return bk_fail_at(trips->ctx, BK_ERR_SCHEMA, trips->path, 1, 1,
                          "an EPCIS 2.0 document holds them in epcisBody.eventList", "there is no list of events");
    for (size_t e = 0; e < json_array_size(events); e++) {
        const json_t *event = json_array_get(events, e);
        if (!json_is_object(event))
            return bk_fail_at(trips->ctx, BK_ERR_SCHEMA, trips->path, 0, 0, NULL, "event %zu is not an object", e + 1);
        BK_TRY(add_event(trips, event, (int)e + 1));
        if (bk_cancelled(trips->ctx))
            return bk_fail(trips->ctx, BK_ERR_CANCELLED, "interrupted while reading %s", trips->path);
    }
    return BK_OK;
}

bk_status
bki_trips_read_epcis(bki_trips *trips, const char *bytes, size_t n)
{
    json_error_t error;
    json_t      *document = json_loadb(bytes, n, JSON_REJECT_DUPLICATES, &error);

    trips->is_document = true;
    if (document == NULL)
        return bk_fail_at(trips->ctx, BK_ERR_SYNTAX, trips->path, error.line, error.column, NULL, "no JSON: %s",
                          error.text);
    const bk_status status = add_events(trips, document);
    json_decref(document);
    return status;
}
