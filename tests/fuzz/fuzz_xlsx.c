/* A workbook. */
#include "fuzz.h"

#include "io/xlsx_read.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const bki_sheet *sheets = NULL;
    size_t           n = 0;
    fuzz             f;

    fuzz_begin(&f);
    const bk_status status = bki_xlsx_read(f.ctx, fuzz_file(&f, data, size), &f.arena, &n, &sheets);
    fuzz_end(&f, status);
    return 0;
}
