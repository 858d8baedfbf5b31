/* The tables of a study as they stand in its files, to be edited elsewhere: numbers as numbers, nothing judged. */
#include "buckle/io.h"
#include "io/columns.h"
#include "io/folder.h"

#include <string.h>

typedef struct raw_table {
    bk_context            *ctx;
    bk_arena              *arena;
    const bk_table_schema *schema;
    size_t                 n_columns, n_rows;
    const char           **names; /* [n_columns] */
    size_t                 n_cells, capacity;
    const char           **cells; /* [n_rows][n_columns] */
} raw_table;

static const bk_column_schema *
schema_of(const raw_table *table, size_t column)
{
    for (size_t c = 0; c < table->schema->n_columns; c++)
        if (strcmp(table->schema->columns[c].name, table->names[column]) == 0)
            return &table->schema->columns[c];
    return NULL;
}

static bool
is_of_numbers(const bk_column_schema *column)
{
    return column && (column->kind == BK_CELL_NUMBER || column->kind == BK_CELL_INTEGER);
}

static bk_status
header_read(raw_table *table, bki_csv *csv)
{
    bki_csv_record record;

    BK_TRY(bki_csv_next(csv, &record));
    table->n_columns = record.n_fields;
    table->names = BK_NEW(table->arena, const char *, record.n_fields + 1);
    BK_TRY(bk_arena_ok(table->arena));
    for (size_t c = 0; c < record.n_fields; c++) {
        const bki_span name = bki_span_trim(record.fields[c].text, record.fields[c].length);
        table->names[c] = bk_arena_text(table->arena, name.start, name.length);
    }
    BK_TRY(bk_arena_ok(table->arena));
    for (size_t c = 0; bki_csv_has_semicolons(csv) && c < table->n_columns; c++)
        if (is_of_numbers(schema_of(table, c)))
            BK_TRY(bki_csv_decimal_comma(csv, c));
    return BK_OK;
}

static bk_status
rows_read(raw_table *table, bki_csv *csv)
{
    bki_csv_record record;

    for (;;) {
        BK_TRY(bki_csv_next(csv, &record));
        if (record.n_fields == 0)
            return BK_OK;
        const char **cells = bk_arena_grow(table->arena, table->cells, table->n_cells, table->n_columns, sizeof *cells,
                                           &table->capacity);
        BK_TRY(bk_arena_ok(table->arena));
        table->cells = cells;
        for (size_t c = 0; c < table->n_columns; c++)
            cells[table->n_cells++] = bk_arena_text(table->arena, record.fields[c].text, record.fields[c].length);
        table->n_rows++;
    }
}

/* A column whose cells are all numbers where the schema wants some; any other as text. */
static bk_status
column_make(const raw_table *table, size_t c, bk_column *out)
{
    const bk_column_schema *schema = schema_of(table, c);
    const char            **text = BK_NEW(table->arena, const char *, table->n_rows + 1);
    double                 *number = BK_NEW(table->arena, double, table->n_rows + 1);
    bool                   *empty = BK_NEW(table->arena, bool, table->n_rows + 1);
    bool                    is_number = is_of_numbers(schema);

    BK_TRY(bk_arena_ok(table->arena));
    for (size_t row = 0; row < table->n_rows; row++) {
        const bki_span cell =
            bki_span_trim(table->cells[row * table->n_columns + c], strlen(table->cells[row * table->n_columns + c]));
        empty[row] = cell.length == 0;
        text[row] = table->cells[row * table->n_columns + c];
        is_number = is_number && (empty[row] || bki_span_number(cell, &number[row]));
    }
    *out = (bk_column){.name = table->names[c],
                       .unit = schema ? schema->unit : "",
                       .meaning = schema ? schema->meaning : "not a column of this table; kept and not used",
                       .kind = is_number ? BK_COLUMN_NUMBER : BK_COLUMN_TEXT,
                       .text = text,
                       .number = number,
                       .empty = empty};
    return BK_OK;
}

/* "link" of "network/link.csv". */
static const char *
name_of(bk_arena *arena, const bk_table_schema *schema)
{
    const char *slash = strrchr(schema->file, '/'), *name = slash ? slash + 1 : schema->file;

    return bk_arena_text(arena, name, strlen(name) - strlen(".csv"));
}

static bk_status
table_read(raw_table *raw, bki_csv *csv, bk_results *out)
{
    BK_TRY(header_read(raw, csv));
    BK_TRY(rows_read(raw, csv));
    bk_column *columns = BK_NEW(raw->arena, bk_column, raw->n_columns + 1);
    bk_table   table = {.name = name_of(raw->arena, raw->schema),
                        .title = raw->schema->meaning,
                        .n_rows = raw->n_rows,
                        .n_columns = raw->n_columns,
                        .columns = columns};
    BK_TRY(bk_arena_ok(raw->arena));
    for (size_t c = 0; c < raw->n_columns; c++)
        BK_TRY(column_make(raw, c, &columns[c]));
    return bk_results_append(raw->ctx, out, &table);
}

bk_status
bk_study_tables(bk_context *ctx, const char *folder, bk_arena *arena, bk_results *out)
{
    bki_csv  *csv = bki_csv_create(ctx, arena);
    bk_status status = bk_arena_ok(arena);

    *out = (bk_results){.arena = arena};
    for (size_t t = 0; status == BK_OK && t < bk_table_schema_count(); t++) {
        raw_table   raw = {.ctx = ctx, .arena = arena, .schema = bk_table_schema_get(t)};
        const char *path = bki_path_join(arena, folder, raw.schema->file);
        status = bk_arena_ok(arena);
        if (status != BK_OK || !bki_exists(path))
            continue;
        status = bki_csv_open(csv, path, path);
        if (status == BK_OK)
            status = table_read(&raw, csv, out);
    }
    if (csv)
        bki_csv_close(csv);
    if (status != BK_OK)
        return status;
    if (bk_error_count(ctx) > 0) /* rows that are none were told, and would be lost */
        return bk_error_get(ctx, 0)->code;
    if (out->n_tables == 0)
        return bk_fail_at(ctx, BK_ERR_FILE, folder, 0, 0, "`buckle help export` says what goes",
                          "has no tables of a study");
    return BK_OK;
}
