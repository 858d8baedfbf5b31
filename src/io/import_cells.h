/* Cells of others against the columns of a study, one at a time. */
#ifndef IO_IMPORT_CELLS_H
#define IO_IMPORT_CELLS_H

#include "buckle/builder.h"

#define BKI_REASON 160

/* Whether a cell, empty or not, cannot be one of the column, by its kind and range alone; then why, without the value:
 * "free_speed is not a number". */
bool bki_cell_fault(const bk_column_schema *column, const char *text, char reason[BKI_REASON]);

#endif
