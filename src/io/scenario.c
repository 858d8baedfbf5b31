/* Scenarios: which there are, and one of them with the rows of its CSV files.  File names in a scenario are relative to
 * its own folder; other paths work too, but only regular files are read. */
#include "buckle/io.h"
#include "buckle/policy.h"
#include "io/folder.h"
#include "io/scenario.h"

#include <string.h>

#define ENDING ".yaml"

/* ---- which there are ---------------------------------------------------------------------------------------- */

bk_status
bk_scenario_list(bk_context *ctx, const char *folder, bk_arena *arena, size_t *n_out, const char *const **names)
{
    const char        *path = bki_path_join(arena, folder, "scenarios");
    const char *const *files;
    size_t             n_files, n = 0;

    BK_TRY(bk_arena_ok(arena));
    if (!bki_is_folder(folder))
        return bk_fail_at(ctx, BK_ERR_FILE, folder, 0, 0, NULL, "no such folder");
    *n_out = 0;
    *names = NULL;
    if (!bki_is_folder(path))
        return BK_OK;
    BK_TRY(bki_folder_list(ctx, path, arena, &n_files, &files));
    const char **list = BK_NEW(arena, const char *, n_files);
    BK_TRY(bk_arena_ok(arena));
    for (size_t i = 0; i < n_files; i++)
        if (files[i][0] != '.' && bki_ends_with(files[i], ENDING))
            list[n++] = bk_arena_text(arena, files[i], strlen(files[i]) - strlen(ENDING));
    BK_TRY(bk_arena_ok(arena));
    *n_out = n;
    *names = list;
    return BK_OK;
}

/* The path of scenario `name`, or BK_ERR_REFERENCE. */
static bk_status
scenario_find(bk_context *ctx, const char *folder, const char *name, bk_arena *scratch, const char **out)
{
    const bool         is_path = bki_ends_with(name, ENDING);
    const char        *file = bk_arena_format(scratch, "scenarios/%s%s", name, is_path ? "" : ENDING);
    const char *const *names;
    size_t             n;

    BK_TRY(bk_arena_ok(scratch));
    if (is_path && bki_exists(name)) {
        *out = name;
        return BK_OK;
    }
    *out = bki_path_join(scratch, folder, file);
    BK_TRY(bk_arena_ok(scratch));
    if (strchr(name, '/') == NULL && bki_exists(*out))
        return BK_OK;
    BK_TRY(bk_scenario_list(ctx, folder, scratch, &n, &names));
    const char *hint = bki_suggest(scratch, name, names, n, "");
    BK_TRY(bk_arena_ok(scratch));
    return bk_fail_hint(ctx, BK_ERR_REFERENCE, hint != NULL ? hint : "the scenarios are the files scenarios/NAME.yaml",
                        "%s has no scenario %s", folder, name);
}

/* ---- the schema --------------------------------------------------------------------------------------------- */

bk_status
bki_scenario_fault(bki_scenario_reading *reading, const bki_yaml *node, const char *hint, const char *what,
                   const char *must)
{
    return bk_fail_at(
        reading->ctx, BK_ERR_SCHEMA, reading->shown, node->line, node->column, hint, "%s is %s, it must be %s", what,
        node->kind == BKI_YAML_SCALAR && node->text[0] == '\0' ? "empty" : bki_yaml_kind_name(node->kind), must);
}

static bool
is_value(const bki_yaml *node)
{
    return node->kind == BKI_YAML_SCALAR && node->text[0] != '\0';
}

/* A scalar's text held by the result; NULL, and a fault recorded, if it is none. */
const char *
bki_scenario_value(bki_scenario_reading *reading, const bki_yaml *node, const char *what)
{
    if (is_value(node))
        return bk_arena_text(reading->arena, node->text, strlen(node->text));
    bki_scenario_fault(reading, node, NULL, what, "one value");
    return NULL;
}

/* The child of a mapping with that key; NULL, and a fault recorded, if there is none. */
const bki_yaml *
bki_scenario_child(bki_scenario_reading *reading, const bki_yaml *map, const char *key, const char *what)
{
    for (const bki_yaml *node = map->child; node != NULL; node = node->next)
        if (strcmp(node->key, key) == 0)
            return node;
    bk_fail_at(reading->ctx, BK_ERR_SCHEMA, reading->shown, map->line, map->column, NULL, "%s has no key %s", what,
               key);
    return NULL;
}

/* A list of names, each given once. */
static bk_status
names_read(bki_scenario_reading *reading, const bki_yaml *list, size_t *n_out, const bk_name_at **out)
{
    if (list->kind != BKI_YAML_LIST) {
        bki_scenario_fault(reading, list, "write a list: [one, two]", list->key, "a list of names");
        return BK_OK;
    }
    bk_name_at *names = BK_NEW(reading->arena, bk_name_at, list->n_children);
    bk_names   *seen = bk_names_create(reading->scratch);
    BK_TRY(bk_arena_ok(reading->arena));
    BK_TRY(bk_arena_ok(reading->scratch));
    size_t n = 0;
    for (const bki_yaml *node = list->child; node != NULL; node = node->next) {
        const char *name = bki_scenario_value(reading, node, "a name");
        if (name == NULL)
            continue;
        names[n++] = (bk_name_at){.name = name, .file = reading->shown, .line = node->line, .column = node->column};
        bk_names_intern(seen, name, strlen(name));
        BK_TRY(bk_arena_ok(reading->scratch));
        if (bk_names_count(seen) < n) {
            n--;
            bk_fail_at(reading->ctx, BK_ERR_DUPLICATE, reading->shown, node->line, node->column, "name it once",
                       "%s stands twice in %s", name, list->key);
        }
    }
    *n_out = n;
    *out = names;
    return bk_arena_ok(reading->arena);
}

/* yyyymmdd; 0, and a fault recorded, if it is no day. */
static int
date_read(bki_scenario_reading *reading, const bki_yaml *node)
{
    int day = 0;

    if (!is_value(node))
        bki_scenario_fault(reading, node, "write it as 2027-01-01", "date", "one day");
    else if (!bk_day_parse(node->text, &day))
        bk_fail_at(reading->ctx, BK_ERR_SCHEMA, reading->shown, node->line, node->column, "write it as 2027-01-01",
                   "date is '%s', which is no day of the calendar", node->text);
    return day;
}

/* One {agreement: A, country: C}, with the date of the change or without. */
static bk_status
membership_read(bki_scenario_reading *reading, const bki_yaml *map, bool join, bk_membership_change *out)
{
    static const char *const keys[] = {"agreement", "country", "date"};
    const char              *what = join ? "join" : "leave";

    if (map->kind != BKI_YAML_MAP) {
        bki_scenario_fault(reading, map, "write {agreement: eaeu, country: UZB}", what, "a list of mappings");
        return BK_OK;
    }
    *out = (bk_membership_change){.join = join, .file = reading->shown, .line = map->line, .column = map->column};
    for (const bki_yaml *node = map->child; node != NULL; node = node->next)
        if (strcmp(node->key, "date") == 0)
            out->date = date_read(reading, node);
        else if (strcmp(node->key, "agreement") != 0 && strcmp(node->key, "country") != 0)
            bki_yaml_unknown_key(reading->ctx, node, reading->shown, what, keys, 3);
    const bki_yaml *agreement = bki_scenario_child(reading, map, "agreement", what);
    const bki_yaml *country = bki_scenario_child(reading, map, "country", what);
    if (agreement != NULL)
        out->agreement = bki_scenario_value(reading, agreement, "agreement");
    if (country != NULL)
        out->country = bki_scenario_value(reading, country, "country");
    return bk_arena_ok(reading->arena);
}

/* Appends to the memberships of the measure, which has room for them. */
static bk_status
memberships_read(bki_scenario_reading *reading, const bki_yaml *list, bool join, bk_membership_change *changes,
                 size_t *n)
{
    if (list->kind != BKI_YAML_LIST) {
        bki_scenario_fault(reading, list, "write [{agreement: eaeu, country: UZB}]", list->key, "a list of mappings");
        return BK_OK;
    }
    for (const bki_yaml *node = list->child; node != NULL; node = node->next)
        BK_TRY(membership_read(reading, node, join, &changes[(*n)++]));
    return BK_OK;
}

/* ---- measures ----------------------------------------------------------------------------------------------- */

typedef enum measure_key {
    KEY_ID,
    KEY_PROJECTS,
    KEY_BORDERS,
    KEY_JOIN,
    KEY_LEAVE,
    KEY_TARIFFS,
    KEY_TRADE_COSTS,
    KEY_PRODUCTIVITY,
    KEY_CLOSE,
    KEY_SANCTIONS,
    KEY_ADJUST,
    KEY_TOLLS,
    KEY_COUNT
} measure_key;

static const char *const measure_keys[KEY_COUNT] = {"id",    "projects",  "borders",     "join",
                                                    "leave", "tariffs",   "trade_costs", "productivity",
                                                    "close", "sanctions", "adjust",      "transit_tolls"};

static measure_key
measure_key_find(const char *key)
{
    measure_key found = KEY_ID;

    while (found < KEY_COUNT && strcmp(measure_keys[found], key) != 0)
        found++;
    return found;
}

static bk_status
measure_value_read(bki_scenario_reading *reading, const bki_yaml *node, bk_membership_change *changes,
                   bk_measure *measure)
{
    switch (measure_key_find(node->key)) {
    case KEY_ID:
        measure->id = bki_scenario_value(reading, node, "id");
        return bk_arena_ok(reading->arena);
    case KEY_PROJECTS:
        return names_read(reading, node, &measure->n_projects, &measure->projects);
    case KEY_CLOSE:
        return names_read(reading, node, &measure->n_closures, &measure->closures);
    case KEY_SANCTIONS:
        return names_read(reading, node, &measure->n_sanctions, &measure->sanctions);
    case KEY_JOIN:
        return memberships_read(reading, node, true, changes, &measure->n_memberships);
    case KEY_LEAVE:
        return memberships_read(reading, node, false, changes, &measure->n_memberships);
    case KEY_BORDERS:
        return bki_scenario_rows(reading, node, BK_ROWS_BORDERS, measure, &measure->borders_file);
    case KEY_TARIFFS:
        return bki_scenario_rows(reading, node, BK_ROWS_TARIFFS, measure, &measure->tariffs_file);
    case KEY_TRADE_COSTS:
        return bki_scenario_rows(reading, node, BK_ROWS_TRADE_COSTS, measure, &measure->trade_costs_file);
    case KEY_PRODUCTIVITY:
        return bki_scenario_rows(reading, node, BK_ROWS_PRODUCTIVITY, measure, &measure->productivity_file);
    case KEY_ADJUST:
        return bki_scenario_adjustments(reading, node, measure);
    case KEY_TOLLS:
        return bki_scenario_tolls(reading, node, measure);
    case KEY_COUNT:
        break;
    }
    bki_yaml_unknown_key(reading->ctx, node, reading->shown, "a measure", measure_keys, KEY_COUNT);
    return BK_OK;
}

static bk_status
measure_read(bki_scenario_reading *reading, const bki_yaml *map, bk_measure *measure)
{
    size_t n_changes = 0;

    if (map->kind != BKI_YAML_MAP) {
        bki_scenario_fault(reading, map, "write - id: name, and its other keys under it", "a measure", "a mapping");
        return BK_OK;
    }
    bki_scenario_child(reading, map, "id", "the measure");
    for (const bki_yaml *node = map->child; node != NULL; node = node->next)
        n_changes += node->n_children;
    bk_membership_change *changes = BK_NEW(reading->arena, bk_membership_change, n_changes);
    BK_TRY(bk_arena_ok(reading->arena));
    for (const bki_yaml *node = map->child; node != NULL; node = node->next)
        BK_TRY(measure_value_read(reading, node, changes, measure));
    measure->memberships = changes;
    return BK_OK;
}

static bk_status
measures_read(bki_scenario_reading *reading, const bki_yaml *list, bk_scenario *scenario)
{
    if (list->kind != BKI_YAML_LIST) {
        bki_scenario_fault(reading, list, "measures: [] if nothing changes", "measures", "a list");
        return BK_OK;
    }
    bk_measure *measures = BK_NEW(reading->arena, bk_measure, list->n_children);
    bk_names   *ids = bk_names_create(reading->scratch);
    BK_TRY(bk_arena_ok(reading->arena));
    BK_TRY(bk_arena_ok(reading->scratch));
    size_t n = 0;
    for (const bki_yaml *node = list->child; node != NULL; node = node->next) {
        bk_measure *measure = &measures[n++];
        BK_TRY(measure_read(reading, node, measure));
        if (measure->id == NULL)
            continue;
        const size_t count = bk_names_count(ids);
        bk_names_intern(ids, measure->id, strlen(measure->id));
        BK_TRY(bk_arena_ok(reading->scratch));
        if (bk_names_count(ids) == count)
            bk_fail_at(reading->ctx, BK_ERR_DUPLICATE, reading->shown, node->line, node->column,
                       "give each measure its own id", "a measure with id %s stands above already", measure->id);
    }
    scenario->n_measures = n;
    scenario->measures = measures;
    return BK_OK;
}

/* ---- the scenario ------------------------------------------------------------------------------------------- */

static bk_status
scenario_tree_read(bki_scenario_reading *reading, const bki_yaml *root, bk_scenario *scenario)
{
    static const char *const keys[] = {"title", "measures"};

    if (root->kind != BKI_YAML_MAP)
        return bki_scenario_fault(reading, root, "write title: and measures:", "the scenario", "a mapping");
    for (const bki_yaml *node = root->child; node != NULL; node = node->next)
        if (strcmp(node->key, "title") != 0 && strcmp(node->key, "measures") != 0)
            bki_yaml_unknown_key(reading->ctx, node, reading->shown, "a scenario", keys, 2);
    const bki_yaml *title = bki_scenario_child(reading, root, "title", "the scenario");
    const bki_yaml *measures = bki_scenario_child(reading, root, "measures", "the scenario");
    if (title != NULL)
        scenario->title = bki_scenario_value(reading, title, "title");
    BK_TRY(bk_arena_ok(reading->arena));
    return measures != NULL ? measures_read(reading, measures, scenario) : BK_OK;
}

/* From `bytes`, shown as reading->shown, to the scenario `name`. */
static bk_status
scenario_read(bki_scenario_reading *reading, const char *bytes, size_t n, const char *name, const bk_scenario **out)
{
    const size_t    before = bk_error_count(reading->ctx);
    const bki_yaml *root;

    BK_TRY(bki_yaml_read(reading->ctx, bytes, n, reading->shown, reading->scratch, &root));
    BK_TRY(bk_builder_create(reading->ctx, reading->scratch, &reading->builder));
    reading->csv = bki_csv_create(reading->ctx, reading->scratch);
    bk_scenario *scenario = BK_NEW(reading->arena, bk_scenario, 1);
    BK_TRY(bk_arena_ok(reading->scratch));
    BK_TRY(bk_arena_ok(reading->arena));
    scenario->file = reading->shown;
    scenario->name = bk_arena_text(reading->arena, name, strlen(name));
    BK_TRY(bk_arena_ok(reading->arena));
    BK_TRY(scenario_tree_read(reading, root, scenario));
    BK_TRY(bki_first_fault(reading->ctx, before, BK_OK));
    *out = scenario;
    return BK_OK;
}

static bk_status
scenario_file_read(bki_scenario_reading *reading, const char *folder, const char *name, const bk_scenario **out)
{
    const char *path, *bytes;
    size_t      n;

    BK_TRY(scenario_find(reading->ctx, folder, name, reading->scratch, &path));
    bk_note_input(reading->ctx, path);
    BK_TRY(bk_file_read(reading->ctx, path, reading->scratch, &bytes, &n));
    reading->shown = bk_arena_text(reading->arena, path, strlen(path));
    reading->folder = bki_path_folder(reading->scratch, path);
    const char *base = strrchr(path, '/') != NULL ? strrchr(path, '/') + 1 : path;
    const char *stem = bk_arena_text(reading->scratch, base, strlen(base) - strlen(ENDING));
    BK_TRY(bk_arena_ok(reading->scratch));
    BK_TRY(bk_arena_ok(reading->arena));
    return scenario_read(reading, bytes, n, stem, out);
}

static bk_status
reading_end(bki_scenario_reading *reading, bk_status status)
{
    if (reading->csv != NULL)
        bki_csv_close(reading->csv);
    bk_arena_release(reading->scratch);
    return status;
}

bk_status
bk_scenario_read(bk_context *ctx, const char *folder, const char *name, const bk_model *model, bk_arena *arena,
                 const bk_scenario **out)
{
    bk_arena             scratch;
    bki_scenario_reading reading = {.ctx = ctx, .model = model, .arena = arena, .scratch = &scratch};

    bk_arena_init(&scratch, ctx);
    return reading_end(&reading, scenario_file_read(&reading, folder, name, out));
}

bk_status
bk_scenario_parse(bk_context *ctx, const char *text, size_t n, const char *name, const bk_model *model, bk_arena *arena,
                  const bk_scenario **out)
{
    bk_arena             scratch;
    bki_scenario_reading reading = {.ctx = ctx, .model = model, .arena = arena, .scratch = &scratch};

    reading.shown = bk_arena_format(arena, "%s" ENDING, name);
    BK_TRY(bk_arena_ok(arena));
    bk_arena_init(&scratch, ctx);
    return reading_end(&reading, scenario_read(&reading, text, n, name, out));
}
