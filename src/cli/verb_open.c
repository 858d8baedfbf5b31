/* buckle open: what a result holds. */
#include "cli/manifest.h"

#include <inttypes.h>
#include <string.h>

typedef struct open_answer {
    bki_session    *session;
    bki_result      result;
    const bk_table *table; /* asked for; NULL: the list */
    size_t          rows;  /* shown at most */
} open_answer;

/* ---- text -----------------------------------------------------------------------------------------------------------
 */

static void
print_manifest(const bki_result *result)
{
    if (!result->program) {
        printf("No manifest: not to be verified.\n");
        return;
    }
    printf("Made by %s:", result->program);
    for (size_t a = 0; a < result->n_arguments; a++)
        printf(" %s", result->arguments[a]);
    printf("\nfrom %zu file%s; `buckle verify` makes it again and compares.\n", result->n_inputs,
           result->n_inputs == 1 ? "" : "s");
}

static void
print_list(const open_answer *answer)
{
    static const bool right[] = {false, true, true, false};
    bk_arena         *arena = &answer->session->arena;
    bki_grid          grid;

    print_manifest(&answer->result);
    putchar('\n');
    bki_grid_start(&grid, arena, 4, right);
    bki_grid_add(&grid, "table");
    bki_grid_add(&grid, "rows");
    bki_grid_add(&grid, "columns");
    bki_grid_add(&grid, "");
    for (size_t t = 0; t < answer->result.tables.n_tables; t++) {
        const bk_table *table = answer->result.tables.tables[t];
        bki_grid_add(&grid, table->name);
        bki_grid_add(&grid, bk_arena_format(arena, "%zu", table->n_rows));
        bki_grid_add(&grid, bk_arena_format(arena, "%zu", table->n_columns));
        bki_grid_add(&grid, table->title);
    }
    bki_grid_print(&grid);
    printf("\n--table NAME shows one.\n");
}

static const char *
show_cell(bk_arena *arena, const bk_column *column, size_t row)
{
    if (column->empty && column->empty[row])
        return "";
    switch (column->kind) {
    case BK_COLUMN_TEXT:
        return column->text[row] ? column->text[row] : "";
    case BK_COLUMN_NUMBER:
        return bk_arena_format(arena, "%.6g", column->number[row]);
    case BK_COLUMN_INTEGER:
        return bk_arena_format(arena, "%" PRId64, column->integer[row]);
    }
    return "";
}

static void
print_table(const open_answer *answer)
{
    const bk_table *table = answer->table;
    bk_arena       *arena = &answer->session->arena;
    const size_t    n = table->n_rows < answer->rows ? table->n_rows : answer->rows;
    bool           *right = BK_NEW(arena, bool, table->n_columns);
    bki_grid        grid;

    if (!right)
        return; /* the arena remembers */
    for (size_t c = 0; c < table->n_columns; c++)
        right[c] = table->columns[c].kind != BK_COLUMN_TEXT;
    bki_grid_start(&grid, arena, table->n_columns, right);
    for (size_t c = 0; c < table->n_columns; c++) {
        const bk_column *column = &table->columns[c];
        bki_grid_add(&grid,
                     column->unit[0] ? bk_arena_format(arena, "%s [%s]", column->name, column->unit) : column->name);
    }
    for (size_t row = 0; row < n; row++)
        for (size_t c = 0; c < table->n_columns; c++)
            bki_grid_add(&grid, show_cell(arena, &table->columns[c], row));
    if (table->title[0])
        printf("%s\n\n", table->title);
    bki_grid_print(&grid);
    if (n < table->n_rows)
        printf("and %zu more rows; --rows N shows more\n", table->n_rows - n);
}

static void
print_text(const void *of)
{
    const open_answer *answer = of;

    if (answer->table)
        print_table(answer);
    else
        print_list(answer);
}

/* ---- JSON -----------------------------------------------------------------------------------------------------------
 */

static void
json_cell(bk_json *json, const bk_column *column, size_t row)
{
    if ((column->empty && column->empty[row]) || column->kind == BK_COLUMN_TEXT)
        bk_json_text(json, column->name, column->kind == BK_COLUMN_TEXT ? column->text[row] : NULL);
    else if (column->kind == BK_COLUMN_NUMBER)
        bk_json_number(json, column->name, column->number[row]);
    else
        bk_json_integer(json, column->name, column->integer[row]);
}

static void
json_rows(bk_json *json, const bk_table *table, size_t n)
{
    bk_json_array(json, "data");
    for (size_t row = 0; row < n; row++) {
        bk_json_object(json, NULL);
        for (size_t c = 0; c < table->n_columns; c++)
            json_cell(json, &table->columns[c], row);
        bk_json_end(json);
    }
    bk_json_end(json);
}

static void
json_table(bk_json *json, const bk_table *table)
{
    static const char *const kinds[] = {
        [BK_COLUMN_TEXT] = "text", [BK_COLUMN_NUMBER] = "number", [BK_COLUMN_INTEGER] = "integer"};

    bk_json_text(json, "table", table->name);
    bk_json_text(json, "title", table->title);
    bk_json_integer(json, "rows", (int64_t)table->n_rows);
    bk_json_array(json, "columns");
    for (size_t c = 0; c < table->n_columns; c++) {
        bk_json_object(json, NULL);
        bk_json_text(json, "name", table->columns[c].name);
        bk_json_text(json, "unit", table->columns[c].unit);
        bk_json_text(json, "meaning", table->columns[c].meaning);
        bk_json_text(json, "kind", kinds[table->columns[c].kind]);
        bk_json_end(json);
    }
    bk_json_end(json);
}

static void
json_made_by(bk_json *json, const bki_result *result)
{
    bk_json_text(json, "program", result->program);
    bki_json_texts(json, "arguments", result->arguments, result->n_arguments);
    bk_json_integer(json, "inputs", (int64_t)result->n_inputs);
}

static bki_exit
print_json(const void *of)
{
    const open_answer *answer = of;
    bk_json           *json = bk_json_create(&answer->session->arena);

    if (!json)
        return bki_json_print(NULL);
    bk_json_object(json, NULL);
    if (answer->table) {
        json_table(json, answer->table);
        json_rows(json, answer->table, answer->table->n_rows < answer->rows ? answer->table->n_rows : answer->rows);
    } else {
        json_made_by(json, &answer->result);
        bk_json_array(json, "tables");
        for (size_t t = 0; t < answer->result.tables.n_tables; t++) {
            bk_json_object(json, NULL);
            json_table(json, answer->result.tables.tables[t]);
            bk_json_end(json);
        }
        bk_json_end(json);
    }
    bk_json_end(json);
    return bki_json_print(json);
}

/* ---- the verb -------------------------------------------------------------------------------------------------------
 */

static bk_status
find_table(open_answer *answer, const char *name)
{
    bki_session      *session = answer->session;
    const bk_results *tables = &answer->result.tables;
    bk_names         *names = bk_names_create(&session->arena);

    answer->table = bk_results_find(tables, name);
    if (answer->table)
        return BK_OK;
    for (size_t t = 0; names && t < tables->n_tables; t++)
        bk_names_intern(names, tables->tables[t]->name, strlen(tables->tables[t]->name));
    const char *near = names ? bk_names_nearest(names, name, strlen(name)) : NULL;
    return bk_fail_hint(session->ctx, BK_ERR_REFERENCE,
                        near ? bk_arena_format(&session->arena, "did you mean %s?", near)
                             : "without --table they are listed",
                        "%s has no table '%s'", session->operand, name);
}

static bk_status
solve(open_answer *answer)
{
    bki_session *session = answer->session;
    const char  *name = bki_option_text(session, "table");

    answer->rows = (size_t)bki_option_number(session, "rows", session->json ? 1e15 : 20.0);
    BK_TRY(bki_result_read(session, session->operand, &answer->result));
    return name ? find_table(answer, name) : BK_OK;
}

static const bki_ending ending = {.text = print_text, .json = print_json};

static bki_exit
run(bki_session *session)
{
    open_answer answer = {.session = session};

    return bki_finish(session, solve(&answer), &answer, &ending);
}

static const bki_option options[] = {
    {.name = "table",
     .kind = BKI_OPTION_TEXT,
     .argument = "NAME",
     .meaning = "its rows, in place of the list of tables"},
    {.name = "rows",
     .kind = BKI_OPTION_INTEGER,
     .argument = "N",
     .least = 1,
     .most = 1e15,
     .meaning = "rows shown at most; 20 by default, all in JSON"},
};

const bki_verb bki_verb_open = {
    .name = "open",
    .operand = "RESULT",
    .summary = "Looks into a result: what made it, its tables, their columns and rows",
    .detail = "A result is a GeoPackage as `buckle run` writes it, or an answer kept with --format json.",
    .example = "buckle open silkroad-belt-as-planned.gpkg --table economies",
    .n_options = sizeof options / sizeof *options,
    .options = options,
    .run = run,
};
