/* A file of draws. */
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bk_records records;
    fuzz       f;

    fuzz_begin(&f);
    const char     *files[] = {fuzz_file(&f, data, size)};
    const bk_status status = bk_shards_read(f.ctx, files, 1, &f.arena, &records);
    fuzz_end(&f, status);
    return 0;
}
