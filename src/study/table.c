#include "study/table.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* The columns of a result table are const for its readers; here they are still being written. */
#define WRITABLE(type, pointer) ((type *)(uintptr_t)(pointer))

static void
allocate_column(bki_table *table, bk_column *column, const bki_column *spec)
{
    *column = (bk_column){.name = spec->name, .unit = spec->unit, .meaning = spec->meaning, .kind = spec->kind};
    column->empty = BK_NEW(table->arena, bool, table->capacity);
    if (spec->kind == BK_COLUMN_TEXT)
        column->text = BK_NEW(table->arena, const char *, table->capacity);
    else if (spec->kind == BK_COLUMN_NUMBER)
        column->number = BK_NEW(table->arena, double, table->capacity);
    else
        column->integer = BK_NEW(table->arena, int64_t, table->capacity);
}

bki_table *
bki_table_create(bk_arena *arena, const char *name, const char *title, const bki_column *columns, size_t n_columns,
                 size_t capacity, bk_geometry geometry)
{
    bki_table *table = BK_NEW(arena, bki_table, 1);

    if (!table)
        return NULL;
    table->arena = arena;
    table->capacity = capacity;
    table->columns = BK_NEW(arena, bk_column, n_columns);
    if (!table->columns)
        return NULL;
    table->table = (bk_table){
        .name = name, .title = title, .n_columns = n_columns, .columns = table->columns, .geometry = geometry};
    for (size_t c = 0; c < n_columns; c++)
        allocate_column(table, &table->columns[c], &columns[c]);
    if (geometry != BK_GEOMETRY_NONE)
        table->first_point = BK_NEW(arena, uint32_t, capacity + 1);
    return table;
}

void
bki_table_style(bki_table *table, const char *width, const char *colour)
{
    table->table.style_width = width;
    table->table.style_colour = colour;
}

static bk_column *
next_column(bki_table *table, bk_column_kind kind)
{
    bk_column *column = &table->columns[table->at++];

    assert(table->at <= table->table.n_columns && table->table.n_rows < table->capacity && column->kind == kind);
    (void)kind;
    return column;
}

void
bki_put_text(bki_table *table, const char *text)
{
    bk_column *column = next_column(table, BK_COLUMN_TEXT);

    WRITABLE(const char *, column->text)[table->table.n_rows] = text;
    WRITABLE(bool, column->empty)[table->table.n_rows] = text == NULL;
}

void
bki_put_number(bki_table *table, double number)
{
    bk_column *column = next_column(table, BK_COLUMN_NUMBER);

    WRITABLE(double, column->number)[table->table.n_rows] = isfinite(number) ? number : 0.0;
    WRITABLE(bool, column->empty)[table->table.n_rows] = !isfinite(number);
}

void
bki_put_integer(bki_table *table, int64_t integer)
{
    bk_column *column = next_column(table, BK_COLUMN_INTEGER);

    WRITABLE(int64_t, column->integer)[table->table.n_rows] = integer;
}

void
bki_put_point(bki_table *table, double lon, double lat)
{
    if (table->n_points == table->point_capacity) {
        const size_t capacity = table->point_capacity ? 2 * table->point_capacity : 1024;
        double(*points)[2] = bk_arena_alloc(table->arena, capacity, sizeof *points);
        if (!points)
            return; /* the arena remembers; the append fails */
        if (table->n_points)
            memcpy(points, table->points, table->n_points * sizeof *points);
        table->points = points;
        table->point_capacity = capacity;
    }
    table->points[table->n_points][0] = lon;
    table->points[table->n_points++][1] = lat;
}

void
bki_end_row(bki_table *table)
{
    assert(table->at == table->table.n_columns);
    table->at = 0;
    table->table.n_rows++;
    if (table->first_point)
        table->first_point[table->table.n_rows] = (uint32_t)table->n_points;
}

bk_status
bki_table_append(bk_context *ctx, bk_results *results, bki_table *table)
{
    BK_TRY(bk_arena_ok(table->arena));
    table->table.first_point = table->first_point;
    table->table.lon_lat = table->points ? table->points[0] : NULL;
    return bk_results_append(ctx, results, &table->table);
}
