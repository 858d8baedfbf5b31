/* OMX: trips of three zones. */
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const zones[] = {"5", "7", "9"};
    const bk_road_network    network = {.n_zones = 3, .n_nodes = 3, .zone_ids = zones};
    const bk_road_demand    *demand;
    fuzz                     f;

    fuzz_begin(&f);
    fuzz_end(&f, bk_omx_demand_read(f.ctx, fuzz_file(&f, data, size), NULL, NULL, &network, 1.0, &f.arena, &demand));
    return 0;
}
