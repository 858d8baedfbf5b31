/* Named tables whose columns carry unit and meaning; append only.  Every door (text, JSON, GeoPackage, map, Python)
 * shows these. */
#ifndef BUCKLE_RESULTS_H
#define BUCKLE_RESULTS_H

#include "buckle/base.h"

typedef enum bk_column_kind { BK_COLUMN_TEXT, BK_COLUMN_NUMBER, BK_COLUMN_INTEGER } bk_column_kind;
typedef enum bk_geometry { BK_GEOMETRY_NONE, BK_GEOMETRY_POINT, BK_GEOMETRY_LINE } bk_geometry;

typedef struct bk_column {
    const char        *name;    /* "welfare_pct" */
    const char        *unit;    /* "USD/t", "%", "" */
    const char        *meaning; /* one sentence, with the source of the formula where it has one */
    bk_column_kind     kind;
    const char *const *text;    /* [n_rows], NULL cell: empty; kind text */
    const double      *number;  /* [n_rows] unit as above; NAN is refused at append, use `empty` */
    const int64_t     *integer; /* [n_rows] unit as above */
    const bool        *empty;   /* [n_rows] or NULL: none */
} bk_column;

typedef struct bk_table {
    const char      *name;  /* "economies" */
    const char      *title; /* a sentence */
    size_t           n_rows, n_columns;
    const bk_column *columns; /* [n_columns] */
    bk_geometry      geometry;
    const uint32_t  *first_point;                /* [n_rows + 1] into points; NULL without geometry */
    const double    *lon_lat;                    /* [n points][2] degrees, WGS 84 */
    const char      *style_width, *style_colour; /* columns that drive the layer's style, or NULL */
} bk_table;

typedef struct bk_results { /* zero it, then append; held by one arena */
    size_t           n_tables, capacity;
    const bk_table **tables;
    bk_arena        *arena;
} bk_results;

/* Checks the table (equal lengths, finite numbers, unique name) and keeps it; arrays are not copied and must live as
 * long as the arena.  Returns BK_OK, BK_ERR_VALUE (names table, column and row), BK_ERR_DUPLICATE, BK_ERR_NO_MEMORY. */
bk_status        bk_results_append(bk_context *ctx, bk_results *results, const bk_table *table);
const bk_table  *bk_results_find(const bk_results *results, const char *name); /* NULL if absent */
const bk_column *bk_table_column(const bk_table *table, const char *name);     /* NULL if absent */

/* ---- two results side by side ------------------------------------------------------------------------------------ */

typedef struct bk_cell_difference {
    const char *row;        /* what names the row, "KAZ, belt-and-road" */
    const char *column;     /* of both tables */
    bool        is_number;  /* else a and b are NAN */
    const char *text[2];    /* [2] as cells read in a and b; NULL: empty */
    double      a, b;       /* in the column's unit; NAN where the cell is empty */
    double      importance; /* |a - b| over the largest magnitude in the column of both; 1 for texts and empty cells */
} bk_cell_difference;

typedef struct bk_table_difference {
    const char               *table;
    size_t                    n_rows[2];    /* [2] in a and b; 0 where the table is missing */
    size_t                    alone[2];     /* [2] rows that only a, only b has */
    const char *const        *columns[2];   /* [n_columns] names of columns that only a, only b has */
    size_t                    n_columns[2]; /* [2] */
    size_t                    n_cells;      /* compared */
    size_t                    n_differences;
    const bk_cell_difference *differences; /* [n_differences] by importance, then in order of rows and columns */
} bk_table_difference;

typedef struct bk_results_difference {
    bool                       same; /* no table, row, column or cell differs */
    size_t                     n_cells, n_differences;
    size_t                     n_tables;
    const bk_table_difference *tables; /* [n_tables] of a, then those of b alone */
} bk_results_difference;

/**
 * Every cell of two results, matched by the names of tables and columns and by what names a row: its first columns of
 * text or integers, as few as make rows unique in both tables, else also its place among equals.
 *
 * Input    `tolerance` numbers differ beyond this share of the larger of the two; 0: in any bit but the sign of 0
 * Output   `*out`, held by `arena`
 * Returns  BK_OK, BK_ERR_NO_MEMORY
 */
bk_status bk_results_compare(bk_context *ctx, const bk_results *a, const bk_results *b, double tolerance,
                             bk_arena *arena, bk_results_difference *out);

#endif
