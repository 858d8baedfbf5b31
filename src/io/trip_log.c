/* A log of shipments into events: CSV rows here, EPCIS documents beside; places by id, by name, or as a file says. */
#include "io/trips.h"
#include "buckle/io.h"

#include <string.h>
#include <strings.h>

enum { SHIPMENT, POINT, KIND, TIME, MODE, DESTINATION, N_COLUMNS };

const char *
bk_trip_drop_text(bk_trip_drop drop)
{
    static const char *const texts[] = {
#define X(code, text) [code] = text,
        BK_TRIP_LIST(X)
#undef X
    };

    return drop < BK_TRIP_DROP_COUNT ? texts[drop] : "unknown";
}

/* ---- places ------------------------------------------------------------------------------------------------------ */

static bk_status
point_keep(bki_trips *trips, const char *text, size_t length, uint32_t node)
{
    const size_t   before = bk_names_count(trips->points);
    const uint32_t point = bk_names_intern(trips->points, text, length);

    BK_TRY(bk_arena_ok(trips->arena));
    if (point >= before) /* the first to claim a name keeps it: ids come before names */
        trips->point_node[point] = node;
    return BK_OK;
}

static bk_status
point_row(void *state, const bki_named_cell *cells, int line)
{
    bki_trips *trips = state;
    char      *id = bk_arena_text(trips->arena, cells[1].text, cells[1].length);

    BK_TRY(bk_arena_ok(trips->arena));
    const uint32_t node = bk_model_find_node(trips->model, id);
    if (node == BK_NONE) {
        bk_fail_at(trips->ctx, BK_ERR_REFERENCE, trips->path, line, cells[1].column,
                   "write the node_id of a row of network/node.csv", "there is no node '%s'", id);
        return BK_OK;
    }
    const uint32_t point = bk_names_intern(trips->points, cells[0].text, cells[0].length);
    BK_TRY(bk_arena_ok(trips->arena));
    if (point >= trips->point_capacity) {
        const size_t capacity = 2 * trips->point_capacity;
        uint32_t    *grown = BK_NEW(trips->arena, uint32_t, capacity);
        BK_TRY(bk_arena_ok(trips->arena));
        memcpy(grown, trips->point_node, trips->point_capacity * sizeof *grown);
        trips->point_node = grown;
        trips->point_capacity = capacity;
    }
    trips->point_node[point] = node;
    return BK_OK;
}

/* Ids and names of the study's nodes, then what the points file calls them, which wins. */
static bk_status
places_learn(bki_trips *trips, bki_csv *csv, const char *points)
{
    const bki_named_column columns[] = {{.name = "point", .is_required = true}, {.name = "node", .is_required = true}};
    const bk_network_data *network = &trips->model->network;
    const char            *log = trips->path;

    trips->points = bk_names_create(trips->arena);
    trips->point_capacity = 2 * network->n_nodes + 1;
    trips->point_node = BK_NEW(trips->arena, uint32_t, trips->point_capacity);
    BK_TRY(bk_arena_ok(trips->arena));
    for (size_t v = 0; v < network->n_nodes; v++)
        BK_TRY(point_keep(trips, network->nodes[v].id, strlen(network->nodes[v].id), (uint32_t)v));
    for (size_t v = 0; v < network->n_nodes; v++)
        BK_TRY(point_keep(trips, network->nodes[v].name, strlen(network->nodes[v].name), (uint32_t)v));
    trips->path = points; /* for messages */
    if (points != NULL)
        BK_TRY(bki_columns_read(trips->ctx, csv, points, columns, 2, point_row, trips));
    trips->path = log;
    return BK_OK;
}

/* ---- events ------------------------------------------------------------------------------------------------------ */

static bool
span_in(bki_span span, const char *const *words, size_t n)
{
    for (size_t w = 0; w < n; w++)
        if (span.length == strlen(words[w]) && strncasecmp(span.start, words[w], span.length) == 0)
            return true;
    return false;
}

/* False if it is neither. */
static bool
departs_of(bki_span kind, bool *departs)
{
    static const char *const in[] = {"arrive", "arrives",  "arrived",   "arrival",  "arriving", "in",     "enter",
                                     "entry",  "entering", "receiving", "received", "gate-in",  "gate_in"};
    static const char *const out[] = {"depart",   "departs", "departed", "departure", "departing",
                                      "out",      "leave",   "exit",     "exiting",   "left",
                                      "shipping", "shipped", "gate-out", "gate_out"};

    *departs = span_in(kind, out, sizeof out / sizeof *out);
    return *departs || span_in(kind, in, sizeof in / sizeof *in);
}

static bk_status
drop(bki_trips *trips, bk_trip_drop why, bki_span text, int line)
{
    const int shown = text.length < 60 ? (int)text.length : 60;

    if (trips->out->dropped[why]++ == 0)
        trips->out->example[why] =
            bk_arena_format(trips->arena, "'%.*s' at %s:%d", shown, text.start ? text.start : "", trips->path, line);
    return bk_arena_ok(trips->arena);
}

static bk_status
event_keep(bki_trips *trips, const bk_trip_event *event)
{
    if (trips->out->log.n_events == trips->capacity) {
        const size_t   capacity = trips->capacity == 0 ? 1024 : 2 * trips->capacity;
        bk_trip_event *grown = BK_NEW(trips->arena, bk_trip_event, capacity);
        BK_TRY(bk_arena_ok(trips->arena));
        if (trips->capacity > 0)
            memcpy(grown, trips->events, trips->capacity * sizeof *grown);
        trips->events = grown;
        trips->capacity = capacity;
    }
    trips->events[trips->out->log.n_events++] = *event;
    return BK_OK;
}

static uint32_t
mode_of(const bk_model *model, bki_span text)
{
    for (uint32_t m = 0; m < model->network.n_modes; m++)
        if (bki_span_is(text, model->network.modes[m]))
            return m;
    return BK_NONE;
}

static uint32_t
node_of(const bki_trips *trips, bki_span text)
{
    const uint32_t point = text.length > 0 ? bk_names_find(trips->points, text.start, text.length) : BK_NONE;

    return point == BK_NONE ? BK_NONE : trips->point_node[point];
}

bk_status
bki_trips_add(bki_trips *trips, const bki_trip_texts *texts)
{
    bk_trip_event event = {.node = node_of(trips, texts->point),
                           .mode = mode_of(trips->model, texts->mode),
                           .destination = node_of(trips, texts->destination)};
    int32_t       local;
    bool          has_zone;

    trips->out->n_read++;
    if (texts->shipment.length == 0)
        return drop(trips, BK_TRIP_SHIPMENT, texts->shipment, texts->line);
    if (event.node == BK_NONE)
        return drop(trips, BK_TRIP_POINT, texts->point, texts->line);
    if (!departs_of(texts->kind, &event.departs))
        return drop(trips, BK_TRIP_KIND, texts->kind, texts->line);
    if (!bk_time_parse(texts->time.start, texts->time.length, &event.time, &event.offset, &has_zone))
        return drop(trips, BK_TRIP_TIME, texts->time, texts->line);
    event.shipment = bk_names_intern(trips->shipments, texts->shipment.start, texts->shipment.length);
    BK_TRY(bk_arena_ok(trips->arena));
    trips->out->n_without_zone += !has_zone;
    if (bki_zone_parse(texts->zone.start, texts->zone.length, &local))
        event.offset = local;
    return event_keep(trips, &event);
}

static bk_status
event_row(void *state, const bki_named_cell *cells, int line)
{
    const bki_trip_texts texts = {.shipment = {cells[SHIPMENT].text, cells[SHIPMENT].length},
                                  .point = {cells[POINT].text, cells[POINT].length},
                                  .kind = {cells[KIND].text, cells[KIND].length},
                                  .time = {cells[TIME].text, cells[TIME].length},
                                  .mode = {cells[MODE].text, cells[MODE].length},
                                  .destination = {cells[DESTINATION].text, cells[DESTINATION].length},
                                  .line = line};

    return bki_trips_add(state, &texts);
}

/* ---- the file ---------------------------------------------------------------------------------------------------- */

/* What was wrong with a log of which nothing is left. */
static bk_status
fail_empty(const bki_trips *trips)
{
    for (int why = 0; why < BK_TRIP_DROP_COUNT; why++)
        if (trips->out->dropped[why] > 0)
            bk_fail_hint(trips->ctx, BK_ERR_VALUE,
                         why == BK_TRIP_POINT ? "say with a points file which node each point is" : NULL,
                         "%zu of %zu events are left out: %s, first %s", trips->out->dropped[why], trips->out->n_read,
                         bk_trip_drop_text((bk_trip_drop)why), trips->out->example[why]);
    if (trips->out->n_read == 0)
        bk_fail(trips->ctx, BK_ERR_VALUE, "%s has no events", trips->path);
    return BK_ERR_VALUE;
}

static bk_status
read_bytes(bki_trips *trips, bki_csv *csv, const char *bytes, size_t n)
{
    static const bki_named_column columns[N_COLUMNS] = {
        [SHIPMENT] = {.name = "shipment|shipment_id|consignment|container|train|id", .is_required = true},
        [POINT] = {.name = "point|place|location|node|node_id|station", .is_required = true},
        [KIND] = {.name = "event|kind|type|status", .is_required = true},
        [TIME] = {.name = "time|timestamp|datetime|event_time", .is_required = true},
        [MODE] = {.name = "mode"},
        [DESTINATION] = {.name = "destination|to"}};
    size_t first = n >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

    while (first < n && strchr(" \t\r\n", bytes[first]) != NULL && bytes[first] != '\0')
        first++;
    if (first < n && (bytes[first] == '{' || bytes[first] == '['))
        return bki_trips_read_epcis(trips, bytes + first, n - first);
    return bki_columns_read_bytes(trips->ctx, csv, bytes, n, trips->path, columns, N_COLUMNS, event_row, trips);
}

static bk_status
read_log(bki_trips *trips, bki_csv *csv, const bk_trip_request *request)
{
    const char *bytes = NULL;
    size_t      n = 0;

    BK_TRY(places_learn(trips, csv, request->points));
    bk_note_input(trips->ctx, request->path);
    BK_TRY(bk_file_read(trips->ctx, request->path, trips->arena, &bytes, &n));
    while (request->whole_lines && n > 0 && bytes[n - 1] != '\n')
        n--;
    return read_bytes(trips, csv, bytes, n);
}

bk_status
bk_trips_read(bk_context *ctx, const bk_model *model, const bk_trip_request *request, bk_arena *arena,
              bk_trip_read *out)
{
    bki_trips trips = {.ctx = ctx,
                       .model = model,
                       .arena = arena,
                       .path = request->path,
                       .out = out,
                       .shipments = bk_names_create(arena)};
    bki_csv  *csv = bki_csv_create(ctx, arena);

    *out = (bk_trip_read){0};
    BK_TRY(bk_arena_ok(arena));
    const bk_status status = read_log(&trips, csv, request);
    bki_csv_close(csv);
    BK_TRY(status);
    if (out->log.n_events == 0)
        return fail_empty(&trips);
    const char **shipments = BK_NEW(arena, const char *, bk_names_count(trips.shipments));
    BK_TRY(bk_arena_ok(arena));
    for (size_t s = 0; s < bk_names_count(trips.shipments); s++)
        shipments[s] = bk_names_text(trips.shipments, (uint32_t)s);
    out->log.events = trips.events;
    out->log.shipments = shipments;
    out->log.n_shipments = bk_names_count(trips.shipments);
    return BK_OK;
}
