/* Trips as rows of a CSV file: from, to, how many. */
#include "buckle/gmns.h"
#include "io/columns.h"
#include "io/trip_lists.h"

#include <math.h>
#include <string.h>

enum { TRIP_FROM, TRIP_TO, TRIP_VOLUME, N_TRIP };

static const bki_named_column trip_columns[N_TRIP] = {
    [TRIP_FROM] = {.name = "o_zone_id|origin|from", .is_required = true},
    [TRIP_TO] = {.name = "d_zone_id|destination|to", .is_required = true},
    [TRIP_VOLUME] = {.name = "volume|trips", .is_number = true, .is_required = true, .least = 0.0, .most = 1e15},
};

typedef struct trip_rows {
    bk_context            *ctx;
    const char            *path;
    const bk_road_network *network;
    double                 scale;
    bk_names              *zones, *pairs; /* pairs: "origin destination" by number, those seen */
    bki_trip_list          list;
} trip_rows;

static uint32_t
take_zone(const trip_rows *rows, const bki_named_cell *cell, int line)
{
    const uint32_t zone = bk_names_find(rows->zones, cell->text, cell->length);

    if (zone == BK_NONE)
        bk_fail_at(rows->ctx, BK_ERR_REFERENCE, rows->path, line, cell->column, "zones are those of the network",
                   "'%.*s' is not a zone", (int)(cell->length < 40 ? cell->length : 40), cell->text);
    return zone;
}

static bk_status
trip_row(void *state, const bki_named_cell *cells, int line)
{
    trip_rows     *rows = state;
    const uint32_t pair[2] = {take_zone(rows, &cells[TRIP_FROM], line), take_zone(rows, &cells[TRIP_TO], line)};
    const double   volume = cells[TRIP_VOLUME].number * rows->scale;

    if (pair[0] == BK_NONE || pair[1] == BK_NONE)
        return BK_OK;
    const size_t n_pairs = bk_names_count(rows->pairs);
    if (bk_names_intern(rows->pairs, (const char *)pair, sizeof pair) < n_pairs) {
        bk_fail_at(rows->ctx, BK_ERR_DUPLICATE, rows->path, line, cells[TRIP_TO].column, "add the two up",
                   "trips from %.*s to %.*s are given twice", (int)cells[TRIP_FROM].length, cells[TRIP_FROM].text,
                   (int)cells[TRIP_TO].length, cells[TRIP_TO].text);
        return BK_OK;
    }
    BK_TRY(bk_arena_ok(rows->list.arena));
    return volume > 0.0 && isfinite(volume) ? bki_trip_add(&rows->list, (bki_trip){pair[0], pair[1], volume}) : BK_OK;
}

static bk_status
read_rows(trip_rows *rows, bk_arena *scratch)
{
    bki_csv *csv = bki_csv_create(rows->ctx, scratch);

    rows->pairs = bk_names_create(scratch);
    rows->list.arena = scratch;
    BK_TRY(bk_arena_ok(scratch));
    BK_TRY(bki_zone_names(rows->network, scratch, &rows->zones));
    return bki_columns_read(rows->ctx, csv, rows->path, trip_columns, N_TRIP, trip_row, rows);
}

bk_status
bk_trips_csv_read(bk_context *ctx, const char *path, const bk_road_network *network, double scale, bk_arena *arena,
                  const bk_road_demand **out)
{
    trip_rows rows = {.ctx = ctx, .path = path, .network = network, .scale = scale};
    bk_arena  scratch;

    bk_arena_init(&scratch, ctx);
    bk_status status = read_rows(&rows, &scratch);
    if (status == BK_OK)
        status = bki_trip_sort(&rows.list, network->n_zones, arena, out);
    bk_arena_release(&scratch);
    return status;
}
