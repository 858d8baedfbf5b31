/* The table of values: a row for each facility that carries trade, in every state. */
#include "study/geometry.h"
#include "study/margins.h"

enum { fixed_columns = 12 };

static const bki_column columns_of_values[fixed_columns] = {
    {"scenario", "", "scenario, or base", BK_COLUMN_TEXT},
    {"kind", "", "link, transfer or border", BK_COLUMN_TEXT},
    {"facility", "", "link; or place, modes and countries", BK_COLUMN_TEXT},
    {"name", "", "for reading", BK_COLUMN_TEXT},
    {"tonnes", "t/yr", "trade that passes; as USD a year it is the saving of a USD/t less if nothing answers",
     BK_COLUMN_NUMBER},
    {"hour_cost", "USD/yr", "saving of an hour less if nothing answers: tonnes at their values of time",
     BK_COLUMN_NUMBER},
    {"traffic_share", "", "tonnes at 1 USD/t over the world's value added: Hulten's elasticity, per USD/t",
     BK_COLUMN_NUMBER},
    {"utilisation", "", "flow over capacity", BK_COLUMN_NUMBER},
    {"value_of_capacity", "USD/t", "price of scarcity, or of the queue: before anything answers", BK_COLUMN_NUMBER},
    {"per_hour", "USD/yr", "gain of all economies from an hour less for all that pass, everything answered",
     BK_COLUMN_NUMBER},
    {"per_usd", "USD/yr", "the same of a USD/t less", BK_COLUMN_NUMBER},
    {"per_tonne_capacity", "USD/yr", "the same of a t/yr of capacity more", BK_COLUMN_NUMBER},
};

/* The fixed columns and three for each economy. */
static const bki_column *
all_columns(const bk_economy *economy, bk_arena *arena, size_t *n_out)
{
    static const char *const names[] = {"per_hour", "per_usd", "per_tonne_capacity"};
    bki_column              *columns = BK_NEW(arena, bki_column, fixed_columns + 3 * economy->n_regions);

    for (size_t c = 0; columns && c < fixed_columns; c++)
        columns[c] = columns_of_values[c];
    for (size_t n = 0; columns && n < economy->n_regions; n++)
        for (size_t k = 0; k < 3; k++)
            columns[fixed_columns + 3 * n + k] =
                (bki_column){.name = bk_arena_format(arena, "%s_%s", names[k], economy->regions[n].id),
                             .unit = "USD/yr",
                             .meaning = bk_arena_format(arena, "of it %s", economy->regions[n].name),
                             .kind = BK_COLUMN_NUMBER};
    *n_out = fixed_columns + 3 * economy->n_regions;
    return columns;
}

/* A link along its way, the others where they are. */
static void
put_shape(const bk_margins *margins, bki_table *table, const bk_margin *row)
{
    const bk_network_data *network = &margins->model->network;
    double                 points[BKI_MOST_POINTS][2];

    const uint32_t at = bki_facility_describe(margins->model, row->facility, table->arena).node;
    const bool     is_link = row->facility < network->n_links;
    const bk_node *from = &network->nodes[at], *to = is_link ? &network->nodes[network->links[row->facility].to] : from;
    const double   a[2] = {from->lon, from->lat}, b[2] = {to->lon, to->lat};
    const size_t   n = is_link ? bki_great_circle(a, b, points) : 0;
    for (size_t p = 0; p < n; p++)
        bki_put_point(table, points[p][0], points[p][1]);
    for (int i = 0; !is_link && i < 2; i++)
        bki_put_point(table, a[0], a[1]);
}

static void
put_margin(const bk_margins *margins, bki_table *table, const bk_margin *row)
{
    bki_put_text(table, margins->scenario ? margins->scenario->name : "base");
    bki_put_text(table, row->kind);
    bki_put_text(table, row->id);
    bki_put_text(table, row->name);
    bki_put_number(table, row->tonnes);
    bki_put_number(table, row->hour_cost);
    bki_put_number(table, row->traffic_share);
    bki_put_number(table, row->utilisation);
    bki_put_number(table, row->price);
    for (int k = 0; k < 3; k++)
        bki_put_number(table, row->world[k]);
    for (uint32_t n = 0; n < margins->values.n_regions; n++)
        for (int k = 0; k < 3; k++)
            bki_put_number(table, bk_margin_of(margins, row, n, (bk_margin_rank)k));
    put_shape(margins, table, row);
    bki_end_row(table);
}

bki_table *
bki_values_table(const bk_economy *economy, size_t capacity, bk_arena *arena)
{
    size_t            n_columns = 0;
    const bki_column *columns = all_columns(economy, arena, &n_columns);
    bki_table        *table =
        columns ? bki_table_create(arena, "values", "What a little less cost or time, or more capacity, is worth",
                                          columns, n_columns, capacity + 1, BK_GEOMETRY_LINE)
                       : NULL;

    if (table && !arena->failed)
        bki_table_style(table, "tonnes", "per_hour");
    return table;
}

void
bki_values_put(const bk_margins *margins, bki_table *table)
{
    for (size_t i = 0; i < margins->n; i++)
        put_margin(margins, table, &margins->facilities[i]);
}

/* The rows of one state. */
static bk_status
record_state(bki_run *run, size_t which, bki_table *table)
{
    bk_margins margins = {.study = run->study,
                          .scenario = which > 0 ? run->run->scenarios[which - 1].scenario : NULL,
                          .model = bki_state_model(run->run, which),
                          .base = which > 0 ? run->run->scenarios[which - 1].base : run->run->base,
                          .solution = bki_state_solution(run->run, which)};
    bk_arena   scratch;

    bk_progress(run->ctx, "values", -1.0);
    bk_arena_init(&scratch, run->ctx);
    const bk_status status = bki_margins_fill(run->ctx, &margins, &scratch, run->arena);
    if (status == BK_OK)
        bki_values_put(&margins, table);
    bk_arena_release(&scratch);
    return status;
}

/* Interrupted: what is there stays. */
static bk_status
record_or_stop(bki_run *run, size_t which, bki_table *table)
{
    const bk_status status = record_state(run, which, table);

    if (status != BK_ERR_CANCELLED)
        return status;
    bk_error_clear(run->ctx);
    run->run->interrupted = true;
    bki_run_warn(run, "interrupted: the table of values is not complete");
    return BK_OK;
}

bk_status
bki_record_values(bki_run *run)
{
    const size_t n_states = run->run->n_scenarios + 1;

    if (!run->settings->values || !run->study->model->has_network)
        return BK_OK;
    bki_table *table = bki_values_table(&run->study->model->economy,
                                        n_states * bk_joint_graph(run->run->base)->n_facilities, run->arena);
    BK_TRY(bk_arena_ok(run->arena));
    for (size_t which = 0; which < n_states; which++)
        if (bki_state_solution(run->run, which) && !run->run->interrupted)
            BK_TRY(record_or_stop(run, which, table));
    return bki_table_append(run->ctx, &run->run->results, table);
}
