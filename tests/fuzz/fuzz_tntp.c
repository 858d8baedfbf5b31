/* TNTP: what stands before the first NUL is a network, what stands behind it its trips. */
#include "fuzz.h"

#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t         *end = size > 0 ? memchr(data, 0, size) : NULL;
    const size_t           n = end ? (size_t)(end - data) : size;
    const bk_road_network *network;
    const bk_road_demand  *demand;
    fuzz                   f;

    fuzz_begin(&f);
    bk_status status = bk_tntp_network_read(f.ctx, fuzz_file(&f, data, n), NULL, NULL, &f.arena, &network);
    close(f.file);
    f.file = -1;
    if (status == BK_OK && end)
        status = bk_tntp_demand_read(f.ctx, fuzz_file(&f, end + 1, size - n - 1), network, 1.0, &f.arena, &demand);
    fuzz_end(&f, status);
    return 0;
}
