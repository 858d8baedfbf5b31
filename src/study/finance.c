/* Who pays for works: a scenario's annuities and upkeep as taxes and transfers of its trade equilibrium. */
#include "study/finance.h"
#include "study/accounts.h"

#include <string.h>
#include <strings.h>

const char *
bk_finance_name(bk_finance_closure finance)
{
    static const char *const names[] = {[BK_FINANCE_NONE] = "none",
                                        [BK_FINANCE_TAX] = "tax",
                                        [BK_FINANCE_WORKS] = "works",
                                        [BK_FINANCE_FOREIGN] = "foreign"};
    return names[finance];
}

const char *
bk_deficits_name(bk_deficit_rule rule)
{
    static const char *const names[] = {[BK_DEFICITS_FIXED] = "fixed",
                                        [BK_DEFICITS_SCALED] = "scaled",
                                        [BK_DEFICITS_ZERO] = "zero",
                                        [BK_DEFICITS_SHARE] = "share"};
    return names[rule];
}

static bk_status
spend_on_works(bk_context *ctx, const bk_economy *economy, const double *paid, bk_arena *arena, bk_trade_shock *out)
{
    double *share = BK_NEW(arena, double, economy->n_sectors);

    BK_TRY(bk_arena_ok(arena));
    if (economy->works_sector == BK_NONE)
        return bk_fail_hint(ctx, BK_ERR_INCONSISTENT, "write trade: {works_sector: SECTOR} in study.yaml",
                            "no sector is called construction, so it is not known what works are made of");
    share[economy->works_sector] = 1.0;
    out->works = paid;
    out->works_share = share;
    return BK_OK;
}

/* Everyone pays the lender, who taxes itself for its own part. */
static bk_status
pay_abroad(size_t n_regions, const double *paid, size_t lender, bk_arena *arena, bk_trade_shock *out)
{
    double *transfer = BK_NEW(arena, double, n_regions), *levy = BK_NEW(arena, double, n_regions);

    BK_TRY(bk_arena_ok(arena));
    for (size_t n = 0; n < n_regions; n++) {
        if (n == lender) {
            levy[n] = paid[n];
            continue;
        }
        transfer[n] = 0.0 - paid[n];
        transfer[lender] += paid[n];
    }
    out->transfer = transfer;
    out->levy = levy;
    return BK_OK;
}

bk_status
bki_finance(bk_context *ctx, const bk_study *study, const bk_model *model, const bk_closure *closure, bk_arena *arena,
            double *cost, double *unassigned, bk_trade_shock *out)
{
    const bk_economy *economy = &model->economy;
    double           *paid = BK_NEW(arena, double, economy->n_regions);
    size_t            lender = 0;

    BK_TRY(bk_arena_ok(arena));
    *out = (bk_trade_shock){0};
    *unassigned = bki_works_cost(study->model, model, cost);
    for (size_t n = 0; n < economy->n_regions; n++)
        paid[n] = cost[n] / model->money_usd;
    switch (closure->finance) {
    case BK_FINANCE_NONE:
        break;
    case BK_FINANCE_TAX:
        out->levy = paid;
        break;
    case BK_FINANCE_WORKS:
        return spend_on_works(ctx, economy, paid, arena, out);
    case BK_FINANCE_FOREIGN:
        if (closure->lender == NULL)
            return bk_fail(ctx, BK_ERR_USAGE, "finance from abroad needs a lender: the economy that is paid");
        BK_TRY(bk_study_region(ctx, study, closure->lender, arena, &lender));
        return pay_abroad(economy->n_regions, paid, lender, arena, out);
    }
    return BK_OK;
}

double
bki_paid(const bk_model *model, const bk_trade_shock *shock, size_t region)
{
    return model->money_usd * ((shock->levy ? shock->levy[region] : 0.0) + (shock->works ? shock->works[region] : 0.0) -
                               (shock->transfer ? shock->transfer[region] : 0.0));
}
