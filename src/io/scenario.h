/* A scenario on its way from YAML to measures; shared by the files that read its parts.  Faults are recorded and
 * reading goes on: a status other than BK_OK means that memory is short. */
#ifndef IO_SCENARIO_H
#define IO_SCENARIO_H

#include "buckle/io.h"
#include "io/rows.h"
#include "io/yaml.h"

typedef struct bki_scenario_reading {
    bk_context     *ctx;
    const char     *shown;  /* of the YAML */
    const char     *folder; /* it stands in; NULL: a text in memory, which may not name files */
    const bk_model *model;
    bk_arena       *arena, *scratch; /* the result's, ours */
    bk_builder     *builder;
    bki_csv        *csv;
} bki_scenario_reading;

/* Records that `what` is not as it `must` be. */
bk_status bki_scenario_fault(bki_scenario_reading *reading, const bki_yaml *node, const char *hint, const char *what,
                             const char *must);
/* A scalar's text held by the result; NULL, and a fault recorded, if it is none. */
const char *bki_scenario_value(bki_scenario_reading *reading, const bki_yaml *node, const char *what);
/* The child of a mapping with that key; NULL, and a fault recorded, if there is none. */
const bki_yaml *bki_scenario_child(bki_scenario_reading *reading, const bki_yaml *map, const char *key,
                                   const char *what);

/* borders, tariffs, trade_costs, productivity: the name of a CSV file, or the rows themselves. */
bk_status bki_scenario_rows(bki_scenario_reading *reading, const bki_yaml *node, bk_measure_rows kind,
                            bk_measure *measure, const char **file);
/* A decimal number, independent of the locale. */
bool bki_scenario_number(const char *text, double *out);
/* adjust */
bk_status bki_scenario_adjustments(bki_scenario_reading *reading, const bki_yaml *list, bk_measure *measure);
/* transit_tolls */
bk_status bki_scenario_tolls(bki_scenario_reading *reading, const bki_yaml *list, bk_measure *measure);

#endif
