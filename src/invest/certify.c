/* What a plan is good for, by weak duality: the welfare of an allocation that keeps every constraint, and the greatest
 * welfare that the prices leave any plan.  Nothing here is taken from the solver but prices and infrastructure. */
#include "invest/planner.h"

#include <math.h>
#include <string.h>

/* ---- the allocation -------------------------------------------------------------------------------------------- */

typedef struct allocation { /* writable arrays of a plan */
    double *price, *consumption, *flow, *labour, *infrastructure;
    double *eaten, *asked; /* [n_nodes][n_goods] what is left at a node; what its people would ask at the prices */
} allocation;

/* Q = (capacity / (1 + beta) (P_k / P_j - 1))^(1 / beta) from the cheap end to the dear one. */
static double
flow_of(const bk_planner *planner, size_t a, double infrastructure, double from, double to)
{
    const double capacity =
        fmax(pow(infrastructure, planner->gamma) / planner->transport_cost[a], planner->least_capacity);
    const double low = fmin(from, to), high = fmax(from, to);
    const double flow = pow(capacity / (1.0 + planner->beta) * (high - low) / low, 1.0 / planner->beta);

    return from < to ? flow : -flow;
}

/* What leaves the sending end for `flow` to arrive. */
static double
shipped_for(const bk_planner *planner, size_t a, double infrastructure, double flow)
{
    const double capacity =
        fmax(pow(infrastructure, planner->gamma) / planner->transport_cost[a], planner->least_capacity);

    return flow > 0.0 ? flow + pow(flow, 1.0 + planner->beta) / capacity : 0.0;
}

static void
put_to_work(const bk_planner *planner, size_t j, const allocation *all)
{
    const size_t  n_goods = planner->n_goods;
    const double *productivity = &planner->productivity[j * n_goods], *price = &all->price[j * n_goods];
    double        best = 0.0, sum = 0.0, *labour = &all->labour[j * n_goods];

    for (size_t n = 0; n < n_goods; n++)
        best = fmax(best, price[n] * productivity[n]);
    for (size_t n = 0; n < n_goods && best > 0.0; n++)
        sum += labour[n] = n_goods == 1 ? 1.0 : pow(price[n] * productivity[n] / best, 1.0 / (1.0 - planner->returns));
    for (size_t n = 0; n < n_goods && best > 0.0; n++)
        labour[n] *= planner->labour[j] / sum;
    for (size_t n = 0; n < n_goods; n++)
        all->eaten[j * n_goods + n] = productivity[n] * pow(labour[n], planner->returns);
}

static void
ship(const bk_planner *planner, const allocation *all)
{
    const size_t n_goods = planner->n_goods;

    for (size_t a = 0; a < planner->n_links; a++)
        for (size_t n = 0; n < n_goods; n++) {
            const size_t from = planner->from[a] * n_goods + n, to = planner->to[a] * n_goods + n;
            const double infrastructure = all->infrastructure[a];
            const double flow = flow_of(planner, a, infrastructure, all->price[from], all->price[to]);
            all->flow[a * n_goods + n] = flow;
            all->eaten[from] += fmax(-flow, 0.0) - shipped_for(planner, a, infrastructure, flow);
            all->eaten[to] += fmax(flow, 0.0) - shipped_for(planner, a, infrastructure, -flow);
        }
}

/* Of the bundle per head; 0 if anything is missing. */
static double
bundle_of(const bk_planner *planner, size_t j, const double *eaten)
{
    const size_t n_goods = planner->n_goods;
    const double power = 1.0 - 1.0 / planner->sigma;
    double       most = 0.0, sum = 0.0;

    for (size_t n = 0; n < n_goods; n++) {
        most = fmax(most, eaten[n]);
        if (eaten[n] < 0.0)
            return 0.0;
    }
    for (size_t n = 0; n < n_goods && most > 0.0; n++)
        sum += n_goods == 1 ? 1.0 : pow(eaten[n] / most, power);
    return most * (n_goods == 1 ? 1.0 : pow(sum, 1.0 / power)) / planner->labour[j];
}

static double
utility(const bk_planner *planner, size_t j, double c)
{
    const double alpha = planner->alpha, dwelling = planner->housing[j] / planner->labour[j] / (1.0 - alpha);

    if (planner->rho == 1.0)
        return alpha * log(c / alpha) + (1.0 - alpha) * log(dwelling);
    return pow(pow(c / alpha, alpha) * pow(dwelling, 1.0 - alpha), 1.0 - planner->rho) / (1.0 - planner->rho);
}

/* ---- the bound ------------------------------------------------------------------------------------------------- */

static double
cost_of_bundle(const bk_planner *planner, const double *price)
{
    double sum = 0.0;

    for (size_t n = 0; n < planner->n_goods; n++)
        sum += pow(price[n] / price[0], 1.0 - planner->sigma);
    return planner->n_goods == 1 ? price[0] : price[0] * pow(sum, 1.0 / (1.0 - planner->sigma));
}

/* The most its people and workers can make of a node at the prices; `*c` what they then eat a head. */
static double
node_bound(const bk_planner *planner, size_t j, const double *price, double *c)
{
    const double  e = planner->alpha * (1.0 - planner->rho), bundle = cost_of_bundle(planner, price);
    const double *productivity = &planner->productivity[j * planner->n_goods];
    double        best = 0.0, sum = 0.0;

    /* marginal utility of the first unit, u'(1) = alpha^(1 - e) dwelling^((1 - alpha) (1 - rho)) */
    const double dwelling = planner->housing[j] / planner->labour[j] / (1.0 - planner->alpha);
    const double marginal = pow(planner->alpha, 1.0 - e) * pow(dwelling, (1.0 - planner->alpha) * (1.0 - planner->rho));
    *c = pow(planner->weight[j] * marginal / bundle, 1.0 / (1.0 - e));
    for (size_t n = 0; n < planner->n_goods; n++)
        best = fmax(best, price[n] * productivity[n]);
    for (size_t n = 0; n < planner->n_goods && best > 0.0; n++)
        sum += planner->n_goods == 1 ? 1.0 : pow(price[n] * productivity[n] / best, 1.0 / (1.0 - planner->returns));
    const double revenue = best * pow(planner->labour[j], planner->returns) *
                           (planner->n_goods == 1 ? 1.0 : pow(sum, 1.0 - planner->returns));
    return planner->labour[j] * (planner->weight[j] * utility(planner, j, *c) - bundle * *c) + revenue;
}

/* The most a link can earn at the prices with one unit of infrastructure where I^gamma counts as I^beta. */
static double
earning_of(const bk_planner *planner, size_t a, const double *price)
{
    const double beta = planner->beta;
    double       sum = 0.0;

    for (size_t n = 0; n < planner->n_goods; n++) {
        const double from = price[planner->from[a] * planner->n_goods + n];
        const double to = price[planner->to[a] * planner->n_goods + n];
        const double low = fmin(from, to), margin = fabs(from - to);
        sum +=
            beta / (1.0 + beta) * margin * pow(margin / ((1.0 + beta) * low * planner->transport_cost[a]), 1.0 / beta);
    }
    return sum;
}

/* What the budget has left over when every link is widened until the next unit earns no more than it costs at `rate`
 * (value per unit of budget), and into `*earned` what the links and the rest of the budget are then worth: for any rate
 * no less than the most that they can be, since the budget is all that the rate relaxes. */
static double
earn_at_rate(const bk_planner *planner, const double *earning, double rate, double *earned)
{
    const double r = planner->gamma / planner->beta;
    double       left = planner->budget;

    *earned = rate * planner->budget;
    for (size_t a = 0; a < planner->n_links; a++) {
        const double d = 2.0 * planner->building_cost[a], there = planner->standing[a];
        const double built = fmax(there, pow(r * earning[a] / (rate * d), 1.0 / (1.0 - r)));
        *earned += earning[a] * pow(built, r) - rate * d * (built - there);
        left -= d * (built - there);
    }
    return left;
}

/* The least of these bounds, by bisection; at gamma = beta all goes to one link. */
static double
earnings_beside_standing(const bk_planner *planner, const double *earning)
{
    const double r = planner->gamma / planner->beta;
    double       low = 0.0, high = 0.0, least = 0.0, earned;

    for (size_t a = 0; a < planner->n_links; a++) {
        const double d = 2.0 * planner->building_cost[a];
        least += earning[a] * pow(planner->standing[a], r);
        high = fmax(high, earning[a] / d * (r < 1.0 ? r * pow(planner->budget / d, r - 1.0) : 1.0));
    }
    if (r == 1.0 || high == 0.0)
        return least + planner->budget * high;
    while (earn_at_rate(planner, earning, high, &least) < 0.0) /* too cheap: more would be built than is paid for */
        high *= 2.0;
    for (low = 0.5 * high; low > 1e-300 && earn_at_rate(planner, earning, low, &earned) > 0.0; low *= 0.5)
        least = fmin(least, earned);
    for (int k = 0; k < 100; k++) {
        const double rate = 0.5 * (low + high);
        const bool   dear = earn_at_rate(planner, earning, rate, &earned) > 0.0;
        least = fmin(least, earned);
        *(dear ? &high : &low) = rate;
    }
    return least;
}

/* The most the links can earn with the budget: the best I by Hoelder's inequality; at gamma = beta all of it on one. */
static double
earnings_with_budget(const bk_planner *planner, const double *earning)
{
    const double r = planner->gamma / planner->beta;
    double       most = 0.0, sum = 0.0;

    for (size_t a = 0; a < planner->n_links; a++)
        most = fmax(most, earning[a] / (2.0 * planner->building_cost[a]));
    if (r == 1.0 || most == 0.0)
        return planner->budget * most;
    const double s = 1.0 / (1.0 - r);
    for (size_t a = 0; a < planner->n_links; a++) {
        const double d = 2.0 * planner->building_cost[a];
        sum += d * pow(earning[a] / d / most, s);
    }
    return pow(planner->budget, r) * most * pow(sum, 1.0 / s);
}

static double
earnings_of_network(const bk_planner *planner, const double *price, const double *infrastructure)
{
    double sum = 0.0;

    for (size_t a = 0; a < planner->n_links; a++) {
        const double cost = planner->transport_cost[a];
        const double capacity = fmax(pow(infrastructure[a], planner->gamma) / cost, planner->least_capacity);
        sum += pow(capacity * cost, 1.0 / planner->beta) * earning_of(planner, a, price);
    }
    return sum;
}

double
bki_plan_bound(const bk_planner *planner, const double *price, const double *infrastructure, double *earning)
{
    double sum = 0.0, c;

    for (size_t j = 0; j < planner->n_nodes; j++)
        sum += node_bound(planner, j, &price[j * planner->n_goods], &c);
    if (infrastructure)
        return sum + earnings_of_network(planner, price, infrastructure);
    for (size_t a = 0; a < planner->n_links; a++)
        earning[a] = earning_of(planner, a, price);
    return sum +
           (planner->standing ? earnings_beside_standing(planner, earning) : earnings_with_budget(planner, earning));
}

/* ---- the certificate ------------------------------------------------------------------------------------------- */

/* At the prices: what is asked at each node against what is there, as a share of asked and made. */
static double
unbalance_of(const bk_planner *planner, const allocation *all)
{
    const size_t n_goods = planner->n_goods;
    double       worst = 0.0, c;

    for (size_t j = 0; j < planner->n_nodes; j++) {
        const double *price = &all->price[j * n_goods];
        const double  bundle = cost_of_bundle(planner, price);
        node_bound(planner, j, price, &c);
        for (size_t n = 0; n < n_goods; n++) {
            const size_t i = j * n_goods + n;
            const double asked =
                planner->labour[j] * c * (n_goods == 1 ? 1.0 : pow(price[n] / bundle, -planner->sigma));
            const double made = planner->productivity[i] * pow(all->labour[i], planner->returns);
            worst = fmax(worst, fabs(asked - all->eaten[i]) / (asked + made));
        }
    }
    return worst;
}

static bk_status
new_allocation(const bk_planner *planner, const double *price, const double *infrastructure, bk_arena *arena,
               allocation *out)
{
    const size_t n = planner->n_nodes * planner->n_goods;

    out->price = BK_NEW(arena, double, n);
    out->labour = BK_NEW(arena, double, n);
    out->eaten = BK_NEW(arena, double, n);
    out->consumption = BK_NEW(arena, double, planner->n_nodes);
    out->flow = BK_NEW(arena, double, planner->n_links * planner->n_goods + 1);
    out->infrastructure = BK_NEW(arena, double, planner->n_links + 1);
    BK_TRY(bk_arena_ok(arena));
    memcpy(out->price, price, n * sizeof *price);
    if (planner->n_links)
        memcpy(out->infrastructure, infrastructure, planner->n_links * sizeof *infrastructure);
    return BK_OK;
}

bk_status
bki_plan_certify(const bk_planner *planner, const double *price, const double *infrastructure, bk_arena *arena,
                 bk_plan *out)
{
    allocation all;

    BK_TRY(new_allocation(planner, price, infrastructure, arena, &all));
    for (size_t j = 0; j < planner->n_nodes; j++)
        put_to_work(planner, j, &all);
    ship(planner, &all);
    out->welfare = out->spent = 0.0;
    for (size_t j = 0; j < planner->n_nodes; j++) {
        all.consumption[j] = bundle_of(planner, j, &all.eaten[j * planner->n_goods]);
        out->welfare += planner->labour[j] * planner->weight[j] * utility(planner, j, all.consumption[j]);
    }
    for (size_t a = 0; a < planner->n_links; a++)
        out->spent += 2.0 * planner->building_cost[a] *
                      (all.infrastructure[a] - (planner->standing ? planner->standing[a] : 0.0));
    out->unbalance = unbalance_of(planner, &all);
    out->price = all.price;
    out->consumption = all.consumption;
    out->flow = all.flow;
    out->labour = all.labour;
    out->infrastructure = all.infrastructure;
    return BK_OK;
}
