/* What `buckle --version` prints; the libraries are asked, not their headers. */
#include "buckle/export.h"
#include "cli/cli.h"
#include "server/server.h"

#include <cairo.h>
#include <expat.h>
#include <hdf5.h>
#include <sqlite3.h>
#include <xlsxwriter.h>
#include <yaml.h>
#include <zlib.h>

void
bki_version_print(void)
{
    char                    gdal[BK_EXPORT_LIBRARY];
    const XML_Expat_Version expat = XML_ExpatVersionInfo();
    unsigned                major = 0, minor = 0, release = 0;

    (void)H5get_libversion(&major, &minor, &release);
    printf("buckle %s\n", bk_version());
    printf("libyaml %s, SQLite %s, Cairo %s, libxlsxwriter %s, zlib %s, Expat %d.%d.%d, HDF5 %u.%u.%u, libmicrohttpd "
           "%s, GDAL %s\n",
           yaml_get_version_string(), sqlite3_libversion(), cairo_version_string(), lxw_version(), zlibVersion(),
           expat.major, expat.minor, expat.micro, major, minor, release, bki_serve_library(), bk_export_library(gdal));
#ifdef __clang__
    printf("built by %s\n", __VERSION__);
#else
    printf("built by GCC %s\n", __VERSION__);
#endif
}
