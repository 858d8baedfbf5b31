/* Who gains by a scenario, read from the result's own columns.
 *
 *     cc who_gains.c $(pkg-config --cflags --libs buckle) -o who_gains
 *     ./who_gains studies/caravan middle-way
 */
#include <buckle/api.h>

#include <stdio.h>

static int
show_progress(void *state, const char *what, double fraction)
{
    (void)state;
    if (fraction >= 0.0)
        fprintf(stderr, "%s: %.0f %%\n", what, 100.0 * fraction);
    return 0; /* go on */
}

/* Every fault that the last call found. */
static void
complain(const buckle_engine *engine)
{
    for (size_t e = 0; e < buckle_error_count(engine); e++) {
        const char *file = buckle_error_file(engine, e), *hint = buckle_error_hint(engine, e);
        if (file)
            fprintf(stderr, "%s:%d:%d: ", file, buckle_error_line(engine, e), buckle_error_column(engine, e));
        fprintf(stderr, "%s%s%s\n", buckle_error_message(engine, e), hint ? "; " : "", hint ? hint : "");
    }
}

static void
print_gains(const buckle_result *result)
{
    const buckle_table      *table = buckle_table_find(result, "economies");
    const char *const *const name = buckle_column_texts(table, buckle_column_find(table, "name"));
    const double *const      gain = buckle_column_numbers(table, buckle_column_find(table, "welfare_pct"));

    for (size_t row = 0; row < buckle_table_rows(table); row++)
        printf("%-20s %+.3f %%\n", name[row], gain[row]);
    printf("%s, residual %.0e\n", buckle_result_converged(result) ? "an equilibrium" : "NOT CONVERGED",
           buckle_result_residual(result));
}

int
main(int n, char **arguments)
{
    buckle_engine *engine = NULL;
    buckle_study  *study = NULL;
    buckle_result *result = NULL;

    if (n != 3) {
        fprintf(stderr, "usage: who_gains STUDY SCENARIO\n");
        return 2;
    }
    if (buckle_engine_create(2, &engine) != BUCKLE_OK)
        return 4;
    buckle_engine_listen(engine, show_progress, NULL, NULL);
    buckle_status status = buckle_study_open(engine, arguments[1], &study);
    if (status == BUCKLE_OK) {
        const buckle_option options[] = {{"scenario", arguments[2]}, {"attribution", "none"}};
        status = buckle_run(study, options, 2, &result);
    }
    if (status == BUCKLE_OK)
        print_gains(result);
    else
        complain(engine);
    buckle_result_release(result);
    buckle_study_release(study);
    buckle_engine_release(engine);
    return status == BUCKLE_OK ? 0 : 3;
}
