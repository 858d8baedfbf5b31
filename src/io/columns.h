/* A CSV file read as a stream of rows whose cells are found by the name of their column and already converted. */
#ifndef IO_COLUMNS_H
#define IO_COLUMNS_H

#include "io/csv.h"

typedef struct bki_span { /* part of a longer text, not terminated */
    const char *start;
    size_t      length;
} bki_span;

bki_span bki_span_trim(const char *text, size_t length); /* without blanks at either end */
bool     bki_span_is(bki_span span, const char *word);
bool     bki_span_number(bki_span span, double *out);  /* a finite decimal number, whatever the locale */
bool     bki_span_integer(bki_span span, double *out); /* of at most nine digits */

typedef struct bki_named_column {
    const char *name; /* alternatives set apart by `|`: "value|v"; case, blanks, `_` and `-` do not matter */
    bool        is_number;
    bool        is_required;  /* the file must have it */
    bool        may_be_empty; /* a number may be "", NA, N/A, .. or - */
    double      least, most;  /* of numbers, inclusive */
} bki_named_column;

typedef struct bki_named_cell {
    const char *text; /* trimmed, not terminated, valid during the call */
    size_t      length;
    double      number; /* of a number that is not empty */
    bool        is_empty;
    int         column; /* 1-based, in characters; 0 unknown */
} bki_named_cell;

/* `cells` [n_columns] in the order of the columns asked for; of a column that the file lacks, empty.  Returns BK_OK or
 * what ends the reading; a fault of the row it records itself and returns BK_OK. */
typedef bk_status (*bki_named_row)(void *state, const bki_named_cell *cells, int line);

/**
 * Reads the file at `path`.  A number that is none, or out of its range, is recorded as a fault and its row passed
 * over. Returns  BK_OK; the code of the first fault of the file (all are recorded); BK_ERR_CANCELLED
 */
bk_status bki_columns_read(bk_context *ctx, bki_csv *csv, const char *path, const bki_named_column *columns,
                           size_t n_columns, bki_named_row row, void *state);
/* The same on `n` bytes in memory, `shown` in messages. */
bk_status bki_columns_read_bytes(bk_context *ctx, bki_csv *csv, const void *bytes, size_t n, const char *shown,
                                 const bki_named_column *columns, size_t n_columns, bki_named_row row, void *state);

#endif
