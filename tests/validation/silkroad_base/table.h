/* A CSV file as columns of text, for tests. */
#ifndef SILKROAD_TABLE_H
#define SILKROAD_TABLE_H

#include "bkt.h"

#include "io/csv.h"

typedef struct table {
    size_t       n_rows, n_columns;
    const char **cells; /* [n_rows + 1][n_columns], the header first */
} table;

static inline table
table_read(bk_context *ctx, bk_arena *arena, const char *folder, const char *name)
{
    const char    *path = bk_arena_format(arena, "%s/%s", folder, name);
    bki_csv       *csv = bki_csv_create(ctx, arena);
    bki_csv_record record;
    table          t = {0};
    size_t         capacity = 0;

    assert_int_equal(bki_csv_open(csv, path, path), BK_OK);
    for (size_t row = 0;; row++) {
        assert_int_equal(bki_csv_next(csv, &record), BK_OK);
        if (record.n_fields == 0)
            break;
        t.n_columns = record.n_fields;
        t.n_rows = row;
        if (row == capacity) {
            const char **grown = BK_NEW(arena, const char *, (capacity = 2 * capacity + 64) * t.n_columns);
            if (row > 0)
                memcpy(grown, t.cells, row * t.n_columns * sizeof *grown);
            t.cells = grown;
        }
        for (size_t c = 0; c < t.n_columns; c++)
            t.cells[row * t.n_columns + c] = bk_arena_text(arena, record.fields[c].text, record.fields[c].length);
    }
    bki_csv_close(csv);
    assert_true(t.n_rows > 0);
    return t;
}

static inline const char *
table_text(const table *t, size_t row, const char *column)
{
    for (size_t c = 0; c < t->n_columns; c++)
        if (strcmp(t->cells[c], column) == 0)
            return t->cells[(row + 1) * t->n_columns + c];
    fail_msg("no column %s", column);
    return "";
}

static inline double
table_number(const table *t, size_t row, const char *column)
{
    return strtod(table_text(t, row, column), NULL);
}

#endif
