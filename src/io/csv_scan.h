/* The inside of a reader of CSV, for csv.c and csv_scan.c only. */
#ifndef IO_CSV_SCAN_H
#define IO_CSV_SCAN_H

#include "io/csv.h"

struct bki_csv {
    bk_context *ctx;
    bk_arena   *arena;
    const char *shown;
    int         file;  /* -1: read from `bytes` */
    const char *bytes; /* [n_bytes] what is left of them */
    size_t      n_bytes;

    char     *buffer;               /* [capacity] */
    size_t    capacity, begin, end; /* the next record starts at `begin`, what has been read stops at `end` */
    bool      at_end;               /* of the file: nothing more to read */
    uint32_t *marks;                /* [capacity + slack] positions in the buffer */
    size_t    n_marks, next_mark;
    bool      is_ascii; /* the whole buffer is */

    bk_field *fields; /* [field_capacity] */
    size_t    field_capacity;
    size_t   *comma_columns; /* [n_comma_columns] whose decimal commas become points */
    size_t    n_comma_columns, comma_capacity;

    bool    is_started; /* the first block has been read */
    char    delimiter;
    size_t  width;  /* cells of the header, 0 before it */
    int64_t line;   /* of the record at `begin` */
    size_t  faults; /* recorded in this file */
};

typedef struct bki_csv_scan {    /* of one record; positions in the buffer */
    size_t      mark, cell, end; /* next mark; first byte of the cell; first byte behind the record */
    size_t      n_fields;
    size_t      last_line; /* where the line of the cell starts */
    bool        has_quoted_quotes;
    size_t      null_byte;          /* the first one, or SIZE_MAX */
    const char *fault, *fault_hint; /* a broken record: what, and what to do */
    size_t      fault_at;
} bki_csv_scan;

typedef enum bki_csv_step {
    BKI_CSV_ON,   /* the record goes on */
    BKI_CSV_DONE, /* it is whole */
    BKI_CSV_MORE, /* it runs past the buffer */
    BKI_CSV_FAULT
} bki_csv_step;

/* Cuts the record at csv->begin into csv->fields, columns in bytes, quotes still doubled.  Never BKI_CSV_ON; a fault
 * without a text is a lack of memory. */
bki_csv_step bki_csv_scan_record(bki_csv *csv, bki_csv_scan *scan);

#endif
