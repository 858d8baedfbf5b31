/* Tables of who carries what: corridors, and what crosses each country. */
#include "study/corridor.h"
#include "study/run.h"
#include "study/table.h"

#include <math.h>

static const bk_transit *
transit_of(const bki_run *run, size_t which)
{
    return which == 0 ? run->run->base_transit : run->scenarios[which - 1].transit;
}

static double
at(const double *values, size_t index)
{
    return values ? values[index] : (double)NAN; /* an empty cell */
}

/* A figure of a state, and what it is more than the base year's. */
static void
put_pair(bki_table *table, double value, double base)
{
    bki_put_number(table, value);
    bki_put_number(table, value - base);
}

/* ---- countries ------------------------------------------------------------------------------------------------- */

static const bki_column transit_columns[] = {
    {"scenario", "", "scenario, or base", BK_COLUMN_TEXT},
    {"corridor", "", "corridor of network/corridor.csv, or other", BK_COLUMN_TEXT},
    {"country", "", "ISO 3166-1 alpha-3 code; sea: nobody's", BK_COLUMN_TEXT},
    {"trade", "", "transit: with no end in the country; own: with one", BK_COLUMN_TEXT},
    {"tonnes", "t/yr", "a shipment once for each country it passes or ends in", BK_COLUMN_NUMBER},
    {"tonnes_change", "t/yr", "the same less the base year's", BK_COLUMN_NUMBER},
    {"tonne_km", "t km/yr", "a link between two countries half for each", BK_COLUMN_NUMBER},
    {"tonne_km_change", "t km/yr", "the same less the base year's", BK_COLUMN_NUMBER},
    {"revenue_usd", "USD/yr", "freight, fees, handling and tolls paid there; half for each as well", BK_COLUMN_NUMBER},
    {"revenue_change_usd", "USD/yr", "the same less the base year's", BK_COLUMN_NUMBER},
    {"value_added_usd", "USD/yr", "revenue times the value-added share of the carriers' sector; empty: none is named",
     BK_COLUMN_NUMBER},
    {"value_added_change_usd", "USD/yr", "the same less the base year's", BK_COLUMN_NUMBER},
    {"co2_kg", "kg/yr", "carbon dioxide of carriage there", BK_COLUMN_NUMBER},
    {"co2_change_kg", "kg/yr", "the same less the base year's", BK_COLUMN_NUMBER},
};

/* The base year on the routes of the state. */
static const bk_transit *
base_of(const bki_run *run, size_t which)
{
    return which == 0 ? run->run->base_transit : run->scenarios[which - 1].base_transit;
}

static void
put_cell(const bki_run *run, bki_table *table, size_t which, size_t cell)
{
    const bk_model   *model = run->study->model;
    const bk_transit *transit = transit_of(run, which), *base = base_of(run, which);
    const size_t      place = cell / 2 % transit->n_places;

    bki_put_text(table, bki_state_name(run->run, which));
    bki_put_text(table, bk_corridor_id(model, cell / 2 / transit->n_places));
    bki_put_text(table, place < model->n_countries ? model->countries[place] : "sea");
    bki_put_text(table, cell % 2 ? "own" : "transit");
    put_pair(table, transit->tonnes[cell], base->tonnes[cell]);
    put_pair(table, transit->tonne_km[cell], base->tonne_km[cell]);
    put_pair(table, transit->revenue_usd[cell], base->revenue_usd[cell]);
    put_pair(table, at(transit->value_added_usd, cell), at(base->value_added_usd, cell));
    put_pair(table, transit->co2_kg[cell], base->co2_kg[cell]);
    bki_end_row(table);
}

/* Something passes there in the state or in the base year. */
static bool
is_used(const bki_run *run, size_t which, size_t cell)
{
    return transit_of(run, which)->tonnes[cell] > 0.0 || base_of(run, which)->tonnes[cell] > 0.0;
}

static bk_status
record_countries(bki_run *run)
{
    const size_t n_cells = 2 * run->run->base_transit->n_corridors * run->run->base_transit->n_places;
    bki_table   *table = bki_table_create(run->arena, "transit", "What crosses each country, by corridor",
                                          transit_columns, sizeof transit_columns / sizeof *transit_columns,
                                          (run->run->n_scenarios + 1) * n_cells + 1, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(run->arena));
    for (size_t which = 0; which <= run->run->n_scenarios; which++)
        for (size_t cell = 0; transit_of(run, which) && cell < n_cells; cell++)
            if (is_used(run, which, cell))
                put_cell(run, table, which, cell);
    return bki_table_append(run->ctx, &run->run->results, table);
}

/* ---- corridors ------------------------------------------------------------------------------------------------- */

static const bki_column corridor_columns[] = {
    {"scenario", "", "scenario, or base", BK_COLUMN_TEXT},
    {"corridor", "", "corridor of network/corridor.csv, or other", BK_COLUMN_TEXT},
    {"name", "", "its name", BK_COLUMN_TEXT},
    {"tonnes", "t/yr", "every shipment once", BK_COLUMN_NUMBER},
    {"tonnes_change", "t/yr", "the same less the base year's", BK_COLUMN_NUMBER},
    {"tonne_km", "t km/yr", "whole way, at sea too", BK_COLUMN_NUMBER},
    {"tonne_km_change", "t km/yr", "the same less the base year's", BK_COLUMN_NUMBER},
    {"revenue_usd", "USD/yr", "freight, fees, handling and tolls of the whole way, loading at its ends left out",
     BK_COLUMN_NUMBER},
    {"revenue_change_usd", "USD/yr", "the same less the base year's", BK_COLUMN_NUMBER},
    {"co2_kg", "kg/yr", "carbon dioxide of the whole way", BK_COLUMN_NUMBER},
    {"co2_change_kg", "kg/yr", "the same less the base year's", BK_COLUMN_NUMBER},
    {"days", "d", "mean of a tonne from door to door, queues included", BK_COLUMN_NUMBER},
    {"days_change", "d", "the same less the base year's", BK_COLUMN_NUMBER},
    {"usd_per_tonne", "USD/t", "mean paid from door to door, loading at the ends included", BK_COLUMN_NUMBER},
    {"usd_per_tonne_change", "USD/t", "the same less the base year's", BK_COLUMN_NUMBER},
};

static double
mean_of(double sum, double tonnes)
{
    return tonnes > 0.0 ? sum / tonnes : NAN;
}

/* Means of a tonne of the corridor; empty where nothing goes. */
static void
put_doors(bki_table *table, const bk_transit *transit, const bk_transit *base, size_t k)
{
    const double *sum[2] = {transit->door_hours, transit->door_usd}, *base_sum[2] = {base->door_hours, base->door_usd};
    const double  per[2] = {24.0, 1.0};

    for (int d = 0; d < 2; d++) {
        const double now = mean_of(sum[d][k], transit->shipped[k]) / per[d];
        const double was = mean_of(base_sum[d][k], base->shipped[k]) / per[d];
        bki_put_number(table, now);
        bki_put_number(table, now - was);
    }
}

static bk_status
record_corridors(bki_run *run)
{
    const bk_model *model = run->study->model;
    const size_t    n_corridors = run->run->base_transit->n_corridors;
    bki_table      *table = bki_table_create(run->arena, "corridors", "What each corridor carries", corridor_columns,
                                             sizeof corridor_columns / sizeof *corridor_columns,
                                             (run->run->n_scenarios + 1) * n_corridors + 1, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(run->arena));
    for (size_t which = 0; which <= run->run->n_scenarios; which++) {
        const bk_transit *transit = transit_of(run, which), *base = base_of(run, which);
        for (size_t k = 0; transit && k < n_corridors; k++) {
            bki_put_text(table, bki_state_name(run->run, which));
            bki_put_text(table, bk_corridor_id(model, k));
            bki_put_text(table, bk_corridor_name(model, k));
            put_pair(table, transit->shipped[k], base->shipped[k]);
            put_pair(table, bk_transit_whole(transit, transit->tonne_km, k), bk_transit_whole(base, base->tonne_km, k));
            put_pair(table, bk_transit_whole(transit, transit->revenue_usd, k),
                     bk_transit_whole(base, base->revenue_usd, k));
            put_pair(table, bk_transit_whole(transit, transit->co2_kg, k), bk_transit_whole(base, base->co2_kg, k));
            put_doors(table, transit, base, k);
            bki_end_row(table);
        }
    }
    return bki_table_append(run->ctx, &run->run->results, table);
}

bk_status
bki_record_transit(bki_run *run)
{
    if (!run->run->base_transit)
        return BK_OK;
    BK_TRY(record_corridors(run));
    return record_countries(run);
}
