/* A table of GMNS while it is put together, cell by cell. */
#ifndef IO_GMNS_SHEET_H
#define IO_GMNS_SHEET_H

#include "buckle/base.h"

typedef struct bki_sheet { /* rows of text cells, NULL empty */
    const char        *name;
    size_t             n_rows, n_columns;
    const char *const *heads;   /* [n_columns] */
    const char      ***columns; /* [n_columns] each [n_rows] */
} bki_sheet;

bk_status bki_sheet_make(bk_arena *arena, const char *name, const char *const *heads, size_t n_columns, size_t n_rows,
                         bki_sheet *out);
bk_status bki_sheet_write(bk_context *ctx, const char *folder, const bki_sheet *of, bk_arena *arena);
/* NULL, an empty cell, if the number is not finite. */
const char *bki_sheet_number(bk_arena *arena, double number);

#endif
