/* Policy minus base as a table of its own: each link in the base year, in the scenario, and the difference. */
#include "study/run.h"
#include "study/table.h"

#include <math.h>

static const bki_column difference_columns[] = {
    {"scenario", "", "scenario the row is of", BK_COLUMN_TEXT},
    {"link", "", "link", BK_COLUMN_TEXT},
    {"name", "", "its name", BK_COLUMN_TEXT},
    {"mode", "", "mode", BK_COLUMN_TEXT},
    {"base_tonnes", "t/yr", "trade in the base year, both directions", BK_COLUMN_NUMBER},
    {"tonnes", "t/yr", "trade in the scenario, both directions", BK_COLUMN_NUMBER},
    {"difference", "t/yr", "scenario less base year", BK_COLUMN_NUMBER},
    {"base_utilisation", "", "use of capacity in the base year; empty: unlimited", BK_COLUMN_NUMBER},
    {"utilisation", "", "use of capacity in the scenario; empty: unlimited", BK_COLUMN_NUMBER},
    {"utilisation_difference", "", "scenario less base year", BK_COLUMN_NUMBER},
    {"base_value_of_capacity", "USD/t", "price of scarce capacity in the base year", BK_COLUMN_NUMBER},
    {"value_of_capacity", "USD/t", "price of scarce capacity in the scenario", BK_COLUMN_NUMBER},
    {"value_of_capacity_difference", "USD/t", "scenario less base year", BK_COLUMN_NUMBER},
};

/* Tonnes of every link in a state, both directions. */
static void
add_up(const bki_run *run, const bk_joint_solution *solution, double *tonnes)
{
    const bk_graph *graph = bk_joint_graph(run->run->base);

    for (size_t a = 0; a < graph->n_arcs; a++)
        if (graph->kind[a] == BK_ARC_LINE)
            for (size_t j = 0; j < run->study->model->economy.n_sectors; j++)
                tonnes[graph->element[a]] += solution->arc_flow[j * graph->n_arcs + a];
}

static double
use_of(const bk_model *model, const bk_joint_solution *solution, size_t link)
{
    return isfinite(model->network.links[link].capacity) ? solution->utilisation[link] : (double)NAN;
}

static void
put_pair(bki_table *table, double before, double after)
{
    bki_put_number(table, before);
    bki_put_number(table, after);
    bki_put_number(table, after - before);
}

static void
put_difference(bki_run *run, bki_table *table, size_t which, size_t l, double before, double after)
{
    const bk_model          *model = bki_state_model(run->run, which);
    const bk_link           *link = &model->network.links[l];
    const bk_joint_solution *base = bki_state_base(run->run, which), *solution = bki_state_solution(run->run, which);

    bki_put_text(table, bki_state_name(run->run, which));
    bki_put_text(table, link->id);
    bki_put_text(table, link->name);
    bki_put_text(table, model->network.modes[link->mode]);
    put_pair(table, before, after);
    put_pair(table, use_of(run->study->model, base, l), use_of(model, solution, l));
    put_pair(table, base->price[l], solution->price[l]);
    bki_end_row(table);
}

bk_status
bki_record_differences(bki_run *run)
{
    const size_t n_links = run->study->model->network.n_links, n_scenarios = run->run->n_scenarios;

    if (!run->study->model->has_network)
        return BK_OK;
    bki_table *table = bki_table_create(run->arena, "differences", "Policy minus base, link by link",
                                        difference_columns, sizeof difference_columns / sizeof *difference_columns,
                                        n_scenarios * n_links + 1, BK_GEOMETRY_NONE);
    double    *numbers = BK_NEW(run->arena, double, 2 * n_scenarios * n_links + 1);
    BK_TRY(bk_arena_ok(run->arena));
    for (size_t which = 1; which <= n_scenarios; which++) {
        double *before = &numbers[2 * (which - 1) * n_links], *after = before + n_links;
        if (!bki_state_solution(run->run, which))
            continue;
        add_up(run, bki_state_base(run->run, which), before);
        add_up(run, bki_state_solution(run->run, which), after);
        for (size_t l = 0; l < n_links; l++)
            put_difference(run, table, which, l, before[l], after[l]);
    }
    return bki_table_append(run->ctx, &run->run->results, table);
}
