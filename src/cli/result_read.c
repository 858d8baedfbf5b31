/* Results as files, read back: tables for comparing, and the manifest that made them. */
#include "cli/manifest.h"

#include <string.h>

/* ---- what is compared -----------------------------------------------------------------------------------------------
 */

/* Time taken, what was cached and places written to are not part of an answer. */
static bool
is_circumstance(const char *name)
{
    static const char *const names[] = {"seconds",    "base_cached", "file",   "files",
                                        "geopackage", "report",      "tables", "written"};

    for (size_t n = 0; n < sizeof names / sizeof *names; n++)
        if (strcmp(name, names[n]) == 0)
            return true;
    return strncmp(name, "manifest", 8) == 0;
}

static bk_status
keep_answer(bki_session *session, const bk_results *read, bk_results *out)
{
    *out = (bk_results){.arena = &session->arena};
    for (size_t t = 0; t < read->n_tables; t++) {
        bk_table   table = *read->tables[t];
        bk_column *columns = BK_NEW(&session->arena, bk_column, table.n_columns + 1);
        BK_TRY(bk_arena_ok(&session->arena));
        if (is_circumstance(table.name))
            continue;
        table.n_columns = 0;
        table.columns = columns;
        for (size_t c = 0; c < read->tables[t]->n_columns; c++)
            if (strcmp(table.name, "answer") != 0 || !is_circumstance(read->tables[t]->columns[c].name))
                columns[table.n_columns++] = read->tables[t]->columns[c];
        if (table.n_columns > 0)
            BK_TRY(bk_results_append(session->ctx, out, &table));
    }
    return BK_OK;
}

/* ---- the manifest
 * ----------------------------------------------------------------------------------------------------- */

static const char *
cell(const bk_column *column, size_t row)
{
    return column && column->kind == BK_COLUMN_TEXT && column->text[row] ? column->text[row] : "";
}

static bki_input
input_of(const bk_column *path, const bk_column *sha256, size_t row)
{
    bki_input input = {.path = cell(path, row)};

    snprintf(input.sha256, sizeof input.sha256, "%s", cell(sha256, row));
    return input;
}

/* Of a GeoPackage: the table `manifest`. */
static bk_status
manifest_of_table(bki_session *session, const bk_table *table, bki_result *out)
{
    const bk_column *item = bk_table_column(table, "item"), *value = bk_table_column(table, "value");
    const bk_column *sha256 = bk_table_column(table, "sha256");
    const char     **arguments = BK_NEW(&session->arena, const char *, table->n_rows + 1);
    bki_input       *inputs = BK_NEW(&session->arena, bki_input, table->n_rows + 1);

    BK_TRY(bk_arena_ok(&session->arena));
    for (size_t row = 0; row < table->n_rows; row++)
        if (strcmp(cell(item, row), "program") == 0)
            out->program = cell(value, row);
        else if (strcmp(cell(item, row), "argument") == 0)
            arguments[out->n_arguments++] = cell(value, row);
        else
            inputs[out->n_inputs++] = input_of(value, sha256, row);
    out->arguments = arguments;
    out->inputs = inputs;
    return BK_OK;
}

/* Of an answer in JSON: `manifest.program` and the arrays beside it. */
static bk_status
manifest_of_answer(bki_session *session, const bk_results *read, bki_result *out)
{
    const bk_table *answer = bk_results_find(read, "answer"), *words = bk_results_find(read, "manifest.arguments"),
                   *files = bk_results_find(read, "manifest.inputs");
    const bk_column *program = answer ? bk_table_column(answer, "manifest.program") : NULL;

    if (!program || !words)
        return BK_OK;
    const size_t n_files = files ? files->n_rows : 0;
    const char **arguments = BK_NEW(&session->arena, const char *, words->n_rows + 1);
    bki_input   *inputs = BK_NEW(&session->arena, bki_input, n_files + 1);
    BK_TRY(bk_arena_ok(&session->arena));
    for (size_t row = 0; row < words->n_rows; row++)
        arguments[out->n_arguments++] = cell(bk_table_column(words, "value"), row);
    for (size_t row = 0; row < n_files; row++)
        inputs[out->n_inputs++] = input_of(bk_table_column(files, "file"), bk_table_column(files, "sha256"), row);
    out->program = cell(program, 0);
    out->arguments = arguments;
    out->inputs = inputs;
    return BK_OK;
}

/* ---- the file
 * ------------------------------------------------------------------------------------------------------------ */

/* The first byte that is not blank tells: a SQLite file begins with its name, an answer with a brace. */
static bk_status
read_any(bki_session *session, const char *path, bk_results *tables, bool *is_geopackage)
{
    const bk_json_value *answer = NULL;
    const char          *bytes = NULL;
    size_t               n = 0;

    BK_TRY(bk_file_read(session->ctx, path, &session->arena, &bytes, &n));
    *is_geopackage = n >= 16 && memcmp(bytes, "SQLite format 3", 16) == 0;
    if (*is_geopackage)
        return bk_geopackage_read(session->ctx, path, &session->arena, tables);
    if (n == 0 || !memchr(" \t\r\n{", bytes[0], 5))
        return bk_fail_at(session->ctx, BK_ERR_SYNTAX, path, 0, 0,
                          "a result is a GeoPackage, or an answer kept with --format json", "is not a result");
    BK_TRY(bk_json_read(session->ctx, bytes, n, path, &session->arena, &answer));
    if (answer->kind != BK_JSON_OBJECT)
        return bk_fail_at(session->ctx, BK_ERR_SCHEMA, path, answer->line, answer->column, NULL, "is not one object");
    return bk_json_tables(session->ctx, answer, &session->arena, tables);
}

bk_status
bki_result_read(bki_session *session, const char *path, bki_result *out)
{
    bk_results read;

    *out = (bki_result){0};
    BK_TRY(read_any(session, path, &read, &out->is_geopackage));
    const bk_table *manifest = out->is_geopackage ? bk_results_find(&read, "manifest") : NULL;
    if (manifest)
        BK_TRY(manifest_of_table(session, manifest, out));
    else if (!out->is_geopackage)
        BK_TRY(manifest_of_answer(session, &read, out));
    return keep_answer(session, &read, &out->tables);
}
