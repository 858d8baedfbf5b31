/* A table is checked once, when it is appended; what reads it later trusts it. */
#include "buckle/results.h"

#include <math.h>
#include <string.h>

static bk_status
table_fault(bk_context *ctx, const bk_table *table, const char *what)
{
    return bk_fail(ctx, BK_ERR_VALUE, "table %s: %s", table->name, what);
}

static bool
is_named(const char *text)
{
    return text != NULL && text[0] != '\0';
}

static bool
column_has_array(const bk_column *column)
{
    switch (column->kind) {
    case BK_COLUMN_TEXT:
        return column->text != NULL;
    case BK_COLUMN_NUMBER:
        return column->number != NULL;
    case BK_COLUMN_INTEGER:
        return column->integer != NULL;
    }
    return false;
}

static bk_status
column_check(bk_context *ctx, const bk_table *table, const bk_column *column)
{
    if (!is_named(column->name) || column->unit == NULL || column->meaning == NULL)
        return table_fault(ctx, table, "a column without name, unit or meaning");
    if (bk_table_column(table, column->name) != column)
        return bk_fail(ctx, BK_ERR_DUPLICATE, "table %s has two columns %s", table->name, column->name);
    if (table->n_rows > 0 && !column_has_array(column))
        return bk_fail(ctx, BK_ERR_VALUE, "table %s, column %s has no values", table->name, column->name);
    for (size_t row = 0; column->kind == BK_COLUMN_NUMBER && row < table->n_rows; row++)
        if (!isfinite(column->number[row]) && (column->empty == NULL || !column->empty[row]))
            return bk_fail(ctx, BK_ERR_VALUE, "table %s, column %s, row %zu is not a finite number", table->name,
                           column->name, row + 1);
    return BK_OK;
}

/* A point has one position, a line at least two; a row may also have none. */
static bk_status
geometry_check(bk_context *ctx, const bk_table *table)
{
    if (table->geometry == BK_GEOMETRY_NONE)
        return table->first_point == NULL ? BK_OK : table_fault(ctx, table, "points without a kind of geometry");
    if (table->first_point == NULL || table->first_point[0] != 0)
        return table_fault(ctx, table, "a geometry whose points do not start at 0");
    if (table->lon_lat == NULL && table->first_point[table->n_rows] > 0)
        return table_fault(ctx, table, "a geometry without positions");
    for (size_t row = 0; row < table->n_rows; row++) {
        const uint32_t first = table->first_point[row], end = table->first_point[row + 1];
        const bool     is_whole = table->geometry == BK_GEOMETRY_POINT ? end == first + 1 : end > first + 1;
        if (end != first && !is_whole)
            return bk_fail(ctx, BK_ERR_VALUE, "table %s, row %zu has a geometry of %lld points", table->name, row + 1,
                           (long long)end - (long long)first);
        for (size_t i = first; i < end; i++)
            if (!(fabs(table->lon_lat[2 * i]) <= 360.0 && fabs(table->lon_lat[2 * i + 1]) <= 90.0))
                return bk_fail(ctx, BK_ERR_VALUE, "table %s, row %zu has a point that is not on the globe", table->name,
                               row + 1);
    }
    return BK_OK;
}

static bk_status
style_check(bk_context *ctx, const bk_table *table, const char *name)
{
    if (name == NULL)
        return BK_OK;
    const bk_column *column = bk_table_column(table, name);
    if (column == NULL || column->kind == BK_COLUMN_TEXT)
        return bk_fail(ctx, BK_ERR_VALUE, "table %s has no column %s of numbers to style by", table->name, name);
    return BK_OK;
}

static bk_status
table_check(bk_context *ctx, const bk_results *results, const bk_table *table)
{
    if (!is_named(table->name) || table->title == NULL)
        return bk_fail(ctx, BK_ERR_VALUE, "a table without name or title");
    if (bk_results_find(results, table->name) != NULL)
        return bk_fail(ctx, BK_ERR_DUPLICATE, "there is a table %s already", table->name);
    if (table->n_columns == 0)
        return table_fault(ctx, table, "no columns");
    for (size_t i = 0; i < table->n_columns; i++)
        BK_TRY(column_check(ctx, table, &table->columns[i]));
    BK_TRY(geometry_check(ctx, table));
    BK_TRY(style_check(ctx, table, table->style_width));
    return style_check(ctx, table, table->style_colour);
}

bk_status
bk_results_append(bk_context *ctx, bk_results *results, const bk_table *table)
{
    BK_TRY(table_check(ctx, results, table));
    const bk_table **tables =
        bk_arena_grow(results->arena, results->tables, results->n_tables, 1, sizeof *tables, &results->capacity);
    bk_table *kept = BK_NEW(results->arena, bk_table, 1);
    BK_TRY(bk_arena_ok(results->arena));
    results->tables = tables;
    *kept = *table;
    results->tables[results->n_tables++] = kept;
    return BK_OK;
}

const bk_table *
bk_results_find(const bk_results *results, const char *name)
{
    for (size_t i = 0; i < results->n_tables; i++)
        if (strcmp(results->tables[i]->name, name) == 0)
            return results->tables[i];
    return NULL;
}

const bk_column *
bk_table_column(const bk_table *table, const char *name)
{
    for (size_t i = 0; i < table->n_columns; i++)
        if (table->columns[i].name != NULL && strcmp(table->columns[i].name, name) == 0)
            return &table->columns[i];
    return NULL;
}
