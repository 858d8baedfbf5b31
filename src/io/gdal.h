/* The part of GDAL's C interface that is used, found in the library when it is loaded.
 *
 * Linked in the ordinary way, GDAL's hundred libraries would be loaded by every `buckle --help`; and a Python program
 * that has a GDAL of its own beside libbuckle would have two. */
#ifndef IO_GDAL_H
#define IO_GDAL_H

#include "buckle/base.h"

#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_string.h>
#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>

#define BKI_GDAL_FUNCTIONS(X)                                                                                          \
    X(CPLErrorReset)                                                                                                   \
    X(CPLGetLastErrorMsg)                                                                                              \
    X(CPLGetLastErrorType)                                                                                             \
    X(CPLPopErrorHandler)                                                                                              \
    X(CPLPushErrorHandler)                                                                                             \
    X(CPLQuietErrorHandler)                                                                                            \
    X(CPLSetThreadLocalConfigOption)                                                                                   \
    X(CSLDestroy)                                                                                                      \
    X(GDALAllRegister)                                                                                                 \
    X(GDALClose)                                                                                                       \
    X(GDALCreate)                                                                                                      \
    X(GDALDatasetCommitTransaction)                                                                                    \
    X(GDALDatasetCreateLayer)                                                                                          \
    X(GDALDatasetExecuteSQL)                                                                                           \
    X(GDALDatasetGetLayer)                                                                                             \
    X(GDALDatasetGetLayerByName)                                                                                       \
    X(GDALDatasetGetLayerCount)                                                                                        \
    X(GDALDatasetReleaseResultSet)                                                                                     \
    X(GDALDatasetRollbackTransaction)                                                                                  \
    X(GDALDatasetStartTransaction)                                                                                     \
    X(GDALGetDatasetDriver)                                                                                            \
    X(GDALGetDriverByName)                                                                                             \
    X(GDALGetDriverShortName)                                                                                          \
    X(GDALGetFileList)                                                                                                 \
    X(GDALGetMetadataItem)                                                                                             \
    X(GDALOpenEx)                                                                                                      \
    X(GDALVersionInfo)                                                                                                 \
    X(OCTDestroyCoordinateTransformation)                                                                              \
    X(OCTNewCoordinateTransformation)                                                                                  \
    X(OCTTransformEx)                                                                                                  \
    X(OGR_FD_GetFieldCount)                                                                                            \
    X(OGR_FD_GetFieldDefn)                                                                                             \
    X(OGR_F_Create)                                                                                                    \
    X(OGR_F_Destroy)                                                                                                   \
    X(OGR_F_GetFID)                                                                                                    \
    X(OGR_F_GetFieldAsDouble)                                                                                          \
    X(OGR_F_GetFieldAsInteger64)                                                                                       \
    X(OGR_F_GetFieldAsString)                                                                                          \
    X(OGR_F_GetGeometryRef)                                                                                            \
    X(OGR_F_IsFieldSetAndNotNull)                                                                                      \
    X(OGR_F_SetFieldDouble)                                                                                            \
    X(OGR_F_SetFieldInteger64)                                                                                         \
    X(OGR_F_SetFieldNull)                                                                                              \
    X(OGR_F_SetFieldString)                                                                                            \
    X(OGR_F_SetGeometryDirectly)                                                                                       \
    X(OGR_Fld_Create)                                                                                                  \
    X(OGR_Fld_Destroy)                                                                                                 \
    X(OGR_Fld_GetNameRef)                                                                                              \
    X(OGR_Fld_GetType)                                                                                                 \
    X(OGR_Fld_SetPrecision)                                                                                            \
    X(OGR_Fld_SetWidth)                                                                                                \
    X(OGR_GT_Flatten)                                                                                                  \
    X(OGR_G_CreateGeometry)                                                                                            \
    X(OGR_G_GetGeometryCount)                                                                                          \
    X(OGR_G_GetGeometryRef)                                                                                            \
    X(OGR_G_GetGeometryType)                                                                                           \
    X(OGR_G_GetPointCount)                                                                                             \
    X(OGR_G_GetPoints)                                                                                                 \
    X(OGR_G_SetPoints)                                                                                                 \
    X(OGR_L_CreateFeature)                                                                                             \
    X(OGR_L_CreateField)                                                                                               \
    X(OGR_L_GetLayerDefn)                                                                                              \
    X(OGR_L_GetName)                                                                                                   \
    X(OGR_L_GetNextFeature)                                                                                            \
    X(OGR_L_GetSpatialRef)                                                                                             \
    X(OSRGetAuthorityCode)                                                                                             \
    X(OSRGetAuthorityName)                                                                                             \
    X(OSRGetName)                                                                                                      \
    X(OSRImportFromEPSG)                                                                                               \
    X(OSRIsSame)                                                                                                       \
    X(OSRNewSpatialReference)                                                                                          \
    X(OSRRelease)                                                                                                      \
    X(OSRSetAxisMappingStrategy)

typedef struct bki_gdal {
    bk_context *ctx;
    void       *library;
#define X(name) __typeof__(&name) name;
    BKI_GDAL_FUNCTIONS(X)
#undef X
} bki_gdal;

/* Loads it with its drivers; from then to bki_gdal_end what it has to say in this thread is kept and not printed. */
bk_status bki_gdal_begin(bk_context *ctx, bki_gdal *out);
void      bki_gdal_end(bki_gdal *gdal); /* also of one that was only zeroed */

/* Whether a failure was told since CPLErrorReset; some calls return nothing and have only this. */
bool bki_gdal_has_failed(const bki_gdal *gdal);
/* Records what was told last, or `otherwise` where nothing was. */
bk_status bki_gdal_fail(const bki_gdal *gdal, bk_status code, const char *path, const char *hint,
                        const char *otherwise);

/* WGS 84 as longitude, latitude; NULL after a failure. */
OGRSpatialReferenceH bki_gdal_degrees(const bki_gdal *gdal);

#endif
