/* A workbook as cells that a CSV could hold, each with its address (ECMA-376, part 1, clause 18). */
#ifndef IO_XLSX_READ_H
#define IO_XLSX_READ_H

#include "buckle/base.h"

typedef enum bki_sheet_kind {
    BKI_CELL_TEXT,
    BKI_CELL_NUMBER,
    BKI_CELL_FLAG,      /* text "1" or "0" */
    BKI_CELL_DATE,      /* "2024-03-01", with " 12:30:00" if it is not midnight */
    BKI_CELL_ERROR,     /* "#REF!" */
    BKI_CELL_UNCOMPUTED /* a formula whose value is not in the file */
} bki_sheet_kind;

typedef struct bki_sheet_cell {
    uint32_t       row, column; /* from 1 */
    bki_sheet_kind kind;
    bool           is_formula; /* text is the value last computed */
    const char    *text;
} bki_sheet_cell;

typedef struct bki_sheet {
    const char           *name;
    size_t                n_cells;
    const bki_sheet_cell *cells; /* [n_cells] that are not empty, by row, then column */
    size_t                n_merged;
    const char *const    *merged; /* [n_merged] ranges, "B2:B4" */
} bki_sheet;

/**
 * Every sheet of cells, in the order of the workbook; charts and macros are not looked at.
 *
 * Output   `*out` [*n_out], held by `arena`
 * Returns  BK_OK, BK_ERR_FILE, BK_ERR_SYNTAX, BK_ERR_NO_MEMORY
 */
bk_status bki_xlsx_read(bk_context *ctx, const char *path, bk_arena *arena, size_t *n_out, const bki_sheet **out);

/* "AB12" of a column and row. */
#define BKI_ADDRESS 16
const char *bki_cell_address(uint32_t row, uint32_t column, char text[BKI_ADDRESS]);

#endif
