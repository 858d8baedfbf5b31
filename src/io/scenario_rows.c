/* Rows of a measure: in a CSV file that it names, or in the scenario itself as a list of mappings with the same
 * columns.
 */
#include "io/scenario.h"
#include "io/folder.h"

#include <string.h>

static bool
is_value(const bki_yaml *node)
{
    return node->kind == BKI_YAML_SCALAR && node->text[0] != '\0';
}

static bk_status
finish(bki_scenario_reading *reading, bk_measure_rows kind, bk_measure *measure)
{
    const bk_status status = bk_builder_finish_measure(reading->builder, reading->model, kind, reading->arena, measure);

    return status == BK_ERR_NO_MEMORY ? status : BK_OK;
}

/* ---- in a file -------------------------------------------------------------------------------------------------- */

static bk_status
file_missing(bki_scenario_reading *reading, const bki_yaml *node, const char *path)
{
    const char *const *names;
    const char        *hint = NULL;
    size_t             n;

    if (bki_is_folder(reading->folder)) {
        BK_TRY(bki_folder_list(reading->ctx, reading->folder, reading->scratch, &n, &names));
        hint = bki_suggest(reading->scratch, node->text, names, n, "");
    }
    bk_fail_at(reading->ctx, BK_ERR_FILE, reading->shown, node->line, node->column,
               hint != NULL ? hint : "file names are relative to the scenario's own folder", "there is no file %s",
               path);
    return bk_arena_ok(reading->scratch);
}

static bk_status
file_rows(bki_scenario_reading *reading, const bki_yaml *node, bk_measure_rows kind, bk_measure *measure,
          const char **file)
{
    if (reading->folder == NULL) {
        bk_fail_at(reading->ctx, BK_ERR_SCHEMA, reading->shown, node->line, node->column, "write the rows here",
                   "%s names a file, which this scenario may not", node->key);
        return BK_OK;
    }
    const char *path = bki_path_join(reading->arena, reading->folder, node->text);
    BK_TRY(bk_arena_ok(reading->arena));
    if (!bki_exists(path))
        return file_missing(reading, node, path);
    *file = path;
    BK_TRY(bki_rows_read(reading->ctx, reading->csv, reading->builder, bk_measure_schema(kind), path, path));
    return finish(reading, kind, measure);
}

/* ---- in the scenario -------------------------------------------------------------------------------------------- */

typedef struct inline_table {
    const char **names;    /* [n_columns] of the schema */
    bk_field    *header;   /* [n_fields] the columns that some row has */
    size_t      *field_of; /* [n_columns] n_columns: no row has it */
    bk_field    *fields;   /* [n_fields] of one row */
    size_t       n_columns, n_fields;
} inline_table;

static size_t
column_of(const inline_table *table, const char *key)
{
    size_t c = 0;

    while (c < table->n_columns && strcmp(table->names[c], key) != 0)
        c++;
    return c;
}

static bk_status
table_create(bki_scenario_reading *reading, const bk_table_schema *schema, inline_table *out)
{
    const size_t n = schema->n_columns;

    *out = (inline_table){.n_columns = n,
                          .names = BK_NEW(reading->scratch, const char *, n),
                          .header = BK_NEW(reading->scratch, bk_field, n),
                          .field_of = BK_NEW(reading->scratch, size_t, n),
                          .fields = BK_NEW(reading->scratch, bk_field, n)};
    BK_TRY(bk_arena_ok(reading->scratch));
    for (size_t c = 0; c < n; c++) {
        out->names[c] = schema->columns[c].name;
        out->field_of[c] = n;
    }
    return BK_OK;
}

/* The columns of all rows, in the order in which they come up; keys that are none are faults. */
static void
read_header(bki_scenario_reading *reading, const bki_yaml *list, inline_table *table)
{
    for (const bki_yaml *row = list->child; row != NULL; row = row->next) {
        if (row->kind != BKI_YAML_MAP) {
            bki_scenario_fault(reading, row, "write {column: value, ...}", "a row", "a mapping");
            continue;
        }
        for (const bki_yaml *cell = row->child; cell != NULL; cell = cell->next) {
            const size_t c = column_of(table, cell->key);
            if (c == table->n_columns) {
                bki_yaml_unknown_key(reading->ctx, cell, reading->shown, "a row", table->names, table->n_columns);
            } else if (cell->kind != BKI_YAML_SCALAR) {
                bki_scenario_fault(reading, cell, NULL, cell->key, "one value");
            } else if (table->field_of[c] == table->n_columns) {
                table->field_of[c] = table->n_fields;
                table->header[table->n_fields++] =
                    (bk_field){cell->key, (uint32_t)strlen(cell->key), (uint32_t)cell->key_column};
            }
        }
    }
}

/* A cell on another line than its row's first is told at the row. */
static bk_status
add_row(bki_scenario_reading *reading, const bki_yaml *row, inline_table *table)
{
    for (size_t f = 0; f < table->n_fields; f++)
        table->fields[f] = (bk_field){"", 0, (uint32_t)row->column};
    for (const bki_yaml *cell = row->child; cell != NULL; cell = cell->next)
        table->fields[table->field_of[column_of(table, cell->key)]] = (bk_field){
            cell->text, (uint32_t)strlen(cell->text), (uint32_t)(cell->line == row->line ? cell->column : row->column)};
    return bk_builder_row(reading->builder, table->fields, table->n_fields, row->line);
}

static bk_status
inline_rows(bki_scenario_reading *reading, const bki_yaml *list, bk_measure_rows kind, bk_measure *measure,
            const char **file)
{
    const bk_table_schema *schema = bk_measure_schema(kind);
    const size_t           before = bk_error_count(reading->ctx);
    inline_table           table;

    BK_TRY(table_create(reading, schema, &table));
    read_header(reading, list, &table);
    if (list->child == NULL || bk_error_count(reading->ctx) > before)
        return BK_OK; /* no rows, or some without meaning */
    *file = reading->shown;
    const bk_status started =
        bk_builder_table(reading->builder, schema, reading->shown, table.header, table.n_fields, list->child->line);
    if (started != BK_OK)
        return started == BK_ERR_NO_MEMORY ? started : BK_OK;
    for (const bki_yaml *row = list->child; row != NULL; row = row->next)
        BK_TRY(add_row(reading, row, &table));
    return finish(reading, kind, measure);
}

bk_status
bki_scenario_rows(bki_scenario_reading *reading, const bki_yaml *node, bk_measure_rows kind, bk_measure *measure,
                  const char **file)
{
    if (node->kind == BKI_YAML_LIST)
        return inline_rows(reading, node, kind, measure, file);
    if (is_value(node))
        return file_rows(reading, node, kind, measure, file);
    bki_scenario_fault(reading, node, NULL, node->key, "the name of a CSV file, or a list of rows");
    return BK_OK;
}
