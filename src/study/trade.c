/* Trade alone: a scenario's tariffs, cost factors and productivity, with transport as in the base year. */
#include "buckle/study.h"

bk_status
bk_study_trade(bk_context *ctx, const bk_study *study, const bk_model *model, bk_arena *arena,
               const bk_trade_solution **out)
{
    const bk_trade_base    *base = NULL;
    const bk_trade_settings settings = bk_trade_default_settings();
    const bk_trade_shock    shock = {.tariff = model->economy.tariff,
                                     .cost = model->economy.trade_cost,
                                     .productivity = model->economy.productivity};

    if (!study->model->has_economy)
        return bk_fail_hint(ctx, BK_ERR_INCONSISTENT, "add economy/, or look at its routes with `buckle route`",
                            "%s has no economy, so no trade equilibrium can be computed", study->folder);
    bk_progress(ctx, "trade equilibrium", -1.0);
    BK_TRY(bk_trade_calibrate(ctx, &study->model->economy, arena, &base));
    return bk_trade_solve(ctx, base, &shock, &settings, NULL, arena, out);
}
