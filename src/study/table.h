/* Tables written row by row, cell by cell, in the order of their columns. */
#ifndef STUDY_TABLE_H
#define STUDY_TABLE_H

#include "buckle/results.h"

typedef struct bki_column {
    const char    *name, *unit, *meaning;
    bk_column_kind kind;
} bki_column;

typedef struct bki_table {
    bk_arena  *arena;
    bk_table   table;
    bk_column *columns;
    size_t     capacity;    /* rows */
    size_t     at;          /* next column of the row in hand */
    uint32_t  *first_point; /* [capacity + 1] into points */
    double (*points)[2];
    size_t n_points, point_capacity;
} bki_table;

/* Room for `capacity` rows.  Check bk_arena_ok before writing.  `columns` must live as long as the arena. */
bki_table *bki_table_create(bk_arena *arena, const char *name, const char *title, const bki_column *columns,
                            size_t n_columns, size_t capacity, bk_geometry geometry);
void       bki_table_style(bki_table *table, const char *width, const char *colour); /* columns, or NULL */

/* The next cell of the row in hand.  A number that is not finite leaves its cell empty; so does text NULL. */
void bki_put_text(bki_table *table, const char *text);
void bki_put_number(bki_table *table, double number);
void bki_put_integer(bki_table *table, int64_t integer);
/* The next point of the row's geometry, degrees. */
void bki_put_point(bki_table *table, double lon, double lat);
/* The row is full. */
void bki_end_row(bki_table *table);

bk_status bki_table_append(bk_context *ctx, bk_results *results, bki_table *table);

#endif
