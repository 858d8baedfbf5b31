/* A table as CSV (RFC 4180, lines ended by LF as in studies).  Units stand in the names: `tonnes [t/yr]`; a geometry is
 * a last column in well-known text. */
#include "buckle/io.h"
#include "io/file.h"
#include "io/folder.h"
#include "io/text.h"

#include <stdio.h>
#include <string.h>

static void
header_add(bki_text *text, const bk_table *table)
{
    char name[512];

    for (size_t i = 0; i < table->n_columns; i++) {
        const bk_column *column = &table->columns[i];
        if (column->unit[0] != '\0')
            snprintf(name, sizeof name, "%s [%s]", column->name, column->unit);
        else
            snprintf(name, sizeof name, "%s", column->name);
        bki_text_add(text, i > 0 ? "," : "");
        bki_text_cell(text, name);
    }
    bki_text_add(text, table->geometry != BK_GEOMETRY_NONE ? ",WKT\n" : "\n");
}

static void
value_add(bki_text *text, const bk_table *table, const bk_column *column, size_t row)
{
    char number[BKI_NUMBER_SIZE];

    if ((column->empty != NULL && column->empty[row]) ||
        (column->kind == BK_COLUMN_TEXT && column->text[row] == NULL)) {
        if (table->n_columns == 1) /* an empty line would not be a row */
            bki_text_add(text, "\"\"");
        return;
    }
    switch (column->kind) {
    case BK_COLUMN_TEXT:
        bki_text_cell(text, column->text[row]);
        break;
    case BK_COLUMN_NUMBER:
        bki_text_append(text, number, bki_number_text(number, column->number[row]));
        break;
    case BK_COLUMN_INTEGER:
        bki_text_format(text, "%lld", (long long)column->integer[row]);
        break;
    }
}

static void
geometry_add(bki_text *text, const bk_table *table, size_t row)
{
    const uint32_t first = table->first_point[row], end = table->first_point[row + 1];
    char           number[BKI_NUMBER_SIZE];

    bki_text_add(text, ",");
    if (first == end)
        return;
    bki_text_add(text, table->geometry == BK_GEOMETRY_POINT ? "POINT (" : "\"LINESTRING (");
    for (size_t i = first; i < end; i++) {
        bki_text_add(text, i > first ? "," : "");
        bki_text_append(text, number, bki_number_text(number, table->lon_lat[2 * i]));
        bki_text_add(text, " ");
        bki_text_append(text, number, bki_number_text(number, table->lon_lat[2 * i + 1]));
    }
    bki_text_add(text, table->geometry == BK_GEOMETRY_POINT ? ")" : ")\"");
}

static bk_status
table_write(bk_context *ctx, const bk_table *table, const bki_replacement *replacement, bk_arena *scratch)
{
    bki_text text = {.arena = scratch};

    header_add(&text, table);
    for (size_t row = 0; row < table->n_rows; row++) {
        for (size_t i = 0; i < table->n_columns; i++) {
            bki_text_add(&text, i > 0 ? "," : "");
            value_add(&text, table, &table->columns[i], row);
        }
        if (table->geometry != BK_GEOMETRY_NONE)
            geometry_add(&text, table, row);
        bki_text_add(&text, "\n");
        BK_TRY(bki_text_flush(ctx, &text, replacement, BKI_BLOCK));
    }
    return bki_text_flush(ctx, &text, replacement, 1);
}

static bk_status
csv_write(bk_context *ctx, const bk_table *table, const char *path, bk_arena *scratch)
{
    bki_replacement replacement;

    BK_TRY(bki_replace_begin(ctx, scratch, path, &replacement));
    const bk_status status = table_write(ctx, table, &replacement, scratch);
    if (status == BK_OK)
        return bki_replace_commit(ctx, &replacement);
    bki_replace_abandon(&replacement);
    return status;
}

bk_status
bk_csv_write(bk_context *ctx, const bk_table *table, const char *path)
{
    bk_arena scratch;

    bk_arena_init(&scratch, ctx);
    const bk_status status = csv_write(ctx, table, path, &scratch);
    bk_arena_release(&scratch);
    return status;
}

bk_status
bk_csv_write_all(bk_context *ctx, const bk_results *results, const char *folder, bk_arena *arena, const char **paths)
{
    BK_TRY(bki_folder_make(ctx, folder));
    for (size_t t = 0; t < results->n_tables; t++) {
        const char *name = bk_arena_format(arena, "%s.csv", results->tables[t]->name);
        BK_TRY(bk_arena_ok(arena));
        paths[t] = bki_path_join(arena, folder, name);
        BK_TRY(bk_arena_ok(arena));
        BK_TRY(bk_csv_write(ctx, results->tables[t], paths[t]));
    }
    return BK_OK;
}
