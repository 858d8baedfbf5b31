/* An answer in JSON as tables: what stands alone is a row of the table "answer", an array of objects a table of its
 * name.  An object inside a row adds columns "object.key"; an array inside a row is a table "array.inner" whose first
 * column names the row it stood in. */
#include "buckle/io.h"
#include "io/text.h"

#include <string.h>

typedef struct cell {                   /* an entry of a table, in the order of the file */
    uint32_t             table, column; /* column within the table */
    size_t               row;
    const bk_json_value *value; /* NULL: `text` */
    const char          *text;
} cell;

typedef struct sheet { /* a table while it is gathered */
    const char *name;
    size_t      n_rows;
    bk_names   *columns;
} sheet;

typedef struct gathering {
    bk_context *ctx;
    bk_arena   *arena;
    bk_names   *names;  /* of the sheets */
    sheet      *sheets; /* [names, capacity] */
    cell       *cells;  /* [n_cells, capacity] */
    size_t      sheet_capacity, n_cells, cell_capacity;
} gathering;

static bk_status
sheet_of(gathering *g, const char *name, uint32_t *out)
{
    const size_t before = bk_names_count(g->names);

    *out = bk_names_intern(g->names, name, strlen(name));
    if (*out == BK_NONE)
        return bk_arena_ok(g->arena);
    if (*out < before)
        return BK_OK;
    g->sheets = bk_arena_grow(g->arena, g->sheets, before, 1, sizeof *g->sheets, &g->sheet_capacity);
    BK_TRY(bk_arena_ok(g->arena));
    g->sheets[*out] = (sheet){.name = bk_names_text(g->names, *out), .columns = bk_names_create(g->arena)};
    return bk_arena_ok(g->arena);
}

static bk_status
put(gathering *g, uint32_t table, size_t row, const char *column, const bk_json_value *value, const char *text)
{
    const uint32_t index = bk_names_intern(g->sheets[table].columns, column, strlen(column));

    g->cells = bk_arena_grow(g->arena, g->cells, g->n_cells, 1, sizeof *g->cells, &g->cell_capacity);
    BK_TRY(bk_arena_ok(g->arena));
    g->cells[g->n_cells++] = (cell){.table = table, .column = index, .row = row, .value = value, .text = text};
    return BK_OK;
}

static const char *
joined(gathering *g, const char *left, const char *right)
{
    return left[0] ? bk_arena_format(g->arena, "%s.%s", left, right) : right;
}

/* What names a row to the tables inside it: its first text, or its place. */
static const char *
label_of(gathering *g, const bk_json_value *object, size_t row)
{
    for (const bk_json_value *member = object->child; object->kind == BK_JSON_OBJECT && member; member = member->next)
        if (member->kind == BK_JSON_TEXT)
            return member->text;
    return bk_arena_format(g->arena, "%zu", row + 1);
}

static bk_status gather_array(gathering *g, const char *name, const char *label, const bk_json_value *array);

/* The members of an object into one row; `prefix` is "" or of the objects it stands in. */
static bk_status
gather_object(gathering *g, uint32_t table, size_t row, const char *prefix, const char *label,
              const bk_json_value *object)
{
    const char *within = strcmp(g->sheets[table].name, "answer") == 0 ? "" : g->sheets[table].name;

    for (const bk_json_value *member = object->child; member; member = member->next) {
        const char *name = joined(g, prefix, member->key);
        BK_TRY(bk_arena_ok(g->arena));
        if (member->kind == BK_JSON_OBJECT)
            BK_TRY(gather_object(g, table, row, name, label, member));
        else if (member->kind == BK_JSON_ARRAY)
            BK_TRY(gather_array(g, joined(g, within, name), label, member));
        else
            BK_TRY(put(g, table, row, name, member, NULL));
    }
    return BK_OK;
}

static bk_status
gather_array(gathering *g, const char *name, const char *label, const bk_json_value *array)
{
    uint32_t table;

    BK_TRY(bk_arena_ok(g->arena));
    BK_TRY(sheet_of(g, name, &table));
    for (const bk_json_value *item = array->child; item; item = item->next) {
        const size_t row = g->sheets[table].n_rows++;
        if (label)
            BK_TRY(put(g, table, row, "of", NULL, label));
        if (item->kind == BK_JSON_OBJECT)
            BK_TRY(gather_object(g, table, row, "", label_of(g, item, row), item));
        else if (item->kind == BK_JSON_ARRAY)
            BK_TRY(gather_array(g, joined(g, name, "item"), label_of(g, item, row), item));
        else
            BK_TRY(put(g, table, row, "value", item, NULL));
    }
    return BK_OK;
}

/* ---- to tables ------------------------------------------------------------------------------------------------ */

static const char *
shown(gathering *g, const cell *at)
{
    if (!at->value)
        return at->text;
    switch (at->value->kind) {
    case BK_JSON_TEXT:
        return at->value->text;
    case BK_JSON_FLAG:
        return at->value->flag ? "true" : "false";
    case BK_JSON_NUMBER: {
        char         text[BKI_NUMBER_SIZE];
        const size_t n = bki_number_text(text, at->value->number);
        return bk_arena_text(g->arena, text, n);
    }
    default:
        return NULL;
    }
}

/* A column of numbers has nothing else in it but nulls. */
static void
choose_kinds(const gathering *g, bk_table *tables)
{
    for (size_t i = 0; i < g->n_cells; i++) {
        const cell *at = &g->cells[i];
        bk_column  *column = (bk_column *)&tables[at->table].columns[at->column];
        if (!at->value || at->value->kind == BK_JSON_TEXT || at->value->kind == BK_JSON_FLAG)
            column->kind = BK_COLUMN_TEXT;
    }
}

static bk_status
make_columns(gathering *g, bk_table *tables)
{
    for (size_t t = 0; t < bk_names_count(g->names); t++) {
        const size_t n = bk_names_count(g->sheets[t].columns);
        bk_column   *columns = BK_NEW(g->arena, bk_column, n + 1);
        BK_TRY(bk_arena_ok(g->arena));
        for (uint32_t c = 0; c < n; c++)
            columns[c] = (bk_column){
                .name = bk_names_text(g->sheets[t].columns, c), .unit = "", .meaning = "", .kind = BK_COLUMN_NUMBER};
        tables[t] = (bk_table){
            .name = g->sheets[t].name, .title = "", .n_rows = g->sheets[t].n_rows, .n_columns = n, .columns = columns};
    }
    choose_kinds(g, tables);
    return BK_OK;
}

static bk_status
make_arrays(gathering *g, const bk_table *table)
{
    for (size_t c = 0; c < table->n_columns; c++) {
        bk_column *column = (bk_column *)&table->columns[c];
        bool      *empty = BK_NEW(g->arena, bool, table->n_rows + 1);
        if (column->kind == BK_COLUMN_TEXT)
            column->text = BK_NEW(g->arena, const char *, table->n_rows + 1);
        else
            column->number = BK_NEW(g->arena, double, table->n_rows + 1);
        BK_TRY(bk_arena_ok(g->arena));
        memset(empty, 1, table->n_rows);
        column->empty = empty;
    }
    return BK_OK;
}

static bk_status
fill(gathering *g, const bk_table *tables)
{
    for (size_t i = 0; i < g->n_cells; i++) {
        const cell      *at = &g->cells[i];
        const bk_column *column = &tables[at->table].columns[at->column];
        if (at->value && at->value->kind == BK_JSON_NULL)
            continue;
        ((bool *)column->empty)[at->row] = false;
        if (column->kind == BK_COLUMN_TEXT)
            ((const char **)column->text)[at->row] = shown(g, at);
        else
            ((double *)column->number)[at->row] = at->value->number;
    }
    return bk_arena_ok(g->arena);
}

bk_status
bk_json_tables(bk_context *ctx, const bk_json_value *answer, bk_arena *arena, bk_results *out)
{
    gathering g = {.ctx = ctx, .arena = arena, .names = bk_names_create(arena)};
    uint32_t  whole;

    *out = (bk_results){.arena = arena};
    BK_TRY(bk_arena_ok(arena));
    BK_TRY(sheet_of(&g, "answer", &whole));
    g.sheets[whole].n_rows = 1;
    if (answer->kind == BK_JSON_OBJECT)
        BK_TRY(gather_object(&g, whole, 0, "", NULL, answer));
    else
        return bk_fail(ctx, BK_ERR_SCHEMA, "the answer is not an object");
    bk_table *tables = BK_NEW(arena, bk_table, bk_names_count(g.names));
    BK_TRY(bk_arena_ok(arena));
    BK_TRY(make_columns(&g, tables));
    for (size_t t = 0; t < bk_names_count(g.names); t++)
        BK_TRY(make_arrays(&g, &tables[t]));
    BK_TRY(fill(&g, tables));
    for (size_t t = 0; t < bk_names_count(g.names); t++)
        if (tables[t].n_columns > 0)
            BK_TRY(bk_results_append(ctx, out, &tables[t]));
    return BK_OK;
}
