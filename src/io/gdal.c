/* GDAL, loaded when it is needed; what it says becomes errors of the context. */
#include "io/gdal.h"
#include "buckle/export.h"
#include "io/gdal_library.h"

#include <dlfcn.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define WGS_84 4326 /* EPSG */

static const struct {
    const char *name;
    size_t      place; /* in bki_gdal */
} functions[] = {
#define X(name) {#name, offsetof(bki_gdal, name)},
    BKI_GDAL_FUNCTIONS(X)
#undef X
};

static bool
load(bki_gdal *gdal)
{
    /* It cannot be unloaded: it leaves threads' data and handlers at exit behind. */
    gdal->library = dlopen(BUCKLE_GDAL_LIBRARY, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    for (size_t f = 0; gdal->library && f < sizeof functions / sizeof *functions; f++) {
        void *function = dlsym(gdal->library, functions[f].name);
        if (!function) {
            dlclose(gdal->library);
            gdal->library = NULL;
        } else {
            memcpy((char *)gdal + functions[f].place, &function, sizeof function);
        }
    }
    return gdal->library != NULL;
}

const char *
bk_export_library(char text[BK_EXPORT_LIBRARY])
{
    bki_gdal gdal = {.ctx = NULL};

    snprintf(text, BK_EXPORT_LIBRARY, "not found");
    if (load(&gdal)) {
        snprintf(text, BK_EXPORT_LIBRARY, "%s", gdal.GDALVersionInfo("RELEASE_NAME"));
        dlclose(gdal.library);
    }
    return text;
}

bk_status
bki_gdal_begin(bk_context *ctx, bki_gdal *out)
{
    *out = (bki_gdal){.ctx = ctx};
    if (!load(out))
        return bk_fail_hint(ctx, BK_ERR_USAGE, "install Debian's libgdal32, or the release it was built with",
                            "GDAL, which this needs, cannot be loaded: %s",
                            dlerror()); /* NOLINT(concurrency-mt-unsafe): it keeps one message a thread */
    out->CPLPushErrorHandler(out->CPLQuietErrorHandler);
    /* Formats that are separate files in a folder of plugins are none of those used here. */
    out->CPLSetThreadLocalConfigOption("GDAL_DRIVER_PATH", "disable");
    out->GDALAllRegister();
    out->CPLErrorReset();
    return BK_OK;
}

void
bki_gdal_end(bki_gdal *gdal)
{
    if (!gdal->library)
        return;
    gdal->CPLErrorReset();
    gdal->CPLPopErrorHandler();
    dlclose(gdal->library);
    gdal->library = NULL;
}

bool
bki_gdal_has_failed(const bki_gdal *gdal)
{
    return gdal->CPLGetLastErrorType() >= CE_Failure;
}

bk_status
bki_gdal_fail(const bki_gdal *gdal, bk_status code, const char *path, const char *hint, const char *otherwise)
{
    const char *said = gdal->CPLGetLastErrorMsg();
    char        line[400]; /* what is longer is cut; databases say things in several lines */

    snprintf(line, sizeof line, "%s", said && said[0] ? said : otherwise);
    for (char *c = line; *c; c++)
        if (*c == '\n' || *c == '\r')
            *c = ' ';
    return bk_fail_at(gdal->ctx, code, path, 0, 0, hint, "%s", line);
}

OGRSpatialReferenceH
bki_gdal_degrees(const bki_gdal *gdal)
{
    OGRSpatialReferenceH degrees = gdal->OSRNewSpatialReference(NULL);

    if (!degrees)
        return NULL;
    gdal->OSRSetAxisMappingStrategy(degrees, OAMS_TRADITIONAL_GIS_ORDER);
    if (gdal->OSRImportFromEPSG(degrees, WGS_84) == OGRERR_NONE)
        return degrees;
    gdal->OSRRelease(degrees);
    return NULL;
}
