/* Logs in the form of EPCIS 2.0: JSON documents of events.  Only what a stay needs is read of each. */
#include "io/trips.h"
#include "buckle/io.h"

#include <string.h>

static const bk_json_value *
member(const bk_json_value *object, const char *key)
{
    return object != NULL ? bk_json_member(object, key) : NULL;
}

static bki_span
span_of(const bk_json_value *text)
{
    return text != NULL && text->kind == BK_JSON_TEXT ? (bki_span){text->text, strlen(text->text)}
                                                      : (bki_span){NULL, 0};
}

static bool
is_array(const bk_json_value *value)
{
    return value != NULL && value->kind == BK_JSON_ARRAY;
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
place_of(const bki_trips *trips, const bk_json_value *event, const char *key)
{
    const bki_span whole = span_of(member(member(event, key), "id"));

    if (whole.length == 0 || bk_names_find(trips->points, whole.start, whole.length) != BK_NONE)
        return whole;
    return last_part(whole, ":/");
}

static bk_status
add_event(bki_trips *trips, const bk_json_value *event)
{
    const bk_json_value *epcs = member(event, "epcList"), *destinations = member(event, "destinationList");
    bki_trip_texts       texts = {.point = place_of(trips, event, "readPoint"),
                                  .kind = last_part(span_of(member(event, "bizStep")), ":/-"),
                                  .time = span_of(member(event, "eventTime")),
                                  .zone = span_of(member(event, "eventTimeZoneOffset")),
                                  .line = event->line};

    if (texts.point.length == 0)
        texts.point = place_of(trips, event, "bizLocation");
    if (is_array(destinations))
        texts.destination = last_part(span_of(member(destinations->child, "destination")), ":/");
    if (!is_array(epcs) || epcs->n == 0) { /* an aggregation: what moves is the parent */
        texts.shipment = span_of(member(event, "parentID"));
        return bki_trips_add(trips, &texts);
    }
    for (const bk_json_value *epc = epcs->child; epc != NULL; epc = epc->next) {
        texts.shipment = span_of(epc);
        BK_TRY(bki_trips_add(trips, &texts));
    }
    return BK_OK;
}

bk_status
bki_trips_read_epcis(bki_trips *trips, const char *bytes, size_t n)
{
    const bk_json_value *document;

    BK_TRY(bk_json_read(trips->ctx, bytes, n, trips->path, trips->arena, &document));
    const bk_json_value *body = member(document, "epcisBody");
    const bk_json_value *events = is_array(document) ? document : member(body ? body : document, "eventList");
    if (!is_array(events))
        return bk_fail_at(trips->ctx, BK_ERR_SCHEMA, trips->path, document->line, document->column,
                          "an EPCIS 2.0 document holds them in epcisBody.eventList", "there is no list of events");
    for (const bk_json_value *event = events->child; event != NULL; event = event->next) {
        if (event->kind != BK_JSON_OBJECT)
            return bk_fail_at(trips->ctx, BK_ERR_SCHEMA, trips->path, event->line, event->column, NULL,
                              "this event is not an object");
        BK_TRY(add_event(trips, event));
        if (bk_cancelled(trips->ctx))
            return bk_fail(trips->ctx, BK_ERR_CANCELLED, "interrupted while reading %s", trips->path);
    }
    return BK_OK;
}
