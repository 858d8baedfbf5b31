/* What an hour less is worth to an economy, facility by facility: a question that is asked by its name.
 *
 *     cc what_is_it_worth.c $(pkg-config --cflags --libs buckle) -o what_is_it_worth
 *     ./what_is_it_worth studies/caravan XAL
 */
#include <buckle/api.h>

#include <stdio.h>

/* Those that matter most to the economy: its gain and the world's, USD a year, and what it is. */
static void
print_ranking(const buckle_result *result)
{
    const buckle_table      *table = buckle_table_find(result, "value_ranking");
    const char *const *const name = buckle_column_texts(table, buckle_column_find(table, "name"));
    const double *const      gain = buckle_column_numbers(table, buckle_column_find(table, "gain"));
    const double *const      world = buckle_column_numbers(table, buckle_column_find(table, "world"));

    for (size_t row = 0; row < buckle_table_rows(table); row++)
        printf("%14.0f %14.0f  %s\n", gain[row], world[row], name[row]);
}

int
main(int n, char **arguments)
{
    buckle_engine *engine = NULL;
    buckle_study  *study = NULL;
    buckle_result *result = NULL;

    if (n != 3 || buckle_engine_create(1, &engine) != BUCKLE_OK)
        return 2;
    buckle_status status = buckle_study_open(engine, arguments[1], &study);
    if (status == BUCKLE_OK) {
        const buckle_option options[] = {{"economy", arguments[2]}, {"by", "hour"}, {"top", "5"}};
        status = buckle_ask(engine, study, "value", options, 3, &result);
    }
    if (status == BUCKLE_OK)
        print_ranking(result);
    else if (buckle_error_message(engine, 0))
        fprintf(stderr, "%s\n", buckle_error_message(engine, 0));
    buckle_result_release(result);
    buckle_study_release(study);
    buckle_engine_release(engine);
    return status == BUCKLE_OK ? 0 : 3;
}
