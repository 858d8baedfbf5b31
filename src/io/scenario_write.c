/* A scenario's text in canonical form.  It works on the tree of YAML and not on the measures read from it, so that
 * every column of its rows is kept, where they come from included. */
#include "io/folder.h"
#include "io/scenario.h"
#include "io/text.h"

#include <string.h>
#include <strings.h>

typedef struct scenario_writing {
    bk_context     *ctx;
    bk_arena       *scratch;
    const char     *folder; /* of the scenario, or NULL */
    const bki_yaml *like;   /* another tree of it, or NULL */
    bki_text        yaml;   /* one of the two is written */
    bk_json        *json;
    bk_status       fault;
    bki_csv        *csv;
    const char     *shown;
    const bki_yaml *measure; /* being written */
} scenario_writing;

/* Keys in the order in which they are written; those of rows have a schema. */
static const char *const scenario_keys[] = {"title", "measures", NULL};
static const char *const measure_keys[] = {
    "id",           "projects", "join",  "leave",     "borders",       "tariffs", "trade_costs",
    "productivity", "adjust",   "close", "sanctions", "transit_tolls", NULL};
static const char *const change_keys[] = {"agreement", "country", "date", NULL};
static const char *const number_keys[] = {"value", "factor", "add", "usd_per_tonne", NULL}; /* without a schema */
static const char *const last_keys[] = {"attribute", "value", "factor", "add", NULL};       /* of an adjustment */

static const bki_yaml *
child_of(const bki_yaml *map, const char *key)
{
    for (const bki_yaml *node = map->kind == BKI_YAML_MAP ? map->child : NULL; node != NULL; node = node->next)
        if (strcmp(node->key, key) == 0)
            return node;
    return NULL;
}

static bool
is_one_of(const char *key, const char *const *keys)
{
    for (; *keys != NULL; keys++)
        if (strcmp(*keys, key) == 0)
            return true;
    return false;
}

static const bk_table_schema *
rows_schema(const char *key)
{
    static const char *const keys[] = {"borders", "tariffs", "trade_costs", "productivity"};

    for (int k = 0; k < 4; k++)
        if (strcmp(keys[k], key) == 0)
            return bk_measure_schema((bk_measure_rows)k);
    return NULL;
}

static const bk_column_schema *
column_of(const bk_table_schema *schema, const char *name, size_t length)
{
    for (size_t c = 0; c < schema->n_columns; c++)
        if (strlen(schema->columns[c].name) == length && memcmp(schema->columns[c].name, name, length) == 0)
            return &schema->columns[c];
    return NULL;
}

/* ---- rows of a file as a tree ----------------------------------------------------------------------------------- */

static bk_status
add_record(scenario_writing *writing, const bk_column_schema *const *columns, const bki_csv_record *record,
           bki_yaml *row)
{
    const bki_yaml **last = &row->child;

    row->kind = BKI_YAML_MAP;
    for (size_t f = 0; f < record->n_fields; f++) {
        const bk_field *field = &record->fields[f];
        if (columns[f] == NULL || field->length == 0)
            continue;
        bki_yaml *cell = BK_NEW(writing->scratch, bki_yaml, 1);
        BK_TRY(bk_arena_ok(writing->scratch));
        cell->key = columns[f]->name;
        cell->text = bk_arena_text(writing->scratch, field->text, field->length);
        *last = cell;
        last = &cell->next;
        row->n_children++;
    }
    return bk_arena_ok(writing->scratch);
}

static bk_status
read_records(scenario_writing *writing, const bk_table_schema *schema, bki_yaml *list)
{
    const bki_yaml **last = &list->child;
    bki_csv_record   record;

    BK_TRY(bki_csv_next(writing->csv, &record));
    const bk_column_schema **columns = BK_NEW(writing->scratch, const bk_column_schema *, record.n_fields + 1);
    BK_TRY(bk_arena_ok(writing->scratch));
    for (size_t f = 0; f < record.n_fields; f++) {
        columns[f] = column_of(schema, record.fields[f].text, record.fields[f].length);
        if (bki_csv_has_semicolons(writing->csv) && columns[f] != NULL && columns[f]->kind == BK_CELL_NUMBER)
            BK_TRY(bki_csv_decimal_comma(writing->csv, f));
    }
    for (;;) {
        BK_TRY(bki_csv_next(writing->csv, &record));
        if (record.n_fields == 0)
            return BK_OK;
        bki_yaml *row = BK_NEW(writing->scratch, bki_yaml, 1);
        BK_TRY(bk_arena_ok(writing->scratch));
        BK_TRY(add_record(writing, columns, &record, row));
        *last = row;
        last = &row->next;
        list->n_children++;
    }
}

/* The rows of the file `name` in the scenario's folder. */
static bk_status
read_file(scenario_writing *writing, const char *key, const char *name, const bki_yaml **out)
{
    const char *path = bki_path_join(writing->scratch, writing->folder, name);
    bki_yaml   *list = BK_NEW(writing->scratch, bki_yaml, 1);

    BK_TRY(bk_arena_ok(writing->scratch));
    list->kind = BKI_YAML_LIST;
    list->key = key;
    BK_TRY(bki_csv_open(writing->csv, path, path));
    const bk_status status = read_records(writing, rows_schema(key), list);
    bki_csv_close(writing->csv);
    *out = list;
    return status;
}

/* ---- whether rows are those of a file --------------------------------------------------------------------------- */

static bool
same_cell(const bki_yaml *a, const bki_yaml *b)
{
    const char *x = a != NULL && a->kind == BKI_YAML_SCALAR ? a->text : "";
    const char *y = b != NULL && b->kind == BKI_YAML_SCALAR ? b->text : "";
    double      p, q;

    return strcmp(x, y) == 0 || (bki_scenario_number(x, &p) && bki_scenario_number(y, &q) && p == q);
}

static bool
same_rows(const bki_yaml *a, const bki_yaml *b, const bk_table_schema *schema)
{
    if (a->n_children != b->n_children)
        return false;
    for (const bki_yaml *x = a->child, *y = b->child; x != NULL && y != NULL; x = x->next, y = y->next)
        for (size_t c = 0; c < schema->n_columns; c++)
            if (!same_cell(child_of(x, schema->columns[c].name), child_of(y, schema->columns[c].name)))
                return false;
    return true;
}

/* The name of the file that holds the rows `list` of the measure being written, by the other tree; NULL: none does. */
static bk_status
file_of(scenario_writing *writing, const bki_yaml *list, const bki_yaml **out)
{
    const bki_yaml *measures = writing->like != NULL ? child_of(writing->like, "measures") : NULL;
    const bki_yaml *id = child_of(writing->measure, "id"), *rows;

    *out = NULL;
    for (const bki_yaml *other = measures != NULL ? measures->child : NULL; other != NULL; other = other->next) {
        const bki_yaml *name = child_of(other, list->key);
        if (id == NULL || !same_cell(child_of(other, "id"), id) || name == NULL || name->kind != BKI_YAML_SCALAR)
            continue;
        const char *path = bki_path_join(writing->scratch, writing->folder, name->text);
        BK_TRY(bk_arena_ok(writing->scratch));
        if (!bki_exists(path))
            continue;
        BK_TRY(read_file(writing, list->key, name->text, &rows));
        if (same_rows(list, rows, rows_schema(list->key)))
            *out = name;
    }
    return BK_OK;
}

/* ---- YAML ------------------------------------------------------------------------------------------------------- */

/* Whether a text may stand without quotes, also between commas, and for readers that guess types. */
static bool
is_plain(const char *text)
{
    static const char *const words[] = {"null", "true", "false", "yes", "no", "on", "off", "y", "n", NULL};
    const size_t             length = strlen(text);
    const bool starts = strchr("-+.", text[0]) != NULL && (text[1] >= '0' && text[1] <= '9'); /* a number */

    if (length == 0 || text[0] == ' ' || text[length - 1] == ' ')
        return false;
    for (size_t i = 0; words[i] != NULL; i++)
        if (strcasecmp(text, words[i]) == 0)
            return false;
    for (size_t i = 0; i < length; i++) {
        const unsigned char c = (unsigned char)text[i];
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        if (!letter && !(i > 0 ? strchr("-+./ ()%;", c) != NULL : starts) && !(i > 0 && c >= 0x80))
            return false;
    }
    return true;
}

static void
write_scalar(scenario_writing *writing, const char *text)
{
    bki_text *out = &writing->yaml;

    if (is_plain(text)) {
        bki_text_add(out, text);
        return;
    }
    bki_text_add(out, "\"");
    for (; *text != '\0'; text++) {
        const unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            bki_text_format(out, "\\%c", c);
        else if (c == '\n')
            bki_text_add(out, "\\n");
        else if (c == '\t')
            bki_text_add(out, "\\t");
        else if (c < 0x20 || c == 0x7f)
            bki_text_format(out, "\\x%02x", c);
        else
            bki_text_append(out, text, 1);
    }
    bki_text_add(out, "\"");
}

/* The children of a mapping in their order: the `first` keys, the others as they stand, the `last` ones. */
typedef void write_child(scenario_writing *writing, const bki_yaml *child, bool first);

static void
in_order(scenario_writing *writing, const bki_yaml *map, const char *const *first, const char *const *last,
         write_child *write)
{
    static const char *const none[] = {NULL};
    bool                     is_first = true;
    const bki_yaml          *child;

    first = first != NULL ? first : none;
    last = last != NULL ? last : none;
    for (size_t k = 0; first[k] != NULL; k++)
        if ((child = child_of(map, first[k])) != NULL) {
            write(writing, child, is_first);
            is_first = false;
        }
    for (child = map->child; child != NULL; child = child->next)
        if (!is_one_of(child->key, first) && !is_one_of(child->key, last)) {
            write(writing, child, is_first);
            is_first = false;
        }
    for (size_t k = 0; last[k] != NULL; k++)
        if ((child = child_of(map, last[k])) != NULL) {
            write(writing, child, is_first);
            is_first = false;
        }
}

static void write_flow(scenario_writing *writing, const bki_yaml *node);

static void
write_pair(scenario_writing *writing, const bki_yaml *child, bool first)
{
    bki_text_add(&writing->yaml, first ? "" : ", ");
    write_scalar(writing, child->key);
    bki_text_add(&writing->yaml, ": ");
    write_flow(writing, child);
}

/* The columns of a row in the order of its table. */
static void
write_row(scenario_writing *writing, const bki_yaml *row, const bk_table_schema *schema)
{
    bool            first = true;
    const bki_yaml *cell;

    bki_text_add(&writing->yaml, "{");
    for (size_t c = 0; c < schema->n_columns; c++)
        if ((cell = child_of(row, schema->columns[c].name)) != NULL) {
            write_pair(writing, cell, first);
            first = false;
        }
    bki_text_add(&writing->yaml, "}");
}

static void
write_flow(scenario_writing *writing, const bki_yaml *node)
{
    bool first = true;

    if (node->kind == BKI_YAML_SCALAR) {
        write_scalar(writing, node->text);
    } else if (node->kind == BKI_YAML_MAP) {
        bki_text_add(&writing->yaml, "{");
        in_order(writing, node, child_of(node, "target") != NULL ? NULL : change_keys,
                 child_of(node, "target") != NULL ? last_keys : NULL, write_pair);
        bki_text_add(&writing->yaml, "}");
    } else {
        bki_text_add(&writing->yaml, "[");
        for (const bki_yaml *child = node->child; child != NULL; child = child->next, first = false) {
            bki_text_add(&writing->yaml, first ? "" : ", ");
            write_flow(writing, child);
        }
        bki_text_add(&writing->yaml, "]");
    }
}

/* One mapping a line; names in one list. */
static void
write_list(scenario_writing *writing, const bki_yaml *list, const bk_table_schema *schema)
{
    if (list->child == NULL || list->child->kind != BKI_YAML_MAP) {
        bki_text_add(&writing->yaml, " ");
        write_flow(writing, list);
        return;
    }
    for (const bki_yaml *child = list->child; child != NULL; child = child->next) {
        bki_text_add(&writing->yaml, "\n      - ");
        if (schema != NULL)
            write_row(writing, child, schema);
        else
            write_flow(writing, child);
    }
}

/* What is to be written for the value of a measure's key: rows for a file's name, or a file's name for rows. */
static const bki_yaml *
value_of(scenario_writing *writing, const bki_yaml *child)
{
    const bki_yaml *value = child;

    if (writing->folder == NULL || rows_schema(child->key) == NULL || writing->fault != BK_OK)
        return child;
    if (child->kind == BKI_YAML_LIST && writing->like != NULL)
        writing->fault = file_of(writing, child, &value);
    else if (child->kind == BKI_YAML_SCALAR && writing->like == NULL)
        writing->fault = read_file(writing, child->key, child->text, &value);
    return value != NULL && writing->fault == BK_OK ? value : child;
}

static void
write_measure_key(scenario_writing *writing, const bki_yaml *child, bool first)
{
    const bki_yaml *value = value_of(writing, child);

    bki_text_add(&writing->yaml, first ? "  - " : "    ");
    write_scalar(writing, child->key);
    bki_text_add(&writing->yaml, ":");
    if (value->kind == BKI_YAML_LIST) {
        write_list(writing, value, rows_schema(child->key));
    } else {
        bki_text_add(&writing->yaml, " ");
        write_flow(writing, value);
    }
    bki_text_add(&writing->yaml, "\n");
}

static void
write_scenario_key(scenario_writing *writing, const bki_yaml *child, bool first)
{
    (void)first;
    write_scalar(writing, child->key);
    bki_text_add(&writing->yaml, ":");
    if (child->kind != BKI_YAML_LIST || child->child == NULL || strcmp(child->key, "measures") != 0) {
        bki_text_add(&writing->yaml, " ");
        write_flow(writing, child);
        bki_text_add(&writing->yaml, "\n");
        return;
    }
    bki_text_add(&writing->yaml, "\n");
    for (const bki_yaml *measure = child->child; measure != NULL; measure = measure->next) {
        writing->measure = measure;
        if (measure->kind == BKI_YAML_MAP && measure->child != NULL) {
            in_order(writing, measure, measure_keys, NULL, write_measure_key);
        } else {
            bki_text_add(&writing->yaml, "  - ");
            write_flow(writing, measure);
            bki_text_add(&writing->yaml, "\n");
        }
    }
}

/* ---- JSON ------------------------------------------------------------------------------------------------------- */

static void
json_value(scenario_writing *writing, const bki_yaml *node, const bk_table_schema *schema)
{
    const bk_column_schema *column =
        schema != NULL && node->key != NULL ? column_of(schema, node->key, strlen(node->key)) : NULL;
    const bool number = (column != NULL && (column->kind == BK_CELL_NUMBER || column->kind == BK_CELL_INTEGER)) ||
                        (schema == NULL && node->key != NULL && is_one_of(node->key, number_keys));
    double value;

    if (node->kind == BKI_YAML_SCALAR) {
        if (number && bki_scenario_number(node->text, &value))
            bk_json_number(writing->json, node->key, value);
        else
            bk_json_text(writing->json, node->key, node->text);
        return;
    }
    if (node->kind == BKI_YAML_MAP)
        bk_json_object(writing->json, node->key);
    else
        bk_json_array(writing->json, node->key);
    for (const bki_yaml *child = node->child; child != NULL; child = child->next)
        json_value(writing, child, schema);
    bk_json_end(writing->json);
}

static void
json_measures(scenario_writing *writing, const bki_yaml *measures)
{
    bk_json_array(writing->json, "measures");
    for (const bki_yaml *measure = measures->child; measure != NULL; measure = measure->next) {
        writing->measure = measure;
        bk_json_object(writing->json, NULL);
        for (const bki_yaml *child = measure->child; child != NULL; child = child->next)
            json_value(writing, value_of(writing, child), rows_schema(child->key));
        bk_json_end(writing->json);
    }
    bk_json_end(writing->json);
}

/* ---- both ------------------------------------------------------------------------------------------------------- */

static bk_status
check_form(const scenario_writing *writing, const bki_yaml *root)
{
    const bki_yaml *measures = child_of(root, "measures");

    for (const bki_yaml *measure = measures != NULL ? measures->child : NULL; measure != NULL; measure = measure->next)
        if (measure->kind != BKI_YAML_MAP)
            return bk_fail_at(writing->ctx, BK_ERR_SCHEMA, writing->shown, measure->line, measure->column, NULL,
                              "a measure is %s, it must be a mapping", bki_yaml_kind_name(measure->kind));
    if (root->kind == BKI_YAML_MAP && measures != NULL && measures->kind == BKI_YAML_LIST)
        return BK_OK;
    return bk_fail_at(writing->ctx, BK_ERR_SCHEMA, writing->shown, root->line, root->column,
                      "write title: and measures:", "a scenario is a mapping with a list of measures");
}

static bk_status
write_tree(scenario_writing *writing, const bki_yaml *root, bk_scenario_form form, const char **out, size_t *n_out)
{
    BK_TRY(check_form(writing, root));
    if (form == BK_SCENARIO_YAML) {
        in_order(writing, root, scenario_keys, NULL, write_scenario_key);
        BK_TRY(writing->fault);
        *out = writing->yaml.bytes;
        *n_out = writing->yaml.length;
        return writing->yaml.has_failed ? bk_fail_no_memory(writing->ctx) : BK_OK;
    }
    bk_json_object(writing->json, NULL);
    if (child_of(root, "title") != NULL)
        json_value(writing, child_of(root, "title"), NULL);
    json_measures(writing, child_of(root, "measures"));
    bk_json_end(writing->json);
    BK_TRY(writing->fault);
    *out = bk_json_result(writing->json, n_out);
    return *out != NULL ? BK_OK : bk_fail_no_memory(writing->ctx);
}

static bk_status
scenario_write(scenario_writing *writing, const char *text, size_t n, const char *like, size_t n_like,
               bk_scenario_form form, bk_arena *arena, const char **out, size_t *n_out)
{
    const bki_yaml *root;

    BK_TRY(bki_yaml_read(writing->ctx, text, n, writing->shown, writing->scratch, &root));
    if (like != NULL)
        BK_TRY(bki_yaml_read(writing->ctx, like, n_like, writing->shown, writing->scratch, &writing->like));
    writing->csv = bki_csv_create(writing->ctx, writing->scratch);
    writing->yaml.arena = arena;
    writing->json = form == BK_SCENARIO_JSON ? bk_json_create(arena) : NULL;
    BK_TRY(bk_arena_ok(writing->scratch));
    BK_TRY(bk_arena_ok(arena));
    return write_tree(writing, root, form, out, n_out);
}

bk_status
bk_scenario_write(bk_context *ctx, const char *text, size_t n, const char *folder, const char *like, size_t n_like,
                  bk_scenario_form form, bk_arena *arena, const char **out, size_t *n_out)
{
    bk_arena         scratch;
    scenario_writing writing = {.ctx = ctx, .scratch = &scratch, .folder = folder, .shown = "scenario"};

    bk_arena_init(&scratch, ctx);
    const bk_status status = scenario_write(&writing, text, n, like, n_like, form, arena, out, n_out);
    if (writing.csv != NULL)
        bki_csv_close(writing.csv);
    bk_arena_release(&scratch);
    return status;
}
