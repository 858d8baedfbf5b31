/* What `buckle --version` prints; the libraries are asked, not their headers. */
#include "buckle/export.h"
#include "cli/cli.h"

#include <cairo.h>
#include <microhttpd.h>
#include <sqlite3.h>
#include <xlsxwriter.h>
#include <yaml.h>

void
bki_version_print(void)
{
    char gdal[BK_EXPORT_LIBRARY];

    printf("buckle %s\n", bk_version());
    printf("libyaml %s, SQLite %s, Cairo %s, libxlsxwriter %s, libmicrohttpd %s, GDAL %s\n", yaml_get_version_string(),
           sqlite3_libversion(), cairo_version_string(), lxw_version(), MHD_get_version(), bk_export_library(gdal));
#ifdef __clang__
    printf("built by %s\n", __VERSION__);
#else
    printf("built by GCC %s\n", __VERSION__);
#endif
}
