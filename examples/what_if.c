/* A scenario made up in memory: how does a tariff cut compare with easier borders?
 *
 *     cc what_if.c $(pkg-config --cflags --libs buckle) -o what_if
 *     ./what_if studies/caravan
 */
#include <buckle/api.h>

#include <stdio.h>
#include <string.h>

static const char scenario[] =
    "{\"title\": \"Almaria halves its tariff on Westmark's goods\","
    " \"measures\": [{\"id\": \"half\", \"adjust\": [{\"target\": \"tariff\", \"sector\": \"goods\","
    "                  \"exporter\": \"XWE\", \"importer\": \"XAL\", \"attribute\": \"rate\", \"factor\": 0.5}]}]}";

int
main(int n, char **arguments)
{
    buckle_engine *engine = NULL;
    buckle_study  *study = NULL;
    buckle_result *result = NULL;

    if (n != 2 || buckle_engine_create(1, &engine) != BUCKLE_OK)
        return 2;
    buckle_status status = buckle_study_open(engine, arguments[1], &study);
    if (status == BUCKLE_OK)
        status = buckle_scenario_add(study, "half-tariff", scenario, strlen(scenario));
    if (status == BUCKLE_OK)
        status = buckle_trade(study, &(buckle_option){"scenario", "half-tariff"}, 1, &result);
    if (status == BUCKLE_OK) {
        const buckle_table      *table = buckle_table_find(result, "decomposition");
        const char *const *const region = buckle_column_texts(table, buckle_column_find(table, "economy"));
        const double *const      gain = buckle_column_numbers(table, buckle_column_find(table, "welfare_pct"));
        for (size_t row = 0; row < buckle_table_rows(table); row++)
            printf("%s %+.4f %%\n", region[row], gain[row]);
    } else if (buckle_error_message(engine, 0)) {
        fprintf(stderr, "%s\n", buckle_error_message(engine, 0));
    }
    buckle_result_release(result);
    buckle_study_release(study);
    buckle_engine_release(engine);
    return status == BUCKLE_OK ? 0 : 3;
}
