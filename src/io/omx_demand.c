/* Trips from an OMX matrix. */
#include "buckle/omx.h"
#include "io/trip_lists.h"
#include "io/rows.h"

#include <math.h>
#include <string.h>

#define MOST_FAULTS 50 /* then reading stops: it is another matrix */

typedef struct omx_trips {
    bk_context            *ctx;
    const char            *path, *matrix;
    const bk_road_network *network;
    double                 scale;
    size_t                 n, before;
    const uint32_t        *zone; /* [n] of each row and column; BK_NONE: not of the network */
    const char *const     *ids;  /* [n] NULL: without lookup */
    bki_trip_list          list;
} omx_trips;

/* "row 3, column 5 (zones 101 and 103)" */
static bk_status
fail_cell(const omx_trips *trips, bk_status code, size_t row, size_t column, const char *hint, const char *what)
{
    const char *const none = "-";

    return bk_fail_at(trips->ctx, code, trips->path, 0, 0, hint,
                      "/data/%s, row %zu (zone %s), column %zu (zone %s): %s", trips->matrix, row + 1,
                      trips->ids != NULL ? trips->ids[row] : none, column + 1,
                      trips->ids != NULL ? trips->ids[column] : none, what);
}

static bk_status
take_row(void *state, size_t row, size_t n_columns, const double *value)
{
    omx_trips *trips = state;

    for (size_t c = 0; c < n_columns; c++) {
        const double volume = value[c] * trips->scale;
        if (value[c] == 0.0 || isnan(value[c]))
            continue;
        if (bk_error_count(trips->ctx) - trips->before >= MOST_FAULTS)
            return BK_ERR_VALUE;
        if (!(value[c] > 0.0) || !isfinite(volume))
            fail_cell(trips, BK_ERR_VALUE, row, c, NULL, "a volume must be a number of at least 0");
        else if (trips->zone[row] == BK_NONE || trips->zone[c] == BK_NONE)
            fail_cell(trips, BK_ERR_REFERENCE, row, c, "is it the matrix of this network?",
                      "there are trips of a zone that the network has not");
        else if (volume > 0.0)
            BK_TRY(bki_trip_add(&trips->list, (bki_trip){trips->zone[row], trips->zone[c], volume}));
    }
    return BK_OK;
}

/* ---- which matrix, which lookup --------------------------------------------------------------------------------- */

static const char *
listed(bk_arena *arena, const char *lead, const char *const *names, size_t n)
{
    const char *text = lead;

    for (size_t i = 0; i < n && text != NULL; i++)
        text = bk_arena_format(arena, "%s%s%s", text, i > 0 ? ", " : " ", names[i]);
    return text;
}

static bk_status
choose_matrix(omx_trips *trips, const bk_omx_contents *contents, bk_arena *scratch)
{
    if (trips->matrix != NULL)
        return BK_OK;
    if (contents->n_matrices == 0)
        return bk_fail_at(trips->ctx, BK_ERR_SCHEMA, trips->path, 0, 0, NULL, "there is no matrix in /data");
    if (contents->n_matrices > 1)
        return bk_fail_at(trips->ctx, BK_ERR_USAGE, trips->path, 0, 0,
                          listed(scratch, "say which by --matrix:", contents->matrices, contents->n_matrices),
                          "there are %zu matrices", contents->n_matrices);
    trips->matrix = contents->matrices[0];
    return BK_OK;
}

static bk_status
choose_lookup(const omx_trips *trips, const bk_omx_contents *contents, const char **lookup, bk_arena *scratch)
{
    if (*lookup != NULL || contents->n_lookups == 0)
        return BK_OK;
    if (contents->n_lookups > 1)
        return bk_fail_at(trips->ctx, BK_ERR_USAGE, trips->path, 0, 0,
                          listed(scratch, "say which by --lookup:", contents->lookups, contents->n_lookups),
                          "there are %zu lookups", contents->n_lookups);
    *lookup = contents->lookups[0];
    return BK_OK;
}

/* Without a lookup rows are the network's zones in order. */
static bk_status
number_in_order(omx_trips *trips, uint32_t *zone)
{
    if (trips->n != trips->network->n_zones)
        return bk_fail_at(trips->ctx, BK_ERR_INCONSISTENT, trips->path, 0, 0, "a lookup would say which zones they are",
                          "the matrices have %zu rows, the network %zu zones", trips->n, trips->network->n_zones);
    for (size_t i = 0; i < trips->n; i++)
        zone[i] = (uint32_t)i;
    return BK_OK;
}

static bk_status
number_by_lookup(omx_trips *trips, const char *lookup, uint32_t *zone, bk_arena *scratch)
{
    bk_names *zones, *seen = bk_names_create(scratch);
    size_t    n_ids;

    BK_TRY(bk_arena_ok(scratch));
    BK_TRY(bki_zone_names(trips->network, scratch, &zones));
    BK_TRY(bk_omx_lookup_read(trips->ctx, trips->path, lookup, scratch, &n_ids, &trips->ids));
    for (size_t i = 0; i < n_ids; i++) {
        const char *id = trips->ids[i];
        if (bk_names_intern(seen, id, strlen(id)) < i)
            bk_fail_at(trips->ctx, BK_ERR_DUPLICATE, trips->path, 0, 0, NULL, "/lookup/%s has '%s' twice", lookup, id);
        zone[i] = bk_names_find(zones, id, strlen(id));
    }
    BK_TRY(bk_arena_ok(scratch));
    return bki_first_fault(trips->ctx, trips->before, BK_OK);
}

/* ---- the whole -------------------------------------------------------------------------------------------------- */

static bk_status
read_trips(omx_trips *trips, const char *lookup, bk_arena *scratch)
{
    bk_omx_contents contents;

    BK_TRY(bk_omx_contents_read(trips->ctx, trips->path, scratch, &contents));
    if (contents.n_rows != contents.n_columns)
        return bk_fail_at(trips->ctx, BK_ERR_INCONSISTENT, trips->path, 0, 0, "trips go from each zone to each zone",
                          "the matrices are %zu x %zu", contents.n_rows, contents.n_columns);
    trips->n = contents.n_rows;
    trips->list.arena = scratch;
    uint32_t *zone = BK_NEW(scratch, uint32_t, trips->n);
    BK_TRY(bk_arena_ok(scratch));
    BK_TRY(choose_matrix(trips, &contents, scratch));
    BK_TRY(choose_lookup(trips, &contents, &lookup, scratch));
    BK_TRY(lookup == NULL ? number_in_order(trips, zone) : number_by_lookup(trips, lookup, zone, scratch));
    trips->zone = zone;
    const bk_status status = bk_omx_matrix_read(trips->ctx, trips->path, trips->matrix, take_row, trips);
    return bki_first_fault(trips->ctx, trips->before, status);
}

bk_status
bk_omx_demand_read(bk_context *ctx, const char *path, const char *matrix, const char *lookup,
                   const bk_road_network *network, double scale, bk_arena *arena, const bk_road_demand **out)
{
    omx_trips trips = {
        .ctx = ctx, .path = path, .matrix = matrix, .network = network, .scale = scale, .before = bk_error_count(ctx)};
    bk_arena scratch;

    bk_arena_init(&scratch, ctx);
    bk_status status = read_trips(&trips, lookup, &scratch);
    if (status == BK_OK)
        status = bki_trip_sort(&trips.list, network->n_zones, arena, out);
    bk_arena_release(&scratch);
    return status;
}
