/* A workbook: first a sheet of all columns with unit and meaning, then one sheet for each table: names, units, rows.
 *
 * Text is always written as text, so that no cell is ever a formula, also where it begins like one (= + - @).  Rows
 * beyond what a sheet holds go on in the next one.  Sheets are written row by row through temporary files, so that
 * memory does not grow with the tables. */
#include "buckle/io.h"
#include "io/cells.h"
#include "io/file.h"
#include "io/folder.h"

#include <stdio.h>
#include <string.h>
#include <xlsxwriter.h>

#define HEAD_ROWS     2
#define LONGEST_NAME  31                 /* characters of a sheet's name */
#define LONGEST_TEXT  32767              /* characters of a cell */
#define EXACT_INTEGER ((int64_t)1 << 53) /* beyond it Excel's numbers are not whole */

typedef struct workbook {
    bk_context   *ctx;
    bk_arena     *scratch;
    const char   *path; /* as given, for messages */
    lxw_workbook *book;
    lxw_format   *head, *unit;
} workbook;

static bk_status
failed(const workbook *w, lxw_error error)
{
    if (error == LXW_ERROR_MEMORY_MALLOC_FAILED)
        return bk_fail_no_memory(w->ctx);
    return bk_fail(w->ctx, BK_ERR_FILE, "%s: %s", w->path, lxw_strerror(error));
}

/* "trade", "trade 2"; characters that a sheet's name cannot have become spaces, and what is too long is cut. */
static const char *
sheet_name(const workbook *w, const char *table, size_t part)
{
    const char *ending = part > 1 ? bk_arena_format(w->scratch, " %zu", part) : "";
    char       *name;

    if (!ending)
        return NULL;
    name = bk_arena_format(w->scratch, "%.*s%s", LONGEST_NAME - (int)strlen(ending), table, ending);
    for (char *c = name; c && *c != '\0'; c++)
        if (strchr("[]:*?/\\'", *c) || (*c & 0x80))
            *c = ' ';
    return name;
}

static lxw_error
write_text(lxw_worksheet *sheet, lxw_row_t row, size_t column, const char *text, lxw_format *format)
{
    return text[0] == '\0' ? LXW_NO_ERROR : worksheet_write_string(sheet, row, (lxw_col_t)column, text, format);
}

static lxw_error
write_cell(lxw_worksheet *sheet, lxw_row_t row, size_t c, const bk_column *column, size_t at)
{
    if (bki_cell_is_empty(column, at))
        return LXW_NO_ERROR;
    if (column->kind == BK_COLUMN_TEXT)
        return write_text(sheet, row, c, column->text[at], NULL);
    if (column->kind == BK_COLUMN_NUMBER)
        return worksheet_write_number(sheet, row, (lxw_col_t)c, column->number[at], NULL);
    if (column->integer[at] > EXACT_INTEGER || column->integer[at] < -EXACT_INTEGER) {
        char digits[32];
        snprintf(digits, sizeof digits, "%lld", (long long)column->integer[at]);
        return worksheet_write_string(sheet, row, (lxw_col_t)c, digits, NULL);
    }
    return worksheet_write_number(sheet, row, (lxw_col_t)c, (double)column->integer[at], NULL);
}

static lxw_error
write_head(const workbook *w, lxw_worksheet *sheet, const bk_table *table)
{
    lxw_error error = LXW_NO_ERROR;

    worksheet_freeze_panes(sheet, HEAD_ROWS, 0);
    for (size_t c = 0; c < table->n_columns; c++) {
        const bool is_text = table->columns[c].kind == BK_COLUMN_TEXT;
        worksheet_set_column(sheet, (lxw_col_t)c, (lxw_col_t)c, is_text ? 22 : 16, NULL);
    }
    for (size_t c = 0; error == LXW_NO_ERROR && c < table->n_columns; c++)
        error = write_text(sheet, 0, c, table->columns[c].name, w->head);
    for (size_t c = 0; error == LXW_NO_ERROR && c < table->n_columns; c++)
        error = write_text(sheet, 1, c, table->columns[c].unit, w->unit);
    return error;
}

static bk_status
add_sheet(const workbook *w, const char *table, size_t part, lxw_worksheet **out)
{
    const char *name = sheet_name(w, table, part);

    BK_TRY(bk_arena_ok(w->scratch));
    *out = workbook_add_worksheet(w->book, name);
    if (!*out)
        return bk_fail(w->ctx, BK_ERR_FILE, "%s: no sheet could be added for the table '%s'", w->path, table);
    return BK_OK;
}

static bk_status
write_table(const workbook *w, const bk_table *table)
{
    const size_t most = LXW_ROW_MAX - HEAD_ROWS;

    for (size_t first = 0, part = 1; first < table->n_rows || part == 1; first += most, part++) {
        lxw_worksheet *sheet = NULL;
        const size_t   end = table->n_rows - first > most ? first + most : table->n_rows;
        BK_TRY(add_sheet(w, table->name, part, &sheet));
        lxw_error error = write_head(w, sheet, table);
        for (size_t row = first; error == LXW_NO_ERROR && row < end; row++)
            for (size_t c = 0; error == LXW_NO_ERROR && c < table->n_columns; c++)
                error = write_cell(sheet, (lxw_row_t)(row - first + HEAD_ROWS), c, &table->columns[c], row);
        if (error == LXW_ERROR_MAX_STRING_LENGTH_EXCEEDED)
            return bk_fail(w->ctx, BK_ERR_VALUE,
                           "%s: a text of the table '%s' is longer than the %d characters of a cell", w->path,
                           table->name, LONGEST_TEXT);
        if (error != LXW_NO_ERROR)
            return failed(w, error);
    }
    return BK_OK;
}

/* The first sheet: what every column of every table is. */
static bk_status
write_contents(const workbook *w, const bk_results *results)
{
    static const char *const head[] = {"table", "column", "unit", "meaning"};
    static const double      width[] = {22, 28, 12, 90};
    lxw_worksheet           *sheet = NULL;
    lxw_error                error = LXW_NO_ERROR;
    lxw_row_t                row = 1;

    BK_TRY(add_sheet(w, "columns", 1, &sheet));
    worksheet_freeze_panes(sheet, 1, 0);
    for (size_t c = 0; error == LXW_NO_ERROR && c < 4; c++) {
        worksheet_set_column(sheet, (lxw_col_t)c, (lxw_col_t)c, width[c], NULL);
        error = write_text(sheet, 0, c, head[c], w->head);
    }
    for (size_t t = 0; t < results->n_tables; t++)
        for (size_t c = 0; error == LXW_NO_ERROR && c < results->tables[t]->n_columns; c++, row++) {
            const bk_column  *column = &results->tables[t]->columns[c];
            const char *const texts[] = {results->tables[t]->name, column->name, column->unit, column->meaning};
            for (size_t i = 0; error == LXW_NO_ERROR && i < 4; i++)
                error = write_text(sheet, row, i, texts[i], NULL);
        }
    return error == LXW_NO_ERROR ? BK_OK : failed(w, error);
}

static bk_status
write_book(workbook *w, const bk_results *results)
{
    w->head = workbook_add_format(w->book);
    w->unit = workbook_add_format(w->book);
    if (!w->head || !w->unit)
        return bk_fail_no_memory(w->ctx);
    format_set_bold(w->head);
    format_set_italic(w->unit);
    BK_TRY(write_contents(w, results));
    for (size_t t = 0; t < results->n_tables; t++)
        BK_TRY(write_table(w, results->tables[t]));
    return BK_OK;
}

static bk_status
xlsx_write(bk_context *ctx, const bk_results *results, const char *path, bk_arena *scratch)
{
    workbook        w = {.ctx = ctx, .scratch = scratch, .path = path};
    bki_replacement replacement;

    BK_TRY(bki_replace_begin(ctx, scratch, path, &replacement));
    const char          *target = replacement.temporary ? replacement.temporary : replacement.target;
    const char          *folder = bki_path_folder(scratch, target);
    lxw_workbook_options options = {.constant_memory = LXW_TRUE, .use_zip64 = LXW_FALSE};
    bk_status            status = bk_arena_ok(scratch);

    if (status == BK_OK) {
        options.tmpdir = (char *)(uintptr_t)folder;
        w.book = workbook_new_opt(target, &options);
        status = w.book ? write_book(&w, results) : bk_fail_no_memory(ctx);
    }
    if (w.book) { /* closing writes the file, and frees the book */
        const lxw_error error = workbook_close(w.book);
        if (status == BK_OK && error != LXW_NO_ERROR)
            status = failed(&w, error);
    }
    if (status == BK_OK)
        return bki_replace_commit(ctx, &replacement);
    bki_replace_abandon(&replacement);
    return status;
}

bk_status
bk_xlsx_write(bk_context *ctx, const bk_results *results, const char *path)
{
    bk_arena scratch;

    bk_arena_init(&scratch, ctx);
    const bk_status status = xlsx_write(ctx, results, path, &scratch);
    bk_arena_release(&scratch);
    return status;
}
