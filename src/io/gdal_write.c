/* Tables through GDAL: one as a file, or all into a PostGIS database. */
#include "io/cells.h"
#include "io/gdal.h"
#include "io/text.h"
#include "io/vector.h"

#include <string.h>

typedef struct writing {
    bk_context          *ctx;
    const char          *shown; /* for messages */
    bki_gdal             gdal;
    GDALDatasetH         data;
    OGRSpatialReferenceH degrees;
    bool                 is_placed_only; /* rows without a place are left out: FlatGeobuf's index cannot have them */
    bool has_numbers_as_text;            /* GDAL sends a database 15 digits of a number, but every digit of a text */
} writing;

static bk_status
write_fail(const writing *w, const char *otherwise)
{
    return bki_gdal_fail(&w->gdal, BK_ERR_FILE, w->shown, NULL, otherwise);
}

static bool
can_create(const bki_gdal *gdal, const char *driver)
{
    GDALDriverH found = gdal->GDALGetDriverByName(driver);

    return found && gdal->GDALGetMetadataItem(found, GDAL_DCAP_CREATE, NULL);
}

/* ---- a layer -------------------------------------------------------------------------------------------------- */

static OGRwkbGeometryType
geometry_type(const bk_table *table)
{
    return table->geometry == BK_GEOMETRY_POINT  ? wkbPoint
           : table->geometry == BK_GEOMETRY_LINE ? wkbLineString
                                                 : wkbNone;
}

static bk_status
fields_create(const writing *w, OGRLayerH layer, const bk_table *table, const bki_vector_field *fields)
{
    static const OGRFieldType types[] = {
        [BK_COLUMN_TEXT] = OFTString, [BK_COLUMN_NUMBER] = OFTReal, [BK_COLUMN_INTEGER] = OFTInteger64};

    for (size_t c = 0; c < table->n_columns; c++) {
        const bk_column *column = &table->columns[c];
        const bool       is_text = w->has_numbers_as_text && column->kind == BK_COLUMN_NUMBER;
        OGRFieldDefnH    field =
            w->gdal.OGR_Fld_Create(fields ? fields[c].name : column->name, is_text ? OFTString : types[column->kind]);
        if (!field)
            return bk_fail_no_memory(w->ctx);
        if (fields) {
            w->gdal.OGR_Fld_SetWidth(field, fields[c].width);
            w->gdal.OGR_Fld_SetPrecision(field, fields[c].decimals);
        }
        const OGRErr error = w->gdal.OGR_L_CreateField(layer, field, FALSE);
        w->gdal.OGR_Fld_Destroy(field);
        if (error != OGRERR_NONE)
            return write_fail(w, "a field cannot be made");
    }
    return BK_OK;
}

static bool
geometry_set(const writing *w, OGRFeatureH feature, const bk_table *table, size_t row)
{
    const uint32_t first = table->first_point[row], n = table->first_point[row + 1] - first;
    const double  *lon_lat = table->lon_lat + 2 * (size_t)first;
    const int      stride = 2 * (int)sizeof *lon_lat;

    if (n == 0)
        return true;
    OGRGeometryH geometry = w->gdal.OGR_G_CreateGeometry(geometry_type(table));
    if (!geometry)
        return false;
    w->gdal.OGR_G_SetPoints(geometry, (int)n, lon_lat, stride, lon_lat + 1, stride, NULL, 0);
    return w->gdal.OGR_F_SetGeometryDirectly(feature, geometry) == OGRERR_NONE;
}

static void
cell_set(const writing *w, OGRFeatureH feature, const bk_column *column, int field, size_t row)
{
    char digits[BKI_NUMBER_SIZE];

    if (bki_cell_is_empty(column, row))
        w->gdal.OGR_F_SetFieldNull(feature, field);
    else if (column->kind == BK_COLUMN_TEXT)
        w->gdal.OGR_F_SetFieldString(feature, field, column->text[row]);
    else if (column->kind == BK_COLUMN_INTEGER)
        w->gdal.OGR_F_SetFieldInteger64(feature, field, column->integer[row]);
    else if (!w->has_numbers_as_text)
        w->gdal.OGR_F_SetFieldDouble(feature, field, column->number[row]);
    else if (bki_number_text(digits, column->number[row]) > 0)
        w->gdal.OGR_F_SetFieldString(feature, field, digits);
}

static bk_status
features_create(const writing *w, OGRLayerH layer, const bk_table *table)
{
    OGRFeatureDefnH definition = w->gdal.OGR_L_GetLayerDefn(layer);

    for (size_t row = 0; row < table->n_rows; row++) {
        if (bk_cancelled(w->ctx))
            return bk_fail(w->ctx, BK_ERR_CANCELLED, "interrupted");
        if (w->is_placed_only && table->first_point[row] == table->first_point[row + 1])
            continue;
        OGRFeatureH feature = w->gdal.OGR_F_Create(definition);
        if (!feature)
            return bk_fail_no_memory(w->ctx);
        bool is_done = table->geometry == BK_GEOMETRY_NONE || geometry_set(w, feature, table, row);
        for (size_t c = 0; c < table->n_columns; c++)
            cell_set(w, feature, &table->columns[c], (int)c, row);
        is_done = is_done && w->gdal.OGR_L_CreateFeature(layer, feature) == OGRERR_NONE;
        w->gdal.OGR_F_Destroy(feature);
        if (!is_done)
            return write_fail(w, "a row cannot be written");
    }
    return BK_OK;
}

static bk_status
layer_write(const writing *w, const bk_table *table, const bki_vector_field *fields, const char *const *options)
{
    OGRLayerH layer = w->gdal.GDALDatasetCreateLayer(w->data, table->name, w->degrees, geometry_type(table),
                                                     (char **)(uintptr_t)options);

    if (!layer)
        return write_fail(w, "a layer cannot be made");
    BK_TRY(fields_create(w, layer, table, fields));
    return features_create(w, layer, table);
}

/* ---- files ---------------------------------------------------------------------------------------------------- */

/* What was still in memory is written when the file is closed, which tells of a full disk only by its messages. */
static bk_status
data_close(writing *w, bk_status status)
{
    if (!w->data)
        return status;
    if (status == BK_OK)
        w->gdal.CPLErrorReset();
    w->gdal.GDALClose(w->data);
    w->data = NULL;
    if (status == BK_OK && bki_gdal_has_failed(&w->gdal))
        return write_fail(w, "cannot be written");
    return status;
}

static bk_status
file_write(writing *w, const bk_table *table, const bki_vector_field *fields, const char *driver, const char *path)
{
    const char *const shape[] = {"ENCODING=UTF-8", NULL}, *const plain[] = {NULL};
    const bool is_shape = strcmp(driver, "ESRI Shapefile") == 0;

    if (!can_create(&w->gdal, driver))
        return bk_fail_hint(w->ctx, BK_ERR_USAGE, "GeoPackage, GeoJSON and FlatGeobuf are there",
                            "the GDAL of this machine cannot write %s", driver);
    w->degrees = bki_gdal_degrees(&w->gdal);
    w->data =
        w->degrees ? w->gdal.GDALCreate(w->gdal.GDALGetDriverByName(driver), path, 0, 0, 0, GDT_Unknown, NULL) : NULL;
    if (!w->data)
        return write_fail(w, "cannot be made");
    return data_close(w, layer_write(w, table, fields, is_shape ? shape : plain));
}

bk_status
bki_vector_write_file(bk_context *ctx, const bk_table *table, const bki_vector_field *fields, const char *driver,
                      const char *path, const char *shown)
{
    writing w = {.ctx = ctx, .shown = shown, .is_placed_only = strcmp(driver, "FlatGeobuf") == 0};

    BK_TRY(bki_gdal_begin(ctx, &w.gdal));
    const bk_status status = file_write(&w, table, fields, driver, path);
    if (w.degrees)
        w.gdal.OSRRelease(w.degrees);
    bki_gdal_end(&w.gdal);
    return status;
}

/* ---- a database ----------------------------------------------------------------------------------------------- */

/* One statement without an answer; it failed if something was said. */
static bk_status
sql_run(const writing *w, const char *sql)
{
    if (!sql)
        return bk_fail_no_memory(w->ctx);
    w->gdal.CPLErrorReset();
    OGRLayerH answer = w->gdal.GDALDatasetExecuteSQL(w->data, sql, NULL, NULL);
    if (answer)
        w->gdal.GDALDatasetReleaseResultSet(w->data, answer);
    return bki_gdal_has_failed(&w->gdal) ? write_fail(w, "the database refused") : BK_OK;
}

/* Between `quote`, with those inside doubled: an identifier or a literal (with standard_conforming_strings). */
static const char *
quoted(bk_arena *scratch, const char *text, char quote)
{
    char *out = bk_arena_alloc(scratch, 2 * strlen(text) + 3, 1), *to = out;

    if (!out)
        return NULL;
    *to++ = quote;
    for (; *text; text++) {
        *to++ = *text;
        if (*text == quote)
            *to++ = quote;
    }
    *to = quote;
    return out;
}

static bk_status
columns_describe(const writing *w, const bk_table *table, const char *name, bk_arena *scratch)
{
    const char *title = quoted(scratch, table->title, '\'');

    BK_TRY(bk_arena_ok(scratch));
    BK_TRY(sql_run(w, bk_arena_format(scratch, "COMMENT ON TABLE %s IS %s", name, title)));
    for (size_t c = 0; c < table->n_columns; c++) {
        const bk_column *column = &table->columns[c];
        const char      *unit = column->unit[0] ? bk_arena_format(scratch, "[%s] ", column->unit) : "";
        const char      *text = bk_arena_format(scratch, "%s%s", unit ? unit : "", column->meaning);
        const char      *field = quoted(scratch, column->name, '"');
        BK_TRY(bk_arena_ok(scratch));
        BK_TRY(sql_run(
            w, bk_arena_format(scratch, "COMMENT ON COLUMN %s.%s IS %s", name, field, quoted(scratch, text, '\''))));
    }
    return BK_OK;
}

/* "schema"."table" */
static const char *
place_of(const char *schema, const bk_table *table, bk_arena *scratch)
{
    const char *place = quoted(scratch, schema, '"'), *plain = quoted(scratch, table->name, '"');

    return place && plain ? bk_arena_format(scratch, "%s.%s", place, plain) : NULL;
}

/* Whether a query has an answer. */
static bool
has_row(const writing *w, const char *sql)
{
    OGRLayerH   answer = w->gdal.GDALDatasetExecuteSQL(w->data, sql, NULL, NULL);
    OGRFeatureH found = answer ? w->gdal.OGR_L_GetNextFeature(answer) : NULL;

    if (found)
        w->gdal.OGR_F_Destroy(found);
    if (answer)
        w->gdal.GDALDatasetReleaseResultSet(w->data, answer);
    return found != NULL;
}

static bk_status
refuse_if_there(const writing *w, const bk_table *table, const char *schema, bk_arena *scratch)
{
    const char *in = quoted(scratch, schema, '\''), *name = quoted(scratch, table->name, '\'');
    const char *sql = bk_arena_format(
        scratch, "SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = %s AND tablename = %s", in, name);

    BK_TRY(bk_arena_ok(scratch));
    if (!has_row(w, sql))
        return BK_OK;
    return bk_fail_at(w->ctx, BK_ERR_FILE, w->shown, 0, 0,
                      "name another --schema, or say that it may be replaced (--replace)",
                      "there is a table %s.%s already", schema, table->name);
}

/* The types of columns that are sent as text, for GDAL's option COLUMN_TYPES. */
static const char *
column_types(const bk_table *table, bk_arena *scratch)
{
    bki_text types = {.arena = scratch};

    bki_text_add(&types, "COLUMN_TYPES=");
    for (size_t c = 0, n = 0; c < table->n_columns; c++)
        if (table->columns[c].kind == BK_COLUMN_NUMBER)
            bki_text_format(&types, "%s%s=double precision", n++ > 0 ? "," : "", table->columns[c].name);
    return types.bytes;
}

static bk_status
table_write(const writing *w, const bk_table *table, const char *schema, bk_arena *scratch)
{
    const char       *place = place_of(schema, table, scratch);
    const char *const options[] = {bk_arena_format(scratch, "SCHEMA=%s", schema),
                                   column_types(table, scratch),
                                   "LAUNDER=NO",
                                   "GEOMETRY_NAME=geom",
                                   "FID=fid",
                                   NULL};

    BK_TRY(bk_arena_ok(scratch));
    BK_TRY(refuse_if_there(w, table, schema, scratch));
    BK_TRY(layer_write(w, table, NULL, options));
    return columns_describe(w, table, place, scratch);
}

/* What is there goes before GDAL makes its list of tables, which it then takes for what is there.  A view that needs
 * such a table keeps it, and the whole is refused. */
static bk_status
tables_write(writing *w, const bk_results *results, const char *schema, bool replace, bk_arena *scratch)
{
    const char *place = quoted(scratch, schema, '"');

    BK_TRY(bk_arena_ok(scratch));
    if (!has_row(w, "SELECT extname FROM pg_catalog.pg_extension WHERE extname = 'postgis'"))
        return bk_fail_at(w->ctx, BK_ERR_FILE, w->shown, 0, 0, "its owner says once: CREATE EXTENSION postgis",
                          "the database has no PostGIS in it");
    BK_TRY(sql_run(w, bk_arena_format(scratch, "CREATE SCHEMA IF NOT EXISTS %s", place)));
    for (size_t t = 0; replace && t < results->n_tables; t++)
        BK_TRY(sql_run(
            w, bk_arena_format(scratch, "DROP TABLE IF EXISTS %s", place_of(schema, results->tables[t], scratch))));
    for (size_t t = 0; t < results->n_tables; t++)
        BK_TRY(table_write(w, results->tables[t], schema, scratch));
    return BK_OK;
}

static bk_status
all_or_nothing(writing *w, const bk_results *results, const char *schema, bool replace, bk_arena *scratch)
{
    if (w->gdal.GDALDatasetStartTransaction(w->data, FALSE) != OGRERR_NONE)
        return write_fail(w, "no transaction can be begun");
    const bk_status status = tables_write(w, results, schema, replace, scratch);
    if (status != BK_OK) {
        w->gdal.GDALDatasetRollbackTransaction(w->data);
        return status;
    }
    w->gdal.CPLErrorReset();
    return w->gdal.GDALDatasetCommitTransaction(w->data) == OGRERR_NONE ? BK_OK : write_fail(w, "cannot be committed");
}

static bk_status
database_write(writing *w, const bk_results *results, const char *connection, const char *schema, bool replace,
               bk_arena *scratch)
{
    const char *const drivers[] = {"PostgreSQL", NULL};

    w->degrees = bki_gdal_degrees(&w->gdal);
    w->data = w->degrees ? w->gdal.GDALOpenEx(connection, GDAL_OF_VECTOR | GDAL_OF_UPDATE, drivers, NULL, NULL) : NULL;
    if (!w->data)
        return write_fail(w, "cannot be opened");
    return data_close(w, all_or_nothing(w, results, schema, replace, scratch));
}

bk_status
bki_vector_write_database(bk_context *ctx, const bk_results *results, const char *connection, const char *schema,
                          bool replace)
{
    writing  w = {.ctx = ctx, .shown = "PostGIS", .has_numbers_as_text = true};
    bk_arena scratch;

    BK_TRY(bki_gdal_begin(ctx, &w.gdal));
    bk_arena_init(&scratch, ctx);
    const bk_status status = database_write(&w, results, connection, schema, replace, &scratch);
    if (w.degrees)
        w.gdal.OSRRelease(w.degrees);
    bk_arena_release(&scratch);
    bki_gdal_end(&w.gdal);
    return status;
}
