/* A layer of lines as the network of a study: lines become links, their ends nodes, fields columns of link.csv. */
#include "io/columns.h"
#include "io/folder.h"
#include "io/gmns.h"
#include "io/import_cells.h"
#include "io/import_places.h"
#include "io/vector.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define NO_FIELD SIZE_MAX
enum { SHAPEFILE_NAME = 10, MOST_COLUMNS = 32, MOST_REASONS = 64 };

/* Columns of link.csv that a way holds by itself; the others go along as they are. */
typedef enum own_column { ID, NAME, FROM, TO, DIRECTED, LENGTH, SPEED, MODE, TRACKS, OWN_COLUMNS } own_column;
static const char *const own_names[OWN_COLUMNS] = {"link_id", "name",       "from_node_id", "to_node_id", "directed",
                                                   "length",  "free_speed", "mode",         "tracks"};

typedef struct vector_import {
    bki_import            *import;
    bki_vector            *vector;
    bki_vector_layer       layer;
    const bk_table_schema *schema;
    size_t                 field[MOST_COLUMNS]; /* [schema->n_columns] of the layer, or NO_FIELD */
    size_t                 own[OWN_COLUMNS];    /* columns of the schema */
    size_t                 n_more, more[MOST_COLUMNS];
    const char            *more_names[MOST_COLUMNS];
    double                 unit_km;
    bki_places             places;
    bk_names              *node_names, *link_names; /* node_names: of places, where the layer has ids */
    bki_way               *ways;
    size_t                 n_ways, way_capacity;
    size_t                 n_far; /* ends far from where their node was first seen */
    bk_names              *reasons;
    size_t                 dropped[MOST_REASONS]; /* by reason */
    const char            *cell[MOST_COLUMNS];    /* [n_columns] of the feature; "": empty */
} vector_import;

/* ---- fields --------------------------------------------------------------------------------------------------- */

static size_t
field_find(const vector_import *v, const char *name, size_t length, bool is_cut)
{
    for (size_t f = 0; f < v->layer.n_fields; f++)
        if (strlen(v->layer.fields[f]) == length && strncasecmp(v->layer.fields[f], name, length) == 0)
            return f;
    return is_cut && length > SHAPEFILE_NAME ? field_find(v, name, SHAPEFILE_NAME, false) : NO_FIELD;
}

/* A field of the column's name, in any case; in a Shapefile, of its first ten bytes. */
static void
fields_match(vector_import *v)
{
    const bool is_shapefile = strcmp(v->layer.driver, "ESRI Shapefile") == 0;

    for (size_t c = 0; c < v->schema->n_columns; c++)
        v->field[c] = field_find(v, v->schema->columns[c].name, strlen(v->schema->columns[c].name), is_shapefile);
}

static size_t
column_find(const vector_import *v, const char *name, size_t length)
{
    for (size_t c = 0; c < v->schema->n_columns; c++)
        if (strlen(v->schema->columns[c].name) == length && memcmp(v->schema->columns[c].name, name, length) == 0)
            return c;
    return NO_FIELD;
}

/* "free_speed=MAXSPEED"; nothing behind the sign leaves the column out. */
static bk_status
field_take(vector_import *v, const char *pair)
{
    bki_import  *import = v->import;
    const char  *sign = strchr(pair, '=');
    const size_t column = sign ? column_find(v, pair, (size_t)(sign - pair)) : NO_FIELD;

    if (!sign || column == NO_FIELD)
        return bk_fail_hint(import->ctx, BK_ERR_USAGE, "for example free_speed=MAXSPEED",
                            "'%s' is not a column of link.csv, '=' and a field of the file", pair);
    v->field[column] = sign[1] == '\0' ? NO_FIELD : field_find(v, sign + 1, strlen(sign + 1), false);
    if (v->field[column] != NO_FIELD || sign[1] == '\0')
        return BK_OK;
    const char *hint = bki_suggest(import->scratch, sign + 1, v->layer.fields, v->layer.n_fields, "");
    return bk_fail_at(import->ctx, BK_ERR_REFERENCE, import->request->path, 0, 0, hint, "layer %s has no field '%s'",
                      v->layer.name, sign + 1);
}

/* What was not taken, by name: a newcomer sees which --field is wanted. */
static void
note_fields_left(const vector_import *v)
{
    bki_text left = {.arena = v->import->scratch};
    size_t   n = 0;

    for (size_t f = 0; f < v->layer.n_fields; f++) {
        bool is_taken = false;
        for (size_t c = 0; c < v->schema->n_columns; c++)
            is_taken = is_taken || v->field[c] == f;
        if (!is_taken)
            bki_text_format(&left, "%s%s", n++ > 0 ? ", " : "", v->layer.fields[f]);
    }
    if (n > 0 && !left.has_failed)
        bki_import_note(v->import, "%zu fields are left out (--field COLUMN=FIELD takes one): %s", n, left.bytes);
}

static bk_status
fields_choose(vector_import *v)
{
    const bk_import_request *request = v->import->request;
    const size_t             n_common = 3; /* source, confidence and note are the import's to write */

    v->schema = bk_table_schema_find("network/link.csv");
    fields_match(v);
    for (size_t f = 0; f < request->n_fields; f++)
        BK_TRY(field_take(v, request->fields[f]));
    for (size_t c = 0; c < v->schema->n_columns; c++) {
        bool is_own = c + n_common >= v->schema->n_columns;
        if (is_own)
            v->field[c] = NO_FIELD;
        for (size_t o = 0; o < OWN_COLUMNS; o++)
            if (strcmp(v->schema->columns[c].name, own_names[o]) == 0) {
                v->own[o] = c;
                is_own = true;
            }
        if (!is_own && v->field[c] != NO_FIELD) {
            v->more_names[v->n_more] = v->schema->columns[c].name;
            v->more[v->n_more++] = c;
        }
    }
    note_fields_left(v);
    return BK_OK;
}

/* ---- dropped -------------------------------------------------------------------------------------------------- */

static bk_status
drop(vector_import *v, const bki_vector_line *line, const char *reason, double km)
{
    char           id[32];
    const int      n = snprintf(id, sizeof id, "%lld", (long long)line->id);
    const uint32_t which = bk_names_intern(v->reasons, reason, strlen(reason));

    BK_TRY(bk_arena_ok(v->import->arena));
    if (which < MOST_REASONS)
        v->dropped[which]++;
    v->import->report.cells_read++;
    v->import->report.value_read += km;
    return bki_import_drop_code(v->import, "feature", id, (size_t)n, bk_names_text(v->reasons, which), km);
}

static void
note_reasons(const vector_import *v)
{
    for (size_t r = 0; r < bk_names_count(v->reasons) && r < MOST_REASONS; r++)
        bki_import_note(v->import, "%zu features are dropped: %s", v->dropped[r],
                        bk_names_text(v->reasons, (uint32_t)r));
}

/* ---- one feature ---------------------------------------------------------------------------------------------- */

static double
length_of(const bki_vector_line *line)
{
    double km = 0.0;

    for (size_t p = 1; p < line->n_points; p++)
        km += bk_great_circle_km(line->lon[p - 1], line->lat[p - 1], line->lon[p], line->lat[p]);
    return km;
}

/* The cells of the columns that have a field; why they cannot be a link's, or "". */
static void
cells_read(vector_import *v, char reason[BKI_REASON])
{
    bk_column_schema any_length = v->schema->columns[v->own[LENGTH]]; /* its unit may be another */

    any_length.least = 0.0;
    any_length.most = HUGE_VAL;
    reason[0] = '\0';
    for (size_t c = 0; c < v->schema->n_columns; c++) {
        const char *text = v->field[c] == NO_FIELD ? NULL : bki_vector_cell(v->vector, v->field[c]);
        v->cell[c] = text ? text : "";
        const bk_column_schema *column = c == v->own[LENGTH] ? &any_length : &v->schema->columns[c];
        if (reason[0] == '\0' && column->kind != BK_CELL_ID && column->kind != BK_CELL_TEXT)
            bki_cell_fault(column, v->cell[c], reason);
    }
}

static double
number_of(const vector_import *v, own_column column, double otherwise)
{
    const char *text = v->cell[v->own[column]];
    double      value = otherwise;

    return bki_span_number((bki_span){text, strlen(text)}, &value) ? value : otherwise;
}

static bool
is_yes(const char *text)
{
    return text[0] != '\0' && strchr("1yYtT", text[0]) != NULL;
}

/* The place of an end: that of its id where the layer has ids, else the one within reach, else a new one. */
static uint32_t
end_of(vector_import *v, own_column column, double lon, double lat)
{
    const char *id = v->cell[v->own[column]];

    if (v->node_names == NULL) {
        const uint32_t near = bki_places_find(&v->places, lon, lat);
        if (near != BK_NONE)
            return near;
        return bki_places_add(&v->places, bk_arena_format(v->import->scratch, "n%zu", v->places.n + 1), lon, lat);
    }
    const size_t   n = bk_names_count(v->node_names);
    const uint32_t place = bk_names_intern(v->node_names, id, strlen(id));
    if (place == BK_NONE)
        return BK_NONE;
    if (place == n)
        return bki_places_add(&v->places, bk_names_text(v->node_names, place), lon, lat);
    const bki_place *first = &v->places.places[place];
    v->n_far += 1000.0 * bk_great_circle_km(first->lon, first->lat, lon, lat) > v->places.metres;
    return place;
}

static bk_status
way_add(vector_import *v, const bki_vector_line *line, const char *id, double drawn_km)
{
    bk_arena    *scratch = v->import->scratch;
    const double said = number_of(v, LENGTH, -1.0);
    const char **more = BK_NEW(scratch, const char *, v->n_more + 1);
    bki_way     *ways = bk_arena_grow(scratch, v->ways, v->n_ways, 1, sizeof *ways, &v->way_capacity);

    BK_TRY(bk_arena_ok(scratch));
    v->ways = ways;
    for (size_t m = 0; m < v->n_more; m++)
        more[m] = v->cell[v->more[m]];
    const size_t last = line->n_points - 1;
    ways[v->n_ways++] =
        (bki_way){.id = id,
                  .name = v->cell[v->own[NAME]],
                  .from = end_of(v, FROM, line->lon[0], line->lat[0]),
                  .to = end_of(v, TO, line->lon[last], line->lat[last]),
                  .directed = is_yes(v->cell[v->own[DIRECTED]]),
                  .km = said > 0.0 ? said * v->unit_km : drawn_km,
                  .is_drawn = !(said > 0.0),
                  .kmh = number_of(v, SPEED, v->import->request->kmh > 0.0 ? v->import->request->kmh : -1.0),
                  .minutes = -1.0,
                  .tracks = number_of(v, TRACKS, -1.0),
                  .mode = v->cell[v->own[MODE]][0] != '\0' ? v->cell[v->own[MODE]] : NULL,
                  .more = more};
    BK_TRY(bk_arena_ok(scratch));
    if (ways[v->n_ways - 1].from == ways[v->n_ways - 1].to)
        ways[v->n_ways - 1].dropped = "both its ends are one place";
    return BK_OK;
}

static bk_status
feature_take(vector_import *v, const bki_vector_line *line)
{
    char reason[BKI_REASON];

    if (line->problem)
        return drop(v, line, line->problem, 0.0);
    const double km = length_of(line);
    cells_read(v, reason);
    BK_TRY(bk_arena_ok(v->import->scratch));
    if (reason[0] != '\0')
        return drop(v, line, reason, km);
    if (v->node_names && (v->cell[v->own[FROM]][0] == '\0' || v->cell[v->own[TO]][0] == '\0'))
        return drop(v, line, "from_node_id or to_node_id is empty", km);
    const char *id = v->cell[v->own[ID]];
    if (id[0] == '\0')
        id = bk_arena_format(v->import->scratch, "%lld", (long long)line->id);
    BK_TRY(bk_arena_ok(v->import->scratch));
    const size_t n = bk_names_count(v->link_names);
    if (bk_names_intern(v->link_names, id, strlen(id)) < n)
        return drop(v, line, "its link_id is that of another feature", km);
    return way_add(v, line, id, km);
}

/* ---- the whole ------------------------------------------------------------------------------------------------ */

static void
note_layer(const vector_import *v)
{
    if (!v->layer.crs)
        bki_import_note(v->import, "no coordinate system is said: coordinates are taken as degrees of WGS 84");
    else if (!v->layer.is_degrees)
        bki_import_note(v->import, "coordinates are brought from %s to WGS 84", v->layer.crs);
    if (v->n_far > 0)
        bki_import_note(v->import, "%zu ends lie more than %g m from where their node was first seen", v->n_far,
                        v->places.metres);
}

static bk_status
layer_read(vector_import *v)
{
    bki_vector_line line;
    bool            more = true;

    while (more) {
        BK_TRY(bki_vector_next(v->vector, &line, &more));
        if (more)
            BK_TRY(feature_take(v, &line));
    }
    note_layer(v);
    note_reasons(v);
    const bki_network network = {.n_places = v->places.n,
                                 .places = v->places.places,
                                 .n_ways = v->n_ways,
                                 .ways = v->ways,
                                 .n_more = v->n_more,
                                 .more = v->more_names};
    return bki_import_network_write(v->import, &network);
}

static bk_status
unit_take(vector_import *v)
{
    const char *unit = v->import->request->length_unit;

    v->unit_km = unit ? bki_gmns_length_unit(unit, strlen(unit)) : 1.0;
    if (!(v->unit_km > 0.0))
        return bk_fail_hint(v->import->ctx, BK_ERR_USAGE, "lengths: km, m, mile, ft", "'%s' is no unit known here",
                            unit);
    if (!unit && v->field[v->own[LENGTH]] != NO_FIELD)
        bki_import_note(v->import, "no unit of length is said (--length-unit): lengths are taken as km");
    return BK_OK;
}

static bk_status
vector_import_run(vector_import *v)
{
    bki_import *import = v->import;

    v->reasons = bk_names_create(import->arena);
    v->link_names = bk_names_create(import->scratch);
    bki_places_start(&v->places, import->scratch, import->request->snap_m);
    BK_TRY(bk_arena_ok(import->arena));
    BK_TRY(bk_arena_ok(import->scratch));
    BK_TRY(fields_choose(v));
    BK_TRY(unit_take(v));
    if (v->field[v->own[FROM]] != NO_FIELD && v->field[v->own[TO]] != NO_FIELD) {
        v->node_names = bk_names_create(import->scratch);
        BK_TRY(bk_arena_ok(import->scratch));
    }
    return layer_read(v);
}

bk_status
bki_import_vector(bki_import *import)
{
    vector_import v = {.import = import};

    BK_TRY(bki_import_network_begin(import));
    BK_TRY(bki_vector_open(import->ctx, import->request->path, import->request->layer, import->scratch, &v.vector,
                           &v.layer));
    const bk_status status = vector_import_run(&v);
    bki_vector_close(v.vector);
    return status;
}
