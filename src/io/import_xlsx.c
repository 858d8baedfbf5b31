/* Tables of a study edited in a workbook: each sheet named like a table becomes its CSV, once every cell of every sheet
 * is one that the table can have. */
#include "buckle/io.h"
#include "io/columns.h"
#include "io/folder.h"
#include "io/import.h"
#include "io/import_cells.h"
#include "io/xlsx_read.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { SHOWN_FORMULAS = 5 };

typedef struct sheet_import {
    bki_import              *import;
    const bki_sheet         *sheet;
    const bk_table_schema   *schema;
    size_t                   n_columns; /* from A to the last that has a name */
    const char             **names;     /* [n_columns] "": none */
    const bk_column_schema **columns;   /* [n_columns] NULL: not one of the table's, kept as it is */
    size_t                   n_formulas;
    bki_text                 formulas; /* addresses of the first */
    bki_text                 csv;
    size_t                   n_rows;
    bool                     is_wrong;
} sheet_import;

/* ---- faults --------------------------------------------------------------------------------------------------- */

/* One more fault of a cell; reading goes on, so that one run tells all. */
static void
wrong(sheet_import *s, const bki_sheet_cell *cell, const char *hint, const char *what)
{
    char address[BKI_ADDRESS];

    s->is_wrong = true;
    bk_fail_at(s->import->ctx, BK_ERR_VALUE, s->import->request->path, (int)cell->row, (int)cell->column, hint,
               "sheet %s, %s: %s", s->sheet->name, bki_cell_address(cell->row, cell->column, address), what);
}

static void
wrong_at(sheet_import *s, uint32_t row, uint32_t column, const char *hint, const char *what)
{
    wrong(s, &(bki_sheet_cell){.row = row, .column = column}, hint, what);
}

/* Whether the cell has something that a CSV can hold. */
static bool
is_sound(sheet_import *s, const bki_sheet_cell *cell)
{
    char what[200];

    if (cell->kind == BKI_CELL_ERROR) {
        snprintf(what, sizeof what, "holds %.60s", cell->text);
        wrong(s, cell, NULL, what);
    } else if (cell->kind == BKI_CELL_UNCOMPUTED)
        wrong(s, cell, "open and save it in Excel or LibreOffice, or write the value itself",
              "a formula without a value");
    return cell->kind != BKI_CELL_ERROR && cell->kind != BKI_CELL_UNCOMPUTED;
}

/* ---- the first row -------------------------------------------------------------------------------------------- */

static const bk_column_schema *
column_find(const bk_table_schema *schema, bki_span name)
{
    for (size_t c = 0; c < schema->n_columns; c++)
        if (bki_span_is(name, schema->columns[c].name))
            return &schema->columns[c];
    return NULL;
}

/* "length [km]": a name, and a unit that must be the column's. */
static void
name_take(sheet_import *s, const bki_sheet_cell *cell)
{
    const char    *open = strchr(cell->text, '[');
    const bki_span name = bki_span_trim(cell->text, open ? (size_t)(open - cell->text) : strlen(cell->text));
    const size_t   c = cell->column - 1;
    char           what[200];

    s->names[c] = bk_arena_text(s->import->scratch, name.start, name.length);
    s->columns[c] = column_find(s->schema, name);
    for (size_t b = 0; b < c && s->names[c]; b++)
        if (strcmp(s->names[b], s->names[c]) == 0 && s->names[c][0] != '\0')
            wrong(s, cell, NULL, "a second column of this name");
    if (!open || !s->columns[c])
        return;
    const size_t n = strcspn(open + 1, "]");
    if (n == strlen(s->columns[c]->unit) && memcmp(open + 1, s->columns[c]->unit, n) == 0)
        return;
    snprintf(what, sizeof what, "%s is in [%.*s], must be in [%s]", s->columns[c]->name, n < 40 ? (int)n : 40, open + 1,
             s->columns[c]->unit);
    wrong(s, cell, "bring the numbers to this unit", what);
}

static bk_status
header_take(sheet_import *s)
{
    bk_arena *scratch = s->import->scratch;
    char      what[200];

    for (size_t i = 0; i < s->sheet->n_cells && s->sheet->cells[i].row == 1; i++)
        s->n_columns = s->sheet->cells[i].column;
    s->names = BK_NEW(scratch, const char *, s->n_columns + 1);
    s->columns = BK_NEW(scratch, const bk_column_schema *, s->n_columns + 1);
    BK_TRY(bk_arena_ok(scratch));
    for (size_t c = 0; c < s->n_columns; c++)
        s->names[c] = "";
    for (size_t i = 0; i < s->sheet->n_cells && s->sheet->cells[i].row == 1; i++)
        if (is_sound(s, &s->sheet->cells[i]))
            name_take(s, &s->sheet->cells[i]);
    BK_TRY(bk_arena_ok(scratch));
    for (size_t c = 0; c < s->schema->n_columns; c++) {
        bool is_there = !s->schema->columns[c].required;
        for (size_t h = 0; h < s->n_columns; h++)
            is_there = is_there || s->columns[h] == &s->schema->columns[c];
        snprintf(what, sizeof what, "there is no column %s", s->schema->columns[c].name);
        if (!is_there)
            wrong_at(s, 1, 1, "names of columns stand in the first row", what);
    }
    return BK_OK;
}

/* ---- rows ----------------------------------------------------------------------------------------------------- */

static void
judge(sheet_import *s, const bki_sheet_cell *cell, const bk_column_schema *column)
{
    char reason[BKI_REASON], what[BKI_REASON + 100];

    if (cell->kind == BKI_CELL_DATE && column->kind != BK_CELL_DATE && column->kind != BK_CELL_TEXT) {
        snprintf(what, sizeof what, "%s is the day %.40s: did Excel take it for one?", column->name, cell->text);
        wrong(s, cell, "format the cell as a number or as text and type it again", what);
    } else if (bki_cell_fault(column, cell->text, reason)) {
        snprintf(what, sizeof what, "%s: '%.60s'", reason, cell->text);
        wrong(s, cell, column->meaning, what);
    }
}

static void
cell_take(sheet_import *s, const bki_sheet_cell *cell)
{
    char address[BKI_ADDRESS];

    if (!is_sound(s, cell))
        return;
    if (cell->column > s->n_columns || s->names[cell->column - 1][0] == '\0') {
        wrong(s, cell, "name the column in its first row, or empty it", "a cell in a column without a name");
        return;
    }
    if (cell->is_formula && s->n_formulas++ < SHOWN_FORMULAS)
        bki_text_format(&s->formulas, "%s%s", s->n_formulas > 1 ? ", " : "",
                        bki_cell_address(cell->row, cell->column, address));
    if (s->columns[cell->column - 1])
        judge(s, cell, s->columns[cell->column - 1]);
}

/* Units under the names, as `buckle export --to FILE.xlsx` writes them: no row of the table. */
static bool
is_units(const sheet_import *s, const bki_sheet_cell *cells, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const bk_column_schema *column = cells[i].column <= s->n_columns ? s->columns[cells[i].column - 1] : NULL;
        if (!column || strcmp(column->unit, cells[i].text) != 0)
            return false;
    }
    return cells[0].row == 2;
}

/* The n cells of one row, in order of columns. */
static void
row_take(sheet_import *s, const bki_sheet_cell *cells, size_t n)
{
    char what[200];

    if (is_units(s, cells, n))
        return;
    for (size_t c = 0, i = 0; c < s->n_columns; c++) {
        const char *text = "";
        while (i < n && cells[i].column < c + 1)
            i++;
        if (i < n && cells[i].column == c + 1)
            text = cells[i].text;
        else if (s->columns[c] && !s->columns[c]->may_be_empty) {
            snprintf(what, sizeof what, "%s is empty", s->columns[c]->name);
            wrong_at(s, cells[0].row, (uint32_t)c + 1, s->columns[c]->meaning, what);
        }
        if (c > 0)
            bki_text_add(&s->csv, ",");
        if (text[0] != '\0' || s->n_columns == 1)
            bki_text_cell(&s->csv, text);
    }
    bki_text_add(&s->csv, "\n");
    s->n_rows++;
    for (size_t i = 0; i < n; i++)
        cell_take(s, &cells[i]);
}

static void
merged_refuse(sheet_import *s)
{
    for (size_t m = 0; m < s->sheet->n_merged; m++) {
        s->is_wrong = true;
        bk_fail_at(s->import->ctx, BK_ERR_VALUE, s->import->request->path, 0, 0, "unmerge them, and fill each",
                   "sheet %s: the cells %s are merged", s->sheet->name, s->sheet->merged[m]);
    }
}

static bk_status
sheet_take(sheet_import *s)
{
    bk_arena   *scratch = s->import->scratch;
    const char *name = s->sheet->name;
    size_t      first = 0;

    s->csv.arena = s->formulas.arena = scratch;
    merged_refuse(s);
    BK_TRY(header_take(s));
    for (size_t c = 0; c < s->n_columns; c++) {
        bki_text_add(&s->csv, c > 0 ? "," : "");
        bki_text_cell(&s->csv, s->names[c]);
    }
    bki_text_add(&s->csv, "\n");
    while (first < s->sheet->n_cells && s->sheet->cells[first].row == 1)
        first++;
    for (size_t end = first; first < s->sheet->n_cells; first = end) {
        while (end < s->sheet->n_cells && s->sheet->cells[end].row == s->sheet->cells[first].row)
            end++;
        row_take(s, s->sheet->cells + first, end - first);
    }
    BK_TRY(bk_arena_ok(scratch));
    s->import->report.cells_kept += s->sheet->n_cells;
    if (s->n_formulas > 0)
        bki_import_note(s->import, "sheet %s: %zu cells are formulas (%s%s): their last computed values are taken",
                        name, s->n_formulas, s->formulas.bytes, s->n_formulas > SHOWN_FORMULAS ? ", ..." : "");
    return BK_OK;
}

/* ---- which sheets --------------------------------------------------------------------------------------------- */

/* "link" of "network/link.csv", in any case. */
static const bk_table_schema *
schema_find(const char *sheet)
{
    for (size_t t = 0; t < bk_table_schema_count(); t++) {
        const char  *file = bk_table_schema_get(t)->file, *slash = strrchr(file, '/');
        const char  *name = slash ? slash + 1 : file;
        const size_t n = strlen(name) - strlen(".csv");
        if (strlen(sheet) == n && strncasecmp(sheet, name, n) == 0)
            return bk_table_schema_get(t);
    }
    return NULL;
}

static bk_status
sheets_take(bki_import *import, size_t n, const bki_sheet *sheets, sheet_import *taken, size_t *n_taken)
{
    bool is_wrong = false;

    for (size_t i = 0; i < n; i++) {
        const bk_table_schema *schema = schema_find(sheets[i].name);
        import->report.cells_read += sheets[i].n_cells;
        if (!schema) {
            const char *what = bk_arena_format(import->arena, "sheet %s", sheets[i].name);
            BK_TRY(bk_arena_ok(import->arena));
            BK_TRY(bki_import_drop(import, what, "not named like a table of a study", sheets[i].n_cells, 0.0));
            continue;
        }
        sheet_import *s = &taken[(*n_taken)++];
        *s = (sheet_import){.import = import, .sheet = &sheets[i], .schema = schema};
        BK_TRY(sheet_take(s));
        is_wrong = is_wrong || s->is_wrong;
    }
    if (is_wrong)
        return BK_ERR_VALUE; /* told, each */
    if (*n_taken > 0)
        return BK_OK;
    return bk_fail_at(import->ctx, BK_ERR_REFERENCE, import->request->path, 0, 0,
                      "a sheet `link` becomes network/link.csv, one `tariff` economy/tariff.csv",
                      "no sheet is named like a table of a study");
}

/* ---- files ---------------------------------------------------------------------------------------------------- */

static bk_status
sheet_write(const sheet_import *s)
{
    bki_import *import = s->import;
    const char *path = bki_path_join(import->arena, import->request->folder, s->schema->file);

    BK_TRY(bk_arena_ok(import->arena));
    const char *folder = bki_path_folder(import->scratch, path);
    BK_TRY(bk_arena_ok(import->scratch));
    BK_TRY(bki_folder_make(import->ctx, folder));
    BK_TRY(bk_file_write(import->ctx, path, s->csv.bytes, s->csv.length));
    import->files[import->report.n_files++] = (bk_import_file){path, s->n_rows};
    return BK_OK;
}

bk_status
bki_import_xlsx(bki_import *import)
{
    const bki_sheet *sheets = NULL;
    size_t           n = 0, n_taken = 0;

    BK_TRY(bki_xlsx_read(import->ctx, import->request->path, import->scratch, &n, &sheets));
    sheet_import *taken = BK_NEW(import->scratch, sheet_import, n + 1);
    BK_TRY(bk_arena_ok(import->scratch));
    BK_TRY(sheets_take(import, n, sheets, taken, &n_taken));
    for (size_t t = 0; t < n_taken; t++)
        BK_TRY(bki_import_may_write(import, taken[t].schema->file));
    for (size_t t = 0; t < n_taken && t < BKI_IMPORT_FILES; t++)
        BK_TRY(sheet_write(&taken[t]));
    bki_import_note(import, "what tables say of each other is judged by `buckle check`");
    return BK_OK;
}
