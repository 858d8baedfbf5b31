/* Tables of what each measure brings, and of what measures bring each other. */
#include "study/run.h"
#include "study/table.h"

#include <math.h>

static double
at(const double *values, size_t index)
{
    return values ? values[index] : (double)NAN; /* an empty cell */
}

/* Column n of the parts: a region, or the world. */
static const char *
column_name(const bki_run *run, size_t n)
{
    const bk_economy *economy = &run->study->model->economy;

    return n < economy->n_regions ? economy->regions[n].id : "world";
}

static double
column_income(const bki_run *run, size_t n)
{
    const double *income = bk_trade_base_income(bk_joint_trade(run->run->base));
    const size_t  n_regions = run->study->model->economy.n_regions;

    return (n < n_regions ? income[n] : bk_sum(income, n_regions)) * run->study->model->money_usd;
}

static size_t
count_rows(const bki_run *run, bool of_pairs)
{
    size_t n_rows = 1;

    for (size_t s = 0; s < run->run->n_scenarios; s++) {
        const bk_parts *parts = run->scenarios[s].parts;
        if (parts && of_pairs)
            n_rows += parts->n_measures * parts->n_measures / 2 * parts->n_columns;
        else if (parts)
            n_rows += (parts->n_measures + 1) * parts->n_columns;
    }
    return n_rows;
}

/* ---- attribution ----------------------------------------------------------------------------------------------- */

static const bki_column attribution_columns[] = {
    {"scenario", "", "scenario the row is of", BK_COLUMN_TEXT},
    {"economy", "", "region, or world: all incomes taken together", BK_COLUMN_TEXT},
    {"measure", "", "measure; interaction, by the rule alone: the whole less the sum of the measures", BK_COLUMN_TEXT},
    {"rule", "", "shapley, shapley of orders drawn, or alone", BK_COLUMN_TEXT},
    {"welfare_pct", "%", "its part of the change of real income by the rule; Shapley (1953)", BK_COLUMN_NUMBER},
    {"standard_error_pct", "%", "of welfare_pct where orders were drawn; empty: it is exact", BK_COLUMN_NUMBER},
    {"ev_usd", "USD/yr", "the same part as equivalent variation", BK_COLUMN_NUMBER},
    {"alone_pct", "%", "change of real income it brings by itself", BK_COLUMN_NUMBER},
    {"last_in_pct", "%", "change of real income that the scenario loses without it; empty: not solved",
     BK_COLUMN_NUMBER},
};

static void
put_part(const bki_run *run, bki_table *table, size_t s, size_t n, size_t m)
{
    const bk_scenario_run *scenario = &run->scenarios[s];
    const bk_parts        *parts = scenario->parts;
    const size_t           cell = m * parts->n_columns + n;

    bki_put_text(table, scenario->scenario->name);
    bki_put_text(table, column_name(run, n));
    bki_put_text(table, scenario->scenario->measures[m].id);
    bki_put_text(table, bki_attribution_name(parts));
    bki_put_number(table, parts->value[cell]);
    bki_put_number(table, at(parts->error, cell));
    bki_put_number(table, 0.01 * parts->value[cell] * column_income(run, n));
    bki_put_number(table, parts->alone[cell]);
    bki_put_number(table, at(parts->last, cell));
    bki_end_row(table);
}

/* What is left over by the rule alone. */
static void
put_rest(const bki_run *run, bki_table *table, size_t s, size_t n)
{
    const bk_parts *parts = run->scenarios[s].parts;

    bki_put_text(table, run->scenarios[s].scenario->name);
    bki_put_text(table, column_name(run, n));
    bki_put_text(table, "interaction");
    bki_put_text(table, bki_attribution_name(parts));
    bki_put_number(table, parts->rest[n]);
    bki_put_number(table, (double)NAN);
    bki_put_number(table, 0.01 * parts->rest[n] * column_income(run, n));
    bki_put_number(table, (double)NAN);
    bki_put_number(table, (double)NAN);
    bki_end_row(table);
}

static bk_status
record_parts(bki_run *run)
{
    bki_table *table = bki_table_create(run->arena, "attribution", "What each measure brings each economy",
                                        attribution_columns, sizeof attribution_columns / sizeof *attribution_columns,
                                        count_rows(run, false), BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(run->arena));
    for (size_t s = 0; s < run->run->n_scenarios; s++) {
        const bk_parts *parts = run->scenarios[s].parts;
        for (size_t n = 0; parts && n < parts->n_columns; n++) {
            for (size_t m = 0; m < parts->n_measures; m++)
                put_part(run, table, s, n, m);
            if (parts->rule == BK_ATTRIBUTION_ALONE && parts->n_measures > 1)
                put_rest(run, table, s, n);
        }
    }
    return bki_table_append(run->ctx, &run->run->results, table);
}

/* ---- interactions ---------------------------------------------------------------------------------------------- */

static const bki_column interaction_columns[] = {
    {"scenario", "", "scenario the row is of", BK_COLUMN_TEXT},
    {"economy", "", "region, or world: all incomes taken together", BK_COLUMN_TEXT},
    {"first", "", "measure", BK_COLUMN_TEXT},
    {"second", "", "measure that stands behind it in the scenario", BK_COLUMN_TEXT},
    {"welfare_pct", "%",
     "real income that the two bring beyond what each brings without the other, averaged over the rest; Grabisch and "
     "Roubens (1999); above 0: they complete each other",
     BK_COLUMN_NUMBER},
};

static void
put_pair(const bki_run *run, bki_table *table, size_t s, size_t n, size_t a, size_t b)
{
    const bk_scenario_run *scenario = &run->scenarios[s];
    const bk_parts        *parts = scenario->parts;

    bki_put_text(table, scenario->scenario->name);
    bki_put_text(table, column_name(run, n));
    bki_put_text(table, scenario->scenario->measures[a].id);
    bki_put_text(table, scenario->scenario->measures[b].id);
    bki_put_number(table, parts->interaction[(a * parts->n_measures + b) * parts->n_columns + n]);
    bki_end_row(table);
}

static bk_status
record_interactions(bki_run *run)
{
    bki_table *table = bki_table_create(run->arena, "interactions", "What measures bring each other",
                                        interaction_columns, sizeof interaction_columns / sizeof *interaction_columns,
                                        count_rows(run, true), BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(run->arena));
    for (size_t s = 0; s < run->run->n_scenarios; s++) {
        const bk_parts *parts = run->scenarios[s].parts;
        for (size_t n = 0; parts && parts->interaction && n < parts->n_columns; n++)
            for (size_t a = 0; a < parts->n_measures; a++)
                for (size_t b = a + 1; b < parts->n_measures; b++)
                    put_pair(run, table, s, n, a, b);
    }
    return bki_table_append(run->ctx, &run->run->results, table);
}

bk_status
bki_record_attribution(bki_run *run)
{
    BK_TRY(record_parts(run));
    return record_interactions(run);
}
