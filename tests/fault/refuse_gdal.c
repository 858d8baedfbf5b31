/* A PostGIS that is none, and calls of GDAL that can be refused: see refuse_gdal.h. */
#include "refuse_gdal.h"
#include "refuse_asks.h"

#include "io/gdal.h"

#include <dlfcn.h>

#pragma GCC visibility push(default)

static refuse_database *database; /* NULL: GDAL's own */
static bool             has_failed;

void
refuse_database_use(refuse_database *use)
{
    database = use;
}

/* Whether this call is refused: the library asks for what was said last. */
static bool
is_refused(void)
{
    has_failed |= refuse_asks(REFUSE_SYSTEM);
    return has_failed;
}

static void
note(const char *statement)
{
    const size_t used = strlen(database->said);

    snprintf(database->said + used, sizeof database->said - used, "%s\n", statement);
}

/* clang-format off */
#define CALLS(X)                                                                                                        \
    X(OGRSpatialReferenceH, OSRNewSpatialReference, (const char *text), (text))                                         \
    X(OGRErr, OSRImportFromEPSG, (OGRSpatialReferenceH reference, int code), (reference, code))                         \
    X(OGRCoordinateTransformationH, OCTNewCoordinateTransformation,                                                     \
      (OGRSpatialReferenceH from, OGRSpatialReferenceH to), (from, to))                                                 \
    X(GDALDatasetH, GDALOpenEx, (const char *path, unsigned how, const char *const *drivers,                            \
      const char *const *options, const char *const *beside), (path, how, drivers, options, beside))                    \
    X(GDALDatasetH, GDALCreate, (GDALDriverH driver, const char *path, int x, int y, int bands, GDALDataType type,      \
      CSLConstList options), (driver, path, x, y, bands, type, options))                                                \
    X(GDALDriverH, GDALGetDriverByName, (const char *name), (name))                                                     \
    X(OGRLayerH, GDALDatasetCreateLayer, (GDALDatasetH data, const char *name, OGRSpatialReferenceH reference,          \
      OGRwkbGeometryType type, CSLConstList options), (data, name, reference, type, options))                           \
    X(OGRLayerH, GDALDatasetExecuteSQL, (GDALDatasetH data, const char *sql, OGRGeometryH within, const char *dialect), \
      (data, sql, within, dialect))                                                                                     \
    X(void, GDALDatasetReleaseResultSet, (GDALDatasetH data, OGRLayerH answer), (data, answer))                         \
    X(OGRErr, GDALDatasetStartTransaction, (GDALDatasetH data, int force), (data, force))                               \
    X(OGRErr, GDALDatasetCommitTransaction, (GDALDatasetH data), (data))                                                \
    X(OGRErr, GDALDatasetRollbackTransaction, (GDALDatasetH data), (data))                                              \
    X(OGRFieldDefnH, OGR_Fld_Create, (const char *name, OGRFieldType type), (name, type))                               \
    X(OGRErr, OGR_L_CreateField, (OGRLayerH layer, OGRFieldDefnH field, int near), (layer, field, near))                \
    X(OGRFeatureH, OGR_F_Create, (OGRFeatureDefnH definition), (definition))                                            \
    X(void, OGR_F_Destroy, (OGRFeatureH feature), (feature))                                                            \
    X(OGRErr, OGR_L_CreateFeature, (OGRLayerH layer, OGRFeatureH feature), (layer, feature))                            \
    X(OGRFeatureH, OGR_L_GetNextFeature, (OGRLayerH layer), (layer))                                                    \
    X(OGRGeometryH, OGR_G_CreateGeometry, (OGRwkbGeometryType type), (type))                                            \
    X(void, CPLErrorReset, (void), ())                                                                                  \
    X(CPLErr, CPLGetLastErrorType, (void), ())                                                                          \
    X(const char *, CPLGetLastErrorMsg, (void), ())
/* clang-format on */

#define REAL(type, name, parameters, arguments) static type(*real_##name) parameters;
CALLS(REAL)
#define PLAIN(type, name, parameters, arguments, refused)                                                              \
    static type wrap_##name parameters                                                                                 \
    {                                                                                                                  \
        return is_refused() ? refused : real_##name arguments;                                                         \
    }

/* ---- refused or made ----------------------------------------------------------------------------------------------
 */

PLAIN(OGRSpatialReferenceH, OSRNewSpatialReference, (const char *text), (text), NULL)
PLAIN(OGRErr, OSRImportFromEPSG, (OGRSpatialReferenceH reference, int code), (reference, code), OGRERR_FAILURE)
PLAIN(OGRCoordinateTransformationH, OCTNewCoordinateTransformation,
      (OGRSpatialReferenceH from, OGRSpatialReferenceH to), (from, to), NULL)
PLAIN(GDALDatasetH, GDALCreate,
      (GDALDriverH driver, const char *path, int x, int y, int bands, GDALDataType type, CSLConstList options),
      (driver, path, x, y, bands, type, options), NULL)
PLAIN(GDALDriverH, GDALGetDriverByName, (const char *name), (name), NULL)
PLAIN(OGRLayerH, GDALDatasetCreateLayer,
      (GDALDatasetH data, const char *name, OGRSpatialReferenceH reference, OGRwkbGeometryType type,
       CSLConstList options),
      (data, name, reference, type, database == NULL ? options : NULL), NULL)
PLAIN(OGRFieldDefnH, OGR_Fld_Create, (const char *name, OGRFieldType type), (name, type), NULL)
PLAIN(OGRErr, OGR_L_CreateField, (OGRLayerH layer, OGRFieldDefnH field, int near), (layer, field, near), OGRERR_FAILURE)
PLAIN(OGRFeatureH, OGR_F_Create, (OGRFeatureDefnH definition), (definition), NULL)
PLAIN(OGRErr, OGR_L_CreateFeature, (OGRLayerH layer, OGRFeatureH feature), (layer, feature), OGRERR_FAILURE)
PLAIN(OGRGeometryH, OGR_G_CreateGeometry, (OGRwkbGeometryType type), (type), NULL)

/* ---- what is said -------------------------------------------------------------------------------------------------
 */

static void
wrap_CPLErrorReset(void)
{
    has_failed = false;
    real_CPLErrorReset();
}

static CPLErr
wrap_CPLGetLastErrorType(void)
{
    return has_failed ? CE_Failure : real_CPLGetLastErrorType();
}

static const char *
wrap_CPLGetLastErrorMsg(void)
{
    return has_failed ? "refused\nby the test" : real_CPLGetLastErrorMsg();
}

/* ---- the database: layers are made in memory, queries answered with a row or none ----------------------------------
 */

static GDALDatasetH
wrap_GDALOpenEx(const char *path, unsigned how, const char *const *drivers, const char *const *options,
                const char *const *beside)
{
    if (is_refused())
        return NULL;
    if (database == NULL)
        return real_GDALOpenEx(path, how, drivers, options, beside);
    database->said[0] = '\0';
    return real_GDALCreate(real_GDALGetDriverByName("Memory"), path, 0, 0, 0, GDT_Unknown, NULL);
}

static OGRLayerH
wrap_GDALDatasetExecuteSQL(GDALDatasetH data, const char *sql, OGRGeometryH within, const char *dialect)
{
    if (database == NULL)
        return real_GDALDatasetExecuteSQL(data, sql, within, dialect);
    note(sql);
    const bool has_row = strstr(sql, "pg_extension") != NULL ? database->has_postgis
                         : strstr(sql, "pg_tables") != NULL  ? database->has_table
                                                             : false;
    return is_refused() || !has_row ? NULL : (OGRLayerH)database;
}

static void
wrap_GDALDatasetReleaseResultSet(GDALDatasetH data, OGRLayerH answer)
{
    if (database == NULL)
        real_GDALDatasetReleaseResultSet(data, answer);
}

static OGRFeatureH
wrap_OGR_L_GetNextFeature(OGRLayerH layer)
{
    return database == NULL ? real_OGR_L_GetNextFeature(layer) : (OGRFeatureH)database;
}

static void
wrap_OGR_F_Destroy(OGRFeatureH feature)
{
    if (feature != (OGRFeatureH)database)
        real_OGR_F_Destroy(feature);
}

static OGRErr
wrap_GDALDatasetStartTransaction(GDALDatasetH data, int force)
{
    if (database == NULL)
        return real_GDALDatasetStartTransaction(data, force);
    note("BEGIN");
    return is_refused() ? OGRERR_FAILURE : OGRERR_NONE;
}

static OGRErr
wrap_GDALDatasetCommitTransaction(GDALDatasetH data)
{
    if (database == NULL)
        return real_GDALDatasetCommitTransaction(data);
    note("COMMIT");
    return is_refused() ? OGRERR_FAILURE : OGRERR_NONE;
}

static OGRErr
wrap_GDALDatasetRollbackTransaction(GDALDatasetH data)
{
    if (database == NULL)
        return real_GDALDatasetRollbackTransaction(data);
    note("ROLLBACK");
    return OGRERR_NONE;
}

/* ---- found by name ------------------------------------------------------------------------------------------------
 */

void *__real_dlsym(void *library, const char *name);
void *__wrap_dlsym(void *library, const char *name);

#define FIND(type, name, parameters, arguments)                                                                        \
    if (strcmp(wanted, #name) == 0) {                                                                                  \
        type(*wrapper) parameters = wrap_##name;                                                                       \
        memcpy(&real_##name, &found, sizeof found);                                                                    \
        memcpy(&found, &wrapper, sizeof found);                                                                        \
    }

/* A sanitizer looks for its functions through it as well, before it is ready to watch ours. */
__attribute__((no_sanitize_address)) void *
__wrap_dlsym(void *library, const char *wanted)
{
    if (library == RTLD_NEXT || library == RTLD_DEFAULT)
        return __real_dlsym(library, wanted);
    if (refuse_asks(REFUSE_SYSTEM))
        return NULL;
    void *found = __real_dlsym(library, wanted);
    if (found != NULL) {
        CALLS(FIND)
    }
    return found;
}

#pragma GCC visibility pop
