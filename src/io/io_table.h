/* An inter-country input-output table on its way into facts: every row is added up as it is read. */
#ifndef IO_IO_TABLE_H
#define IO_IO_TABLE_H

#include "io/import.h"

typedef enum bki_io_row {                     /* what a row of the table is */
                          BKI_IO_SALES,       /* of one industry of one country */
                          BKI_IO_VALUE_ADDED, /* at basic prices */
                          BKI_IO_OTHER_COST, /* taxes less subsidies, transport margins, adjustments: counted into value
                                                added */
                          BKI_IO_OUTPUT,     /* a total to compare with */
                          BKI_IO_SKIPPED     /* any other total */
} bki_io_row;

typedef enum bki_io_column_kind { BKI_IO_NO_COLUMN, BKI_IO_INDUSTRY, BKI_IO_FINAL } bki_io_column_kind;

typedef struct bki_io_column {
    bki_io_column_kind kind;
    uint32_t           region, sector; /* of the user; BK_NONE: not in the concordance, its cells are dropped */
    const char        *label;          /* for what is dropped */
    size_t             dropped;        /* cells */
    double             dropped_value;  /* money */
} bki_io_column;

typedef struct bki_io_table {
    bki_import    *import;
    double         unit;             /* money in one unit of the table */
    size_t         n_columns, first; /* of the file; where numbers start */
    bki_io_column *columns;          /* [n_columns] */
    double        *trade;            /* [sector][importer][exporter] money, all uses */
    double        *inputs;           /* [n_regions][using][supplying] money */
    double        *final_use;        /* [n_regions][n_sectors] money */
    double        *value_added;      /* [n_regions][n_sectors] money */
    double        *other_cost;       /* [n_regions][n_sectors] money */
    double        *output;           /* [n_regions][n_sectors] money, as the table says */
    bool           has_output;
    size_t         n_sellers;
} bki_io_table;

/* Refuses files that are there; allocates. */
bk_status bki_io_start(bki_import *import, size_t n_columns, size_t first, bki_io_table *table);

/* Tells a column by its country and code: an industry of the concordance, or final demand. */
bk_status bki_io_column_set(bki_io_table *table, size_t at, const char *country, size_t country_length,
                            const char *code, size_t code_length, bool is_final);

/* Adds a row; `country` and `code` of the seller matter for BKI_IO_SALES. */
bk_status bki_io_row_add(bki_io_table *table, bki_io_row kind, const char *country, size_t country_length,
                         const char *code, size_t code_length, const bki_csv_record *record);

/* Writes region.csv, trade.csv, account.csv and technology.csv. */
bk_status bki_io_finish(bki_io_table *table);

#endif
