#include "io/rows.h"

#include <string.h>

/* A fault in the file is not the end of reading; lack of memory is. */
static bk_status
unless_memory(bk_status status)
{
    return status == BK_ERR_NO_MEMORY ? status : BK_OK;
}

static bool
column_is_number(const bk_table_schema *schema, const bk_field *header)
{
    for (size_t i = 0; i < schema->n_columns; i++) {
        const bk_column_schema *column = &schema->columns[i];
        if (strlen(column->name) == header->length && memcmp(column->name, header->text, header->length) == 0)
            return column->kind == BK_CELL_NUMBER;
    }
    return false;
}

/* The header's record to the builder; afterwards the reader knows which columns may hold a decimal comma. */
static bk_status
header_read(bki_csv *csv, bk_builder *builder, const bk_table_schema *schema, const char *shown,
            const bki_csv_record *header)
{
    if (bki_csv_has_semicolons(csv))
        for (size_t i = 0; i < header->n_fields; i++)
            if (column_is_number(schema, &header->fields[i]))
                BK_TRY(bki_csv_decimal_comma(csv, i));
    return bk_builder_table(builder, schema, shown, header->fields, header->n_fields, header->line);
}

static bk_status
rows_read(bk_context *ctx, bki_csv *csv, bk_builder *builder, const bk_table_schema *schema, const char *shown)
{
    bki_csv_record record;

    BK_TRY(bki_csv_next(csv, &record));
    if (record.n_fields == 0)
        return bk_fail_at(ctx, BK_ERR_SCHEMA, shown, 1, 1, "its first line names the columns", "the file is empty");
    const bk_status status = header_read(csv, builder, schema, shown, &record);
    if (status != BK_OK) /* without its columns a table has no meaning */
        return status;
    for (;;) {
        BK_TRY(bki_csv_next(csv, &record));
        if (record.n_fields == 0)
            return BK_OK;
        BK_TRY(bk_builder_row(builder, record.fields, record.n_fields, record.line));
    }
}

bk_status
bki_rows_read(bk_context *ctx, bki_csv *csv, bk_builder *builder, const bk_table_schema *schema, const char *path,
              const char *shown)
{
    const bk_status opened = bki_csv_open(csv, path, shown);

    if (opened != BK_OK)
        return unless_memory(opened);
    const bk_status status = rows_read(ctx, csv, builder, schema, shown);
    bki_csv_close(csv);
    return unless_memory(status);
}

bk_status
bki_first_fault(const bk_context *ctx, size_t before, bk_status status)
{
    const bk_error *first = bk_error_get(ctx, before);

    return first != NULL ? first->code : status;
}
