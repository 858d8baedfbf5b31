/* CSV as RFC 4180 has it, read as a stream: one record after the other, every cell with its place in the file.
 * Also read: a byte order mark, LF for CRLF, a last line without an end, empty lines (skipped), `;` for `,`. */
#ifndef IO_CSV_H
#define IO_CSV_H

#include "buckle/builder.h"

typedef struct bki_csv bki_csv;

/* One record; the first of a file is its header.  Valid until the next record is read. */
typedef struct bki_csv_record {
    const bk_field
          *fields;   /* [n_fields] quotes removed; column 0: the cell stands behind a line end inside a quoted cell */
    size_t n_fields; /* 0: the file has ended */
    int    line;     /* 1-based, of its first character */
} bki_csv_record;

/* A reader for one file after the other, held by `arena`; NULL if memory is short.  Close it before the arena goes. */
bki_csv *bki_csv_create(bk_context *ctx, bk_arena *arena);

/* Starts a file, `shown` in messages.  Only regular files are read.  Returns BK_OK or BK_ERR_FILE. */
bk_status bki_csv_open(bki_csv *csv, const char *path, const char *shown);
/* The same on bytes in memory, which must stay until the next file is started. */
void bki_csv_open_bytes(bki_csv *csv, const void *bytes, size_t n, const char *shown);
void bki_csv_close(bki_csv *csv);

/* The next record.  A record that is not well-formed, or has not as many cells as the header, is recorded as a fault
 * and passed over.  Returns BK_OK; BK_ERR_SYNTAX if reading cannot go on (a quote that never ends, too many faults),
 * BK_ERR_FILE, BK_ERR_NO_MEMORY; the reason is in the context. */
bk_status bki_csv_next(bki_csv *csv, bki_csv_record *record);

/* After the header: cells are cut at `;`, and 0,5 may be a number. */
bool bki_csv_has_semicolons(const bki_csv *csv);
/* From now on a cell of this column that is a number with a comma gets a point in its place. */
bk_status bki_csv_decimal_comma(bki_csv *csv, size_t column);

#endif
