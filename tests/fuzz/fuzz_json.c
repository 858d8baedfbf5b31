/* JSON, and answers as tables. */
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const bk_json_value *value;
    bk_results           tables;
    fuzz                 f;

    fuzz_begin(&f);
    bk_status status = bk_json_read(f.ctx, (const char *)data, size, "fuzz", &f.arena, &value);
    if (status == BK_OK)
        status = bk_json_tables(f.ctx, value, &f.arena, &tables);
    fuzz_end(&f, status);
    return 0;
}
