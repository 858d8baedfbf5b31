/* A table as read: chunks of rows that never move, so that adding one costs the same however many there are. */
#include "model/builder.h"

#include <math.h>
#include <string.h>

#define FIRST_CHUNKS 16

static bool
is_name(const bk_column_schema *column)
{
    return column->kind == BK_CELL_ID || column->kind == BK_CELL_TEXT;
}

bk_status
bki_rows_start(bk_builder *builder, bki_rows *rows, const bk_table_schema *schema)
{
    const bki_table_id id = bki_table_number(schema);
    const bool         keeps_all = id == BKI_OBSERVATION || id == BKI_PARAMETER || id == BKI_PROJECT;

    *rows = (bki_rows){.schema = schema, .shown = schema->file};
    rows->n_stored = keeps_all ? schema->n_columns : bki_table_common(schema);
    rows->chunk_capacity = FIRST_CHUNKS;
    rows->chunks = BK_NEW(builder->arena, bki_chunk, rows->chunk_capacity);
    return bk_arena_ok(builder->arena);
}

static bool
directory_grow(bk_builder *builder, bki_rows *rows)
{
    bki_chunk *grown = BK_NEW(builder->arena, bki_chunk, 2 * rows->chunk_capacity);

    if (grown == NULL)
        return false;
    memcpy(grown, rows->chunks, rows->n_chunks * sizeof *grown);
    rows->chunks = grown;
    rows->chunk_capacity *= 2;
    return true;
}

static bool
chunk_add(bk_builder *builder, bki_rows *rows)
{
    if (rows->n_chunks == rows->chunk_capacity && !directory_grow(builder, rows))
        return false;
    bki_chunk *chunk = &rows->chunks[rows->n_chunks];
    chunk->cells = BK_NEW(builder->arena, bki_cell, BKI_CHUNK_ROWS * rows->n_stored);
    chunk->columns = BK_NEW(builder->arena, uint16_t, BKI_CHUNK_ROWS * rows->n_stored);
    chunk->lines = BK_NEW(builder->arena, int32_t, BKI_CHUNK_ROWS);
    if (builder->arena->failed)
        return false;
    rows->n_chunks++;
    return true;
}

bki_cell *
bki_rows_add(bk_builder *builder, bki_rows *rows, int line, uint16_t **columns)
{
    const size_t at = rows->n_rows % BKI_CHUNK_ROWS;

    if (rows->n_rows / BKI_CHUNK_ROWS == rows->n_chunks && !chunk_add(builder, rows))
        return NULL;
    const bki_chunk *chunk = bki_chunk_of(rows, rows->n_rows);
    bki_cell        *cells = &chunk->cells[at * rows->n_stored];
    chunk->lines[at] = line;
    *columns = &chunk->columns[at * rows->n_stored];
    rows->n_rows++;
    for (size_t c = 0; !rows->has_all && c < rows->n_stored; c++) {
        if (is_name(&rows->schema->columns[c]))
            cells[c].symbol = BK_NONE;
        else
            cells[c].number = NAN;
    }
    return cells;
}

bki_place
bki_place_of(const bki_rows *rows, size_t row, size_t column)
{
    const bki_chunk *chunk = bki_chunk_of(rows, row);
    const size_t     at = row % BKI_CHUNK_ROWS;
    const int        position = chunk->columns[at * rows->n_stored + column];

    return (bki_place){rows->shown, chunk->lines[at], position > 0 ? position : 1};
}

double
bki_number_or(const bki_rows *rows, size_t row, size_t column, double otherwise)
{
    const double value = bki_number_at(rows, row, column);

    return isnan(value) ? otherwise : value;
}

const char *
bki_text_at(const bk_builder *builder, const bki_rows *rows, size_t row, size_t column)
{
    const uint32_t symbol = bki_symbol_at(rows, row, column);
    const char    *text = symbol != BK_NONE ? bk_names_text(builder->symbols, symbol) : NULL;

    return text != NULL ? text : "";
}
