/* An exact decomposition of welfare.
 *
 * The first-order formula, with M imports before tariff, d iceberg factor, a productivity, L labour,
 *     I dlnW = dD + sum Y dln c - sum M dln c_i                      finance, terms of trade
 *            + dR - sum M dt - sum t M (dln c_i + dln d)             tariff revenue and burden: volume of trade
 *            - sum M dln d + sum Y dln a + (B + g) Y dln L           transport, productivity, labour
 * follows from three identities: income is the sum of its parts; ln c is a fixed-weight sum of logarithms; so is ln p,
 * with weights that are trade shares.  Each has an exact form for finite changes if weights are logarithmic means m(x,
 * y) = (x - y) / ln(x / y):   x - y = m ln(x / y) for incomes;   any weights for ln c;   and for a price index ln p =
 * sum_i v_i ln(kappa_i c_i),   v_i = m(pi'_i, pi_i) / sum,   as sum_i m(pi'_i, pi_i) ln(pi'_i / pi_i) = 0 (Sato 1976,
 * Vartia 1976).  Weights of goods X follow from those of outputs Y as purchases follow from sales: X_k = final_k m(I',
 * I) + sum_j input_jk Y_j, and outputs are scaled to pay m(W', W), the mean payroll, so that wages drop out. */
#include "trade/calibrate.h"
#include "trade/kernel.h"

#include <math.h>

typedef struct parts { /* one region, money until scaled */
    double terms, revenue, burden, transport, productivity, finance, labour;
} parts;

typedef struct work {
    const bk_trade_base     *base;
    const bk_trade_shock    *shock;
    const bk_trade_solution *solution;
    double                  *output;      /* [n_sectors][n_regions] money, mean */
    double                  *mean_income; /* [n_regions] money */
} work;

/* (y - x) / ln(y / x); x, y >= 0. */
static double
logarithmic_mean(double x, double y)
{
    if (!(x > 0.0 && y > 0.0))
        return 0.0;
    const double r = bki_log(y / x);
    return fabs(r) < 1e-6 ? 0.5 * (x + y) : (y - x) / r;
}

static double
taxes(const work *w, size_t n)
{
    return (w->shock->levy != NULL ? w->shock->levy[n] : 0.0) + (w->shock->works != NULL ? w->shock->works[n] : 0.0);
}

/* Mean outputs of all regions, scaled to mean payrolls, and mean private incomes. */
static void
fill_means(work *w)
{
    const bk_trade_base     *base = w->base;
    const bk_trade_solution *s = w->solution;
    const size_t             n_regions = base->n_regions;

    for (size_t row = 0; row < base->n_sectors * n_regions; row++)
        for (size_t i = 0; i < n_regions; i++)
            w->output[row / n_regions * n_regions + i] +=
                0.5 * (base->trade[row * n_regions + i] + s->trade[row * n_regions + i]);
    for (size_t n = 0; n < n_regions; n++) {
        const double payroll = s->wage_hat[n] * s->labour_hat[n];
        double       labour = 0.0;
        for (size_t j = 0; j < base->n_sectors; j++)
            labour += base->value_added_share[bki_at(base, j, n)] * w->output[j * n_regions + n];
        const double scale = base->value_added[n] * logarithmic_mean(1.0, payroll) / labour;
        for (size_t j = 0; j < base->n_sectors; j++)
            w->output[j * n_regions + n] *= scale;
        w->mean_income[n] = logarithmic_mean(base->income[n], s->income_hat[n] * base->income[n] - taxes(w, n));
    }
}

/* What region n's purchases of sector k, of mean value `spent`, contribute through each exporter. */
static void
add_purchases(const work *w, size_t k, size_t n, double spent, parts *p)
{
    const bk_trade_base  *base = w->base;
    const bk_trade_shock *shock = w->shock;
    const size_t          n_regions = base->n_regions, row = (k * n_regions + n) * n_regions;
    const double         *new_rate = shock->tariff != NULL ? shock->tariff : base->tariff;
    const double before = base->expenditure[bki_at(base, k, n)], after = w->solution->expenditure[k * n_regions + n];
    const double theta = shock->elasticity != NULL ? shock->elasticity[k] : base->economy->sectors[k].elasticity;
    double       sum = 0.0;

    if (!(before > 0.0 && after > 0.0))
        return;
    for (size_t i = 0; i < n_regions; i++)
        sum += logarithmic_mean(base->trade[row + i] * (1.0 + base->tariff[row + i]) / before,
                                w->solution->trade[row + i] * (1.0 + new_rate[row + i]) / after);
    for (size_t i = 0; i < n_regions; i++) {
        const double old_price = 1.0 + base->tariff[row + i], new_price = 1.0 + new_rate[row + i];
        const double old_share = base->trade[row + i] * old_price / before;
        const double new_share = w->solution->trade[row + i] * new_price / after;
        if (old_share > 0.0 && !(new_share > 0.0)) /* closed: mean times ln(price) tends to share / theta */
            p->transport -= spent * old_share / theta / sum;
        if (!(old_share > 0.0 && new_share > 0.0))
            continue;
        const double gross = spent * logarithmic_mean(old_share, new_share) / sum;
        const double net = gross / logarithmic_mean(old_price, new_price);
        const double cost = bki_log(w->solution->unit_cost_hat[k * n_regions + i]);
        const double iceberg = shock->cost != NULL ? bki_log(shock->cost[row + i]) : 0.0;
        p->terms -= net * cost;
        p->transport -= net * iceberg;
        p->burden -= net * (new_price - old_price) + (gross - net) * (cost + iceberg);
    }
}

static parts
decompose_region(const work *w, size_t n)
{
    const bk_trade_base     *base = w->base;
    const bk_trade_shock    *shock = w->shock;
    const bk_trade_solution *s = w->solution;
    const size_t             n_regions = base->n_regions;
    const double             log_labour = bki_log(s->labour_hat[n]);
    const double             agglomeration = shock->mobility != NULL ? shock->mobility->agglomeration : 0.0;
    parts                    p = {.revenue = s->tariff_revenue[n] - base->tariff_revenue[n]};

    p.finance = s->deficit[n] - base->deficit[n] + (shock->transfer != NULL ? shock->transfer[n] : 0.0) +
                s->duty_transfer[n] - taxes(w, n);
    for (size_t k = 0; k < base->n_sectors; k++) {
        const double output = w->output[k * n_regions + n];
        double       spent = base->final_share[bki_at(base, k, n)] * w->mean_income[n];
        for (size_t j = 0; j < base->n_sectors; j++)
            spent += base->input[bki_at(base, j * base->n_sectors + k, n)] * w->output[j * n_regions + n];
        p.terms += output * bki_log(s->unit_cost_hat[k * n_regions + n]);
        p.productivity += shock->productivity != NULL ? output * bki_log(shock->productivity[k * n_regions + n]) : 0.0;
        p.labour += output * (base->value_added_share[bki_at(base, k, n)] + agglomeration) * log_labour;
        add_purchases(w, k, n, spent, &p);
    }
    return p;
}

typedef struct columns { /* [n_regions] percentage points */
    double *terms, *volume, *revenue, *burden, *transport, *productivity, *finance, *labour, *remainder;
} columns;

static void
fill_columns(const work *w, const columns *c)
{
    for (size_t n = 0; n < w->base->n_regions; n++) {
        const double welfare = w->solution->welfare_pct[n] / 100.0;
        const double to_points = 100.0 * logarithmic_mean(1.0, 1.0 + welfare) / w->mean_income[n];
        const parts  p = decompose_region(w, n);
        c->terms[n] = to_points * p.terms;
        c->revenue[n] = to_points * p.revenue;
        c->burden[n] = to_points * p.burden;
        c->volume[n] = c->revenue[n] + c->burden[n];
        c->transport[n] = to_points * p.transport;
        c->productivity[n] = to_points * p.productivity;
        c->finance[n] = to_points * p.finance;
        c->labour[n] = to_points * p.labour;
        c->remainder[n] = w->solution->welfare_pct[n] - (c->terms[n] + c->volume[n] + c->transport[n] +
                                                         c->productivity[n] + c->finance[n] + c->labour[n]);
    }
}

bk_status
bk_trade_decompose(bk_context *ctx, const bk_trade_base *base, const bk_trade_shock *shock,
                   const bk_trade_solution *solution, bk_arena *arena, const bk_trade_decomposition **out)
{
    static const bk_trade_shock nothing;
    const size_t                n = base->n_regions;
    bk_arena                    scratch;
    bk_trade_decomposition     *decomposition = BK_NEW(arena, bk_trade_decomposition, 1);
    const columns               c = {.terms = BK_NEW(arena, double, n),
                                     .volume = BK_NEW(arena, double, n),
                                     .revenue = BK_NEW(arena, double, n),
                                     .burden = BK_NEW(arena, double, n),
                                     .transport = BK_NEW(arena, double, n),
                                     .productivity = BK_NEW(arena, double, n),
                                     .finance = BK_NEW(arena, double, n),
                                     .labour = BK_NEW(arena, double, n),
                                     .remainder = BK_NEW(arena, double, n)};

    BK_TRY(bk_arena_ok(arena));
    bk_arena_init(&scratch, ctx);
    work            w = {.base = base,
                         .shock = shock != NULL ? shock : &nothing,
                         .solution = solution,
                         .output = BK_NEW(&scratch, double, base->n_sectors *n),
                         .mean_income = BK_NEW(&scratch, double, n)};
    const bk_status status = bk_arena_ok(&scratch);
    if (status == BK_OK) {
        fill_means(&w);
        fill_columns(&w, &c);
        *decomposition = (bk_trade_decomposition){.terms_of_trade_pct = c.terms,
                                                  .volume_of_trade_pct = c.volume,
                                                  .tariff_revenue_pct = c.revenue,
                                                  .tariff_burden_pct = c.burden,
                                                  .transport_pct = c.transport,
                                                  .productivity_pct = c.productivity,
                                                  .finance_pct = c.finance,
                                                  .labour_pct = c.labour,
                                                  .remainder_pct = c.remainder};
        *out = decomposition;
    }
    bk_arena_release(&scratch);
    return status;
}
