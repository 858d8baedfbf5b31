/* A study's folder to a model: study.yaml, then every table buckle knows of that is there.  Only translates; what the
 * builder is handed it judges. */
#include "buckle/io.h"
#include "io/folder.h"
#include "io/rows.h"
#include "io/yaml.h"

#include <string.h>

#define FORMAT "1" /* of study.yaml: the value of its key `buckle` */

typedef struct study_reading {
    bk_context *ctx;
    const char *folder; /* as given */
    bk_arena   *scratch;
    bk_builder *builder;
    bki_csv    *csv;
} study_reading;

/* ---- study.yaml --------------------------------------------------------------------------------------------- */

/* Settings that decide which routes there are; the rest may change without a new search for routes. */
static bool
setting_decides_routes(const char *key)
{
    return strncmp(key, "transport.", 10) == 0 || strcmp(key, "base_year") == 0 || strcmp(key, "money") == 0;
}

static bk_status
setting_read(study_reading *reading, const bki_yaml *node, const char *key, const char *shown)
{
    if (node->kind != BKI_YAML_SCALAR || node->text[0] == '\0') {
        bk_fail_at(reading->ctx, BK_ERR_SCHEMA, shown, node->line, node->column, NULL, "%s is %s, it must be one value",
                   key, node->kind == BKI_YAML_SCALAR ? "empty" : bki_yaml_kind_name(node->kind));
        return BK_OK;
    }
    if (setting_decides_routes(key)) {
        bk_builder_hash(reading->builder, key, strlen(key) + 1);
        bk_builder_hash(reading->builder, node->text, strlen(node->text) + 1);
    }
    const bk_status status = bk_builder_setting(reading->builder, key, node->text, shown, node->line, node->column);
    return status == BK_ERR_NO_MEMORY ? status : BK_OK;
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
        if (strcmp(key, "buckle") == 0)
            continue;
        if (node->kind == BKI_YAML_MAP)
            BK_TRY(settings_read(reading, node, inner, shown));
        else
            BK_TRY(setting_read(reading, node, key, shown));
    }
    return BK_OK;
}

static void
format_check(study_reading *reading, const bki_yaml *root, const char *shown)
{
    const bki_yaml *node = root->child;

    while (node != NULL && strcmp(node->key, "buckle") != 0)
        node = node->next;
    if (node == NULL)
        bk_fail_at(reading->ctx, BK_ERR_SCHEMA, shown, root->line, root->column, "begin the file with buckle: " FORMAT,
                   "key buckle, the number of the format, is missing");
    else if (node->kind != BKI_YAML_SCALAR || strcmp(node->text, FORMAT) != 0)
        bk_fail_at(reading->ctx, BK_ERR_SCHEMA, shown, node->line, node->column,
                   "a newer format asks for a newer buckle", "format %s is not known, this buckle reads format " FORMAT,
                   node->kind == BKI_YAML_SCALAR ? node->text : bki_yaml_kind_name(node->kind));
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
    BK_TRY(bk_file_read(reading->ctx, path, reading->scratch, &bytes, &n));
    BK_TRY(bki_yaml_read(reading->ctx, bytes, n, path, reading->scratch, &root));
    if (root->kind != BKI_YAML_MAP)
        return bk_fail_at(reading->ctx, BK_ERR_SCHEMA, path, root->line, root->column, "write key: value on each line",
                          "the file is %s, it must be a mapping", bki_yaml_kind_name(root->kind));
    format_check(reading, root, path);
    return settings_read(reading, root, "", path);
}

/* ---- tables ------------------------------------------------------------------------------------------------- */

/* Routes follow from places, links and costs, from what is traded (its weight and its value of time), from the projects
 * that open links and the bans that close them; not from tariffs, preferences, shares, finance or observations. */
static bool
table_decides_routes(const char *file)
{
    static const char *const deciding[] = {"economy/region.csv",  "economy/sector.csv",   "economy/unit_value.csv",
                                           "economy/trade.csv",   "policy/agreement.csv", "policy/member.csv",
                                           "policy/sanction.csv", "projects/project.csv", "projects/effect.csv"};

    if (strncmp(file, "network/", 8) == 0)
        return true;
    for (size_t i = 0; i < sizeof deciding / sizeof *deciding; i++)
        if (strcmp(file, deciding[i]) == 0)
            return true;
    return false;
}

static bk_status
tables_read(study_reading *reading)
{
    for (size_t i = 0; i < bk_table_schema_count(); i++) {
        const bk_table_schema *schema = bk_table_schema_get(i);
        const char            *path = bki_path_join(reading->scratch, reading->folder, schema->file);
        const bool             is_hashed = table_decides_routes(schema->file);
        uint64_t               hash = 0;
        BK_TRY(bk_arena_ok(reading->scratch));
        if (!bki_exists(path))
            continue;
        BK_TRY(
            bki_rows_read(reading->ctx, reading->csv, reading->builder, schema, path, path, is_hashed ? &hash : NULL));
        if (is_hashed) {
            bk_builder_hash(reading->builder, schema->file, strlen(schema->file) + 1);
            bk_builder_hash(reading->builder, &hash, sizeof hash);
        }
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
        const char *hint = table_suggestion(reading, file);
        BK_TRY(bk_arena_ok(reading->scratch));
        bk_log(reading->ctx, BK_LOG_WARNING, "%s/%s: not read: buckle knows no such table%s%s", path, names[i],
               hint != NULL ? "; " : "", hint != NULL ? hint : "");
    }
    return BK_OK;
}

/* Each folder that a known table stands in, once. */
static bk_status
folders_check(study_reading *reading)
{
    bk_names *seen = bk_names_create(reading->scratch);

    BK_TRY(bk_arena_ok(reading->scratch));
    for (size_t i = 0; i < bk_table_schema_count(); i++) {
        const char *folder = bki_path_folder(reading->scratch, bk_table_schema_get(i)->file);
        BK_TRY(bk_arena_ok(reading->scratch));
        const size_t count = bk_names_count(seen);
        bk_names_intern(seen, folder, strlen(folder));
        BK_TRY(bk_arena_ok(reading->scratch));
        if (bk_names_count(seen) > count)
            BK_TRY(folder_check(reading, folder));
    }
    return BK_OK;
}

/* ---- the study ---------------------------------------------------------------------------------------------- */

static bk_status
study_read(study_reading *reading, bk_arena *arena, const bk_model **out)
{
    const size_t    before = bk_error_count(reading->ctx);
    const bk_model *model = NULL;

    if (!bki_is_folder(reading->folder))
        return bk_fail_at(reading->ctx, BK_ERR_FILE, reading->folder, 0, 0, "give the folder that holds study.yaml",
                          "%s", bki_exists(reading->folder) ? "is a file, a study is a folder" : "no such folder");
    BK_TRY(bk_builder_create(reading->ctx, reading->scratch, &reading->builder));
    reading->csv = bki_csv_create(reading->ctx, reading->scratch);
    BK_TRY(bk_arena_ok(reading->scratch));
    const bk_status settings = study_yaml_read(reading);
    if (settings == BK_ERR_NO_MEMORY || settings == BK_ERR_FILE)
        return settings;
    BK_TRY(tables_read(reading));
    BK_TRY(folders_check(reading));
    const bk_status status = bk_builder_finish(reading->builder, arena, &model);
    BK_TRY(bki_first_fault(reading->ctx, before, settings != BK_OK ? settings : status));
    *out = model;
    return BK_OK;
}

bk_status
bk_study_read(bk_context *ctx, const char *folder, bk_arena *arena, const bk_model **out)
{
    bk_arena      scratch;
    study_reading reading = {.ctx = ctx, .folder = folder, .scratch = &scratch};

    bk_arena_init(&scratch, ctx);
    const bk_status status = study_read(&reading, arena, out);
    if (reading.csv != NULL)
        bki_csv_close(reading.csv);
    bk_arena_release(&scratch);
    return status;
}
