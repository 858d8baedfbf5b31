/* Tables of what the economies gain and trade. */
#include "study/run.h"
#include "study/table.h"
#include "study/tables_trade.h"

#include <math.h>

static double
at(const double *values, size_t index)
{
    return values ? values[index] : (double)NAN; /* an empty cell */
}

static const bki_column economies_columns[] = {
    {"scenario", "", "scenario the row is of", BK_COLUMN_TEXT},
    {"economy", "", "region", BK_COLUMN_TEXT},
    {"name", "", "its name", BK_COLUMN_TEXT},
    {"country", "", "ISO 3166-1 alpha-3 code of its country", BK_COLUMN_TEXT},
    {"welfare_pct", "%", "change of real income, exact", BK_COLUMN_NUMBER},
    {"ev_usd", "USD/yr", "equivalent variation: base income times the change of real income", BK_COLUMN_NUMBER},
    {"real_wage_pct", "%", "change of the real wage", BK_COLUMN_NUMBER},
    {"wage_hat", "", "wage, ratio to base", BK_COLUMN_NUMBER},
    {"price_hat", "", "consumer price index, ratio to base", BK_COLUMN_NUMBER},
    {"income_hat", "", "nominal income, ratio to base", BK_COLUMN_NUMBER},
    {"exports_pct", "%", "change of the value of exports before tariff", BK_COLUMN_NUMBER},
    {"imports_pct", "%", "change of the value of imports before tariff", BK_COLUMN_NUMBER},
    {"welfare_linear_pct", "%", "first-order change of real income, Caliendo and Parro (2015), equation 16",
     BK_COLUMN_NUMBER},
    {"terms_of_trade_pct", "%", "its part from terms of trade", BK_COLUMN_NUMBER},
    {"volume_of_trade_pct", "%", "its part from the volume of trade", BK_COLUMN_NUMBER},
    {"transit_revenue_usd", "USD/yr", "paid on its links, transfers and posts by trade with no end there",
     BK_COLUMN_NUMBER},
    {"transit_revenue_change_usd", "USD/yr", "the same less the base year's", BK_COLUMN_NUMBER},
    {"cost_usd", "USD/yr", "annuity and upkeep of the works it finances that the base has not", BK_COLUMN_NUMBER},
    {"npv_usd", "USD", "constant yearly gain less cost over the horizon, discounted", BK_COLUMN_NUMBER},
    {"duty_transfer_usd", "USD/yr", "from its union's pool of import duties less what it pays into it",
     BK_COLUMN_NUMBER},
    {"duty_transfer_change_usd", "USD/yr", "the same less the base year's", BK_COLUMN_NUMBER},
    {"freight_co2_kg", "kg/yr", "of the freight it imports", BK_COLUMN_NUMBER},
    {"welfare_pct_before_routes", "%", "change of real income before routes were added that the scenario missed",
     BK_COLUMN_NUMBER},
};

static void
put_economy(bki_run *run, bki_table *table, size_t s, size_t n)
{
    const bk_scenario_run   *scenario = &run->scenarios[s];
    const bk_trade_solution *trade = scenario->solution->trade;
    const bk_region         *region = &run->study->model->economy.regions[n];
    const bk_accounts       *accounts = &scenario->accounts;
    const double             revenue = at(accounts->transit_revenue_usd, n);

    bki_put_text(table, scenario->scenario->name);
    bki_put_text(table, region->id);
    bki_put_text(table, region->name);
    bki_put_text(table, run->study->model->countries[region->country]);
    bki_put_number(table, trade->welfare_pct[n]);
    bki_put_number(table, trade->equivalent_variation[n] * run->study->model->money_usd);
    bki_put_number(table, trade->real_wage_pct[n]);
    bki_put_number(table, trade->wage_hat[n]);
    bki_put_number(table, trade->price_hat[n]);
    bki_put_number(table, trade->income_hat[n]);
    bki_put_number(table, trade->exports_pct[n]);
    bki_put_number(table, trade->imports_pct[n]);
    bki_put_number(table, trade->welfare_linear_pct[n]);
    bki_put_number(table, trade->terms_of_trade_pct[n]);
    bki_put_number(table, trade->volume_of_trade_pct[n]);
    bki_put_number(table, revenue);
    bki_put_number(table, revenue - at(scenario->base_accounts.transit_revenue_usd, n));
    bki_put_number(table, at(accounts->cost_usd, n));
    bki_put_number(table, at(accounts->npv_usd, n));
    const double duties = trade->duty_transfer[n] * run->study->model->money_usd;
    const double duties_before = bk_trade_base_duty_transfer(bk_joint_trade(run->run->base))[n];
    bki_put_number(table, duties_before * run->study->model->money_usd + duties);
    bki_put_number(table, duties);
    bki_put_number(table, at(scenario->solution->co2, n));
    bki_put_number(table, scenario->before ? scenario->before->trade->welfare_pct[n] : (double)NAN);
    if (region->has_place)
        bki_put_point(table, region->lon, region->lat);
    bki_end_row(table);
}

static bk_status
record_economies(bki_run *run)
{
    const size_t n_regions = run->study->model->economy.n_regions;
    bki_table   *table = bki_table_create(run->arena, "economies", "Who gains and who loses, by scenario",
                                          economies_columns, sizeof economies_columns / sizeof *economies_columns,
                                          run->run->n_scenarios * n_regions + 1, BK_GEOMETRY_POINT);

    BK_TRY(bk_arena_ok(run->arena));
    bki_table_style(table, NULL, "welfare_pct");
    for (size_t s = 0; s < run->run->n_scenarios; s++)
        for (size_t n = 0; run->scenarios[s].solution && n < n_regions; n++)
            put_economy(run, table, s, n);
    return bki_table_append(run->ctx, &run->run->results, table);
}

static const bki_column trade_columns[] = {
    {"scenario", "", "scenario, or base", BK_COLUMN_TEXT},
    {"sector", "", "sector", BK_COLUMN_TEXT},
    {"exporter", "", "region", BK_COLUMN_TEXT},
    {"importer", "", "region", BK_COLUMN_TEXT},
    {"value_usd", "USD/yr", "trade at the exporter's border, before tariff", BK_COLUMN_NUMBER},
    {"change_pct", "%", "of value against base", BK_COLUMN_NUMBER},
    {"tonnes", "t/yr", "its weight", BK_COLUMN_NUMBER},
    {"transport_factor", "", "iceberg transport cost, ratio to base; empty: no open route", BK_COLUMN_NUMBER},
    {"transport_cost", "USD/t", "expected generalised cost door to door (logsum)", BK_COLUMN_NUMBER},
    {"mean_cost", "USD/t", "mean generalised cost of the routes used", BK_COLUMN_NUMBER},
    {"hours", "h", "mean time of the routes used, queues included", BK_COLUMN_NUMBER},
};

static void
put_relation(bki_run *run, bki_table *table, size_t which, size_t j, size_t n, size_t i)
{
    const bk_model          *model = run->study->model;
    const bk_economy        *economy = &model->economy;
    const bk_joint_solution *solution = bki_state_solution(run->run, which);
    const size_t             cell = (j * economy->n_regions + n) * economy->n_regions + i;
    const double             value = solution->trade->trade[cell], before = economy->trade[cell];

    bki_put_text(table, bki_state_name(run->run, which));
    bki_put_text(table, economy->sectors[j].id);
    bki_put_text(table, economy->regions[i].id);
    bki_put_text(table, economy->regions[n].id);
    bki_put_number(table, value * model->money_usd);
    bki_put_number(table, 100.0 * (value / before - 1.0));
    bki_put_number(table, at(solution->tonnes, cell));
    bki_put_number(table, at(solution->transport_factor, cell));
    bki_put_number(table, at(solution->transport_cost, cell));
    bki_put_number(table, at(solution->mean_cost, cell));
    bki_put_number(table, at(solution->mean_hours, cell));
    bki_end_row(table);
}

static bk_status
record_trade(bki_run *run)
{
    const bk_economy *economy = &run->study->model->economy;
    const size_t      n_regions = economy->n_regions;
    size_t            n_relations = 0;

    for (size_t cell = 0; cell < economy->n_sectors * n_regions * n_regions; cell++)
        n_relations += economy->trade[cell] > 0.0;
    bki_table *table = bki_table_create(run->arena, "trade", "Trade by sector, exporter and importer", trade_columns,
                                        sizeof trade_columns / sizeof *trade_columns,
                                        (run->run->n_scenarios + 1) * n_relations + 1, BK_GEOMETRY_NONE);
    BK_TRY(bk_arena_ok(run->arena));
    for (size_t which = 0; which <= run->run->n_scenarios; which++)
        for (size_t cell = 0; bki_state_solution(run->run, which) && cell < economy->n_sectors * n_regions * n_regions;
             cell++)
            if (economy->trade[cell] > 0.0)
                put_relation(run, table, which, cell / (n_regions * n_regions), cell / n_regions % n_regions,
                             cell % n_regions);
    return bki_table_append(run->ctx, &run->run->results, table);
}

/* Decomposition and indicators of every scenario that was solved. */
static bk_status
record_understanding(bki_run *run)
{
    const bk_trade_base *base = bk_joint_trade(run->run->base);
    bki_trade_case      *cases = BK_NEW(run->arena, bki_trade_case, run->run->n_scenarios + 1);

    BK_TRY(bk_arena_ok(run->arena));
    for (size_t s = 0; s < run->run->n_scenarios; s++) {
        const bk_joint_solution *solution = run->scenarios[s].solution;
        if (!solution)
            continue;
        cases[s].name = run->scenarios[s].scenario->name;
        cases[s].solution = solution->trade;
        BK_TRY(
            bk_trade_decompose(run->ctx, base, solution->shock, solution->trade, run->arena, &cases[s].decomposition));
        BK_TRY(bk_trade_indicate(run->ctx, base, solution->shock, solution->trade, run->arena, &cases[s].indicators));
    }
    BK_TRY(bki_record_decomposition(run->ctx, run->study->model, run->run->n_scenarios, cases, &run->run->results));
    return bki_record_indicators(run->ctx, run->study->model, run->run->n_scenarios, cases, &run->run->results);
}

bk_status
bki_record_economies(bki_run *run)
{
    BK_TRY(record_economies(run));
    BK_TRY(bki_record_attribution(run));
    BK_TRY(record_trade(run));
    return record_understanding(run);
}
