/* Tables and settings as they come from the readers: cells converted by schema, each remembering where it stood. */
#include "model/builder.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

bk_status
bk_builder_create(bk_context *ctx, bk_arena *arena, bk_builder **out)
{
    bk_builder *builder = BK_NEW(arena, bk_builder, 1);
    bk_names   *symbols = bk_names_create(arena);

    *out = NULL;
    BK_TRY(bk_arena_ok(arena));
    builder->ctx = ctx;
    builder->arena = arena;
    builder->symbols = symbols;
    for (size_t i = 0; i < BKI_TABLES; i++) {
        builder->tables[i].schema = bki_table_schemas[i];
        builder->tables[i].shown = bki_table_schemas[i]->file;
    }
    *out = builder;
    return BK_OK;
}

void
bk_builder_hash(bk_builder *builder, const void *bytes, size_t n)
{
    builder->hash = bk_hash(builder->hash, bytes, n);
}

/* ---- headers ------------------------------------------------------------------------------------------------- */

static void
warn_of_unknown_column(bk_builder *builder, const bki_rows *rows, bki_text name, int line, int column)
{
    bk_names *known = bk_names_create(builder->arena);

    for (size_t i = 0; known != NULL && i < rows->schema->n_columns; i++)
        bk_names_intern(known, rows->schema->columns[i].name, strlen(rows->schema->columns[i].name));
    const char *nearest = known != NULL ? bk_names_nearest(known, name.start, name.length) : NULL;
    bki_warn(builder, (bki_place){rows->shown, line, column}, "column '%.*s' is not known and ignored%s%s%s",
             (int)name.length, name.start, nearest != NULL ? "; did you mean '" : "", nearest != NULL ? nearest : "",
             nearest != NULL ? "'?" : "");
}

/* Finds the schema column of every field, and says which are unknown or twice there. */
static void
match_header(bk_builder *builder, bki_rows *rows, const bk_field *header, size_t n_fields, bool *seen)
{
    const bk_table_schema *schema = rows->schema;

    for (size_t f = 0; f < n_fields; f++) {
        const bki_text name = bki_trim(header[f].text, header[f].length);
        const int      column = (int)header[f].column;
        const size_t   found = bki_column_find(schema, name.start, name.length);
        rows->column_of[f] = found;
        if (found == schema->n_columns) {
            if (name.length > 0)
                warn_of_unknown_column(builder, rows, name, rows->header_line, column);
        } else if (seen[found]) {
            bki_fault(builder, BK_ERR_DUPLICATE, (bki_place){rows->shown, rows->header_line, column},
                      "remove or rename one of the two", "column '%s' is there twice", schema->columns[found].name);
            rows->column_of[f] = schema->n_columns;
        } else {
            seen[found] = true;
        }
    }
}

static void
require_columns(bk_builder *builder, const bki_rows *rows, const bool *seen)
{
    for (size_t c = 0; c < rows->schema->n_columns; c++) {
        const bk_column_schema *column = &rows->schema->columns[c];
        if (column->required && !seen[c])
            bki_fault(builder, BK_ERR_SCHEMA, (bki_place){rows->shown, rows->header_line, 1},
                      bk_arena_format(builder->arena, "add it: %s", column->meaning), "column '%s' is missing",
                      column->name);
    }
}

bk_status
bk_builder_table(bk_builder *builder, const bk_table_schema *schema, const char *shown, const bk_field *header,
                 size_t n_fields, int line)
{
    const bki_table_id id = bki_table_number(schema);

    if (id == BKI_TABLES)
        return bk_fail(builder->ctx, BK_ERR_USAGE, "the table is none of buckle's");
    bki_rows *rows = &builder->tables[id];
    bool     *seen = BK_NEW(builder->arena, bool, schema->n_columns);
    BK_TRY(bki_rows_start(builder, rows, schema));
    rows->shown = bk_arena_text(builder->arena, shown, strlen(shown));
    rows->given = true;
    rows->header_line = line;
    rows->n_fields = n_fields;
    rows->column_of = BK_NEW(builder->arena, size_t, n_fields + 1);
    BK_TRY(bk_arena_ok(builder->arena));
    builder->current = rows;
    builder->table_fault = BK_OK;
    match_header(builder, rows, header, n_fields, seen);
    require_columns(builder, rows, seen);
    rows->has_all = true;
    for (size_t c = 0; c < rows->n_stored; c++)
        rows->has_all = rows->has_all && seen[c];
    return bk_arena_ok(builder->arena);
}

/* ---- cells --------------------------------------------------------------------------------------------------- */

static const char *const kind_names[] = {
    [BK_CELL_ID] = "a name",       [BK_CELL_TEXT] = "a text",
    [BK_CELL_NUMBER] = "a number", [BK_CELL_INTEGER] = "a whole number",
    [BK_CELL_FLAG] = "0 or 1",     [BK_CELL_DATE] = "a day, yyyy-mm-dd",
};

static void
fault_not_a_value(bk_builder *builder, bki_place place, const bk_column_schema *column, bki_text text)
{
    const char *hint = column->meaning;

    if (column->kind == BK_CELL_NUMBER && memchr(text.start, ',', text.length) != NULL)
        hint = "write a decimal point, and nothing between thousands";
    bki_fault(builder, BK_ERR_VALUE, place, hint, "%s is '%.*s', must be %s%s%s", column->name, (int)text.length,
              text.start, kind_names[column->kind], column->unit[0] != '\0' ? " in " : "", column->unit);
}

static void
fault_out_of_range(bk_builder *builder, bki_place place, const bk_column_schema *column, bki_text text, double value)
{
    const char *unit_space = column->unit[0] != '\0' ? " " : "";

    if (value < column->least && column->least == BKI_POSITIVE)
        bki_fault(builder, BK_ERR_VALUE, place, column->meaning, "%s is %.*s%s%s, must be > 0", column->name,
                  (int)text.length, text.start, unit_space, column->unit);
    else
        bki_fault(builder, BK_ERR_VALUE, place, column->meaning, "%s is %.*s%s%s, must be %s %g", column->name,
                  (int)text.length, text.start, unit_space, column->unit,
                  value < column->least ? ">=" : "<=", value < column->least ? column->least : column->most);
}

static void
fault_empty(bk_builder *builder, bki_place place, const bk_column_schema *column)
{
    bki_fault(builder, BK_ERR_VALUE, place, column->meaning, "%s is empty, must be %s", column->name,
              kind_names[column->kind]);
}

static bool
parse_cell(const bk_column_schema *column, bki_text text, double *out)
{
    switch (column->kind) {
    case BK_CELL_NUMBER:
        return bki_parse_number(text.start, text.length, out);
    case BK_CELL_INTEGER:
        return bki_parse_integer(text.start, text.length, out);
    case BK_CELL_FLAG:
        return bki_parse_flag(text.start, text.length, out);
    default:
        return bki_parse_date(text.start, text.length, out);
    }
}

/* The cell of a number, integer, flag or date; NaN where it is empty or faulty. */
static double
convert_number(bk_builder *builder, bki_place place, const bk_column_schema *column, bki_text text)
{
    double value;

    if (text.length == 0) {
        if (!column->may_be_empty)
            fault_empty(builder, place, column);
        return NAN;
    }
    if (!parse_cell(column, text, &value)) {
        fault_not_a_value(builder, place, column, text);
        return NAN;
    }
    const bool ranged = column->kind == BK_CELL_NUMBER || column->kind == BK_CELL_INTEGER;
    if (ranged && (value < column->least || value > column->most)) {
        fault_out_of_range(builder, place, column, text, value);
        return NAN;
    }
    return value;
}

static uint32_t
convert_name(bk_builder *builder, bki_place place, const bk_column_schema *column, bki_text text)
{
    if (text.length == 0) {
        if (!column->may_be_empty)
            fault_empty(builder, place, column);
        return BK_NONE;
    }
    return bk_names_intern(builder->symbols, text.start, text.length);
}

static void
count_confidence(bk_builder *builder, bki_rows *rows, bki_text text, bki_place place)
{
    static const char *const words[] = {
        [BK_CONFIDENCE_NONE] = "", [BK_REPORTED] = "reported", [BK_DERIVED] = "derived", [BK_ESTIMATE] = "estimate"};

    for (size_t i = 0; i < 4; i++)
        if (bki_text_is(text, words[i])) {
            rows->by_confidence[i]++;
            return;
        }
    rows->by_confidence[BK_CONFIDENCE_NONE]++;
    bki_warn(builder, place, "confidence '%.*s' is none of reported, derived, estimate and counts as none",
             (int)text.length, text.start);
}

static void
fault_field_count(bk_builder *builder, const bki_rows *rows, size_t n_fields, int line)
{
    bki_fault(builder, BK_ERR_SYNTAX, (bki_place){rows->shown, line, 1}, "put texts that hold a comma in double quotes",
              "the row has %zu fields, the header has %zu", n_fields, rows->n_fields);
}

/* Cells beyond those kept, the confidence among them, are not stored. */
static void
convert_field(bk_builder *builder, bki_rows *rows, size_t c, const bk_field *field, int line, bki_cell *cell)
{
    const bk_column_schema *column = &rows->schema->columns[c];
    const bki_text          text = bki_trim(field->text, field->length);
    const bki_place         place = {rows->shown, line, (int)field->column};

    if (c == bki_table_common(rows->schema) + 1)
        count_confidence(builder, rows, text, place);
    if (c >= rows->n_stored)
        return;
    if (column->kind == BK_CELL_ID || column->kind == BK_CELL_TEXT)
        cell->symbol = convert_name(builder, place, column, text);
    else
        cell->number = convert_number(builder, place, column, text);
}

bk_status
bk_builder_row(bk_builder *builder, const bk_field *fields, size_t n_fields, int line)
{
    bki_rows *rows = builder->current;
    uint16_t *positions;

    if (rows == NULL)
        return bk_fail(builder->ctx, BK_ERR_USAGE, "a row came before its table");
    if (n_fields != rows->n_fields) {
        fault_field_count(builder, rows, n_fields, line);
        return BK_OK;
    }
    bki_cell *cells = bki_rows_add(builder, rows, line, &positions);
    if (cells == NULL)
        return bk_arena_ok(builder->arena);
    for (size_t f = 0; f < n_fields; f++) {
        const size_t c = rows->column_of[f];
        if (c == rows->schema->n_columns)
            continue;
        convert_field(builder, rows, c, &fields[f], line, &cells[c < rows->n_stored ? c : 0]);
        if (c < rows->n_stored)
            positions[c] = (uint16_t)(fields[f].column < UINT16_MAX ? fields[f].column : UINT16_MAX);
    }
    return builder->arena->failed ? bk_arena_ok(builder->arena) : BK_OK;
}
