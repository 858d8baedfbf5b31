/* Figures that say what a change did: who trades more with whom, at whose expense, how concentrated, with which markets
 * open. */
#include "trade/calibrate.h"
#include "trade/kernel.h"

#include <math.h>

typedef struct flows {                 /* trade with others, money */
    double *pair;                      /* [importer][exporter] */
    double *imports, *exports;         /* [n_sectors][n_regions] */
    double *product_hhi, *partner_hhi; /* [n_regions] share */
} flows;

static flows
flows_alloc(const bk_trade_base *base, bk_arena *arena)
{
    const size_t n = base->n_regions;

    return (flows){.pair = BK_NEW(arena, double, n *n),
                   .imports = BK_NEW(arena, double, base->n_sectors *n),
                   .exports = BK_NEW(arena, double, base->n_sectors *n),
                   .product_hhi = BK_NEW(arena, double, n),
                   .partner_hhi = BK_NEW(arena, double, n)};
}

/* Herfindahl-Hirschman: sum of squared shares of n numbers `step` apart; 0 if they are all 0. */
static double
concentration(const double *x, size_t n, size_t step, size_t leave_out)
{
    double sum = 0.0, squares = 0.0;

    for (size_t i = 0; i < n; i++)
        if (i != leave_out) {
            sum += x[i * step];
            squares += x[i * step] * x[i * step];
        }
    return sum > 0.0 ? squares / (sum * sum) : 0.0;
}

static void
fill_flows(const bk_trade_base *base, const double *trade, const flows *f)
{
    const size_t n_regions = base->n_regions;

    for (size_t j = 0; j < base->n_sectors; j++)
        for (size_t n = 0; n < n_regions; n++)
            for (size_t i = 0; i < n_regions; i++) {
                const double value = trade[(j * n_regions + n) * n_regions + i];
                f->pair[n * n_regions + i] += value;
                if (i != n) {
                    f->imports[j * n_regions + n] += value;
                    f->exports[j * n_regions + i] += value;
                }
            }
    for (size_t n = 0; n < n_regions; n++) {
        f->product_hhi[n] = concentration(f->exports + n, base->n_sectors, n_regions, SIZE_MAX);
        f->partner_hhi[n] = concentration(f->pair + n, n_regions, n_regions, n);
    }
}

/* Viner (1950), good by good: imports gained from partners whose price fell at the border by tariff or transport, and
 * how much of that other partners lost. */
static void
fill_diversion(const bk_trade_base *base, const bk_trade_shock *shock, const bk_trade_solution *s, double *created,
               double *diverted)
{
    const size_t  n_regions = base->n_regions;
    const double *new_rate = shock->tariff != NULL ? shock->tariff : base->tariff;

    for (size_t row = 0; row < base->n_sectors * n_regions; row++) {
        const size_t n = row % n_regions;
        double       gained = 0.0, lost = 0.0;
        for (size_t i = 0; i < n_regions; i++) {
            const size_t cell = row * n_regions + i;
            const double factor =
                (1.0 + new_rate[cell]) / (1.0 + base->tariff[cell]) * (shock->cost != NULL ? shock->cost[cell] : 1.0);
            if (i == n)
                continue;
            if (factor < 1.0)
                gained += s->trade[cell] - base->trade[cell];
            else
                lost += base->trade[cell] - s->trade[cell];
        }
        const double taken = fmax(0.0, fmin(gained, lost));
        created[n] += fmax(gained, 0.0) - taken;
        diverted[n] += taken;
    }
}

/* Exports are unit cost^-theta times the markets' openness and size: what is left of their change once cost is taken
 * out is market access (Redding & Venables 2004), here as the equal change of costs, averaged over base exports. */
static double
market_access(const bk_trade_base *base, const bk_trade_shock *shock, const bk_trade_solution *s, const flows *before,
              const flows *after, size_t n)
{
    double total = 0.0, sum = 0.0;

    for (size_t j = 0; j < base->n_sectors; j++) {
        const size_t at = j * base->n_regions + n;
        const double theta = shock->elasticity != NULL ? shock->elasticity[j] : base->economy->sectors[j].elasticity;
        if (!(before->exports[at] > 0.0))
            continue;
        total += before->exports[at];
        sum += before->exports[at] *
               (bki_log(after->exports[at] / before->exports[at]) / theta + bki_log(s->unit_cost_hat[at]));
    }
    return total > 0.0 ? 100.0 * (bki_exp(sum / total) - 1.0) : 0.0;
}

/* ln of what a good costs at home once the change of its own share is known: ln p = ln c + ln(own share hat)/theta + ln
 * kappa. Returns false where nothing is bought at home. */
static bool
home_markup(const bk_trade_base *base, const bk_trade_shock *shock, const bk_trade_solution *s, size_t j, size_t n,
            double *markup)
{
    const size_t n_regions = base->n_regions, cell = (j * n_regions + n) * n_regions + n;
    const double new_rate = shock->tariff != NULL ? shock->tariff[cell] : base->tariff[cell];
    const double theta = shock->elasticity != NULL ? shock->elasticity[j] : base->economy->sectors[j].elasticity;
    const double kappa =
        (1.0 + new_rate) / (1.0 + base->tariff[cell]) * (shock->cost != NULL ? shock->cost[cell] : 1.0);
    const double before = base->trade[cell] * (1.0 + base->tariff[cell]) / base->expenditure[bki_at(base, j, n)];
    const double after = s->trade[cell] * (1.0 + new_rate) / s->expenditure[j * n_regions + n];

    *markup = 0.0;
    if (!(base->expenditure[bki_at(base, j, n)] > 0.0))
        return true; /* not used */
    if (!(before > 0.0 && after > 0.0))
        return false;
    *markup = log(after / before) / theta + log(kappa);
    return true;
}

/* Real wage from own shares and elasticities alone: prices at home solve ln p = markup + B ln w + input ln p - ln a. */
static bool
sufficient_real_wage(const bk_trade_base *base, const bk_trade_shock *shock, const bk_trade_solution *s, size_t n,
                     double *fixed, double *log_price, double *percent)
{
    const size_t n_sectors = base->n_sectors;
    const double log_wage = bki_log(s->wage_hat[n]), log_labour = bki_log(s->labour_hat[n]);
    const double agglomeration = shock->mobility != NULL ? shock->mobility->agglomeration : 0.0;
    double       change = 1.0, log_index = 0.0;

    *percent = 0.0;
    for (size_t j = 0; j < n_sectors; j++) {
        if (!home_markup(base, shock, s, j, n, &fixed[j]))
            return false;
        const double productivity = shock->productivity != NULL ? shock->productivity[j * base->n_regions + n] : 1.0;
        fixed[j] +=
            base->value_added_share[bki_at(base, j, n)] * log_wage - bki_log(productivity) - agglomeration * log_labour;
        log_price[j] = fixed[j];
    }
    for (int round = 0; round < 1000 && change > 1e-16; round++) {
        change = 0.0;
        for (size_t j = 0; j < n_sectors; j++) {
            double sum = fixed[j];
            for (size_t k = 0; k < n_sectors; k++)
                sum += base->input[bki_at(base, j * n_sectors + k, n)] * log_price[k];
            change = fmax(change, fabs(sum - log_price[j]));
            log_price[j] = sum;
        }
    }
    for (size_t j = 0; j < n_sectors; j++)
        log_index += base->final_share[bki_at(base, j, n)] * log_price[j];
    *percent = 100.0 * (exp(log_wage - log_index) - 1.0);
    return true;
}

bk_status
bk_trade_indicate(bk_context *ctx, const bk_trade_base *base, const bk_trade_shock *shock,
                  const bk_trade_solution *solution, bk_arena *arena, const bk_trade_indicators **out)
{
    static const bk_trade_shock nothing;
    const bk_trade_shock       *changes = shock != NULL ? shock : &nothing;
    const size_t                n_regions = base->n_regions;
    const flows                 before = flows_alloc(base, arena), after = flows_alloc(base, arena);
    double *created = BK_NEW(arena, double, n_regions), *diverted = BK_NEW(arena, double, n_regions);
    double *access = BK_NEW(arena, double, n_regions), *real_wage = BK_NEW(arena, double, n_regions);
    bool   *applies = BK_NEW(arena, bool, n_regions);
    double *fixed = BK_NEW(arena, double, base->n_sectors), *log_price = BK_NEW(arena, double, base->n_sectors);
    bk_trade_indicators *indicators = BK_NEW(arena, bk_trade_indicators, 1);

    (void)ctx;
    BK_TRY(bk_arena_ok(arena));
    fill_flows(base, base->trade, &before);
    fill_flows(base, solution->trade, &after);
    fill_diversion(base, changes, solution, created, diverted);
    for (size_t n = 0; n < n_regions; n++) {
        access[n] = market_access(base, changes, solution, &before, &after, n);
        applies[n] = sufficient_real_wage(base, changes, solution, n, fixed, log_price, &real_wage[n]);
    }
    *indicators = (bk_trade_indicators){.pair_before = before.pair,
                                        .pair_after = after.pair,
                                        .imports_before = before.imports,
                                        .imports_after = after.imports,
                                        .exports_before = before.exports,
                                        .exports_after = after.exports,
                                        .created = created,
                                        .diverted = diverted,
                                        .product_hhi_before = before.product_hhi,
                                        .product_hhi_after = after.product_hhi,
                                        .partner_hhi_before = before.partner_hhi,
                                        .partner_hhi_after = after.partner_hhi,
                                        .market_access_pct = access,
                                        .sufficient_real_wage_pct = real_wage,
                                        .sufficient_applies = applies};
    *out = indicators;
    return BK_OK;
}
