/* Two-way fitting from the inside, for the proof that no table exists. */
#ifndef TRADE_BALANCE_FIT_H
#define TRADE_BALANCE_FIT_H

#include "buckle/balance.h"

typedef struct bki_two_way {
    size_t                 n_rows, n_columns;
    const double          *row_total;    /* [n_rows] any unit, or BK_UNKNOWN */
    const double          *column_total; /* [n_columns] or BK_UNKNOWN */
    const bool            *is_open;      /* [n_rows][n_columns] the seed is above 0 */
    const bk_fit_settings *settings;
    double                 row_scale;  /* on row totals, 1 but for rounding */
    double                *cell;       /* [n_rows][n_columns] as the totals */
    double                *column_sum; /* [n_columns] as the totals */
} bki_two_way;

/* The name of an element of a dimension, or its number, in `room`. */
const char *bki_fit_name(const bk_fit_settings *settings, int dimension, size_t index, char room[static 24]);

/* After a fit that did not converge: BK_ERR_INCONSISTENT with a set of rows and columns whose totals no table can have,
 * or BK_OK if none was found (a table may exist at whose edge the fit creeps). */
bk_status bki_two_way_prove(bk_context *ctx, const bki_two_way *table, bk_arena *arena);

#endif
