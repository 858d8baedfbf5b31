/* In place of GDAL where it was not there when this was built. */
#include "buckle/export.h"
#include "io/vector.h"

#include <stdio.h>

const char *
bk_export_library(char text[BK_EXPORT_LIBRARY])
{
    snprintf(text, BK_EXPORT_LIBRARY, "not built in");
    return text;
}

static bk_status
absent(bk_context *ctx)
{
    return bk_fail_hint(ctx, BK_ERR_USAGE,
                        "install libgdal-dev and build again with -Dgdal=enabled; GeoPackage, GeoJSON, CSV and XLSX "
                        "need no GDAL",
                        "this buckle was built without GDAL, which this needs");
}

bk_status
bki_vector_open(bk_context *ctx, const char *path, const char *layer, bk_arena *arena, bki_vector **out,
                bki_vector_layer *about)
{
    (void)path, (void)layer, (void)arena, (void)about;
    *out = NULL;
    return absent(ctx);
}

bk_status
bki_vector_next(bki_vector *vector, bki_vector_line *out, bool *more)
{
    (void)vector, (void)out;
    *more = false;
    return BK_OK;
}

const char *
bki_vector_cell(bki_vector *vector, size_t field)
{
    (void)vector, (void)field;
    return NULL;
}

void
bki_vector_close(bki_vector *vector)
{
    (void)vector;
}

bk_status
bki_vector_write_file(bk_context *ctx, const bk_table *table, const bki_vector_field *fields, const char *driver,
                      const char *path, const char *shown)
{
    (void)table, (void)fields, (void)driver, (void)path, (void)shown;
    return absent(ctx);
}

bk_status
bki_vector_write_database(bk_context *ctx, const bk_results *results, const char *connection, const char *schema,
                          bool replace)
{
    (void)results, (void)connection, (void)schema, (void)replace;
    return absent(ctx);
}
