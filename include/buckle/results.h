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

#endif
