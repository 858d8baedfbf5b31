/* A layer of lines through GDAL, in degrees of WGS 84. */
#include "io/file.h"
#include "io/gdal.h"
#include "io/text.h"
#include "io/utf8.h"
#include "io/vector.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#define CHECK_EVERY 1024 /* features between looks at whether to stop */

static const char *const drivers[] = {"GeoJSON", "FlatGeobuf", "ESRI Shapefile", "GPKG", "Parquet", NULL};

struct bki_vector {
    bk_context                  *ctx;
    bk_arena                    *arena;
    const char                  *path;
    bki_gdal                     gdal;
    GDALDatasetH                 data;
    OGRLayerH                    layer;
    OGRFeatureH                  feature;
    OGRCoordinateTransformationH to_degrees; /* NULL: they are */
    size_t                       n_read;
    double                      *lon, *lat; /* [capacity] */
    int                         *is_placed; /* [capacity] by the transformation */
    size_t                       capacity;
};

/* ---- opening -------------------------------------------------------------------------------------------------- */

static bk_status
data_open(bki_vector *v)
{
    int probe;

    BK_TRY(bki_file_open(v->ctx, v->path, v->path, &probe)); /* GDAL would take a name for a place on the net, too */
    close(probe);
    const char *plain = v->path[0] == '/' ? v->path : bk_arena_format(v->arena, "./%s", v->path);
    BK_TRY(bk_arena_ok(v->arena));
    v->data = v->gdal.GDALOpenEx(plain, GDAL_OF_VECTOR | GDAL_OF_READONLY, drivers, NULL, NULL);
    if (!v->data)
        return bki_gdal_fail(&v->gdal, BK_ERR_SYNTAX, v->path,
                             "read are GeoJSON, FlatGeobuf, Shapefiles (.shp), GeoPackages, and Parquet where GDAL can",
                             "is none of the formats that can be read");
    char **files = v->gdal.GDALGetFileList(v->data);
    if (!files || !files[0])
        bk_note_input(v->ctx, v->path);
    for (size_t f = 0; files && files[f]; f++)
        bk_note_input(v->ctx, strncmp(files[f], "./", 2) == 0 ? files[f] + 2 : files[f]);
    v->gdal.CSLDestroy(files);
    return BK_OK;
}

static bk_status
layer_choose(bki_vector *v, const char *name)
{
    const int n = v->gdal.GDALDatasetGetLayerCount(v->data);
    bki_text  names = {.arena = v->arena};

    v->layer = name     ? v->gdal.GDALDatasetGetLayerByName(v->data, name)
               : n == 1 ? v->gdal.GDALDatasetGetLayer(v->data, 0)
                        : NULL;
    if (v->layer)
        return BK_OK;
    for (int l = 0; l < n; l++) {
        OGRLayerH layer = v->gdal.GDALDatasetGetLayer(v->data, l);
        bki_text_format(&names, "%s%s", l > 0 ? ", " : "there are: ", layer ? v->gdal.OGR_L_GetName(layer) : "?");
    }
    BK_TRY(bk_arena_ok(v->arena));
    if (name)
        return bk_fail_at(v->ctx, BK_ERR_REFERENCE, v->path, 0, 0, names.bytes, "has no layer '%s'", name);
    return bk_fail_at(v->ctx, BK_ERR_REFERENCE, v->path, 0, 0, names.bytes, n == 0 ? "has no layer" : "has %d layers",
                      n);
}

static bk_status
crs_read(bki_vector *v, bki_vector_layer *about)
{
    OGRSpatialReferenceH crs = v->gdal.OGR_L_GetSpatialRef(v->layer), degrees = bki_gdal_degrees(&v->gdal);
    const char          *code = crs ? v->gdal.OSRGetAuthorityCode(crs, NULL) : NULL;
    const char          *by = crs ? v->gdal.OSRGetAuthorityName(crs, NULL) : NULL;
    const char          *name = crs ? v->gdal.OSRGetName(crs) : NULL;

    if (!degrees)
        return bki_gdal_fail(&v->gdal, BK_ERR_FILE, v->path, NULL, "WGS 84 is not known");
    about->is_degrees = crs && v->gdal.OSRIsSame(crs, degrees);
    if (crs)
        about->crs = code && by ? bk_arena_format(v->arena, "%s:%s, %s", by, code, name ? name : "")
                                : bk_arena_format(v->arena, "%s", name ? name : "unnamed");
    if (crs && !about->is_degrees)
        v->to_degrees = v->gdal.OCTNewCoordinateTransformation(crs, degrees);
    v->gdal.OSRRelease(degrees);
    if (crs && !about->is_degrees && !v->to_degrees)
        return bki_gdal_fail(&v->gdal, BK_ERR_VALUE, v->path, "bring it to EPSG:4326 first, with ogr2ogr or QGIS",
                             "its coordinates cannot be brought to WGS 84");
    return bk_arena_ok(v->arena);
}

static bk_status
fields_read(const bki_vector *v, bki_vector_layer *about)
{
    OGRFeatureDefnH definition = v->gdal.OGR_L_GetLayerDefn(v->layer);
    const int       n = v->gdal.OGR_FD_GetFieldCount(definition);
    const char    **names = BK_NEW(v->arena, const char *, (size_t)n + 1);

    BK_TRY(bk_arena_ok(v->arena));
    for (int f = 0; f < n; f++) {
        const char *name = v->gdal.OGR_Fld_GetNameRef(v->gdal.OGR_FD_GetFieldDefn(definition, f));
        names[f] = bk_arena_text(v->arena, name, strlen(name));
    }
    about->n_fields = (size_t)n;
    about->fields = names;
    return bk_arena_ok(v->arena);
}

static bk_status
vector_open(bki_vector *v, const char *layer, bki_vector_layer *about)
{
    BK_TRY(data_open(v));
    BK_TRY(layer_choose(v, layer));
    const char *driver = v->gdal.GDALGetDriverShortName(v->gdal.GDALGetDatasetDriver(v->data));
    const char *name = v->gdal.OGR_L_GetName(v->layer);
    about->driver = bk_arena_text(v->arena, driver, strlen(driver));
    about->name = bk_arena_text(v->arena, name, strlen(name));
    BK_TRY(fields_read(v, about));
    return crs_read(v, about);
}

bk_status
bki_vector_open(bk_context *ctx, const char *path, const char *layer, bk_arena *arena, bki_vector **out,
                bki_vector_layer *about)
{
    bki_vector *v = BK_NEW(arena, bki_vector, 1);

    *out = NULL;
    *about = (bki_vector_layer){0};
    BK_TRY(bk_arena_ok(arena));
    *v = (bki_vector){.ctx = ctx, .arena = arena, .path = path};
    BK_TRY(bki_gdal_begin(ctx, &v->gdal));
    const bk_status status = vector_open(v, layer, about);
    if (status == BK_OK)
        *out = v;
    else
        bki_vector_close(v);
    return status;
}

void
bki_vector_close(bki_vector *v)
{
    if (!v || !v->gdal.library)
        return;
    if (v->feature)
        v->gdal.OGR_F_Destroy(v->feature);
    if (v->to_degrees)
        v->gdal.OCTDestroyCoordinateTransformation(v->to_degrees);
    if (v->data)
        v->gdal.GDALClose(v->data);
    bki_gdal_end(&v->gdal);
}

/* ---- features ------------------------------------------------------------------------------------------------- */

/* The line of the feature, or why there is none. */
static OGRGeometryH
line_of(const bki_vector *v, const char **problem)
{
    OGRGeometryH             geometry = v->gdal.OGR_F_GetGeometryRef(v->feature);
    const OGRwkbGeometryType type =
        geometry ? v->gdal.OGR_GT_Flatten(v->gdal.OGR_G_GetGeometryType(geometry)) : wkbNone;

    if (type == wkbLineString)
        *problem = v->gdal.OGR_G_GetPointCount(geometry) < 2 ? "its line has fewer than two points" : NULL;
    else if (type != wkbMultiLineString)
        *problem = geometry ? "its geometry is not a line" : "it has no geometry";
    else if (v->gdal.OGR_G_GetGeometryCount(geometry) != 1)
        *problem = v->gdal.OGR_G_GetGeometryCount(geometry) == 0 ? "its line is empty" : "its line has several parts";
    else {
        geometry = v->gdal.OGR_G_GetGeometryRef(geometry, 0);
        *problem = v->gdal.OGR_G_GetPointCount(geometry) < 2 ? "its line has fewer than two points" : NULL;
    }
    return geometry;
}

static bk_status
room_make(bki_vector *v, size_t n)
{
    if (n <= v->capacity)
        return BK_OK;
    v->capacity = 2 * n;
    v->lon = BK_NEW(v->arena, double, v->capacity);
    v->lat = BK_NEW(v->arena, double, v->capacity);
    v->is_placed = BK_NEW(v->arena, int, v->capacity);
    return bk_arena_ok(v->arena);
}

static bk_status
points_read(bki_vector *v, OGRGeometryH line, bki_vector_line *out)
{
    const int n = v->gdal.OGR_G_GetPointCount(line), stride = (int)sizeof *v->lon;

    BK_TRY(room_make(v, (size_t)n));
    v->gdal.OGR_G_GetPoints(line, v->lon, stride, v->lat, stride, NULL, 0);
    if (v->to_degrees)
        v->gdal.OCTTransformEx(v->to_degrees, n, v->lon, v->lat, NULL, v->is_placed);
    for (int i = 0; i < n; i++)
        if ((v->to_degrees && !v->is_placed[i]) || !(fabs(v->lon[i]) <= 180.0 && fabs(v->lat[i]) <= 90.0))
            out->problem = "a point of it has no place in degrees";
    out->n_points = (size_t)n;
    out->lon = v->lon;
    out->lat = v->lat;
    return BK_OK;
}

bk_status
bki_vector_next(bki_vector *v, bki_vector_line *out, bool *more)
{
    *out = (bki_vector_line){0};
    *more = false;
    if (v->feature)
        v->gdal.OGR_F_Destroy(v->feature);
    v->feature = NULL;
    if (v->n_read++ % CHECK_EVERY == 0 && bk_cancelled(v->ctx))
        return bk_fail(v->ctx, BK_ERR_CANCELLED, "interrupted");
    v->gdal.CPLErrorReset();
    v->feature = v->gdal.OGR_L_GetNextFeature(v->layer);
    if (!v->feature)
        return bki_gdal_has_failed(&v->gdal)
                   ? bki_gdal_fail(&v->gdal, BK_ERR_SYNTAX, v->path, NULL, "cannot be read to its end")
                   : BK_OK;
    *more = true;
    out->id = v->gdal.OGR_F_GetFID(v->feature);
    OGRGeometryH line = line_of(v, &out->problem);
    return out->problem ? BK_OK : points_read(v, line, out);
}

const char *
bki_vector_cell(bki_vector *v, size_t field)
{
    OGRFeatureDefnH definition = v->gdal.OGR_L_GetLayerDefn(v->layer);
    OGRFieldType    type = v->gdal.OGR_Fld_GetType(v->gdal.OGR_FD_GetFieldDefn(definition, (int)field));
    char            digits[BKI_NUMBER_SIZE];

    if (!v->gdal.OGR_F_IsFieldSetAndNotNull(v->feature, (int)field))
        return NULL;
    if (type == OFTInteger || type == OFTInteger64)
        return bk_arena_format(v->arena, "%lld", (long long)v->gdal.OGR_F_GetFieldAsInteger64(v->feature, (int)field));
    if (type == OFTReal) {
        const double number = v->gdal.OGR_F_GetFieldAsDouble(v->feature, (int)field);
        return isfinite(number) ? bk_arena_text(v->arena, digits, bki_number_text(digits, number)) : NULL;
    }
    const char  *text = v->gdal.OGR_F_GetFieldAsString(v->feature, (int)field);
    const size_t n = strlen(text);
    return bki_utf8_fault(text, n) < n ? NULL : bk_arena_text(v->arena, text, n);
}
