/* transit_tolls: what countries ask of each tonne that only passes. */
#include "io/scenario.h"

#include <string.h>

static const char HINT[] = "write [{country: KAZ, usd_per_tonne: 5}]";

static bk_status
read_toll(bki_scenario_reading *reading, const bki_yaml *map, bk_transit_toll *out)
{
    static const char *const keys[] = {"country", "usd_per_tonne"};

    *out = (bk_transit_toll){.file = reading->shown, .line = map->line, .column = map->column};
    if (map->kind != BKI_YAML_MAP)
        return bki_scenario_fault(reading, map, HINT, "a toll", "a mapping");
    for (const bki_yaml *node = map->child; node != NULL; node = node->next)
        if (strcmp(node->key, keys[0]) != 0 && strcmp(node->key, keys[1]) != 0)
            bki_yaml_unknown_key(reading->ctx, node, reading->shown, "a toll", keys, 2);
    const bki_yaml *country = bki_scenario_child(reading, map, keys[0], "the toll");
    const bki_yaml *usd = bki_scenario_child(reading, map, keys[1], "the toll");
    if (country != NULL)
        out->country = bki_scenario_value(reading, country, "country");
    const char *text = usd != NULL ? bki_scenario_value(reading, usd, keys[1]) : NULL;
    if (text != NULL && !bki_scenario_number(text, &out->usd_per_tonne))
        bk_fail_at(reading->ctx, BK_ERR_SCHEMA, reading->shown, usd->line, usd->column, "write it as 4.5",
                   "%s is '%s', it must be a number", keys[1], text);
    return BK_OK;
}

bk_status
bki_scenario_tolls(bki_scenario_reading *reading, const bki_yaml *list, bk_measure *measure)
{
    if (list->kind != BKI_YAML_LIST) {
        bki_scenario_fault(reading, list, HINT, list->key, "a list of mappings");
        return BK_OK;
    }
    bk_transit_toll *tolls = BK_NEW(reading->arena, bk_transit_toll, list->n_children);
    BK_TRY(bk_arena_ok(reading->arena));
    for (const bki_yaml *node = list->child; node != NULL; node = node->next)
        read_toll(reading, node, &tolls[measure->n_tolls++]);
    measure->tolls = tolls;
    return bk_arena_ok(reading->arena);
}
