/* A study's folder to a model: study.yaml, then every table buckle knows of that is there.  Only translates; what the
 * builder is handed it judges. */
#include "buckle/io.h"
#include "io/folder.h"
#include "io/rows.h"
#include "io/yaml.h"

#include <string.h>

#define FORMAT "1" /* of study.yaml: the value of its key `buckle` */

typedef struct study_warning study_warning;
struct study_warning {
    const char    *text;
    study_warning *next;
};

typedef struct study_reading {
    bk_context *ctx;
    const char *folder; /* as given */
    bk_arena   *scratch;
    bk_builder *builder;
    bki_csv    *csv;

    study_warning *warnings, **last_warning; /* of files that nobody reads */
    size_t         n_warnings;
} study_reading;

/* ---- study.yaml --------------------------------------------------------------------------------------------- */

/* The builder's setting of that name, or NULL; "a.b.*" stands for any name in place of the star. */
static const bk_setting_schema *
setting_find(const char *key)
{
    for (size_t i = 0; i < bk_setting_schema_count(); i++) {
        const bk_setting_schema *setting = bk_setting_schema_get(i);
        const size_t             n = strlen(setting->key);
        if (strcmp(setting->key, key) == 0 || (setting->key[n - 1] == '*' && strncmp(setting->key, key, n - 1) == 0))
            return setting;
    }
    return NULL;
}

static bool
setting_is_section(const char *prefix)
{
    for (size_t i = 0; i < bk_setting_schema_count(); i++)
        if (strncmp(bk_setting_schema_get(i)->key, prefix, strlen(prefix)) == 0)
            return true;
    return false;
}

static void
setting_fault(study_reading *reading, const bki_yaml *node, const char *key, const char *shown, const char *must)
{
    const bool is_empty = node->kind == BKI_YAML_SCALAR && node->text[0] == '\0';

    bk_fail_at(reading->ctx, BK_ERR_SCHEMA, shown, node->line, node->column, NULL, "%s is %s, it must be %s", key,
               is_empty ? "empty" : bki_yaml_kind_name(node->kind), must);
}

/* The format is this layer's own: the builder learns of it only that it is the one it knows. */
static void
format_check(study_reading *reading, const bki_yaml *node, const char *shown)
{
    if (strcmp(node->text, FORMAT) != 0)
        bk_fail_at(reading->ctx, BK_ERR_SCHEMA, shown, node->line, node->column,
                   "a newer format asks for a newer buckle", "format %s is not known, this buckle reads format " FORMAT,
                   node->text);
}

/* An unknown key is told at its own place, a wrong value at the value's. */
static bk_status
setting_read(study_reading *reading, const bki_yaml *node, const char *key, const char *shown)
{
    const bk_setting_schema *setting = setting_find(key);
    const char              *text = node->kind == BKI_YAML_SCALAR ? node->text : "";

    if (setting == NULL)
        return bk_builder_setting(reading->builder, key, text, shown, node->key_line, node->key_column);
    if (text[0] == '\0') {
        setting_fault(reading, node, key, shown, "one value");
        text = setting->otherwise;
    } else if (strcmp(key, "buckle") == 0) {
        format_check(reading, node, shown);
        text = FORMAT;
    }
    return bk_builder_setting(reading->builder, key, text, shown, node->line, node->column);
}

/* A node that is no mapping where the schema has a section: nothing, if it is empty. */
static void
section_check(study_reading *reading, const bki_yaml *node, const char *key, const char *shown)
{
    if (node->kind != BKI_YAML_SCALAR || node->text[0] != '\0')
        setting_fault(reading, node, key, shown, "a mapping");
}

/* The scalars of a mapping, their keys joined by dots. */
static bk_status
settings_read(study_reading *reading, const bki_yaml *map, const char *prefix, const char *shown)
{
    for (const bki_yaml *node = map->child; node != NULL; node = node->next) {
        if (strchr(node->key, '.') != NULL) {
            bk_fail_at(reading->ctx, BK_ERR_SCHEMA, shown, node->key_line, node->key_column,
                       "write a.b: 1 as a: {b: 1}", "key %s holds a dot", node->key);
            continue;
        }
        const char *key = bk_arena_format(reading->scratch, "%s%s", prefix, node->key);
        const char *inner = bk_arena_format(reading->scratch, "%s%s.", prefix, node->key);
        BK_TRY(bk_arena_ok(reading->scratch));
        if (node->kind == BKI_YAML_MAP)
            BK_TRY(settings_read(reading, node, inner, shown));
        else if (setting_find(key) == NULL && setting_is_section(inner))
            section_check(reading, node, key, shown);
        else
            BK_TRY(setting_read(reading, node, key, shown));
    }
    return BK_OK;
}

static bk_status
study_yaml_missing(study_reading *reading, const char *shown)
{
    const char *other = bki_path_join(reading->scratch, reading->folder, "study.yml");

    BK_TRY(bk_arena_ok(reading->scratch));
    if (bki_exists(other))
        return bk_fail_at(reading->ctx, BK_ERR_FILE, shown, 0, 0, "rename study.yml to study.yaml", "no such file");
    return bk_fail_at(reading->ctx, BK_ERR_FILE, shown, 0, 0, "a study is a folder with a study.yaml in it",
                      "no such file");
}

static bk_status
study_yaml_read(study_reading *reading)
{
    const char     *path = bki_path_join(reading->scratch, reading->folder, "study.yaml"), *bytes;
    const bki_yaml *root;
    size_t          n;

    BK_TRY(bk_arena_ok(reading->scratch));
    if (!bki_exists(path))
        return study_yaml_missing(reading, path);
    bk_note_input(reading->ctx, path);
    BK_TRY(bk_file_read(reading->ctx, path, reading->scratch, &bytes, &n));
    BK_TRY(bki_yaml_read(reading->ctx, bytes, n, path, reading->scratch, &root));
    if (root->kind != BKI_YAML_MAP)
        return bk_fail_at(reading->ctx, BK_ERR_SCHEMA, path, root->line, root->column, "write key: value on each line",
                          "the file is %s, it must be a mapping", bki_yaml_kind_name(root->kind));
    return settings_read(reading, root, "", path);
}

/* ---- tables ------------------------------------------------------------------------------------------------- */

static bk_status
tables_read(study_reading *reading)
{
    for (size_t i = 0; i < bk_table_schema_count(); i++) {
        const bk_table_schema *schema = bk_table_schema_get(i);
        const char            *path = bki_path_join(reading->scratch, reading->folder, schema->file);
        BK_TRY(bk_arena_ok(reading->scratch));
        if (bki_exists(path))
            BK_TRY(bki_rows_read(reading->ctx, reading->csv, reading->builder, schema, path, path));
    }
    return BK_OK;
}

/* ---- files nobody reads ------------------------------------------------------------------------------------- */

/* Notes, hidden files and what editors leave behind are nobody's mistake. */
static bool
file_is_a_note(const char *name)
{
    return name[0] == '.' || name[0] == '~' || bki_ends_with(name, "~") || bki_ends_with(name, ".md") ||
           bki_ends_with(name, ".txt");
}

static const char *
table_suggestion(study_reading *reading, const char *file)
{
    const size_t n = bk_table_schema_count();
    const char **known = BK_NEW(reading->scratch, const char *, n);

    if (known == NULL)
        return NULL;
    for (size_t i = 0; i < n; i++)
        known[i] = bk_table_schema_get(i)->file;
    return bki_suggest(reading->scratch, file, known, n, "");
}

static bk_status
study_warn(study_reading *reading, const char *file, const char *what, const char *hint)
{
    study_warning *warning = BK_NEW(reading->scratch, study_warning, 1);

    BK_TRY(bk_arena_ok(reading->scratch));
    warning->text =
        bk_arena_format(reading->scratch, "%s: %s%s%s", file, what, hint != NULL ? "; " : "", hint != NULL ? hint : "");
    *reading->last_warning = warning;
    reading->last_warning = &warning->next;
    reading->n_warnings++;
    return bk_arena_ok(reading->scratch);
}

static bk_status
folder_check(study_reading *reading, const char *folder)
{
    const char        *path = bki_path_join(reading->scratch, reading->folder, folder);
    const char *const *names;
    size_t             n;

    BK_TRY(bk_arena_ok(reading->scratch));
    if (!bki_is_folder(path))
        return BK_OK;
    BK_TRY(bki_folder_list(reading->ctx, path, reading->scratch, &n, &names));
    for (size_t i = 0; i < n; i++) {
        const char *file = bk_arena_format(reading->scratch, "%s/%s", folder, names[i]);
        BK_TRY(bk_arena_ok(reading->scratch));
        if (file_is_a_note(names[i]) || bk_table_schema_find(file) != NULL)
            continue;
        const char *shown = bki_path_join(reading->scratch, path, names[i]);
        const char *hint = table_suggestion(reading, file);
        BK_TRY(bk_arena_ok(reading->scratch));
        BK_TRY(study_warn(reading, shown, "buckle knows no such table and does not read it", hint));
    }
    return BK_OK;
}

/* A table outside every folder, or a folder whose name is nearly that of a known one. */
static bk_status
root_check(study_reading *reading, const bk_names *folders)
{
    const char *const *names;
    size_t             n;

    BK_TRY(bki_folder_list(reading->ctx, reading->folder, reading->scratch, &n, &names));
    for (size_t i = 0; i < n; i++) {
        const size_t length = strlen(names[i]);
        const char  *path = bki_path_join(reading->scratch, reading->folder, names[i]);
        const char  *nearest = bk_names_nearest(folders, names[i], length);
        BK_TRY(bk_arena_ok(reading->scratch));
        if (file_is_a_note(names[i]) || bk_names_find(folders, names[i], length) != BK_NONE)
            continue;
        if (bki_ends_with(names[i], ".csv"))
            BK_TRY(study_warn(reading, path, "not read: tables stand in folders, as in network/link.csv", NULL));
        else if (nearest != NULL && bki_is_folder(path))
            BK_TRY(
                study_warn(reading, path, "not read", bk_arena_format(reading->scratch, "did you mean %s?", nearest)));
    }
    return BK_OK;
}

/* Each folder that a known table stands in, once; then what stands beside them. */
static bk_status
folders_check(study_reading *reading)
{
    bk_names *folders = bk_names_create(reading->scratch);

    BK_TRY(bk_arena_ok(reading->scratch));
    for (size_t i = 0; i < bk_table_schema_count(); i++) {
        const char *folder = bki_path_folder(reading->scratch, bk_table_schema_get(i)->file);
        BK_TRY(bk_arena_ok(reading->scratch));
        const size_t count = bk_names_count(folders);
        bk_names_intern(folders, folder, strlen(folder));
        BK_TRY(bk_arena_ok(reading->scratch));
        if (bk_names_count(folders) > count)
            BK_TRY(folder_check(reading, folder));
    }
    bk_names_intern(folders, "scenarios", 9);
    bk_names_intern(folders, "facts", 5);
    BK_TRY(bk_arena_ok(reading->scratch));
    return root_check(reading, folders);
}

/* ---- the study ---------------------------------------------------------------------------------------------- */

/* `model` with the reader's own warnings behind the builder's. */
static bk_status
model_with_warnings(const study_reading *reading, const bk_model *model, bk_arena *arena, const bk_model **out)
{
    const size_t n = model->n_warnings;
    bk_model    *copy = BK_NEW(arena, bk_model, 1);
    const char **texts = BK_NEW(arena, const char *, n + reading->n_warnings);

    BK_TRY(bk_arena_ok(arena));
    *copy = *model;
    copy->warnings = texts;
    for (size_t i = 0; i < n; i++)
        texts[i] = model->warnings[i];
    for (const study_warning *warning = reading->warnings; warning != NULL; warning = warning->next)
        texts[copy->n_warnings++] = bk_arena_text(arena, warning->text, strlen(warning->text));
    BK_TRY(bk_arena_ok(arena));
    *out = copy;
    return BK_OK;
}

/* Where there is no model to carry them, a misspelt file name may be the very cause. */
static void
warnings_log(const study_reading *reading)
{
    for (const study_warning *warning = reading->warnings; warning != NULL; warning = warning->next)
        bk_log(reading->ctx, BK_LOG_WARNING, "%s", warning->text);
}

static bk_status
study_read(study_reading *reading, bk_arena *arena, const bk_model **out)
{
    const size_t    before = bk_error_count(reading->ctx);
    const bk_model *model = NULL;

    if (!bki_is_folder(reading->folder))
        return bk_fail_at(reading->ctx, BK_ERR_FILE, reading->folder, 0, 0, "give the folder that holds study.yaml",
                          "%s", bki_exists(reading->folder) ? "is a file, a study is a folder" : "no such folder");
    BK_TRY(bk_builder_create(reading->ctx, reading->scratch, &reading->builder));
    bk_builder_folder(reading->builder, reading->folder);
    reading->csv = bki_csv_create(reading->ctx, reading->scratch);
    BK_TRY(bk_arena_ok(reading->scratch));
    const bk_status settings = study_yaml_read(reading);
    if (settings == BK_ERR_NO_MEMORY || settings == BK_ERR_FILE)
        return settings;
    BK_TRY(tables_read(reading));
    BK_TRY(folders_check(reading));
    const bk_status status = bk_builder_finish(reading->builder, arena, &model);
    const bk_status fault = bki_first_fault(reading->ctx, before, settings != BK_OK ? settings : status);
    if (fault == BK_OK)
        return model_with_warnings(reading, model, arena, out);
    warnings_log(reading);
    return fault;
}

bk_status
bk_study_read(bk_context *ctx, const char *folder, bk_arena *arena, const bk_model **out)
{
    bk_arena      scratch;
    study_reading reading = {.ctx = ctx, .folder = folder, .scratch = &scratch};

    reading.last_warning = &reading.warnings;
    bk_arena_init(&scratch, ctx);
    const bk_status status = study_read(&reading, arena, out);
    if (reading.csv != NULL)
        bki_csv_close(reading.csv);
    bk_arena_release(&scratch);
    return status;
}
