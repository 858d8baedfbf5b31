/* From a CSV file to the builder, row by row. */
#ifndef IO_ROWS_H
#define IO_ROWS_H

#include "buckle/builder.h"
#include "io/csv.h"

/* Hands the table at `path` to the builder.  Faults are recorded in the context and reading goes on: returns BK_OK
 * unless memory is short. */
bk_status bki_rows_read(bk_context *ctx, bki_csv *csv, bk_builder *builder, const bk_table_schema *schema,
                        const char *path, const char *shown);

/* The code of the first fault recorded since there were `before`; `status` if there is none. */
bk_status bki_first_fault(const bk_context *ctx, size_t before, bk_status status);

#endif
