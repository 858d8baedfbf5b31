#include "study/tables_trade.h"
#include "study/table.h"

#include <math.h>

static const bki_column change_columns[] = {
    {"scenario", "", "scenario, or base", BK_COLUMN_TEXT},
    {"sector", "", "sector", BK_COLUMN_TEXT},
    {"exporter", "", "region", BK_COLUMN_TEXT},
    {"importer", "", "region", BK_COLUMN_TEXT},
    {"before_usd", "USD/yr", "trade of the base year before tariff; own sales stand with exporter = importer",
     BK_COLUMN_NUMBER},
    {"after_usd", "USD/yr", "trade of the scenario before tariff", BK_COLUMN_NUMBER},
    {"change_usd", "USD/yr", "the second less the first", BK_COLUMN_NUMBER},
    {"change_pct", "%", "change of the value", BK_COLUMN_NUMBER},
};

bk_status
bki_record_trade_changes(bk_context *ctx, const bk_model *model, const bk_trade_base *base,
                         const bki_trade_case *single, bk_results *results)
{
    const bk_economy *economy = &model->economy;
    const size_t      n = economy->n_regions, n_cells = economy->n_sectors * n * n;
    const double     *value = bk_trade_base_value(base);
    bki_table        *table =
        bki_table_create(results->arena, "trade_changes", "Trade before and after, by sector and pair", change_columns,
                         sizeof change_columns / sizeof *change_columns, n_cells + 1, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(results->arena));
    for (size_t cell = 0; cell < n_cells; cell++) {
        const double before = value[cell] * model->money_usd, after = single->solution->trade[cell] * model->money_usd;
        if (!(before > 0.0))
            continue; /* what is not traded in the base year stays so */
        bki_put_text(table, single->name);
        bki_put_text(table, economy->sectors[cell / (n * n)].id);
        bki_put_text(table, economy->regions[cell % n].id);
        bki_put_text(table, economy->regions[cell / n % n].id);
        bki_put_number(table, before);
        bki_put_number(table, after);
        bki_put_number(table, after - before);
        bki_put_number(table, 100.0 * (after / before - 1.0));
        bki_end_row(table);
    }
    return bki_table_append(ctx, results, table);
}

static const bki_column decomposition_columns[] = {
    {"scenario", "", "scenario the row is of", BK_COLUMN_TEXT},
    {"economy", "", "region", BK_COLUMN_TEXT},
    {"name", "", "its name", BK_COLUMN_TEXT},
    {"welfare_pct", "%", "change of real income, exact; the sum of the parts", BK_COLUMN_NUMBER},
    {"terms_of_trade_pct", "%", "own goods dearer, those of others cheaper", BK_COLUMN_NUMBER},
    {"volume_of_trade_pct", "%", "tariff_revenue_pct and tariff_burden_pct together", BK_COLUMN_NUMBER},
    {"tariff_revenue_pct", "%", "of volume: revenue gained or lost", BK_COLUMN_NUMBER},
    {"tariff_burden_pct", "%", "of volume: what buyers pay less, or more, in tariffs on what they buy",
     BK_COLUMN_NUMBER},
    {"transport_pct", "%", "costs of bringing goods in, closed pairs included", BK_COLUMN_NUMBER},
    {"productivity_pct", "%", "productivity", BK_COLUMN_NUMBER},
    {"finance_pct", "%", "deficits, transfers, and taxes for works", BK_COLUMN_NUMBER},
    {"labour_pct", "%", "labour moved in or out, and agglomeration", BK_COLUMN_NUMBER},
    {"remainder_pct", "%", "the whole less its parts: rounding", BK_COLUMN_NUMBER},
    {"welfare_linear_pct", "%", "first-order change of real income, Caliendo and Parro (2015), equation 16",
     BK_COLUMN_NUMBER},
    {"terms_of_trade_linear_pct", "%", "its part from terms of trade", BK_COLUMN_NUMBER},
    {"volume_of_trade_linear_pct", "%", "its part from the volume of trade", BK_COLUMN_NUMBER},
};

static void
put_decomposition(bki_table *table, const bk_region *region, const bki_trade_case *single, size_t n)
{
    const bk_trade_solution      *solution = single->solution;
    const bk_trade_decomposition *part = single->decomposition;

    bki_put_text(table, single->name);
    bki_put_text(table, region->id);
    bki_put_text(table, region->name);
    bki_put_number(table, solution->welfare_pct[n]);
    bki_put_number(table, part->terms_of_trade_pct[n]);
    bki_put_number(table, part->volume_of_trade_pct[n]);
    bki_put_number(table, part->tariff_revenue_pct[n]);
    bki_put_number(table, part->tariff_burden_pct[n]);
    bki_put_number(table, part->transport_pct[n]);
    bki_put_number(table, part->productivity_pct[n]);
    bki_put_number(table, part->finance_pct[n]);
    bki_put_number(table, part->labour_pct[n]);
    bki_put_number(table, part->remainder_pct[n]);
    bki_put_number(table, solution->welfare_linear_pct[n]);
    bki_put_number(table, solution->terms_of_trade_pct[n]);
    bki_put_number(table, solution->volume_of_trade_pct[n]);
    bki_end_row(table);
}

bk_status
bki_record_decomposition(bk_context *ctx, const bk_model *model, size_t n_cases, const bki_trade_case *cases,
                         bk_results *results)
{
    const size_t n_regions = model->economy.n_regions;
    bki_table   *table = bki_table_create(
          results->arena, "decomposition", "Where each economy's gain comes from", decomposition_columns,
          sizeof decomposition_columns / sizeof *decomposition_columns, n_cases * n_regions + 1, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(results->arena));
    for (size_t s = 0; s < n_cases; s++)
        for (size_t n = 0; cases[s].solution && n < n_regions; n++)
            put_decomposition(table, &model->economy.regions[n], &cases[s], n);
    return bki_table_append(ctx, results, table);
}

static const bki_column indicator_columns[] = {
    {"scenario", "", "scenario the row is of", BK_COLUMN_TEXT},
    {"economy", "", "region", BK_COLUMN_TEXT},
    {"name", "", "its name", BK_COLUMN_TEXT},
    {"created_usd", "USD/yr", "imports gained from partners that became cheaper and lost by nobody, Viner (1950)",
     BK_COLUMN_NUMBER},
    {"diverted_usd", "USD/yr", "imports gained from partners that became cheaper and lost by other partners",
     BK_COLUMN_NUMBER},
    {"product_hhi_before", "", "Herfindahl index of exports over sectors", BK_COLUMN_NUMBER},
    {"product_hhi_after", "", "the same in the scenario", BK_COLUMN_NUMBER},
    {"partner_hhi_before", "", "Herfindahl index of exports over partners", BK_COLUMN_NUMBER},
    {"partner_hhi_after", "", "the same in the scenario", BK_COLUMN_NUMBER},
    {"market_access_pct", "%", "equal fall of export costs that widens markets as much, Redding and Venables (2004)",
     BK_COLUMN_NUMBER},
    {"real_wage_pct", "%", "change of the real wage", BK_COLUMN_NUMBER},
    {"sufficient_real_wage_pct", "%",
     "the same from own shares and elasticities alone, Arkolakis, Costinot and Rodriguez-Clare (2012); empty: a good "
     "it "
     "uses is not bought at home",
     BK_COLUMN_NUMBER},
};

static void
put_indicators(bki_table *table, const bk_model *model, const bki_trade_case *single, size_t n)
{
    const bk_trade_indicators *is = single->indicators;

    bki_put_text(table, single->name);
    bki_put_text(table, model->economy.regions[n].id);
    bki_put_text(table, model->economy.regions[n].name);
    bki_put_number(table, is->created[n] * model->money_usd);
    bki_put_number(table, is->diverted[n] * model->money_usd);
    bki_put_number(table, is->product_hhi_before[n]);
    bki_put_number(table, is->product_hhi_after[n]);
    bki_put_number(table, is->partner_hhi_before[n]);
    bki_put_number(table, is->partner_hhi_after[n]);
    bki_put_number(table, is->market_access_pct[n]);
    bki_put_number(table, single->solution->real_wage_pct[n]);
    bki_put_number(table, is->sufficient_applies[n] ? is->sufficient_real_wage_pct[n] : (double)NAN);
    bki_end_row(table);
}

bk_status
bki_record_indicators(bk_context *ctx, const bk_model *model, size_t n_cases, const bki_trade_case *cases,
                      bk_results *results)
{
    const size_t n_regions = model->economy.n_regions;
    bki_table   *table = bki_table_create(results->arena, "indicators", "Diversion, concentration and market access",
                                          indicator_columns, sizeof indicator_columns / sizeof *indicator_columns,
                                          n_cases * n_regions + 1, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(results->arena));
    for (size_t s = 0; s < n_cases; s++)
        for (size_t n = 0; cases[s].solution && n < n_regions; n++)
            put_indicators(table, model, &cases[s], n);
    return bki_table_append(ctx, results, table);
}
