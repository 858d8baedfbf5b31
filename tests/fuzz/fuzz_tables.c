/* A table of a study: the first byte picks which, the rest takes the place of its text. */
#include "fuzz.h"

#include "bkt_study.h"
#include "io/csv.h"

static bk_status
read_table(fuzz *f, bk_builder *builder, const bk_table_schema *schema, const void *bytes, size_t n)
{
    bki_csv       *csv = bki_csv_create(f->ctx, &f->arena);
    bki_csv_record record = {0};
    bk_status      status = BK_OK;

    if (!csv)
        abort();
    bki_csv_open_bytes(csv, bytes, n, schema->file);
    for (bool is_header = true; status == BK_OK; is_header = false) {
        status = bki_csv_next(csv, &record);
        if (status != BK_OK || record.n_fields == 0)
            break;
        status = is_header
                     ? bk_builder_table(builder, schema, schema->file, record.fields, record.n_fields, record.line)
                     : bk_builder_row(builder, record.fields, record.n_fields, record.line);
    }
    bki_csv_close(csv);
    return status;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const size_t    n_tables = sizeof bkt_study_tables / sizeof *bkt_study_tables;
    const bk_model *model;
    bk_builder     *builder;
    fuzz            f;

    if (size == 0)
        return 0;
    fuzz_begin(&f);
    bk_status status = bk_builder_create(f.ctx, &f.arena, &builder);
    if (status == BK_OK)
        status = bkt_settings(builder);
    for (size_t t = 0; t < n_tables && status == BK_OK; t++) {
        const bk_table_schema *schema = bk_table_schema_find(bkt_study_tables[t].file);
        const char            *text = bkt_study_tables[t].text;
        status = t == data[0] % n_tables ? read_table(&f, builder, schema, data + 1, size - 1)
                                         : read_table(&f, builder, schema, text, strlen(text));
    }
    if (status == BK_OK)
        status = bk_builder_finish(builder, &f.arena, &model);
    fuzz_end(&f, bk_error_count(f.ctx) > 0 ? BK_ERR_SYNTAX : status);
    return 0;
}
