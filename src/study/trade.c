/* Trade alone: a scenario's tariffs, cost factors and productivity, with transport as in the base year. */
#include "study/finance.h"
#include "study/table.h"
#include "study/tables_trade.h"

bk_status
bk_study_with_deficits(const bk_study *study, bk_deficit_rule rule, bk_arena *arena, const bk_study **out)
{
    bk_study        *changed = BK_NEW(arena, bk_study, 1);
    const bk_model **models = BK_NEW(arena, const bk_model *, study->n_scenarios + 1);
    bk_model        *copies = BK_NEW(arena, bk_model, study->n_scenarios + 1);

    BK_TRY(bk_arena_ok(arena));
    for (size_t s = 0; s <= study->n_scenarios; s++) {
        copies[s] = s < study->n_scenarios ? *study->models[s] : *study->model;
        copies[s].economy.deficits = rule;
        models[s] = &copies[s];
    }
    *changed = *study;
    changed->models = models;
    changed->model = models[study->n_scenarios];
    *out = changed;
    return BK_OK;
}

static bk_status
set_shock(bk_context *ctx, const bk_study *study, const bk_model *model, const bk_closure *closure, bk_arena *arena,
          bk_trade_report *report)
{
    const bk_economy *economy = &model->economy;
    bk_trade_shock   *shock = BK_NEW(arena, bk_trade_shock, 1);
    double           *cost = BK_NEW(arena, double, economy->n_regions);
    double           *paid = BK_NEW(arena, double, economy->n_regions);

    BK_TRY(bk_arena_ok(arena));
    BK_TRY(bk_trade_same_elasticities(ctx, &study->model->economy, economy));
    BK_TRY(bki_finance(ctx, study, model, closure, arena, cost, &report->unpaid_usd, shock));
    shock->tariff = economy->tariff;
    shock->cost = economy->trade_cost;
    shock->productivity = economy->productivity;
    shock->mobility = economy->mobility;
    shock->duty_pool = economy->duty_pool;
    shock->duty_quota = economy->duty_quota;
    for (size_t n = 0; n < economy->n_regions; n++)
        paid[n] = bki_paid(model, shock, n);
    report->shock = shock;
    report->cost_usd = cost;
    report->paid_usd = paid;
    return BK_OK;
}

static void
put_item(bki_table *table, const char *item, const char *value)
{
    bki_put_text(table, item);
    bki_put_text(table, value);
    bki_end_row(table);
}

static bk_status
record_provenance(bk_context *ctx, const bk_study *study, const bk_closure *closure, bk_trade_report *report)
{
    static const bki_column columns[] = {{"item", "", "what", BK_COLUMN_TEXT},
                                         {"value", "", "its value", BK_COLUMN_TEXT}};
    bk_arena               *arena = report->results.arena;
    bki_table *table = bki_table_create(arena, "provenance", "What was computed, from what, by what", columns, 2, 16,
                                        BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(arena));
    put_item(table, "program", bk_arena_format(arena, "buckle %s", bk_version()));
    put_item(table, "study", study->model->title);
    put_item(table, "scenario", report->scenario ? report->scenario->title : NULL);
    put_item(table, "base_year", bk_arena_format(arena, "%d", study->model->base_year));
    put_item(table, "money_usd", bk_arena_format(arena, "%.17g", study->model->money_usd));
    put_item(table, "deficits", bk_deficits_name(report->economy->deficits));
    put_item(table, "finance", bk_finance_name(closure->finance));
    put_item(table, "lender", closure->lender);
    put_item(table, "labour", report->shock->mobility ? "moves between the regions of an economy" : "stays");
    put_item(table, "outcome", bk_outcome_name(report->solution->outcome));
    put_item(table, "residual", bk_arena_format(arena, "%.17g", report->solution->residual));
    put_item(table, "walras", bk_arena_format(arena, "%.17g", report->solution->walras));
    return bki_table_append(ctx, &report->results, table);
}

static bk_status
record(bk_context *ctx, const bk_study *study, const bk_closure *closure, bk_arena *arena, bk_trade_report *report)
{
    const bki_trade_case single = {.name = report->scenario ? report->scenario->name : "base",
                                   .solution = report->solution,
                                   .decomposition = report->decomposition,
                                   .indicators = report->indicators};

    report->results.arena = arena;
    BK_TRY(bki_record_trade_changes(ctx, study->model, report->base, &single, &report->results));
    BK_TRY(bki_record_decomposition(ctx, study->model, 1, &single, &report->results));
    BK_TRY(bki_record_indicators(ctx, study->model, 1, &single, &report->results));
    return record_provenance(ctx, study, closure, report);
}

bk_status
bk_study_trade(bk_context *ctx, const bk_study *study, size_t which, const bk_closure *closure, bk_arena *arena,
               bk_trade_report *out)
{
    const bk_trade_settings settings = bk_trade_default_settings();
    const bk_model         *model = which > 0 ? study->models[which - 1] : study->model;

    *out = (bk_trade_report){.scenario = which > 0 ? study->scenarios[which - 1] : NULL,
                             .economy = &study->model->economy};
    if (!study->model->has_economy)
        return bk_fail_hint(ctx, BK_ERR_INCONSISTENT, "add economy/, or look at its routes with `buckle route`",
                            "%s has no economy, so no trade equilibrium can be computed", study->folder);
    bk_progress(ctx, "trade equilibrium", -1.0);
    BK_TRY(bk_trade_calibrate(ctx, out->economy, arena, &out->base));
    BK_TRY(set_shock(ctx, study, model, closure, arena, out));
    BK_TRY(bk_trade_solve(ctx, out->base, out->shock, &settings, NULL, arena, &out->solution));
    BK_TRY(bk_trade_decompose(ctx, out->base, out->shock, out->solution, arena, &out->decomposition));
    BK_TRY(bk_trade_indicate(ctx, out->base, out->shock, out->solution, arena, &out->indicators));
    return record(ctx, study, closure, arena, out);
}
