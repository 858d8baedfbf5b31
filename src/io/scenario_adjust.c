/* adjust: [{target: border, node: dostyk, attribute: control_hours, factor: 0.5}] of a measure.  What the names mean is
 * judged when the scenario is applied. */
#include "io/scenario.h"
#include "model/parse.h"

#include <string.h>

static const char *const operations[] = {
    [BK_ADJUST_VALUE] = "value", [BK_ADJUST_FACTOR] = "factor", [BK_ADJUST_ADD] = "add"};

/* The number of the operation; 3: the key is none. */
static size_t
operation_of(const char *key)
{
    size_t o = 0;

    while (o < 3 && strcmp(operations[o], key) != 0)
        o++;
    return o;
}

bool
bki_scenario_number(const char *text, double *out)
{
    return bki_parse_number(text, strlen(text), out);
}

static bk_name_at
name_at(bki_scenario_reading *reading, const bki_yaml *node)
{
    return (bk_name_at){.name = bki_scenario_value(reading, node, node->key != NULL ? node->key : "a name"),
                        .file = reading->shown,
                        .line = node->line,
                        .column = node->column};
}

/* mode: rail, or mode: [rail, road] */
static bk_status
read_selector(bki_scenario_reading *reading, const bki_yaml *node, bk_selector *out)
{
    const bool  is_list = node->kind == BKI_YAML_LIST;
    bk_name_at *names = BK_NEW(reading->arena, bk_name_at, is_list ? node->n_children : 1);

    BK_TRY(bk_arena_ok(reading->arena));
    *out = (bk_selector){.key = bk_arena_text(reading->arena, node->key, strlen(node->key)),
                         .line = node->key_line,
                         .column = node->key_column,
                         .names = names};
    if (node->kind == BKI_YAML_MAP || (is_list && node->child == NULL))
        bki_scenario_fault(reading, node, "leave the key out to choose all", node->key, "a name or a list of names");
    else if (!is_list)
        names[out->n_names++] = name_at(reading, node);
    for (const bki_yaml *child = node->child; is_list && child != NULL; child = child->next)
        names[out->n_names++] = name_at(reading, child);
    return bk_arena_ok(reading->arena);
}

static void
read_number(bki_scenario_reading *reading, const bki_yaml *node, bk_adjustment *out)
{
    if (node->kind != BKI_YAML_SCALAR)
        bki_scenario_fault(reading, node, NULL, node->key, "a number");
    else if (!bki_scenario_number(node->text, &out->value))
        bk_fail_at(reading->ctx, BK_ERR_SCHEMA, reading->shown, node->line, node->column, "write it as 0.5",
                   "%s is '%s', it must be a number", node->key, node->text);
    out->line = node->line;
    out->column = node->column;
}

static bk_status
read_keys(bki_scenario_reading *reading, const bki_yaml *map, bk_selector *selectors, bk_adjustment *out)
{
    size_t n_operations = 0;

    for (const bki_yaml *node = map->child; node != NULL; node = node->next) {
        const size_t operation = operation_of(node->key);
        if (strcmp(node->key, "target") == 0) {
            out->target = name_at(reading, node);
        } else if (strcmp(node->key, "attribute") == 0) {
            out->attribute = name_at(reading, node);
        } else if (operation < 3) {
            out->operation = (bk_adjust_operation)operation;
            read_number(reading, node, out);
            n_operations++;
        } else {
            BK_TRY(read_selector(reading, node, &selectors[out->n_selectors++]));
        }
    }
    if (n_operations != 1)
        bk_fail_at(reading->ctx, BK_ERR_SCHEMA, reading->shown, map->line, map->column,
                   "value: replaces, factor: multiplies, add: adds",
                   "an adjustment has %zu of value, factor and add, it must have one", n_operations);
    return bk_arena_ok(reading->arena);
}

bk_status
bki_scenario_adjustments(bki_scenario_reading *reading, const bki_yaml *list, bk_measure *measure)
{
    static const char *hint = "write [{target: border, node: dostyk, attribute: control_hours, factor: 0.5}]";
    size_t             n = 0;

    if (list->kind != BKI_YAML_LIST) {
        bki_scenario_fault(reading, list, hint, list->key, "a list of mappings");
        return BK_OK;
    }
    bk_adjustment *adjustments = BK_NEW(reading->arena, bk_adjustment, list->n_children);
    BK_TRY(bk_arena_ok(reading->arena));
    for (const bki_yaml *map = list->child; map != NULL; map = map->next) {
        if (map->kind != BKI_YAML_MAP) {
            bki_scenario_fault(reading, map, hint, "an adjustment", "a mapping");
            continue;
        }
        bk_selector *selectors = BK_NEW(reading->arena, bk_selector, map->n_children);
        BK_TRY(bk_arena_ok(reading->arena));
        adjustments[n] = (bk_adjustment){.file = reading->shown, .selectors = selectors};
        bki_scenario_child(reading, map, "target", "the adjustment");
        bki_scenario_child(reading, map, "attribute", "the adjustment");
        BK_TRY(read_keys(reading, map, selectors, &adjustments[n++]));
    }
    measure->adjustments = adjustments;
    measure->n_adjustments = n;
    return BK_OK;
}
