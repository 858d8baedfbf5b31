/* Cells of a result table by the name of their column: what figures and reports read. */
#ifndef IO_CELLS_H
#define IO_CELLS_H

#include "buckle/results.h"

/* The text of a cell; "" if it is empty, or the table has no such column of text. */
const char *bki_cell_text(const bk_table *table, const char *column, size_t row);
/* The number of a cell, integers too; `otherwise` if it is empty or there is no such column. */
double bki_cell_number(const bk_table *table, const char *column, size_t row, double otherwise);
bool   bki_cell_is_empty(const bk_column *column, size_t row);

/* The different texts of a column, in the order of their first rows; `leave_out` (or NULL) not among them. */
size_t bki_cell_texts(const bk_table *table, const char *column, const char *leave_out, bk_arena *arena,
                      const char *const **out);

/* The value of an item of the table of provenance, or "". */
const char *bki_provenance(const bk_results *results, const char *item);

#endif
