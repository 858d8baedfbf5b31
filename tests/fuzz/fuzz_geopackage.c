/* A GeoPackage. */
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bk_results results;
    fuzz       f;

    fuzz_begin(&f);
    const bk_status status = bk_geopackage_read(f.ctx, fuzz_file(&f, data, size), &f.arena, &results);
    fuzz_end(&f, status);
    return 0;
}
