/* Events of each shipment in order of time, cut into stays; what cannot be true is counted by its reason. */
#include "network/graph.h"
#include "network/stays.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NEAR_KM          5.0 /* two posts of one crossing may be logged in the same minute */
#define SECONDS_PER_HOUR 3600.0

typedef struct finder {
    const bk_model          *model;
    const bk_dwell_settings *settings;
    const bk_trip_event     *events;     /* [n] sorted, repeats removed */
    size_t                   first, end; /* of the shipment in hand */
    const uint32_t          *first_row;  /* [n_nodes + 1] into row_at */
    const uint32_t          *row_at;     /* [n_borders] border rows by node */
    bki_stays               *out;
} finder;

/* ---- order ------------------------------------------------------------------------------------------------------ */

static int
by_shipment_and_time(const void *a, const void *b)
{
    const bk_trip_event *x = a, *y = b;

    if (x->shipment != y->shipment)
        return x->shipment < y->shipment ? -1 : 1;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    if (x->departs != y->departs) /* in the same second, one that departs had arrived before */
        return x->departs ? 1 : -1;
    return x->node != y->node ? (x->node < y->node ? -1 : 1) : 0;
}

/* Sorted, without what is said twice in a row: of arrivals the first stays, of departures the last. */
static size_t
arrange(const bk_trip_log *log, bk_trip_event *events, size_t *n_repeats)
{
    size_t n = 0;

    if (log->n_events > 0)
        memcpy(events, log->events, log->n_events * sizeof *events);
    qsort(events, log->n_events, sizeof *events, by_shipment_and_time);
    for (size_t e = 0; e < log->n_events; e++) {
        const bool repeats = n > 0 && events[n - 1].shipment == events[e].shipment &&
                             events[n - 1].node == events[e].node && events[n - 1].departs == events[e].departs;
        if (repeats && events[e].departs)
            events[n - 1] = events[e];
        else if (!repeats)
            events[n++] = events[e];
        *n_repeats += repeats;
    }
    return n;
}

/* ---- what a stay was -------------------------------------------------------------------------------------------- */

/* Whether a shipment can have gone from one event's place to the other's in the time between. */
static bool
is_possible(const finder *f, size_t from, size_t to)
{
    const bk_node *nodes = f->model->network.nodes;
    const bk_node *a = &nodes[f->events[from].node], *b = &nodes[f->events[to].node];
    const double   km = bk_great_circle_km(a->lon, a->lat, b->lon, b->lat);
    const double   hours = (f->events[to].time - f->events[from].time) / SECONDS_PER_HOUR;

    return km <= NEAR_KM || km <= f->settings->most_kmh * hours;
}

/* The row of a stay in the country of its post, come from one country (BK_NONE: unknown) and gone on to another: the
 * exit row if it left, the entry row if it came in.  BK_NONE, and why. */
static uint32_t
find_row(const finder *f, const bk_trip_event *at, uint32_t from, uint32_t to, bk_stay_drop *why)
{
    const uint32_t here = f->model->network.nodes[at->node].country;
    const bool     came_in = from != BK_NONE && from != here, left = to != BK_NONE && to != here;
    uint32_t       found = BK_NONE;

    *why = came_in == left ? BK_STAY_DIRECTION : BK_STAY_NO_ROW;
    for (size_t r = f->first_row[at->node]; came_in != left && r < f->first_row[at->node + 1]; r++) {
        const bk_border *row = &f->model->network.borders[f->row_at[r]];
        if (row->side != (left ? BK_EXIT : BK_ENTRY) || (at->mode != BK_NONE && row->mode != at->mode) ||
            (left ? row->to_country != to : row->from_country != from))
            continue;
        if (found != BK_NONE) {
            *why = BK_STAY_MODE;
            return BK_NONE;
        }
        found = f->row_at[r];
    }
    return found;
}

static uint32_t
country_at(const finder *f, size_t event)
{
    return f->model->network.nodes[f->events[event].node].country;
}

/* The stay between an arrival and the departure that follows it. */
static void
add_stay(finder *f, size_t arrival, size_t departure)
{
    const bk_trip_event *in = &f->events[arrival], *out = &f->events[departure];
    const bool           has_before = arrival > f->first, has_after = departure + 1 < f->end;
    const double         hours = (out->time - in->time) / SECONDS_PER_HOUR;
    bk_stay_drop         why = BK_STAY_CLOCK;

    if (hours <= 0.0 || (has_before && !is_possible(f, arrival - 1, arrival)) ||
        (has_after && !is_possible(f, departure, departure + 1))) {
        f->out->dropped[BK_STAY_CLOCK]++;
        return;
    }
    if (hours > f->settings->most_hours) {
        f->out->dropped[BK_STAY_LONG]++;
        return;
    }
    const uint32_t row = find_row(f, in, has_before ? country_at(f, arrival - 1) : BK_NONE,
                                  has_after ? country_at(f, departure + 1) : BK_NONE, &why);
    if (row == BK_NONE) {
        f->out->dropped[why]++;
        return;
    }
    const double day = fmod(in->time + in->offset, 24.0 * SECONDS_PER_HOUR);
    f->out->stays[f->out->n++] = (bki_stay){
        row, in->time, hours, (uint8_t)((day < 0.0 ? day + 24.0 * SECONDS_PER_HOUR : day) / SECONDS_PER_HOUR)};
}

/* An event whose other half is not its neighbour: elsewhere in the shipment (a clock is wrong) or nowhere (a gap).  The
 * first departure and the last arrival are where a log begins and ends.  Counted once, at the earlier half. */
static void
drop_single(finder *f, size_t event)
{
    const bk_trip_event *at = &f->events[event];

    if ((at->departs && event == f->first) || (!at->departs && event + 1 == f->end))
        return;
    for (size_t e = f->first; e < f->end; e++)
        if (e != event && f->events[e].node == at->node && f->events[e].departs != at->departs) {
            f->out->dropped[BK_STAY_CLOCK] += event < e;
            return;
        }
    f->out->dropped[BK_STAY_GAP]++;
}

static void
cut_shipment(finder *f)
{
    for (size_t e = f->first; e < f->end; e++) {
        const uint32_t node = f->events[e].node;
        const bool     is_post = f->first_row[node] < f->first_row[node + 1];
        const bool     is_pair = !f->events[e].departs && e + 1 < f->end && f->events[e + 1].node == node;
        if (is_pair && is_post)
            add_stay(f, e, e + 1);
        else if (is_post)
            drop_single(f, e);
        e += is_pair;
    }
}

bk_status
bki_stays_find(const bk_model *model, const bk_trip_log *log, const bk_dwell_settings *settings, bk_arena *arena,
               bki_stays *out)
{
    bk_trip_event *events = BK_NEW(arena, bk_trip_event, log->n_events + 1);
    uint32_t      *first_row = BK_NEW(arena, uint32_t, model->network.n_nodes + 2);
    uint32_t      *row_at = BK_NEW(arena, uint32_t, model->network.n_borders + 1);
    uint32_t      *post = BK_NEW(arena, uint32_t, model->network.n_borders + 1);
    finder         f = {
                .model = model, .settings = settings, .events = events, .first_row = first_row, .row_at = row_at, .out = out};

    *out = (bki_stays){.stays = BK_NEW(arena, bki_stay, log->n_events / 2 + 1)};
    BK_TRY(bk_arena_ok(arena));
    for (size_t b = 0; b < model->network.n_borders; b++)
        post[b] = model->network.borders[b].node;
    bki_sort_by_key(model->network.n_borders, post, model->network.n_nodes, first_row, row_at);
    const size_t n = arrange(log, events, &out->n_repeats);
    for (f.first = 0; f.first < n; f.first = f.end) {
        f.end = f.first + 1;
        while (f.end < n && events[f.end].shipment == events[f.first].shipment)
            f.end++;
        cut_shipment(&f);
    }
    return BK_OK;
}
