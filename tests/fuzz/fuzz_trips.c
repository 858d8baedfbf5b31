/* Trip logs, CSV or EPCIS, and dwell times learned from them. */
#include "fuzz.h"

#include "bkt_study.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const bk_model *model;
    bk_trip_read    read;
    fuzz            f;

    fuzz_begin(&f);
    if (bkt_study_build(f.ctx, &f.arena, &f.arena, NULL, 0, &model) != BK_OK)
        abort();
    const bk_trip_request request = {.path = fuzz_file(&f, data, size)};
    const bk_status       status = bk_trips_read(f.ctx, model, &request, &f.arena, &read);
    fuzz_end(&f, status);
    return 0;
}
