/* CSV: records to the end, cells as numbers with a decimal comma. */
#include "fuzz.h"

#include "io/csv.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bki_csv_record record = {0};
    fuzz           f;

    fuzz_begin(&f);
    bki_csv *csv = bki_csv_create(f.ctx, &f.arena);
    if (!csv)
        abort();
    bki_csv_open_bytes(csv, data, size, "fuzz");
    bk_status status = bki_csv_next(csv, &record);
    if (status == BK_OK && record.n_fields > 0 && bki_csv_has_semicolons(csv))
        status = bki_csv_decimal_comma(csv, 0);
    while (status == BK_OK && record.n_fields > 0)
        status = bki_csv_next(csv, &record);
    bki_csv_close(csv);
    fuzz_end(&f, bk_error_count(f.ctx) > 0 ? BK_ERR_SYNTAX : status); /* a record passed over is a fault as well */
    return 0;
}
