/* A planner's network. */
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bk_planner_data planner;
    fuzz            f;

    fuzz_begin(&f);
    const bk_status status = bk_planner_read(f.ctx, fuzz_file(&f, data, size), &f.arena, &planner);
    fuzz_end(&f, status);
    return 0;
}
